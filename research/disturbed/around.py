"""What people do before, between and after the repetitions of a recording: they come, go, get up and do something else.

Whoever presses record walks to the place, backwards or turned around, and gets into position; afterwards it is the
other way round. In between people get up and come back, move the chair, or reach for something. Each kind is a pure
function of a track that begins with the start position, and a seed; what it adds is made of that person's own body
(figures.py). It carries no body codes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.geometry import UP, unit
from research.disturbed.figures import Course, Figure, placed

STILL_S = 1.0
"""The frames from the first one on that show the start position."""
ALIKE_M = 0.015
"""Mean distance of landmarks up to which a posture is the start position again."""
LEGS_DOWN = 0.8
"""Vertical part of the direction of the thighs above which somebody stands."""
HIPS = [int(L.LEFT_HIP), int(L.RIGHT_HIP)]
SHOULDERS = [int(L.LEFT_SHOULDER), int(L.RIGHT_SHOULDER)]
KNEES = [int(L.LEFT_KNEE), int(L.RIGHT_KNEE)]

Keys = dict[str, float]


@dataclass(frozen=True, slots=True)
class Around:
    """Hold one kind of what is done besides the stretch.

    Attributes:
        name: What is done.
        of: Takes a track and a seed; returns the track with it.
    """

    name: str
    of: Callable[[PoseTrack, int], PoseTrack]


class _Story:
    """Collect the moments of a course: each goes smoothly from the one before."""

    def __init__(self, **first: float) -> None:
        self._at_s, self._keys = [0.0], [dict(first)]

    def then(self, seconds: float, **now: float) -> "_Story":
        """Add a moment; what is not named stays as it was."""
        self._at_s.append(self._at_s[-1] + seconds)
        self._keys.append(self._keys[-1] | now)
        return self

    def course(self, fps: float) -> Course:
        names = {name for keys in self._keys for name in keys}
        return Course.keyed(
            self._at_s, fps, **{name: [keys.get(name, 0.0) for keys in self._keys] for name in sorted(names)}
        )


def _fps(track: PoseTrack) -> float:
    return float(1.0 / np.median(np.diff(track.time_s)))


def _stands(figure: Figure) -> bool:
    xyz = figure.xyz
    thighs = xyz[KNEES].mean(axis=0) - xyz[HIPS].mean(axis=0)
    return bool(min(-(unit(thighs) @ UP), unit(xyz[SHOULDERS].mean(axis=0)) @ UP) > LEGS_DOWN)


def _up(story: _Story, figure: Figure, rng: np.random.Generator) -> _Story:
    """Get up from the start position; who stands already only lets the arms hang."""
    if _stands(figure):
        return story.then(0.6, stands=1.0)
    whole_s = rng.uniform(1.2, 2.0)
    return story.then(0.45 * whole_s, stands=0.25, lean_deg=rng.uniform(30.0, 45.0)).then(
        0.55 * whole_s, stands=1.0, lean_deg=0.0
    )


def _down(story: _Story, figure: Figure, rng: np.random.Generator) -> _Story:
    """Get into the start position again."""
    if _stands(figure):
        return story.then(0.8, stands=0.0)
    whole_s = rng.uniform(1.4, 2.2)
    return story.then(0.55 * whole_s, stands=0.25, lean_deg=rng.uniform(30.0, 45.0)).then(
        0.45 * whole_s, stands=0.0, lean_deg=0.0
    )


def _at_camera(figure: Figure, rng: np.random.Generator) -> Keys:
    """Return the place just before the camera."""
    hips = figure.frame.image_xy[0, HIPS, 0].mean()
    width = float(figure.frame.size_wh[0, 0])
    return {
        "aside_m": float(width / 2.0 - hips) / figure.px_per_m,
        "away_m": -(figure.distance_m - rng.uniform(0.6, 0.9)),
    }


def coming(figure: Figure, fps: float, seed: int) -> PoseTrack:
    """Return the frames from the camera to the start position: backwards, or turned around."""
    rng = np.random.default_rng([seed, 1])
    place, to_camera = _at_camera(figure, rng), -figure.heading_deg
    walk_s = abs(place["away_m"]) / rng.uniform(0.9, 1.3)
    story = _Story(stands=1.0, turn_deg=to_camera, stride=0.0, lean_deg=0.0, **place).then(0.5)
    if rng.random() < 0.5:
        story.then(1.0, turn_deg=to_camera + rng.choice([-180.0, 180.0]), stride=0.5)
    story.then(0.3, stride=1.0).then(walk_s, aside_m=0.0, away_m=0.0).then(0.3, stride=0.5)
    story.then(1.2, turn_deg=0.0).then(0.3, stride=0.0)
    _down(story, figure, rng).then(rng.uniform(0.0, 1.0))
    return figure.moved(story.course(fps), fps, seed)


def going(figure: Figure, fps: float, seed: int) -> PoseTrack:
    """Return the frames from the start position to the camera."""
    rng = np.random.default_rng([seed, 2])
    place = _at_camera(figure, rng)
    walk_s = abs(place["away_m"]) / rng.uniform(0.9, 1.3)
    story = _up(_Story().then(rng.uniform(0.0, 1.0)), figure, rng)
    story.then(1.0, turn_deg=-figure.heading_deg, stride=0.5).then(0.3, stride=1.0).then(walk_s, **place)
    story.then(0.3, stride=0.0).then(0.7, lean_deg=15.0)
    return figure.moved(story.course(fps), fps, seed + 1)


def _away_and_back(figure: Figure, rng: np.random.Generator, fps: float, end: Keys) -> Course:
    """Get up, go a step or two aside, and come back to the same place or nearly."""
    turn_deg = rng.choice([-1.0, 1.0]) * rng.uniform(60.0, 150.0)
    heading = np.radians(figure.heading_deg + turn_deg)
    far_m = rng.uniform(0.7, 1.3)
    far = {"aside_m": float(far_m * np.sin(heading)), "away_m": float(-far_m * np.cos(heading))}
    far["away_m"] = max(far["away_m"], 1.0 - figure.distance_m)
    story = _up(_Story(), figure, rng).then(0.8, turn_deg=turn_deg, stride=0.6)
    story.then(0.2, stride=1.0).then(far_m / 0.9, **far).then(0.2, stride=0.0).then(rng.uniform(0.3, 2.5))
    story.then(1.0, turn_deg=turn_deg + 180.0 * (-1.0 if turn_deg > 0 else 1.0), stride=0.6)
    story.then(0.2, stride=1.0).then(far_m / 0.9, aside_m=end["aside_m"], away_m=end["away_m"])
    story.then(1.0, turn_deg=end["turn_deg"], stride=0.6).then(0.2, stride=0.0)
    return _down(story, figure, rng).then(0.3).course(fps)


def _chair(figure: Figure, rng: np.random.Generator, fps: float, end: Keys) -> Course:
    """Move the chair while hardly getting up; who has none takes a small step."""
    story = _Story()
    if _stands(figure):
        return story.then(0.2, stride=0.5).then(1.0, **end).then(0.2, stride=0.0).course(fps)
    story.then(0.6, stands=0.35, lean_deg=rng.uniform(25.0, 40.0)).then(0.9, **end)
    return story.then(0.7, stands=0.0, lean_deg=0.0).course(fps)


def _shift(figure: Figure, rng: np.random.Generator, fps: float, end: Keys) -> Course:
    """Shift the weight from one side to the other."""
    way = rng.choice([-1.0, 1.0])
    story = _Story().then(0.5, aside_m=0.04 * way, bend_deg=8.0 * way, lean_deg=6.0).then(0.4)
    return (
        story.then(0.6, aside_m=-0.03 * way, bend_deg=-5.0 * way)
        .then(0.5, bend_deg=0.0, lean_deg=0.0, **end)
        .course(fps)
    )


def _glass(figure: Figure, rng: np.random.Generator, fps: float, end: Keys) -> Course:
    """Take something from the floor at one's side."""
    way, lean_deg = rng.choice([-1.0, 1.0]), 95.0 if _stands(figure) else 40.0
    down = {"bend_deg": 25.0 * way, "twist_deg": 20.0 * way, "lean_deg": lean_deg, "reach": 1.0}
    return _Story().then(1.0, **down).then(0.6).then(1.0, **dict.fromkeys(down, 0.0)).course(fps)


