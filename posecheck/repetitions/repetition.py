"""One repetition of a stretch.

Conventions. Times are seconds, peaks in the unit of the followed angle (degrees or ratio) with its sign, speeds in that
unit per second. A repetition is [start_s, end_s): moving in is [start_s, hold_start_s), the hold [hold_start_s,
hold_end_s), returning [hold_end_s, end_s); tracker.py says when each begins. The hold here is all stillness at the end
position, even outside the target; if there was none, it is empty and lies at the peak. hold_s is the part that counts
(holds.py). NaN is a value that is not known.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from math import isfinite


class RepetitionEnd(StrEnum):
    """Say why a repetition is incomplete.

    Attributes:
        COMPLETE: It is complete: from neutral into the target and back.
        START_NOT_SEEN: It had already begun when it was first seen.
        LOST: The person was not followed for too long before its end.
        CUT: The recording ended before it did.
        SHORT_OF_TARGET: It did not reach the target.
        TARGET_NOT_SURE: It was seen from neutral to neutral, but the reading's error does not allow to say whether it
            reached the target. It counts as done: nobody is asked for more because a camera cannot tell.
    """

    COMPLETE = ""
    START_NOT_SEEN = "start_not_seen"
    LOST = "lost"
    CUT = "cut"
    SHORT_OF_TARGET = "short_of_target"
    TARGET_NOT_SURE = "target_not_sure"


@dataclass(frozen=True, slots=True)
class Repetition:
    """Hold one repetition; see the module's conventions.

    Attributes:
        side: The person's own left or right, empty if the stretch has no sides.
        angle: Name of the row of ANGLES that got furthest.
        unit: Its unit.
        start_s: When it left neutral.
        hold_start_s: When the stillness at the end position began.
        hold_end_s: When that stillness ended.
        end_s: When it was back at neutral, or last seen.
        peak: Furthest reading, with its sign.
        peak_s: When that was.
        peak_error: Its stated error.
        hold_s: Seconds held inside the target since a stop limit was last passed.
        longest_hold_s: The longest part of it without a pause.
        hold: Rating of hold_s: "short", "enough" or "long", empty if the stretch asks for no hold or it cannot be told.
        stopped: Whether a stop limit was passed, whichever it was: of an angle, a speed, or the time it was kept.
        reached: Whether it reached the target.
        in_speed: Mean absolute speed of the way in, NaN if its start was not seen.
        out_speed: Mean absolute speed of the way back, NaN if its end was not seen.
        reason: Why it is incomplete.
        onset_s: When the movement began, still near neutral.
        rest_s: Stillness at neutral since the repetition before.
        cycle_s: Time from the peak before to this one, if there was no rest between.
        lag_s: How much the left side trailed the right in this cycle.
    """

    side: str
    angle: str
    unit: str
    start_s: float
    hold_start_s: float
    hold_end_s: float
    end_s: float
    peak: float
    peak_s: float
    peak_error: float
    hold_s: float
    longest_hold_s: float
    hold: str
    stopped: bool
    reached: bool
    in_speed: float
    out_speed: float
    reason: RepetitionEnd
    onset_s: float = float("nan")
    rest_s: float = float("nan")
    cycle_s: float = float("nan")
    lag_s: float = float("nan")

    @property
    def complete(self) -> bool:
        """Return whether it was seen from neutral into the target, as far as can be told, and back to neutral."""
        return self.reason in (RepetitionEnd.COMPLETE, RepetitionEnd.TARGET_NOT_SURE)

    @property
    def unsure(self) -> bool:
        """Return whether it cannot be told if it reached the target."""
        return self.reason == RepetitionEnd.TARGET_NOT_SURE

    @property
    def clean(self) -> bool:
        """Return whether it counts as done: it was complete and passed no stop limit."""
        return self.complete and not self.stopped

    @property
    def in_s(self) -> float:
        """Return the duration of the way in, seconds; NaN if its start was not seen."""
        return float("nan") if self.reason == RepetitionEnd.START_NOT_SEEN else self.hold_start_s - self.start_s

    @property
    def out_s(self) -> float:
        """Return the duration of the way back, seconds; NaN if its end was not seen."""
        return float("nan") if self.reason in (RepetitionEnd.LOST, RepetitionEnd.CUT) else self.end_s - self.hold_end_s

    @property
    def held(self) -> bool:
        """Return whether it was clean, and held long enough if a hold is asked for."""
        return self.clean and self.hold in ("", "enough", "long")

    def as_dict(self) -> dict[str, object]:
        """Return plain JSON types, numbers rounded to 0.001; None for what is not known."""
        items = {**asdict(self), "in_s": self.in_s, "out_s": self.out_s, "complete": self.complete, "held": self.held}
        return {key: _plain(value) for key, value in items.items()}


COLUMNS = (*Repetition.__slots__, "in_s", "out_s", "complete", "held")
"""Keys of Repetition.as_dict in order, needed for the header of an empty table."""


def _plain(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3) if isfinite(value) else None
    return value.value if isinstance(value, RepetitionEnd) else value
