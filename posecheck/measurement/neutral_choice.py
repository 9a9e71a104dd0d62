"""The neutral of a whole recording: the most reliable posture to measure from, but never the stretch itself.

Real recordings seldom begin with two still seconds. The following are tried in this order; each adds a wider error than
the one before:

1. STILL: the first steady second or two in the start posture.
2. CALM: the calmest half second in the start posture.
3. UPRIGHT: the half second in which the trunk is nearest to upright, with little side-bend and rotation.
4. VERTICAL: for a lean in a side or oblique view, the vertical itself, if the person is never upright.

A posture is refused if it is already the stretch: if it leans as the stretch does, is rotated or bent sideways, or if
readings from it would go far in the direction opposite to the stretch.
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
"""Largest sway over half a second that counts as calm, as a share of the trunk's size."""
OWN_WAY_DEG = {"front": (35.0, 5.0), "oblique": (8.0, 8.0), "side": (6.0, 16.0)}
"""By view, the lean from the vertical and the rotation of the shoulders against the hips within which nine in ten
rendered people stand or sit, as MediaPipe shows them. From the front a lean is not visible, and MediaPipe shows half of
a true rotation (`python -m research.benchmarks.neutrals`)."""
ROLL_DEG, RISE_DEG, FLAT_DEG = 10.5, 10.0, 8.0
"""The same for people who lie: roll of the hips, rise of the trunk above level, and that rise where the trunk has to be
flat. Rendered people start within 14, 13 and 10 degrees; their stretches begin above that."""
SHOWN_FROM = ("oblique", "side")
"""Views in which a lean is visible."""
START, IN_STRETCH = 1.0, 1.6
"""In multiples of these amounts: up to START a posture is surely the start, beyond IN_STRETCH surely the stretch."""
FAR_IN = 2.5
"""Beyond this multiple even a posture that the user names is refused: 15 degrees of lean from the side."""
FIRST_S = 0.5
"""People who are still from the first half second on are mostly in the start posture, as they are asked to be. That
posture is taken unless it is surely the stretch."""
OTHER_SIDE_DEG = 15.0
"""If a reading goes this far in the direction opposite to the stretch, and less than half as far in the stretch's own,
its neutral is wrong."""
SCALE_DEG = np.array([8.0, 6.0, 8.0])
"""Lean, rotation and side-bend that count as equally far from upright, to choose the most upright moment."""
UPRIGHT = 2.0
"""Largest distance from upright, in units of SCALE_DEG, of a moment that can be the neutral."""
TILT_DEG = 20.0
"""Largest lean that can be the tilt of the camera; a picture tilted further would be noticed."""
TURNED_DEG = 40.0
"""Beyond this change of azimuth the person has turned away, and the lean is not comparable with the neutral's."""
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

    The first one that is as upright and straight as people usually stand and sit is taken, or else the most upright.

    Args:
        seen: Frames in order of time.
        stretch: The stretch that is done.
        whole: Whether these are all frames, so that later postures and readings can show that a posture is wrong.

    Returns:
        The neutral, or None if there is none, and whether a posture was refused because it was already the stretch.
    """
    refused = False
    wrong_view: Neutral | None = None
    best: tuple[float, Neutral] | None = None
    for held in still_postures(seen.track):
        if not is_plausible(held, stretch.lying, None, stretch.flat):
            # Steady and lying or upright as it should be, but rotated, bent or raised.
            refused |= held.lying == stretch.lying
            continue
        if _is_tilted(held, stretch):
            # A straight body that looks tilted shows a tilted camera, which is reported elsewhere (framing.level).
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
    # It may already lean or be rotated a little, so it is no more reliable than the most upright moment.
    if best is not None:
        return _less_sure(best[1], NeutralOrigin.UPRIGHT, UPRIGHT_SPREAD), refused
    return wrong_view, refused


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
        if found is not None and not _runs_the_wrong_way(seen, found, stretch):
            return found
    return _from_the_vertical(windows, stretch) or _unknown(windows, refused)


def lean_of(neutral: Neutral) -> float:
    """Return the trunk's lean from the vertical, degrees, positive forward; NaN if it is not visible in this view."""
    if neutral.lying or neutral.view not in SHOWN_FROM:
        return float("nan")
    gain = -np.sin(np.radians(neutral.azimuth_deg))
    return float(np.degrees(np.arctan(np.tan(np.radians(np.clip(neutral.lean_image_deg, -89, 89))) / gain)))


