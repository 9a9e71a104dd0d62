"""Whether the landmarks can be the body that stood at neutral: bones do not change, and nobody jumps.

MediaPipe believes in its landmarks when they have slipped to somebody else, or when left and right have changed places;
its visibility stays near one. What gives them away is that lengths of bones leave those of neutral, that the whole body
grows, shrinks or jumps from one frame to the next, or that it suddenly faces the other way. The numbers below stand
well apart on clips where all is well and on clips with slips: the worst of the former stands beside each.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.geometry import UP, dot, length, orthogonal, unit, wrapped, yaw
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
"""With the trunk line before them; arms are left out, for behind the head they are guessed at any length."""
TORSO = (L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP)
_ENDS = np.array(BONES, np.intp)
LIMBS = slice(int(L.LEFT_SHOULDER), len(L))

LENGTHS = (0.32, 0.25)
"""Root mean square of the logarithms of all lengths over those of neutral: beyond the first it is another body, below
the second it is the same. Worst where all is well: 0.15, in a folded child's pose 0.27."""
LENGTH = (0.55, 0.42)
"""The same for the trunk, the shoulders and the hips one by one (0.36)."""
SIZE = (0.40, 0.30)
"""The same for how large the body appears in the picture (0.16)."""
TURNED_DEG = (90.0, 75.0)
"""How far hips and shoulders have both turned since neutral, round the vertical or, lying, round the trunk line (27):
beyond this the camera sees another side of the body than it did, whoever turned it there."""
TORSO_JUMP = (0.15, 2.0)
"""Farthest a shoulder or hip may go about the pelvis in one frame: metres, and metres a second between (0.10)."""
SIZE_JUMP = (0.07, 0.5)
"""The same for the logarithm of the size (0.055)."""
PICTURE_JUMP = (0.2, 1.5)
"""The same for all landmarks in the picture, in sizes of the body (0.09)."""
GAP_S = 0.5
"""After longer without the person nothing is compared with the frame before."""
CLEAN_S = 0.3
"""How long all must have been well before it is believed again."""


class Doubt(IntEnum):
    """Say whether a frame is believed."""

    NONE = 0
    IMPLAUSIBLE = 1
    TURNED = 2  # the body is the same, but has turned its other side to the camera, at a human pace


@dataclass(frozen=True, slots=True, eq=False)
class _Marks:
    """Hold what is compared, over n frames: lengths (n, 7) m, size (n,) of the picture per m, facing (n, 2) degrees."""

    lengths: Floats
    size: Floats
    facing: Floats

    @classmethod
    def of(cls, track: PoseTrack, lying: bool) -> "_Marks":
        xyz = track.world_xyz
        trunk = (xyz[:, TORSO[0]] + xyz[:, TORSO[1]] - xyz[:, TORSO[2]] - xyz[:, TORSO[3]]) / 2
        bones = np.concatenate([trunk[:, None], xyz[:, _ENDS[:, 0]] - xyz[:, _ENDS[:, 1]]], axis=1)
        return cls(length(bones), _size(track), _facing(xyz, trunk, lying))


def _size(track: PoseTrack) -> Floats:
    """Return how large the body appears (n,), shares of the picture's width per metre: the best fit of its metres."""
    metres = track.world_xyz[:, LIMBS, :2] - track.world_xyz[:, LIMBS, :2].mean(axis=1, keepdims=True)
    shown = track.image_xy[:, LIMBS] / track.size_wh[:, None, :1]
    shown = shown - shown.mean(axis=1, keepdims=True)
    return np.asarray(np.maximum((metres * shown).sum(axis=(1, 2)) / (metres**2).sum(axis=(1, 2)), 1e-6))


def _facing(xyz: Floats, trunk: Floats, lying: bool) -> Floats:
    """Return where the shoulder line and the hip line point (n, 2): round the vertical, or round the trunk line."""
    lines = [xyz[:, b] - xyz[:, a] for a, b in ((TORSO[0], TORSO[1]), (TORSO[2], TORSO[3]))]
    if not lying:
        return np.stack([yaw(line) for line in lines], axis=-1)
    axis = unit(trunk)
    high = orthogonal(np.broadcast_to(UP, axis.shape), axis)
    across = np.cross(high, axis)
    return np.stack([np.degrees(np.arctan2(dot(line, high), dot(line, across))) for line in lines], axis=-1)


