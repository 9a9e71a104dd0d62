"""Export everything the history holds about a person: one JSON file, or a folder of CSV tables.

In a table, each row of a session carries the session's id in the column `session`. Times are ISO 8601 in UTC. An empty
cell means that the value was not judged. Nested values (settings) are JSON text in one cell. Text that a spreadsheet
would run is quoted; see core/outside/cells.py.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from posecheck.core.outside.cells import text_cell
from posecheck.core.outside.documents import json_text
from posecheck.results.folder import ResultFolder

PARTS = ("peaks", "repetitions", "events", "answers")
"""The keys of a session that hold rows of their own; each becomes a table."""
NAMES = tuple(f"{name}.csv" for name in ("sessions", *PARTS, "locks", "programmes", "rmdq_scores"))

Row = Mapping[str, object]


def as_json(held: Iterable[Row]) -> str:
    """Return the records of Store.export as JSON text, a list of objects."""
    return json_text(list(held)) + "\n"


def write_tables(folder: Path, held: Iterable[Row], *, force: bool = False) -> None:
    """Write the records of Store.export as the CSV files NAMES: all of them, or none when one cannot be written.

    A table without rows becomes an empty file.

    Args:
        folder: The folder to write into.
        held: The records of Store.export.
        force: Replace tables that the folder already holds.

    Raises:
        OutputError: The folder cannot be written to, or it already holds such tables and force is not set.
    """
    tables: dict[str, list[Row]] = {Path(name).stem: [] for name in NAMES}
    for item in held:
        if item["record"] != "session":
            own = {key: value for key, value in item.items() if key != "record"}
            tables[f"{item['record']}s"].append({"session": None, **own} if item["record"] == "answer" else own)
            continue
        tables["sessions"].append({key: value for key, value in item.items() if key not in ("record", *PARTS)})
        for name in PARTS:
            rows = item[name]
            assert isinstance(rows, list)
            more = {"person": item["person"]} if name == "answers" else {}
            tables[name] += [{"session": item["id"], **more, **row} for row in rows]
    with ResultFolder(folder, NAMES, force=force) as new:
        for name, rows in tables.items():
            (new.path / f"{name}.csv").write_text(_table(rows), encoding="utf-8", newline="")


def _table(rows: list[Row]) -> str:
    # The union of the rows' columns, in the order of first appearance.
    columns = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(key)) for key in columns] for row in rows)
    return out.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return json_text(value, indent=None)
    return text_cell(value) if isinstance(value, str) else str(value)
