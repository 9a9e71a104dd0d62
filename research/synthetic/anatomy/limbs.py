"""Two-bone limbs: where elbow and knee lie, and how the bones on both sides of them turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from research.synthetic.anatomy.rotations import Array, about, frame, twist_part, unit

STRAIGHT = 0.9995


@dataclass(frozen=True)
class Reach:
    """Where a limb ends: `end` (3,) from its root joint in metres, `pole` (3,) the way the middle joint points."""

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
    """Measure a limb from its three joints at rest; without `hinge` it is the normal of their plane."""
    upper, lower = middle - root, end - middle
    axis = unit(np.cross(upper, lower)) if hinge is None else hinge
    lengths = float(np.linalg.norm(upper)), float(np.linalg.norm(lower))
    return LimbRest(unit(upper), unit(lower), axis, *lengths)


def bent(rest: LimbRest, along: Array, bend: Array, flexion_deg: float) -> Reach:
    """Return the reach of a limb whose upper bone points `along` and whose lower bone bends towards `bend`."""
    side = unit(bend - along * float(bend @ along))
    f = np.radians(flexion_deg)
    end = rest.upper_m * along + rest.lower_m * (np.cos(f) * along + np.sin(f) * side)
    return Reach(end, -side)


def blend(a: Reach, b: Reach, t: float) -> Reach:
    """Pass from one reach to another along an arc about the root joint; t in 0..1."""
    if t <= 0.0:
        return a
    if t >= 1.0:
        return b
    la, lb = float(np.linalg.norm(a.end)), float(np.linalg.norm(b.end))
    way = unit(a.end) * (1.0 - t) + unit(b.end) * t
    return Reach(unit(way) * (la + (lb - la) * t), unit(a.pole * (1.0 - t) + b.pole * t))


def solve(rest: LimbRest, reach: Reach) -> tuple[Array, Array, Array]:
    """Return the rotations (3, 3) of upper and lower bone and the end (3,) that could be reached.

    A target out of reach is drawn in along its line. Same frame of reference as `reach`.
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
    """Return `child` with only `share` of its twist against `parent` about the bone `axis` at rest."""
    twist = twist_part(parent.T @ child, axis)
    out: Array = child @ about(axis, -(1.0 - share) * twist)
    return out
