"""Executors run the tasks of a batch: the interface, and the processes of this machine.

A batch gives an executor a function and its tasks and takes the answers as they come, wherever they were computed.
dask_cluster.py holds the other executor.
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
"""A recording is given up after so many workers died on it; the default of a Dask scheduler is the same."""


@dataclass(frozen=True, slots=True)
class WorkerDied:
    """Stand in place of an answer: every worker that took the task died of it, or with it."""

    times: int


class Executor(Protocol):
    """Work through tasks, somewhere."""

    def results(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[T, R | WorkerDied]]:
        """Yield each task with its answer as answers come, in any order; work must do with being asked twice.

        An exception of work is raised here and ends everything. work is a function of a module, tasks are small and
        can be pickled.
        """


@dataclass(eq=False)
class _Worker:
    """Hold a process, the line to it, and the number of the task it is at."""

    process: BaseProcess
    line: Connection
    task: int | None = None


class LocalProcesses:
    """Work in processes of this machine, each at one task at a time; one that dies is replaced, its task done again."""

    def __init__(self, workers: int | None = None) -> None:
        """workers: how many processes; as many as there are processors to use when not given."""
        self.workers = workers if workers is not None else usable_processors()

    def results(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[T, R | WorkerDied]]:
        """Yield answers as they come; leaving early ends the processes."""
        waiting, deaths = deque(range(len(tasks))), Counter[int]()
        crew = [_hired(work) for _ in range(min(self.workers, len(tasks)))]
        try:
            while waiting or any(worker.task is not None for worker in crew):
                for worker in crew:
                    if worker.task is None and waiting:
                        worker.task = waiting.popleft()
                        # One that has just died is noticed below.
                        with contextlib.suppress(OSError):
                            worker.line.send(tasks[worker.task])
                ready = wait([worker.line for worker in crew if worker.task is not None])
                for worker in [worker for worker in crew if worker.line in ready]:
                    number, worker.task = worker.task, None
                    assert number is not None
                    try:
                        answer = worker.line.recv()
                    except (EOFError, OSError):
                        crew[crew.index(worker)] = _replaced(worker, work)
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
            for worker in crew:
                _dismissed(worker)


def usable_processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException


def _hired(work: Callable[[Any], Any]) -> _Worker:
    # A new process, not a fork: a forked copy could keep locks that are never released.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_at_work, args=(theirs, work), name="posecheck-worker", daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _replaced(worker: _Worker, work: Callable[[Any], Any]) -> _Worker:
    _dismissed(worker)
    return _hired(work)


def _dismissed(worker: _Worker) -> None:
    worker.line.close()
    worker.process.terminate()
    worker.process.join(5)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()


def _at_work(line: Connection, work: Callable[[Any], Any]) -> None:
    """Be a worker: answer tasks until the line ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the parent process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = line.recv()
            try:
                line.send(work(task))
            except Exception as error:  # noqa: BLE001 (raised again where the answer is awaited)
                line.send(_Raised(error if isinstance(error, PosecheckError) else RuntimeError(repr(error))))


def _end_with_parent() -> None:
    """End at once when the process that gives the tasks has been killed, in the middle of a recording or not."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
