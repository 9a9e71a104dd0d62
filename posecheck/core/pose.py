"""Positions of landmarks and marker sheets: in one frame (Pose), in a recording (PoseTrack), and their estimators."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import Field, dataclass, field, fields, replace
from functools import cache, partial
from operator import attrgetter
from typing import Any, Literal, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.frame import Frame
from posecheck.core.landmarks import N_LANDMARKS
from posecheck.core.worn.phone import PHONE, is_read, no_phone
from posecheck.core.worn.sheet import PACKED, SHEETS, unseen

N_BACKGROUND = 4
"""Numbers for the position of the background: shift in x and y (in picture widths), rotation (degrees), zoom."""

CODE = 32
"""Numbers of a body code, see Pose.code."""


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """Hold the subject's landmarks in one frame.

    Attributes:
        time_s: Seconds since the source began.
        image_xy: (33, 2) pixels, x to the right, y down.
        world_xyz: (33, 3) metres, origin between the hips, x to the image's right, y down, z away from the camera.
        visibility: (33,) from 0 to 1, the model's own estimate that a landmark is seen.
        size_wh: Picture size in pixels.
        people: How many people were found in the frame.
        subject: Number of the person who is followed; it goes up by one each time another person becomes the subject.
        background: (4,) position of the still background compared with the source's beginning, see N_BACKGROUND and
            capture/pose/camera_motion.py; NaN where it is not known.
        tags: (2, 19) position of the printed sheets on chest and belt, see MarkerPose; NaN for a sheet not seen.
        phone: (8,) what a phone at the chest says, see PhoneReading; NaN where none is read.
        belt_phone: (8,) what a second phone at the pelvis says.
        code: (2, CODE) what the pose model's inner layers see of the subject, as they are and mirrored
            (capture/pose/coding/); zeros where it was not computed, as by the lighter model.
        touched: Whether somebody else touches the subject (capture/pose/relations.py).
        shot: Counts the shots of an edited recording (capture/video/edits/shots.py).
        piece: Counts the pieces between cuts from one moment to another of the same still camera.
        left_out: The UnjudgedReason, of those in ABSENT, for which whoever is seen was left out; else 0.
    """

    time_s: float
    image_xy: Floats
    world_xyz: Floats
    visibility: Floats
    size_wh: tuple[int, int]
    people: int = 1
    subject: int = 0
    background: Floats = field(default_factory=lambda: np.full(N_BACKGROUND, np.nan))
    tags: NDArray[np.float32] = field(default_factory=lambda: unseen(SHEETS))
    phone: NDArray[np.float32] = field(default_factory=no_phone)
    belt_phone: NDArray[np.float32] = field(default_factory=no_phone)
    code: NDArray[np.int8] = field(default_factory=lambda: np.zeros((2, CODE), np.int8))
    touched: bool = False
    shot: int = 0
    piece: int = 0
    left_out: int = 0

    def __post_init__(self) -> None:
        shapes = (self.image_xy.shape, self.world_xyz.shape, self.visibility.shape)
        if shapes != (expected := ((N_LANDMARKS, 2), (N_LANDMARKS, 3), (N_LANDMARKS,))):
            raise ValueError(f"Pose: expected shapes {expected}, got {shapes}")

    @classmethod
    def hidden(cls, time_s: float, size_wh: tuple[int, int], people: int, subject: int) -> Self:
        """Return the pose of a frame that shows other people but not the subject: they are covered, or have left.

        Args:
            time_s: The time of the frame in seconds.
            size_wh: Picture size in pixels.
            people: How many people were found in the frame.
            subject: Number of the person who was followed last.
        """
        image, world = np.full((N_LANDMARKS, 2), np.nan), np.full((N_LANDMARKS, 3), np.nan)
        return cls(time_s, image, world, image[:, 0], size_wh, people, subject)

    @property
    def found(self) -> bool:
        """Return whether the subject is seen."""
        return not bool(np.isnan(self.image_xy[0, 0]))


def visible(pose: Pose | None) -> Pose | None:
    """Return a pose that has landmarks, or None where nobody was found or the subject is hidden."""
    return pose if pose is not None and pose.found else None


def is_there(pose: Pose | None) -> bool:
    """Return whether the subject is seen, or, where it is too dark for that, holds a phone that sends."""
    return pose is not None and (pose.found or (not pose.people and bool(is_read(pose.phone))))


Part = slice | NDArray[np.intp]
"""Frames of a track: a slice, or an array of indices."""


@dataclass(frozen=True, slots=True)
class Column:
    """Describe one array of a track.

    Attributes:
        name: The field in PoseTrack and in Pose, and the array's name in landmarks.npz.
        shape: Of one frame.
        dtype: In memory.
        missing: The value in a frame without the subject.
        to_pose: Converts one frame's value to the one in a Pose.
        single: Whether files store it as float32.
        optional: Whether it has a default, because it was added to the format later and old files lack it.
    """

    name: str
    shape: tuple[int, ...]
    dtype: type[np.generic]
    missing: float
    to_pose: Callable[[Any], Any]
    single: bool
    optional: bool = False

    def empty(self, n: int) -> NDArray[Any]:
        """Return the array (n, ...) of frames without the subject."""
        return np.full((n, *self.shape), self.missing, self.dtype)


_NONE: Any = partial(np.empty, 0)
"""Makes an empty array, the default of an array that is not given."""


def _column(
    dtype: type[np.generic],
    *shape: int,
    missing: float = np.nan,
    to_pose: Callable[[Any], Any] = lambda value: value,
    single: bool = False,
) -> dict[str, Column]:
    """Return the metadata that declares a field of PoseTrack as one of its arrays; see Column."""
    return {"column": Column("", shape, dtype, missing, to_pose, single)}


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class PoseTrack:
    """Hold the landmarks of n successive frames; a frame without the subject is NaN, with the people found if any.

    Units and axes are those of Pose. A new array needs one more line here and one in Pose.

    Attributes:
        time_s: (n,).
        image_xy: (n, 33, 2).
        world_xyz: (n, 33, 3).
        visibility: (n, 33).
        people: (n,).
        subject: (n,).
        size_wh: (n, 2), for each frame because a live picture may change its size.
        about: Facts about the track's origin by name, such as the model and its version.
        background: (n, 4), all NaN where it is not given.
        tags: (n, 2, 19), all NaN where they are not given.
        phone, belt_phone: (n, 8), all NaN where they are not given.
        code: (n, 2, CODE), all zeros where it is not given.
        touched: (n,), 1 where somebody else touches the subject.
        shot, piece, left_out: (n,).
    """

    time_s: Floats = field(metadata=_column(np.float64, to_pose=float))
    image_xy: Floats = field(metadata=_column(np.float64, N_LANDMARKS, 2, single=True))
    world_xyz: Floats = field(metadata=_column(np.float64, N_LANDMARKS, 3, single=True))
    visibility: Floats = field(metadata=_column(np.float64, N_LANDMARKS, single=True))
    people: NDArray[np.int16] = field(metadata=_column(np.int16, missing=0, to_pose=int))
    subject: NDArray[np.int16] = field(metadata=_column(np.int16, missing=0, to_pose=int))
    size_wh: NDArray[np.int32] = field(
        metadata=_column(np.int32, 2, missing=0, to_pose=lambda wh: (int(wh[0]), int(wh[1])))
    )
    about: dict[str, str] = field(default_factory=dict)
    background: Floats = field(default_factory=_NONE, metadata=_column(np.float64, N_BACKGROUND, single=True))
    tags: NDArray[np.float32] = field(default_factory=_NONE, metadata=_column(np.float32, SHEETS, PACKED, single=True))
    phone: NDArray[np.float32] = field(default_factory=_NONE, metadata=_column(np.float32, PHONE, single=True))
    belt_phone: NDArray[np.float32] = field(default_factory=_NONE, metadata=_column(np.float32, PHONE, single=True))
    code: NDArray[np.int8] = field(default_factory=_NONE, metadata=_column(np.int8, 2, CODE, missing=0))
    touched: NDArray[np.uint8] = field(default_factory=_NONE, metadata=_column(np.uint8, missing=0, to_pose=bool))
    shot: NDArray[np.int32] = field(default_factory=_NONE, metadata=_column(np.int32, missing=0, to_pose=int))
    piece: NDArray[np.int32] = field(default_factory=_NONE, metadata=_column(np.int32, missing=0, to_pose=int))
    left_out: NDArray[np.uint8] = field(default_factory=_NONE, metadata=_column(np.uint8, missing=0, to_pose=int))

    def __post_init__(self) -> None:
        for column in columns():
            if column.optional and not len(getattr(self, column.name)):
                object.__setattr__(self, column.name, column.empty(len(self.time_s)))

    def __len__(self) -> int:
        return len(self.time_s)

    @classmethod
    def of(cls, times_s: Sequence[float], poses: Sequence[Pose | None], size_wh: tuple[int, int]) -> Self:
        """Build a track from poses.

        Args:
            times_s: The time of each frame in seconds.
            poses: One for each time; None (nobody found) becomes NaN with people 0.
            size_wh: Picture size in pixels of frames without a pose.
        """
        arrays: dict[str, Any]
        if poses and all(pose is not None for pose in poses):
            # As live, where a few frames come at a time and each array would be filled row by row.
            each = zip(*map(_values(), poses), strict=True)
            arrays = {c.name: _stacked(values, c.dtype) for c, values in zip(columns(), each, strict=True)}
            arrays["time_s"] = np.asarray(times_s, np.float64)
            return cls(**arrays)
        arrays = {column.name: column.empty(len(times_s)) for column in columns()}
        arrays["size_wh"][:] = size_wh
        last = 0
        for i, pose in enumerate(poses):
            if pose is not None:
                for name, array in arrays.items():
                    array[i] = getattr(pose, name)
                last = pose.subject
            arrays["subject"][i] = last
        arrays["time_s"] = np.asarray(times_s, np.float64)
        return cls(**arrays)

    def slice(self, start: int, stop: int) -> "PoseTrack":
        """Return successive frames as views, without copying.

        Args:
            start: Index of the first frame.
            stop: Index after the last frame.
        """
        return self.rows(slice(start, stop))

    def rows(self, part: Part) -> "PoseTrack":
        """Return some of the frames."""
        return self._with_arrays(lambda name: getattr(self, name)[part])

    def _with_arrays(self, make: Callable[[str], NDArray[Any]]) -> "PoseTrack":
        arrays: dict[str, Any] = {column.name: make(column.name) for column in columns()}
        return PoseTrack(about=self.about, **arrays)

    def of_subject(self, subject: int) -> "PoseTrack":
        """Return a track in which landmarks are NaN wherever another person than this subject is followed."""
        others = self.subject != subject
        image, world, visibility = self.image_xy.copy(), self.world_xyz.copy(), self.visibility.copy()
        image[others] = world[others] = visibility[others] = np.nan
        return replace(self, image_xy=image, world_xyz=world, visibility=visibility)

    def parts(self, name: Literal["shot", "piece"]) -> list[Part]:
        """Return the frames of each shot or piece."""
        starts = [0, *(np.flatnonzero(np.diff(getattr(self, name))) + 1).tolist()]
        return [slice(first, last) for first, last in zip(starts, [*starts[1:], len(self)], strict=True)]

    def main_subject(self) -> int:
        """Return the number of the subject who is followed in the most frames; 0 where nobody is found."""
        followed = self.subject[self.found]
        return int(np.bincount(followed).argmax()) if len(followed) else 0

    def joined(self, later: "PoseTrack") -> "PoseTrack":
        """Return this track followed by a later one."""
        return self._with_arrays(lambda name: np.concatenate((getattr(self, name), getattr(later, name))))

    def pose(self, i: int) -> Pose | None:
        """Return frame i, or None where nobody was found; of a hidden subject see Pose.hidden."""
        if np.isnan(self.image_xy[i, 0, 0]) and self.people[i] == 0:
            return None
        return Pose(**{column.name: column.to_pose(getattr(self, column.name)[i]) for column in columns()})

    @property
    def found(self) -> Bools:
        """Return (n,) True where the subject was found."""
        return ~np.isnan(self.image_xy[:, 0, 0])

    @property
    def coded(self) -> Bools:
        """Return (n,) True where the subject has a body code."""
        return np.asarray(self.code.any(axis=(1, 2)))


def _stacked(values: Sequence[Any], dtype: type[np.generic]) -> NDArray[Any]:
    """Return values of successive frames as one array; of a single frame an array is not copied."""
    return np.asarray(values[0], dtype)[None] if len(values) == 1 else np.array(values, dtype)


@cache
def _values() -> Callable[[Pose | None], tuple[Any, ...]]:
    """Return what reads all of a pose that a track holds, in the order of columns()."""
    return attrgetter(*(column.name for column in columns()))


@cache
def columns() -> tuple[Column, ...]:
    """Return the descriptions of all arrays of a track, in the order in which files hold them."""
    declared: Iterable[Field[Any]] = fields(PoseTrack)
    return tuple(
        replace(item.metadata["column"], name=item.name, optional=item.default_factory is _NONE)
        for item in declared
        if "column" in item.metadata
    )


@runtime_checkable
class StagedEstimator(Protocol):
    """Estimate in two steps, each called in order of time; the second step may run in another thread."""

    def find(self, frame: Frame) -> Pose | None:
        """Return the subject's pose, hidden where only others are found, or None where nobody is."""

    def complete(self, frame: Frame, pose: Pose | None) -> Pose | None:
        """Return the pose with everything else that the picture shows, such as the background and the sheets.

        Args:
            frame: The frame.
            pose: What find() returned for it.
        """


class PoseEstimator(Protocol):
    """Find the subject's landmarks in frames that come in order of time."""

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the subject's pose, hidden where only others are found, or None where nobody is."""

    def close(self) -> None:
        """Free the model; may be called more than once."""


Find = Callable[[Frame], Pose | None]
Complete = Callable[[Frame, Pose | None], Pose | None]


def stages(estimator: PoseEstimator) -> tuple[Find, Complete]:
    """Return the two steps of an estimator; for one with a single step, the second returns the pose unchanged."""
    if isinstance(estimator, StagedEstimator):
        return estimator.find, estimator.complete
    return estimator.estimate, lambda _, pose: pose
