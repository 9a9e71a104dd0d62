"""A pose in clinical angles, and the bone rotations that realise it.

Angles are degrees with the signs of the package: rotation + left, side bend + right, flexion + forward. Positions
are metres in world axes (X is where the person faces at yaw 0, Y up, the floor at Y = 0).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from research.synthetic.anatomy.body import Body
from research.synthetic.anatomy.limbs import LimbRest, Reach, bent, limb_rest, share_twist, solve
from research.synthetic.anatomy.rig import Skeleton, forward
from research.synthetic.anatomy.rotations import Array, about, about_x, about_y, about_z, trunk, unit

SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
AXIAL = np.cumsum([0.10, 0.20, 0.25, 0.30, 0.15])
FLEXION = np.cumsum([0.22, 0.28, 0.25, 0.15, 0.10])
NECK = ("neck01", "neck02", "neck03", "head")
NECK_SHARE = np.array([0.25, 0.5, 0.75, 1.0])
DOWN, FORWARD = np.array([0.0, -1.0, 0.0]), np.array([1.0, 0.0, 0.0])


@dataclass(frozen=True)
class Leg:
    """One leg by its joint angles; `rotation` is of the thigh about its own axis, + outward."""

    flexion: float = 0.0
    abduction: float = 5.0
    rotation: float = 0.0
    knee: float = 3.0
    ankle: float = 0.0


@dataclass(frozen=True)
class Planted:
    """A foot that stays: ankle (3,) and knee pole (3,) in the world, and the foot's rotation (3, 3)."""

    ankle: Array
    pole: Array
    foot: Array


@dataclass(frozen=True)
class Pose:
    """Everything that fixes a posed body. `hips` (3,) is the middle of the hip joints in the world.

    `trunk_roll` turns the whole trunk about its own long axis, + left: on the back, the right shoulder lifts.
    With `thorax_still` the trunk's rotation turns the pelvis and leaves the thorax. `arms` maps "L" and "R" to a
    reach in the thorax frame; `planted` overrides a leg. `girdle` maps "L" and "R" to what one shoulder is raised and
    drawn forward (protracted) more than both are: the thorax stays where it is.
    """

    hips: Array = field(default_factory=lambda: np.zeros(3))
    pelvis_yaw: float = 0.0
    pelvis_pitch: float = 0.0
    pelvis_roll: float = 0.0
    trunk_roll: float = 0.0
    trunk_rotation: float = 0.0
    trunk_lateral: float = 0.0
    trunk_flexion: float = 0.0
    neck_rotation: float = 0.0
    neck_lateral: float = 0.0
    neck_flexion: float = 0.0
    shoulder_raise: float = 0.0
    shoulder_forward: float = 0.0
    girdle: dict[str, tuple[float, float]] = field(default_factory=lambda: {"L": (0.0, 0.0), "R": (0.0, 0.0)})
    legs: dict[str, Leg] = field(default_factory=lambda: {"L": Leg(), "R": Leg()})
    planted: dict[str, Planted] = field(default_factory=dict)
    arms: dict[str, Reach] = field(default_factory=dict)
    pronation: float = 0.0
    wrist_flexion: float = 0.0
    thorax_still: bool = False


def out_sign(side: str) -> float:
    """Return +1 for the right side and -1 for the left: the sign of Z outward."""
    return 1.0 if side == "R" else -1.0


def hip_middle(body: Body) -> Array:
    """Return the middle (3,) of the hip joints at rest."""
    out: Array = (body.points["upperleg01.L"] + body.points["upperleg01.R"]) / 2.0
    return out


def pelvis_axes(body: Body) -> Array:
    """Return the rest axes (3, 3) of trunk angles: Y runs from the hip joints to the shoulder joints, Z right."""
    shoulders = (body.points["upperarm01.L"] + body.points["upperarm01.R"]) / 2.0
    up = unit(shoulders - hip_middle(body))
    up = unit(up * np.array([1.0, 1.0, 0.0]))
    return np.stack([np.array([up[1], -up[0], 0.0]), up, np.array([0.0, 0.0, 1.0])], axis=1)


def arm_rest(body: Body, side: str) -> LimbRest:
    """Measure an arm at rest.

    Args:
        body: The body.
        side: "L" or "R".
    """
    return limb_rest(*(body.points[f"{bone}.{side}"] for bone in ("upperarm01", "lowerarm01", "wrist")))


def leg_rest(body: Body, side: str) -> LimbRest:
    """Measure a leg at rest; the knee bends backward, so its hinge axis points left.

    Args:
        body: The body.
        side: "L" or "R".
    """
    hip, knee, ankle = (body.points[f"{bone}.{side}"] for bone in ("upperleg01", "lowerleg01", "foot"))
    return limb_rest(hip, knee, ankle, np.array([0.0, 0.0, -1.0]))


