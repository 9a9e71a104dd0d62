"""Measure speed and memory beside bare MediaPipe in one run.

    python -m research.benchmarks.speed [PARTS] [--write]

Parts: frames (frames a second beside MediaPipe alone), left (time per frame for everything but the pose), again
(judging an hour again), help (starting the command), every (the effect of --every on speeds), memory, growth. All run
unless PARTS names some; the hour-long clip of memory must be asked for with --minutes. Both sides of a comparison are
measured in turns, so that a busy machine slows both. --write puts the figures into docs/performance.md.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from posecheck.assessment.analysis import judge, judge_again
from posecheck.assessment.session import Session
from posecheck.capture.pose.landmark_file import save_track
from posecheck.capture.pose.mediapipe import MediaPipeEstimator
from posecheck.capture.pose.model_file import ensure
from posecheck.capture.video.reader import VideoReader
from posecheck.kinematics.angles import INDEX
from posecheck.recordings import check as recording
from posecheck.recordings.outcome import Done
from posecheck.recordings.request import Request
from posecheck.stretches.library import find_stretch
from posecheck.stretches.profiles import Profile
from research.benchmarks.footing import CLIP, PEOPLE, ROOT, STRETCH, bare, hour_of, looped, resized, track_of
from research.docs_block import replace_block

DOCS = ROOT / "docs"
Lines = list[str]


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Run a piece of work and return its wall seconds and the processor seconds of all its threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def frames(seconds: float, rounds: int) -> Lines:
    """Compare `posecheck check` with a bare loop of decoding and detecting, in turns.

    Args:
        seconds: The length of the clip.
        rounds: How often each side runs.

    Returns:
        The lines of the report, in Markdown.
    """
    model = ensure()
    with tempfile.TemporaryDirectory() as folder:
        clip = looped(CLIP, Path(folder) / "clip.mp4", seconds)

        def check(draw: bool) -> None:
            with tempfile.TemporaryDirectory(dir=folder) as out:
                request = Request(clip, STRETCH, Path(out) / "results", draw=draw)
                recording.check(request)

        n = bare(clip, model)
        sides: dict[str, Callable[[], object]] = {
            "bare loop": lambda: bare(clip, model),
            "check --no-video": lambda: check(False),
            "check, with the annotated video": lambda: check(True),
        }
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
        for _ in range(rounds):
            for name, work in sides.items():
                took[name].append(timed(work))
    lines = [
        f"{n} frames of {CLIP.name} (640 × 480, {seconds:g} s), {rounds} rounds in turns.",
        "",
        "| | frames a second (median) | against the bare loop (median; lowest to highest) | processor ms a frame |",
        "|---|---|---|---|",
    ]
    for name, runs in took.items():
        ratios = [base[0] / run[0] for base, run in zip(took["bare loop"], runs, strict=True)]
        fps = n / statistics.median(run[0] for run in runs)
        cpu = 1000 * statistics.median(run[1] for run in runs) / n
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        lines.append(f"| {name} | {fps:.1f} | {spread} | {cpu:.1f} |")
    return lines


def left() -> Lines:
    """Time the work on a frame after its landmarks are found: geometry, smoothing, checks, session."""
    lines = ["| stretch | median ms a frame | 95th percentile |", "|---|---|---|"]
    for clip, name in PEOPLE.items():
        track = track_of(ROOT / "sample_videos" / f"{clip}.mp4")
        session = Session(find_stretch(name))
        took = []
        for i in range(len(track)):
            one = track.slice(i, i + 1)
            start = time.thread_time()
            session.update(one)
            took.append(1000 * (time.thread_time() - start))
        settled = took[len(took) // 4 :]
        lines.append(f"| {name} | {np.median(settled):.2f} | {np.percentile(settled, 95):.2f} |")
    return lines


def again() -> Lines:
    """Time judging an hour of recording: from its landmarks, and from its readings with changed limits."""
    lines = ["| stretch | from landmarks, s | kept readings, s |", "|---|---|---|"]
    for clip, name in PEOPLE.items():
        hour = hour_of(track_of(ROOT / "sample_videos" / f"{clip}.mp4"))
        stretch = find_stretch(name)
        start = time.process_time()
        before = judge(hour, stretch)
        whole = time.process_time() - start
        item = next(item for item in stretch.ranges if item.caution is not None)
        moved = Profile.from_settings([f"{item.key}.caution={0.98 * (item.caution or 0.0):g}"]).over(stretch)
        took = min(timed(lambda s=moved, b=before: judge_again(b, s))[1] for _ in range(3))  # type: ignore[misc]
        lines.append(f"| {name} | {whole:.2f} | {took:.2f} |")
    return [f"{len(hour)} frames at 30 a second; processor seconds of one core.", "", *lines]


def help_() -> Lines:
    """Time `posecheck --help` in turns with the help of an empty Typer program; the fastest of ten runs counts."""
    empty = "import typer; app = typer.Typer(); app.command()(lambda: None); app(['--help'])"
    commands = {"posecheck": ["-m", "posecheck", "--help"], "empty": ["-c", empty]}
    took: dict[str, list[float]] = {name: [] for name in commands}
    cpu: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(10):
        for name, command in commands.items():
            start, before = time.perf_counter(), os.times()
            subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
            took[name].append(time.perf_counter() - start)
            after = os.times()
            cpu[name].append(
                after.children_user + after.children_system - before.children_user - before.children_system
            )
    ours, least = min(took["posecheck"]), min(took["empty"])
    return [
        f"`posecheck --help`: {ours:.2f} s at best of ten, {min(cpu['posecheck']):.2f} s of processor time; "
        f"{ours / least:.2f} times an empty program whose help Typer prints ({least:.2f} s)."
    ]


def every() -> Lines:
    """Show how skipping frames with --every changes the measured speeds and the time needed."""
    model = ensure()
    lines = [
        "| --every | frames a second judged | highest speed of the main angle, °/s | furthest, ° | verdict "
        "| processor s |",
        "|---|---|---|---|---|---|",
    ]
    for n in (1, 2, 3, 5):
        with tempfile.TemporaryDirectory() as folder:
            request = Request(CLIP, STRETCH, Path(folder) / "out", every=n, draw=False, model_file=model)
            held: list[Done] = []
            _, cpu = timed(lambda r=request, h=held: h.append(recording.check(r)))  # type: ignore[misc]
        analysis = held[0].analysis
        row = INDEX["trunk_inclination"]
        fps = (len(analysis.track) - 1) / (analysis.track.time_s[-1] - analysis.track.time_s[0])
        speed = np.nanmax(np.abs(analysis.judged.rates.value[:, row]))
        far = np.nanmax(np.abs(analysis.judged.readings.value[:, row]))
        lines.append(f"| {n} | {fps:.1f} | {speed:.0f} | {far:.0f} | {analysis.summary.verdict} | {cpu:.1f} |")
    return lines


def memory(minutes: tuple[float, ...], with_model: tuple[float, ...]) -> Lines:
    """Measure the peak memory of `posecheck check` processes on looped clips.

    Args:
        minutes: Lengths of the clips whose landmarks are replayed.
        with_model: Lengths of the clips on which MediaPipe itself runs.

    Returns:
        The lines of the report, in Markdown.
    """
    lines = ["| length, minutes | what found the landmarks | highest memory, MB | frames |", "|---|---|---|---|"]
    plan = [(m, "replayed") for m in minutes] + [(m, "MediaPipe") for m in with_model]
    small = resized(CLIP, Path(tempfile.gettempdir()) / f"posecheck-small-{os.getpid()}.mp4", (320, 240))
    try:
        for length, how in plan:
            with tempfile.TemporaryDirectory() as folder:
                clip = looped(small, Path(folder) / "clip.mp4", 60 * length)
                kept = Path(folder) / "landmarks.npz"
                save_track(kept, track_of(CLIP))
                words = [
                    sys.executable,
                    "-m",
                    "research.benchmarks.footing",
                    str(clip),
                    str(Path(folder) / "out"),
                    how,
                    str(kept),
                ]
                done = subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT)
                told = json.loads(done.stdout.splitlines()[-1])
                lines.append(f"| {length:g} | {how} | {told['peak_mb']:.0f} | {told['frames']} |")
                print(lines[-1], flush=True)
    finally:
        small.unlink(missing_ok=True)
    return lines


def _cost(clip: Path, stretch: str) -> tuple[int, float, float]:
    """Return a clip's frames, and the processor ms per frame of decoding and finding poses, and of a whole check."""
    with VideoReader(clip) as reader, MediaPipeEstimator(ensure()) as estimator:
        poses: list[object] = []
        _, find = timed(lambda: poses.extend(estimator.estimate(frame) for frame in reader))
    with tempfile.TemporaryDirectory() as folder:
        request = Request(clip, stretch, Path(folder) / "out")
        _, whole = timed(lambda: recording.check(request))
    return len(poses), 1000 * find / len(poses), 1000 * whole / len(poses)


