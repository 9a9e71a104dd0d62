"""Results compared with a reference measurement; `validate`, `Pair`, `Settings` and `read_pairs` are public."""

from posecheck.validation.pairs import Pair, read_pairs
from posecheck.validation.run import Settings, validate

__all__ = ["Pair", "Settings", "read_pairs", "validate"]
