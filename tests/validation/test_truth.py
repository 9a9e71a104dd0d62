"""Reference files of every format: what they hold, and one line for each that is broken."""

import json
from pathlib import Path

import numpy as np
import pytest

from posecheck.core.errors import InputError
from posecheck.core.paths import sample_videos
from posecheck.validation.truth.files import read_reference
from posecheck.validation.truth.mapping import parse_column, parse_marker, truth_of
from tests.support.references import body, c3d_file, csv_file, mot_file, movement, trc_file

TIMES = np.arange(0, 8, 1 / 50)


def refused(path: Path, *parts: str) -> None:
    with pytest.raises(InputError) as error:
        read_reference(path)
    told = str(error.value)
    assert "\n" not in told
    assert str(path) in told
    for part in parts:
        assert part in told


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_is_read_with_any_mark_between_its_cells(tmp_path: Path, mark: str) -> None:
    path = csv_file(tmp_path / "imu.csv", TIMES, {"trunk_rotation": movement(TIMES)}, mark=mark)
    read = read_reference(path)
    assert read.time_s == pytest.approx(TIMES, abs=1e-6)
    assert read.columns["trunk_rotation"] == pytest.approx(movement(TIMES), abs=1e-5)


def test_milliseconds_and_empty_cells_and_text(tmp_path: Path) -> None:
    path = tmp_path / "imu.csv"
    path.write_text("time_ms,trunk_rotation_deg,note\n0,1.5,start\n20,,\n40,2.5,end\n")
    read = read_reference(path)
    assert read.time_s == pytest.approx([0.0, 0.02, 0.04])
    assert read.columns["trunk_rotation_deg"] == pytest.approx([1.5, np.nan, 2.5], nan_ok=True)
    assert set(read.columns) == {"trunk_rotation_deg"}


def test_a_goniometer_table_counts_repetitions(tmp_path: Path) -> None:
    path = tmp_path / "goniometer.csv"
    path.write_text("Wiederholung;trunk_rotation\n1;31,5\n2;-30\n")
    read = read_reference(path)
    assert read.time_s is None
    assert read.repetition is not None
    assert read.repetition.tolist() == [1.0, 2.0]
    assert read.columns["trunk_rotation"].tolist() == [31.5, -30.0]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("angle,other\n1,2\n", ("expected a column time_s or", "found angle, other")),
        ("time,angle\n0,1\n1,2\n1,3\n", ("measurement 3: expected times that grow, found 1 after 1",)),
        ("time,angle\n0,1\n,2\n", ("row 3: time: expected a number",)),
        ("time,angle\n0,1\n1,2,3\n", ("row 3: expected 2 cells, found 3",)),
        ("time,angle\n0,1\n", ("expected rows of a measurement, found 1",)),
        ("time,time\n0,1\n", ("a different name for each column",)),
        ("rep,angle\n1,1\n1,2\n", ("row 3: rep: expected the number of a repetition, each once from 1, got 1",)),
        ("rep,angle\n0.5,1\n", ("row 2: rep", "got 0.5")),
        ("", ("first row",)),
    ],
)
def test_a_broken_table_is_refused_in_a_line(tmp_path: Path, text: str, parts: tuple[str, ...]) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    refused(path, *parts)


def test_a_motion_states_its_unit(tmp_path: Path) -> None:
    columns = {"lumbar_rotation": movement(TIMES), "pelvis_tx": TIMES}
    degrees = read_reference(mot_file(tmp_path / "a.mot", TIMES, columns))
    assert not degrees.radians
    assert degrees.columns["lumbar_rotation"] == pytest.approx(movement(TIMES), abs=1e-6)
    radians = read_reference(mot_file(tmp_path / "b.sto", TIMES, columns, degrees=False))
    found = truth_of(radians, [parse_column("trunk_rotation=lumbar_rotation")], {})
    assert found.values["trunk_rotation"] == pytest.approx(np.degrees(movement(TIMES)), abs=1e-4)
    stated = truth_of(radians, [parse_column("trunk_rotation=lumbar_rotation,deg")], {})
    assert stated.values["trunk_rotation"] == pytest.approx(movement(TIMES), abs=1e-6)


