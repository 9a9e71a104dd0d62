"""What passes between the camera's thread, where frames go down the path, and the page, which shows the newest."""

import threading
import time
from collections import deque
from dataclasses import dataclass

import av
import numpy as np

from posecheck.errors import PosecheckError
from posecheck.events import Event
from posecheck.frame import Frame
from posecheck.overlay import draw
from posecheck.pipeline import Step, step
from posecheck.pose import PoseEstimator
from posecheck.session import Session
from posecheck.state import State, state_at
from posecheck.stretches import Stretch
from posecheck.ui import engine

KEPT_EVENTS = 50
MIN_STEP_S = 0.001


@dataclass(frozen=True, slots=True)
class Moment:
    """Hold the newest frame's Step, what it comes to in words, and how many frames came so far."""

    step: Step
    state: State
    frames: int


class Feed:
    """Hold, between two threads, the stretch that is wanted and the newest that is known; all methods lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stretch: Stretch | None = None
        self.clear()

    def clear(self) -> None:
        """Forget an earlier stream."""
        with self._lock:
            self._moment: Moment | None = None
            self._events: deque[Event] = deque(maxlen=KEPT_EVENTS)
            self._problem: str | None = None

    def want(self, stretch: Stretch) -> None:
        """Ask for a stretch, its limits already those for the person."""
        with self._lock:
            if stretch != self._stretch:
                self._stretch = stretch

    def begin_again(self) -> None:
        """Ask for the same stretch with a new neutral."""
        with self._lock:
            if self._stretch is not None:
                self._stretch = self._stretch.model_copy()

    @property
    def stretch(self) -> Stretch | None:
        """Return the stretch asked for, the same object until another is asked for."""
        with self._lock:
            return self._stretch

    def publish(self, moment: Moment) -> None:
        """Put the newest moment in place of the one before."""
        with self._lock:
            self._moment = moment
            self._events.extend(moment.step.judged.events)

    def add(self, events: tuple[Event, ...]) -> None:
        """Add events that ended with the stream."""
        with self._lock:
            self._events.extend(events)

    def fail(self, problem: str) -> None:
        """Say why there will be no further moments."""
        with self._lock:
            self._problem = problem

    def newest(self) -> tuple[Moment | None, tuple[Event, ...], str | None]:
        """Return the newest moment, the events so far and what went wrong."""
        with self._lock:
            return self._moment, tuple(self._events), self._problem


class Processor:
    """Take one stream's frames down the path and draw on them; runs in the camera's thread, touches no page."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._lock = threading.Lock()
        self._estimator: PoseEstimator | None = None
        self._session: Session | None = None
        self._start_s = time.monotonic()
        self._last_s = -MIN_STEP_S
        self._frames = 0
        self._over = False
        feed.clear()

    def recv(self, picture: av.VideoFrame) -> av.VideoFrame:
        """Return the picture mirrored and drawn upon; as it came once something went wrong."""
        with self._lock:
            stretch = self._feed.stretch
            if self._over or stretch is None:
                return picture
            try:
                return self._drawn(picture, stretch)
            except PosecheckError as error:
                self._over = True
                self._feed.fail(str(error))
                return picture
            except BaseException:
                self._over = True
                self._feed.fail("The camera's picture can no longer be read. Stop the camera and start it again.")
                raise

    async def recv_queued(self, pictures: list[av.VideoFrame]) -> list[av.VideoFrame]:
        """Take the newest of the pictures that came meanwhile; the others would only be late."""
        return [self.recv(pictures[-1])]

    def on_ended(self) -> None:
        """Free the model and end the session; harmless when repeated."""
        with self._lock:
            self._over = True
            self._end_session()
            if self._estimator is not None:
                self._estimator.close()
                self._estimator = None

    def _end_session(self) -> None:
        if self._session is not None:
            self._feed.add(self._session.finish())
            self._session = None

    def _drawn(self, picture: av.VideoFrame, stretch: Stretch) -> av.VideoFrame:
        if self._estimator is None:
            self._estimator = engine.new_estimator()
        if self._session is None or self._session.stretch is not stretch:
            self._end_session()
            self._session = Session(stretch)
        frame = Frame(self._frames, self._time_s(picture), np.asarray(picture.to_ndarray(format="rgb24"), np.uint8))
        now = step(frame, self._estimator, self._session)
        found = now.pose is not None
        self._frames += 1
        self._feed.publish(Moment(now, state_at(now.judged, 0, self._session, (), found), self._frames))
        drawn = draw(frame.rgb, now.pose, now.judged, 0, self._session, mirrored=True)
        return av.VideoFrame.from_ndarray(drawn, format="rgb24")

    def _time_s(self, picture: av.VideoFrame) -> float:
        """Return when a picture was taken: by its own stamp, which jitters less than its arrival; never backwards."""
        stamp = picture.time
        now = time.monotonic() - self._start_s if stamp is None else float(stamp)
        self._last_s = max(now, self._last_s + MIN_STEP_S)
        return self._last_s
