"""The neutral of a whole recording: the most reliable posture to measure from, but never the stretch itself.

Real recordings seldom begin with two still seconds. The following are tried in this order; each adds a wider error than
the one before:

1. STILL: a steady second or two in the start posture, at the very beginning or else the most upright one.
2. CALM: the calmest half second in the start posture.
3. UPRIGHT: the half second in which the trunk is nearest to upright, with little side-bend and rotation.
4. VERTICAL: for a lean in a side or oblique view, the vertical itself, if the person is never upright.

A posture is refused if it is already the stretch (away.py): if it leans as the stretch does, is rotated or bent
sideways, or if readings from it would go far in the direction opposite to the stretch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES, INDEX, measure
from posecheck.kinematics.camera_view import LYING_DEG
from posecheck.kinematics.geometry import UP, dot
from posecheck.kinematics.neutral import (
    MAX_SWAY,
    MIN_FRAMES,
    Neutral,
    NeutralOrigin,
    is_plausible,
    neutral_of,
    steadiness,
    still_postures,
)
from posecheck.kinematics.observation import Observation
from posecheck.measurement.plausibility import Plausibility, size_in_picture
from posecheck.measurement.start.away import IN_STRETCH, START, away_of, is_tilted, lean_of, runs_the_wrong_way
from posecheck.measurement.start.place import Place
from posecheck.stretches.stretch import Stretch

LEAN, TWIST, BEND = (INDEX[name] for name in ("trunk_inclination", "trunk_rotation", "trunk_lateral_flexion"))
WINDOW_S = 0.5
CALM_SWAY = 2.0 * MAX_SWAY
"""Largest sway over half a second that counts as calm, as a share of the trunk's size."""
FIRST_S = 0.5
"""People who are still from the first half second on are mostly in the start posture, as they are asked to be. That
posture is taken unless it is surely the stretch."""
SCALE_DEG = np.array([8.0, 6.0, 8.0])
"""Lean, rotation and side-bend that count as equally far from upright, to choose the most upright moment."""
MOSTLY = 0.3
"""Share of a recording that is surely spent where the stretch is done; a place where less than this share of the time
in another is spent is only passed through."""
ARRIVED_S = 3.0
"""Who was elsewhere so shortly before, and is still, has come to begin."""
UPRIGHT = 2.0
"""Largest distance from upright, in units of SCALE_DEG, of a moment that can be the neutral."""
FEW = 20
"""Most half seconds tried in each search."""

CALM_SPREAD = {"trunk_rotation": 8.0, "trunk_inclination": 4.0, "trunk_lateral_flexion": 4.0, "neck_rotation": 8.0}
UPRIGHT_SPREAD = {
    "trunk_rotation": 16.0,
    "trunk_inclination": 7.0,
    "trunk_lateral_flexion": 6.0,
    "neck_rotation": 12.0,
    "neck_flexion": 10.0,
    "lying_roll": 20.0,
}
"""How far such a posture is from a true neutral, degrees (90 % of cases), measured on takes whose still start was cut
off; see `python -m research.benchmarks.neutrals`."""
OTHER_SPREAD_DEG, OTHER_SPREAD_RATIO = 10.0, 0.1
"""The same for every other zeroed row of ANGLES."""


