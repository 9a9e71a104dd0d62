"""Whether a person is where the neutral was taken, and landmarks as if they were.

People come from the camera and go back to it, get up, and move the chair. While hips and feet travel through the
picture, or hips rise from the seat, no reading means anything: whoever walks and turns around with swinging arms seems
to twist fast and far. So nothing is judged from the moment on in which somebody leaves the place of the neutral until
they are settled: hips, knees and feet lie as at neutral to each other, and rest for SETTLE_S. Whoever has settled a
little elsewhere is judged as before: the shift and the change of size are undone in the picture, because readings are
compared with the neutral landmark by landmark. Farther away, or turned, it takes a new neutral (keeper.py). Who reaches
for the floor, with a hand below the knees, is not judged either, until the trunk is back and rests.

Frames come in order of time; one or many at once give the same result. Places are in sizes of the trunk at neutral.
"""

import cmath
import math
from collections import deque
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import MIN_VISIBILITY
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.neutral import Neutral, trunk_size_px
from posecheck.measurement.motion import SLOPE_S
from posecheck.stretches.stretch import Stretch

BASE = [int(mark) for mark in (L.LEFT_HIP, L.RIGHT_HIP, L.LEFT_KNEE, L.RIGHT_KNEE, L.LEFT_ANKLE, L.RIGHT_ANKLE)]
AWAY = 0.4
"""Distance from the place at neutral of whichever of hips, knees and feet is nearest to its own, above which somebody
is elsewhere; in the scripts of upright stretches at most 0.27, in a lunge."""
NOTICED = 0.2
"""The same above which somebody who rests has shifted, where the stretch does not move the hips; at most 0.16."""
SEAT_AWAY, HIPS_AWAY, STEP_AWAY = 0.3, 0.45, 0.9
"""The same for the hips of who sits, stands, and stands or kneels for a stretch that moves the hips; in those scripts
at most 0.22, 0.28 and 0.61. Who gets up from a chair raises the hips by about 0.9."""
NEARER = 0.27
"""The same for the logarithm of the size in the picture; at most 0.20."""
STEP, GROWTH, LOOK_S = 0.3, 0.2, 0.5
"""Way of all of hips, knees and feet, and change of the logarithm of the size, within LOOK_S, above which somebody
travels; at most 0.10, in a lunge 0.23, and 0.17. Who walks goes one size of a trunk in that time."""
AROUND_DEG = 40.0
"""Turn of all of shoulders, hips and knees the same way within LOOK_S above which somebody turns around; in those
scripts at most 25, in a twist of who stands."""
SETTLE_S, CALM, CALM_GROWTH = 0.5, 0.12, 0.08
"""How long hips, knees and feet have to rest, and how far each may move, and the size change, in that time."""
REACH_M = 0.12
"""Depth below the knees of a hand that reaches for the floor; in stretches on a chair or on the feet at most 0.09."""
FIT, TURNED_DEG = 0.2, 15.0
"""Largest distance of hips, knees and feet from where they lay to each other at neutral, and turn of the hips, of who
is settled elsewhere."""
SHIFTED, RESIZED = 1.5, 0.3
"""Farthest shift and change of the logarithm of the size that is undone."""
NEAR, ALIKE = 0.08, 0.05
"""Shift and change of the logarithm of the size up to which somebody is back in the place of the neutral."""
LEAD_S = 1.0
"""What is done so shortly before somebody leaves may belong to it: people who get up lean forward for about half a
second before the hips rise, and turn on the spot as long."""
EPS_S = 1e-6


Base = tuple[complex, complex, complex]
"""Middles of hips, knees and feet from the picture's middle; NaN where they are not seen."""


class _Home(NamedTuple):
    """Hold where somebody is settled: a place p at neutral lies at zoom * p + shift, from the picture's middle."""

    zoom: float
    shift: complex


class _Moment(NamedTuple):
    """Hold one frame: its time, hips, knees and feet, shoulders, the logarithm of the size, and three lines as x + iz.

    The lines are those from the left to the right shoulder, hip and knee. hand_m says how far below the knees the lower
    hand is.
    """

    time_s: float
    base: Base
    shoulders: complex
    hand_m: float
    size: float
    lines: tuple[complex, complex, complex]


_SAME = _Home(1.0, 0j)
_EACH = np.array([*BASE, L.LEFT_SHOULDER, L.RIGHT_SHOULDER], np.intp).reshape(4, 2)
_HANDS, _KNEES = slice(int(L.LEFT_WRIST), int(L.RIGHT_WRIST) + 1), slice(int(L.LEFT_KNEE), int(L.RIGHT_KNEE) + 1)
_LEFT = np.array([L.LEFT_SHOULDER, L.LEFT_HIP, L.LEFT_KNEE], np.intp)


