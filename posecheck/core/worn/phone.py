"""What a phone at the chest says in one picture or one message, and how it is packed into an array."""

from dataclasses import astuple, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

PHONE = 8
"""Numbers stored for a phone in one frame."""
SENT = 8.0
"""The quality of a reading that came over the network, where the phone's screen was not read in the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class PhoneReading:
    """Hold what a phone says, in one frame or in n; NaN where it is not read, or does not say it in this frame.

    Poses and files store it as a packed float32 array (..., 8), in the order of the attributes.

    Attributes:
        turn_deg: Degrees turned about the vertical since the phone was zeroed, positive to the wearer's left; it wraps
            at 128.
        lean_deg: Degrees that its upper edge leans forward.
        side_deg: Degrees that it is tilted to the wearer's right.
        quality: See capture/markers/phone/code.py; SENT where the reading came over the network alone.
        epoch: 0 or 1, and two more each time that the phone's page was opened anew; turns across a change of it say
            nothing about each other.
        facing_deg: Angle by which the screen is turned away from the camera about its own vertical, by the marker's
            shape, without sign; NaN where it was not read from a picture.
        x_px, y_px: Its middle in the picture; NaN where it was not read from a picture.
    """

    turn_deg: Any
    lean_deg: Any
    side_deg: Any
    quality: Any
    epoch: Any
    facing_deg: Any
    x_px: Any
    y_px: Any

    @classmethod
    def unpack(cls, packed: NDArray[Any]) -> Self:
        """Split packed arrays (..., 8) into the named parts, which are views of them."""
        return cls(*(packed[..., i] for i in range(PHONE)))

    def pack(self) -> NDArray[np.float32]:
        """Return the parts as one packed array (..., 8)."""
        return np.stack([np.asarray(part, np.float32) for part in astuple(self)], axis=-1)


def no_phone(*leading: int) -> NDArray[np.float32]:
    """Return packed readings (*leading, 8) of a phone that is not read, all NaN."""
    return np.full((*leading, PHONE), np.nan, np.float32)


def is_read(packed: NDArray[Any]) -> NDArray[np.bool_]:
    """Return whether a phone was read, for packed readings (..., 8), as an array (...)."""
    return np.asarray(np.isfinite(packed[..., 4]))


def wrapped(turn_deg: Any) -> NDArray[np.float64]:
    """Return differences of turns in degrees brought to -128 to 128, since a turn wraps there."""
    return np.asarray((np.asarray(turn_deg, np.float64) + 128.0) % 256.0 - 128.0)


def mean_of_phone(packed: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average packed readings (n, 8) over the frames of the last epoch; return (8,), NaN for what none of them says."""
    out = no_phone()
    read = packed[is_read(packed)]
    if not len(read):
        return out
    held = PhoneReading.unpack(read[read[:, 4] == read[-1, 4]].astype(np.float64))

    def mean(values: NDArray[np.float64]) -> float:
        return float(values[np.isfinite(values)].mean()) if np.isfinite(values).any() else float("nan")

    turns = held.turn_deg[np.isfinite(held.turn_deg)]
    turn = float(wrapped(turns[0] + wrapped(turns - turns[0]).mean())) if len(turns) else float("nan")
    rest = (mean(getattr(held, name)) for name in ("facing_deg", "x_px", "y_px"))
    return PhoneReading(turn, mean(held.lean_deg), mean(held.side_deg), float("nan"), held.epoch[-1], *rest).pack()
