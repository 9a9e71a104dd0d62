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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.regressor import Kind

ERRORS: dict[Kind, str] = {
    "upright": "learned_errors.toml", "coded": "learned_errors_coded.toml", "lying": "learned_errors_lying.toml",
}  # fmt: skip
LYING_ONLY = frozenset({"lying_roll"})
"""Angles that are measured only on a person who lies, so a view always means that of a person who lies."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Turn the error that a regressor expects into a stated error: max(floor, factor * spread, share * |value|).

    Between two values it may be larger still, see between.

    Attributes:
        factor: Factor on the error that the regressor expects.
        floor: Smallest stated error, degrees.
        usual: Median of the stated error on the clips used for calibration, degrees.
        gain: Factor on the value. A regressor that minimises its error reads values too near to the mean, and then
            movements beyond a limit would be missed.
        share: Share of the value that the error is at least, because values too near to the mean err more when large.
        between: Two values, and what the error is at least where the reading lies between them, degrees. Legs that are
            neither straight nor as bent as a seated person's hardly occur in the training set, so they are guessed at.
    """

    factor: float
    floor: float
    usual: float
    gain: float = 1.0
    share: float = 0.0
    between: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Plain:
    """Turn what geometry measures into a reading and its stated error, max(floor, share * |reading|).

    Attributes:
        floor: Smallest stated error, degrees or ratio; NaN where the angle cannot be judged.
        gain: Factor on what is measured, because MediaPipe shows some movements too small.
        share: Share of the reading that the error is at least, because large movements are shown less truly.
    """

    floor: float
    gain: float = 1.0
    share: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Hold the rules (m,) by which a regressor's readings are taken for the m angles that it reads best.

    Attributes:
        column: Where the regressor has each angle.
        row: The angle's row of ANGLES.
        gain, factor, floor, share: See Learned.
        between: The same (3, m).
    """

    column: NDArray[np.intp]
    row: NDArray[np.intp]
    gain: Floats
    factor: Floats
    floor: Floats
    share: Floats
    between: Floats

    def of(self, value: Floats, spread: Floats) -> tuple[Floats, Floats]:
        """Return values and stated errors, (n, m) each in degrees.

        Args:
            value: (n, k) what the regressor read, degrees.
            spread: (n, k) the error that it expects, degrees.
        """
        read = self.gain * value[:, self.column]
        error = np.maximum(self.floor, self.factor * spread[:, self.column])
        low, high, wide = self.between
        return read, np.maximum(np.maximum(error, self.share * np.abs(read)), ((low < read) & (read < high)) * wide)


@cache
def _tables(name: str) -> dict[str, dict[str, Any]]:
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
    found: dict[str, Any] | None = _tables(ERRORS[kind]).get(paired(angle), {}).get(view)
    return None if found is None else Learned(**found)


@cache
def rules(names: tuple[str, ...], view: str, kind: Kind) -> Rules:
    """Return the rules of a regressor for a view; one go of arrays costs a fraction of one for each angle.

    Args:
        names: The angles that it reads.
        view: The camera's view.
        kind: Which regressor.
    """
    found = [(column, INDEX[name], learned(name, view, kind)) for column, name in enumerate(names)]
    taken = [(column, row, by) for column, row, by in found if by is not None]
    columns, rows = (np.array([one[i] for one in taken], np.intp) for i in (0, 1))
    gain, factor, floor, share = (
        np.array([getattr(by, name) for _, _, by in taken], np.float64) for name in ("gain", "factor", "floor", "share")
    )
    between = np.array([by.between for _, _, by in taken], np.float64).reshape(-1, 3).T
    return Rules(columns, rows, gain, factor, floor, share, between)


@cache
def plain(angle: str, view: str) -> Plain:
    """Return how what geometry measures of an angle becomes a reading and its stated error.

    Args:
        angle: Name of an angle.
        view: The camera's view.

    Returns:
        The rule, in degrees or ratios as the angle; its floor is NaN where the angle cannot be judged from this view.
    """
    tables: dict[str, dict[str, Any]] = _tables("error_model.toml")
    found = tables.get(angle, tables.get(paired(angle), {})).get(view, float("nan"))
    return Plain(**found) if isinstance(found, dict) else Plain(found)


def of_geometry(angle: str, view: str) -> float:
    """Return the smallest stated error of an angle that geometry reads, see plain; NaN where it cannot be judged."""
    return plain(angle, view).floor


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
    limits: dict[str, float] = _tables("error_model.toml")["judged_up_to"]
    return limits.get(ANGLES[row].name, limits[ANGLES[row].unit])


def plainly_judged_up_to(row: int) -> float:
    """Return the largest stated error with which a row of ANGLES is judged if nothing else is said of its angle."""
    limits: dict[str, float] = _tables("error_model.toml")["judged_up_to"]
    return limits[ANGLES[row].unit]


def judgeable(view: str) -> NDArray[np.bool_]:
    """Return which rows of ANGLES (k,) a view can show accurately enough, if their landmarks are visible."""
    return np.array([usual(row.name, view) <= judged_up_to(i) for i, row in enumerate(ANGLES)])
