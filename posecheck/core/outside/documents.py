"""TOML and JSON from outside: of a bounded depth, with numbers that 64 bits hold.

Both parsers of Python recurse into nested values, and TOML takes time that grows with the square of a key's dots.
"""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from posecheck.core.errors import Problem, Words, is_plain
from posecheck.core.i18n import N_
from posecheck.core.outside.files import Most, read_regular

MOST_DEPTH = 32
"""Most values within one another; a stretch has four, a summary five."""
DEEP = N_("more than {most} values within one another")
_AT = re.compile(r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.S)
_TWICE = N_("line {line}, column {column}: expected each name once, found it again before {found}")
_OPEN = N_("line {line}, column {column}: expected the end of what was opened before, found {found}")
TOML_FAULTS = {
    "Expected '='": N_("line {line}, column {column}: expected = after the name, found {found}"),
    "Invalid value": N_("line {line}, column {column}: expected a value, found {found}"),
    "Expected newline": N_("line {line}, column {column}: expected the end of the line, found {found}"),
    "Invalid statement": N_("line {line}, column {column}: expected a name or a [table], found {found}"),
    "Invalid initial character": N_("line {line}, column {column}: expected a name, found {found}"),
    "Invalid date": N_("line {line}, column {column}: expected a date of the calendar, found {found}"),
    "Unescaped": N_("line {line}, column {column}: expected two backslashes for one before {found}"),
    "Cannot": _TWICE,
    "Duplicate": _TWICE,
    "Unclosed": _OPEN,
    "Unterminated": _OPEN,
    "Expected ']": _OPEN,
    "Expected \"'": _OPEN,
    "Illegal character '\\n'": _OPEN,
}
"""What is said of a mistake in TOML, by how the parser's own sentence begins."""
OTHER_FAULT = N_("line {line}, column {column}: found {found}")
FOUND_CHARS = 40
_WHOLE = range(-(2**63), 2**63)
# The quoted keys are bounded, so that no text takes long to search.
_PART = r"""(?:[\w-]++|"[^"\n]{0,200}+"|'[^'\n]{0,200}+')"""
_DOTTED = re.compile(rf"(?<![\w-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MOST_DEPTH}}}")


class UnfitDocumentError(ValueError):
    """Raised for a document that is wrong, nests too deep, or holds a number that no program reads back.

    Its text is one line, which the text of another error holds as a value.
    """

    def __init__(self, text: str, params: Mapping[str, object] | None = None) -> None:
        """Create an error.

        Args:
            text: What is wrong, with the names of params in braces.
            params: The values for these names.
        """
        self.problem = Problem("unfit", text, params or {})
        super().__init__(self.problem.told())

    def __reduce__(self) -> tuple[object, ...]:
        # The default would lose the values where an error comes from another process.
        return UnfitDocumentError, (self.problem.text, dict(self.problem.params))


def parse_toml(text: str) -> dict[str, Any]:
    """Read TOML.

    Raises:
        ValueError: It is no TOML, or unfit (UnfitDocumentError); the message is one line.
    """
    if _DOTTED.search(text):
        raise UnfitDocumentError(N_("a key of more than {most} parts"), {"most": MOST_DEPTH})
    try:
        table: dict[str, Any] = _fit(_parsed(tomllib.loads, text))
    except tomllib.TOMLDecodeError as error:
        raise not_toml(str(error), text) from error
    return table


def not_toml(told: str, text: str) -> UnfitDocumentError:
    """Return the error for a text that is no TOML, in words that can be translated.

    Args:
        told: The parser's own sentence, which ends with the place.
        text: The text.
    """
    found = _AT.match(told)
    what = told if found is None else found["what"]
    lines = text.replace("\r\n", "\n").split("\n")
    # Without numbers the parser says "at end of document".
    line, column = len(lines), len(lines[-1]) + 1
    if found is not None and found["line"] is not None:
        line, column = int(found["line"]), int(found["column"])
    rest = lines[line - 1][column - 1 :].strip() if line <= len(lines) else ""
    end = N_("the end of the line") if line < len(lines) else N_("the end of the file")
    shown = Words(end) if not rest else repr(f"{rest[:FOUND_CHARS]}…" if len(rest) > FOUND_CHARS else rest)
    wanted = next((fault for start, fault in TOML_FAULTS.items() if what.startswith(start)), OTHER_FAULT)
    return UnfitDocumentError(wanted, {"line": line, "column": column, "found": shown})


def read_text(path: Path, most: int = Most.DOCUMENT) -> str:
    """Read a text file, with the ends of its lines as Python has them.

    Raises:
        OSError: It cannot be read, is no regular file, or is larger than `most` bytes.
        ValueError: It is no UTF-8.
    """
    try:
        text = read_regular(path, most).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnfitDocumentError(N_("text in another encoding than UTF-8")) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        OSError: It cannot be read, is no regular file, or is larger than Most.DOCUMENT.
        ValueError: It is no UTF-8, or no TOML; the message is one line.
    """
    return parse_toml(read_text(path))


def read_json(path: Path, most: int = Most.SUMMARY) -> Any:
    """Read a JSON file.

    Raises:
        OSError: It cannot be read, is no regular file, or is larger than `most` bytes.
        ValueError: It is no UTF-8, or no JSON; the message is one line.
    """
    return _fit(_parsed(json.loads, read_regular(path, most).decode("utf-8")))


def json_text(value: object, indent: int | None = 2) -> str:
    """Return a value as JSON that any terminal may show and any program read: what is not plain text is escaped."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    if is_plain(text, keep="\n"):
        return text
    return "".join(c if is_plain(c, keep="\n") else json.dumps(c)[1:-1] for c in text)


def _parsed(parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text)
    except RecursionError as error:
        raise UnfitDocumentError(DEEP, {"most": MOST_DEPTH}) from error


def _fit(document: Any) -> Any:
    """Return the document; UnfitDocumentError where it nests too deep or holds a number beyond 64 bits."""
    level: list[Any] = [document]
    for _ in range(MOST_DEPTH):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner += value.values()
            elif isinstance(value, list):
                inner += value
            elif isinstance(value, int) and value not in _WHOLE:
                raise UnfitDocumentError(N_("a whole number that 64 bits cannot hold"))
        if not inner:
            return document
        level = inner
    raise UnfitDocumentError(DEEP, {"most": MOST_DEPTH})
