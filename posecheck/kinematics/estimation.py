"""The value and stated error of every angle, by the method that is most accurate from the camera's position.

A regressor (regressor.py) reads people who are upright, or lie on the back and roll the hips. The plane of the picture
(image_plane.py) gives the lean from side and oblique, and knees and hips from the side. Geometry of MediaPipe's world
landmarks (angles.py) gives everything else.

Estimation always returns a number where it can; measurement/readings.py decides whether to trust it.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.memory.derived import derived
from posecheck.core.pose import PoseTrack
from posecheck.kinematics import regressor
from posecheck.kinematics.angles import ANGLES, INDEX, Rows, measure
from posecheck.kinematics.geometry import wrapped, yaw
from posecheck.kinematics.image_plane import from_the_front, from_the_side, limbs_aside
from posecheck.kinematics.neutral import Neutral
from posecheck.kinematics.observation import Observation
from posecheck.kinematics.uncertainty import Plain, judged_up_to, plain, rules

MIN_OBLIQUITY = 0.4
"""Smallest sine of the azimuth at which the picture still shows a forward lean (24 degrees from the front)."""
SHOULDER_GAIN = 1.2
"""Factor on the shoulders' rotation where geometry reads it, because MediaPipe turns the shoulders too little."""
SHARED_DEG = 16.0
"""An error grows with the reading no further than this, so that a large reading is still judged: four fifths of leans
and bends of 25 to 40 degrees were within it."""
UNKNOWN_DEG = 90.0
"""Stated error of an angle about which nothing is known."""
IN_PICTURE = [INDEX[f"{limb}_flexion"] for limb in ("left_knee", "right_knee", "left_hip", "right_hip")]
"""Angles besides the trunk's lean that are read in the plane of the picture from the side (image_plane.py)."""
KNEES, HIPS = IN_PICTURE[:2], IN_PICTURE[2:]
KNEELING_DEG = 120.0
"""With both knees bent by more, seen from the side, hips are read in the picture: nobody kneels in the data of the
regressor, and from true landmarks of a person who sits on the heels it read hips bent by 60 degrees as 80 to 86."""
NOD = INDEX["neck_flexion"]
TIPPED_SHARE = 0.6
NOD_ERROR_DEG, NOD_APART = 13.0, 0.5
"""From the side a nod is the mean of what the regressor and the picture's plane say. Where the plane shows the head
tipped back it counts for TIPPED_SHARE, because of that the regressor sees next to nothing. The stated error is at least
NOD_ERROR_DEG, and NOD_APART of what the two differ by. Of nods past 30 degrees the regressor alone calls 10 % too far,
both together 67 %; of nods below 15 degrees 1 and 3 % (python -m research.benchmarks.nods). With the plane alone more
heads tipped back are called, and more of those who lean back with their hands behind them."""
NECK = INDEX["neck_rotation"]
HEAD_AWAY_DEG, HEAD_MOVED_DEG = 47.0, 25.0
"""A head that seems turned from the camera by more, and from neutral by more, may face away from the camera: MediaPipe
places the face of one at 100 degrees as at 50 to 63, and turns of 77 were then read as 35."""
STRANGE = 0.75
"""Beyond this a pose is too unlike the regressor's data, and geometry reads it with its wider error: one frame in 30 of
rendered people kept out of the fit, a third of a filmed woman's at squats, most of a man's who leans over a beam."""


def _lean_from_image(seen: Observation, neutral: Neutral) -> Floats:
    """Return the forward lean since neutral (n,), in degrees, from the picture; NaN if the camera is too far in front.

    Seen from azimuth a, a forward lean t appears in the picture as the slope tan(t) sin(a). Seen from their left, a
    person faces the picture's left, so a forward lean goes to the left: hence the minus sign in the gain.
    """
    gain = -np.sin(np.radians(neutral.azimuth_deg))
    if not abs(gain) >= MIN_OBLIQUITY:
        return np.full(len(seen), np.nan)
    shown = np.tan(np.radians(np.minimum(np.maximum(seen.lean_image_deg, -89.0), 89.0)))
    still = np.tan(np.radians(neutral.lean_image_deg))
    lean = np.degrees(np.arctan(shown / gain)) - np.degrees(np.arctan(still / gain))
    return np.where(np.abs(seen.lean_image_deg) < 85.0, lean, np.nan)


TURN, LEAN, BEND = (INDEX[f"trunk_{name}"] for name in ("rotation", "inclination", "lateral_flexion"))
SHOULDERS, TILT, ROLL = (INDEX[name] for name in ("shoulder_rotation", "shoulder_tilt", "lying_roll"))
READ = frozenset([TURN, SHOULDERS, ROLL, *KNEES])
"""Rows that decide how others are read."""
_EVERY = frozenset(range(len(ANGLES)))


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
    value = _measured(seen, neutral, pelvis_still, _in_picture(seen, neutral, rows), rows)
    return value, _stated(seen, value, neutral, pelvis_still)


