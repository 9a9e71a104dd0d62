"""What the terminal shows of a recording: progress while it is analysed, then the verdict in a few lines."""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich import progress as rich_progress
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from posecheck.assessment.analysis import Analysis
from posecheck.assessment.events import Event
from posecheck.assessment.other_stretch import other_stretch
from posecheck.assessment.summary import Peak
from posecheck.capture.pose.model_file import Variant, fetch
from posecheck.capture.web import build
from posecheck.cli.errors import QUESTIONS
from posecheck.core.errors import TEXT_CHARS, printable
from posecheck.feedback import wording
from posecheck.feedback.headline import headline_of
from posecheck.feedback.safety_notes import describe_suited
from posecheck.feedback.vocabulary import KINDS, MARKS, SIGNS
from posecheck.feedback.wording import amount
from posecheck.recordings.check import Report, Stage
from posecheck.recordings.outcome import Done
from posecheck.results import tables
from posecheck.stretches.sides import whole_key
from posecheck.stretches.stretch import Stretch

STYLES = {
    "stop": "bold white on red",
    "caution": "bold black on yellow",
    "borderline": "bold cyan",
    "clear": "bold blue",
    "cannot_judge": "bold magenta",
}
MAX_EVENTS = 12
STAGES = {Stage.FINDING: "finding the pose", Stage.DRAWING: "drawing the video"}


def bar(*columns: rich_progress.ProgressColumn, quiet: bool = False) -> rich_progress.Progress:
    """Return a progress bar with time left on the error stream, so that it never mixes with results."""
    return rich_progress.Progress(
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        *(columns or (rich_progress.TaskProgressColumn(),)),
        rich_progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=quiet,
    )


@contextmanager
def progress_shown(*, quiet: bool = False) -> Iterator[Report]:
    """Give a function that shows how far a check is, with one bar for the stage it is at."""
    # A bar appears with the first report: one without anything to show would leave an empty line behind.
    shown = ExitStack()
    bars: dict[Stage, tuple[rich_progress.Progress, rich_progress.TaskID]] = {}

    def report(stage: Stage, done: float, total: float | None) -> None:
        if stage not in bars:
            shown.close()
            progress = shown.enter_context(bar(quiet=quiet))
            bars[stage] = progress, progress.add_task(STAGES[stage], total=total)
        progress, task = bars[stage]
        progress.update(task, completed=done)

    with shown:
        yield report


def fetch_model(variant: Variant) -> Path:
    """Fetch a model with a bar that shows how much has come."""
    with bar(rich_progress.DownloadColumn()) as progress:
        task = progress.add_task(f"pose model ({variant})", total=None)
        return fetch(variant, lambda done, total: progress.update(task, completed=done, total=total))


def fetch_web_build() -> Path:
    """Fetch the web build of the pose landmarker, and show that it is at work."""
    with bar() as progress:
        progress.add_task("pose finding in the browser", total=None)
        return build.fetch()


def print_outcome(done: Done, *, as_json: bool) -> None:
    """Print the summary as JSON, or the verdict in words and where the results are."""
    if as_json:
        summary = tables.summary_of(done.analysis, done.source, done.settings)
        print(json.dumps(summary.values(), indent=2, allow_nan=False))
        return
    console = Console(highlight=False)
    print_verdict(console, done.analysis, done.name, done.problem)
    other = other_stretch(done.analysis)
    if other is not None:
        ids = " or ".join(f"--stretch {one.id}" for one in other.meant)
        console.print(f"! {wording.describe_other_stretch(other)} Then judge again with {ids}.", markup=False)
    for line in done.changes:
        console.print(f"  {printable(line, TEXT_CHARS)}", markup=False)
    for line in () if done.safety is None else describe_suited(done.safety, place=QUESTIONS):
        console.print(f"! {line}", markup=False)
    if done.out is not None:
        files = ", ".join(sorted(path.name for path in done.out.iterdir() if path.is_file()))
        console.print(printable(f"Results in {done.out}: {files}", TEXT_CHARS), markup=False, soft_wrap=True)


