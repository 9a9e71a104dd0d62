"""The start of a set in which nobody is seen, by a phone that sends: its own stillness, near its own zero.

A phone's page takes its zero while it is held upright and still. Where its wearer holds still again near that zero, in
the dark, change is measured from there. Nothing is known of the landmarks, so only what the phone measures is judged;
the first stillness that a camera sees, turned as that one was, takes its place.
"""

from dataclasses import replace

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.core.pose import Pose, PoseTrack
from posecheck.core.worn.phone import PhoneReading, is_read, mean_of_phone, wrapped
from posecheck.kinematics.angles import ANGLES
from posecheck.kinematics.neutral import MAX_LEAN_DEG, MAX_S, Neutral, NeutralOrigin
from posecheck.stretches.stretch import Stretch

TURNED_DEG, SIDE_DEG = 10.0, 20.0
"""Farthest that the chest may be turned from the phone's zero, and bent to a side, to be at the start."""
STILL_DEG = 4.0
"""Most that turn, lean and side-bend may change meanwhile."""
GAP_S = 0.3
"""Longest time without a reading."""


def measures(stretch: Stretch, pose: Pose | None) -> bool:
    """Return whether phones measure a stretch's main angle, a twist, without landmarks, by what they say in a frame.

    Args:
        stretch: The stretch.
        pose: The frame, with or without landmarks; None where no phone says anything either.
    """
    if pose is None or stretch.lying or not np.isfinite(pose.phone[0]):
        return False
    # Where the pelvis may turn, the chest's turn alone is not the twist. Leans are measured too, but no stretch whose
    # main angle is one is done with a phone: the rib cage leans farther than the trunk that its limits are about.
    pelvis = stretch.pelvis == "still" or bool(np.isfinite(pose.belt_phone[0]))
    return {ANGLES[row].name for row in stretch.primary_rows} == {"trunk_rotation"} and pelvis


def alone(pose: Pose | None, stretch: Stretch) -> bool:
    """Return whether nobody is seen in a frame, and a phone stands for its wearer who does that stretch."""
    return pose is not None and not pose.found and not pose.people and measures(stretch, pose)


def still_start(track: PoseTrack, stretch: Stretch) -> Neutral | None:
    """Return the first stillness before anybody is seen, as a neutral without landmarks; None where there is none.

    Args:
        track: Frames in order of time, from the beginning on.
        stretch: The stretch that is done.
    """
    found = np.flatnonzero(track.found | (track.people > 0) | (track.left_out > 0))
    before = track.slice(0, int(found[0]) if len(found) else len(track))
    here = np.flatnonzero(is_read(before.phone))
    if stretch.lying or not len(here):
        return None
    read = before.rows(here)
    said = PhoneReading.unpack(np.asarray(read.phone, np.float64))
    last = np.searchsorted(read.time_s, read.time_s + MAX_S - 1e-6)
    for first in np.flatnonzero(_upright(said) & (last < len(read))).tolist():
        part = read.slice(first, int(last[first]) + 1)
        if _still(part) and measures(stretch, _frame(part)):
            return _neutral(part)
    return None


def _upright(said: PhoneReading) -> Bools:
    """Return in which frames (n,) the chest is as it is at the start."""
    with np.errstate(invalid="ignore"):
        straight = (np.abs(said.lean_deg) <= MAX_LEAN_DEG) & (np.abs(said.side_deg) <= SIDE_DEG)
        return np.asarray((np.abs(wrapped(said.turn_deg)) <= TURNED_DEG) & straight)


def _still(part: PoseTrack) -> bool:
    said = PhoneReading.unpack(np.asarray(part.phone, np.float64))
    belt = PhoneReading.unpack(np.asarray(part.belt_phone, np.float64)).turn_deg
    known = belt[np.isfinite(belt)]
    turns = [wrapped(said.turn_deg - said.turn_deg[0]), said.lean_deg, said.side_deg]
    turns += [wrapped(known - known[0])] if len(known) else []
    whole = (np.diff(part.time_s) <= GAP_S).all() and (said.epoch == said.epoch[0]).all()
    return bool(whole and _upright(said).all() and all(float(np.ptp(one)) <= STILL_DEG for one in turns))


def _frame(part: PoseTrack) -> Pose:
    """Return a frame without landmarks that says what the phones say on average."""
    width, height = (int(edge) for edge in part.size_wh[-1])
    pose = Pose.hidden(float(part.time_s[0]), (width, height), 0, int(part.subject[-1]))
    return replace(pose, phone=mean_of_phone(part.phone), belt_phone=mean_of_phone(part.belt_phone))


def _neutral(part: PoseTrack) -> Neutral:
    pose = _frame(part)
    unknown: Floats = np.full(len(ANGLES), np.nan)
    one = PoseTrack.of([pose.time_s], [pose], pose.size_wh)
    start_s, end_s, nan = float(part.time_s[0]), float(part.time_s[-1]), float("nan")
    return Neutral(
        start_s, end_s, unknown, nan, nan, "unseen", lying=False, pose=one, subject=pose.subject,
        origin=NeutralOrigin.PHONE,
    )  # fmt: skip
