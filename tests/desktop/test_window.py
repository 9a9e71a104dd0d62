"""The desktop window: keys and film with a stand-in for the screen, and the whole command on a virtual screen."""

import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageGrab

from posecheck.capture.pose import model_file
from posecheck.capture.pose.landmark_file import load_track
from posecheck.capture.video.camera import NewestFrame
from posecheck.capture.video.reader import VideoReader
from posecheck.capture.video.writer import VideoWriter
from posecheck.core.errors import InputError, ModelError
from posecheck.core.frame import Frame, Rgb
from posecheck.desktop.display import ESCAPE
from posecheck.desktop.window import Loop
from posecheck.live.announcements import Saying
from posecheck.live.coach import Coach, LiveFrame
from posecheck.live.film import Film
from posecheck.live.sets import Set
from posecheck.results.summary_file import SummaryFile
from posecheck.stretches.library import find_stretch
from research.harness.replayed import ROOT, STRETCH, TOO_FAR, ReplayedEngine, true_track
from tests.support import screens

FILM = ROOT / "sample_videos" / "standing-extension-too-far.mp4"
STOP_RED = (168, 56, 0)
WAIT_S = 240.0

pytestmark = pytest.mark.skipif(not TOO_FAR.is_file(), reason="sample clips are not here")


class Frames:
    """A camera of grey pictures, 25 a second by their own times; breaks or falls silent when asked to."""

    def __init__(self, seconds: float, *, then: Exception | None = None, silent: bool = False) -> None:
        self._n, self._then, self._silent = round(seconds * 25), then, silent
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[Frame]:
        for i in range(self._n):
            yield Frame(i, i / 25, np.full((480, 640, 3), 90, np.uint8))
        if self._then is not None:
            raise self._then
        if self._silent:
            self.closed.wait(5)

    def close(self) -> None:
        self.closed.set()


class Keyed:
    """A screen that remembers what it showed, and from which keys come at given pictures."""

    def __init__(self, keys: dict[int, str]) -> None:
        self._keys = keys
        self.pictures: list[Rgb] = []
        self.full = False

    def show(self, rgb: Rgb) -> str:
        self.pictures.append(rgb)
        return self._keys.get(len(self.pictures) - 1, "")

    def toggle_full(self) -> None:
        self.full = not self.full

    def close(self) -> None:
        """Leave nothing."""


class Heard:
    """A voice that remembers."""

    def __init__(self) -> None:
        self.said: list[Saying] = []
        self.done: list[str] = []

    def tell(self, moment: LiveFrame) -> None:
        self.done.append(moment.phase)

    def toggle_mute(self) -> None:
        self.done.append("mute")

    def louder(self, steps: int) -> None:
        self.done.append(f"louder {steps}")

    def close(self) -> None:
        """Leave nothing."""


def loop(keys: dict[int, str], **more: object) -> Loop:
    coach, engine = Coach(find_stretch(STRETCH)), ReplayedEngine(true_track())
    return Loop(coach, engine, Keyed(keys), **more)  # type: ignore[arg-type]


def run(made: Loop, frames: Frames) -> None:
    with NewestFrame(frames, every=True) as camera:
        made.run(camera)
    assert frames.closed.is_set()


def test_keys_pause_go_on_end_and_quit() -> None:
    phases: list[str] = []
    kept: list[Set] = []
    made = loop(
        {100: " ", 110: " ", 150: "e", 155: " ", 160: "f", 170: "q"},
        shown=lambda moment: phases.append(moment.phase),
        keep=kept.append,
    )
    run(made, Frames(10))
    assert len(phases) == 171
    assert (phases[100], phases[101], phases[111], phases[151], phases[156]) == (
        "running",
        "paused",
        "running",
        "over",
        "guide",
    )
    assert [done.why for done in kept] == ["asked"]
    assert isinstance(made.screen, Keyed)
    assert made.screen.full


def test_a_closed_window_quits_and_keeps_the_set() -> None:
    kept: list[Set] = []
    run(loop({120: ESCAPE}, keep=kept.append), Frames(10))
    assert [done.why for done in kept] == ["camera"]


def test_the_voice_has_its_keys() -> None:
    voice = Heard()
    run(loop({3: "m", 5: "+", 7: "-"}, voice=voice), Frames(0.5))
    assert [done for done in voice.done if done != "guide"] == ["mute", "louder 1", "louder -1"]


def test_the_picture_is_mirrored_unless_asked_otherwise() -> None:
    shown = []
    for mirrored in (True, False):
        made = loop({}, mirrored=mirrored)
        half = Frames(0.2)
        run(made, half)
        assert isinstance(made.screen, Keyed)
        shown.append(made.screen.pictures[-1])
    difference = np.abs(shown[0].astype(int) - shown[1].astype(int)).max(axis=2)
    header, picture = difference[: round(640 * 0.19)], difference[round(640 * 0.19) : round(640 * 0.19) + 480]
    assert header.max() == 0, "text is never mirrored"
    assert picture.max() > 100, "the skeleton is"


