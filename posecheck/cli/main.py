"""The command line. Every heavy import waits for the command that needs it: --help answers at once."""

import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from posecheck.cli import batch, safety
from posecheck.cli import history as history_cli
from posecheck.cli.errors import PASSED, reports_errors
from posecheck.core.errors import PosecheckError

app = typer.Typer(
    help="Check a back stretch against the safe range. Not medical advice.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
model_app = typer.Typer(help="Find or fetch the pose model.", no_args_is_help=True)
app.add_typer(model_app, name="model")
app.add_typer(history_cli.history_app, name="history")
app.add_typer(safety.safety_app, name="safety")

StretchOption = Annotated[str, typer.Option("--stretch", "-s", help="A stretch's id, or a stretch file (.toml).")]
AgeOption = Annotated[int | None, typer.Option(min=1, max=120, help="Age in years: some limits shrink with age.")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", help="Change a limit, e.g. trunk_rotation.stop=40. Repeatable.")
]
ProfileOption = Annotated[Path | None, typer.Option(help="A threshold profile (.toml).")]
EveryOption = Annotated[int, typer.Option(min=1, help="Judge each Nth frame only: faster, and coarser in time.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace results that are already there.")]
FailOption = Annotated[
    str | None, typer.Option("--fail-on", help="Exit 1 from this on, for scripts: stop, caution, or cannot_judge.")
]
HistoryOption = Annotated[
    str | None, typer.Option(metavar="PERSON", help="Keep the session in the history, under a name you choose.")
]
AnswersOption = Annotated[
    Path | None, typer.Option(help="Answers to the health questions (.toml); else those kept for PERSON.")
]
TagsOption = Annotated[
    str, typer.Option("--tags", help="Printed tags on chest and belt: auto, off, or on (must be found).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the summary as JSON instead of words.")]


@app.command()
@reports_errors
def check(
    video: Annotated[Path, typer.Argument(help="The recording.")],
    stretch: StretchOption,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results.")],
    neutral: Annotated[str | None, typer.Option(help="Seconds of the neutral posture, e.g. 0-2.")] = None,
    age: AgeOption = None,
    model: Annotated[str, typer.Option(help="lite, full or heavy.")] = "full",
    model_file: Annotated[Path | None, typer.Option(help="A pose model's .task file.")] = None,
    set_: SetOption = None,
    profile: ProfileOption = None,
    no_video: Annotated[bool, typer.Option("--no-video", help="Do not draw annotated.mp4.")] = False,
    every: EveryOption = 1,
    tags: TagsOption = "auto",
    force: ForceOption = False,
    fail_on: FailOption = None,
    json_: JsonOption = False,
    history: HistoryOption = None,
    answers: AnswersOption = None,
) -> None:
    """Check a recorded video against a stretch and write what was found."""
    from posecheck.cli.console import print_outcome, progress_shown
    from posecheck.recordings import check as recording
    from posecheck.recordings.request import Request

    request = Request(
        video=video,
        stretch=stretch,
        out=out,
        neutral=neutral,
        age=age,
        model=model,
        model_file=model_file,
        settings=tuple(set_ or ()),
        profile=profile,
        draw=not no_video,
        force=force,
        every=every,
        tags=tags,
    )
    _fail_level(fail_on)
    # A history that cannot be written is said before the work, not after it.
    with nullcontext() if history is None else history_cli.opened(history) as store:
        asked = replace(request, answers=safety.answers_for(answers, history))
        with progress_shown(quiet=json_) as report:
            done = recording.check(asked, report)
        print_outcome(done, as_json=json_)
        if history is not None and store is not None:
            print(history_cli.keep(store, out, history), file=sys.stderr if json_ else sys.stdout)
    _fail(fail_on, done.analysis.summary.verdict)


app.command("batch")(batch.batch)


@app.command()
@reports_errors
def rejudge(
    folder: Annotated[Path, typer.Argument(help="A folder written by `posecheck check`.")],
    set_: SetOption = None,
    profile: ProfileOption = None,
    stretch: Annotated[str | None, typer.Option("--stretch", "-s", help="Judge against another stretch.")] = None,
    age: AgeOption = None,
    neutral: Annotated[str | None, typer.Option(help="Seconds of the neutral posture, e.g. 0-2.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write the new results here.")] = None,
    force: ForceOption = False,
    fail_on: FailOption = None,
    json_: JsonOption = False,
    answers: AnswersOption = None,
) -> None:
    """Judge saved landmarks again with other limits; no video and no model are needed."""
    from posecheck.cli.console import print_outcome
    from posecheck.recordings.rejudge import rejudge as judged_again
    from posecheck.recordings.request import Changes

    _fail_level(fail_on)
    changes = Changes(tuple(set_ or ()), profile, stretch, age, neutral, safety.answers_for(answers, None))
    done = judged_again(folder, changes, out, force=force)
    print_outcome(done, as_json=json_)
    _fail(fail_on, done.analysis.summary.verdict)


FAILS = {
    "stop": ("stop",),
    "caution": ("stop", "caution"),
    "cannot_judge": ("stop", "caution", "cannot_judge"),
}
"""Verdicts that --fail-on lets a script see as failures. Only the last takes what could not be judged for one."""


def _fail_level(level: str | None) -> None:
    if level is not None and level not in FAILS:
        text = "--fail-on: expected stop, caution or cannot_judge, got {got}"
        raise PosecheckError("fail_level", text, got=repr(level))


def _fail(level: str | None, verdict: str) -> None:
    if level is not None and verdict in FAILS[level]:
        raise typer.Exit(PASSED)


@app.command()
@reports_errors
def report(
    folder: Annotated[Path, typer.Argument(help="A folder written by `posecheck check`.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The page; report.html in the folder if not given.")
    ] = None,
    video: Annotated[Path | None, typer.Option(help="Where pictures of the worst moments are taken from.")] = None,
    person: Annotated[str | None, typer.Option("--person", "-p", help="Whose past sessions to show too.")] = None,
    language: Annotated[str, typer.Option(help="en or de.")] = "en",
    force: ForceOption = False,
) -> None:
    """Write one page for a physiotherapist: verdict, repetitions, curves, what could not be judged, sources."""
    from posecheck.recordings import reporting

    print(reporting.report(folder, out, video, force, person, language))


@app.command()
@reports_errors
def export(
    folder: Annotated[Path, typer.Argument(help="A folder written by `posecheck check`.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A file ending in .trc, .mot (OpenSim) or .parquet.")],
    force: ForceOption = False,
) -> None:
    """Write a folder's landmarks or angles for another program."""
    from posecheck.recordings import reporting

    print(reporting.export(folder, out, force))


@app.command()
@reports_errors
def tags(
    out: Annotated[Path, typer.Option("--out", "-o", help="The PDF to write.")],
    paper: Annotated[str, typer.Option(help="a4 or letter.")] = "a4",
    force: ForceOption = False,
) -> None:
    """Write printable tags for chest and belt: with them on, trunk rotation is read within a few degrees."""
    from posecheck.cli import tags as tags_cli

    print(tags_cli.tags(out, paper, force))


@app.command()
@reports_errors
def cap(
    folder: Annotated[Path, typer.Argument(help="Results of a recording whose first repetition was free of pain.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The profile (.toml) to write, for --profile.")],
    day: Annotated[str | None, typer.Option(help="When it was done, YYYY-MM-DD.")] = None,
    force: ForceOption = False,
) -> None:
    """Make your own pain-free range, and 5 degrees more, a stop limit. It only ever lowers a limit."""
    from posecheck.cli import cap as cap_cli

    for line in cap_cli.cap(folder, out, day, force=force):
        print(line)
    print(f"Use it with: --profile {out}")


@app.command()
@reports_errors
def stretches(
    what: Annotated[str | None, typer.Argument(help="A stretch's id, or `validate`.")] = None,
    file: Annotated[Path | None, typer.Argument(help="With `validate`: the stretch file.")] = None,
) -> None:
    """List the stretches, show one, or validate a stretch file (`stretches validate FILE`)."""
    from posecheck.cli import stretches as catalogue

    if what is None:
        catalogue.list_all()
    elif what == "validate":
        if file is None:
            raise PosecheckError("no_file", "stretches validate: expected a stretch file, got nothing")
        catalogue.validate(file)
    else:
        catalogue.show(what)


@model_app.command("path")
@reports_errors
def model_path(variant: Annotated[str, typer.Argument(help="lite, full or heavy.")] = "full") -> None:
    """Print where the pose model is, or say how to get it."""
    from posecheck.capture.pose import model_file
    from posecheck.core.errors import ModelError
    from posecheck.recordings.request import variant_of

    found = model_file.find(variant_of(variant))
    if found is None:
        text = "model {variant}: not on this machine yet; run `posecheck model fetch {variant}`"
        raise ModelError("no_model", text, variant=variant)
    print(found)


@model_app.command("fetch")
@reports_errors
def model_fetch(variant: Annotated[str, typer.Argument(help="lite, full or heavy.")] = "full") -> None:
    """Fetch the pose model into the user's cache and print where it is."""
    from posecheck.cli.console import fetch_model
    from posecheck.recordings.request import variant_of

    print(fetch_model(variant_of(variant)))


@app.command()
@reports_errors
def live(
    stretch: StretchOption,
    file: Annotated[Path | None, typer.Argument(help="A recording that plays as the camera.")] = None,
    camera: Annotated[int, typer.Option(min=0, max=99, help="Which camera of this machine.")] = 0,
    age: AgeOption = None,
    set_: SetOption = None,
    profile: ProfileOption = None,
    record: Annotated[
        Path | None, typer.Option(help="Keep each set's results, with its landmarks, in a folder here.")
    ] = None,
    record_video: Annotated[bool, typer.Option("--record-video", help="Keep each set's video too.")] = False,
    full_screen: Annotated[bool, typer.Option("--full-screen", help="Fill the screen.")] = False,
    no_mirror: Annotated[bool, typer.Option("--no-mirror", help="Show the picture as the camera sees it.")] = False,
    every_frame: Annotated[
        bool, typer.Option("--every-frame", help="Lose no frame of FILE, even where it then plays slower.")
    ] = False,
    voice: Annotated[bool, typer.Option("--voice", help="Speak the warnings (needs the extra `voice`).")] = False,
    language: Annotated[str, typer.Option(help="en or de.")] = "en",
    model: Annotated[str, typer.Option(help="lite, full or heavy.")] = "full",
    model_file: Annotated[Path | None, typer.Option(help="A pose model's .task file.")] = None,
    answers: AnswersOption = None,
    person: Annotated[str | None, typer.Option(help="Whose answers and sessions of the history count.")] = None,
) -> None:
    """Check your form live in a window, without any server. Keys are named when it starts."""
    import posecheck.desktop.display  # noqa: F401 - before PyAV, see there
    from posecheck.cli import live as live_cli

    request = live_cli.Request(
        stretch=stretch,
        camera=camera,
        file=file,
        age=age,
        settings=tuple(set_ or ()),
        profile=profile,
        record=record,
        record_video=record_video,
        full=full_screen,
        mirrored=not no_mirror,
        model=model,
        model_file=model_file,
        language=language,
        voice=voice,
        every_frame=every_frame,
        state=safety.state_for(answers, person),
    )
    live_cli.show(request, live_cli.run(request))


@app.command("app")
@reports_errors
def open_app(port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8501) -> None:
    """Open the app in the browser (Streamlit, on this machine only)."""
    from posecheck.app.server import run

    raise typer.Exit(run(port))


def main() -> None:
    """Run the command line."""
    app(prog_name="posecheck")


if __name__ == "__main__":
    main()
