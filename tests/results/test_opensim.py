"""Markers and angles read back by the rules of OpenSim's formats."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet  # type: ignore[import-untyped]

from posecheck.assessment.analysis import Analysis, judge
from posecheck.capture.video.clock import Clock
from posecheck.core.arrays import Floats
from posecheck.core.errors import InputError, OutputError
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES
from posecheck.results.opensim import TRC_KEYS, write_mot, write_parquet, write_trc
from posecheck.stretches.library import find_stretch
from tests.support.people import track_of, twist


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return judge(track_of(twist(20.0), azimuth=45.0), find_stretch("chair-twist"))


def read_trc(path: Path, *, gaps: bool = False) -> tuple[dict[str, str], list[str], Floats, Floats]:
    """Read as OpenSim does: eight keys, X1 Y1 Z1 …, a blank line, rows of one width, empty cells for missing.

    gaps: Whether the numbers of the rows may leave some out.
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[0].split("\t")[:3] == ["PathFileType", "4", "(X/Y/Z)"]
    assert tuple(lines[1].split("\t")) == TRC_KEYS
    header = dict(zip(TRC_KEYS, lines[2].split("\t"), strict=True))
    labels = [cell for cell in lines[3].split("\t") if cell]
    assert labels[:2] == ["Frame#", "Time"]
    n = int(header["NumMarkers"])
    assert len(labels) == n + 2
    assert [cell for cell in lines[4].split("\t") if cell] == [f"{c}{k}" for k in range(1, n + 1) for c in "XYZ"]
    assert lines[5] == ""
    rows = [
        line.removesuffix("\t").split("\t") if not line.endswith("\t\t") else line[:-1].split("\t")
        for line in lines[6:-1]
    ]
    assert {len(row) for row in rows} == {2 + 3 * n}
    assert len(rows) == int(header["NumFrames"])
    numbers = np.array([int(row[0]) for row in rows])
    assert numbers[0] == 1
    assert (np.diff(numbers) >= 1).all() if gaps else (np.diff(numbers) == 1).all()
    np.testing.assert_allclose(
        (numbers - 1) / float(header["DataRate"]), [float(row[1]) for row in rows], rtol=1e-9, atol=1e-6
    )
    values = np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in rows])
    return header, labels[2:], values[:, 0], values[:, 1:].reshape(len(rows), n, 3)


def test_markers_stand_in_metres_with_y_up(tmp_path: Path, analysis: Analysis) -> None:
    track = analysis.track
    write_trc(tmp_path / "a.trc", track)
    header, names, times, xyz = read_trc(tmp_path / "a.trc")
    assert header["Units"] == "m"
    assert names == [landmark.name.lower() for landmark in L]
    np.testing.assert_allclose(times, np.arange(len(times)) / float(header["DataRate"]), atol=1e-6)
    assert (xyz[:, L.NOSE, 1] > xyz[:, L.LEFT_HIP, 1]).all()
    np.testing.assert_allclose(xyz[0], track.world_xyz[0] @ np.array([[0, 0, -1], [0, -1, 0], [-1, 0, 0]]), atol=1e-5)


def test_the_change_of_axes_is_a_rotation() -> None:
    turn = -np.eye(3)[::-1]
    assert np.linalg.det(turn) == pytest.approx(1.0)


def uneven() -> PoseTrack:
    """Return a person who moves evenly, filmed at uneven times, unseen from frame 10 to 12."""
    time_s = np.cumsum(np.tile([0.04, 0.04, 0.05, 0.03], 10)) - 0.04
    world = np.broadcast_to(time_s[:, None, None], (40, 33, 3)).copy()
    image = np.ones((40, 33, 2))
    world[10:13], image[10:13] = np.nan, np.nan
    ones = np.ones(40, np.int16)
    return PoseTrack(time_s, image, world, np.ones((40, 33)), ones, ones * 0, np.full((40, 2), 640, np.int32))


def test_uneven_times_come_out_even_and_gaps_stay_empty(tmp_path: Path) -> None:
    track = uneven()
    write_trc(tmp_path / "a.trc", track)
    header, _, times, xyz = read_trc(tmp_path / "a.trc")
    assert float(header["DataRate"]) == 25.0
    known = np.isfinite(xyz).all(axis=(1, 2))
    np.testing.assert_allclose(xyz[known, 0, 0], -times[known], atol=1e-4)
    lost = (times > track.time_s[9] + 1e-6) & (times < track.time_s[13] - 1e-6)
    np.testing.assert_array_equal(known, ~lost)


