"""A recording beside its reference: clocks, neutral, peaks, what was not judged, limits missed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from posecheck.core.errors import InputError
from posecheck.validation import schema
from posecheck.validation.pairs import Pair, read_pairs
from posecheck.validation.pooled import validation_of
from posecheck.validation.run import Settings, compared_of
from posecheck.validation.truth.mapping import parse_column
from tests.support.references import csv_file, event, movement, peak, repetition, results

OURS = np.arange(0, 16, 1 / 25)
THEIRS = np.arange(0, 16, 1 / 100)
STOPPED = {"peaks": [peak("trunk_rotation", 15.0, 20.0)]}
"""Limits that the movement passes four times, by 20 degrees at the most."""


def found(
    folder: Path, truth: Path, settings: Settings | None = None, offset_s: float | None = None, person: str = "1"
) -> schema.ValidationFile:
    """Return what is found of one pair."""
    chosen = settings or Settings()
    one = compared_of(Pair(folder, truth, person, offset_s), chosen)
    return validation_of([one], draws=0, seed=0, counted_from_neutral=chosen.zero)


def moments(file: schema.ValidationFile, angle: str = "trunk_rotation") -> schema.Figures:
    figures = next(one for one in file.angles if one.angle == angle).moments
    assert figures is not None
    return figures


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return csv_file(tmp_path / "truth.csv", THEIRS, {"trunk_rotation": movement(THEIRS)})


def folder(tmp_path: Path, reading: "np.ndarray[tuple[int], np.dtype[np.float64]]", **more: Any) -> Path:
    return results(tmp_path / "results", OURS, {"trunk_rotation": reading}, **more)


def test_bias_and_offset_are_found(tmp_path: Path, truth: Path) -> None:
    shifted = movement(OURS - 0.5)
    # Counted from neutral, a constant would vanish from the reference alone.
    file = found(folder(tmp_path, shifted + 2.0), truth)
    assert file.recordings[0].offset.seconds == pytest.approx(0.5, abs=0.005)
    assert file.recordings[0].offset.by == "correlation"
    figures = moments(file)
    assert figures.bias == pytest.approx(2.0, abs=0.15)
    assert figures.slope == pytest.approx(1.0, abs=0.01)
    assert figures.inside == 1.0
    assert figures.n > 350


def test_a_given_offset_is_taken(tmp_path: Path, truth: Path) -> None:
    file = found(folder(tmp_path, movement(OURS - 0.5)), truth, offset_s=0.25)
    assert file.recordings[0].offset == schema.Offset(by="given", seconds=0.25)
    assert moments(file).mae is not None
    assert (moments(file).mae or 0) > 1


def test_the_reference_is_counted_from_the_same_neutral(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "t.csv", THEIRS, {"trunk_rotation": movement(THEIRS) + 12.0})
    at = folder(tmp_path, movement(OURS))
    assert moments(found(at, path)).bias == pytest.approx(0.0, abs=0.1)
    assert moments(found(at, path, Settings(zero=False))).bias == pytest.approx(-12.0, abs=0.1)


def test_a_reference_that_begins_later_says_that_it_has_no_neutral(tmp_path: Path) -> None:
    late = THEIRS[THEIRS > 3]
    path = csv_file(tmp_path / "t.csv", late, {"trunk_rotation": movement(late)})
    file = found(folder(tmp_path, movement(OURS)), path)
    assert file.recordings[0].notes == (schema.Note(code="neutral_not_in_truth", angle="trunk_rotation"),)


def test_directions_are_compared_across_a_full_turn(tmp_path: Path) -> None:
    turned = (movement(THEIRS) + 175.0 + 180.0) % 360.0 - 180.0
    path = csv_file(tmp_path / "t.csv", THEIRS, {"shoulder_rotation": turned})
    at = results(tmp_path / "r", OURS, {"shoulder_rotation": movement(OURS)})
    assert moments(found(at, path), "shoulder_rotation").mae == pytest.approx(0.0, abs=0.1)


def test_a_sign_that_counts_the_other_way_is_named(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "t.csv", THEIRS, {"yaw": -np.radians(movement(THEIRS))})
    at = folder(tmp_path, movement(OURS))
    with pytest.raises(InputError, match=r"t\.csv: expected a movement that agrees .* within 1 s, found") as error:
        found(at, path, Settings([parse_column("trunk_rotation=yaw,rad")], search_s=1.0))
    assert error.value.hint == "flip"
    right = found(at, path, Settings([parse_column("trunk_rotation=yaw,rad,flip")]))
    assert moments(right).mae == pytest.approx(0.0, abs=0.1)
    assert right.recordings[0].columns == {"trunk_rotation": "yaw,rad,scale=-1"}


def test_another_movement_is_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(5).normal(0, 10, len(THEIRS))
    path = csv_file(tmp_path / "t.csv", THEIRS, {"trunk_rotation": noise})
    with pytest.raises(InputError, match=r"correlation of at least 0\.5"):
        found(folder(tmp_path, movement(OURS)), path)


def test_what_was_not_judged_is_counted_with_its_reason(tmp_path: Path, truth: Path) -> None:
    reading = np.where((OURS >= 4) & (OURS < 8), np.nan, movement(OURS))
    told = [{"angle": "trunk_rotation", "words": "x", "reason": "hidden", "share": 0.25, "advice": "x"}]
    file = found(folder(tmp_path, reading, changes={"unjudged": told}), truth)
    unjudged = file.angles[0].unjudged
    assert unjudged is not None
    assert unjudged.share == pytest.approx(0.25, abs=0.01)
    assert unjudged.why == {"hidden": unjudged.share}


def test_a_reason_that_is_not_kept_is_said_to_be(tmp_path: Path, truth: Path) -> None:
    reading = np.where((OURS >= 4) & (OURS < 8), np.nan, movement(OURS))
    unjudged = found(folder(tmp_path, reading), truth).angles[0].unjudged
    assert unjudged is not None
    assert set(unjudged.why) == {"not_kept"}


def test_an_angle_with_a_limit_that_was_never_judged_has_its_place(tmp_path: Path) -> None:
    columns = {"trunk_rotation": movement(THEIRS), "pelvis_rotation": np.zeros(len(THEIRS))}
    path = csv_file(tmp_path / "t.csv", THEIRS, columns)
    peaks = [peak("trunk_rotation", 40.0, 45.0), peak("pelvis_rotation", 15.0, 20.0)]
    file = found(folder(tmp_path, movement(OURS), changes={"peaks": peaks}), path)
    pelvis = next(one for one in file.angles if one.angle == "pelvis_rotation")
    assert pelvis.moments is None
    assert pelvis.unjudged is not None
    assert pelvis.unjudged.share == 1.0


@pytest.mark.parametrize(
    ("events", "outcomes"),
    [
        (
            [event("stop", 2.5, 4.6), event("stop", 5.5, 7.5), event("stop", 8.4, 10.6), event("stop", 11.8, 13.2)],
            {"hit"},
        ),
        ([], {"missed"}),
        ([event("stop", 2.5, 4.6)], {"hit", "missed"}),
    ],
)
def test_stops_are_hit_or_missed(
    tmp_path: Path, truth: Path, events: list[Mapping[str, Any]], outcomes: set[str]
) -> None:
    changes = {**STOPPED, "events": events}
    file = found(folder(tmp_path, movement(OURS), changes=changes), truth)
    stops = [row for row in file.recordings[0].passages or () if row.level == "stop"]
    assert {row.outcome for row in stops} == outcomes
    assert len(stops) == 4
    assert all(0 < (row.past or 0) < 20 for row in stops)
    counts = next(one for one in file.limits if one.level == "stop")
    assert counts.hits == sum(row.outcome == "hit" for row in stops)
    assert counts.missed == sum(row.outcome == "missed" for row in stops)


def test_a_warning_without_a_passage_is_false(tmp_path: Path, truth: Path) -> None:
    changes = {"events": [event("stop", 5.0, 7.0), event("caution", 9.0, 10.0)]}
    file = found(folder(tmp_path, movement(OURS), changes=changes), truth)
    rows = file.recordings[0].passages or ()
    assert [(row.level, row.outcome) for row in rows] == [("caution", "false"), ("stop", "false")]
    assert all((row.past or 0) < 0 for row in rows)


def test_a_passage_that_could_not_be_judged_is_not_called_missed(tmp_path: Path, truth: Path) -> None:
    reading = np.where(OURS >= 5, np.nan, movement(OURS))
    file = found(folder(tmp_path, reading, changes={**STOPPED, "events": [event("stop", 2.5, 4.6)]}), truth)
    assert {row.outcome for row in file.recordings[0].passages or ()} == {"hit", "unjudged"}


def test_a_stretch_that_is_gone_leaves_limits_unknown(tmp_path: Path, truth: Path) -> None:
    gone = {"settings": {"stretch": "/nowhere/mine.toml"}, "stretch": {"id": "mine", "name": "Mine"}}
    file = found(folder(tmp_path, movement(OURS), changes=gone), truth)
    assert file.recordings[0].passages is None
    assert file.limits == ()


def test_the_peaks_of_repetitions_are_compared(tmp_path: Path, truth: Path) -> None:
    rows = [repetition(2.0, 5.0, 35.0), repetition(5.0, 8.0, -41.0)]
    file = found(folder(tmp_path, movement(OURS), changes={"repetitions": rows}), truth, offset_s=0.0)
    peaks = file.angles[0].peaks
    assert peaks is not None
    assert peaks.n == 2
    left, right = movement(THEIRS[THEIRS < 5]).max(), movement(THEIRS[THEIRS < 8]).min()
    assert peaks.bias == pytest.approx(((35 - left) + (-41 - right)) / 2, abs=0.1)


def test_a_goniometer_table_goes_by_repetition(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_text("repetition,rotation,trunk_lateral_flexion\n1,33,4\n2,38,-3\n3,35,0\n")
    rows = [repetition(2.0, 5.0, 35.0), repetition(5.0, 8.0, -41.0)]
    readings = {"trunk_rotation": movement(OURS), "trunk_lateral_flexion": np.where(OURS < 5, 6.0, -5.0)}
    at = results(tmp_path / "r", OURS, readings, changes={"repetitions": rows})
    file = found(at, path, Settings([parse_column("trunk_rotation=rotation,abs")]))
    rotation, lateral = (one.peaks for one in file.angles)
    assert rotation is not None
    assert lateral is not None
    assert (rotation.n, rotation.bias) == (2, 2.5)
    assert lateral.bias == 0.0
    assert file.recordings[0].offset.by == "repetitions"
    assert [note.code for note in file.recordings[0].notes] == ["counts_differ"]
    # Peaks tell nothing of when a limit was passed, nor of what was judged between them.
    assert file.recordings[0].passages is None
    assert all(one.unjudged is None for one in file.angles)


def test_a_table_without_our_repetitions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_text("repetition,trunk_rotation\n3,33\n4,35\n")
    with pytest.raises(InputError, match=r"g\.csv: expected repetitions 1 to 1 .* found 3 to 4"):
        found(folder(tmp_path, movement(OURS), changes={"repetitions": [repetition(2.0, 5.0, 35.0)]}), path)


def test_a_table_of_few_moments_is_taken_on_the_same_clock(tmp_path: Path) -> None:
    times = np.array([1.0, 3.4, 6.52, 9.6])
    path = csv_file(tmp_path / "g.csv", times, {"trunk_rotation": movement(times)})
    file = found(folder(tmp_path, movement(OURS) + 1.5), path)
    assert file.recordings[0].offset.by == "same_clock"
    assert file.recordings[0].passages is None
    assert moments(file).n == 4
    assert moments(file).bias == pytest.approx(1.5, abs=0.2)


def test_times_that_do_not_meet_are_refused(tmp_path: Path, truth: Path) -> None:
    with pytest.raises(InputError, match="found none after 100 s are added"):
        found(folder(tmp_path, movement(OURS)), truth, offset_s=100.0)


def test_angles_that_were_never_judged_are_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "t.csv", THEIRS, {"neck_flexion": movement(THEIRS)})
    with pytest.raises(InputError, match=r"t\.csv: expected an angle that was judged .* found only neck_flexion"):
        found(folder(tmp_path, movement(OURS)), path)


def test_results_that_are_none_are_refused(tmp_path: Path, truth: Path) -> None:
    with pytest.raises(InputError, match=r"found no summary\.json"):
        found(tmp_path, truth)
    at = folder(tmp_path, movement(OURS))
    (at / "angles.csv").write_text("time_s,x\n1,2\n0,3\n")
    with pytest.raises(InputError, match=r"angles\.csv: time_s: expected at least two times that grow"):
        found(at, truth)
    (at / "angles.csv").write_text("time_s,x\n1,2\n2,3\n")
    with pytest.raises(InputError, match=r"angles\.csv: expected columns such as trunk_rotation_deg"):
        found(at, truth)
    (at / "angles.csv").unlink()
    with pytest.raises(InputError, match=r"found no angles\.csv"):
        found(at, truth)


def test_a_manifest_names_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("results,truth,person,offset\na,b.csv,Anna,0.5\nc,d.csv,,\n")
    first, second = read_pairs(path)
    assert first == Pair(tmp_path / "a", tmp_path / "b.csv", "Anna", 0.5, f"{path}: row 2")
    assert (second.person, second.offset_s) == ("row 3", None)
    with pytest.raises(InputError, match=r"pairs\.csv: row 3: .*found no summary\.json"):
        compared_of(second, Settings())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("results,person\na,b\n", "expected the columns results, truth, person, offset"),
        ("results,truth,sex\na,b,c\n", "found results, truth, sex"),
        ("results,truth\n", "expected a row for each recording, found none"),
        ("results,truth\na,\n", "row 2: truth: expected a path, found nothing"),
        ("results,truth,offset\na,b,soon\n", "row 2: offset: expected seconds, got 'soon'"),
        ("results,truth\na,b,c\n", "row 2: expected a cell for each column, found more"),
    ],
)
def test_a_wrong_manifest_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=told):
        read_pairs(path)
