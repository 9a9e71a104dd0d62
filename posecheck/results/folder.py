"""The folder results are put in: all of them appear together at the end, or none do.

A new folder is made under a hidden name beside its own and renamed in one step. In a folder that is there already, and
may hold files of others, the results are made in a hidden folder inside. Once complete it is renamed to WHOLE, and its
files are moved out of it. Whoever is killed meanwhile leaves the rest in WHOLE: it is moved by the next who reads or
writes there, and until then the folder has no summary.json, so that nobody takes it for results.
"""

import contextlib
import errno
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from posecheck.core.errors import OutputError
from posecheck.core.files import HIDDEN, BusyError, alone, beside, clear_parts

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


WHOLE, PART, LOCK = (f"{HIDDEN}results.{ending}" for ending in ("whole", "part", "lock"))
"""Names inside a folder that was there already: results that only have to be moved, unfinished ones, and the lock."""
ENDS = (".lock", ".part")
"""Of the hidden names beside a new folder."""
PATIENCE_S = 0.5
"""A process that clears what killed ones left holds their locks for a moment."""
MOVING_S = 5.0
"""Moving takes milliseconds; but a killed process lets go of its lock only when the last of its threads has ended,
which takes longer on a busy machine."""
GONE = ".gone"
"""Ends the name of an empty file in WHOLE that stands for an earlier result to be removed."""
LAST = ("batch.json", "summary.json")
"""By these a folder is known to hold results: what is new comes last, in this order; what is replaced goes first, in
the opposite one, so that no earlier summary.json is left without the rest."""


class ResultFolder:
    """Collect result files under a hidden name and make them appear when the block ends without an exception.

    Raises OutputError, before any work is done, when the folder cannot be written, is a file, already holds results and
    force is not set, or when another process is writing results there. files: the names that results may have; with
    force, only those are replaced.

    Attributes:
        path: Where to write the files meanwhile.
    """

    def __init__(self, folder: Path, files: Sequence[str] = FILES, *, force: bool = False) -> None:
        self._folder, self._files, self._force = folder, files, force
        self._made: Path | None = None
        self._held = contextlib.ExitStack()
        try:
            if os.path.lexists(folder) and not folder.is_dir():
                raise OutputError(
                    "file_in_place", "{folder}: expected a folder for the results, found a file", folder=folder
                )
            self._require_none()
            self.path = self._begin()
            finish_interrupted(folder, locked=True)
            self._require_none()
        except OSError as error:
            self._give_up()
            raise OutputError(
                "not_writable",
                "{folder}: expected a folder that can be written to, got: {why}",
                folder=folder,
                why=error.strerror,
            ) from error
        except BusyError as error:
            self._give_up()
            raise _busy(folder) from error
        except BaseException:
            self._give_up()
            raise

    def _require_none(self) -> None:
        held = [] if self._force else [name for name in self._files if (self._folder / name).exists()]
        if held:
            text = "{folder}: expected a folder without results, found {file}"
            raise OutputError("holds_results", text, hint="force", folder=self._folder, file=held[0])

    def _begin(self) -> Path:
        """Lock the folder and make the hidden one; what a killed process left under its name is removed."""
        folder = self._folder
        with contextlib.suppress(FileNotFoundError):
            folder.lstat()  # finds a name that the disk does not take
        self._there = folder.is_dir()
        place = folder if self._there else folder.parent
        self._made = self._made or _first_missing(place)
        place.mkdir(parents=True, exist_ok=True)
        lock, part = (folder / LOCK, folder / PART) if self._there else (beside(folder, end) for end in ENDS)
        self._held.enter_context(alone(lock, PATIENCE_S))
        if folder.is_dir() != self._there:  # somebody has just finished it
            self._held.close()
            return self._begin()
        clear_killed(place)
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        self._held.callback(shutil.rmtree, part, ignore_errors=True)
        return part

    def _give_up(self) -> None:
        """Remove what was made for results that did not come."""
        self._held.close()
        if self._made is None:
            return
        for folder in (self._folder, *self._folder.parents):
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue
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
                self._appear()
                whole = True
        finally:
            if whole:
                self._held.close()
            else:
                self._give_up()
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise _failed(self._folder, error) from error

    def _appear(self) -> None:
        try:
            if self._there:
                _replace(self.path, self._folder, self._files)
            else:
                self.path.rename(self._folder)
        except OSError as error:
            if not self._there and os.path.lexists(self._folder):  # made by somebody else meanwhile
                raise _busy(self._folder) from error
            raise _failed(self._folder, error) from error


