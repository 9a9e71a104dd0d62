"""Find the markers of a phone at the chest, and of a second one at the pelvis, in each picture, and read them.

A marker is searched for only now and then and only on the wearer's trunk, by what nothing else does there: it changes
from picture to picture in one place. Once read, it is followed. In recordings it is also followed backwards from where
it was found, because a person who turns is found again only when they stand still.
"""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from posecheck.capture.markers.phone.code import UNKNOWN, Message
from posecheck.capture.markers.phone.fit import Seen
from posecheck.capture.markers.phone.follow import (
    HURRIED,
    TALL_PX,
    Bytes,
    Followed,
    fitted,
    followed,
    shrunk,
    unscaled,
)
from posecheck.capture.markers.phone.search import candidates
from posecheck.core.arrays import Floats
from posecheck.core.frame import Rgb
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import Pose
from posecheck.core.worn.phone import PhoneReading

HEIGHT_SHARE = 0.22
"""Height of a marker over that of a trunk from shoulders to hips, on average."""
PAST = 5
"""Pictures whose changes are added up."""
EVERY, PATIENT_S, SELDOM = 6, 5.0, 60
"""A marker is searched for in every EVERY-th picture, and in every SELDOM-th after PATIENT_S without one, or while only
the second phone is missing that has not been seen yet."""
JUST_S, SOON_S = 0.6, 2.0
"""After it is lost it is searched for in every picture, then in every second one, for so long."""
FROZEN_S, FROZEN_READS = 1.0, 6
"""A marker that shows the same for so long, and in so many pictures, has stopped: the phone no longer measures."""
LEAP_DEG, LEAP_DEG_S = 6.0, 400.0
"""Farthest that a turn can be from the one read before, degrees and degrees for each second between; a turn farther
off counts only when the next one agrees with it."""
TRUSTED_S = 1.0
BACK_S, BACK_BYTES, BACK_MISSES = 4.0, 96 << 20, 3
"""How much of a recording is kept to follow a marker backwards in it, and after how many pictures without it this
ends."""


@dataclass(frozen=True, slots=True)
class Late:
    """Hold what was read in a picture after the next ones had been read.

    Attributes:
        time_s: The time of the picture.
        belt: Whether the second phone said it.
        reading: What it said.
    """

    time_s: float
    belt: bool
    reading: PhoneReading


class _Known:
    """What is known of one of the two phones."""

    def __init__(self, belt: bool) -> None:
        self.belt = belt
        self.last: Followed | None = None
        self.read_s = -np.inf
        self._same: tuple[int, float, int] | None = None
        self._moving = False
        self._turns: deque[tuple[Message, float]] = deque(maxlen=2)

    def follow(self, image: Bytes, time_s: float) -> Seen | None:
        """Return the phone's marker in the next picture, if it is there."""
        return followed(image, time_s, self.last, belt=self.belt)

    def take(self, seen: Seen, time_s: float) -> PhoneReading | None:
        """Keep a marker that was read; return what it says if that is believed."""
        self.last, self.read_s = Followed.then(seen.place, time_s, self.last), time_s
        message = Message.of(seen.number)
        if not self._alive(seen.number, time_s) or not self._follows(message, time_s):
            return None
        return reading_of(message, seen.place)

    def _alive(self, number: int, time_s: float) -> bool:
        """Return whether the marker changes, as that of a phone that measures does several times a second."""
        if self._same is None or self._same[0] != number:
            self._moving = self._same is not None
            self._same = (number, time_s, 1)
            return self._moving
        _, since_s, reads = self._same
        self._same = (number, since_s, reads + 1)
        if time_s - since_s > FROZEN_S and reads >= FROZEN_READS:
            self._moving = False
        return self._moving

    def _follows(self, message: Message, time_s: float) -> bool:
        """Return whether a turn can follow from one of the last two that were read; the first one of all cannot."""
        near = any(agree(message, time_s, other, other_s) for other, other_s in self._turns)
        self._turns.append((message, time_s))
        return near


