"""Angles in the plane of the picture: knees, hips, trunk and nods from the side, the lift of shoulders from the front.

Seen from the side, a knee, a hip or the trunk moves in the plane of the picture, so no depth has to be estimated: on
rendered people the error of a knee is 1 to 4 degrees this way, and 3 to 18 from MediaPipe's world landmarks. Elbows and
shoulders were tried too, but are not more accurate this way, because they leave the plane of the picture.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.landmarks import both_of
from posecheck.core.memory.derived import derived
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES, INDEX, Rows, rows_of
from posecheck.kinematics.body import Body
from posecheck.kinematics.geometry import cross, length, mean_of, orthogonal, wrapped
from posecheck.kinematics.neutral import Neutral

HIP_RISE, TRUNK_TRAVEL = INDEX["hip_rise"], INDEX["trunk_travel"]
RISES = rows_of("shoulder_rise")
UP_XY: Floats = np.array([0.0, -1.0])
RISE_GAIN = 1.9
"""Factor on a shoulder's lift. MediaPipe shows about half of it in the picture: 0.51, from 0.26 to 0.71, for 24
rendered people. Its world landmarks show even less."""

NOD_GAIN = 1.4
"""Factor on a nod. MediaPipe's face follows about two thirds of it (python -m research.benchmarks.nods)."""

THORAX_PER_LEAN = 1.3
"""How far the thorax tilts for each degree that the line from hips to shoulders leans, of who is upright, because the
spine bends: 1.3 by the generator's body, 1.2 to 1.5 by what MediaPipe makes of rendered people. With 1 the heads of
those who lean back by 10 degrees or more were read as tipped back by 12 more than they were, and of those who lean
forward as nodding by 11."""


ASIDE = 0.5
"""A thigh or shank of which depth is a larger share leaves the plane of the picture by 30 degrees or more. Of 38
rendered people seen from the side, knees and hips of whom were read there, knees of such legs were half of them wrong
by more than 12 to 57 degrees; of legs within 17 degrees of the plane nine of ten were right within 12."""


def _turn(start: Floats, end: Floats) -> Floats:
    """Return the signed angle (...,) in degrees from one direction (..., 2) to another, clockwise on the screen."""
    across = start[..., 0] * end[..., 1] - start[..., 1] * end[..., 0]
    return np.asarray(np.degrees(np.arctan2(across, np.add.reduce(start * end, axis=-1))))


def _middle(xy: Floats, a: L, b: L) -> Floats:
    return np.asarray((xy[:, a] + xy[:, b]) / 2)


def _forward_is_clockwise(neutral: Neutral) -> float:
    """Return 1 when turning from the trunk's direction to the person's front is clockwise on the screen, else -1."""
    body = Body.of(neutral.pose.world_xyz)
    forward = cross(orthogonal(body.trunk, body.hips), body.hips)
    return 1.0 if _turn(body.trunk[:, :2], forward[:, :2])[0] >= 0 else -1.0


def _legs(points: Floats) -> Floats:
    """Return left and right thigh, left and right shank (n, 4, d) of landmarks (n, 33, d)."""
    hips, knees, ankles = (both_of(points, mark) for mark in (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE))
    return np.concatenate([knees - hips, ankles - knees], axis=1)


def _face(track: PoseTrack) -> NDArray[np.complex128]:
    """Return nose, middle of the ears, of the eyes and of the mouth (n, 4) around their centre, pixels: x + iy."""
    xy = track.image_xy
    marks = (
        xy[:, L.NOSE], _middle(xy, L.LEFT_EAR, L.RIGHT_EAR), _middle(xy, L.LEFT_EYE, L.RIGHT_EYE),
        _middle(xy, L.MOUTH_LEFT, L.MOUTH_RIGHT),
    )  # fmt: skip
    points = np.empty((len(xy), len(marks), 2))
    for i, mark in enumerate(marks):
        points[:, i] = mark
    points -= mean_of(points, axis=1)[:, None]
    return np.asarray(points.view(np.complex128)[..., 0])


def _face_turn(track: PoseTrack, still: NDArray[np.complex128]) -> Floats:
    """Return the rotation (n,) of the face since neutral, degrees clockwise on the screen, that fits all marks best."""
    return np.asarray(np.degrees(np.angle(np.add.reduce(still.conj() * _face(track), axis=1))))


def _sagittal(track: PoseTrack, sense: float) -> dict[str, Floats]:
    """Return each angle (n,), in degrees, that a side view shows, without subtracting the neutral.

    Limbs are raised forward from hanging along the trunk, from -90 to 270 degrees.
    """
    xy = track.image_xy
    trunk = _middle(xy, L.LEFT_SHOULDER, L.RIGHT_SHOULDER) - _middle(xy, L.LEFT_HIP, L.RIGHT_HIP)
    legs = _legs(xy)
    # All in one go: the trunk against the vertical, both thighs against the trunk, both shanks against the thighs.
    start, end = np.empty((len(xy), 5, 2)), np.empty((len(xy), 5, 2))
    start[:, 0], start[:, 1:3], start[:, 3:] = UP_XY, -trunk[:, None], legs[:, :2]
    end[:, 0], end[:, 1:] = trunk, legs
    turns = _turn(start, end)
    raised, bent = -sense * turns[:, 1:3], np.abs(turns[:, 3:])
    raised = np.where(raised < -90.0, raised + 360.0, raised)
    return {
        "trunk_inclination": sense * turns[:, 0],
        "left_knee_flexion": bent[:, 0], "right_knee_flexion": bent[:, 1],
        "left_hip_flexion": raised[:, 0], "right_hip_flexion": raised[:, 1],
    }  # fmt: skip


