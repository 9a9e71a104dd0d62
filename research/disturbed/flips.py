"""Landmarks that flip from one guess to the next for a few frames, as those of filmed people do.

Each kind is a pure function of a track and a seed. A body code belongs to the picture and not to the labels of the
landmarks, so it stays as it is; only where somebody else is found it is taken away.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import MIRROR, N_LANDMARKS
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack

EVERY_S = 5.0
"""Mean time from the end of an episode to the start of the next."""
HEAD, ARMS = range(L.NOSE, L.LEFT_SHOULDER), range(L.LEFT_ELBOW, L.LEFT_HIP)
UPPER, LEGS = range(L.NOSE, L.LEFT_HIP), range(L.LEFT_KNEE, N_LANDMARKS)
TRUNK = (L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP)
HIDDEN = 0.6
"""Largest visibility that MediaPipe states for an arm that it only guesses; smaller in half of the frames."""


@dataclass(frozen=True, slots=True)
class Flip:
    """Hold one kind of flip.

    Attributes:
        name: What flips.
        lasting_s: Shortest and longest episode, seconds.
        apply: Takes a track, the episodes as slices, and a random generator; returns the disturbed track.
    """

    name: str
    lasting_s: tuple[float, float]
    apply: Callable[[PoseTrack, list[slice], np.random.Generator], PoseTrack]

    def of(self, track: PoseTrack, seed: int) -> PoseTrack:
        """Return a track with episodes of this kind."""
        rng = np.random.default_rng(seed)
        return self.apply(track, list(_episodes(track.time_s, self.lasting_s, rng)), rng)

    def during(self, track: PoseTrack, seed: int) -> Bools:
        """Return which frames (n,) lie within an episode."""
        out = np.zeros(len(track), bool)
        for part in _episodes(track.time_s, self.lasting_s, np.random.default_rng(seed)):
            out[part] = True
        return out


def _episodes(time_s: Floats, lasting_s: tuple[float, float], rng: np.random.Generator) -> Iterator[slice]:
    """Yield the frames of each episode; none is within the first second, in which nothing is measured."""
    at_s = 1.0
    while True:
        at_s += rng.exponential(EVERY_S)
        end_s = at_s + rng.uniform(*lasting_s)
        first, last = (int(i) for i in np.searchsorted(time_s, (at_s, end_s)))
        if first >= len(time_s):
            return
        yield slice(first, max(last, first + 1))
        at_s = end_s


def _with(track: PoseTrack, image: Floats, world: Floats, visibility: Floats | None = None) -> PoseTrack:
    seen = track.visibility if visibility is None else visibility
    return replace(track, image_xy=image, world_xyz=world, visibility=seen)


def _copied(track: PoseTrack) -> tuple[Floats, Floats, Floats]:
    return track.image_xy.copy(), track.world_xyz.copy(), track.visibility.copy()


def swapped(*parts: range | tuple[int, ...]) -> Callable[..., PoseTrack]:
    """Return what exchanges the labels left and right of some landmarks."""
    rows = np.array([row for part in parts for row in part], np.intp)

    def apply(track: PoseTrack, episodes: list[slice], rng: np.random.Generator) -> PoseTrack:
        arrays = _copied(track)
        for part in episodes:
            for array in arrays:
                array[part, rows] = array[part, MIRROR[rows]]
        return _with(track, *arrays)

    return apply


def faced_away(track: PoseTrack, episodes: list[slice], rng: np.random.Generator) -> PoseTrack:
    """Show the person from the other side: labels are exchanged, and what is in front is guessed to be behind."""
    image, world, visibility = _copied(track)
    for part in episodes:
        image[part], visibility[part] = image[part][:, MIRROR], visibility[part][:, MIRROR]
        world[part] = world[part][:, MIRROR] * np.array([1.0, 1.0, -1.0])
    return _with(track, image, world, visibility)


def deep(a: L, b: L, *carried: tuple[L, tuple[L, ...]]) -> Callable[..., PoseTrack]:
    """Return what gives the line from a to b the opposite depth; each of `carried` moves along with its end."""

    def apply(track: PoseTrack, episodes: list[slice], rng: np.random.Generator) -> PoseTrack:
        world = track.world_xyz.copy()
        for part in episodes:
            z = world[part, :, 2]
            change = z[:, b] - z[:, a]
            for end, with_it, way in ((a, carried[0][1], 1.0), (b, carried[1][1], -1.0)):
                z[:, [end, *with_it]] += way * change[:, None]
            world[part, :, 2] = z
        return replace(track, world_xyz=world)

    return apply


def arm_leaps(track: PoseTrack, episodes: list[slice], rng: np.random.Generator) -> PoseTrack:
    """Let elbow and hand of one arm leap between where they are and another place, about half a trunk away."""
    image, world, visibility = _copied(track)
    for part in episodes:
        side = int(rng.integers(2))
        hand = [int(row) for row in ARMS if row % 2 != side]
        trunk = image[part][:, TRUNK[:2]].mean(axis=1) - image[part][:, TRUNK[2:]].mean(axis=1)
        px = np.nanmean(np.linalg.norm(trunk, axis=1))
        way = rng.normal(size=3)
        way *= rng.uniform(0.3, 0.7) / np.linalg.norm(way[:2])
        there = rng.random(part.stop - part.start) < 0.6
        frames = np.arange(part.start, part.stop)[: len(image[part])][there[: len(image[part])]]
        image[np.ix_(frames, hand)] += way[:2] * px
        world[np.ix_(frames, hand)] += way * 0.5
        visibility[np.ix_(frames, hand)] = rng.uniform(HIDDEN - 0.2, HIDDEN + 0.2, (len(frames), 1))
    return _with(track, image, world, visibility)


def head_turned(track: PoseTrack, episodes: list[slice], rng: np.random.Generator) -> PoseTrack:
    """Guess a face that is seen half from behind as facing the camera: labels and depths of the face flip."""
    image, world, visibility = _copied(track)
    rows = np.array(HEAD)
    for part in episodes:
        middle = world[part][:, (L.LEFT_EAR, L.RIGHT_EAR)].mean(axis=1)
        flipped = world[part][:, MIRROR[rows]] - middle[:, None]
        world[part, : len(rows)] = flipped * np.array([1.0, 1.0, -1.0]) + middle[:, None]
        image[part, : len(rows)] = image[part][:, MIRROR[rows]]
    return _with(track, image, world, visibility)


def elsewhere(track: PoseTrack, episodes: list[slice], rng: np.random.Generator) -> PoseTrack:
    """Find the pose on something else: much smaller or collapsed, in another place, without a code."""
    image, world, visibility = _copied(track)
    code = track.code.copy()
    for part in episodes:
        centre = np.nanmean(image[part], axis=(0, 1))
        size = rng.uniform(0.15, 0.5)
        away = rng.uniform(-0.3, 0.3, 2) * track.size_wh[0]
        image[part] = (image[part] - centre) * size + centre + away
        if rng.random() < 0.5:
            world[part] *= size
        code[part] = 0
    return replace(_with(track, image, world, visibility), code=code)


def stalled(track: PoseTrack, episodes: list[slice], rng: np.random.Generator) -> PoseTrack:
    """Deliver the same picture over and over, and then leap to the newest."""
    frames = np.arange(len(track))
    for part in episodes:
        frames[part] = part.start
    return replace(track.rows(frames), time_s=track.time_s)


def hurried(track: PoseTrack, episodes: list[slice], rng: np.random.Generator) -> PoseTrack:
    """Deliver pairs of frames at nearly the same time: the first of each is late."""
    time_s = track.time_s.copy()
    for part in episodes:
        for i in range(part.start, min(part.stop, len(track) - 1), 2):
            time_s[i] = time_s[i + 1] - rng.uniform(0.002, 0.008)
    return replace(track, time_s=time_s)


_LEFT_ARM: tuple[L, ...] = tuple(row for row in map(L, ARMS) if row % 2)
_RIGHT_ARM: tuple[L, ...] = tuple(row for row in map(L, ARMS) if row % 2 == 0)
_LEFT_LEG: tuple[L, ...] = tuple(row for row in map(L, LEGS) if row % 2)
_RIGHT_LEG: tuple[L, ...] = tuple(row for row in map(L, LEGS) if row % 2 == 0)

FLIPS = (
    Flip("labels, whole body", (0.1, 1.0), swapped(range(N_LANDMARKS))),
    Flip("labels and depth", (0.1, 1.0), faced_away),
    Flip("labels, legs", (0.1, 1.0), swapped(LEGS)),
    Flip("labels, hips and legs", (0.1, 1.0), swapped(range(L.LEFT_HIP, N_LANDMARKS))),
    Flip("labels, arms", (0.1, 1.0), swapped(ARMS)),
    Flip("labels, shoulders and arms", (0.1, 1.0), swapped(range(L.LEFT_SHOULDER, L.LEFT_HIP))),
    Flip(
        "depth, shoulders", (0.1, 1.0),
        deep(L.LEFT_SHOULDER, L.RIGHT_SHOULDER, (L.LEFT_SHOULDER, _LEFT_ARM), (L.RIGHT_SHOULDER, _RIGHT_ARM)),
    ),
    Flip(
        "depth, hips", (0.1, 1.0),
        deep(L.LEFT_HIP, L.RIGHT_HIP, (L.LEFT_HIP, _LEFT_LEG), (L.RIGHT_HIP, _RIGHT_LEG)),
    ),
    Flip("arm leaps", (0.3, 1.5), arm_leaps),
    Flip("face", (0.1, 1.0), head_turned),
    Flip("found elsewhere", (0.1, 0.4), elsewhere),
    Flip("stalls", (0.3, 0.8), stalled),
    Flip("frames at nearly one time", (0.3, 1.0), hurried),
)  # fmt: skip
