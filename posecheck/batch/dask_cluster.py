"""Work on a Dask cluster: the executor for many machines. Only places and names go through its scheduler."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar
from uuid import uuid4

from posecheck.batch.executors import WorkerDied
from posecheck.core.errors import PosecheckError, Setting

T = TypeVar("T")
R = TypeVar("R")

CLUSTER = Setting("cluster")
CONNECT_S, WORKERS_S = 10, 60
AHEAD = 4
"""Tasks handed over for each thread of the cluster: more would only fill the scheduler's memory."""


class DaskCluster:
    """Work on the workers of a Dask scheduler, which gives the task of a worker that dies to another."""

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
        """Yield answers as they come; leaving early takes back what has not begun."""
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        run, rest = uuid4().hex[:8], iter(enumerate(tasks))
        open_: dict[Any, T] = {}

        def more() -> Any:
            for number, task in rest:
                future = self._client.submit(work, task, key=f"posecheck-{run}-{number}", pure=False)
                open_[future] = task
                return future
            return None

        first = [future for _ in range(max(32, AHEAD * self.workers)) if (future := more()) is not None]
        coming = as_completed(first, loop=self._client.loop)
        try:
            for future in coming:
                task = open_.pop(future)
                try:
                    answer = future.result()
                except KilledWorker:
                    answer = WorkerDied(1 + _allowed_failures())
                future.release()
                following = more()
                if following is not None:
                    coming.add(following)
                yield task, answer
        finally:
            if open_:
                self._client.cancel(list(open_))
            self._client.close()


def _allowed_failures() -> int:
    import dask

    return int(dask.config.get("distributed.scheduler.allowed-failures", 3))
