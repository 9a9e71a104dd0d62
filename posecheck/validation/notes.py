"""What a reader must know of a comparison, in words."""

from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.feedback.wording import capital, words_for
from posecheck.validation.schema import Note

NOTES = {
    "another_offset": N_("A shift of {value} s fits about as well: give the offset if you know it."),
    "offset_at_edge": N_("The best shift lies at the edge of the search of {value} s: search further."),
    "neutral_not_in_truth": N_(
        "{angle}: the reference has no value in the neutral posture, so it counts from its own zero."
    ),
    "counts_differ": N_(
        "The table has another number of repetitions than were counted (difference {value}); rows go by their number."
    ),
}
"""The words for notes, by their code."""


def describe_note(note: Note, texts: Translator = ENGLISH) -> str:
    """Return a note as a sentence; empty for a code that this version does not know."""
    value = "" if note.value is None else texts.number(note.value, 2 if note.value % 1 else 0).replace("-", "−")
    angle = capital(words_for(note.angle, texts)) if note.angle else ""
    return texts.gettext(NOTES.get(note.code, "")).format(angle=angle, value=value)
