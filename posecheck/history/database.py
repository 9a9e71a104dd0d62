"""The database behind the history: where it is, how it is opened, and the errors raised when it cannot be used.

Conventions. A writing transaction on SQLite takes the write lock when it begins, so that two processes wait for
each other instead of failing half-way. A reading transaction sees one snapshot of the history throughout.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.pool import NullPool

from posecheck.core.errors import PosecheckError
from posecheck.core.paths import user_data

BUSY_S = 60.0
"""Seconds that one process waits for another to finish writing."""
CONNECT_S = 10
"""Seconds that connecting to a PostgreSQL server may take."""


class HistoryError(PosecheckError):
    """Report that the history cannot be opened, or does not hold the requested person, session or range."""


def default_url() -> str:
    """Return the database URL: POSECHECK_DB, or the SQLite file in POSECHECK_DATA or in the user's data folder."""
    named = os.environ.get("POSECHECK_DB")
    if named:
        return named
    return sa.URL.create("sqlite", database=str(user_data() / "history.db")).render_as_string(hide_password=False)


class Database:
    """Open a database by its URL and provide transactions; each database error is raised as a one-line HistoryError.

    Attributes:
        name: The database's name for messages: the file, or the URL without its password.
        is_sqlite: Whether it is an SQLite file.
    """

    def __init__(self, url: str) -> None:
        """Open the database.

        Args:
            url: An SQLAlchemy URL.

        Raises:
            HistoryError: The URL is wrong, its driver is missing, or its folder cannot be made.
        """
        self._url = _parse_url(url)
        self.name = _display_name(self._url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._engine = self._create_engine()

    def _create_engine(self) -> sa.Engine:
        arguments: dict[str, Any] = {}
        if self.is_sqlite:
            _make_folder(self._url)
            # Switch off the driver's implicit BEGIN; _begin_sqlite begins each transaction.
            arguments = {"timeout": BUSY_S, "isolation_level": None}
        elif self._url.get_backend_name() == "postgresql":
            arguments = {"connect_timeout": CONNECT_S}
        try:
            engine = sa.create_engine(self._url, poolclass=NullPool, connect_args=arguments)
        except (exc.ArgumentError, exc.NoSuchModuleError, ModuleNotFoundError) as error:
            text = "{database}: expected a database this Python has a driver for, got: {why}"
            raise HistoryError("no_driver", text, database=self.name, why=_line(error)) from error
        if self.is_sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[sa.Connection]:
        """Yield a connection in a transaction: committed at the end of the block, rolled back when the block raises.

        Args:
            write: Whether the block writes; a writing transaction on SQLite takes the write lock at once.

        Raises:
            HistoryError: The database reports an error.
        """
        with self._as_history_error(), self._engine.connect() as plain:
            connection = plain.execution_options(posecheck_write=write)
            if not write and not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    def scrub(self) -> None:
        """Rewrite an SQLite file so that no deleted data is left in it or in its log; do nothing elsewhere.

        Raises:
            HistoryError: Another program is reading the file, so that its log cannot be cleared.
        """
        if not self.is_sqlite:
            return
        with self._as_history_error(), self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.execute("VACUUM")
            busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            text = (
                "{database}: deleted, but another program is reading the file: "
                "its log holds what was until that program is closed"
            )
            raise HistoryError("log_in_use", text, database=self.name)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _as_history_error(self) -> Iterator[None]:
        """Raise database errors of the block as HistoryError."""
        try:
            yield
        except (exc.SQLAlchemyError, sqlite3.Error, ModuleNotFoundError) as error:
            text = "{database}: expected a history to read and write, got: {why}"
            raise HistoryError("unusable", text, database=self.name, why=_line(error)) from error


def _parse_url(text: str) -> sa.URL:
    try:
        url = sa.make_url(text)
        # posecheck is tested with this PostgreSQL driver only; SQLAlchemy's default may be another.
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
    except (exc.ArgumentError, ValueError) as error:
        # The text may hold a password, so it is not repeated.
        text = "POSECHECK_DB: expected a database URL such as sqlite:////folder/history.db"
        raise HistoryError("not_a_url", text) from error
    if url.get_backend_name() == "sqlite" and (not url.database or url.database == ":memory:"):
        raise HistoryError("no_file", "POSECHECK_DB: expected a file after sqlite:///, found none")
    return url


def _display_name(url: sa.URL) -> str:
    """Return the database's name for messages: the file, or the URL without its password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _make_folder(url: sa.URL) -> None:
    folder = Path(str(url.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = "{folder}: expected a folder for the history, got: {why}"
        raise HistoryError("no_folder", text, folder=folder, why=error.strerror) from error


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    # The change to WAL ignores SQLite's busy timeout, so wait for other processes here.
    give_up = time.monotonic() + BUSY_S
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.02)
    # A power cut must not lose the last sessions; the default only keeps the file consistent.
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("posecheck_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _line(error: BaseException) -> str:
    """Return the first line of a driver's error message."""
    cause = error.orig if isinstance(error, exc.DBAPIError) and error.orig is not None else error
    return next((line.strip() for line in str(cause).splitlines() if line.strip()), type(cause).__name__)