class Place:
    """Tell frame by frame who is elsewhere than at neutral, and undo where they have settled elsewhere."""

    def __init__(self, neutral: Neutral, stretch: Stretch, size: float) -> None:
        """Begin at a neutral in which somebody is seen.

        Args:
            neutral: The neutral.
            stretch: The stretch.
            size: Size of the body in the picture at neutral, see Plausibility.
        """
        self._trunk = float(trunk_size_px(neutral.pose.image_xy)[0])
        self._still = _moments(neutral.pose, np.array([size]), self._trunk)[0]
        self._lying = neutral.lying
        moves = "knee" in stretch.followed[0] or stretch.position == "kneeling" or neutral.lying
        self._hips_away = STEP_AWAY if moves else HIPS_AWAY if stretch.position == "standing" else SEAT_AWAY
        self._noticed = np.inf if moves else NOTICED
        self._home = _SAME
        self._recent: deque[_Moment] = deque()
        self._reach_m = REACH_M if stretch.position in ("standing", "seated") else np.inf
        self._left = self._bent = False
        self._until_s = -np.inf

    def update(
        self, track: PoseTrack, size: Floats, distrusted: Bools, posture: Bools | None = None
    ) -> tuple[PoseTrack, Bools, Bools]:
        """Return the next n frames as if the person had settled in the place of the neutral.

        Args:
            track: The frames.
            size: (n,) size of the body in the picture, NaN where nobody is found.
            distrusted: (n,) whether the landmarks are implausible; then only a body much nearer than at neutral counts.
            posture: (n,) whether somebody who should lie does not; None of an upright stretch.

        Returns:
            The frames; who is not settled (n,); and who is settled elsewhere than at neutral (n,).
        """
        away, shifted = np.zeros(len(track), bool), np.zeros(len(track), bool)
        homes = []
        for i, now in enumerate(_moments(track, size, self._trunk)):
            if distrusted[i]:
                self._left |= not self._lying and now.size - self._still.size > NEARER
                away[i] = self._left
            elif now.size == now.size:
                away[i] = self._take(now, bent=posture is not None and bool(posture[i]))
            homes.append(self._home)
            shifted[i] = self._home is not _SAME
        return (_brought_back(track, homes, self._trunk) if shifted.any() else track), away, shifted

    def there(self, track: PoseTrack, size: Floats) -> Bools:
        """Return in which of n frames somebody is in the place of the neutral (n,), wherever they settle."""
        return np.array(
            [not self._is_out(self._far(now.base), now.size) for now in _moments(track, size, self._trunk)], bool
        )

    def _take(self, now: _Moment, *, bent: bool) -> bool:
        """Take one frame in which the person is found; return whether they are not in place.

        Args:
            now: The frame.
            bent: Whether the trunk is known to be elsewhere although hips and feet are not.
        """
        recent = self._recent
        recent.append(now)
        while len(recent) > 1 and now.time_s - recent[1].time_s >= LOOK_S - EPS_S:
            recent.popleft()
        then = recent[0]
        steps, grown = _apart(now.base, then.base), abs(now.size - then.size)
        far = self._far(now.base)
        if self._travels(now, then, min(steps, default=0.0), grown) or self._is_out(far, now.size):
            self._left = True
        if bent or now.hand_m > self._reach_m:
            self._left = self._bent = True
        if self._left or not min(far) <= self._noticed:
            if self._lying:
                # Who lies moves the knees in the stretch itself.
                steps, grown = [abs(now.base[0] - then.base[0])], 0.0
            if self._bent or self._lying:
                steps.append(abs(now.shoulders - then.shoulders))
            rests = max(steps, default=0.0) < CALM and grown < CALM_GROWTH and now.hand_m <= self._reach_m
            if rests and now.time_s - then.time_s >= SETTLE_S - EPS_S:
                self._settle(now.time_s)
        return self._left or now.time_s < self._until_s

    def _travels(self, now: _Moment, then: _Moment, step: float, grown: float) -> bool:
        """Return whether somebody travels or turns around, by what changed in LOOK_S."""
        if step > STEP:
            return True
        if self._lying:
            return False
        turns = [cmath.phase(a * b.conjugate()) for a, b in zip(now.lines, then.lines, strict=True)]
        around = max(min(turns), -max(turns))
        return grown > GROWTH or math.degrees(around) > AROUND_DEG

    def _far(self, base: Base) -> list[float]:
        """Return how far hips, knees and feet are from where the person last settled; NaN where they are not seen."""
        zoom, shift = self._home
        return [abs((a - shift) / zoom - b) for a, b in zip(base, self._still.base, strict=True)]

    def _is_out(self, far: list[float], size: float) -> bool:
        """Return whether somebody is elsewhere than where they last settled."""
        if not self._lying and abs(size - math.log(self._home.zoom) - self._still.size) > NEARER:
            return True
        # Hips that are not seen are not known to be anywhere.
        seen = [one for one in far if one == one]
        return far[0] == far[0] and (far[0] > self._hips_away or min(seen) > AWAY)

    def _settle(self, time_s: float) -> None:
        """Note where the person rests, if that is in the posture of the neutral."""
        n = len(self._recent)
        hips, knees, feet = (sum(one.base[i] for one in self._recent) / n for i in range(3))
        base = (hips, knees, feet)
        size = sum(one.size for one in self._recent) / n - self._still.size
        turn = sum(one.lines[1] for one in self._recent) / self._still.lines[1]
        if not self._lying and abs(math.degrees(cmath.phase(turn))) > TURNED_DEG:
            return
        zoom, pairs = math.exp(size), [(a, b) for a, b in zip(base, self._still.base, strict=True) if a == a and b == b]
        if not pairs:
            return
        shift = sum(a - zoom * b for a, b in pairs) / len(pairs)
        moved = abs(sum(a - b for a, b in pairs)) / len(pairs)
        fits = max(abs((a - shift) / zoom - b) for a, b in pairs) < FIT
        if fits and moved <= NEAR and abs(size) <= ALIKE:
            home = _SAME
        elif fits and moved <= SHIFTED and abs(size) <= RESIZED:
            home = _Home(zoom, shift)
        elif not self._is_out(self._far(base), size + self._still.size):
            home = self._home
        else:
            return
        self._left = self._bent = False
        if home != self._home:
            # Speeds are measured over frames that all were brought back alike.
            self._home, self._until_s = home, time_s + SLOPE_S


