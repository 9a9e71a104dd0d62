"""Turn, lean and side-bend of the chest since neutral, from a phone that is held against it; or those of the pelvis.

Only changes since neutral count, so it does not matter how straight the phone is held, nor when it was zeroed. A turn
that is not read in a frame is continued from the last ones for a moment, with a growing error. A phone that slips on
the chest, or is put down, is noticed where its turn and that of the landmarks stay apart for longer than either can
explain; it then counts no more until a new neutral.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.pose import PoseTrack
from posecheck.core.worn.phone import SENT, PhoneReading, wrapped
from posecheck.measurement.phone.drift import Drift, beside_deg
from posecheck.measurement.phone.so_far import OwnZero

STEADY_DEG, SHARE = 1.3, 0.04
"""Error of a turn: the marker's steps and hands that never hold quite still, and a share of the turn by which skin and
hands lag behind the ribs."""
DRIFT_DEG_S = 0.03
"""Growth of the error with the time since neutral: the page takes out the gyroscope's bias at rest, but for what
browsers round away."""
DRIFT_SEEN_DEG = 1.0
"""Error that remains where the marker's shape has shown the drift."""
LATE_S, LATE_SENT_S = 0.035, 0.05
"""Uncertainty of when a number on the screen was measured, in seconds; and of one that was sent, where no screen shows
how the clocks stand to each other."""
CARRY_S, CARRY_ALONE_S = 0.12, 0.3
"""How long a turn is continued from the last two that were read, where the landmarks could continue it instead, and
where they cannot."""
CARRY_DEG_S, CARRY_SHARE = 12.0, 0.5
"""Growth of the error meanwhile: degrees a second, and a share of what the turn would change."""
FADING_S = 0.5
"""A lean or a side-bend is said in every other marker only, and kept for this long."""
TILT_DEG, SIDE_SHARE, LEAN_SHARE, TILT_DEG_S = 2.0, 0.1, 0.35, 8.0
"""Error of a lean or side-bend: constant, share of itself, and growth for each second since it was read. The rib cage
leans farther than the line from hips to shoulders does, which the limits are about."""
OWN_ZERO_DEG = 4.0
"""Error of the phone's own zero as a neutral."""
SLIP_S, SLIP_DEG, SLIP_ERRORS = 2.5, 12.0, 1.5
"""A phone has slipped if over so many seconds its turn is apart from the landmarks' by so much on average, and by so
many of their stated errors."""
CALM_DEG_S = 25.0
"""Faster turns say nothing about slipping, because the landmarks lag behind."""


@dataclass(frozen=True, slots=True, eq=False)
class Chest:
    """Hold angles of the chest since neutral and their stated errors, (n,) degrees each; NaN where not known.

    Attributes:
        turn: About the vertical, positive to the person's left.
        turn_error: Its stated error.
        side: Side-bend, positive to the person's right.
        side_error: Its stated error.
        lean: Forward lean.
        lean_error: Its stated error.
        drift: The gyroscope's drift, which has been taken out of the turn.
        by_own_zero: Whether the turn counts from the phone's own zero.
    """

    turn: Floats
    turn_error: Floats
    side: Floats
    side_error: Floats
    lean: Floats
    lean_error: Floats
    drift: Floats
    by_own_zero: bool = False


@dataclass
class _Tilt:
    """Keep a lean or side-bend between the markers that say it."""

    share: float
    value: float = float("nan")
    time_s: float = -np.inf

    def at(self, time_s: float, said: float) -> tuple[float, float]:
        """Return value and error at a time, in degrees since neutral."""
        if np.isfinite(said):
            self.value, self.time_s = said, time_s
        age = time_s - self.time_s
        if not age <= FADING_S:
            return float("nan"), float("nan")
        return self.value, TILT_DEG + self.share * abs(self.value) + TILT_DEG_S * age


