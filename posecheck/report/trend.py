"""Past sessions of a stretch in a report: how far, how long, and whether that is a change beyond measurement error."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from posecheck.core.i18n import N_, Translator
from posecheck.feedback import wording
from posecheck.feedback.vocabulary import SIDES
from posecheck.feedback.wording import amount, capital
from posecheck.history import PastSession, Reading, Score, Trend
from posecheck.repetitions.series import counted
from posecheck.report.plots import BLUE, FAINT, INK, NARROW, SKY, STYLE, WIDE, svg, tick
from posecheck.stretches.ranges import AngleRange
from posecheck.stretches.sides import whole_key

MOST = 12
"""The table lists at most this many of the newest sessions."""
LIMITS_PASSED = {
    "stop": N_("stop limit passed"),
    "caution": N_("caution limit passed"),
    "borderline": N_("borderline"),
    "clear": N_("in range"),
    "cannot_judge": N_("cannot judge"),
}
ENDS = {"magnitude": ("highest", "lowest"), "signed": ("highest", "lowest"), "positive": ("highest",)}


@dataclass(frozen=True, slots=True)
class Past:
    """Hold a person's past sessions of one stretch, oldest first, and the trends of its main angle.

    Attributes:
        person: The person's name.
        sessions: The sessions.
        trends: The trends.
        scores: Their scores of the questionnaire RMDQ-24, oldest first; they are of no single stretch.
    """

    person: str
    sessions: tuple[PastSession, ...]
    trends: tuple[Trend, ...]
    scores: tuple[Score, ...] = ()


def trends_of(item: AngleRange, trends: Sequence[Trend]) -> tuple[Trend, ...]:
    """Return the trends that a range's limits apply to.

    Args:
        item: The range.
        trends: The highest and lowest readings of each of its angles over time.

    Returns:
        Both ends where the limits count in both directions; otherwise only the positive or only the negative end.
    """
    parted = whole_key(item.key) != item.key  # left and right apart: the other half is the other end
    wanted = ENDS["magnitude"] if parted else ENDS.get(item.along, ("lowest",))
    return tuple(trend for trend in trends if trend.angle in item.rows and trend.end in wanted)


def rows(past: Past, texts: Translator) -> list[dict[str, str]]:
    """Return a table row for each of the newest sessions, oldest first, at most MOST.

    Args:
        past: The sessions and trends.
        texts: The language of the rows.

    Returns:
        Rows with the keys when (local time), verdict, whole (those that count), hold (the longest) and peak, as
        text; a dash where a value is not known.
    """
    return [_row(session, past.trends, texts) for session in past.sessions[-MOST:]]


def _row(session: PastSession, trends: Sequence[Trend], texts: Translator) -> dict[str, str]:
    sides = (session.series or {}).get("sides", ())
    whole = ", ".join(f"{counted(side)} {texts.gettext(SIDES[side['side']])}".strip() for side in sides)
    holds = ", ".join(
        f"{texts.number(side['best_hold_s'], 1)} s {texts.gettext(SIDES[side['side']])}".strip() for side in sides
    )
    return {
        "when": f"{texts.date(session.at.astimezone())} {session.at.astimezone():%H:%M}",
        "verdict": capital(texts.gettext(LIMITS_PASSED.get(session.verdict, session.verdict))),
        "whole": whole or "–",
        "hold": holds or "–",
        "peak": "; ".join(
            _peak(reading, trend, texts)
            for trend in trends
            for reading in trend.readings
            if reading.session == session.id and reading.value is not None
        )
        or "–",
    }


def _peak(reading: Reading, trend: Trend, texts: Translator) -> str:
    value = reading.value or 0.0
    way = wording.side(value, trend.angle, texts)
    error = "" if reading.error is None else f" ± {amount(reading.error, trend.unit, texts)}"
    return f"{amount(value, trend.unit, texts)}{error}{f' {way}' if way else ''}"


def told(trend: Trend, texts: Translator) -> list[str]:
    """Describe a trend: whether it changed, the smallest change that can be detected, and what was not compared.

    Args:
        trend: One end of one angle over time.
        texts: The language of the sentences.

    Returns:
        One to three sentences.
    """
    what = capital(wording.words_for(trend.angle, texts))
    way = wording.side(1.0 if trend.end == "highest" else -1.0, trend.angle, texts)
    name = f"{what}, {way}" if way else what
    out = [f"{name}: {texts.gettext(trend.since_first)}."]
    if trend.detectable is not None:
        least = amount(trend.detectable, trend.unit, texts)
        out.append(texts.gettext("A change under {least} cannot be told from error.").format(least=least))
    left_out = sum(not reading.compared for reading in trend.readings)
    if left_out:
        text = texts.ngettext(
            "{n} session is not compared: it was judged in too small a part.",
            "{n} sessions are not compared: they were judged in too small a part.",
            left_out,
        )
        out.append(text.format(n=left_out))
    return out


def drawn(trends: Sequence[Trend]) -> list[Trend]:
    """Return the trends that a plot can show: those with at least two readings to compare."""
    return [trend for trend in trends if trend.detectable is not None]


def plot(trends: Sequence[Trend], texts: Translator, *, narrow: bool = False) -> str:
    """Draw readings with their errors over the sessions, a panel for each trend.

    Args:
        trends: At least one trend, all from drawn().
        texts: The language of the labels.
        narrow: Draw for the width of a phone, the panels below each other, instead of an A4 page.

    Returns:
        The text of an SVG document.
    """
    beside = 1 if narrow else len(trends)
    below = len(trends) // beside
    width, height = NARROW if narrow else WIDE
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height * below), layout="constrained")
        FigureCanvasSVG(figure)
        panels = np.atleast_1d(np.asarray(figure.subplots(below, beside))).ravel().tolist()
        for axes, trend in zip(panels, trends, strict=True):
            _panel(axes, trend, texts, labels=max(2, round((3 if narrow else 6) / beside)))
        return svg(figure)


def _days(times: Sequence[datetime], texts: Translator) -> list[str]:
    """Return a label for each session: its day, or the time where all are of one day."""
    if len({one.date() for one in times}) == 1 and len(times) > 1:
        return [f"{one:%H:%M}" for one in times]
    return [texts.date(one) for one in times]


def _panel(axes: Axes, trend: Trend, texts: Translator, labels: int) -> None:
    """Draw one trend; the blue band around the first reading holds changes too small to detect."""
    good = [reading for reading in trend.readings if reading.compared]
    x, y = np.arange(len(good)), np.array([reading.value for reading in good], float)
    least = trend.detectable or 0.0
    axes.axhspan(y[0] - least, y[0] + least, color=SKY, alpha=0.25, linewidth=0, zorder=0)
    axes.axhline(y[0], color=FAINT, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
    errors = [reading.error or 0.0 for reading in good]
    marks: Any = {"fmt": "o-", "color": BLUE, "ecolor": INK, "elinewidth": 0.9, "capsize": 3, "linewidth": 1.2}
    axes.errorbar(x, y, yerr=errors, markersize=5, zorder=3, **marks)
    days = _days([reading.at.astimezone() for reading in good], texts)
    step = -(-len(days) // labels)
    axes.set_xticks(range(0, len(days), step), days[::step])
    axes.set_xlim(-0.5, max(len(days), 2) - 0.5)
    ways = [wording.side(sign, trend.angle, texts) for sign in (-1.0, 1.0)]
    axes.yaxis.set_major_formatter(lambda value, _: tick(value, trend.unit, texts, signless=bool(ways[0])))
    axes.set_ylabel(f"← {ways[0]}    {ways[1]} →" if ways[0] else wording.words_for(trend.angle, texts))
    axes.set_title(ways[trend.end == "highest"] or wording.words_for(trend.angle, texts), fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
