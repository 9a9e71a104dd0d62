"""What a phone's marker says and how that becomes black and white cells; app page and reader share this code.

A marker has 12 rows of 4 cells and is twice as tall as wide, because at three metres the whole screen is needed. The
first and the last row are white. The 40 cells between hold one word of a linear code: 16 bits of message, 23 of a
quadratic residue code and one of parity, the extended quadratic residue code of length 48 shortened by 8. Any two
words differ in at least 12 cells. Of a second phone, at the pelvis, a seventeenth bit is set that is not shown: its
words differ in at least 11 cells from those of the phone at the chest, and in 12 from each other. Around the marker
the screen is black.

Each marker says the whole turn, and by turns the lean, the side-bend or how good the turn is.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

COLUMNS, ROWS = 4, 10
"""Cells with data across and down; a white row lies above and below them."""
CELLS = COLUMNS * ROWS
MESSAGE_BITS = 16
PHONES = 2
GENERATOR = 0b1000_1100_0111_0110_1110_1111
"""The quadratic residue code's polynomial of degree 23."""
DEGREE = 23
MASK = 0x9A3C5E71D2
"""Cells that are turned over, row by row from the upper left, so that no message looks plain."""
ASPECT = 2.0
"""Height of a marker over its width."""
UNKNOWN = -128
"""A turn that says that the phone has not been zeroed."""
STEP_DEG = 1.5
"""Step of lean and side-bend."""
LEAN_ZERO, SIDE_ZERO = 32, 30
SIDE_MOST = 59
"""Numbers of a side-bend up to here; the four above it say how good the turn is."""
KIND = Literal["lean", "side", "quality"]
QUALITIES = 4
"""0: the turn's drift is below 1 degree, 1: below 3, 2: more, 3: the motion sensor has failed since zero."""


@dataclass(frozen=True, slots=True)
class Message:
    """Hold what one marker says.

    Attributes:
        turn: Degrees turned about the vertical since zero, positive to the wearer's left, -127 to 127; or UNKNOWN.
        epoch: 0 or 1; it changes whenever the turn starts to be counted anew, and turns across a change say nothing.
        kind: What `slow` is.
        slow: Degrees of lean (positive forward) or side-bend (positive to the wearer's right), or a quality.
        belt: Whether the phone is that at the pelvis, not that at the chest.
    """

    turn: int
    epoch: int
    kind: KIND
    slow: float
    belt: bool = False

    def number(self) -> int:
        """Return the message as a number of 17 bits; what is out of range becomes the nearest that is not."""
        turn = min(max(self.turn, UNKNOWN), 127) - UNKNOWN
        if self.kind == "quality":
            slow = SIDE_MOST + 1 + min(max(int(self.slow), 0), QUALITIES - 1)
        else:
            zero, most = (LEAN_ZERO, 63) if self.kind == "lean" else (SIDE_ZERO, SIDE_MOST)
            slow = min(max(round(self.slow / STEP_DEG) + zero, 0), most)
        return self.belt << MESSAGE_BITS | turn << 8 | (self.epoch & 1) << 7 | (self.kind != "lean") << 6 | slow

    @classmethod
    def of(cls, number: int) -> "Message":
        """Return the message that a number of 17 bits stands for."""
        belt, turn = bool(number >> MESSAGE_BITS), (number >> 8 & 255) + UNKNOWN
        epoch, slow = number >> 7 & 1, number & 63
        if not number >> 6 & 1:
            return cls(turn, epoch, "lean", (slow - LEAN_ZERO) * STEP_DEG, belt)
        if slow > SIDE_MOST:
            return cls(turn, epoch, "quality", slow - SIDE_MOST - 1, belt)
        return cls(turn, epoch, "side", (slow - SIDE_ZERO) * STEP_DEG, belt)


def word(number: int) -> int:
    """Return the code word (40 bits) of a message's number (17 bits), not yet masked."""
    rest = number << DEGREE
    for bit in range(MESSAGE_BITS + DEGREE, DEGREE - 1, -1):
        if rest >> bit & 1:
            rest ^= GENERATOR << (bit - DEGREE)
    whole = number << DEGREE | rest
    return (whole << 1 | whole.bit_count() & 1) & (1 << CELLS) - 1


def grid(number: int) -> NDArray[np.uint8]:
    """Return the cells of a marker (12, 4), 1 for white, upper row first."""
    shown = word(number) ^ MASK
    cells = [shown >> (CELLS - 1 - i) & 1 for i in range(CELLS)]
    out = np.ones((ROWS + 2, COLUMNS), np.uint8)
    out[1:-1] = np.reshape(cells, (ROWS, COLUMNS))
    return out


@cache
def all_grids() -> NDArray[np.uint8]:
    """Return the cells of every marker (131072, 48), by the number of its message, row by row; read-only."""
    numbers = np.arange(PHONES << MESSAGE_BITS)
    none = grid(0).ravel()
    out = np.repeat(none[None], len(numbers), axis=0)
    for bit in range(MESSAGE_BITS + 1):
        # The code is linear: a word is the sum of those of its bits.
        part = grid(1 << bit).ravel() ^ none
        out ^= (numbers >> bit & 1).astype(np.uint8)[:, None] * part
    out.setflags(write=False)
    return out


@cache
def _halves() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the cells with data (512, 40) and (256, 40) of the markers whose lower, or upper, bits are 0; 1 or -1.

    The code is linear, so a marker's cells are the products of those of its upper half and of its lower half, the
    latter without the mask.
    """
    data = 2.0 * all_grids()[:, COLUMNS:-COLUMNS] - 1.0
    upper, lower = data[::256], data[:256] * data[0]
    return np.asarray(upper, np.float32), np.asarray(lower, np.float32)


def likeliest(soft: NDArray[np.float32], count: int, *, belt: bool = False) -> NDArray[np.intp]:
    """Return the numbers of the markers (count,) of one phone that agree best with soft cells (40,), in no order.

    The 65536 sums are one product of two small matrices, which is ten times faster than one with all markers.
    """
    upper, lower = _halves()
    first = 256 * belt
    sums = (upper[first : first + 256] * soft) @ lower.T
    # The best are in the rows whose best are the best.
    rows = np.argpartition(sums.max(axis=1), -count)[-count:]
    best = np.argpartition(sums[rows].ravel(), -count)[-count:]
    return np.asarray(rows[best >> 8] + first << 8 | best & 255)
