"""The turn of the chest between the moments at which a recording shows what the phone says.

In a recording the next reading is known as well as the last one. Between two readings the landmarks' turn leads from
the one to the other: what it lacks at either end is spread over the gap. How far the landmarks exaggerate or diminish a
turn to either side, as they do from this camera, is learned from all readings of the recording. Where the phone was not
read at neutral, its own zero counts, which its page takes at stillness too, if the landmarks do not contradict it.
"""

from dataclasses import dataclass

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.core.pose import PoseTrack
from posecheck.core.spooled import release
from posecheck.core.worn.phone import PhoneReading, is_read, wrapped
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.neutral import Neutral
from posecheck.measurement.phone.turn import OWN_ZERO_DEG
from posecheck.measurement.readings import read
from posecheck.stretches.stretch import Stretch

ERROR_DEG, GAIN_BOTH, GAIN_SIDE = 6.0, 0.2, 0.2
"""Error of the landmarks' turn, and how far their gain may be off 1 to both sides alike, and to each side for itself:
standard deviations."""
LATE_S = 0.04
"""How much later than the phone the landmarks follow a movement, in seconds."""
APART_S, PRIOR = 0.5, 4
"""Readings nearer to each other than this tell the same of the landmarks; how many others their error counts as."""
FORGETS_S = 1.5
"""Time after which what the landmarks lack has changed into something else."""
STEADY_DEG, HALF_WIDTH = 1.3, 1.65
"""Error of a reading, and the half-width that holds 90 % of errors over their standard deviation."""
BLIND_S, BLIND_DEG_S, BLIND_SHARE = 0.6, 12.0, 0.25
"""Longest gap that is bridged without landmarks, and the error then: for each second from the nearer reading, and as a
share of the change."""
BLOCK = 4096
"""Frames that are read at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Hold the turn of the chest since a neutral in each frame of a recording.

    Attributes:
        neutral: The neutral.
        time_s: (n,) seconds.
        turn: (n,) degrees, positive to the person's left; NaN where nothing leads there.
        error: (n,) its stated error.
        own_zero: The epoch of the readings that count from the phone's own zero, because the phone was not read at
            neutral; NaN where it was, or where the landmarks contradict it.
    """

    neutral: Neutral
    time_s: Floats
    turn: Floats
    error: Floats
    own_zero: float

    def at(self, time_s: Floats) -> tuple[Floats, Floats]:
        """Return turn and error at the times (n,) of frames; NaN where there is no such frame."""
        near = np.clip(np.searchsorted(self.time_s, time_s), 0, len(self.time_s) - 1)
        there = self.time_s[near] == time_s
        return np.where(there, self.turn[near], np.nan), np.where(there, self.error[near], np.nan)


def between(track: PoseTrack, neutral: Neutral | None, stretch: Stretch) -> Between | None:
    """Return the turn between the readings of a recording; None where there is no neutral, or no phone.

    Args:
        track: The whole recording, or a shot of it.
        neutral: The neutral that the turn is measured from.
        stretch: The stretch that is done.
    """
    if neutral is None or not is_read(track.phone).any():
        return None
    said = PhoneReading.unpack(np.asarray(track.phone, np.float64))
    zero = PhoneReading.unpack(np.asarray(neutral.pose.phone[0], np.float64))
    seen, stated = _by_landmarks(track, neutral, stretch)
    own = np.nan
    if np.isfinite(zero.turn_deg):
        turn = np.where(said.epoch == zero.epoch, wrapped(said.turn_deg - zero.turn_deg), np.nan)
    else:
        own = _own_zero(said, seen, stated)
        turn = np.where(said.epoch == own, wrapped(said.turn_deg), np.nan)
    value, error = bridged(track.time_s, turn, seen)
    return Between(neutral, track.time_s, value, error + (OWN_ZERO_DEG if np.isfinite(own) else 0.0), own)


def _by_landmarks(track: PoseTrack, neutral: Neutral, stretch: Stretch) -> tuple[Floats, Floats]:
    """Return the turn of the shoulders by the landmarks and its stated error (n,); NaN where it is not judged."""
    row, parts = INDEX["shoulder_rotation"], []
    for first in range(0, len(track), BLOCK):
        part = track.slice(first, first + BLOCK)
        ordinary = read(part, neutral, stretch)
        parts.append((ordinary.value[:, row], ordinary.error[:, row]))
        release(part)
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _own_zero(said: PhoneReading, seen: Floats, stated: Floats) -> float:
    """Return the epoch most readings are of, if counted from its own zero they agree with the landmarks; else NaN."""
    known = said.epoch[np.isfinite(said.turn_deg)]
    if not len(known):
        return float("nan")
    epoch = float(round(float(known.mean())))
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
        spread = np.sqrt(((lack**2).mean() * moments + PRIOR * ERROR_DEG**2) / (moments + PRIOR))
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
    gains = _gains(seen[both], turn[both], _moments(time_s[both]) / both.sum())
    # A share that was learned from smaller turns is too much of larger ones.
    most = float(np.abs(seen[both]).max())
    return np.asarray(seen + _sides(np.clip(seen, -most, most)) @ (gains - 1.0))


def _moments(time_s: Floats) -> int:
    """Return how many readings at some times tell something of their own."""
    return len(np.unique(np.floor(time_s / APART_S)))


def _sides(seen: Floats) -> Floats:
    return np.stack([np.maximum(seen, 0.0), np.minimum(seen, 0.0)], axis=1)


def _gains(seen: Floats, turn: Floats, weight: float) -> Floats:
    """Return by how much a turn exceeds that of the landmarks to the left and to the right (2,).

    Args:
        seen: (n,) the landmarks' turn.
        turn: (n,) the phone's.
        weight: How much each of them counts.
    """
    prior = np.linalg.inv(GAIN_BOTH**2 * np.ones((2, 2)) + GAIN_SIDE**2 * np.eye(2))
    sides = _sides(seen) / ERROR_DEG
    return np.asarray(
        np.linalg.solve(prior + weight * sides.T @ sides, prior @ np.ones(2) + weight * sides.T @ (turn / ERROR_DEG))
    )


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
