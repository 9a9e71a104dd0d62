"""What a gauge shows: an angle, its error and its limits in words and numbers, and where they are on its bar."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from posecheck.assessment.judged import JudgedFrames
from posecheck.assessment.session import Session
from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.core.levels import Level
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback import vocabulary, wording
from posecheck.feedback.bands import Band, stated, whole
from posecheck.kinematics.angles import ANGLES, Direction
from posecheck.kinematics.neutral import Neutral
from posecheck.kinematics.uncertainty import judgeable
from posecheck.stretches.checks import Check, pick

WHICH_SIDE = {
    "each": N_("each {what}"),
    "greater": N_("greater {what}"),
    "lesser": N_("lesser {what}"),
}
MAX_GAUGES = 3
MIN_SHARE = 0.05
"""An angle judged in a smaller share of the frames is shown only if there is no better one."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """Show one reading against every range that limits it.

    Attributes:
        columns: The indices of its checks in Session.checks.
        checks: The checks, all of the same reading.
    """

    columns: tuple[int, ...]
    checks: tuple[Check, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of ANGLES that are read."""
        return self.checks[0].rows

    def label(self, short: bool = False, texts: Translator = ENGLISH) -> str:
        """Return the name of the reading, such as "Bend of the right hip".

        Args:
            short: Whether to use the shorter form, such as "Right hip bend", where the language is English.
            texts: The language of the name.
        """
        text = wording.words_for(self.checks[0].angle, texts, short=short)
        if len(self.rows) > 1:
            text = texts.gettext(WHICH_SIDE[self.checks[0].range.side]).format(what=text)
        return wording.capital(text)

    def bands(self, name: str) -> list[Band]:
        """Return the bands of one name (target, caution or stop) of all its ranges, those of a range from low up."""
        found = (sorted(whole(check.range), key=lambda band: band.low) for check in self.checks)
        return [band for held in found for band in held if band.name == name]

    def level(self, judged: JudgedFrames, i: int) -> int:
        """Return the most serious level of its checks in a frame, as a Level.

        Args:
            judged: The judgement of the frames.
            i: The frame's index in `judged`.
        """
        return int(max(judged.levels[i, column] for column in self.columns))

    def reading(self, judged: JudgedFrames, i: int) -> tuple[float, float]:
        """Return value and stated error of a frame.

        Args:
            judged: The judgement of the frames.
            i: The frame's index in `judged`.

        Returns:
            Both in the unit of the angle (degrees or ratio), the value with its sign; NaN where it cannot be judged.
        """
        check = self.checks[0]
        value, error = judged.readings.value[i : i + 1], judged.readings.error[i : i + 1]
        return float(pick(check, value)[0]), float(pick(check, error, value)[0])

    def value_text(self, judged: JudgedFrames, i: int, short: bool = False, texts: Translator = ENGLISH) -> str:
        """Return the reading as text, such as `41° ± 14 left`, or that it cannot be judged.

        Args:
            judged: The judgement of the frames.
            i: The frame's index in `judged`.
            short: Whether to leave out the reason why it cannot be judged.
            texts: The language of the text.
        """
        value, error = self.reading(judged, i)
        if not np.isfinite(value):
            reasons = judged.readings.reason[i, list(self.rows)]
            why = "" if short else texts.gettext(vocabulary.SHORT.get(UnjudgedReason(int(reasons.max())), ""))
            if why:
                return texts.gettext(N_("cannot judge ({why})")).format(why=why)
            return texts.gettext(N_("cannot judge"))
        unit = self.checks[0].unit
        text = wording.amount(value, unit, texts)
        if np.isfinite(error):
            text += f" ± {texts.number(error, 0 if unit == 'deg' else 2)}"
        row = ANGLES[self.rows[0]]
        way = wording.short_way(row.positive if value >= 0 else row.negative, texts)
        return f"{text} {way}" if way and text[0] != "0" else text


def gauges_of(checks: tuple[Check, ...]) -> list[Gauge]:
    """Return one gauge for each reading whose checks limit an angle, in the order of the ranges."""
    groups: dict[tuple[tuple[int, ...], str], list[int]] = {}
    for i, check in enumerate(checks):
        if check.range.measure == "angle":
            groups.setdefault((check.rows, check.range.side if len(check.rows) > 1 else ""), []).append(i)
    return [Gauge(tuple(columns), tuple(checks[i] for i in columns)) for columns in groups.values()]


