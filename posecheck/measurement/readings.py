"""What is believed: each angle with its error, or why it cannot be judged.

An estimate (estimation.py) always has an answer; a camera often does not deserve it. Here what is hidden, out of the
picture, seen from the wrong side or too uncertain becomes NaN with its reason.
"""

from dataclasses import dataclass, fields
from functools import cache

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import N_LANDMARKS
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UNSEEN, UnjudgedReason
from posecheck.kinematics.angles import ANGLES, INDEX, TWINS, rows_of
from posecheck.kinematics.estimation import estimate
from posecheck.kinematics.neutral import Neutral, NeutralOrigin
from posecheck.kinematics.observation import Observation
from posecheck.kinematics.uncertainty import judgeable, judged_up_to, usual
from posecheck.measurement.framing import beyond_edges, why_unseen
from posecheck.measurement.posture import in_other_posture
from posecheck.stretches.stretch import Stretch

MIN_SHOWN = {"side": 0.8, "oblique": 0.6}
"""Least share of what a lean showed in the picture at neutral that it must still show: less is left of it as the
person turns towards the camera or away, and nothing would be read of an arch straight at it. By view at neutral."""
SAGITTAL = frozenset(
    {
        "trunk_inclination",
        "trunk_flexion",
        "neck_flexion",
        "hips_above_shoulders",
        "lying_roll",
        "hip_rise",
        "trunk_travel",
    }
)
"""Angles seen from the side, for which one of each left and right landmark is enough."""
PAIRS = {L.LEFT_SHOULDER: L.RIGHT_SHOULDER, L.LEFT_HIP: L.RIGHT_HIP, L.LEFT_EAR: L.RIGHT_EAR}


_UNSEEN = np.isin(np.arange(256), list(UNSEEN))


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Hold n frames of readings in the order of ANGLES.

    time_s (n,). value (n, k): degrees or ratios, NaN where it cannot be judged. error (n, k): half-width that
    holds about 90 % of errors, NaN with the value. reason (n, k): UnjudgedReason as uint8.
    """

    time_s: Floats
    value: Floats
    error: Floats
    reason: NDArray[np.uint8]

    def slice(self, rows: slice) -> "Readings":
        """Return some of the frames as views, without copying."""
        return Readings(*(getattr(self, field.name)[rows] for field in fields(self)))


def missing(readings: Readings, row: int, stretch: Stretch) -> NDArray[np.uint8]:
    """Return why an angle is missing (n,), JUDGED where it is there, or where its twin on the other side speaks for it.

    From the side the far limb is mostly hidden; that is no news while the near one is seen and does the same.
    """
    reason = readings.reason[:, row]
    twin = TWINS.get(row)
    if twin is None or stretch.sides == "both":
        return reason
    hidden = _UNSEEN[reason] & (readings.reason[:, twin] == UnjudgedReason.JUDGED)
    return np.where(hidden, np.uint8(UnjudgedReason.JUDGED), reason)


def suspended(readings: Readings, touched: NDArray[np.uint8]) -> Readings:
    """Return the readings with nothing judged while somebody else touches the subject: touched (n,), 1 where so."""
    if not touched.any():
        return readings
    on = touched.astype(bool)[:, None]
    value, error = (np.where(on, np.nan, part) for part in (readings.value, readings.error))
    return Readings(readings.time_s, value, error, np.where(on, np.uint8(UnjudgedReason.CONTACT), readings.reason))


def _shown_well(name: str, views: tuple[str, ...], limit: float) -> bool:
    return any(usual(name, view) <= limit for view in views)


@cache
def _needed() -> tuple[NDArray[np.bool_], NDArray[np.uint8]]:
    """Return which angles take either of left and right (k,), and which landmarks each needs (33, k)."""
    needs = np.zeros((N_LANDMARKS, len(ANGLES)), np.uint8)
    for i, row in enumerate(ANGLES):
        needs[list(row.needs), i] = 1
    return np.array([row.name in SAGITTAL for row in ANGLES]), needs


def _all_seen(seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (n, k): whether each angle has the landmarks it needs."""
    one_will_do, needs = _needed()
    either = seen.copy()
    for a, b in PAIRS.items():
        either[:, a] = either[:, b] = seen[:, a] | seen[:, b]
    lacking, lacking_both = ((~part).astype(np.uint8) @ needs for part in (seen, either))
    return np.asarray(np.where(one_will_do, lacking_both, lacking) == 0)


