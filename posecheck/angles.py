"""ANGLES, the table of everything that is measured, and measure(): landmarks to numbers.

Conventions. Body axes: X forward, Y up, Z to the person's right. Trunk rotation is positive to the person's
LEFT, lateral flexion positive to the right, flexion positive forward. Trunk angles are the shoulder line
against the hip line in the Cardan sequence Y-X-Z (rotation, obliquity, tilt). The body's long axis Y is
gravity for a person who stands, sits or kneels, and the trunk line for a person who lies. MediaPipe marks
neither spine nor sternum, so no angle here tells thoracic from lumbar.

This module is geometry: exact where the landmarks are exact. What a camera can be believed about is decided
in readings.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from posecheck.geometry import UP, axial_rotation, bend, dot, elevation, lateral_tilt, orthogonal, unit, yaw
from posecheck.geometry import planar_angle as planar
from posecheck.pose import PoseTrack
from posecheck.skeleton import Landmark as L
from posecheck.skeleton import mirrored

Floats = NDArray[np.float64]
Unit = Literal["deg", "ratio"]

MIN_IN_PLANE = 0.35
"""Smallest share of an arm that must lie in a plane for its angle in that plane to mean anything."""

HEIGHT_PER_SEGMENTS = 1 / 0.78
"""Body height over trunk line + thigh + shank: Drillis & Contini's segment lengths, acromion to ankle 0.78 H."""


@dataclass(frozen=True, slots=True)
class Body:
    """Hold world landmarks of n frames and the axes that all angles share, each (n, 3).

    lying (bool): take the trunk line instead of gravity for the body's long axis.
    """

    xyz: Floats
    lying: bool
    trunk: Floats
    hips: Floats
    shoulders: Floats
    up: Floats
    trunk_m: Floats

    @classmethod
    def of(cls, world_xyz: Floats, lying: bool = False) -> "Body":
        """Build from (n, 33, 3) world landmarks in metres."""
        line = (
            world_xyz[:, L.LEFT_SHOULDER]
            + world_xyz[:, L.RIGHT_SHOULDER]
            - world_xyz[:, L.LEFT_HIP]
            - world_xyz[:, L.RIGHT_HIP]
        ) / 2
        trunk = unit(line)
        up = trunk if lying else np.broadcast_to(UP, trunk.shape)
        return cls(
            world_xyz,
            lying,
            trunk,
            unit(world_xyz[:, L.RIGHT_HIP] - world_xyz[:, L.LEFT_HIP]),
            unit(world_xyz[:, L.RIGHT_SHOULDER] - world_xyz[:, L.LEFT_SHOULDER]),
            up,
            np.linalg.norm(line, axis=-1),
        )

    def at(self, landmark: L) -> Floats:
        """Return (n, 3) positions of one landmark."""
        return self.xyz[:, landmark]

    def between(self, a: L, b: L) -> Floats:
        """Return (n, 3) from a to b."""
        return self.xyz[:, b] - self.xyz[:, a]

    def distance(self, a: L, b: L) -> Floats:
        """Return (n,) metres from a to b."""
        return np.asarray(np.linalg.norm(self.between(a, b), axis=-1))


Measure = Callable[[Body], Floats]


@dataclass(frozen=True, slots=True)
class Angle:
    """Describe one row: what it is called, what it needs to be seen, and how it is computed.

    name: as in files and columns. unit: degrees, or a ratio without one. compute: Body -> (n,). needs: landmarks
    that must be seen. zeroed: the value at neutral is subtracted. words: what it is for a person.
    positive / negative: words for the two directions, empty where the sign has no direction.
    """

    name: str
    unit: Unit
    words: str
    needs: tuple[L, ...]
    compute: Measure
    zeroed: bool = False
    positive: str = ""
    negative: str = ""
    mirror: bool = False

    @property
    def column(self) -> str:
        """Return the name with its unit, as in angles.csv."""
        return f"{self.name}_{self.unit}"

    @property
    def error_column(self) -> str:
        """Return the name of the column that holds the stated error."""
        return f"{self.name}_error_{self.unit}"


def _trunk_rotation(b: Body) -> Floats:
    return axial_rotation(b.shoulders, b.hips, b.up)


def _trunk_lateral(b: Body) -> Floats:
    return lateral_tilt(b.shoulders, b.hips, b.up)


def _trunk_flexion(b: Body) -> Floats:
    # In the pelvis's own sagittal plane, so that it follows the pelvis when it turns.
    up = np.broadcast_to(UP, b.trunk.shape)
    high = orthogonal(up, b.hips)
    return np.degrees(np.arctan2(dot(b.trunk, np.cross(high, b.hips)), dot(b.trunk, high)))


