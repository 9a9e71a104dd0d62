"""The stated error of each angle, by the camera's view.

A stated error is the half-width that held about 90 % of the errors on clips with known truth. error_model.toml holds it
for angles that geometry reads, learned_errors.toml, learned_errors_coded.toml and learned_errors_lying.toml for those
that the regressors read.
An angle without a number for a view cannot be judged from that view.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.kinematics.angles import ANGLES
from posecheck.kinematics.regressor import Kind

ERRORS: dict[Kind, str] = {
    "upright": "learned_errors.toml", "coded": "learned_errors_coded.toml", "lying": "learned_errors_lying.toml",
}  # fmt: skip
LYING_ONLY = frozenset({"lying_roll"})
"""Angles that are measured only on a person who lies, so a view always means that of a person who lies."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Turn the error that a regressor expects into a stated error: max(floor, factor * spread, share * |value|).

    Attributes:
        factor: Factor on the error that the regressor expects.
        floor: Smallest stated error, degrees.
        usual: Median of the stated error on the clips used for calibration, degrees.
        gain: Factor on the value. A regressor that minimises its error reads values too near to the mean, and then
            movements beyond a limit would be missed.
        share: Share of the value that the error is at least, because values too near to the mean err more when large.
    """

    factor: float
    floor: float
    usual: float
    gain: float = 1.0
    share: float = 0.0

    def of(self, spread: Floats, value: Floats) -> Floats:
        """Return the stated error.

        Args:
            spread: (n,) error that the regressor expects, degrees.
            value: (n,) value of the angle, degrees.

        Returns:
            (n,) degrees.
        """
        return np.maximum(np.maximum(self.floor, self.factor * spread), self.share * np.abs(value))


@cache
def _tables(name: str) -> dict[str, dict[str, float]]:
    return tomllib.loads(files("posecheck").joinpath("kinematics", "data", name).read_text(encoding="utf-8"))


def paired(angle: str) -> str:
    """Return the name that the left and the right angle of a pair share."""
    return angle.removeprefix("left_").removeprefix("right_")


@cache
def learned(angle: str, view: str, kind: Kind = "upright") -> Learned | None:
    """Return how a regressor's expected error becomes a stated error.

    Args:
        angle: Name of an angle; both sides of a paired angle share one entry.
        view: The camera's view.
        kind: Which regressor.

    Returns:
        The rule, or None where geometry is used instead of the regressor.
    """
    found: dict[str, float] = _tables(ERRORS[kind]).get(paired(angle), {}).get(view)  # type: ignore[assignment]
    return None if found is None else Learned(**found)


@cache
def of_geometry(angle: str, view: str) -> float:
    """Return the stated error of an angle that geometry reads.

    Args:
        angle: Name of an angle.
        view: The camera's view.

    Returns:
        Degrees or ratio, as the angle; NaN where it cannot be judged from this view.
    """
    tables = _tables("error_model.toml")
    return tables.get(angle, tables.get(paired(angle), {})).get(view, float("nan"))


def usual(angle: str, view: str) -> float:
    """Return the error to expect of an angle from a view, by the method that reads it there from landmarks alone.

    Args:
        angle: Name of an angle.
        view: The camera's view.

    Returns:
        Degrees or ratio, as the angle; NaN where it cannot be judged from this view.
    """
    by_regressor = learned(angle, view, "lying" if angle in LYING_ONLY else "upright")
    return of_geometry(angle, view) if by_regressor is None else by_regressor.usual


def judged_up_to(row: int) -> float:
    """Return the largest stated error with which a row of ANGLES is still judged."""
    limits = _tables("error_model.toml")["judged_up_to"]
    return limits.get(ANGLES[row].name, limits[ANGLES[row].unit])


def judgeable(view: str) -> NDArray[np.bool_]:
    """Return which rows of ANGLES (k,) a view can show accurately enough, if their landmarks are visible."""
    return np.array([usual(row.name, view) <= judged_up_to(i) for i, row in enumerate(ANGLES)])
