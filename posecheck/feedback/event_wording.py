"""Events in the language of the person who reads them: an event keeps its sentence in English, with its numbers."""

from posecheck.assessment import pacing
from posecheck.assessment.events import Event
from posecheck.core.i18n import Translator
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback import wording
from posecheck.kinematics.neutral import Neutral
from posecheck.stretches.ranges import Kind
from posecheck.stretches.stretch import Stretch

TIMES = {"hold_time": pacing.KEPT_LONG, "total_time": pacing.MOVED_LONG}


def told(event: Event, stretch: Stretch, texts: Translator, neutral: Neutral | None = None) -> str:
    """Return an event's sentence; stretch: as it was judged, neutral: what its readings are measured from."""
    if event.kind == Kind.CANNOT_JUDGE:
        return _unjudged(event, stretch, texts, neutral)
    template = _template(event, stretch)
    if template is None:
        return texts.gettext(event.message)
    filled = texts.gettext(template).format(
        value=wording.amount(event.worst, event.unit, texts),
        limit=wording.amount(event.limit, event.unit, texts),
        side="" if event.unit == "s" else wording.side(event.worst, event.angle, texts),
    )
    return " ".join(filled.split())


def _template(event: Event, stretch: Stretch) -> str | None:
    """Return the sentence with its open places, None for an event without any."""
    messages = {item.key: item.message for item in stretch.ranges}
    messages |= {item.key: item.message for item in stretch.pace}
    return messages.get(event.key) or TIMES.get(event.key)


def _unjudged(event: Event, stretch: Stretch, texts: Translator, neutral: Neutral | None) -> str:
    for reason in UnjudgedReason:
        if reason != UnjudgedReason.JUDGED and wording.instruction(reason, stretch, neutral=neutral) == event.message:
            return wording.instruction(reason, stretch, texts, neutral)
    return texts.gettext(event.message)
