"""The file of what phones sent, as `posecheck phone --out` writes it: a heading, then a reading in each line."""

import io
from pathlib import Path

import numpy as np

from posecheck.capture.markers.phone.record import PhoneRecord, Records
from posecheck.core.arrays import Bools, Floats
from posecheck.core.errors import InputError
from posecheck.core.outside.files import Most, read_regular

COLUMNS = ("time_s", "turn_deg", "lean_deg", "side_deg", "epoch")
OLD_HEADER = ",".join(COLUMNS)
HEADER = ",".join((*COLUMNS, "belt", "came_s"))
"""belt: 1 for a phone at the pelvis, else 0. came_s: when the reading came, by the computer's clock."""
MOST = 1e7
"""Largest number in a record; a phone's clock counts seconds since the page was opened."""


def load_records(path: Path) -> Records:
    """Read what `posecheck phone --out` wrote; a last line that was not written to its end is left out.

    Raises:
        InputError: It cannot be read, is no record of `posecheck phone`, or holds no readings; its message is one line
            and says which line of the file is wrong.
    """
    try:
        text = read_regular(path, Most.RECORD).decode("utf-8-sig")
    except FileNotFoundError as error:
        missing = "{file}: expected a phone's record, found no such file"
        raise InputError("no_phone_record", missing, file=path) from error
    except OSError as error:
        unread = "{file}: expected a phone's record, found {why}"
        raise InputError("no_phone_record", unread, file=path, why=str(error.strerror or error).lower()) from error
    except ValueError as error:
        raise _other(path, 1) from error
    head, _, body = text.partition("\n")
    if head.strip() not in (HEADER, OLD_HEADER):
        raise _other(path, 1)
    body = body[: body.rfind("\n") + 1]
    if body.count("\n") < 2:
        nothing = "{file}: expected readings of a phone, found fewer than two: it sent nothing while this was written"
        raise InputError("empty_phone_record", nothing, file=path)
    width = head.count(",") + 1
    try:
        rows = np.loadtxt(io.StringIO(body), delimiter=",", ndmin=2)
    except ValueError as error:
        raise _other(path, _first_unfit(body, width)) from error
    if rows.shape[1] != width or len(rows) != body.count("\n"):
        raise _other(path, _first_unfit(body, width))
    # What was written before there could be a second phone lacks two columns.
    rows = np.pad(rows, ((0, 0), (0, len(COLUMNS) + 2 - width)))
    unfit = ~(np.abs(rows) <= MOST).all(axis=1) | ~np.isin(rows[:, 5], (0, 1)) | ~_ascending(rows)
    if unfit.any():
        raise _other(path, 2 + int(np.argmax(unfit)))
    of = {belt: rows[rows[:, 5] == belt] for belt in (0, 1)}
    chest, belt = (PhoneRecord(*one[:, :5].T) if len(one) > 1 else None for one in of.values())
    if chest is None or belt is None:
        return Records(chest, belt)
    later = [float((one[:, 6] - one[:, 0]).min()) for one in of.values()]
    return Records(chest, belt, later[0] - later[1])


def _ascending(rows: Floats) -> Bools:
    """Return whether each row (n,) comes later than the one before of the same phone."""
    out = np.ones(len(rows), bool)
    for belt in (0, 1):
        here = np.flatnonzero(rows[:, 5] == belt)
        out[here[1:]] = np.diff(rows[here, 0]) > 0
    return out


def _first_unfit(body: str, width: int) -> int:
    """Return the number of the first line after the heading that is not so many numbers."""
    for number, line in enumerate(body.splitlines(), 2):
        try:
            if len([float(part) for part in line.split(",")]) != width:
                return number
        except ValueError:
            return number
    return 2


def _other(path: Path, line: int) -> InputError:
    text = (
        "{file}, line {line}: expected a phone's record, lines of {columns} with ascending times, found something else"
    )
    return InputError("phone_record", text, file=path, line=line, columns=HEADER)
