"""`posecheck report` and `posecheck export`: a folder of results to one page, or to one file of another program."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from posecheck.core.errors import InputError, OutputError, PosecheckError, Setting
from posecheck.core.files import write_whole
from posecheck.core.i18n import LANGUAGES, Translator, translator
from posecheck.feedback.changes import describe_changes
from posecheck.history import HistoryError, open_store
from posecheck.recordings.outcome import Done
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.request import Changes
from posecheck.repetitions.phases import main_range
from posecheck.report.limits import Stated
from posecheck.report.page import Recorded, page
from posecheck.report.plots import worst_moments
from posecheck.report.trend import Past, trends_of
from posecheck.results.folder import FILES, load_summary
from posecheck.results.opensim import write_mot, write_parquet, write_trc
from posecheck.stretches.library import find_stretch
from posecheck.stretches.profiles import ANY, Profile
from posecheck.stretches.stretch import Stretch

NAME = "report.html"
VIDEO = "annotated.mp4"
FORMATS = (".trc", ".mot", ".parquet")


def report(
    folder: Path,
    out: Path | None = None,
    video: Path | None = None,
    force: bool = False,
    person: str | None = None,
    language: str = "en",
) -> Path:
    """Judge a folder's landmarks again with the settings kept there, write the page and return where it is.

    out: report.html in the folder unless given. video: where pictures are taken from, annotated.mp4 in the folder
    unless given; without either the page has none. person: whose past sessions of the stretch the page shows too.
    Raises a PosecheckError; then nothing is written.
    """
    texts = _texts(language)
    target = _free(out if out is not None else folder / NAME, folder, video, force)
    done = rejudge(folder, Changes())
    past = None if person is None else _past(person, done.analysis.stretch)
    pictures = _pictures(folder, video, done)
    today = date.today().isoformat()
    changes = tuple(describe_changes(load_summary(folder), done.analysis, texts))
    recorded = Recorded(
        done.name, done.source, done.settings, done.problem, today, changes, done.safety, _stated(done.settings)
    )
    text = page(done.analysis, recorded, pictures, texts, past)
    write_whole(target, text.encode("utf-8", errors="replace"))
    return target


def _stated(settings: Mapping[str, object]) -> Stated:
    """Return the stretch that was judged as it stands without a profile, and why its limits were changed."""
    age = settings.get("age")
    reasons: dict[str, str] = {}
    for key in ("profile_set", "set"):
        held = settings.get(key)
        told = [text for text in held if isinstance(text, str)] if isinstance(held, list) else []
        reasons.update(Profile.from_settings(told).reasons.get(ANY, {}))
    return Stated(find_stretch(str(settings["stretch"])).for_age(age if isinstance(age, int) else None), reasons)


def _texts(language: str) -> Translator:
    if language not in LANGUAGES:
        text, known = "{setting}: expected {known}, got {got}", " or ".join(LANGUAGES)
        raise PosecheckError("unknown_language", text, setting=Setting("language"), known=known, got=repr(language))
    return translator(language)


def _past(person: str, stretch: Stretch) -> Past:
    """Return what the history holds of a person and a stretch; HistoryError for a name it does not know."""
    main = main_range(stretch)
    with open_store() as store:
        store.counts(person)
        sessions = tuple(store.sessions(person, stretch.id))
        try:
            trends = () if main is None or not sessions else store.progress(person, stretch.id, main.key)
        except HistoryError:
            # Sessions that a stretch's file of the same name judged by other ranges.
            trends = ()
    return Past(person, sessions, () if main is None else trends_of(main, trends))


def export(folder: Path, out: Path, force: bool = False) -> Path:
    """Judge a folder's landmarks again and write them as out's ending says: .trc, .mot or .parquet."""
    ending = out.suffix.lower()
    if ending not in FORMATS:
        text = "{file}: expected a name that ends in {known}, got {got}"
        raise OutputError("file_ending", text, file=out, known=", ".join(FORMATS), got=repr(ending or "no ending"))
    target = _free(out, folder, None, force)
    analysis = rejudge(folder, Changes()).analysis
    if ending == ".trc":
        write_trc(target, analysis.track)
    elif ending == ".mot":
        write_mot(target, analysis)
    else:
        write_parquet(target, analysis)
    return target


def _free(target: Path, folder: Path, video: Path | None, force: bool) -> Path:
    """Return the file to write, or raise OutputError: it must not be there, and never be one of the inputs."""
    if target.is_dir():
        raise OutputError("is_a_folder", "{file}: expected a file to write, found a folder", file=target)
    if not target.exists():
        return target
    inputs = [folder / name for name in FILES if name != NAME] + ([video] if video is not None else [])
    if any(path.exists() and target.samefile(path) for path in inputs):
        text = "{file}: expected another file than the results it is made from"
        raise OutputError("is_an_input", text, file=target)
    if not force:
        text = "{file}: expected no such file yet, found one"
        raise OutputError("exists", text, hint="force_file", file=target)
    return target


def _pictures(folder: Path, video: Path | None, done: Done) -> dict[float, str] | None:
    """Return pictures of the worst moments, or None without a video; one asked for must be readable."""
    if video is not None:
        return worst_moments(video, done.analysis.events)
    if not (folder / VIDEO).is_file():
        return None
    try:
        return worst_moments(folder / VIDEO, done.analysis.events)
    except InputError:
        return None
