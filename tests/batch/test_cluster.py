"""A batch on a real Dask scheduler with two worker processes over TCP, one of which is killed during its work."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from posecheck.batch import Batch, run
from posecheck.batch.dask_cluster import DaskCluster
from posecheck.batch.manifest import of_paths
from posecheck.batch.tasks import PARTIAL, Options, Row
from tests.support import batch_work

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120


def soon(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Cluster:
    """A scheduler and its workers, each a process of this test."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.started = folder, list[subprocess.Popen[bytes]]()
        file = folder / "scheduler.json"
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        soon(lambda: file.is_file() and file.read_text(encoding="utf-8").endswith("}"))
        self.address = str(json.loads(file.read_text(encoding="utf-8"))["address"])
        self.workers = [
            self.start("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
            for _ in range(2)
        ]

    def start(self, what: str, *words: str) -> "subprocess.Popen[bytes]":
        paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        log = (self.folder / f"{what}-{len(self.started)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{what}", *words],
                env={**os.environ, "PYTHONPATH": paths, "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "info"},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self.started.append(process)
        return process

    def end(self) -> None:
        for process in reversed(self.started):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    held = Cluster(folder)
    try:
        yield held
    finally:
        held.end()


@pytest.mark.timeout(400)
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_work_of_a_worker_that_is_killed_is_done_by_the_other_and_nothing_twice(
    cluster: Cluster, tmp_path: Path
) -> None:
    model = tmp_path / "model.task"
    model.write_bytes(b"model")
    videos, out = tmp_path / "videos", tmp_path / "out"
    videos.mkdir()
    for n in range(6):
        (videos / f"v{n}.mp4").write_text(str(20 + 8 * n), encoding="utf-8")
    (tmp_path / "hold").write_text("v2", encoding="utf-8")
    batch = Batch(of_paths([str(videos)], "chair-twist", out), out, Options(model_file=model, draw=False, report=False))

    killed: list[int] = []

    def tell(_: Row) -> None:
        """Kill whoever is in the middle of v2, when others have been answered."""
        busy = [pid for name, pid, what in batch_work.notes(tmp_path) if name == "v2" and what == "began"]
        if killed or not busy:
            return
        soon(lambda: (out / PARTIAL / "half").is_dir())
        victim = next(worker for worker in cluster.workers if worker.pid == busy[0])
        victim.kill()
        victim.wait()
        killed.append(busy[0])
        (tmp_path / "hold").unlink()

    rows = run(batch, DaskCluster(cluster.address), tell, batch_work.work)
    assert len(killed) == 1
    assert [row.status for row in rows] == ["done"] * 6
    notes = batch_work.notes(tmp_path)
    assert next(pid for name, pid, what in notes if (name, what) == ("v2", "began")) == killed[0]
    ended = [(name, pid) for name, pid, what in notes if what == "done"]
    assert Counter(name for name, _ in ended) == {f"v{n}": 1 for n in range(6)}
    assert dict(ended)["v2"] != killed[0]
    assert not (out / PARTIAL).exists()

    again = run(batch, DaskCluster(cluster.address), one=batch_work.work)
    assert [row.status for row in again] == ["kept"] * 6
    assert [row.headline for row in again] == [row.headline for row in rows]
