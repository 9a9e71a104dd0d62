"""The link between the stream's threads, which judge the camera's pictures, and the page, which shows the results."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import av
import numpy as np

from posecheck.app.base import pose_model as engine
from posecheck.app.streaming.capacity import Slot, places
from posecheck.assessment.events import Event
from posecheck.capture.markers.phone.beside import Beside
from posecheck.capture.markers.phone.stream import Streams
from posecheck.capture.pose.worker import WorkerState
from posecheck.core.errors import PosecheckError
from posecheck.core.frame import Frame, Rgb
from posecheck.core.i18n import N_, Language, translator
from posecheck.core.levels import Level
from posecheck.core.pose import Pose
from posecheck.feedback.frame_state import FrameStatus
from posecheck.live.announcements import LiveCues, Saying
from posecheck.live.coach import Coach, Command, Engine, LiveFrame
from posecheck.live.hand_signal import BothHands
from posecheck.live.kept import KeptSet
from posecheck.live.large.canvas import LargePicture
from posecheck.live.picture import state_of, waits
from posecheck.live.remote.viewer import Wish as Wish
from posecheck.rendering.overlay import framed

KEPT_EVENTS, KEPT_SAYINGS, KEPT_SETS = 50, 8, 10
MIN_STEP_S = 0.001
SILENT_S = 3.0
"""After this many seconds without a picture, the page says what the reason may be."""
FULL = N_("This machine is watching as many people as it can. Try again when somebody has left.")
BROKEN = N_("The camera's picture can no longer be read. Stop the camera and start it again.")


@dataclass(frozen=True, slots=True)
class News:
    """Hold what the page shows.

    Attributes:
        moment: The newest judged picture; None before the first one.
        state: The state of that moment in words.
        events: The events of the current set, oldest first, at most KEPT_EVENTS.
        sayings: The newest things to say with their running numbers, oldest first, at most KEPT_SAYINGS.
        sets: Finished sets, oldest first, at most KEPT_SETS.
        problem: Why no further pictures are judged; None while there is no problem.
        silent: Whether no picture has come for more than SILENT_S seconds.
        fills: How often both hands have asked to fill the window, or to leave it.
    """

    moment: LiveFrame | None
    state: FrameStatus | None
    events: tuple[Event, ...]
    sayings: tuple[tuple[int, Saying], ...]
    sets: tuple[KeptSet, ...]
    problem: str | None
    silent: bool
    fills: int = 0


class Feed:
    """Pass wishes from the page to the stream's threads, and results back; all methods are safe in any thread.

    Attributes:
        light: Whether the lighter pose model is wanted, by the server or by the browser that finds the pose.
        phones: What the visitor's phones send.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wish: Wish | None = None
        self._commands: list[Command] = []
        self._sets: deque[KeptSet] = deque(maxlen=KEPT_SETS)
        self._sayings: deque[tuple[int, Saying]] = deque(maxlen=KEPT_SAYINGS)
        self._number = 0
        self._fills = 0
        self.ticket = self.phone_key = ""
        self.phones = Streams()
        self.light = self._was_light = False
        self.clear()

    def clear(self) -> None:
        """Forget an earlier stream; finished sets, numbered sayings and the wish stay."""
        with self._lock:
            self._moment: LiveFrame | None = None
            self._state: FrameStatus | None = None
            self._events: deque[Event] = deque(maxlen=KEPT_EVENTS)
            self._problem: str | None = None
            self._commands.clear()
            self._at_s = time.monotonic()

    def want(self, wish: Wish) -> None:
        """Ask for a stretch; a wish that differs from the current one ends the current set and begins a new one."""
        with self._lock:
            if wish != self._wish:
                self._wish = wish

    @property
    def wish(self) -> Wish | None:
        """Return the current wish; it is the same object until a different one is asked for."""
        with self._lock:
            return self._wish

    def ask(self, command: Command) -> None:
        """Add a command for the coach."""
        with self._lock:
            self._commands.append(command)

    def commands(self) -> list[Command]:
        """Return the commands since the last call."""
        with self._lock:
            out, self._commands = self._commands, []
            return out

    def publish(self, moment: LiveFrame, state: FrameStatus, sayings: Sequence[Saying]) -> None:
        """Replace the newest moment, and add its events and sayings.

        Args:
            moment: What the coach made of the newest picture.
            state: Its state in words.
            sayings: What is to be said now.
        """
        with self._lock:
            self._moment, self._state, self._at_s = moment, state, time.monotonic()
            self._events.extend(moment.events)
            for saying in sayings:
                self._number += 1
                self._sayings.append((self._number, saying))

    def fill(self) -> None:
        """Ask the page to fill the window with the picture, or to take it back."""
        with self._lock:
            self._fills += 1

    def add(self, done: Sequence[KeptSet]) -> None:
        """Add finished sets; their events are no longer listed."""
        with self._lock:
            # A change of the model ends the set that is on, and it may arrive before or after the change.
            other = self.light or (bool(done) and self._was_light)
            self._sets.extend(replace(one, other_model=other) for one in done)
            self._was_light = self.light if done else self._was_light or self.light
            if done:
                self._events.clear()

    def fail(self, problem: str) -> None:
        """Set the reason why there will be no further moments."""
        with self._lock:
            self._problem = problem

    def newest(self) -> News:
        """Return everything that the page shows."""
        with self._lock:
            return News(
                self._moment,
                self._state,
                tuple(self._events),
                tuple(self._sayings),
                tuple(self._sets),
                self._problem,
                self._moment is not None and time.monotonic() - self._at_s > SILENT_S,
                self._fills,
            )


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold a picture of the camera and what was found in it.

    Attributes:
        shot: The picture as it came from the camera.
        wish: The visitor's wish at that time; None where there was none, or the stream had ended.
        frame: The picture as a Frame; None where it was not searched for a person.
        pose: The person found; None where none was found.
        engine: State of the pose engine.
        took_s: Seconds that the search took.
    """

    shot: av.VideoFrame
    wish: Wish | None = None
    frame: Frame | None = None
    pose: Pose | None = None
    engine: WorkerState = "loading"
    took_s: float = 0.0


class Processor:
    """Find the person in one stream's pictures, judge the pose, and draw the result; calls nothing of Streamlit.

    The work has two steps, see() and show(), each called from its own thread: the next picture is searched for a person
    while the last one is judged and drawn.
    """

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._phone = Beside(feed.phones)
        self._place: Slot | None = None
        self._engine: Engine | None = None
        self._coach: Coach | None = None
        self._wish: Wish | None = None
        self._light = False
        self._hands = BothHands()
        self._start_s = time.monotonic()
        self._last_s = -MIN_STEP_S
        self._frames = 0
        self._problem = ""
        self._over = False
        feed.clear()

    def recv(self, shot: av.VideoFrame) -> av.VideoFrame:
        """Do both steps and return the mirrored picture with the drawing, or with the reason why nothing is judged."""
        return self.show(self.see(shot))

    def see(self, shot: av.VideoFrame) -> Seen:
        """Find the person in a picture; a failure is reported to the page, and the pose is then None."""
        wish = self._feed.wish
        if wish is None or self._over:
            return Seen(shot)
        began = time.monotonic()
        try:
            if self._problem or (self._engine is None and not self._enter(wish)):
                return Seen(shot, wish)
            assert self._engine is not None
            if self._light != self._feed.light:
                self._change_model(self._engine)
            frame = Frame(self._frames, self._time_s(shot), np.asarray(shot.to_ndarray(format="rgb24"), np.uint8))
            self._frames += 1
            self._phone.came(frame.time_s)
            pose = self._phone.lay(frame, self._engine.estimate(frame))
            return Seen(shot, wish, frame, pose, self._engine.state, time.monotonic() - began)
        except PosecheckError as error:
            self._fail(error.told(translator(wish.language)))
        except BaseException:
            self._fail(translator(wish.language).gettext(BROKEN))
            raise
        finally:
            if self._problem:
                self._leave()
        return Seen(shot, wish)

    def show(self, seen: Seen) -> av.VideoFrame:
        """Judge what was seen, publish the result to the page, and return the picture to show."""
        if seen.wish is None:
            return seen.shot
        began = time.monotonic()
        if not self._problem and seen.frame is not None:
            try:
                drawn = self._drawn(seen, seen.frame, seen.wish)
            except PosecheckError as error:
                self._fail(error.told(translator(seen.wish.language)))
            except BaseException:
                self._fail(translator(seen.wish.language).gettext(BROKEN))
                raise
            else:
                if (place := self._place) is not None:
                    place.served(max(seen.took_s, time.monotonic() - began))
                return drawn
        self._finish_sets()
        return self._refused(seen.shot, seen.wish.language)

    def on_ended(self) -> None:
        """End the set and free the engine and the place.

        Call this only when neither see() nor show() is running; it may be called more than once.
        """
        self._over = True
        self._finish_sets()
        self._leave()

    def _enter(self, wish: Wish) -> bool:
        self._place = places().enter()
        if self._place is None:
            self._fail(translator(wish.language).gettext(FULL))
            return False
        self._light = self._feed.light
        self._engine = engine.new_lighter_engine() if self._light else engine.new_engine()
        return True

    def _change_model(self, old: Engine) -> None:
        """Take the other model; the set ends and a new start position is measured, as the models' landmarks differ."""
        self._light = self._feed.light
        self._engine = engine.new_lighter_engine() if self._light else engine.new_engine()
        old.close()
        self._feed.ask("again")

    def _fail(self, problem: str) -> None:
        self._problem = problem
        self._feed.fail(problem)

    def _leave(self) -> None:
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        if self._place is not None:
            self._place.leave()
            self._place = None

    def _finish_sets(self) -> None:
        if self._coach is not None:
            self._coach.finish()
            assert self._wish is not None
            self._feed.add(self._wish.of(self._coach.ended()))
            self._coach = None

    def _drawn(self, seen: Seen, frame: Frame, wish: Wish) -> av.VideoFrame:
        if self._coach is None or wish is not self._wish:
            self._finish_sets()
            self._wish = wish
            self._texts = translator(wish.language)
            self._coach = Coach(wish.stretch, age=wish.age)
            self._cues = LiveCues(wish.language)
            self._large = LargePicture(self._texts)
        for command in self._feed.commands():
            self._coach.ask(command)
        moment = replace(self._coach.update(frame, seen.pose, seen.engine), phone=self._phone.state)
        if self._hands.update(seen.pose if waits(moment) else None, frame.time_s):
            self._feed.fill()
        self._feed.publish(moment, state_of(moment, self._texts), self._cues.tell(moment))
        self._feed.add(wish.of(self._coach.ended()))
        return _shot(self._large.draw(moment))

    def _refused(self, shot: av.VideoFrame, language: Language) -> av.VideoFrame:
        """Return the picture with the reason why nothing is judged."""
        rgb = np.asarray(shot.to_ndarray(format="rgb24"), np.uint8)
        title = translator(language).gettext(N_("Not watching"))
        canvas, footer = framed(rgb, None, FrameStatus(Level.UNKNOWN, title, self._problem), None, mirrored=True)
        footer[:] = canvas[0, 0]
        return _shot(canvas)

    def _time_s(self, shot: av.VideoFrame) -> float:
        """Return when a picture was taken, in seconds, always later than the picture before.

        This uses the picture's own time stamp where it has one, because that varies less than the time of arrival.
        """
        stamp = shot.time
        now = time.monotonic() - self._start_s if stamp is None else float(stamp)
        self._last_s = max(now, self._last_s + MIN_STEP_S)
        return self._last_s


def _shot(rgb: Rgb) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
