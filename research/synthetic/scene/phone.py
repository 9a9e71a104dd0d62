"""A phone that a rendered person holds against the chest: its sensors, the marker on its screen, and its picture.

The sensors follow published figures: the gyroscope's noise is that of a Bosch BMI270 (0.007 degrees/s/sqrt(Hz)), the
accelerometer's that of a Bosch BMI160 (180 micro-g/sqrt(Hz)), both common in phones. What browsers pass on is rounded
to 0.1 degrees/s and 0.1 m/s2, as the specification of device motion asks. The bias that remains after factory
calibration and the error of the scale are our own assumption (0.3 degrees/s, 0.7 %). The phone's program is written
here anew from docs/phone.md, and so are code and marker, so that nothing is shared with the program that reads them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy.body import Body, load_template
from research.synthetic.anatomy.rig import Skeleton
from research.synthetic.anatomy.rotations import Array, about_x, about_y, about_z
from research.synthetic.raster.camera import Camera
from research.synthetic.raster.paint import Canvas, Float, display, rasterise
from research.synthetic.scene.tags import _depth, _front

SCREEN_M, CASE_M, MARKER_M = (0.060, 0.130), 0.003, 0.056
PX_PER_M = 2500
SENSOR_HZ = 60.0
GYRO_NOISE, GYRO_BIAS, GYRO_SCALE, GYRO_STEP = 0.007, 0.3, 0.007, 0.1
TILT_NOISE_DEG = float(np.degrees(180e-6) * np.sqrt(SENSOR_HZ / 2) + np.degrees(0.1 / 9.81 / np.sqrt(12)))
SHOWN_HZ = 20.0
ZERO_S = 1.0
STILL_DEG_S, LEARN_S = 1.5, 10.0
KINDS = "lsslsllsslslqssl"
"""What successive markers say beside the turn: lean, side-bend or quality."""
PARTS = 4


@dataclass(frozen=True)
class Phone:
    """How a person holds a phone.

    Attributes:
        ahead_m: How far it is held before the breastbone, for arms behind it.
        down_m: How far below the collarbones its upper edge is.
        crooked_deg: How crooked it is held, clockwise as seen.
        tipped_deg: How far its upper edge leans forward.
        hold: Share of the thorax' turn that it follows.
        loose_deg: How much it wobbles in the hands.
        white: Brightness of its white cells in the picture, 0 to 1; above 1 it is over-exposed.
        black: Brightness of its black cells, with what the room reflects in the glass.
        glare: Brightness of a lamp's reflection.
        late_s: Delay from the sensor to the light of the screen; the program assumes 0.05 s.
        shutter_s: Exposure time of a picture.
        readout_s: Time in which the camera reads a picture from top to bottom.
        seed: The seed of the sensors.
    """

    ahead_m: float = 0.02
    down_m: float = 0.05
    crooked_deg: float = 0.0
    tipped_deg: float = 0.0
    hold: float = 1.0
    loose_deg: float = 0.4
    white: float = 0.9
    black: float = 0.12
    glare: float = 0.0
    late_s: float = 0.05
    shutter_s: float = 0.012
    readout_s: float = 0.02
    seed: int = 0


def random_phone(rng: np.random.Generator) -> Phone:
    """Draw how a person holds a phone who has read the instructions and takes average care."""
    return Phone(
        down_m=float(rng.uniform(0.03, 0.07)),
        crooked_deg=float(rng.normal(0.0, 4.0)),
        tipped_deg=float(rng.normal(0.0, 5.0)),
        hold=float(rng.uniform(0.95, 1.0)),
        loose_deg=float(rng.uniform(0.2, 1.0)),
        white=float(rng.uniform(0.65, 1.3)),
        black=float(rng.uniform(0.06, 0.2)),
        glare=float(rng.choice([0.0, 0.0, rng.uniform(0.2, 0.5)])),
        late_s=float(rng.uniform(0.03, 0.08)),
        shutter_s=float(rng.uniform(0.004, 0.025)),
        readout_s=float(rng.uniform(0.01, 0.03)),
        seed=int(rng.integers(2**31)),
    )


@dataclass(frozen=True)
class Held:
    """A phone on a body at rest.

    Attributes:
        phone: How it is held.
        corners: Its front (4, 3), metres: upper left as seen, then clockwise.
        phases: The phases of the wobble (3,).
    """

    phone: Phone
    corners: Array
    phases: Array

    def turned(self, skeleton: Skeleton, at_rest: Array, time_s: float) -> Array:
        """Return the phone's rotation (3, 3) in the world.

        Args:
            skeleton: The posed body.
            at_rest: The thorax' rotation (3, 3) at the beginning.
            time_s: The time, for the wobble.
        """
        bone = skeleton.rotation("spine01")
        since = cv2.Rodrigues(np.asarray(bone @ at_rest.T))[0].ravel()
        wave = np.sin(2 * np.pi * np.array([0.23, 0.31, 0.19]) * time_s + self.phases) * self.phone.loose_deg
        wobble = about_y(float(wave[0])) @ about_x(float(wave[1])) @ about_z(float(wave[2]))
        out: Array = np.asarray(cv2.Rodrigues(self.phone.hold * since)[0]) @ at_rest @ wobble
        return out

    def posed(self, skeleton: Skeleton, at_rest: Array, time_s: float) -> Array:
        """Return its corners (4, 3) in the world; see turned."""
        middle = self.corners.mean(axis=0)
        out: Array = (
            skeleton.attached("spine01", middle) + (self.corners - middle) @ self.turned(skeleton, at_rest, time_s).T
        )
        return out


def held(phone: Phone, body: Body, dressed: Array) -> Held:
    """Put a phone before the chest of a dressed body at rest (v, 3)."""
    front = _front(dressed, load_template().paint_xyz)
    width, height = (v + 2 * CASE_M for v in SCREEN_M)
    top = float(body.points["clavicle.L"][1]) - phone.down_m
    x = float(_depth(front, np.array([top, top - height / 2]), np.zeros(2)).max()) + phone.ahead_m
    # The wearer's left is -Z, the right of whoever faces them.
    flat = np.array([[0, height / 2, width / 2], [0, height / 2, -width / 2], [0, -height / 2, -width / 2],
                     [0, -height / 2, width / 2]])  # fmt: skip
    turn = about_z(-phone.tipped_deg) @ about_x(-phone.crooked_deg)
    phases = np.random.default_rng(phone.seed).uniform(0, 2 * np.pi, 3)
    return Held(phone, flat @ turn.T + (x, top - height / 2, 0.0), phases)


def angles(rotations: Array) -> Array:
    """Return turn to the left, forward lean and side-bend to the right (t, 3), degrees, of rotations (t, 3, 3)."""
    turn = np.unwrap(np.degrees(np.arctan2(rotations[:, 0, 2], rotations[:, 2, 2])), period=360.0)
    up = rotations[:, 1, :]  # The vertical in the phone's axes: forward, up, to the wearer's right.
    return np.stack([turn, np.degrees(np.arctan2(-up[:, 0], up[:, 1])), np.degrees(np.arctan2(-up[:, 2], up[:, 1]))], 1)


@dataclass(frozen=True)
class Screen:
    """What the screen shows: from each time on (m,), seconds, a message of 16 bits (m,).

    The log holds what the phone measured: time in seconds, turn, lean, side-bend in degrees and the epoch (k, 5).
    """

    time_s: Array
    message: NDArray[np.int64]
    log: Array

    def at(self, time_s: float) -> int:
        """Return the message that is shown at a time."""
        i = int(np.searchsorted(self.time_s, time_s, side="right")) - 1
        return int(self.message[max(i, 0)])


def run(phone: Phone, time_s: Array, true_deg: Array) -> Screen:
    """Measure with the phone's sensors, as its program does, and return what the screen shows.

    Args:
        phone: The phone.
        time_s: Times (t,), seconds.
        true_deg: Its turn, lean and side-bend (t, 3) at these times.
    """
    rng = np.random.default_rng([phone.seed, 60])
    fine = np.arange(time_s[0] - ZERO_S - 0.5, time_s[-1] + 0.5, 1.0 / SENSOR_HZ)
    true = np.stack([np.interp(fine, time_s, column) for column in true_deg.T], axis=1)
    rate = np.gradient(true[:, 0], fine) + rng.normal(0.0, GYRO_NOISE * np.sqrt(SENSOR_HZ / 2), len(fine))
    rate = rate * (1.0 + rng.normal(0.0, GYRO_SCALE)) + rng.normal(0.0, GYRO_BIAS)
    rate = np.round(rate / GYRO_STEP) * GYRO_STEP
    tilt = true[:, 1:] + rng.normal(0.0, TILT_NOISE_DEG, (len(fine), 2))
    bias = float(rate[: int(ZERO_S * SENSOR_HZ)].mean())
    turn, slow, calm, shown = 0.0, tilt[0].copy(), 0.0, -np.inf
    left = np.zeros(2)
    times: list[float] = []
    messages: list[int] = []
    log: list[tuple[float, ...]] = []
    for i in range(int(ZERO_S * SENSOR_HZ), len(fine)):
        now = rate[i] - bias
        calm += 0.04 * (now - calm)
        if abs(calm) < STILL_DEG_S and abs(now) < 2 * STILL_DEG_S:
            bias += now / (LEARN_S * SENSOR_HZ)
        turn += (rate[i] - bias) / SENSOR_HZ
        slow += 0.12 * (tilt[i] - slow)
        log.append((fine[i], turn, *slow, 0.0))
        if fine[i] - shown >= 1.0 / SHOWN_HZ - 1e-6:
            shown = fine[i]
            kind = KINDS[len(times) % len(KINDS)]
            ahead = turn + (rate[i] - bias) * (0.05 + 0.5 / SHOWN_HZ)
            number = int(np.clip(round(ahead), -127, 127)) + 128 << 8
            if kind == "q":
                number |= 1 << 6 | 60
            else:
                axis = "ls".index(kind)
                wanted = slow[axis] + left[axis]
                step = int(np.clip(round(wanted / 1.5), -32 if axis == 0 else -30, 31 if axis == 0 else 29))
                left[axis] = np.clip(wanted - 1.5 * step, -1.5, 1.5)
                number |= axis << 6 | step + (32 if axis == 0 else 30)
            times.append(shown + phone.late_s)
            messages.append(number)
    return Screen(np.array(times), np.array(messages), np.array(log))


def cells(message: int) -> NDArray[np.uint8]:
    """Return the cells of the marker (12, 4) of a message of 16 bits, 1 for white."""
    bits = [message >> (15 - i) & 1 for i in range(16)] + [0] * 23
    poly = [int(b) for b in "100011000111011011101111"]
    rest = bits.copy()
    for i in range(16):
        if rest[i]:
            rest[i : i + 24] = [a ^ b for a, b in zip(rest[i : i + 24], poly, strict=True)]
    word = bits[:16] + rest[16:]
    word.append(sum(word) % 2)
    mask = [int(b) for b in f"{0x9A3C5E71D2:040b}"]
    grid = np.ones((12, 4), np.uint8)
    grid[1:11] = np.reshape([a ^ b for a, b in zip(word, mask, strict=True)], (10, 4))
    return grid


def texture(phone: Phone, upper: int, lower: int, row: float) -> Float:
    """Return the phone's front as display brightness (h, w), 0 to above 1.

    Args:
        phone: The phone.
        upper: The message in the upper part of the picture.
        lower: The one below.
        row: Where the lower part begins, 0 at the phone's upper edge to 1.
    """
    width, height = (round((v + 2 * CASE_M) * PX_PER_M) for v in SCREEN_M)
    across = round(MARKER_M * PX_PER_M)
    x, y = (width - across) // 2, (height - 2 * across) // 2
    parts = []
    for message in (upper, lower):
        out = np.full((height, width), phone.black, np.float32)
        lit = cells(message).astype(np.float32) * (phone.white - phone.black) + phone.black
        out[y : y + 2 * across, x : x + across] = cv2.resize(lit, (across, 2 * across), interpolation=cv2.INTER_NEAREST)
        parts.append(out)
    cut = round(np.clip(row, 0.0, 1.0) * height)
    whole = np.concatenate([parts[0][:cut], parts[1][cut:]])
    if phone.glare:
        rng = np.random.default_rng([phone.seed, 7])
        at = rng.uniform(0.2, 0.8, 2) * (height, width)
        rows, cols = np.mgrid[0:height, 0:width]
        whole = np.hypot(whole, phone.glare * np.exp(-(((rows - at[0]) / 200) ** 2 + ((cols - at[1]) / 90) ** 2)))
    return np.asarray(whole, np.float32)


def draw(phone: Phone, screen: Screen, corners: Array, time_s: float, camera: Camera, canvas: Canvas) -> None:
    """Draw a phone onto a canvas on which its wearer is already drawn.

    Args:
        phone: The phone.
        screen: What it shows.
        corners: Its corners (4, 3) in the world.
        time_s: When the picture's middle row is exposed.
        camera: The camera.
        canvas: The canvas, changed in place.
    """
    triangles = np.array([[0, 3, 2], [0, 2, 1]])
    seen = rasterise(camera, corners, triangles)
    if seen is None:
        return
    seen = canvas.front(replace(seen, depth=seen.depth - np.float32(0.01)))
    if not len(seen.rows):
        return
    rows = camera.project(corners)[:, 1] / camera.size_wh[1]
    first, last = float(rows.min()), float(rows.max())
    start, end = (time_s + phone.readout_s * (v - 0.5) for v in (first, last))
    upper, lower = screen.at(start), screen.at(end)
    changes = screen.time_s[(screen.time_s > start) & (screen.time_s <= end)]
    front = texture(phone, upper, lower, (float(changes[0]) - start) / (end - start) if len(changes) else 1.0)
    covered = PX_PER_M * camera.distance_m / (2.0 * camera.focal_px)
    light = cv2.GaussianBlur(np.square(front), (0, 0), max(0.5, 0.5 * covered))
    place = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    at = seen.blend(triangles, place)
    h, w = light.shape
    shade = cv2.remap(
        light, at[:, :1] * w - 0.5, at[:, 1:] * h - 0.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    canvas.put(seen, display(np.repeat(np.asarray(shade, np.float32).reshape(-1, 1), 3, axis=1)))


def moments(phone: Phone) -> list[float]:
    """Return the times of the parts of an exposure, from its middle, seconds."""
    return [phone.shutter_s * ((i + 0.5) / PARTS - 0.5) for i in range(PARTS)]
