"""Which column of a reference is which of our angles, and in what unit and direction it counts."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.errors import InputError, Setting
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.validation.truth.reference import Reference
from posecheck.validation.truth.segments import ALIASES, angles_of, named
from posecheck.validation.truth.tables import shown

ANGLE, MARKER = Setting("angle"), Setting("marker")
WORDS = ("rad", "deg", "flip", "abs")


@dataclass(frozen=True, slots=True)
class Column:
    """Say where an angle is in a reference, and how it counts.

    Attributes:
        angle: The row of ANGLES.
        column: The file's name of the column.
        unit: deg or rad; empty takes what the file states, and degrees where it states nothing.
        factor: What the column is multiplied by; -1 where it counts the other way.
        magnitude: Whether only the size counts, as a goniometer's table gives it for left and right alike.
    """

    angle: str
    column: str
    unit: str = ""
    factor: float = 1.0
    magnitude: bool = False

    @property
    def told(self) -> str:
        """Return it as the option was written."""
        words = [self.column, *([self.unit] if self.unit else []), *(["abs"] if self.magnitude else [])]
        return ",".join(words + ([] if self.factor == 1.0 else [f"scale={self.factor:g}"]))


def parse_column(text: str) -> Column:
    """Parse `ANGLE=COLUMN`, with `,rad`, `,deg`, `,flip`, `,abs` or `,scale=FACTOR` after it where wanted.

    Raises:
        InputError: It has another form, or there is no such angle; the message names the nearest one.
    """
    angle, equals, rest = (part.strip() for part in text.partition("="))
    if not equals or not rest:
        form = "{setting}: expected ANGLE=COLUMN, e.g. trunk_rotation=yaw,rad,flip; got {got}"
        raise InputError("column_form", form, setting=ANGLE, got=repr(text))
    if angle not in INDEX:
        near = difflib.get_close_matches(angle, [*INDEX], 1, cutoff=0.4)
        form = "{setting}: expected an angle posecheck measures, such as {near}; got {got}"
        raise InputError("unknown_angle", form, setting=ANGLE, near=near[0] if near else ANGLES[0].name, got=angle)
    unit, factor, magnitude, parts = "", 1.0, False, rest.split(",")
    # Read from the end, since the name of a column may hold commas too.
    while len(parts) > 1:
        word = parts[-1].strip().lower()
        if word in ("rad", "deg"):
            unit = word
        elif word == "flip":
            factor = -factor
        elif word == "abs":
            magnitude = True
        elif word.startswith("scale="):
            factor *= _factor(word.removeprefix("scale="))
        else:
            break
        parts.pop()
    return Column(angle, ",".join(parts).strip(), unit, factor, magnitude)


def _factor(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value) or value == 0:
        form = "{setting}: scale: expected a number other than 0, got {got}"
        raise InputError("scale", form, setting=ANGLE, got=repr(text))
    return value


def parse_marker(text: str) -> tuple[str, str]:
    """Parse `MARKER=NAME`: our name of a marker, and the file's.

    Raises:
        InputError: It has another form, or there is no such marker.
    """
    ours, equals, theirs = (part.strip() for part in text.partition("="))
    if not equals or not theirs or ours.upper() not in ALIASES:
        form = "{setting}: expected one of {known}, then = and the file's name for it; got {got}"
        raise InputError("marker_form", form, setting=MARKER, known=", ".join(ALIASES), got=repr(text))
    return ours.upper(), theirs


@dataclass(frozen=True, slots=True)
class Truth:
    """Hold what a reference says of our angles.

    Attributes:
        reference: The file's content, for its clock.
        values: (n,) degrees or ratios by the names of ANGLES, NaN where unknown.
        origins: Where each comes from: the column with its changes, or `markers`.
        magnitudes: Angles of which only the size is known.
    """

    reference: Reference
    values: Mapping[str, Floats]
    origins: Mapping[str, str]
    magnitudes: frozenset[str]


def truth_of(
    reference: Reference,
    columns: Sequence[Column],
    markers: Mapping[str, str],
    *,
    up: str | None = None,
    lying: bool = False,
) -> Truth:
    """Return a reference's angles: those of the options, then columns of the same name, then those from markers.

    Args:
        reference: The file's content.
        columns: Columns that the options name.
        markers: The file's name of a marker by ours.
        up: The axis of the laboratory that points up; None takes the format's.
        lying: Whether the person lies in this stretch.

    Raises:
        InputError: A column is not there, holds no number, or no angle is found at all.
    """
    found = {one.angle: one for one in columns}
    lower = {name.casefold(): name for name in reversed(list(reference.columns))}
    for row in ANGLES:
        column = next((lower[name] for name in (row.name, row.column) if name in lower), None)
        if row.name not in found and column is not None and np.isfinite(reference.columns[column]).any():
            found[row.name] = Column(row.name, column)
    values = {angle: _values(reference, one) for angle, one in found.items()}
    origins = {angle: one.told for angle, one in found.items()}
    # A file whose angles were found is not refused for a marker that it lacks.
    if reference.markers and (not found or len(named(reference.markers, markers)) == len(ALIASES)):
        computed = angles_of(reference.path, reference.markers, markers, up or reference.up, lying=lying)
        fresh = {name: one for name, one in computed.items() if name not in values and np.isfinite(one).any()}
        values |= fresh
        origins |= dict.fromkeys(fresh, "markers")
    if not values:
        text = "{file}: expected a column with the name of an angle, found {found}"
        raise InputError("no_angles", text, hint="columns", file=reference.path, found=shown([*reference.columns]))
    return Truth(reference, values, origins, frozenset(one.angle for one in columns if one.magnitude))


def _values(reference: Reference, one: Column) -> Floats:
    if one.column not in reference.columns:
        text = "{file}: {setting} {angle}: expected a column with numbers named {column}, found {found}"
        names = {"angle": one.angle, "column": one.column, "found": shown([*reference.columns])}
        raise InputError("no_column", text, file=reference.path, setting=ANGLE, **names)
    held = reference.columns[one.column]
    if not np.isfinite(held).any():
        raise InputError(
            "empty_column", "{file}: {column}: expected numbers, found none", file=reference.path, column=one.column
        )
    radians = one.unit == "rad" or (not one.unit and reference.radians)
    values = held * one.factor
    if radians and ANGLES[INDEX[one.angle]].unit == "deg":
        values = np.degrees(values)
    return np.abs(values) if one.magnitude else values
