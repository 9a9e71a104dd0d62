"""What is said over whole exercises: sides, sets, phases, holds; and that the tables of scripts leave nothing out.

The tables stand in research/datasets/coaching_*.py. All is judged by true
angles (coached.py): what must be said is known from the script.
"""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.feedback.wording import describe_event
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.neutral import find_neutral
from posecheck.repetitions.series import series
from posecheck.stretches.library import find_stretch
from posecheck.stretches.ranges import Kind
from research.datasets.coached import Coached, coach, hold, judged, move, staged, true_readings, truths
from research.datasets.coached import track_of as landmarks
from research.datasets.coached_rows import START, lean, once, twist
from research.datasets.coaching import COACHED, ROWS
from research.synthetic.scene.motion import Step

HEAD = "standing-extension-hands-behind-head"
BOTH = (*twist(28.0), *twist(-27.0))

FEET = "the generator's feet stay where they are"
LEGS = "the generator's legs are those of the posture"
UNSHOWN = {
    ("standing-twist", Kind.BASE_OF_SUPPORT): FEET,
    (HEAD, Kind.BASE_OF_SUPPORT): FEET,
    ("standing-extension-hand-press", Kind.BASE_OF_SUPPORT): FEET,
    (HEAD, Kind.LIMB_POSITION): LEGS,
    ("standing-extension-hand-press", Kind.LIMB_POSITION): LEGS,
    ("seated-twist-cross-legged", Kind.LIMB_POSITION): "the generator does not tilt a pelvis sideways",
    ("seated-twist-one-leg-bent", Kind.LIMB_POSITION): "nor that, and " + LEGS,
    ("shoulder-rolls", Kind.LIMB_POSITION): "its shoulders roll together; see test_shoulders_that_take_turns_are_told",
}
"""What no row shows, and why."""


def declared(name: str) -> set[Kind]:
    """Return what the limits and the tempo of a stretch can raise."""
    stretch = COACHED[name]
    limited = {item.kind for item in stretch.ranges if item.caution is not None or item.stop is not None}
    return limited | {pace.kind for pace in stretch.pace}


def shown(name: str) -> set[Kind]:
    """Return what the rows of a stretch raise."""
    stretch = COACHED[name]
    kinds = {item.key: item.kind for item in stretch.ranges} | {item.key: item.kind for item in stretch.pace}
    keys = {key for row in ROWS if row.name == name for key, _ in row.passed}
    return {kinds[key] for key in keys if key in kinds}


def test_every_coached_stretch_is_done_well() -> None:
    done_well = {row.name for row in ROWS if not row.passed and row.told and not any(told[2] for told in row.told)}
    assert done_well == set(COACHED)


def test_every_fault_that_a_stretch_declares_is_shown_or_excused() -> None:
    excused = {(name, kind) for name in COACHED for kind in declared(name) - shown(name)}
    assert excused == set(UNSHOWN)


HELD = {
    "chair-twist": {"trunk_rotation": 28.0},
    "chair-twist-sideways": {"trunk_rotation": -28.0},
    "chair-twist-leverage": {"trunk_rotation": 28.0},
    "seated-twist-cross-legged": {"trunk_rotation": -28.0},
    "seated-twist-one-leg-bent": {"trunk_rotation": 28.0},
    "supine-twist": {"amount": 1.0, "trunk_rotation": -28.0},
    "standing-extension-hand-press": {"trunk_inclination": -14.0},
    HEAD: {"trunk_inclination": -11.0},
    "chair-lean-back": {"trunk_inclination": -11.0},
    "prone-arch": {"amount": 0.8},
    "childs-pose": {"amount": 1.0},
    "knees-to-chest": {"amount": 1.0},
    "rounded-back": {"amount": 1.0},
    "seated-overhead-reach": {"amount": 1.0},
    "butterfly": {"amount": 1.0},
}


@pytest.mark.parametrize("name", HELD)
def test_holds_too_short_and_right_and_too_long(name: str) -> None:
    """Held for 1 s, for as long as is asked, and for 65 s, which is longer than any stretch is kept."""
    stretch = COACHED[name]
    assert stretch.hold is not None
    azimuth = 90.0 if stretch.camera.views[0] == "side" else 0.0
    there, away = HELD[name], dict.fromkeys(HELD[name], 0.0)
    lengths = (1.0, stretch.hold.seconds[0], 65.0)
    steps = (step for held in lengths for step in (move(2.0, **there), hold(held), move(2.0, **away), hold(1.5)))
    found = coach(name, START, *steps, azimuth=azimuth)
    assert [(item.reason.value, item.hold) for item in found.repetitions] == [
        ("", "short"),
        ("", "enough"),
        ("", "long"),
    ]
    assert [item.hold_s for item in found.repetitions] == pytest.approx(lengths, abs=1.6)
    assert found.passed == [("hold_time", "caution")]


def test_holds_are_tried_for_all_that_ask_for_one() -> None:
    asked = {name for name, stretch in COACHED.items() if stretch.hold is not None}
    assert asked == set(HELD)


@pytest.mark.parametrize("name", [name for name, stretch in COACHED.items() if stretch.sides == "both"])
def test_one_side_alone_is_no_set(name: str) -> None:
    stretch = COACHED[name]
    if name in ("lunge", "supine-twist"):
        turned = {"trunk_rotation": -28.0} if name == "supine-twist" else {}
        mirrored = {"trunk_rotation": 28.0} if name == "supine-twist" else {}
        one = coach(name, START, *once(held=6.0, **turned), azimuth=90.0).repetitions
        other = coach(name, START, *once(held=6.0, **mirrored), azimuth=90.0, side="right").repetitions
    else:
        one = coach(name, START, *twist(28.0), *twist(28.0)).repetitions
        other = coach(name, START, *twist(-28.0)).repetitions
    assert not series(stretch, one).complete
    assert not series(stretch, other).complete
    assert series(stretch, (*one, *other)).complete


