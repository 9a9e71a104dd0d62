"""Types of numpy array that many modules use; the docstring of each function states the shapes."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""Measured or computed values; NaN where there is no value."""
Bools = NDArray[np.bool_]
"""A truth value for each element."""
