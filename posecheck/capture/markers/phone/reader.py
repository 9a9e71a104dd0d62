"""Find the marker of a phone at the chest in each picture, and read it.

The marker is searched for only now and then and only on the wearer's trunk, by what nothing else does there: it
changes from picture to picture in one place. Once read, it is followed.
"""

from collections import deque
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.capture.markers.phone.code import UNKNOWN, Message
from posecheck.capture.markers.phone.fit import FREE, Gray, Seen, fit
from posecheck.core.arrays import Floats
from posecheck.core.frame import Rgb
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import Pose
from posecheck.core.worn.phone import PhoneReading

Bytes = NDArray[np.uint8]

HEIGHT_SHARE = 0.22
"""Height of a marker over that of a trunk from shoulders to hips, on average."""
SIZES, WIDTHS = (0.72, 0.85, 1.0, 1.18, 1.4), (1.0, 0.78, 0.6, 0.47)
"""Heights that are tried, relative to that, and widths relative to a marker seen from in front."""
TALL_PX = 34.0
"""Height in pixels to which a larger marker is shrunk before it is searched for and read."""
BLUR_PX, SHRUNK_PX = 0.75, 0.4
"""Blur of a point in a webcam's picture (standard deviation), and what remains in a picture that was shrunk."""
CHANGE, TIMES, PLACES = 7.0, 1.8, 5
"""Least change from picture to picture of a place that is looked at more closely, by how much it must exceed that
around it, and the most such places."""
PAST = 5
"""Pictures whose changes are added up."""
HURRIED = 0.75
"""Least share of the contrast that free cells must explain at a place found by searching."""
EVERY, PATIENT_S, SELDOM = 6, 5.0, 60
"""A marker is searched for in every EVERY-th picture, and in every SELDOM-th after PATIENT_S without one."""
JUST_S, SOON_S = 0.6, 2.0
"""After it is lost it is searched for in every picture, then in every second one, for so long."""
NEAR = 2
"""Places of high contrast near a marker's expected place that are looked at, when it moved otherwise than expected."""
FOLLOWED_S = 0.6
"""A marker out of sight for longer is searched for anew, not at its expected place."""
FROZEN_S, FROZEN_READS = 1.0, 6
"""A marker that shows the same for so long, and in so many pictures, has stopped: the phone no longer measures."""
LEAP_DEG, LEAP_DEG_S = 6.0, 400.0
"""Farthest that a turn can be from the one read before, degrees and degrees for each second between; a turn farther
off counts only when the next one agrees with it."""
TRUSTED_S = 1.0


@dataclass(frozen=True, slots=True)
class _Followed:
    """Where a marker was read last, in pixels of the whole picture, and when."""

    place: Floats
    time_s: float
    going: Floats


