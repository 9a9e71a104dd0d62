"""One stream of a camera's pictures: the person is found in each, the pose judged, and the result drawn."""

import time
from dataclasses import dataclass, replace

import av
import numpy as np

from posecheck.app.base import pose_model as engine
from posecheck.app.streaming.capacity import Slot, places
from posecheck.app.streaming.feed import FULL, Feed, Wish
from posecheck.capture.markers.phone.beside import Beside
from posecheck.capture.pose.worker import WorkerState
from posecheck.core.errors import PosecheckError
from posecheck.core.frame import Frame, Rgb
from posecheck.core.i18n import N_, Language, translator
from posecheck.core.levels import Level
from posecheck.core.pose import Pose
from posecheck.feedback.frame_state import FrameStatus
from posecheck.live.announcements import LiveCues
from posecheck.live.coach import Coach, Engine
from posecheck.live.hand_signal import BothHands
from posecheck.live.large.canvas import LargePicture
from posecheck.live.picture import state_of, waits
from posecheck.rendering.overlay import framed

MIN_STEP_S = 0.001
BROKEN = N_("The camera's picture can no longer be read. Stop the camera and start it again.")


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
