"""A reading over the sessions of a person, with its errors and the change that could be told from them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from posecheck.app.base.charts import alt
from posecheck.app.base.language import _, texts
from posecheck.app.base.theme import Colours
from posecheck.app.widgets.curve import numbers
from posecheck.feedback.vocabulary import UNITS
from posecheck.feedback.wording import side
from posecheck.history import Trend

HEIGHT = 240
MOST_TICKS = 5
"""Labels of the axis of time that fit beside each other on a phone."""


def chart(trend: Trend, c: Colours, height: int = HEIGHT, *, bare: bool = False) -> Any:
    """Draw the readings of a trend with their errors; the band holds changes too small to be told.

    Args:
        trend: One end of one angle over time.
        c: The colours.
        height: Of the drawing, in pixels.
        bare: Leave out the title of the axis, where little room is left.
    """
    # The title names the direction, for example "to the right", so the numbers of that direction are drawn positive.
    way = -1.0 if trend.end == "lowest" and side(-1.0, trend.angle, texts()) else 1.0
    rows = [
        {
            "at": one.at.isoformat(),
            "value": way * one.value,
            "low": way * one.value - (one.error or 0.0),
            "high": way * one.value + (one.error or 0.0),
            "good": one.compared,
        }
        for one in trend.readings
        if one.value is not None
    ]
    data = alt.InlineData(values=rows)
    times, form, day = ticks([one.at.astimezone() for one in trend.readings if one.value is not None])
    axis = alt.Axis(format=form, grid=False, labelOverlap=True, values=[one.isoformat() for one in times])
    x = alt.X("at:T", title=day, axis=axis, scale=alt.Scale(padding=24))
    title = None if bare else _(UNITS[trend.unit])
    good = alt.condition("datum.good", alt.value(1.0), alt.value(0.25))
    bars = (
        alt.Chart(data)
        .mark_rule(color=c.text, strokeWidth=2)
        .encode(x=x, y=alt.Y("low:Q", title=title, scale=alt.Scale(zero=False)), y2="high:Q", opacity=good)
    )
    points = alt.Chart(data).mark_point(size=80, filled=True, color=c.fine).encode(x=x, y="value:Q", opacity=good)
    layers = [bars, points]
    first = next((one for one in trend.readings if one.compared), None)
    if first is not None and first.value is not None and trend.detectable is not None:
        band = [{"low": way * first.value - trend.detectable, "high": way * first.value + trend.detectable}]
        layers.insert(
            0,
            alt.Chart(alt.InlineData(values=band))
            .mark_rect(color=c.faint, opacity=0.22)
            .encode(y=alt.Y("low:Q", title=title), y2="high:Q"),
        )
    drawn = alt.layer(*layers).properties(height=height).configure(locale=numbers()).configure_view(stroke=None)
    return drawn.configure_axis(labelColor=c.text, titleColor=c.text)


def ticks(times: Sequence[datetime]) -> tuple[list[datetime], str, str | None]:
    """Return where the axis of time is labelled: at sessions, each day once; within one day, by the clock.

    Args:
        times: When the sessions were, by the clock on the wall, in order.

    Returns:
        The times to label, their format, and the day as the axis's title where all are of one day.
    """
    days = list({one.date(): one for one in reversed(times)}.values())[::-1]
    if len(days) > 1:
        step = -(-len(days) // MOST_TICKS)
        return days[::step], texts().day_form, None
    step = -(-len(times) // MOST_TICKS)
    return list(times[::step]), "%H:%M", texts().date(times[0]) if times else None
