"""The `history` command: past sessions on this machine. Heavy imports wait for the command that needs them."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posecheck.cli.errors import reports_errors, say, tell
from posecheck.core.errors import OutputError, PosecheckError

if TYPE_CHECKING:
    from posecheck.history import PastSession, Store
    from posecheck.results.summary_file import SummaryFile

history_app = typer.Typer(
    help="Past sessions, kept on this machine unless POSECHECK_DB names another database.", no_args_is_help=True
)

ENDS = ("lowest", "highest")
PersonOption = Annotated[str, typer.Option("--person", "-p", help="Whose sessions: a name of your own choosing.")]
StretchOption = Annotated[str | None, typer.Option("--stretch", "-s", help="Only this stretch's sessions.")]


@history_app.command("list")
@reports_errors
def list_(person: PersonOption = "me", stretch: StretchOption = None) -> None:
    """List past sessions, newest last."""
    with opened() as store:
        held = store.sessions(person, stretch)
        others = [name for name in store.people() if name != person]
    if not held:
        also = f" There are sessions of: {', '.join(others)}." if others else ""
        say(f"No sessions of {person} yet.{also} Add one with `posecheck history add RESULTS_DIR`.")
        return
    _table(
        ("ID", "WHEN", "STRETCH", "VERDICT", "WHOLE", "SOURCE"),
        [(str(one.id), _when(one), one.stretch, _words(one.verdict), _whole(one), one.source) for one in held],
    )


@history_app.command()
@reports_errors
def show(session: Annotated[int, typer.Argument(metavar="ID", help="A session's number in the list.")]) -> None:
    """Show one session: its verdict, how far each angle went, its repetitions, left and right, and what happened."""
    with opened() as store:
        one = store.session(session)
    say(f"{one.stretch}, {_when(one)}, {one.source}, {one.person}, {one.duration_s:.1f} s")
    tell(f"{_words(one.verdict).capitalize()}: {one.headline}")
    # Several ranges may read one angle.
    rows = {
        (peak["angle"], peak["unit"]): (str(peak["words"]), *(_end(peak, end) for end in ENDS), str(peak["unit"]))
        for peak in one.peaks
    }
    if rows:
        say("")
        _table(("ANGLE", "LOWEST", "HIGHEST", "UNIT"), list(rows.values()))
    _show_repetitions(one)
    for event in one.events:
        tell(f"  {event['start_s']:.1f}-{event['end_s']:.1f} s  {event['level']}: {event['message']}", 4)
    for answer in one.answers:
        say(f"  {answer['question']}: {answer['answer']}")


def _show_repetitions(one: "PastSession") -> None:
    if not one.repetitions:
        return
    say("")
    head = ("NO", "SIDE", "FROM", "TO", "PEAK", "ERROR", "HELD", "IN", "BACK", "UNIT", "WHOLE")
    times = ("start_s", "end_s", "peak", "peak_error", "hold_s", "in_s", "out_s")
    rows = [
        (
            str(item["number"]),
            str(item["side"] or "-"),
            *(_number(item[name]) for name in times),
            str(item["unit"]),
            "yes" if item["complete"] else _words(str(item["reason"])),
        )
        for item in one.repetitions
    ]
    _table(head, rows)
    for item in (one.series or {}).get("differences", ()):
        error = "" if item["error"] is None else f" ± {item['error']:.1f}"
        told = {"even": "about the same", "uneven": "they differ", "cannot_tell": "cannot be told with this error"}
        size = f"{item['left_less_right']:+.1f}{error} {item['unit']}"
        say(f"Left less right, {item['of']}: {size}, {told[item['verdict']]}")
    say("")


@history_app.command()
@reports_errors
def add(
    results: Annotated[Path, typer.Argument(metavar="RESULTS_DIR", help="A folder written by `posecheck check`.")],
    person: PersonOption = "me",
    when: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="When; else when it was judged.")
    ] = None,
) -> None:
    """Put the results of a check into the history."""
    with opened() as store:
        say(keep(store, results, person, when))


@history_app.command()
@reports_errors
def progress(
    stretch: Annotated[str, typer.Argument(help="A stretch's id.")],
    angle: Annotated[str, typer.Argument(help="A range's id, or its angle's name, e.g. trunk_rotation.")],
    person: PersonOption = "me",
) -> None:
    """Say whether an angle changed by more than the measurement can tell."""
    with opened() as store:
        trends = store.progress(person, stretch, angle)
    for trend in trends:
        say(f"{trend.words} ({trend.angle}), {trend.end}, {trend.unit}:")
        for one in trend.readings:
            note = "" if one.compared else "  not compared: judged in too small a part"
            say(f"  {one.at.astimezone():%Y-%m-%d %H:%M}  {_number(one.value)} ± {_number(one.error)}{note}")
        say(f"  Since the first: {trend.since_first}.")
        if sum(one.compared for one in trend.readings) > 2:
            say(f"  Since the one before: {trend.since_last}.")


@history_app.command()
@reports_errors
def rmdq(
    score: Annotated[
        int | None, typer.Argument(min=0, max=24, help="The number of ticked sentences; lists them if not given.")
    ] = None,
    person: PersonOption = "me",
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=["%Y-%m-%d"], metavar="DATE", help="When it was filled in; today if not given."),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Delete the score of that day.")] = False,
) -> None:
    """Keep a score of the questionnaire RMDQ-24, filled in on paper, or list all with what changed."""
    from posecheck.history.disability import Score, change

    today = datetime.now().astimezone().date()
    on = today if day is None else day.date()
    if on > today:
        raise PosecheckError("future_day", "--day: expected a day up to today, got {got}", got=on.isoformat())
    if remove and score is not None:
        raise PosecheckError("score_removed", "--remove: expected no score beside it")
    with opened(person) as store:
        if remove:
            store.drop_score(on, person)
        elif score is not None:
            store.keep_score(Score(on, score), person)
        held = store.scores(person)
    if not held:
        say(f"No RMDQ-24 score of {person} yet. Add one with `posecheck history rmdq SCORE`.")
        return
    for one in held:
        say(f"{one.day:%Y-%m-%d}  {one.points:2d} of 24")
    say(f"Since the first: {change(held)}.")


@history_app.command()
@reports_errors
def export(
    person: PersonOption = "me",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write JSON to this file.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write CSV tables into this folder.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is already there.")] = False,
) -> None:
    """Write everything held of a person: as JSON, or as CSV tables."""
    from posecheck.history.archive import as_json, write_tables

    with opened() as store:
        store.counts(person)
        held = store.export(person)
    if csv is not None:
        write_tables(csv, held, force=force)
    if out is not None:
        _write(out, as_json(held), force=force)
    if out is None and csv is None:
        print(as_json(held), end="")
    for target in (csv, out):
        if target is not None:
            say(f"Everything held of {person} is in {target}")


@history_app.command()
@reports_errors
def delete(
    person: Annotated[str, typer.Option("--person", "-p", help="Whose sessions.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete everything held of a person."""
    with opened() as store:
        told = f"of {person} from {store.name}: {store.counts(person)}"
        if not yes:
            say(f"This deletes everything {told}.")
            if not sys.stdin.isatty():
                text = "delete: expected --yes where nobody can be asked; nothing was deleted"
                raise PosecheckError("not_confirmed", text)
            if not typer.confirm("Delete it? It cannot be brought back."):
                say("Nothing was deleted.")
                return
        gone = store.delete_person(person)
        say(f"Deleted of {person} from {store.name}: {gone}")