class PhoneReader:
    """Find and read the markers of one or two phones in pictures that come in order of time.

    Attributes:
        seen: The chest's marker in the last picture, if one was surely read there.
        belt: What the second phone, at the pelvis, says in the last picture; None where it is not read.
    """

    def __init__(self, *, back: bool = False) -> None:
        """Begin.

        Args:
            back: Whether markers are also followed backwards, for a recording; see take_late.
        """
        self.seen: Seen | None = None
        self.belt: PhoneReading | None = None
        self._phones = (_Known(belt=False), _Known(belt=True))
        self._since_s: float | None = None
        self._wait = 0
        self._had: set[bool] = set()
        self._changing = False
        self._past: deque[tuple[float, Bytes]] = deque(maxlen=PAST)
        self._back = back
        self._kept: deque[tuple[float, Bytes, set[bool]]] = deque()
        self._late: list[Late] = []

    def read(self, rgb: Rgb, time_s: float, pose: Pose | None) -> PhoneReading | None:
        """Read the markers in the next picture.

        Args:
            rgb: (h, w, 3) picture.
            time_s: Its time in seconds, later than that of the one before.
            pose: The wearer's pose; without one no marker is searched for.

        Returns:
            What the phone at the chest says; None where no marker is read, or one that has stopped.
        """
        self._since_s = time_s if self._since_s is None else self._since_s
        image = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        if self._past and self._past[-1][1].shape != image.shape:
            self._past.clear()
            self._kept.clear()
            for phone in self._phones:
                phone.last = None
        self._past.append((time_s, image))
        self._keep(time_s, image)
        seen = {phone.belt: phone.follow(image, time_s) for phone in self._phones}
        # Whoever has just been lost is looked for at once.
        self._wait = 0 if any(seen[belt] is None for belt in self._had) else self._wait - 1
        lacking = seen[False] is None or seen[True] is None
        if lacking and len(self._past) == PAST and self._wait <= 0 and pose is not None and pose.found:
            self._search(pose, seen)
            self._wait = self._pause(time_s, seen)
        self._had = {belt for belt, one in seen.items() if one is not None}
        said: dict[bool, PhoneReading | None] = {False: None, True: None}
        for phone in self._phones:
            one = seen[phone.belt]
            if one is not None:
                said[phone.belt] = phone.take(one, time_s)
                if said[phone.belt] is not None and self._kept:
                    self._kept[-1][2].add(phone.belt)
                    self._walk_back(phone, one)
        self.seen, self.belt = seen[False], said[True]
        return said[False]

    def take_late(self) -> list[Late]:
        """Return what was read backwards since the last call, in no order."""
        late, self._late = self._late, []
        return late

    def _keep(self, time_s: float, image: Bytes) -> None:
        if not self._back:
            return
        self._kept.append((time_s, image, set()))
        while self._kept[0][0] < time_s - BACK_S or len(self._kept) * image.nbytes > BACK_BYTES:
            self._kept.popleft()

    def _walk_back(self, phone: _Known, seen: Seen) -> None:
        """Follow a marker backwards through the pictures before the newest in which it was not read."""
        last, after, number, since_s, same = phone.last, Message.of(seen.number), -1, 0.0, 0
        found: list[tuple[Late, set[bool]]] = []
        misses = 0
        for time_s, image, read in list(self._kept)[-2::-1]:
            if phone.belt in read or misses == BACK_MISSES or last is None:
                break
            one = followed(image, time_s, last, belt=phone.belt, widely=False)
            message = None if one is None else Message.of(one.number)
            if one is None or message is None or not agree(message, time_s, after, last.time_s):
                misses += 1
                continue
            misses, after, last = 0, message, Followed.then(one.place, time_s, last)
            number, since_s, same = (number, since_s, same + 1) if one.number == number else (one.number, time_s, 1)
            if since_s - time_s > FROZEN_S and same >= FROZEN_READS:
                # It had stopped then, and said what had been measured long before.
                found = [item for item in found if item[0].time_s > since_s]
                break
            found.append((Late(time_s, phone.belt, reading_of(message, one.place)), read))
        for late, read in found:
            read.add(phone.belt)
            self._late.append(late)

    def _search(self, pose: Pose, seen: dict[bool, Seen | None]) -> None:
        """Search the trunk for the markers that are not seen in the newest picture, by the changes of the last ones.

        A second phone is looked for only beside the first, or where it was read before.

        Args:
            pose: The wearer's pose.
            seen: The markers of chest and belt that are followed; what is found is added.
        """
        wanted = [phone.belt for phone in self._phones if seen[phone.belt] is None]
        if seen[False] is None and self._phones[True].read_s == -np.inf:
            wanted = [False]
        image = self._past[-1][1]
        xy = pose.image_xy[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP]]
        tall = max(float(np.linalg.norm(xy[:2].mean(axis=0) - xy[2:].mean(axis=0))), 20.0)
        low, high = xy.min(axis=0) - 0.3 * tall, xy.max(axis=0) + 0.3 * tall
        x0, y0 = np.clip(low, 0, (image.shape[1], image.shape[0])).astype(int)
        x1, y1 = np.clip(high, 0, (image.shape[1], image.shape[0])).astype(int)
        expected = HEIGHT_SHARE * tall
        shrink = min(1.0, TALL_PX / expected)
        if x1 - x0 < 12 or y1 - y0 < 12 or expected < 10:
            return
        parts = [shrunk(old[y0:y1, x0:x1], shrink) for _, old in self._past]
        change = np.asarray(np.mean([np.abs(one - other) for one, other in pairwise(parts)], axis=0), np.float32)
        self._changing = False
        for place in candidates(change, shrink * expected):
            where = unscaled(place, (x0, y0), shrink)
            if any(one is not None and _overlap(where, one.place) for one in seen.values()):
                continue
            self._changing = True
            for belt in wanted:
                if seen[belt] is None:
                    seen[belt] = fitted(image, where, HURRIED, belt=belt)
                    if seen[belt] is not None:
                        break
            if all(seen[belt] is not None for belt in wanted):
                break

    def _pause(self, time_s: float, seen: dict[bool, Seen | None]) -> int:
        """Return after how many pictures markers are searched for again, by what was seen of each phone in this one."""
        read_s = max((phone.read_s for phone in self._phones if seen[phone.belt] is None), default=-np.inf)
        if time_s - read_s < JUST_S:
            return 1
        if time_s - read_s < SOON_S:
            return 2
        if seen[False] is not None or time_s - max(read_s, self._since_s or 0.0) > PATIENT_S:
            return SELDOM
        return 2 if self._changing else EVERY