def growth() -> Lines:
    """Show how the cost of a frame grows with clip length, resolution and number of people; draw the figure."""
    rows: list[tuple[str, str, float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for seconds in (10, 20, 60):
            _, find, whole = _cost(looped(CLIP, Path(folder) / f"{seconds}.mp4", seconds), STRETCH)
            rows.append(("length", f"{seconds} s", find, whole))
        for size in ((320, 240), (640, 480), (1280, 960), (1920, 1440)):
            _, find, whole = _cost(resized(CLIP, Path(folder) / f"{size[0]}.mp4", size), STRETCH)
            rows.append(("resolution", f"{size[0]} × {size[1]}", find, whole))
    for clip, people in (("chair-twist-good-form", "1 person"), ("chair-twist-bystander", "2 people")):
        _, find, whole = _cost(ROOT / "sample_videos" / f"{clip}.mp4", "chair-twist")
        rows.append(("people", people, find, whole))
    _plot(rows)
    lines = ["| | | decoding and finding the pose, ms | whole check with video, ms |", "|---|---|---|---|"]
    return [*lines, *(f"| {kind} | {what} | {find:.1f} | {whole:.1f} |" for kind, what, find, whole in rows)]


def _plot(rows: list[tuple[str, str, float, float]]) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    kinds = list(dict.fromkeys(row[0] for row in rows))
    fig, axes = plt.subplots(1, len(kinds), figsize=(11, 3.6), constrained_layout=True, sharey=True)
    for ax, kind in zip(axes, kinds, strict=True):
        part = [row for row in rows if row[0] == kind]
        names = [row[1] for row in part]
        ax.bar(names, [row[3] for row in part], color="#56B4E9", width=0.6, label="whole check with annotated video")
        ax.bar(names, [row[2] for row in part], color="#0072B2", width=0.6, label="of it decoding, finding the pose")
        ax.set_title(f"by {kind}")
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(axis="x", labelsize=8.5)
    axes[0].set_ylabel("processor ms a frame")
    axes[0].legend(frameon=False, fontsize=8.5, loc="upper left")
    axes[0].set_ylim(0, 1.3 * max(row[3] for row in rows))
    fig.savefig(DOCS / "performance.png", dpi=110)


PARTS: dict[str, str] = {
    "frames": "Frames a second",
    "left": "What is left of a frame",
    "again": "An hour judged again",
    "help": "The command's first word",
    "every": "Each Nth frame",
    "memory": "Memory",
    "growth": "How cost grows",
}


def machine() -> str:
    """Return a line on the machine and its load."""
    busy = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}, "
        f"load {busy:.1f} when it began, {time.strftime('%Y-%m-%d')}."
    )


