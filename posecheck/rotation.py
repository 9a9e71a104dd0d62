"""Trunk rotation as far as one camera shows it: a fitted sum of what moves when the trunk turns.

The shoulder line against the hip line of the same frame reads far too little, because MediaPipe drags the hips
along and flattens the shoulders. Their changes since neutral, the head's and the arms', and how much narrower the
shoulders look in the picture each tell a part of it. The sum's weights are fitted on rendered people with known
angles (`python -m benchmarks.fit_rotation`), for a pelvis that stays and for one that is free. All features change
sign in a mirror, so left and right are read alike by construction.
"""

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from posecheck.geometry import UP, wrapped, yaw
from posecheck.neutral import Neutral
from posecheck.pose import PoseTrack
from posecheck.skeleton import Landmark as L

Floats = NDArray[np.float64]

LINES = (
    (L.LEFT_SHOULDER, L.RIGHT_SHOULDER),
    (L.LEFT_HIP, L.RIGHT_HIP),
    (L.LEFT_EAR, L.RIGHT_EAR),
    (L.LEFT_ELBOW, L.RIGHT_ELBOW),
    (L.LEFT_KNEE, L.RIGHT_KNEE),
)
"""Lines from left to right whose turn is looked at."""
BINS_DEG = (15.0, 30.0, 45.0)
"""Where the stated error changes with the size of the reading."""
VIEWS = ("front", "oblique", "side")


def _measures(track: PoseTrack) -> tuple[Floats, Floats, Floats, Floats]:
    """Return (n, 5) yaw of each line, and (n,) shoulder width, sideways offset and depth, in trunk lengths."""
    world, image = track.world_xyz, track.image_xy
    turns = np.stack([yaw(world[:, b] - world[:, a], UP) for a, b in LINES], axis=-1)
    shoulders = (image[:, L.LEFT_SHOULDER] + image[:, L.RIGHT_SHOULDER]) / 2
    hips = (image[:, L.LEFT_HIP] + image[:, L.RIGHT_HIP]) / 2
    trunk = np.linalg.norm(shoulders - hips, axis=-1)
    width = (image[:, L.LEFT_SHOULDER, 0] - image[:, L.RIGHT_SHOULDER, 0]) / trunk
    offset = (shoulders[:, 0] - hips[:, 0]) / trunk
    line = (world[:, L.LEFT_SHOULDER] + world[:, L.RIGHT_SHOULDER] - world[:, L.LEFT_HIP] - world[:, L.RIGHT_HIP]) / 2
    depth = (world[:, L.RIGHT_SHOULDER, 2] - world[:, L.LEFT_SHOULDER, 2]) / np.linalg.norm(line, axis=-1)
    return turns, width, offset, depth


def features(track: PoseTrack, neutral: Neutral) -> Floats:
    """Return what the estimate is made of (n, f), each changing sign in a mirror; degrees or near their size."""
    turns, width, offset, depth = _measures(track)
    still_turns, still_width, still_offset, still_depth = _measures(neutral.pose)
    azimuth_deg = neutral.azimuth_deg
    shoulders, hips, head, elbows, knees = wrapped(turns - still_turns).T
    across, along = np.cos(np.radians(azimuth_deg)), np.sin(np.radians(azimuth_deg))
    narrowed = 60.0 * (width - still_width)
    # How wide the shoulders would look face on, from the neutral; never less than what is seen.
    face_on = np.fmax(np.abs(still_width) / max(abs(across), 0.35), np.abs(width))
    seen = np.degrees(np.arccos(np.clip(width / face_on, -1.0, 1.0)))
    from_width = np.where(shoulders + azimuth_deg >= 0, seen, -seen) - azimuth_deg
    columns = (
        shoulders,
        hips,
        head,
        elbows,
        knees,
        shoulders * np.abs(shoulders) / 45.0,
        from_width,
        60.0 * (depth - still_depth),
        60.0 * (offset - still_offset),
        narrowed * along,
        shoulders * along**2,
        hips * along**2,
        from_width * along**2,
        head * np.abs(shoulders) / 45.0,
    )
    return np.stack(columns, axis=-1)


@cache
def _model() -> dict[str, Floats]:
    with files("posecheck").joinpath("rotation_model.npz").open("rb") as file, np.load(file) as data:
        return {name: data[name].astype(np.float64) for name in data.files}


def estimate(track: PoseTrack, neutral: Neutral, *, pelvis_still: bool) -> tuple[Floats, Floats]:
    """Return trunk rotation since neutral and its stated error, (n,) degrees each, positive to the left.

    NaN from views that the fit does not cover.
    """
    kind = "still" if pelvis_still else "free"
    nothing = np.full(len(track), np.nan)
    if neutral.view not in VIEWS:
        return nothing, nothing
    value = features(track, neutral) @ _model()[f"weights_{kind}"]
    size = np.digitize(np.abs(np.nan_to_num(value)), BINS_DEG)
    return value, _model()[f"error_{kind}"][VIEWS.index(neutral.view)][size]
