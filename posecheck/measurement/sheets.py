"""Rotation of trunk, pelvis and chest since neutral, from printed sheets.

The rotation of each sheet since neutral is measured, so it does not matter how straight it is fastened, how it bends,
or where the camera is. While the person turns, a sheet's bend becomes known more exactly, and its orientation at
neutral is corrected for it too.
"""

from dataclasses import dataclass

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.pose import PoseTrack
from posecheck.core.worn.sheet import BELT, CHEST, MarkerPose, is_seen

SURE = 1.0
"""Factor on the standard error of the fit, so that about 95 % of the errors on development takes lie inside."""
MOST_SD_DEG = 4.0
"""Largest standard error of a sheet's rotation for a known bend, degrees. Nearly edge-on a sheet and its mirror image
look alike, and a fit that hardly determines the turn is mostly that of the mirror image: on the takes of docs/phone.md
the 516 readings up to here were off by 1.5 degrees on average, the 16 above by 34."""
CLOTH_DEG, CLOTH_SHARE = 1.0, 0.06
"""Error from clothing: it never lies exactly as before, and follows rib cage and pelvis less by a share of the turn."""


@dataclass(frozen=True, slots=True, eq=False)
class Turned:
    """Hold axial rotations since neutral and their stated errors, (n,) degrees each; NaN where the tags are not seen.

    Attributes:
        trunk: Thorax against pelvis, positive to the person's left.
        trunk_error: Its stated error.
        pelvis: Pelvis about the body's long axis, positive to the person's left.
        pelvis_error: Its stated error.
        chest: Thorax about the body's long axis, positive to the person's left.
        chest_error: Its stated error.
    """

    trunk: Floats
    trunk_error: Floats
    pelvis: Floats
    pelvis_error: Floats
    chest: Floats
    chest_error: Floats


def _matrices(vectors: Floats) -> Floats:
    """Convert rotation vectors (n, 3), radians, into rotation matrices (n, 3, 3)."""
    angle = np.linalg.norm(vectors, axis=1)
    x, y, z = (vectors / np.maximum(angle, 1e-12)[:, None]).T
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=1).reshape(-1, 3, 3)
    sine, rest = np.sin(angle)[:, None, None], (1.0 - np.cos(angle))[:, None, None]
    return np.asarray(np.eye(3) + sine * cross + rest * (cross @ cross))


def _since(now: MarkerPose, neutral: MarkerPose) -> tuple[Floats, Floats]:
    """Return a sheet's rotation since neutral in the camera's axes (n, 3, 3), and its standard error (n,), degrees."""
    first = _matrices(neutral.turn[None])[0]
    learned = now.shape - neutral.shape
    shift = np.radians(learned @ neutral.slope)
    before = _matrices(shift[:, None] * first[:, 1]) @ first
    turned = _matrices(now.turn) @ before.transpose(0, 2, 1)
    slope = now.slope - neutral.slope
    covariance = np.zeros((len(slope), 3, 3))
    rows, cols = np.triu_indices(3)
    covariance[:, rows, cols] = covariance[:, cols, rows] = now.covariance
    shape = np.einsum("ni,nij,nj->n", slope, covariance, slope)
    return turned, np.sqrt(np.maximum(shape, 0.0) + now.turn_sd_deg**2 + neutral.turn_sd_deg**2)


def _axes(neutral: Floats) -> Floats:
    """Return the body's axes at neutral in the camera's axes (3, 3); columns are forward, up, to the person's right."""
    seen, sheets = is_seen(neutral), MarkerPose.unpack(neutral)
    up = sheets.place[CHEST] - sheets.place[BELT] if seen.all() else np.array([0.0, -1.0, 0.0])
    up = up / np.linalg.norm(up)
    forward = -_matrices(sheets.turn[CHEST if seen[CHEST] else BELT][None])[0][:, 2]
    forward = forward - up * float(forward @ up)
    forward /= np.linalg.norm(forward)
    return np.stack([forward, up, np.cross(forward, up)], axis=1)


def _yaw(turned: Floats) -> Floats:
    """Return the first angle (n,) of the Cardan sequence Y-X-Z, degrees, of matrices (n, 3, 3) in body axes."""
    return np.asarray(np.degrees(np.arctan2(turned[:, 0, 2], turned[:, 2, 2])))


def measure(track: PoseTrack, neutral: PoseTrack) -> Turned:
    """Measure axial rotations from the sheets.

    Args:
        track: n frames.
        neutral: The mean of the person's neutral, as a track of one frame.

    Returns:
        Rotations since neutral; all NaN if no sheet was seen at neutral.
    """
    n, still = len(track), np.asarray(neutral.tags[0], np.float64)
    nothing = np.full(n, np.nan)
    if not is_seen(still).any():
        return Turned(*(nothing.copy() for _ in range(6)))
    axes = _axes(still)
    now = np.asarray(track.tags, np.float64)
    sure = MarkerPose.unpack(now).turn_sd_deg <= MOST_SD_DEG
    now = np.where(sure[..., None], now, np.nan)
    since = [_since(MarkerPose.unpack(now[:, i]), MarkerPose.unpack(still[i])) for i in (CHEST, BELT)]
    chest, belt = (axes.T @ turned @ axes for turned, _ in since)
    error = [spread for _, spread in since]

    def stated(angle: Floats, *parts: Floats) -> Floats:
        spread = SURE * np.sqrt(sum((part**2 for part in parts), np.zeros(n)))
        return np.asarray(np.hypot(spread, CLOTH_DEG) + CLOTH_SHARE * np.abs(angle))

    trunk, pelvis, alone = _yaw(belt.transpose(0, 2, 1) @ chest), _yaw(belt), _yaw(chest)
    return Turned(
        trunk,
        stated(trunk, *error),
        pelvis,
        stated(pelvis, error[BELT]),
        alone,
        stated(alone, error[CHEST]),
    )