@cache
def _limits(views: tuple[str, ...], view: str) -> tuple[Floats, NDArray[np.bool_]]:
    """Return up to which error each angle is judged (k,), and whether one of these views shows it, but not this one."""
    limits = np.array([judged_up_to(i) for i in range(len(ANGLES))])
    better = np.array([_shown_well(row.name, views, limits[i]) for i, row in enumerate(ANGLES)])
    return limits, better & ~judgeable(view)


def _turned_from_view(seen: Observation, neutral: Neutral) -> NDArray[np.bool_]:
    """Return (n,): whether somebody upright has turned so far that a lean does not show as it did at neutral."""
    if neutral.lying or neutral.view not in MIN_SHOWN:
        return np.zeros(len(seen), bool)
    shown = np.sin(np.radians(seen.azimuth_deg)) / np.sin(np.radians(neutral.azimuth_deg))
    return np.asarray(~(shown >= MIN_SHOWN[neutral.view]))


def read(
    frames: PoseTrack | Observation, neutral: Neutral | None, stretch: Stretch, doubt: NDArray[np.uint8] | None = None
) -> Readings:
    """Read every angle of n frames against a neutral.

    doubt (n,): the UnjudgedReason for which a whole frame is not believed (neutral_keeper.py), or JUDGED.

    Without a neutral nothing is judged: what a change is measured from is not known, nor from where the camera
    looks. A frame in which another person has taken the subject's place (the subject counter differs from the
    first found) is not judged either, since the neutral is not theirs.
    """
    observed = Observation.of(frames)
    track, found = observed.track, observed.found
    n, k = len(track), len(ANGLES)
    reason = np.full((n, k), UnjudgedReason.JUDGED, np.uint8)
    if neutral is None:
        nothing = np.full((n, k), np.nan)
        reason[:] = UnjudgedReason.NO_NEUTRAL
        reason[~found] = UnjudgedReason.NOBODY
        return Readings(track.time_s, nothing, nothing.copy(), reason)
    value, error, in_picture = estimate(observed, neutral, stretch.pelvis == "still", stretch.hips_roll)
    reason[~np.isfinite(value)] = UnjudgedReason.OUT_OF_PLANE
    # Too rough from here is a matter of the camera's place where another place that suits the stretch shows it.
    limits, elsewhere = _limits(stretch.camera.views, neutral.view)
    reason[error > limits] = UnjudgedReason.UNCERTAIN
    reason[(error > limits) & elsewhere] = UnjudgedReason.VIEW
    reason[~np.isfinite(error)] = UnjudgedReason.VIEW
    reason[:, [INDEX[name] for name in stretch.camera.unreadable]] = UnjudgedReason.UNCERTAIN
    reason[_turned_from_view(observed, neutral)[:, None] & in_picture] = UnjudgedReason.VIEW
    seen = observed.seen
    unseen, out = ~_all_seen(seen), beyond_edges(track, seen)
    reason[unseen] = UnjudgedReason.HIDDEN
    for row in np.flatnonzero(unseen.any(axis=0)).tolist() if out.any() else ():
        reason[unseen[:, row], row] = why_unseen(track, out, row, neutral)[unseen[:, row]]
    # From where the stretch is not meant to be seen it is never fine; what else shows from there may still warn.
    if neutral.view not in stretch.camera.views:
        reason[:, list(rows_of(stretch.primary))] = UnjudgedReason.VIEW
    if neutral.origin == NeutralOrigin.UNKNOWN:
        lacking = UnjudgedReason.IN_STRETCH if neutral.in_stretch else UnjudgedReason.NO_NEUTRAL
        reason[:, [i for i, row in enumerate(ANGLES) if row.zeroed]] = lacking
    reason[in_other_posture(observed, stretch)] = UnjudgedReason.OTHER_POSTURE
    if doubt is not None:
        reason = np.where((doubt != UnjudgedReason.JUDGED)[:, None], doubt[:, None], reason)
    reason[track.subject != neutral.subject] = UnjudgedReason.ANOTHER_PERSON
    reason[~found] = UnjudgedReason.NOBODY
    refused = reason != UnjudgedReason.JUDGED
    return Readings(track.time_s, np.where(refused, np.nan, value), np.where(refused, np.nan, error), reason)
