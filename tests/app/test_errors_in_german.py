"""Errors that a page shows are told in the visitor's language, not in that of the program."""

import re
from pathlib import Path

import posecheck.app

PACKAGE = Path(posecheck.app.__file__).parent


def test_no_page_shows_the_english_text_of_an_error() -> None:
    shown = re.compile(r"(plain|st\.error|st\.warning)\(+(plain\()?str\(error\)")
    wrong = [path.name for path in PACKAGE.rglob("*.py") if shown.search(path.read_text(encoding="utf-8"))]
    assert not wrong, "use describe_error(error, texts())"
