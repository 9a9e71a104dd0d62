"""Named steps that bring a database's tables up to date, applied in order, each once, all in one transaction.

A step that has been published is never changed: a database that has it would not get the change. Each step says
itself what it makes; tables.py says what all of them come to, and a test compares the two.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from posecheck.history import tables
from posecheck.history.database import HistoryError

Step = Callable[[sa.Connection], None]

LOCK = 0x706F7365
"""The number of the lock under which one process at a time migrates a PostgreSQL database."""


def _first(connection: sa.Connection) -> None:
    """Make people, sessions, peaks, events and answers."""
    made = sa.MetaData()

    def table(name: str, *columns: sa.Column[object]) -> None:
        sa.Table(name, made, sa.Column("id", sa.Integer, primary_key=True), *columns)

    def text(name: str, length: int | None = 200, *, index: bool = False, unique: bool = False) -> sa.Column[object]:
        kind = sa.Text() if length is None else sa.String(length)
        return sa.Column(name, kind, nullable=False, index=index or None, unique=unique or None)

    def number(name: str, *, nullable: bool = True) -> sa.Column[object]:
        return sa.Column(name, sa.Double, nullable=nullable)

    def of(name: str, owner: str, *, nullable: bool = False) -> sa.Column[object]:
        return sa.Column(name, sa.ForeignKey(f"{owner}.id", ondelete="CASCADE"), nullable=nullable, index=True)

    def time() -> sa.Column[object]:
        return sa.Column("at", sa.DateTime(timezone=True), nullable=False)

    table("people", text("name", unique=True))
    table(
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
    table("peaks", of(*of_session), text("key"), text("angle"), text("words", None), text("unit", 50), *range_)
    span = (number("start_s", nullable=False), number("end_s", nullable=False), number("worst"), number("worst_s"))
    what = (text("key"), text("angle"), text("kind", 50), text("level", 50))
    table("events", of(*of_session), *what, *span, text("unit", 50), number("limit"), text("message", None))
    owners = (of("person_id", "people"), of(*of_session, nullable=True))
    table("answers", *owners, text("question"), text("answer", None), time())
    made.create_all(connection, checkfirst=False)


STEPS: tuple[tuple[str, Step], ...] = (("0001-first", _first),)


def migrate(connection: sa.Connection, steps: Sequence[tuple[str, Step]] = STEPS) -> None:
    """Apply what is missing; the connection is in a transaction that no other process can write in.

    Raises HistoryError, with nothing changed, for a database of another program or of a newer posecheck.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    applied = _applied(connection)
    unknown = sorted(applied - {name for name, _ in steps})
    if unknown:
        raise HistoryError(
            f"history: made by a newer posecheck, with the step {unknown[0]!r} that this one does not know; "
            "update posecheck"
        )
    for name, step in steps:
        if name not in applied:
            step(connection)
            connection.execute(tables.migrations.insert().values(name=name, applied_at=datetime.now(UTC)))


def _applied(connection: sa.Connection) -> set[str]:
    """Return the names of the steps the database has; where it has no table of ours, make the first one."""
    inspector = sa.inspect(connection)
    held = set(inspector.get_table_names())
    if "migrations" in held:
        columns = {column["name"] for column in inspector.get_columns("migrations")}
        if not {"name", "applied_at"} <= columns:
            raise HistoryError("history: expected an empty database or one of posecheck, found another program's")
        return set(connection.scalars(sa.select(tables.migrations.c.name)))
    taken = sorted(held & set(tables.metadata.tables))
    if taken:
        raise HistoryError(
            f"history: expected an empty database or one of posecheck, found another's table {taken[0]!r}"
        )
    tables.migrations.create(connection, checkfirst=False)
    return set()
