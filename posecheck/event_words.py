"""Events in the language of the person who reads them: an event keeps its sentence in English, with its numbers."""

from posecheck import timing, words
from posecheck.events import Event
from posecheck.language import Translator
from posecheck.neutral import Neutral
from posecheck.ranges import Kind
from posecheck.reasons import Reason
from posecheck.stretches import Stretch

TIMES = {"hold_time": timing.KEPT_LONG, "total_time": timing.MOVED_LONG}


def told(event: Event, stretch: Stretch, texts: Translator, neutral: Neutral | None = None) -> str:
    """Return an event's sentence; stretch: as it was judged, neutral: what its readings are measured from."""
    if event.kind == Kind.CANNOT_JUDGE:
        return _unjudged(event, stretch, texts, neutral)
    template = _template(event, stretch)
    if template is None:
        return texts.gettext(event.message)
    filled = texts.gettext(template).format(
        value=words.amount(event.worst, event.unit, texts),
        limit=words.amount(event.limit, event.unit, texts),
        side="" if event.unit == "s" else words.side(event.worst, event.angle, texts),
    )
    return " ".join(filled.split())


def _template(event: Event, stretch: Stretch) -> str | None:
    """Return the sentence with its open places, None for an event without any."""
    messages = {item.key: item.message for item in stretch.ranges}
    messages |= {item.key: item.message for item in stretch.pace}
    return messages.get(event.key) or TIMES.get(event.key)


def _unjudged(event: Event, stretch: Stretch, texts: Translator, neutral: Neutral | None) -> str:
    for reason in Reason:
        if reason != Reason.JUDGED and words.instruction(reason, stretch, neutral=neutral) == event.message:
            return words.instruction(reason, stretch, texts, neutral)
    return texts.gettext(event.message)
