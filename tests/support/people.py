"""Constructed people: skeletons with known angles, and tracks of them as a camera would see them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import MIRROR
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.core.worn.sheet import SHEETS, MarkerPose, unseen

HIP, SHOULDER, TRUNK, THIGH, SHANK, FOOT, ARM, FOREARM = 0.16, 0.18, 0.50, 0.42, 0.40, 0.2, 0.30, 0.26


@dataclass(frozen=True)
class Posture:
    """Describe a body in degrees, by the signs of posecheck.kinematics.angles; everything at zero stands upright."""

    rotation: float = 0.0  # thorax against pelvis, to the left
    lateral: float = 0.0  # to the right
    inclination: float = 0.0  # forward
    pelvis: float = 0.0  # turn of the pelvis, to the left
    head_rotation: float = 0.0
    head_flexion: float = 0.0
    elbow: tuple[float, float] = (0.0, 0.0)
    shoulder_flexion: tuple[float, float] = (0.0, 0.0)
    hip: tuple[float, float] = (0.0, 0.0)
    knee: tuple[float, float] = (0.0, 0.0)


def _axis(angle: float, axis: str) -> Rotation:
    return Rotation.from_euler(axis, angle, degrees=True)


def skeleton(p: Posture) -> Floats:
    """Return (33, 3) metres in body axes of the neutral pelvis: X forward, Y up, Z to the person's right."""
    out = np.zeros((33, 3))
    pelvis = _axis(p.pelvis, "y")
    # Rotation about Y by +a takes Z (right) towards +X (forward): to the left. X by +a lowers the right end.
    # About Z, +a takes X (forward) up: backwards, hence the minus.
    line = pelvis * _axis(p.rotation, "y") * _axis(p.lateral, "x")
    thorax = line * _axis(-p.inclination, "z")
    trunk = (pelvis * _axis(-p.inclination, "z")).apply([0, TRUNK, 0])
    head = thorax * _axis(p.head_rotation, "y") * _axis(-p.head_flexion, "z")
    face = {L.NOSE: (0.10, 0, 0), L.LEFT_EAR: (0, 0, -0.07), L.RIGHT_EAR: (0, 0, 0.07)}
    for i in range(11):
        out[i] = trunk + thorax.apply([0, 0.25, 0]) + head.apply(face.get(L(i), (0.09, 0.03, 0)))
    for side, sign in ((0, -1.0), (1, 1.0)):
        hip, shoulder = L.LEFT_HIP + side, L.LEFT_SHOULDER + side
        out[hip] = pelvis.apply([0, 0, sign * HIP])
        out[shoulder] = trunk + line.apply([0, 0, sign * SHOULDER])
        # Arms hang and swing in the plane of the trunk line and the thorax's forward.
        upper = thorax * _axis(p.shoulder_flexion[side], "z")
        elbow = out[shoulder] + upper.apply([0, -ARM, 0])
        fore = upper * _axis(p.elbow[side], "z")
        wrist = elbow + fore.apply([0, -FOREARM, 0])
        out[L.LEFT_ELBOW + side], out[L.LEFT_WRIST + side] = elbow, wrist
        for finger in (L.LEFT_PINKY, L.LEFT_INDEX, L.LEFT_THUMB):
            out[finger + side] = wrist + fore.apply([0, -0.08, 0])
        thigh = pelvis * _axis(p.hip[side] - p.inclination, "z")
        knee = out[hip] + thigh.apply([0, -THIGH, 0])
        shank = thigh * _axis(-p.knee[side], "z")
        ankle = knee + shank.apply([0, -SHANK, 0])
        out[L.LEFT_KNEE + side], out[L.LEFT_ANKLE + side] = knee, ankle
        out[L.LEFT_HEEL + side] = ankle + shank.apply([-0.05, -0.05, 0])
        out[L.LEFT_FOOT_INDEX + side] = ankle + shank.apply([FOOT, -0.05, 0])
    return out


