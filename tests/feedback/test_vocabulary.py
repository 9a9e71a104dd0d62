"""The words for codes stand in one place: no two modules have a table with the same words for the same codes."""

import ast
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import posecheck

PACKAGE = Path(posecheck.__file__).parent


class Table(NamedTuple):
    """Hold a module's table of texts by code."""

    module: str
    name: str
    words: dict[str, str]


def tables(module: str, code: str) -> Iterator[Table]:
    """Yield the tables of a module that give at least two codes words of their own."""
    for node in ast.parse(code).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and isinstance(value := getattr(node, "value", None), ast.Dict):
            words = {ast.unparse(key): text for key, item in zip(value.keys, value.values, strict=True)
                     if key is not None and (text := _text(item)) is not None}  # fmt: skip
            if len(words) > 1:
                yield Table(module, target.id, words)


def _text(node: ast.expr) -> str | None:
    """Return the text of a literal, marked for translation or not; None for anything else, and for a symbol."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "N_":
        node = node.args[0]
    text = node.value if isinstance(node, ast.Constant) else None
    return text if isinstance(text, str) and any(letter.isalpha() for letter in text) else None


def alike(found: list[Table]) -> list[tuple[str, str]]:
    """Return the pairs of tables of different modules that have two codes or more in common, all in the same words."""
    out = []
    for one, other in combinations(found, 2):
        both = one.words.keys() & other.words.keys()
        if one.module != other.module and len(both) > 1 and all(one.words[key] == other.words[key] for key in both):
            out.append((f"{one.module}.{one.name}", f"{other.module}.{other.name}"))
    return out


def test_no_two_modules_word_the_same_codes_the_same_way() -> None:
    found = [
        table
        for path in sorted(PACKAGE.rglob("*.py"))
        for table in tables(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8"))
    ]
    assert ("feedback/vocabulary.py", "VERDICTS") in {(table.module, table.name) for table in found}
    assert alike(found) == []


def test_a_table_that_words_codes_again_is_found() -> None:
    first = 'A = {"yes": N_("yes"), "no": N_("no")}\nMARKS = {"yes": "●", "no": "■"}'
    again = 'WORDS: dict[str, str] = {"yes": "yes", "no": "no", "unsure": "unsure"}\nM = {"yes": "●", "no": "■"}'
    other = 'SHORT = {"yes": N_("yes"), "no": N_("never")}'
    found = [*tables("a", first), *tables("b", again), *tables("c", other)]
    assert alike(found) == [("a.A", "b.WORDS")]
