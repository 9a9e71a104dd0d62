"""The pictures of a live set as a video, written in a thread of its own so that it never delays a warning."""

import queue
import threading
from pathlib import Path

from posecheck.assessment.session import Session
from posecheck.capture.video.writer import VideoWriter
from posecheck.core.errors import PosecheckError
from posecheck.core.frame import Frame
from posecheck.live.coach import LiveFrame

WAITING = 64
"""Pictures that may wait to be written; where the disk is slower than the camera, later ones are left out."""


class Film:
    """Write the set that is on into a file, and give the file up when the set is over or turns out to be none."""

    def __init__(self, path: Path) -> None:
        """path: where the video of the set now on is written; taken over by whoever keeps the set."""
        self.path = path
        self._session: Session | None = None
        self._reel: _Reel | None = None

    def take(self, moment: LiveFrame) -> None:
        """Keep a moment's picture, if a set is on."""
        if moment.step is None or moment.session is None:
            return
        if moment.session is not self._session:
            self.discard()
            self._session = moment.session
            height, width = moment.step.frame.rgb.shape[:2]
            self._reel = _Reel(self.path, (width, height))
        assert self._reel is not None
        self._reel.add(moment.step.frame)

    def finish(self) -> Path | None:
        """Close the video of the set that has just ended and return it; None when none was begun.

        Raises OutputError when it could not be written.
        """
        reel, self._reel, self._session = self._reel, None, None
        if reel is None:
            return None
        reel.end(keep=True)
        return self.path

    def discard(self) -> None:
        """Give up the video of a set that was none."""
        reel, self._reel, self._session = self._reel, None, None
        if reel is not None:
            reel.end(keep=False)


class _GiveUpError(Exception):
    """Leave the writer without a file."""


class _Reel:
    """Hold one video and the thread that writes it; pictures of another size than the first are left out."""

    def __init__(self, path: Path, size_wh: tuple[int, int]) -> None:
        self._path, self._size_wh = path, size_wh
        self._frames: queue.Queue[Frame | None] = queue.Queue(WAITING)
        self._keep = True
        self._error: PosecheckError | None = None
        self._thread = threading.Thread(target=self._write, name="film", daemon=True)
        self._thread.start()

    def add(self, frame: Frame) -> None:
        if (frame.rgb.shape[1], frame.rgb.shape[0]) == self._size_wh and not self._frames.full():
            self._frames.put(frame)

    def end(self, *, keep: bool) -> None:
        self._keep = keep
        self._frames.put(None)
        self._thread.join()
        if self._error is not None and keep:
            raise self._error

    def _write(self) -> None:
        try:
            with VideoWriter(self._path, self._size_wh) as writer:
                while (frame := self._frames.get()) is not None:
                    writer.write(frame.rgb, frame.time_s)
                if not self._keep:
                    raise _GiveUpError
        except _GiveUpError:
            return
        except PosecheckError as error:
            self._error = error
            while self._frames.get() is not None:
                pass
