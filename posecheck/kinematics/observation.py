"""What several stages ask of the same frames, worked out once: the body's axes, from where it is seen, how it leans."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.landmarks import MIN_VISIBILITY
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.body import Body, both_ways
from posecheck.kinematics.camera_view import azimuth_of, lean_in_image, lying_views


class Observation:
    """Hold n frames with what is worked out of them at first need and kept.

    An Observation is made once for a block of frames and passed from stage to stage. A part of it made by slice keeps
    what was worked out already.

    Attributes:
        track: The frames.
    """

    def __init__(self, track: PoseTrack) -> None:
        self.track = track

    @classmethod
    def of(cls, frames: "PoseTrack | Observation") -> "Observation":
        """Return what is known of frames: themselves if they are observed already."""
        return frames if isinstance(frames, Observation) else cls(frames)

    def __len__(self) -> int:
        return len(self.track)

    def slice(self, start: int, stop: int) -> "Observation":
        """Return frames start..stop-1 as views, with what is known of them."""
        if start == 0 and stop == len(self):
            return self
        part = Observation(self.track.slice(start, stop))
        for name in ("found", "azimuth_deg", "lean_image_deg", "seen", "lying_views"):
            if name in self.__dict__:
                part.__dict__[name] = self.__dict__[name][start:stop]
        return part

    @cached_property
    def found(self) -> Bools:
        """(n,) whether the subject was found."""
        return self.track.found

    @cached_property
    def both_ways(self) -> Body:
        """The 2n bodies of the frames and of their mirror images, with gravity for the long axis."""
        with np.errstate(invalid="ignore"):
            return Body.of(both_ways(self.track.world_xyz))

    @cached_property
    def body(self) -> Body:
        """The n bodies, with gravity for the long axis."""
        return self.both_ways.first(len(self.track))

    @cached_property
    def azimuth_deg(self) -> Floats:
        """(n,) where the camera stands round an upright person, degrees, positive on their left."""
        return azimuth_of(self.body)

    @cached_property
    def lying_views(self) -> NDArray[np.str_]:
        """(n,) which end or side of somebody who lies the camera sees."""
        return lying_views(self.body)

    @cached_property
    def lean_image_deg(self) -> Floats:
        """(n,) lean of the trunk line in the picture, degrees from upright, to the right positive."""
        return lean_in_image(self.track)

    @cached_property
    def seen(self) -> Bools:
        """(n, 33) landmarks that the model believes it sees, inside the picture."""
        xy, size = self.track.image_xy, self.track.size_wh[:, None, :]
        inside = ((xy >= 0) & (xy <= size)).all(axis=-1)
        return np.asarray((self.track.visibility >= MIN_VISIBILITY) & inside)
