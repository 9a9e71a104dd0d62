"""The instructions of the guided start in words."""

from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.feedback import wording
from posecheck.live.guide import GuideStep, Instruction, Todo

TITLES: dict[GuideStep, str] = {
    GuideStep.CAMERA: N_("Camera found"),
    GuideStep.BODY: N_("Whole body in the picture"),
    GuideStep.VIEW: N_("The right view for this stretch"),
    GuideStep.NEUTRAL: N_("Start position"),
    GuideStep.GO: N_("Go"),
}
WAYS_TO_FACE: dict[str, str] = {
    "front": N_("facing the camera"),
    "oblique": N_("turned diagonally to the camera"),
    "side": N_("sideways to the camera"),
    "back": N_("with your back to the camera"),
    "foot-end": N_("with your feet towards the camera"),
    "head-end": N_("with your head towards the camera"),
}
TEXTS: dict[Todo, str] = {
    Todo.STEP_IN: N_("Nobody is in the picture: step in front of the camera."),
    Todo.COME_CLOSER: N_("You are far away: come closer to the camera."),
    Todo.LIE_DOWN: N_("Lie down as the stretch begins."),
    Todo.GET_UP: N_("Sit or stand upright as the stretch begins."),
    Todo.TURN: N_("Turn, or move the camera, until you are {ways}."),
    Todo.STAY: N_("Good. Stay like this."),
    Todo.HOLD_STILL: N_("Take the start position and hold still for two seconds."),
    Todo.HOLD_PHONE: N_(
        "You are not seen. Hold the phone flat on your breastbone, upright and still for two seconds; only what it "
        "measures is judged."
    ),
    Todo.BEGIN: N_("Begin, slowly."),
}
"""All but those that depend on why the person cannot be judged."""
LYING_STILL = N_("Lie as the stretch begins and hold still for two seconds.")


def describe_instruction(instruction: Instruction | None, texts: Translator = ENGLISH) -> str:
    """Return what to do in a sentence, empty for nothing.

    Args:
        instruction: What to do.
        texts: The person's language.
    """
    if instruction is None:
        return ""
    todo, stretch = instruction.todo, instruction.stretch
    if todo == Todo.TURN and instruction.turn is not None:
        return texts.gettext(wording.TURNS[instruction.turn])
    if todo not in TEXTS:
        return wording.instruction(instruction.reason, stretch, texts, turn=instruction.turn)
    text = LYING_STILL if todo == Todo.HOLD_STILL and stretch.lying else TEXTS[todo]
    ways = texts.gettext(N_(" or ")).join(texts.gettext(WAYS_TO_FACE[view]) for view in stretch.camera.views)
    return texts.gettext(text).format(ways=ways)