def first_still(seen: Observation, stretch: Stretch, *, whole: bool) -> tuple[Neutral | None, bool]:
    """Choose the steady posture that is the neutral of a stretch.

    One that lasts from the first half second on is taken, or else the most upright. Later ones are as likely held
    stretches as starts, so that of two the one that comes first is no better.

    Args:
        seen: Frames in order of time.
        stretch: The stretch that is done.
        whole: Whether these are all frames, so that later postures and readings can show that a posture is wrong. If
            not, one that reaches the last frame is not taken, because it may go on.

    Returns:
        The neutral, or None if there is none, and whether a posture was refused because it was already the stretch.
    """
    refused = False
    wrong_view: Neutral | None = None
    later: list[tuple[float, Neutral]] = []
    where = _Whereabouts(seen, stretch)
    postures = still_postures(seen.track, over=not whole)
    for held in where.at_home(postures) if whole else postures:
        if not is_plausible(held, stretch.lying, None, stretch.flat):
            # Steady and lying or upright as it should be, but rotated, bent or raised.
            refused |= held.lying == stretch.lying and not held.contrary
            continue
        if is_tilted(held, stretch):
            # A straight body that looks tilted shows a tilted camera, which is reported elsewhere (framing.level).
            return held, refused
        if whole and wrong_view is None and _view_may_be_the_twist(held, stretch):
            wrong_view = held
            continue
        away = away_of(held, stretch)
        if away > IN_STRETCH:
            refused = True
        elif not whole:
            return held, refused
        elif held.start_s > FIRST_S and not where.has_arrived(held):
            later.append((away, held))
        elif runs_the_wrong_way(seen, held, stretch):
            refused = True
        else:
            return held, refused
    for away, held in sorted(later, key=lambda one: one[0]):
        if not runs_the_wrong_way(seen, held, stretch):
            # One that leans or is rotated a little is no more reliable than the most upright moment.
            return held if away <= START else _less_sure(held, NeutralOrigin.UPRIGHT, UPRIGHT_SPREAD), refused
        refused = True
    return wrong_view, refused


