"""The encoder: turns an inner feature map into the few numbers of the body code.

It was fitted together with the regressor that reads the code (research/training/coded_fit.py), so each works only with
the other; `version` says which encoder a saved code is from.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from posecheck.core.paths import package_data
from posecheck.core.pose import CODE

Singles = NDArray[np.float32]
WHOLE = 127.0
"""The code's greatest number; kept as bytes, a code takes a tenth of the room of the landmarks."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """Hold the encoder's weights.

    Attributes:
        cell: (144, r) weights from the channels of each part of the picture to r numbers, and cell_bias (r,).
        code: (64 r, CODE) weights from all parts to the code, and code_bias (CODE,).
        version: Eight hexadecimal digits of the weights' checksum.
    """

    cell: Singles
    cell_bias: Singles
    code: Singles
    code_bias: Singles
    version: str

    def weights(self) -> bytes:
        """Return the weights as little-endian single numbers, one after the other, for the browser's encoder."""
        parts = (self.cell, self.cell_bias, self.code, self.code_bias)
        return b"".join(np.ascontiguousarray(part, "<f4").tobytes() for part in parts)

    def encode(self, maps: Singles) -> NDArray[np.int8]:
        """Return the codes (..., CODE) of inner maps (..., 64, 144)."""
        part = maps @ self.cell + self.cell_bias
        part = part / (1.0 + np.exp(-np.maximum(part, -60.0)))
        code = np.tanh(part.reshape(*part.shape[:-2], -1) @ self.code + self.code_bias)
        return np.asarray(np.rint(WHOLE * code), np.int8)


def read(path: Path) -> Encoder:
    """Read an encoder from a file of weights that research/training/coded_fit.py wrote."""
    with np.load(path, allow_pickle=False) as data:
        parts = [data[name] for name in ("cell", "cell_bias", "code", "code_bias")]
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()
    cell, cell_bias, code, code_bias = (part.astype(np.float32) for part in parts)
    if code.shape[1] != CODE:
        raise ValueError(f"encoder: expected {CODE} numbers in a code, got {code.shape[1]}")
    return Encoder(cell, cell_bias, code, code_bias, digest[:8])


@cache
def load() -> Encoder:
    """Load the encoder that belongs to the regressor in use."""
    return read(package_data("capture", "pose", "coding", "data", "encoder.npz"))
