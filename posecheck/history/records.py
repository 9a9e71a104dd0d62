"""What is written into the history's tables: a person, and the rows of a session or of a followed programme."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import exc

from posecheck.core.i18n import N_
from posecheck.history import tables
from posecheck.history.database import HistoryError
from posecheck.results.summary_file import SummaryFile


class Followed(Protocol):
    """Provide what was done of a programme; see programme.sitting.Sitting."""

    @property
    def name(self) -> str:
        """Return the programme's name."""

    @property
    def began(self) -> datetime:
        """Return when it was begun, with its time zone."""

    @property
    def pain_before(self) -> int | None:
        """Return the pain before it, from 0 to 10; None where nobody said."""

    @property
    def pain_after(self) -> int | None:
        """Return the pain after it, likewise."""

    def rows(self) -> Sequence[dict[str, object]]:
        """Return what was done of each step, as JSON types."""


def programme_row(done: Followed) -> dict[str, Any]:
    """Return the columns of a programme that was followed."""
    pain = {"pain_before": done.pain_before, "pain_after": done.pain_after}
    return {"at": done.began, "name": done.name, "steps": list(done.rows()), **pain}


def session_row(summary: SummaryFile) -> dict[str, Any]:
    """Return the columns of the session; a session without a recording's file was live."""
    return {
        "stretch": summary.stretch.id,
        "source": summary.source.file or "live",
        "version": summary.posecheck,
        "verdict": summary.verdict,
        "headline": summary.headline,
        "headlines": summary.headlines,
        "duration_s": summary.duration_s,
        "age": summary.settings.age,
        "settings": summary.settings.values(),
        "series": None if summary.series is None else summary.series.values(),
    }


def detail_rows(summary: SummaryFile) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that belong to the session, by the name of their table."""
    return {
        "peaks": [_columns("peaks", peak.model_dump(mode="json")) for peak in summary.peaks],
        "repetitions": [_repetition(item.values(), number) for number, item in enumerate(summary.repetitions, 1)],
        "events": [_columns("events", event.model_dump(mode="json")) for event in summary.events],
    }


def _columns(table: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values for which a table has a column."""
    return {key: value for key, value in values.items() if key in tables.metadata.tables[table].c}


def _repetition(values: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the columns of a repetition, counted from 1; values without a column of their own go into `more`."""
    held = _columns("repetitions", values)
    return {"number": number, **held, "more": {key: value for key, value in values.items() if key not in held}}


def aware(when: datetime | None) -> datetime:
    """Return the time, or now for None; HistoryError for a time without a time zone."""
    now = datetime.now().astimezone() if when is None else when
    if now.tzinfo is None:
        raise HistoryError(
            "no_time_zone", N_("when: expected a time with its time zone, got {got}"), got=now.isoformat()
        )
    return now


def person_name(name: str) -> str:
    """Return the name if a person may have it in the history.

    Raises:
        HistoryError: The name is empty, longer than 200 characters or not printable.
    """
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise HistoryError("person_name", N_("person: expected a name of 1 to 200 characters that can be printed"))
    return name


def person_id(connection: sa.Connection, name: str) -> int:
    """Return a person's id, and lock the row against deletion until the transaction ends; add a new name."""
    person_name(name)
    query = sa.select(tables.people.c.id).where(tables.people.c.name == name).with_for_update()
    while (id_ := connection.scalar(query)) is None:
        try:
            with connection.begin_nested():
                return new_id(connection.execute(tables.people.insert().values(name=name)))
        except exc.IntegrityError:
            continue  # Another process has just added the same name.
    return int(id_)


def new_id(inserted: sa.CursorResult[Any]) -> int:
    """Return the id of the row that was inserted."""
    key = inserted.inserted_primary_key
    assert key is not None
    return int(key[0])
