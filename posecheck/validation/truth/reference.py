"""What a reference measurement's file holds: columns of numbers, or markers in space, over time or by repetition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from posecheck.core.arrays import Floats


@dataclass(frozen=True, slots=True)
class Reference:
    """Hold a reference measurement as its file gives it, n rows.

    Attributes:
        path: The file.
        columns: (n,) numbers by the name of their column, NaN where a cell is empty.
        time_s: (n,) seconds on the file's own clock, growing; None for a table without a clock.
        repetition: (n,) the number of the repetition that a row is the peak of; None for measurements over time.
        markers: (n, 3) positions by marker, in any unit of length, NaN where not seen.
        up: The axis of the laboratory that points up: x, y or z.
        radians: Whether columns that state no unit are in radians instead of degrees.
    """

    path: Path
    columns: Mapping[str, Floats]
    time_s: Floats | None
    repetition: Floats | None = None
    markers: Mapping[str, Floats] = field(default_factory=dict)
    up: str = "y"
    radians: bool = False

    def __len__(self) -> int:
        clock = self.time_s if self.time_s is not None else self.repetition
        return 0 if clock is None else len(clock)
