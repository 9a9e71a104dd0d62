"""Work for workers in other processes: as tasks.work does it, but with a constructed person in place of a video."""

import os
import time
from pathlib import Path

import pytest

from posecheck.assessment.analysis import judge
from posecheck.batch import tasks
from posecheck.batch.tasks import Row, Task
from posecheck.core.errors import InputError, ModelError
from posecheck.recordings import check
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.recordings.request import Request
from posecheck.results.summary_file import Source
from posecheck.safety.limits import asked_limits
from tests.support.people import track_of, twist


def judged(request: Request) -> Done:
    """Stand in for recording.check: the file's text is how far a person twists."""
    text = request.video.read_text(encoding="utf-8")
    if not text.isdecimal():
        raise InputError(f"{request.video}: expected a video, found a file in no format that can be read")
    stretch = asked_limits(request.stretch, request.age, None, request.settings)
    analysis = judge(track_of(twist(float(text)), fps=10.0, azimuth=0.0), stretch)
    source = Source(file=request.video.name, problem=None)
    done = Done(analysis, request.video.name, source, settings_of(request.stretch, request.age))
    assert request.out is not None
    write(request.out, done)
    return done


def work(task: Task) -> Row:
    """Do a task as tasks.work does, and write down who began and who ended it."""
    note(task, "began")
    hold = task.out.parent / "hold"
    while hold.exists() and task.item.name == hold.read_text(encoding="utf-8"):
        # What was begun lies there half done, as when a recording is being analysed.
        (task.out / tasks.PARTIAL / "half").mkdir(parents=True, exist_ok=True)
        time.sleep(0.05)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "check", judged)
        patch.setattr(tasks, "ensure", lambda *_: task.options.model_file)
        row = tasks.work(task)
    note(task, row.status)
    return row


def note(task: Task, what: str) -> None:
    """Append one line, in one write, so that processes do not mix."""
    with (task.out.parent / "log").open("a", encoding="utf-8") as file:
        file.write(f"{task.item.name} {os.getpid()} {what}\n")


def notes(folder: Path) -> list[tuple[str, int, str]]:
    """Return what was written down."""
    log = folder / "log"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [(name, int(pid), what) for name, pid, what in (line.split() for line in lines)]


def double(number: int) -> int:
    """Return twice the number."""
    return 2 * number


def deadly(path: str) -> int:
    """End this process at once the first time, and answer the second."""
    marks = Path(path)
    tries = len(list(marks.iterdir()))
    (marks / str(tries)).touch()
    if tries < int(marks.name):
        os._exit(9)
    return os.getpid()


def refuses(number: int) -> int:
    """Fail as when there is no model."""
    raise ModelError(f"model {number}: not on this machine")