def _line(event: Event, stretch: Stretch) -> tuple[Text, Text]:
    when = Text.assemble(
        f"{event.start_s:.1f}–{event.end_s:.1f} s ", (MARKS.get(event.level, "?"), STYLES.get(event.level, ""))
    )
    return when, Text.assemble((KINDS[event.kind] + ". ", "bold"), wording.describe_event(event, stretch))


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
    high, low = (
        amount(value, peak.unit) + ("" if error is None else f" ± {amount(error, peak.unit)}")
        for value, error in ((peak.highest, peak.highest_error), (peak.lowest, peak.lowest_error))
    )
    ways = [wording.side(1.0, peak.angle), wording.side(-1.0, peak.angle)]
    if not ways[0]:
        low_text, high_text = low, high
    else:
        low_text = f"{low} {ways[0] if peak.lowest >= 0 else ways[1]}"
        high_text = f"{high} {ways[0] if peak.highest >= 0 else ways[1]}"
    limits = [
        f"{name} {amount(v, peak.unit)}"
        for name, v in (("caution", peak.caution), ("stop", peak.stop))
        if v is not None
    ]
    return f"from {low_text} to {high_text} ({', '.join(limits)})"


def _distinct(peaks: Iterable[Peak]) -> list[Peak]:
    """Keep the first range of each angle, the one a person thinks of, and only what could be judged."""
    seen: dict[str, Peak] = {}
    for peak in peaks:
        if peak.highest is not None:
            # Left and right, where each has limits of its own, are two.
            seen.setdefault(peak.angle if whole_key(peak.key) == peak.key else peak.key, peak)
    return list(seen.values())


def print_verdict(console: Console, analysis: Analysis, name: str, problem: str | None = None) -> None:
    """Print what was judged, the verdict, the events, what was measured and what was not."""
    summary = analysis.summary
    sign, style = f"{MARKS[summary.verdict]} {SIGNS[summary.verdict]}", STYLES[summary.verdict]
    seconds = f"{summary.duration_s:.1f} s, {summary.frames} frames"
    console.print(Text.assemble((analysis.stretch.name, "bold"), f" · {printable(name)} · {seconds}"))
    if problem:
        console.print(Text(f"! {printable(problem, TEXT_CHARS)}", style="bold yellow"))
    console.print(Text.assemble((f" {sign} ", style), " ", headline_of(analysis)))
    passed = [event for event in analysis.events if event.level in ("caution", "stop")]
    others = [event for event in analysis.events if event.kind in ("another_person", "contact", "phone_moved")]
    if passed or others:
        _rows(console, [_line(event, analysis.stretch) for event in [*passed, *others][:MAX_EVENTS]])
    if len(passed) > MAX_EVENTS:
        console.print(f"  … and {len(passed) - MAX_EVENTS} more, in events.csv")
    measured = _distinct(summary.peaks)
    if measured:
        console.print("Measured:")
        _rows(
            console,
            [(Text(f"{wording.words_of_range(peak.key, peak.angle)}:"), Text(_range(peak))) for peak in measured],
        )
    for item in analysis.stretch.ranges:
        if item.capped and item.stop is not None:
            told = f"Stop limit of {wording.words_for(item.angle)}: {amount(item.stop, 'deg')} ({item.source})."
            console.print(told, markup=False)
    _print_repetitions(console, analysis)
    _print_unjudged(console, analysis)
    neutral = summary.neutral
    if neutral is not None:
        again = [f", again {start:.1f}–{end:.1f} s" for start, end in neutral.again_s]
        seen = "saw nobody then" if neutral.view == "unseen" else f"{neutral.view} view"
        origin = wording.describe_origin(neutral.origin, neutral.start_s, neutral.end_s)
        if origin:
            told = f"Counted from {origin}{''.join(again)}. Camera: {seen}."
            console.print(told, markup=False, soft_wrap=False)
            return
        console.print(
            f"Neutral: {neutral.start_s:.1f}–{neutral.end_s:.1f} s{''.join(again)}. Camera: {seen}.",
            markup=False,
        )


def _print_repetitions(console: Console, analysis: Analysis) -> None:
    """Print how often, how far and how long on each side, and how the sides compare."""
    if not analysis.repetitions:
        return
    unit = analysis.repetitions[0].unit
    console.print("Repetitions:")
    for side in analysis.series.sides:
        past = side.complete - side.clean
        whole = f"{side.complete} whole, {past} of them past a stop limit" if past else f"{side.complete} whole"
        told = "none" if not side.repetitions else f"{side.repetitions} ({whole})"
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


def _print_unjudged(console: Console, analysis: Analysis) -> None:
    by_advice: dict[str, list[str]] = {}
    for item in analysis.summary.unjudged:
        advice = wording.instruction(item.reason, analysis.stretch, turn=item.turn)
        by_advice.setdefault(advice, []).append(wording.words_for(item.angle))
    if by_advice:
        console.print("Could not be judged:")
        _rows(console, [(Text(f"{', '.join(a)}:"), Text(advice)) for advice, a in by_advice.items()])