class _Whereabouts:
    """Tell where the person mostly is in a recording: there the start is, and not where they come from or go to."""

    def __init__(self, seen: Observation, stretch: Stretch) -> None:
        found = np.flatnonzero(seen.found)
        # A thousand frames show where somebody is.
        self._track = seen.track.rows(found[:: max(1, len(found) // 1000)])
        self._stretch = stretch

    def _there(self, held: Neutral) -> Bools:
        size = Plausibility(held).size_at_neutral
        return Place(held, self._stretch, size).there(self._track, size_in_picture(self._track))

    def at_home(self, postures: Iterator[Neutral]) -> Iterator[Neutral]:
        """Yield the postures in the place where the person is most of the time, or nearly."""
        first = next(postures, None)
        if first is None:
            return
        mostly = float(self._there(first).mean())
        if mostly >= MOSTLY:
            yield first
            yield from postures
            return
        each = [first, *postures]
        shares = [mostly, *(float(self._there(held).mean()) for held in each[1:])]
        yield from (held for held, share in zip(each, shares, strict=True) if share >= MOSTLY * max(shares))

    def has_arrived(self, held: Neutral) -> bool:
        """Return whether the person has come to this place just before, as to begin."""
        time_s = self._track.time_s
        before = (time_s < held.start_s) & (time_s >= held.start_s - ARRIVED_S)
        return bool((before & ~self._there(held)).any())


def choose_neutral(track: PoseTrack, stretch: Stretch) -> Neutral | None:
    """Choose the most reliable neutral of a recording of one person.

    If no posture is suitable, a neutral of origin UNKNOWN is returned, with which only the angles that need no neutral
    are judged.

    Args:
        track: The recording, or enough of its beginning; frames of other people count as empty.
        stretch: The stretch that is done in it.

    Returns:
        The neutral; None if nobody is seen upright, or lying, as the stretch requires, for half a second.
    """
    seen = Observation(track)
    held, refused = first_still(seen, stretch, whole=True)
    if held is not None or len(track) < MIN_FRAMES:
        return held
    windows = _Windows.of(seen, stretch)
    for search in (_calmest, _most_upright):
        found = search(windows, stretch)
        if found is not None and not runs_the_wrong_way(seen, found, stretch):
            return found
    return _from_the_vertical(windows, stretch) or _unknown(windows, refused)


def _view_may_be_the_twist(neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether a rotation is seen from a view in which it is not judged, as the rotation itself can cause."""
    return stretch.followed[0] == "trunk_rotation" and neutral.view not in stretch.camera.views


@dataclass(frozen=True, slots=True, eq=False)
class _Windows:
    """Hold, for every half second of a track, its sway, last frame, distance from upright, and if it can be used."""

    track: PoseTrack
    sway: Floats
    last: NDArray[np.intp]
    away: Floats
    fits: Bools

    @classmethod
    def of(cls, seen: Observation, stretch: Stretch) -> "_Windows":
        sway, last = steadiness(seen.track, WINDOW_S, MIN_FRAMES)
        raw = measure(seen, False)[:, [LEAN, TWIST, BEND]]
        sums = np.vstack([np.zeros(raw.shape[1]), np.cumsum(np.nan_to_num(raw), axis=0)])
        first = np.arange(len(seen))
        mean = (sums[last + 1] - sums[first]) / (last + 1 - first)[:, None]
        away = np.sqrt(((mean / SCALE_DEG) ** 2).sum(axis=1))
        lying = np.abs(dot(seen.body.trunk, UP)) < np.cos(np.radians(LYING_DEG))
        return cls(seen.track, sway, last, away, np.isfinite(sway) & (lying == stretch.lying))

    def best(self, rank: Floats, among: Bools) -> Iterator[Neutral]:
        """Yield the postures of at most FEW usable windows, the lowest rank first."""
        chosen = np.flatnonzero(self.fits & among)
        for start in chosen[np.argsort(rank[chosen], kind="stable")][:FEW].tolist():
            yield neutral_of(self.track.slice(start, int(self.last[start]) + 1))


def _calmest(windows: _Windows, stretch: Stretch) -> Neutral | None:
    """Return the calmest half second in the start posture."""
    calm = (windows.sway <= CALM_SWAY) & (stretch.lying | (windows.away <= UPRIGHT))
    for held in windows.best(windows.sway, np.asarray(calm)):
        if _is_start(held, stretch):
            return _less_sure(held, NeutralOrigin.CALM, CALM_SPREAD)
    return None


def _most_upright(windows: _Windows, stretch: Stretch) -> Neutral | None:
    """Return the half second in which the trunk is nearest to upright; for a person who lies, the calmest one."""
    among = np.full(len(windows.away), True) if stretch.lying else windows.away <= UPRIGHT
    for held in windows.best(windows.sway if stretch.lying else windows.away, among):
        if _is_start(held, stretch):
            return _less_sure(held, NeutralOrigin.UPRIGHT, UPRIGHT_SPREAD)
    return None


def _is_start(neutral: Neutral, stretch: Stretch) -> bool:
    return is_plausible(neutral, stretch.lying, None, stretch.flat) and away_of(neutral, stretch) <= START


def _from_the_vertical(windows: _Windows, stretch: Stretch) -> Neutral | None:
    """Return a posture with its own lean as zero point, since a visible lean can be measured from the vertical."""
    if stretch.followed[0] != "trunk_inclination" or stretch.lying:
        return None
    for held in windows.best(windows.away, np.full(len(windows.away), True)):
        lean = lean_of(held)
        if np.isfinite(lean):
            zero = np.zeros(len(ANGLES))
            zero[LEAN] = lean
            return replace(_less_sure(held, NeutralOrigin.VERTICAL, UPRIGHT_SPREAD), zero=zero)
    return None


def _unknown(windows: _Windows, in_stretch: bool) -> Neutral | None:
    """Return a posture of origin UNKNOWN, with which only the angles that need no neutral are judged."""
    for held in windows.best(windows.away, np.full(len(windows.away), True)):
        return replace(_less_sure(held, NeutralOrigin.UNKNOWN, {}), in_stretch=in_stretch)
    return None


def _less_sure(neutral: Neutral, origin: NeutralOrigin, known: dict[str, float]) -> Neutral:
    """Return a neutral with its origin and its possible distance from the true neutral."""
    usual = {"deg": OTHER_SPREAD_DEG}
    spread = [known.get(row.name, usual.get(row.unit, OTHER_SPREAD_RATIO)) if row.zeroed else 0.0 for row in ANGLES]
    return replace(neutral, origin=origin, spread=np.array(spread))
