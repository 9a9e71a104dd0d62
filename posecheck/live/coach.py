"""A person before a camera, set after set: guided to a position, judged as a recording is, paused, ended, kept.

Coach takes frames and returns a LiveFrame for each; browser and desktop window differ only in where frames come from
and where pictures go. A set begins with the stillness that its angles are measured from. Its clock stops while it is
paused: a gap of GAP_S in which nobody is seen stands for the pause, so that no speed or hold is computed across it.
A set that is judged again from its landmarks gives the same events as it gave live.
"""

import queue
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from posecheck.assessment.analysis import judge
from posecheck.assessment.events import Event
from posecheck.assessment.judged import JudgedFrames
from posecheck.assessment.session import Session
from posecheck.capture.markers.phone.beside import State as PhoneState
from posecheck.capture.pose.subject_tracker import AWAY_S
from posecheck.capture.pose.worker import WorkerState
from posecheck.core import __version__
from posecheck.core.frame import Frame
from posecheck.core.memory.spooled import SpooledTrack
from posecheck.core.pose import Pose, PoseTrack, is_there, visible
from posecheck.kinematics.neutral import Neutral
from posecheck.live.guide import Guidance, Guide, GuideStep
from posecheck.live.hand_signal import HandSignal, Signal
from posecheck.live.sets import Finished, Set
from posecheck.stretches.stretch import Stretch

Phase = Literal["guide", "running", "paused", "over"]
Command = Literal["toggle", "end", "skip", "again"]
"""toggle: pause, go on, or begin the next set. end: end the set. skip: start from where one is. again: measure the
start position anew."""

GAP_S, OTHER_S = 1.0, 1.0
MAX_SET_S = 20 * 60.0
"""A set that nobody ends is ended then, so that a camera left on does not fill the memory."""
MIN_SET_S = 1.0
_LED = Guidance(GuideStep.GO, tuple(GuideStep)[:-1], None)
Shot = tuple[Frame, Pose | None]
"""A picture, and the person found in it."""


class Engine(Protocol):
    """Find poses, and state whether that is possible now; see capture.pose.worker.PoseEngine."""

    @property
    def state(self) -> WorkerState: ...

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the subject's pose, None when nobody is found or state is not ready."""

    def close(self) -> None:
        """Free the model; harmless when repeated."""


@dataclass(frozen=True, slots=True, eq=False)
class SetFrame:
    """Hold one judged frame of a set, or several that were judged together.

    Attributes:
        frame: The newest picture; its time is on the set's own clock.
        pose: The person's pose in it, None where nobody was found.
        judged: Readings, levels and events, arrays of one frame, or of all that were judged together.
        neutral: The start position that the readings are measured from, None while it is still being measured.
    """

    frame: Frame
    pose: Pose | None
    judged: JudgedFrames
    neutral: Neutral | None


@dataclass(frozen=True, slots=True)
class LiveFrame:
    """Hold everything known after the newest frame.

    Attributes:
        frame: The picture, timed by the camera's clock.
        pose: The person's pose, None where nobody was found.
        phase: What is on: guided to the start, a set running or paused, or a set over.
        engine: Whether the pose engine answers.
        guidance: The step of the guided start.
        signal: The hand that is held up.
        session: The session of the set that is running, paused or being measured; None otherwise.
        step: The judged frame; None while guided, paused or over.
        set_s: Seconds on the set's own clock.
        last: The set that has ended, until the next one begins.
        frames: How many frames have been taken so far.
        phone: Whether a phone sends what it measures.
    """

    frame: Frame
    pose: Pose | None
    phase: Phase
    engine: WorkerState
    guidance: Guidance
    signal: Signal
    session: Session | None = None
    step: SetFrame | None = None
    set_s: float = 0.0
    last: Finished | None = None
    frames: int = 0
    phone: PhoneState = "none"

    @property
    def events(self) -> tuple[Event, ...]:
        """Return the events that ended with this frame."""
        return () if self.step is None else self.step.judged.events


