"""The voice of the desktop window: the system's own speech program, after a tone of our own (extra `voice`).

Each sentence is spoken by a process of its own, so that a stop cuts off at once whatever is being said;
anything else is left out while something is spoken, for what comes late is worse than silence.
"""

import contextlib
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from posecheck.core.errors import InputError, Setting
from posecheck.core.i18n import Language
from posecheck.live.announcements import LiveCues, Saying
from posecheck.live.coach import LiveFrame

RATE_HZ = 22_050
STEP = 0.1
TONES: dict[str, tuple[tuple[float, float], ...]] = {
    "stop": ((880, 0.12), (587, 0.12), (880, 0.12)),
    "caution": ((660, 0.14),),
    "person": ((660, 0.14),),
    "go": ((523, 0.1), (784, 0.16)),
    "end": ((784, 0.1), (523, 0.16)),
}
"""Hertz and seconds of each tone before a sentence; a test keeps app/streaming/voice.js the same."""
WAITS = ("go", "end")
"""What is worth saying even behind something else."""
WINDOWS = (
    "Add-Type -AssemblyName System.Speech; [Console]::InputEncoding = [Text.Encoding]::UTF8; "
    "$voice = New-Object System.Speech.Synthesis.SpeechSynthesizer; $voice.Volume = {volume}; "
    "try {{ $voice.SelectVoiceByHints('NotSet', 'NotSet', 0, '{language}') }} catch {{}}; "
    "$voice.Speak([Console]::In.ReadToEnd())"
)
MAC_VOICES = {"en": "Samantha", "de": "Anna"}


def tone(level: str, volume: float) -> NDArray[np.float32]:
    """Return a level's tones (n,) at RATE_HZ, with soft edges; empty where it has none."""
    parts = []
    for hertz, length_s in TONES.get(level, ()):
        time_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
        edge = np.minimum(1.0, np.minimum(time_s, length_s - time_s) / 0.01)
        parts += [0.5 * volume * edge * np.sin(2 * np.pi * hertz * time_s), np.zeros(round(0.03 * RATE_HZ))]
    return np.concatenate(parts).astype(np.float32) if parts else np.zeros(0, np.float32)


def command(language: Language, volume: float, system: str = sys.platform) -> list[str]:
    """Return what speaks on this system: a command that reads the sentence from its standard input.

    volume: 0..1. Raises InputError where there is none.
    """
    if system == "win32":
        culture = {"en": "en-US", "de": "de-DE"}[language]
        script = WINDOWS.format(volume=round(100 * volume), language=culture)
        names: tuple[str, ...] = ("powershell",)
        options = ["-NoProfile", "-Command", script]
    elif system == "darwin":
        names, options = ("say",), ["-v", MAC_VOICES[language], "-f", "-"]
    else:
        names, options = (
            ("espeak-ng", "espeak"),
            ["-v", language, "-a", str(round(100 * volume)), "-s", "165", "--stdin"],
        )
    for name in names:
        if program := shutil.which(name):
            return [program, *options]
    text = "{setting}: expected {program} to speak with, found none on this system"
    raise InputError("no_speech", text, setting=Setting("voice"), program=names[0])


def play(sound: NDArray[np.float32]) -> None:
    """Play a sound to its end; a machine that cannot stays silent."""
    with contextlib.suppress(Exception):
        import sounddevice

        sounddevice.play(sound, RATE_HZ, blocking=True)


class Speaker(Protocol):
    """Speak one sentence at a time."""

    @property
    def busy(self) -> bool:
        """Tell whether something is being said."""

    def say(self, text: str, volume: float) -> None:
        """Begin to say something; whatever is being said ends first."""

    def stop(self) -> None:
        """Fall silent at once."""


class SystemSpeaker:
    """Speak with the system's own program; use from one thread."""

    def __init__(self, language: Language) -> None:
        """Raises InputError where the system has no such program."""
        self._language = language
        command(language, 1.0)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def busy(self) -> bool:
        """Tell whether something is being said."""
        return self._process is not None and self._process.poll() is None

    def say(self, text: str, volume: float) -> None:
        """Begin to say something; whatever is being said ends first."""
        self.stop()
        nowhere = subprocess.DEVNULL
        line = command(self._language, volume)
        self._process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # a program that ended at once has said nothing, and nothing else is lost
            self._process.stdin.write(text.encode())
            self._process.stdin.close()

    def stop(self) -> None:
        """Fall silent at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Speech:
    """Say what moments call for."""

    def __init__(
        self,
        language: Language = "en",
        speaker: Callable[[Language], Speaker] = SystemSpeaker,
        sound: Callable[[NDArray[np.float32]], None] = play,
    ) -> None:
        """speaker: makes what speaks. Raises InputError when the system cannot."""
        self._speaker, self._sound = speaker(language), sound
        self._cues = LiveCues(language)
        self._say: queue.SimpleQueue[Saying | None] = queue.SimpleQueue()
        self._muted, self._volume = False, 0.8
        self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
        self._thread.start()

    def tell(self, moment: LiveFrame) -> None:
        """Say what a moment calls for, if anything."""
        for saying in self._cues.tell(moment):
            self.say(saying)

    def say(self, saying: Saying) -> None:
        """Say something, unless muted; returns at once."""
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
        waiting: Saying | None = None
        try:
            while True:
                try:
                    saying = self._say.get(timeout=0.05 if waiting else None)
                except queue.Empty:
                    saying = waiting
                    if self._speaker.busy:
                        continue
                    waiting = None
                if saying is None:
                    return
                if saying.interrupts:
                    self._speaker.stop()
                    waiting = None
                elif self._speaker.busy:
                    waiting = saying if saying.level in WAITS else waiting
                    continue
                self._speak(saying)
        finally:
            self._speaker.stop()

    def _speak(self, saying: Saying) -> None:
        if not saying.text:
            return
        sound = tone(saying.level, self._volume)
        if len(sound):
            self._sound(sound)
        self._speaker.say(saying.text, self._volume)
