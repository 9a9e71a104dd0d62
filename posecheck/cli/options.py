"""Options that several commands share, with their help."""

from pathlib import Path
from typing import Annotated

import typer

from posecheck.cli.errors import LANGUAGE_VARIABLE

StretchOption = Annotated[str, typer.Option("--stretch", "-s", help="A stretch's id, or a stretch file (.toml).")]
AgeOption = Annotated[int | None, typer.Option(min=1, max=120, help="Age in years: some limits shrink with age.")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", help="Change a limit, e.g. trunk_rotation.stop=40. Repeatable.")
]
ProfileOption = Annotated[Path | None, typer.Option(help="A threshold profile (.toml).")]
EveryOption = Annotated[int, typer.Option(min=1, help="Judge each Nth frame only: faster, and coarser in time.")]
MirroredOption = Annotated[
    bool, typer.Option("--mirrored", help="The recording shows you as a mirror does, as some selfie cameras store it.")
]
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
    str, typer.Option("--tags", help="Printed tags, or a phone at the chest: auto, off, or on (must be found).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the summary as JSON instead of words.")]
FullScreenOption = Annotated[bool, typer.Option("--full-screen", help="Fill the screen.")]
NoMirrorOption = Annotated[bool, typer.Option("--no-mirror", help="Show the picture as the camera sees it.")]
CameraOption = Annotated[int, typer.Option(min=0, max=99, help="Which camera of this machine.")]
PhoneOption = Annotated[
    bool, typer.Option("--phone", help="Use what a phone at the chest sends, and show a QR code of its page.")
]
PhonePortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port for the phone's page on this machine.")]
VoiceOption = Annotated[bool, typer.Option("--voice", help="Speak the warnings (needs the extra `voice`).")]
LanguageOption = Annotated[str, typer.Option(help="en or de.", envvar=LANGUAGE_VARIABLE, show_envvar=False)]
ModelOption = Annotated[str, typer.Option(help="lite, full or heavy.")]
ModelFileOption = Annotated[Path | None, typer.Option(help="A pose model's .task file.")]
