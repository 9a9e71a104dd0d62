"""How fast each angle changes, measured for itself and with an error of its own.

The slope of a reading is a poor speed of a turn: where the landmarks flip from one guess to the next, the reading leaps
although the person moves evenly, and the speed came out up to three times too high. In the picture the same landmarks
hardly leap. So the speed of a turn is read from the velocities of all landmarks in the picture, relative to the hips
and in lengths of the person's own trunk. Two weights for each velocity, which depend on how far the shoulders have
turned away from the camera, bring them to degrees per second (research/rates/fit.py); in the mirror image they give the
opposite rate. Slow turns are measured by both. All other angles have the least-squares slope of their reading: a lean
from the side, which does not leap, of the reading as it is, because smoothing would blunt it.

Every rate belongs to the middle of the SLOPE_S that end at its frame.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.core.worn.sheet import is_seen
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.features import USED
from posecheck.kinematics.neutral import Neutral
from posecheck.measurement.cleaning.leaps import Leaps
from posecheck.measurement.jitter import Jitter
from posecheck.measurement.motion import SLOPE_S, Midway, Speed
from posecheck.measurement.readings import Readings

TURNS = ("trunk_rotation", "shoulder_rotation")
"""The angles whose rates are read from the picture, in the order of the weights."""
VIEWS = ("front", "oblique")
"""The views in which a turn is judged, and for which the weights are fitted."""
IN_PICTURE = (2.5, 0.6, 15.0)
"""Stated error of a rate from the picture, degrees per second: least, share of the rate, and most."""
OF_SLOPE, OF_READING = (2.0, 0.15), (0.3, 0.02)
"""Stated error of a slope: at rest in degrees per second and as share of the rate, and what its reading's stated error
adds to both for each degree."""
OF_LEAN, OF_LEAN_READING = (2.0, 0.12), 0.25
"""The same of a lean seen from the side, where the picture shows it without guesses: its reading may be off as a whole,
which its slope is not. On the scripts to tune with, 96 % of the errors are within it, 89 % of those of moving people
(python -m research.benchmarks.coaching --rates)."""
READ_SHARE, READ_UP_TO, LEAPS = 0.5, 30.0, 15.0
"""At rest the rate of a turn is the mean of that in the picture and of the slope of its reading, because the two
jitter each for itself: with jitter as of filmed people 86 instead of 73 of 212 scripts are then said exactly (python -m
research.benchmarks.coaching --shaken). Of faster turns the slope counts less, and from READ_UP_TO, in degrees per
second, not at all; nor where it differs by more than LEAPS or an arm leapt, because there the reading leaps."""
SCALE: Floats = np.array([1.0 if row.unit == "deg" else 100.0 for row in ANGLES])
"""Factors (k,) that bring ratios to about the size of degrees."""
_ROWS = [INDEX[name] for name in TURNS]
_LEAN = INDEX["trunk_inclination"]
JITTER_OF_LEAN = float(np.degrees(1.0))
"""Degrees by which the lean jitters, seen from the side, for a jitter of the landmarks of one trunk length: it is the
direction between the middles of two pairs of landmarks."""


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Hold the rates of n frames, with the k columns in the order of ANGLES.

    Attributes:
        value: (n, k) degrees or ratio per second, NaN where it is not known.
        error: (n, k) half-width that holds about 90 % of the errors, in the same unit.
        way: (n, k) the way moved from an arbitrary start, degrees or ratio, for bounces and steadiness.
        jitter: (n, k) standard deviation of the way's jitter from frame to frame, degrees; 0 where it is not measured.
    """

    value: Floats
    error: Floats
    way: Floats
    jitter: Floats

    def slice(self, rows: slice) -> "Rates":
        """Return some of the frames, without copying."""
        return Rates(self.value[rows], self.error[rows], self.way[rows], self.jitter[rows])


