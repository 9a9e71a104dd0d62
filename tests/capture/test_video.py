"""Recordings are read upright, at their true times, as far as they are whole; and written whole or not at all."""

import errno
import itertools
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from posecheck.capture.video.camera import CameraSource
from posecheck.capture.video.reader import TIME_BASE, VideoReader
from posecheck.capture.video.writer import VideoWriter
from posecheck.core.errors import InputError, OutputError
from posecheck.core.frame import Frame, Rgb
from tests.support import clip_makers as make

REAL = [
    "tfjs_pose_squats.mp4",
    "tfjs_pose_1.mp4",
    "pose2sim_single_cam01.mp4",
    "pose2sim_single_cam02.mp4",
    "pose2sim_single_cam03.mp4",
    "pose2sim_multi_cam01.mp4",
    "pose2sim_multi_cam03.mp4",
    "sports2d_demo_2people_gymnast.mp4",
    "intel_one-by-one_backview.mp4",
]
SAMPLES = sorted((Path(__file__).parents[2] / "sample_videos").glob("*.mp4"))


def steady(n: int, fps: float = 30.0) -> list[float]:
    return [i / fps for i in range(n)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds, 90 pictures, the index behind the pictures."""
    return make.write_clip(tmp_path_factory.mktemp("whole") / "whole.mp4", make.noise(90), steady(90))


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the index first, as phones and web sites send it."""
    return make.write_clip(tmp_path_factory.mktemp("fast") / "fast.mp4", make.noise(90), steady(90), faststart=True)


def read(path: Path) -> tuple[list[float], str | None]:
    with VideoReader(path) as reader:
        return [frame.time_s for frame in reader], reader.problem


def cv2_frames(path: Path) -> tuple[list[float], Rgb]:
    """Return the times in seconds and the first picture as OpenCV sees them."""
    capture = cv2.VideoCapture(str(path))
    times: list[float] = []
    first = None
    while capture.grab():
        times.append(capture.get(cv2.CAP_PROP_POS_MSEC) / 1000)
        if first is None:
            first = capture.retrieve()[1]
    capture.release()
    assert first is not None
    return times, np.asarray(cv2.cvtColor(first, cv2.COLOR_BGR2RGB), np.uint8)


def assert_one_line(message: str) -> None:
    assert "\n" not in message
    assert "expected" in message


# Reading


def test_frames_count_up_and_carry_their_true_uneven_times(tmp_path: Path) -> None:
    times = [0.0, 0.033, 0.05, 0.4, 0.41, 1.0, 1.5, 1.52]
    path = make.write_clip(tmp_path / "uneven.mp4", make.noise(8), times)
    with VideoReader(path) as reader:
        frames = list(reader)
    assert [frame.index for frame in frames] == list(range(8))
    np.testing.assert_allclose([frame.time_s for frame in frames], times, atol=float(TIME_BASE))
    assert reader.problem is None
    assert reader.repaired_times == 0


def test_times_start_at_zero(tmp_path: Path) -> None:
    path = make.write_clip(tmp_path / "late.mp4", make.noise(5), [5 + t for t in steady(5)])
    times, problem = read(path)
    np.testing.assert_allclose(times, steady(5), atol=float(TIME_BASE))
    assert problem is None


def test_frames_closer_than_a_millisecond_are_put_apart_and_counted(tmp_path: Path) -> None:
    path = make.write_clip(tmp_path / "dense.mp4", make.noise(4), [0.0, 0.0001, 0.0002, 0.1])
    with VideoReader(path) as reader:
        times = [frame.time_s for frame in reader]
    assert times == pytest.approx([0.0, 0.001, 0.002, 0.1], abs=1e-5)
    assert reader.repaired_times == 2


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_rotated_phone_video_is_upright(tmp_path: Path, degrees: int) -> None:
    path = make.write_clip(tmp_path / "phone.mp4", [make.quarters()] * 3, steady(3), rotate=degrees)
    with VideoReader(path) as reader:
        frame = next(iter(reader))
    expected = np.rot90(make.quarters(), -degrees // 90)
    assert frame.rgb.shape == expected.shape
    assert make.colours(frame.rgb) == make.colours(expected)
    assert reader.info.size_wh == (expected.shape[1], expected.shape[0])
    _, picture = cv2_frames(path)
    assert make.colours(picture) == make.colours(frame.rgb)
    assert frame.rgb.flags.c_contiguous


@pytest.mark.parametrize("name", REAL)
def test_real_clips_have_the_times_opencv_gives_and_no_problem(name: str) -> None:
    path = make.shared_clip(name)
    with VideoReader(path) as reader:
        if (reader.info.duration_s or 0) > 20:
            times = [frame.time_s for frame in itertools.islice(reader, 200)]
        else:
            times = [frame.time_s for frame in reader]
        assert reader.problem is None
    theirs, picture = cv2_frames(path)
    np.testing.assert_allclose(times, np.array(theirs[: len(times)]) - theirs[0], atol=0.001)
    assert reader.info.size_wh == (picture.shape[1], picture.shape[0])
    assert len(times) in (len(theirs), 200)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sample_clips_are_read_whole(path: Path) -> None:
    times, problem = read(path)
    assert problem is None
    assert np.allclose(np.diff(times), 1 / 25, atol=1e-4)


def test_very_short(tmp_path: Path) -> None:
    path = make.write_clip(tmp_path / "short.mp4", make.noise(6), steady(6))
    times, problem = read(path)
    assert len(times) == 6
    assert problem is None


def test_one_picture(tmp_path: Path) -> None:
    assert read(make.write_clip(tmp_path / "one.mp4", make.noise(1), [0.0])) == ([0.0], None)


def test_slow_clips_are_not_called_cut_short(tmp_path: Path) -> None:
    path = make.write_clip(tmp_path / "slow.mp4", make.noise(4), [0.0, 1.0, 2.0, 5.0])
    times, problem = read(path)
    assert times == pytest.approx([0.0, 1.0, 2.0, 5.0])
    assert problem is None


def test_4k(tmp_path: Path) -> None:
    path = make.write_clip(tmp_path / "4k.mp4", [make.quarters((3840, 2160))] * 3, steady(3))
    with VideoReader(path) as reader:
        frames = list(reader)
    assert reader.info.size_wh == (3840, 2160)
    assert frames[2].rgb.shape == (2160, 3840, 3)
    assert make.colours(frames[2].rgb) == "RGBW"


def test_a_path_with_spaces_and_accents(tmp_path: Path) -> None:
    folder = tmp_path / "meine Übungen ✓"
    folder.mkdir()
    path = make.write_clip(folder / "Drehung links – 2.mp4", make.noise(3), steady(3))
    assert len(read(path)[0]) == 3
    with pytest.raises(InputError, match="Übungen"), VideoReader(folder / "fehlt é.mp4"):
        pass


# Bad recordings


def test_what_is_no_video_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("this is not a video\n" * 50)
    (tmp_path / "empty.mp4").touch()
    make.write_sound(tmp_path / "sound.mp4")
    (tmp_path / "zeros.mp4").write_bytes(bytes(5000))
    expected = {
        "text.mp4": "no format that can be read",
        "empty.mp4": "found an empty file",
        "sound.mp4": "found only sound",
        "zeros.mp4": "no format that can be read",
        "missing.mp4": "found no such file",
        ".": "found a folder",
    }
    for name, words in expected.items():
        with pytest.raises(InputError, match=words) as caught:
            VideoReader(tmp_path / name)
        assert_one_line(str(caught.value))
        assert str(tmp_path / name) in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads what nobody may")
def test_no_permission(whole: Path, tmp_path: Path) -> None:
    path = make.cut(whole, tmp_path / "secret.mp4", 1.0)
    path.chmod(0)
    with pytest.raises(InputError, match="permission"):
        VideoReader(path)


def test_a_download_without_its_index_cannot_be_read(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cut short") as caught:
        VideoReader(make.cut(whole, tmp_path / "cut.mp4", 0.6))
    assert_one_line(str(caught.value))


def test_a_cut_file_is_read_up_to_the_cut(fast: Path, tmp_path: Path) -> None:
    times, problem = read(make.cut(fast, tmp_path / "cut.mp4", 0.6))
    assert 1.0 < times[-1] < 2.0
    assert problem is not None
    assert problem.startswith("cut.mp4: ")
    assert f"after {times[-1]:.1f} s of 3.0 s; only what came before was analysed" in problem


def test_a_cut_matroska_file_is_noticed_although_it_states_no_number_of_pictures(tmp_path: Path) -> None:
    source = make.write_clip(tmp_path / "whole.mkv", make.noise(90), steady(90))
    assert read(source)[1] is None
    times, problem = read(make.cut(source, tmp_path / "cut.mkv", 0.6))
    assert 1.0 < times[-1] < 2.0
    assert problem is not None
    assert "cut.mkv" in problem


@pytest.mark.parametrize(("start", "end"), [(0.5, 0.6), (0.5, 0.502), (0.9, 1.0), (0.05, 0.9)])
def test_a_damaged_file_is_read_up_to_the_damage(whole: Path, tmp_path: Path, start: float, end: float) -> None:
    path = make.corrupt(whole, tmp_path / "damaged.mp4", start, end)
    with VideoReader(path) as reader:
        frames = list(reader)
    assert len(frames) < 90 * end
    assert frames[-1].time_s <= 3.0 * start
    assert reader.problem is not None
    assert f"damaged after {frames[-1].time_s:.1f} s of 3.0 s" in reader.problem


@pytest.mark.parametrize("name", ["tfjs_pose_squats.mp4", "tfjs_pose_1.mp4"])
def test_a_damaged_real_clip_says_so(name: str, tmp_path: Path) -> None:
    times, problem = read(make.corrupt(make.shared_clip(name), tmp_path / "damaged.mp4", 0.5, 0.55))
    assert times
    assert problem is not None


def test_nothing_reaches_the_terminal(whole: Path, fast: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("no video")
    files = [make.corrupt(whole, tmp_path / "a.mp4", 0.4, 0.5), make.cut(fast, tmp_path / "b.mp4", 0.5), text, whole]
    script = """
import sys
from pathlib import Path
from posecheck.core.errors import InputError
from posecheck.capture.video.reader import VideoReader
from posecheck.capture.video.writer import VideoWriter
for name in sys.argv[2:]:
    try:
        with VideoReader(Path(name)) as reader, VideoWriter(Path(sys.argv[1]), reader.info.size_wh) as writer:
            for frame in reader:
                writer.write(frame.rgb, frame.time_s)
    except InputError:
        pass
"""
    command = [sys.executable, "-c", script, str(tmp_path / "out.mp4"), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# Writing


def written(path: Path, times: list[float], size_wh: tuple[int, int] = (160, 120)) -> Path:
    with VideoWriter(path, size_wh) as writer:
        for rgb, time_s in zip(make.noise(len(times), size_wh), times, strict=True):
            writer.write(rgb, time_s)
    return path


def test_the_film_is_what_browsers_play(tmp_path: Path) -> None:
    path = written(tmp_path / "out.mp4", steady(12))
    order = list(make.boxes(path))
    assert order.index("moov") < order.index("mdat")
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("times", [steady(40, 30000 / 1001), [0.0, 0.02, 0.5, 0.51, 3.25], [2.0, 2.1, 2.5], [0.0]])
def test_times_come_back(tmp_path: Path, times: list[float]) -> None:
    path = written(tmp_path / "out.mp4", times)
    found, problem = read(path)
    expected = np.array(times) - times[0]
    assert np.abs(np.array(found) - expected).max() <= float(TIME_BASE) + 1e-9
    assert problem is None
    with av.open(str(path)) as container:
        stamps = [Fraction(frame.pts) * frame.time_base for frame in container.decode(video=0)]  # type: ignore[arg-type,operator]
    assert np.abs(np.array(stamps, float) - times).max() <= float(TIME_BASE) + 1e-9


def test_colours_come_back(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with VideoWriter(path, (64, 48)) as writer:
        for time_s in steady(5):
            writer.write(make.quarters(), time_s)
    with VideoReader(path) as reader:
        assert all(make.colours(frame.rgb) == "RGBW" for frame in reader)


def test_odd_sizes_lose_a_row_or_column(tmp_path: Path) -> None:
    path = written(tmp_path / "out.mp4", steady(3), (161, 121))
    with VideoReader(path) as reader:
        assert reader.info.size_wh == (160, 120)


def test_equal_times_are_put_apart(tmp_path: Path) -> None:
    assert len(read(written(tmp_path / "out.mp4", [0.0, 0.0, 0.1]))[0]) == 3


@pytest.mark.parametrize("kind", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize("pictures", [0, 5])
def test_an_interruption_leaves_nothing(tmp_path: Path, kind: type[BaseException], pictures: int) -> None:
    def interrupted() -> None:
        with VideoWriter(tmp_path / "out.mp4", (160, 120)) as writer:
            for rgb, time_s in zip(make.noise(pictures), steady(pictures), strict=True):
                writer.write(rgb, time_s)
            raise kind

    with pytest.raises(kind):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    path.write_bytes(b"before")
    with pytest.raises(KeyboardInterrupt), VideoWriter(path, (160, 120)):
        raise KeyboardInterrupt
    assert path.read_bytes() == b"before"


def test_no_pictures_is_an_error_not_an_empty_film(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="expected pictures"), VideoWriter(tmp_path / "out.mp4", (160, 120)):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for target in (tmp_path / "file" / "out.mp4", tmp_path / "nowhere" / "out.mp4"):
        with pytest.raises(OutputError) as caught, VideoWriter(target, (160, 120)):
            pass
        assert_one_line(str(caught.value))
        assert str(caught.value).startswith(f"{target}: ")
        assert ".part" not in str(caught.value)


def test_a_codec_that_does_not_open_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(av, "open", refused)
    with pytest.raises(OutputError, match="expected a place to write to"):
        VideoWriter(tmp_path / "out.mp4", (160, 120))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_where_the_film_should_be(tmp_path: Path) -> None:
    (tmp_path / "out.mp4").mkdir()
    with pytest.raises(OutputError) as caught:
        written(tmp_path / "out.mp4", steady(2))
    assert_one_line(str(caught.value))
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


def test_no_camera() -> None:
    with pytest.raises(InputError, match="camera 99: expected a camera") as caught:
        CameraSource(99)
    assert_one_line(str(caught.value))


def test_frames_fit_the_pipeline(whole: Path) -> None:
    with VideoReader(whole) as reader:
        frame = next(iter(reader))
    assert isinstance(frame, Frame)
    assert frame.rgb.dtype == np.uint8
    reader.close()
    reader.close()