class PhoneReader:
    """Find and read a phone's marker in pictures that come in order of time.

    Attributes:
        seen: The marker in the last picture, if one was surely read there.
    """

    def __init__(self) -> None:
        self.seen: Seen | None = None
        self._last: _Followed | None = None
        self._read_s = -np.inf
        self._since_s: float | None = None
        self._wait = 0
        self._changing = False
        self._past: deque[tuple[float, Bytes]] = deque(maxlen=PAST)
        self._same: tuple[int, float, int] | None = None
        self._moving = False
        self._turns: deque[tuple[Message, float]] = deque(maxlen=2)

    def read(self, rgb: Rgb, time_s: float, pose: Pose | None) -> PhoneReading | None:
        """Read the marker in the next picture.

        Args:
            rgb: (h, w, 3) picture.
            time_s: Its time in seconds, later than that of the one before.
            pose: The wearer's pose; without one no marker is searched for.

        Returns:
            What the phone says; None where no marker is read, or one that has stopped.
        """
        self._since_s = time_s if self._since_s is None else self._since_s
        image = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        if self._past and self._past[-1][1].shape != image.shape:
            self._past.clear()
            self._last = None
        self._past.append((time_s, image))
        seen = self._followed(image, time_s)
        self._wait -= 1
        enough = len(self._past) == PAST
        if seen is None and enough and self._wait <= 0 and pose is not None and pose.found:
            seen = self._searched(pose)
            self._wait = self._pause(time_s)
        self.seen = seen
        if seen is None:
            return None
        self._keep(seen, time_s)
        message = Message.of(seen.number)
        if not self._alive(seen.number, time_s) or not self._follows(message, time_s):
            return None
        return reading_of(message, seen.place)

    def _followed(self, image: Bytes, time_s: float) -> Seen | None:
        """Look for the marker where it should have moved to, and where it was."""
        last = self._last
        if last is None or time_s - last.time_s > FOLLOWED_S:
            return None
        ahead = last.place.copy()
        ahead[0] += last.going * (time_s - last.time_s)
        for place, loose in ((ahead, 1), (ahead, FREE), (last.place, FREE)):
            seen = self._fitted(image, place, loose=loose)
            if seen is not None:
                return seen
        for place in _contrasts(image, ahead):
            for wide in (1.0, 0.8, 1.2):
                start = place * [[1.0], [wide], [1.0]]
                start[0] += (1.0 - wide) / 2 * place[1]
                seen = self._fitted(image, start, HURRIED)
                if seen is not None:
                    return seen
        return None

    @staticmethod
    def _fitted(image: Bytes, place: Floats, hurried: float = 0.0, loose: int = FREE) -> Seen | None:
        """Return the marker near a place, if one is surely read there."""
        middle = place[0] + (place[1] + place[2]) / 2
        reach = 0.8 * float(np.abs(place[1:]).sum()) + 8.0
        x0, y0 = np.maximum(middle - reach, 0).astype(int)
        x1, y1 = np.minimum(middle + reach, (image.shape[1], image.shape[0])).astype(int)
        if x1 - x0 < 8 or y1 - y0 < 8:
            return None
        shrink = min(1.0, TALL_PX / max(float(np.linalg.norm(place[2])), 1.0))
        part = _shrunk(image[y0:y1, x0:x1], shrink)
        blur_px = float(np.hypot(BLUR_PX * shrink, SHRUNK_PX * (shrink < 1)))
        seen = fit(part, _scaled(place, (x0, y0), shrink), blur_px, hurried, loose)
        if seen is None or not seen.sure:
            return None
        return replace(seen, place=_unscaled(seen.place, (x0, y0), shrink))

    def _searched(self, pose: Pose) -> Seen | None:
        """Search the trunk for a marker in the newest picture, by the changes of the last ones."""
        image = self._past[-1][1]
        xy = pose.image_xy[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP]]
        tall = max(float(np.linalg.norm(xy[:2].mean(axis=0) - xy[2:].mean(axis=0))), 20.0)
        low, high = xy.min(axis=0) - 0.3 * tall, xy.max(axis=0) + 0.3 * tall
        x0, y0 = np.clip(low, 0, (image.shape[1], image.shape[0])).astype(int)
        x1, y1 = np.clip(high, 0, (image.shape[1], image.shape[0])).astype(int)
        expected = HEIGHT_SHARE * tall
        shrink = min(1.0, TALL_PX / expected)
        if x1 - x0 < 12 or y1 - y0 < 12 or expected < 10:
            return None
        parts = [_shrunk(old[y0:y1, x0:x1], shrink) for _, old in self._past]
        changes = [np.abs(one - other) for one, other in pairwise(parts)]
        places = candidates(np.asarray(np.mean(changes, axis=0), np.float32), shrink * expected)
        self._changing = bool(places)
        for place in places:
            seen = self._fitted(image, _unscaled(place, (x0, y0), shrink), HURRIED)
            if seen is not None:
                return seen
        return None

    def _keep(self, seen: Seen, time_s: float) -> None:
        last, going = self._last, np.zeros(2)
        if last is not None and 0 < time_s - last.time_s < FOLLOWED_S:
            going = (seen.place[0] - last.place[0]) / (time_s - last.time_s)
        self._last, self._read_s = _Followed(seen.place, time_s, going), time_s

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
        known = message.turn != UNKNOWN
        near = False
        for other, other_s in self._turns:
            off = abs((message.turn - other.turn + 128) % 256 - 128) if known and other.turn != UNKNOWN else 0
            passed = time_s - other_s
            same = message.epoch == other.epoch and known == (other.turn != UNKNOWN)
            near |= passed < TRUSTED_S and same and off <= LEAP_DEG + LEAP_DEG_S * passed
        self._turns.append((message, time_s))
        return near

    def _pause(self, time_s: float) -> int:
        """Return after how many pictures a marker is searched for again."""
        if time_s - self._read_s < JUST_S:
            return 1
        if time_s - max(self._read_s, self._since_s or 0.0) > PATIENT_S:
            return SELDOM
        return 2 if self._changing or time_s - self._read_s < SOON_S else EVERY


def reading_of(message: Message, place: Floats) -> PhoneReading:
    """Return what a marker says, with where it lies in the picture."""
    known = message.turn != UNKNOWN
    middle = place[0] + (place[1] + place[2]) / 2
    narrow = float(np.linalg.norm(place[1]) * 2.0 / np.linalg.norm(place[2]))
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


