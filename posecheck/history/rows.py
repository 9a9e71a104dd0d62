"""Read the history's tables: each query returns rows as dicts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from posecheck.core.i18n import N_
from posecheck.history import tables
from posecheck.history.database import HistoryError
from posecheck.stretches.sides import halves_of

SESSIONS = sa.select(
    *(column for column in tables.sessions.c if column.name != "person_id"), tables.people.c.name.label("person")
).join_from(tables.sessions, tables.people)
"""Query of the sessions, with the name of the person."""


def known(connection: sa.Connection, person: str) -> int:
    """Return a person's id.

    Args:
        connection: In a transaction, as in all functions of this module.
        person: The person's name.

    Raises:
        HistoryError: The history knows no such name.
    """
    id_: int | None = connection.scalar(sa.select(tables.people.c.id).where(tables.people.c.name == person))
    if id_ is None:
        text = N_("{person}: expected a name the history knows, found none of that name")
        raise HistoryError("unknown_person", text, person=person)
    return id_


def sessions(connection: sa.Connection, person: str, stretch: str | None = None) -> list[dict[str, Any]]:
    """Return a person's sessions, oldest first, without their peaks, repetitions, events and answers.

    Args:
        connection: In a transaction.
        person: The person's name; an unknown name has no sessions.
        stretch: Id of a stretch; None returns the sessions of all stretches.
    """
    query = SESSIONS.where(tables.people.c.name == person)
    if stretch is not None:
        query = query.where(tables.sessions.c.stretch == stretch)
    return _dicts(connection, query.order_by(tables.sessions.c.at, tables.sessions.c.id))


def details(connection: sa.Connection, session: int) -> dict[str, Any]:
    """Return the peaks, repetitions, events and answers of a session.

    Args:
        connection: In a transaction.
        session: The session's id.

    Returns:
        Tuples of rows by these four names; answers oldest first, the others in the order in which they were stored.
    """

    def rows(table: sa.Table) -> tuple[dict[str, Any], ...]:
        columns = [column for column in table.c if column.name not in ("id", "session_id")]
        return tuple(_dicts(connection, sa.select(*columns).where(table.c.session_id == session).order_by(table.c.id)))

    return {
        "peaks": rows(tables.peaks),
        "repetitions": tuple(_whole(row) for row in rows(tables.repetitions)),
        "events": rows(tables.events),
        "answers": tuple(answers(connection, tables.answers.c.session_id == session)),
    }


def _whole(repetition: dict[str, Any]) -> dict[str, Any]:
    """Return a repetition with the keys of summary.json and its number."""
    more = repetition.pop("more")
    return {**repetition, **more}


def answers(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    """Return the answers that meet a condition, oldest first.

    Args:
        connection: In a transaction.
        condition: On the columns of the tables `answers` and `people`.

    Returns:
        Rows with the keys question, answer and at.
    """
    held = tables.answers.c
    query = sa.select(held.question, held.answer, held.at).join_from(tables.answers, tables.people).where(condition)
    return _dicts(connection, query.order_by(held.at, held.id))


def locks(connection: sa.Connection, person: str) -> list[dict[str, Any]]:
    """Return a person's locks, including those that are over, oldest first.

    Args:
        connection: In a transaction.
        person: The person's name; an unknown name has no locks.

    Returns:
        Rows with the keys reason, at, until and stretch.
    """
    held = tables.locks.c
    query = sa.select(held.reason, held.at, held.until, held.stretch).join_from(tables.locks, tables.people)
    return _dicts(connection, query.where(tables.people.c.name == person).order_by(held.at, held.id))


def programmes(connection: sa.Connection, person: str) -> list[dict[str, Any]]:
    """Return what was done of programmes by a person, oldest first.

    Args:
        connection: In a transaction.
        person: The person's name; an unknown name has none.

    Returns:
        Rows with the keys of PastProgramme.
    """
    held = tables.programmes.c
    own = [column for column in held if column.name != "person_id"]
    query = sa.select(*own, tables.people.c.name.label("person")).join_from(tables.programmes, tables.people)
    return _dicts(connection, query.where(tables.people.c.name == person).order_by(held.at, held.id))


def scores(connection: sa.Connection, person: str) -> list[dict[str, Any]]:
    """Return a person's scores of the questionnaire, oldest first.

    Args:
        connection: In a transaction.
        person: The person's name; an unknown name has none.

    Returns:
        Rows with the keys of disability.Score.
    """
    held = tables.rmdq_scores.c
    query = sa.select(held.day, held.points).join_from(tables.rmdq_scores, tables.people)
    return _dicts(connection, query.where(tables.people.c.name == person).order_by(held.day))


def peaks(connection: sa.Connection, person: str, stretch: str, key: str) -> list[dict[str, Any]]:
    """Return a range's furthest readings in all sessions of a stretch, oldest first, each with its time `at`.

    Args:
        connection: In a transaction.
        person: The person's name.
        stretch: Id of the stretch.
        key: The range's id, whose halves for left and right count too, or the name of its angle.
    """
    held, past = tables.peaks.c, tables.sessions.c
    query = (
        sa.select(*held, past.at)
        .join_from(tables.peaks, tables.sessions)
        .join(tables.people)
        .where(tables.people.c.name == person, past.stretch == stretch)
        .where(held.key.in_((key, *halves_of(key))) | (held.angle == key))
        .order_by(past.at, past.id)
    )
    return _dicts(connection, query)


def plain(item: Any) -> Any:
    """Return the item as JSON types: times and days become ISO 8601 text, tuples become lists, at every depth."""
    if isinstance(item, Mapping):
        return {key: plain(value) for key, value in item.items()}
    if isinstance(item, tuple | list):
        return [plain(value) for value in item]
    return item.isoformat() if isinstance(item, date) else item


def _dicts(connection: sa.Connection, query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]
