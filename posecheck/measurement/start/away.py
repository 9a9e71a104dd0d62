"""How far a posture is into a stretch, and whether it can be the posture that the stretch is measured from."""

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics.angles import ANGLES, FAMILIES, INDEX
from posecheck.kinematics.estimation import estimate
from posecheck.kinematics.geometry import wrapped
from posecheck.kinematics.neutral import Neutral
from posecheck.kinematics.observation import Observation
from posecheck.measurement.framing import level
from posecheck.measurement.plausibility import Doubt, Plausibility
from posecheck.measurement.start.place import LEAD_S, Place
from posecheck.stretches.checks import along
from posecheck.stretches.stretch import Stretch

TWIST = INDEX["trunk_rotation"]

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
TILT_DEG = 20.0
"""Largest lean that can be the tilt of the camera; a picture tilted further would be noticed."""
OTHER_SIDE = {"deg": 15.0, "ratio": 0.2}
"""If readings of the followed angle go this far away from the stretch, and less than half as far towards it, their
neutral is wrong."""
TURNED_DEG = 40.0
"""Beyond this change of azimuth the person has turned away, and the lean is not comparable with the neutral's."""


def lean_of(neutral: Neutral) -> float:
    """Return the trunk's lean from the vertical, degrees, positive forward; NaN if it is not visible in this view."""
    if neutral.lying or neutral.view not in SHOWN_FROM:
        return float("nan")
    gain = -np.sin(np.radians(neutral.azimuth_deg))
    return float(np.degrees(np.arctan(np.tan(np.radians(np.clip(neutral.lean_image_deg, -89, 89))) / gain)))


def away_of(neutral: Neutral, stretch: Stretch) -> float:
    """Return how far a posture is into a stretch; from 1 on it is more than people usually stand and sit.

    Only the angle by which the stretch is followed counts: the lean or the rotation.
    """
    about, way = stretch.followed
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
    amount = {"negative": -lean, "positive": lean, "magnitude": abs(lean)}[way]
    return max(amount, 0.0) / lean_deg


def _away_lying(neutral: Neutral, stretch: Stretch) -> float:
    """Return the same for a person who lies, from the roll of the hips or the rise of the trunk in a side view."""
    about = stretch.followed[0]
    if about in ("lying_roll", "trunk_rotation"):
        return abs(float(neutral.raw[INDEX["lying_roll"]])) / ROLL_DEG
    if about == "trunk_inclination" and neutral.view == "side":
        return abs(abs(neutral.lean_image_deg) - 90.0) / (FLAT_DEG if stretch.flat else RISE_DEG)
    return 0.0


READ = frozenset({TWIST, INDEX["lying_roll"]})
"""Rows of a neutral that decide whether it is already the stretch."""


def is_tilted(neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether the body looks tilted because the camera is; see TILT_DEG."""
    lean = lean_of(neutral)
    return level(neutral, stretch) == UnjudgedReason.NOT_LEVEL and not abs(lean) > TILT_DEG


def is_in_stretch(neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether a posture is already the stretch, so that it cannot be the neutral.

    Args:
        neutral: The posture.
        stretch: The stretch to be done.
    """
    return away_of(neutral, stretch) > IN_STRETCH


def is_far_in_stretch(neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether a posture that the user names cannot be meant, because it is far in the stretch.

    Args:
        neutral: The posture.
        stretch: The stretch to be done.
    """
    return away_of(neutral, stretch) > FAR_IN


def runs_the_wrong_way(seen: Observation, neutral: Neutral, stretch: Stretch) -> bool:
    """Return whether from this neutral the followed angle goes far away from the stretch and hardly towards it.

    So it is where the end position was taken for the start, as in a recording that begins late. Twists and the way
    along the floor go to both sides from the start and show nothing of the kind.

    Args:
        seen: The frames of the recording.
        neutral: The posture in question.
        stretch: The stretch.
    """
    about, way = stretch.followed
    rows = [INDEX[name] for name in FAMILIES.get(about, (about,)) if name in INDEX]
    if not rows:
        return False
    zeroed = ANGLES[rows[0]].zeroed
    if zeroed and (about != "trunk_inclination" or way == "magnitude" or not _leans_visibly(neutral)):
        return False
    # After a person has turned away, angles are seen from another direction or not at all.
    turned = np.abs(wrapped(seen.azimuth_deg - neutral.azimuth_deg)) > TURNED_DEG
    plausibility = Plausibility(neutral)
    doubt = plausibility.update(seen)
    place = Place(neutral, stretch, plausibility.size_at_neutral)
    left = place.update(seen.track, plausibility.size, np.asarray(doubt == int(Doubt.IMPLAUSIBLE)))[1]
    use = seen.found & (doubt == 0) & (neutral.lying | ~turned) & ~_or_soon(left, seen.track.time_s)
    if not use.any():
        return False
    still = stretch.pelvis == "still"
    value = estimate(seen, neutral, still, stretch.hips_roll, on_floor=stretch.on_floor)[0][np.ix_(use, rows)]
    towards = along(value, way)
    if not zeroed:
        target = next((item.target for item in stretch.ranges if item.angle == about and item.target is not None), None)
        own = estimate(neutral.pose, neutral, still, stretch.hips_roll, on_floor=stretch.on_floor)[0][:, rows]
        if target is None:
            return False
        towards = _towards(target, np.vstack([own, value]))
    towards = np.fmax.reduce(towards, axis=1)
    towards = towards[np.isfinite(towards)]
    if not len(towards):
        return False
    low, high = np.percentile(towards, [2, 98])
    return bool(-low > OTHER_SIDE[ANGLES[rows[0]].unit] and high < -low / 2)


def _or_soon(left: Bools, time_s: Floats) -> Bools:
    """Return in which frames (n,) the person has left the place or reaches down, or is about to.

    Who sits down, gets up or ties a shoe leans far forward, and that says nothing of the stretch.
    """
    next_s = np.minimum.accumulate(np.where(left, time_s, np.inf)[::-1])[::-1]
    return np.asarray(next_s - time_s <= LEAD_S)


def _leans_visibly(neutral: Neutral) -> bool:
    return not neutral.lying and neutral.view in SHOWN_FROM


def _towards(target: tuple[float, float], value: Floats) -> Floats:
    """Return how much nearer to the target (n, r) values (1 + n, r) are than those of the neutral, the first row.

    People come from one side, that of the value farthest from the target; what goes past the target counts as there.
    """
    below, above = target[0] - value, value - target[1]
    before = below if np.nanmax(below, initial=-np.inf) >= np.nanmax(above, initial=-np.inf) else above
    distance = np.fmax(before, 0.0) + 0.0 * value
    return np.asarray(np.fmin.reduce(distance[0]) - distance[1:])
