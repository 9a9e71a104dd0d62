"""Rotation of trunk and pelvis from printed sheets and phones, combined with the ordinary readings.

The rotation of each sheet since neutral is measured, so it does not matter how straight it is fastened, how it bends,
or where the camera is. While the person turns, a sheet's bend becomes known more exactly, and its orientation at
neutral is corrected for it too. When a sheet is hidden, the ordinary reading continues from the last value of the tags
and takes over within FADE_S, with a growing error, so that the value does not jump.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import ABSENT, UnjudgedReason
from posecheck.core.worn.phone import is_read
from posecheck.core.worn.sheet import BELT, CHEST, MarkerPose, is_seen
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.neutral import Neutral
from posecheck.measurement.phone.between import Between
from posecheck.measurement.phone.turn import PhoneTurn
from posecheck.measurement.readings import FUSED, Basis, Readings
from posecheck.stretches.stretch import Stretch

SURE = 1.0
"""Factor on the standard error of the fit, so that about 95 % of the errors on development takes lie inside."""
CLOTH_DEG, CLOTH_SHARE = 1.0, 0.06
"""Error from clothing: it never lies exactly as before, and follows rib cage and pelvis less by a share of the turn."""
PELVIS_DEG = 8.0
"""Error for the pelvis that should stay still but moves a little, where only the chest sheet is seen."""
FADE_S, BACK_S = 1.0, 0.4
"""Time in which the ordinary reading takes over when tags are lost, and the tags when they are seen again."""
HOLD_S = 0.25
"""How long the last value of the tags is kept if there is no ordinary reading; its error grows by HOLD_DEG_S per
second."""
HOLD_DEG_S = 60.0
DRIFT = 0.5
"""Error of the ordinary reading while it continues from the tags, as a share of its change since then."""
NEVER = ABSENT | {UnjudgedReason.NO_NEUTRAL, UnjudgedReason.ANOTHER_PERSON}
"""Reasons for which a reading stays unjudged even if tags are seen."""


@dataclass(frozen=True, slots=True, eq=False)
class Turned:
    """Hold axial rotations since neutral and their stated errors, (n,) degrees each; NaN where the tags are not seen.

    Attributes:
        trunk: Thorax against pelvis, positive to the person's left.
        trunk_error: Its stated error.
        pelvis: Pelvis about the body's long axis, positive to the person's left.
        pelvis_error: Its stated error.
        chest: Thorax about the body's long axis, positive to the person's left.
        chest_error: Its stated error.
    """

    trunk: Floats
    trunk_error: Floats
    pelvis: Floats
    pelvis_error: Floats
    chest: Floats
    chest_error: Floats


def _matrices(vectors: Floats) -> Floats:
    """Convert rotation vectors (n, 3), radians, into rotation matrices (n, 3, 3)."""
    angle = np.linalg.norm(vectors, axis=1)
    x, y, z = (vectors / np.maximum(angle, 1e-12)[:, None]).T
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=1).reshape(-1, 3, 3)
    sine, rest = np.sin(angle)[:, None, None], (1.0 - np.cos(angle))[:, None, None]
    return np.asarray(np.eye(3) + sine * cross + rest * (cross @ cross))


def _since(now: MarkerPose, neutral: MarkerPose) -> tuple[Floats, Floats]:
    """Return a sheet's rotation since neutral in the camera's axes (n, 3, 3), and its standard error (n,), degrees."""
    first = _matrices(neutral.turn[None])[0]
    learned = now.shape - neutral.shape
    shift = np.radians(learned @ neutral.slope)
    before = _matrices(shift[:, None] * first[:, 1]) @ first
    turned = _matrices(now.turn) @ before.transpose(0, 2, 1)
    slope = now.slope - neutral.slope
    covariance = np.zeros((len(slope), 3, 3))
    rows, cols = np.triu_indices(3)
    covariance[:, rows, cols] = covariance[:, cols, rows] = now.covariance
    shape = np.einsum("ni,nij,nj->n", slope, covariance, slope)
    return turned, np.sqrt(np.maximum(shape, 0.0) + now.turn_sd_deg**2 + neutral.turn_sd_deg**2)


def _axes(neutral: Floats) -> Floats:
    """Return the body's axes at neutral in the camera's axes (3, 3); columns are forward, up, to the person's right."""
    seen, sheets = is_seen(neutral), MarkerPose.unpack(neutral)
    up = sheets.place[CHEST] - sheets.place[BELT] if seen.all() else np.array([0.0, -1.0, 0.0])
    up = up / np.linalg.norm(up)
    forward = -_matrices(sheets.turn[CHEST if seen[CHEST] else BELT][None])[0][:, 2]
    forward = forward - up * float(forward @ up)
    forward /= np.linalg.norm(forward)
    return np.stack([forward, up, np.cross(forward, up)], axis=1)


