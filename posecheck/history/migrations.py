"""Named steps that bring a database's tables up to date, applied in order, each once, all in one transaction.

A published step is never changed, because a database that already has it would not receive the change. Each step
therefore defines its tables itself instead of using tables.py. tables.py holds the result of all steps, and a test
compares the two.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from posecheck.history import tables
from posecheck.history.database import HistoryError

Migration = Callable[[sa.Connection], None]

LOCK = 0x706F7365
"""Number of the advisory lock with which one process at a time migrates a PostgreSQL database."""


class _Tables:
    """Short forms to define the tables and columns of a step, independent of tables.py."""

    def __init__(self) -> None:
        self.made = sa.MetaData()

    def table(self, name: str, *columns: sa.Column[Any]) -> sa.Table:
        return sa.Table(name, self.made, sa.Column("id", sa.Integer, primary_key=True), *columns)

    @staticmethod
    def text(name: str, length: int | None = 200, *, index: bool = False, unique: bool = False) -> sa.Column[Any]:
        kind = sa.Text() if length is None else sa.String(length)
        return sa.Column(name, kind, nullable=False, index=index or None, unique=unique or None)

    @staticmethod
    def number(name: str, *, nullable: bool = True) -> sa.Column[Any]:
        return sa.Column(name, sa.Double, nullable=nullable)

    @staticmethod
    def of(name: str, owner: str, *, nullable: bool = False) -> sa.Column[Any]:
        return sa.Column(name, sa.ForeignKey(f"{owner}.id", ondelete="CASCADE"), nullable=nullable, index=True)

    @staticmethod
    def time(name: str = "at") -> sa.Column[Any]:
        return sa.Column(name, sa.DateTime(timezone=True), nullable=False)

    def make(self, connection: sa.Connection, *names: str) -> None:
        """Create the named tables, or all of them when no name is given."""
        wanted = [self.made.tables[name] for name in names] or None
        self.made.create_all(connection, wanted, checkfirst=False)


def _first(connection: sa.Connection) -> None:
    """Create people, sessions, peaks, events and answers."""
    t = _Tables()
    text, number, of, time = t.text, t.number, t.of, t.time
    t.table("people", text("name", unique=True))
    t.table(
        "sessions",
        of("person_id", "people"),
        time(),
        text("stretch", index=True),
        text("source", None),
        text("version", 50),
        text("verdict", 50),
        text("headline", None),
        number("duration_s", nullable=False),
        sa.Column("age", sa.Integer),
        sa.Column("settings", sa.JSON, nullable=False),
    )
    of_session = ("session_id", "sessions")
    range_ = (number("highest"), number("lowest"), number("error"), number("judged_share", nullable=False))
    t.table("peaks", of(*of_session), text("key"), text("angle"), text("words", None), text("unit", 50), *range_)
    span = (number("start_s", nullable=False), number("end_s", nullable=False), number("worst"), number("worst_s"))
    what = (text("key"), text("angle"), text("kind", 50), text("level", 50))
    t.table("events", of(*of_session), *what, *span, text("unit", 50), number("limit"), text("message", None))
    owners = (of("person_id", "people"), of(*of_session, nullable=True))
    t.table("answers", *owners, text("question"), text("answer", None), time())
    t.make(connection)


def _repetitions_and_locks(connection: sa.Connection) -> None:
    """Add the repetitions of a session, and locks: times in which a person should not stretch."""
    t = _Tables()
    t.table("people")
    t.table("sessions")
    spans = [t.number(name, nullable=False) for name in ("start_s", "hold_start_s", "hold_end_s", "end_s")]
    optional = ("peak", "peak_s", "peak_error", "hold_s", "longest_hold_s", "in_s", "out_s", "in_speed", "out_speed")
    t.table(
        "repetitions",
        t.of("session_id", "sessions"),
        sa.Column("number", sa.Integer, nullable=False),
        t.text("side", 50),
        t.text("angle"),
        t.text("unit", 50),
        *spans,
        *(t.number(name) for name in optional),
        t.text("hold", 50),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("reached", "stopped", "complete", "held")),
        t.text("reason", 50),
        sa.Column("more", sa.JSON, nullable=False),
    )
    t.table("locks", t.of("person_id", "people"), t.text("reason"), t.time(), t.time("until"))
    t.make(connection, "repetitions", "locks")
    connection.execute(sa.text("ALTER TABLE sessions ADD COLUMN series JSON"))
    double = sa.Double().compile(connection.dialect)
    for end in ("highest", "lowest"):
        connection.execute(sa.text(f"ALTER TABLE peaks ADD COLUMN {end}_error {double}"))


def _headlines_and_stretch_of_a_lock(connection: sa.Connection) -> None:
    """Add the headline in each language, and the stretch of a lock, which was written behind its reason before."""
    connection.execute(sa.text("ALTER TABLE sessions ADD COLUMN headlines JSON"))
    connection.execute(sa.text("ALTER TABLE locks ADD COLUMN stretch VARCHAR(200)"))
    for id_, reason in connection.execute(sa.text("SELECT id, reason FROM locks")).all():
        why, _, stretch = reason.partition(" ")
        if stretch:
            values = {"id": id_, "reason": why, "stretch": stretch}
            connection.execute(sa.text("UPDATE locks SET reason = :reason, stretch = :stretch WHERE id = :id"), values)


def _programmes(connection: sa.Connection) -> None:
    """Add what was done of programmes of several stretches, with the pain before and after."""
    t = _Tables()
    t.table("people")
    steps = sa.Column("steps", sa.JSON, nullable=False)
    pain = (sa.Column("pain_before", sa.Integer), sa.Column("pain_after", sa.Integer))
    t.table("programmes", t.of("person_id", "people"), t.time(), t.text("name"), steps, *pain)
    t.make(connection, "programmes")


def _scores(connection: sa.Connection) -> None:
    """Add scores of the questionnaire RMDQ-24."""
    t = _Tables()
    t.table("people")
    day, points = sa.Column("day", sa.Date, nullable=False), sa.Column("points", sa.Integer, nullable=False)
    t.table("rmdq_scores", t.of("person_id", "people"), day, points)
    t.make(connection, "rmdq_scores")


STEPS: tuple[tuple[str, Migration], ...] = (
    ("0001-first", _first),
    ("0002-repetitions-and-locks", _repetitions_and_locks),
    ("0003-headlines-and-stretch-of-a-lock", _headlines_and_stretch_of_a_lock),
    ("0004-programmes", _programmes),
    ("0005-rmdq-scores", _scores),
)


def migrate(connection: sa.Connection, steps: Sequence[tuple[str, Migration]] = STEPS) -> None:
    """Apply the steps that a database does not have yet.

    Args:
        connection: In a transaction during which no other process can write.
        steps: Names and functions, in the order in which they are applied.

    Raises:
        HistoryError: The database belongs to another program or to a newer version; nothing is changed then.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    applied = _applied(connection)
    unknown = sorted(applied - {name for name, _ in steps})
    if unknown:
        text = "history: made by a newer posecheck, with the step {step} that this one does not know; update posecheck"
        raise HistoryError("newer_posecheck", text, step=repr(unknown[0]))
    for name, step in steps:
        if name not in applied:
            step(connection)
            connection.execute(tables.migrations.insert().values(name=name, applied_at=datetime.now(UTC)))


def _applied(connection: sa.Connection) -> set[str]:
    """Return the names of the applied steps; create the table of steps in an empty database."""
    inspector = sa.inspect(connection)
    held = set(inspector.get_table_names())
    if "migrations" in held:
        columns = {column["name"] for column in inspector.get_columns("migrations")}
        if not {"name", "applied_at"} <= columns:
            text = "history: expected an empty database or one of posecheck, found another program's"
            raise HistoryError("another_program", text)
        return set(connection.scalars(sa.select(tables.migrations.c.name)))
    taken = sorted(held & set(tables.metadata.tables))
    if taken:
        text = "history: expected an empty database or one of posecheck, found another's table {table}"
        raise HistoryError("another_program", text, table=repr(taken[0]))
    tables.migrations.create(connection, checkfirst=False)
    return set()
