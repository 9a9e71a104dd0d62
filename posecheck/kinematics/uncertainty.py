"""How wrong an angle is, by where the camera stands.

error_model.toml says it for what geometry reads, learned_errors.toml and learned_errors_lying.toml for what regressors
do: what about 90 % of errors stayed within on clips with known truth. An angle without a number for a view cannot be
judged from there.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.kinematics.angles import ANGLES

LYING_ONLY = frozenset({"lying_roll"})
"""Angles that only somebody who lies has, so that a view is always one of who lies."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Turn the spread a regressor expects into a stated error; all degrees but factor and gain.

    error = max(floor, factor * spread, share * value). usual: the median of that on the clips it was calibrated on.
    gain: what the value is taken times, for a least-error estimate is drawn to the middle and a limit must not be.
    share: of a value drawn to the middle the error grows with the value.
    """

    factor: float
    floor: float
    usual: float
    gain: float = 1.0
    share: float = 0.0

    def of(self, spread: Floats, value: Floats) -> Floats:
        """Return the stated error (n,) for spreads and values (n,)."""
        return np.maximum(np.maximum(self.floor, self.factor * spread), self.share * np.abs(value))


@cache
def _tables(name: str) -> dict[str, dict[str, float]]:
    return tomllib.loads(files("posecheck").joinpath("kinematics", "data", name).read_text(encoding="utf-8"))


def paired(angle: str) -> str:
    """Return the name that the left and the right angle of a pair share."""
    return angle.removeprefix("left_").removeprefix("right_")


@cache
def learned(angle: str, view: str, lying: bool = False) -> Learned | None:
    """Return how a regressor's spread becomes an error, None where geometry reads the angle better.

    lying: of the regressor for who lies on the back.
    """
    name = "learned_errors_lying.toml" if lying else "learned_errors.toml"
    found: dict[str, float] = _tables(name).get(paired(angle), {}).get(view)  # type: ignore[assignment]
    return None if found is None else Learned(**found)


@cache
def of_geometry(angle: str, view: str) -> float:
    """Return the stated error of an angle read from landmarks alone, NaN where it cannot be judged at all."""
    tables = _tables("error_model.toml")
    return tables.get(angle, tables.get(paired(angle), {})).get(view, float("nan"))


def usual(angle: str, view: str) -> float:
    """Return the error to expect of an angle from a view, by whatever reads it there; NaN where nothing does."""
    by_regressor = learned(angle, view, angle in LYING_ONLY)
    return of_geometry(angle, view) if by_regressor is None else by_regressor.usual


def judged_up_to(row: int) -> float:
    """Return the widest error with which a row of ANGLES is still of use."""
    limits = _tables("error_model.toml")["judged_up_to"]
    return limits.get(ANGLES[row].name, limits[ANGLES[row].unit])


def judgeable(view: str) -> NDArray[np.bool_]:
    """Return (k,): which rows of ANGLES a view is able to show at all, whatever a single frame hides."""
    return np.array([usual(row.name, view) <= judged_up_to(i) for i, row in enumerate(ANGLES)])
