"""Whether the landmarks can be those of the body seen at neutral: bones keep their lengths, and nobody jumps.

MediaPipe's visibility stays near one even when its landmarks have switched to another person, or when left and right
are exchanged. Such errors are recognised because bone lengths differ from those at neutral, because the whole body
grows, shrinks or jumps from one frame to the next, or because it suddenly faces the other way; at neutral itself,
because face and body point opposite ways. The limits below clearly separate clips with and without such errors; the
largest value on clips without is given in brackets.
"""

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.geometry import UP, dot, length, mean_of, orthogonal, unit, wrapped, yaw
from posecheck.kinematics.neutral import Neutral
from posecheck.kinematics.observation import Observation

BONES = (
    (L.LEFT_SHOULDER, L.RIGHT_SHOULDER),
    (L.LEFT_HIP, L.RIGHT_HIP),
    (L.LEFT_HIP, L.LEFT_KNEE),
    (L.RIGHT_HIP, L.RIGHT_KNEE),
    (L.LEFT_KNEE, L.LEFT_ANKLE),
    (L.RIGHT_KNEE, L.RIGHT_ANKLE),
)
"""Bones that are compared besides the trunk line; arms are left out because their length is unreliable behind the
head."""
TORSO = (L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP)
_ENDS = np.array(BONES, np.intp)
LIMBS = slice(int(L.LEFT_SHOULDER), len(L))

LENGTHS = (0.32, 0.25)
"""Root mean square of log(length / length at neutral) over all bones: above the first value it is another body, below
the second the same one (0.15; in a folded child's pose 0.27)."""
LENGTH = (0.55, 0.42)
"""The same for the trunk, the shoulders and the hips individually (0.36)."""
SIZE = (0.40, 0.30)
"""The same for the size of the body in the picture (0.16)."""
TURNED_DEG = (90.0, 75.0)
"""Rotation of both hips and shoulders since neutral, about the vertical or, if lying, about the trunk line: above the
first value the camera sees another side of the body, below the second the same side as at neutral (27)."""
TORSO_JUMP = (0.15, 2.0)
"""Farthest that a shoulder or hip can move from one frame to the next, relative to the pelvis: metres, plus metres per
second between the frames (0.10)."""
SIZE_JUMP = (0.07, 0.5)
"""The same for the logarithm of the size (0.055)."""
PICTURE_JUMP = (0.2, 1.5)
"""The same for the mean movement of all landmarks in the picture, in body sizes (0.09)."""
GAP_S = 0.5
"""After a longer absence of the person, a frame is not compared with the one before."""
CLEAN_S = 0.3
"""How long the landmarks must be plausible before they are trusted again."""


class Doubt(IntEnum):
    """Say whether the landmarks of a frame are trusted."""

    NONE = 0
    IMPLAUSIBLE = 1
    TURNED = 2  # the same body, but it has turned another side to the camera, at a human speed


@dataclass(frozen=True, slots=True, eq=False)
class _Marks:
    """Hold what is compared in n frames: lengths (n, 7) in metres, size (n,) of size_in_picture, facing (n, 2)."""

    lengths: Floats
    size: Floats
    facing: Floats

    @classmethod
    def of(cls, track: "PoseTrack | _Frames", lying: bool) -> "_Marks":
        xyz = track.world_xyz
        trunk = (xyz[:, TORSO[0]] + xyz[:, TORSO[1]] - xyz[:, TORSO[2]] - xyz[:, TORSO[3]]) / 2
        bones = np.concatenate([trunk[:, None], xyz[:, _ENDS[:, 0]] - xyz[:, _ENDS[:, 1]]], axis=1)
        return cls(length(bones), size_in_picture(track), _facing(xyz, trunk, lying))


