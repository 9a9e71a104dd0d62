"""What MediaPipe saw of one rendered person who twists on a chair and was kept back from the fit, with the truth."""

from pathlib import Path

import numpy as np

from posecheck.core.landmarks import MIRROR
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.neutral import neutral_of

DATA = Path(__file__).parents[1] / "kinematics" / "data" / "seated-twists.npz"
Seen = tuple[PoseTrack, PoseTrack, dict[str, np.ndarray]]


def seated_twists() -> Seen:
    """Return landmarks, those of the neutral, and the true angles by name, of one rendered person."""
    with np.load(DATA, allow_pickle=False) as data:
        n = len(data["time_s"])
        track = PoseTrack(
            data["time_s"], data["image_xy"].astype(float), data["world_xyz"].astype(float),
            data["visibility"].astype(float), np.ones(n, np.int16), np.zeros(n, np.int16),
            np.tile(data["size_wh"].astype(np.int32), (n, 1)),
        )  # fmt: skip
        truth = {name: data["angles"][:, i].astype(float) for i, name in enumerate(data["names"].tolist())}
        last = int(data["neutral"].sum())
    return track, neutral_of(track.slice(0, last)).pose, truth


def flipped(track: PoseTrack) -> PoseTrack:
    """Return the landmarks of the mirror image."""
    width = float(track.size_wh[0, 0])
    image = track.image_xy[:, MIRROR] * [-1.0, 1.0] + [width, 0.0]
    return PoseTrack(
        track.time_s, image, track.world_xyz[:, MIRROR] * [-1.0, 1.0, 1.0], track.visibility[:, MIRROR],
        track.people, track.subject, track.size_wh,
    )  # fmt: skip
