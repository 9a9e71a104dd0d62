"""The body of `posecheck live`: check the request before the camera starts, and print each set's verdict at the end."""

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from rich.console import Console

from posecheck.capture.markers.phone.beside import Beside
from posecheck.capture.pose.model_file import ensure
from posecheck.capture.video.camera import source
from posecheck.cli import console as verdict
from posecheck.cli.errors import QUESTIONS, SAFER
from posecheck.core.errors import TEXT_CHARS, InputError, NotCoachedError, OutputError, printable
from posecheck.core.files import HIDDEN, BusyError, alone
from posecheck.core.i18n import ENGLISH, Translator, translator
from posecheck.desktop.speech import Speech
from posecheck.desktop.window import KEYS, Loop, Opened
from posecheck.feedback.safety_notes import describe_ruled_out, describe_suited
from posecheck.live.coach import Coach
from posecheck.live.film import Film
from posecheck.live.sets import Set, describe_notes, write_set
from posecheck.phone.listen import PORT, listening
from posecheck.recordings.request import variant_of
from posecheck.results.folder import PATIENCE_S, ResultFolder, clear_killed
from posecheck.safety import HealthRecord, Sort, decide, practice, ruled_out, screening, suited
from posecheck.safety.limits import age_of, asked_limits
from posecheck.stretches.profiles import Profile
from posecheck.stretches.stretch import Stretch

VIDEO = "video.mp4"
LOCK = f"{HIDDEN}live.lock"


@dataclass(frozen=True, slots=True)
class Request:
    """Hold what `posecheck live` was asked for. file: plays as the camera. record: folder for each set's results.

    state: what is known of the person's health, None where nobody was asked. phone: whether phones may send.
    """

    stretch: str
    camera: int = 0
    file: Path | None = None
    age: int | None = None
    settings: Sequence[str] = ()
    profile: Path | None = None
    record: Path | None = None
    record_video: bool = False
    full: bool = False
    mirrored: bool = True
    model: str = "full"
    model_file: Path | None = None
    language: str = "en"
    voice: bool = False
    every_frame: bool = False
    state: HealthRecord | None = None
    phone: bool = False
    phone_port: int = PORT


def run(request: Request) -> list[str]:
    """Watch until the person quits; return the verdict of each set, as it is printed.

    Raises a PosecheckError for what is wrong.
    """
    if request.record_video and request.record is None:
        raise InputError("no_record", "--record-video: expected --record DIR beside it, found none")
    if request.every_frame and request.file is None:
        text = "--every-frame: expected a file beside it, since a camera does not wait"
        raise InputError("no_file", text)
    require_camera(phone=request.phone, every_frame=request.every_frame)
    profile = None if request.profile is None else Profile.load(request.profile)
    texts = texts_of(request.language)
    answers = None if request.state is None else request.state.answers
    age = age_of(request.age, answers)
    limits = asked_limits(request.stretch, age, profile, request.settings)
    stretch, notes = suited_now(limits, request.state, texts)
    with contextlib.ExitStack() as stack:
        keeper = None if request.record is None else stack.enter_context(Keeper(request.record, request, profile))
        voice = Speech(texts.language) if request.voice else None
        model = ensure(variant_of(request.model), request.model_file)
        what = request.camera if request.file is None else request.file
        opened = stack.enter_context(Opened(model, lambda: source(what), full=request.full, every=request.every_frame))
        for line in (*(f"! {note}" for note in notes), KEYS):
            print(line, file=sys.stderr)
        coach = Coach(stretch, age=age)
        film = None if keeper is None else keeper.film
        told: list[str] = []

        def over(ended: Set) -> None:
            done = replace(ended, other_model=request.model != "full")
            if keeper is not None:
                keeper.keep(done)
            # Only the text is kept: sets of a whole morning would fill the memory.
            told.append(_told(done))

        phones = beside(stack, request.phone_port, stretch.id, request.language) if request.phone else None
        loop = Loop(coach, opened.engine, opened.screen, request.mirrored, texts, voice, film, over, phones=phones)
        try:
            loop.run(opened.camera)
        finally:
            if film is not None:
                film.discard()
            if voice is not None:
                voice.close()
    return told


