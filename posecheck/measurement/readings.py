"""Which estimates are trusted: each angle with its stated error, or the reason why it cannot be judged.

Estimation (estimation.py) nearly always returns a number; this module decides whether to trust it. An angle that is
hidden, out of the picture, seen from the wrong view or too uncertain becomes NaN with a reason.
"""

from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import N_LANDMARKS
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UNSEEN, UnjudgedReason
from posecheck.kinematics.angles import ANGLES, INDEX, TWINS, Rows, measure
from posecheck.kinematics.estimation import estimate
from posecheck.kinematics.neutral import Neutral, NeutralOrigin
from posecheck.kinematics.observation import Observation
from posecheck.kinematics.uncertainty import judgeable, judged_up_to, usual
from posecheck.measurement.framing import beyond_edges, why_unseen
from posecheck.measurement.posture import in_other_posture, on_end_or_standing
from posecheck.stretches.stretch import Stretch

MIN_SHOWN = {"side": 0.8, "oblique": 0.6}
"""By view at neutral: how much of a lean must still be visible, as a share of what was visible at neutral. Less of it
is visible as the person turns towards the camera or away, and none if the trunk bends straight towards it."""
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
"""Angles seen from the side, for which one landmark of each left and right pair is enough."""
PAIRS = {L.LEFT_SHOULDER: L.RIGHT_SHOULDER, L.LEFT_HIP: L.RIGHT_HIP, L.LEFT_EAR: L.RIGHT_EAR}


_UNSEEN = np.isin(np.arange(256), list(UNSEEN))
_JUDGED = int(UnjudgedReason.JUDGED)
"""As a plain number: numpy takes several times as long to compare with a member of an enumeration."""


class Basis(IntEnum):
    """Name what a reading rests on."""

    LANDMARKS = 0
    SHEETS = 1
    PHONE = 2
    PHONE_AND_SHEET = 3
    PHONE_AND_LANDMARKS = 4
    CARRIED_ON = 5
    """Continued from sheets or phone by the landmarks, while those are not read."""
    TWO_PHONES = 6
    PHONE_BY_NETWORK = 7
    """By a phone whose screen was not read: what it measured was sent."""
    PHONE_OWN_ZERO = 8
    """By a phone that was not read at neutral: counted from its own zero."""


