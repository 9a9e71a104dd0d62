"""What MediaPipe saw of rendered people who twist and were kept back from the fit, with the truth."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from posecheck.core.landmarks import MIRROR
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.neutral import Neutral, neutral_of

DATA = Path(__file__).parents[1] / "kinematics" / "data"
Seen = tuple[PoseTrack, Neutral, dict[str, np.ndarray]]
Posed = tuple[PoseTrack, PoseTrack, dict[str, np.ndarray]]
"""The same with the landmarks of the neutral alone."""


def seen_twists(who: str) -> Seen:
    """Return landmarks, neutral, and the true angles by name, of one rendered person.

    Args:
        who: "seated" on a chair, or "lying" on the back.
    """
    with np.load(DATA / f"{who}-twists.npz", allow_pickle=False) as data:
        n = len(data["time_s"])
        track = PoseTrack(
            data["time_s"], data["image_xy"].astype(float), data["world_xyz"].astype(float),
            data["visibility"].astype(float), np.ones(n, np.int16), np.zeros(n, np.int16),
            np.tile(data["size_wh"].astype(np.int32), (n, 1)),
        )  # fmt: skip
        truth = {name: data["angles"][:, i].astype(float) for i, name in enumerate(data["names"].tolist())}
        still = int(data["neutral"].sum())
    return track, neutral_of(track.slice(0, still)), truth


def flipped(track: PoseTrack) -> PoseTrack:
    """Return the landmarks of the mirror image."""
    image = track.image_xy[:, MIRROR] * [-1.0, 1.0] + [float(track.size_wh[0, 0]), 0.0]
    world = track.world_xyz[:, MIRROR] * [-1.0, 1.0, 1.0]
    return replace(track, image_xy=image, world_xyz=world, visibility=track.visibility[:, MIRROR])