def _in_picture(seen: Observation, neutral: Neutral, rows: Rows) -> dict[int, Floats]:
    """Return what the plane of the picture shows of the rows that are wanted, by row of ANGLES (n,)."""
    shown: dict[int, Floats] = {}
    if neutral.view == "side":
        shown = from_the_side(seen.track, neutral, rows)
    elif neutral.view in ("front", "oblique"):
        shown = from_the_front(seen.track, neutral, rows)
    return shown


def _measured(
    seen: Observation,
    neutral: Neutral,
    pelvis_still: bool,
    shown: dict[int, Floats],
    rows: Rows,
    known: frozenset[int] = frozenset(),
) -> Floats:
    """Return the wanted rows (n, k) as the picture shows them, or else as geometry measures them.

    Args:
        seen: n frames.
        neutral: The person's neutral.
        pelvis_still: See geometry.
        shown: What _in_picture returned.
        rows: The rows that are wanted; the others may be NaN.
        known: Rows that need not be measured, because something else reads them in all frames.
    """
    stands_in = _stand_ins(neutral.lying, pelvis_still)
    lacking = (_EVERY if rows is None else rows) - known
    if LEAN in lacking and not neutral.lying:
        shown = {**shown, LEAN: _lean_from_image(seen, neutral)}
    lacking -= shown.keys()
    lacking = frozenset(stands_in.get(row, row) for row in lacking)
    if lacking:
        value = neutral.change(measure(seen, neutral.lying, lacking))
    else:
        value = np.full((len(seen), len(ANGLES)), np.nan)
    for row, other in stands_in.items():
        value[:, row] = SHOULDER_GAIN * value[:, other] if other == SHOULDERS else value[:, other]
    for row, values in shown.items():
        value[:, row] = values
    value *= _rules(neutral.view, neutral.lying, pelvis_still)[0]
    return value


@cache
def _stand_ins(lying: bool, pelvis_still: bool) -> dict[int, int]:
    """Return the row that is measured instead of another, by that other row.

    MediaPipe's hip line is noisy and follows the shoulders: against it a bend of 18 degrees shows as 5, while the
    shoulder line alone shows 12. Of a pelvis that stays still the turn need not be measured.
    """
    if lying:
        return {TURN: ROLL}
    return {BEND: TILT, TURN: SHOULDERS} if pelvis_still else {BEND: TILT}


@cache
def _rules(view: str, lying: bool, pelvis_still: bool) -> Floats:
    """Return gain, smallest stated error and share of the value (3, k) of the angles that geometry reads; see Plain."""
    by = [plain(row.name, view) for row in ANGLES]
    if lying:
        # Gains and shares were measured on people who are upright.
        by = [Plain(rule.floor) for rule in by]
        by[TURN] = by[ROLL]
        by[INDEX["neck_flexion"]] = plain("neck_flexion_lying", view)
    elif pelvis_still:
        by[TURN] = plain("trunk_rotation_pelvis_still", view)
    out = np.array([[rule.gain, rule.floor, rule.share] for rule in by]).T
    out.flags.writeable = False
    return out


def _stated(seen: Observation, value: Floats, neutral: Neutral, pelvis_still: bool) -> Floats:
    """Return the stated errors (n, k) of values that geometry and the picture's plane give."""
    _, floor, share = _rules(neutral.view, neutral.lying, pelvis_still)
    error = floor + np.fmax(0.0, np.minimum(share * np.abs(value), SHARED_DEG) - floor)
    if neutral.view == "side":
        error[:, IN_PICTURE] = np.where(limbs_aside(seen.track), UNKNOWN_DEG, error[:, IN_PICTURE])
    return np.asarray(error)


@cache
def _judgeable(view: str, lying: bool, pelvis_still: bool) -> frozenset[int]:
    """Return the rows whose stated error, as geometry reads them, lets them be judged at all from a view."""
    smallest = _rules(view, lying, pelvis_still)[1].tolist()
    return frozenset(row for row in _EVERY if smallest[row] <= judged_up_to(row))


@cache
def _of_picture(side: bool) -> Bools:
    """Return which rows (k,) are read in the picture's plane, where no regressor reads them."""
    out = np.zeros(len(ANGLES), bool)
    out[[LEAN, *(IN_PICTURE if side else ())]] = True
    return out


