"""The outcome of a check: the analysis, what results say of source and settings, and the result files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from posecheck.assessment.analysis import Analysis
from posecheck.capture.pose.landmark_file import save_track
from posecheck.capture.video.reader import VideoInfo
from posecheck.feedback import cues
from posecheck.results import tables
from posecheck.safety import Answers


@dataclass(frozen=True, slots=True)
class Done:
    """Hold a judged recording and all that is said of it. safety: what the person's answers say of the stretch."""

    analysis: Analysis
    name: str
    source: dict[str, object]
    settings: dict[str, object]
    problem: str | None = None
    out: Path | None = None
    changes: tuple[str, ...] = ()
    safety: tuple[str, ...] = ()


def source_of(info: VideoInfo, problem: str | None, every: int = 1) -> dict[str, object]:
    """Return what results say of the recording they are from; every: each Nth frame was judged."""
    return {
        "file": info.path.name,
        "size_wh": list(info.size_wh),
        "fps": round(info.fps, 3),
        "rotation_deg": info.rotation_deg,
        "every": every,
        "problem": problem,
    }


def settings_of(
    stretch: str,
    age: int | None,
    neutral: str | None = None,
    profile: Path | None = None,
    settings: Sequence[str] = (),
    profile_set: Sequence[str] = (),
    answers: Answers | None = None,
) -> dict[str, object]:
    """Return what results say of how they were judged, enough to judge again in the same way.

    profile_set: the limits of the profile, because its file may be gone by then.
    """
    return {
        "stretch": stretch,
        "age": age,
        "neutral": neutral,
        "profile": None if profile is None else profile.name,
        "profile_set": list(profile_set),
        "set": list(settings),
        "answers": None if answers is None else answers.as_settings(),
    }


def write(folder: Path, done: Done) -> None:
    """Write every result file but the video into a folder."""
    save_track(folder / "landmarks.npz", done.analysis.track)
    tables.write_angles(folder / "angles.csv", done.analysis)
    tables.write_events(folder / "events.csv", done.analysis)
    tables.write_repetitions(folder / "repetitions.csv", done.analysis)
    cues.write(folder / "cues.csv", cues.cues_of(done.analysis))
    tables.write_summary(folder / "summary.json", done.analysis, done.source, done.settings)
