"""TOML and JSON from outside: of a bounded depth, with numbers that 64 bits hold.

Both parsers of Python recurse into nested values, and TOML takes time that grows with the square of a key's dots.
"""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from posecheck.core.errors import is_plain
from posecheck.core.outside.files import Most, read_regular

MOST_DEPTH = 32
"""Most values within one another; a stretch has four, a summary five."""
_WHOLE = range(-(2**63), 2**63)
# The quoted keys are bounded, so that no text takes long to search.
_PART = r"""(?:[\w-]++|"[^"\n]{0,200}+"|'[^'\n]{0,200}+')"""
_DOTTED = re.compile(rf"(?<![\w-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MOST_DEPTH}}}")


class UnfitDocumentError(ValueError):
    """Raised for a document that nests too deep, or holds a number that no program reads back."""


def parse_toml(text: str) -> dict[str, Any]:
    """Read TOML.

    Raises:
        ValueError: It is no TOML, or unfit (UnfitDocumentError); the message is one line.
    """
    if _DOTTED.search(text):
        raise UnfitDocumentError(f"a key of more than {MOST_DEPTH} parts")
    table: dict[str, Any] = _fit(_parsed(tomllib.loads, text))
    return table


def read_text(path: Path, most: int = Most.DOCUMENT) -> str:
    """Read a text file, with the ends of its lines as Python has them.

    Raises:
        OSError: It cannot be read, is no regular file, or is larger than `most` bytes.
        ValueError: It is no UTF-8.
    """
    text = read_regular(path, most).decode("utf-8")
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
        raise UnfitDocumentError(f"more than {MOST_DEPTH} values within one another") from error


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
                raise UnfitDocumentError("a whole number that 64 bits cannot hold")
        if not inner:
            return document
        level = inner
    raise UnfitDocumentError(f"more than {MOST_DEPTH} values within one another")
