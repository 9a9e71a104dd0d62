"""Saved landmarks come back as they were, or the file is refused in one line."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.capture.pose.landmark_file import RecordedEstimator, load_track, save_track
from posecheck.core.errors import InputError, OutputError
from posecheck.core.frame import Frame
from posecheck.core.pose import PoseTrack

ARRAYS = ("time_s", "image_xy", "world_xyz", "visibility", "people", "subject", "size_wh")
BLACK = np.zeros((2, 2, 3), np.uint8)


def track(n: int, fps: float = 30.0) -> PoseTrack:
    """Return n frames of random landmarks, every fifth without the subject."""
    rng = np.random.default_rng(n)
    image, world, visibility = rng.random((n, 33, 2)) * 1920, rng.normal(size=(n, 33, 3)), rng.random((n, 33))
    gone = np.arange(n) % 5 == 4
    for values in (image, world, visibility):
        values[gone] = np.nan
    return PoseTrack(
        np.arange(n) / fps,
        image,
        world,
        visibility,
        (~gone).astype(np.int16),
        np.zeros(n, np.int16),
        np.tile(np.array([1920, 1080], np.int32), (n, 1)),
        {"mediapipe": "1.2.2", "note": "a = b, ü"},
    )


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "mine ü.npz"
    save_track(path, track(20))
    return path


def refused(path: Path, *words: str) -> None:
    with pytest.raises(InputError) as caught:
        load_track(path)
    message = str(caught.value)
    assert "\n" not in message
    for word in (str(path), *words):
        assert word in message


@pytest.mark.parametrize("n", [0, 1, 7])
def test_comes_back(tmp_path: Path, n: int) -> None:
    before = track(n)
    save_track(tmp_path / "a.npz", before)
    after = load_track(tmp_path / "a.npz")
    for name in ARRAYS:
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), rtol=1e-6)
        assert getattr(after, name).dtype == getattr(before, name).dtype
    np.testing.assert_array_equal(after.time_s, before.time_s)
    assert after.about == before.about
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


def test_an_hour_is_saved_in_sensible_time_and_size(tmp_path: Path) -> None:
    minutes, started = 6, time.perf_counter()
    save_track(tmp_path / "a.npz", track(minutes * 60 * 30))
    assert (time.perf_counter() - started) * 60 / minutes < 120
    assert (tmp_path / "a.npz").stat().st_size * 60 / minutes < 120e6


@given(st.binary(max_size=300))
def test_foreign_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("foreign") / "a.npz"
    path.write_bytes(content)
    refused(path)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 0.6, 0.95])
def test_a_damaged_or_cut_file_is_refused(saved: Path, share: float) -> None:
    whole = saved.read_bytes()
    at = int(len(whole) * share)
    saved.write_bytes(whole[:at])
    refused(saved)
    saved.write_bytes(whole[:at] + bytes(200) + whole[at + 200 :])
    refused(saved)


@pytest.mark.parametrize(
    ("times", "told"),
    [
        ([0.0, np.nan, 0.2], "found nan after 0 in frame 2"),
        ([np.inf, 0.1, 0.2], "found inf in frame 1"),
        ([0.0, 0.2, 0.1], "found 0.1 after 0.2 in frame 3"),
        ([0.0, 0.1, 0.1], None),
    ],
)
def test_times_that_go_back_or_are_none_are_named(tmp_path: Path, times: list[float], told: str | None) -> None:
    save_track(tmp_path / "a.npz", replace(track(3), time_s=np.array(times)))
    if told is None:
        assert load_track(tmp_path / "a.npz").time_s.tolist() == times
        return
    with pytest.raises(InputError, match=f"a.npz: time_s: expected times in seconds that never go back, {told}$"):
        load_track(tmp_path / "a.npz")


def test_another_format_version_is_named(saved: Path) -> None:
    with np.load(saved) as data:
        arrays = dict(data)
    np.savez(saved, **{**arrays, "format": np.array(99)})
    refused(saved, "99")
    np.savez(saved, **{name: array for name, array in arrays.items() if name != "subject"})
    refused(saved)
    np.savez(saved, **{**arrays, "image_xy": arrays["image_xy"][:3]})
    refused(saved, "image_xy")
    np.savez(saved, **{**arrays, "time_s": arrays["time_s"].astype("U9")})
    refused(saved)


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, format=np.array({"a": 1}, dtype=object))
    refused(path)


def test_missing_and_a_folder(tmp_path: Path) -> None:
    refused(tmp_path / "missing.npz", "no such file")
    refused(tmp_path)


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("file", "nowhere"):
        with pytest.raises(OutputError) as caught:
            save_track(tmp_path / folder / "a.npz", track(3))
        assert "\n" not in str(caught.value)


def test_replays_by_time() -> None:
    kept = track(20)
    estimator = RecordedEstimator(kept)
    for i in range(20):
        for shift_s in (0.0, 0.01, -0.01):
            pose = estimator.estimate(Frame(i, float(kept.time_s[i]) + shift_s, BLACK))
            if i % 5 == 4:
                assert pose is None
            else:
                assert pose is not None
                np.testing.assert_array_equal(pose.image_xy, kept.image_xy[i])
    estimator.close()
    estimator.close()


def test_an_empty_track_shows_nobody() -> None:
    assert RecordedEstimator(track(0)).estimate(Frame(0, 0.0, BLACK)) is None


def test_the_background_comes_back_and_files_without_it_are_still_read(tmp_path: Path) -> None:
    before = replace(track(6), background=np.random.default_rng(0).normal(size=(6, 4)))
    save_track(tmp_path / "new.npz", before)
    np.testing.assert_allclose(load_track(tmp_path / "new.npz").background, before.background, atol=1e-6)
    with np.load(tmp_path / "new.npz") as held:
        np.savez(tmp_path / "old.npz", **{name: held[name] for name in held.files if name != "background"})
    after = load_track(tmp_path / "old.npz")
    assert after.background.shape == (6, 4)
    assert np.isnan(after.background).all()
