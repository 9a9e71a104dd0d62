"""Plots of the validation's page as SVG: Bland-Altman, scatter with the line of identity, curves over time.

They look and behave like the report's: text as shapes, colours that follow a dark screen.
"""

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.i18n import Translator
from posecheck.report.plots import BLUE, FAINT, INK, STYLE, VERMILLION, svg, tick
from posecheck.validation.compared import Angle
from posecheck.validation.figures.agreement import Samples
from posecheck.validation.schema import Figures

WIDE, NARROW = (7.2, 3.1), (3.7, 5.9)
WIDE_CURVE, NARROW_CURVE = (7.2, 2.2), (3.7, 2.3)
MOST_POINTS = 500
"""More points make the page large and show nothing more; every so-manyth is drawn."""


def thinned(n: int) -> NDArray[np.intp]:
    """Return the indices of the points that are drawn, evenly over all n."""
    return np.unique(np.linspace(0, n - 1, min(n, MOST_POINTS)).astype(np.intp))


def agreement(
    moments: Samples, peaks: Samples, figures: Figures, unit: str, texts: Translator, *, narrow: bool = False
) -> str:
    """Draw the errors over the mean of both (Bland-Altman), and readings over the reference.

    Args:
        moments: Pairs of every moment; may be empty.
        peaks: Pairs of the repetitions' peaks, drawn as larger rings; may be empty.
        figures: Those of the moments, or of the peaks where there are no moments.
        unit: deg or ratio.
        texts: The language of the labels.
        narrow: Draw below each other, for the width of a phone.

    Returns:
        The text of an SVG document.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=NARROW if narrow else WIDE, layout="constrained")
        FigureCanvasSVG(figure)
        first, second = np.ravel(figure.subplots(2, 1) if narrow else figure.subplots(1, 2)).tolist()
        few, rings = moments, peaks
        chosen = thinned(len(few)) if len(few) else np.zeros(0, np.intp)
        dot: Any = {"s": 5, "color": BLUE, "alpha": 0.45, "linewidths": 0, "zorder": 2}
        ring: Any = {"s": 30, "facecolors": "none", "edgecolors": INK, "linewidths": 1.0, "zorder": 4}
        for axes, flat in ((first, True), (second, False)):
            for samples, rows, marks in ((few, chosen, dot), (rings, np.arange(len(rings)), ring)):
                x, y = _xy(samples, rows, flat=flat)
                axes.scatter(x, y, **marks)
        _bland_altman(first, figures, unit, texts)
        _identity(second, figures, unit, texts)
        return svg(figure)


def _xy(samples: Samples, rows: NDArray[np.intp], *, flat: bool) -> tuple[Floats, Floats]:
    reading, truth = samples.reading[rows], samples.truth[rows]
    return ((reading + truth) / 2, reading - truth) if flat else (truth, reading)


def _bland_altman(axes: Axes, figures: Figures, unit: str, texts: Translator) -> None:
    axes.set_title(texts.gettext("Error over the mean of both"), fontsize=9)
    axes.axhline(0.0, color=FAINT, linewidth=0.7, zorder=1)
    lines = ((figures.bias, "-"), (figures.loa_low, (0, (4, 2))), (figures.loa_high, (0, (4, 2))))
    for value, style in lines:
        if value is not None:
            axes.axhline(value, color=VERMILLION, linewidth=1.2, linestyle=style, zorder=3)
            axes.annotate(
                signed(value, unit, texts),
                (1.0, value),
                xycoords=("axes fraction", "data"),
                xytext=(3, 0),
                textcoords="offset points",
                va="center",
            )
    axes.set_xlabel(texts.gettext("mean of reading and reference"))
    axes.set_ylabel(texts.gettext("reading less reference"))
    held = [abs(value) for value, _ in lines if value is not None]
    low, high = axes.get_ylim()
    far = max(1.25 * max(held, default=0.0), -low, high, 1e-3)
    axes.set_ylim(-far, far)
    _dress(axes, unit, texts)


def _identity(axes: Axes, figures: Figures, unit: str, texts: Translator) -> None:
    axes.set_title(texts.gettext("Reading over reference"), fontsize=9)
    ends = (min(axes.get_xlim()[0], axes.get_ylim()[0]), max(axes.get_xlim()[1], axes.get_ylim()[1]))
    axes.plot(ends, ends, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    if figures.slope is not None and figures.intercept is not None:
        told = [figures.intercept + figures.slope * end for end in ends]
        axes.plot(ends, told, color=VERMILLION, linewidth=1.2, zorder=3)
    axes.set_xlim(*ends)
    axes.set_ylim(*ends)
    axes.set_xlabel(texts.gettext("reference"))
    axes.set_ylabel(texts.gettext("reading"))
    _dress(axes, unit, texts)


def _dress(axes: Axes, unit: str, texts: Translator) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(6))
        axis.set_major_formatter(lambda value, _: tick(value, unit, texts, signless=False))
    axes.spines[["top", "right"]].set_visible(False)


def curve(angle: Angle, unit: str, texts: Translator, *, narrow: bool = False) -> str:
    """Draw one angle of one recording over time: reading, its stated error, the reference.

    Args:
        angle: The angle with its reference; it has moments.
        unit: deg or ratio.
        texts: The language of the labels.
        narrow: Draw for the width of a phone.

    Returns:
        The text of an SVG document.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=NARROW_CURVE if narrow else WIDE_CURVE, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        few = len(angle.time_s) < 30
        width = np.nan_to_num(angle.error)
        if few:
            marks: Any = {"fmt": "o", "color": BLUE, "ecolor": FAINT, "capsize": 2, "markersize": 4}
            axes.errorbar(angle.time_s, angle.reading, yerr=width, **marks)
            axes.plot(angle.time_s, angle.truth, "x", color=VERMILLION, markersize=6)
        else:
            band: Any = {"color": INK, "alpha": 0.13, "linewidth": 0, "zorder": 1}
            axes.fill_between(angle.time_s, angle.reading - width, angle.reading + width, **band)
            axes.plot(angle.time_s, angle.reading, color=BLUE, linewidth=1.7, zorder=3)
            axes.plot(angle.time_s, angle.truth, color=VERMILLION, linewidth=1.4, linestyle=(0, (4, 1.5)), zorder=4)
        low, high = axes.get_ylim()
        if low < 0 < high:
            axes.axhline(0.0, color=FAINT, linewidth=0.7, zorder=0)
        axes.set_xlim(float(angle.time_s[0]), float(angle.time_s[-1]))
        axes.set_xlabel(texts.gettext("seconds"))
        axes.yaxis.set_major_locator(MaxNLocator(6))
        axes.yaxis.set_major_formatter(lambda value, _: tick(value, unit, texts, signless=False))
        axes.spines[["top", "right"]].set_visible(False)
        return svg(figure)


def signed(value: float, unit: str, texts: Translator) -> str:
    """Return a number with its sign and unit, such as +1.2° or −0.05."""
    digits = 1 if unit == "deg" else 2
    number = texts.number(value, digits)
    # A rounded zero has no sign.
    plain = "" if not float(f"{value:.{digits}f}") else "−" if value < 0 else "+"
    return f"{plain}{number.lstrip('-')}{'°' if unit == 'deg' else ''}"
