"""Take a person out of the history: everything, and then look whether it is gone."""

from dataclasses import dataclass

import sqlalchemy as sa

from posecheck.history import tables
from posecheck.history.database import HistoryError


@dataclass(frozen=True, slots=True)
class Counts:
    """Count what the history holds of a person."""

    sessions: int
    peaks: int
    events: int
    answers: int

    def __str__(self) -> str:
        """Return the counts in words."""
        parts = [(self.sessions, "session"), (self.peaks, "peak"), (self.events, "event"), (self.answers, "answer")]
        return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in parts)


def counts(connection: sa.Connection, person_id: int) -> Counts:
    """Count what is held of a person."""
    own = sa.select(tables.sessions.c.id).where(tables.sessions.c.person_id == person_id)

    def number(table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
        return connection.scalar(sa.select(sa.func.count()).select_from(table).where(condition)) or 0

    return Counts(
        number(tables.sessions, tables.sessions.c.person_id == person_id),
        number(tables.peaks, tables.peaks.c.session_id.in_(own)),
        number(tables.events, tables.events.c.session_id.in_(own)),
        number(tables.answers, tables.answers.c.person_id == person_id),
    )


def forget(connection: sa.Connection, person_id: int) -> Counts:
    """Delete a person with all that is theirs; HistoryError, and nothing deleted, if anything would be left."""
    connection.execute(sa.select(tables.people.c.id).where(tables.people.c.id == person_id).with_for_update())
    before = counts(connection, person_id)
    own = sa.select(tables.sessions.c.id).where(tables.sessions.c.person_id == person_id)
    # Said outright, not left to the foreign keys: some databases are set not to follow them.
    for table in (tables.peaks, tables.events):
        connection.execute(table.delete().where(table.c.session_id.in_(own)))
    connection.execute(tables.answers.delete().where(tables.answers.c.person_id == person_id))
    connection.execute(tables.sessions.delete().where(tables.sessions.c.person_id == person_id))
    connection.execute(tables.people.delete().where(tables.people.c.id == person_id))
    left = counts(connection, person_id)
    astray = sum(
        connection.scalar(
            sa.select(sa.func.count())
            .select_from(table)
            .where(table.c.session_id.is_not(None), table.c.session_id.not_in(sa.select(tables.sessions.c.id)))
        )
        or 0
        for table in (tables.peaks, tables.events, tables.answers)
    )
    if left != Counts(0, 0, 0, 0) or astray:
        raise HistoryError(f"delete: expected nothing of the person to be left, found {left}; nothing was deleted")
    return before
