"""The neutral of a whole recording: the surest posture there is to count from, never one of the stretch itself.

Real recordings seldom begin with two still seconds. What is tried, in this order, each with a wider error than the one
before it:

1. STILL: the first steady second or two in the start posture.
2. CALM: the calmest half second in the start posture.
3. UPRIGHT: the half second in which the trunk is nearest to upright, straight and facing as the pelvis does.
4. VERTICAL: for a lean seen from the side or diagonally, the vertical itself, where the person never stood upright.

A posture is refused where it is already the stretch: leaning as the stretch leans, twisted, bent sideways, or where the
reading would then run far to the other side of what the stretch does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics.angles import ANGLES, INDEX, measure
from posecheck.kinematics.camera_view import LYING_DEG
from posecheck.kinematics.estimation import estimate
from posecheck.kinematics.geometry import UP, dot, wrapped
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
from posecheck.measurement.framing import level
from posecheck.stretches.stretch import Stretch

LEAN, TWIST, BEND = (INDEX[name] for name in ("trunk_inclination", "trunk_rotation", "trunk_lateral_flexion"))
WINDOW_S = 0.5
CALM_SWAY = 2.0 * MAX_SWAY
"""Sway of half a second that still counts as calm, in sizes of the trunk."""
OWN_WAY_DEG = {"front": (35.0, 5.0), "oblique": (8.0, 8.0), "side": (6.0, 16.0)}
"""By view, lean from the vertical and turn of the shoulders over the hips, as the model sees it, that are people's own
ways of standing and sitting: nine in ten rendered people stay within. From the front a lean does not show; the model
sees half of a true twist (`python -m research.benchmarks.neutrals`)."""
ROLL_DEG, RISE_DEG, FLAT_DEG = 10.5, 10.0, 8.0
"""The same lying: roll of the hips, and rise of the trunk from level, on the back and where it has to be flat. Rendered
people lie within 14, 13 and 10 degrees at their start; their stretches begin above that."""
SHOWN_FROM = ("oblique", "side")
"""Views that show a lean."""
START, IN_STRETCH = 1.0, 1.6
"""In such units, a posture that is certainly a start, and one that is certainly the stretch."""
FIRST_S = 0.5
"""Who is still from the first half second on is mostly at the start, as they are asked to be: there a posture is taken
unless it is certainly the stretch."""
OTHER_SIDE_DEG = 15.0
"""A reading that runs so far to the side the stretch does not go to, and there farther than to its own, is counted from
the wrong posture."""
SCALE_DEG = np.array([8.0, 6.0, 8.0])
"""Lean, twist and side-bend that are equally far from upright, for choosing the most upright moment."""
UPRIGHT = 2.0
"""Farthest from upright, in these scales, that a moment may be to be counted from."""
TILT_DEG = 20.0
TURNED_DEG = 40.0
FEW = 20
"""Half seconds tried before giving up."""

CALM_SPREAD = {"trunk_rotation": 8.0, "trunk_inclination": 4.0, "trunk_lateral_flexion": 4.0, "neck_rotation": 8.0}
UPRIGHT_SPREAD = {
    "trunk_rotation": 16.0,
    "trunk_inclination": 7.0,
    "trunk_lateral_flexion": 6.0,
    "neck_rotation": 12.0,
    "neck_flexion": 10.0,
    "lying_roll": 20.0,
}
"""How far such a posture is from a true neutral, degrees (90 %): measured on scripts seen by a camera whose still start
was cut off; see `python -m research.benchmarks.neutrals`."""
OTHER_SPREAD_DEG, OTHER_SPREAD_RATIO = 10.0, 0.1
"""The same for every other angle that is counted from neutral."""


def first_still(seen: Observation, stretch: Stretch, *, whole: bool) -> tuple[Neutral | None, bool]:
    """Return the steady posture that is the neutral of a stretch, and whether one was refused as already in it.

    The first that is upright and straight as nearly as people stand and sit is taken, or else the most upright one.

    Args:
        seen: Frames in order of time.
        stretch: What is done.
        whole: Whether these are all frames, so that later postures, and a reading that runs the wrong way later on,
            say which one to take.
    """
    refused = False
    wrong_view: Neutral | None = None
    best: tuple[float, Neutral] | None = None
    for held in still_postures(seen.track):
        if not is_plausible(held, stretch.lying, None, stretch.flat):
            # The right way up and still, but twisted, bent or raised.
            refused |= held.lying == stretch.lying
            continue
        if _is_tilted(held, stretch):
            # A straight body that looks aslant leans with the camera; that is said, and mended, another way.
            return held, refused
        if whole and wrong_view is None and _view_may_be_the_twist(held, stretch):
            wrong_view = held
            continue
        away = _away(held, stretch)
        if away > IN_STRETCH or (whole and _runs_the_wrong_way(seen, held, stretch)):
            refused = True
        elif away <= START or held.start_s <= FIRST_S or not whole:
            return held, refused
        elif best is None or away < best[0]:
            best = away, held
    # It may lean or turn a little already, so it is no surer than a moment chosen for being upright.
    if best is not None:
        return _less_sure(best[1], NeutralOrigin.UPRIGHT, UPRIGHT_SPREAD), refused
    return wrong_view, refused


def choose_neutral(track: PoseTrack, stretch: Stretch) -> Neutral | None:
    """Return the surest posture of a recording of one person to count from.

    Where there is none in which the angles that are counted from a neutral can be read, one of origin UNKNOWN is
    returned: by it everything else is judged.

    Args:
        track: The recording, or enough of its beginning; frames of other people count as empty.
        stretch: What is done in it.

    Returns:
        The neutral; None where nobody is seen in the posture of the stretch, upright or lying, for half a second.
    """
    seen = Observation(track)
    held, refused = first_still(seen, stretch, whole=True)
    if held is not None or len(track) < MIN_FRAMES:
        return held
    windows = _Windows.of(seen, stretch)
    for search in (_calmest, _most_upright):
        found = search(windows, stretch)
        if found is not None and not _runs_the_wrong_way(seen, found, stretch):
            return found
    return _from_the_vertical(windows, stretch) or _unknown(windows, refused)


def lean_of(neutral: Neutral) -> float:
    """Return the lean of the trunk from the vertical, degrees, forward positive; NaN where this camera shows none."""
    if neutral.lying or neutral.view not in SHOWN_FROM:
        return float("nan")
    gain = -np.sin(np.radians(neutral.azimuth_deg))
    return float(np.degrees(np.arctan(np.tan(np.radians(np.clip(neutral.lean_image_deg, -89, 89))) / gain)))


def _leans(stretch: Stretch) -> tuple[str, str] | None:
    """Return the lean that a stretch is about and its direction, None for any other stretch."""
    return stretch.followed if stretch.followed[0] == "trunk_inclination" else None


def _away(neutral: Neutral, stretch: Stretch) -> float:
    """Return how far a posture is into a stretch: 1 where that is more than people's own ways of standing and sitting.

    Only what the stretch is about counts: the lean of a lean, the twist of a twist.
    """
    about, along = stretch.followed
    if neutral.lying:
        return _away_lying(neutral, stretch)
    if neutral.view not in OWN_WAY_DEG:
        return 0.0
    lean_deg, twist_deg = OWN_WAY_DEG[neutral.view]
    if about == "trunk_rotation":
        return abs(float(neutral.raw[TWIST])) / twist_deg
    lean = lean_of(neutral)
    if about != "trunk_inclination" or not np.isfinite(lean):
        return 0.0
    amount = {"negative": -lean, "positive": lean, "magnitude": abs(lean)}[along]
    return max(amount, 0.0) / lean_deg


def _away_lying(neutral: Neutral, stretch: Stretch) -> float:
    """Return the same of somebody who lies: by the roll of the hips, or the rise of the trunk seen from the side."""
    about = stretch.followed[0]
    if about in ("lying_roll", "trunk_rotation"):
        return abs(float(neutral.raw[INDEX["lying_roll"]])) / ROLL_DEG
    if about == "trunk_inclination" and neutral.view == "side":
        return abs(abs(neutral.lean_image_deg) - 90.0) / (FLAT_DEG if stretch.flat else RISE_DEG)
    return 0.0


def _view_may_be_the_twist(neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether a twist is seen from where it is not judged: the twist itself turns the body that way."""
    return stretch.followed[0] == "trunk_rotation" and neutral.view not in stretch.camera.views