class _Against(NamedTuple):
    """Hold how one frame's body differs from that of neutral.

    Attributes:
        whole: Root mean square of the logarithms of the lengths, as shares of those at neutral.
        single: The largest of trunk, shoulders and hips.
        size: That of the size in the picture.
        turn: Degrees by which both lines have turned.
    """

    whole: float
    single: float
    size: float
    turn: float

    def is_beyond(self, k: int) -> bool:
        """Return whether it cannot be the same body (k = 0), or is not clearly the same (k = 1)."""
        beyond = self.whole > LENGTHS[k] or self.single > LENGTH[k] or self.size > SIZE[k]
        return beyond or not math.isfinite(self.whole + self.size)


class _Frames(NamedTuple):
    """Hold what is compared from frame to frame, a part of a track; a whole one takes long to join."""

    time_s: Floats
    image_xy: Floats
    world_xyz: Floats
    size_wh: NDArray[np.int32]
    subject: NDArray[np.int16]

    @classmethod
    def of(cls, track: PoseTrack) -> "_Frames":
        return cls(track.time_s, track.image_xy, track.world_xyz, track.size_wh, track.subject)

    def joined(self, later: "_Frames") -> "_Frames":
        pairs: Iterable[Any] = zip(self, later, strict=True)
        return _Frames(*(np.concatenate(pair) for pair in pairs))

    def last(self) -> "_Frames":
        parts: Iterable[Any] = self
        return _Frames(*(part[-1:] for part in parts))


def size_in_picture(track: "PoseTrack | _Frames") -> Floats:
    """Return the size of the body (n,), in picture widths per metre, by a least-squares fit of the world landmarks."""
    metres = track.world_xyz[:, LIMBS, :2]
    metres = metres - mean_of(metres, axis=1)[:, None]
    shown = track.image_xy[:, LIMBS] / track.size_wh[:, None, :1]
    shown = shown - mean_of(shown, axis=1)[:, None]
    product, square = (np.add.reduce(part, axis=(1, 2)) for part in (metres * shown, metres**2))
    return np.asarray(np.maximum(product / square, 1e-6))


def _steps(values: NDArray[Any]) -> NDArray[Any]:
    """Return what np.diff does along the first axis, in a fifth of the time for a few frames."""
    return np.asarray(values[1:] - values[:-1])


def _facing(xyz: Floats, trunk: Floats, lying: bool) -> Floats:
    """Return the directions of shoulder and hip line (n, 2), degrees, about the vertical or, if lying, the trunk."""
    lines = [xyz[:, b] - xyz[:, a] for a, b in ((TORSO[0], TORSO[1]), (TORSO[2], TORSO[3]))]
    if not lying:
        return yaw(np.concatenate([line[:, None] for line in lines], axis=1))
    axis = unit(trunk)
    high = orthogonal(np.broadcast_to(UP, axis.shape), axis)
    across = np.cross(high, axis)
    return np.stack([np.degrees(np.arctan2(dot(line, high), dot(line, across))) for line in lines], axis=-1)


