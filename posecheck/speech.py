"""The voice of the desktop window: the system's own speech, by the optional extra `voice`, after a tone of our own.

One thread speaks; a stop cuts off whatever it is saying, anything else is left out while it speaks: what comes late is
worse than silence.
"""

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.errors import InputError
from posecheck.language import Language
from posecheck.live import Moment
from posecheck.live_cues import LiveCues, Saying

RATE_HZ = 22_050
STEP = 0.1
TONES: dict[str, tuple[tuple[float, float], ...]] = {
    "stop": ((880, 0.12), (587, 0.12), (880, 0.12)),
    "caution": ((660, 0.14),),
    "person": ((660, 0.14),),
    "go": ((523, 0.1), (784, 0.16)),
    "end": ((784, 0.1), (523, 0.16)),
}
"""Hertz and seconds of each tone that comes before what is said; those of ui/voice.js."""
WAITS = ("go", "end")
"""What is worth saying even behind something else."""


def tone(level: str, volume: float) -> NDArray[np.float32]:
    """Return a level's tones (n,) at RATE_HZ, with soft edges; empty where it has none."""
    parts = []
    for hertz, length_s in TONES.get(level, ()):
        time_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
        edge = np.minimum(1.0, np.minimum(time_s, length_s - time_s) / 0.01)
        parts += [0.5 * volume * edge * np.sin(2 * np.pi * hertz * time_s), np.zeros(round(0.03 * RATE_HZ))]
    return np.concatenate(parts).astype(np.float32) if parts else np.zeros(0, np.float32)


def system_voice() -> Any:
    """Return the system's speech; InputError when the extra is not installed or the system has none."""
    try:
        import pyttsx3
    except ImportError as error:
        raise InputError("--voice: expected the extra `voice`; pip install 'posecheck-stretch[voice]'") from error
    try:
        return pyttsx3.init()
    except Exception as error:  # each system's driver fails in its own way
        why = " ".join(str(error).split())[:120]
        raise InputError(f"--voice: expected this system to speak (on Linux: espeak-ng), got: {why}") from error


def play(sound: NDArray[np.float32]) -> None:
    """Play a sound without waiting for it; a machine that cannot stays silent."""
    with contextlib.suppress(Exception):
        import sounddevice

        sounddevice.play(sound, RATE_HZ)


class Speech:
    """Say what moments call for."""

    def __init__(
        self,
        language: Language = "en",
        voice: Callable[[], Any] = system_voice,
        sound: Callable[[NDArray[np.float32]], None] = play,
    ) -> None:
        """Raises InputError when the system cannot speak. voice: made and used in the speaking thread only."""
        self._language, self._make, self._sound = language, voice, sound
        self._cues = LiveCues(language)
        self._say: queue.SimpleQueue[Saying | None] = queue.SimpleQueue()
        self._muted, self._volume = False, 0.8
        self._error: Exception | None = None
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
        self._thread.start()
        self._begun.wait()
        if self._error is not None:
            raise self._error

    def tell(self, moment: Moment) -> None:
        """Say what a moment calls for, if anything."""
        for saying in self._cues.tell(moment):
            if not self._muted:
                self._say.put(saying)

    def toggle_mute(self) -> None:
        """Fall silent, or speak again."""
        self._muted = not self._muted
        if self._muted:
            self._say.put(Saying("", "", True))

    def louder(self, steps: int) -> None:
        """Change the volume by so many steps."""
        self._volume = float(np.clip(self._volume + STEP * steps, STEP, 1.0))

    def close(self) -> None:
        """Stop speaking; harmless when repeated."""
        self._say.put(None)
        self._thread.join(5)

    def _run(self) -> None:
        try:
            voice = self._make()
            self._choose(voice)
            voice.startLoop(False)
        except Exception as error:  # noqa: BLE001 - told in the thread that asked
            self._error = error
            return
        finally:
            self._begun.set()
        try:
            while True:
                voice.iterate()
                with contextlib.suppress(queue.Empty):
                    saying = self._say.get(timeout=0.05)
                    if saying is None:
                        return
                    self._speak(voice, saying)
        finally:
            voice.stop()
            voice.endLoop()

    def _speak(self, voice: Any, saying: Saying) -> None:
        if saying.interrupts:
            voice.stop()
        elif voice.isBusy() and saying.level not in WAITS:
            return
        if not saying.text:
            return
        sound = tone(saying.level, self._volume)
        if len(sound):
            self._sound(sound)
            time.sleep(len(sound) / RATE_HZ)
        voice.setProperty("volume", self._volume)
        voice.say(saying.text)

    def _choose(self, voice: Any) -> None:
        """Choose a voice of the language where the system has one."""
        for one in voice.getProperty("voices") or ():
            known = " ".join(str(part) for part in (getattr(one, "languages", None) or (getattr(one, "id", ""),)))
            if self._language in known.lower().replace("\\x05", " ").replace("_", " ").replace("-", " ").split():
                voice.setProperty("voice", one.id)
                return
