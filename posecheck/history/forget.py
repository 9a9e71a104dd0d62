"""Delete everything of a person from the history, and check that nothing is left."""

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from posecheck.history import tables
from posecheck.history.database import HistoryError


@dataclass(frozen=True, slots=True)
class Counts:
    """Count what the history holds of a person."""

    sessions: int = 0
    peaks: int = 0
    repetitions: int = 0
    events: int = 0
    answers: int = 0
    locks: int = 0

    def __str__(self) -> str:
        """Return the counts in words."""
        return ", ".join(f"{n} {name[:-1] if n == 1 else name}" for name, n in asdict(self).items())


OF_SESSION = (tables.peaks, tables.repetitions, tables.events)
OF_PERSON = (tables.answers, tables.locks, tables.sessions)


def counts(connection: sa.Connection, person_id: int) -> Counts:
    """Count what is held of a person."""
    own = sa.select(tables.sessions.c.id).where(tables.sessions.c.person_id == person_id)

    def number(table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
        return connection.scalar(sa.select(sa.func.count()).select_from(table).where(condition)) or 0

    return Counts(
        **{table.name: number(table, table.c.session_id.in_(own)) for table in OF_SESSION},
        **{table.name: number(table, table.c.person_id == person_id) for table in OF_PERSON},
    )


def forget(connection: sa.Connection, person_id: int) -> Counts:
    """Delete a person with all that is theirs; HistoryError, and nothing deleted, if anything would be left."""
    connection.execute(sa.select(tables.people.c.id).where(tables.people.c.id == person_id).with_for_update())
    before = counts(connection, person_id)
    own = sa.select(tables.sessions.c.id).where(tables.sessions.c.person_id == person_id)
    # Deleted table by table: some databases are configured not to follow foreign keys.
    for table in OF_SESSION:
        connection.execute(table.delete().where(table.c.session_id.in_(own)))
    for table in OF_PERSON:
        connection.execute(table.delete().where(table.c.person_id == person_id))
    connection.execute(tables.people.delete().where(tables.people.c.id == person_id))
    left = counts(connection, person_id)
    astray = sum(
        connection.scalar(
            sa.select(sa.func.count())
            .select_from(table)
            .where(table.c.session_id.is_not(None), table.c.session_id.not_in(sa.select(tables.sessions.c.id)))
        )
        or 0
        for table in (*OF_SESSION, tables.answers)
    )
    if left != Counts() or astray:
        text = "delete: expected nothing of the person to be left, found {left}; nothing was deleted"
        raise HistoryError("not_forgotten", text, left=left)
    return before
