"""The processes that judge, as the server sees them: what browsers send goes in, answers come out.

All of this runs on the server's event loop. A process is started with the first viewer, and one more with each further
viewer until there is one for each processor; a viewer stays with theirs, because it holds their set.
"""

import asyncio
import contextlib
import os
import pickle
import sys
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from posecheck.app.base.environment import processors
from posecheck.app.streaming.inpage.load import Load
from posecheck.core.errors import PosecheckError
from posecheck.live.kept import KeptSet
from posecheck.live.remote import worker
from posecheck.live.remote.viewer import Wish

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""The arrays are small: threads would only wait for one another."""


class Listener(Protocol):
    """Hear what a process says about one viewer."""

    def answered(self, answer: bytes) -> None:
        """Take the answer to the frames that were sent last."""

    def finished(self, sets: Sequence[KeptSet]) -> None:
        """Take sets that are over."""

    def failed(self, kind: bytes, why: str | PosecheckError) -> None:
        """Learn that frames were refused (worker.HOSTILE), or could not be judged (worker.BROKEN).

        Args:
            kind: Which of both.
            why: For the log of whoever sent refused frames; or the error, to be told in the visitor's language, empty
                where there is nothing to tell.
        """


class JudgeProcess:
    """Hold one process and the viewers it judges."""

    def __init__(self, worked: Callable[[float], None]) -> None:
        self._worked = worked
        self._process: asyncio.subprocess.Process | None = None
        self._listeners: dict[int, Listener] = {}
        self._early: list[bytes] = []
        self.ready = False
        self._reading: asyncio.Task[None] | None = None

    @property
    def viewers(self) -> int:
        """Return how many viewers it judges."""
        return len(self._listeners)

    @property
    def over(self) -> bool:
        """Return whether it has ended."""
        return self._reading is not None and self._reading.done()

    def add(self, number: int, listener: Listener) -> None:
        """Take a viewer."""
        self._listeners[number] = listener
        if self._reading is None:
            self._reading = asyncio.create_task(self._run())

    def remove(self, number: int) -> None:
        """End a viewer's set; its listener still hears of it."""
        self.send(number, worker.END)

    def send(self, number: int, kind: bytes, content: bytes = b"") -> None:
        """Send a message about a viewer; before the process has started, it waits."""
        message = worker.ASK.pack(number, kind, len(content), time.monotonic()) + content
        if self._process is None or self._process.stdin is None:
            self._early.append(message)
        elif not self.over:
            self._process.stdin.write(message)

    async def close(self) -> None:
        """End the process; what it has not judged yet is lost."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()
        if self._reading is not None:
            await self._reading

    async def _run(self) -> None:
        try:
            await self._listen()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            listeners, self._listeners = list(self._listeners.values()), {}
            for listener in listeners:
                listener.failed(worker.BROKEN, "")
            if self._process is not None and self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()

    async def _listen(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "posecheck.live.remote.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.writelines(self._early)
        self._early.clear()
        out = self._process.stdout
        await out.readexactly(len(worker.READY))
        self.ready = True
        while True:
            number, kind, length, took_s = worker.TELL.unpack(await out.readexactly(worker.TELL.size))
            content = await out.readexactly(length)
            self._worked(took_s)
            listener = self._listeners.get(number)
            if listener is None:
                continue
            if kind == worker.ANSWER:
                listener.answered(content)
            elif kind == worker.SETS:
                # It comes from a process of our own: unpickling is not safe for anything else.
                listener.finished(await asyncio.to_thread(pickle.loads, content))
            elif kind == worker.GONE:
                del self._listeners[number]
            else:
                listener.failed(kind, pickle.loads(content) if kind == worker.BROKEN and content else content.decode())


class Judges:
    """Hand viewers out to processes."""

    def __init__(self, most: int | None = None) -> None:
        """Begin without processes.

        Args:
            most: Most processes; None for one for each processor.
        """
        self.most = processors() if most is None else most
        self._processes: list[JudgeProcess] = []
        self._number = 0
        self.load = Load(self.most)
        self.changed: Callable[[], None] = lambda: None

    def enter(self, listener: Listener, wish: Wish) -> "Place":
        """Give a viewer a place in the process that judges fewest.

        Args:
            listener: Hears the answers.
            wish: What the viewer wants to do.
        """
        self._processes = [one for one in self._processes if not one.over]
        free = min(self._processes, key=lambda one: one.viewers, default=None)
        if free is None or (free.viewers and len(self._processes) < self.most):
            free = JudgeProcess(self._worked)
            self._processes.append(free)
        self._number += 1
        free.add(self._number, listener)
        place = Place(free, self._number)
        place.want(wish)
        return place

    async def close(self) -> None:
        """End all processes. They end by themselves when the server does, whose pipes then close."""
        for one in self._processes:
            await one.close()

    def _worked(self, took_s: float) -> None:
        if self.load.worked(took_s):
            self.changed()


class Place:
    """Hold one viewer's place in a process."""

    def __init__(self, process: JudgeProcess, number: int) -> None:
        self._process, self._number = process, number

    @property
    def ready(self) -> bool:
        """Return whether the process has started."""
        return self._process.ready

    def want(self, wish: Wish) -> None:
        """Ask for a stretch; the current set ends."""
        self._process.send(self._number, worker.WISH, pickle.dumps(wish))

    def connected(self) -> None:
        """Say that another connection begins."""
        self._process.send(self._number, worker.CONNECTED)

    def frames(self, message: bytes) -> None:
        """Send frames; the listener hears the answer."""
        self._process.send(self._number, worker.FRAMES, message)

    def surroundings(self, message: bytes) -> None:
        """Send what the browser says about the background and about others; nothing is answered."""
        self._process.send(self._number, worker.AROUND, message)

    def phone(self, message: bytes) -> None:
        """Send what the person's phone has measured; nothing is answered."""
        self._process.send(self._number, worker.PHONE, message)

    def ask(self, command: str) -> None:
        """Send a command to the coach."""
        self._process.send(self._number, worker.COMMAND, command.encode())

    def leave(self) -> None:
        """Give the place back; the set ends."""
        self._process.remove(self._number)
