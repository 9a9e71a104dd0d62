"""The pose model in a process of its own, so that drawing cannot slow it down and its crash does not end an exercise.

The process receives pictures and answers with landmarks through pipes, so it ends by itself when its owner ends. If it
dies or hangs, a new process is started; until that has loaded the model (about three seconds), frames come back without
a pose. Nothing in the process may use the network.
"""

import contextlib
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import IO, Literal, Self

import numpy as np

from posecheck.capture.pose.estimator import new_estimator
from posecheck.capture.pose.landmark_file import RecordedEstimator, load_track
from posecheck.capture.pose.native import NOWHERE, PROXY_GUARD
from posecheck.core.errors import ModelError, PosecheckError
from posecheck.core.frame import Frame, Rgb
from posecheck.core.pose import Pose, PoseEstimator

WorkerState = Literal["loading", "ready", "restarting", "closed"]

PATIENCE_S = 5.0
"""A process that does not answer for this long hangs; the slowest machines need a tenth of a second."""
LOADING_S = 60.0
MAX_DEATHS, WITHIN_S = 3, 60.0
"""After this many deaths within this time no new process is started."""
SAME_PERSON_S = 10.0
"""If a new process takes over within this time, the subject counts as the same person."""
PIPE_BYTES = 1 << 20
QUIET = {"GLOG_minloglevel": "3", "TF_CPP_MIN_LOG_LEVEL": "3"}
NO_CONTACT = {**PROXY_GUARD, "http_proxy": NOWHERE}

_ASK = struct.Struct("<dII")  # time_s, width, height; the picture follows
_HEAD = struct.Struct("<cI")  # what, and how many bytes follow
_READY, _POSE, _NOBODY, _ERROR = b"R", b"P", b"N", b"E"


