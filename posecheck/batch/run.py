"""Run a batch: pass the tasks to an executor, and write the table and the page.

A lock keeps two batches from writing to the same folder.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from posecheck.batch.executors import Executor, WorkerDied
from posecheck.batch.index import write_index
from posecheck.batch.manifest import Item, is_url
from posecheck.batch.table import write_table
from posecheck.batch.tasks import PARTIAL, Options, Row, Task, failed, work
from posecheck.core.errors import OutputError
from posecheck.core.files import lock

LOCK = ".lock"
Tell = Callable[[Row], object]
"""Called with the row of each recording that is done."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Describe a batch.

    Attributes:
        items: The recordings.
        out: The folder for the results; every worker must reach it by this path.
        options: How every recording is judged.
    """

    items: Sequence[Item]
    out: Path
    options: Options = field(default_factory=Options)


def run(batch: Batch, executor: Executor, tell: Tell = lambda _: None, one: Callable[[Task], Row] = work) -> list[Row]:
    """Judge every recording that is not done yet; return a row for each, in the order asked for.

    After an interruption the table and the page hold what was done, and the same call goes on from there.

    Args:
        batch: The recordings, and the folder for the results.
        executor: Where the work is done.
        tell: Called with each row as it comes.
        one: The work on one recording.

    Raises:
        OutputError: Where the folder cannot be written to, or another batch is writing to it.
    """
    rows: dict[int, Row] = {}
    with _locked(batch.out) as out:
        tasks = [Task(item, out, batch.options) for item in batch.items]
        numbers = {task.item.name: number for number, task in enumerate(tasks)}
        try:
            answers = executor.results(one, _longest_first(tasks))
            with contextlib.closing(answers):  # type: ignore[type-var]
                for task, answer in answers:
                    row = _died_row(task, answer) if isinstance(answer, WorkerDied) else answer
                    rows[numbers[task.item.name]] = row
                    tell(row)
        finally:
            shutil.rmtree(out / PARTIAL, ignore_errors=True)
            if rows:
                _write_overview(out, [rows[number] for number in sorted(rows)], len(tasks) - len(rows))
    return [rows[number] for number in sorted(rows)]


def _longest_first(tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks with large files first, so that no long task is left over when the other workers are done.

    The size of a URL is not known here; URLs come first, in their own order.
    """

    def size(task: Task) -> float:
        if is_url(task.item.video):
            return float("inf")
        try:
            return Path(task.item.video).stat().st_size
        except (OSError, ValueError):
            return 0  # the error is reported in its row

    return sorted(tasks, key=size, reverse=True)


def _died_row(task: Task, answer: WorkerDied) -> Row:
    return failed(task, f"{task.item.video}: {answer.times} workers died while they were at it")


def _write_overview(out: Path, rows: Sequence[Row], missing: int) -> None:
    write_table(out, rows)
    write_index(out, rows, f"{datetime.now().astimezone():%Y-%m-%d %H:%M}", missing)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[Path]:
    """Yield the folder's absolute path, locked against other batches as long as this process lives."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("w")
    except OSError as error:
        text = "{folder}: expected a folder that can be written to, got: {why}"
        raise OutputError("not_writable", text, folder=folder, why=error.strerror) from error
    with file:
        try:
            lock(file.fileno())
        except OSError as error:
            text = "{folder}: expected no other batch at work there, found one"
            raise OutputError("in_use", text, folder=folder) from error
        # Left by a run that was killed; its workers ended with it.
        shutil.rmtree(folder / PARTIAL, ignore_errors=True)
        yield folder.resolve()
