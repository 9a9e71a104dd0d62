"""The command line: every command by its name. Heavy imports wait for the command that needs them: --help is quick."""

import io
import sys
import threading
from pathlib import Path
from typing import Annotated, Any

import typer

from posecheck.cli import batch, history, preparation, recordings, safety
from posecheck.cli.errors import UNEXPECTED, reports_errors, say, unexpected
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
    SetOption,
    StretchOption,
    VoiceOption,
)
from posecheck.cli.programme import command as programme
from posecheck.cli.saved import validation

HELP = """Check a back stretch against the safe range. Not medical advice.

\b
Check me now (camera):   posecheck live --stretch chair-twist
Judge a video:           posecheck check clip.mp4 --stretch chair-twist
I am a physiotherapist:  posecheck app, page "Practice"
"""
app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(preparation.model_app, name="model")
app.add_typer(history.history_app, name="history")
app.add_typer(safety.safety_app, name="safety")
# In the order in which --help lists them.
app.command()(recordings.check)
app.command()(batch.batch)
app.command()(recordings.rejudge)
app.command()(recordings.report)
app.command()(recordings.export)
app.command()(validation.validate)
app.command()(preparation.tags)
app.command()(preparation.phone)
app.command()(preparation.cap)
app.command()(preparation.stretches)


@app.command()
@reports_errors
def live(
    stretch: StretchOption,
    file: Annotated[Path | None, typer.Argument(help="A recording that plays as the camera.")] = None,
    camera: CameraOption = 0,
    age: AgeOption = None,
    set_: SetOption = None,
    profile: ProfileOption = None,
    record: Annotated[
        Path | None, typer.Option(help="Keep each set's results, with its landmarks, in a folder here.")
    ] = None,
    record_video: Annotated[bool, typer.Option("--record-video", help="Keep each set's video too.")] = False,
    full_screen: FullScreenOption = False,
    no_mirror: NoMirrorOption = False,
    every_frame: Annotated[
        bool, typer.Option("--every-frame", help="Lose no frame of FILE, even where it then plays slower.")
    ] = False,
    voice: VoiceOption = False,
    language: LanguageOption = "en",
    model: ModelOption = "full",
    model_file: ModelFileOption = None,
    answers: AnswersOption = None,
    person: Annotated[str | None, typer.Option(help="Whose answers and sessions of the history count.")] = None,
    phone: PhoneOption = False,
    phone_port: PhonePortOption = 8443,
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
        phone=phone,
        phone_port=phone_port,
    )
    live_cli.show(request, live_cli.run(request))


app.command(epilog="For example: posecheck programme stiff-after-sitting")(programme.programme)


@app.command("app")
@reports_errors
def open_app(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8501,
    phone: Annotated[
        bool, typer.Option("--phone", help="Serve this local network too, and show a QR code for a phone.")
    ] = False,
) -> None:
    """Open the app in the browser (Streamlit, on this machine only unless --phone is given)."""
    from posecheck.app.server import Network, require_free, run

    network = Network.here() if phone else None
    require_free(port, network)
    if network is not None:
        from posecheck.phone.certificate import fingerprint
        from posecheck.phone.server import invitation

        for line in invitation(f"https://{network.addresses[0]}:{port}/", fingerprint(network.secret)):
            say(line)
        say("Whoever is in this network can open it; nothing is kept of them. On this computer it is")
        say(f"https://localhost:{port}/, with the same warning. Ctrl-C ends this.")
    raise typer.Exit(run(port, network))


EXAMPLES = {
    "check": "check clip.mp4 --stretch chair-twist --out results",
    "batch": "batch recordings --stretch chair-twist --out results",
    "rejudge": "rejudge results --set trunk_rotation.stop=40",
    "report": "report results --language de",
    "export": "export results --fhir --out results.json",
    "validate": "validate results --truth laboratory.c3d",
    "tags": "tags --out tags.pdf",
    "phone": "phone --out phone.csv",
    "cap": "cap results --out mine.toml",
    "stretches": "stretches chair-twist",
    "live": "live --stretch chair-twist",
    "app": "app --phone",
    "model path": "model path lite",
    "model fetch": "model fetch lite",
    "model web": "model web",
    "history list": "history list --person anna",
    "history show": "history show 12",
    "history add": "history add results --person anna",
    "history progress": "history progress chair-twist trunk_rotation",
    "history rmdq": "history rmdq 9 --person anna --day 2026-05-04",
    "history export": "history export --person anna --csv tables",
    "history delete": "history delete --person anna",
    "safety": "safety --person anna",
    "safety show": "safety show chair-twist",
    "safety questions": "safety questions > answers.toml",
    "safety felt": "safety felt pain --stretch chair-twist",
    "safety emergency": "safety emergency --language de",
}
"""What each command's help ends with, by the command's name."""


def _show_examples(group: typer.Typer, before: str = "") -> None:
    shown: list[tuple[str, Any]] = [
        (one.name or str(getattr(one.callback, "__name__", "")), one) for one in group.registered_commands
    ]
    shown += [(one.name or "", one) for one in group.registered_groups]
    for name, one in shown:
        if f"{before}{name}" in EXAMPLES:
            one.epilog = f"For example: posecheck {EXAMPLES[f'{before}{name}']}"
    for sub in group.registered_groups:
        if sub.typer_instance is not None:
            _show_examples(sub.typer_instance, f"{before}{sub.name} ")


_show_examples(app)


def main() -> None:
    """Run the command line; whatever goes wrong is one line and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name that is not UTF-8, or a terminal without the sign, must not end the program.
            stream.reconfigure(errors="backslashreplace")
    threading.excepthook = lambda failed: None if failed.exc_value is None else unexpected(failed.exc_value)
    try:
        app(prog_name="posecheck")
    except Exception as error:  # noqa: BLE001 - the last resort, see errors.unexpected
        unexpected(error)
        sys.exit(UNEXPECTED)


if __name__ == "__main__":
    main()
