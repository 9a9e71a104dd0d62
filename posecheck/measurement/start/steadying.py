"""Landmarks as a camera that had not moved since neutral would show them.

A camera that is knocked, tilts or slides down, or crops its picture to follow somebody, moves person and background
alike in the picture. How the background has moved is known (capture/pose/camera_motion.py), so it is undone, in the
picture and as a roll of the world landmarks. While it moves fast, and for SETTLE_S after, nothing is judged, because
the background is looked at only ten times a second and the picture may be blurred. What cannot be undone counts as a
camera that has moved: one that points too far elsewhere, and one in another place, from which the person has moved
otherwise in the picture than the background.

Where no background is known nothing is undone. That a whole body which rolls as one rigid piece shows a roll of the
camera was tried: who arched far and fast was taken for one.
"""

from collections import deque
from dataclasses import replace
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from posecheck.capture.pose.camera_motion import displacement
from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.neutral import Neutral

STILL, MOVED, BACK = 0.006, 0.02, 0.012
"""Movement of the picture's corners, in widths of the picture: up to the first the camera counts as still (the most on
clips with a still one); by the second a person has moved otherwise than the background; below the third it is back."""
FAST = 0.1
"""Widths of the picture a second. The background, looked at every 0.1 s, is then known to 0.01."""
LOOK_S, SETTLE_S = 0.1, 0.3
"""Time over which that speed is measured, and the time after it in which nothing is judged."""
SHIFT, ROLL_DEG, ZOOM = 0.15, 15.0, 1.3
"""Farthest that a camera's movement is undone, in widths of the picture, degrees, and times as large. A camera that
turns by 0.15 widths, ten degrees, tilts lines at the picture's edge by 3 degrees in a way that no shift undoes; beyond
a zoom of 1.3 a body no longer counts as that at neutral (plausibility.py)."""
EPS_S = 1e-6
PLACES = ((L.LEFT_HIP, L.RIGHT_HIP), (L.LEFT_KNEE, L.RIGHT_KNEE), (L.LEFT_ANKLE, L.RIGHT_ANKLE))
"""Parts of the body of which the one that moved least shows whether the camera stands where it did."""