def _shoe(figure: Figure, rng: np.random.Generator, fps: float, end: Keys) -> Course:
    """Tie a shoe."""
    down = {"lean_deg": rng.uniform(65.0, 80.0) + (35.0 if _stands(figure) else 0.0), "reach": 1.0}
    return _Story().then(1.2, **down).then(2.0).then(1.2, lean_deg=0.0, reach=0.0).course(fps)


HERE: Keys = {"aside_m": 0.0, "away_m": 0.0, "turn_deg": 0.0}
Told = Callable[[Figure, np.random.Generator, float, Keys], Course]


def between(
    told: Told, off_m: tuple[float, float] = (0.0, 0.0), turned_deg: float = 0.0, *, upright: bool = False
) -> Callable[[PoseTrack, int], PoseTrack]:
    """Return what happens in a rest near the middle, after which the person is a little elsewhere.

    Args:
        told: What is done.
        off_m: Least and greatest distance from the place before.
        turned_deg: Largest turn against the direction before.
        upright: Whether who lies does not do it.
    """

    def apply(track: PoseTrack, seed: int) -> PoseTrack:
        rng = np.random.default_rng([seed, 3])
        at, fps = resting(track), _fps(track)
        figure = Figure.of(track.slice(at, at + 1))
        if upright and figure.lies:
            return track
        way, far_m = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(*off_m)
        end = {
            "aside_m": float(far_m * np.cos(way)), "away_m": float(far_m * np.sin(way)),
            "turn_deg": float(rng.uniform(-turned_deg, turned_deg)),
        }  # fmt: skip
        done = figure.moved(told(figure, rng, fps, end), fps, seed + 2)
        rest = track.slice(at, len(track))
        if off_m[1] > 0.0:
            rest = placed(rest, figure, end["turn_deg"], end["aside_m"], end["away_m"])
        return in_a_row(track.slice(0, at), done, rest)

    return apply


