"""The `validate` command: results compared with motion capture, a goniometer or an inertial sensor."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posecheck.cli.errors import reports_errors
from posecheck.cli.options import ForceOption
from posecheck.core.errors import PosecheckError

if TYPE_CHECKING:
    from posecheck.validation import Pair
    from posecheck.validation.schema import AngleFigures, ValidationFile

MOST_TOLD = 6
"""Angles of which the terminal shows the figures; the files hold all."""


@reports_errors
def validate(
    results: Annotated[Path | None, typer.Argument(help="A folder written by `posecheck check`.")] = None,
    truth: Annotated[
        Path | None, typer.Option(help="The reference: .c3d, .mot, .sto, .trc, .csv, or a sample's .truth.json.")
    ] = None,
    manifest: Annotated[
        Path | None, typer.Option(help="Instead of both: a CSV with the columns results, truth, person, offset.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder to write into; `validation` in RESULTS if not given.")
    ] = None,
    angle: Annotated[
        list[str] | None,
        typer.Option(help="ANGLE=COLUMN, then ,rad ,deg ,flip ,abs or ,scale=FACTOR where needed. Repeatable."),
    ] = None,
    marker: Annotated[
        list[str] | None, typer.Option(help="MARKER=NAME: the file's name of C7, T8, IJ, PX, LASI … Repeatable.")
    ] = None,
    up: Annotated[
        str | None, typer.Option(help="The laboratory's axis that points up; y for .trc, z for .c3d if not given.")
    ] = None,
    offset: Annotated[
        float | None, typer.Option(help="Seconds to add to the reference's times; found if not given.")
    ] = None,
    search: Annotated[float, typer.Option(min=0.1, max=3600, help="Search so many seconds either way.")] = 10.0,
    zero: Annotated[
        str, typer.Option(help="neutral: count the reference from the recording's neutral; none: as it is.")
    ] = "neutral",
    person: Annotated[str, typer.Option("--person", "-p", help="Whose recording it is.")] = "1",
    draws: Annotated[int, typer.Option(min=0, max=100_000, help="Draw people so often for intervals.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Of the random numbers of these draws.")] = 0,
    language: Annotated[str, typer.Option(help="Of the page: en or de.")] = "en",
    force: ForceOption = False,
) -> None:
    """Compare results with a reference measurement: errors, agreement, limits missed; as table, JSON and page."""
    from posecheck.validation import Settings
    from posecheck.validation import validate as run
    from posecheck.validation.truth.mapping import parse_column, parse_marker

    if (manifest is None) == (results is None) or (results is None) != (truth is None):
        text = "validate: expected RESULTS and --truth FILE, or --manifest FILE, and not both"
        raise PosecheckError("no_pair", text)
    target = out if out is not None else None if results is None else results / "validation"
    if target is None:
        raise PosecheckError("no_out", "validate: expected --out with --manifest, got nothing")
    pairs = _pairs(results, truth, manifest, person, offset)
    _one_of("--zero", zero, ("neutral", "none"))
    if up is not None:
        _one_of("--up", up, ("x", "y", "z"))
    columns = [parse_column(text) for text in angle or ()]
    twice = next((one.angle for i, one in enumerate(columns) if one.angle in {c.angle for c in columns[:i]}), None)
    if twice is not None:
        raise PosecheckError("angle_twice", "--angle: expected each angle once, got {angle} twice", angle=twice)
    settings = Settings(columns, dict(map(parse_marker, marker or ())), up, search, zero == "neutral", draws, seed)
    several = len(pairs) > 1 and sys.stderr.isatty()
    tell = (lambda n: print(f"{n} of {len(pairs)}", file=sys.stderr)) if several else (lambda _: None)
    found = run(pairs, target, settings, language=language, force=force, tell=tell)
    _print(found, target)


def _pairs(
    results: Path | None, truth: Path | None, manifest: Path | None, person: str, offset: float | None
) -> "list[Pair]":
    from posecheck.validation import Pair, read_pairs

    if manifest is not None:
        if offset is not None:
            text = "validate: expected offsets in the manifest's column offset, got --offset"
            raise PosecheckError("offset_twice", text)
        return read_pairs(manifest)
    return [Pair(results, truth, person, offset)] if results is not None and truth is not None else []


def _one_of(option: str, got: str, known: tuple[str, ...]) -> None:
    if got not in known:
        text = "{option}: expected {known}, got {got}"
        raise PosecheckError("unknown_choice", text, option=option, known=" or ".join(known), got=repr(got))


def _print(found: "ValidationFile", target: Path) -> None:
    from posecheck.validation.notes import describe_note

    for one in found.recordings:
        offset = one.offset
        if offset.by == "correlation":
            told = f"{offset.seconds:+.3f} s added to the reference's times, correlation {offset.correlation:.2f}"
            print(f"{Path(one.results).name}: {told}, searched ± {offset.search_s:g} s")
        for note in one.notes:
            print(f"{Path(one.results).name}: {describe_note(note)}")
    for angle in found.angles[:MOST_TOLD]:
        for line in _lines(angle):
            print(line)
    if len(found.angles) > MOST_TOLD:
        print(f"and {len(found.angles) - MOST_TOLD} more angles")
    for limit in found.limits:
        counts = f"{limit.hits} hit, {limit.missed} missed, {limit.unjudged} not judged, {limit.false} false"
        print(f"{limit.angle}, {limit.level} limit: {counts}")
    print(f"Written to {target}: validation.html, validation.csv, validation.json")


def _lines(one: "AngleFigures") -> list[str]:
    out = []
    for basis, figures in (("", one.moments), (", peaks", one.peaks)):
        if figures is None:
            continue
        names = ("mae", "bias", "loa_low", "loa_high", "icc", "inside")
        mae, bias, low, high, icc, inside = (_number(getattr(figures, name)) for name in names)
        out.append(
            f"{one.angle}{basis}: n {figures.n}, mean error {mae}, bias {bias}, limits of agreement {low} to {high}, "
            f"ICC {icc}, within stated error {inside}"
        )
    return out


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
