"""Readings of sheets (sheets.py) and phones (phone/turn.py), combined with the ordinary readings.

When a phone is hidden, the landmarks lead on from its last reading: in a recording to the next one (phone/between.py),
live as they have been learned to (phone/so_far.py). After that, and where a sheet is hidden, the ordinary reading takes
over within FADE_S, with a growing error, so that the value does not jump. A sheet that is seen again takes over bit by
bit too: beside the camera single readings of it are wrong, and led on from they did harm (docs/phone.md).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import ABSENT, UnjudgedReason
from posecheck.core.worn.phone import SENT, is_read
from posecheck.core.worn.sheet import is_seen
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.neutral import Neutral, NeutralOrigin
from posecheck.measurement.phone.between import BY_LANDMARKS, Between
from posecheck.measurement.phone.so_far import SoFar
from posecheck.measurement.phone.turn import Chest, PhoneTurn
from posecheck.measurement.readings import FUSED, Basis, Readings
from posecheck.measurement.sheets import measure
from posecheck.stretches.stretch import Stretch

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
BY_PHONE = {Basis.PHONE, Basis.PHONE_BY_NETWORK, Basis.PHONE_OWN_ZERO, Basis.TWO_PHONES}
"""What rests on phones alone, which need no neutral of the landmarks."""
UNSEEN_DEG_S, UNSEEN_S = 1.0, 5.0
"""Growth of the stated error while nobody is found and a phone stands for its wearer, and for how long it grows: that
the pelvis stays, and that it is still they who hold it, was seen last at its beginning."""


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
    carried: bool = False

    def carried_on(self, *, now: bool, tied: bool) -> None:
        """Take note whether the landmarks lead on; tied: to the next reading as well, as in a recording."""
        if self.carried and not now and not tied:
            self.by_tags = False
        self.carried = now

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
        between: What leads from one reading to the next, in a recording; None live.
    """

    def __init__(self) -> None:
        self.between: Between | None = None
        self._so_far = SoFar()
        self._neutral: Neutral | None = None
        self._lines = {INDEX[name]: _Line() for name in FUSED}
        self._worn = False
        self._phone, self._belt = PhoneTurn(), PhoneTurn("belt_phone")
        self._slipped_s: float | None = None
        self._found_s: float | None = None

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
        if neutral is not self._neutral:
            self._neutral, self._so_far = neutral, SoFar()
        told = self._told(track, readings, neutral, stretch)
        # Only where a phone stands for its wearer is it laid beside a picture in which nobody is found.
        alone = ~track.found & is_read(track.phone)
        unseen = self._unseen_deg(track)
        value, error, reason = readings.value.copy(), readings.error.copy(), readings.reason.copy()
        basis = readings.basis.copy()
        for column, name in enumerate(FUSED):
            row, by = INDEX[name], told[name]
            line = self._lines[row]
            for i, time_s in enumerate(track.time_s.tolist()):
                if reason[i, row] in NEVER and not (
                    np.isfinite(by.value[i]) and _excepted(reason[i, row], by.basis[i], neutral, alone=bool(alone[i]))
                ):
                    continue
                if np.isfinite(by.value[i]):
                    line.carried_on(now=by.basis[i] == Basis.CARRIED_ON, tied=self.between is not None)
                    stated = by.error[i] + unseen[i]
                    value[i, row], error[i, row] = line.tags(time_s, by.value[i], stated, value[i, row])
                    basis[i, column] = by.basis[i]
                else:
                    value[i, row], error[i, row] = line.without(time_s, value[i, row], error[i, row])
                    basis[i, column] = Basis.CARRIED_ON if line.carries(time_s) else Basis.LANDMARKS
                if np.isfinite(value[i, row]):
                    reason[i, row] = UnjudgedReason.JUDGED
        return replace(readings, value=value, error=error, reason=reason, basis=basis)

    def _unseen_deg(self, track: PoseTrack) -> Floats:
        """Return by how much the error of each frame (n,) is wider because its person was seen a while ago."""
        out = np.zeros(len(track))
        for i, (time_s, found) in enumerate(zip(track.time_s.tolist(), track.found.tolist(), strict=True)):
            if found or self._found_s is None:
                self._found_s = time_s
            out[i] = UNSEEN_DEG_S * min(time_s - self._found_s, UNSEEN_S)
        return out

    def _told(self, track: PoseTrack, readings: Readings, neutral: Neutral, stretch: Stretch) -> dict[str, _Told]:
        """Return what sheets and phone tell of each angle in FUSED."""
        sheets = measure(track, neutral.pose)
        ordinary = {name: (readings.value[:, INDEX[name]], readings.error[:, INDEX[name]]) for name in BY_LANDMARKS}
        led = self.between if self.between is not None and self.between.neutral is neutral else None
        zeros = (None, None) if led is None else (led.own_zero, led.belt_zero)
        phone = self._phone.update(track, neutral.pose, *ordinary["shoulder_rotation"], zeros[0])
        second = self._belt.update(track, neutral.pose, *ordinary["pelvis_rotation"], zeros[1])
        turn = _Told(phone.turn, phone.turn_error, _how(track.phone, own_zero=phone.by_own_zero))
        gap = self._led_by_phone(track, phone, ordinary["shoulder_rotation"], led)
        turn = gap.otherwise(turn) if led is not None else turn.otherwise(gap)
        own = _how(track.belt_phone, own_zero=second.by_own_zero)
        pelvis = _Told(second.turn, second.turn_error, own).otherwise(
            _Told.by(sheets.pelvis, sheets.pelvis_error, Basis.SHEETS)
        )
        chest = turn.otherwise(_Told.by(sheets.chest, sheets.chest_error, Basis.SHEETS))
        trunk = turn.less(second.turn, second.turn_error, Basis.TWO_PHONES)
        trunk = trunk.otherwise(turn.less(sheets.pelvis, sheets.pelvis_error, Basis.PHONE_AND_SHEET))
        trunk = trunk.otherwise(_Told.by(sheets.trunk, sheets.trunk_error, Basis.SHEETS))
        if stretch.pelvis == "still":
            trunk = trunk.otherwise(_Told(chest.value, np.hypot(chest.error, PELVIS_DEG), chest.basis))
        else:
            by_hips = turn.less(*ordinary["pelvis_rotation"], Basis.PHONE_AND_LANDMARKS)
            trunk = trunk.otherwise(by_hips)
        told = {"trunk_rotation": trunk, "pelvis_rotation": pelvis, "shoulder_rotation": chest}
        for name in FUSED[len(told) :]:
            leans = name in ("trunk_flexion", "trunk_inclination")
            tilt = (phone.lean, phone.lean_error) if leans else (phone.side, phone.side_error)
            told[name] = _weighed(*tilt, readings.value[:, INDEX[name]], readings.error[:, INDEX[name]])
        return told

    def _led_by_phone(
        self, track: PoseTrack, phone: Chest, ordinary: tuple[Floats, Floats], led: Between | None
    ) -> _Told:
        """Return the turn of the chest that leads on from a phone's readings, where it is not read."""
        unread = np.isnan(track.phone[:, 0])
        if led is None:
            value, error = self._so_far.update(track.time_s, phone.turn, phone.turn_error, ~unread, ordinary[0])
            # What it said before it slipped is not led on from.
            slipped_s = self._slip_of(self._phone)
            return _Told.by(np.where(track.time_s < slipped_s, value, np.nan), error, Basis.CARRIED_ON)
        if led.phone is None:
            return _Told.by(np.full(len(unread), np.nan), np.full(len(unread), np.nan), Basis.CARRIED_ON)
        gap = unread & (track.time_s < self._slip_of(self._phone))
        value, error = (np.where(gap, part, np.nan) for part in led.phone.at(track.time_s))
        return _Told.by(value - phone.drift, error, Basis.CARRIED_ON)

    @staticmethod
    def _slip_of(phone: PhoneTurn) -> float:
        return np.inf if phone.slipped_s is None else phone.slipped_s


