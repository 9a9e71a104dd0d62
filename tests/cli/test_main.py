"""The command line from the outside: exit codes, one clear line each, and nothing written for bad input."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from posecheck.capture.pose.landmark_file import load_track
from posecheck.cli import recordings
from posecheck.cli.main import app
from posecheck.core.paths import reference_poses
from posecheck.history import open_store
from posecheck.stretches.library import all_stretches

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_videos" / "chair-twist-over-rotation.mp4"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def refused(result: Result, *parts: str, code: int = 2, lines: int = 1) -> None:
    assert result.exit_code == code, result.output
    said = [line for line in result.stderr.splitlines() if line]
    assert len(said) == lines, result.stderr
    for part in parts:
        assert part in result.stderr


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the results of the README's example, in a folder with a space and an umlaut."""
    out = tmp_path_factory.mktemp("run") / "Rücken übung"
    command = [
        sys.executable,
        "-m",
        "posecheck",
        "check",
        str(SAMPLE),
        "--stretch",
        "chair-twist",
        "--out",
        str(out),
        "--history",
        "Änne",
    ]
    environment = {**os.environ, "POSECHECK_DB": f"sqlite:///{out.parent / 'history.db'}"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("Session 1 of Änne in ")
    assert "Chair twist" in done.stdout
    assert "Measured:" in done.stdout
    assert "W0000" not in done.stderr
    assert "Traceback" not in done.stderr
    return out


def test_check_writes_everything_it_says(checked: Path) -> None:
    names = {path.name for path in checked.iterdir()}
    assert names == {
        "angles.csv",
        "events.csv",
        "repetitions.csv",
        "cues.csv",
        "summary.json",
        "landmarks.npz",
        "annotated.mp4",
    }
    with (checked / "angles.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert next(iter(rows[0])) == "time_s"
    turned = [float(row["trunk_rotation_deg"]) for row in rows if row["trunk_rotation_deg"]]
    assert max(turned) > 25
    assert all(row["trunk_rotation_error_deg"] for row in rows if row["trunk_rotation_deg"])
    assert all(row["lying_roll_deg"] == "" for row in rows)
    with (checked / "events.csv").open(encoding="utf-8") as file:
        events = list(csv.DictReader(file))
    assert list(events[0]) == ["angle", "kind", "level", "start_s", "end_s", "worst_deg", "worst_s", "message"]
    summary = json.loads((checked / "summary.json").read_text(encoding="utf-8"))
    assert summary["stretch"]["id"] == "chair-twist"
    assert summary["verdict"] == "stop"


def test_a_session_is_kept_when_asked_for_and_once(checked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSECHECK_DB", f"sqlite:///{checked.parent / 'history.db'}")
    with open_store() as store:
        (one,) = store.sessions("Änne")
        held = store.session(one.id)
    summary = json.loads((checked / "summary.json").read_text(encoding="utf-8"))
    assert (held.stretch, held.source, held.headline) == ("chair-twist", SAMPLE.name, summary["headline"])
    assert [{k: v for k, v in item.items() if k != "number"} for item in held.repetitions] == summary["repetitions"]
    again = run("history", "add", checked, "--person", "Änne")
    assert again.stdout == "Already in the history as session 1.\n"


@pytest.mark.parametrize(
    ("url", "person", "said"),
    [
        ("nosuch://host/db", "me", "expected a database this Python has"),
        ("sqlite:///never.db", " ", "1 to 200 characters"),
    ],
)
def test_a_history_that_cannot_be_is_said_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, person: str, said: str
) -> None:
    monkeypatch.setenv("POSECHECK_DB", url)
    out = tmp_path / "out"
    refused(run("check", SAMPLE, "--stretch", "chair-twist", "--out", out, "--history", person), said)
    assert not out.exists()


def test_annotated_video_plays_in_a_browser_and_keeps_the_times(checked: Path) -> None:
    with av.open(str(checked / "annotated.mp4")) as container, av.open(str(SAMPLE)) as original:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        times = [float(frame.time or 0) for frame in container.decode(stream)]
        expected = [float(frame.time or 0) for frame in original.decode(video=0)]
    np.testing.assert_allclose(times, expected, atol=1e-3)


def test_rejudge_needs_no_model_and_says_what_changed(checked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSECHECK_MODEL", "/nowhere")
    result = run("rejudge", checked, "--set", "trunk_rotation.stop=80", "--set", "trunk_rotation.caution=40")
    assert result.exit_code == 0, result.stderr
    told = " ".join(result.stdout.split())
    assert "changed: turned too far at" in told
    assert "stop → caution" in told


def test_rejudge_with_nothing_changed_changes_nothing(checked: Path, tmp_path: Path) -> None:
    result = run("rejudge", checked, "--out", tmp_path / "again")
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "again" / "events.csv").read_text() == (checked / "events.csv").read_text()


def test_fail_on_is_for_scripts(checked: Path) -> None:
    narrow = ["--set", "trunk_rotation.caution=20"]
    assert run("rejudge", checked, "--fail-on", "caution", *narrow).exit_code == 1
    wide = ["--set", "trunk_rotation.caution=80", "--set", "trunk_rotation.stop=90"]
    abrupt = ["--set", "trunk_rotation_abrupt.caution=300"]
    pelvis = ["--set", "pelvis_rotation.caution=80"]
    assert run("rejudge", checked, "--fail-on", "caution", *wide, *abrupt, *pelvis).exit_code == 0
    refused(run("rejudge", checked, "--fail-on", "never"), "--fail-on")


@pytest.mark.parametrize(
    ("level", "verdict", "code"),
    [
        (None, "stop", 0),
        ("stop", "stop", 1),
        ("stop", "caution", 0),
        ("caution", "caution", 1),
        ("caution", "cannot_judge", 0),
        ("cannot_judge", "cannot_judge", 1),
        ("cannot_judge", "stop", 1),
        ("cannot_judge", "borderline", 0),
        ("cannot_judge", "clear", 0),
    ],
)
def test_a_script_sees_what_it_asked_for(level: str | None, verdict: str, code: int) -> None:
    if code == 0:
        recordings._fail(level, verdict)
        return
    with pytest.raises(typer.Exit) as left:
        recordings._fail(level, verdict)
    assert left.value.exit_code == code


def test_json_is_the_summary_and_nothing_else(checked: Path) -> None:
    result = run("rejudge", checked, "--json")
    assert json.loads(result.stdout)["stretch"]["id"] == "chair-twist"


def test_results_are_never_overwritten_without_force(checked: Path) -> None:
    before = {path.name: path.read_bytes() for path in checked.iterdir()}
    refused(run("check", SAMPLE, "-s", "chair-twist", "-o", checked), "--force")
    assert {path.name: path.read_bytes() for path in checked.iterdir()} == before


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder for results that must not exist after bad input."""
    out = tmp_path / "deep" / "out"
    yield out
    assert not out.parent.exists()


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_bad_recordings_get_one_line_and_nothing_is_written(tmp_path: Path, folder: Path) -> None:
    text = written(tmp_path / "text.mp4", b"this is not a video\n" * 50)
    empty = written(tmp_path / "empty.mp4", b"")
    for video, said in (
        (tmp_path / "none.mp4", "no such file"),
        (text, "text.mp4"),
        (empty, "empty"),
        (tmp_path, "folder"),
    ):
        refused(run("check", video, "-s", "chair-twist", "-o", folder), said)


def _video(path: Path, seconds: float, size: tuple[int, int] = (320, 240)) -> Path:
    from posecheck.capture.video.writer import VideoWriter

    with VideoWriter(path, size) as writer:
        for i in range(round(seconds * 20)):
            writer.write(np.full((size[1], size[0], 3), (40, 90, i % 200), np.uint8), i / 20)
    return path


def test_nobody_and_too_short_are_said(tmp_path: Path, folder: Path) -> None:
    refused(
        run("check", _video(tmp_path / "leer ä.mp4", 2), "-s", "chair-twist", "-o", folder),
        "found nobody",
        "leer ä.mp4",
    )
    short = tmp_path / "short.mp4"
    _cut(SAMPLE, short, 5)
    refused(run("check", short, "-s", "chair-twist", "-o", folder), "at least 0.5 s", "short.mp4")


def _cut(source: Path, target: Path, frames: int) -> None:
    from posecheck.capture.video.reader import VideoReader
    from posecheck.capture.video.writer import VideoWriter

    with VideoReader(source) as reader, VideoWriter(target, reader.info.size_wh) as writer:
        for frame in reader:
            if frame.index == frames:
                break
            writer.write(frame.rgb, frame.time_s)


def test_bad_words_are_said_before_any_work(tmp_path: Path, folder: Path) -> None:
    def refuse(*more: str, said: str, code: int = 2) -> None:
        refused(run("check", SAMPLE, "-o", folder, *more), said, code=code)

    refuse("-s", "chair-twsit", said="did you mean chair-twist")
    refuse("-s", "chair-twist", "--neutral", "soon", said="--neutral: expected FROM-TO")
    refuse("-s", "chair-twist", "--model", "huge", said="lite, full or heavy")
    refuse("-s", "chair-twist", "--set", "trunk_rotation.stop=far", said="--set")
    refuse("-s", "chair-twist", "--profile", str(tmp_path / "p.toml"), said="p.toml")
    refuse("-s", "chair-twist", "--model-file", str(tmp_path / "m.task"), said="m.task")
    wrong = tmp_path / "chair-twist.toml"
    text = (reference_poses() / "chair-twist.toml").read_text(encoding="utf-8")
    wrong.write_text(
        text.replace("stop = 45", "stop = 35", 1).replace('risk = "low"', 'risk = "none"'), encoding="utf-8"
    )
    refused(run("check", SAMPLE, "-s", wrong, "-o", folder), "trunk_rotation.stop", "risk", lines=2)


def test_output_that_cannot_be_a_folder_is_said(tmp_path: Path) -> None:
    blocked = written(tmp_path / "file", b"")
    refused(run("check", SAMPLE, "-s", "chair-twist", "-o", blocked), "found a file")
    refused(run("check", SAMPLE, "-s", "chair-twist", "-o", blocked / "below"), "can be written to")


@pytest.mark.parametrize("name", [s.id for s in all_stretches().values() if s.advice == "block"])
def test_blocked_stretches_say_why_and_what_is_safer(name: str, folder: Path) -> None:
    refused(run("check", SAMPLE, "-s", name, "-o", folder), "is not coached", "Safer instead", code=3)


def test_stretches_are_listed_shown_and_validated(tmp_path: Path) -> None:
    assert run("stretches").stdout.count("\n") == len(all_stretches())
    shown = run("stretches", "chair-twist").stdout
    assert "trunk_rotation" in shown
    assert "45°" in shown
    assert "no problems found" in run("stretches", "validate", reference_poses() / "butterfly.toml").stdout
    refused(run("stretches", "validate", tmp_path / "none.toml"), "none.toml")
    refused(run("stretches", "validate"), "expected a stretch file")
    refused(run("stretches", "buterfly"), "did you mean butterfly")


def test_every_command_has_help() -> None:
    for words in ([], ["check"], ["rejudge"], ["stretches"], ["model"], ["model", "path"], ["model", "fetch"], ["app"]):
        result = run(*words, "--help")
        assert result.exit_code == 0
        assert len(result.stdout) > 80


def test_rejudge_of_something_else_is_said(tmp_path: Path) -> None:
    refused(run("rejudge", tmp_path), "found no summary.json")
    written(tmp_path / "summary.json", b"{}")
    refused(run("rejudge", tmp_path), "summary.json: posecheck: expected a value")


def test_saved_landmarks_name_what_made_them(checked: Path) -> None:
    about = load_track(checked / "landmarks.npz").about
    assert about["video"] == SAMPLE.name
    assert about["model"] == "full"


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_interrupted_work_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    command = [sys.executable, "-m", "posecheck", "check", str(SAMPLE), "-s", "chair-twist", "-o", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("deep/.posecheck-*.part")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    # Python itself ends by the signal, which a shell also tells as 130, where it came amid code made from a text,
    # as that of a dataclass is.
    assert process.returncode in (130, -signal.SIGINT), said
    assert "nothing was written" in said
    assert "Traceback" not in said
    assert not out.parent.exists()
