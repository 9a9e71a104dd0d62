"""Turn a folder of results into a report page, or into a file for another program."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from posecheck.core.errors import InputError, OutputError, PosecheckError, Setting
from posecheck.core.files import write_whole
from posecheck.core.i18n import LANGUAGES, N_, Translator, translator
from posecheck.feedback.changes import describe_changes
from posecheck.feedback.safety_notes import describe_suited
from posecheck.history import HistoryError, open_store
from posecheck.recordings.outcome import Done
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.request import Changes
from posecheck.repetitions.phases import main_range
from posecheck.report import front
from posecheck.report.limits import Stated
from posecheck.report.page import Recorded, page
from posecheck.report.plots import worst_moments
from posecheck.report.trend import Past, trends_of
from posecheck.results.c3d_file import write_c3d
from posecheck.results.fhir import write_fhir
from posecheck.results.folder import FILES
from posecheck.results.opensim import write_mot, write_parquet, write_trc
from posecheck.results.summary_file import JudgedBy, SummaryFile
from posecheck.results.tables import summary_of
from posecheck.stretches.library import find_stretch
from posecheck.stretches.profiles import ANY, Profile
from posecheck.stretches.sides import alike, whole_key
from posecheck.stretches.stretch import Stretch

NAME = "report.html"
VIDEO = "annotated.mp4"
Kind = Literal[".fhir.json", ".c3d"]
FHIR: Kind = ".fhir.json"
C3D: Kind = ".c3d"
FORMATS = (".trc", ".mot", ".parquet", C3D, FHIR)
UNSAFE = re.compile(r"[^\w \-–,.!'’()\[\]&+]")
"""What a report's name has none of: separators of folders, control characters, and what some systems refuse."""
NAME_CHARS = 60


def report(
    folder: Path,
    out: Path | None = None,
    video: Path | None = None,
    force: bool = False,
    person: str | None = None,
    language: str = "en",
    *,
    named: str = "",
) -> Path:
    """Judge a folder's landmarks again with the settings saved there, and write the report page.

    Args:
        folder: The folder of results.
        out: The page to write; None writes it in the folder: report.html, or under the name of `file_name` for a
            person.
        video: The video that pictures are taken from; None takes annotated.mp4 in the folder. Without either, the page
            has no pictures.
        force: Replace a page that is already there.
        person: Whose past sessions of the stretch the page shows; None shows none.
        language: `en` or `de`.
        named: Whose recording it is, where the history holds nothing of them.

    Returns:
        The path of the page.

    Raises:
        PosecheckError: The input is wrong, or the page cannot be written; nothing is written then.
    """
    texts = _texts(language)
    today, who = date.today(), person or named
    summary = SummaryFile.load(folder)
    if out is None:
        out = folder / (file_name(who, _stretch_name(summary, texts), today) if who else NAME)
    target = _target_file(out, folder, video, force)
    done = rejudge(folder, Changes())
    past = None if person is None else _past(person, done.analysis.stretch)
    pictures = _pictures(folder, video, done)
    before = [row.event() for row in summary.events]
    changes = tuple(describe_changes(before, done.analysis, texts))
    notes = () if done.safety is None else describe_suited(done.safety, texts)
    recorded = Recorded(
        done.name,
        done.source,
        done.settings,
        done.source.told(texts.language),
        texts.date(today),
        changes,
        notes,
        _stated(done.settings, done.analysis.stretch),
        who,
    )
    text = page(done.analysis, recorded, pictures, texts, past)
    write_whole(target, text.encode("utf-8", errors="replace"))
    return target


def file_name(person: str, stretch: str, day: date) -> str:
    """Return what a report is called: person, stretch and day, without anything that a file system refuses.

    Args:
        person: The person's name; may be empty.
        stretch: The name of the stretch in the reader's language.
        day: The day of the report.
    """
    parts = [" ".join(UNSAFE.sub(" ", part).split())[:NAME_CHARS].strip(" .") for part in (person, stretch)]
    return " - ".join([*(part for part in parts if part), f"{day:%Y-%m-%d}"]) + ".html"


def _stretch_name(summary: SummaryFile, texts: Translator) -> str:
    return texts.gettext(summary.stretch.name)


def _stated(settings: JudgedBy, stretch: Stretch) -> Stated:
    """Return the judged stretch with its limits before any profile, and the reasons for which they were changed."""
    reasons: dict[str, str] = {}
    for told in (settings.profile_set, settings.single):
        reasons.update(Profile.from_settings(told).reasons.get(ANY, {}))
    return Stated(alike(find_stretch(settings.stretch).for_age(settings.age), stretch), reasons)


def _texts(language: str) -> Translator:
    if language not in LANGUAGES:
        text, known = "{setting}: expected {known}, got {got}", " or ".join(LANGUAGES)
        raise PosecheckError("unknown_language", text, setting=Setting("language"), known=known, got=repr(language))
    return translator(language)


