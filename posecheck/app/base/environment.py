"""How much a machine may carry: its processors, and what its owner sets in the environment."""

import os

from posecheck.core.errors import InputError


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def whole_number(variable: str, otherwise: int) -> int:
    """Return the number that an environment variable holds.

    Args:
        variable: The variable's name.
        otherwise: What holds where it is not set, or empty.

    Raises:
        InputError: It is not a whole number above zero.
    """
    text = os.environ.get(variable, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) < 9) or int(text) < 1:
        raise InputError(
            "whole_number", "{variable}: expected a whole number above 0, got {got}", variable=variable, got=repr(text)
        )
    return int(text)
