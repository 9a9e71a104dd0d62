"""The `programme` command: several stretches in order, in the desktop window. Heavy imports wait for the command."""

from pathlib import Path
from typing import Annotated

import typer

from posecheck.cli import safety
from posecheck.cli.errors import reports_errors
from posecheck.cli.options import (
    AgeOption,
    AnswersOption,
    CameraOption,
    FullScreenOption,
    LanguageOption,
    ModelFileOption,
    ModelOption,
    NoMirrorOption,
    PhoneOption,
    PhonePortOption,
    ProfileOption,
    VoiceOption,
)

RmdqOption = Annotated[
    int | None, typer.Option(min=0, max=24, help="Today's score of the RMDQ-24, if filled in, kept with --person.")
]
PainOption = Annotated[int | None, typer.Option(min=0, max=10, help="Pain now, 0 to 10, kept with --person.")]


@reports_errors
def programme(
    name: Annotated[
        str | None, typer.Argument(metavar="FILE", help="A programme's file (.toml), or its id; all if not given.")
    ] = None,
    recording: Annotated[Path | None, typer.Argument(help="A recording that plays as the camera.")] = None,
    show: Annotated[bool, typer.Option("--show", help="Print the steps and open no camera.")] = False,
    camera: CameraOption = 0,
    age: AgeOption = None,
    profile: ProfileOption = None,
    full_screen: FullScreenOption = False,
    no_mirror: NoMirrorOption = False,
    every_frame: Annotated[
        bool, typer.Option("--every-frame", help="Lose no frame of RECORDING, even where it then plays slower.")
    ] = False,
    voice: VoiceOption = False,
    language: LanguageOption = "en",
    model: ModelOption = "full",
    model_file: ModelFileOption = None,
    answers: AnswersOption = None,
    person: Annotated[str | None, typer.Option(help="Whose history counts, and keeps what is done.")] = None,
    pain: PainOption = None,
    rmdq: RmdqOption = None,
    phone: PhoneOption = False,
    phone_port: PhonePortOption = 8443,
) -> None:
    """Follow a programme of several stretches live in a window, step by step."""
    from posecheck.cli.programme import listing

    if name is None:
        listing.list_all(language)
        return
    if show:
        listing.show(name, language)
        return
    import posecheck.desktop.display  # noqa: F401 - before PyAV, see there
    from posecheck.cli.programme import run

    run.run(
        run.Request(
            programme=name,
            camera=camera,
            recording=recording,
            age=age,
            profile=profile,
            full=full_screen,
            mirrored=not no_mirror,
            every_frame=every_frame,
            voice=voice,
            language=language,
            model=model,
            model_file=model_file,
            state=safety.state_for(answers, person),
            person=person,
            pain=pain,
            rmdq=rmdq,
            phone=phone,
            phone_port=phone_port,
        )
    )