def _yaw(turned: Floats) -> Floats:
    """Return the first angle (n,) of the Cardan sequence Y-X-Z, degrees, of matrices (n, 3, 3) in body axes."""
    return np.asarray(np.degrees(np.arctan2(turned[:, 0, 2], turned[:, 2, 2])))


def measure(track: PoseTrack, neutral: PoseTrack) -> Turned:
    """Measure axial rotations from the sheets.

    Args:
        track: n frames.
        neutral: The mean of the person's neutral, as a track of one frame.

    Returns:
        Rotations since neutral; all NaN if no sheet was seen at neutral.
    """
    n, still = len(track), np.asarray(neutral.tags[0], np.float64)
    nothing = np.full(n, np.nan)
    if not is_seen(still).any():
        return Turned(*(nothing.copy() for _ in range(6)))
    axes = _axes(still)
    now = np.asarray(track.tags, np.float64)
    since = [_since(MarkerPose.unpack(now[:, i]), MarkerPose.unpack(still[i])) for i in (CHEST, BELT)]
    chest, belt = (axes.T @ turned @ axes for turned, _ in since)
    error = [spread for _, spread in since]

    def stated(angle: Floats, *parts: Floats) -> Floats:
        spread = SURE * np.sqrt(sum((part**2 for part in parts), np.zeros(n)))
        return np.asarray(np.hypot(spread, CLOTH_DEG) + CLOTH_SHARE * np.abs(angle))

    trunk, pelvis, alone = _yaw(belt.transpose(0, 2, 1) @ chest), _yaw(belt), _yaw(chest)
    return Turned(
        trunk,
        stated(trunk, *error),
        pelvis,
        stated(pelvis, error[BELT]),
        alone,
        stated(alone, error[CHEST]),
    )


