"""A person of saved landmarks who moves otherwise: bones keep their lengths, and joints turn.

Axes are those of world landmarks: x to the picture's right, y down, z away from the camera; metres. The floor is as low
as the lowest landmark of the posture that a figure is made from, and the camera is level.
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import N_LANDMARKS
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import CODE, PoseTrack
from research.disturbed.shaking import Shaking

JITTER = Shaking(1.0, 6.0, 0.3)
"""That of the landmarks of people who move about."""
FOCAL = 0.9
"""Focal length of the camera, in widths of the picture."""
NEAREST_M = 0.25
GONE = 0.2
"""Visibility of a landmark beyond the picture's edge, which MediaPipe only guesses."""
LEAST_SHOWN = 8
"""With fewer landmarks in the picture MediaPipe finds nobody."""
STEPS_S = 1.8
"""Steps a second."""
ARM_DEG, THIGH_DEG, KNEE_DEG, PELVIS_DEG, CHEST_DEG = 22.0, 24.0, 35.0, 5.0, 8.0
"""How far each swings to either side in walking, as gait studies have it; of a knee how far it bends."""
_UP, _DOWN = np.array([0.0, -1.0, 0.0]), np.array([0.0, 1.0, 0.0])
_SHOULDERS, _HIPS, _ANKLES = (
    [int(L.LEFT_SHOULDER), int(L.RIGHT_SHOULDER)], [int(L.LEFT_HIP), int(L.RIGHT_HIP)],
    [int(L.LEFT_ANKLE), int(L.RIGHT_ANKLE)],
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Hold how a figure moves in n frames; every array is (n,), zero where it stays as it is.

    Attributes:
        stands: From 0, the posture that the figure is made from, to 1, standing upright.
        lean_deg: Lean of the upper body forward.
        twist_deg: Turn of the upper body against the hips, to the person's left.
        bend_deg: Bend to the person's left.
        reach: From 0 to 1, arms straight down to the floor.
        turn_deg: Turn of the whole person to their left.
        stride: Size of the steps, 1 in walking.
        aside_m: Way to the picture's right.
        away_m: Way from the camera.
    """

    stands: Floats
    lean_deg: Floats
    twist_deg: Floats
    bend_deg: Floats
    reach: Floats
    turn_deg: Floats
    stride: Floats
    aside_m: Floats
    away_m: Floats

    @classmethod
    def keyed(cls, at_s: list[float], fps: float, **keys: list[float]) -> "Course":
        """Return a course that goes smoothly through the values that each array has at some times."""
        time_s = np.arange(0.0, at_s[-1], 1.0 / fps)
        place = np.clip(np.searchsorted(at_s, time_s, side="right") - 1, 0, len(at_s) - 2)
        start, end = np.array(at_s)[place], np.array(at_s)[place + 1]
        share = (time_s - start) / (end - start)
        smooth = share * share * (3.0 - 2.0 * share)
        arrays = {}
        for item in fields(cls):
            value = np.array(keys.get(item.name, [0.0] * len(at_s)))
            arrays[item.name] = value[place] + smooth * (value[place + 1] - value[place])
        return cls(**arrays)

    def __len__(self) -> int:
        return len(self.stands)


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Hold the posture of one person in one frame.

    Attributes:
        frame: The frame, a track of one.
        xyz: (33, 3) world landmarks from the middle of the hips.
        px_per_m: Size in the picture.
        distance_m: From the camera.
    """

    frame: PoseTrack
    xyz: Floats
    px_per_m: float
    distance_m: float

    @classmethod
    def of(cls, frame: PoseTrack) -> "Figure":
        """Return the figure of a track of one frame, in which somebody is found."""
        xyz = frame.world_xyz[0] - frame.world_xyz[0, _HIPS].mean(axis=0)
        shown, flat = (part - part.mean(axis=0) for part in (frame.image_xy[0], xyz[:, :2]))
        px_per_m = float((flat * shown).sum() / (flat**2).sum())
        return cls(frame, xyz, px_per_m, FOCAL * float(frame.size_wh[0, 0]) / px_per_m)

    @property
    def heading_deg(self) -> float:
        """Where the person faces: 0 the camera, positive turned to their left."""
        left = self.xyz[L.LEFT_HIP] - self.xyz[L.RIGHT_HIP] + self.xyz[L.LEFT_SHOULDER] - self.xyz[L.RIGHT_SHOULDER]
        return float(np.degrees(np.arctan2(left[2], left[0])))

    @property
    def lies(self) -> bool:
        """Whether the person lies."""
        trunk = self.xyz[_SHOULDERS].mean(axis=0)
        return bool(-trunk[1] < 0.5 * np.linalg.norm(trunk))

    def moved(self, course: Course, fps: float, seed: int) -> PoseTrack:
        """Return the frames of a course; nobody is found where too little of the body is in the picture."""
        xyz, root = self._posed(course, np.arange(len(course)) / fps)
        return self.shown(xyz, root, fps, seed)

    def _posed(self, course: Course, time_s: Floats) -> tuple[Floats, Floats]:
        """Return landmarks (n, 33, 3) from the middle of the hips, and how far that has moved (n, 3)."""
        start, stands = self.xyz, course.stands
        heading = np.radians(self.heading_deg)
        left = np.array([np.cos(heading), 0.0, np.sin(heading)])
        front = np.array([np.sin(heading), 0.0, -np.cos(heading)])
        phase = np.pi * STEPS_S * time_s
        swing = course.stride * np.sin(phase)
        out = np.zeros((len(course), N_LANDMARKS, 3))
        self._trunk(out, course, swing, left, front)
        self._arms(out, course, swing, left, front)
        pelvis = _about(_UP, PELVIS_DEG * swing) @ _towards(start[L.LEFT_HIP] - start[L.RIGHT_HIP], left, stands, front)
        for side, sign in enumerate((1.0, -1.0)):
            hip, knee, ankle, heel, toe = (
                int(mark) + side for mark in (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE, L.LEFT_HEEL, L.LEFT_FOOT_INDEX)
            )
            out[:, hip] = pelvis @ start[hip]
            raised = _about(left, -sign * THIGH_DEG * swing)
            bent = raised @ _about(left, -KNEE_DEG * course.stride * np.maximum(0.0, -sign * np.cos(phase)))
            for above, below, turn in ((hip, knee, raised), (knee, ankle, bent)):
                bone = start[below] - start[above]
                out[:, below] = out[:, above] + (turn @ _towards(bone, _DOWN, stands, left)) @ bone
            flat = bent @ _towards(start[toe] - start[heel], front, stands, left)
            for tip in (heel, toe):
                out[:, tip] = out[:, ankle] + flat @ (start[tip] - start[ankle])
        # Who gets up does so over the feet.
        root = start[_ANKLES].mean(axis=0) - out[:, _ANKLES].mean(axis=1)
        out = np.einsum("nij,nkj->nki", _about(_UP, course.turn_deg), out)
        root[:, 0] += course.aside_m
        root[:, 2] += course.away_m
        root[:, 1] = start[:, 1].max() - out[:, :, 1].max(axis=1)
        return out, root

    def _trunk(self, out: Floats, course: Course, swing: Floats, left: Floats, front: Floats) -> None:
        """Place shoulders and head, in place."""
        start = self.xyz
        middle = start[_SHOULDERS].mean(axis=0)
        tilt = _about(left, course.lean_deg) @ _about(front, course.bend_deg)
        upright = _towards(middle, _UP, course.stands, left)
        across = _towards(start[L.LEFT_SHOULDER] - start[L.RIGHT_SHOULDER], left, course.stands, front)
        turn = tilt @ _about(_UP, course.twist_deg - CHEST_DEG * swing)
        chest = (tilt @ upright) @ middle
        for mark in range(int(L.RIGHT_SHOULDER) + 1):
            own = across if mark >= L.LEFT_SHOULDER else upright
            out[:, mark] = chest + (turn @ own) @ (start[mark] - middle)

    def _arms(self, out: Floats, course: Course, swing: Floats, left: Floats, front: Floats) -> None:
        """Place elbows and hands from the shoulders on, in place."""
        start, hangs = self.xyz, np.maximum(course.stands, course.reach)
        with_trunk = 1.0 - course.reach
        carried = _about(left, with_trunk * course.lean_deg) @ _about(front, with_trunk * course.bend_deg)
        carried = carried @ _about(_UP, with_trunk * course.twist_deg)
        for side, sign in enumerate((1.0, -1.0)):
            shoulder, elbow, wrist, *hand = (
                int(mark) + side
                for mark in (L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST, L.LEFT_PINKY, L.LEFT_INDEX, L.LEFT_THUMB)
            )
            arm = carried @ _about(left, sign * ARM_DEG * swing)
            for above, below in ((shoulder, elbow), (elbow, wrist), *((wrist, tip) for tip in hand)):
                bone = start[below] - start[above]
                out[:, below] = out[:, above] + (arm @ _towards(bone, _DOWN + 0.1 * sign * left, hangs, left)) @ bone

    def shown(self, xyz: Floats, root: Floats, fps: float, seed: int) -> PoseTrack:
        """Return what a level camera shows, with jitter and without codes.

        Args:
            xyz: (n, 33, 3) landmarks from the middle of the hips.
            root: (n, 3) how far that has moved.
            fps: Frames a second.
            seed: Of the jitter.
        """
        n = len(xyz)
        size = self.frame.size_wh[0].astype(np.float64)
        moved = xyz + root[:, None] - self.xyz
        away = np.maximum(self.distance_m + moved[..., 2], NEAREST_M)
        flat = self.frame.image_xy[0] + self.px_per_m * moved[..., :2] - size / 2.0
        image = size / 2.0 + flat * (self.distance_m / away)[..., None]
        inside = ((image >= 0.0) & (image <= size)).all(axis=-1)
        visibility = np.where(inside, np.maximum(self.frame.visibility[0], 0.0), GONE)
        track = self.frame.rows(np.zeros(n, np.intp))
        track = replace(
            track, time_s=np.arange(n) / fps, image_xy=image, world_xyz=xyz, visibility=visibility,
            code=np.zeros((n, 2, CODE), np.int8),
        )  # fmt: skip
        track = JITTER.of(track, seed)
        gone = inside.sum(axis=1) < LEAST_SHOWN
        for part in (track.image_xy, track.world_xyz, track.visibility):
            part[gone] = np.nan
        track.people[gone] = 0
        return track


def placed(track: PoseTrack, figure: Figure, turn_deg: float, aside_m: float, away_m: float) -> PoseTrack:
    """Return a track of the same person a little elsewhere, and turned a little; it keeps its codes.

    Args:
        track: The frames.
        figure: The person in the first place.
        turn_deg: To the person's left.
        aside_m: To the picture's right.
        away_m: From the camera.
    """
    turned = np.einsum("ij,nkj->nki", _about(_UP, np.array([turn_deg]))[0], track.world_xyz)
    size = track.size_wh[:, None].astype(np.float64)
    flat = track.image_xy + figure.px_per_m * ((turned - track.world_xyz)[..., :2] + [aside_m, 0.0]) - size / 2.0
    image = size / 2.0 + flat * figure.distance_m / (figure.distance_m + away_m)
    inside = ((image >= 0.0) & (image <= size)).all(axis=-1)
    visibility = np.where(inside | np.isnan(image[..., 0]), track.visibility, GONE)
    return replace(track, image_xy=image, world_xyz=turned, visibility=visibility)


def _about(axis: Floats, angle_deg: Floats) -> Floats:
    """Return rotations (n, 3, 3) about a unit axis (3,) by angles (n,)."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    angle = np.radians(angle_deg)[:, None, None]
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * (cross @ cross))


def _towards(bone: Floats, goal: Floats, share: Floats, about: Floats) -> Floats:
    """Return rotations (n, 3, 3) that bring a bone (3,) by a share (n,) of the way to a direction (3,).

    Where they are opposite it turns about the given axis.
    """
    start, end = bone / max(float(np.linalg.norm(bone)), 1e-6), goal / np.linalg.norm(goal)
    axis = np.cross(start, end)
    size = float(np.linalg.norm(axis))
    whole_deg = float(np.degrees(np.arctan2(size, start @ end)))
    return _about(axis / size if size > 1e-3 else about, share * whole_deg)
