"""Texts of visitors and files in the app's pages: Markdown makes nothing of them."""

import re

import pytest

from posecheck.app.base.labels import JOINER, plain
from tests.support.hostile.markup import TEXTS

AFTERWARDS = (
    r"https?://",
    r"www\.",
    r"[-.\w+]@[-\w]",
    r":material[/_]",
    r":streamlit:",
    r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)",
)
"""What Streamlit's pages look for where Markdown has been read, and backslashes are gone."""
MARKS = r"[\\`*_{}\[\]<>()#+\-.!|~$:&=^@]"


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_shown_as_it_is(text: str) -> None:
    escaped = plain(text)
    assert re.sub(r"\\(.)", r"\1", escaped).replace(JOINER, "") == text
    assert not re.search(rf"(?<!\\){MARKS}", re.sub(r"\\.", "", escaped))
    read = re.sub(r"\\(.)", r"\1", escaped)
    assert [one for one in AFTERWARDS if re.search(one, read, re.IGNORECASE)] == []


def test_what_needs_no_joiner_can_be_copied_as_it_is() -> None:
    for text in ("12:30", "--neutral auto", "2026-11-29", "limit: 30°", "a.mp4: expected a video"):
        assert JOINER not in plain(text)


def test_a_text_is_one_line() -> None:
    assert plain("a\n\n# b\r\n\tc\u2028d") == "a \\# b c d"