def test_long_gaps_are_not_drawn_over(tmp_path: Path) -> None:
    track = uneven()
    kept = np.r_[0:10, 25:40]
    write_trc(tmp_path / "a.trc", track.rows(kept))
    _, _, times, xyz = read_trc(tmp_path / "a.trc")
    inside = (times > track.time_s[9] + 1e-6) & (times < track.time_s[25] - 1e-6)
    assert np.isnan(xyz[inside]).all()


def track_at(time_s: Floats) -> PoseTrack:
    """Return a person whose landmarks all lie at (t, t, t) metres, filmed at these times."""
    n = len(time_s)
    world = np.broadcast_to((time_s - time_s[0])[:, None, None], (n, 33, 3)).copy()
    ones = np.ones(n, np.int16)
    size = np.full((n, 2), 640, np.int32)
    return PoseTrack(time_s, np.ones((n, 33, 2)), world, np.ones((n, 33)), ones, ones * 0, size)


def clocked(stamps: list[float | None], speed: float = 1.0) -> Floats:
    """Return the times that a recording with these time stamps gets."""
    clock = Clock("a.mp4", 1 / 25, speed)
    return np.array([clock.time_of(stamp) for stamp in stamps])


RATES = {
    "regular": (clocked([i / 29.97 for i in range(90)]), 29.97),
    "without time stamps": (clocked([None] * 90), 25.0),
    "uneven": (np.cumsum(np.tile([0.04, 0.04, 0.05, 0.03], 20)), 25.0),
    "each time twice": (clocked([(i // 2) / 15 for i in range(90)]), 15.0),
    "each time three times": (clocked([(i // 3) / 10 for i in range(90)]), 10.0),
    "each time twice, not moved apart": (np.arange(90) // 2 / 15, 15.0),
    "slow motion": (clocked([i / 30 for i in range(90)], speed=8.0), 240.0),
    "a fast camera": (np.arange(90) / 1000, 1000.0),
    "a fast camera that paused": (np.arange(90) / 1000 + np.repeat([0.0, 3600.0], 45), 1000.0),
    "very slow": (np.arange(90) * 1e6, 1e-6),
}


@pytest.mark.parametrize("name", RATES)
def test_the_rate_is_that_of_the_recording(tmp_path: Path, name: str) -> None:
    time_s, rate = RATES[name]
    write_trc(tmp_path / "a.trc", track_at(time_s))
    header, _, times, xyz = read_trc(tmp_path / "a.trc", gaps="paused" in name)
    assert float(header["DataRate"]) == float(header["CameraRate"]) == pytest.approx(rate, rel=1e-5)
    assert times[-1] == pytest.approx(time_s[-1] - time_s[0], abs=1 / rate)
    known = np.isfinite(xyz).all(axis=(1, 2))
    assert known.mean() > 0.9
    np.testing.assert_allclose(xyz[known, 0, 0], -times[known], atol=2e-5)


@pytest.mark.parametrize("gap_s", [3600.0, 1e6, 1e12])
def test_an_absurd_gap_takes_no_rows_and_the_rows_after_it_keep_their_times(tmp_path: Path, gap_s: float) -> None:
    time_s = np.arange(60) / 30
    time_s[30:] += gap_s
    write_trc(tmp_path / "a.trc", track_at(time_s))
    header, _, times, xyz = read_trc(tmp_path / "a.trc", gaps=True)
    assert header["DataRate"] == "30"
    assert len(times) == pytest.approx(60, abs=1)
    np.testing.assert_allclose(times[[0, 29]], time_s[[0, 29]], atol=1e-6)
    np.testing.assert_allclose(times[-1], time_s[-1], atol=0.04)
    assert np.isfinite(xyz[:30]).all()
    assert np.isfinite(xyz[-28:]).all()


def test_a_frame_at_the_edge_of_a_gap_is_not_drawn_out_into_it(tmp_path: Path) -> None:
    """A share of the step over a long gap would be many rows."""
    time_s = np.arange(60) / 30
    time_s[30:] += 9.0
    write_trc(tmp_path / "a.trc", track_at(time_s))
    _, _, times, xyz = read_trc(tmp_path / "a.trc")
    assert len(times) == 60 + 270
    known = np.isfinite(xyz).all(axis=(1, 2))
    np.testing.assert_array_equal(np.flatnonzero(~known), np.arange(30, 300))


def test_times_of_no_recording_are_said_in_one_line(tmp_path: Path) -> None:
    wild = np.cumsum(np.where(np.arange(20_000) % 3 == 0, 9.9, 0.002))
    for time_s, told in (
        (np.zeros(5), "expected at least two frames at increasing times"),
        (np.full(5, np.nan), "expected at least two frames at increasing times"),
        (wild, "time_s: expected times of a recording"),
        (np.array([0.0, 0.02, 0.04, 1e300]), "time_s: expected times of a recording"),
    ):
        with pytest.raises(InputError, match=told) as caught:
            write_trc(tmp_path / "a.trc", track_at(time_s))
        assert str(caught.value).startswith(f"{tmp_path / 'a.trc'}: ")
    assert list(tmp_path.iterdir()) == []


def test_frames_without_a_later_time_are_left_out_of_both(tmp_path: Path, analysis: Analysis) -> None:
    readings = analysis.judged.readings
    time_s = readings.time_s.copy()
    time_s[5], time_s[9], time_s[12] = np.nan, time_s[8], time_s[3]
    held = replace(analysis, judged=replace(analysis.judged, readings=replace(readings, time_s=time_s)))
    write_mot(tmp_path / "a.mot", held)
    told = read_mot(tmp_path / "a.mot")[2][:, 0]
    assert (np.diff(told) > 0).all()
    assert len(told) == len(time_s) - 3
    write_trc(tmp_path / "a.trc", track_at(time_s))
    header, _, times, xyz = read_trc(tmp_path / "a.trc")
    assert header["DataRate"] == "30"
    np.testing.assert_allclose(xyz[:, 0, 0], -times, atol=2e-5)


def test_a_long_recording_is_written_in_little_memory(tmp_path: Path) -> None:
    track = track_at(np.arange(20_000) / 30)
    tracemalloc.start()
    try:
        write_trc(tmp_path / "a.trc", track)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < track.world_xyz.nbytes


def read_mot(path: Path) -> tuple[dict[str, str], list[str], Floats]:
    lines = path.read_text(encoding="utf-8").splitlines()
    end = lines.index("endheader")
    assert lines[0] == path.stem
    header = dict(line.split("=") for line in lines[1:end] if "=" in line)
    labels = lines[end + 1].split("\t")
    rows = np.array([[float(cell) for cell in line.split("\t")] for line in lines[end + 2 :]])
    assert rows.shape == (int(header["nRows"]), int(header["nColumns"])) == (len(rows), len(labels))
    return header, labels, rows


def test_angles_are_degrees_without_holes(tmp_path: Path, analysis: Analysis) -> None:
    write_mot(tmp_path / "a.mot", analysis)
    header, labels, rows = read_mot(tmp_path / "a.mot")
    assert (header["version"], header["inDegrees"], labels[0]) == ("1", "yes", "time")
    assert np.isfinite(rows).all()
    assert (np.diff(rows[:, 0]) > 0).all()
    assert set(labels[1:]) <= {row.name for row in ANGLES if row.unit == "deg"}
    i = [row.name for row in ANGLES].index("trunk_rotation")
    assert rows[:, labels.index("trunk_rotation")].max() == pytest.approx(
        np.nanmax(analysis.judged.readings.value[:, i]), abs=1e-3
    )


def test_frames_with_a_missing_angle_are_left_out(tmp_path: Path, analysis: Analysis) -> None:
    readings = analysis.judged.readings
    value = readings.value.copy()
    value[3] = np.nan
    held = replace(analysis, judged=replace(analysis.judged, readings=replace(readings, value=value)))
    write_mot(tmp_path / "a.mot", held)
    assert readings.time_s[3] not in read_mot(tmp_path / "a.mot")[2][:, 0]
    none = replace(readings, value=np.full_like(value, np.nan))
    with pytest.raises(InputError, match=r"b\.mot: expected an angle judged in 80%"):
        write_mot(tmp_path / "b.mot", replace(analysis, judged=replace(analysis.judged, readings=none)))


def test_parquet_has_the_columns_of_the_table(tmp_path: Path, analysis: Analysis) -> None:
    write_parquet(tmp_path / "a.parquet", analysis)
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.column_names == ["time_s", *(name for row in ANGLES for name in (row.column, row.error_column))]
    missing = int(np.isnan(analysis.judged.readings.value).sum())
    assert sum(table[row.column].null_count for row in ANGLES) == missing > 0


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, analysis: Analysis) -> None:
    with pytest.raises(OutputError, match="expected a place to write to"):
        write_trc(tmp_path / "none" / "a.trc", analysis.track)
    with pytest.raises(InputError, match="at least two frames"):
        write_trc(tmp_path / "a.trc", analysis.track.slice(0, 1))
    assert list(tmp_path.iterdir()) == []