@dataclass
class _Line:
    """Remember for one angle how far tags and ordinary reading differed, and when each of them was last used."""

    tag_s: float = -np.inf
    shown_s: float = -np.inf
    shown: float = float("nan")
    shown_error: float = float("nan")
    apart: float = float("nan")
    ordinary: float = float("nan")
    back_s: float = -np.inf
    gap: float = 0.0
    gap_error: float = 0.0
    by_tags: bool = False

    def show(self, time_s: float, value: float, error: float) -> tuple[float, float]:
        self.shown_s, self.shown, self.shown_error = time_s, value, error
        return value, error

    def tags(self, time_s: float, tag: float, error: float, ordinary: float) -> tuple[float, float]:
        """Return value and error of a frame in which the tags are seen."""
        if not self.by_tags:
            recent = time_s - self.shown_s < HOLD_S
            self.gap, self.gap_error = (self.shown - tag, self.shown_error) if recent else (0.0, error)
            self.back_s, self.by_tags = time_s, True
        share = max(0.0, 1.0 - (time_s - self.back_s) / BACK_S)
        value = tag + share * self.gap
        self.tag_s, self.apart, self.ordinary = time_s, value - ordinary, ordinary
        return self.show(time_s, value, (1.0 - share) * error + share * max(error, self.gap_error))

    def carries(self, time_s: float) -> bool:
        """Return whether what is shown still rests on the markers of a moment ago."""
        return time_s - self.tag_s < FADE_S

    def without(self, time_s: float, ordinary: float, error: float) -> tuple[float, float]:
        """Return value and error of a frame in which they are not; NaN where there is no ordinary reading either."""
        if self.by_tags:
            self.by_tags, self.gap_error = False, self.shown_error
        age = time_s - self.tag_s
        if np.isfinite(ordinary) and np.isfinite(self.apart) and age < FADE_S:
            share = 1.0 - age / FADE_S
            moved = DRIFT * abs(ordinary - self.ordinary)
            wider = (1.0 - share) * error + share * (self.gap_error + moved)
            return self.show(time_s, ordinary + share * self.apart, wider)
        if not np.isfinite(ordinary) and age < HOLD_S:
            return self.shown, self.gap_error + HOLD_DEG_S * age
        if np.isfinite(ordinary):
            self.show(time_s, ordinary, error)
        return ordinary, error


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """Hold what markers tell of one angle: value and error (n,) in degrees, NaN where nothing; and their Basis (n,)."""

    value: Floats
    error: Floats
    basis: NDArray[np.uint8]

    @classmethod
    def by(cls, value: Floats, error: Floats, basis: Basis) -> "_Told":
        return cls(value, error, np.full(len(value), basis, np.uint8))

    def less(self, pelvis: Floats, error: Floats, basis: Basis) -> "_Told":
        """Return the turn of the chest against a pelvis (n,); the basis where the chest's is not carried on."""
        both = np.where(self.basis == Basis.CARRIED_ON, self.basis, np.uint8(basis))
        return _Told(self.value - pelvis, np.hypot(self.error, error), both)

    def otherwise(self, other: "_Told") -> "_Told":
        """Return this, and the other where this tells nothing."""
        here = np.isfinite(self.value)
        pairs = ((self.value, other.value), (self.error, other.error), (self.basis, other.basis))
        return _Told(*(np.where(here, one, two) for one, two in pairs))


