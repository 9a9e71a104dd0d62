"""A phone's screen as a camera sees it: light, perspective, shutter, blur, noise and compression."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats

Light = NDArray[np.float32]

SCREEN_M, BEZEL_M = (0.060, 0.130), 0.003
MARKER_M = 0.056
"""Width of the marker on a screen 6 cm wide; a thin black rim remains."""
PX_PER_M = 2500
FINE = 3
PATCH_PX = 80
RADIUS_M = 0.17
"""Distance of the phone from the axis that the trunk turns about."""


@dataclass(frozen=True, slots=True)
class Filmed:
    """How a phone is filmed; angles in degrees, brightness 0 to 255 as the camera shows it.

    Attributes:
        distance_m: Distance from the camera.
        focal_px: Focal length of the camera in pixels; 554 is a picture 640 wide with a field of view of 60 degrees.
        yaw, pitch, roll: How the screen is turned away from the camera.
        white, black: Brightness of the screen's cells; white above 255 is over-exposed and spreads.
        speed_deg_s, shutter_s: Speed of the turn, and exposure time.
        blur_px: Blur of lens and sensor, standard deviation.
        noise: Standard deviation of the noise.
        jpeg: Quality of the compression.
        glare: Brightness of a reflection that covers a part of the screen.
        covered: Share of the marker that an arm covers, from a random side.
        shown: Share of the exposure in which the first of two markers is shown; the second for the rest.
        torn: Whether the upper part of the picture shows the first marker and the lower part the second.
    """

    distance_m: float = 3.0
    focal_px: float = 554.0
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    white: float = 230.0
    black: float = 25.0
    speed_deg_s: float = 0.0
    shutter_s: float = 1 / 60
    blur_px: float = 0.65
    noise: float = 2.5
    jpeg: int = 85
    glare: float = 0.0
    covered: float = 0.0
    shown: float = 1.0
    torn: bool = False
    side: str = field(default="below")


def _light(display: NDArray[np.uint8] | float) -> Floats:
    return np.asarray((np.asarray(display, np.float64) / 255.0) ** 2.2)


def screen(cells: NDArray[np.uint8], filmed: Filmed, rng: np.random.Generator) -> Light:
    """Return the light (h, w) of a phone that shows a marker's cells (12, 4)."""
    width, height = (round((v + 2 * BEZEL_M) * PX_PER_M) for v in SCREEN_M)
    out = np.full((height, width), _light(filmed.black), np.float32)
    across = round(MARKER_M * PX_PER_M)
    down = 2 * across
    lit = _light(filmed.black) + cells * (_light(filmed.white) - _light(filmed.black))
    marker = np.asarray(cv2.resize(lit.astype(np.float32), (across, down), interpolation=cv2.INTER_NEAREST))
    if filmed.covered:
        arm = float(_light(rng.uniform(60, 190)))
        n_down, n_across = round(filmed.covered * down), round(filmed.covered * across)
        if filmed.side == "below":
            marker[down - n_down :] = arm
        elif filmed.side == "above":
            marker[:n_down] = arm
        elif filmed.side == "left":
            marker[:, :n_across] = arm
        else:
            marker[:, across - n_across :] = arm
    y, x = (height - down) // 2, (width - across) // 2
    out[y : y + down, x : x + across] = marker
    if filmed.glare:
        at = rng.uniform(0.2, 0.8, 2) * (height, width)
        rows, cols = np.mgrid[0:height, 0:width]
        spot = np.exp(-(((rows - at[0]) / (0.3 * height)) ** 2 + ((cols - at[1]) / (0.5 * width)) ** 2))
        out += (_light(filmed.glare) * spot).astype(np.float32)
    return out


