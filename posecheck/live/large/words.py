"""What is shown in a few large words: at most six, so that they are read in passing from two metres away."""

from dataclasses import dataclass

from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.core.levels import Level
from posecheck.feedback.frame_state import FrameStatus
from posecheck.live.coach import LiveFrame
from posecheck.live.guide import Todo
from posecheck.live.picture import LEVELS, SET_DONE, state_of
from posecheck.repetitions.tally import SideTally
from posecheck.repetitions.tracker import RepetitionPhase

MOST_WORDS = 6

ASKED: dict[Todo, str] = {
    Todo.STEP_IN: N_("Step into the picture"),
    Todo.REFRAME: N_("All of you must be seen"),
    Todo.COME_CLOSER: N_("Come closer"),
    Todo.LIE_DOWN: N_("Lie down"),
    Todo.GET_UP: N_("Sit or stand upright"),
    Todo.TURN: N_("Turn to the right view"),
    Todo.LEVEL: N_("Hold the camera level"),
    Todo.STAY: N_("Good, stay like this"),
    Todo.HOLD_STILL: N_("Now hold still"),
    Todo.HOLD_PHONE: N_("Now hold still"),
    Todo.BEGIN: N_("Begin slowly"),
}
STOPPED: dict[str, str] = {
    "over_rotation": N_("Stop! Turn back"),
    "excessive_extension": N_("Stop! Come up"),
    "excessive_flexion": N_("Stop! Come up"),
    "side_bend": N_("Stop! Sit up straight"),
    "flexion_with_rotation": N_("Stop! Come up first"),
    "extension_with_rotation": N_("Stop! Come up first"),
    "too_fast": N_("Stop! Far too fast"),
    "abrupt_end": N_("Stop! Far too abrupt"),
    "bouncing": N_("Stop! No bouncing"),
    "neck_too_far": N_("Stop! Head back up"),
}
CAUTIONED: dict[str, str] = {
    "over_rotation": N_("Turn back a little"),
    "excessive_extension": N_("Come up a little"),
    "excessive_flexion": N_("Come up a little"),
    "side_bend": N_("Do not lean sideways"),
    "flexion_with_rotation": N_("Upright while you turn"),
    "extension_with_rotation": N_("Upright while you turn"),
    "too_fast": N_("Slower"),
    "abrupt_end": N_("Arrive gently"),
    "bouncing": N_("Do not bounce"),
    "pelvis_turning": N_("Keep the pelvis still"),
    "neck_too_far": N_("Head back a little"),
    "base_of_support": N_("Look at your feet"),
    "limb_position": N_("Look at your position"),
    "unsteady": N_("Hold it steady"),
    "too_long": N_("Come back slowly"),
}
STOP, CAUTION = N_("Stop! Come back slowly"), N_("Ease back a little")
"""For a kind without words of its own."""
PHASES: dict[str, str] = {
    "neutral": N_("Begin slowly"),
    "in": N_("Good, go on slowly"),
    "hold": N_("Good, hold it"),
    "out": N_("Good, back slowly"),
}
FAR_ENOUGH = N_("That is far enough")
OTHER_SIDE = N_("Now the other side")
SIDE_DONE = N_("Enough on this side")
UNSEEN = N_("Cannot be judged now")
PAUSED, READY, OVER = N_("Paused"), N_("Getting ready"), N_("Set done")


@dataclass(frozen=True, slots=True)
class LargeWords:
    """Hold what is shown: the words, in capitals, and the level that sets colour and shape."""

    text: str
    level: Level


def large_words(moment: LiveFrame, texts: Translator = ENGLISH, state: FrameStatus | None = None) -> LargeWords:
    """Return the few words for a moment, whatever phase it is in.

    Args:
        moment: What the coach made of the newest picture.
        texts: The person's language.
        state: What state_of says of the moment, where it has been asked already.
    """
    text, level = _chosen(moment, texts, state)
    return LargeWords(texts.gettext(text).upper(), level)


def _chosen(moment: LiveFrame, texts: Translator, state: FrameStatus | None) -> tuple[str, Level]:
    if moment.engine != "ready":
        return READY, Level.UNKNOWN
    if moment.phase == "paused":
        return PAUSED, Level.UNKNOWN
    if moment.phase == "over":
        done = moment.last
        return OVER, Level.UNKNOWN if done is None else LEVELS.get(done.summary.verdict, Level.UNKNOWN)
    if moment.phase == "guide" or moment.step is None or moment.session is None:
        instruction = moment.guidance.instruction
        return (READY if instruction is None else ASKED[instruction.todo]), Level.UNKNOWN
    flags = sorted(moment.step.judged.flags, key=lambda one: one.level != "stop")
    if flags and flags[0].level == "stop":
        return STOPPED.get(str(flags[0].kind), STOP), Level.STOP
    if flags:
        return CAUTIONED.get(str(flags[0].kind), CAUTION), Level.CAUTION
    level = Level((state_of(moment, texts) if state is None else state).level)
    if level == Level.BORDERLINE:
        return FAR_ENOUGH, level
    if level == Level.UNKNOWN:
        return UNSEEN, level
    return _encouraged(moment.session.moment()), level


def _encouraged(now: RepetitionPhase) -> str:
    """Return what to go on with while all is in range; nothing more once what is asked for was done."""
    side = now.tally.side(now.side)
    if now.tally.done:
        return PHASES["out"] if now.phase == "out" else SET_DONE
    if now.side and side is None and now.phase != "out":
        return OTHER_SIDE  # only the other one is asked for
    if now.phase == "neutral":
        return OTHER_SIDE if any(one.done for one in now.tally.sides) else PHASES["neutral"]
    return SIDE_DONE if side is not None and side.done and now.phase != "out" else PHASES[now.phase]


def describe_stopped(one: SideTally, texts: Translator = ENGLISH) -> str:
    """Return how many repetitions of a side did not count because of a stop; empty where all did.

    Args:
        one: The count of the side.
        texts: The person's language.
    """
    if not one.stopped:
        return ""
    return texts.ngettext("{n} not counted: stop", "{n} not counted: stop", one.stopped).format(n=one.stopped)