class MarkerFusion:
    """Replace ordinary readings by those of sheets and phone, frame by frame, without jumps.

    Attributes:
        between: What leads from one reading of the phone to the next, in a recording; None live.
    """

    def __init__(self) -> None:
        self.between: Between | None = None
        self._lines = {INDEX[name]: _Line() for name in FUSED}
        self._worn = False
        self._phone, self._belt = PhoneTurn(), PhoneTurn("belt_phone")
        self._slipped_s: float | None = None

    def take_slip(self) -> float | None:
        """Return when a phone was found to have slipped; once for each time."""
        slips = [one.slipped_s for one in (self._phone, self._belt) if one.slipped_s is not None]
        slipped_s = max(slips, default=None)
        before, self._slipped_s = self._slipped_s, slipped_s
        return slipped_s if slipped_s != before else None

    def update(self, track: PoseTrack, readings: Readings, neutral: Neutral | None, stretch: Stretch) -> Readings:
        """Combine the ordinary readings of the next n frames with sheets and phone.

        Args:
            track: The n frames.
            readings: Their ordinary readings.
            neutral: The person's neutral; None leaves the readings as they are.
            stretch: The stretch that is done; if its pelvis stays still, the chest alone is enough.

        Returns:
            The readings, with the rotations of trunk, pelvis and shoulders, side-bend and lean, from sheets and phones
            where they are read.
        """
        if neutral is None:
            return readings
        phones = is_read(track.phone).any() or is_read(track.belt_phone).any()
        self._worn |= bool(phones or is_seen(track.tags).any())
        if not self._worn:
            return readings
        told = self._told(track, readings, neutral, stretch)
        value, error, reason = readings.value.copy(), readings.error.copy(), readings.reason.copy()
        basis = readings.basis.copy()
        for column, name in enumerate(FUSED):
            row, by = INDEX[name], told[name]
            line = self._lines[row]
            for i, time_s in enumerate(track.time_s.tolist()):
                if reason[i, row] in NEVER:
                    continue
                if np.isfinite(by.value[i]):
                    value[i, row], error[i, row] = line.tags(time_s, by.value[i], by.error[i], value[i, row])
                    basis[i, column] = by.basis[i]
                else:
                    value[i, row], error[i, row] = line.without(time_s, value[i, row], error[i, row])
                    basis[i, column] = Basis.CARRIED_ON if line.carries(time_s) else Basis.LANDMARKS
                if np.isfinite(value[i, row]):
                    reason[i, row] = UnjudgedReason.JUDGED
        return replace(readings, value=value, error=error, reason=reason, basis=basis)

    def _told(self, track: PoseTrack, readings: Readings, neutral: Neutral, stretch: Stretch) -> dict[str, _Told]:
        """Return what sheets and phone tell of each angle in FUSED."""
        sheets = measure(track, neutral.pose)
        shoulders, hips = INDEX["shoulder_rotation"], INDEX["pelvis_rotation"]
        ordinary = readings.value[:, shoulders], readings.error[:, shoulders]
        led = self.between if self.between is not None and self.between.neutral is neutral else None
        phone = self._phone.update(track, neutral.pose, *ordinary, np.nan if led is None else led.own_zero)
        second = self._belt.update(track, neutral.pose, readings.value[:, hips], readings.error[:, hips])
        turn = _Told.by(phone.turn, phone.turn_error, Basis.PHONE)
        if led is not None:
            slipped_s = np.inf if self._phone.slipped_s is None else self._phone.slipped_s
            gap = np.isnan(track.phone[:, 0]) & (track.time_s < slipped_s)
            value, error = (np.where(gap, part, np.nan) for part in led.at(track.time_s))
            turn = _Told.by(value - phone.drift, error, Basis.CARRIED_ON).otherwise(turn)
        pelvis = _Told.by(second.turn, second.turn_error, Basis.PHONE).otherwise(
            _Told.by(sheets.pelvis, sheets.pelvis_error, Basis.SHEETS)
        )
        chest = turn.otherwise(_Told.by(sheets.chest, sheets.chest_error, Basis.SHEETS))
        trunk = turn.less(second.turn, second.turn_error, Basis.TWO_PHONES)
        trunk = trunk.otherwise(turn.less(sheets.pelvis, sheets.pelvis_error, Basis.PHONE_AND_SHEET))
        trunk = trunk.otherwise(_Told.by(sheets.trunk, sheets.trunk_error, Basis.SHEETS))
        if stretch.pelvis == "still":
            trunk = trunk.otherwise(_Told(chest.value, np.hypot(chest.error, PELVIS_DEG), chest.basis))
        else:
            by_hips = turn.less(readings.value[:, hips], readings.error[:, hips], Basis.PHONE_AND_LANDMARKS)
            trunk = trunk.otherwise(by_hips)
        told = {"trunk_rotation": trunk, "pelvis_rotation": pelvis, "shoulder_rotation": chest}
        for name in FUSED[len(told) :]:
            leans = name in ("trunk_flexion", "trunk_inclination")
            tilt = (phone.lean, phone.lean_error) if leans else (phone.side, phone.side_error)
            told[name] = _weighed(*tilt, readings.value[:, INDEX[name]], readings.error[:, INDEX[name]])
        return told


def _weighed(value: Floats, error: Floats, ordinary: Floats, ordinary_error: Floats) -> _Told:
    """Return the mean of what phone and landmarks tell, weighed by their stated errors, or the phone alone."""
    both = np.isfinite(value) & np.isfinite(ordinary)
    one, two = 1.0 / error**2, np.where(both, 1.0 / ordinary_error**2, 0.0)
    mean = (one * value + two * np.where(both, ordinary, 0.0)) / (one + two)
    basis = np.where(both, np.uint8(Basis.PHONE_AND_LANDMARKS), np.uint8(Basis.PHONE))
    return _Told(mean, 1.0 / np.sqrt(one + two), basis)
