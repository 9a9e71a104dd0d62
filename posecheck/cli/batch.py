"""The `batch` command: a folder of recordings on this machine, or an archive on a cluster."""

import sys
from collections import Counter
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from posecheck.cli.errors import INTERRUPTED, describe_error, reports_errors, say
from posecheck.cli.options import ModelFileOption, ModelOption
from posecheck.core.errors import PosecheckError

if TYPE_CHECKING:
    from posecheck.batch.manifest import Item
    from posecheck.batch.tasks import Options, Row

MOST_NAMES, NAME_CHARS = 5, 40
"""Most skipped files, or endings of them, that are named, and how much of each name."""


@reports_errors
def batch(
    paths: Annotated[list[str] | None, typer.Argument(help="Recordings, folders of them, or URLs.")] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the results; a cluster's workers share it.")
    ] = ...,  # type: ignore[assignment]
    manifest: Annotated[
        Path | None,
        typer.Option(help="A CSV with the columns video, stretch, and age, neutral, mirrored, name where wanted."),
    ] = None,
    stretch: Annotated[
        str | None, typer.Option("--stretch", "-s", help="The stretch of all, or of rows that name none.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one for each processor if not given.")] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Work on a Dask cluster: tcp://host:port of its scheduler.")
    ] = None,
    age: Annotated[int | None, typer.Option(min=1, max=120, help="Age in years of all that name none.")] = None,
    model: ModelOption = "full",
    model_file: ModelFileOption = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Change a limit, e.g. trunk_rotation.stop=40. Repeatable.")
    ] = None,
    profile: Annotated[Path | None, typer.Option(help="A threshold profile (.toml).")] = None,
    no_video: Annotated[bool, typer.Option("--no-video", help="Do not draw annotated.mp4.")] = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="Do not write report.html.")] = False,
    every: Annotated[int, typer.Option(min=1, help="Judge each Nth frame only: faster, and coarser in time.")] = 1,
    mirrored: Annotated[
        bool,
        typer.Option("--mirrored", help="Recordings show the person as a mirror does; a manifest may say otherwise."),
    ] = False,
) -> None:
    """Check many recordings; run again, it goes on where it was, and leaves what is done."""
    from posecheck.batch.tasks import Options
    from posecheck.recordings.request import variant_of

    items = _items(paths or [], manifest, stretch, out, age, mirrored)
    variant_of(model)
    options = Options(
        model,
        None if model_file is None else model_file.resolve(),
        tuple(set_ or ()),
        None if profile is None else profile.resolve(),
        not no_video,
        not no_report,
        every,
        describe_error,
    )
    rows = _run(items, out, options, workers, cluster)
    _tell(rows, out)
    if all(row.status == "failed" for row in rows):
        raise typer.Exit(2)


def _items(
    paths: list[str], manifest: Path | None, stretch: str | None, out: Path, age: int | None, mirrored: bool
) -> "list[Item]":
    from posecheck.batch.manifest import of_manifest, of_paths

    if (manifest is None) == (not paths):
        text = "batch: expected recordings or folders, or --manifest FILE, and not both"
        raise PosecheckError("no_recordings", text)
    if manifest is not None:
        return of_manifest(manifest, stretch, age, mirrored=mirrored)
    if stretch is None:
        text = "batch: expected --stretch, or a --manifest that names one for each recording"
        raise PosecheckError("no_stretch", text)
    skipped: dict[str, None] = {}
    try:
        return of_paths(paths, stretch, out, age, skipped.setdefault, mirrored=mirrored)
    finally:
        if skipped:
            print(f"posecheck: {_skipped(list(skipped))}", file=sys.stderr)


def _skipped(files: list[str]) -> str:
    """Return a line of bounded length on files that were left out: their names if they are few, else their endings."""
    count = "1 file" if len(files) == 1 else f"{len(files)} files"
    if len(files) <= MOST_NAMES:
        told = [_short(PurePath(file).name) for file in files]
    else:
        kinds = Counter(PurePath(file).suffix.lower() for file in files).most_common()
        told = [f"{_short(kind) or 'no ending'} ({times})" for kind, times in kinds[:MOST_NAMES]]
        if len(kinds) > MOST_NAMES:
            told.append(f"{len(kinds) - MOST_NAMES} more endings")
    return f"skipped {count} whose name does not end like a video's: {', '.join(told)}"


def _short(name: str) -> str:
    """Return a name without what would end the line, cut where it is long."""
    plain = "".join(c if c.isprintable() else "?" for c in name)
    return plain if len(plain) <= NAME_CHARS else f"{plain[: NAME_CHARS - 1]}…"


def _run(items: "list[Item]", out: Path, options: "Options", workers: int | None, cluster: str | None) -> "list[Row]":
    """Run the batch with a bar over all recordings."""
    from rich.progress import MofNCompleteColumn

    from posecheck.batch import Batch, run
    from posecheck.batch.dask_cluster import DaskCluster
    from posecheck.batch.executors import LocalProcesses
    from posecheck.capture.pose.model_file import ensure
    from posecheck.cli.console import bar as bar_of
    from posecheck.recordings.request import variant_of

    if cluster is None:
        ensure(variant_of(options.model), options.model_file)
    executor = LocalProcesses(workers) if cluster is None else DaskCluster(cluster)
    finished: list[Row] = []
    with bar_of(MofNCompleteColumn()) as progress:
        bar = progress.add_task("recordings", total=len(items))

        def tell(row: "Row") -> None:
            finished.append(row)
            progress.update(bar, completed=len(finished))
            if row.status == "failed":
                progress.console.print(f"posecheck: {row.error}", markup=False, highlight=False, soft_wrap=True)

        try:
            return run(Batch(items, out, options), executor, tell)
        except KeyboardInterrupt:
            progress.stop()
            say(
                f"posecheck: interrupted; {len(finished)} of {len(items)} recordings are done and kept in {out}, "
                "the same command goes on from there",
                error=True,
            )
            raise typer.Exit(INTERRUPTED) from None


def _tell(rows: "list[Row]", out: Path) -> None:
    from posecheck.batch.index import ORDER, WORDS

    kinds = Counter("failed" if row.status == "failed" else row.verdict for row in rows)
    parts = [f"{WORDS[kind].lower()} {kinds[kind]}" for kind in ORDER if kinds[kind]]
    kept = sum(row.status == "kept" for row in rows)
    before = f" ({kept} done before)" if kept else ""
    print(f"{len(rows)} recordings{before}: {', '.join(parts)}")
    say(f"Results in {out}: index.html, recordings.csv, recordings.parquet, and a folder for each recording")
