"""What a person looks like: the colours of trunk and thighs. Somebody who passes in front is not taken for them.

A photograph or a poster of a person looks like one, but nothing in it ever changes.

Where people cross, a detection can glide from one to the other without a jump. Place and size then say nothing, but
people rarely wear the same. Colours change with the light and with how a person turns, so they are learned again all
the time, slowly.
"""

from collections import deque
from collections.abc import Iterable

import cv2
import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.frame import Rgb
from posecheck.core.landmarks import MIN_VISIBILITY
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import Pose

LEARNED_S, KEPT = 0.25, 12
"""Time between the pictures that are learned from, and how many are remembered."""
ENOUGH = 3
"""How many pictures must have been learned before others can look different."""
LIGHTNESS = 0.5
"""Weight of a difference in lightness against one in colour; shadows change lightness."""
NEAR = 12.0
"""Largest difference of a colour from one that was learned, in CIELAB units."""
COMMON = 0.05
"""Share of the learned points that must have a colour like it for a colour to count as known; what an arm or somebody
else once covered is rarer."""
KNOWN = 0.15
"""Share of the points on a part whose colour is known, below which the part is somebody else's. Crossed arms and hands
hide a part of the trunk only."""
CLEAR = 0.8
"""Share of each part whose colour must be known for the picture to be learned from."""
STIR_SIZE, STIR_CELLS, STIR_CHANGED = (48, 36), 6, 14.0
"""Size of the picture in which movement is looked for, how many of its points must change from one picture to the next,
and by how much, of 255."""
STIR_MARGIN = 0.1
"""Margin around the subject in which points do not count, as a share of the subject's extent."""
CELLS = (24, 32)
"""Columns and rows in which the box around a person is compared with itself."""
FROZEN, FROZEN_S = 15.0, 3.0
"""Most that any cell of a photograph changes, of 255, in a recording of at least so many seconds. Compressed or noisy
photographs changed by 3 to 10 in ten seconds. The stillest two seconds of people changed by 7 in real and by 12 in
rendered clips, but each of them changed by more than 60 in the whole clip."""
ALIVE = 25.0
"""Least change elsewhere in the picture, of 255; where nothing moves at all, it is a film of a still picture."""
SAME_BOX = 0.6
"""Share of two boxes that they must have in common to be the same place."""
_PARTS: tuple[tuple[L, L, L, L], ...] = (
    (L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP),
    (L.LEFT_HIP, L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_KNEE),
    (L.RIGHT_HIP, L.RIGHT_HIP, L.RIGHT_KNEE, L.RIGHT_KNEE),
)
_ACROSS, _DOWN = np.meshgrid(np.linspace(0.25, 0.75, 5), np.linspace(0.15, 0.85, 7))


def colours(rgb: Rgb, pose: Pose) -> list[Floats]:
    """Return the colours on a person's parts.

    Args:
        rgb: (h, w, 3) picture.
        pose: The person in it.

    Returns:
        For trunk, left and right thigh (m, 3) lightness (weighted), a and b of CIELAB at points on it; m is 0 for a
        part that is not seen.
    """
    out = []
    scale = np.array([rgb.shape[1], rgb.shape[0]]) / np.array(pose.size_wh)
    for part in _PARTS:
        corners = pose.image_xy[list(part)] * scale
        top, bottom = (a + (b - a) * _ACROSS[..., None] for a, b in (corners[:2], corners[2:]))
        points = np.round(top + (bottom - top) * _DOWN[..., None]).astype(int).reshape(-1, 2)
        inside = (points >= 0).all(axis=1) & (points[:, 0] < rgb.shape[1]) & (points[:, 1] < rgb.shape[0])
        seen = inside.mean() >= 0.5 and pose.visibility[list(part)].min() >= MIN_VISIBILITY
        at = points[inside] if seen else points[:0]
        picked = rgb[at[:, 1], at[:, 0]].astype(np.float32)[None] / 255
        lab = cv2.cvtColor(picked, cv2.COLOR_RGB2LAB)[0] if len(at) else np.empty((0, 3))
        out.append(np.asarray(lab, np.float64) * (LIGHTNESS, 1.0, 1.0))
    return out


class Appearance:
    """Learn what the subject looks like, and tell others from them."""

    def __init__(self) -> None:
        self._known: deque[list[Floats]] = deque(maxlen=KEPT)
        self._colours: Floats = np.empty((0, 3))
        self._learned_s = -np.inf

    def differs(self, rgb: Rgb, pose: Pose) -> bool:
        """Return whether a person clearly looks different from the subject: all parts that are seen, or the trunk.

        Args:
            rgb: (h, w, 3) picture.
            pose: The person in it.
        """
        if len(self._known) < ENOUGH:
            return False
        shares = [self._share(now) for now in colours(rgb, pose)]
        trunk, thighs = shares[0], [share for share in shares[1:] if share is not None]
        if trunk is None:
            return bool(thighs) and max(thighs) < KNOWN
        return trunk < KNOWN

    def _share(self, now: Floats) -> float | None:
        """Return the share of a part's points whose colour is known; None where it is not seen."""
        # Bent legs may cover the trunk, so the colours of all parts count.
        known = self._colours
        if not len(now) or not len(known):
            return None
        # |a - b|² = |a|² + |b|² - 2ab, which is many times faster than the differences themselves.
        apart = (now**2).sum(axis=1)[:, None] + (known**2).sum(axis=1)[None] - 2 * now @ known.T
        return float(((apart < NEAR**2).mean(axis=1) >= COMMON).mean())

    def learn(self, rgb: Rgb, pose: Pose) -> None:
        """Learn from a picture of the subject, if it is time to and nobody else covers a part of them.

        Args:
            rgb: (h, w, 3) picture.
            pose: The subject in it.
        """
        if pose.time_s - self._learned_s >= LEARNED_S:
            self._learned_s = pose.time_s
            now = colours(rgb, pose)
            shares = [self._share(part) for part in now] if self._known else []
            if min((share for share in shares if share is not None), default=1.0) >= CLEAR:
                self._known.append(now)
                self._colours = np.concatenate([part for parts in self._known for part in parts])


