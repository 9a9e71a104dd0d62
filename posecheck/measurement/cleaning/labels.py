"""Landmarks that changed sides for a moment, put right again.

For some frames MediaPipe takes left for right, of the whole body or of head, arms or legs alone, or takes what is in
front for what is behind. No person can do that from one frame to the next, and what the landmarks show then lies where
the other side's lay before. Such frames are given their former sides back for up to LONGEST_S. After that the new ones
are taken as they are, because a person who turns around quickly may look the same; the step to them is a leap, which
plausibility.py sees. Of two depths the former may be the wrong ones; then 7 % of the readings in that time lie outside
their stated error instead of 6 % (docs/coaching.md).
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import MIRROR, N_LANDMARKS
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.observation import Observation

PARTS: tuple[NDArray[np.intp], ...] = tuple(
    np.arange(first, last)
    for first, last in (
        (L.NOSE, L.LEFT_SHOULDER), (L.LEFT_SHOULDER, L.LEFT_ELBOW), (L.LEFT_ELBOW, L.LEFT_HIP),
        (L.LEFT_HIP, L.LEFT_KNEE), (L.LEFT_KNEE, N_LANDMARKS),
    )
)  # fmt: skip
"""The landmarks of each part of the body that may change sides for itself: head, shoulders, arms, hips, legs."""
LEAST_M: Floats = np.array([0.03, 0.1, 0.1, 0.08, 0.1])
"""Mean movement of each part from one frame to the next from which on it may have changed sides, metres."""
NEARER = 0.45
"""It surely has if, put back, it has moved less than this share of that."""
RATHER = 0.7
"""Where a line lies in the picture's plane or points at the camera, exchanges of labels and of depths are alike. Depths
count as exchanged only if that leaves less than this share of the movement that labels alone leave."""
LONGEST_S = 1.2
GAP_S = 0.5
"""After a longer absence of the person, a frame is not compared with the one before."""

Kinds = NDArray[np.int8]

_GIVEN, _LABELS, _BEHIND, _TURNED, _DEPTH = range(5)
"""What happened to a part: nothing; labels exchanged; also its depths from the hips negated; or those from its middle;
depths alone exchanged, as if each limb hung from the other end of its line."""
_ROOTS = (L.LEFT_EAR, L.LEFT_SHOULDER, L.LEFT_SHOULDER, L.LEFT_HIP, L.LEFT_HIP)
"""Left end of the line from whose middle the depths of each part turn."""
_WEIGHT: Floats = np.zeros((N_LANDMARKS, len(PARTS)))
_ROOT: NDArray[np.intp] = np.arange(N_LANDMARKS)
for _i, _rows in enumerate(PARTS):
    _paired = _rows[MIRROR[_rows] != _rows]
    _WEIGHT[_paired, _i] = 1.0 / len(_paired)
    _ROOT[_paired] = [MIRROR[_ROOTS[_i]] if "RIGHT" in L(row).name else _ROOTS[_i] for row in _paired.tolist()]


def _moved(step: Floats) -> Floats:
    """Return how far each part moved (n, parts), metres, from the steps (n, 33, 3) of its landmarks."""
    return np.asarray(np.sqrt(np.einsum("nij,nij->ni", step, step)) @ _WEIGHT)


def _undone(world: Floats, part: int, how: int) -> Floats:
    """Return the world landmarks of a part (n, rows, 3), put back, from those of the body (n, 33, 3)."""
    rows = PARTS[part]
    if how == _DEPTH:
        out = world[:, rows]
        out[..., 2] += world[:, MIRROR[_ROOT[rows]], 2] - world[:, _ROOT[rows], 2]
        return np.asarray(out)
    out = world[:, MIRROR[rows]]
    if how != _LABELS:
        root = _ROOTS[part]
        middle = world[:, root, 2] + world[:, MIRROR[root], 2] if how == _TURNED else np.zeros(len(world))
        out[..., 2] = middle[:, None] - out[..., 2]
    return np.asarray(out)


class Labels:
    """Put landmarks back to their sides frame by frame; one or many frames at once give the same result."""

    def __init__(self) -> None:
        self._last: tuple[float, Floats, int] | None = None
        self._how = [_GIVEN] * len(PARTS)
        self._since = [0.0] * len(PARTS)
        self._away = [False] * len(PARTS)

    def update(self, frames: PoseTrack | Observation) -> Observation:
        """Return the next n frames with their landmarks put back."""
        seen = Observation.of(frames)
        track = seen.track
        found = np.flatnonzero(seen.found)
        if not len(found):
            return seen
        world, time_s, subject = track.world_xyz[found], track.time_s[found], track.subject[found]
        last_s, last, who = self._last or (float(time_s[0]), world[0], int(subject[0]))
        self._last = float(time_s[-1]), world[-1], int(subject[-1])
        before = np.concatenate([last[None], world[:-1]])
        moved = _moved(world - before)
        odd = (moved > LEAST_M).any(axis=1)
        undoing = any(self._how) or any(self._away)
        if not undoing and not odd.any():
            return seen
        cut = (np.diff(time_s, prepend=last_s) > GAP_S) | (np.diff(subject, prepend=who) != 0)
        # While something is put back, smaller movements matter too.
        rows = slice(None) if undoing else np.flatnonzero(np.maximum.accumulate(odd))
        sure, labels, depths = (np.zeros(moved.shape, np.int8) for _ in range(3))
        sure[rows], labels[rows], depths[rows] = _changes(before[rows], world[rows], moved[rows])
        how = self._follow(time_s, cut, (sure, labels, depths))
        if not how.any():
            return seen
        return _put_back(track, found, how)

    def _follow(self, time_s: Floats, cut: Bools, changes: tuple[Kinds, Kinds, Kinds]) -> Kinds:
        """Return what is to be undone of each part (n, parts); the changes as from _changes."""
        out = np.zeros(changes[0].shape, np.int8)
        each = zip(time_s.tolist(), cut.tolist(), *(part.tolist() for part in changes), strict=True)
        for i, (now, new, surely, label, depth) in enumerate(each):
            if new:
                self._how, self._away = [_GIVEN] * len(PARTS), [False] * len(PARTS)
                continue
            # A part seldom changes sides alone; and what is put back ends as soon as that is more likely.
            with_labels, with_depths = any(0 < kind < _DEPTH for kind in surely), _DEPTH in surely
            for part, how in enumerate(self._how):
                if how == _GIVEN:
                    what = surely[part] or (with_labels and label[part]) or (with_depths and depth[part])
                else:
                    what = depth[part] if how == _DEPTH else label[part]
                if what and self._away[part]:
                    self._away[part] = False
                elif what:
                    self._how[part], self._since[part] = what if how == _GIVEN else _GIVEN, now
                elif how and now - self._since[part] > LONGEST_S:
                    self._how[part], self._away[part] = _GIVEN, True
            out[i] = self._how
        return out


def _changes(before: Floats, world: Floats, moved: Floats) -> tuple[Kinds, Kinds, Kinds]:
    """Return what happened to each part (n, parts) since the frame before.

    Returns:
        What surely did; and what more likely did than not, of the labels and of the depths. Where left and right lie
        beside each other and hardly move, nothing shows that.
    """
    sure, labels, depths = (np.zeros(moved.shape, np.int8) for _ in range(3))
    for part, rows in enumerate(PARTS):
        then, weight, far = before[:, rows], _WEIGHT[rows, part], moved[:, part]
        steps = (_undone(world, part, how) - then for how in (_LABELS, _BEHIND, _TURNED, _DEPTH))
        *by_labels, by_depths = (np.sqrt((step**2).sum(axis=-1)) @ weight for step in steps)
        kind, least = np.argmin([by_labels[0] * RATHER, *by_labels[1:]], axis=0) + 1, np.min(by_labels, axis=0)
        deep = by_depths < RATHER * least
        best, off = np.where(deep, _DEPTH, kind), np.where(deep, by_depths, least)
        sure[:, part] = np.where((far > LEAST_M[part]) & (off < NEARER * far), best, _GIVEN)
        enough = far > LEAST_M[part] / 2.0
        labels[:, part] = np.where(enough & (least < far), kind, _GIVEN)
        depths[:, part] = np.where(enough & (by_depths < far), _DEPTH, _GIVEN)
    return sure, labels, depths


def _put_back(track: PoseTrack, found: NDArray[np.intp], how: Kinds) -> Observation:
    image, world, visibility = track.image_xy.copy(), track.world_xyz.copy(), track.visibility.copy()
    for part, rows in enumerate(PARTS):
        for kind in (_LABELS, _BEHIND, _TURNED, _DEPTH):
            frames = found[how[:, part] == kind]
            if not len(frames):
                continue
            to, from_ = np.ix_(frames, rows), np.ix_(frames, MIRROR[rows])
            world[to] = _undone(track.world_xyz[frames], part, kind)
            if kind != _DEPTH:
                image[to], visibility[to] = track.image_xy[from_], track.visibility[from_]
    return Observation(replace(track, image_xy=image, world_xyz=world, visibility=visibility))