def _trunk_inclination(b: Body) -> Floats:
    """Lean of the trunk line from the vertical towards where the body faces."""
    up = np.broadcast_to(UP, b.trunk.shape)
    facing = unit(np.cross(up, orthogonal(unit(b.hips + b.shoulders), up)))
    return np.degrees(np.arctan2(dot(b.trunk, facing), dot(b.trunk, up)))


def _pelvis_rotation(b: Body) -> Floats:
    return yaw(b.hips)


def _shoulder_rotation(b: Body) -> Floats:
    return yaw(b.shoulders)


def _lying_roll(b: Body) -> Floats:
    return axial_rotation(b.shoulders, b.hips, b.trunk)


def _head(b: Body) -> tuple[Floats, Floats]:
    """Return the line from left to right ear and the direction of the face, (n, 3) each."""
    ears = (b.at(L.LEFT_EAR) + b.at(L.RIGHT_EAR)) / 2
    return unit(b.between(L.LEFT_EAR, L.RIGHT_EAR)), unit(b.at(L.NOSE) - ears)


def _neck_rotation(b: Body) -> Floats:
    ear_line, _ = _head(b)
    return axial_rotation(ear_line, b.shoulders, b.trunk)


def _neck_flexion(b: Body) -> Floats:
    """Pitch of the face against the trunk line, downwards positive."""
    _, face = _head(b)
    return -elevation(face, b.trunk)


def _elbow_flexion(b: Body) -> Floats:
    return bend(b.at(L.LEFT_SHOULDER), b.at(L.LEFT_ELBOW), b.at(L.LEFT_WRIST))


def _knee_flexion(b: Body) -> Floats:
    return bend(b.at(L.LEFT_HIP), b.at(L.LEFT_KNEE), b.at(L.LEFT_ANKLE))


def _in_plane(along: Floats, zero: Floats) -> Floats:
    """Return the angle of a unit limb in a plane, NaN where hardly any of the limb lies in it."""
    return np.where(np.hypot(along, zero) > MIN_IN_PLANE, planar(along, zero), np.nan)


def _upper_arm(b: Body) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the left upper arm and the thorax's forward, up and left directions, (n, 3) each."""
    high = orthogonal(b.trunk, b.shoulders)
    return unit(b.between(L.LEFT_SHOULDER, L.LEFT_ELBOW)), np.cross(high, b.shoulders), high, -b.shoulders


def _shoulder_flexion(b: Body) -> Floats:
    arm, forward, high, _ = _upper_arm(b)
    return _in_plane(dot(arm, forward), -dot(arm, high))


def _shoulder_abduction(b: Body) -> Floats:
    arm, _, high, outward = _upper_arm(b)
    return _in_plane(dot(arm, outward), -dot(arm, high))


def _hip_flexion(b: Body) -> Floats:
    """Thigh against the trunk line in the pelvis's sagittal plane; below zero behind it (extension)."""
    thigh = unit(b.between(L.LEFT_HIP, L.LEFT_KNEE))
    high = orthogonal(b.trunk, b.hips)
    return _in_plane(dot(thigh, np.cross(high, b.hips)), -dot(thigh, high))


def _shoulder_rise(b: Body) -> Floats:
    """Height of the shoulder below the ears along the trunk line, so that lifting both shoulders shows."""
    hips = (b.at(L.LEFT_HIP) + b.at(L.RIGHT_HIP)) / 2
    ears = (b.at(L.LEFT_EAR) + b.at(L.RIGHT_EAR)) / 2
    along = unit(ears - hips)
    return np.asarray(dot(b.at(L.LEFT_SHOULDER) - ears, along) / np.linalg.norm(ears - hips, axis=-1))


def _stance_width(b: Body) -> Floats:
    """Distance of the ankles over the floor, so that a lifted foot is not a wide stance."""
    apart = b.between(L.LEFT_ANKLE, L.RIGHT_ANKLE)
    level = np.linalg.norm(apart - dot(apart, UP)[..., None] * UP, axis=-1)
    return np.asarray(level / b.distance(L.LEFT_SHOULDER, L.RIGHT_SHOULDER))


def _elbow_gap(b: Body) -> Floats:
    return b.distance(L.LEFT_ELBOW, L.RIGHT_ELBOW) / b.distance(L.LEFT_SHOULDER, L.RIGHT_SHOULDER)