def _leans(stretch: Stretch) -> tuple[str, str] | None:
    """Return the angle and direction of a stretch that is followed by its lean, None for any other stretch."""
    return stretch.followed if stretch.followed[0] == "trunk_inclination" else None


def _away(neutral: Neutral, stretch: Stretch) -> float:
    """Return how far a posture is into a stretch; from 1 on it is more than people usually stand and sit.

    Only the angle by which the stretch is followed counts: the lean or the rotation.
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
    """Return the same for a person who lies, from the roll of the hips or the rise of the trunk in a side view."""
    about = stretch.followed[0]
    if about in ("lying_roll", "trunk_rotation"):
        return abs(float(neutral.raw[INDEX["lying_roll"]])) / ROLL_DEG
    if about == "trunk_inclination" and neutral.view == "side":
        return abs(abs(neutral.lean_image_deg) - 90.0) / (FLAT_DEG if stretch.flat else RISE_DEG)
    return 0.0


def _view_may_be_the_twist(neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether a rotation is seen from a view in which it is not judged, as the rotation itself can cause."""
    return stretch.followed[0] == "trunk_rotation" and neutral.view not in stretch.camera.views


def _is_tilted(neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether the body looks tilted because the camera is; see TILT_DEG."""
    lean = lean_of(neutral)
    return level(neutral, stretch) == UnjudgedReason.NOT_LEVEL and not abs(lean) > TILT_DEG


def is_in_stretch(neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether a posture is already the stretch, so that it cannot be the neutral.

    Args:
        neutral: The posture.
        stretch: The stretch to be done.
    """
    return _away(neutral, stretch) > IN_STRETCH


def is_far_in_stretch(neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether a posture that the user names cannot be meant, because it is far in the stretch.

    Args:
        neutral: The posture.
        stretch: The stretch to be done.
    """
    return _away(neutral, stretch) > FAR_IN


def _runs_the_wrong_way(seen: Observation, neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether readings from this neutral would go far in the direction opposite to the stretch."""
    about = _leans(stretch)
    if about is None or about[1] == "magnitude" or neutral.lying or neutral.view not in SHOWN_FROM:
        return False
    value = estimate(seen, neutral, stretch.pelvis == "still", stretch.hips_roll)[0][:, LEAN]
    # After a person has turned away, the lean is seen from another direction or not at all.
    turned = np.abs(wrapped(seen.azimuth_deg - neutral.azimuth_deg)) > TURNED_DEG
    value = value[seen.found & np.isfinite(value) & ~turned]
    if not len(value):
        return False
    low, high = np.percentile(value, [2, 98])
    own, other = (-low, high) if about[1] == "negative" else (high, -low)
    return bool(other > OTHER_SIDE_DEG and own < other / 2)


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
    return is_plausible(neutral, stretch.lying, None, stretch.flat) and _away(neutral, stretch) <= START


def _from_the_vertical(windows: _Windows, stretch: Stretch) -> Neutral | None:
    """Return a posture with its own lean as zero point, since a visible lean can be measured from the vertical."""
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
    """Return a posture of origin UNKNOWN, with which only the angles that need no neutral are judged."""
    for held in windows.best(windows.away, np.full(len(windows.away), True)):
        return replace(_less_sure(held, NeutralOrigin.UNKNOWN, {}), in_stretch=in_stretch)
    return None


def _less_sure(neutral: Neutral, origin: NeutralOrigin, known: dict[str, float]) -> Neutral:
    """Return a neutral with its origin and its possible distance from the true neutral."""
    usual = {"deg": OTHER_SPREAD_DEG}
    spread = [known.get(row.name, usual.get(row.unit, OTHER_SPREAD_RATIO)) if row.zeroed else 0.0 for row in ANGLES]
    return replace(neutral, origin=origin, spread=np.array(spread))