def require_camera(*, phone: bool, every_frame: bool) -> None:
    """Raise InputError where phones should send while a recording plays slower than it was filmed."""
    if phone and every_frame:
        text = "--phone: expected pictures as they come, found --every-frame beside it"
        raise InputError("phone_every_frame", text)


def beside(stack: contextlib.ExitStack, port: int, stretch: str, language: str) -> Beside:
    """Begin to listen to phones, print how to bring one to its page, and return what lays beside poses what they send.

    stack: ends it. Raises InputError where that cannot be.
    """
    streams, lines = stack.enter_context(listening(port, stretch, language))
    for line in lines:
        print(line, file=sys.stderr)
    return Beside(streams)


def texts_of(language: str) -> Translator:
    """Return the translator of a language; InputError where there is none."""
    try:
        return translator(language)
    except ValueError as error:
        raise InputError(f"--{error}") from error


def suited_now(stretch: Stretch, state: HealthRecord | None, texts: Translator) -> tuple[Stretch, list[str]]:
    """Return the stretch with the caps of the person's answers, and what else matters, in words.

    Raises NotCoachedError where the person may not do it now, with why, until when and what is safer.
    """
    now = datetime.now().astimezone()
    decision = None if state is None else decide(screening(), practice(), stretch, state, now)
    if decision is not None and decision.state == "blocked":
        until = "" if decision.until is None else f" ({decision.until.astimezone():%Y-%m-%d %H:%M})"
        (problem,) = ruled_out(stretch, decision).problems
        raise NotCoachedError(f"{describe_ruled_out(problem, texts, SAFER)}{until}")
    fit = suited(stretch, None if state is None else state.answers, now)
    notes = list(describe_suited(fit, texts, QUESTIONS))
    if decision is not None:
        notes += [finding.told(texts) for finding in decision.of(Sort.WARM_UP)]
    return fit.stretch, notes


class Keeper:
    """Write each set that is over into a folder of its own: set-1, set-2, after those that are there.

    Use it as a context manager: until it is left, no other process keeps sets in the folder.
    """

    def __init__(self, folder: Path, request: Request, profile: Profile | None) -> None:
        """Raises OutputError when the folder cannot be written to, or another process keeps sets there."""
        self._held = contextlib.ExitStack()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._held.enter_context(alone(folder / LOCK, PATIENCE_S))
            (folder / f".{VIDEO}").unlink(missing_ok=True)  # of a set that was never kept, because its process died
        except OSError as error:
            self._held.close()
            text = "{folder}: expected a folder that can be written to, got: {why}"
            raise OutputError("not_writable", text, folder=folder, why=error.strerror) from error
        except BusyError as error:
            text = "{folder}: expected no other `posecheck live` to be keeping sets there, found one"
            raise OutputError("in_use", text, folder=folder) from error
        clear_killed(folder)
        self._folder, self._request = folder, request
        self._answers = None if request.state is None else request.state.answers
        self._changed = () if profile is None else profile.settings(request.stretch)
        self.film = Film(folder / f".{VIDEO}") if request.record_video else None
        self.kept: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def keep(self, done: Set) -> None:
        """Write a set's results, with its video when that was asked for."""
        number = 1 + max(
            (
                int(n)
                for n in (p.name.partition("set-")[2] for p in self._folder.iterdir())
                if n.isascii() and n.isdecimal()
            ),
            default=0,
        )
        video = None if self.film is None else self.film.finish()
        with ResultFolder(self._folder / f"set-{number}") as folder:
            write_set(
                folder.path, done, self._request.stretch, (*self._changed, *self._request.settings), self._answers
            )
            if video is not None:
                video.replace(folder.path / VIDEO)
        self.kept.append(self._folder / f"set-{number}")


def _told(done: Set) -> str:
    """Return the verdict of a set as the terminal shows it."""
    console = Console(highlight=False)
    with console.capture() as captured:
        verdict.print_verdict(console, done.analysis, done.name, describe_notes(done, ENGLISH) or None)
    return captured.get()


def show(request: Request, told: Sequence[str]) -> None:
    """Print the verdict of every set."""
    console = Console(highlight=False)
    sys.stdout.write("".join(told))
    if not told:
        console.print("No set was done.")
    elif request.record is not None:
        console.print(printable(f"Results in {request.record}", TEXT_CHARS), markup=False, soft_wrap=True)
