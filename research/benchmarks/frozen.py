"""Record the output for saved recordings, so that no code change alters it unnoticed.

    python -m research.benchmarks.frozen write DIR [--samples] [--reports] [--only PART …]
    python -m research.benchmarks.frozen compare DIR DIR
    python -m research.benchmarks.frozen update

`write` judges the saved landmarks of every script and writes angles.csv, events.csv, repetitions.csv, cues.csv,
summary.json, the text on the terminal and the cues in both languages. --reports adds the reports. --samples analyses
every sample clip from its video with `posecheck check`, judges it again, reports it, and records the help of each
command. `compare` names every file that differs, and exits with 1 if any does. `update` renews the digest that the
test of frozen outputs reads (research/datasets/frozen.json.gz): events, repetitions and texts as they are, angles as
counts and sums, because other processors round differently.
"""

import argparse
import csv
import filecmp
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from posecheck.assessment.analysis import Analysis, judge
from posecheck.cli import console
from posecheck.core.files import write_whole
from posecheck.core.i18n import LANGUAGES, translator
from posecheck.feedback.cues import cues_of
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.report.limits import Stated
from posecheck.report.page import Recorded, page
from posecheck.results.summary_file import Source
from posecheck.stretches.library import find_stretch
from research.datasets.coached_rows import Row
from research.datasets.coaching import ROWS
from research.datasets.seen import key, load, to_be_seen

ROOT = Path(__file__).parents[2]
DIGEST = ROOT / "research" / "datasets" / "frozen.json.gz"
WIDTH = 110
COMMANDS = (
    *("", "check", "rejudge", "report", "export", "model", "app", "live", "batch", "history", "safety", "stretches"),
    *("cap", "tags", "history list", "safety felt", "stretches validate"),
)
SUM_DIGITS = 2


def outputs(row: Row, folder: Path, *, reports: bool = False) -> Analysis:
    """Judge one script and write all output about it into a folder.

    Args:
        row: The script; its landmarks must be saved.
        folder: Where the files go; created if missing.
        reports: Whether to write the report too, in every language.

    Returns:
        The analysis.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = key(row)
    analysis = judge(load(row)[0], find_stretch(row.name))
    source = Source(file=name)
    settings = settings_of(row.name, None)
    write(folder, Done(analysis, name, source, settings))
    (folder / "landmarks.npz").unlink()
    text = io.StringIO()
    console.print_verdict(Console(file=text, width=WIDTH, highlight=False), analysis, name)
    (folder / "verdict.txt").write_text(text.getvalue(), encoding="utf-8")
    for language in LANGUAGES:
        said = "\n".join(repr(cue) for cue in cues_of(analysis, language))
        (folder / f"cues-{language}.txt").write_text(said, encoding="utf-8")
        if reports:
            stated = Stated(find_stretch(row.name), {})
            recorded = Recorded(name, source, settings, None, "2026-01-01", (), (), stated)
            html = page(analysis, recorded, None, translator(language), None)
            (folder / f"report-{language}.html").write_text(html, encoding="utf-8")
    return analysis


def _samples(folder: Path) -> None:
    """Analyse every sample clip from its video, and record the help of every command."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "COLUMNS": str(WIDTH), "PYTHONPATH": str(ROOT)}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "posecheck", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)
        return f"{done.returncode}\n{done.stdout}\n--\n{done.stderr}"

    for scene in sorted((ROOT / "sample_videos").glob("*.toml")):
        stretch = tomllib.loads(scene.read_text(encoding="utf-8"))["stretch"]
        out = folder / scene.stem
        steps = {
            "check": ("check", f"sample_videos/{scene.stem}.mp4", "--stretch", stretch, "--out", str(out)),
            "report": ("report", str(out)),
            "reportde": ("report", str(out), "--language", "de", "--out", str(out / "de.html")),
            "rejudge": ("rejudge", str(out), "--age", "65"),
        }
        for name, arguments in steps.items():
            (folder / f"{scene.stem}.{name}.txt").write_text(run(*arguments), encoding="utf-8")
        print(scene.stem, file=sys.stderr, flush=True)
    told = (f"== {command}\n{run(*command.split(), '--help')}" for command in COMMANDS)
    (folder / "help.txt").write_text("\n".join(told), encoding="utf-8")


