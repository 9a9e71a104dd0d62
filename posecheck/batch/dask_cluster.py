"""Run the tasks of a batch on a Dask cluster. Only paths and names pass through its scheduler, never a recording."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar
from uuid import uuid4

from posecheck.batch.executors import WorkerDied
from posecheck.core.errors import PosecheckError, Setting

T = TypeVar("T")
R = TypeVar("R")

CLUSTER = Setting("cluster")
CONNECT_S, WORKERS_S = 10, 60
"""Seconds to wait for the scheduler to answer, and for its first worker."""
AHEAD = 4
"""Tasks submitted per thread of the cluster at a time: more would only fill the scheduler's memory."""


class DaskCluster:
    """Run tasks on the workers of a Dask scheduler, which gives the task of a worker that dies to another worker.

    Attributes:
        workers: Number of threads of the cluster.
    """

    def __init__(self, address: str) -> None:
        """Connect to a scheduler.

        Args:
            address: tcp://host:port of the scheduler.

        Raises:
            PosecheckError: Where no scheduler answers, or it has no workers.
        """
        try:
            from distributed import Client
        except ImportError as error:
            text = "{setting}: expected Dask to be installed"
            raise PosecheckError("no_dask", text, hint="install_cluster", setting=CLUSTER) from error
        try:
            self._client: Any = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            text = "{setting} {address}: expected a Dask scheduler (tcp://host:port), found none that answers"
            raise PosecheckError("no_scheduler", text, setting=CLUSTER, address=address) from error
        try:
            self._client.wait_for_workers(1, timeout=WORKERS_S)
        except TimeoutError as error:
            self._client.close()
            text = "{setting} {address}: expected workers, found none in {seconds} s"
            raise PosecheckError("no_workers", text, setting=CLUSTER, address=address, seconds=WORKERS_S) from error
        self.workers = sum(self._client.nthreads().values())

    def results(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[T, R | WorkerDied]]:
        """Yield each task with its answer; see Executor. Leaving the loop early cancels tasks that have not begun."""
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        run, waiting = uuid4().hex[:8], iter(enumerate(tasks))
        pending: dict[Any, T] = {}

        def submit_next() -> Any:
            for number, task in waiting:
                future = self._client.submit(work, task, key=f"posecheck-{run}-{number}", pure=False)
                pending[future] = task
                return future
            return None

        first = [future for _ in range(max(32, AHEAD * self.workers)) if (future := submit_next()) is not None]
        completed = as_completed(first, loop=self._client.loop)
        try:
            for future in completed:
                task = pending.pop(future)
                try:
                    answer = future.result()
                except KilledWorker:
                    answer = WorkerDied(1 + _allowed_failures())
                future.release()
                following = submit_next()
                if following is not None:
                    completed.add(following)
                yield task, answer
        finally:
            if pending:
                self._client.cancel(list(pending))
            self._client.close()


def _allowed_failures() -> int:
    import dask

    return int(dask.config.get("distributed.scheduler.allowed-failures", 3))
