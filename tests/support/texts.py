"""All texts that a person may read, where they come from, and what the German catalogue has of them.

`python -m tests.support.texts` prints what is missing as entries to translate and put into posecheck.po.
"""

import ast
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

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


Held = dict[str, tuple[str, ...]]


def of_code() -> Iterator[Text]:
    """Yield what is marked with N_, or passed to gettext or ngettext, in the code and the templates."""
    for name, line, text, _, _ in extract_from_dir(ROOT / "posecheck", METHODS):
        yield f"posecheck/{name}:{line}", text if isinstance(text, str) else tuple(text)


def of_errors() -> Iterator[Text]:
    """Yield what errors say, where they are raised: a page, or a command in another language, translates it then."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "posecheck").rglob("*.py"))}
    raised = _errors(trees.values()) | {"Problem", "fault"}
    for path, tree in trees.items():
        whole = _named(tree.body)
        parts = [part for part in ast.walk(tree) if isinstance(part, ast.FunctionDef)]
        for part in parts:
            held = whole | _named(list(ast.walk(part)), whole)
            for node in ast.walk(part):
                if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in raised):
                    continue
                for text in (text for given in node.args[:2] for text in _said(given, held)):
                    if " " in text:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def _errors(trees: Iterable[ast.Module]) -> set[str]:
    """Return the names of the classes whose text is meant for the user."""
    classes = [node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]
    found = {"PosecheckError", "UnfitFileError", "UnfitDocumentError"}
    while more := {one.name for one in classes if {getattr(base, "id", "") for base in one.bases} & found} - found:
        found |= more
    return found


def _named(nodes: Sequence[ast.AST], known: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> Held:
    """Return the texts that names stand for, each with all that it is given; a part may be a name that is known."""
    held: Held = {}
    for node in nodes:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=False))
            for one, value in pairs:
                if isinstance(one, ast.Name):
                    held[one.id] = (*held.get(one.id, ()), *_said(value, {**known, **held}))
    return held


def _said(node: ast.expr, held: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the texts that an expression may be."""
    match node:
        case ast.Constant(value=str(text)):
            return (text,)
        case ast.Name(id=name):
            return held.get(name, ())
        case ast.IfExp(body=one, orelse=other):
            return (*_said(one, held), *_said(other, held))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return tuple(a + b for a in _said(left, held) for b in _said(right, held))
        case ast.Call(func=ast.Name(id="N_"), args=[text]):
            return _said(text, held)
    return ()


def of_angles() -> Iterator[Text]:
    """Yield the words of the table of angles."""
    for row in ANGLES:
        for text in (row.words, row.positive.phrase, row.negative.phrase):
            yield f"posecheck/angles.py: {row.name}", text
    for name in FAMILIES:
        yield f"posecheck/angles.py: {name}", words_for(name)


def of_stretches() -> Iterator[Text]:
    """Yield what a stretch's file says to the person; its list of sources stays in the language they are cited in."""
    for stretch in all_stretches().values():
        camera = stretch.camera
        texts = [stretch.name, stretch.summary, stretch.reason, *stretch.steps, *stretch.props]
        texts += [camera.placement, *camera.cannot_show, *(item.message for item in stretch.ranges)]
        texts += [item.message for item in stretch.pace]
        texts += [item.source for item in (*stretch.ranges, *stretch.pace, stretch.hold, stretch.dose) if item]
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
    texts += [rule.source for rule in (how.breathing, how.sound, how.daily, how.same_technique)]
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
    for where, text in (
        *of_code(),
        *of_errors(),
        *of_angles(),
        *of_stretches(),
        *of_safety(),
        *of_programmes(),
        *of_samples(),
    ):
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