def film(
    screens: list[Light], filmed: Filmed, at_px: tuple[float, float], behind: NDArray[np.uint8],
    rng: np.random.Generator,
) -> tuple[NDArray[np.uint8], Floats]:  # fmt: skip
    """Film a phone before a picture.

    Args:
        screens: Its screen, or the two that are shown during the exposure.
        filmed: How it is filmed.
        at_px: Where its middle is in the picture.
        behind: (h, w, 3) the picture behind it.
        rng: The source of randomness.

    Returns:
        The picture (h, w, 3), compressed; and the marker's place in it (3, 2), see posecheck's Seen.
    """
    yaw, pitch, roll = np.radians([filmed.yaw, filmed.pitch, filmed.roll])
    turn = (
        cv2.Rodrigues(np.array([0.0, yaw, 0.0]))[0] @ cv2.Rodrigues(np.array([pitch, 0.0, 0.0]))[0]
    ) @ cv2.Rodrigues(np.array([0.0, 0.0, roll]))[0]
    corner = np.floor(at_px).astype(int) - PATCH_PX // 2
    corner = np.clip(corner, 0, (behind.shape[1] - PATCH_PX, behind.shape[0] - PATCH_PX))
    centre = np.array(at_px) - corner

    def pixels(points: Floats) -> Floats:
        seen = points @ turn.T + (0.0, 0.0, filmed.distance_m)
        return np.asarray(filmed.focal_px * seen[:, :2] / seen[:, 2:] + centre)

    h, w = screens[0].shape
    ends = np.array([[-w, -h, 0], [w, -h, 0], [w, h, 0], [-w, h, 0]]) / (2 * PX_PER_M)
    source = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(source, (FINE * pixels(ends) - 0.5).astype(np.float32))
    size = (FINE * PATCH_PX, FINE * PATCH_PX)
    covers = max(0.5, 0.4 * PX_PER_M * filmed.distance_m / filmed.focal_px / FINE)
    warped = [cv2.warpPerspective(cv2.GaussianBlur(s, (0, 0), covers), matrix, size) for s in screens]
    light = np.asarray(warped[0])
    if len(warped) > 1 and filmed.torn:
        row = round(FINE * (centre[1] + rng.uniform(-0.3, 0.3) * filmed.focal_px * 0.112 / filmed.distance_m))
        light[row:] = warped[1][row:]
    elif len(warped) > 1:
        light = filmed.shown * light + (1.0 - filmed.shown) * np.asarray(warped[1])
    there = np.asarray(cv2.warpPerspective(np.ones((h, w), np.float32), matrix, size))
    part = np.s_[corner[1] : corner[1] + PATCH_PX, corner[0] : corner[0] + PATCH_PX]
    # The patch around the phone is grey: the reader looks at brightness only.
    back = _light(np.asarray(cv2.cvtColor(behind[part], cv2.COLOR_RGB2GRAY), np.uint8)).astype(np.float32)
    light = light + cv2.resize(back, size, interpolation=cv2.INTER_LINEAR) * (1.0 - there)
    swept = np.radians(filmed.speed_deg_s) * RADIUS_M * filmed.shutter_s * filmed.focal_px / filmed.distance_m
    if swept * FINE >= 1.5:
        light = cv2.blur(light, (round(swept * FINE), 1))
    if filmed.white > 255:
        light = np.maximum(light, 0.0) + 0.12 * cv2.GaussianBlur(light, (0, 0), 3.0 * FINE)
    light = cv2.GaussianBlur(light, (0, 0), filmed.blur_px * FINE)
    small = cv2.resize(light, (PATCH_PX, PATCH_PX), interpolation=cv2.INTER_AREA)
    shown = 255.0 * np.clip(small, 0.0, 1.0) ** (1 / 2.2) + rng.normal(0.0, filmed.noise, small.shape)
    out = behind.copy()
    out[part] = np.clip(np.rint(shown), 0, 255).astype(np.uint8)[:, :, None]
    rim = MARKER_M / 2
    marks = pixels(np.array([[-rim, -2 * rim, 0], [rim, -2 * rim, 0], [-rim, 2 * rim, 0]])) + corner - 0.5
    coded = cv2.imencode(".jpg", out[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, filmed.jpeg])[1]
    out = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)[:, :, ::-1]
    return out, np.stack([marks[0], marks[1] - marks[0], marks[2] - marks[0]])
