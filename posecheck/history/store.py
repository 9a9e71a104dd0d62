"""The history's store: put sessions in, read them, compare them, take a person out."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy import exc

from posecheck.history import forget, rows, tables
from posecheck.history.database import Database, HistoryError, default_url
from posecheck.history.forget import Counts
from posecheck.history.migrations import migrate
from posecheck.history.progress import End, Reading, Trend, trend
from posecheck.history.records import Record

ME = "me"
"""The person where none is named."""
MAX_ID = 2**31 - 1
"""The largest number the databases' own integers hold; to ask for more is an error of theirs."""
ENDS: tuple[End, ...] = ("highest", "lowest")


@dataclass(frozen=True, slots=True)
class PastSession:
    """Hold one session: when (UTC), what, the verdict; with `session(id)` its peaks, repetitions, events, answers.

    series: what the repetitions come to, as in a summary; None where they were not counted. headlines: the headline
    by language; None where only the English one was kept.
    """

    id: int
    person: str
    at: datetime
    stretch: str
    source: str
    version: str
    verdict: str
    headline: str
    duration_s: float
    age: int | None
    settings: dict[str, object]
    series: dict[str, Any] | None
    headlines: dict[str, str] | None = None
    peaks: tuple[dict[str, object], ...] = ()
    repetitions: tuple[dict[str, object], ...] = ()
    events: tuple[dict[str, object], ...] = ()
    answers: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Lock:
    """Hold why a person should not stretch, since when and until when (UTC), and during which stretch it came."""

    reason: str
    at: datetime
    until: datetime
    stretch: str | None = None


def open_store(url: str | None = None) -> "Store":
    """Open the history: at a database URL, or where POSECHECK_DB or POSECHECK_DATA say, or in the user's folder.

    Raises HistoryError when it cannot be reached, is no history, or was made by a newer posecheck.
    """
    return Store(default_url() if url is None else url)


