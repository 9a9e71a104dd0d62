"""Quantities that several stages need of the same frames, computed once: the body's axes, the view, the lean."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import MIN_VISIBILITY
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.body import Body, both_ways
from posecheck.kinematics.camera_view import azimuth_of, lean_in_image, lying_views


class Observation:
    """Hold n frames and compute quantities of them on first use, once.

    An Observation is made once for a block of frames and passed from stage to stage. A slice of it keeps what was
    already computed.

    Attributes:
        track: The frames.
    """

    def __init__(self, track: PoseTrack) -> None:
        self.track = track

    @classmethod
    def of(cls, frames: "PoseTrack | Observation") -> "Observation":
        """Wrap a track in an Observation; an Observation is returned as it is."""
        return frames if isinstance(frames, Observation) else cls(frames)

    def __len__(self) -> int:
        return len(self.track)

    def slice(self, start: int, stop: int) -> "Observation":
        """Return some of the frames, without copying, and keep what was already computed for them.

        Args:
            start: First frame.
            stop: Frame after the last.
        """
        if start == 0 and stop == len(self):
            return self
        part = Observation(self.track.slice(start, stop))
        for name in ("found", "azimuth_deg", "lean_image_deg", "seen", "lying_views"):
            if name in self.__dict__:
                part.__dict__[name] = self.__dict__[name][start:stop]
        return part

    @cached_property
    def found(self) -> Bools:
        """Whether the subject was found (n,)."""
        return self.track.found

    @cached_property
    def both_ways(self) -> Body:
        """The 2n bodies of the frames and of their mirror images, with the vertical as the long axis."""
        with np.errstate(invalid="ignore"):
            return Body.of(both_ways(self.track.world_xyz))

    @cached_property
    def body(self) -> Body:
        """The n bodies, with the vertical as the long axis."""
        if "both_ways" in self.__dict__:
            return self.both_ways.first(len(self.track))
        with np.errstate(invalid="ignore"):
            return Body.of(self.track.world_xyz)

    @cached_property
    def azimuth_deg(self) -> Floats:
        """Azimuth of the camera about an upright person (n,), degrees: 0 in front, positive on their left."""
        return azimuth_of(self.body)

    @cached_property
    def lying_views(self) -> NDArray[np.str_]:
        """From where the camera sees a person who lies (n,): "foot-end", "head-end" or "side"."""
        return lying_views(self.body)

    @cached_property
    def lean_image_deg(self) -> Floats:
        """Lean of the trunk line in the picture (n,), degrees from its vertical, positive to the picture's right."""
        return lean_in_image(self.track)

    @cached_property
    def seen(self) -> Bools:
        """Whether each landmark (n, 33) is inside the picture and visible according to MediaPipe."""
        xy, size = self.track.image_xy, self.track.size_wh[:, None, :]
        inside = ((xy >= 0) & (xy <= size)).all(axis=-1)
        return np.asarray((self.track.visibility >= MIN_VISIBILITY) & inside)
