"""Start a command, kill it, look at what is left, and run the next one."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from posecheck.core.files import HIDDEN
from tests.support.crashes.kinds import Kind

ROOT = Path(__file__).parents[3]
ENDS_S, NEXT_S = 20.0, 300.0
"""How long what a killed command started may go on, and how long the next command may take."""


@dataclass(frozen=True)
class Usual:
    """Hold how long a command takes when nobody kills it, and in how many steps it changes files."""

    seconds: float
    steps: int


@dataclass(frozen=True)
class Outcome:
    """Hold what came of one kill.

    Attributes:
        when: When it was to be killed.
        killed: Whether it was still running then.
        left: What it left for the next command to clear.
        wrong: What is wrong, if anything.
    """

    when: str
    killed: bool
    left: tuple[str, ...]
    wrong: tuple[str, ...]


def started(words: Sequence[str], place: Path, more: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start `posecheck WORDS` with temporary files, history and output of its own in a folder."""
    environment = {
        **os.environ,
        "TMPDIR": str(place / "tmp"),
        "POSECHECK_DATA": str(place / "data"),
        "STEPS_UNDER": str(place),
        "NO_COLOR": "1",
        "COLUMNS": "200",
        **more,
    }
    with (place.with_suffix(".said")).open("wb") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.support.crashes.dying", *words],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )


def made(kind: Kind, folder: Path) -> Path:
    """Make what a kind of command needs, once."""
    place = folder / "template"
    for part in (place, place / "tmp", place / "data"):
        part.mkdir()
    kind.make(place)
    return place


def usual(kind: Kind, template: Path, more: dict[str, str]) -> Usual:
    """Measure a command that nobody kills; RuntimeError if it fails."""
    place, steps = _fresh(template, "usual"), template.with_name("steps")
    begun = time.monotonic()
    code = started(kind.words(place), place, {**more, "STEPS_FILE": str(steps)}).wait(NEXT_S)
    seconds = time.monotonic() - begun
    wrong = [*kind.after(place), *_left(place)] if code == 0 and kind.name != "history delete" else []
    if code or wrong:
        raise RuntimeError(f"{kind.name}: exit {code}, {wrong}, {_said(place)}")
    return Usual(seconds, steps.stat().st_size)


def trial(kind: Kind, template: Path, measured: Usual, chance: random.Random, more: dict[str, str]) -> Outcome:
    """Kill a command once, by the clock or before a step, and say what came of it."""
    place, steps = _fresh(template, "trial"), template.with_name("counted")
    steps.unlink(missing_ok=True)
    if chance.random() < 0.4:
        after_s = chance.uniform(0.0, measured.seconds)
        when = f"after {after_s:.2f} s of {measured.seconds:.2f}"
        process = started(kind.words(place), place, more)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(after_s)
        # Only the command itself: what it started has to end by itself.
        process.kill()
    else:
        step = chance.randint(1, measured.steps)
        when = f"before step {step} of {measured.steps}"
        process = started(kind.words(place), place, {**more, "STEPS_FILE": str(steps), "DIE_AT": str(step)})
    killed = process.wait(NEXT_S) == -signal.SIGKILL
    wrong = [*_going_on(process.pid), *kind.at_once(place)]
    left = tuple(_left(place))
    code = started(kind.again(place), place, more).wait(NEXT_S)
    told = _said(place)
    if code or "Traceback" in told:
        wrong.append(f"the next command ends with {code}: {told[-300:]}")
    else:
        wrong += kind.after(place)
    wrong += [f"{name} is still there" for name in _left(place)]
    return Outcome(when, killed, left, tuple(wrong))


def both(kind: Kind, template: Path, more: dict[str, str]) -> list[tuple[int, str]]:
    """Run a command twice at once in one folder; return exit code and last line of each."""
    place = _fresh(template, "both")
    other = place.with_name("other")  # where the second says what it has to say
    other.mkdir()
    one = started(kind.words(place), place, more)
    two = started(
        kind.words(place), other, {**more, "TMPDIR": str(place / "tmp"), "POSECHECK_DATA": str(place / "data")}
    )
    codes = one.wait(NEXT_S), two.wait(NEXT_S)
    told = [(code, _said(at).strip()) for code, at in zip(codes, (place, other), strict=True)]
    shutil.rmtree(other)
    wrong = [*kind.after(place), *(f"{name} is still there" for name in _left(place))]
    return [*told, *((-1, line) for line in wrong)]


def _fresh(template: Path, name: str) -> Path:
    place = template.with_name(name)
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(template, place)  # times too
    return place


def _said(place: Path) -> str:
    return place.with_suffix(".said").read_text(encoding="utf-8", errors="replace")


def _left(place: Path) -> Iterator[str]:
    """Yield what exists only while a command runs."""
    for path in sorted(place.rglob("*")):
        name = str(path.relative_to(place))
        # Python itself tries its temporary folder by a file of a few bytes, which a kill just then leaves there.
        if path.parent == place / "tmp" and len(path.name) == 8 and path.is_file() and path.stat().st_size <= 4:
            continue
        if path.name.startswith(HIDDEN) or path.name in (".partial", ".lock", ".video.mp4") or name.startswith("tmp/"):
            yield name


def _going_on(group: int) -> Iterator[str]:
    """Yield what a killed command started and what did not end by itself; it is ended."""
    end = time.monotonic() + ENDS_S
    while (alive := _members(group)) and time.monotonic() < end:
        time.sleep(0.05)
    for pid in alive:
        yield f"process {pid} went on"
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _members(group: int) -> list[int]:
    """Return the processes of a group that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, member_of = stat.read_text().rpartition(")")[2].split()[:3]
            if int(member_of) == group and state not in "ZX":
                found.append(int(stat.parent.name))
    return found
