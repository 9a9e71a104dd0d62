"""The overview page of a batch: each recording's verdict, the most urgent first, with a link to its results.

The page is one file without scripts, and loads nothing else. All text is escaped.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from posecheck.batch.tasks import Row
from posecheck.core import __version__
from posecheck.core.files import write_whole
from posecheck.feedback.vocabulary import VERDICTS
from posecheck.feedback.wording import capital
from posecheck.report.markup import environment

NAME = "index.html"
ORDER = ("stop", "caution", "cannot_judge", "failed", "borderline", "clear")
"""Kinds of rows, in the order in which somebody should look at them."""
WORDS = VERDICTS | {"failed": "Not analysed"}
"""Kinds of rows in words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one line of the page, as text.

    Attributes:
        kind: One of ORDER.
        name: The recording's name.
        place: The recording's path or URL.
        link: Link to its report; empty where there is none.
        files: Link to its folder of results; empty where there is none.
        stretch: Id of the stretch.
        length: Its length, e.g. 1:15.
        message: The headline, or the error.
        problem: What is wrong with a recording that could be judged; empty if nothing.
    """

    kind: str
    name: str
    place: str
    link: str
    files: str
    stretch: str
    length: str
    message: str
    problem: str


def write_index(folder: Path, rows: Sequence[Row], made: str, missing: int = 0) -> None:
    """Write index.html for a batch.

    Args:
        folder: The batch's folder.
        rows: A row for each recording that is done.
        made: The date and time of writing, as shown on the page.
        missing: Number of recordings that are not done yet.

    Raises:
        OutputError: The file cannot be written.
    """
    env = environment(Path(__file__).parent / "templates")
    entries = sorted((_entry(folder, row) for row in rows), key=lambda entry: (ORDER.index(entry.kind), entry.name))
    counts = Counter(entry.kind for entry in entries)
    text = env.get_template("batch.html.j2").render(
        version=__version__,
        made=made,
        missing=missing,
        entries=entries,
        words=WORDS,
        counts=[(kind, counts[kind]) for kind in ORDER if counts[kind]],
        total=_clock(sum(row.duration_s or 0.0 for row in rows)),
    )
    write_whole(folder / NAME, text.encode("utf-8", errors="replace"))


def _entry(folder: Path, row: Row) -> Entry:
    kind = "failed" if row.status == "failed" else row.verdict
    report = f"{row.folder}/report.html"
    place = row.recording.replace("\\", "/")
    return Entry(
        kind if kind in ORDER else "cannot_judge",
        row.folder or PurePosixPath(place).name,
        place,
        quote(report) if row.folder and (folder / report).is_file() else "",
        f"{quote(row.folder)}/" if row.folder else "",
        row.stretch,
        "" if row.duration_s is None else _clock(row.duration_s),
        _sentence(row.error.removeprefix(f"{row.recording}: ")) if row.status == "failed" else row.headline,
        row.problem,
    )


def _clock(seconds: float) -> str:
    """Return 75 as `1:15`, and 3675 as `1:01:15`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _sentence(text: str) -> str:
    return f"{capital(text)}."