@pytest.mark.parametrize(("name", "side"), [("lunge", "right"), ("supine-twist", "right")])
def test_the_other_side(name: str, side: str) -> None:
    """In the supine twist it is the one the hips roll to, and the knee falls to."""
    turned = {"trunk_rotation": 28.0} if name == "supine-twist" else {}
    found = coach(name, START, *once(held=6.0, **turned), azimuth=90.0, side="right")
    assert [item.side for item in found.repetitions] == [side]
    assert found.passed == []


def test_a_set_is_complete_with_both_sides_and_says_how_they_differ() -> None:
    both = coach("chair-twist", START, *BOTH)
    assert both.series.complete
    assert [(item.of, item.verdict) for item in both.series.differences] == [("peak", "even"), ("hold", "even")]
    one = coach("chair-twist", START, *twist(25.0), *twist(25.0))
    assert (one.series.complete, one.series.differences) == (False, ())
    uneven = coach("chair-twist", START, *twist(34.0), *twist(-20.0))
    assert uneven.series.complete
    assert uneven.series.differences[0].verdict == "uneven"
    assert uneven.series.differences[0].left_less_right == pytest.approx(14.0, abs=0.5)


@pytest.mark.parametrize(
    ("name", "steps", "azimuth", "at"),
    [
        # The script: two seconds still, two to move, six held, two back, and half as long again for the other side.
        ("chair-twist", BOTH, 0.0, [(4.0, 10.0, 12.0), (15.5, 21.5, 23.5)]),
        (HEAD, lean(11.0, held=21.0), 90.0, [(5.0, 26.0, 28.0)]),
        ("knees-to-chest", once(held=30.0), 90.0, [(4.0, 34.0, 36.0)]),
    ],
)
def test_phases_are_where_the_script_has_them(
    name: str, steps: tuple[Step, ...], azimuth: float, at: list[tuple[float, float, float]]
) -> None:
    """Moves begin and end slowly, so the hold is seen a little longer than it is scripted, and the way back shorter."""
    found = coach(name, START, *steps, azimuth=azimuth).repetitions
    assert len(found) == len(at)
    for item, (arrived, left, home) in zip(found, at, strict=True):
        assert item.onset_s == pytest.approx(arrived - 2.0, abs=0.5)
        assert item.onset_s < item.start_s < item.hold_start_s < item.hold_end_s < item.end_s
        assert item.hold_start_s == pytest.approx(arrived, abs=0.6)
        assert item.hold_end_s == pytest.approx(left, abs=0.6)
        assert item.end_s == pytest.approx(home, abs=1.0)


def test_limits_shrink_with_age_and_take_their_conditions_along() -> None:
    older = find_stretch(HEAD).for_age(65)
    assert older.hold is not None
    assert older.hold.seconds == (5, 10)
    abrupt, bouncing = (older.range(f"trunk_inclination_{what}") for what in ("abrupt", "bounce"))
    assert abrupt.when is not None
    assert bouncing.when is not None
    assert older.beyond(abrupt.when) == pytest.approx(0.8 * 10)
    assert older.beyond(bouncing.when) == 2.0  # half of 5 degrees, in whole degrees as all limits for an age


def test_what_is_kept_too_long_is_told_while_it_lasts() -> None:
    found = coach("knees-to-chest", START, *once(held=125.0), azimuth=90.0)
    assert found.passed == [("hold_time", "caution"), ("hold_time", "stop")]
    assert [event.end_s - event.start_s for event in found.events] == pytest.approx([60, 120], abs=0.11)
    assert "longer than 60.0 s" in describe_event(found.events[0], COACHED["knees-to-chest"])


def changed(name: str, steps: tuple[Step, ...], **columns: tuple[float, ...]) -> Coached:
    """Judge a script with the angles named replaced by what passes through these values, evenly spaced in time."""
    scene, stretch = staged(name, START, *steps), find_stretch(name)
    frames = truths(scene)
    track = landmarks(scene, frames)
    still = find_neutral(track, stretch.lying)
    assert still is not None
    readings = true_readings(scene, frames, track, still)
    value = readings.value.copy()
    for column, corners in columns.items():
        at = np.linspace(track.time_s[0], track.time_s[-1], len(corners))
        value[:, INDEX[column]] = np.interp(track.time_s, at, corners)
    return judged(stretch, still, track, replace(readings, value=value))


def test_shoulders_that_take_turns_are_told() -> None:
    rolls = (Step("roll", times=4), hold(1.0))
    together = coach("shoulder-rolls", START, *rolls)
    lags = [r.lag_s for r in together.repetitions[1:]]
    assert lags == pytest.approx([0, 0, 0], abs=0.05)
    other = np.roll(together.readings.value[:, INDEX["left_shoulder_rise"]], 12)
    apart = changed("shoulder-rolls", rolls, right_shoulder_rise=tuple(other.tolist()))
    assert ("apart_time", "caution") in apart.passed
    assert [abs(r.lag_s) for r in apart.repetitions[1:]] == pytest.approx([1.2] * 3, abs=0.1)
    assert coach("shoulder-rolls", START, *rolls).passed == []