class PoseEngine:
    """A PoseEstimator that runs the model in another process and replaces that process when it fails.

    Use it from one thread at a time.
    """

    def __init__(self, model: Path, *, patience_s: float = PATIENCE_S) -> None:
        """Start the process, without waiting for the model to load.

        Args:
            model: A verified .task file, or saved landmarks (.npz), which are replayed.
            patience_s: How long to wait for an answer before the process counts as hanging, seconds.
        """
        self._model = model
        self._patience_s = patience_s
        self._closed = False
        self._deaths: list[float] = []
        self._subject = 0
        self._last_s = time.monotonic()
        self._life = _Life(model, 0)

    @property
    def state(self) -> WorkerState:
        """Return "ready" when frames are answered, otherwise why they are not."""
        if self._closed:
            return "closed"
        if self._life.ready.is_set():
            return "ready"
        return "restarting" if self._deaths else "loading"

    @property
    def pid(self) -> int:
        """Return the id of the current process."""
        return self._life.process.pid

    def wait(self, timeout_s: float = LOADING_S) -> None:
        """Wait until frames are answered.

        Raises:
            ModelError: The model cannot be loaded, or not in that time.
        """
        end = time.monotonic() + timeout_s
        while not self._life.ready.wait(0.05):
            if self._life.over:
                self._succeed()
            if time.monotonic() > end:
                text = "{file}: expected the pose model to load within {seconds} s"
                raise ModelError("slow_model", text, file=self._model, seconds=f"{timeout_s:.0f}")

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the subject's pose; None when nobody is found, and while the process is not ready (see state).

        Raises:
            ModelError: The model cannot be loaded, or its process died MAX_DEATHS times within WITHIN_S.
            ValueError: The engine is closed.
        """
        if self._closed:
            raise ValueError("expected an open engine, this one is closed")
        if self._life.over:
            self._succeed()
        if not self._life.ready.is_set():
            return None
        try:
            answer = self._life.ask(frame, self._patience_s)
        except _GoneError:
            self._succeed()
            return None
        self._last_s = time.monotonic()
        if answer is not None:
            self._subject = answer.subject
        return answer

    def close(self) -> None:
        """End the process; harmless when repeated."""
        self._closed = True
        self._life.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _succeed(self) -> None:
        """Replace a process that has ended by a new one."""
        self._life.end()
        if self._life.error is not None:
            raise ModelError.gathered(self._life.error.problems)
        now = time.monotonic()
        self._deaths = [*(at for at in self._deaths if now - at < WITHIN_S), now]
        if len(self._deaths) >= MAX_DEATHS:
            code = self._life.process.returncode
            text = (
                "{file}: expected the pose engine to run, it ended {times} times within {seconds} s (exit code {code})"
            )
            times, seconds = len(self._deaths), f"{WITHIN_S:.0f}"
            raise ModelError("engine_died", text, file=self._model, times=times, seconds=seconds, code=code)
        self._life = _Life(self._model, self._subject + int(now - self._last_s > SAME_PERSON_S))


class _GoneError(Exception):
    """Raised when the process ends or hangs while it works on a frame."""


class _Life:
    """Hold one process and the thread that talks to it, so that no other thread ever waits for a pipe."""

    def __init__(self, model: Path, subject: int) -> None:
        self.ready = threading.Event()
        self.error: PosecheckError | None = None
        self._frames: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Pose | _GoneError | None] = queue.SimpleQueue()
        self._began_s = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "posecheck.capture.pose.worker", str(model), str(subject)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**os.environ, **QUIET, **NO_CONTACT},
        )
        self._thread = threading.Thread(target=self._speak, name=f"pose-engine-{self.process.pid}", daemon=True)
        self._thread.start()

    @property
    def over(self) -> bool:
        """Return whether the process has ended, or did not become ready in time."""
        late = not self.ready.is_set() and time.monotonic() - self._began_s > LOADING_S
        return late or not self._thread.is_alive()

    def ask(self, frame: Frame, patience_s: float) -> Pose | None:
        """Return what the process finds in a frame; _GoneError when it dies or takes longer than patience_s."""
        self._frames.put(frame)
        try:
            answer = self._answers.get(timeout=patience_s)
        except queue.Empty:
            raise _GoneError from None
        if isinstance(answer, _GoneError):
            raise answer
        return answer

    def end(self) -> None:
        """End process and thread, whatever either is doing."""
        self.ready.clear()
        self._frames.put(None)
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        self._thread.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _speak(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        ask, answer = self.process.stdin, self.process.stdout
        _widen(ask.fileno())
        try:
            what, content = _message(answer)
            if what == _ERROR:
                self.error = pickle.loads(content)
                return
            self.ready.set()
            while (frame := self._frames.get()) is not None:
                height, width = frame.rgb.shape[:2]
                _write(ask, _ASK.pack(frame.time_s, width, height))
                _write(ask, np.ascontiguousarray(frame.rgb).data.cast("B"))
                what, content = _message(answer)
                # Unpickling is safe here, because the data come from our own process.
                self._answers.put(pickle.loads(content) if what == _POSE else None)
        except (OSError, EOFError):
            self._answers.put(_GoneError())
        finally:
            self.ready.clear()


def _message(answer: IO[bytes]) -> tuple[bytes, bytearray]:
    what, length = _HEAD.unpack(_read(answer, _HEAD.size))
    return what, _read(answer, length)


def _say(answer: IO[bytes], what: bytes, content: bytes = b"") -> None:
    _write(answer, _HEAD.pack(what, len(content)) + content)


def _read(pipe: IO[bytes], size: int) -> bytearray:
    """Read exactly so many bytes; EOFError when the other end is gone."""
    whole = bytearray(size)
    view, done = memoryview(whole), 0
    while done < size:
        got = pipe.readinto(view[done:])  # type: ignore[attr-defined]
        if not got:
            raise EOFError
        done += got
    return whole


def _write(pipe: IO[bytes], data: bytes | memoryview) -> None:
    view, done = memoryview(data), 0
    while done < len(view):
        done += pipe.write(view[done:]) or 0


def _widen(pipe: int) -> None:
    """Enlarge a pipe's buffer so that a picture needs fewer writes; only Linux can."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):  # the system limits the total per user
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _estimator(model: Path) -> PoseEstimator:
    if model.suffix == ".npz":
        return RecordedEstimator(load_track(model))
    return new_estimator(model)


def serve(model: Path, subject: int, ask: IO[bytes], answer: IO[bytes]) -> None:
    """Answer each picture with a pose until the pipe is closed.

    Args:
        model: A verified .task file, or saved landmarks (.npz).
        subject: Number added to each pose's subject counter, so that it goes on from the process before.
        ask: Pipe with the pictures.
        answer: Pipe for the poses.
    """
    try:
        estimator = _estimator(model)
    except PosecheckError as error:
        _say(answer, _ERROR, pickle.dumps(error))
        return
    try:
        _say(answer, _READY)
        index = 0
        while True:
            time_s, width, height = _ASK.unpack(_read(ask, _ASK.size))
            rgb: Rgb = np.frombuffer(_read(ask, width * height * 3), np.uint8).reshape(height, width, 3)
            pose = estimator.estimate(Frame(index, time_s, rgb))
            index += 1
            if pose is None:
                _say(answer, _NOBODY)
            else:
                _say(answer, _POSE, pickle.dumps(replace(pose, subject=pose.subject + subject)))
    except (EOFError, BrokenPipeError):
        return
    finally:
        estimator.close()


def _main() -> None:
    # Ctrl-C in a terminal reaches this process too, but only its owner decides when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answer = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints must not be mixed with the answers
    serve(Path(sys.argv[1]), int(sys.argv[2]), os.fdopen(0, "rb", buffering=0), answer)


if __name__ == "__main__":
    _main()
