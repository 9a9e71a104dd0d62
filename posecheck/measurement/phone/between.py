"""The turn of the chest between the moments at which a recording shows what the phone says.

In a recording the next reading is known as well as the last one. Between two readings the landmarks' turn leads from
the one to the other: what it lacks at either end is spread over the gap. How far the landmarks exaggerate or diminish a
turn to either side, as they do from this camera, is learned from all readings of the recording. Where the phone was not
read at neutral, its own zero counts, which its page takes at stillness too, if the landmarks do not contradict it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.memory.spooled import release
from posecheck.core.pose import PoseTrack
from posecheck.core.worn.phone import PhoneReading, is_read, wrapped
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.neutral import Neutral
from posecheck.measurement.phone.gains import APART_S, FORGETS_S, HALF_WIDTH, LATE_S, gains_of, sides_of, spread_of
from posecheck.measurement.phone.turn import OWN_ZERO_DEG
from posecheck.measurement.readings import read
from posecheck.stretches.stretch import Stretch

STEADY_DEG = 1.3
"""Error of a phone's reading."""
BLIND_S, BLIND_DEG_S, BLIND_SHARE = 0.6, 12.0, 0.25
"""Longest gap that is bridged without landmarks, and the error then: for each second from the nearer reading, and as a
share of the change."""
BLOCK = 4096
"""Frames that are read at a time."""
BY_LANDMARKS = ("pelvis_rotation", "shoulder_rotation")
"""The angles whose readings by landmarks are compared with those of phones."""