FUSED = (
    "trunk_rotation", "pelvis_rotation", "shoulder_rotation", "trunk_lateral_flexion", "shoulder_tilt",
    "trunk_flexion", "trunk_inclination",
)  # fmt: skip
"""Angles that may rest on something else than landmarks."""
EXACT = tuple(INDEX[name] for name in FUSED[:3])
"""Rows of the turns among them."""
BY_MARKERS = [
    Basis.SHEETS, Basis.PHONE, Basis.PHONE_AND_SHEET, Basis.TWO_PHONES, Basis.PHONE_BY_NETWORK, Basis.PHONE_OWN_ZERO,
]  # fmt: skip
"""What needs no smoothing: on the takes of docs/phone.md it made sheets, by its lag, 0.3 degrees worse on average."""


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Hold the readings of n frames, with the k columns in the order of ANGLES.

    Attributes:
        time_s: (n,) seconds.
        value: (n, k) degrees or ratios, NaN where an angle cannot be judged.
        error: (n, k) half-width that holds about 90 % of the errors, in the same unit; NaN where the value is NaN.
        reason: (n, k) UnjudgedReason as uint8, JUDGED where there is a value.
        basis: (n, len(FUSED)) Basis as uint8 of the angles in FUSED.
    """

    time_s: Floats
    value: Floats
    error: Floats
    reason: NDArray[np.uint8]
    basis: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 0), np.uint8))

    def __post_init__(self) -> None:
        if self.basis.shape != (shape := (len(self.time_s), len(FUSED))):
            object.__setattr__(self, "basis", np.zeros(shape, np.uint8))  # Basis.LANDMARKS

    @property
    def exact(self) -> Bools | None:
        """Return which values (n, k) are turns by phones or sheets, which a filter would only make late.

        None where none is, as in most recordings.
        """
        basis = self.basis[:, : len(EXACT)]
        if not basis.any():
            return None
        marked = np.isin(basis, BY_MARKERS)
        out = np.zeros(self.value.shape, bool)
        out[:, list(EXACT)] = marked
        return out

    @property
    def is_judged(self) -> bool:
        """Return whether any angle is judged in any of the frames."""
        return bool((self.reason == _JUDGED).any())

    def slice(self, rows: slice) -> "Readings":
        """Return some of the frames, without copying."""
        return Readings(self.time_s[rows], self.value[rows], self.error[rows], self.reason[rows], self.basis[rows])


def missing(readings: Readings, row: int, stretch: Stretch) -> NDArray[np.uint8]:
    """Return why an angle is missing.

    Seen from the side the far limb is mostly hidden. That is not reported while the near limb, which does the same, is
    visible.

    Args:
        readings: n frames.
        row: Row of ANGLES.
        stretch: The stretch; if it is done on both sides in turn, each limb counts for itself.

    Returns:
        (n,) UnjudgedReason; JUDGED where the angle is judged, or hidden while that of the other side is judged.
    """
    reason = readings.reason[:, row]
    twin = TWINS.get(row)
    if twin is None or stretch.sides == "both":
        return reason
    hidden = _UNSEEN[reason] & (readings.reason[:, twin] == _JUDGED)
    return np.where(hidden, np.uint8(_JUDGED), reason)


def suspended(readings: Readings, touched: NDArray[np.uint8]) -> Readings:
    """Return the readings with nothing judged in frames in which somebody else touches the subject.

    Args:
        readings: n frames.
        touched: (n,) 1 where somebody touches the subject, else 0.
    """
    if not touched.any():
        return readings
    on = touched.astype(bool)[:, None]
    value, error = (np.where(on, np.nan, part) for part in (readings.value, readings.error))
    reason = np.where(on, np.uint8(UnjudgedReason.CONTACT), readings.reason)
    return replace(readings, value=value, error=error, reason=reason)


def _shown_well(name: str, views: tuple[str, ...], limit: float) -> bool:
    return any(usual(name, view) <= limit for view in views)


@cache
def _needed() -> tuple[NDArray[np.bool_], NDArray[np.uint8]]:
    """Return for which angles the left or the right landmark is enough (k,), and which landmarks they need (33, k)."""
    needs = np.zeros((N_LANDMARKS, len(ANGLES)), np.uint8)
    for i, row in enumerate(ANGLES):
        needs[list(row.needs), i] = 1
    return np.array([row.name in SAGITTAL for row in ANGLES]), needs


def _all_seen(seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether the landmarks that each angle needs are visible (n, k)."""
    if seen.all():
        return np.ones((len(seen), len(ANGLES)), bool)
    one_will_do, needs = _needed()
    either = seen.copy()
    for a, b in PAIRS.items():
        either[:, a] = either[:, b] = seen[:, a] | seen[:, b]
    lacking, lacking_both = ((~part).astype(np.uint8) @ needs for part in (seen, either))
    return np.asarray(np.where(one_will_do, lacking_both, lacking) == 0)