class Stir:
    """Notice that something moves in the picture besides the subject, such as somebody who comes in."""

    def __init__(self) -> None:
        self._last: Rgb | None = None

    def update(self, rgb: Rgb, subject: Pose) -> bool:
        """Take the next picture; return whether more than a little of it has changed outside the subject's box.

        Args:
            rgb: (h, w, 3) picture.
            subject: The subject in it.
        """
        step = max(1, min(rgb.shape[:2]) // 120)
        small = np.asarray(cv2.resize(rgb[::step, ::step], STIR_SIZE, interpolation=cv2.INTER_AREA), np.uint8)
        last, self._last = self._last, small
        if last is None:
            return False
        scale = np.array(STIR_SIZE) / np.array(subject.size_wh)
        low, high = subject.image_xy.min(axis=0), subject.image_xy.max(axis=0)
        margin = STIR_MARGIN * float(np.max(high - low))
        left, top = np.maximum((low - margin) * scale, 0).astype(int)
        right, bottom = np.maximum((high + margin) * scale, 0).astype(int)
        changed = cv2.absdiff(small, last).sum(axis=2) > 3 * STIR_CHANGED
        changed[top : bottom + 1, left : right + 1] = False
        return int(changed.sum()) >= STIR_CELLS


Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the picture."""


class StillPerson:
    """Watch whether the person who is followed in a shot is a photograph: not even breathing changes the picture."""

    def __init__(self) -> None:
        self._box: Box | None = None
        self._shown: Floats = np.empty(0)
        self._around: Floats = np.empty(0)
        self._since_s = self._last_s = 0.0
        self._most = self._elsewhere = 0.0

    def update(self, rgb: Rgb, pose: Pose) -> None:
        """Take the next picture in which somebody is followed.

        Args:
            rgb: (h, w, 3) picture.
            pose: The person.
        """
        if self._most >= FROZEN:
            return
        box = _box(pose, rgb)
        if self._box is None:
            self._box, self._shown, self._around = box, _patch(rgb, box), self._outside(rgb, box)
            self._since_s = pose.time_s
        elif _common(self._box, box) < SAME_BOX:
            self._most = np.inf
            return
        self._last_s = pose.time_s
        self._most = max(self._most, float(np.abs(_patch(rgb, self._box) - self._shown).max()))
        self._elsewhere = max(self._elsewhere, float(np.abs(self._outside(rgb, self._box) - self._around).max()))

    @property
    def photograph(self) -> Box | None:
        """Return the box around the photograph, None if it is a person or may be one."""
        still = self._most < FROZEN and self._last_s - self._since_s >= FROZEN_S
        return self._box if still and self._elsewhere > ALIVE else None

    @staticmethod
    def _outside(rgb: Rgb, box: Box) -> Floats:
        """Return a small picture of everything outside the box."""
        small = cv2.resize(covered(rgb, [box]), CELLS, interpolation=cv2.INTER_AREA)
        return np.asarray(np.asarray(small, np.float64).mean(axis=2))


def covered(rgb: Rgb, boxes: Iterable[Box]) -> Rgb:
    """Return a picture in which boxes are grey; the same one where there are none.

    Args:
        rgb: (h, w, 3) picture.
        boxes: The boxes.
    """
    out = rgb
    for left, top, right, bottom in boxes:
        out = rgb.copy() if out is rgb else out
        out[top:bottom, left:right] = 127
    return out


def _box(pose: Pose, rgb: Rgb) -> Box:
    """Return the box around a person, within the picture."""
    height, width = rgb.shape[:2]
    scale = np.array([width, height]) / np.array(pose.size_wh)
    left, top = np.clip(pose.image_xy.min(axis=0) * scale, 0, (width - 2, height - 2)).astype(int)
    right, bottom = np.clip(pose.image_xy.max(axis=0) * scale + 1, (left + 1, top + 1), (width, height)).astype(int)
    return int(left), int(top), int(right), int(bottom)


def _common(a: Box, b: Box) -> float:
    """Return the area that two boxes share, as a share of the area that either covers."""
    width = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    either = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width * height
    return float(width * height / either)


def _patch(rgb: Rgb, box: Box) -> Floats:
    """Return a box of a picture, small."""
    left, top, right, bottom = box
    small = cv2.resize(rgb[top:bottom, left:right], CELLS, interpolation=cv2.INTER_AREA)
    return np.asarray(np.asarray(small, np.float64).mean(axis=2))