@dataclass(frozen=True, slots=True, eq=False)
class Bridge:
    """Hold one turn since a neutral in each frame of a recording.

    Attributes:
        time_s: (n,) seconds.
        turn: (n,) degrees, positive to the person's left; NaN where nothing leads there.
        error: (n,) its stated error.
    """

    time_s: Floats
    turn: Floats
    error: Floats

    def at(self, time_s: Floats) -> tuple[Floats, Floats]:
        """Return turn and error at the times (n,) of frames; NaN where there is no such frame."""
        near = np.clip(np.searchsorted(self.time_s, time_s), 0, len(self.time_s) - 1)
        there = self.time_s[near] == time_s
        return np.where(there, self.turn[near], np.nan), np.where(there, self.error[near], np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Hold what leads between the readings of a recording.

    Attributes:
        neutral: The neutral that all turns are since.
        phone: The turn of the chest between the readings of a phone; None where there is none.
        own_zero: The epoch of the readings that count from the phone's own zero, because the phone was not read at
            neutral; NaN where it was, or where the landmarks contradict it.
        belt_zero: The same of a phone at the pelvis.
    """

    neutral: Neutral
    phone: Bridge | None
    own_zero: float
    belt_zero: float


def between(track: PoseTrack, neutral: Neutral | None, stretch: Stretch) -> Between | None:
    """Return the turns between the readings of a recording; None where there is no neutral, or nothing was read.

    Args:
        track: The whole recording, or a shot of it.
        neutral: The neutral that the turns are measured from.
        stretch: The stretch that is done.
    """
    phones = is_read(track.phone).any() or is_read(track.belt_phone).any()
    if neutral is None or not phones:
        return None
    ordinary = _by_landmarks(track, neutral, stretch)
    return Between(
        neutral,
        *_by_phone(track, neutral, ordinary["shoulder_rotation"]),
        _zero(track.belt_phone, neutral.pose.belt_phone, ordinary["pelvis_rotation"]),
    )


Ordinary = dict[str, tuple[Floats, Floats]]
"""By the name of an angle, its value and stated error (n,) by the landmarks."""


def _by_phone(track: PoseTrack, neutral: Neutral, ordinary: tuple[Floats, Floats]) -> tuple[Bridge | None, float]:
    """Return what leads between the readings of a phone at the chest, and the epoch whose own zero counts."""
    said = PhoneReading.unpack(np.asarray(track.phone, np.float64))
    zero = PhoneReading.unpack(np.asarray(neutral.pose.phone[0], np.float64))
    own = _zero(track.phone, neutral.pose.phone, ordinary)
    if np.isfinite(own):
        turn = np.where(said.epoch == own, wrapped(said.turn_deg), np.nan)
    else:
        turn = np.where(said.epoch == zero.epoch, wrapped(said.turn_deg - zero.turn_deg), np.nan)
    if not np.isfinite(turn).any():
        return None, own
    value, error = bridged(track.time_s, turn, ordinary[0])
    return Bridge(track.time_s, value, error + (OWN_ZERO_DEG if np.isfinite(own) else 0.0)), own


def _by_landmarks(track: PoseTrack, neutral: Neutral, stretch: Stretch) -> Ordinary:
    """Return the turns by the landmarks and their stated errors (n,); NaN where they are not judged."""
    rows, parts = [INDEX[name] for name in BY_LANDMARKS], []
    for first in range(0, len(track), BLOCK):
        part = track.slice(first, first + BLOCK)
        ordinary = read(part, neutral, stretch)
        parts.append((ordinary.value[:, rows], ordinary.error[:, rows]))
        release(part)
    value, error = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    return {name: (value[:, i], error[:, i]) for i, name in enumerate(BY_LANDMARKS)}


def _zero(packed: NDArray[np.float32], at_neutral: NDArray[np.float32], ordinary: tuple[Floats, Floats]) -> float:
    """Return the epoch most readings are of, if they have no neutral, but agree with the landmarks; else NaN.

    Args:
        packed: (n, 8) what a phone said.
        at_neutral: (1, 8) what it said at neutral.
        ordinary: The same turn by the landmarks, and its stated error.
    """
    said, zero = (PhoneReading.unpack(np.asarray(part, np.float64)) for part in (packed, at_neutral[0]))
    known = said.epoch[np.isfinite(said.turn_deg)]
    if np.isfinite(zero.turn_deg) or not len(known):
        return float("nan")
    epochs, counts = np.unique(known, return_counts=True)
    epoch = float(epochs[int(np.argmax(counts))])
    seen, stated = ordinary
    off = np.where(said.epoch == epoch, wrapped(said.turn_deg - seen), np.nan)
    both = np.isfinite(off)
    if both.any() and not np.abs(np.median(off[both])) <= np.median(stated[both]):
        return float("nan")
    return epoch


def bridged(time_s: Floats, turn: Floats, seen: Floats) -> tuple[Floats, Floats]:
    """Return a turn in every frame, and its stated error.

    Args:
        time_s: (n,) seconds.
        turn: (n,) degrees since neutral as the phone says, NaN where it is not read.
        seen: (n,) degrees since neutral by the landmarks, NaN where they are not judged.

    Returns:
        Both (n,), NaN where neither landmarks nor two near readings lead.
    """
    value, error = np.full(len(turn), np.nan), np.full(len(turn), np.nan)
    told = np.isfinite(turn)
    if not told.any():
        return value, error
    both = told & np.isfinite(seen)
    if both.any():
        led, moments = _led(time_s, turn, seen), _moments(time_s[both])
        lack = (turn - led)[both]
        spread = spread_of(float((lack**2).mean()) * moments, moments)
        rest, doubt = _spread(time_s, time_s[both], lack)
        value = led + rest
        late = LATE_S * np.abs(np.gradient(value, time_s))
        error = HALF_WIDTH * np.sqrt((spread * doubt) ** 2 + STEADY_DEG**2 + np.nan_to_num(late) ** 2)
    _join(time_s, turn, told, value, error)
    value[told] = turn[told]
    error[told] = HALF_WIDTH * STEADY_DEG
    return value, error


def _led(time_s: Floats, turn: Floats, seen: Floats) -> Floats:
    """Return the landmarks' turn (n,) as the phone would have it.

    Args:
        time_s: (n,) seconds.
        turn: (n,) what the phone says, in degrees; NaN where it is not read.
        seen: (n,) the turn by the landmarks; NaN where it is not judged; both are known somewhere.
    """
    both = np.isfinite(turn) & np.isfinite(seen)
    sides = sides_of(seen[both])
    gains = gains_of(sides.T @ sides, sides.T @ turn[both], _moments(time_s[both]) / both.sum())
    # A share that was learned from smaller turns is too much of larger ones.
    most = float(np.abs(seen[both]).max())
    return np.asarray(seen + sides_of(np.clip(seen, -most, most)) @ (gains - 1.0))


def _moments(time_s: Floats) -> int:
    """Return how many readings at some times tell something of their own."""
    return len(np.unique(np.floor(time_s / APART_S)))


def _spread(time_s: Floats, known_s: Floats, lack: Floats) -> tuple[Floats, Floats]:
    """Return what the landmarks lack at any time, from what they lacked at some, and how doubtful that is, 0 to 1.

    What they lack wanders and is drawn back to nothing: an Ornstein-Uhlenbeck process, tied to what is known.
    """
    after = np.clip(np.searchsorted(known_s, time_s), 0, len(known_s))
    left, right = np.maximum(after - 1, 0), np.minimum(after, len(known_s) - 1)
    since = np.where(after > 0, time_s - known_s[left], np.inf) / FORGETS_S
    until = np.where(after < len(known_s), known_s[right] - time_s, np.inf) / FORGETS_S
    one, two = np.exp(-since), np.exp(-until)
    across = one * two
    rest = np.maximum(1.0 - across**2, 1e-9)
    # Written so that neither an endless gap nor none divides by zero.
    first, second = one * (1.0 - two**2) / rest, two * (1.0 - one**2) / rest
    doubt = 1.0 - (one**2 + two**2 - 2.0 * across**2) / rest
    nearest = np.where(since <= until, lack[left], lack[right])
    tied = np.where(rest > 1e-8, first * lack[left] + second * lack[right], nearest)
    return np.asarray(tied), np.sqrt(np.clip(doubt, 0.0, 1.0))


def _join(time_s: Floats, turn: Floats, told: Bools, value: Floats, error: Floats) -> None:
    """Join two readings that are near in time by a straight line, where landmarks do not lead."""
    at = np.flatnonzero(told)
    for first, last in zip(at[:-1].tolist(), at[1:].tolist(), strict=True):
        gap = np.arange(first + 1, last)
        gap = gap[np.isnan(value[gap])]
        if not len(gap) or time_s[last] - time_s[first] > BLIND_S:
            continue
        change = float(wrapped(turn[last] - turn[first]))
        since = time_s[gap] - time_s[first]
        value[gap] = turn[first] + change * since / (time_s[last] - time_s[first])
        near_s = np.minimum(since, time_s[last] - time_s[gap])
        error[gap] = HALF_WIDTH * STEADY_DEG + BLIND_DEG_S * near_s + BLIND_SHARE * abs(change)
