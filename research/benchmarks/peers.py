"""Compare the speed with other programs on the same clip in the same run.

    python -m research.benchmarks.peers [--python PYTHON] [--write]

PYTHON is the interpreter of a separate environment with `sports2d` (which pins other versions). A program that is not
installed, or whose model is not available, gets a row that says so instead of figures.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from posecheck.capture.pose.model_file import ensure
from posecheck.capture.video.reader import VideoReader
from posecheck.recordings import check as recording
from posecheck.recordings.request import Request
from research.benchmarks.footing import CLIP, STRETCH, bare
from research.benchmarks.speed import machine, timed, write

PATIENCE_S = 1800
SPORTS2D = """
import json, sys, time
from importlib.metadata import version
from Sports2D import Sports2D
clip, out = sys.argv[1:3]
start = time.perf_counter()
Sports2D.process({
    "base": {"video_input": clip, "result_dir": out, "show_realtime_results": False, "save_vid": True,
             "save_img": False, "nb_persons_to_detect": 1},
    "pose": {"mode": "balanced", "pose_model": "Body_with_feet"},
    "post-processing": {"show_graphs": False},
})
print(json.dumps({"version": version("sports2d"), "wall": time.perf_counter() - start}))
"""


def sports2d(python: str, clip: Path, frames: int) -> str:
    """Run Sports2D on a clip and return its row of the table.

    Args:
        python: The interpreter that has Sports2D.
        clip: The clip.
        frames: The number of frames in it.

    Returns:
        A Markdown row with frames a second, or with the reason why there are none.
    """
    with tempfile.TemporaryDirectory() as out:
        command = [python, "-c", SPORTS2D, str(clip), out]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, cwd=out, check=False)
        except subprocess.TimeoutExpired:
            return f"| Sports2D | not done after {PATIENCE_S} s |"
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:200]
        return f"| Sports2D | not measured: {why} |"
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return f"| Sports2D {told['version']}, balanced, annotated video | {frames / told['wall']:.1f} |"


def rows(python: str | None, rounds: int) -> list[str]:
    """Return the table of frames a second.

    Args:
        python: The interpreter that has Sports2D; None to leave it out.
        rounds: How often each side is timed; they take turns, and the median counts.
    """
    model = ensure()
    with VideoReader(CLIP) as reader:
        frames = sum(1 for _ in reader)

    def check() -> None:
        with tempfile.TemporaryDirectory() as out:
            recording.check(Request(CLIP, STRETCH, Path(out) / "results"))

    sides: dict[str, Callable[[], object]] = {
        "posecheck check, annotated video": check,
        "bare MediaPipe loop": lambda: bare(CLIP, model),
    }
    took: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, work in sides.items():
            took[name].append(timed(work)[0])
    lines = ["| | frames a second |", "|---|---|"]
    lines += [f"| {name} | {frames / statistics.median(times):.1f} |" for name, times in took.items()]
    missing = "| Sports2D | not measured: name an interpreter that has it with `--python` |"
    return [*lines, missing if python is None else sports2d(python, CLIP, frames)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", help="interpreter of an environment with sports2d")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    given = parser.parse_args()
    about = machine()
    lines = [*rows(given.python, given.rounds), "", about]
    print("\n".join(lines))
    if given.write:
        write("peers", lines)


if __name__ == "__main__":
    main()