def _ends(track: PoseTrack) -> tuple[Floats, Floats]:
    """Return the middles of the hips and of the shoulders (n, 2), pixels."""
    xy = track.image_xy
    return _middle(xy, L.LEFT_HIP, L.RIGHT_HIP), _middle(xy, L.LEFT_SHOULDER, L.RIGHT_SHOULDER)


@dataclass(frozen=True, slots=True, eq=False)
class _Still:
    """Hold what the neutral of one person, seen from the side, gives to every frame.

    Attributes:
        sense: See _forward_is_clockwise.
        angles: See _sagittal.
        face: See _face.
        hips, shoulders: Their middles (1, 2), pixels.
        length: Length of the trunk (1,), pixels.
    """

    sense: float
    angles: dict[str, Floats]
    face: NDArray[np.complex128]
    hips: Floats
    shoulders: Floats
    length: Floats

    def places(self, track: PoseTrack) -> dict[int, Floats]:
        """Return how far the hips rose and how far the trunk slid headward along its line, in trunk lengths."""
        hips, shoulders = _ends(track)
        moved = (hips + shoulders - self.hips - self.shoulders) / 2
        return {
            HIP_RISE: (hips - self.hips) @ UP_XY / self.length,
            TRUNK_TRAVEL: (moved * (self.shoulders - self.hips)).sum(axis=-1) / self.length**2,
        }


@derived
def _at_neutral(neutral: Neutral) -> _Still:
    sense, (hips, shoulders) = _forward_is_clockwise(neutral), _ends(neutral.pose)
    length = np.asarray(np.linalg.norm(shoulders - hips, axis=-1))
    return _Still(sense, _sagittal(neutral.pose, sense), _face(neutral.pose), hips, shoulders, length)


def limbs_aside(track: PoseTrack) -> Bools:
    """Return which angles the plane of the picture cannot show, because a limb leaves it.

    Args:
        track: n frames.

    Returns:
        (n, 4) for left and right knee, left and right hip. False where nobody was found.
    """
    limbs = _legs(track.world_xyz)
    aside = np.abs(limbs[..., 2]) > ASIDE * length(limbs)
    thighs = aside[:, :2]
    return np.concatenate([thighs | aside[:, 2:], thighs], axis=1)


def from_the_side(track: PoseTrack, neutral: Neutral, rows: Rows = None) -> dict[int, Floats]:
    """Read what a side view shows in the plane of the picture.

    Args:
        track: n frames.
        neutral: The person's neutral, seen from the side.
        rows: The rows that are wanted; hip_rise and trunk_travel are left out where they are not.

    Returns:
        By row of ANGLES, (n,) degrees or trunk lengths; changes since neutral where the row is zeroed. NaN where
        nobody was found.
    """
    still = _at_neutral(neutral)
    out = still.places(track) if rows is None or HIP_RISE in rows or TRUNK_TRAVEL in rows else {}
    for name, value in _sagittal(track, still.sense).items():
        row = INDEX[name]
        out[row] = wrapped(value - still.angles[name]) if ANGLES[row].zeroed else value
    thorax = (1.0 if neutral.lying else THORAX_PER_LEAN) * out[INDEX["trunk_inclination"]]
    out[INDEX["neck_flexion"]] = NOD_GAIN * wrapped(still.sense * _face_turn(track, still.face) - thorax)
    return out


def _rise(xy: Floats) -> Floats:
    """Return the heights (n, 2) of both shoulders against the ears along the line from hips to ears, as shares of it.

    They are negative below the ears.
    """
    ears = _middle(xy, L.LEFT_EAR, L.RIGHT_EAR)
    line = ears - _middle(xy, L.LEFT_HIP, L.RIGHT_HIP)
    above = ((both_of(xy, L.LEFT_SHOULDER) - ears[:, None]) * line[:, None]).sum(axis=-1)
    return np.asarray(above / (line**2).sum(axis=-1)[:, None])


@derived
def _rise_at(neutral: Neutral) -> Floats:
    return _rise(neutral.pose.image_xy)


def from_the_front(track: PoseTrack, neutral: Neutral, rows: Rows = None) -> dict[int, Floats]:
    """Read how far each shoulder is lifted, as a view from the front or an oblique one shows it.

    Args:
        track: n frames.
        neutral: The person's neutral.
        rows: The rows that are wanted; where the lift of no shoulder is, there is nothing to read.

    Returns:
        By row of ANGLES, (n,) changes since neutral as a share of the distance from hips to ears; NaN where nobody
        was found.
    """
    if rows is not None and not rows.intersection(RISES):
        return {}
    rise = RISE_GAIN * (_rise(track.image_xy) - _rise_at(neutral))
    return dict(zip(RISES, rise.T, strict=True))
