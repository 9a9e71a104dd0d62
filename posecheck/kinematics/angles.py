"""ANGLES, the table of everything that is measured, and measure(), which computes it from landmarks.

Conventions. Body axes: X forward, Y up, Z to the person's right. Axial rotation of the trunk is positive to the
person's LEFT, lateral flexion positive to the right, flexion positive forward. Trunk angles are the shoulder line
against the hip line in the Cardan sequence Y-X-Z (rotation, obliquity, tilt). The body's long axis Y is the
vertical for a person who stands, sits or kneels, and the trunk line for a person who lies. MediaPipe marks
neither spine nor sternum, so no angle here distinguishes thoracic from lumbar movement.

This module is pure geometry: its angles are as exact as the landmarks. measurement/readings.py decides which of them
can be trusted from a given camera position.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.landmarks import mirrored
from posecheck.core.pose import PoseTrack
from posecheck.kinematics import joint_angles as joints
from posecheck.kinematics.body import Body
from posecheck.kinematics.geometry import UP, elevation
from posecheck.kinematics.observation import Observation

Unit = Literal["deg", "ratio"]


class Direction(StrEnum):
    """Name the direction that a sign of an angle stands for; left and right are the person's own."""

    NONE = ""
    FORWARD = "forward"
    BACK = "back"
    LEFT = "left"
    RIGHT = "right"

    @property
    def phrase(self) -> str:
        """Return the words for it within a sentence, in English: `to the left`."""
        return f"to the {self.value}" if self in (Direction.LEFT, Direction.RIGHT) else self.value


Measure = Callable[[Body], Floats]


@dataclass(frozen=True, slots=True)
class Angle:
    """Describe one row of ANGLES: its name, the landmarks it needs, and how it is computed.

    Attributes:
        name: Name in files and columns.
        unit: Degrees, or a ratio without a unit.
        words: Name in plain English for the person who stretches.
        needs: Landmarks that must be visible.
        compute: Function from a Body of n frames to (n,) values.
        zeroed: Whether the value at neutral is subtracted.
        positive: Direction of positive values, NONE where the sign has no direction.
        negative: Direction of negative values, NONE where the sign has no direction.
    """

    name: str
    unit: Unit
    words: str
    needs: tuple[L, ...]
    compute: Measure
    zeroed: bool = False
    positive: Direction = Direction.NONE
    negative: Direction = Direction.NONE

    @property
    def column(self) -> str:
        """Return the name with its unit, as in angles.csv."""
        return f"{self.name}_{self.unit}"

    @property
    def error_column(self) -> str:
        """Return the name of the column that holds the stated error."""
        return f"{self.name}_error_{self.unit}"


_SHOULDERS, _HIPS = (L.LEFT_SHOULDER, L.RIGHT_SHOULDER), (L.LEFT_HIP, L.RIGHT_HIP)
_TRUNK = (*_SHOULDERS, *_HIPS)
_EARS = (L.NOSE, L.LEFT_EAR, L.RIGHT_EAR)
_FORE_AFT, _TURN = (Direction.FORWARD, Direction.BACK), (Direction.LEFT, Direction.RIGHT)


def _deg(
    name: str,
    words: str,
    needs: tuple[L, ...],
    compute: Measure,
    *,
    zeroed: bool = False,
    ways: tuple[Direction, Direction] = (Direction.NONE, Direction.NONE),
) -> Angle:
    return Angle(name, "deg", words, needs, compute, zeroed, *ways)


def _ratio(name: str, words: str, needs: tuple[L, ...], compute: Measure, *, zeroed: bool = False) -> Angle:
    return Angle(name, "ratio", words, needs, compute, zeroed)


def _of_the_picture(body: Body) -> Floats:
    """Return NaN: world landmarks have their origin at the hips, so only image_plane.py can measure these rows."""
    return np.full(len(body.xyz), np.nan)


_MIDDLE = (
    _deg("trunk_rotation", "trunk rotation", _TRUNK, joints.trunk_rotation, zeroed=True, ways=_TURN),
    _deg("trunk_flexion", "trunk flexion", _TRUNK, joints.trunk_flexion, zeroed=True, ways=_FORE_AFT),
    _deg("trunk_lateral_flexion", "side-bend", _TRUNK, joints.trunk_lateral, zeroed=True, ways=(_TURN[1], _TURN[0])),
    _deg("trunk_inclination", "lean of the trunk", _TRUNK, joints.trunk_inclination, zeroed=True, ways=_FORE_AFT),
    _deg("pelvis_rotation", "turn of the pelvis", _HIPS, joints.pelvis_rotation, zeroed=True, ways=_TURN),
    _deg("shoulder_rotation", "turn of the shoulders", _SHOULDERS, joints.shoulder_rotation, zeroed=True, ways=_TURN),
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
    # Shoulders turned left against the hips mean that the hips are rolled to the right.
    _deg(
        "lying_roll", "roll of the hips against the shoulders", _TRUNK, joints.lying_roll, zeroed=True, ways=_TURN[::-1]
    ),
    _deg("neck_rotation", "turn of the head", (*_EARS, *_TRUNK), joints.neck_rotation, zeroed=True, ways=_TURN),
    _deg("neck_flexion", "nod of the head", (*_EARS, *_TRUNK), joints.neck_flexion, zeroed=True, ways=_FORE_AFT),
    _ratio("stance_width", "width of the stance", (L.LEFT_ANKLE, L.RIGHT_ANKLE, *_SHOULDERS), joints.stance_width),
    _ratio("elbow_gap", "gap between the elbows", (L.LEFT_ELBOW, L.RIGHT_ELBOW, *_SHOULDERS), joints.elbow_gap),
    _ratio("knee_gap", "gap between the knees", (L.LEFT_KNEE, L.RIGHT_KNEE, *_SHOULDERS), joints.knee_gap),
    _ratio("hips_above_shoulders", "height of the hips over the shoulders", _TRUNK, joints.hips_above_shoulders),
    _ratio("hip_rise", "lift of the hips", _HIPS, _of_the_picture, zeroed=True),
    _ratio("trunk_travel", "way along the floor", _TRUNK, _of_the_picture, zeroed=True),
)

