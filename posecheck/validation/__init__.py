"""Validation: a recording's results compared with a reference measurement; `validate`, `Pair`, `Settings` are public."""

from posecheck.validation.pairs import Pair, read_pairs
from posecheck.validation.run import Settings, validate

__all__ = ["Pair", "Settings", "read_pairs", "validate"]
