"""The interface of the history: add sessions, read them, compare them, export them, delete a person."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from posecheck.core.i18n import N_
from posecheck.history import forget, rows, tables
from posecheck.history.database import Database, HistoryError, default_url
from posecheck.history.disability import Scores
from posecheck.history.forget import Counts
from posecheck.history.migrations import migrate
from posecheck.history.past import Lock, PastProgramme, PastSession
from posecheck.history.progress import End, Reading, Trend, trend
from posecheck.history.records import Followed, aware, detail_rows, new_id, person_id, programme_row, session_row
from posecheck.results.summary_file import SummaryFile
from posecheck.stretches.sides import whole_key

ME = "me"
"""The person's name where none is given."""
MAX_ID = 2**31 - 1
"""The largest id that an INTEGER column holds; a query for a larger one is a database error."""
ENDS: tuple[End, ...] = ("highest", "lowest")
"""The two ends of an angle that are compared over time."""


def open_store(url: str | None = None) -> "Store":
    """Open the history, and create it where there is none.

    Args:
        url: An SQLAlchemy URL; None takes POSECHECK_DB, or the SQLite file in POSECHECK_DATA or in the user's data
            folder.

    Raises:
        HistoryError: The database cannot be reached, belongs to another program, or was made by a newer version.
    """
    return Store(default_url() if url is None else url)


