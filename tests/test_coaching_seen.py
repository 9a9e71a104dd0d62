"""Scripted people as a real camera and MediaPipe see them: repetitions and events, and what honestly cannot be judged.

Turns of the trunk are left out: how well those are read is measured (benchmarks/accuracy.py), not fixed in a table.
"""

import numpy as np
import pytest

from posecheck.analysis import Analysis, judge
from posecheck.reasons import Reason
from posecheck.stretches import find_stretch
from tests.seen import FOLDER, SEEN, load, scene

PEAK, HOLD_S = 4, 0.7
"""How far the peak (degrees, hundredths) and the hold may be off what was read when this was written."""

Row = tuple[str, int, str, float]

EXPECTED: dict[str, tuple[str, list[Row], list[tuple[str, str]]]] = {
    # name: view; side, peak, why incomplete and seconds held of each repetition; events
    "reach-side": ("side", [("", 161, "", 2.8)], []),
    "reach-oblique": ("oblique", [("", 170, "", 3.6)], []),
    "rounded-back": ("side", [("", 12, "", 1.5)], []),
    "prone-arch": ("side", [("", -16, "", 1.4)], []),
    "foam-roller": ("side", [("", 53, "", 0.4)], [("rolling_speed", "caution"), ("rolling_speed", "caution")]),
    "rocking": ("side", [("", 33, "", 0.0), ("", 23, "", 0.4)], [("cycle_time", "caution")]),
    "childs-pose": ("side", [("", 160, "", 1.8)], []),
    "knees-to-chest": ("side", [("", 122, "", 1.8)], []),
    "lunge": ("side", [("left", 80, "", 1.1)], []),
    "hand-press": ("side", [("", -18, "", 1.4)], []),
    "lean-back": ("side", [("", -13, "", 1.2)], []),
}


def seen(name: str) -> Analysis:
    return judge(load(name), find_stretch(SEEN[name].stretch))


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_said_of_a_person_on_camera(name: str) -> None:
    view, told, passed = EXPECTED[name]
    analysis = seen(name)
    assert analysis.neutral is not None
    assert analysis.neutral.view == view
    found = [(r.side, r.peak * (1 if r.unit == "deg" else 100), r.reason.value, r.hold_s) for r in analysis.repetitions]
    assert [(side, why) for side, _, why, _ in found] == [(side, why) for side, _, why, _ in told]
    assert [peak for _, peak, _, _ in found] == pytest.approx([peak for _, peak, _, _ in told], abs=PEAK)
    assert [held for _, _, _, held in found] == pytest.approx([held for _, _, _, held in told], abs=HOLD_S)
    assert [(event.key, event.level) for event in analysis.events if event.kind != "cannot_judge"] == passed


def test_a_supine_twist_from_the_foot_end_is_not_judged() -> None:
    """The pose model does not understand somebody who lies with the feet towards it."""
    analysis = seen("supine-foot-end")
    assert analysis.summary.verdict == "cannot_judge"
    assert analysis.repetitions == ()
    assert all(event.level == "unknown" for event in analysis.events)


def test_a_leg_that_the_other_hides_is_not_called_fine() -> None:
    analysis = seen("lunge")
    assert analysis.summary.verdict == "cannot_judge"
    assert "right_knee_flexion" in {item.angle for item in analysis.summary.unjudged}
    reasons = analysis.judged.readings.reason
    assert (reasons == Reason.HIDDEN).any()


@pytest.mark.parametrize("name", SEEN)
def test_kept_landmarks_are_those_of_the_clip(name: str) -> None:
    """They lie where the rendered person's true landmarks are; from the foot end they do not, and nobody claims so."""
    track, drawn = load(name), scene(SEEN[name])
    assert len(track) == len(drawn)
    assert (FOLDER / f"{name}.npz").stat().st_size < 30_000
    i = len(track) // 2
    if track.found[i] and name != "supine-foot-end":
        torso = [11, 12, 23, 24]
        off = np.linalg.norm(track.image_xy[i, torso] - drawn.truth(i).image_xy[torso], axis=1)
        assert off.max() < 40