def write(name: str, lines: Lines) -> None:
    """Write one part into its block of docs/performance.md.

    Args:
        name: The name of the block.
        lines: The lines to write, in Markdown.
    """
    replace_block(DOCS / "performance.md", name, "\n".join(lines))


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="which figures; all when none is named")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of the clip of `frames`")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of `frames`")
    parser.add_argument("--minutes", type=float, nargs="*", default=[1.0, 10.0], help="lengths of `memory`, replayed")
    parser.add_argument("--model-minutes", type=float, nargs="*", default=[1.0], help="lengths with MediaPipe itself")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    given = parser.parse_args()
    if odd := [name for name in given.parts if name not in PARTS]:
        parser.error(f"expected parts of {', '.join(PARTS)}, got {', '.join(odd)}")
    work: dict[str, Callable[[], Lines]] = {
        "frames": lambda: frames(given.seconds, given.rounds),
        "left": left,
        "again": again,
        "help": help_,
        "every": every,
        "memory": lambda: memory(tuple(given.minutes), tuple(given.model_minutes)),
        "growth": growth,
    }
    for name in given.parts or PARTS:
        about = machine()
        lines = [*work[name](), "", about]
        print(f"\n## {PARTS[name]}\n\n" + "\n".join(lines), flush=True)
        if given.write:
            write(name, lines)


if __name__ == "__main__":
    main()
