"""The commands for one recording: check it, judge it again, report and export what was found."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from posecheck.cli import history as history_cli
from posecheck.cli import safety
from posecheck.cli.errors import PASSED, reports_errors, say
from posecheck.cli.options import (
    AgeOption,
    AnswersOption,
    EveryOption,
    FailOption,
    ForceOption,
    HistoryOption,
    JsonOption,
    LanguageOption,
    MirroredOption,
    ModelFileOption,
    ModelOption,
    ProfileOption,
    SetOption,
    StretchOption,
    TagsOption,
)
from posecheck.core.errors import PosecheckError


@reports_errors
def check(
    video: Annotated[Path, typer.Argument(help="The recording.")],
    stretch: StretchOption,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results.")],
    neutral: Annotated[str | None, typer.Option(help="Seconds of the neutral posture, e.g. 0-2.")] = None,
    age: AgeOption = None,
    model: ModelOption = "full",
    model_file: ModelFileOption = None,
    set_: SetOption = None,
    profile: ProfileOption = None,
    no_video: Annotated[bool, typer.Option("--no-video", help="Do not draw annotated.mp4.")] = False,
    every: EveryOption = 1,
    mirrored: MirroredOption = False,
    tags: TagsOption = "auto",
    phone: Annotated[Path | None, typer.Option(help="What `posecheck phone --out` wrote meanwhile (.csv).")] = None,
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
        mirrored=mirrored,
        tags=tags,
        phone=phone,
    )
    _fail_level(fail_on)
    # Opened first, so that a history that cannot be written is reported before the work.
    with nullcontext() if history is None else history_cli.opened(history) as store:
        asked = replace(request, answers=safety.answers_for(answers, history))
        with progress_shown(quiet=json_) as report:
            done = recording.check(asked, report)
        print_outcome(done, as_json=json_)
        if history is not None and store is not None:
            say(history_cli.keep(store, out, history), error=json_)
    _fail(fail_on, done.analysis.summary.verdict)


@reports_errors
def rejudge(
    folder: Annotated[Path, typer.Argument(help="A folder written by `posecheck check`.")],
    set_: SetOption = None,
    profile: ProfileOption = None,
    stretch: Annotated[str | None, typer.Option("--stretch", "-s", help="Judge against another stretch.")] = None,
    age: AgeOption = None,
    neutral: Annotated[
        str | None, typer.Option(help="Seconds of the neutral posture, e.g. 0-2; auto takes one back.")
    ] = None,
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


@reports_errors
def report(
    folder: Annotated[Path, typer.Argument(help="A folder written by `posecheck check`.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The page; in the folder if not given: report.html, or named by --person."),
    ] = None,
    video: Annotated[Path | None, typer.Option(help="Where pictures of the worst moments are taken from.")] = None,
    person: Annotated[str | None, typer.Option("--person", "-p", help="Whose past sessions to show too.")] = None,
    language: LanguageOption = "en",
    force: ForceOption = False,
) -> None:
    """Write one page for a physiotherapist: verdict, repetitions, curves, what could not be judged, sources."""
    from posecheck.recordings import reporting

    say(reporting.report(folder, out, video, force, person, language))


@reports_errors
def export(
    folder: Annotated[Path, typer.Argument(help="A folder written by `posecheck check`.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="A file ending in .trc, .mot (OpenSim), .parquet, .c3d or .fhir.json.")
    ],
    fhir: Annotated[bool, typer.Option("--fhir", help="HL7 FHIR R4: a Bundle of Observations, as .json.")] = False,
    c3d: Annotated[bool, typer.Option("--c3d", help="C3D: landmarks and angles as points.")] = False,
    patient: Annotated[str | None, typer.Option(help="Whom FHIR is to name, e.g. Patient/123.")] = None,
    when: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], metavar="DATE", help="When the stretch was done, for FHIR."
        ),
    ] = None,
    person: Annotated[
        str | None, typer.Option("--person", "-p", help="Whose RMDQ-24 scores of the history to add, for FHIR.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """Write a folder's landmarks, angles or results for another program."""
    from posecheck.recordings import reporting

    if fhir and c3d:
        raise PosecheckError("one_format", "expected either --fhir or --c3d, got both")
    kind = reporting.FHIR if fhir else reporting.C3D if c3d else None
    say(reporting.export(folder, out, force, kind, when, patient, person))
