"""Cameras that are knocked, slide down, are lifted and put back, or crop their picture to follow somebody.

Person and background move alike in the picture, and the background is known, as posecheck follows it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.pose import PoseTrack

Course = Callable[[Floats, np.random.Generator], Floats]
"""Share (n,) of a movement at each time (n,) in seconds from the first frame on."""


def stepped(takes_s: float, back_after_s: float = 0.0) -> Course:
    """Return a movement at a moment drawn from the middle of the recording, that may be taken back."""

    def course(time_s: Floats, rng: np.random.Generator) -> Floats:
        start_s = rng.uniform(0.2, 0.8) * time_s[-1]
        share = np.clip((time_s - start_s) / takes_s, 0.0, 1.0)
        if back_after_s:
            share -= np.clip((time_s - start_s - back_after_s) / takes_s, 0.0, 1.0)
        return np.asarray(share)

    return course


def sliding(time_s: Floats, rng: np.random.Generator) -> Floats:
    """Return a movement that goes on, whole after a minute."""
    return time_s / 60.0


def following(time_s: Floats, rng: np.random.Generator) -> Floats:
    """Return a movement to and fro, as of a camera that crops its picture to follow somebody."""
    pace = 2.0 * np.pi / rng.uniform(10.0, 25.0)
    return np.asarray(np.sin(pace * time_s))


@dataclass(frozen=True, slots=True)
class CameraMove:
    """Hold how a camera moves; each recording's size and direction are drawn.

    Attributes:
        name: What happens.
        course: When.
        roll_deg: Least and greatest roll, degrees.
        shift: Least and greatest shift of the picture, in its widths.
        zoom: Greatest change of size, as a share.
    """

    name: str
    course: Course
    roll_deg: tuple[float, float] = (0.0, 0.0)
    shift: tuple[float, float] = (0.0, 0.0)
    zoom: float = 0.0

    def of(self, track: PoseTrack, seed: int) -> PoseTrack:
        """Return a track as such a camera would have shown it."""
        rng = np.random.default_rng(seed)
        share = self.course(track.time_s - track.time_s[0], rng)
        roll_deg = rng.uniform(*self.roll_deg) * rng.choice([-1.0, 1.0]) * share
        way = rng.uniform(0.0, 2.0 * np.pi)
        shift = rng.uniform(*self.shift) * np.outer(share, [np.cos(way), np.sin(way)])
        return moved(track, roll_deg, shift, 1.0 + self.zoom * share)


def moved(track: PoseTrack, roll_deg: Floats, shift: Floats, zoom: Floats) -> PoseTrack:
    """Return a track whose camera moved.

    Args:
        track: n frames.
        roll_deg: (n,) clockwise on the screen.
        shift: (n, 2) in widths of the picture, right and down.
        zoom: (n,) times as large.
    """
    turn = np.exp(1j * np.radians(roll_deg))[:, None]
    size = track.size_wh[:, None, :].astype(np.float64)
    place = track.image_xy - size / 2.0
    place = (place[..., 0] + 1j * place[..., 1]) * turn * zoom[:, None]
    image = np.stack([place.real, place.imag], axis=-1) + size / 2.0 + shift[:, None] * size[..., :1]
    world = track.world_xyz.copy()
    level = (world[..., 0] + 1j * world[..., 1]) * turn
    world[..., 0], world[..., 1] = level.real, level.imag
    return replace(track, image_xy=image, world_xyz=world, background=np.column_stack([shift, roll_deg, zoom]))


MOVES = (
    CameraMove("knocked, and stays so", stepped(0.1), (2.0, 8.0), (0.03, 0.12)),
    CameraMove("tilts in a second", stepped(1.0), (2.0, 8.0), (0.03, 0.12)),
    CameraMove("knocked, and swings back", stepped(0.15, 0.15), (2.0, 8.0), (0.03, 0.12)),
    CameraMove("lifted, and put back after two seconds", stepped(0.3, 2.0), (5.0, 20.0), (0.1, 0.3)),
    CameraMove("slides down slowly", sliding, (2.0, 6.0), (0.06, 0.06)),
    CameraMove("follows the person", following, (0.0, 0.0), (0.03, 0.05), 0.12),
)
