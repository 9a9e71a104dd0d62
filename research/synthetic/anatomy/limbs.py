"""Two-bone limbs: where elbow and knee are, and how the bones on both sides of them are rotated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from research.synthetic.anatomy.rotations import Array, about, frame, twist_part, unit

STRAIGHT = 0.9995
NEARLY = 0.05
"""Of the lower bone's length: an end less far ahead of the root joint lies beside it or behind it."""


@dataclass(frozen=True)
class Reach:
    """Where a limb ends.

    Attributes:
        end: Its end (3,) from its root joint, metres.
        pole: The direction (3,) that the middle joint points to.
    """

    end: Array
    pole: Array


@dataclass(frozen=True)
class LimbRest:
    """A limb at rest: directions (3,) and lengths (m) of its two bones, and its hinge axis (3,)."""

    upper: Array
    lower: Array
    hinge: Array
    upper_m: float
    lower_m: float


def limb_rest(root: Array, middle: Array, end: Array, hinge: Array | None = None) -> LimbRest:
    """Measure a limb at rest.

    Args:
        root: Its first joint (3,), such as the shoulder.
        middle: Its middle joint (3,).
        end: Its last joint (3,).
        hinge: The axis (3,) of the middle joint; None for the normal of the plane of the three joints.
    """
    upper, lower = middle - root, end - middle
    axis = unit(np.cross(upper, lower)) if hinge is None else hinge
    lengths = float(np.linalg.norm(upper)), float(np.linalg.norm(lower))
    return LimbRest(unit(upper), unit(lower), axis, *lengths)


def bent(rest: LimbRest, along: Array, bend: Array, flexion_deg: float) -> Reach:
    """Return the reach of a limb from its direction and bend.

    Args:
        rest: The limb at rest.
        along: Unit direction (3,) of the upper bone.
        bend: Direction (3,) that the lower bone bends towards.
        flexion_deg: Flexion of the middle joint; 0 is straight.
    """
    side = unit(bend - along * float(bend @ along))
    f = np.radians(flexion_deg)
    ahead = rest.upper_m + rest.lower_m * float(np.cos(f))
    end = ahead * along + rest.lower_m * np.sin(f) * side
    # Where the shank is longer than the thigh and the knee bent far, the ankle ends behind the hip, and the knee lies
    # on the other side of the line to it.
    pole = -side if ahead > NEARLY * rest.lower_m else unit(rest.lower_m * np.sin(f) * along - ahead * side)
    return Reach(end, pole)


def blend(a: Reach, b: Reach, t: float) -> Reach:
    """Return a reach between two others, on an arc about the root joint.

    Args:
        a: The reach at t = 0.
        b: The reach at t = 1.
        t: The share of the way; values outside 0 to 1 give one of the two.
    """
    if t <= 0.0:
        return a
    if t >= 1.0:
        return b
    la, lb = float(np.linalg.norm(a.end)), float(np.linalg.norm(b.end))
    way = unit(a.end) * (1.0 - t) + unit(b.end) * t
    return Reach(unit(way) * (la + (lb - la) * t), unit(a.pole * (1.0 - t) + b.pole * t))


def solve(rest: LimbRest, reach: Reach) -> tuple[Array, Array, Array]:
    """Return the rotations of a limb's bones that bring it to a reach.

    Args:
        rest: The limb at rest.
        reach: Where it should end; a target out of reach is moved towards the root along its line.

    Returns:
        Rotations (3, 3) of upper and lower bone, and the end (3,) that is reached, in the frame of `reach`.
    """
    total = (rest.upper_m + rest.lower_m) * STRAIGHT
    closest = abs(rest.upper_m - rest.lower_m) * 1.02 + 0.02
    distance = float(np.clip(np.linalg.norm(reach.end), closest, total))
    line = unit(reach.end)
    pole = unit(reach.pole - line * float(reach.pole @ line))
    cosine = (rest.upper_m**2 + distance**2 - rest.lower_m**2) / (2.0 * rest.upper_m * distance)
    a = np.arccos(np.clip(cosine, -1.0, 1.0))
    upper = np.cos(a) * line + np.sin(a) * pole
    end = line * distance
    lower = unit(end - rest.upper_m * upper)
    hinge = unit(np.cross(line, -pole))
    first = frame(upper, hinge) @ frame(rest.upper, rest.hinge).T
    second = frame(lower, hinge) @ frame(rest.lower, rest.hinge).T
    return first, second, end


def share_twist(parent: Array, child: Array, axis: Array, share: float) -> Array:
    """Return the rotation of a bone with only a share of its twist, so that the skin twists gradually.

    Args:
        parent: World rotation (3, 3) of the parent.
        child: World rotation (3, 3) of the bone.
        axis: The bone's axis (3,) at rest.
        share: The share of the twist against the parent to keep, 0 to 1.
    """
    twist = twist_part(parent.T @ child, axis)
    out: Array = child @ about(axis, -(1.0 - share) * twist)
    return out
