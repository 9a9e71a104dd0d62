"""What is said aloud while somebody stands before the camera: the way to the start, the set's cues, how it ended.

The same for browser and desktop window, which only differ in who speaks. A set's own cues come from cues.py.
"""

from dataclasses import dataclass

from posecheck.assessment.session import Session
from posecheck.capture.markers.phone.beside import State as PhoneState
from posecheck.core.i18n import N_, Language, translator
from posecheck.feedback.cues import Cues
from posecheck.feedback.frame_state import BY_PHONE
from posecheck.live.coach import LiveFrame, Phase
from posecheck.live.guide import GuideStep, Instruction
from posecheck.live.instructions import describe_instruction
from posecheck.live.sets import ENDINGS
from posecheck.repetitions.tally import Tally

STEADY_S = 1.0
"""An instruction is said once it has stood for so long; what flickers is not worth a word."""
AGAIN_S = 12.0
ALONE_S = 2.0
"""Landmarks are lost for moments; that is not worth a word."""
GO = N_("Go. Move slowly.")
PAUSED = N_("Paused.")
ON = N_("Going on.")
DONE = {
    "left": N_("The left side is done. Now the right side."),
    "right": N_("The right side is done. Now the left side."),
}
ENOUGH = N_("That is enough for now: all repetitions are done. Rest.")
NOT_COUNTED = N_("That one is not counted: it went past a stop limit.")
PHONES = {
    "on": N_("The phone is connected."),
    "lost": N_("The phone sends nothing any more. Your turn is read less exactly."),
}
"""What is said when a phone begins to send, or ends."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Hold one thing to say. level: stop, caution, person, unjudged, hold, guide, go or end; it chooses the sound."""

    text: str
    level: str
    interrupts: bool = False


class LiveCues:
    """Turn moments into what is said, in one language."""

    def __init__(self, language: Language = "en") -> None:
        self._language, self._texts = language, translator(language)
        self._session: Session | None = None
        self._cues: Cues | None = None
        self._phase: Phase = "guide"
        self._phone: PhoneState = "none"
        self._tally: Tally | None = None
        self._instruction: Instruction | None = None
        self._since_s = 0.0
        self._said_s: float | None = None
        self._alone_s: float | None = None
        self._told_alone = False

    def tell(self, moment: LiveFrame) -> tuple[Saying, ...]:
        """Return what a moment calls for; moments in order of time."""
        out = list(self._turning(moment))
        self._phase = moment.phase
        if moment.phone != self._phone:
            self._phone = moment.phone
            if text := PHONES.get(moment.phone):
                out.append(Saying(self._texts.gettext(text), "unjudged" if moment.phone == "lost" else "guide"))
        if moment.phase == "guide":
            out += self._lead(moment)
        elif moment.phase == "running" and moment.step is not None and moment.session is not None:
            if moment.session is not self._session:
                self._session, self._cues = moment.session, Cues(moment.session, self._language)
                self._tally = Tally.of(moment.session.stretch)
                self._alone_s, self._told_alone = None, False
            out += self._stood_for(moment)
            assert self._cues is not None
            said = self._cues.update(moment.step.judged)
            out += [Saying(cue.text, cue.level, cue.interrupts) for cue in said]
            out += self._counted(moment.session.moment().tally)
        return tuple(out)

    def _turning(self, moment: LiveFrame) -> tuple[Saying, ...]:
        """Return what is said of another phase."""
        if moment.phase == self._phase:
            return ()
        before = self._phase
        if moment.phase == "running":
            text = ON if before == "paused" else GO
            return (Saying(self._texts.gettext(text), "go"),)
        if moment.phase == "paused":
            return (Saying(self._texts.gettext(PAUSED), "end", True),)
        if before in ("running", "paused") and moment.last is not None:
            why = self._texts.gettext(ENDINGS[moment.last.why])
            text = f"{why} {moment.last.headline(self._texts)}".strip()
            return (Saying(text, "end", True),)
        return ()

    def _counted(self, tally: Tally) -> list[Saying]:
        """Say when what is asked for is done, on a side or in all, and which repetition is not counted."""
        before, self._tally = self._tally, tally
        if before is None or tally == before:
            return []
        pairs = list(zip(before.sides, tally.sides, strict=True))
        out = [NOT_COUNTED for was, one in pairs if one.stopped > was.stopped]
        if tally.done and not before.done:
            out.append(ENOUGH)
        elif not tally.done:
            out += [DONE[one.side] for was, one in pairs if one.done and not was.done]
        return [Saying(self._texts.gettext(text), "guide") for text in out]

    def _stood_for(self, moment: LiveFrame) -> tuple[Saying, ...]:
        """Say, once in a set, that nobody has been seen for ALONE_S and the phone alone is judged."""
        if moment.pose is not None or moment.step is None or not moment.step.judged.newest.readings.is_judged:
            self._alone_s = None
            return ()
        now = moment.frame.time_s
        self._alone_s = now if self._alone_s is None else self._alone_s
        if self._told_alone or now - self._alone_s < ALONE_S:
            return ()
        self._told_alone = True
        return (Saying(self._texts.gettext(BY_PHONE), "unjudged"),)

    def _lead(self, moment: LiveFrame) -> tuple[Saying, ...]:
        """Say what to do once it has stood for a moment, and again when it still has not been done."""
        now, instruction = moment.frame.time_s, moment.guidance.instruction
        if moment.engine != "ready" or moment.guidance.step == GuideStep.GO:
            return ()
        if instruction != self._instruction:
            self._instruction, self._since_s, self._said_s = instruction, now, None
        due = self._since_s + STEADY_S if self._said_s is None else self._said_s + AGAIN_S
        if now < due:
            return ()
        self._said_s = now
        return (Saying(describe_instruction(instruction, self._texts), "guide"),)
