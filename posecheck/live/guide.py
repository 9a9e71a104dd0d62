"""The guided start: from an empty picture to a usable position, one step after the other, each green by itself.

Guide takes one pose after the other and returns the next step and what to do for it; it draws nothing. The browser and
the desktop window show the same. A step that is done is open again, with all steps after it, once its condition has
failed for LOST_S.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from posecheck.core.landmarks import MIN_VISIBILITY
from posecheck.core.pose import Pose, PoseTrack, visible
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics.neutral import Neutral, neutral_of
from posecheck.measurement.framing import Turn, find_turn, level, whole_body
from posecheck.measurement.phone.blind import alone, measures
from posecheck.measurement.start.capture import Capture
from posecheck.stretches.stretch import Stretch

HELD_S = 0.6
"""How long body and view must be right before their step turns green."""
LOST_S = 1.0
SMALLEST = 0.35
"""Least height or width of the person, as a share of the picture's shorter edge; smaller is too far away."""


class GuideStep(StrEnum):
    """Name the steps in their order."""

    CAMERA = "camera"
    BODY = "body"
    VIEW = "view"
    NEUTRAL = "neutral"
    GO = "go"


class Todo(StrEnum):
    """Name what a person can be asked to do."""

    STEP_IN = "step_in"
    REFRAME = "reframe"
    COME_CLOSER = "come_closer"
    LIE_DOWN = "lie_down"
    GET_UP = "get_up"
    TURN = "turn"
    LEVEL = "level"
    STAY = "stay"
    HOLD_STILL = "hold_still"
    HOLD_PHONE = "hold_phone"
    BEGIN = "begin"


@dataclass(frozen=True, slots=True)
class Instruction:
    """Say what to do, as codes; `live.instructions` puts it into words.

    Attributes:
        todo: What to do.
        stretch: The stretch that is led to.
        reason: For REFRAME and LEVEL: why the person cannot be judged.
        turn: For TURN and REFRAME: the turn that helps; None where the camera has to move.
    """

    todo: Todo
    stretch: Stretch = field(compare=False)
    reason: UnjudgedReason = UnjudgedReason.JUDGED
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class Guidance:
    """Say which step is next, which are done, and what to do now. share: how far the step now on has got, 0..1."""

    step: GuideStep
    done: tuple[GuideStep, ...]
    instruction: Instruction | None
    share: float = 0.0

    @property
    def measuring(self) -> bool:
        """Tell whether the person may be measured: framed, and seen from where the stretch is judged."""
        return self.step in (GuideStep.NEUTRAL, GuideStep.GO)


def framed(pose: Pose | None, stretch: Stretch) -> Instruction | None:
    """Return what to do so that the whole body is in the picture, None when it is."""
    return Instruction(Todo.STEP_IN, stretch) if pose is None else _framed(pose, stretch, _posture(pose))


def _framed(pose: Pose, stretch: Stretch, now: Neutral) -> Instruction | None:
    frame = _frame(pose)
    reason = whole_body(frame, frame.visibility >= MIN_VISIBILITY, stretch, now)
    if reason != UnjudgedReason.JUDGED:
        return Instruction(Todo.REFRAME, stretch, reason)
    extent = pose.image_xy.max(axis=0) - pose.image_xy.min(axis=0)
    if float(extent.max()) < SMALLEST * min(pose.size_wh):
        return Instruction(Todo.COME_CLOSER, stretch)
    return None


def viewed(pose: Pose, stretch: Stretch) -> Instruction | None:
    """Return what to do so that the camera sees the person as the stretch needs it, None when it does."""
    return _viewed(stretch, _posture(pose))


def _viewed(stretch: Stretch, now: Neutral) -> Instruction | None:
    if stretch.lying and not now.lying:
        return Instruction(Todo.LIE_DOWN, stretch)
    if not stretch.lying and now.lying:
        return Instruction(Todo.GET_UP, stretch)
    if now.view not in stretch.camera.views:
        return Instruction(Todo.TURN, stretch, turn=find_turn(now, stretch))
    reason = level(now, stretch)
    return None if reason == UnjudgedReason.JUDGED else Instruction(Todo.LEVEL, stretch, reason)


