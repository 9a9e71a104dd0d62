"""Where the body's landmarks are: one moment (Pose), a whole recording (PoseTrack), and who estimates them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.frame import Frame
from posecheck.core.landmarks import MIRROR, N_LANDMARKS

N_BACKGROUND = 4
TAGS = (2, 19)
"""Sheets of printed tags, and what is kept of each (tags.py)."""


def _no_tags() -> NDArray[np.float32]:
    return np.full(TAGS, np.nan, np.float32)


@dataclass(frozen=True, slots=True)
class Pose:
    """Hold the subject's landmarks in one frame.

    time_s: when. image_xy (33, 2): pixels, x to the right, y down. world_xyz (33, 3): metres, origin between
    the hips, x to the image's right, y down, z away from the camera. visibility (33,): 0..1, the model's own
    belief that a landmark is seen. size_wh: picture size in pixels. people: how many were found in the frame.
    subject: counts up each time another person takes the subject's place. background (4,): how the still background
    lies in the picture since the source began (background.py), NaN where that is not known. tags (2, 19): how the
    printed sheets on chest and belt lie in space (tags.py), NaN where one is not seen. touched: whether somebody else
    touches them (contact.py).
    """

    time_s: float
    image_xy: Floats
    world_xyz: Floats
    visibility: Floats
    size_wh: tuple[int, int]
    people: int = 1
    subject: int = 0
    background: Floats = field(default_factory=lambda: np.full(N_BACKGROUND, np.nan))
    tags: NDArray[np.float32] = field(default_factory=_no_tags)
    touched: bool = False

    def __post_init__(self) -> None:
        shapes = (self.image_xy.shape, self.world_xyz.shape, self.visibility.shape)
        expected = ((N_LANDMARKS, 2), (N_LANDMARKS, 3), (N_LANDMARKS,))
        if shapes != expected:
            raise ValueError(f"Pose: expected shapes {expected}, got {shapes}")

    def mirrored(self) -> "Pose":
        """Return the pose of the mirror image: left and right swapped, x flipped."""
        image = self.image_xy[MIRROR].copy()
        image[:, 0] = self.size_wh[0] - image[:, 0]
        return Pose(
            self.time_s,
            image,
            self.world_xyz[MIRROR] * np.array([-1.0, 1.0, 1.0]),
            self.visibility[MIRROR],
            self.size_wh,
            self.people,
            self.subject,
            self.background * np.array([-1.0, 1.0, -1.0, 1.0]),
            touched=self.touched,
        )


Part = slice | NDArray[np.intp]
"""Frames of a track: a run of them, or their indices."""


@dataclass(frozen=True, slots=True)
class PoseTrack:
    """Hold the landmarks of n frames in a row; a frame without the subject is NaN.

    time_s (n,); image_xy (n, 33, 2); world_xyz (n, 33, 3); visibility (n, 33); people (n,) int; subject (n,)
    int; size_wh (n, 2) int, because a live picture may change its size. background (n, 4) and tags (n, 2, 19), all
    NaN where they are not given; touched (n,), 1 where somebody else touches the subject. Units and axes as in Pose.
    """

    time_s: Floats
    image_xy: Floats
    world_xyz: Floats
    visibility: Floats
    people: NDArray[np.int16]
    subject: NDArray[np.int16]
    size_wh: NDArray[np.int32]
    about: dict[str, str] = field(default_factory=dict)
    background: Floats = field(default_factory=lambda: np.empty((0, N_BACKGROUND)))
    tags: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, *TAGS), np.float32))
    touched: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))

    def __post_init__(self) -> None:
        n = len(self.time_s)
        if not len(self.background):
            object.__setattr__(self, "background", np.full((n, N_BACKGROUND), np.nan))
        if not len(self.tags):
            object.__setattr__(self, "tags", np.full((n, *TAGS), np.nan, np.float32))
        if not len(self.touched):
            object.__setattr__(self, "touched", np.zeros(n, np.uint8))

    def __len__(self) -> int:
        return len(self.time_s)

    @classmethod
    def of(cls, times_s: Sequence[float], poses: Sequence[Pose | None], size_wh: tuple[int, int]) -> Self:
        """Stack poses taken at times_s; None (nobody there) becomes NaN with people 0."""
        n = len(times_s)
        image = np.full((n, N_LANDMARKS, 2), np.nan)
        world = np.full((n, N_LANDMARKS, 3), np.nan)
        visibility = np.full((n, N_LANDMARKS), np.nan)
        people = np.zeros(n, np.int16)
        subject = np.zeros(n, np.int16)
        size = np.full((n, 2), size_wh, np.int32)
        background = np.full((n, N_BACKGROUND), np.nan)
        tags = np.full((n, *TAGS), np.nan, np.float32)
        touched = np.zeros(n, np.uint8)
        last = 0
        for i, pose in enumerate(poses):
            if pose is not None:
                image[i], world[i], visibility[i] = pose.image_xy, pose.world_xyz, pose.visibility
                people[i], last = pose.people, pose.subject
                size[i], background[i], tags[i] = pose.size_wh, pose.background, pose.tags
                touched[i] = pose.touched
            subject[i] = last
        times = np.asarray(times_s, np.float64)
        return cls(
            times, image, world, visibility, people, subject, size, background=background, tags=tags, touched=touched
        )

    def slice(self, start: int, stop: int) -> "PoseTrack":
        """Return frames start..stop-1 as views, without copying."""
        return self.rows(slice(start, stop))

    def rows(self, part: Part) -> "PoseTrack":
        """Return some of the frames."""
        return PoseTrack(
            self.time_s[part],
            self.image_xy[part],
            self.world_xyz[part],
            self.visibility[part],
            self.people[part],
            self.subject[part],
            self.size_wh[part],
            self.about,
            self.background[part],
            self.tags[part],
            self.touched[part],
        )

    def of_subject(self, subject: int) -> "PoseTrack":
        """Return the track with the frames in which somebody else is followed as if nobody were there."""
        others = self.subject != subject
        image, world, visibility = self.image_xy.copy(), self.world_xyz.copy(), self.visibility.copy()
        image[others] = world[others] = visibility[others] = np.nan
        return replace(self, image_xy=image, world_xyz=world, visibility=visibility)

    def main_subject(self) -> int:
        """Return the subject who is followed in the most frames."""
        followed = self.subject[self.found]
        return int(np.bincount(followed).argmax()) if len(followed) else 0

    def joined(self, later: "PoseTrack") -> "PoseTrack":
        """Return this track with a later one behind it."""
        join = np.concatenate
        return PoseTrack(
            join((self.time_s, later.time_s)),
            join((self.image_xy, later.image_xy)),
            join((self.world_xyz, later.world_xyz)),
            join((self.visibility, later.visibility)),
            join((self.people, later.people)),
            join((self.subject, later.subject)),
            join((self.size_wh, later.size_wh)),
            self.about,
            join((self.background, later.background)),
            join((self.tags, later.tags)),
            join((self.touched, later.touched)),
        )

    def pose(self, i: int) -> Pose | None:
        """Return frame i, or None where the subject was not found."""
        if np.isnan(self.image_xy[i, 0, 0]):
            return None
        return Pose(
            float(self.time_s[i]),
            self.image_xy[i],
            self.world_xyz[i],
            self.visibility[i],
            (int(self.size_wh[i, 0]), int(self.size_wh[i, 1])),
            int(self.people[i]),
            int(self.subject[i]),
            self.background[i],
            self.tags[i],
            bool(self.touched[i]),
        )

    @property
    def found(self) -> NDArray[np.bool_]:
        """Return (n,) True where the subject was found."""
        return ~np.isnan(self.image_xy[:, 0, 0])


@runtime_checkable
class StagedEstimator(Protocol):
    """Estimate in two steps, each in order of time, the second of which may be done in another thread."""

    def find(self, frame: Frame) -> Pose | None:
        """Return the subject's pose, or None when nobody is found."""

    def complete(self, frame: Frame, pose: Pose | None) -> Pose | None:
        """Return that pose with what else the picture shows."""


class PoseEstimator(Protocol):
    """Find the subject's landmarks in frames that come in order of time."""

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the subject's pose, or None when nobody is found."""

    def close(self) -> None:
        """Free the model; harmless when repeated."""


Find = Callable[[Frame], Pose | None]
Complete = Callable[[Frame, Pose | None], Pose | None]


def stages(estimator: PoseEstimator) -> tuple[Find, Complete]:
    """Return the two steps of an estimator; one that works in a single step has nothing left to complete."""
    if isinstance(estimator, StagedEstimator):
        return estimator.find, estimator.complete
    return estimator.estimate, lambda _, pose: pose