def _is_tilted(neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether a slant is that of the camera; nobody turns a picture by more than TILT_DEG unseen."""
    lean = lean_of(neutral)
    return level(neutral, stretch) == UnjudgedReason.NOT_LEVEL and not abs(lean) > TILT_DEG


def is_in_stretch(neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether a posture is already the stretch, so that nothing can be counted from it."""
    return _away(neutral, stretch) > IN_STRETCH


def _runs_the_wrong_way(seen: Observation, neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether the angle that the stretch is about would run far to the side that the stretch does not go to."""
    about = _leans(stretch)
    if about is None or about[1] == "magnitude" or neutral.lying or neutral.view not in SHOWN_FROM:
        return False
    value = estimate(seen, neutral, stretch.pelvis == "still", stretch.hips_roll)[0][:, LEAN]
    # Of somebody who has turned away the lean shows from another side, or not at all.
    turned = np.abs(wrapped(seen.azimuth_deg - neutral.azimuth_deg)) > TURNED_DEG
    value = value[seen.found & np.isfinite(value) & ~turned]
    if not len(value):
        return False
    low, high = np.percentile(value, [2, 98])
    own, other = (-low, high) if about[1] == "negative" else (high, -low)
    return bool(other > OTHER_SIDE_DEG and own < other / 2)


@dataclass(frozen=True, slots=True, eq=False)
class _Windows:
    """Hold every half second of a track: its sway, its last frame, how far from upright it is, whether it can count."""

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
        """Yield postures of the windows that count, the lowest rank first; FEW of them."""
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
    """Return the half second in which the trunk is nearest to upright; of somebody who lies, the calmest one."""
    among = np.full(len(windows.away), True) if stretch.lying else windows.away <= UPRIGHT
    for held in windows.best(windows.sway if stretch.lying else windows.away, among):
        if _is_start(held, stretch):
            return _less_sure(held, NeutralOrigin.UPRIGHT, UPRIGHT_SPREAD)
    return None


def _is_start(neutral: Neutral, stretch: Stretch) -> bool:
    return is_plausible(neutral, stretch.lying, None, stretch.flat) and _away(neutral, stretch) <= START


def _from_the_vertical(windows: _Windows, stretch: Stretch) -> Neutral | None:
    """Return a posture of a lean with the lean it had: gravity is known wherever the camera shows the lean."""
    if _leans(stretch) is None or stretch.lying:
        return None
    for held in windows.best(windows.away, np.full(len(windows.away), True)):
        lean = lean_of(held)
        if np.isfinite(lean):
            zero = np.zeros(len(ANGLES))
            zero[LEAN] = lean
            return replace(_less_sure(held, NeutralOrigin.VERTICAL, UPRIGHT_SPREAD), zero=zero)
    return None


def _unknown(windows: _Windows, in_stretch: bool) -> Neutral | None:
    """Return a posture by which everything is judged that is not counted from a neutral."""
    for held in windows.best(windows.away, np.full(len(windows.away), True)):
        return replace(_less_sure(held, NeutralOrigin.UNKNOWN, {}), in_stretch=in_stretch)
    return None


def _less_sure(neutral: Neutral, origin: NeutralOrigin, known: dict[str, float]) -> Neutral:
    """Return a neutral with its origin and how far it may be from the true one."""
    usual = {"deg": OTHER_SPREAD_DEG}
    spread = [known.get(row.name, usual.get(row.unit, OTHER_SPREAD_RATIO)) if row.zeroed else 0.0 for row in ANGLES]
    return replace(neutral, origin=origin, spread=np.array(spread))