def estimate(
    frames: PoseTrack | Observation,
    neutral: Neutral,
    pelvis_still: bool,
    hips_roll: bool = False,
    rows: Rows = None,
    on_floor: bool = False,
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Estimate every row of ANGLES by the method that is most accurate for it.

    Args:
        frames: n frames.
        neutral: The person's neutral.
        pelvis_still: Whether the stretch asks for a still pelvis, which helps where geometry reads trunk rotation.
        hips_roll: Whether in the stretch the person lies on the back and rolls the hips; the regressor knows no other
            lying posture.
        rows: The rows that are wanted, READ among them; the others may be NaN.
        on_floor: Whether in the stretch the person sits on the floor, where a hand behind them looks like a turn.

    Returns:
        Values, stated errors, and whether each was read in the plane of the picture, each (n, len(ANGLES)). Values
        and errors are in degrees or ratios. A value is NaN where nobody was found or this view does not show the
        angle; an error is NaN where the angle cannot be judged from this view.
    """
    seen = Observation.of(frames)
    shown = _in_picture(seen, neutral, rows)
    read = [] if neutral.lying and not hips_roll else _by_regressors(seen, neutral, shown, on_floor)
    wanted = None if rows is None else rows & _judgeable(neutral.view, neutral.lying, pelvis_still)
    value = _measured(seen, neutral, pelvis_still, shown, wanted, _sure(read, neutral))
    error = _stated(seen, value, neutral, pelvis_still)
    in_picture = np.repeat(_of_picture(neutral.view == "side")[None], len(seen), axis=0)
    for part in read:
        part.lay(value, error, in_picture, rolls=neutral.lying)
    if neutral.lying:
        value[:, TURN], error[:, TURN] = value[:, ROLL], error[:, ROLL]
    elif rows is None or NECK in rows:
        error[_head_may_face_away(seen.track, neutral), NECK] = UNKNOWN_DEG
    return *_counted_from(neutral, value, error), in_picture


def _head_may_face_away(track: PoseTrack, neutral: Neutral) -> Bools:
    """Return in which frames (n,) the head may be turned so far that the camera sees it from behind."""
    now = _ears_yaw(track)
    moved = np.abs(wrapped(now - _still_ears_yaw(neutral)))
    return np.asarray((np.abs(now) > HEAD_AWAY_DEG) & (moved > HEAD_MOVED_DEG))


def _ears_yaw(track: PoseTrack) -> Floats:
    """Return the direction of the line between the ears about the vertical (n,), degrees; 0 facing the camera."""
    return yaw(track.world_xyz[:, L.LEFT_EAR] - track.world_xyz[:, L.RIGHT_EAR])


@derived
def _still_ears_yaw(neutral: Neutral) -> Floats:
    return _ears_yaw(neutral.pose)


def _nod_of_both(by_regressor: Floats, in_picture: Floats) -> tuple[Floats, Floats]:
    """Return nods and their stated errors from two ways to read them from the side, degrees."""
    by_picture = np.where(in_picture < 0.0, TIPPED_SHARE, 0.5)
    nod = by_picture * in_picture + (1.0 - by_picture) * by_regressor
    return nod, np.maximum(NOD_ERROR_DEG, NOD_APART * np.abs(by_regressor - in_picture))


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """Hold what a regressor read of n frames in m rows of ANGLES.

    Attributes:
        rows: (m,) the rows.
        known: (n, m) where it is taken.
        value: (n, m) degrees.
        error: (n, m) stated errors, degrees.
    """

    rows: NDArray[np.intp]
    known: Bools
    value: Floats
    error: Floats

    def lay(self, value: Floats, error: Floats, in_picture: Bools, *, rolls: bool) -> None:
        """Put what is known into values, stated errors and whether they are of the picture's plane (n, k), in place.

        Args:
            value: Values that geometry and the picture's plane give.
            error: Their stated errors.
            in_picture: Which of them are of the picture's plane.
            rolls: Whether a person who lies rolls the hips: all but the regressor then has large errors.
        """
        rows, known = self.rows, self.known
        plain = np.fmax(error[:, rows], UNKNOWN_DEG) if rolls else error[:, rows]
        value[:, rows] = np.where(known, self.value, value[:, rows])
        error[:, rows] = np.where(known, self.error, plain)
        in_picture[:, rows] &= ~known


def _by_regressors(seen: Observation, neutral: Neutral, shown: dict[int, Floats], on_floor: bool) -> list[_Read]:
    """Return what the regressors read of n frames; shown: what _in_picture returned; on_floor: see estimate."""
    out = []
    for kind, here in _regressors(seen, neutral):
        network = regressor.load(kind, on_floor)
        by = rules(network.names, neutral.view, kind)
        if not len(by.row):
            continue
        found = network.estimate(seen.track, neutral.pose)
        known = (here & (found.strange <= STRANGE))[:, None]
        value, error = by.of(found.value, found.spread)
        if neutral.view == "side" and not neutral.lying:
            hips, nod = _from_the_side(kind)
            kneels = np.minimum(*(shown[row] for row in KNEES)) > KNEELING_DEG
            known = known & ~(kneels[:, None] & hips)
            value[:, nod], error[:, nod] = _nod_of_both(value[:, nod], shown[NOD][:, None])
        else:
            known = np.repeat(known, len(by.row), axis=1)
        out.append(_Read(by.row, known, value, error))
    return out


@cache
def _from_the_side(kind: regressor.Kind) -> tuple[Bools, NDArray[np.intp]]:
    """Return which of the rows that a regressor reads from the side are hips (m,), and the columns of the nod."""
    row = rules(regressor.load(kind).names, "side", kind).row
    return np.isin(row, HIPS), np.flatnonzero(row == NOD)


def _sure(read: list[_Read], neutral: Neutral) -> frozenset[int]:
    """Return the rows that regressors read in every frame."""
    if not read:
        return frozenset()
    known = read[0].known if len(read) == 1 else read[0].known | read[1].known
    sure = frozenset(read[0].rows[known.all(axis=0)].tolist())
    return sure | {TURN} if neutral.lying and ROLL in sure else sure


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
