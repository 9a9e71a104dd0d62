"""What phones send, laid beside the poses of a camera as they come: for screens that the camera does not see.

Three clocks meet: a phone's, this computer's and the camera's. The fastest of a phone's messages shows how far its
clock is from the computer's, to some milliseconds, and so do the camera's pictures. What remains is how old a picture
is when it comes, the same for both phones. It is found by the turns that were read from a screen, else by the turn of
the shoulders in the landmarks; until then it is taken to be LAG_S.
"""

from collections import deque
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from posecheck.capture.markers.phone.absence import Absence
from posecheck.capture.markers.phone.record import (
    GAP_S,
    LEAST_READ,
    READ_OFF_DEG,
    READ_SPAN_DEG,
    SEEN_OFF_DEG,
    SEEN_SPAN_DEG,
    PhoneRecord,
    misfit,
)
from posecheck.capture.markers.phone.stream import EPOCHS, Heard, Least, Streams
from posecheck.core.arrays import Floats
from posecheck.core.frame import Frame
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import Pose
from posecheck.core.worn.phone import SENT, PhoneReading, wrapped

State = Literal["none", "on", "lost"]
"""none: no phone has sent anything. on: one sends. lost: it did, and sends no longer."""

LAG_S = 0.06
"""Age of a picture when it comes, as long as it is not known; usual webcams have 0.03 to 0.15."""
LAGS_S = np.arange(-0.1, 0.5, 0.01)
"""Ages that are tried: below zero, because landmarks that are smoothed lag behind by themselves."""
EVERY_S, WINDOW_S, POINTS = 1.0, 20.0, 200
"""How often the age is looked for, by the pictures of how long, and by how many of them."""
SHARP_S, SHARP_DEG = 0.15, 0.7
"""So much off the best age, the turns must be off by so much more: else nobody turned fast enough to tell."""
BY_MOTION = 0.5
"""Share by which what the shoulders say of the age counts against LAG_S: aside of the camera they are off by as much as
that is, 0.06 seconds (research/benchmarks/phone/live.py)."""
FOLLOWS = 0.3
"""Share by which a later look corrects an earlier one."""
AHEAD_S, RATE_S = 0.06, 0.06
"""How long a phone's turn is continued after its last reading, at the speed of so long before; turn.py goes on."""
LOST_S = 1.0
"""A phone that sends nothing for so long is lost."""
DARK = 24.0
"""Mean brightness (0 to 255) below which a picture is too dark to find anybody in it."""


@dataclass(frozen=True, slots=True)
class _Look:
    """Hold the turns of one picture: read from the screens of chest and pelvis, and that of the shoulders; or NaN."""

    time_s: float
    chest: float
    belt: float
    shoulders: float


