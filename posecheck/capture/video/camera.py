"""The newest picture of a camera, or of a recording played like one, read in a thread of its own."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import cv2
import numpy as np
from cv2.utils import logging as cv2_log

from posecheck.capture.video.reader import VideoReader
from posecheck.core.errors import InputError, PosecheckError
from posecheck.core.frame import Frame, FrameSource

SILENT_S = 5.0
"""A camera that sends nothing for this long is unplugged or asleep."""


class CameraSource:
    """Yield pictures from a camera of this computer as they arrive, with times from the computer's clock."""

    def __init__(self, index: int) -> None:
        """Open camera number `index`.

        Raises:
            InputError: There is no such camera, or another program uses it.
        """
        cv2_log.setLogLevel(cv2_log.LOG_LEVEL_SILENT)  # the InputError says what is wrong in one line
        self._capture = cv2.VideoCapture(index)
        if not self._capture.isOpened():
            text = "camera {number}: expected a camera, found none, or another program is using it"
            raise InputError("no_camera", text, number=index)

    def __iter__(self) -> Iterator[Frame]:
        start, index = time.monotonic(), 0
        while True:
            ok, bgr = self._capture.read()
            if not ok:
                return
            yield Frame(index, time.monotonic() - start, np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8))
            index += 1

    def close(self) -> None:
        """Release the camera; harmless when repeated."""
        self._capture.release()


class PlayedSource:
    """Yield a recording's frames in real time, as a camera would."""

    def __init__(self, path: Path) -> None:
        """Open a recording; raises InputError as VideoReader does."""
        self._reader = VideoReader(path)

    def __iter__(self) -> Iterator[Frame]:
        start = time.monotonic()
        for frame in self._reader:
            time.sleep(max(0.0, start + frame.time_s - time.monotonic()))
            yield frame

    def close(self) -> None:
        """Free the file; harmless when repeated."""
        self._reader.close()


def source(what: int | Path) -> FrameSource:
    """Open camera number `what`, or play the recording `what`; raises InputError when it cannot be read."""
    return CameraSource(what) if isinstance(what, int) else PlayedSource(what)


class NewestFrame:
    """Hold the newest frame of a source; older frames that were not taken are dropped. Use as a context manager.

    Attributes:
        dropped: How many frames were dropped.
    """

    def __init__(self, frames: FrameSource, *, every: bool = False) -> None:
        """Start reading in a thread.

        Args:
            frames: The source, which is closed with this.
            every: Whether to wait until a frame is taken before the next is read, so that none is dropped; not for a
                camera.
        """
        self._frames, self._every = frames, every
        self._there = threading.Condition()
        self._frame: Frame | None = None
        self._error: PosecheckError | None = None
        self._over = False
        self.dropped = 0
        self._thread = threading.Thread(target=self._read, name="camera", daemon=True)
        self._thread.start()

    def take(self, timeout_s: float = SILENT_S) -> Frame | None:
        """Return the newest frame that was not taken yet, waiting for it; None when the source has ended.

        Raises:
            TimeoutError: No frame arrives for timeout_s.
            PosecheckError: The source failed; its own error is raised.
        """
        with self._there:
            if not self._there.wait_for(lambda: self._frame is not None or self._over, timeout_s):
                raise TimeoutError
            frame, self._frame = self._frame, None
            self._there.notify_all()
            if frame is None and self._error is not None:
                raise self._error
            return frame

    def _read(self) -> None:
        try:
            for frame in self._frames:
                with self._there:
                    if self._every:
                        self._there.wait_for(lambda: self._frame is None or self._over)
                    if self._over:
                        return
                    self.dropped += int(self._frame is not None)
                    self._frame = frame
                    self._there.notify_all()
        except PosecheckError as error:
            self._error = error
        finally:
            with self._there:
                self._over = True
                self._there.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._there:
            self._over = True
            self._there.notify_all()
        self._thread.join(SILENT_S)
        # Only after the thread has ended: a camera must not be released while it is being read.
        self._frames.close()
