"""What `import posecheck` offers: the exact names, quickly, with types, and documented."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import posecheck
from posecheck.core.errors import PosecheckError
from research.harness.replayed import true_track
from tests.packaging import public_types

NAMES = [
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
HEAVY = ("mediapipe", "cv2", "streamlit", "numpy", "pydantic", "sqlalchemy", "matplotlib", "typer")


def test_the_public_names_are_these() -> None:
    assert posecheck.__all__ == NAMES
    assert set(NAMES) <= set(dir(posecheck))
    for name in NAMES:
        assert getattr(posecheck, name) is not None


def test_what_is_public_says_what_it_is_for() -> None:
    for name in NAMES:
        item = getattr(posecheck, name)
        if not inspect.isclass(item) and not inspect.isfunction(item):
            continue
        assert inspect.getdoc(item), name
        members = vars(item).items() if inspect.isclass(item) else ()
        for key, member in members:
            if inspect.isfunction(member) and not key.startswith("_"):
                assert member.__doc__, f"{name}.{key}"


def test_every_kind_of_error_is_public() -> None:
    for error in PosecheckError.__subclasses__():
        if error.__module__.startswith(("posecheck.core", "posecheck.history")):
            assert error.__name__ in NAMES


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        public_types.misspelt()


def test_importing_loads_nothing_heavy() -> None:
    code = f"import sys, posecheck; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_types_hold_at_run_time(tmp_path: Path) -> None:
    public_types.see(tmp_path / "results", true_track())