def _knee_gap(b: Body) -> Floats:
    return b.distance(L.LEFT_KNEE, L.RIGHT_KNEE) / b.distance(L.LEFT_SHOULDER, L.RIGHT_SHOULDER)


def _hand_to_knee(b: Body) -> Floats:
    return b.distance(L.LEFT_WRIST, L.RIGHT_KNEE) / b.trunk_m


def _hand_to_shoulder(b: Body) -> Floats:
    return b.distance(L.LEFT_WRIST, L.LEFT_SHOULDER) / b.trunk_m


def _heel_to_buttock(b: Body) -> Floats:
    return b.distance(L.LEFT_HEEL, L.LEFT_HIP) / b.distance(L.LEFT_HIP, L.LEFT_KNEE)


def _knee_past_toes(b: Body) -> Floats:
    foot = b.between(L.LEFT_HEEL, L.LEFT_FOOT_INDEX)
    along = unit(foot - dot(foot, UP)[..., None] * UP)
    height = b.trunk_m + b.distance(L.LEFT_HIP, L.LEFT_KNEE) + b.distance(L.LEFT_KNEE, L.LEFT_ANKLE)
    return dot(b.between(L.LEFT_FOOT_INDEX, L.LEFT_KNEE), along) / (height * HEIGHT_PER_SEGMENTS)


def _hips_above_shoulders(b: Body) -> Floats:
    return -dot(b.trunk, UP)


_SHOULDERS, _HIPS = (L.LEFT_SHOULDER, L.RIGHT_SHOULDER), (L.LEFT_HIP, L.RIGHT_HIP)
_TRUNK = (*_SHOULDERS, *_HIPS)
_EARS = (L.NOSE, L.LEFT_EAR, L.RIGHT_EAR)
_FORE_AFT, _TURN = ("forward", "back"), ("to the left", "to the right")


def _deg(
    name: str,
    words: str,
    needs: tuple[L, ...],
    compute: Measure,
    *,
    zeroed: bool = False,
    ways: tuple[str, str] = ("", ""),
) -> Angle:
    return Angle(name, "deg", words, needs, compute, zeroed, *ways)


def _ratio(name: str, words: str, needs: tuple[L, ...], compute: Measure, *, zeroed: bool = False) -> Angle:
    return Angle(name, "ratio", words, needs, compute, zeroed)


_MIDDLE = (
    _deg("trunk_rotation", "trunk rotation", _TRUNK, _trunk_rotation, zeroed=True, ways=_TURN),
    _deg("trunk_flexion", "trunk flexion", _TRUNK, _trunk_flexion, zeroed=True, ways=_FORE_AFT),
    _deg("trunk_lateral_flexion", "side-bend", _TRUNK, _trunk_lateral, zeroed=True, ways=(_TURN[1], _TURN[0])),
    _deg("trunk_inclination", "lean of the trunk", _TRUNK, _trunk_inclination, zeroed=True, ways=_FORE_AFT),
    _deg("pelvis_rotation", "turn of the pelvis", _HIPS, _pelvis_rotation, zeroed=True, ways=_TURN),
    _deg("shoulder_rotation", "turn of the shoulders", _SHOULDERS, _shoulder_rotation, zeroed=True, ways=_TURN),
    _deg(
        "pelvis_obliquity",
        "tilt of the pelvis",
        _HIPS,
        lambda b: -elevation(b.hips, UP),
        zeroed=True,
        ways=(_TURN[1], _TURN[0]),
    ),
    _deg(
        "shoulder_tilt",
        "tilt of the shoulders",
        _SHOULDERS,
        lambda b: -elevation(b.shoulders, UP),
        zeroed=True,
        ways=(_TURN[1], _TURN[0]),
    ),
    _deg("lying_roll", "roll of the hips against the shoulders", _TRUNK, _lying_roll, zeroed=True, ways=_TURN),
    _deg("neck_rotation", "turn of the head", (*_EARS, *_TRUNK), _neck_rotation, zeroed=True, ways=_TURN),
    _deg("neck_flexion", "nod of the head", (*_EARS, *_TRUNK), _neck_flexion, zeroed=True, ways=_FORE_AFT),
    _ratio("stance_width", "width of the stance", (L.LEFT_ANKLE, L.RIGHT_ANKLE, *_SHOULDERS), _stance_width),
    _ratio("elbow_gap", "gap between the elbows", (L.LEFT_ELBOW, L.RIGHT_ELBOW, *_SHOULDERS), _elbow_gap),
    _ratio("knee_gap", "gap between the knees", (L.LEFT_KNEE, L.RIGHT_KNEE, *_SHOULDERS), _knee_gap),
    _ratio("hips_above_shoulders", "height of the hips over the shoulders", _TRUNK, _hips_above_shoulders),
)

