"""A body's landmarks with the axes that all angles share."""

from dataclasses import dataclass, replace

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.landmarks import mirrored
from posecheck.kinematics.geometry import UP, length, unit


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Hold world landmarks of n frames and the axes that all angles share, each (n, 3).

    lying (bool): take the trunk line instead of gravity for the body's long axis.
    """

    xyz: Floats
    lying: bool
    trunk: Floats
    hips: Floats
    shoulders: Floats
    up: Floats
    trunk_m: Floats

    @classmethod
    def of(cls, world_xyz: Floats, lying: bool = False) -> "Body":
        """Build from (n, 33, 3) world landmarks in metres."""
        line = (
            world_xyz[:, L.LEFT_SHOULDER]
            + world_xyz[:, L.RIGHT_SHOULDER]
            - world_xyz[:, L.LEFT_HIP]
            - world_xyz[:, L.RIGHT_HIP]
        ) / 2
        trunk = unit(line)
        up = trunk if lying else np.broadcast_to(UP, trunk.shape)
        return cls(
            world_xyz,
            lying,
            trunk,
            unit(world_xyz[:, L.RIGHT_HIP] - world_xyz[:, L.LEFT_HIP]),
            unit(world_xyz[:, L.RIGHT_SHOULDER] - world_xyz[:, L.LEFT_SHOULDER]),
            up,
            length(line),
        )

    def along_trunk(self) -> "Body":
        """Return the body with the trunk line for its long axis, as for somebody who lies."""
        return replace(self, lying=True, up=self.trunk)

    def first(self, n: int) -> "Body":
        """Return the first n frames as views."""
        parts = (self.trunk[:n], self.hips[:n], self.shoulders[:n], self.up[:n], self.trunk_m[:n])
        return Body(self.xyz[:n], self.lying, *parts)

    def at(self, landmark: L) -> Floats:
        """Return (n, 3) positions of one landmark."""
        return self.xyz[:, landmark]

    def between(self, a: L, b: L) -> Floats:
        """Return (n, 3) from a to b."""
        return self.xyz[:, b] - self.xyz[:, a]

    def distance(self, a: L, b: L) -> Floats:
        """Return (n,) metres from a to b."""
        return length(self.between(a, b))


_ORDER, _FLIP = [mirrored(landmark) for landmark in L], np.array([-1.0, 1.0, 1.0])


def both_ways(world_xyz: Floats) -> Floats:
    """Return (2n, 33, 3): landmarks, then the same in a mirror, so that the right side is measured as a left one."""
    return np.concatenate([world_xyz, world_xyz[:, _ORDER] * _FLIP])