def agree(message: Message, time_s: float, other: Message, other_s: float) -> bool:
    """Return whether two turns of a phone, read at two times, can belong to one movement."""
    known = message.turn != UNKNOWN
    off = abs((message.turn - other.turn + 128) % 256 - 128) if known and other.turn != UNKNOWN else 0
    passed = abs(time_s - other_s)
    same = message.epoch == other.epoch and known == (other.turn != UNKNOWN)
    return passed < TRUSTED_S and same and off <= LEAP_DEG + LEAP_DEG_S * passed


def _overlap(one: Floats, other: Floats) -> bool:
    """Return whether two places lie over each other."""
    middles = np.abs((one[0] + (one[1] + one[2]) / 2) - (other[0] + (other[1] + other[2]) / 2))
    reach = (np.abs(one[1:]).sum(axis=0) + np.abs(other[1:]).sum(axis=0)) / 2
    return bool((middles < 0.7 * reach).all())


def reading_of(message: Message, place: Floats) -> PhoneReading:
    """Return what a marker says, with where it lies in the picture."""
    known = message.turn != UNKNOWN
    middle = place[0] + (place[1] + place[2]) / 2
    across, down = place[1], place[2] / 2.0
    # Seen slanting, a square's longest extent keeps its length, whatever way the square is turned.
    length = float(np.linalg.svd(np.stack([across, down]), compute_uv=False)[0])
    narrow = float(np.linalg.norm(across)) / max(length, 1e-9)
    nan = float("nan")
    return PhoneReading(
        turn_deg=float(message.turn) if known else nan,
        lean_deg=message.slow if message.kind == "lean" else nan,
        side_deg=message.slow if message.kind == "side" else nan,
        quality=message.slow if message.kind == "quality" else nan,
        epoch=float(message.epoch),
        facing_deg=float(np.degrees(np.arccos(min(narrow, 1.0)))),
        x_px=float(middle[0]),
        y_px=float(middle[1]),
    )