def _excepted(reason: np.uint8, basis: np.uint8, neutral: Neutral, *, alone: bool) -> bool:
    """Return whether what a phone says is judged for all that one of NEVER keeps the landmarks from being judged.

    Seen from a wrong view, who turns to the right one is asked to hold still, for the landmarks lack a neutral from
    there: a twist towards the camera looks like that. The phone's turn has the neutral that there is.
    """
    if reason == UnjudgedReason.NOBODY:
        return alone
    lacks = reason == UnjudgedReason.NO_NEUTRAL and neutral.origin != NeutralOrigin.UNKNOWN
    return lacks and basis in BY_PHONE


def _how(said: NDArray[np.float32], *, own_zero: bool) -> NDArray[np.uint8]:
    """Return on what a phone's turn rests in each frame (n,), by what it said (n, 8)."""
    by = np.where(said[:, 3] == SENT, np.uint8(Basis.PHONE_BY_NETWORK), np.uint8(Basis.PHONE))
    return np.full_like(by, Basis.PHONE_OWN_ZERO) if own_zero else by


def _weighed(value: Floats, error: Floats, ordinary: Floats, ordinary_error: Floats) -> _Told:
    """Return the mean of what phone and landmarks tell, weighed by their stated errors, or the phone alone."""
    both = np.isfinite(value) & np.isfinite(ordinary)
    one, two = 1.0 / error**2, np.where(both, 1.0 / ordinary_error**2, 0.0)
    mean = (one * value + two * np.where(both, ordinary, 0.0)) / (one + two)
    basis = np.where(both, np.uint8(Basis.PHONE_AND_LANDMARKS), np.uint8(Basis.PHONE))
    return _Told(mean, 1.0 / np.sqrt(one + two), basis)
