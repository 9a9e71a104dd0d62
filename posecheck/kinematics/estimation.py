"""The value and stated error of every angle, by the method that is most accurate from the camera's position.

There are three methods. A regressor (regressor.py) reads people who are upright, and people who lie on the back and
roll the hips. The plane of the picture (image_plane.py) gives the lean in a side or oblique view, and knees and hips
from the side. Geometry of MediaPipe's world landmarks (angles.py) gives everything else.

Estimation always returns a number where it can; measurement/readings.py decides whether to trust it.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics import regressor
from posecheck.kinematics.angles import ANGLES, INDEX, Rows, measure
from posecheck.kinematics.geometry import wrapped, yaw
from posecheck.kinematics.image_plane import from_the_front, from_the_side
from posecheck.kinematics.neutral import Neutral
from posecheck.kinematics.observation import Observation
from posecheck.kinematics.uncertainty import Plain, plain, rules

MIN_OBLIQUITY = 0.4
"""Smallest sine of the azimuth at which the picture still shows a forward lean (24 degrees from the front)."""
SHOULDER_GAIN = 1.2
"""Factor on the shoulders' rotation where geometry reads it: MediaPipe turns the shoulders too little, and with this
factor more movements beyond a limit are found."""
SHARED_DEG = 16.0
"""An error that grows with the reading grows no further, so that a large reading is still judged: four fifths of the
readings of leans and bends of 25 to 40 degrees were within it."""
UNKNOWN_DEG = 90.0
"""Stated error of an angle about which nothing is known."""
IN_PICTURE = tuple(INDEX[f"{side}_{joint}_flexion"] for side in ("left", "right") for joint in ("knee", "hip"))
"""Angles besides the trunk's lean that are read in the plane of the picture from the side (image_plane.py)."""
KNEES, HIPS = ([INDEX[f"{side}_{joint}_flexion"] for side in ("left", "right")] for joint in ("knee", "hip"))
KNEELING_DEG = 120.0
"""With both knees bent by more, seen from the side, hips are read in the picture: nobody kneels in the regressor's
training data, and from true landmarks of a person who sits on the heels it read hips bent by 60 degrees as 80 to 86."""
NOD = INDEX["neck_flexion"]
TIPPED_SHARE = 0.6
NOD_ERROR_DEG, NOD_APART = 14.0, 0.5
"""From the side a nod is the mean of what the regressor and the picture's plane say. Where the plane shows the head
tipped back it counts for TIPPED_SHARE, because of that the regressor sees next to nothing. The stated error is at least
NOD_ERROR_DEG, and NOD_APART of what the two differ by; it holds for 81 % of the readings of rendered people kept out of
the fit. Of their nods past 30 degrees the regressor alone calls 10 % too far and 4 % fine, both together 65 and 2 %; of
nods below 15 degrees 1 and 3 % too far (python -m research.benchmarks.nods). With the plane alone for heads tipped back
more of these are called, and so are the heads of those who lean back with their hands behind them."""
NECK = INDEX["neck_rotation"]
HEAD_AWAY_DEG, HEAD_MOVED_DEG = 47.0, 25.0
"""A head that seems turned from the camera by more, and from neutral by more, may face away from the camera: MediaPipe
places the face of one at 100 degrees as at 50 to 63, and turns of 77 were then read as 35."""
STRANGE = 0.75
"""Beyond this a pose is too unlike the regressor's training data, and geometry reads it, with its wider error. It is
exceeded by one frame in thirty of rendered people kept out of training, a third of those of a filmed woman at squats,
and most frames of a filmed man who leans over a beam."""