def to_camera(body: Floats, azimuth: float = 0.0, scale: float = 1.0, turn: Rotation | None = None) -> Floats:
    """Turn body axes into MediaPipe's world axes, seen from an azimuth (positive: from the person's left)."""
    if turn is not None:
        body = turn.apply(body.reshape(-1, 3)).reshape(body.shape)
    # From azimuth 0 the person faces the camera: forward is -z, up is -y, their right is -x.
    seen = np.stack([-body[..., 2], -body[..., 1], -body[..., 0]], axis=-1)
    # A camera that walks round to the person's left sees them turn to their own right, and so to the picture's left.
    world = Rotation.from_euler("y", azimuth, degrees=True).apply(seen.reshape(-1, 3)).reshape(seen.shape)
    return np.asarray(world * scale)


def track_of(
    postures: Sequence[Posture],
    fps: float = 30.0,
    azimuth: float = 0.0,
    *,
    scale: float = 1.0,
    turn: Rotation | None = None,
    noise: float = 0.0,
    seed: int = 0,
) -> PoseTrack:
    """Return a track of postures one frame apart, seen by a distant camera (800 x 800 pixels)."""
    world = to_camera(np.array([skeleton(p) for p in postures]).reshape(-1, 33, 3), azimuth, scale, turn)
    world += np.random.default_rng(seed).normal(0.0, 1.0, world.shape) * noise
    image = 400.0 + 320.0 / scale * world[..., :2]
    n = len(postures)
    return PoseTrack(
        np.arange(n) / fps,
        image,
        world,
        np.ones((n, 33)),
        np.ones(n, np.int16),
        np.zeros(n, np.int16),
        np.full((n, 2), 800, np.int32),
    )


def body_reversed(track: PoseTrack) -> PoseTrack:
    """Return the track with left and right of all below the head exchanged, as if the person faced the other way."""
    order = np.where(np.arange(len(L)) < L.LEFT_SHOULDER, np.arange(len(L)), MIRROR)
    return replace(track, image_xy=track.image_xy[:, order], world_xyz=track.world_xyz[:, order])


def script(*parts: tuple[float, Callable[[float], Posture]], fps: float = 30.0) -> list[Posture]:
    """Return postures of parts in turn: (seconds, share of the part 0..1 -> posture)."""
    out: list[Posture] = []
    for seconds, at in parts:
        n = round(seconds * fps)
        out += [at(i / max(n - 1, 1)) for i in range(n)]
    return out


def twist(peak: float, *, speed: float = 15.0, hold_s: float = 3.0, fps: float = 30.0) -> list[Posture]:
    """Return two seconds of neutral, a twist to peak at a speed in degrees a second, a hold, and the way back."""
    move_s = abs(peak) / speed
    return script(
        (2.0, lambda _: Posture()),
        (move_s, lambda share: Posture(rotation=peak * share)),
        (hold_s, lambda _: Posture(rotation=peak)),
        (move_s, lambda share: Posture(rotation=peak * (1 - share))),
        (1.0, lambda _: Posture()),
        fps=fps,
    )


def sheets_turned(chest_deg: Sequence[float], belt_deg: Sequence[float]) -> NDArray[np.float32]:
    """Return what is kept of two sheets (n, 2, 19) that have turned so far to the wearer's left; NaN where unseen."""
    out = unseen(len(chest_deg), SHEETS)
    for i, degrees in enumerate((chest_deg, belt_deg)):
        turn = np.radians(np.asarray(degrees, np.float64))
        n = len(turn)
        sheet = MarkerPose(
            # Somebody who faces the camera has their up where the picture's y is negative.
            turn=turn[:, None] * np.array([0.0, -1.0, 0.0]),
            place=np.tile((0.0, 0.35 * i, 2.5), (n, 1)),
            shape=np.tile((4.0, 0.0, 100.0), (n, 1)),
            slope=np.zeros((n, 3)),
            turn_sd_deg=np.ones(n),
            covariance=np.zeros((n, 6)),
        )
        out[:, i] = sheet.pack()
        out[np.isnan(turn), i] = np.nan
    return out


def going(start: float, end: float) -> Callable[[float], Posture]:
    """Return postures on the way from one forward lean to another, degrees."""
    return lambda share: Posture(inclination=start + (end - start) * share)


def leaning(*parts: tuple[float, float]) -> PoseTrack:
    """Return somebody seen from the side who leans back by so many degrees for so many seconds, 1 s between."""
    postures: list[Posture] = []
    before = 0.0
    for seconds, angle in parts:
        postures += script((1.0, going(before, angle)), (seconds, going(angle, angle)))
        before = angle
    return track_of(postures, azimuth=90.0, noise=0.001)
