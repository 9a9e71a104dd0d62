"""A judged recording in a few lines on the terminal."""

from collections.abc import Iterable
from typing import cast

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from posecheck.assessment.analysis import Analysis
from posecheck.assessment.comparison import between, kept_events
from posecheck.assessment.events import Event
from posecheck.assessment.summary import Peak
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.feedback import wording
from posecheck.feedback.wording import KINDS, amount
from posecheck.stretches.profiles import OWN

SIGNS = {
    "stop": ("■ STOP", "bold white on red"),
    "caution": ("▲ CAUTION", "bold black on yellow"),
    "borderline": ("◆ BORDERLINE", "bold cyan"),
    "clear": ("● IN RANGE", "bold blue"),
    "cannot_judge": ("? CANNOT JUDGE", "bold magenta"),
}
MAX_EVENTS = 12


def _line(event: Event) -> tuple[Text, Text]:
    sign, style = SIGNS.get(event.level, ("?", ""))
    when = Text.assemble(f"{event.start_s:.1f}–{event.end_s:.1f} s ", (sign[0], style))
    return when, Text.assemble((KINDS[event.kind] + ". ", "bold"), event.message)


def _rows(console: Console, rows: Iterable[tuple[Text, Text]]) -> None:
    """Print two columns, the second wrapped within itself."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(max_width=40)
    grid.add_column(overflow="fold")
    for left, right in rows:
        grid.add_row(left, right)
    console.print(Padding(grid, (0, 0, 0, 2)))


def _range(peak: Peak) -> str:
    """Return how far an angle went, in words."""
    if peak.highest is None or peak.lowest is None:
        return "cannot be judged"
    high, low = amount(peak.highest, peak.unit), amount(peak.lowest, peak.unit)
    ways = [wording.side(1.0, peak.angle), wording.side(-1.0, peak.angle)]
    if not ways[0]:
        low_text, high_text = low, high
    else:
        low_text = f"{low} {ways[0] if peak.lowest >= 0 else ways[1]}"
        high_text = f"{high} {ways[0] if peak.highest >= 0 else ways[1]}"
    error = "" if peak.error is None else f", ± {amount(peak.error, peak.unit)}"
    limits = [
        f"{name} {amount(v, peak.unit)}"
        for name, v in (("caution", peak.caution), ("stop", peak.stop))
        if v is not None
    ]
    return f"from {low_text} to {high_text}{error} ({', '.join(limits)})"


def _distinct(peaks: Iterable[Peak]) -> list[Peak]:
    """Keep the first range of each angle, the one a person thinks of, and only what could be judged."""
    seen: dict[str, Peak] = {}
    for peak in peaks:
        if peak.highest is not None:
            seen.setdefault(peak.angle, peak)
    return list(seen.values())


def tell(console: Console, analysis: Analysis, name: str, problem: str | None = None) -> None:
    """Print what was judged, the verdict, the events, what was measured and what was not."""
    summary = analysis.summary
    sign, style = SIGNS[summary.verdict]
    seconds = f"{summary.duration_s:.1f} s, {summary.frames} frames"
    console.print(Text.assemble((analysis.stretch.name, "bold"), f" · {name} · {seconds}"))
    if problem:
        console.print(Text(f"! {problem}", style="bold yellow"))
    console.print(Text.assemble((f" {sign} ", style), " ", summary.headline))
    passed = [event for event in analysis.events if event.level in ("caution", "stop")]
    others = [event for event in analysis.events if event.kind in ("another_person", "contact")]
    if passed or others:
        _rows(console, [_line(event) for event in [*passed, *others][:MAX_EVENTS]])
    if len(passed) > MAX_EVENTS:
        console.print(f"  … and {len(passed) - MAX_EVENTS} more, in events.csv")
    measured = _distinct(summary.peaks)
    if measured:
        console.print("Measured:")
        _rows(console, [(Text(f"{peak.words}:"), Text(_range(peak))) for peak in measured])
    for item in analysis.stretch.ranges:
        if item.source.startswith(OWN) and item.stop is not None:
            told = (
                f"Stop limit of {wording.words_for(item.angle)}: {amount(item.stop, 'deg')}, from your {item.source}."
            )
            console.print(told, markup=False)
    _tell_repetitions(console, analysis)
    _tell_unjudged(console, analysis)
    neutral = summary.neutral
    if neutral is not None:
        again = [f", again {start:.1f}–{end:.1f} s" for start, end in cast(list[list[float]], neutral["again_s"])]
        console.print(
            f"Neutral: {neutral['start_s']:.1f}–{neutral['end_s']:.1f} s{''.join(again)}. "
            f"Camera: {neutral['view']} view.",
            markup=False,
        )


def _tell_repetitions(console: Console, analysis: Analysis) -> None:
    """Print how often, how far and how long on each side, and how the sides compare."""
    if not analysis.repetitions:
        return
    unit = analysis.repetitions[0].unit
    console.print("Repetitions:")
    for side in analysis.series.sides:
        told = "none" if not side.repetitions else f"{side.repetitions} ({side.complete} whole)"
        if side.peak is not None:
            told += f", to {amount(side.peak, unit)}, longest hold within the target {side.best_hold_s:.1f} s"
        console.print(f"  {side.side}{': ' if side.side else ''}{told}", markup=False)
    for item in analysis.series.differences:
        size = f"{item.left_less_right:+.1f} s" if item.of == "hold" else amount(abs(item.left_less_right), unit)
        told = {
            "even": "about the same on both sides",
            "uneven": f"differs between left and right by {size}",
            "cannot_tell": "whether left and right differ cannot be told with this reading's error",
        }[item.verdict]
        console.print(f"  {item.of}: {told}", markup=False)


def _tell_unjudged(console: Console, analysis: Analysis) -> None:
    by_advice: dict[str, list[str]] = {}
    for item in analysis.summary.unjudged:
        by_advice.setdefault(item.advice, []).append(item.words)
    if by_advice:
        console.print("Could not be judged:")
        _rows(console, [(Text(f"{', '.join(a)}:"), Text(advice)) for advice, a in by_advice.items()])


def changed(before: dict[str, object], after: Analysis, texts: Translator = ENGLISH) -> list[str]:
    """Return in words which events came, went or changed their level since an earlier judgement."""
    found = between(kept_events(before), after.events)

    def told(event: Event) -> str:
        name = texts.gettext(KINDS[event.kind])
        what = name.lower() if texts.language == "en" else name
        return texts.gettext("{what} at {time} s").format(what=what, time=texts.number(event.worst_s, 1))

    gone, new = texts.gettext("gone: {event} ({level})"), texts.gettext("new: {event} ({level})")
    other = texts.gettext("changed: {event}, {before} → {after}")
    lines = [gone.format(event=told(event), level=texts.gettext(event.level)) for event in found.went]
    lines += [new.format(event=told(event), level=texts.gettext(event.level)) for event in found.came]
    lines += [
        other.format(event=told(now), before=texts.gettext(was.level), after=texts.gettext(now.level))
        for was, now in found.changed
    ]
    return lines
