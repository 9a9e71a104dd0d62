"""Each program in examples/ runs, and says what it should, on a sample clip."""

import subprocess
import sys
from pathlib import Path

import pytest

import posecheck as pc
from research.harness.replayed import STRETCH, true_track

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CLIP = ROOT / "sample_videos" / "standing-extension-too-far.mp4"
NAMES = ["check_video", "export_opensim", "frame_by_frame", "own_limits", "own_stretch", "plot_angle"]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of results judged from true landmarks, for which no model is needed."""
    return pc.judge(true_track(), STRETCH).save(tmp_path_factory.mktemp("examples") / "results")


def run(name: str, *words: object) -> str:
    """Run an example as a person does and return what it prints."""
    command = [sys.executable, str(EXAMPLES / f"{name}.py"), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_these_are_all_and_the_guide_names_each() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.py")) == NAMES
    guide = (ROOT / "docs" / "guides" / "library.md").read_text(encoding="utf-8")
    assert all(f"`{name}.py`" in guide for name in NAMES)


def test_check_video(tmp_path: Path) -> None:
    said = run("check_video", CLIP, STRETCH, tmp_path / "results")
    assert said.startswith("Past the stop limit")
    assert "repetition to -3" in said
    assert (tmp_path / "results" / "summary.json").is_file()


def test_frame_by_frame(results: Path) -> None:
    said = run("frame_by_frame", results / "landmarks.npz", STRETCH)
    assert "excessive_extension, stop" in said


def test_own_limits(results: Path, tmp_path: Path) -> None:
    before, after = run("own_limits", results, tmp_path / "profile.toml").splitlines()
    assert "stop 25.0" in before
    assert "caution 10.0, stop 15.0" in after
    assert float(after.split()[-2]) > float(before.split()[-2]) > 0


def test_own_stretch(results: Path, tmp_path: Path) -> None:
    said = run("own_stretch", results / "landmarks.npz", tmp_path)
    assert "the limit is 18°" in said


def test_export_opensim(results: Path, tmp_path: Path) -> None:
    assert run("export_opensim", results, tmp_path).count("bytes") == 3
    for name in ("markers.trc", "angles.mot", "angles.parquet"):
        assert (tmp_path / name).stat().st_size > 1000


def test_plot_angle(results: Path, tmp_path: Path) -> None:
    run("plot_angle", results, "trunk_inclination", tmp_path / "angle.png")
    assert (tmp_path / "angle.png").read_bytes().startswith(b"\x89PNG")
