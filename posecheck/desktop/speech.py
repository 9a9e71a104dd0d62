"""The voice of the desktop window: a tone (extra `voice`), then the operating system's speech program.

Each sentence is spoken by a separate process, so that a stop warning can interrupt a sentence at once. Any other
sentence is dropped while one is being spoken, because a late announcement is worse than none.
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
"""Frequency (Hz) and length (s) of the tones before a sentence; a test checks that voice.js has the same."""
WAITS = ("go", "end")
"""Levels whose sentence waits until the current one is over, instead of being dropped."""
WINDOWS = (
    "Add-Type -AssemblyName System.Speech; [Console]::InputEncoding = [Text.Encoding]::UTF8; "
    "$voice = New-Object System.Speech.Synthesis.SpeechSynthesizer; $voice.Volume = {volume}; "
    "try {{ $voice.SelectVoiceByHints('NotSet', 'NotSet', 0, '{language}') }} catch {{}}; "
    "$voice.Speak([Console]::In.ReadToEnd())"
)
MAC_VOICES = {"en": "Samantha", "de": "Anna"}


def tone(level: str, volume: float) -> NDArray[np.float32]:
    """Return the tones of a level, faded in and out.

    Args:
        level: A key of TONES; others have no tone.
        volume: 0 to 1.

    Returns:
        Samples of shape (n,) at RATE_HZ; empty where the level has no tone.
    """
    parts = []
    for hertz, length_s in TONES.get(level, ()):
        time_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
        edge = np.minimum(1.0, np.minimum(time_s, length_s - time_s) / 0.01)
        parts += [0.5 * volume * edge * np.sin(2 * np.pi * hertz * time_s), np.zeros(round(0.03 * RATE_HZ))]
    return np.concatenate(parts).astype(np.float32) if parts else np.zeros(0, np.float32)


def command(language: Language, volume: float, system: str = sys.platform) -> list[str]:
    """Return the system's speech command, which reads the sentence from its standard input.

    Args:
        language: `en` or `de`.
        volume: 0 to 1.
        system: Name of the operating system, as in sys.platform.

    Raises:
        InputError: The system has no speech program.
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
    """Play a sound and wait for its end; do nothing on a machine that cannot play sounds."""
    with contextlib.suppress(Exception):
        import sounddevice

        sounddevice.play(sound, RATE_HZ, blocking=True)


class Speaker(Protocol):
    """Speak one sentence at a time."""

    @property
    def busy(self) -> bool:
        """Whether a sentence is being spoken."""

    def say(self, text: str, volume: float) -> None:
        """Begin to speak a sentence; a sentence that is being spoken is cut off.

        Args:
            text: The sentence.
            volume: 0 to 1.
        """

    def stop(self) -> None:
        """Stop speaking at once."""


class SystemSpeaker:
    """Speak with the operating system's speech program; use from one thread only."""

    def __init__(self, language: Language) -> None:
        """Choose the language.

        Raises:
            InputError: The system has no speech program.
        """
        self._language = language
        command(language, 1.0)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def busy(self) -> bool:
        """Whether a sentence is being spoken."""
        return self._process is not None and self._process.poll() is None

    def say(self, text: str, volume: float) -> None:
        """Begin to speak a sentence; a sentence that is being spoken is cut off.

        Args:
            text: The sentence.
            volume: 0 to 1.
        """
        self.stop()
        nowhere = subprocess.DEVNULL
        line = command(self._language, volume)
        self._process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # If the program ended at once, only this sentence is lost.
            self._process.stdin.write(text.encode())
            self._process.stdin.close()

    def stop(self) -> None:
        """Stop speaking at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Speech:
    """Speak the announcements of live frames, in its own thread."""

    def __init__(
        self,
        language: Language = "en",
        speaker: Callable[[Language], Speaker] = SystemSpeaker,
        sound: Callable[[NDArray[np.float32]], None] = play,
    ) -> None:
        """Start the thread.

        Args:
            language: `en` or `de`.
            speaker: Creates the speaker of a language.
            sound: Plays the tone before a sentence.

        Raises:
            InputError: The system has no speech program.
        """
        self._speaker, self._sound = speaker(language), sound
        self._cues = LiveCues(language)
        self._say: queue.SimpleQueue[Saying | None] = queue.SimpleQueue()
        self._muted, self._volume = False, 0.8
        self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
        self._thread.start()

    def tell(self, moment: LiveFrame) -> None:
        """Speak the announcements of a live frame, if there are any."""
        for saying in self._cues.tell(moment):
            self.say(saying)

    def say(self, saying: Saying) -> None:
        """Speak a sentence, unless muted; return at once."""
        if not self._muted:
            self._say.put(saying)

    def toggle_mute(self) -> None:
        """Switch the voice off, or on again."""
        self._muted = not self._muted
        if self._muted:
            self._say.put(Saying("", "", True))

    def louder(self, steps: int) -> None:
        """Change the volume by a number of steps; negative steps make it quieter."""
        self._volume = float(np.clip(self._volume + STEP * steps, STEP, 1.0))

    def close(self) -> None:
        """Stop speaking and end the thread; may be called more than once."""
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
