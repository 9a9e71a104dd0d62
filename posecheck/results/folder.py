"""The folder results are put in: all of them appear together at the end, or none do."""

import errno
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from posecheck.core.errors import OutputError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)
"""What the system says when a disk is full, or gone, in the middle of the work."""
FILES = (
    "angles.csv",
    "events.csv",
    "repetitions.csv",
    "cues.csv",
    "summary.json",
    "landmarks.npz",
    "annotated.mp4",
    "report.html",
)


class ResultFolder:
    """Collect result files beside their folder and move them in when the block ends without an exception.

    Raises OutputError, before any work is done, when the folder cannot be written, is a file, or already holds
    results and force is not set. files: the names that results may have; with force, only those are replaced.
    """

    def __init__(self, folder: Path, files: Sequence[str] = FILES, *, force: bool = False) -> None:
        self._folder, self._files = folder, files
        self._made: Path | None = None
        try:
            if folder.exists() and not folder.is_dir():
                raise OutputError(
                    "file_in_place", "{folder}: expected a folder for the results, found a file", folder=folder
                )
            held = [name for name in files if (folder / name).exists()]
            if held and not force:
                text = "{folder}: expected a folder without results, found {file}"
                raise OutputError("holds_results", text, hint="force", folder=folder, file=held[0])
            self._made = _first_missing(folder)
            folder.mkdir(parents=True, exist_ok=True)
            self.path = Path(tempfile.mkdtemp(prefix=".posecheck-", dir=folder))
        except OSError as error:
            self._unmake()
            raise OutputError(
                "not_writable",
                "{folder}: expected a folder that can be written to, got: {why}",
                folder=folder,
                why=error.strerror,
            ) from error

    def _unmake(self) -> None:
        """Remove the folders made for results that did not come."""
        if self._made is None:
            return
        for folder in (self._folder, *self._folder.parents):
            try:
                folder.rmdir()
            except OSError:
                return
            if folder == self._made:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, _: TracebackType | None) -> None:
        whole = False
        try:
            if kind is None:
                self._move_in()
                whole = True
        finally:
            shutil.rmtree(self.path, ignore_errors=True)
            if not whole:
                self._unmake()
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> OutputError:
        text = "{folder}: expected to be able to write, got: {why}"
        return OutputError("write_failed", text, folder=self._folder, why=error.strerror)

    def _move_in(self) -> None:
        new = {path.name for path in self.path.iterdir()}
        try:
            for name in sorted(new):
                (self.path / name).replace(self._folder / name)
            # What an earlier run left and this one did not make would belong to another judgement.
            for name in set(self._files) - new:
                (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise self._failed(error) from error


def _first_missing(folder: Path) -> Path | None:
    """Return the topmost folder that does not exist yet, or None when all do."""
    missing = None
    for part in (folder, *folder.parents):
        if part.exists():
            break
        missing = part
    return missing