def _lean_from_image(seen: Observation, neutral: Neutral) -> Floats:
    """Return the forward lean since neutral (n,), in degrees, from the picture; NaN if the camera is too far in front.

    Seen from azimuth a, a forward lean t appears in the picture as the slope tan(t) sin(a). Seen from their left, a
    person faces the picture's left, so a forward lean goes to the left: hence the minus sign in the gain.
    """
    gain = -np.sin(np.radians(neutral.azimuth_deg))
    if not abs(gain) >= MIN_OBLIQUITY:
        return np.full(len(seen), np.nan)
    shown = np.tan(np.radians(np.clip(seen.lean_image_deg, -89.0, 89.0)))
    still = np.tan(np.radians(neutral.lean_image_deg))
    lean = np.degrees(np.arctan(shown / gain)) - np.degrees(np.arctan(still / gain))
    return np.where(np.abs(seen.lean_image_deg) < 85.0, lean, np.nan)


READ = frozenset(
    [*(INDEX[name] for name in ("trunk_rotation", "shoulder_rotation", "lying_roll", "shoulder_tilt")), *KNEES]
)
"""Rows that decide how others are read."""


def geometry(
    frames: PoseTrack | Observation, neutral: Neutral, pelvis_still: bool, rows: Rows = None
) -> tuple[Floats, Floats]:
    """Read every row of ANGLES from landmarks and picture alone, without the regressor.

    Args:
        frames: n frames.
        neutral: The person's neutral.
        pelvis_still: Whether the stretch asks for a still pelvis; the shoulders' rotation then stands for the trunk's.
        rows: The rows that are wanted, READ among them; the others may be NaN.

    Returns:
        Values and stated errors, each (n, len(ANGLES)) in degrees or ratios, as changes since neutral where the row
        is zeroed. A value is NaN where nobody was found; an error is NaN where this view does not show the angle.
    """
    seen = Observation.of(frames)
    value = neutral.change(measure(seen, neutral.lying, rows))
    turn, lean = INDEX["trunk_rotation"], INDEX["trunk_inclination"]
    if pelvis_still and not neutral.lying:
        # MediaPipe's hip line is noisy and follows the shoulders. If the pelvis stays still it need not be measured.
        value[:, turn] = SHOULDER_GAIN * value[:, INDEX["shoulder_rotation"]]
    elif neutral.lying:
        value[:, turn] = value[:, INDEX["lying_roll"]]
    if not neutral.lying:
        # The hip line follows the shoulders here too: against it a bend of 18 degrees shows as 5, by itself as 12.
        value[:, INDEX["trunk_lateral_flexion"]] = value[:, INDEX["shoulder_tilt"]]
    if neutral.view == "side":
        for row, shown in from_the_side(seen.track, neutral).items():
            value[:, row] = shown
    elif neutral.view in ("front", "oblique"):
        for row, shown in from_the_front(seen.track, neutral).items():
            value[:, row] = shown
    if not neutral.lying:
        value[:, lean] = _lean_from_image(seen, neutral)
    gain, floor, share = _rules(neutral.view, neutral.lying, pelvis_still)
    value = gain * value
    return value, floor + np.fmax(0.0, np.minimum(share * np.abs(value), SHARED_DEG) - floor)


@cache
def _rules(view: str, lying: bool, pelvis_still: bool) -> Floats:
    """Return gain, smallest stated error and share of the value (3, k) of the angles that geometry reads; see Plain."""
    rules = [plain(row.name, view) for row in ANGLES]
    turn = INDEX["trunk_rotation"]
    if lying:
        # Gains and shares were measured on people who are upright.
        rules = [Plain(rule.floor) for rule in rules]
        rules[turn] = rules[INDEX["lying_roll"]]
        rules[INDEX["neck_flexion"]] = plain("neck_flexion_lying", view)
    elif pelvis_still:
        rules[turn] = plain("trunk_rotation_pelvis_still", view)
    out = np.array([[rule.gain, rule.floor, rule.share] for rule in rules]).T
    out.flags.writeable = False
    return out