def resting(track: PoseTrack) -> int:
    """Return the frame nearest to the middle in which the person is in the start position again, or still."""
    first = int(np.searchsorted(track.time_s, track.time_s[0] + STILL_S))
    if not track.found[:first].any():
        return first
    start = np.nanmean(track.world_xyz[:first], axis=0)
    apart = np.linalg.norm(track.world_xyz - start, axis=-1).mean(axis=1)
    alike = np.flatnonzero(apart < ALIKE_M)
    alike = alike[alike >= first]
    return int(alike[np.abs(alike - len(track) / 2).argmin()]) if len(alike) else first


def in_a_row(*tracks: PoseTrack) -> PoseTrack:
    """Return tracks one after the other, at the rate of the last one."""
    step_s = 1.0 / _fps(tracks[-1])
    out = tracks[0]
    for _, later in pairwise(tracks):
        out = out.joined(later)
    return replace(out, time_s=np.asarray(np.arange(len(out)) * step_s, np.float64))


def _figure_at(track: PoseTrack, i: int) -> Figure:
    found = np.flatnonzero(track.found)
    near = int(found[np.abs(found - (i if i >= 0 else len(track) + i)).argmin()])
    return Figure.of(track.slice(near, near + 1))


def with_coming(track: PoseTrack, seed: int) -> PoseTrack:
    """Return a track before which the person comes from the camera."""
    return in_a_row(coming(_figure_at(track, 0), _fps(track), seed), track)


def with_going(track: PoseTrack, seed: int) -> PoseTrack:
    """Return a track after which the person comes to the camera."""
    return in_a_row(track, going(_figure_at(track, -1), _fps(track), seed))


def with_both(track: PoseTrack, seed: int) -> PoseTrack:
    """Return a track with both."""
    figures = _figure_at(track, 0), _figure_at(track, -1)
    fps = _fps(track)
    return in_a_row(coming(figures[0], fps, seed), track, going(figures[1], fps, seed))


AROUND = (
    Around("comes from the camera", with_coming),
    Around("goes to the camera", with_going),
    Around("both", with_both),
    Around("gets up, and comes back", between(_away_and_back)),
    Around("the same, 10 to 40 cm elsewhere", between(_away_and_back, (0.1, 0.4), 8.0)),
    Around("moves the chair 10 to 30 cm, or steps", between(_chair, (0.1, 0.3), 6.0, upright=True)),
    Around("shifts the weight", between(_shift)),
    Around("takes something from the floor", between(_glass, upright=True)),
    Around("ties a shoe", between(_shoe, upright=True)),
)
