"""All texts that a person may read, where they come from, and what the German catalogue has of them.

`python -m tests.support.texts` prints what is missing as entries to translate and put into posecheck.po.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from posecheck.feedback.wording import words_for
from posecheck.kinematics.angles import ANGLES, FAMILIES
from posecheck.programme.library import all_programmes
from posecheck.safety import practice, screening
from posecheck.stretches.library import all_stretches

ROOT = Path(__file__).parents[2]
PO = ROOT / "posecheck" / "locale" / "de" / "LC_MESSAGES" / "posecheck.po"
METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]

Text = tuple[str, str | tuple[str, ...]]
"""Where a text stands, and the text, or both forms of one with a number."""


def of_code() -> Iterator[Text]:
    """Yield what is marked with N_, or passed to gettext or ngettext, in the code and the templates."""
    for name, line, text, _, _ in extract_from_dir(ROOT / "posecheck", METHODS):
        yield f"posecheck/{name}:{line}", text if isinstance(text, str) else tuple(text)


def of_angles() -> Iterator[Text]:
    """Yield the words of the table of angles."""
    for row in ANGLES:
        for text in (row.words, row.positive.phrase, row.negative.phrase):
            yield f"posecheck/angles.py: {row.name}", text
    for name in FAMILIES:
        yield f"posecheck/angles.py: {name}", words_for(name)


def of_stretches() -> Iterator[Text]:
    """Yield what a stretch's file says to the person; its sources stay in the language they are cited in."""
    for stretch in all_stretches().values():
        camera = stretch.camera
        texts = [stretch.name, stretch.summary, stretch.reason, *stretch.steps, *stretch.props]
        texts += [camera.placement, *camera.cannot_show, *(item.message for item in stretch.ranges)]
        texts += [item.message for item in stretch.pace]
        for text in texts:
            yield f"reference_poses/{stretch.id}.toml", text


def of_safety() -> Iterator[Text]:
    """Yield what the safety rules ask and say."""
    rules, how = screening(), practice()
    effects = [*rules.always, *rules.ages, *(effect for one in rules.questions for effect in one.effects)]
    for asked in (*(question.text for question in rules.questions), *(effect.why for effect in effects)):
        yield "posecheck/safety/screening.toml", asked
    texts = [how.not_medical_advice, how.warm_up.text, how.daily.soft_text, how.daily.hard_text]
    texts += [how.same_technique.text, how.breathing.text_in, how.breathing.text_out, how.breathing.text]
    texts += [how.sound.text, *(item.text for item in how.checklist), *(item.text for item in how.see_professional)]
    texts += [text for one in how.symptoms for text in (one.text, one.act, one.why)]
    texts += [text for one in how.emergencies for text in (*one.signs, one.act)]
    texts += [rule.title for rule in how.rules]
    for text in texts:
        yield "posecheck/safety/practice.toml", text


def of_programmes() -> Iterator[Text]:
    """Yield what the programmes that come with posecheck say."""
    for name, programme in all_programmes().items():
        for text in (programme.name, programme.note, *(step.note for step in programme.steps)):
            yield f"posecheck/programme/shipped/{name}.toml", text


def of_samples() -> Iterator[Text]:
    """Yield what the sample clips show."""
    for path in sorted((ROOT / "sample_videos").glob("*.toml")):
        yield f"sample_videos/{path.name}", str(tomllib.loads(path.read_text(encoding="utf-8")).get("shows", ""))


def all_texts() -> list[Text]:
    """Return every text once, in a steady order."""
    held: dict[str | tuple[str, ...], str] = {}
    for where, text in (*of_code(), *of_angles(), *of_stretches(), *of_safety(), *of_programmes(), *of_samples()):
        if text:
            held.setdefault(text, where)
    return [(where, text) for text, where in held.items()]


def german() -> Catalog:
    """Return the German catalogue."""
    with PO.open("rb") as file:
        return read_po(file, locale="de", abort_invalid=True)


def translated(catalogue: Catalog, text: str | tuple[str, ...]) -> Message | None:
    """Return a text's entry when it is translated in full."""
    entry = catalogue.get(text if isinstance(text, str) else text[0])
    if entry is None or entry.fuzzy or not entry.string:
        return None
    whole = isinstance(entry.string, str) == isinstance(text, str) and all(entry.string)
    return entry if whole else None


def missing() -> list[Text]:
    """Return the texts that the German catalogue lacks."""
    catalogue = german()
    return [(where, text) for where, text in all_texts() if translated(catalogue, text) is None]


if __name__ == "__main__":
    import sys

    wanted = Catalog(locale="de")
    for place, words in missing():
        wanted.add(words, auto_comments=[place])
    write_po(sys.stdout.buffer, wanted, omit_header=True, width=0)