class Beside:
    """Lay what phones send beside the poses of one camera; call came, then lay, for each frame.

    Attributes:
        state: Whether the phones that have sent anything still do.
        lag_s: The age of a picture when it comes, in seconds.
        lag_by: What it was found by.
    """

    def __init__(self, streams: Streams, *, sees: bool = True) -> None:
        """Begin.

        Args:
            streams: What the phones send.
            sees: Whether frames have a picture, which shows how dark it is.
        """
        self._streams, self._sees = streams, sees
        self._later_s, self._least = 0.0, Least()
        self._looks: deque[_Look] = deque()
        self._tried_s = -np.inf
        self._absence = Absence()
        self.state: State = "none"
        self.lag_s, self.lag_by = LAG_S, "nothing"

    def came(self, time_s: float, came_s: float | None = None) -> None:
        """Take note that a frame has come just now; call it before the frame is searched for a person.

        Args:
            time_s: Its time by the camera's clock, in seconds.
            came_s: When it came by this computer's clock; None for now.
        """
        now = self._streams.clock() if came_s is None else came_s
        self._later_s = self._least.of(now, now - time_s)

    def lay(self, frame: Frame, pose: Pose | None) -> Pose | None:
        """Return the frame's pose with what the phones said when its picture was taken.

        Where nobody is found and the phone stands for its wearer, it is a pose without landmarks; see absence.py.

        Args:
            frame: The frame.
            pose: Who was found in it, with what was read from the picture; None for nobody.
        """
        heard = {belt: self._streams.heard(belt=belt) for belt in (False, True)}
        self.state = self._state(heard)
        if pose is not None and not pose.found and pose.people:
            return self._absence.covered(pose)
        if self.state == "none":
            return pose if pose is None or not pose.found else self._absence.saw(pose, pose.phone)
        alone = pose is None or not pose.found
        if pose is None:
            height, width = frame.rgb.shape[:2]
            pose = Pose.hidden(frame.time_s, (width, height), 0, self._absence.subject)
        elif pose.found:
            self._look(frame.time_s, pose, heard)
        said = {belt: self._said(frame.time_s, pose, heard[belt], belt=belt) for belt in heard}
        if not alone:
            pose = self._absence.saw(pose, said[False])
        elif not self._absence.stands(frame.time_s, said[False], dark=self._is_dark(frame)):
            return None
        return replace(pose, phone=said[False], belt_phone=said[True])

    def _state(self, heard: dict[bool, Heard | None]) -> State:
        known = [one for one in heard.values() if one is not None]
        if not known:
            return "none"
        now = self._streams.clock()
        return "on" if all(now - one.record.time_s[-1] - one.later_s < LOST_S for one in known) else "lost"

    def _is_dark(self, frame: Frame) -> bool:
        return self._sees and float(frame.rgb[::8, ::8].mean()) < DARK

    def _said(self, time_s: float, pose: Pose, heard: Heard | None, *, belt: bool) -> NDArray[np.float32]:
        """Return what a phone said at a frame's time, packed; what was read from the picture where it sent nothing."""
        packed = pose.belt_phone if belt else pose.phone
        if heard is None:
            return packed
        was = PhoneReading.unpack(packed.astype(np.float64))
        sent = at_time(heard.record, self._phones_time(time_s, heard))
        if sent is None:
            # A page that was opened anew counts from another zero, and so does what it shows.
            return replace(was, epoch=was.epoch + EPOCHS * heard.opened).pack()
        seen = np.isfinite(was.facing_deg)
        turn, lean, side, epoch = sent
        quality = was.quality if seen else SENT
        return PhoneReading(wrapped(turn), lean, side, quality, epoch, was.facing_deg, was.x_px, was.y_px).pack()

    def _phones_time(self, time_s: float, heard: Heard) -> float:
        """Return a frame's time by a phone's clock."""
        return time_s + self._later_s - self.lag_s - heard.later_s

    def _look(self, time_s: float, pose: Pose, heard: dict[bool, Heard | None]) -> None:
        """Remember the turns of a picture, and look now and then how old pictures are."""
        across = pose.world_xyz[L.LEFT_SHOULDER] - pose.world_xyz[L.RIGHT_SHOULDER]
        shoulders = float(np.degrees(np.arctan2(across[2], across[0])))
        self._looks.append(_Look(time_s, float(pose.phone[0]), float(pose.belt_phone[0]), shoulders))
        while self._looks[0].time_s < time_s - WINDOW_S:
            self._looks.popleft()
        if time_s - self._tried_s < EVERY_S:
            return
        self._tried_s = time_s
        some = np.unique(np.linspace(0, len(self._looks) - 1, POINTS).astype(int))
        looks = np.array([(one.time_s, one.chest, one.belt, one.shoulders) for one in self._looks])[some]
        for belt, column, name in ((False, 1, "screen"), (True, 2, "screen"), (False, 3, "motion")):
            one = heard[belt]
            if one is None or (name == "motion" and self.lag_by == "screen"):
                continue
            read = looks[np.isfinite(looks[:, column])]
            found = self._lag(one, read[:, 0], read[:, column], screen=name == "screen")
            if found is not None:
                found = found if name == "screen" else LAG_S + BY_MOTION * (found - LAG_S)
                first = self.lag_by != name
                self.lag_s = found if first else self.lag_s + FOLLOWS * (found - self.lag_s)
                self.lag_by = name
                return

    def _lag(self, heard: Heard, time_s: Floats, turn: Floats, *, screen: bool) -> float | None:
        """Return how old pictures are by their turns (n,) at their times (n,); None where that is not clear."""
        span, most_off = (READ_SPAN_DEG, READ_OFF_DEG) if screen else (SEEN_SPAN_DEG, SEEN_OFF_DEG)
        record = last_epoch(heard.record)
        at = time_s + self._later_s - heard.later_s
        # With the largest age every picture must still be within what was sent since the last zero.
        inside = (at - LAGS_S[-1] > record.time_s[0]) & (at - LAGS_S[0] < record.time_s[-1])
        at, turn = at[inside], turn[inside]
        if not screen and len(turn):
            # About their mean direction, since an angle on a circle may leap by 360 degrees.
            middle = np.degrees(np.angle(np.exp(1j * np.radians(turn)).mean()))
            turn = (turn - middle + 180.0) % 360.0 - 180.0
        if len(turn) < LEAST_READ or np.ptp(turn) < span:
            return None
        off = np.array([misfit(record, at - lag, turn, same_zero=screen) for lag in LAGS_S.tolist()])
        best, beside = int(np.argmin(off)), round(SHARP_S / (LAGS_S[1] - LAGS_S[0]))
        around = [off[i] for i in (best - beside, best + beside) if 0 <= i < len(off)]
        inner = 0 < best < len(off) - 1
        clear = inner and off[best] <= most_off and min(around) > off[best] + SHARP_DEG
        return float(LAGS_S[best]) if clear else None


