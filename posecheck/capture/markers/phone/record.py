"""What a phone sent over the network, laid beside a recording: for cameras that do not see its screen.

Phone and camera have clocks of their own. They are brought together by the turns that both have: those that the
camera read from the screen, or, where there are too few, the turn of the shoulders in the landmarks.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from posecheck.capture.markers.phone.absence import Absence
from posecheck.core.arrays import Bools, Floats
from posecheck.core.pose import PoseTrack
from posecheck.core.worn.phone import SENT, PhoneReading, is_read, wrapped
from posecheck.kinematics.angles import INDEX, measure

COARSE_S, FINE_S = 0.1, 0.01
"""Steps in which the clocks are moved against each other."""
POINTS = 300
LEAST_READ, READ_SPAN_DEG, READ_OFF_DEG = 10, 10.0, 3.0
"""Turns read from the screen that are enough, if they span so much; and how far off they may be at the right moment."""
SEEN_SPAN_DEG, SEEN_OFF_DEG = 20.0, 9.0
"""The same for the turn of the shoulders in the landmarks."""
GAIN = (0.7, 2.5)
"""Least and most that a turn may exceed that of the landmarks."""
INSIDE = 0.7
"""Least share of the recording's turns that the record must cover."""
APART_S, CLEARLY, CLEARLY_DEG = 1.0, 1.5, 1.5
"""Another moment farther away than this must fit worse by this factor and by so many degrees."""
GAP_S = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class PhoneRecord:
    """Hold n readings of a phone, by its own clock; see PhoneReading.

    Attributes:
        time_s: (n,) seconds, ascending.
        turn_deg: (n,) degrees; does not wrap.
        lean_deg: (n,) degrees.
        side_deg: (n,) degrees.
        epoch: (n,).
    """

    time_s: Floats
    turn_deg: Floats
    lean_deg: Floats
    side_deg: Floats
    epoch: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Hold what was sent meanwhile.

    Attributes:
        chest: What a phone at the chest sent; None where there was none.
        belt: What one at the pelvis sent.
        belt_later_s: What must be added to times by the chest's clock to have them by the other; NaN where only one is
            there. The fastest message of each shows it.
    """

    chest: PhoneRecord | None
    belt: PhoneRecord | None = None
    belt_later_s: float = float("nan")


def align(record: PhoneRecord, track: PoseTrack, *, belt: bool = False) -> float | None:
    """Return what must be added to the recording's times to have the phone's, in seconds; None where nothing fits.

    Args:
        record: What the phone sent.
        track: The recording's landmarks.
        belt: Whether the phone is that at the pelvis.
    """
    turn = PhoneReading.unpack(np.asarray(track.belt_phone if belt else track.phone, np.float64)).turn_deg
    read = np.flatnonzero(np.isfinite(turn))
    if len(read) >= LEAST_READ and np.ptp(turn[read]) >= READ_SPAN_DEG:
        return _best(record, track.time_s[read], turn[read], READ_OFF_DEG, same_zero=True)
    found = np.flatnonzero(track.found & (track.subject == track.main_subject()))
    if len(found) < LEAST_READ:
        return None
    seen = measure(track.rows(found), False)[:, INDEX["pelvis_rotation" if belt else "shoulder_rotation"]]
    # About their mean direction, since an angle on a circle may leap by 360 degrees.
    middle = np.degrees(np.angle(np.exp(1j * np.radians(seen)).mean()))
    seen = (seen - middle + 180.0) % 360.0 - 180.0
    if not np.ptp(seen) >= SEEN_SPAN_DEG:
        return None
    return _best(record, track.time_s[found], np.asarray(seen), SEEN_OFF_DEG, same_zero=False)


def aligned(sent: Records, track: PoseTrack) -> tuple[PoseTrack, float] | None:
    """Return the track with what was sent, and what must be added to its times to have the first phone's, in seconds.

    None where nothing fits. A second phone's clock is known by the first one's: a pelvis hardly turns.
    """
    offset_s = None if sent.chest is None else align(sent.chest, track)
    if sent.chest is not None and offset_s is not None:
        track = laid(sent.chest, track, offset_s)
        if sent.belt is not None:
            track = laid(sent.belt, track, offset_s + sent.belt_later_s, belt=True)
        return track, offset_s
    offset_s = None if sent.belt is None else align(sent.belt, track, belt=True)
    if sent.belt is None or offset_s is None:
        return None
    track = laid(sent.belt, track, offset_s, belt=True)
    if sent.chest is not None:
        track = laid(sent.chest, track, offset_s - sent.belt_later_s)
    return track, offset_s


def _best(record: PhoneRecord, time_s: Floats, turn: Floats, most_off: float, *, same_zero: bool) -> float | None:
    some = np.unique(np.linspace(0, len(time_s) - 1, POINTS).astype(int))
    time_s, turn = time_s[some], turn[some]

    def cost(offset: float) -> float:
        return misfit(record, time_s + offset, turn, same_zero=same_zero)

    first, last = record.time_s[0] - time_s[-1], record.time_s[-1] - time_s[0]
    offsets = np.arange(first, last + COARSE_S, COARSE_S)
    costs = np.array([cost(offset) for offset in offsets.tolist()])
    if not len(costs) or not np.isfinite(costs).any():
        return None
    near = offsets[int(np.argmin(costs))]
    fine = near + np.arange(-1.5 * COARSE_S, 1.5 * COARSE_S, FINE_S)
    exact = [cost(offset) for offset in fine.tolist()]
    best, least = float(fine[int(np.argmin(exact))]), min(exact)
    others = costs[np.abs(offsets - best) > APART_S]
    rival = float(others.min()) if len(others) else np.inf
    clear = rival > max(CLEARLY * least, least + CLEARLY_DEG)
    return best if least <= most_off and clear else None


def misfit(record: PhoneRecord, at: Floats, turn: Floats, *, same_zero: bool) -> float:
    """Return by how many degrees a phone's turns are off others on average; infinite where it was silent too often.

    Args:
        record: What the phone sent.
        at: (n,) the others' times by the phone's clock.
        turn: (n,) the others, in degrees.
        same_zero: Whether they are counted from the phone's own zero, being read from its screen.
    """
    inside = (at >= record.time_s[0]) & (at <= record.time_s[-1])
    if inside.mean() < INSIDE:
        return float("inf")
    measured, other = np.interp(at[inside], record.time_s, record.turn_deg), turn[inside]
    if same_zero:
        return float(np.abs(wrapped(measured - other)).mean())
    # Landmarks show a part of a turn only, another one from each camera.
    about = other - other.mean()
    gain = float(np.clip((about @ measured) / max(float(about @ about), 1e-9), *GAIN))
    off = measured - gain * other
    return float(np.abs(off - np.median(off)).mean())


def laid(record: PhoneRecord, track: PoseTrack, offset_s: float, *, belt: bool = False) -> PoseTrack:
    """Return the track with a phone's readings at each frame's time; where there are none, what was read is kept.

    Of the frames in which nobody was found those have a reading in which the phone stands for its wearer, see
    absence.py; only live it is known that it was too dark.

    Args:
        record: What the phone sent.
        track: The recording.
        offset_s: What must be added to its times to have the phone's.
        belt: Whether the phone is that at the pelvis.
    """
    at = track.time_s + offset_s
    after = np.clip(np.searchsorted(record.time_s, at), 1, len(record.time_s) - 1)
    near = np.where(at - record.time_s[after - 1] < record.time_s[after] - at, after - 1, after)
    there = np.abs(record.time_s[near] - at) <= GAP_S
    held = track.belt_phone if belt else track.phone
    was = PhoneReading.unpack(np.asarray(held, np.float64))

    def value(column: Floats) -> Floats:
        # Between readings of two epochs nothing is known; the nearest one is of one of them.
        whole = record.epoch[after] == record.epoch[after - 1]
        return np.where(whole, np.interp(at, record.time_s, column), column[near])

    said = PhoneReading(
        wrapped(value(record.turn_deg)), value(record.lean_deg), value(record.side_deg),
        np.where(np.isfinite(was.facing_deg), was.quality, SENT),
        record.epoch[near], was.facing_deg, was.x_px, was.y_px,
    )  # fmt: skip
    packed = np.where(there[:, None], said.pack(), held)
    if belt:
        beside = track.found | is_read(track.phone)
        return replace(track, belt_phone=np.where(beside[:, None], packed, held))
    alone, subject = _alone(track, packed)
    return replace(track, phone=np.where((track.found | alone)[:, None], packed, held), subject=subject)


def _alone(track: PoseTrack, said: NDArray[np.float32]) -> tuple[Bools, NDArray[np.int16]]:
    """Return in which frames (n,) a phone stands for its wearer, and who is followed in each (n,).

    Args:
        track: The recording.
        said: (n, 8) what the phone said in each frame.
    """
    alone, subject = np.zeros(len(track), bool), track.subject.copy()
    if not (~track.found & (track.people == 0)).any():
        return alone, subject
    for part in track.parts("piece"):
        absence = Absence()
        for i in np.arange(len(track))[part].tolist():
            pose = track.pose(i)
            if pose is None:
                alone[i] = not track.left_out[i] and absence.stands(float(track.time_s[i]), said[i])
                subject[i] = absence.subject if alone[i] else subject[i]
            else:
                subject[i] = (absence.saw(pose, said[i]) if pose.found else absence.covered(pose)).subject
    return alone, subject
