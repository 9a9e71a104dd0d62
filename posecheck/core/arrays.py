"""Names for the kinds of numpy array that many modules take and return; shapes stand in each docstring."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""Measured or computed values; NaN where there is none."""
Bools = NDArray[np.bool_]
"""A truth value for each element."""
