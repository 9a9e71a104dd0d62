"""Judge saved landmarks again: with other limits, against another stretch, or with the same settings."""

from datetime import datetime
from pathlib import Path

from posecheck.assessment.analysis import judge
from posecheck.capture.pose.landmark_file import load_track
from posecheck.core.outside.files import name_of
from posecheck.feedback.changes import describe_changes
from posecheck.recordings.check import neutral_of
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.recordings.request import Changes, neutral_named, neutral_span
from posecheck.results.folder import ResultFolder
from posecheck.results.summary_file import JudgedBy, SummaryFile
from posecheck.safety import screening
from posecheck.safety.answers import from_table
from posecheck.safety.limits import limits_for
from posecheck.stretches.profiles import Profile


def rejudge(folder: Path, changes: Changes, out: Path | None = None, *, force: bool = False) -> Done:
    """Judge the landmarks in a folder of results again; settings that are not changed stay as they were.

    Args:
        folder: The folder of results.
        changes: What to judge differently.
        out: The folder to write the new results into; None writes nothing.
        force: Replace results that `out` already holds; it may be the same folder.

    Returns:
        The newly judged recording, with its differences from the earlier judgement.

    Raises:
        PosecheckError: The folder holds no results, or the changes are wrong; nothing is written then.
    """
    before = SummaryFile.load(folder)
    kept = before.settings
    track = load_track(folder / "landmarks.npz")
    name = changes.stretch or kept.stretch
    now = datetime.now().astimezone()
    answers = changes.answers
    if answers is None and kept.answers is not None:
        answers = from_table(kept.answers, screening(), now, f"{folder}: settings.answers")
    age = changes.age if changes.age is not None else kept.age
    neutral = neutral_named(changes.neutral, kept.neutral)
    profile, path, settings = _limits_of(kept, name, changes)
    fit = limits_for(name, age, profile, settings, answers, now)
    # What a programme asked for holds for its own stretch, and no profile or answer makes it longer.
    stretch = fit.stretch
    if name == kept.stretch:
        stretch = stretch.asking(kept.repetitions, kept.hold_s, kept.side or "")
    span = neutral_span(neutral) if neutral else None
    analysis = judge(track, stretch, neutral_of(track, span, stretch))
    changed = () if profile is None else profile.settings(stretch.id)
    done = Done(
        analysis,
        track.about.get("video", name_of(folder)),
        before.source,
        _settings(kept, settings_of(name, fit.age, neutral, path, settings, changed, answers)),
        before.source.problem,
        out,
        tuple(describe_changes([row.event() for row in before.events], analysis)),
        fit.suited,
    )
    if out is not None:
        with ResultFolder(out, force=force) as target:
            write(target.path, done)
    return done


def _settings(kept: JudgedBy, now: JudgedBy) -> JudgedBy:
    """Return the new settings with what a programme asked for, where the stretch is the same."""
    if kept.stretch != now.stretch:
        return now
    asked = {"repetitions": kept.repetitions, "hold_s": kept.hold_s, "side": kept.side}
    return now.model_copy(update={key: value for key, value in asked.items() if value is not None})


def _limits_of(kept: JudgedBy, name: str, changes: Changes) -> tuple[Profile | None, Path | None, list[str]]:
    """Return the profile, its file and the single settings: new ones over earlier ones.

    Settings for one stretch do not carry over to another stretch.
    """
    before = kept if name == kept.stretch else JudgedBy()
    settings = [*before.single, *changes.settings]
    if changes.profile is not None:
        return Profile.load(changes.profile), changes.profile, settings
    held = before.profile_set
    return (Profile.from_settings(held), Path(str(kept.profile)), settings) if held else (None, None, settings)
