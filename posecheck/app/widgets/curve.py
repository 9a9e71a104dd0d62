"""The curve of one check over time, with its target, caution and stop bands and the stated error.

altair's builders are untyped from `encode` on, hence Any for charts.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.app.base.charts import alt
from posecheck.app.base.labels import kind, say
from posecheck.app.base.language import _, texts
from posecheck.app.base.theme import Colours
from posecheck.assessment.analysis import Analysis
from posecheck.core.arrays import Floats
from posecheck.feedback import bands
from posecheck.feedback.vocabulary import LIMIT_TITLES, UNITS
from posecheck.feedback.wording import amount, side
from posecheck.kinematics.angles import ANGLES
from posecheck.stretches.checks import Check, pick
from posecheck.stretches.ranges import AngleRange

HEIGHT = 340
MARGIN = 0.125
"""Room past the lowest and highest value drawn, as a share of the distance between them."""
MOMENT = "moment"
"""The name of the chart's selection by a click; its `t` is the time in seconds."""
MOST_POINTS = 2000
"""A screen shows no more; of a longer recording, only the highest and lowest reading of each short part are drawn."""
CLICKABLE = 400
SHAPES = {"caution": "triangle-up", "stop": "square"}


def chart(
    analysis: Analysis,
    i: int,
    colours: Colours,
    before: AngleRange | None = None,
    *,
    uncounted: Floats | None = None,
    moment_s: float | None = None,
) -> Any:
    """Draw one check over time: the reading, its error, the limits and the worst moment of each event.

    Args:
        analysis: The judged recording.
        i: Index of the check in the session's checks.
        colours: The colours of the visitor's theme.
        before: The range before its limits were moved; its limits are drawn as dashed lines.
        uncounted: (n,) what was read, where it could not be counted from a neutral; it is drawn as a dashed line
            without limits and error, which would not mean anything.
        moment_s: A moment to mark by a vertical line, seconds.

    Returns:
        An altair chart; the selection MOMENT holds the time that was clicked on.
    """
    check = analysis.session.checks[i]
    readings, value = analysis.judged.readings, analysis.judged.signed[:, i]
    time_s = readings.time_s
    if uncounted is not None:
        return _whole([*_uncounted(check, time_s, uncounted, colours), *_moment(moment_s, colours)], colours)
    error = pick(check, readings.error, readings.value) if check.range.measure == "angle" else np.zeros(len(value))
    ranges = [check.range] if before is None else [check.range, before]
    scale = bands.scale(np.concatenate([value, value - error, value + error]), *ranges, margin=MARGIN)
    end_s = float(time_s[-1])
    kept = _thinned(value)
    time_s, value, error = time_s[kept], value[kept], error[kept]
    layers = [
        *_bands(check, scale, end_s, colours),
        *_dashed(before, scale, end_s, colours),
        _error(time_s, value, error, scale, colours),
        _line(check, time_s, value, scale, colours),
        _clickable(check, time_s, value, scale, colours),
        _marks(analysis, check, scale, colours),
        *_moment(moment_s, colours),
    ]
    return _whole(layers, colours)


def _whole(layers: Sequence[Any], colours: Colours) -> Any:
    return (
        alt.layer(*layers)
        .properties(height=HEIGHT)
        .configure(locale=numbers())
        .configure_view(stroke=None)
        .configure_axis(labelColor=colours.text, titleColor=colours.text)
    )


def _uncounted(check: Check, time_s: Floats, value: Floats, colours: Colours) -> list[Any]:
    """Return the layers of readings that are not counted from a neutral."""
    scale = _ends(value)
    kept = _thinned(value)
    time_s, value = time_s[kept], value[kept]
    title = _("{unit}, not counted from a start position").format(unit=_(UNITS[check.unit]))
    return [
        _line(check, time_s, value, scale, colours, title=title, dash=(5, 3)),
        _clickable(check, time_s, value, scale, colours),
    ]


def _ends(value: Floats) -> tuple[float, float]:
    """Return the ends of an axis for values of which some may be NaN."""
    known = value[np.isfinite(value)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    room = MARGIN * max(high - low, 1e-6)
    return low - room, high + room


def _moment(time_s: float | None, colours: Colours) -> list[Any]:
    if time_s is None:
        return []
    rule = alt.Chart(_table([{"t": time_s}])).mark_rule(color=colours.text, strokeWidth=2, strokeDash=[2, 3])
    return [rule.encode(x="t:Q")]


def numbers() -> alt.Locale:
    """Return how a chart writes numbers: with the decimal mark of the visitor's language."""
    mark = texts().number(0.5, 1)[1]
    thousands = "\u202f" if mark == "," else ","
    return alt.Locale(number=alt.NumberLocale(decimal=mark, thousands=thousands, grouping=[3], currency=["", ""]))


def _thinned(value: Floats) -> NDArray[np.intp]:
    """Return the indices of the frames to draw: all, or for a long recording the extremes and gaps of each part."""
    n = len(value)
    if n <= MOST_POINTS:
        return np.arange(n)
    kept: set[int] = {0, n - 1}
    for part in np.array_split(np.arange(n), MOST_POINTS // 3):
        known = part[np.isfinite(value[part])]
        gaps = part[~np.isfinite(value[part])]
        kept.update(gaps[:1].tolist())
        if len(known):
            kept.update((int(known[value[known].argmin()]), int(known[value[known].argmax()])))
    return np.array(sorted(kept), np.intp)


def _clickable(check: Check, time_s: Floats, value: Floats, scale: tuple[float, float], colours: Colours) -> Any:
    """Return invisible points of which a click anywhere selects the nearest, which is then shown."""
    step = max(1, len(time_s) // CLICKABLE)
    shown = np.where(np.isfinite(value), value, 0.0)[::step]
    chosen = alt.selection_point(name=MOMENT, on="click", nearest=True, fields=["t"], empty=False)
    return (
        alt.Chart(_columns(t=time_s[::step], y=shown))
        .mark_point(size=90, filled=False, strokeWidth=2.5, color=colours.text)
        .encode(
            x="t:Q",
            y=alt.Y("y:Q", scale=alt.Scale(domain=list(scale))),
            opacity=alt.condition(chosen, alt.value(1.0), alt.value(0.0)),
            tooltip=_tips(check, "y"),
        )
        .add_params(chosen)
    )


def _table(rows: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    """Return rows as a chart's data; NaN becomes null, which leaves a gap in a line."""
    return alt.InlineData(
        values=[{k: None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()} for row in rows]
    )


def _columns(**columns: Floats) -> alt.InlineData:
    lists = [column.round(3).tolist() for column in columns.values()]
    return _table([dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)])


def _bands(check: Check, scale: tuple[float, float], end_s: float, colours: Colours) -> list[Any]:
    tint = {"target": colours.target, "caution": colours.caution, "stop": colours.stop}
    rows, words_ = [], []
    for name, low, high, _edge, near in bands.bands(check.range, scale):
        rows.append({"name": name, "low": low, "high": high, "t0": 0.0, "t1": end_s})
        told = "" if name == "target" else f" {amount(near, check.unit, texts())}"
        words_.append({"t": end_s, "y": (low + high) / 2, "text": f"{_(LIMIT_TITLES[name])}{told}"})
    if not rows:
        return []
    edges = [
        {"y": edge, "wide": 2.0 if name == "stop" else 1.0}
        for name, _low, _high, edge, _near in bands.bands(check.range, scale)
        if name != "target"
    ]
    # The tints alone are hard to tell apart: a line marks where each band begins, a thicker one for stop.
    rules = (
        alt.Chart(_table(edges))
        .mark_rule(color=colours.text, opacity=0.6)
        .encode(y=alt.Y("y:Q", scale=alt.Scale(domain=list(scale))), strokeWidth=alt.StrokeWidth("wide:Q", scale=None))
    )
    rects = (
        alt.Chart(_table(rows))
        .mark_rect(opacity=colours.tint)
        .encode(
            x="t0:Q",
            x2="t1:Q",
            y=alt.Y("low:Q", scale=alt.Scale(domain=list(scale), nice=False)),
            y2="high:Q",
            color=alt.Color("name:N", scale=alt.Scale(domain=list(tint), range=list(tint.values())), legend=None),
        )
    )
    # A narrow band's word lies over the lines at both of its ends, and is read on a ground of its own.
    letters = (
        {"stroke": colours.paper, "strokeWidth": 4, "strokeJoin": "round", "color": colours.paper},
        {"color": colours.text},
    )
    words = [
        alt.Chart(_table(words_))
        .mark_text(align="right", dx=-6, fontSize=11, fontWeight=600, **ink)
        .encode(x="t:Q", y=alt.Y("y:Q", scale=alt.Scale(domain=list(scale))), text="text:N")
        for ink in letters
    ]
    return [rects, *([rules] if edges else []), *words]


def _dashed(before: AngleRange | None, scale: tuple[float, float], end_s: float, colours: Colours) -> list[Any]:
    if before is None:
        return []
    limits = [v for v in (before.caution, before.stop) if v is not None]
    rows = [{"y": way * v} for way in bands.ways(before) for v in limits]
    if not rows:
        return []
    rule = alt.Chart(_table(rows)).mark_rule(strokeDash=[6, 4], color=colours.faint)
    return [rule.encode(y=alt.Y("y:Q", scale=alt.Scale(domain=list(scale))))]


def _error(time_s: Floats, value: Floats, error: Floats, scale: tuple[float, float], colours: Colours) -> Any:
    low, high = np.clip(value - error, *scale), np.clip(value + error, *scale)
    return (
        alt.Chart(_columns(t=time_s, low=low, high=high))
        .mark_area(opacity=0.16, color=colours.text)
        .encode(x="t:Q", y=alt.Y("low:Q", scale=alt.Scale(domain=list(scale))), y2="high:Q")
    )


def _line(
    check: Check,
    time_s: Floats,
    value: Floats,
    scale: tuple[float, float],
    colours: Colours,
    *,
    title: str = "",
    dash: tuple[int, int] = (1, 0),
) -> Any:
    return (
        alt.Chart(_columns(t=time_s, value=value))
        .mark_line(strokeWidth=2.2, color=colours.fine, strokeDash=list(dash))
        .encode(
            x=alt.X("t:Q", title=_("seconds"), axis=alt.Axis(grid=False), scale=alt.Scale(nice=False)),
            y=alt.Y("value:Q", title=title or _title(check), scale=alt.Scale(domain=list(scale), nice=False)),
            tooltip=_tips(check, "value"),
        )
    )


def _tips(check: Check, field: str) -> list[Any]:
    """Return the tooltip for the moment under the mouse pointer."""
    return [
        alt.Tooltip("t:Q", title=_("seconds"), format=".1f"),
        alt.Tooltip(f"{field}:Q", title=_(UNITS[check.unit]), format=".0f" if "deg" in check.unit else ".2f"),
    ]


def _title(check: Check) -> str:
    row = ANGLES[check.rows[0]]
    unit = _(UNITS[check.unit])
    back, forth = (side(way, row.name, texts()) for way in (-1.0, 1.0))
    return f"{unit}   (− {back}, + {forth})" if forth else unit


def _marks(analysis: Analysis, check: Check, scale: tuple[float, float], colours: Colours) -> Any:
    """Mark the worst moment of each event of this check by shape and colour."""
    rows = [
        {"t": e.worst_s, "y": e.worst, "level": e.level, "what": kind(e.kind), "message": say(e, analysis)}
        for e in analysis.events
        if e.key == check.range.key and e.angle == check.angle and np.isfinite(e.worst)
    ]
    frame = _table(rows)
    levels = list(SHAPES)
    return (
        alt.Chart(frame)
        .mark_point(size=170, filled=True, opacity=1, stroke=colours.text, strokeWidth=1.2)
        .encode(
            x="t:Q",
            y=alt.Y("y:Q", scale=alt.Scale(domain=list(scale))),
            shape=alt.Shape("level:N", scale=alt.Scale(domain=levels, range=list(SHAPES.values())), legend=None),
            fill=alt.Fill(
                "level:N", scale=alt.Scale(domain=levels, range=[colours.caution, colours.stop]), legend=None
            ),
            tooltip=[
                alt.Tooltip("what:N", title=_("what")),
                alt.Tooltip("t:Q", title=_("seconds"), format=".1f"),
                alt.Tooltip("message:N", title=_("what to change")),
            ],
        )
    )