_ARM = (L.LEFT_SHOULDER, L.LEFT_ELBOW)
_LEG = (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE)
_LEFT = (
    _deg("left_elbow_flexion", "bend of the left elbow", (*_ARM, L.LEFT_WRIST), joints.elbow_flexion),
    _deg("left_shoulder_flexion", "raise of the left arm forward", (*_ARM, *_TRUNK), joints.shoulder_flexion),
    _deg("left_shoulder_abduction", "raise of the left arm sideways", (*_ARM, *_TRUNK), joints.shoulder_abduction),
    _deg("left_arm_elevation", "raise of the left arm", (*_ARM, L.LEFT_WRIST, *_TRUNK), joints.arm_elevation),
    _deg(
        "left_hip_flexion",
        "bend of the left hip",
        (L.LEFT_KNEE, *_TRUNK),
        joints.hip_flexion,
        ways=_FORE_AFT,
    ),
    _deg("left_knee_flexion", "bend of the left knee", _LEG, joints.knee_flexion),
    _ratio(
        "left_hand_to_knee",
        "distance of the left hand to the right knee",
        (L.LEFT_WRIST, L.RIGHT_KNEE),
        joints.hand_to_knee,
    ),
    _ratio(
        "left_hand_to_shoulder",
        "distance of the left hand to its shoulder",
        (L.LEFT_WRIST, L.LEFT_SHOULDER),
        joints.hand_to_shoulder,
    ),
    _ratio(
        "left_heel_to_buttock",
        "distance of the left heel to the buttock",
        (L.LEFT_HEEL, L.LEFT_HIP, L.LEFT_KNEE),
        joints.heel_to_buttock,
    ),
    _ratio(
        "left_knee_past_toes",
        "left knee ahead of the toes",
        (*_LEG, L.LEFT_HEEL, L.LEFT_FOOT_INDEX),
        joints.knee_past_toes,
    ),
    _ratio(
        "left_shoulder_rise",
        "lift of the left shoulder",
        (L.LEFT_EAR, L.RIGHT_EAR, *_TRUNK),
        joints.shoulder_rise,
        zeroed=True,
    ),
)


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
    )


ANGLES: tuple[Angle, ...] = (*_MIDDLE, *_LEFT, *(_right(row) for row in _LEFT))
"""Every row that is measured, in the order of all arrays and of angles.csv."""

INDEX: dict[str, int] = {row.name: i for i, row in enumerate(ANGLES)}
"""Row number by name."""

FAMILIES: dict[str, tuple[str, str]] = {
    row.name.removeprefix("left_"): (row.name, row.name.replace("left_", "right_")) for row in _LEFT
}
"""The two sides of a paired angle: knee_flexion -> (left_knee_flexion, right_knee_flexion)."""
FAMILY_WORDS: dict[str, str] = {row.name.removeprefix("left_"): row.words.replace("left ", "") for row in _LEFT}
"""Name of a paired angle in plain English, without the side."""


def rows_of(name: str) -> tuple[int, ...]:
    """Return the rows of ANGLES that a name covers: one, both sides of a paired angle, or none if it is unknown."""
    return tuple(INDEX[row] for row in FAMILIES.get(name, (name,)) if row in INDEX)


TWINS: dict[int, int] = {INDEX[one]: INDEX[other] for pair in FAMILIES.values() for one, other in (pair, pair[::-1])}
"""Row of the same angle on the other side, for rows that have a side."""

TURNS = frozenset({INDEX["pelvis_rotation"], INDEX["shoulder_rotation"]})
"""Rows that are directions about the vertical, so that differences must be brought into -180..180 degrees."""


Rows = frozenset[int] | None
"""The rows of ANGLES that are wanted; None for all."""


def measure(frames: PoseTrack | Observation, lying: bool = False, rows: Rows = None) -> Floats:
    """Measure every row of ANGLES in every frame, without subtracting the neutral.

    Args:
        frames: n frames.
        lying: Whether the person lies; the trunk line is then the body's long axis, see the module's conventions.
        rows: The rows that are wanted; the others are NaN. Of a paired angle both sides are measured.

    Returns:
        (n, len(ANGLES)) degrees or ratios; NaN where nobody was found, where the angle is undefined (an arm
        perpendicular to the plane of its angle), and for hip_rise and trunk_travel, which image_plane.py measures.
    """
    seen = Observation.of(frames)
    wanted = range(len(ANGLES)) if rows is None else rows
    middle = [i for i in range(len(_MIDDLE)) if i in wanted]
    left = [i for i in range(len(_MIDDLE), len(_MIDDLE) + len(_LEFT)) if i in wanted or i + len(_LEFT) in wanted]
    out = np.full((len(seen), len(ANGLES)), np.nan)
    with np.errstate(invalid="ignore"):
        if left:
            both = seen.both_ways.along_trunk() if lying else seen.both_ways
            for i in left:
                sides = ANGLES[i].compute(both)
                out[:, i], out[:, i + len(_LEFT)] = sides[: len(seen)], sides[len(seen) :]
        if middle:
            body = seen.body.along_trunk() if lying else seen.body
            for i in middle:
                out[:, i] = ANGLES[i].compute(body)
    return out
