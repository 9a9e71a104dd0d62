"""A generated block is replaced between its marks, and nothing else of the file changes."""

from pathlib import Path

import pytest

from research.docs_block import replace_block


def test_a_block_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("above\n\n<!-- one -->\n\nold\n\n<!-- /one -->\n<!-- two -->\n\nkept\n\n<!-- /two -->\nbelow\n")
    replace_block(page, "one", "new\nlines")
    assert page.read_text() == (
        "above\n\n<!-- one -->\n\nnew\nlines\n\n<!-- /one -->\n<!-- two -->\n\nkept\n\n<!-- /two -->\nbelow\n"
    )


@pytest.mark.parametrize(
    "text", ["no mark", "<!-- one -->", "<!-- /one --><!-- one -->", "<!-- one -->" * 2 + "<!-- /one -->"]
)
def test_a_page_without_both_marks_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(ValueError, match="expected"):
        replace_block(page, "one", "new")
    assert page.read_text() == text