def digest_of(row: Row, folder: Path) -> dict[str, Any]:
    """Return the digest of one script, which the test compares.

    Args:
        row: The script.
        folder: The folder that `outputs` wrote.

    Returns:
        By name: for each angle column the number of known values and their rounded sum; what they
        rest on; events; repetitions; verdict;
        headlines; and English cues.
    """

    def rows(name: str) -> list[list[str]]:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    head, *angles = rows("angles.csv")
    columns = {
        name: [len(known), round(sum(map(float, known)), SUM_DIGITS)]
        for i, name in enumerate(head)
        if not name.endswith("_basis") and (known := [line[i] for line in angles if line[i]])
    }
    bases = {line[i] for i, name in enumerate(head) if name.endswith("_basis") for line in angles if line[i]}
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return {
        "angles": columns,
        "bases": sorted(bases),
        "events": [[line[0], line[1], line[2], line[7]] for line in rows("events.csv")[1:]],
        "repetitions": [line[1:2] + line[-1:] for line in rows("repetitions.csv")[1:]],
        "verdict": summary["verdict"],
        "headlines": summary["headlines"],
        "cues": [line.partition(" text=")[2] for line in (folder / "cues-en.txt").read_text("utf-8").splitlines()],
    }


def digest(rows: list[Row]) -> dict[str, Any]:
    """Return the digests of scripts, by their key."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for row in rows:
            place = Path(folder) / key(row)
            outputs(row, place)
            found[key(row)] = digest_of(row, place)
    return found


def kept_digest() -> dict[str, Any]:
    """Return the committed digest."""
    with gzip.open(DIGEST, "rt", encoding="utf-8") as file:
        held: dict[str, Any] = json.load(file)
    return held


def _update() -> None:
    text = json.dumps(digest(list(to_be_seen(ROWS))), ensure_ascii=False, sort_keys=True)
    write_whole(DIGEST, gzip.compress(text.encode("utf-8"), mtime=0))


def differences(before: Path, after: Path) -> Iterator[str]:
    """Compare two folders of outputs.

    Args:
        before: The first folder.
        after: The second folder.

    Yields:
        A line for each file that differs or is missing on one side. Landmarks and videos are not compared.
    """

    def names(folder: Path) -> set[str]:
        left_out = (".npz", ".mp4")
        return {
            str(path.relative_to(folder))
            for path in folder.rglob("*")
            if path.is_file() and path.suffix not in left_out
        }

    here, there = names(before), names(after)
    yield from (f"only in {before}: {name}" for name in sorted(here - there))
    yield from (f"only in {after}: {name}" for name in sorted(there - here))
    for name in sorted(here & there):
        if not filecmp.cmp(before / name, after / name, shallow=False):
            yield f"differs: {name}"


def main() -> None:
    """Write, compare or renew frozen outputs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    writing = commands.add_parser("write", help="write what is said now")
    writing.add_argument("folder", type=Path)
    writing.add_argument("--samples", action="store_true", help="the sample clips from their videos, and help, too")
    writing.add_argument("--reports", action="store_true", help="the reports of scripts too")
    writing.add_argument("--only", nargs="*", default=[], help="scripts whose key holds one of these")
    comparing = commands.add_parser("compare", help="name every file that differs")
    comparing.add_argument("folders", type=Path, nargs=2)
    commands.add_parser("update", help="renew the committed digest")
    given = parser.parse_args()
    if given.command == "update":
        _update()
    elif given.command == "compare":
        found = list(differences(*given.folders))
        print("\n".join(found) or "no differences")
        sys.exit(1 if found else 0)
    else:
        for row in to_be_seen(ROWS):
            if not given.only or any(part in key(row) for part in given.only):
                outputs(row, given.folder / "scripts" / key(row), reports=given.reports)
        if given.samples:
            _samples(given.folder / "samples")


if __name__ == "__main__":
    main()
