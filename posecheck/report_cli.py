"""`posecheck report`: a folder of results to one page."""

from datetime import date
from pathlib import Path

from posecheck import recording
from posecheck.errors import InputError, OutputError
from posecheck.opensim import write_whole
from posecheck.report import Recorded, page, worst_moments

NAME = "report.html"
VIDEO = "annotated.mp4"


def report(folder: Path, out: Path | None = None, video: Path | None = None, *, force: bool = False) -> Path:
    """Judge a folder's landmarks again with the settings kept there, write the page and return where it is.

    out: report.html in the folder unless given. video: where pictures are taken from, annotated.mp4 in the folder
    unless given; without either the page has none. Raises a PosecheckError, before any work where it can.
    """
    target = out if out is not None else folder / NAME
    if target.is_dir():
        raise OutputError(f"{target}: expected a file for the report, found a folder")
    if target.exists() and not force:
        raise OutputError(f"{target}: expected no such file yet, found one; add --force to replace it")
    done = recording.rejudge(folder, recording.Changes())
    for source in (folder / VIDEO, video):
        if source is not None and source.exists() and target.exists() and target.samefile(source):
            raise OutputError(f"{target}: expected another file than the video")
    pictures = _pictures(folder, video, done)
    made = date.today().isoformat()
    recorded = Recorded(done.name, done.source, done.settings, done.problem, made)
    write_whole(target, page(done.analysis, recorded, pictures).encode("utf-8", errors="replace"))
    return target


def _pictures(folder: Path, video: Path | None, done: recording.Done) -> dict[float, str] | None:
    """Return pictures of the worst moments, or None where there is no video; a video asked for has to be readable."""
    if video is not None:
        return worst_moments(video, done.analysis.events)
    if not (folder / VIDEO).is_file():
        return None
    try:
        return worst_moments(folder / VIDEO, done.analysis.events)
    except InputError:
        return None
