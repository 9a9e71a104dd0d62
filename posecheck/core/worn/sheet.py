"""Position and orientation of the printed sheets on chest and belt, and how one is packed into an array."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

SHEETS = 2
"""The chest sheet, then the belt sheet."""
CHEST, BELT = 0, 1
_LAYOUT: dict[str, slice | int] = {
    "turn": slice(0, 3),
    "place": slice(3, 6),
    "shape": slice(6, 9),
    "slope": slice(9, 12),
    "turn_sd_deg": 12,
    "covariance": slice(13, 19),
}
PACKED = 19
"""Numbers stored for one sheet in one frame."""


@dataclass(frozen=True, slots=True, eq=False)
class MarkerPose:
    """Hold position and orientation of one sheet, in one frame or in n; NaN where the sheet is not seen.

    Poses and files store a sheet as a packed float32 array (..., 19); only this class knows its layout.

    Attributes:
        turn: (..., 3) rotation vector in radians, from the sheet's axes (x right, y down, z into the body) to the
            camera's (x right, y down, z away).
        place: (..., 3) metres, the sheet's middle in the camera's axes.
        shape: (..., 3) how it bends, see capture/markers/alignment.py (BENT).
        slope: (..., 3) degrees by which its rotation about its own vertical axis changes with each part of the bend.
        turn_sd_deg: (...) standard error of that rotation for a known bend, degrees.
        covariance: (..., 6) upper triangle of the covariance of the bend.
    """

    turn: NDArray[Any]
    place: NDArray[Any]
    shape: NDArray[Any]
    slope: NDArray[Any]
    turn_sd_deg: NDArray[Any]
    covariance: NDArray[Any]

    @classmethod
    def unpack(cls, packed: NDArray[Any]) -> Self:
        """Split packed arrays (..., 19) into the named parts, which are views of them."""
        return cls(**{name: packed[..., part] for name, part in _LAYOUT.items()})

    def pack(self) -> NDArray[np.float32]:
        """Return the parts as one packed array (..., 19)."""
        out = np.full((*np.shape(self.turn)[:-1], PACKED), np.nan, np.float32)
        for name, part in _LAYOUT.items():
            out[..., part] = getattr(self, name)
        return out


def unseen(*leading: int) -> NDArray[np.float32]:
    """Return packed sheets (*leading, 19) that are not seen, all NaN."""
    return np.full((*leading, PACKED), np.nan, np.float32)


def is_seen(packed: NDArray[Any]) -> NDArray[np.bool_]:
    """Return whether each of the packed sheets (..., 19) is seen, as an array (...)."""
    return np.asarray(np.isfinite(packed[..., 0]))