@cache
def _limits(views: tuple[str, ...], view: str) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the largest error with which each angle is judged (k,), and if only another of the views shows it (k,)."""
    limits = np.array([judged_up_to(i) for i in range(len(ANGLES))])
    better = np.array([_shown_well(row.name, views, limits[i]) for i, row in enumerate(ANGLES)])
    return limits, better & ~judgeable(view)


def _turned_from_view(seen: Observation, neutral: Neutral) -> NDArray[np.bool_]:
    """Return whether an upright person has turned so far that too little of a lean is visible (n,); see MIN_SHOWN."""
    if neutral.lying or neutral.view not in MIN_SHOWN:
        return np.zeros(len(seen), bool)
    shown = np.sin(np.radians(seen.azimuth_deg)) / np.sin(np.radians(neutral.azimuth_deg))
    return np.asarray(~(shown >= MIN_SHOWN[neutral.view]))


def _without_subject(reason: NDArray[np.uint8], track: PoseTrack, found: NDArray[np.bool_]) -> None:
    """Set the reason of the frames without the subject: nobody is there, only others are, or they were left out."""
    if found.all():
        return
    reason[~found] = UnjudgedReason.NOBODY
    reason[~found & (track.people > 0)] = UnjudgedReason.ANOTHER_PERSON
    left_out = ~found & (track.left_out > 0)
    if left_out.any():
        reason[left_out] = track.left_out[left_out, None]


def read(
    frames: PoseTrack | Observation,
    neutral: Neutral | None,
    stretch: Stretch,
    doubt: NDArray[np.uint8] | None = None,
    rows: Rows = None,
) -> Readings:
    """Read every angle of n frames against a neutral, and decide which readings are trusted.

    Without a neutral nothing is judged, because neither the start of a change nor the camera's view is known; nor is it
    from a neutral in which nobody was seen. Frames with another person than the neutral's are not judged either.

    Args:
        frames: n frames.
        neutral: The person's neutral, or None.
        stretch: The stretch that is done.
        doubt: (n,) UnjudgedReason why a whole frame is not trusted (start/keeper.py), or JUDGED.
        rows: The rows of ANGLES that are wanted, estimation.READ among them; the others may be refused.

    Returns:
        The readings; NaN with a reason where an angle cannot be judged.
    """
    observed = Observation.of(frames)
    track, found = observed.track, observed.found
    n, k = len(track), len(ANGLES)
    reason = np.zeros((n, k), np.uint8)  # UnjudgedReason.JUDGED
    if neutral is None or neutral.blind:
        nothing = np.full((n, k), np.nan)
        reason[:] = UnjudgedReason.NO_NEUTRAL
        other = in_other_posture(observed, stretch)
        if stretch.lying:
            # Then stillness was looked for in vain because nobody lay.
            other |= on_end_or_standing(observed)
        reason[other] = UnjudgedReason.OTHER_POSTURE
        if neutral is not None:
            reason[track.subject != neutral.subject] = UnjudgedReason.ANOTHER_PERSON
        _without_subject(reason, track, found)
        return Readings(track.time_s, nothing, nothing.copy(), reason)
    still = stretch.pelvis == "still"
    value, error, in_picture = estimate(observed, neutral, still, stretch.hips_roll, rows, stretch.on_floor)
    reason[~np.isfinite(value)] = UnjudgedReason.OUT_OF_PLANE
    # If the error is too large but another view of the stretch shows the angle, the camera's place is the reason.
    limits, elsewhere = _limits(stretch.camera.views, neutral.view)
    large = error > limits
    reason[large] = UnjudgedReason.UNCERTAIN
    reason[large & elsewhere] = UnjudgedReason.VIEW
    reason[~np.isfinite(error)] = UnjudgedReason.VIEW
    if stretch.camera.unreadable:
        reason[:, [INDEX[name] for name in stretch.camera.unreadable]] = UnjudgedReason.UNCERTAIN
    reason[_turned_from_view(observed, neutral)[:, None] & in_picture] = UnjudgedReason.VIEW
    seen = observed.seen
    unseen = ~_all_seen(seen)
    if unseen.any():
        reason[unseen] = UnjudgedReason.HIDDEN
        out = beyond_edges(track, seen)
        for row in np.flatnonzero(unseen.any(axis=0)).tolist() if out.any() else ():
            reason[unseen[:, row], row] = why_unseen(track, out, row, neutral)[unseen[:, row]]
    # From a wrong view the main angle is never judged as fine; other angles that are visible can still warn.
    if neutral.view not in stretch.camera.views:
        reason[:, list(stretch.primary_rows)] = UnjudgedReason.VIEW
    if neutral.origin == NeutralOrigin.UNKNOWN:
        lacking = UnjudgedReason.IN_STRETCH if neutral.in_stretch else UnjudgedReason.NO_NEUTRAL
        reason[:, [i for i, row in enumerate(ANGLES) if row.zeroed]] = lacking
    reason[in_other_posture(observed, stretch)] = UnjudgedReason.OTHER_POSTURE
    if doubt is not None:
        reason = np.where((doubt != _JUDGED)[:, None], doubt[:, None], reason)
    reason[track.subject != neutral.subject] = UnjudgedReason.ANOTHER_PERSON
    _without_subject(reason, track, found)
    refused = reason != _JUDGED
    return Readings(track.time_s, np.where(refused, np.nan, value), np.where(refused, np.nan, error), reason)


def uncounted(frames: PoseTrack | Observation, stretch: Stretch) -> Floats:
    """Return every angle as it is read, not counted from a neutral; it shows when somebody moved, and judges nothing.

    Args:
        frames: n frames.
        stretch: The stretch, which is done upright or lying.

    Returns:
        (n, k) degrees or ratios; NaN where the landmarks are not seen, or somebody else is followed.
    """
    observed = Observation.of(frames)
    track = observed.track
    seen = _all_seen(observed.seen) & (observed.found & (track.subject == track.main_subject()))[:, None]
    return np.where(seen, measure(observed, stretch.lying), np.nan)