class Store(Scores):
    """Store sessions, answers, locks and scores in a database.

    Each method is one transaction; use as a context manager.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self.name = self._database.name
        with self._database.transaction(write=True) as connection:
            migrate(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, _: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def add(self, summary: SummaryFile, person: str = ME, when: datetime | None = None) -> int:
        """Store a session.

        Args:
            summary: The session's summary, read from summary.json or made by `posecheck.results.tables.summary_of`.
            person: The person's name; a new name is added.
            when: With its time zone; None is now.

        Returns:
            The session's id.

        Raises:
            HistoryError: The time has no time zone.
        """
        at = aware(when)
        with self._database.transaction(write=True) as connection:
            owner = {"person_id": person_id(connection, person), "at": at}
            inserted = connection.execute(tables.sessions.insert().values(**owner, **session_row(summary)))
            session = new_id(inserted)
            for name, details in detail_rows(summary).items():
                if details:
                    table = tables.metadata.tables[name]
                    connection.execute(table.insert(), [{"session_id": session, **row} for row in details])
        return session

    def answer(
        self, question: str, answer: str, person: str = ME, when: datetime | None = None, session: int | None = None
    ) -> int:
        """Store a person's answer to a question.

        Args:
            question: The question's id.
            answer: The answer as text.
            person: The person's name; a new name is added.
            when: With its time zone; None is now.
            session: Id of the session it belongs to; None for an answer in general.

        Returns:
            The answer's id.

        Raises:
            HistoryError: The session is not one of this person's.
        """
        at = aware(when)
        with self._database.transaction(write=True) as connection:
            owner = person_id(connection, person)
            if session is not None and owner != connection.scalar(
                sa.select(tables.sessions.c.person_id).where(tables.sessions.c.id == session)
            ):
                text = N_("session {session}: expected a session of {person}, found none")
                raise HistoryError("unknown_session", text, session=session, person=person)
            values = {"person_id": owner, "session_id": session, "question": question, "answer": answer, "at": at}
            return new_id(connection.execute(tables.answers.insert().values(**values)))

    def answers(self, person: str = ME, question: str | None = None) -> list[dict[str, object]]:
        """Return a person's answers, oldest first, as dicts with the keys question, answer and at.

        Args:
            person: The person's name.
            question: The id of a question; None returns the answers to all questions.
        """
        with self._reading() as connection:
            condition = tables.people.c.name == person
            if question is not None:
                condition &= tables.answers.c.question == question
            return rows.answers(connection, condition)

    def lock(
        self, reason: str, until: datetime, person: str = ME, when: datetime | None = None, stretch: str | None = None
    ) -> int:
        """Store that a person should not stretch until a time.

        Args:
            reason: Why, e.g. a symptom's id.
            until: When it ends, with its time zone.
            person: The person's name; a new name is added.
            when: When it begins, with its time zone; None is now.
            stretch: Id of the stretch during which the reason came up.

        Returns:
            The lock's id.

        Raises:
            HistoryError: The end does not lie after the beginning, or a time has no time zone.
        """
        at, end = aware(when), aware(until)
        if end <= at:
            text = N_("lock: expected an end after {start}, got {end}")
            raise HistoryError("lock_end", text, start=at.isoformat(), end=end.isoformat())
        with self._database.transaction(write=True) as connection:
            owner = person_id(connection, person)
            values = {"person_id": owner, "reason": reason, "at": at, "until": end, "stretch": stretch}
            return new_id(connection.execute(tables.locks.insert().values(**values)))

    def locks(self, person: str = ME, now: datetime | None = None) -> list[Lock]:
        """Return a person's locks, oldest first.

        Args:
            person: The person's name.
            now: A time with its time zone; only locks that hold at that time are returned. None returns all.
        """
        with self._reading() as connection:
            held = [Lock(**row) for row in rows.locks(connection, person)]
        return held if now is None else [lock for lock in held if lock.at <= aware(now) < lock.until]

    def keep_programme(self, done: Followed, person: str = ME, id_: int | None = None) -> int:
        """Store how far a person is in a programme.

        Args:
            done: What was done of it.
            person: The person's name; a new name is added.
            id_: What an earlier call returned, to replace what it stored; None for another time.

        Returns:
            Its id.

        Raises:
            HistoryError: Nothing of this id was stored for this person.
        """
        with self._database.transaction(write=True) as connection:
            owner = person_id(connection, person)
            values = programme_row(done)
            if id_ is None:
                return new_id(connection.execute(tables.programmes.insert().values(person_id=owner, **values)))
            held = tables.programmes.c
            own = tables.programmes.update().where(held.id == id_, held.person_id == owner)
            if connection.execute(own.values(**values)).rowcount != 1:
                text = "programme {number}: expected one of {person}, found none"
                raise HistoryError("unknown_programme", text, number=id_, person=person)
        return id_

    def programmes(self, person: str = ME) -> list[PastProgramme]:
        """Return what a person did of programmes, oldest first."""
        with self._reading() as connection:
            return [PastProgramme(**row) for row in rows.programmes(connection, person)]

    def people(self) -> list[str]:
        """Return the names of all people in the history, sorted."""
        with self._reading() as connection:
            return list(connection.scalars(sa.select(tables.people.c.name).order_by(tables.people.c.name)))

    def sessions(self, person: str = ME, stretch: str | None = None) -> list[PastSession]:
        """Return a person's sessions, oldest first, without their peaks, repetitions, events and answers.

        Args:
            person: The person's name.
            stretch: Id of a stretch; None returns the sessions of all stretches.
        """
        with self._reading() as connection:
            return [PastSession(**row) for row in rows.sessions(connection, person, stretch)]

    def session(self, id_: int) -> PastSession:
        """Return one session with its peaks, repetitions, events and answers.

        Raises:
            HistoryError: There is no such session.
        """
        with self._reading() as connection:
            query = rows.SESSIONS.where(tables.sessions.c.id == id_)
            row = connection.execute(query).mappings().first() if 0 < id_ <= MAX_ID else None
            if row is None:
                text = N_("session {session}: expected one in the history, found none")
                raise HistoryError("unknown_session", text, hint="history_list", session=id_)
            return PastSession(**row, **rows.details(connection, id_))

    def export(self, person: str = ME) -> list[dict[str, object]]:
        """Return everything that is held about a person, as JSON types.

        Returns:
            One dict for each session, each answer that belongs to no session, each lock, each programme that was
            followed and each score of the questionnaire; `record` names its kind.
        """
        with self._reading() as connection:
            out = [
                {"record": "session", **asdict(PastSession(**row, **rows.details(connection, row["id"])))}
                for row in rows.sessions(connection, person)
            ]
            free = rows.answers(connection, (tables.people.c.name == person) & tables.answers.c.session_id.is_(None))
            locks = rows.locks(connection, person)
            programmes = rows.programmes(connection, person)
            scores = rows.scores(connection, person)
        out += [{"record": "answer", "person": person, **answer} for answer in free]
        out += [{"record": "lock", "person": person, **lock} for lock in locks]
        out += [{"record": "programme", **programme} for programme in programmes]
        out += [{"record": "rmdq_score", "person": person, **score} for score in scores]
        return [rows.plain(item) for item in out]

    def counts(self, person: str) -> Counts:
        """Count the rows that are held about a person.

        Raises:
            HistoryError: The history knows no such name.
        """
        with self._reading() as connection:
            return forget.counts(connection, rows.known(connection, person))

    def delete_person(self, person: str) -> Counts:
        """Delete everything that is held about a person.

        On SQLite the deleted bytes are removed from the file and its log too. On another database, its administrator
        is responsible for its logs and backups.

        Returns:
            The number of rows that were deleted.

        Raises:
            HistoryError: The history knows no such name, or the data could not be removed completely.
        """
        with self._database.transaction(write=True) as connection:
            gone = forget.forget(connection, rows.known(connection, person))
        self._database.scrub()
        return gone

    def progress(self, person: str, stretch: str, key: str) -> list[Trend]:
        """Return how each end of a range changed over time; see progress.py.

        Args:
            person: The person's name.
            stretch: Id of the stretch.
            key: The range's id, or the name of its angle.

        Raises:
            HistoryError: No session of that stretch by that person holds such a range.
        """
        with self._reading() as connection:
            found = rows.peaks(connection, person, stretch, key)
        if not found:
            text = N_("{range}: expected a range in a session of {stretch} by {person}, found none")
            raise HistoryError("unknown_range", text, range=key, stretch=stretch, person=person)
        # A range keeps its id when its wording changes, so all sessions are shown with the newest wording. Its halves,
        # left and right, read the same angle: the first stands for both.
        found = list({(row["session_id"], *_range_of(row)): row for row in reversed(found)}.values())[::-1]
        newest = {_range_of(row): row["words"] for row in found}
        return [
            trend(
                name,
                angle,
                words,
                unit,
                end,
                (_reading(row, end) for row in found if _range_of(row) == (name, angle, unit)),
            )
            for (name, angle, unit), words in newest.items()
            for end in ENDS
        ]

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._database.transaction(write=False) as connection:
            yield connection


def _range_of(row: Mapping[Any, Any]) -> tuple[str, str, str]:
    return whole_key(row["key"]), row["angle"], row["unit"]


def _reading(row: Mapping[Any, Any], end: End) -> Reading:
    own = row[f"{end}_error"]
    return Reading(row["session_id"], row["at"], row[end], row["error"] if own is None else own, row["judged_share"])
