"""`posecheck tags`: the printable sheets."""

from pathlib import Path

from posecheck.capture.markers.sheet import PAPERS, write_sheets
from posecheck.core.errors import OutputError


def tags(out: Path, paper: str = "a4", force: bool = False) -> Path:
    """Write the sheets as a PDF of two pages and return where it is.

    Raises OutputError for a name that does not end in .pdf, an unknown paper, or a file that is already there.
    """
    if paper.lower() not in PAPERS:
        raise OutputError(f"--paper: expected {' or '.join(PAPERS)}, got {paper!r}")
    if out.suffix.lower() != ".pdf":
        raise OutputError(f"{out}: expected a name that ends in .pdf, got {out.suffix or 'no ending'!r}")
    if out.is_dir():
        raise OutputError(f"{out}: expected a file to write, found a folder")
    if out.exists() and not force:
        raise OutputError(f"{out}: expected no such file yet, found one; add --force to replace it")
    write_sheets(out, paper.lower())
    return out
