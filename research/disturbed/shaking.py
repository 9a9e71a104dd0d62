"""Landmarks that jitter as those of filmed people do."""

from dataclasses import dataclass, replace

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.pose import PoseTrack


@dataclass(frozen=True, slots=True)
class Shaking:
    """Hold how much landmarks jitter.

    Attributes:
        px: Standard deviation in the picture, pixels.
        mm: That of the world landmarks, millimetres.
        slow_s: Time after which the jitter is another; 0 for one that differs from frame to frame.
    """

    px: float
    mm: float
    slow_s: float = 0.0

    def of(self, track: PoseTrack, seed: int) -> PoseTrack:
        """Return a track with jitter added."""
        rng = np.random.default_rng(seed)
        step_s = np.diff(track.time_s, prepend=track.time_s[:1])
        kept = np.exp(-step_s / self.slow_s) if self.slow_s else np.zeros(len(track))

        def jitter(shape: tuple[int, ...]) -> Floats:
            out = rng.normal(size=shape)
            for i in range(1, len(out)):
                out[i] = kept[i] * out[i - 1] + np.sqrt(1.0 - kept[i] ** 2) * out[i]
            return out

        image = track.image_xy + self.px * jitter(track.image_xy.shape)
        return replace(
            track, image_xy=image, world_xyz=track.world_xyz + self.mm / 1000.0 * jitter(track.world_xyz.shape)
        )


SHAKINGS = (Shaking(0.0, 0.0), Shaking(0.4, 2.5), Shaking(1.0, 5.0), Shaking(1.0, 6.0, 0.3))
"""Filmed people's landmarks jitter by 0.06 to 0.7 pixels (of a width of 640) and by 1 to 6 millimetres in depth, those
of rendered people by 0.08 and 1.2."""
