"""Every angle's value and stated error, from whatever reads it best from where the camera stands; nothing is refused.

Three ways to read an angle: a regressor (regressor.py), for somebody upright, and for who lies on the back and lets the
hips roll; the picture's own plane, for what a side or oblique view shows of a lean, and knees and hips from the side;
and geometry of the model's world landmarks.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.pose import PoseTrack
from posecheck.kinematics import regressor
from posecheck.kinematics.angles import ANGLES, INDEX, measure
from posecheck.kinematics.image_plane import from_the_front, from_the_side
from posecheck.kinematics.neutral import Neutral
from posecheck.kinematics.observation import Observation
from posecheck.kinematics.uncertainty import learned, of_geometry

MIN_OBLIQUITY = 0.4
"""Smallest sine of the azimuth at which the picture still shows a lean (24 degrees off the front)."""
SHOULDER_GAIN = 1.2
"""Where the regressor does not read: the model turns the shoulders too little, and a little more finds more stops."""
UNKNOWN_DEG = 90.0
"""Error of what is not known at all."""
IN_PICTURE = tuple(INDEX[f"{side}_{joint}_flexion"] for side in ("left", "right") for joint in ("knee", "hip"))
"""Angles besides the lean that are read in the picture's plane from the side (image_plane.py)."""
STRANGE = 0.75
"""Beyond this a pose is too unlike what the regressor learned from, and geometry reads it, with its wider error: one
frame in fifty of rendered people who were kept back, most of a filmed man who leans over a beam."""


def _lean_from_image(seen: Observation, neutral: Neutral) -> Floats:
    """Return the forward lean since neutral (n,) from the picture, NaN where the camera stands too far in front.

    Seen from azimuth a, a sagittal lean t shows in the picture as tan(t) sin(a). A person who faces the
    picture's left when seen from their left leans to the left when leaning forward.
    """
    gain = -np.sin(np.radians(neutral.azimuth_deg))
    if not abs(gain) >= MIN_OBLIQUITY:
        return np.full(len(seen), np.nan)
    shown = np.tan(np.radians(np.clip(seen.lean_image_deg, -89.0, 89.0)))
    still = np.tan(np.radians(neutral.lean_image_deg))
    lean = np.degrees(np.arctan(shown / gain)) - np.degrees(np.arctan(still / gain))
    return np.where(np.abs(seen.lean_image_deg) < 85.0, lean, np.nan)


def geometry(frames: PoseTrack | Observation, neutral: Neutral, pelvis_still: bool) -> tuple[Floats, Floats]:
    """Return value and stated error (n, k) without the regressor."""
    seen = Observation.of(frames)
    value = neutral.change(measure(seen, neutral.lying))
    turn, lean = INDEX["trunk_rotation"], INDEX["trunk_inclination"]
    if pelvis_still and not neutral.lying:
        # The hip line is the noisier and is dragged along by the shoulders; a still pelvis needs no reading.
        value[:, turn] = SHOULDER_GAIN * value[:, INDEX["shoulder_rotation"]]
    elif neutral.lying:
        value[:, turn] = value[:, INDEX["lying_roll"]]
    if neutral.view == "side":
        for row, shown in from_the_side(seen.track, neutral).items():
            value[:, row] = shown
    elif neutral.view in ("front", "oblique"):
        for row, shown in from_the_front(seen.track, neutral).items():
            value[:, row] = shown
    if not neutral.lying:
        value[:, lean] = _lean_from_image(seen, neutral)
    return value, np.repeat(_errors(neutral.view, neutral.lying, pelvis_still)[None], len(value), axis=0)


@cache
def _errors(view: str, lying: bool, pelvis_still: bool) -> Floats:
    """Return the stated errors of geometry (k,)."""
    error = np.array([of_geometry(row.name, view) for row in ANGLES])
    turn = INDEX["trunk_rotation"]
    if lying:
        error[turn] = error[INDEX["lying_roll"]]
    elif pelvis_still:
        error[turn] = of_geometry("trunk_rotation_pelvis_still", view)
    error.flags.writeable = False
    return error


def estimate(
    frames: PoseTrack | Observation, neutral: Neutral, pelvis_still: bool, hips_roll: bool = False
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return value and stated error (n, k) of every row of ANGLES, and whether it was read in the picture's plane.

    NaN where this camera shows nothing of it. pelvis_still: whether the stretch asks for it, which helps where
    geometry must read the trunk's rotation. hips_roll: whether the stretch is a roll of the hips of who lies on the
    back; no other lying posture is known to the regressor.
    """
    seen = Observation.of(frames)
    value, error = geometry(seen, neutral, pelvis_still)
    in_picture = np.zeros(value.shape, bool)
    in_picture[:, [INDEX["trunk_inclination"], *(IN_PICTURE if neutral.view == "side" else ())]] = True
    if neutral.lying and not hips_roll:
        return *_counted_from(neutral, value, error), in_picture
    found = regressor.load(neutral.lying).estimate(seen.track, neutral.pose)
    known = found.strange <= STRANGE
    for i, row in enumerate(found.rows):
        by = learned(ANGLES[row].name, neutral.view, neutral.lying)
        if by is not None:
            value[known, row] = by.gain * found.value[known, i]
            error[known, row] = by.of(found.spread[known, i], value[known, row])
            in_picture[known, row] = False
            if neutral.lying:
                # The picture's plane and geometry alone are far off while the hips roll.
                error[~known, row] = np.fmax(error[~known, row], UNKNOWN_DEG)
    if neutral.lying:
        turn, roll = INDEX["trunk_rotation"], INDEX["lying_roll"]
        value[:, turn], error[:, turn] = value[:, roll], error[:, roll]
    return *_counted_from(neutral, value, error), in_picture


def _counted_from(neutral: Neutral, value: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Return values and errors (n, k) with what is known, and not known, of the posture they are counted from."""
    if neutral.sure:
        return value, error
    return value + neutral.zero, np.hypot(error, neutral.spread)
