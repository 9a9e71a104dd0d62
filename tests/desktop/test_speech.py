"""The desktop's voice: which sentences are spoken, interrupted and dropped, with a stand-in and with a real program."""

import json
import re
import shutil
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import posecheck
from posecheck.core.errors import InputError
from posecheck.core.i18n import Language
from posecheck.desktop.speech import RATE_HZ, TONES, Speech, SystemSpeaker, command, tone
from posecheck.live.announcements import Saying

STOP = Saying("Come back up.", "stop", True)
CAUTION = Saying("Slower.", "caution")
WAIT_S = 20.0


class Stand:
    """Speak in silence until told that it has finished."""

    def __init__(self) -> None:
        self.busy = False
        self.said: list[tuple[str, float]] = []
        self.stops = 0

    def say(self, text: str, volume: float) -> None:
        self.said.append((text, round(volume, 1)))
        self.busy = True

    def stop(self) -> None:
        self.stops += 1
        self.busy = False


@pytest.fixture
def stand() -> Stand:
    return Stand()


@pytest.fixture
def sounds() -> list[int]:
    return []


@pytest.fixture
def speech(stand: Stand, sounds: list[int]) -> Iterator[Speech]:
    def play(sound: NDArray[np.float32]) -> None:
        sounds.append(len(sound))

    made = Speech("en", lambda language: stand, play)
    yield made
    made.close()
    made.close()


def until(what: Iterator[bool] | None = None, *, stand: Stand, count: int) -> None:
    end = time.monotonic() + WAIT_S
    while len(stand.said) < count and time.monotonic() < end:
        time.sleep(0.01)


def texts(stand: Stand) -> list[str]:
    return [text for text, _ in stand.said]


def test_a_stop_interrupts_and_the_rest_is_left_out_meanwhile(speech: Speech, stand: Stand, sounds: list[int]) -> None:
    speech.say(CAUTION)
    until(stand=stand, count=1)
    speech.say(Saying("left out", "hold"))
    speech.say(STOP)
    until(stand=stand, count=2)
    assert texts(stand) == ["Slower.", "Come back up."]
    assert stand.stops == 1
    assert sounds == [len(tone("caution", 1.0)), len(tone("stop", 1.0))]


def test_go_waits_for_what_is_being_said(speech: Speech, stand: Stand) -> None:
    speech.say(CAUTION)
    until(stand=stand, count=1)
    speech.say(Saying("Go.", "go"))
    time.sleep(0.2)
    assert texts(stand) == ["Slower."]
    stand.busy = False
    until(stand=stand, count=2)
    assert texts(stand) == ["Slower.", "Go."]


def test_muted_says_nothing_and_stops_at_once(speech: Speech, stand: Stand) -> None:
    speech.say(CAUTION)
    until(stand=stand, count=1)
    speech.toggle_mute()
    speech.say(STOP)
    end = time.monotonic() + WAIT_S
    while stand.busy and time.monotonic() < end:
        time.sleep(0.01)
    assert not stand.busy
    speech.toggle_mute()
    speech.louder(-3)
    speech.say(STOP)
    until(stand=stand, count=2)
    assert stand.said[-1] == ("Come back up.", 0.5)


def test_tones_are_as_long_as_they_sound_and_never_clip() -> None:
    assert not len(tone("hold", 1.0))
    for level in ("stop", "caution", "go", "end"):
        sound = tone(level, 1.0)
        assert 0.1 < len(sound) / RATE_HZ < 0.6
        assert 0.3 < np.abs(sound).max() <= 0.5
        assert abs(sound[0]) < 0.01


@pytest.mark.parametrize(("system", "program"), [("linux", "espeak-ng"), ("darwin", "say"), ("win32", "powershell")])
def test_a_system_without_speech_is_told(monkeypatch: pytest.MonkeyPatch, system: str, program: str) -> None:
    monkeypatch.setattr("posecheck.desktop.speech.shutil.which", lambda name: None)
    with pytest.raises(InputError, match=f"expected {program} to speak with"):
        command("de", 0.5, system)
    monkeypatch.setattr("posecheck.desktop.speech.shutil.which", lambda name: f"/usr/bin/{name}")
    line = command("de", 0.5, system)
    assert line[0] == f"/usr/bin/{program}"
    assert any("de" in part or part == "Anna" for part in line[1:])


def test_the_program_is_given_the_sentence_and_is_killed_by_a_stop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    heard = tmp_path / "heard"
    script = (
        f"import pathlib, sys, time; text = sys.stdin.read(); "
        f"pathlib.Path({str(heard)!r}).write_text(text, encoding='utf-8'); time.sleep(60)"
    )

    def stands(language: Language, volume: float) -> list[str]:
        return [sys.executable, "-X", "utf8", "-c", script]

    monkeypatch.setattr("posecheck.desktop.speech.command", stands)
    speaker = SystemSpeaker("de")
    speaker.say("Kommen Sie zurück; -v en", 0.5)
    end = time.monotonic() + WAIT_S
    while not (heard.is_file() and heard.read_text(encoding="utf-8")) and time.monotonic() < end:
        time.sleep(0.02)
    assert heard.read_text(encoding="utf-8") == "Kommen Sie zurück; -v en"
    assert speaker.busy
    speaker.stop()
    assert not speaker.busy


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize(("language", "text"), [("en", "Come back a little."), ("de", "Kommen Sie etwas zurück.")])
def test_the_real_program_speaks(tmp_path: Path, language: Language, text: str) -> None:
    out = tmp_path / "spoken.wav"
    subprocess.run([*command(language, 0.8, "linux"), "-w", str(out)], input=text.encode(), check=True, timeout=60)
    with wave.open(str(out)) as spoken:
        sound = np.frombuffer(spoken.readframes(spoken.getnframes()), np.int16)
        assert 0.5 < len(sound) / spoken.getframerate() < 6
    assert np.abs(sound.astype(int)).max() > 2000


def test_browser_and_window_have_the_same_tones() -> None:
    script = (Path(posecheck.__file__).parent / "app" / "streaming" / "speech.js").read_text(encoding="utf-8")
    table = re.search(r"const TONES = \{(.*?)\n\};", script, re.DOTALL)
    assert table is not None
    rows = re.findall(r"^ +(\w+): (\[\[.*\]\]),$", table[1], re.MULTILINE)
    in_browser = {
        level: tuple((hertz, length_s) for hertz, _, length_s, _ in json.loads(notes)) for level, notes in rows
    }
    assert in_browser == TONES