class Store:
    """Keep sessions in a database; every method is one transaction. Use as a context manager."""

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
        """Let go of the database."""
        self._database.close()

    def add(self, summary: dict[str, object], person: str = ME, when: datetime | None = None) -> int:
        """Keep what `posecheck.results.tables.summary_dict` says of a session; return the session's id.

        when: with its time zone; now where not given. Raises HistoryError for what is no summary.
        """
        record = Record.of(summary)
        at = _aware(when)
        with self._database.transaction(write=True) as connection:
            owner = {"person_id": _person(connection, person), "at": at}
            made = connection.execute(tables.sessions.insert().values(**owner, **record.session()))
            session = _new_id(made)
            for name, given in record.details().items():
                if given:
                    table = tables.metadata.tables[name]
                    connection.execute(table.insert(), [{"session_id": session, **row} for row in given])
        return session

    def answer(
        self, question: str, answer: str, person: str = ME, when: datetime | None = None, session: int | None = None
    ) -> int:
        """Keep what a person answered, of a session or in general; return the answer's id."""
        at = _aware(when)
        with self._database.transaction(write=True) as connection:
            owner = _person(connection, person)
            if session is not None and owner != connection.scalar(
                sa.select(tables.sessions.c.person_id).where(tables.sessions.c.id == session)
            ):
                text = "session {session}: expected a session of {person}, found none"
                raise HistoryError("unknown_session", text, session=session, person=person)
            values = {"person_id": owner, "session_id": session, "question": question, "answer": answer, "at": at}
            return _new_id(connection.execute(tables.answers.insert().values(**values)))

    def answers(self, person: str = ME, question: str | None = None) -> list[dict[str, object]]:
        """Return a person's answers, oldest first."""
        with self._reading() as connection:
            condition = tables.people.c.name == person
            if question is not None:
                condition &= tables.answers.c.question == question
            return rows.answers(connection, condition)

    def lock(
        self, reason: str, until: datetime, person: str = ME, when: datetime | None = None, stretch: str | None = None
    ) -> int:
        """Keep that a person should not stretch until a time, and why; return the lock's id."""
        at, end = _aware(when), _aware(until)
        if end <= at:
            text = "lock: expected an end after {start}, got {end}"
            raise HistoryError("lock_end", text, start=at.isoformat(), end=end.isoformat())
        with self._database.transaction(write=True) as connection:
            owner = _person(connection, person)
            values = {"person_id": owner, "reason": reason, "at": at, "until": end, "stretch": stretch}
            return _new_id(connection.execute(tables.locks.insert().values(**values)))

    def locks(self, person: str = ME, now: datetime | None = None) -> list[Lock]:
        """Return a person's locks, oldest first; with now, only those that hold then."""
        with self._reading() as connection:
            held = [Lock(**row) for row in rows.locks(connection, person)]
        return held if now is None else [lock for lock in held if lock.at <= _aware(now) < lock.until]

    def people(self) -> list[str]:
        """Return the names of everybody the history knows."""
        with self._reading() as connection:
            return list(connection.scalars(sa.select(tables.people.c.name).order_by(tables.people.c.name)))

    def sessions(self, person: str = ME, stretch: str | None = None) -> list[PastSession]:
        """Return a person's sessions, oldest first, without their peaks and events."""
        with self._reading() as connection:
            return [PastSession(**row) for row in rows.sessions(connection, person, stretch)]

    def session(self, id_: int) -> PastSession:
        """Return one session with its peaks, events and answers; HistoryError when there is none."""
        with self._reading() as connection:
            query = rows.SESSIONS.where(tables.sessions.c.id == id_)
            row = connection.execute(query).mappings().first() if 0 < id_ <= MAX_ID else None
            if row is None:
                text = "session {session}: expected one in the history, found none"
                raise HistoryError("unknown_session", text, hint="history_list", session=id_)
            return PastSession(**row, **rows.details(connection, id_))

    def export(self, person: str = ME) -> list[dict[str, object]]:
        """Return everything held of a person as plain JSON types: sessions, answers that belong to none, locks."""
        with self._reading() as connection:
            out = [
                {"record": "session", **asdict(PastSession(**row, **rows.details(connection, row["id"])))}
                for row in rows.sessions(connection, person)
            ]
            free = rows.answers(connection, (tables.people.c.name == person) & tables.answers.c.session_id.is_(None))
            locks = rows.locks(connection, person)
        out += [{"record": "answer", "person": person, **answer} for answer in free]
        out += [{"record": "lock", "person": person, **lock} for lock in locks]
        return [rows.plain(item) for item in out]

    def counts(self, person: str) -> Counts:
        """Count what is held of a person; HistoryError for a name the history does not know."""
        with self._reading() as connection:
            return forget.counts(connection, rows.known(connection, person))

    def delete_person(self, person: str) -> Counts:
        """Delete everything of a person and return how much it was; on SQLite the bytes go from the file too.

        Another database's own log and backups are its keeper's. Raises HistoryError for an unknown name.
        """
        with self._database.transaction(write=True) as connection:
            gone = forget.forget(connection, rows.known(connection, person))
        self._database.scrub()
        return gone

    def progress(self, person: str, stretch: str, key: str) -> list[Trend]:
        """Return each end of a range (its id, or its angle's name) over time; see progress.py.

        Raises HistoryError when no session of that stretch holds such a range.
        """
        peaks, past = tables.peaks.c, tables.sessions.c
        with self._reading() as connection:
            query = (
                sa.select(*peaks, past.at)
                .join_from(tables.peaks, tables.sessions)
                .join(tables.people)
                .where(tables.people.c.name == person, past.stretch == stretch)
                .where((peaks.key == key) | (peaks.angle == key))
                .order_by(past.at, past.id)
            )
            found = connection.execute(query).mappings().all()
        if not found:
            text = "{range}: expected a range in a session of {stretch} by {person}, found none"
            raise HistoryError("unknown_range", text, range=key, stretch=stretch, person=person)
        # The newest words stand for all: a range keeps its id when it is worded anew.
        newest = {(row["key"], row["angle"], row["unit"]): row["words"] for row in found}
        return [
            trend(name, angle, words, unit, end, (_reading(row, end) for row in found if _is(row, (name, angle, unit))))
            for (name, angle, unit), words in newest.items()
            for end in ENDS
        ]

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._database.transaction(write=False) as connection:
            yield connection


def person_name(name: str) -> str:
    """Return a name a person may have in the history; HistoryError for what is none."""
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise HistoryError("person_name", "person: expected a name of 1 to 200 characters that can be printed")
    return name


def _person(connection: sa.Connection, name: str) -> int:
    """Return a person's id, kept from deletion until the transaction ends; a new name is added."""
    person_name(name)
    query = sa.select(tables.people.c.id).where(tables.people.c.name == name).with_for_update()
    while (id_ := connection.scalar(query)) is None:
        try:
            with connection.begin_nested():
                return _new_id(connection.execute(tables.people.insert().values(name=name)))
        except exc.IntegrityError:
            continue  # Another process has just added the same name.
    return int(id_)


def _new_id(made: sa.CursorResult[Any]) -> int:
    key = made.inserted_primary_key
    assert key is not None
    return int(key[0])


def _aware(when: datetime | None) -> datetime:
    now = datetime.now().astimezone() if when is None else when
    if now.tzinfo is None:
        raise HistoryError("no_time_zone", "when: expected a time with its time zone, got {got}", got=now.isoformat())
    return now


def _is(row: Mapping[Any, Any], of: tuple[str, str, str]) -> bool:
    return (row["key"], row["angle"], row["unit"]) == of


def _reading(row: Mapping[Any, Any], end: End) -> Reading:
    own = row[f"{end}_error"]
    return Reading(row["session_id"], row["at"], row[end], row["error"] if own is None else own, row["judged_share"])