def leg_reach(rest: LimbRest, leg: Leg, side: str) -> Reach:
    """Return where a leg's ankle is from the hip joint, in the pelvis frame.

    Args:
        rest: The leg at rest.
        leg: Its joint angles.
        side: "L" or "R".
    """
    f, a = np.radians(leg.flexion), np.radians(leg.abduction)
    out = np.array([0.0, 0.0, out_sign(side)])
    along = np.cos(a) * (np.cos(f) * DOWN + np.sin(f) * FORWARD) + np.sin(a) * out
    back = np.sin(f) * DOWN - np.cos(f) * FORWARD
    turn = about(along, leg.rotation * out_sign(side))
    return bent(rest, along, turn @ back, leg.knee)


def _trunk(body: Body, pose: Pose, root: Array) -> dict[str, Array]:
    axes = pelvis_axes(body)
    out = {}
    for bone, axial, bend in zip(SPINE, AXIAL, FLEXION, strict=True):
        turn = trunk(axial * pose.trunk_rotation, bend * pose.trunk_lateral, bend * pose.trunk_flexion)
        out[bone] = root @ axes @ turn @ axes.T
    thorax = out["spine01"]
    for bone, share in zip(NECK, NECK_SHARE, strict=True):
        turn = trunk(share * pose.neck_rotation, share * pose.neck_lateral, share * pose.neck_flexion)
        out[bone] = thorax @ turn
    for side in "LR":
        up, ahead = pose.girdle[side]
        raised = about_x(-out_sign(side) * (pose.shoulder_raise + up))
        out[f"clavicle.{side}"] = thorax @ raised @ about_y(out_sign(side) * (pose.shoulder_forward + ahead))
    return out


def _arm(body: Body, pose: Pose, side: str, thorax: Array, clavicle: Array) -> dict[str, Array]:
    rest = arm_rest(body, side)
    upper, lower, _ = solve(rest, pose.arms[side])
    upper, lower = thorax @ upper, thorax @ lower
    turn = -out_sign(side) * pose.pronation
    hand = about(rest.hinge, pose.wrist_flexion)
    return {
        f"upperarm01.{side}": share_twist(clavicle, upper, rest.upper, 0.4),
        f"upperarm02.{side}": upper,
        f"lowerarm01.{side}": lower,
        f"lowerarm02.{side}": lower @ about(rest.lower, 0.5 * turn),
        f"wrist.{side}": lower @ about(rest.lower, turn) @ hand,
    }


def _leg(body: Body, pose: Pose, side: str, root: Array, hips: Array) -> dict[str, Array]:
    rest = leg_rest(body, side)
    if side in pose.planted:
        fixed = pose.planted[side]
        joint = hips + root @ (body.points[f"upperleg01.{side}"] - hip_middle(body))
        upper, lower, _ = solve(rest, Reach(fixed.ankle - joint, fixed.pole))
        foot = fixed.foot
    else:
        leg = pose.legs[side]
        upper, lower, _ = solve(rest, leg_reach(rest, leg, side))
        upper, lower = root @ upper, root @ lower
        foot = lower @ about_z(leg.ankle)
    return {
        f"upperleg01.{side}": share_twist(root, upper, rest.upper, 0.5),
        f"upperleg02.{side}": upper,
        f"lowerleg01.{side}": lower,
        f"foot.{side}": foot,
    }


def pelvis_rotation(body: Body, pose: Pose) -> Array:
    """Return the world rotation (3, 3) of the pelvis.

    It is composed of yaw, roll and pitch (+ forward), and then a turn about the trunk's long axis.

    Args:
        body: The body.
        pose: The pose.
    """
    out = trunk(pose.pelvis_yaw, pose.pelvis_roll, pose.pelvis_pitch)
    own = pose.trunk_roll - (pose.trunk_rotation if pose.thorax_still else 0.0)
    if own:
        axes = pelvis_axes(body)
        out = out @ axes @ about_y(own) @ axes.T
    return out


def place(body: Body, pose: Pose) -> Skeleton:
    """Return the skeleton of a body in a pose.

    Args:
        body: The body.
        pose: The pose.
    """
    root = pelvis_rotation(body, pose)
    rotations = {"root": root} | _trunk(body, pose, root)
    thorax = rotations["spine01"]
    for side in "LR":
        if side in pose.arms:
            rotations |= _arm(body, pose, side, thorax, rotations[f"clavicle.{side}"])
        rotations |= _leg(body, pose, side, root, pose.hips)
    origin = pose.hips + root @ (body.points["root"] - hip_middle(body))
    return forward(body, rotations, origin)