class Similarity(NamedTuple):
    """Hold a movement p -> a p + b of points as complex numbers, from the picture's middle, in its widths."""

    a: complex
    b: complex

    @classmethod
    def of(cls, background: Floats) -> "Similarity":
        """Return the movement that a position of the background (4,) stands for, see Pose."""
        x, y, roll_deg, zoom = background.tolist()
        return cls(zoom * complex(np.exp(1j * np.radians(roll_deg))), complex(x, y))

    def since(self, before: "Similarity") -> "Similarity":
        """Return the movement from an earlier one to this one."""
        a = self.a / before.a
        return Similarity(a, self.b - a * before.b)

    def away(self, other: "Similarity", aspect: float) -> float:
        """Return what camera_motion.displacement does of two positions, without arrays, as each frame asks for it."""
        a, b, half = self.a - other.a, self.b - other.b, complex(0.5, 0.5 * aspect)
        return (
            abs(b + a * half) + abs(b - a * half) + abs(b + a * half.conjugate()) + abs(b - a * half.conjugate())
        ) / 4

    @property
    def told(self) -> Floats:
        """The position of the background (4,) after it, see Pose."""
        return np.array([self.b.real, self.b.imag, np.degrees(np.angle(self.a)), abs(self.a)])

    def back(self, points: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Return where points were before it."""
        return np.asarray((points - self.b) / self.a)

    @property
    def too_far(self) -> bool:
        """Return whether it is too large to be undone."""
        zoom = abs(self.a)
        return bool(abs(self.b) > SHIFT or abs(np.degrees(np.angle(self.a))) > ROLL_DEG or max(zoom, 1.0 / zoom) > ZOOM)


T = TypeVar("T")
Places = NDArray[np.complex128]
_NONE = Similarity(1.0 + 0.0j, 0.0j)


class Steadying:
    """Undo the camera's movement since neutral, frame by frame; one or many frames at once give the same result."""

    def __init__(self, neutral: Neutral, *, level: bool) -> None:
        """Begin with a camera that stands as at neutral.

        Args:
            neutral: The neutral.
            level: Whether the camera is level; if not, moving it is what was asked for, and nothing is undone.
        """
        self._level = level
        self._subject = neutral.subject
        place = neutral.pose.background[0]
        self._known = bool(np.isfinite(place).all())
        self._reference = Similarity.of(place) if self._known else _NONE
        self._now = self._undone = self._then = _NONE
        self._recent: deque[tuple[float, Similarity]] = deque()
        self._bodies: deque[tuple[float, Places]] = deque()
        self._before: Places | None = None
        self._until_s: float | None = None
        self._elsewhere = False

    def update(self, track: PoseTrack) -> tuple[PoseTrack, Bools]:
        """Return the next n frames with the camera's movement undone, and whether it prevents judging each (n,).

        Frames in which it cannot be undone are returned as they are.
        """
        moved = np.zeros(len(track), bool)
        if not len(track) or not self._known:
            return track, moved
        place = track.background
        told = np.asarray(np.isfinite(place).all(axis=1), bool)
        aspect = float(track.size_wh[0, 1] / track.size_wh[0, 0])
        bodies = np.where((track.subject == self._subject)[:, None], _places(track), np.nan)
        if self._is_still(place[told], aspect):
            self._keep(track.time_s, bodies)
            return track, moved
        undone: list[Similarity] = []
        for i, time_s in enumerate(track.time_s.tolist()):
            if told[i]:
                self._now = Similarity.of(place[i]).since(self._reference)
            moved[i] = self._take(time_s, bodies[i], aspect)
            undone.append(_NONE if self._astray(aspect) else self._undone)
        return _with_undone(track, undone), moved

    def _is_still(self, place: Floats, aspect: float) -> bool:
        """Return whether nothing has moved so far nor does in these frames, as nearly always."""
        if self._now != _NONE or self._undone != _NONE or self._until_s is not None:
            return False
        return not len(place) or float(displacement(place, self._reference.told, aspect).max()) <= STILL

    def _keep(self, time_s: Floats, bodies: Places) -> None:
        """Remember the last frames of a still camera."""
        self._recent.clear()
        self._recent.append((float(time_s[-1]), _NONE))
        found = np.flatnonzero(~np.isnan(bodies[:, 0]))
        if len(found):
            since = time_s[found].searchsorted(time_s[found[-1]] - SETTLE_S - EPS_S, side="right") - 1
            for i in found[max(int(since), 0) :].tolist():
                _add(self._bodies, (float(time_s[i]), bodies[i]), SETTLE_S)

    def _take(self, time_s: float, place: Places, aspect: float) -> bool:
        """Take one frame; return whether the camera's movement prevents judging it."""
        now = self._now
        _add(self._recent, (time_s, now), LOOK_S)
        before_s, before = self._recent[0]
        anew = now.away(self._undone, aspect) > STILL
        if anew and now.away(before, aspect) > FAST * max(time_s - before_s, LOOK_S):
            if self._until_s is None and not self._elsewhere:
                self._before, self._then = (self._bodies[0][1] if self._bodies else None), before
            self._until_s = time_s + SETTLE_S
        if anew:
            self._undone = now
        body = self._undone.back(place)
        found = not np.isnan(body[0])
        if self._until_s is not None and time_s >= self._until_s - EPS_S and found:
            self._until_s = None
            self._elsewhere = self._before is not None and float(np.abs(body - self._before).min()) > MOVED
        if self._elsewhere and now.away(self._then, aspect) < BACK:
            self._elsewhere = False
        if self._until_s is None and found and not self._elsewhere:
            _add(self._bodies, (time_s, body), SETTLE_S)
        return self._until_s is not None or self._astray(aspect)

    def _astray(self, aspect: float) -> bool:
        """Return whether the camera has moved so that it cannot be undone."""
        return self._elsewhere or self._now.too_far or (not self._level and self._now.away(_NONE, aspect) > MOVED)


def _add(recent: deque[tuple[float, T]], newest: tuple[float, T], span_s: float) -> None:
    """Add the newest of some moments, and forget those before the last that is at least so long ago."""
    recent.append(newest)
    while len(recent) > 1 and newest[0] - recent[1][0] >= span_s - EPS_S:
        recent.popleft()


def _places(track: PoseTrack) -> Places:
    """Return the middle of each of PLACES (n, 3) from the picture's middle, in widths of the picture."""
    size = track.size_wh.astype(np.float64)
    xy = np.stack([track.image_xy[:, list(pair)].mean(axis=1) for pair in PLACES], axis=1)
    xy = (xy - size[:, None] / 2.0) / size[:, None, :1]
    return np.asarray(xy[..., 0] + 1j * xy[..., 1])


def _with_undone(track: PoseTrack, undone: list[Similarity]) -> PoseTrack:
    """Return frames as they would look without these movements; what was out of the picture stays unseen."""
    a, b = np.array([move.a for move in undone])[:, None], np.array([move.b for move in undone])[:, None]
    size, xy = track.size_wh[:, None, :].astype(np.float64), track.image_xy
    inside = ((xy >= 0.0) & (xy <= size)).all(axis=-1)
    middle, width = size / 2.0, size[..., 0]
    place = ((xy[..., 0] - middle[..., 0]) + 1j * (xy[..., 1] - middle[..., 1])) / width
    place = (place - b) / a * width
    image = np.stack([place.real, place.imag], axis=-1) + middle
    world = track.world_xyz.copy()
    turned = (world[..., 0] + 1j * world[..., 1]) / (a / np.abs(a))
    world[..., 0], world[..., 1] = turned.real, turned.imag
    same = np.array([move == _NONE for move in undone])
    image, world = (np.where(same[:, None, None], was, new) for was, new in ((xy, image), (track.world_xyz, world)))
    visibility = np.where(inside | same[:, None], track.visibility, 0.0)
    return replace(track, image_xy=image, world_xyz=world, visibility=visibility)
