"""`posecheck live`: camera, coach and an OpenCV window in one process, with the pose engine beside it; no server.

The window shows the picture drawn by live/picture.py, mirrored and as large as possible. Landmarks are written only on
request, and so is video.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from posecheck.capture.markers.phone.beside import Beside
from posecheck.capture.pose.worker import PoseEngine
from posecheck.capture.video.camera import SILENT_S, NewestFrame
from posecheck.core.errors import InputError
from posecheck.core.frame import Frame, FrameSource
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.desktop.display import ESCAPE, Display, Screen, Window
from posecheck.live import picture
from posecheck.live.coach import Coach, Command, Engine, LiveFrame
from posecheck.live.film import Film
from posecheck.live.sets import Set

KEYS = (
    "space: pause, go on, next set · e: end the set · n: measure the start anew · g: start as you stand · "
    "f: full screen · m: mute · + -: volume · q: quit"
)
COMMANDS: dict[str, Command] = {" ": "toggle", "e": "end", "n": "again", "g": "skip"}


class Voice(Protocol):
    """Speak the announcements of live frames; see speech.Speech."""

    def tell(self, moment: LiveFrame) -> None:
        """Speak the announcements of a live frame, if there are any."""

    def toggle_mute(self) -> None:
        """Switch the voice off, or on again."""

    def louder(self, steps: int) -> None:
        """Change the volume by a number of steps; negative steps make it quieter."""

    def close(self) -> None:
        """Stop speaking."""


@dataclass(slots=True)
class Loop:
    """Judge and show frames until the person quits or the camera ends.

    Attributes:
        coach: Judges the frames.
        engine: Finds the pose in a frame.
        screen: Shows the pictures and returns the keys pressed.
        mirrored: Whether the picture is shown as in a mirror.
        texts: The language of the texts in the picture.
        voice: Speaks the announcements; None for a silent window.
        film: Records the frames; None records nothing.
        keep: Called with each finished set.
        shown: Called with each frame after it was shown.
        phones: Lays what phones send beside the poses; None where none may.
    """

    coach: Coach
    engine: Engine
    screen: Screen
    mirrored: bool = True
    texts: Translator = ENGLISH
    voice: Voice | None = None
    film: Film | None = None
    keep: Callable[[Set], None] | None = None
    shown: Callable[[LiveFrame], None] | None = None
    phones: Beside | None = None

    def run(self, camera: NewestFrame) -> None:
        """Run the loop.

        Args:
            camera: Provides the newest frame.

        Raises:
            InputError: The camera stopped sending frames.
        """
        try:
            while (frame := self._next(camera)) is not None:
                if self._one(frame):
                    break
        finally:
            self.coach.finish()
            self._keep()

    def _next(self, camera: NewestFrame) -> Frame | None:
        try:
            return camera.take()
        except TimeoutError:
            text = (
                "camera: expected pictures, none came for {seconds} s; "
                "was it unplugged, or is another program using it?"
            )
            raise InputError("camera_silent", text, seconds=f"{SILENT_S:g}") from None

    def _keep(self) -> None:
        for done in self.coach.ended():
            if self.keep is not None:
                self.keep(done)

    def _one(self, frame: Frame) -> bool:
        """Judge and show one frame; return whether to quit."""
        phones = self.phones
        if phones is not None:
            phones.came(frame.time_s)
        pose = self.engine.estimate(frame)
        if phones is not None:
            pose = phones.lay(frame, pose)
        moment = self.coach.update(frame, pose, self.engine.state)
        moment = moment if phones is None else replace(moment, phone=phones.state)
        key = self.screen.show(picture.picture(moment, mirrored=self.mirrored, texts=self.texts))
        if self.shown is not None:
            self.shown(moment)
        if self.voice is not None:
            self.voice.tell(moment)
        if self.film is not None:
            self.film.take(moment)
        self._keep()
        return self._press(key)

    def _press(self, key: str) -> bool:
        if key in (ESCAPE, "q"):
            return True
        if key in COMMANDS:
            self.coach.ask(COMMANDS[key])
        elif key == "f":
            self.screen.toggle_full()
        elif self.voice is not None and key == "m":
            self.voice.toggle_mute()
        elif self.voice is not None and key in ("+", "-"):
            self.voice.louder(1 if key == "+" else -1)
        return False


class Opened:
    """Open pose engine, camera and window in a `with` block, and close them at its end.

    Attributes:
        engine: The pose engine, ready to use.
        screen: The window.
        camera: Provides the newest frame.
    """

    def __init__(self, model: Path, frames: Callable[[], FrameSource], *, full: bool, every: bool = False) -> None:
        """Store the settings; nothing is opened yet.

        Args:
            model: The file of the pose model.
            frames: Opens the camera or a recording; called only once a display was found.
            full: Begin in full screen.
            every: Take every frame in order instead of only the newest one, as for a recording.
        """
        self._model, self._frames, self._full, self._every = model, frames, full, every
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            display = Display()
            self.engine = stack.enter_context(PoseEngine(self._model))
            display.check()
            frames = self._frames()
            stack.callback(frames.close)
            self.engine.wait()
            self.screen: Screen = Window(full=self._full)
            stack.callback(self.screen.close)
            self.camera = stack.enter_context(NewestFrame(frames, every=self._every))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)
