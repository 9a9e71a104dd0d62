"""The outcome of a check: the analysis, the description of its source and settings, and the result files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posecheck.assessment.analysis import Analysis
from posecheck.capture.pose.landmark_file import save_track
from posecheck.capture.video.reader import VideoInfo
from posecheck.core.errors import Problem
from posecheck.core.i18n import DEFAULT, LANGUAGES, translator
from posecheck.core.outside.files import name_of, unicode_of
from posecheck.feedback import cues
from posecheck.results import tables
from posecheck.results.summary_file import JudgedBy, Source
from posecheck.safety import Answers, Suited


@dataclass(frozen=True, slots=True)
class Done:
    """Hold a judged recording and its description.

    Attributes:
        analysis: The judged recording.
        name: The recording's name.
        source: The recording's file, size and faults, as in summary.json.
        settings: How it was judged, as in summary.json.
        problem: What is wrong with a recording that could be judged; None if nothing.
        out: The folder of the results; None where nothing was written.
        changes: What differs from an earlier judgement of the same landmarks, in sentences.
        safety: The stretch with what the answers to the health questions mean for it; None where that is not known.
    """

    analysis: Analysis
    name: str
    source: Source
    settings: JudgedBy
    problem: str | None = None
    out: Path | None = None
    changes: tuple[str, ...] = ()
    safety: Suited | None = None


def source_of(info: VideoInfo, notes: Sequence[Problem], every: int = 1, *, mirrored: bool = False) -> Source:
    """Return what summary.json holds about the recording.

    Args:
        info: The recording's file, size and frame rate.
        notes: What is wrong with the recording, though it could be judged.
        every: Every Nth frame was judged.
        mirrored: Whether the recording was a mirror image; only then it is held.
    """
    problems = {one: "; ".join(note.told(translator(one)) for note in notes) for one in LANGUAGES} if notes else None
    only_then: dict[str, Any] = {"mirrored": True} if mirrored else {}
    only_then |= {} if problems is None else {"problems": problems}
    return Source(
        file=name_of(info.path),
        size_wh=info.size_wh,
        fps=round(info.fps, 3),
        rotation_deg=info.rotation_deg,
        every=every,
        problem=None if problems is None else problems[DEFAULT],
        **only_then,
    )


def settings_of(
    stretch: str,
    age: int | None,
    neutral: str | None = None,
    profile: Path | None = None,
    settings: Sequence[str] = (),
    profile_set: Sequence[str] = (),
    answers: Answers | None = None,
) -> JudgedBy:
    """Return what summary.json holds about how a recording was judged: enough to judge it again in the same way.

    Args:
        stretch: Id or file of the stretch.
        age: In years; None where it is not known.
        neutral: The neutral posture as FROM-TO in seconds; None where it was found.
        profile: File of the profile; None without one.
        settings: Single limits, such as `trunk_rotation.stop=40`.
        profile_set: The profile's limits in the same form, because its file may no longer exist later.
        answers: Answers to the health questions; None where the person was not asked.
    """
    return JudgedBy(
        stretch=unicode_of(stretch),
        age=age,
        neutral=neutral,
        profile=None if profile is None else name_of(profile),
        profile_set=tuple(profile_set),
        single=tuple(settings),
        answers=None if answers is None else answers.as_settings(),
    )


def write(folder: Path, done: Done) -> None:
    """Write every result file except the video.

    Args:
        folder: The folder to write into.
        done: The judged recording.

    Raises:
        OutputError: A file cannot be written.
    """
    save_track(folder / "landmarks.npz", done.analysis.track)
    tables.write_angles(folder / "angles.csv", done.analysis)
    tables.write_events(folder / "events.csv", done.analysis)
    tables.write_repetitions(folder / "repetitions.csv", done.analysis)
    cues.write(folder / "cues.csv", cues.cues_of(done.analysis))
    tables.write_summary(folder / "summary.json", done.analysis, done.source, done.settings)