def joined(parts: list[Rates]) -> Rates:
    """Put the rates of successive frames together."""
    names = ("value", "error", "way", "jitter")
    return Rates(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


@cache
def weights() -> Floats:
    """Return the weights (turns, 3, 21 * 2): alone, times 1 - cos and times sin of the shoulders' turn."""
    with (
        files("posecheck").joinpath("measurement", "data", "rates.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as data,
    ):
        return np.asarray(data["weights"], np.float64)


def facing(world_xyz: Floats) -> Floats:
    """Return cosine and sine (n, 2) of the shoulders' turn away from the camera, to the left positive."""
    line = world_xyz[:, L.RIGHT_SHOULDER] - world_xyz[:, L.LEFT_SHOULDER]
    flat = np.hypot(line[:, 0], line[:, 2])
    return np.asarray(np.stack([-line[:, 0], -line[:, 2]], axis=-1) / np.maximum(flat, 1e-9)[:, None])


def from_hips(image_xy: Floats) -> Floats:
    """Return the landmarks in the picture relative to the middle of the hips (n, 21 * 2), pixels."""
    hips = (image_xy[:, L.LEFT_HIP] + image_xy[:, L.RIGHT_HIP]) / 2.0
    return np.asarray((image_xy[:, USED] - hips[:, None]).reshape(len(image_xy), -1))


def trunk_px(image_xy: Floats) -> float:
    """Return the length of a trunk in the picture, pixels, from the landmarks of one frame (33, 2)."""
    line = image_xy[L.LEFT_SHOULDER] + image_xy[L.RIGHT_SHOULDER] - image_xy[L.LEFT_HIP] - image_xy[L.RIGHT_HIP]
    return float(np.linalg.norm(line)) / 2.0


class Pace:
    """Measure rates frame by frame; one or many frames at once give the same result."""

    def __init__(self) -> None:
        self._readings = Speed()
        self._landmarks = Speed()
        self._facing = Midway()
        self._leaps = Leaps()
        self._way = _Way()
        self._jitter = Jitter()
        self._shift: Floats = np.zeros((1, 2 * len(USED)))
        self._leapt_s = -np.inf

    def update(
        self,
        track: PoseTrack,
        raw: Readings,
        readings: Readings,
        neutral: Neutral | None,
        since_s: float | None = None,
    ) -> Rates:
        """Return the rates in the next n frames.

        Args:
            track: The landmarks.
            raw: Their readings as they are.
            readings: The same, smoothed.
            neutral: What they are measured from; None while there is none.
            since_s: When the picture before the first of these was taken, where it came several times since.
        """
        lean = neutral is not None and neutral.view == "side"
        # Printed sheets on the trunk do not leap and are read so exactly that the slope of their reading is better.
        plain = neutral is None or is_seen(neutral.pose.tags).any()
        turns = not plain and neutral is not None and not neutral.lying and neutral.view in VIEWS
        rows = [_LEAN] if lean else _ROWS if turns else []
        # A slope over SLOPE_S is smooth enough: that of smoothed readings is blunted, and late.
        sharp = readings.value.copy()
        sharp[:, rows] = raw.value[:, rows]
        value = self._readings.update(track.time_s, sharp, since_s)
        (least, more), (least_read, more_read) = OF_SLOPE, OF_READING
        read, fast = readings.error * SCALE, np.abs(value) * SCALE
        error = (least + least_read * read + (more + more_read * read) * fast) / SCALE
        if lean:
            (least, more), least_read = OF_LEAN, OF_LEAN_READING
            error[:, _LEAN] = least + least_read * read[:, _LEAN] + more * fast[:, _LEAN]
        rates = Rates(value, error, readings.value.copy(), np.zeros(value.shape))
        if plain or neutral is None:
            return rates
        trunk = trunk_px(neutral.pose.image_xy[0])
        if lean:
            rates.way[:, _LEAN] = raw.value[:, _LEAN]
            place = from_hips(track.image_xy) / trunk
            rates.jitter[:, _LEAN] = JITTER_OF_LEAN * self._jitter.update(track.time_s, place, since_s)
        elif turns:
            self._of_turns(track, rates, trunk, since_s)
        return rates

    def _of_turns(self, track: PoseTrack, rates: Rates, trunk: float, since_s: float | None) -> None:
        """Put the rates of turns, which so far are slopes of their readings, their errors and ways into rates.

        Args:
            track: The landmarks of n frames.
            rates: Their rates.
            trunk: The length of the trunk in the picture, pixels.
            since_s: As for update.
        """
        turned = facing(track.world_xyz)
        given = from_hips(track.image_xy)
        place = self._leaps.update(track.time_s, given, trunk, since_s)
        velocity = self._landmarks.update(track.time_s, place, since_s)
        seen = in_degrees(velocity / trunk, self._facing.update(track.time_s, turned, since_s))
        read = np.where(self._leapt(track.time_s, place - given)[:, None], np.nan, rates.value[:, _ROWS])
        seen = _both(seen, read)
        least, share, most = IN_PICTURE
        doubt = np.minimum(least + share * np.abs(seen), most)
        judged = np.isfinite(rates.value[:, _ROWS])
        rates.value[:, _ROWS], rates.error[:, _ROWS] = np.where(judged, seen, np.nan), np.where(judged, doubt, np.nan)
        moved = self._way.update(place / trunk, turned)
        rates.way[:, _ROWS] = np.where(np.isfinite(rates.way[:, _ROWS]), moved, np.nan)
        jitter = self._jitter.update(track.time_s, place / trunk, since_s)
        rates.jitter[:, _ROWS] = jitter[:, None] * _gain(turned)

    def _leapt(self, time_s: Floats, shift: Floats) -> Bools:
        """Return in which of n frames (n,) an arm leapt within SLOPE_S, which the reading follows.

        Args:
            time_s: (n,) seconds.
            shift: (n, 42) by how much landmarks were put back, pixels.
        """
        shift = np.nan_to_num(shift)
        leaps = (np.diff(shift, axis=0, prepend=self._shift) != 0.0).any(axis=1)
        last_s = np.maximum.accumulate(np.where(leaps, time_s, self._leapt_s))
        if len(time_s):
            self._shift, self._leapt_s = shift[-1:], float(last_s[-1])
        return np.asarray(time_s - last_s <= SLOPE_S)


def _both(seen: Floats, read: Floats) -> Floats:
    """Return rates of turning (n, turns) from those in the picture and the slopes of the readings, see READ_UP_TO."""
    apart = read - seen
    apart[np.isnan(apart)] = 0.0
    share = READ_SHARE * np.maximum(0.0, 1.0 - np.abs(seen) / READ_UP_TO) * (np.abs(apart) <= LEAPS)
    return np.where(np.isfinite(seen), seen + share * apart, np.nan)


class _Way:
    """Add up the steps from frame to frame that turns make in the picture; unlike a rate they are not blunted."""

    def __init__(self) -> None:
        self._last: tuple[Floats, Floats, Floats] | None = None

    def update(self, place: Floats, turned: Floats) -> Floats:
        """Return the ways (n, turns) in degrees, NaN where nobody was found.

        Args:
            place: (n, 42) the landmarks relative to the hips, in trunk lengths.
            turned: (n, 2) cosine and sine of the shoulders' turn away from the camera.
        """
        known = np.flatnonzero(np.isfinite(place).all(axis=1) & np.isfinite(turned).all(axis=1))
        way = np.full((len(place), len(TURNS)), np.nan)
        if len(known):
            place, turned = place[known], turned[known]
            first, facing_then, start = self._last or (place[0], turned[0], np.zeros(len(TURNS)))
            steps = np.diff(place, axis=0, prepend=first[None])
            between = (turned + np.concatenate([facing_then[None], turned[:-1]])) / 2.0
            way[known] = start + np.cumsum(in_degrees(steps, between), axis=0)
            self._last = place[-1], turned[-1], way[known[-1]]
        return way


def _gain(turned: Floats) -> Floats:
    """Return the degrees (n, turns) by which a way jitters for a jitter of the landmarks of one trunk length."""
    weight = weights()
    parts = (
        weight[None, :, 0] + weight[None, :, 1] * (1.0 - turned[:, None, :1]) + weight[None, :, 2] * turned[:, None, 1:]
    )
    return np.asarray(np.linalg.norm(parts, axis=-1))


def in_degrees(velocity: Floats, turned: Floats) -> Floats:
    """Bring velocities in the picture to rates of turning.

    Args:
        velocity: (n, 21 * 2) trunk lengths per second, relative to the hips.
        turned: (n, 2) cosine and sine of the shoulders' turn away from the camera.

    Returns:
        (n, turns) degrees per second, to the left positive.
    """
    parts = np.einsum("nd,tpd->ntp", velocity, weights())
    return np.asarray(parts[..., 0] + parts[..., 1] * (1.0 - turned[:, :1]) + parts[..., 2] * turned[:, 1:])