def candidates(change: Gray, tall_px: float) -> list[Floats]:
    """Return places in which the picture changes as a marker does, the likeliest first.

    Args:
        change: (h, w) mean change of the brightness from picture to picture.
        tall_px: Expected height of a marker in pixels.
    """
    found: list[tuple[float, Floats]] = []
    for size in SIZES:
        height = size * tall_px
        for narrow in WIDTHS:
            width = 0.5 * narrow * height
            inside, around, (left, top) = _kernels(width, height)
            if inside.shape[0] >= change.shape[0] or inside.shape[1] >= change.shape[1]:
                continue
            within = np.asarray(cv2.matchTemplate(change, inside, cv2.TM_CCORR))
            beside = np.asarray(cv2.matchTemplate(change, around, cv2.TM_CCORR))
            # A part of the marker may change more than the whole.
            score = (within - beside) * float(np.sqrt(width * height))
            score = np.where((within > CHANGE) & (within > TIMES * beside), score, 0.0).astype(np.float32)
            for _ in range(2):
                _, best, _, (x, y) = cv2.minMaxLoc(score)
                if best <= 0.0:
                    break
                found.append((best, np.array([[x + left, y + top], [width, 0.0], [0.0, height]])))
                cv2.rectangle(score, (x - 2, y - 3), (x + 2, y + 3), 0.0, -1)
    found.sort(key=lambda item: -item[0])
    out: list[Floats] = []
    for _, place in found:
        if all(_differ(place, other) for other in out):
            out.append(place)
        if len(out) == PLACES:
            break
    return out


def _contrasts(image: Bytes, place: Floats) -> list[Floats]:
    """Return a marker's place moved to where the contrast near it is highest."""
    width, height = (max(3, round(float(np.linalg.norm(part)))) for part in place[1:])
    reach = 0.5 * width + 8.0
    ends = np.array([place[0], place[0] + place[1], place[0] + place[2], place.sum(axis=0)])
    x0, y0 = np.maximum(ends.min(axis=0) - reach, 0).astype(int)
    x1, y1 = np.minimum(ends.max(axis=0) + reach, (image.shape[1], image.shape[0])).astype(int)
    part = np.asarray(image[y0:y1, x0:x1], np.float32)
    if part.shape[0] < height or part.shape[1] < width:
        return []
    mean, square = (np.asarray(cv2.blur(v, (width, height))) for v in (part, part * part))
    spread = np.sqrt(np.maximum(square - mean * mean, 0.0))
    middle, out = place[0] + (place[1] + place[2]) / 2, []
    for _ in range(NEAR):
        _, best, _, (x, y) = cv2.minMaxLoc(spread)
        if best <= 0.0:
            break
        moved = place.copy()
        moved[0] += np.array([x + x0, y + y0]) - middle
        out.append(moved)
        cv2.rectangle(spread, (x - 2, y - 2), (x + 2, y + 2), 0.0, -1)
    return out


def _differ(one: Floats, other: Floats) -> bool:
    return bool(
        np.abs(one[0] - other[0]).max() > 2.0
        or abs(one[1, 0] / other[1, 0] - 1) > 0.2
        or abs(one[2, 1] / other[2, 1] - 1) > 0.12
    )


@cache
def _kernels(width: float, height: float) -> tuple[Gray, Gray, tuple[float, float]]:
    """Return weights of the cells that change and of the strip around them, and where the marker's corner lies."""
    side, row = max(2.0, 0.3 * width), height / 12
    w, h = int(np.ceil(width + 2 * side)), int(np.ceil(height + 2 * side))
    left, top = (w - width) / 2, (h - height) / 2
    x, y = np.arange(w, dtype=np.float64) + 0.5, np.arange(h, dtype=np.float64) + 0.5

    def share(at: Floats, first: float, last: float) -> Floats:
        return np.asarray(np.clip(at - first + 0.5, 0, 1) * np.clip(last - at + 0.5, 0, 1))

    inside = np.outer(share(y, top + row, top + height - row), share(x, left, left + width))
    whole = np.outer(share(y, top - 1, top + height + 1), share(x, left - 1, left + width + 1))
    around = 1.0 - whole
    return (
        np.asarray(inside / inside.sum(), np.float32),
        np.asarray(around / around.sum(), np.float32),
        (left - 0.5, top - 0.5),
    )


def _shrunk(image: Bytes, shrink: float) -> Gray:
    if shrink < 1.0:
        size = (max(8, round(image.shape[1] * shrink)), max(8, round(image.shape[0] * shrink)))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(image, np.float32)


def _scaled(place: Floats, corner: tuple[int, int], shrink: float) -> Floats:
    """Return a place in pixels of a shrunk part of the picture."""
    out = place * shrink
    out[0] = (place[0] - corner + 0.5) * shrink - 0.5
    return np.asarray(out)


def _unscaled(place: Floats, corner: tuple[int, int], shrink: float) -> Floats:
    """Return a place in pixels of the whole picture."""
    out = place / shrink
    out[0] = (place[0] + 0.5) / shrink - 0.5 + corner
    return np.asarray(out)