def estimate(
    frames: PoseTrack | Observation,
    neutral: Neutral,
    pelvis_still: bool,
    hips_roll: bool = False,
    rows: Rows = None,
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Estimate every row of ANGLES by the method that is most accurate for it.

    Args:
        frames: n frames.
        neutral: The person's neutral.
        pelvis_still: Whether the stretch asks for a still pelvis, which helps where geometry reads trunk rotation.
        hips_roll: Whether in the stretch the person lies on the back and rolls the hips; the regressor knows no other
            lying posture.
        rows: The rows that are wanted, READ among them; the others may be NaN.

    Returns:
        Values, stated errors, and whether each was read in the plane of the picture, each (n, len(ANGLES)). Values
        and errors are in degrees or ratios. A value is NaN where nobody was found or this view does not show the
        angle; an error is NaN where the angle cannot be judged from this view.
    """
    seen = Observation.of(frames)
    value, error = geometry(seen, neutral, pelvis_still, rows)
    in_picture = np.zeros(value.shape, bool)
    in_picture[:, [INDEX["trunk_inclination"], *(IN_PICTURE if neutral.view == "side" else ())]] = True
    if neutral.lying and not hips_roll:
        return *_counted_from(neutral, value, error), in_picture
    kneels = (neutral.view == "side" and not neutral.lying) & (value[:, KNEES].min(axis=1) > KNEELING_DEG)
    for kind, here in _regressors(seen, neutral):
        found = regressor.load(kind).estimate(seen.track, neutral.pose)
        by = rules(regressor.load(kind).names, neutral.view, kind)
        known = (here & (found.strange <= STRANGE))[:, None] & ~(kneels[:, None] & np.isin(by.row, HIPS))
        read, stated = by.of(found.value, found.spread)
        if neutral.view == "side" and not neutral.lying:
            nod = by.row == NOD
            read[:, nod], stated[:, nod] = _nod_of_both(read[:, nod], value[:, [NOD]])
        plain = error[:, by.row]
        if neutral.lying:
            # While the hips roll, the picture's plane and geometry alone have large errors.
            plain = np.fmax(plain, UNKNOWN_DEG)
        value[:, by.row] = np.where(known, read, value[:, by.row])
        error[:, by.row] = np.where(known, stated, plain)
        in_picture[:, by.row] &= ~known
    if neutral.lying:
        turn, roll = INDEX["trunk_rotation"], INDEX["lying_roll"]
        value[:, turn], error[:, turn] = value[:, roll], error[:, roll]
    elif rows is None or NECK in rows:
        error[_head_may_face_away(seen.track, neutral), NECK] = UNKNOWN_DEG
    return *_counted_from(neutral, value, error), in_picture


def _head_may_face_away(track: PoseTrack, neutral: Neutral) -> Bools:
    """Return in which frames (n,) the head may be turned so far that the camera sees it from behind."""
    now, still = (yaw(each[:, L.LEFT_EAR] - each[:, L.RIGHT_EAR]) for each in (track.world_xyz, neutral.pose.world_xyz))
    moved = np.abs(wrapped(now - still))
    return np.asarray((np.abs(now) > HEAD_AWAY_DEG) & (moved > HEAD_MOVED_DEG))


def _nod_of_both(by_regressor: Floats, in_picture: Floats) -> tuple[Floats, Floats]:
    """Return nods and their stated errors from two ways to read them from the side, degrees."""
    by_picture = np.where(in_picture < 0.0, TIPPED_SHARE, 0.5)
    nod = by_picture * in_picture + (1.0 - by_picture) * by_regressor
    return nod, np.maximum(NOD_ERROR_DEG, NOD_APART * np.abs(by_regressor - in_picture))


def _regressors(seen: Observation, neutral: Neutral) -> list[tuple[regressor.Kind, Bools]]:
    """Return the regressors that read the frames, each with the frames (n,) that it reads."""
    if neutral.lying:
        return [("lying", seen.found)]
    coded = regressor.load("coded").usable(seen.track, neutral.pose)
    parts: list[tuple[regressor.Kind, Bools]] = [("coded", coded), ("upright", seen.found & ~coded)]
    return [(kind, here) for kind, here in parts if here.any()]


def _counted_from(neutral: Neutral, value: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Add the neutral's own angles to the values and its uncertainty to the errors, (n, k) each."""
    if neutral.sure:
        return value, error
    return value + neutral.zero, np.hypot(error, neutral.spread)