def _posture(pose: Pose) -> Neutral:
    """Return from where the camera sees a posture, without any angle: one is asked for with every frame."""
    return neutral_of(_frame(pose), rows=frozenset())


def _frame(pose: Pose) -> PoseTrack:
    return PoseTrack.of([pose.time_s], [pose], pose.size_wh)


class Guide:
    """Lead one person to the start of one stretch."""

    def __init__(self, stretch: Stretch) -> None:
        self._stretch = stretch
        self._skipped = False
        self._good_s: dict[GuideStep, float] = {}
        self._bad_s: dict[GuideStep, float] = {}
        self._green: set[GuideStep] = set()
        self._view: Instruction | None = None
        self._other: Instruction | None = None
        self._other_s = 0.0

    def skip(self) -> None:
        """Go on with what is seen: what this view cannot show stays unjudged."""
        self._skipped = True

    def update(
        self, pose: Pose | None, time_s: float, neutral: Neutral | None = None, capture: Capture | None = None
    ) -> Guidance:
        """Take one frame. neutral: the session's, once it has one; capture: how far it has got with it until then."""
        if alone(pose, self._stretch):
            # Nobody can be framed in the dark; the phone says whether they hold still.
            self._green |= {GuideStep.BODY, GuideStep.VIEW}
            todo, step = (Todo.HOLD_PHONE, GuideStep.NEUTRAL) if neutral is None else (Todo.BEGIN, GuideStep.GO)
            return replace(self._at(step, self._todo(todo)), done=(GuideStep.CAMERA,))
        by_phone, pose = measures(self._stretch, pose), visible(pose)
        now = None if pose is None or self._skipped else _posture(pose)
        if pose is None:
            body: Instruction | None = Instruction(Todo.STEP_IN, self._stretch)
        else:
            body = None if now is None else _framed(pose, self._stretch, now)
        share = self._turn(GuideStep.BODY, not body, time_s)
        if GuideStep.BODY not in self._green:
            self._green.clear()
            self._good_s.pop(GuideStep.VIEW, None)
            return self._at(GuideStep.BODY, body or self._todo(Todo.STAY), share)
        view = None if now is None else _viewed(self._stretch, now)
        # A phone that sends measures from any side.
        view = None if by_phone and view is not None and view.todo == Todo.TURN else view
        share = self._turn(GuideStep.VIEW, not view, time_s)
        if GuideStep.VIEW not in self._green:
            return self._at(GuideStep.VIEW, self._steady(view, time_s) or self._todo(Todo.STAY), share)
        if neutral is None:
            return self._at(GuideStep.NEUTRAL, self._todo(Todo.HOLD_STILL), 0.0 if capture is None else capture.share)
        return self._at(GuideStep.GO, self._todo(Todo.BEGIN))

    def _steady(self, view: Instruction | None, time_s: float) -> Instruction | None:
        """Return the way to turn that is told: facing the camera, either way is as good, and one frame says the other.

        Another way than the one told takes its place once it has been seen for LOST_S.
        """
        if view is None or self._view is None or view == self._view:
            self._view = self._other = view
        elif view != self._other:
            self._other, self._other_s = view, time_s
        elif time_s - self._other_s >= LOST_S:
            self._view = view
        return self._view

    def _todo(self, todo: Todo) -> Instruction:
        return Instruction(todo, self._stretch)

    def _turn(self, step: GuideStep, good: bool, time_s: float) -> float:
        """Turn a step green or back; return how far it has got."""
        if good:
            self._bad_s.pop(step, None)
            since = self._good_s.setdefault(step, time_s)
            if time_s - since >= HELD_S:
                self._green.add(step)
            return min((time_s - since) / HELD_S, 1.0)
        since = self._bad_s.setdefault(step, time_s)
        if step not in self._green or time_s - since >= LOST_S:
            self._green.discard(step)
            self._good_s.pop(step, None)
        return 0.0

    def _at(self, step: GuideStep, instruction: Instruction, share: float = 0.0) -> Guidance:
        order = list(GuideStep)
        return Guidance(step, tuple(order[: order.index(step)]), instruction, share)
