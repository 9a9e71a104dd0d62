"""Who is followed: the subject among several people, chosen by size, place and continuity.

A subject stays the subject while someone continues them: near where they were, of about their size. Nobody
takes their place at once: only when they have been gone for GONE_S may another become the subject, and that
counts as a change of person.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from posecheck.pose import Pose
from posecheck.skeleton import Landmark

Floats = NDArray[np.float64]

GONE_S = 1.0
REACH = 0.6
"""How far, in trunk lengths, a person's middle may move between two frames, with more for each second between."""
REACH_PER_S = 2.0
GROWTH = 1.6
"""How much larger or smaller a person may look from one frame to the next."""
SAME = 0.25
"""Two detections nearer to each other than this, in trunk lengths over all landmarks, are one person twice."""
_TORSO = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]


def _middle(pose: Pose) -> Floats:
    return np.asarray(pose.image_xy[_TORSO].mean(axis=0))


def _size(pose: Pose) -> float:
    """Return how large a person looks, in pixels: half the extent of all landmarks, steady when turning."""
    extent = pose.image_xy.max(axis=0) - pose.image_xy.min(axis=0)
    return float(max(np.hypot(*extent) / 2, 1.0))


def distinct(poses: Sequence[Pose]) -> list[Pose]:
    """Drop detections that are the same person found twice; the first of each is kept."""
    kept: list[Pose] = []
    for pose in poses:
        twin = any(
            np.linalg.norm(pose.image_xy - other.image_xy, axis=1).mean() < SAME * _size(other) for other in kept
        )
        if not twin:
            kept.append(pose)
    return kept


class SubjectPicker:
    """Remember the subject from frame to frame."""

    def __init__(self) -> None:
        self._last: Pose | None = None
        self._subject = 0

    def pick(self, candidates: Sequence[Pose]) -> Pose | None:
        """Return the subject among the people found in one frame, or None when they are not there.

        The pose returned carries the number of people found and the subject counter.
        """
        people = distinct(candidates)
        if not people:
            return None
        chosen = self._continuing(people)
        if chosen is None:
            if self._last is not None and people[0].time_s - self._last.time_s < GONE_S:
                return None
            if self._last is not None:
                self._subject += 1
            chosen = max(people, key=_prominence)
        self._last = chosen
        return replace(chosen, people=len(people), subject=self._subject)

    def _continuing(self, people: Sequence[Pose]) -> Pose | None:
        """Return the person who continues the subject; after a longer absence anyone who stands there does."""
        last = self._last
        if last is None:
            return None
        size = _size(last)
        near: list[tuple[float, Pose]] = []
        for pose in people:
            gone_s = pose.time_s - last.time_s
            distance = float(np.linalg.norm(_middle(pose) - _middle(last))) / size
            ratio = max(_size(pose) / size, size / _size(pose))
            if distance <= REACH + min(REACH_PER_S * gone_s, REACH) and ratio <= GROWTH:
                near.append((distance + (ratio - 1.0), pose))
        return min(near, key=lambda item: item[0])[1] if near else None


def _prominence(pose: Pose) -> float:
    """Score how likely someone is to be the one the camera was set up for: large and in the middle."""
    width, height = pose.size_wh
    offset = (_middle(pose) - np.array([width / 2, height / 2])) / np.array([width / 2, height / 2])
    visible = float(pose.visibility[_TORSO].mean())
    return _size(pose) * max(1.0 - 0.6 * float(np.hypot(*offset)), 0.1) * visible