def _busy(folder: Path) -> OutputError:
    text = "{folder}: expected no other posecheck to be writing results there, found one"
    return OutputError("in_use", text, folder=folder)


def _failed(folder: Path, error: OSError) -> OutputError:
    text = "{folder}: expected to be able to write, got: {why}"
    return OutputError("write_failed", text, folder=folder, why=error.strerror)


def replace_results(new: Path, folder: Path, files: Sequence[str]) -> None:
    """Put complete results into a folder that holds earlier ones; files that are not results stay.

    Args:
        new: A folder on the same disk with the new results; it is gone afterwards.
        folder: The folder that is there.
        files: The names that results may have; those that are not made again are removed.

    Raises:
        OutputError: Another process is writing results there.
        OSError: The files cannot be moved.
    """
    try:
        with alone(folder / LOCK):
            finish_interrupted(folder, locked=True)
            _replace(new, folder, files)
    except BusyError as error:
        raise _busy(folder) from error


def finish_interrupted(folder: Path, *, locked: bool = False) -> None:
    """Move in the complete results of a process that was killed while it moved them, if there are any.

    Args:
        folder: A folder of results. Where it cannot be written, or somebody is at work in it for long, nothing is done.
        locked: Whether the caller holds the folder's lock.
    """
    whole = folder / WHOLE
    if whole.is_symlink() or not whole.is_dir():
        return
    held = contextlib.nullcontext() if locked else alone(folder / LOCK, MOVING_S)
    with contextlib.suppress(OSError, BusyError), held:
        if whole.is_dir():  # else whoever held the lock has moved them
            _move(whole, folder)


def _replace(new: Path, folder: Path, files: Sequence[str]) -> None:
    # What an earlier run left and this one did not make would belong to another judgement.
    for name in set(files) - {path.name for path in new.iterdir()}:
        if os.path.lexists(folder / name):
            (new / f"{name}{GONE}").touch()
    whole = folder / WHOLE
    new.rename(whole)  # from here on, the results will appear
    _move(whole, folder)


def _move(whole: Path, folder: Path) -> None:
    """Move files out of WHOLE; goes on from where a killed process stopped."""
    left = {path.name for path in whole.iterdir()}
    for name in reversed(LAST):
        if name in left or f"{name}{GONE}" in left:
            (folder / name).unlink(missing_ok=True)
    for name in sorted(left, key=lambda name: (name in LAST, name)):
        if name.endswith(GONE):
            (folder / name.removesuffix(GONE)).unlink(missing_ok=True)
            (whole / name).unlink()
        else:
            (whole / name).replace(folder / name)
    whole.rmdir()


def clear_killed(place: Path) -> None:
    """Remove what killed processes left beside the results that they were to make here."""
    clear_parts(place)
    for lock in place.glob(f"{HIDDEN}*{ENDS[0]}"):
        with contextlib.suppress(OSError, BusyError), alone(lock):
            shutil.rmtree(lock.with_suffix(ENDS[1]), ignore_errors=True)


def _first_missing(folder: Path) -> Path | None:
    """Return the topmost folder that does not exist yet, or None when all do."""
    missing = None
    for part in (folder, *folder.parents):
        if part.exists():
            break
        missing = part
    return missing
