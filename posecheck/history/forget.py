"""Delete everything of a person from the history, and check that nothing is left."""

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from posecheck.history import tables
from posecheck.history.database import HistoryError


@dataclass(frozen=True, slots=True)
class Counts:
    """Count the rows that the history holds about a person.

    Attributes:
        sessions: Sessions.
        peaks: Furthest readings of their ranges.
        repetitions: Repetitions.
        events: Passed limits and unjudged angles.
        answers: Answers to questions.
        locks: Times in which the person should not stretch.
        programmes: Times that a programme was followed.
        rmdq_scores: Scores of the questionnaire.
    """

    sessions: int = 0
    peaks: int = 0
    repetitions: int = 0
    events: int = 0
    answers: int = 0
    locks: int = 0
    programmes: int = 0
    rmdq_scores: int = 0

    def __str__(self) -> str:
        """Return the counts in words."""
        held = {name.replace("rmdq_", "RMDQ "): n for name, n in asdict(self).items()}
        return ", ".join(f"{n} {name[:-1] if n == 1 else name}" for name, n in held.items())


OF_SESSION = (tables.peaks, tables.repetitions, tables.events)
"""Tables whose rows belong to a session."""
OF_PERSON = (tables.answers, tables.locks, tables.programmes, tables.rmdq_scores, tables.sessions)
"""Tables whose rows belong to a person."""


def counts(connection: sa.Connection, person_id: int) -> Counts:
    """Count the rows that are held about a person.

    Args:
        connection: In a transaction.
        person_id: The person's id.
    """
    own = sa.select(tables.sessions.c.id).where(tables.sessions.c.person_id == person_id)

    def number(table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
        return connection.scalar(sa.select(sa.func.count()).select_from(table).where(condition)) or 0

    return Counts(
        **{table.name: number(table, table.c.session_id.in_(own)) for table in OF_SESSION},
        **{table.name: number(table, table.c.person_id == person_id) for table in OF_PERSON},
    )


def forget(connection: sa.Connection, person_id: int) -> Counts:
    """Delete a person with every row about them.

    Args:
        connection: In a writing transaction, which the caller rolls back when this raises.
        person_id: The person's id.

    Returns:
        The number of rows that were deleted.

    Raises:
        HistoryError: Rows would be left; nothing is deleted then.
    """
    connection.execute(sa.select(tables.people.c.id).where(tables.people.c.id == person_id).with_for_update())
    before = counts(connection, person_id)
    own = sa.select(tables.sessions.c.id).where(tables.sessions.c.person_id == person_id)
    # Deleted table by table, because a database may be configured to ignore foreign keys.
    for table in OF_SESSION:
        connection.execute(table.delete().where(table.c.session_id.in_(own)))
    for table in OF_PERSON:
        connection.execute(table.delete().where(table.c.person_id == person_id))
    connection.execute(tables.people.delete().where(tables.people.c.id == person_id))
    left = counts(connection, person_id)
    orphans = sum(
        connection.scalar(
            sa.select(sa.func.count())
            .select_from(table)
            .where(table.c.session_id.is_not(None), table.c.session_id.not_in(sa.select(tables.sessions.c.id)))
        )
        or 0
        for table in (*OF_SESSION, tables.answers)
    )
    if left != Counts() or orphans:
        text = "delete: expected nothing of the person to be left, found {left}; nothing was deleted"
        raise HistoryError("not_forgotten", text, left=left)
    return before
