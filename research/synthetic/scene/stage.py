"""Put a person on the floor, a chair or a mat, and move them: from curves over time to a skeleton per frame."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy.arms import arms as arm_style
from research.synthetic.anatomy.body import SHELL, Body
from research.synthetic.anatomy.limbs import blend
from research.synthetic.anatomy.pose import SPINE, Leg, Planted, Pose, hip_middle, leg_reach, leg_rest, out_sign, place
from research.synthetic.anatomy.rig import Skeleton, skin
from research.synthetic.anatomy.rotations import Array, about_y, trunk
from research.synthetic.raster.meshes import Mesh
from research.synthetic.scene import props
from research.synthetic.scene.motion import Curves, sway
from research.synthetic.scene.rooms import Room
from research.synthetic.scene.stretches import Posture, Stretch

SEAT_BONES = ("root", "pelvis", "spine05", "upperleg01")
TRUNK_BONES = ("root", "pelvis", *SPINE)
SHANK_BONES = ("lowerleg01", "lowerleg02", "foot")
BUTTOCKS_M = 0.09
"""How far below the hip joints the seat reaches, along the trunk."""
ARM_BONES = ("upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist")
SIDES = {"L": "left", "R": "right"}
HEADS = ("follow", "further", "ahead", "camera", "free")


@dataclass(frozen=True)
class Habits:
    """How this person performs a stretch.

    Attributes:
        arms: The arm style; empty for that of the stretch.
        head: Where the head turns: with the trunk a little (`follow`) or a lot (`further`), or not (`ahead`); to the
            `camera`; or `free` for the neck's own channel alone.
        side: +1 for the left, -1 for the right.
        sway: The size of natural sway.
        camera_azimuth_deg: Where the camera stands, for the head.
    """

    arms: str = ""
    head: str = "follow"
    side: float = 1.0
    sway: float = 1.0
    camera_azimuth_deg: float = 0.0


def _leg_mix(a: Leg, b: Leg, t: float) -> Leg:
    return Leg(*(getattr(a, f.name) + (getattr(b, f.name) - getattr(a, f.name)) * t for f in fields(Leg)))


def _knees_up(pose: Pose, values: dict[str, float]) -> Pose:
    """Lift the knees that are to be lifted; the other foot stays planted."""
    up = {s: values.get(f"knee_up_{SIDES[s]}", 0.0) for s in "LR"}
    if not any(up.values()):
        return pose
    legs = {
        s: replace(pose.legs[s], flexion=up[s], knee=min(1.1 * up[s], 110.0)) if up[s] else pose.legs[s] for s in up
    }
    return replace(pose, legs=legs, planted={s: foot for s, foot in pose.planted.items() if not up[s]})


def _swapped(posture: Posture) -> Posture:
    legs = {"L": posture.legs["R"], "R": posture.legs["L"]}
    return replace(posture, legs=legs, feet_down=posture.feet_down.translate(str.maketrans("LR", "RL")))


class Stage:
    """One person who does one stretch. The pose of a frame depends only on the channels of that frame."""

    def __init__(self, body: Body, stretch: Stretch, habits: Habits) -> None:
        self.body, self.stretch, self.habits = body, stretch, habits
        shell = body.template.parts == SHELL
        self._shell, self._shell_skin = body.vertices[shell], body.template.skin[shell]
        self._seat_rows = self._mostly(SEAT_BONES)
        self._off_arms = ~self._mostly(ARM_BONES)
        near = self._shell[:, 1] > hip_middle(body)[1] - BUTTOCKS_M
        self._trunk_rows = self._mostly(TRUNK_BONES) | (self._seat_rows & near)
        self._leg_rows = {s: self._mostly(SHANK_BONES) & (np.sign(self._shell[:, 2]) == out_sign(s)) for s in "LR"}
        self._start, self._end = stretch.start, stretch.end or stretch.start
        if habits.side < 0:
            self._start, self._end = _swapped(self._start), _swapped(self._end)
        self._start, self._end = self._feet_down(self._start), self._feet_down(self._end)
        self._styles = (self._start.arms, self._end.arms)
        if habits.arms:
            self._styles = (self._start.arms if stretch.end else habits.arms, habits.arms)
        self._planted: dict[str, Planted] = {}
        self._hips = np.zeros(3)
        self.seat_m = 0.0
        self._anchor()
        self._leans = self._lean_table()

    def _mostly(self, bones: tuple[str, ...]) -> NDArray[np.bool_]:
        """Return which shell vertices mostly follow these bones."""
        columns = [i for i, b in enumerate(self.body.template.bones) if b.split(".")[0] in bones]
        out: NDArray[np.bool_] = self._shell_skin[:, columns].sum(axis=1) > 0.5
        return out

    def _feet_down(self, posture: Posture) -> Posture:
        """Find the hip flexion, and the ankle angle of a bent leg, that put the foot on the same floor as the seat."""
        if not posture.feet_down:
            return posture
        legs = dict(posture.legs)
        turn = trunk(0.0, 0.0, posture.pelvis_pitch)
        body = self.body
        seat = self._shell[self._seat_rows] - hip_middle(body)
        seat = seat[seat[:, 1] > -BUTTOCKS_M]
        floor = float((seat @ turn.T)[:, 1].min()) - posture.hips_lift_m
        sole = float(body.vertices[:, 1].min())
        for side in posture.feet_down:
            leg, rest = legs[side], leg_rest(body, side)
            hip = body.points[f"upperleg01.{side}"] - hip_middle(body)
            ankle_m = float(body.points[f"foot.{side}"][1]) - sole
            wanted = floor + (ankle_m if leg.knee > 40.0 else 0.045)
            tries = np.arange(leg.flexion - 70.0, leg.flexion + 71.0, 1.0)
            heights = [
                float((turn @ (hip + leg_reach(rest, replace(leg, flexion=float(f)), side).end))[1]) for f in tries
            ]
            near = np.abs(np.array(heights) - wanted) + 0.0004 * np.abs(tries - leg.flexion)
            flexion = float(tries[int(near.argmin())])
            ankle = leg.ankle if leg.knee <= 40.0 else leg.knee - flexion - posture.pelvis_pitch * -1.0
            legs[side] = replace(leg, flexion=flexion, ankle=ankle)
        return replace(posture, legs=legs)

    def _anchor(self) -> None:
        neutral = place(self.body, self._pose(dict.fromkeys(("amount",), 0.0), free=True))
        low = self._lowest(neutral, self._off_arms)
        self._hips = np.array([0.0, -low, 0.0])
        if self.stretch.support == "floor":
            return
        skeleton = neutral.moved(self._hips)
        points = skin(skeleton, self._shell, self._shell_skin)[self._seat_rows]
        self.seat_m = float(points[:, 1].min()) + 0.012
        pelvis = skeleton.rotation("root")
        for side in "LR":
            ankle = skeleton.attached(f"foot.{side}", self.body.points[f"foot.{side}"])
            reach = leg_reach(leg_rest(self.body, side), self._start.legs[side], side)
            flat = about_y(0.0) if self.stretch.support == "feet" else about_y(-6.0 * out_sign(side))
            self._planted[side] = Planted(ankle, pelvis @ reach.pole, flat)
        if self.stretch.support == "seat":
            self._level_feet()

    def _level_feet(self) -> None:
        """Put the soles on the floor: the sole of a flat foot has a fixed distance from its ankle."""
        for side, fixed in self._planted.items():
            sole = float(self.body.vertices[:, 1].min() - self.body.points[f"foot.{side}"][1])
            shift = -sole - fixed.ankle[1]
            self._planted[side] = replace(fixed, ankle=fixed.ankle + np.array([0.0, shift, 0.0]))

    def _lowest(self, skeleton: Skeleton, rows: NDArray[np.bool_]) -> float:
        return float(skin(skeleton, self._shell[rows], self._shell_skin[rows])[:, 1].min())

    def _resting(self, pose: Pose) -> Pose:
        """Keep feet that are on the floor where they would be if the pelvis above them did not roll."""
        rolled, flat = place(self.body, pose), place(self.body, replace(pose, trunk_rotation=0.0, trunk_roll=0.0))
        floor, planted = self._lowest(rolled, self._trunk_rows), {}
        for side in set(self._start.feet_down) & set(self._end.feet_down):
            ankle = flat.attached(f"foot.{side}", self.body.points[f"foot.{side}"])
            reach = leg_reach(leg_rest(self.body, side), pose.legs[side], side)
            pole = flat.rotation("root") @ reach.pole
            lift = np.array([0.0, floor - self._lowest(flat, self._leg_rows[side]), 0.0])
            planted[side] = Planted(ankle + lift, pole, flat.rotation(f"foot.{side}"))
        return replace(pose, planted=planted)

    def _lean_table(self) -> tuple[Array, Array]:
        """Tabulate trunk inclination (degrees since neutral) against the angle given to spine and pelvis together."""
        given = np.linspace(-70.0, 70.0, 29)
        seen = []
        for value in given:
            skeleton = place(self.body, self._leaned(Pose(), float(value)))
            joints = {
                n: skeleton.attached(n, self.body.points[n])
                for n in ("upperarm01.L", "upperarm01.R", "upperleg01.L", "upperleg01.R")
            }
            line = joints["upperarm01.L"] + joints["upperarm01.R"] - joints["upperleg01.L"] - joints["upperleg01.R"]
            seen.append(float(np.degrees(np.arctan2(line[0], line[1]))))
        return np.array(seen) - float(np.interp(0.0, given, seen)), given

    def _leaned(self, pose: Pose, degrees: float) -> Pose:
        share = self.stretch.extension_share
        return replace(
            pose,
            trunk_flexion=pose.trunk_flexion + share * degrees,
            pelvis_pitch=pose.pelvis_pitch + (1 - share) * degrees,
        )

    def _head(self, values: dict[str, float], trunk_deg: float, yaw_deg: float) -> float:
        mode, own = self.habits.head, values.get("neck_rotation", 0.0)
        if mode == "follow":
            return own + float(np.clip(0.15 * trunk_deg, -15, 15))
        if mode == "further":
            return own + float(np.clip(0.75 * trunk_deg, -45, 45))
        facing = yaw_deg if self.stretch.thorax_still else trunk_deg + yaw_deg
        if mode == "ahead":
            return own - float(np.clip(facing, -65, 65))
        if mode == "camera":
            return own + float(np.clip(self.habits.camera_azimuth_deg - facing, -65, 65))
        return own

    def _pose(self, values: dict[str, float], free: bool = False) -> Pose:
        t, side = values.get("amount", 0.0), self.habits.side
        get = values.get

        def mix(name: str) -> float:
            a, b = getattr(self._start, name), getattr(self._end, name)
            return float(a + (b - a) * t)

        rotation = side * mix("trunk_rotation") + get("trunk_rotation", 0.0)
        yaw = side * mix("pelvis_yaw") + get("pelvis_rotation", 0.0)
        hips = self._hips + np.array([get("hips_x", 0.0), -get("squat_m", 0.0), get("hips_z", 0.0)])
        pose = Pose(
            hips=hips,
            pelvis_yaw=yaw,
            pelvis_pitch=mix("pelvis_pitch") + get("pelvis_pitch", 0.0),
            pelvis_roll=side * mix("pelvis_roll"),
            trunk_roll=get("trunk_roll", 0.0),
            trunk_rotation=rotation,
            trunk_lateral=get("trunk_lateral_flexion", 0.0),
            trunk_flexion=mix("trunk_flexion") + get("trunk_flexion", 0.0),
            neck_rotation=self._head(values, rotation, yaw + get("turn", 0.0)),
            neck_flexion=mix("neck_flexion") + get("neck_flexion", 0.0),
            shoulder_raise=mix("shoulder_raise") + get("shoulder_raise", 0.0),
            shoulder_forward=mix("shoulder_forward") + get("shoulder_forward", 0.0),
            girdle={
                s: (get(f"shoulder_raise_{SIDES[s]}", 0.0), get(f"shoulder_forward_{SIDES[s]}", 0.0)) for s in "LR"
            },
            legs={s: _leg_mix(self._start.legs[s], self._end.legs[s], t) for s in "LR"},
            wrist_flexion=mix("wrist_flexion"),
            thorax_still=self.stretch.thorax_still,
        )
        lean = get("trunk_inclination", 0.0)
        if not free and lean:
            table, given = self._leans
            pose = self._leaned(pose, float(np.interp(lean, table, given)))
            if self.stretch.support == "feet":
                pose = replace(pose, hips=pose.hips + np.array([-0.0035 * lean, 0.0, 0.0]))
        stands = self.stretch.end is None or self._start.legs == self._end.legs
        if not free and self._planted and stands and not get("gait", 0.0):
            pose = replace(pose, planted=self._planted)
        return _knees_up(pose, values)

    def skeleton(self, values: dict[str, float]) -> Skeleton:
        """Return the posed body of one frame; `values` are the channels, with `hips_x`, `hips_z` (metres) for sway."""
        pose = self._pose(values)
        stride = values.get("gait", 0.0)
        if stride:
            swing = float(np.sin(stride))
            legs = {
                s: Leg(
                    flexion=2 + 22 * swing * f,
                    abduction=5.0,
                    knee=8 + 34 * max(0.0, float(np.cos(stride)) * f),
                )
                for s, f in (("L", 1.0), ("R", -1.0))
            }
            pose = replace(pose, legs=legs)
        if self.stretch.thorax_still:
            pose = self._resting(pose)
        bare = place(self.body, pose)
        turn = self.habits.side
        t = float(np.clip(values.get("amount", 0.0), 0.0, 1.0)) if self.stretch.end else values.get("arms", 0.0)
        first = arm_style(self._styles[0], bare, turn)
        second = arm_style(self._styles[1] if self.stretch.end else "down", bare, turn)
        own = {s: t + values.get(f"arms_{SIDES[s]}", 0.0) for s in "LR"}
        pose = replace(pose, arms={s: blend(first[s], second[s], float(np.clip(own[s], 0.0, 1.0))) for s in "LR"})
        out = place(self.body, pose)
        if self.stretch.support == "floor" or stride or not pose.planted:
            out = out.moved(np.array([0.0, -self._lowest(out, self._off_arms), 0.0]))
        return _moved_about(out, self.stretch.facing_deg + values.get("turn", 0.0), values)

    def props(self, room: Room) -> list[Mesh]:
        """Return the chair, mat or bed that the person uses, in place."""
        out = []
        still = self.skeleton({})
        points = skin(still, self._shell, self._shell_skin)
        for name in self.stretch.props:
            if name in ("chair", "chair-side"):
                back = float(points[self._seat_rows, 0].min())
                out.append(props.chair(self.seat_m, back, room.chair_rgb, name == "chair-side"))
            elif name == "mat":
                middle = (points.min(axis=0) + points.max(axis=0)) / 2.0
                out.append(props.mat(middle, self.stretch.facing_deg, room.mat_rgb))
            elif name == "bed":
                out.append(self._bed(room))
        return out

    def _bed(self, room: Room) -> Mesh:
        """Return the bed under a person who hangs over its edge at the end of the stretch."""
        end = self.skeleton({"amount": 1.0})
        points = skin(end, self._shell, self._shell_skin)
        chest = end.attached("spine01", self.body.points["spine01"])
        return props.bed(chest, float(points[self._seat_rows, 1].min()), room.chair_rgb)


def _moved_about(skeleton: Skeleton, turn_deg: float, values: dict[str, float]) -> Skeleton:
    turn = about_y(turn_deg)
    offset = np.array([values.get("forward_m", 0.0), 0.0, values.get("side_m", 0.0)])
    return Skeleton(skeleton.body, turn @ skeleton.rotations, skeleton.positions @ turn.T + offset)


def frame_values(curve: Curves, size: float, rng: np.random.Generator) -> list[dict[str, float]]:
    """Return the channels of every frame, with natural sway and breathing.

    Args:
        curve: The channels over time.
        size: The size of the sway; 1 is usual, 0 none.
        rng: The source of randomness.
    """
    t = curve.time_s
    values = {name: column.copy() for name, column in curve.values.items()}
    for name, spread in (
        ("trunk_rotation", 0.5),
        ("trunk_lateral_flexion", 0.35),
        ("trunk_flexion", 0.4),
        ("pelvis_rotation", 0.3),
        ("neck_rotation", 0.8),
        ("neck_flexion", 0.6),
    ):
        values[name] += sway(t, spread * size, rng)
    values["hips_x"], values["hips_z"] = sway(t, 0.003 * size, rng), sway(t, 0.003 * size, rng)
    breath = 1.0 - np.cos(2 * np.pi * 0.24 * t + rng.uniform(0, 6.28))
    values["shoulder_raise"] += 0.7 * size * breath
    way = np.abs(np.diff(values["side_m"], prepend=values["side_m"][:1]))
    walking = way > 1e-4
    values["gait"] = np.where(walking, np.cumsum(way) / 0.62 * np.pi + 1e-3, 0.0)
    names = list(values)
    table = np.stack([values[n] for n in names], axis=1)
    return [dict(zip(names, map(float, row), strict=True)) for row in table]