@pytest.mark.parametrize(
    ("name", "text", "parts"),
    [
        ("a.mot", "version=1\ntime\tx\n0\t1\n", ("endheader",)),
        ("a.sto", "endheader\ntime\tx\n0\t1\n0.1\n", ("line 4: expected 2 cells, found 1",)),
        ("a.mot", "endheader\nx\ty\n0\t1\n", ("expected a column time, found x, y",)),
        ("a.trc", "PathFileType\n", ("expected a .trc",)),
        ("a.trc", "PathFileType\nx\nx\nFrame#\tTime\tC7\n\n1\tnever\t1\t2\t3\n", ("line 6",)),
        ("a.c3d", "no motion capture at all" * 50, ("expected a C3D file",)),
        ("a.json", "{", ("expected the truth of a rendered clip",)),
        ("a.json", '{"fps": 0, "angles_deg": {"x": [1]}}', ("fps", "more than 0")),
        (
            "a.json",
            '{"fps": 25, "angles_deg": {"x": [1], "y": [1, 2]}}',
            ("angles_deg.x: expected 2 numbers, found 1",),
        ),
        ("a.xlsx", "", ("expected a name that ends in .c3d, .mot, .sto, .trc, .csv, .json",)),
    ],
)
def test_a_broken_file_is_refused_in_a_line(tmp_path: Path, name: str, text: str, parts: tuple[str, ...]) -> None:
    path = tmp_path / name
    path.write_text(text)
    refused(path, *parts)


def test_what_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bytes.csv"
    path.write_bytes(b"\xff\xfe\x00\x01" * 50)
    refused(path, "expected text in UTF-8")
    refused(tmp_path / "nowhere.csv", "no such file")
    (tmp_path / "folder.trc").mkdir()
    refused(tmp_path / "folder.trc", "is a directory")


def test_a_cut_c3d_file_is_refused_or_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = c3d_file(tmp_path / "whole.c3d", 100.0, {"C7": np.ones((50, 3))}).read_bytes()
    path = tmp_path / "cut.c3d"
    for size in range(0, len(whole), 97):
        path.write_bytes(whole[:size])
        told = ""
        try:
            assert len(read_reference(path)) <= 50
        except InputError as error:
            told = str(error)
        assert "\n" not in told


def test_a_c3d_file_of_an_unknown_processor_is_refused(tmp_path: Path) -> None:
    path = c3d_file(tmp_path / "a.c3d", 100.0, {"C7": np.ones((50, 3))})
    held = bytearray(path.read_bytes())
    held[512 + 3] = 99
    path.write_bytes(held)
    refused(path, "expected a C3D file")


@pytest.mark.parametrize("kind", ["trc", "c3d"])
def test_markers_give_the_angles_they_were_made_from(tmp_path: Path, kind: str) -> None:
    turn = movement(TIMES)
    still = np.zeros(len(turn))
    for rotation, flexion in ((turn, still), (still, turn)):
        markers = body(rotation, flexion, "y" if kind == "trc" else "z")
        path = tmp_path / f"walk.{kind}"
        if kind == "trc":
            trc_file(path, TIMES, markers)
        else:
            c3d_file(path, 50.0, {f"Anna:{name}": xyz for name, xyz in markers.items()})
        found = truth_of(read_reference(path), [], {})
        assert found.reference.time_s == pytest.approx(TIMES, abs=1e-6)
        assert found.values["trunk_rotation"] == pytest.approx(rotation, abs=0.01)
        assert found.values["shoulder_rotation"] - found.values["pelvis_rotation"] == pytest.approx(rotation, abs=0.01)
        change = found.values["trunk_flexion"] - found.values["trunk_flexion"][0]
        assert change == pytest.approx(flexion, abs=0.01)
        assert found.origins["trunk_rotation"] == "markers"
        if rotation is still:
            lean = found.values["trunk_inclination"]
            assert lean - lean[0] == pytest.approx(flexion, abs=0.01)


