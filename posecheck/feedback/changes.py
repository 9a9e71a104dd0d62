"""What another judgement of the same recording changed, in words."""

from collections.abc import Sequence

from posecheck.assessment.analysis import Analysis
from posecheck.assessment.comparison import between
from posecheck.assessment.events import Event
from posecheck.core.i18n import ENGLISH, Translator
from posecheck.feedback.vocabulary import KINDS


def describe_changes(before: Sequence[Event], after: Analysis, texts: Translator = ENGLISH) -> list[str]:
    """Describe which events came, went or changed their level since an earlier judgement, a line for each.

    Args:
        before: The events of the earlier judgement.
        after: The new judgement of the same landmarks.
        texts: The language of the lines.
    """
    found = between(before, after.events)

    def told(event: Event) -> str:
        name = texts.gettext(KINDS[event.kind])
        what = name.lower() if texts.language == "en" else name
        return texts.gettext("{what} at {time} s").format(what=what, time=texts.number(event.worst_s, 1))

    gone, new = texts.gettext("gone: {event} ({level})"), texts.gettext("new: {event} ({level})")
    other = texts.gettext("changed: {event}, {before} → {after}")
    lines = [gone.format(event=told(event), level=texts.gettext(event.level)) for event in found.went]
    lines += [new.format(event=told(event), level=texts.gettext(event.level)) for event in found.came]
    lines += [
        other.format(event=told(now), before=texts.gettext(was.level), after=texts.gettext(now.level))
        for was, now in found.changed
    ]
    return lines