def _apart(base: Base, other: Base) -> list[float]:
    """Return the distances of those of hips, knees and feet that are seen in both."""
    return [far for far in (abs(base[0] - other[0]), abs(base[1] - other[1]), abs(base[2] - other[2])) if far == far]


def _moments(track: PoseTrack, size: Floats, trunk: float) -> list[_Moment]:
    """Return what is compared of n frames; size (n,) is NaN where nobody is found."""
    xy, picture = track.image_xy[:, _EACH], track.size_wh[:, None, :]
    seen = (xy.min(axis=2) >= 0.0) & (xy.max(axis=2) <= picture)
    shown = track.visibility[:, _EACH].max(axis=2) >= MIN_VISIBILITY
    middles = (xy[:, :, 0] + xy[:, :, 1] - picture) / (2.0 * trunk)
    if not (seen.all() and shown.all()):
        middles[~(seen.all(axis=2) & shown)] = np.nan
    base = np.ascontiguousarray(middles).view(np.complex128)[..., 0]
    lines = (track.world_xyz[:, _LEFT + 1] - track.world_xyz[:, _LEFT])[..., ::2]
    across = np.ascontiguousarray(lines).view(np.complex128)[..., 0]
    height = track.world_xyz[..., 1]
    low = np.where(track.visibility[:, _HANDS] >= MIN_VISIBILITY, height[:, _HANDS], -np.inf)
    hand_m = low.max(axis=1) - height[:, _KNEES].max(axis=1)
    parts = (track.time_s.tolist(), base.tolist(), hand_m.tolist(), np.log(size).tolist(), across.tolist())
    return [
        _Moment(time_s, (a, b, c), shoulders, hand, large, tuple(each))
        for time_s, (a, b, c, shoulders), hand, large, each in zip(*parts, strict=True)
    ]


def _brought_back(track: PoseTrack, homes: list[_Home], trunk: float) -> PoseTrack:
    """Return frames as they would look in the place of the neutral; what was out of the picture stays unseen."""
    zoom = np.array([home.zoom for home in homes])[:, None, None]
    shift = np.array([[home.shift.real, home.shift.imag] for home in homes])[:, None] * trunk
    xy, size = track.image_xy, track.size_wh[:, None, :].astype(np.float64)
    inside = ((xy >= 0.0) & (xy <= size)).all(axis=-1)
    same = np.array([home is _SAME for home in homes])
    back = (xy - size / 2.0 - shift) / zoom + size / 2.0
    return replace(
        track,
        image_xy=np.where(same[:, None, None], xy, back),
        visibility=np.where(inside | same[:, None], track.visibility, 0.0),
    )