def last_epoch(record: PhoneRecord) -> PhoneRecord:
    """Return the readings since the turn was counted anew for the last time."""
    changed = np.flatnonzero(np.diff(record.epoch))
    first = changed[-1] + 1 if len(changed) else 0
    parts = (record.time_s, record.turn_deg, record.lean_deg, record.side_deg, record.epoch)
    return PhoneRecord(*(part[first:] for part in parts))


def at_time(record: PhoneRecord, at: float) -> tuple[float, float, float, float] | None:
    """Return turn, lean, side-bend and epoch at a time by the phone's clock; None where it sent nothing then.

    For AHEAD_S after the last reading the turn goes on at its last speed: what was measured since is on its way.
    """
    last = len(record.time_s) - 1
    ahead = at - float(record.time_s[last])
    if ahead > AHEAD_S or at < record.time_s[0]:
        return None
    if ahead >= 0:
        before = int(np.searchsorted(record.time_s, record.time_s[last] - RATE_S))
        rate = 0.0
        if before < last and record.epoch[before] == record.epoch[last]:
            rate = float(np.diff(record.turn_deg[[before, last]])[0] / np.diff(record.time_s[[before, last]])[0])
        return (
            float(record.turn_deg[last]) + rate * ahead, float(record.lean_deg[last]), float(record.side_deg[last]),
            float(record.epoch[last]),
        )  # fmt: skip
    after = max(int(np.searchsorted(record.time_s, at)), 1)
    if record.time_s[after] - record.time_s[after - 1] > 2 * GAP_S or record.epoch[after] != record.epoch[after - 1]:
        return None
    share = float((at - record.time_s[after - 1]) / (record.time_s[after] - record.time_s[after - 1]))
    turn, lean, side = (
        float(part[after - 1] + share * (part[after] - part[after - 1]))
        for part in (record.turn_deg, record.lean_deg, record.side_deg)
    )
    return turn, lean, side, float(record.epoch[after])
