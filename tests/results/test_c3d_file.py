"""C3D files read back by our own reader of laboratory files, and by the library itself."""

from pathlib import Path

import c3d
import numpy as np
import pytest

from posecheck.assessment.analysis import Analysis, judge
from posecheck.core.errors import InputError
from posecheck.core.landmarks import Landmark as L
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.results.c3d_file import MOST_FRAMES, write_c3d
from posecheck.stretches.library import find_stretch
from posecheck.validation.truth import c3d_file
from tests.support.people import track_of, twist


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return judge(track_of(twist(20.0), azimuth=45.0), find_stretch("chair-twist"))


def test_our_own_reader_opens_it(tmp_path: Path, analysis: Analysis) -> None:
    write_c3d(tmp_path / "a.c3d", analysis)
    held = c3d_file.read(tmp_path / "a.c3d")
    track = analysis.track
    assert list(held.markers) == [*(one.name.lower() for one in L), *(row.name for row in ANGLES)]
    assert held.time_s is not None
    np.testing.assert_allclose(held.time_s, track.time_s - track.time_s[0], atol=1e-3)
    turned = track.world_xyz @ np.array([[0, 1, 0], [0, 0, -1], [-1, 0, 0]]) * 1000
    for landmark in L:
        np.testing.assert_allclose(held.markers[landmark.name.lower()], turned[:, landmark], atol=0.01)
    assert (held.markers["nose"][:, 2] > held.markers["left_hip"][:, 2]).all(), "Z points up"


def test_angles_stand_among_the_points_with_their_errors(tmp_path: Path, analysis: Analysis) -> None:
    write_c3d(tmp_path / "a.c3d", analysis)
    held, readings = c3d_file.read(tmp_path / "a.c3d"), analysis.judged.readings
    for name, row in INDEX.items():
        np.testing.assert_allclose(held.columns[f"{name}.X"], readings.value[:, row], rtol=1e-5, atol=1e-4)
    row = INDEX["trunk_rotation"]
    assert np.isfinite(readings.value[:, row]).sum() > 30
    np.testing.assert_allclose(held.columns["trunk_rotation.Y"], readings.error[:, row], rtol=1e-5)


@pytest.mark.filterwarnings("ignore:No analog data")
def test_units_and_lists_stand_where_laboratories_look_for_them(tmp_path: Path, analysis: Analysis) -> None:
    write_c3d(tmp_path / "a.c3d", analysis)
    with (tmp_path / "a.c3d").open("rb") as file:
        reader = c3d.Reader(file)
        assert reader.get("POINT:UNITS").string_value.strip() == "mm"
        assert reader.get("POINT:ANGLE_UNITS").string_array[0].strip() == "deg"
        angles = {name.strip() for name in reader.get("POINT:ANGLES").string_array}
        scalars = {name.strip() for name in reader.get("POINT:SCALARS").string_array}
    assert angles == {row.name for row in ANGLES if row.unit == "deg"}
    assert scalars == {row.name for row in ANGLES if row.unit == "ratio"}


def test_what_was_not_seen_or_judged_is_marked(tmp_path: Path) -> None:
    track = track_of(twist(20.0), azimuth=45.0)
    track.world_xyz[40:50], track.image_xy[40:50] = np.nan, np.nan
    hidden = judge(track, find_stretch("chair-twist"))
    write_c3d(tmp_path / "a.c3d", hidden)
    held = c3d_file.read(tmp_path / "a.c3d")
    known = np.isfinite(held.markers["nose"]).all(axis=1)
    np.testing.assert_array_equal(np.flatnonzero(~known), np.arange(40, 50))
    judged = np.isfinite(hidden.judged.readings.value[:, INDEX["trunk_rotation"]])
    np.testing.assert_array_equal(np.isfinite(held.columns["trunk_rotation.X"]), judged)


def test_a_gap_keeps_its_rows_and_more_than_the_format_counts_is_refused(tmp_path: Path) -> None:
    track = track_of(twist(20.0), azimuth=45.0)
    track.time_s[60:] += 20.0
    write_c3d(tmp_path / "a.c3d", judge(track, find_stretch("chair-twist")))
    held = c3d_file.read(tmp_path / "a.c3d")
    assert held.time_s is not None
    assert held.time_s[-1] == pytest.approx(track.time_s[-1] - track.time_s[0], abs=0.05)
    inside = (held.time_s > track.time_s[59] + 0.5) & (held.time_s < track.time_s[60] - 0.5)
    assert inside.sum() > 100
    assert np.isnan(held.markers["nose"][inside]).all()
    assert np.isnan(held.columns["trunk_rotation.X"][inside]).all()
    track.time_s[60:] += 1e5
    with pytest.raises(InputError, match=f"at most {MOST_FRAMES} rows"):
        write_c3d(tmp_path / "b.c3d", judge(track, find_stretch("chair-twist")))
    assert not (tmp_path / "b.c3d").exists()
