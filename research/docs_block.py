"""Replace one generated block of a Markdown file, which stands between two HTML comments.

A block named `figures` begins with `<!-- figures -->` and ends with `<!-- /figures -->`. A benchmark writes its figures
only when asked, because they take minutes to hours to measure.
"""

from pathlib import Path


def replace_block(path: Path, name: str, text: str) -> None:
    """Write text between the marks of a block, with an empty line on both sides; keep the rest of the file.

    Args:
        path: The Markdown file.
        name: The name in the marks.
        text: The text to write, without surrounding line breaks.

    Raises:
        ValueError: If the file does not hold each mark exactly once, with the first one before the last.
    """
    first, last = f"<!-- {name} -->", f"<!-- /{name} -->"
    whole = path.read_text(encoding="utf-8")
    if whole.count(first) != 1 or whole.count(last) != 1 or whole.index(last) < whole.index(first):
        raise ValueError(f"{path.name}: expected {first} and {last} once each, in this order")
    before, after = whole.split(first)[0], whole.split(last)[1]
    path.write_text(f"{before}{first}\n\n{text}\n\n{last}{after}", encoding="utf-8")
