"""World landmarks of a body together with the axes that all joint angles use."""

from dataclasses import dataclass, replace

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.landmarks import mirrored
from posecheck.kinematics.geometry import UP, length, unit


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Hold the world landmarks of n frames and the axes that all joint angles use.

    Attributes:
        xyz: (n, 33, 3) world landmarks in metres.
        lying: Whether the long axis of the body is the trunk line instead of the vertical.
        trunk: (n, 3) unit vector from the middle of the hips to the middle of the shoulders.
        hips: (n, 3) unit vector from the left to the right hip.
        shoulders: (n, 3) unit vector from the left to the right shoulder.
        trunk_m: (n,) length of the trunk line in metres.
    """

    xyz: Floats
    lying: bool
    trunk: Floats
    hips: Floats
    shoulders: Floats
    trunk_m: Floats

    @property
    def up(self) -> Floats:
        """The unit vector of the body's long axis, (n, 3) of the trunk, or (3,) of the vertical."""
        return self.trunk if self.lying else UP

    @classmethod
    def of(cls, world_xyz: Floats, lying: bool = False) -> "Body":
        """Compute the axes from world landmarks.

        Args:
            world_xyz: (n, 33, 3) metres, x right, y down, z away from the camera; NaN where nobody was found.
            lying: Whether to take the trunk line instead of the vertical for the body's long axis.
        """
        line = (
            world_xyz[:, L.LEFT_SHOULDER]
            + world_xyz[:, L.RIGHT_SHOULDER]
            - world_xyz[:, L.LEFT_HIP]
            - world_xyz[:, L.RIGHT_HIP]
        ) / 2
        hips = world_xyz[:, L.RIGHT_HIP] - world_xyz[:, L.LEFT_HIP]
        shoulders = world_xyz[:, L.RIGHT_SHOULDER] - world_xyz[:, L.LEFT_SHOULDER]
        units = unit(np.concatenate([line, hips, shoulders]))
        n = len(line)
        return cls(world_xyz, lying, units[:n], units[n : 2 * n], units[2 * n :], length(line))

    def along_trunk(self) -> "Body":
        """Return the same body with the trunk line as its long axis, as for a person who lies."""
        return replace(self, lying=True)

    def first(self, n: int) -> "Body":
        """Return the first n frames, without copying."""
        parts = (self.trunk[:n], self.hips[:n], self.shoulders[:n], self.trunk_m[:n])
        return Body(self.xyz[:n], self.lying, *parts)

    def at(self, landmark: L) -> Floats:
        """Return the positions (n, 3) of one landmark in metres."""
        return self.xyz[:, landmark]

    def between(self, a: L, b: L) -> Floats:
        """Return the vector between two landmarks.

        Args:
            a: Landmark at the start.
            b: Landmark at the end.

        Returns:
            (n, 3) metres.
        """
        return self.xyz[:, b] - self.xyz[:, a]

    def distance(self, a: L, b: L) -> Floats:
        """Return the distance between two landmarks.

        Args:
            a: The one landmark.
            b: The other landmark.

        Returns:
            (n,) metres.
        """
        return length(self.between(a, b))


_ORDER, _FLIP = [mirrored(landmark) for landmark in L], np.array([-1.0, 1.0, 1.0])


def both_ways(world_xyz: Floats) -> Floats:
    """Append the mirror image of each body, so that right-side angles can be computed as left-side ones.

    Args:
        world_xyz: (n, 33, 3) world landmarks in metres.

    Returns:
        (2n, 33, 3): the n bodies, then their mirror images with left and right landmarks exchanged.
    """
    return np.concatenate([world_xyz, world_xyz[:, _ORDER] * _FLIP])
