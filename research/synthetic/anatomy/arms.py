"""Arm positions: each style states where both wrists are and which way the elbows point.

A style is a function of the body posed without arms and of the side that the person turns to (+1 left, -1 right). It
returns reaches in the thorax frame, from the shoulder joints, in metres.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from research.synthetic.anatomy.body import SHELL, Body
from research.synthetic.anatomy.limbs import Reach, bent
from research.synthetic.anatomy.pose import DOWN, FORWARD, arm_rest, out_sign
from research.synthetic.anatomy.rig import Skeleton
from research.synthetic.anatomy.rotations import Array

Reaches = dict[str, Reach]
Style = Callable[[Skeleton, float], Reaches]
UP = np.array([0.0, 1.0, 0.0])


def _out(side: str) -> Array:
    return np.array([0.0, 0.0, out_sign(side)])


def depth(body: Body, height_m: float, half_width_m: float = 0.12) -> tuple[float, float]:
    """Return how far the trunk reaches back and forward around a height of the rest pose.

    Args:
        body: The body.
        height_m: The height in body axes.
        half_width_m: How far to the side the skin is considered.

    Returns:
        The smallest and the largest X (forward) in metres; a typical value where there is no skin.
    """
    v, t = body.vertices, body.template
    near = (t.parts == SHELL) & (np.abs(v[:, 1] - height_m) < 0.06) & (np.abs(v[:, 2]) < half_width_m)
    x = v[near, 0]
    return (float(x.min()), float(x.max())) if x.size else (-0.1, 0.12)


def half_width(body: Body, height_m: float) -> float:
    """Return half the trunk's width in metres.

    Args:
        body: The body.
        height_m: The height in body axes, in the rest pose.
    """
    v, t = body.vertices, body.template
    trunk_bones = [t.bones.index(b) for b in ("root", "spine05", "spine04", "spine03", "spine02")]
    on_trunk = t.skin[:, trunk_bones].sum(axis=1) > 0.6
    near = (t.parts == SHELL) & on_trunk & (np.abs(v[:, 1] - height_m) < 0.04)
    return float(np.abs(v[near, 2]).max()) if near.any() else 0.16


def to_point(skeleton: Skeleton, side: str, point: Array, pole: Array) -> Reach:
    """Return the reach of an arm for a point in the room.

    Args:
        skeleton: The posed body.
        side: "L" or "R".
        point: The place of the wrist (3,), world, metres.
        pole: The direction of the elbow (3,), thorax frame.
    """
    thorax = skeleton.rotation("spine01")
    shoulder = skeleton.attached(f"upperarm01.{side}", skeleton.body.points[f"upperarm01.{side}"])
    return Reach(thorax.T @ (point - shoulder), pole)


def by_angles(body: Body, side: str, elevation: float, plane: float, elbow: float, bend: Array) -> Reach:
    """Return the reach of an arm from its angles in degrees.

    Args:
        body: The body.
        side: "L" or "R".
        elevation: Of the upper arm: 0 down, 90 level, 180 up.
        plane: Direction of the elevation: 0 forward, 90 sideways.
        elbow: Flexion of the elbow.
        bend: The direction (3,) that the forearm bends towards, thorax frame.
    """
    e, p = np.radians(elevation), np.radians(plane)
    level = np.cos(p) * FORWARD + np.sin(p) * _out(side)
    along = np.cos(e) * DOWN + np.sin(e) * level
    return bent(arm_rest(body, side), along, bend, elbow)


def _angles(elevation: float, plane: float, elbow: float, bend: Callable[[str], Array]) -> Style:
    def style(skeleton: Skeleton, _turn: float) -> Reaches:
        return {s: by_angles(skeleton.body, s, elevation, plane, elbow, bend(s)) for s in "LR"}

    return style


def _crossed(skeleton: Skeleton, _turn: float) -> Reaches:
    body = skeleton.body
    out = {}
    for side in "LR":
        shoulder = body.points[f"upperarm01.{side}"]
        front = depth(body, shoulder[1] - 0.14)[1]
        lift, ahead = (-0.075, 0.065) if side == "L" else (-0.115, 0.035)
        point = np.array([front + ahead, shoulder[1] + lift, -0.42 * shoulder[2]])
        pole = 0.9 * DOWN + 0.45 * _out(side) + 0.45 * FORWARD
        out[side] = Reach(point - shoulder, pole)
    return out


def _hips(skeleton: Skeleton, _turn: float) -> Reaches:
    body = skeleton.body
    height = body.points["upperleg01.L"][1] + 0.12
    wide = half_width(body, height) + 0.045
    return {
        s: to_point(
            skeleton,
            s,
            skeleton.attached("root", np.array([0.0, height, out_sign(s) * wide])),
            _out(s) - 0.35 * FORWARD,
        )
        for s in "LR"
    }


def _knee_point(skeleton: Skeleton, leg: str, along: float = 0.84) -> Array:
    points = skeleton.body.points
    hip = skeleton.attached(f"upperleg01.{leg}", points[f"upperleg01.{leg}"])
    knee = skeleton.attached(f"lowerleg01.{leg}", points[f"lowerleg01.{leg}"])
    ankle = skeleton.attached(f"foot.{leg}", points[f"foot.{leg}"])
    thigh, shank = knee - hip, ankle - knee
    front = thigh / np.linalg.norm(thigh) - shank / np.linalg.norm(shank)
    front -= thigh * float(front @ thigh) / float(thigh @ thigh)
    out: Array = hip + along * thigh + 0.085 * front / max(float(np.linalg.norm(front)), 1e-6)
    return out


def _thighs(skeleton: Skeleton, _turn: float) -> Reaches:
    return {
        s: to_point(skeleton, s, _knee_point(skeleton, s, 0.62), _out(s) + 0.6 * DOWN - 0.5 * FORWARD) for s in "LR"
    }


def _opposite_knee(skeleton: Skeleton, turn: float) -> Reaches:
    near, far = ("L", "R") if turn >= 0 else ("R", "L")
    body = skeleton.body
    behind = skeleton.attached("root", np.array([-0.16, body.points["upperleg01.L"][1] + 0.02, out_sign(near) * 0.27]))
    return {
        far: to_point(skeleton, far, _knee_point(skeleton, near, 0.8), 0.5 * _out(far) + DOWN),
        near: to_point(skeleton, near, behind, _out(near) - FORWARD),
    }


def _leverage(skeleton: Skeleton, turn: float) -> Reaches:
    near, far = ("L", "R") if turn >= 0 else ("R", "L")
    height = skeleton.body.points["upperleg01.L"][1]
    back = skeleton.attached("root", np.array([-0.25, height + 0.2, out_sign(near) * 0.15]))
    side = skeleton.attached("root", np.array([0.16, height + 0.06, out_sign(near) * 0.2]))
    return {
        near: to_point(skeleton, near, back, _out(near) - 0.6 * FORWARD),
        far: to_point(skeleton, far, side, 0.6 * _out(far) + DOWN),
    }


def _floor_behind(skeleton: Skeleton, turn: float) -> Reaches:
    near, far = ("L", "R") if turn >= 0 else ("R", "L")
    hips = skeleton.attached("root", (skeleton.body.points["upperleg01.L"] + skeleton.body.points["upperleg01.R"]) / 2)
    axes = skeleton.rotation("root")
    floor = hips + axes @ np.array([-0.24, 0.0, out_sign(near) * 0.2])
    floor[1] = hips[1] - 0.02
    return {
        near: to_point(skeleton, near, floor, _out(near) - FORWARD),
        far: to_point(skeleton, far, _knee_point(skeleton, near, 0.9), 0.5 * _out(far) + DOWN),
    }


def _clasped_ahead(skeleton: Skeleton, _turn: float) -> Reaches:
    out = {}
    for side in "LR":
        shoulder = skeleton.body.points[f"upperarm01.{side}"]
        rest = arm_rest(skeleton.body, side)
        far = (rest.upper_m + rest.lower_m) * 0.955
        inward = 0.055 * out_sign(side) - shoulder[2]
        end = np.array([np.sqrt(max(far**2 - inward**2 - 0.0025, 0.04)), -0.05, inward])
        out[side] = Reach(end, 0.5 * DOWN + _out(side))
    return out


def _behind_head(skeleton: Skeleton, _turn: float) -> Reaches:
    body = skeleton.body
    head = body.points["head"]
    return {
        s: to_point(
            skeleton,
            s,
            skeleton.attached("head", head + np.array([-0.075, 0.035, out_sign(s) * 0.085])),
            0.9 * _out(s) + 0.35 * UP + 0.35 * FORWARD,
        )
        for s in "LR"
    }


def _press_back(skeleton: Skeleton, _turn: float) -> Reaches:
    body = skeleton.body
    height = body.points["upperleg01.L"][1] + 0.14
    behind = depth(body, height)[0] - 0.03
    pole = -1.0 * FORWARD
    out = {
        s: to_point(
            skeleton,
            s,
            skeleton.attached("root", np.array([behind, height, out_sign(s) * 0.085])),
            pole + 0.7 * _out(s),
        )
        for s in "LR"
    }
    out["L"] = by_angles(body, "L", 9.0, 80.0, 16.0, FORWARD)
    return out


def _fingertips(elbows_out: float) -> Style:
    def style(skeleton: Skeleton, _turn: float) -> Reaches:
        body = skeleton.body
        return {
            s: by_angles(body, s, 80.0, elbows_out, 152.0, UP * 0.6 + _out(s) * (0.9 - elbows_out / 100.0))
            for s in "LR"
        }

    return style


def _hold_shins(skeleton: Skeleton, _turn: float) -> Reaches:
    points = skeleton.body.points
    out = {}
    for s in "LR":
        knee = skeleton.attached(f"lowerleg01.{s}", points[f"lowerleg01.{s}"])
        ankle = skeleton.attached(f"foot.{s}", points[f"foot.{s}"])
        hip = skeleton.attached(f"upperleg01.{s}", points[f"upperleg01.{s}"])
        shank = (ankle - knee) / np.linalg.norm(ankle - knee)
        front = knee - hip
        front = front - shank * float(front @ shank)
        front /= max(float(np.linalg.norm(front)), 1e-6)
        out[s] = to_point(skeleton, s, knee + 0.13 * (ankle - knee) + 0.075 * front, _out(s))
    return out


def _hold_one_shin(skeleton: Skeleton, turn: float) -> Reaches:
    """Lying twist: the hand of the side turned to draws the other knee across; the other arm lies sideways."""
    pull, lie = ("L", "R") if turn >= 0 else ("R", "L")
    return {
        pull: to_point(skeleton, pull, _knee_point(skeleton, lie, 0.86), _out(pull)),
        lie: by_angles(skeleton.body, lie, 80.0, 96.0, 8.0, UP),
    }


def _press_up(skeleton: Skeleton, _turn: float) -> Reaches:
    """Prone: hands flat on the floor beside the chest; the floor is 6 cm below the hip joints."""
    points = skeleton.body.points
    hips = skeleton.attached("root", (points["upperleg01.L"] + points["upperleg01.R"]) / 2)
    out = {}
    for s in "LR":
        point = skeleton.attached(f"upperarm01.{s}", points[f"upperarm01.{s}"]) + np.array(
            [0.05, 0.0, out_sign(s) * 0.09]
        )
        point[1] = hips[1] - 0.06
        out[s] = to_point(skeleton, s, point, 0.8 * _out(s) - 0.8 * FORWARD + 0.6 * DOWN)
    return out


STYLES: dict[str, Style] = {
    "down": _angles(9.0, 80.0, 16.0, lambda _s: FORWARD),
    "swing": _angles(20.0, 60.0, 30.0, lambda _s: FORWARD),
    "crossed": _crossed,
    "hips": _hips,
    "thighs": _thighs,
    "raised": _angles(76.0, 66.0, 96.0, lambda s: FORWARD * 0.5 - _out(s)),
    "prayer": _angles(34.0, 42.0, 118.0, lambda s: UP * 0.5 - _out(s) + FORWARD * 0.5),
    "out": _angles(84.0, 92.0, 8.0, lambda _s: FORWARD),
    "opposite-knee": _opposite_knee,
    "leverage": _leverage,
    "floor-behind": _floor_behind,
    "ahead": _clasped_ahead,
    "behind-head": _behind_head,
    "press-back": _press_back,
    "overhead": _angles(166.0, 40.0, 10.0, lambda s: -_out(s)),
    "overhead-bent": _angles(140.0, 60.0, 60.0, lambda s: UP - _out(s)),
    "wings": _fingertips(88.0),
    "wings-closed": _fingertips(-12.0),
    "shins": _hold_shins,
    "one-shin": _hold_one_shin,
    "beside": _angles(14.0, 96.0, 10.0, lambda _s: FORWARD),
    "floor-ahead": _angles(158.0, 14.0, 10.0, lambda s: -_out(s)),
    "press-up": _press_up,
}


def arms(style: str, skeleton: Skeleton, turn: float) -> Reaches:
    """Return the reaches of both arms in a style.

    Args:
        style: One of STYLES.
        skeleton: The body posed without arms.
        turn: Positive when the person turns to the left.

    Raises:
        ValueError: If there is no such style.
    """
    if style not in STYLES:
        raise ValueError(f"arms: expected one of {', '.join(sorted(STYLES))}, found {style!r}")
    return STYLES[style](skeleton, turn)
