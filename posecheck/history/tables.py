"""The current tables of the history; migrations.py creates them and brings older ones to this state.

Times are aware datetimes, stored in UTC. Durations and times within a session are in seconds. Values of peaks,
repetitions and events are in the unit of the column `unit`, NULL where nothing was judged. Deleting a person deletes
every row that belongs to them.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Utc(TypeDecorator[datetime]):
    """Store an aware datetime in UTC, also in a database without time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert a time to UTC before it is stored.

        Args:
            value: The time; None stays None.
            dialect: The database's dialect; not used.

        Raises:
            ValueError: The time has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected a time with its time zone, got {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return a stored time in UTC.

        Args:
            value: The time as the database returns it, perhaps without a time zone; None stays None.
            dialect: The database's dialect; not used.
        """
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _of(table: str, *, nullable: bool = False) -> sa.Column[int]:
    """Return the foreign key to a row's person or session; the row is deleted with them."""
    owner = {"people": "person_id", "sessions": "session_id"}[table]
    return sa.Column(owner, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=nullable, index=True)


metadata = sa.MetaData()

migrations = sa.Table(
    "migrations",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("applied_at", Utc, nullable=False),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False, unique=True),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of("people"),
    sa.Column("at", Utc, nullable=False),
    sa.Column("stretch", sa.String(200), nullable=False, index=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("version", sa.String(50), nullable=False),
    sa.Column("verdict", sa.String(50), nullable=False),
    sa.Column("headline", sa.Text, nullable=False),
    sa.Column("duration_s", sa.Double, nullable=False),
    sa.Column("age", sa.Integer),
    sa.Column("settings", sa.JSON, nullable=False),
    # Repetitions summed up, left against right; NULL from a version that did not count them.
    sa.Column("series", sa.JSON(none_as_null=True)),
    # The headline by language; NULL from a version that stored only the English one.
    sa.Column("headlines", sa.JSON(none_as_null=True)),
)

peaks = sa.Table(
    "peaks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of("sessions"),
    sa.Column("key", sa.String(200), nullable=False),
    sa.Column("angle", sa.String(200), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("unit", sa.String(50), nullable=False),
    sa.Column("highest", sa.Double),
    sa.Column("lowest", sa.Double),
    sa.Column("error", sa.Double),
    sa.Column("judged_share", sa.Double, nullable=False),
    # Stated errors of these two readings; NULL from a version that stored only the median error.
    sa.Column("highest_error", sa.Double),
    sa.Column("lowest_error", sa.Double),
)

repetitions = sa.Table(
    "repetitions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of("sessions"),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("side", sa.String(50), nullable=False),
    sa.Column("angle", sa.String(200), nullable=False),
    sa.Column("unit", sa.String(50), nullable=False),
    *(sa.Column(name, sa.Double, nullable=False) for name in ("start_s", "hold_start_s", "hold_end_s", "end_s")),
    *(sa.Column(name, sa.Double) for name in ("peak", "peak_s", "peak_error", "hold_s", "longest_hold_s")),
    *(sa.Column(name, sa.Double) for name in ("in_s", "out_s", "in_speed", "out_speed")),
    sa.Column("hold", sa.String(50), nullable=False),
    *(sa.Column(name, sa.Boolean, nullable=False) for name in ("reached", "stopped", "complete", "held")),
    sa.Column("reason", sa.String(50), nullable=False),
    # The other values that summary.json holds for a repetition, by their key there.
    sa.Column("more", sa.JSON, nullable=False),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of("sessions"),
    sa.Column("key", sa.String(200), nullable=False),
    sa.Column("angle", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(50), nullable=False),
    sa.Column("level", sa.String(50), nullable=False),
    sa.Column("start_s", sa.Double, nullable=False),
    sa.Column("end_s", sa.Double, nullable=False),
    sa.Column("worst", sa.Double),
    sa.Column("worst_s", sa.Double),
    sa.Column("unit", sa.String(50), nullable=False),
    sa.Column("limit", sa.Double),
    sa.Column("message", sa.Text, nullable=False),
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of("people"),
    _of("sessions", nullable=True),
    sa.Column("question", sa.String(200), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
)

programmes = sa.Table(
    "programmes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of("people"),
    sa.Column("at", Utc, nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    # What was done of each step, in order.
    sa.Column("steps", sa.JSON, nullable=False),
    # From 0 to 10; NULL where the person did not say.
    sa.Column("pain_before", sa.Integer),
    sa.Column("pain_after", sa.Integer),
)

rmdq_scores = sa.Table(
    "rmdq_scores",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of("people"),
    # When the questionnaire was filled in, as the person's calendar says.
    sa.Column("day", sa.Date, nullable=False),
    # How many of the 24 sentences were ticked.
    sa.Column("points", sa.Integer, nullable=False),
)

locks = sa.Table(
    "locks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of("people"),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("until", Utc, nullable=False),
    # The stretch during which the symptom was felt, where it is known.
    sa.Column("stretch", sa.String(200)),
)
"""Times in which a person should not stretch, e.g. a day after numbness."""