def test_a_camera_that_breaks_or_falls_silent_is_said_and_the_set_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Set] = []
    with pytest.raises(InputError, match="camera 0: gone"):
        run(loop({}, keep=kept.append), Frames(5, then=InputError("camera 0: gone")))
    assert len(kept) == 1
    monkeypatch.setattr(NewestFrame.take, "__defaults__", (0.2,))
    frames = Frames(5, silent=True)
    with pytest.raises(InputError, match="none came for 5 s; was it unplugged"):
        run(loop({}, keep=kept.append), frames)
    assert len(kept) == 2


def test_only_the_newest_frame_is_shown_of_a_camera() -> None:
    gate: queue.Queue[None] = queue.Queue()

    class Slow(Frames):
        def __iter__(self) -> Iterator[Frame]:
            yield from super().__iter__()
            gate.put(None)
            self.closed.wait(5)

    with NewestFrame(Slow(1)) as camera:
        gate.get(timeout=10)
        frame = camera.take()
        assert frame is not None
        assert frame.index == 24
        assert camera.dropped == 24


def test_the_film_is_the_set_and_only_the_set(tmp_path: Path) -> None:
    film = Film(tmp_path / "set.mp4")
    kept: list[Set] = []

    def keep(done: Set) -> None:
        kept.append(done)
        assert film.finish() == tmp_path / "set.mp4"

    run(loop({140: "e"}, film=film, keep=keep), Frames(6))
    with VideoReader(tmp_path / "set.mp4") as reader:
        times = [frame.time_s for frame in reader]
    assert len(times) == len(kept[0].analysis.track)
    np.testing.assert_allclose(times, kept[0].analysis.track.time_s, atol=0.002)
    film.discard()
    run(loop({}, film=Film(tmp_path / "none.mp4")), Frames(1.5))


def test_a_set_that_is_none_leaves_no_film(tmp_path: Path) -> None:
    film = Film(tmp_path / "set.mp4")
    run(loop({}, film=film), Frames(1.6))
    film.discard()
    assert list(tmp_path.iterdir()) == []


def command(*more: str) -> list[str]:
    return [sys.executable, "-m", "posecheck", "live", "--stretch", STRETCH, *more]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.parametrize("display", [None, ":987"])
def test_without_a_display_it_says_so_in_one_line(display: str | None) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    environment |= {"DISPLAY": display} if display else {}
    done = subprocess.run(command(), env=environment, capture_output=True, text=True, timeout=WAIT_S)
    assert done.returncode == 2
    assert re.fullmatch(r"posecheck: expected a display to open a window on, found none .*\n", done.stderr)


@pytest.fixture
def screen() -> Iterator[str]:
    """Return a screen in memory."""
    if not screens.installed():
        pytest.skip("Xvfb is not installed")
    with screens.screen() as name:
        yield name


def have_model() -> bool:
    try:
        return model_file.find("full") is not None
    except ModelError:
        return False


def shown(display: str) -> Rgb:
    return np.asarray(ImageGrab.grab(xdisplay=display).convert("RGB"), np.uint8)


@pytest.mark.skipif(not have_model(), reason="the pose model is not here; run `posecheck model fetch`")
def test_a_file_before_the_camera_raises_its_flag_on_the_screen_and_is_kept(screen: str, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    with VideoReader(FILM) as reader, VideoWriter(clip, reader.info.size_wh, 12.5) as writer:
        for frame in reader:
            if frame.index % 2 == 0 and frame.time_s < 8.2:
                writer.write(frame.rgb, frame.time_s)
    line = command(str(clip), "--every-frame", "--record", str(tmp_path / "kept"), "--record-video")
    seen = False
    with subprocess.Popen(line, env={**os.environ, "DISPLAY": screen}, stdout=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + WAIT_S
        while process.poll() is None and time.monotonic() < end:
            red = np.abs(shown(screen).astype(int) - STOP_RED).max(axis=2) < 12
            seen = seen or int(red.sum()) > 5000
            time.sleep(0.05)
        process.kill()
        assert process.stdout is not None
        said = process.stdout.read()
    assert seen, "the stop was drawn on the screen"
    assert "arched back too far" in said
    kept = tmp_path / "kept" / "set-1"
    assert {path.name for path in kept.iterdir()} >= {"landmarks.npz", "summary.json", "events.csv", "video.mp4"}
    assert SummaryFile.load(kept).verdict == "stop"
    with VideoReader(kept / "video.mp4") as reader:
        assert len(list(reader)) == len(load_track(kept / "landmarks.npz"))


def test_what_is_wrong_is_said_before_anything_opens(tmp_path: Path) -> None:
    for more, said in [
        (("--record-video",), "--record-video: expected --record DIR"),
        (("--every-frame",), "--every-frame: expected a file"),
        (("--set", "nothing.stop=3"), "nothing"),
    ]:
        done = subprocess.run(command(*more), capture_output=True, text=True, timeout=WAIT_S)
        assert done.returncode == 2
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