class Coach:
    """Lead one person through sets of one stretch; call update from one thread, ask from any.

    Attributes:
        sets: The sets that are over and were not handed out yet; done: how many are over.
        last: The set that was over last, until the next one is; None where that was too short to judge.
    """

    def __init__(self, stretch: Stretch, *, age: int | None = None, in_memory: int | None = None) -> None:
        """Begin with the guided start.

        Args:
            stretch: A coached stretch with the limits that hold for the person.
            age: The person's age in years, only noted in the results.
            in_memory: Most bytes of a set's landmarks that are kept in memory; see core.memory.spooled.
        """
        self.stretch, self._age, self._in_memory = stretch, age, in_memory
        self._asked: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._signal = HandSignal()
        self._frames = self.done = 0
        self._zero_s = self._paused_at_s = self._seen_s = 0.0
        self.sets: list[Set] = []
        self.last: Finished | None = None
        self._begin_guide()

    def ask(self, command: Command) -> None:
        """Ask for something with the next frame."""
        self._asked.put(command)

    def update(self, frame: Frame, pose: Pose | None, engine: WorkerState) -> LiveFrame:
        """Guide or judge the person by the newest frame.

        Args:
            frame: The picture, timed by the camera's clock.
            pose: What the engine found in it, None for nobody.
            engine: The engine's state after this frame.
        """
        return self._take(frame, pose, engine, self._signal.update(visible(pose), frame.time_s))

    def update_block(self, shots: Sequence[Shot]) -> list[LiveFrame]:
        """Guide or judge the person by several frames, in one go while a set runs: that costs as much as one frame.

        Args:
            shots: The frames in order of time, with the pose in each; the engine is ready.

        Returns:
            One LiveFrame for each frame, or a single one for all of them, whose step holds the judgement of all.
        """
        signals = [self._signal.update(visible(pose), frame.time_s) for frame, pose in shots]
        same = len({frame.rgb.shape for frame, _ in shots}) == 1
        on = self._phase in ("guide", "running")
        if not on or not same or not self._asked.empty() or any(signal.means for signal in signals):
            return [self._take(*shot, "ready", signal) for shot, signal in zip(shots, signals, strict=True)]
        self._frames += len(shots)
        self._seen_s = max([self._seen_s, *(frame.time_s for frame, pose in shots if is_there(pose))])
        step = self._judge_and_end(shots) if self._phase == "running" else self._lead(shots)
        return [self._told(*shots[-1], "ready", signals[-1], step)]

    def bridge(self, since_s: float, now: float) -> None:
        """Go on after a time from which no frame came: the set's clock stands still for it.

        Args:
            since_s: The time of the last frame, seconds.
            now: The time of the next one, seconds.
        """
        self._seen_s = now
        if self._phase == "running":
            self._pause(since_s)
            self._resume(now)
        elif self._phase == "guide" and self._track.span_s:
            self._new_session()

    def _take(self, frame: Frame, pose: Pose | None, engine: WorkerState, signal: Signal) -> LiveFrame:
        self._frames += 1
        now = frame.time_s
        for command in self._commands(signal):
            self._obey(command, now)
        step = None
        if engine == "ready":
            self._seen_s = now if is_there(pose) else self._seen_s
            step = self._go_on(frame, pose)
        else:
            # While the model loads, a missing pose does not mean that the person left.
            self._seen_s = now
        return self._told(frame, pose, engine, signal, step)

    def _told(
        self, frame: Frame, pose: Pose | None, engine: WorkerState, signal: Signal, step: SetFrame | None
    ) -> LiveFrame:
        guidance = self._guidance if self._phase == "guide" else _LED
        on = self._phase in ("running", "paused") or guidance.measuring
        last = self.last if self._phase in ("over", "guide") else None
        session = self._session if on else None
        clock = frame.time_s - self._zero_s if self._phase in ("guide", "running") else self._paused_at_s
        return LiveFrame(
            frame, visible(pose), self._phase, engine, guidance, signal, session, step, max(clock, 0.0), last,
            self._frames,
        )  # fmt: skip

    def ended(self) -> list[Set]:
        """Return the sets that were over since the last call; only the newest stays here, as `last`."""
        fresh, self.sets = self.sets, []
        return fresh

    def finish(self, why: str = "camera") -> None:
        """End what is on; the camera has stopped."""
        if self._phase in ("running", "paused"):
            self._end(why)

    def _commands(self, signal: Signal) -> Sequence[Command]:
        commands: list[Command] = []
        while not self._asked.empty():
            commands.append(self._asked.get())
        if signal.means == "toggle":
            commands.append("skip" if self._phase == "guide" else "toggle")
        elif signal.means == "end" and self._phase in ("running", "paused"):
            commands.append("end")
        return commands

    def _obey(self, command: Command, now: float) -> None:
        if command == "toggle":
            if self._phase == "running":
                self._pause(now)
            elif self._phase == "paused":
                self._resume(now)
            elif self._phase == "over":
                self._begin_guide()
        elif command == "end" and self._phase in ("running", "paused"):
            self._end("asked")
        elif command == "skip" and self._phase == "guide":
            self._guide.skip()
        elif command == "again":
            if self._phase in ("running", "paused"):
                self._end("asked")
            self._begin_guide()

    def _begin_guide(self) -> None:
        self._phase: Phase = "guide"
        self._guide = Guide(self.stretch)
        self._guidance = self._guide.update(None, 0.0)
        self._new_session()

    def _new_session(self) -> None:
        self._session = Session(self.stretch, every_angle=False)
        self._began = datetime.now().astimezone()
        self._track = SpooledTrack(self._in_memory)
        self._zero_s = self._paused_at_s = self._seen_s = 0.0
        self._other_s: float | None = None
        self._size_wh = (0, 0)

    def _go_on(self, frame: Frame, pose: Pose | None) -> SetFrame | None:
        if self._phase == "guide":
            return self._lead([(frame, pose)])
        return self._judge_and_end([(frame, pose)]) if self._phase == "running" else None

    def _judge_and_end(self, shots: Sequence[Shot]) -> SetFrame:
        """Judge frames of a running set, and end it where it is over."""
        step = self._judge(shots)
        now = shots[-1][0].time_s
        if now - self._seen_s > AWAY_S:
            self._end("left")
            self._begin_guide()
        elif [self._someone_else(pose, frame.time_s) for frame, pose in shots][-1]:
            self._end("other")
            self._begin_guide()
        elif now - self._zero_s > MAX_SET_S:
            self._end("long")
        return step

    def _lead(self, shots: Sequence[Shot]) -> SetFrame | None:
        """Lead on; once framed, frames go to the session, which finds the start position in them."""
        measured, capture = list[Shot](), self._session.capture
        for frame, pose in shots:
            now = frame.time_s
            self._guidance = self._guide.update(pose, now, self._session.neutral, capture)
            if not self._guidance.measuring:
                if self._track.span_s or measured:
                    self._new_session()
                measured.clear()
                self._seen_s = now
                continue
            if not self._track.span_s and not measured:
                self._new_session()
                self._zero_s = now
                self._seen_s = now
            measured.append((frame, pose))
        if not measured:
            return None
        step = self._judge(measured)
        if step.neutral is not None:
            self._guidance = self._guide.update(shots[-1][1], shots[-1][0].time_s, step.neutral)
            self._phase = "running"
        return step

    def _judge(self, shots: Sequence[Shot]) -> SetFrame:
        frame, pose = shots[-1]
        self._size_wh = (frame.rgb.shape[1], frame.rgb.shape[0])
        times_s = [shot.time_s - self._zero_s for shot, _ in shots]
        for time_s, (_, one) in zip(times_s, shots, strict=True):
            self._track.add(time_s, one, self._size_wh)
        judged = self._session.update(PoseTrack.of(times_s, [one for _, one in shots], self._size_wh))
        return SetFrame(replace(frame, time_s=times_s[-1]), pose, judged, self._session.neutral)

    def _someone_else(self, pose: Pose | None, now: float) -> bool:
        """Tell whether somebody other than the person measured has been followed for OTHER_S."""
        neutral = self._session.neutral
        if pose is None or not pose.found or neutral is None or pose.subject == neutral.subject:
            self._other_s = None
            return False
        self._other_s = now if self._other_s is None else self._other_s
        return now - self._other_s >= OTHER_S

    def _pause(self, now: float) -> None:
        self._paused_at_s = now - self._zero_s
        self._phase = "paused"

    def _resume(self, now: float) -> None:
        """Go on GAP_S after the pause began, by the set's clock, with nobody seen in between."""
        for after_s in (0.05, GAP_S - 0.05):
            time_s = self._paused_at_s + after_s
            self._track.add(time_s, None, self._size_wh)
            self._session.update(PoseTrack.of([time_s], [None], self._size_wh))
        self._zero_s = now - self._paused_at_s - GAP_S
        self._seen_s = now
        self._phase = "running"

    def _end(self, why: str) -> None:
        """Judge the set as a recording and keep it, if there is anything to keep."""
        self._phase, self.last = "over", None
        first_s, self._paused_at_s = self._track.span_s or (0.0, 0.0)
        if self._paused_at_s - first_s < MIN_SET_S:
            return
        track = self._track.whole()
        track.about.update({"posecheck": __version__, "video": f"live {self._began:%Y-%m-%d %H:%M:%S}"})
        done = Set(judge(track, self.stretch), self._began, why, self._age)
        self.last, self.done = done, self.done + 1
        self.sets.append(done)