def opened(person: str = "me") -> "Store":
    """Open the history; HistoryError where it cannot be, or for what is no name of a person."""
    from posecheck.history.records import person_name
    from posecheck.history.store import open_store

    person_name(person)
    return open_store()


def keep(store: "Store", results: Path, person: str, when: datetime | None = None) -> str:
    """Put a folder of results into the history, once, and return a line for the terminal.

    Args:
        store: The history.
        results: A folder that `posecheck check` wrote.
        person: Whose session it is.
        when: When it was done; None takes the time it was judged.
    """
    from posecheck.results.summary_file import SummaryFile

    summary = SummaryFile.load(results)
    judged = datetime.fromtimestamp((results / "summary.json").stat().st_mtime, UTC)
    at = judged if when is None else when.astimezone()
    before = _same(store, summary, person, at)
    if before is not None:
        return f"Already in the history as session {before}."
    return f"Session {store.add(summary, person, at)} of {person} in {store.name}"


def _same(store: "Store", summary: "SummaryFile", person: str, at: datetime) -> int | None:
    """Return the session that these results were already put in as."""
    for one in store.sessions(person):
        if (one.stretch, one.source, one.at) == (summary.stretch.id, summary.source.file or "live", at):
            return one.id
    return None


def _write(path: Path, text: str, *, force: bool) -> None:
    """Write a file whole or not at all; OutputError where it is there already or cannot be written."""
    from posecheck.core.files import write_whole

    if path.exists() and not force:
        raise OutputError("exists", "{file}: expected a new file, found one", hint="force_file", file=path)
    write_whole(path, text.encode())


def _when(one: "PastSession") -> str:
    """Return the time as the clock on the wall showed it."""
    return f"{one.at.astimezone():%Y-%m-%d %H:%M}"


def _whole(one: "PastSession") -> str:
    """Return how many repetitions counted, on each side."""
    from posecheck.repetitions.series import counted

    sides = (one.series or {}).get("sides", ())
    return ", ".join(f"{counted(side)} {side['side']}".strip() for side in sides) or "-"


def _words(verdict: str) -> str:
    return verdict.replace("_", " ")


def _end(peak: Mapping[str, object], end: str) -> str:
    """Return how far an angle went one way, with its error."""
    own = peak[f"{end}_error"]
    error = _number(peak["error"] if own is None else own)
    return f"{_number(peak[end])} ± {error}" if peak[end] is not None else "-"


def _number(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else "-"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    # A file's name may hold anything, also what moves the cursor.
    shown = [head, *(tuple("".join(c if c.isprintable() else "?" for c in cell) for cell in row) for row in rows)]
    widths = [max(len(row[i]) for row in shown) for i in range(len(head))]
    for row in shown:
        tell("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(), 4)
