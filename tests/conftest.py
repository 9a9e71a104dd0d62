"""Fixtures that several tests share: how constructed people are read; an empty history on SQLite and PostgreSQL."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings

from posecheck import readings
from posecheck.history import Store, open_store
from tests import postgres

# A busy machine is no fault of what is tested.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def constructed_people_are_read_by_geometry(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Leave the regressor out where a test constructs its people (tests/people.py).

    They are exact lines between joints; the regressor undoes errors of MediaPipe that they do not have.
    """
    if not any(getattr(item, "__module__", "") == "tests.people" for item in vars(request.module).values()):
        yield
        return
    for where in ("posecheck.estimation.learned", "posecheck.stated_error.learned"):
        monkeypatch.setattr(where, lambda *_: None)
    readings._limits.cache_clear()
    yield
    readings._limits.cache_clear()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give an empty database: a file, or a schema of its own on the server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'deep' / 'history.db'}"
        return
    reason = postgres.missing()
    if reason is not None:
        pytest.skip(reason)
    server = sa.make_url(request.getfixturevalue("postgres_url")).set(drivername="postgresql+psycopg")
    name = f"t{os.getpid()}_{time.time_ns()}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {name}"))
        own = server.update_query_dict({"options": f"-csearch_path={name}"})
        yield own.render_as_string(hide_password=False)
        connection.execute(sa.text(f"DROP SCHEMA {name} CASCADE"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened
