"""Curves and pictures of the report: each judged angle with its limits and error as SVG, the worst moments as JPEG.

The bands differ in place, label and pattern as well as in colour (Okabe and Ito's palette), so a grey copy is still
readable. Text is drawn as shapes, so the page needs no font. Text and lines use CSS variables for their colours, which
turn light on a dark screen; paper is always light.
"""

import base64
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cv2
import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from numpy.typing import NDArray

from posecheck.assessment.analysis import Analysis
from posecheck.assessment.events import Event
from posecheck.capture.video.reader import VideoReader
from posecheck.core.arrays import Floats
from posecheck.core.frame import Rgb
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.core.levels import Level
from posecheck.feedback import bands
from posecheck.feedback.vocabulary import LIMITS, UNITS
from posecheck.feedback.wording import amount
from posecheck.kinematics.angles import ANGLES
from posecheck.stretches.checks import Check, pick

INK, FAINT, BLUE, SKY, ORANGE, VERMILLION = "#1a1a1a", "#767676", "#0072b2", "#56b4e9", "#e69f00", "#d55e00"
TINTS = {"target": (SKY, 0.22, ""), "caution": (ORANGE, 0.24, ""), "stop": (VERMILLION, 0.22, "////")}
"""Colour, opacity and hatch of each band."""
PASSED = ("stop", "caution")
MAX_PICTURES = 12
PICTURE_WIDTH, QUALITY = 480, 82
NEAR_S = 0.25
"""A frame further away in time than this many seconds is not used as the picture of a moment."""
MARKERS = {"caution": ("^", ORANGE), "stop": ("s", VERMILLION)}
NAMED = {INK: ("ink", "#e8e8e8"), FAINT: ("faint", "#9b9b9b"), BLUE: ("line", "#6cc0ff")}
"""Colours that change on a dark screen: the name of their CSS variable, and their value on a dark screen."""
WIDE, NARROW = (7.2, 2.3), (3.7, 2.6)
"""Width and height of a figure in inches: for an A4 page, and for a phone."""
MARGIN = 0.12
STYLE: Any = {
    "svg.hashsalt": "posecheck",
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.7,
    "hatch.linewidth": 0.5,
    "xtick.color": INK,
    "ytick.color": INK,
}


def drawn(analysis: Analysis) -> list[int]:
    """Return the indices of the checks to draw, in the order of the session's checks.

    These have a limit that applied in at least one frame, and at least one reading. Checks of speed, bounces or
    steadiness are drawn only where a limit was passed.
    """
    passed = {(event.key, event.angle) for event in passed_of(analysis.events)}
    return [
        i
        for i, check in enumerate(analysis.session.checks)
        if check.limits
        and np.isfinite(analysis.judged.signed[:, i]).any()
        and (check.range.measure == "angle" or (check.range.key, check.angle) in passed)
        and (analysis.judged.levels[:, i] != Level.OFF).any()
    ]


def curve(analysis: Analysis, i: int, texts: Translator = ENGLISH, *, narrow: bool = False) -> str:
    """Draw one check over time: the reading, its error, the limits, the repetitions and the worst moments.

    Args:
        analysis: The judged recording.
        i: Index of the check, as in drawn().
        texts: The language of the labels.
        narrow: Draw for the width of a phone instead of an A4 page.

    Returns:
        The text of an SVG document; the same analysis always gives the same text.
    """
    check = analysis.session.checks[i]
    readings, value = analysis.judged.readings, analysis.judged.signed[:, i]
    error = pick(check, readings.error, readings.value) if check.range.measure == "angle" else np.zeros(len(value))
    scale = bands.scale(np.concatenate([value, value - error, value + error]), check.range, margin=MARGIN)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=NARROW if narrow else WIDE, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        _bands(axes, check, scale, texts)
        _line(axes, readings.time_s, value, error, analysis.judged.levels[:, i] == Level.OFF)
        _marks(axes, analysis, check)
        _repetitions(axes, analysis)
        _axes(axes, check, scale, float(readings.time_s[-1]), texts)
        return svg(figure)


def svg(figure: Figure) -> str:
    """Return a figure as the text of an SVG document that follows the reader's light or dark colour scheme."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = out.getvalue()
    for colour, (name, _) in NAMED.items():
        text = text.replace(colour, f"var(--{name})")
    light = ";".join(f"--{name}:{colour}" for colour, (name, _) in NAMED.items())
    dark = ";".join(f"--{name}:{colour}" for name, colour in NAMED.values())
    style = f"<style>:root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}</style>"
    start = text.index(">", text.index("<svg")) + 1
    return text[:start] + style + text[start:]


def _bands(axes: Axes, check: Check, scale: tuple[float, float], texts: Translator) -> None:
    """Shade the bands and name each one at the right edge, outside the plot."""
    labels: list[tuple[float, str]] = []
    for name, low, high, edge, near in bands.bands(check.range, scale):
        colour, opacity, hatch = TINTS[name]
        axes.axhspan(low, high, color=colour, alpha=opacity, linewidth=0, zorder=0)
        if hatch:
            axes.axhspan(low, high, facecolor="none", edgecolor=colour, alpha=0.5, hatch=hatch, linewidth=0)
        if name == "target":
            labels.append(((low + high) / 2, texts.gettext(LIMITS[name])))
            continue
        axes.axhline(edge, color=colour, linewidth=1.1, linestyle="-" if name == "stop" else (0, (4, 2)))
        labels.append((edge, f"{texts.gettext(LIMITS[name])} {amount(near, check.unit, texts)}"))
    for y, text in _apart(labels, 0.085 * (scale[1] - scale[0])):
        axes.annotate(
            text, (1.0, y), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points", va="center"
        )


def _apart(labels: list[tuple[float, str]], least: float) -> list[tuple[float, str]]:
    """Move labels that lie closer together than `least` up or down, so that none covers another."""
    out = sorted(labels)
    for _ in range(20):
        for k in range(len(out) - 1):
            short = least - (out[k + 1][0] - out[k][0])
            if short > 1e-9:
                out[k] = (out[k][0] - short / 2, out[k][1])
                out[k + 1] = (out[k + 1][0] + short / 2, out[k + 1][1])
    return out


def _line(axes: Axes, time_s: Floats, value: Floats, error: Floats, off: NDArray[np.bool_]) -> None:
    """Draw the reading as a line, dotted where the limit does not apply, with its error as a grey band."""
    width = np.nan_to_num(error)
    axes.fill_between(time_s, value - width, value + width, color=INK, alpha=0.13, linewidth=0, zorder=2)
    if off.any():
        axes.plot(time_s, value, color=FAINT, linewidth=0.9, linestyle=(0, (1, 1.5)), zorder=3)
    axes.plot(time_s, np.where(off, np.nan, value), color=BLUE, linewidth=1.7, zorder=3)


def _marks(axes: Axes, analysis: Analysis, check: Check) -> None:
    """Mark the worst moment of each event by the shape and colour of its level."""
    for event in analysis.events:
        if event.key == check.range.key and event.angle == check.angle and event.level in MARKERS:
            shape, colour = MARKERS[event.level]
            axes.plot(
                [event.worst_s],
                [event.worst],
                shape,
                color=colour,
                markersize=7,
                markeredgecolor=INK,
                markeredgewidth=0.8,
                zorder=4,
            )


def _repetitions(axes: Axes, analysis: Analysis) -> None:
    """Number the repetitions above the curve: a thin line from start to end, thick where the end position is held."""
    above: Any = {"transform": axes.get_xaxis_transform(), "color": INK, "clip_on": False, "solid_capstyle": "butt"}
    for number, item in enumerate(analysis.repetitions, 1):
        axes.plot([item.start_s, item.end_s], [1.03, 1.03], linewidth=0.8, **above)
        axes.plot([item.hold_start_s, item.hold_end_s], [1.03, 1.03], linewidth=3.0, **above)
        middle = (item.start_s + item.end_s) / 2
        axes.annotate(str(number), (middle, 1.05), xycoords=("data", "axes fraction"), ha="center", va="bottom")


def _axes(axes: Axes, check: Check, scale: tuple[float, float], end_s: float, texts: Translator) -> None:
    row = ANGLES[check.rows[0]]
    axes.set_xlim(0.0, end_s)
    axes.set_ylim(*scale)
    axes.set_xlabel(texts.gettext("seconds"))
    # Where the sign of an angle means a direction, the axis names both directions and the numbers need no sign.
    ways = f"← {texts.gettext(row.negative.phrase)}    {texts.gettext(row.positive.phrase)} →" if row.positive else ""
    unit = texts.gettext(UNITS[check.unit])
    axes.set_ylabel(ways if ways and check.unit == "deg" else f"{unit}\n{ways}".strip())
    axes.yaxis.set_major_formatter(lambda y, _: tick(y, check.unit, texts, signless=bool(row.positive)))
    axes.axhline(0.0, color=FAINT, linewidth=0.7, zorder=1)
    axes.spines[["top", "right"]].set_visible(False)


def tick(y: float, unit: str, texts: Translator, *, signless: bool) -> str:
    """Return the label of a value on an axis.

    Args:
        y: The value.
        unit: Its unit; degrees get a degree sign.
        texts: The language, for its decimal mark.
        signless: Leave out the minus sign, because the axis names the directions in words.
    """
    digits = 0 if float(y).is_integer() else 2 if unit.startswith("ratio") else 1
    number = texts.number(abs(y) if signless else y, digits).replace("-", "−")
    return f"{number}°" if unit == "deg" else number


def worst_moments(
    video: Path, events: Iterable[Event], also: Iterable[float] = (), *, mirrored: bool = False
) -> dict[float, str]:
    """Take a small picture of the worst moment of each event in which a limit was passed, at most MAX_PICTURES.

    Args:
        video: The video to read.
        events: The events of the recording; stop limits get their pictures before caution limits.
        also: Times of other moments to take, in seconds.
        mirrored: Whether the video shows the person as a mirror does.

    Returns:
        JPEG pictures as data URIs, by the time of the moment in seconds. A moment without a frame within NEAR_S, for
        example after the end of the video, is left out.

    Raises:
        InputError: The video cannot be read.
    """
    passed = sorted(passed_of(events), key=lambda e: (PASSED.index(e.level), e.worst_s))
    wanted = sorted({*also, *(event.worst_s for event in passed[:MAX_PICTURES])})
    best: dict[float, tuple[float, Rgb]] = {}
    if not wanted:
        return {}
    with VideoReader(video, mirrored=mirrored) as reader:
        for frame in reader:
            for time_s in wanted:
                off = abs(frame.time_s - time_s)
                if off <= NEAR_S and (time_s not in best or off < best[time_s][0]):
                    best[time_s] = (off, _small(frame.rgb))
            if frame.time_s > wanted[-1] + NEAR_S:
                break
    return {time_s: _jpeg(rgb) for time_s, (_, rgb) in best.items()}


def _small(rgb: Rgb) -> Rgb:
    height, width = rgb.shape[:2]
    if width <= PICTURE_WIDTH:
        return rgb
    size = (PICTURE_WIDTH, max(1, round(height * PICTURE_WIDTH / width)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _jpeg(rgb: Rgb) -> str:
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    return data_uri("image/jpeg", cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes())


def data_uri(kind: str, data: bytes) -> str:
    """Return bytes as a data URI, an address that contains the data itself.

    Args:
        kind: Media type, such as `image/jpeg`.
        data: The bytes.
    """
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def passed_of(events: Iterable[Event]) -> list[Event]:
    """Return the events in which a caution or stop limit was passed."""
    return [event for event in events if event.level in PASSED]
