"""Measure how a batch speeds up with more workers.

    python -m research.benchmarks.batch [--rounds N] [--workers 2] [--cluster]

Checks the sample recordings alternately with one worker and with more. Prints the ratio of the times and the processor
time for a second of video. --cluster also runs them on a Dask scheduler and workers on this machine, which are idle
during the other runs.
"""

import argparse
import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from posecheck.batch import Batch, run
from posecheck.batch.dask_cluster import DaskCluster
from posecheck.batch.executors import Executor, LocalProcesses
from posecheck.batch.manifest import Item
from posecheck.batch.tasks import Options
from research.benchmarks.speed import machine, write

ROOT = Path(__file__).parents[2]
SAMPLES = {
    "chair-twist-good-form": "chair-twist",
    "chair-twist-over-rotation": "chair-twist",
    "standing-twist-over-rotation": "standing-twist",
    "standing-twist-pelvis-turning": "standing-twist",
    "standing-extension-good-form": "standing-extension-hands-behind-head",
    "standing-extension-too-far": "standing-extension-hands-behind-head",
    "chair-twist-too-abrupt": "chair-twist",
    "childs-pose": "childs-pose",
}


def items(count: int) -> list[Item]:
    """Return the first `count` sample recordings as manifest items."""
    chosen = list(SAMPLES.items())[:count]
    return [Item(str(ROOT / "sample_videos" / f"{name}.mp4"), stretch, name) for name, stretch in chosen]


def once(executor: Executor, options: Options, count: int) -> tuple[float, float, float]:
    """Run a batch once and measure it.

    Args:
        executor: What runs the tasks.
        options: The options of the batch.
        count: How many sample recordings to check.

    Returns:
        Wall seconds, processor seconds, and seconds of video in the batch.

    Raises:
        SystemExit: If a recording failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        start, before = time.perf_counter(), _spent()
        rows = run(Batch(items(count), Path(folder) / "out", options), executor)
        wall, cpu = time.perf_counter() - start, _spent() - before
    if wrong := [row.error for row in rows if row.status != "done"]:
        raise SystemExit("\n".join(wrong))
    return wall, cpu, sum(row.duration_s or 0.0 for row in rows)


def _spent() -> float:
    """Return the processor seconds of this process's children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Run a Dask scheduler with this many workers on this machine, and yield its address."""
    started: list[subprocess.Popen[bytes]] = []

    def start(what: str, *words: str) -> None:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *words]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        started.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scheduler.json"
        try:
            start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
            while not (file.is_file() and file.read_text(encoding="utf-8").endswith("}")):
                time.sleep(0.1)
            address = str(json.loads(file.read_text(encoding="utf-8"))["address"])
            for _ in range(workers):
                start("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
            yield address
        finally:
            for process in reversed(started):
                process.kill()
                process.wait()


def figures(rounds: int, workers: int, options: Options, recordings: int, address: str | None) -> list[str]:
    """Compare one worker with several, and with a Dask cluster if there is one.

    Args:
        rounds: How often each configuration runs; they take turns.
        workers: The number of workers that one worker is compared with.
        options: The options of the batch.
        recordings: How many sample recordings a batch holds.
        address: The address of the Dask scheduler; None to leave the cluster out.

    Returns:
        The lines of the report, in Markdown.
    """
    runs: dict[int, list[tuple[float, float, float]]] = {1: [], workers: []}
    far: list[tuple[float, float, float]] = []
    for _ in range(rounds):
        for count, took in runs.items():
            took.append(once(LocalProcesses(count), options, recordings))
        if address is not None:
            far.append(once(DaskCluster(address), options, recordings))
    ratios = [one[0] / more[0] for one, more in zip(runs[1], runs[workers], strict=True)]
    lines = [
        f"{recordings} recordings, {runs[1][0][2]:.0f} s of video, {rounds} rounds in turns.",
        "",
        "| workers | wall s (median) | processor s (median) | processor s for a second of video |",
        "|---|---|---|---|",
    ]
    for count, took in runs.items():
        wall, cpu = (statistics.median(run[i] for run in took) for i in (0, 1))
        lines.append(f"| {count} | {wall:.1f} | {cpu:.1f} | {cpu / took[0][2]:.2f} |")
    if far:
        wall = statistics.median(run[0] for run in far)
        lines.append(f"| {workers} on a Dask cluster of this machine | {wall:.1f} | not told | not told |")
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    return [*lines, "", f"{workers} workers are {statistics.median(ratios):.2f} times one (median; {spread})."]


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--recordings", type=int, choices=range(1, len(SAMPLES) + 1), default=len(SAMPLES))
    parser.add_argument("--video", action="store_true", help="draw the annotated videos and write the reports too")
    parser.add_argument("--cluster", action="store_true", help="the same on a Dask cluster of this machine too")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    given = parser.parse_args()
    options = Options(draw=given.video, report=given.video)
    about = machine()
    with cluster(given.workers) if given.cluster else contextlib.nullcontext() as address:
        lines = [*figures(given.rounds, given.workers, options, given.recordings, address), "", about]
    print("\n".join(lines))
    if given.write:
        write("batch", lines)


if __name__ == "__main__":
    main()