class Plausibility:
    """Follow whether the landmarks are believed; fed one frame or many, with one answer."""

    def __init__(self, neutral: Neutral) -> None:
        self._neutral = neutral
        self._still = _Marks.of(neutral.pose, neutral.lying)
        self._last: PoseTrack | None = None
        self._doubt = Doubt.NONE
        self._clean_s: float | None = None

    def update(self, frames: PoseTrack | Observation) -> NDArray[np.uint8]:
        """Return the Doubt (n,) of n frames that follow those given before; NONE where nobody is seen."""
        observed = Observation.of(frames)
        track = observed.track
        out = np.full(len(track), Doubt.NONE, np.uint8)
        if not len(track):
            return out
        found = np.flatnonzero(observed.found)
        if not len(found):
            return out
        seen = track if len(found) == len(track) else track.rows(found)
        joined = seen if self._last is None else self._last.joined(seen)
        marks = _Marks.of(joined, self._neutral.lying)
        before = len(joined) - len(seen)
        wrong, odd, turned, back = self._against_neutral(marks)
        jumped = self._jumps(joined, marks)
        for i, frame in enumerate(found.tolist(), before):
            out[frame] = self._one(
                float(joined.time_s[i]), bool(wrong[i] or jumped[i]), bool(odd[i]), bool(turned[i]), bool(back[i])
            )
        self._last = joined.slice(len(joined) - 1, len(joined))
        return out

    def _against_neutral(self, marks: _Marks) -> tuple[NDArray[np.bool_], ...]:
        """Return (n,) each: whether it cannot be the body of neutral, is not yet like it, is turned, is turned back."""
        lengths = np.log(marks.lengths / self._still.lengths)
        whole = np.sqrt((lengths**2).mean(axis=1))
        single = np.abs(lengths[:, :3]).max(axis=1)
        size = np.abs(np.log(marks.size / self._still.size))
        turn = np.abs(wrapped(marks.facing - self._still.facing)).min(axis=1)
        wrong, odd = (
            (whole > LENGTHS[k]) | (single > LENGTH[k]) | (size > SIZE[k]) | ~np.isfinite(whole + size) for k in (0, 1)
        )
        return wrong, odd, turn > TURNED_DEG[0], turn < TURNED_DEG[1]

    def _jumps(self, track: PoseTrack, marks: _Marks) -> NDArray[np.bool_]:
        """Return whether each frame (n,) cannot follow the one before; the first has none."""
        jumped = np.zeros(len(track), bool)
        step_s = np.diff(track.time_s)
        torso = np.linalg.norm(np.diff(track.world_xyz[:, TORSO], axis=0), axis=-1).max(axis=1)
        size = np.abs(np.diff(np.log(marks.size)))
        moved = np.linalg.norm(np.diff(track.image_xy[:, LIMBS], axis=0), axis=-1).mean(axis=1)
        extent = np.ptp(track.image_xy[1:], axis=1).max(axis=1)
        same_picture = (np.diff(track.size_wh, axis=0) == 0).all(axis=1)
        too_far = (torso > TORSO_JUMP[0] + TORSO_JUMP[1] * step_s) | (
            same_picture
            & (
                (size > SIZE_JUMP[0] + SIZE_JUMP[1] * step_s)
                | (moved / np.maximum(extent, 1.0) > PICTURE_JUMP[0] + PICTURE_JUMP[1] * step_s)
            )
        )
        jumped[1:] = too_far & (step_s <= GAP_S) & (np.diff(track.subject) == 0)
        return jumped

    def _one(self, time_s: float, wrong: bool, odd: bool, turned: bool, back: bool) -> Doubt:
        """Take one frame in which somebody is seen."""
        if wrong:
            self._doubt, self._clean_s = Doubt.IMPLAUSIBLE, None
        elif turned:
            # What faced the other way all at once has not turned: its left and right have changed places.
            self._doubt, self._clean_s = self._doubt or Doubt.TURNED, None
        elif self._doubt and (odd or not back):
            self._clean_s = None
        elif self._doubt:
            self._clean_s = time_s if self._clean_s is None else self._clean_s
            if time_s - self._clean_s >= CLEAN_S - 1e-6:
                self._doubt, self._clean_s = Doubt.NONE, None
        return self._doubt