@dataclass
class PhoneTurn:
    """Follow the chest by a phone, frame by frame.

    Attributes:
        column: The readings' name in a track: "phone" for that at the chest, "belt_phone" for one at the pelvis.
        slipped_s: When the phone was found to have slipped; None while it counts.
    """

    column: Literal["phone", "belt_phone"] = "phone"
    slipped_s: float | None = None
    _neutral: PoseTrack | None = None
    _turn: float = float("nan")
    _time_s: float = -np.inf
    _rate: float = 0.0
    _late_s: float = LATE_S
    _own: OwnZero = field(default_factory=OwnZero)
    _side: _Tilt = field(default_factory=lambda: _Tilt(SIDE_SHARE))
    _lean: _Tilt = field(default_factory=lambda: _Tilt(LEAN_SHARE))
    _drift: Drift = field(default_factory=Drift)
    _apart: list[tuple[float, float, float]] = field(default_factory=list)

    def update(
        self,
        track: PoseTrack,
        neutral: PoseTrack,
        ordinary: Floats,
        ordinary_error: Floats,
        own_zero: float | None = float("nan"),
    ) -> Chest:
        """Follow the next n frames.

        Args:
            track: The frames.
            neutral: The mean of the person's neutral, as a track of one frame.
            ordinary: (n,) turn of the shoulders, or the hips, since neutral by landmarks; NaN where it is not judged.
            ordinary_error: (n,) its stated error.
            own_zero: The epoch of the readings whose own zero counts, because none was read at neutral; NaN for none;
                None to find out by the readings so far.

        Returns:
            The angles; all NaN if the phone was not read at neutral, and its own zero does not count.
        """
        if neutral is not self._neutral:
            self._restart(neutral)
        zero = PhoneReading.unpack(np.asarray(getattr(neutral, self.column)[0], np.float64))
        own = not np.isfinite(zero.turn_deg)
        if own:
            zero = replace(zero, turn_deg=np.float64(0.0), epoch=np.float64(np.nan if own_zero is None else own_zero))
        said = PhoneReading.unpack(np.asarray(getattr(track, self.column), np.float64))
        beside = beside_deg(said.x_px, np.asarray(track.size_wh[:, 0], np.float64))
        out, drift = np.full((6, len(track)), np.nan), np.zeros(len(track))
        for i, time_s in enumerate(track.time_s.tolist()):
            if own and own_zero is None and np.isfinite(said.turn_deg[i]):
                told = float(said.turn_deg[i]), float(said.epoch[i]), float(ordinary[i]), float(ordinary_error[i])
                counts = self._own.see(time_s, *told)
                zero = replace(zero, epoch=said.epoch[i] if counts else np.float64(np.nan))
                if not counts:
                    self._time_s = -np.inf
            same = said.epoch[i] == zero.epoch
            if same and np.isfinite(said.turn_deg[i]):
                self._late_s = LATE_SENT_S if said.quality[i] == SENT else LATE_S
                self._read(time_s, float(wrapped(said.turn_deg[i] - zero.turn_deg)))
                if abs(self._rate) < CALM_DEG_S:
                    self._drift.see(time_s, self._turn, float(said.facing_deg[i]), float(beside[i]))
                self._check(time_s, float(ordinary[i]), float(ordinary_error[i]))
            drift[i] = self._drift.degrees
            if self.slipped_s is not None:
                continue
            carried_s = CARRY_S if np.isfinite(ordinary[i]) else CARRY_ALONE_S
            out[:2, i] = self._at(time_s, time_s - float(neutral.time_s[0]), carried_s)
            out[1, i] += OWN_ZERO_DEG if own else 0.0
            out[2:4, i] = self._side.at(time_s, float(said.side_deg[i] - zero.side_deg))
            out[4:, i] = self._lean.at(time_s, float(said.lean_deg[i] - zero.lean_deg))
        # Lean and side-bend are those of the turned chest; the limits are about the pelvis' planes.
        across = np.abs(np.sin(np.radians(np.nan_to_num(out[0]))))
        out[3], out[5] = (
            out[3] + across * np.nan_to_num(np.abs(out[4])),
            out[5] + across * np.nan_to_num(np.abs(out[2])),
        )
        return Chest(out[0], out[1], out[2], out[3], out[4], out[5], drift, own)

    def _restart(self, neutral: PoseTrack) -> None:
        """Count from another neutral: what was read before counts from elsewhere."""
        self._neutral, self.slipped_s = neutral, None
        self._turn, self._time_s, self._rate = float("nan"), -np.inf, 0.0
        self._drift, self._own = Drift(), OwnZero()
        self._side, self._lean, self._apart = _Tilt(SIDE_SHARE), _Tilt(LEAN_SHARE), []

    def _read(self, time_s: float, turn: float) -> None:
        passed = time_s - self._time_s
        if np.isfinite(self._turn):
            # A turn is kept without its wrap, so that a person may turn on.
            turn = self._turn + float(wrapped(turn - self._turn))
        self._rate = (turn - self._turn) / passed if 0.0 < passed < CARRY_ALONE_S else 0.0
        self._turn, self._time_s = turn, time_s

    def _at(self, time_s: float, since_neutral_s: float, carried_s: float) -> tuple[float, float]:
        age = time_s - self._time_s
        if not age <= carried_s:
            return float("nan"), float("nan")
        change = self._rate * age
        checked_s = self._drift.checked_s
        drifts = DRIFT_DEG_S * max(since_neutral_s, 0.0)
        if checked_s is not None:
            drifts = min(drifts, DRIFT_SEEN_DEG + DRIFT_DEG_S * (time_s - checked_s))
        turn = self._turn - self._drift.degrees
        parts = (STEADY_DEG, SHARE * abs(turn), drifts, self._late_s * self._rate)
        error = float(np.sqrt(sum(part * part for part in parts)))
        return turn + change, error + CARRY_DEG_S * age + CARRY_SHARE * abs(change)

    def _check(self, time_s: float, ordinary: float, error: float) -> None:
        """Notice a phone that has slipped."""
        if self.slipped_s is not None or abs(self._rate) > CALM_DEG_S or not np.isfinite(ordinary):
            return
        self._apart.append((time_s, self._turn - self._drift.degrees - ordinary, error))
        while self._apart[0][0] < time_s - SLIP_S:
            self._apart.pop(0)
        off, stated = np.abs(np.mean([part[1] for part in self._apart])), np.mean([part[2] for part in self._apart])
        long = self._apart[-1][0] - self._apart[0][0] > 0.7 * SLIP_S and len(self._apart) >= 8
        if long and off > max(SLIP_DEG, SLIP_ERRORS * float(stated)):
            self.slipped_s = time_s
