"""posecheck says when a twist or an arch of a back stretch goes past the safe range.

The names in `__all__` are the public interface. Each one is imported when it is first used, so that `import posecheck`
loads neither MediaPipe nor OpenCV.

    import posecheck as pc

    analysis = pc.check("me.mp4", stretch="chair-twist")
    print(analysis.headline())
    analysis.save("results")
"""

from importlib import import_module
from typing import TYPE_CHECKING

from posecheck.core import __version__
from posecheck.core.errors import (
    InputError,
    ModelError,
    NotCoachedError,
    OutputError,
    PosecheckError,
    SafetyError,
    StretchError,
)

if TYPE_CHECKING:
    from posecheck.assessment.events import Event
    from posecheck.assessment.session import Session
    from posecheck.assessment.summary import Summary
    from posecheck.core.levels import Level
    from posecheck.core.pose import Pose, PoseTrack
    from posecheck.history.database import HistoryError
    from posecheck.kinematics.angles import ANGLES
    from posecheck.measurement.readings import Readings
    from posecheck.recordings.api import (
        check,
        detect,
        judge,
        list_stretches,
        load_landmarks,
        load_stretch,
        rejudge,
        save_landmarks,
    )
    from posecheck.recordings.judged import Analysis
    from posecheck.repetitions.repetition import Repetition
    from posecheck.stretches.profiles import Profile
    from posecheck.stretches.ranges import AngleRange
    from posecheck.stretches.stretch import Stretch

__all__ = [
    "ANGLES",
    "Analysis",
    "AngleRange",
    "Event",
    "HistoryError",
    "InputError",
    "Level",
    "ModelError",
    "NotCoachedError",
    "OutputError",
    "Pose",
    "PoseTrack",
    "PosecheckError",
    "Profile",
    "Readings",
    "Repetition",
    "SafetyError",
    "Session",
    "Stretch",
    "StretchError",
    "Summary",
    "__version__",
    "check",
    "detect",
    "judge",
    "list_stretches",
    "load_landmarks",
    "load_stretch",
    "rejudge",
    "save_landmarks",
]

_HOMES = {
    "ANGLES": "posecheck.kinematics.angles",
    "Analysis": "posecheck.recordings.judged",
    "AngleRange": "posecheck.stretches.ranges",
    "Event": "posecheck.assessment.events",
    "HistoryError": "posecheck.history.database",
    "Level": "posecheck.core.levels",
    "Pose": "posecheck.core.pose",
    "PoseTrack": "posecheck.core.pose",
    "Profile": "posecheck.stretches.profiles",
    "Readings": "posecheck.measurement.readings",
    "Repetition": "posecheck.repetitions.repetition",
    "Session": "posecheck.assessment.session",
    "Stretch": "posecheck.stretches.stretch",
    "Summary": "posecheck.assessment.summary",
    "check": "posecheck.recordings.api",
    "detect": "posecheck.recordings.api",
    "judge": "posecheck.recordings.api",
    "list_stretches": "posecheck.recordings.api",
    "load_landmarks": "posecheck.recordings.api",
    "load_stretch": "posecheck.recordings.api",
    "rejudge": "posecheck.recordings.api",
    "save_landmarks": "posecheck.recordings.api",
}
"""The module of each name that is imported when it is first used."""

# Type checkers read the imports above instead, so that a misspelt name is an error for them.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module 'posecheck' has no attribute {name!r}")
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """List the public names, for completion in an interpreter."""
    return sorted({*globals(), *__all__})
