"""What a browser is told after its frames: codes and numbers to draw by, and words where they have changed."""

import json
import math
from collections.abc import Sequence
from typing import Any

from posecheck.assessment.events import Event
from posecheck.assessment.judged import JudgedFrames
from posecheck.assessment.session import Session
from posecheck.core.i18n import Translator
from posecheck.feedback import vocabulary
from posecheck.feedback.wording import amount
from posecheck.kinematics.neutral import Neutral
from posecheck.live.announcements import Saying
from posecheck.live.coach import LiveFrame
from posecheck.live.guide import GuideStep
from posecheck.live.large.words import describe_stopped, large_words
from posecheck.live.picture import state_of
from posecheck.rendering.gauges import Gauge, Scale, chosen
from posecheck.repetitions.tally import SideTally

Answer = dict[str, Any]
_JSON = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
FAR = 1e6
"""Stands for a band without an end: JSON has no infinity."""


class Answers:
    """Turn what the coach made of frames into answers in one language; only what changed is said again."""

    def __init__(self, texts: Translator) -> None:
        self._texts = texts
        self._before: Answer = {}
        self._of: Session | None = None
        self._neutral: Neutral | None = None
        self._gauges: tuple[Gauge, ...] = ()
        self._faces: list[Answer] = []

    def again(self) -> None:
        """Say everything with the next answer: another connection knows nothing yet."""
        self._before = {}

    def of(
        self, moment: LiveFrame, number: int, sayings: Sequence[Saying], events: Sequence[Event], sets: int
    ) -> bytes:
        """Return the answer to frames, as JSON.

        Args:
            moment: What the coach made of the last of them.
            number: The browser's number of that frame.
            sayings: What is to be said now.
            events: The events that ended with these frames.
            sets: How many sets have been finished.
        """
        whole = self._whole(moment, sets)
        out = {name: value for name, value in whole.items() if self._before.get(name) != value}
        self._before = whole
        out["n"] = number
        if moment.signal.held_s > 0:
            out["held"] = round(moment.signal.held_s, 1)
        if sayings:
            out["say"] = [{"text": one.text, "level": one.level, "interrupts": one.interrupts} for one in sayings]
        if passed := [self._event(one) for one in events if one.level in ("caution", "stop")]:
            out["events"] = passed
        return _JSON.encode(out).encode()

    def _whole(self, moment: LiveFrame, sets: int) -> Answer:
        state = state_of(moment, self._texts)
        whole: Answer = {
            "phase": moment.phase,
            "level": int(state.level),
            "title": state.title,
            "text": state.message,
            "aside": state.phase,
            "large": large_words(moment, self._texts, state).text,
            "counts": [],
            "limbs": [[int(a), int(b), int(level)] for (a, b), level in state.limbs.items()],
            "sets": sets,
            "clock": round(moment.set_s, 1) if moment.phase in ("running", "paused") else None,
            "step": None,
            "hold": None,
            "values": [],
        }
        if moment.phase == "guide":
            step = list(GuideStep).index(moment.guidance.step)
            whole["step"] = [step, round(moment.guidance.share, 2)]
        elif moment.phase == "running" and moment.step is not None and moment.session is not None:
            judged = moment.step.judged.newest
            # Of a single frame, only the view decides which gauges are shown, and that is the start position's.
            if self._of is not moment.session or self._neutral is not moment.session.neutral:
                self._of, self._neutral = moment.session, moment.session.neutral
                self._gauges = chosen(moment.session, judged)
                self._faces = [self._face(gauge) for gauge in self._gauges]
            whole["gauges"] = self._faces
            whole["values"] = [self._value(gauge, judged) for gauge in self._gauges]
            now, hold = moment.session.moment(), moment.session.stretch.hold
            whole["counts"] = [self._count(one) for one in now.tally.sides]
            whole["side"] = self._texts.gettext(now.side) if now.side else ""
            if now.hold_s > 0:
                whole["hold"] = [round(now.hold_s, 1), None if hold is None else hold.seconds[0]]
        return whole

    def _face(self, gauge: Gauge) -> Answer:
        """Return what of a gauge does not change: its name, its scale and its bands."""
        scale, unit = Scale.of(gauge), gauge.checks[0].unit
        bands = [
            [name, _end(band.low), _end(band.high)]
            for name in ("target", "caution", "stop")
            for band in gauge.bands(name)
        ]
        edges = dict.fromkeys(band.edge for name in ("stop", "caution") for band in gauge.bands(name))
        return {
            "label": gauge.label(texts=self._texts),
            "low": scale.low,
            "high": scale.high,
            "turned": scale.turned,
            "bands": bands,
            "ticks": [[edge, amount(edge, unit, self._texts)] for edge in edges],
        }

    def _value(self, gauge: Gauge, judged: JudgedFrames) -> list[Any]:
        """Return value and error of a reading (None where they are not known), its level, and both in words."""
        value, error = gauge.reading(judged, 0)
        return [_known(value), _known(error), gauge.level(judged, 0), gauge.value_text(judged, 0, texts=self._texts)]

    def _count(self, one: SideTally) -> list[Any]:
        """Return a side's name, its count, whether that is all that is asked for, and what did not count, in words."""
        name = self._texts.gettext(one.side).capitalize() if one.side else ""
        return [name, one.shown, one.done, describe_stopped(one, self._texts)]

    def _event(self, event: Event) -> list[Any]:
        kind = self._texts.gettext(vocabulary.KINDS[event.kind])
        return [round(event.start_s, 1), round(event.end_s, 1), event.level, kind]


def _known(number: float) -> float | None:
    return round(number, 2) if math.isfinite(number) else None


def _end(number: float) -> float:
    return max(-FAR, min(FAR, number))