class Plausibility:
    """Decide frame by frame whether the landmarks are trusted; one or many frames at once give the same result."""

    def __init__(self, neutral: Neutral) -> None:
        self._neutral = neutral
        self._contrary = neutral.contrary
        self._still = _Marks.of(neutral.pose, neutral.lying)
        self._last: _Frames | None = None
        self._doubt = Doubt.NONE
        self._clean_s: float | None = None
        self.size_at_neutral = float(self._still.size[0])
        """Size of the body at neutral, picture widths per metre."""
        self.size: Floats = np.empty(0)
        """The same in each frame of the last update (n,); NaN where nobody is found."""

    def update(self, frames: PoseTrack | Observation) -> NDArray[np.uint8]:
        """Return the Doubt (n,) of the next n frames; NONE where nobody is seen."""
        observed = Observation.of(frames)
        track = observed.track
        out = np.zeros(len(track), np.uint8)  # Doubt.NONE
        self.size = np.full(len(track), np.nan)
        if not len(track):
            return out
        found = np.flatnonzero(observed.found)
        if not len(found):
            return out
        if self._contrary:
            out[found] = Doubt.IMPLAUSIBLE
            return out
        seen = _Frames.of(track if len(found) == len(track) else track.rows(found))
        joined = seen if self._last is None else self._last.joined(seen)
        marks = _Marks.of(joined, self._neutral.lying)
        before = len(joined.time_s) - len(found)
        self.size[found] = marks.size[before:]
        jumped = self._jumps(joined, marks)
        # Plain numbers are compared faster than arrays of one, of which there would be a dozen.
        times, against = joined.time_s.tolist(), list(self._against_neutral(marks))
        for i, frame in enumerate(found.tolist(), before):
            out[frame] = self._one(times[i], against[i], jumped=jumped[i])
        self._last = joined.last()
        return out

    def _against_neutral(self, marks: _Marks) -> Iterator[_Against]:
        """Yield how the body of each frame differs from that of neutral."""
        lengths = np.log(marks.lengths / self._still.lengths)
        whole = np.sqrt(mean_of(lengths**2, axis=1))
        single = np.maximum.reduce(np.abs(lengths[:, :3]), axis=1)
        size = np.abs(np.log(marks.size / self._still.size))
        turn = np.minimum.reduce(np.abs(wrapped(marks.facing - self._still.facing)), axis=1)
        return map(_Against, whole.tolist(), single.tolist(), size.tolist(), turn.tolist())

    def _jumps(self, track: _Frames, marks: _Marks) -> list[bool]:
        """Return whether each frame (n,) cannot follow the one before; False for the first."""
        if len(track.time_s) < 2:
            return [False]
        step_s = _steps(track.time_s)
        torso = np.maximum.reduce(length(_steps(track.world_xyz[:, TORSO])), axis=1)
        size = np.abs(_steps(np.log(marks.size)))
        moved = mean_of(length(_steps(track.image_xy[:, LIMBS])), axis=1)
        image = track.image_xy[1:]
        extent = np.maximum.reduce(np.maximum.reduce(image, axis=1) - np.minimum.reduce(image, axis=1), axis=1)
        of_picture = moved / np.maximum(extent, 1.0)
        pictures, subjects = track.size_wh.tolist(), track.subject.tolist()
        steps = zip(
            step_s.tolist(), torso.tolist(), size.tolist(), of_picture.tolist(), itertools.pairwise(pictures),
            itertools.pairwise(subjects), strict=True,
        )  # fmt: skip
        return [False, *(_jumped(*step) for step in steps)]

    def _one(self, time_s: float, seen: _Against, *, jumped: bool) -> Doubt:
        """Return the Doubt of one frame in which somebody is seen."""
        if jumped or seen.is_beyond(0):
            self._doubt, self._clean_s = Doubt.IMPLAUSIBLE, None
        elif seen.turn > TURNED_DEG[0]:
            # After a sudden change of direction (IMPLAUSIBLE) the body has not turned: left and right are exchanged.
            self._doubt, self._clean_s = self._doubt or Doubt.TURNED, None
        elif self._doubt and (seen.is_beyond(1) or not seen.turn < TURNED_DEG[1]):
            self._clean_s = None
        elif self._doubt:
            self._clean_s = time_s if self._clean_s is None else self._clean_s
            if time_s - self._clean_s >= CLEAN_S - 1e-6:
                self._doubt, self._clean_s = Doubt.NONE, None
        return self._doubt


def _jumped(
    step_s: float,
    torso: float,
    size: float,
    of_picture: float,
    pictures: tuple[list[int], list[int]],
    subjects: tuple[int, int],
) -> bool:
    """Return whether a frame cannot follow the one before, by what changed in between; see the limits above."""
    if not step_s <= GAP_S or subjects[0] != subjects[1]:
        return False
    if torso > TORSO_JUMP[0] + TORSO_JUMP[1] * step_s:
        return True
    shown = size > SIZE_JUMP[0] + SIZE_JUMP[1] * step_s or of_picture > PICTURE_JUMP[0] + PICTURE_JUMP[1] * step_s
    return shown and pictures[0] == pictures[1]