def test_a_marker_that_is_not_seen_leaves_its_moment_unknown(tmp_path: Path) -> None:
    markers = body(movement(TIMES), np.zeros(len(TIMES)))
    markers["PX"] = markers["PX"].copy()
    markers["PX"][10:20] = np.nan
    for path in (trc_file(tmp_path / "a.trc", TIMES, markers), c3d_file(tmp_path / "a.c3d", 50.0, markers)):
        rotation = truth_of(read_reference(path), [], {}, up="y").values["trunk_rotation"]
        assert np.isnan(rotation[10:20]).all()
        assert np.isfinite(np.delete(rotation, range(10, 20))).all()


def test_a_c3d_file_may_hold_more_points_than_one_list_names(tmp_path: Path) -> None:
    points = {f"M{i}": np.full((5, 3), float(i)) for i in range(3)}
    # Real files begin another list after 255 names.
    read = read_reference(c3d_file(tmp_path / "many.c3d", 100.0, points, listed=2))
    assert list(read.markers) == ["M0", "M1", "M2"]
    assert read.markers["M2"][0].tolist() == [2.0] * 3


def test_other_names_of_markers_are_known_or_given(tmp_path: Path) -> None:
    markers = body(movement(TIMES), np.zeros(len(TIMES)))
    named = {"CLAV": markers.pop("IJ"), "STRN": markers.pop("PX"), "neck": markers.pop("C7"), **markers}
    read = read_reference(trc_file(tmp_path / "a.trc", TIMES, named))
    with pytest.raises(InputError, match="markers: expected C7 as well, found CLAV, STRN, neck"):
        truth_of(read, [], {})
    given = truth_of(read, [], dict([parse_marker("C7=neck")]))
    assert given.values["trunk_rotation"] == pytest.approx(movement(TIMES), abs=0.01)


def test_a_model_s_angles_in_a_c3d_file(tmp_path: Path) -> None:
    angles = np.column_stack([np.zeros(len(TIMES)), np.zeros(len(TIMES)), -movement(TIMES)])
    path = c3d_file(tmp_path / "a.c3d", 50.0, {"ThoraxAngles": angles, "C7": np.ones((len(TIMES), 3))})
    found = truth_of(read_reference(path), [parse_column("trunk_rotation=ThoraxAngles.Z,flip")], {})
    assert found.values["trunk_rotation"] == pytest.approx(movement(TIMES), abs=1e-4)
    assert set(found.values) == {"trunk_rotation"}


def test_the_truth_of_a_sample_is_read_by_our_names() -> None:
    path = sample_videos() / "standing-extension-too-far.truth.json"
    held = json.loads(path.read_text())
    read = read_reference(path)
    assert len(read) == held["frames"]
    assert read.columns["trunk_flexion"].tolist() == held["angles_deg"]["trunk_flexion_from_vertical"]


def test_options_say_unit_sign_and_scale() -> None:
    one = parse_column("trunk_rotation=Yaw, left,rad,flip,scale=0.5,abs")
    assert (one.column, one.unit, one.factor, one.magnitude) == ("Yaw, left", "rad", -0.5, True)
    assert parse_column("trunk_flexion=a=b").column == "a=b"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("trunk_axial_rotation=yaw", "such as trunk_rotation; got trunk_axial_rotation"),
        ("trunk_rotation", "expected ANGLE=COLUMN"),
        ("trunk_rotation=", "expected ANGLE=COLUMN"),
        ("trunk_rotation=yaw,scale=0", "expected a number other than 0, got '0'"),
        ("trunk_rotation=yaw,scale=many", "got 'many'"),
    ],
)
def test_a_wrong_option_is_refused(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        parse_column(text)


def test_a_wrong_marker_is_refused() -> None:
    with pytest.raises(InputError, match="expected one of C7, T8, IJ, PX"):
        parse_marker("L5=mine")


def test_a_column_that_is_missing_or_empty_is_named(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", TIMES, {"yaw": movement(TIMES), "none": np.full(len(TIMES), np.nan)})
    read = read_reference(path)
    with pytest.raises(InputError, match=r"a\.csv: angle trunk_rotation: expected a column .* named roll, found yaw"):
        truth_of(read, [parse_column("trunk_rotation=roll")], {})
    with pytest.raises(InputError, match="none: expected numbers, found none"):
        truth_of(read, [parse_column("trunk_rotation=none")], {})
    with pytest.raises(InputError, match="expected a column with the name of an angle, found yaw"):
        truth_of(read, [], {})