_CHOSEN: WeakKeyDictionary[Session, tuple[JudgedFrames, tuple[Gauge, ...]]] = WeakKeyDictionary()
"""The gauges chosen for recordings, kept because choosing reads every frame and drawing needs them in every frame."""


def chosen(session: Session, judged: JudgedFrames) -> tuple[Gauge, ...]:
    """Return the gauges to show, at most three and the same in every frame of a recording.

    Args:
        session: The session that judged the frames.
        judged: The judgement: of the whole recording, or live of one frame.

    Returns:
        The primary angle's gauges first, then those of other limits; see _choice.
    """
    before = _CHOSEN.get(session)
    if before is not None and before[0] is judged:
        return before[1]
    gauges = _choice(session, judged)
    if len(judged.readings.time_s) > 1:
        _CHOSEN[session] = judged, gauges
    return gauges


def _choice(session: Session, judged: JudgedFrames) -> tuple[Gauge, ...]:
    """Return the primary angle's gauges, then those of other angles with limits.

    Other angles are preferred if they can be judged, and in a recording if they came nearest to their limits; they are
    shown in the order of the stretch's ranges. With a single frame, those that its view can show are preferred.
    """
    main = set(session.stretch.primary_rows)
    limited = [gauge for gauge in gauges_of(session.checks) if any(check.limits for check in gauge.checks)]
    first = [gauge for gauge in limited if main & set(gauge.rows)] or [
        gauge for gauge in gauges_of(session.checks) if main & set(gauge.rows)
    ]
    first = sorted(first, key=lambda gauge: len(gauge.rows))[:2]
    others = [gauge for gauge in limited if not main & set(gauge.rows)]
    ranked = sorted(others, key=lambda gauge: _merit(gauge, judged, session.neutral), reverse=True)
    best = ranked[: MAX_GAUGES - len(first)]
    return (*first, *(gauge for gauge in others if gauge in best))


def _merit(gauge: Gauge, judged: JudgedFrames, neutral: Neutral | None) -> tuple[bool, int]:
    reasons = judged.readings.reason[:, list(gauge.rows)]
    if len(reasons) == 1:
        # Live, a limb that is hidden in one frame must not exchange the bars, so only the view counts.
        return neutral is None or neutral.blind or bool(judgeable(neutral.view)[list(gauge.rows)].all()), 0
    judged_share = float((reasons == UnjudgedReason.JUDGED).all(axis=1).mean()) if len(reasons) else 0.0
    return judged_share >= MIN_SHARE, int(judged.levels[:, list(gauge.columns)].max(initial=Level.OFF))


@dataclass(frozen=True, slots=True)
class Scale:
    """Place signed values on a bar.

    Attributes:
        low: The lowest value on the bar.
        high: The highest value on the bar.
        turned: Whether the bar runs from high at the left to low at the right.
    """

    low: float
    high: float
    turned: bool

    @classmethod
    def of(cls, gauge: Gauge) -> "Scale":
        """Return a scale that reaches well past the outermost limit; symmetric where both directions count.

        The person's left is the bar's left. Angles that count in one direction only grow to the right.
        """
        edges = [0.0, *(edge for check in gauge.checks for edge in stated(check.range))]
        low, high = min(edges), max(edges)
        row = ANGLES[gauge.rows[0]]
        two_sided = low < 0 < high and row.positive is not Direction.NONE
        if two_sided:
            high = max(high, -low)
            low = -high
        reach = max(high - low, 1e-6)
        # Room for the words at the ends of a two-sided bar, and for readings past the limit.
        pad = (0.65 if two_sided else 0.45) * max(high, -low)
        low, high = (low - pad if low < 0 else -0.07 * reach), (high + pad if high > 0 else 0.07 * reach)
        one_way = all(check.range.along == "negative" for check in gauge.checks)
        return cls(low, high, one_way or (two_sided and row.positive is Direction.LEFT))

    def place(self, value: float) -> float:
        """Return a value's place along the bar, 0 to 1, clipped to its ends."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return 1 - share if self.turned else share

    @property
    def two_sided(self) -> bool:
        """Whether both directions count."""
        return self.low < 0 < self.high and min(-self.low, self.high) > 0.2 * max(-self.low, self.high)
