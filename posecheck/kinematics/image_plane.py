"""Angles in the plane of the picture: knees, hips, trunk and nods from the side, the lift of shoulders from the front.

Seen from the side, a knee, a hip or the trunk moves in the plane of the picture, so no depth has to be estimated: on
rendered people the error of a knee is 1 to 4 degrees this way, and 3 to 18 from MediaPipe's world landmarks. Elbows and
shoulders were tried too, but are not more accurate this way, because they leave the plane of the picture.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.body import Body
from posecheck.kinematics.geometry import cross, orthogonal, wrapped
from posecheck.kinematics.neutral import Neutral

UP_XY: Floats = np.array([0.0, -1.0])
RISE_GAIN = 1.9
"""Factor on a shoulder's lift. MediaPipe shows about half of it in the picture: 0.51, from 0.26 to 0.71, for 24
rendered people. Its world landmarks show even less."""

NOD_GAIN = 1.4
"""Factor on a nod. MediaPipe's face follows about two thirds of it (python -m research.benchmarks.nods)."""


def _turn(start: Floats, end: Floats) -> Floats:
    """Return the signed angle (n,) in degrees from one direction (n, 2) to another, clockwise on the screen."""
    across = start[..., 0] * end[..., 1] - start[..., 1] * end[..., 0]
    return np.asarray(np.degrees(np.arctan2(across, (start * end).sum(axis=-1))))


def _middle(xy: Floats, a: L, b: L) -> Floats:
    return np.asarray((xy[:, a] + xy[:, b]) / 2)


def _forward_is_clockwise(neutral: Neutral) -> float:
    """Return 1 when turning from the trunk's direction to the person's front is clockwise on the screen, else -1."""
    body = Body.of(neutral.pose.world_xyz)
    forward = cross(orthogonal(body.trunk, body.hips), body.hips)
    return 1.0 if _turn(body.trunk[:, :2], forward[:, :2])[0] >= 0 else -1.0


def _limb(upward: Floats, limb: Floats, sense: float) -> Floats:
    """Return how far a limb is raised forward from hanging along the trunk (n,), degrees from -90 to 270."""
    raised = -sense * _turn(-upward, limb)
    return np.where(raised < -90.0, raised + 360.0, raised)


def _face(track: PoseTrack) -> NDArray[np.complex128]:
    """Return nose, middle of the ears, of the eyes and of the mouth (n, 4) around their centre, pixels: x + iy."""
    xy = track.image_xy
    marks = (
        xy[:, L.NOSE], _middle(xy, L.LEFT_EAR, L.RIGHT_EAR), _middle(xy, L.LEFT_EYE, L.RIGHT_EYE),
        _middle(xy, L.MOUTH_LEFT, L.MOUTH_RIGHT),
    )  # fmt: skip
    points = np.stack(marks, axis=1)
    points = points - points.mean(axis=1, keepdims=True)
    return np.asarray(points[..., 0] + 1j * points[..., 1])


def _face_turn(track: PoseTrack, still: NDArray[np.complex128]) -> Floats:
    """Return the rotation (n,) of the face since neutral, degrees clockwise on the screen, that fits all marks best."""
    return np.asarray(np.degrees(np.angle((still.conj() * _face(track)).sum(axis=1))))


def _sagittal(track: PoseTrack, sense: float) -> dict[str, Floats]:
    """Return each angle (n,), in degrees, that a side view shows, without subtracting the neutral."""
    xy = track.image_xy
    trunk = _middle(xy, L.LEFT_SHOULDER, L.RIGHT_SHOULDER) - _middle(xy, L.LEFT_HIP, L.RIGHT_HIP)
    out = {"trunk_inclination": sense * _turn(np.broadcast_to(UP_XY, trunk.shape), trunk)}
    for side, k in (("left", 0), ("right", 1)):
        hip, knee, ankle = (xy[:, mark + k] for mark in (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE))
        out[f"{side}_knee_flexion"] = np.abs(_turn(knee - hip, ankle - knee))
        out[f"{side}_hip_flexion"] = _limb(trunk, knee - hip, sense)
    return out


def _places(track: PoseTrack, still: PoseTrack) -> dict[int, Floats]:
    """Return how far the hips rose and how far the trunk slid headward along its line, in trunk lengths at neutral."""

    def ends(of: PoseTrack) -> tuple[Floats, Floats]:
        shoulders = _middle(of.image_xy, L.LEFT_SHOULDER, L.RIGHT_SHOULDER)
        return _middle(of.image_xy, L.LEFT_HIP, L.RIGHT_HIP), shoulders

    (hips, shoulders), (first_hips, first_shoulders) = ends(track), ends(still)
    line = first_shoulders - first_hips
    length = np.linalg.norm(line, axis=-1)
    moved = (hips + shoulders - first_hips - first_shoulders) / 2
    return {
        INDEX["hip_rise"]: (hips - first_hips) @ UP_XY / length,
        INDEX["trunk_travel"]: (moved * line).sum(axis=-1) / length**2,
    }


@lru_cache(maxsize=32)
def _at_neutral(neutral: Neutral) -> tuple[float, dict[str, Floats], NDArray[np.complex128]]:
    sense = _forward_is_clockwise(neutral)
    return sense, _sagittal(neutral.pose, sense), _face(neutral.pose)


def from_the_side(track: PoseTrack, neutral: Neutral) -> dict[int, Floats]:
    """Read what a side view shows in the plane of the picture.

    Args:
        track: n frames.
        neutral: The person's neutral, seen from the side.

    Returns:
        By row of ANGLES, (n,) degrees or trunk lengths; changes since neutral where the row is zeroed. NaN where
        nobody was found.
    """
    sense, still, face = _at_neutral(neutral)
    now = _sagittal(track, sense)
    out = _places(track, neutral.pose)
    for name, value in now.items():
        row = INDEX[name]
        out[row] = wrapped(value - still[name]) if ANGLES[row].zeroed else value
    nod = wrapped(sense * _face_turn(track, face) - out[INDEX["trunk_inclination"]])
    out[INDEX["neck_flexion"]] = NOD_GAIN * nod
    return out


def _rise(xy: Floats, shoulder: L) -> Floats:
    """Return the height (n,) of a shoulder against the ears along the line from hips to ears, as a share of that line.

    It is negative below the ears.
    """
    ears = _middle(xy, L.LEFT_EAR, L.RIGHT_EAR)
    line = ears - _middle(xy, L.LEFT_HIP, L.RIGHT_HIP)
    return np.asarray(((xy[:, shoulder] - ears) * line).sum(axis=-1) / (line**2).sum(axis=-1))


def from_the_front(track: PoseTrack, neutral: Neutral) -> dict[int, Floats]:
    """Read how far each shoulder is lifted, as a view from the front or an oblique one shows it.

    Args:
        track: n frames.
        neutral: The person's neutral.

    Returns:
        By row of ANGLES, (n,) changes since neutral as a share of the distance from hips to ears; NaN where nobody
        was found.
    """
    return {
        INDEX[f"{side}_shoulder_rise"]: RISE_GAIN
        * (_rise(track.image_xy, shoulder) - _rise(neutral.pose.image_xy, shoulder))
        for side, shoulder in (("left", L.LEFT_SHOULDER), ("right", L.RIGHT_SHOULDER))
    }
