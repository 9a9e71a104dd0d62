"""The guided start position, live: how much of the required stillness is reached, and what is wrong now."""

from dataclasses import dataclass

from posecheck.core.landmarks import MIN_VISIBILITY
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UNSEEN, UnjudgedReason
from posecheck.kinematics.angles import ANGLES
from posecheck.kinematics.neutral import MAX_S, Neutral, neutral_of, still_share
from posecheck.measurement.framing import beyond_edges, level, why_unseen
from posecheck.measurement.start.away import READ, is_in_stretch
from posecheck.stretches.stretch import Stretch

STEPS = 8
"""Number of steps in which the share of stillness is measured."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Hold the progress of the guided start.

    Attributes:
        share: Share of the required stillness that is reached, 0 to 1.
        reason: What is wrong now, JUDGED if nothing is.
        neutral: Posture in the newest frame, from which the instruction to turn follows; None if nobody is seen.
    """

    share: float
    reason: UnjudgedReason
    neutral: Neutral | None = None


def capture(waiting: PoseTrack | None, stretch: Stretch) -> Capture:
    """Return the progress of the guided start.

    Args:
        waiting: The newest frames, if possible at least the last MAX_S; None if there are none.
        stretch: The stretch to be done.
    """
    if waiting is None or not len(waiting):
        return Capture(0.0, UnjudgedReason.NOBODY)
    if not waiting.found[-1]:
        others = waiting.people[-1] > 0
        return Capture(0.0, UnjudgedReason.ANOTHER_PERSON if others else UnjudgedReason.NOBODY)
    last = waiting.slice(len(waiting) - 1, len(waiting))
    now = neutral_of(last, READ)
    reason = _wrong(last, now, stretch)
    share = still_share(waiting, MAX_S, STEPS)
    if reason == UnjudgedReason.JUDGED and share == 0.0:
        reason = UnjudgedReason.NO_NEUTRAL
    if reason == UnjudgedReason.JUDGED and is_in_stretch(now, stretch):
        reason = UnjudgedReason.IN_STRETCH
    return Capture(share, reason, now)


def _wrong(last: PoseTrack, now: Neutral, stretch: Stretch) -> UnjudgedReason:
    if int(last.people[0]) > stretch.people:
        return UnjudgedReason.ANOTHER_PERSON
    if now.lying != stretch.lying:
        return UnjudgedReason.NO_NEUTRAL
    if now.view not in stretch.camera.views:
        return UnjudgedReason.VIEW
    if now.contrary:
        return UnjudgedReason.IMPLAUSIBLE
    seen = last.visibility >= MIN_VISIBILITY
    out = beyond_edges(last, seen)
    for row in stretch.primary_rows:
        unseen = UnjudgedReason(int(why_unseen(last, out, row, now)[0]))
        # The far side may be hidden by the person's own body, but it must not be out of the picture.
        if unseen in UNSEEN - {UnjudgedReason.HIDDEN} and not seen[0, list(ANGLES[row].needs)].all():
            return unseen
    return level(now, stretch)
