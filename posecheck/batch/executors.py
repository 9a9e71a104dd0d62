"""Executors run the tasks of a batch: the interface, and the executor that uses processes on this machine.

A batch passes a function and its tasks to an executor and receives the answers in the order in which they are
computed. dask_cluster.py holds the executor for a cluster.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, TypeVar

from posecheck.core.errors import PosecheckError

T = TypeVar("T")
R = TypeVar("R")

MAX_DEATHS = 3
"""Number of workers that may die on one recording before it is given up; a Dask scheduler's default is the same."""


@dataclass(frozen=True, slots=True)
class WorkerDied:
    """Take the place of an answer when every worker that took the task died; times: the number of workers that died."""

    times: int


class Executor(Protocol):
    """Run tasks: on this machine, or on others."""

    def results(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[T, R | WorkerDied]]:
        """Yield each task with its answer, in the order in which the answers are computed.

        Args:
            work: A module-level function, so that other processes can import it. It may run twice for the same task,
                when a worker dies. An exception that it raises is raised here and ends the batch.
            tasks: Small objects that can be pickled.

        Yields:
            A task and its answer, or WorkerDied.
        """


@dataclass(eq=False)
class _Worker:
    """Hold a process, the connection to it, and the number of its current task."""

    process: BaseProcess
    connection: Connection
    task: int | None = None


class LocalProcesses:
    """Run tasks in processes on this machine, one task at a time each.

    A process that dies is replaced, and its task runs again.

    Attributes:
        workers: Number of processes.
    """

    def __init__(self, workers: int | None = None) -> None:
        """Set the number of processes.

        Args:
            workers: Number of processes; None takes the number of usable processors.
        """
        self.workers = workers if workers is not None else usable_processors()

    def results(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[T, R | WorkerDied]]:
        """Yield each task with its answer; see Executor. Leaving the loop early ends the processes."""
        waiting, deaths = deque(range(len(tasks))), Counter[int]()
        workers = [_start_worker(work) for _ in range(min(self.workers, len(tasks)))]
        try:
            while waiting or any(worker.task is not None for worker in workers):
                for worker in workers:
                    if worker.task is None and waiting:
                        worker.task = waiting.popleft()
                        # A worker that has just died is noticed below, when its connection is read.
                        with contextlib.suppress(OSError):
                            worker.connection.send(tasks[worker.task])
                ready = wait([worker.connection for worker in workers if worker.task is not None])
                for worker in [worker for worker in workers if worker.connection in ready]:
                    number, worker.task = worker.task, None
                    assert number is not None
                    try:
                        answer = worker.connection.recv()
                    except (EOFError, OSError):
                        _stop_worker(worker)
                        workers[workers.index(worker)] = _start_worker(work)
                        deaths[number] += 1
                        if deaths[number] >= MAX_DEATHS:
                            yield tasks[number], WorkerDied(deaths[number])
                        else:
                            waiting.append(number)
                        continue
                    if isinstance(answer, _Raised):
                        raise answer.error
                    yield tasks[number], answer
        finally:
            for worker in workers:
                _stop_worker(worker)


def usable_processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Raised:
    """Carry an exception of the work from a worker to the batch."""

    error: BaseException


def _start_worker(work: Callable[[Any], Any]) -> _Worker:
    # A spawned process, not a forked one: a fork could copy locks that are never released.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run_worker, args=(theirs, work), name="posecheck-worker", daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _stop_worker(worker: _Worker) -> None:
    worker.connection.close()
    worker.process.terminate()
    worker.process.join(5)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()


def _run_worker(connection: Connection, work: Callable[[Any], Any]) -> None:
    """Answer tasks in a worker process until the connection is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the parent process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = connection.recv()
            try:
                connection.send(work(task))
            except Exception as error:  # noqa: BLE001 (raised again where the answer is awaited)
                connection.send(_Raised(error if isinstance(error, PosecheckError) else RuntimeError(repr(error))))


def _end_with_parent() -> None:
    """End this process at once, even within a recording, when the process that sends the tasks has been killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
