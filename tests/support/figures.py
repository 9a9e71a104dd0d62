"""People in a picture as 33 points, for whoever is followed."""

import numpy as np

from posecheck.core.pose import Pose

SHAPE = np.random.default_rng(3).uniform(-0.5, 0.5, (33, 2)) * (0.35, 1.0)
SHAPE[0], SHAPE[31] = (0.0, -0.5), (0.05, 0.5)
SHAPE[[11, 12, 23, 24]] = [(0.12, -0.3), (-0.12, -0.3), (0.08, 0.05), (-0.08, 0.05)]


def person(
    time_s: float,
    x: float = 320.0,
    height: float = 240.0,
    y: float = 250.0,
    sway: float = 0.0,
    size_wh: tuple[int, int] = (640, 480),
) -> Pose:
    """Make a person of a height in pixels about a point; sway moves arms and legs by a share of the height."""
    shape = SHAPE.copy()
    shape[13:23, 1] += sway * np.sin(time_s * 6)
    shape[25:, 0] += sway * np.cos(time_s * 6)
    return Pose(time_s, np.array([x, y]) + shape * height, np.zeros((33, 3)), np.ones(33), size_wh)
