"""What the networks are fitted on, and how the errors that are stated for them are measured; no fit is made here."""

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from posecheck.core.arrays import Floats
from posecheck.kinematics import regressor
from posecheck.kinematics.regressor import Kind
from posecheck.kinematics.uncertainty import Learned, learned, paired
from research.training.calibrate import entry, gain_of
from research.training.factors import by_size
from research.training.people_set import UPRIGHT, Person, Task, frames_of

ARMS, LEGS = slice(13, 23), slice(25, 33)
N = 12


def _person(task: Task) -> Person:
    rng = np.random.default_rng(4)
    about = {"arms": "hips", "head": "free", "stretch": "standing-twist", "azimuth_deg": 0.0, "size_wh": (640, 480)}
    return Person(
        task,
        "upright",
        1,
        about,
        np.arange(N) < 4,
        rng.normal(300.0, 80.0, (N, 33, 2)),
        rng.normal(0.0, 0.4, (N, 33, 3)),
        rng.uniform(0.5, 1.0, (N, 33)),
        rng.normal(0.0, 30.0, (N, len(task.truths))),
    )


def _moved(person: Person, limb: slice) -> Person:
    """Return the person with a limb elsewhere in the frames after the neutral."""
    xy, xyz = person.image_xy.copy(), person.world_xyz.copy()
    xy[4:, limb] += 70.0
    xyz[4:, limb] += 0.3
    return replace(person, image_xy=xy, world_xyz=xyz)


@pytest.mark.parametrize(
    ("held", "limb", "unknown"),
    [((1.0, 0.0), ARMS, ("elbow_flexion", "shoulder_flexion", "shoulder_abduction")),
     ((0.0, 1.0), LEGS, ("hip_flexion", "knee_flexion"))],
)  # fmt: skip
def test_a_held_limb_tells_nothing_and_its_angles_are_not_asked_for(
    held: tuple[float, float], limb: slice, unknown: tuple[str, ...]
) -> None:
    task = replace(UPRIGHT, held=held)
    person = _person(task)
    x, truth = frames_of(person, np.random.default_rng(1))
    other, _ = frames_of(_moved(person, limb), np.random.default_rng(1))
    assert x == pytest.approx(other, abs=1e-4)
    masked = np.array([name.endswith(unknown) for name in task.truths])
    assert np.isnan(truth[:, masked]).all()
    assert truth[:, ~masked] == pytest.approx(person.truth[:, ~masked])
    assert np.isfinite(person.truth).all(), "the person's own truth must stay as it is"


@pytest.mark.parametrize("limb", [ARMS, LEGS])
def test_without_holding_a_moved_limb_is_seen(limb: slice) -> None:
    person = _person(replace(UPRIGHT, held=(0.0, 0.0)))
    x, truth = frames_of(person, np.random.default_rng(1))
    other, _ = frames_of(_moved(person, limb), np.random.default_rng(1))
    assert np.abs(x - other).max() > 0.2
    assert np.isfinite(truth).all()


def test_unchanged_frames_hold_no_limb() -> None:
    person = _person(replace(UPRIGHT, held=(1.0, 1.0)))
    _, truth = frames_of(person, None)
    assert truth == pytest.approx(person.truth)


def test_the_trunks_rotation_is_that_of_the_thorax_and_changes_its_sign_in_a_mirror() -> None:
    person = _person(UPRIGHT)
    assert UPRIGHT.truths[0] == "trunk_rotation_bone"
    assert UPRIGHT.names[0] == "trunk_rotation"
    _, truth = frames_of(person, None, mirror=True)
    assert truth[:, 0] == pytest.approx(-person.truth[:, 0])
    left, right = (UPRIGHT.truths.index(f"{side}_knee_flexion") for side in ("left", "right"))
    assert truth[:, left] == pytest.approx(person.truth[:, right])


def _readings(error_deg: float, n: int = 400) -> tuple[Floats, ...]:
    """Return truth, regressor, spread of one degree and hopeless geometry, the errors even up to twice `error_deg`."""
    truth = np.linspace(-50.0, 50.0, n)
    return truth, truth + np.linspace(0.0, 2.0 * error_deg, n), np.ones(n), truth + 90.0


def _stated(line: str | None) -> float:
    assert line
    return float(line.split("factor = ")[1].split(",")[0])


def test_the_stated_error_holds_for_nine_tenths_of_the_takes() -> None:
    assert _stated(entry("trunk_rotation", "front", [_readings(4.0)] * 6, 1.0, {})) == pytest.approx(7.2, abs=0.1)


def test_the_worst_way_to_hold_the_arms_widens_the_stated_error() -> None:
    takes = [_readings(4.0)] * 6
    groups = {"raised": [_readings(6.0)] * 6, "crossed": [_readings(1.0)] * 6}
    assert _stated(entry("trunk_rotation", "front", takes, 1.0, groups)) == pytest.approx(9.6, abs=0.1)


def test_a_group_of_few_people_says_nothing() -> None:
    takes = [_readings(4.0)] * 6
    assert _stated(entry("trunk_rotation", "front", takes, 1.0, {"raised": [_readings(6.0)] * 2})) == pytest.approx(
        7.2, abs=0.1
    )


def test_geometry_is_taken_where_it_is_better() -> None:
    truth, value, spread, _ = _readings(4.0)
    assert entry("trunk_lateral_flexion", "front", [(truth, value, spread, truth)] * 6, 1.0, {}) == ""


def test_an_error_between_two_readings_is_written_as_it_is_read() -> None:
    line = entry("knee_flexion", "front", [_readings(4.0)] * 6, 1.0, {}, (12.0, 65.0, 26.0))
    assert line is not None
    assert tuple(Learned(**tomllib.loads(line)["front"]).between) == (12.0, 65.0, 26.0)


@pytest.mark.parametrize("kind", ["upright", "coded", "lying"])
def test_the_gains_in_use_are_those_that_calibrate_writes(kind: Kind) -> None:
    for name in regressor.load(kind).names:
        for view in ("front", "oblique", "side"):
            rule = learned(name, view, kind)
            if rule is not None:
                assert rule.gain == pytest.approx(gain_of(paired(name), view, kind)), (name, view)


def test_an_error_by_size_counts_few_large_movements_as_much_as_many_small_ones() -> None:
    truth = np.concatenate([np.full(900, 2.0), np.full(100, 50.0)])
    error = np.concatenate([np.full(900, 1.0), np.full(100, 11.0)])
    assert by_size(error, truth, (0.0, 10.0, 90.0)) == pytest.approx(6.0)
    assert by_size(error, truth, (0.0, 10.0, 60.0, 90.0)) == pytest.approx(6.0), "a size that nobody has counts nothing"