def _past(person: str, stretch: Stretch) -> Past:
    """Return a person's past sessions of a stretch; HistoryError for an unknown name."""
    main = main_range(stretch)
    with open_store() as store:
        store.counts(person)
        sessions = tuple(store.sessions(person, stretch.id))
        try:
            key = "" if main is None else whole_key(main.key)
            trends = () if main is None or not sessions else store.progress(person, stretch.id, key)
        except HistoryError:
            # These sessions were judged with another file of the same name, which has other ranges.
            trends = ()
        scores = tuple(store.scores(person))
    return Past(person, sessions, () if main is None else trends_of(main, trends), scores)


def export(
    folder: Path,
    out: Path,
    force: bool = False,
    kind: Kind | None = None,
    when: datetime | None = None,
    patient: str | None = None,
    person: str | None = None,
) -> Path:
    """Judge a folder's landmarks again and write them for another program.

    Args:
        folder: The folder of results.
        out: The file to write; its ending chooses the format, one of FORMATS.
        force: Replace a file that is already there.
        kind: The format that is wanted; None takes any that the ending names.
        when: When the stretch was done, for FHIR; None says that it is not known.
        patient: A reference to the patient, for FHIR; None names nobody.
        person: Whose scores of the RMDQ-24 in the history go with it, for FHIR; they are not named in it.

    Returns:
        The path of the file.

    Raises:
        PosecheckError: The ending is unknown, the patient is no reference, the history knows no such person, or the
            file cannot be written.
    """
    ending = _ending(out, kind)
    if ending != FHIR and any(given is not None for given in (when, patient, person)):
        text = N_("{file}: expected a patient, a person or a time only with FHIR, whose file ends in {ending}")
        raise OutputError("only_fhir", text, file=out, ending=FHIR)
    target = _target_file(out, folder, None, force)
    done = rejudge(folder, Changes())
    if ending == FHIR:
        judged = datetime.fromtimestamp((folder / "summary.json").stat().st_mtime, UTC)
        at = None if when is None else when.astimezone()
        summary = summary_of(done.analysis, done.source, done.settings)
        write_fhir(target, summary, judged, at, patient, () if person is None else _scores(person))
    elif ending == ".trc":
        write_trc(target, done.analysis.track)
    else:
        write = {".mot": write_mot, ".parquet": write_parquet, C3D: write_c3d}[ending]
        write(target, done.analysis)
    return target


def _scores(person: str) -> list[tuple[date, int]]:
    """Return a person's scores of the RMDQ-24; HistoryError for an unknown name."""
    with open_store() as store:
        store.counts(person)
        return [(score.day, score.points) for score in store.scores(person)]


def _ending(out: Path, kind: Kind | None) -> str:
    """Return the one of FORMATS that a file's name asks for; OutputError where it asks for none, or for another."""
    name = out.name.lower()
    found = next((ending for ending in FORMATS if name.endswith(ending)), None)
    if kind == FHIR and name.endswith(".json"):  # who asks for FHIR in words need not say it twice
        found = FHIR
    if found is None or kind not in (None, found):
        known = ", ".join(FORMATS) if kind is None else ".json" if kind == FHIR else kind
        text, got = N_("{file}: expected a name that ends in {known}, got {got}"), repr(out.suffix or "no ending")
        raise OutputError("file_ending", text, file=out, known=known, got=got)
    return found


def _target_file(target: Path, folder: Path, video: Path | None, force: bool) -> Path:
    """Return the file to write; OutputError when it exists and force is not set, or when it is one of the inputs."""
    if target.is_dir():
        raise OutputError("is_a_folder", N_("{file}: expected a file to write, found a folder"), file=target)
    if not target.exists():
        return target
    inputs = [folder / name for name in FILES if name != NAME] + ([video] if video is not None else [])
    if any(path.exists() and target.samefile(path) for path in inputs):
        text = N_("{file}: expected another file than the results it is made from")
        raise OutputError("is_an_input", text, file=target)
    if not force:
        text = N_("{file}: expected no such file yet, found one")
        raise OutputError("exists", text, hint="force_file", file=target)
    return target


def _pictures(folder: Path, video: Path | None, done: Done) -> dict[float, str] | None:
    """Return pictures of the worst moments, or None without a video; one asked for must be readable."""
    if video is not None:
        # The annotated film, which somebody may have moved, was turned back when it was drawn.
        mirrored = done.source.mirrored and video.name != VIDEO
        return worst_moments(video, done.analysis.events, front.moments(done.analysis), mirrored=mirrored)
    if not (folder / VIDEO).is_file():
        return None
    try:
        return worst_moments(folder / VIDEO, done.analysis.events, front.moments(done.analysis))
    except InputError:
        return None