_ARM = (L.LEFT_SHOULDER, L.LEFT_ELBOW)
_LEG = (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE)
_LEFT = (
    _deg("left_elbow_flexion", "bend of the left elbow", (*_ARM, L.LEFT_WRIST), _elbow_flexion),
    _deg("left_shoulder_flexion", "raise of the left arm forward", (*_ARM, *_TRUNK), _shoulder_flexion),
    _deg("left_shoulder_abduction", "raise of the left arm sideways", (*_ARM, *_TRUNK), _shoulder_abduction),
    _deg(
        "left_hip_flexion",
        "bend of the left hip",
        (L.LEFT_KNEE, *_TRUNK),
        _hip_flexion,
        ways=_FORE_AFT,
    ),
    _deg("left_knee_flexion", "bend of the left knee", _LEG, _knee_flexion),
    _ratio(
        "left_hand_to_knee",
        "distance of the left hand to the right knee",
        (L.LEFT_WRIST, L.RIGHT_KNEE),
        _hand_to_knee,
    ),
    _ratio(
        "left_hand_to_shoulder",
        "distance of the left hand to its shoulder",
        (L.LEFT_WRIST, L.LEFT_SHOULDER),
        _hand_to_shoulder,
    ),
    _ratio(
        "left_heel_to_buttock",
        "distance of the left heel to the buttock",
        (L.LEFT_HEEL, L.LEFT_HIP, L.LEFT_KNEE),
        _heel_to_buttock,
    ),
    _ratio(
        "left_knee_past_toes",
        "left knee ahead of the toes",
        (*_LEG, L.LEFT_HEEL, L.LEFT_FOOT_INDEX),
        _knee_past_toes,
    ),
    _ratio(
        "left_shoulder_rise",
        "lift of the left shoulder",
        (L.LEFT_EAR, L.RIGHT_EAR, *_TRUNK),
        _shoulder_rise,
        zeroed=True,
    ),
)


def _reflected(body: Body) -> Body:
    """Return the body seen in a mirror, so that the right side is measured as a left one."""
    flip = np.array([-1.0, 1.0, 1.0])
    order = [mirrored(landmark) for landmark in L]
    return Body.of(body.xyz[:, order] * flip, body.lying)


def _right(row: Angle) -> Angle:
    """Derive the right side's row from the left's."""
    swap = {"left": "right", "right": "left"}
    return Angle(
        row.name.replace("left", "right"),
        row.unit,
        " ".join(swap.get(word, word) for word in row.words.split()),
        tuple(mirrored(landmark) for landmark in row.needs),
        row.compute,
        row.zeroed,
        row.positive,
        row.negative,
        mirror=True,
    )


ANGLES: tuple[Angle, ...] = (*_MIDDLE, *_LEFT, *(_right(row) for row in _LEFT))
"""Every row that is measured, in the order of all arrays and of angles.csv."""

INDEX: dict[str, int] = {row.name: i for i, row in enumerate(ANGLES)}
"""Row number by name."""

FAMILIES: dict[str, tuple[str, str]] = {
    row.name.removeprefix("left_"): (row.name, row.name.replace("left_", "right_")) for row in _LEFT
}
"""The two sides of a paired angle: knee_flexion -> (left_knee_flexion, right_knee_flexion)."""

TWINS: dict[int, int] = {INDEX[one]: INDEX[other] for pair in FAMILIES.values() for one, other in (pair, pair[::-1])}
"""Row of the other side, for rows that have a side."""

TURNS = frozenset({INDEX["pelvis_rotation"], INDEX["shoulder_rotation"]})
"""Rows that are directions round the vertical: differences wrap at 180."""


def measure(track: PoseTrack, lying: bool = False) -> Floats:
    """Measure every row of ANGLES in every frame, before neutral is taken off.

    Returns (n, len(ANGLES)) degrees or ratios, NaN where nobody was found or the geometry has no answer (an
    arm at right angles to the plane its angle lies in). lying: the person lies, see the module's conventions.
    """
    with np.errstate(invalid="ignore"):
        body = Body.of(track.world_xyz, lying)
        mirror = _reflected(body)
        return np.stack([row.compute(mirror if row.mirror else body) for row in ANGLES], axis=-1)
