"""`posecheck tags`: the printable sheets."""

from pathlib import Path

from posecheck.capture.markers.sheet import PAPERS, write_sheets
from posecheck.core.errors import OutputError


def tags(out: Path, paper: str = "a4", force: bool = False) -> Path:
    """Write the sheets as a PDF of two pages and return where it is.

    Raises OutputError for a name that does not end in .pdf, an unknown paper, or a file that is already there.
    """
    if paper.lower() not in PAPERS:
        text = "--paper: expected {known}, got {got}"
        raise OutputError("paper", text, known=" or ".join(PAPERS), got=repr(paper))
    if out.suffix.lower() != ".pdf":
        text = "{file}: expected a name that ends in .pdf, got {got}"
        raise OutputError("file_ending", text, file=out, got=repr(out.suffix or "no ending"))
    if out.is_dir():
        raise OutputError("is_a_folder", "{file}: expected a file to write, found a folder", file=out)
    if out.exists() and not force:
        text = "{file}: expected no such file yet, found one"
        raise OutputError("exists", text, hint="force_file", file=out)
    write_sheets(out, paper.lower())
    return out
