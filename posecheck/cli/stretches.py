"""The stretches as text: a list, one in full, and what is wrong with a file."""

import textwrap
from pathlib import Path

from rich.console import Console
from rich.text import Text

from posecheck.cli.errors import say, tell
from posecheck.feedback.vocabulary import ADVICE, KINDS
from posecheck.feedback.wording import amount, words_for
from posecheck.stretches.checks import checks_of
from posecheck.stretches.library import all_stretches, find_stretch, load_stretch
from posecheck.stretches.ranges import AngleRange
from posecheck.stretches.stretch import Stretch

ADVICE_IN_FULL = ADVICE | {"limit": "coached, tighter limits"}


def list_all() -> None:
    """Print every stretch, a line each."""
    stretches = all_stretches().values()
    wide = max(len(stretch.id) for stretch in stretches)
    for stretch in stretches:
        told = f"{stretch.id:{wide}}  {ADVICE[stretch.advice]:14}  "
        tell(told + stretch.name, len(told))


def show(name: str) -> None:
    """Print one stretch: steps, limits with their sources, what the camera cannot show."""
    stretch = find_stretch(name)
    console = Console(highlight=False, markup=False)
    console.print(Text.assemble((stretch.name, "bold"), f" ({stretch.id}) · {ADVICE_IN_FULL[stretch.advice]}"))
    console.print(stretch.summary)
    if stretch.reason:
        console.print(f"Why: {stretch.reason}")
    if stretch.alternative:
        console.print(f"Safer instead: {stretch.alternative}")
    for number, step in enumerate(stretch.steps, 1):
        _print_hanging(console, f"  {number}. ", step)
    console.print(f"Camera: {stretch.camera.placement}.")
    for limit in stretch.camera.cannot_show:
        _print_hanging(console, "  cannot show: ", limit)
    _show_ranges(console, stretch)
    console.print("Sources:")
    for source in stretch.sources:
        _print_hanging(console, "  - ", source)


def _print_hanging(console: Console, mark: str, text: str) -> None:
    """Print a text whose further lines are indented as far as its first, within the width of the terminal."""
    console.print(textwrap.fill(text, console.width, initial_indent=mark, subsequent_indent=" " * len(mark)))


def _show_ranges(console: Console, stretch: Stretch) -> None:
    """Print each range under the id that --set and profiles know it by."""
    units = {check.range.key: check.unit for check in checks_of(stretch)}
    console.print("Ranges (by the name for --set and profiles):")
    for item in stretch.ranges:
        unit = units[item.key]
        numbers = [] if item.target is None else [f"target {_span(item.target, unit)}"]
        for name, value in (("caution", item.caution), ("stop", item.stop)):
            numbers += [] if value is None else [f"{name} {amount(value, unit)}"]
        below = " (passed below it)" if item.limit == "under" else ""
        console.print(Text.assemble("  ", (item.key, "bold"), f": {_what(item)}: {', '.join(numbers)}{below}"))
        _print_hanging(console, "      ", f"{item.basis}: {item.source}")


def _span(target: tuple[float, float], unit: str) -> str:
    return f"{amount(target[0], unit)} to {amount(target[1], unit)}"


def _what(item: AngleRange) -> str:
    return f"{words_for(item.angle)} ({KINDS[item.kind].lower()})"


def validate(path: Path) -> None:
    """Say that a stretch file is right; StretchError names everything that is not."""
    stretch = load_stretch(path)
    say(f"{path.name}: {stretch.name}, {len(stretch.ranges)} ranges, no problems found")
