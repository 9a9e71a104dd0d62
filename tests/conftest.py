"""Fixtures that several tests share: how constructed people are read; an empty history on SQLite and PostgreSQL; the
app being served, and what drives a browser."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from hypothesis import settings

from posecheck.history import Store, open_store
from posecheck.measurement import readings
from tests.support import postgres

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

# A busy machine is no fault of what is tested.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
# Whoever runs the tests may have told the width of their terminal, at which long lines are broken.
os.environ.pop("COLUMNS", None)


@pytest.fixture
def plain_geometry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read every angle by geometry, without the regressor.

    Asked for by tests that judge constructed people (tests/support/people.py): these are exact lines between joints,
    and the regressor undoes errors of MediaPipe that they do not have.
    """
    monkeypatch.setattr("posecheck.kinematics.estimation._regressors", lambda *_: [])
    monkeypatch.setattr("posecheck.kinematics.uncertainty.learned", lambda *_: None)
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


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the app with data of its own and give its address."""
    from research.harness import browser_app

    place = tmp_path_factory.mktemp("app")
    with browser_app.served(place / "app.log", place / "data") as address:
        yield address


@pytest.fixture(scope="module")
def playwright() -> Iterator["Playwright"]:
    """Give what starts browsers."""
    from playwright.sync_api import expect, sync_playwright

    from research.harness import browser_app

    browser_app.ARTEFACTS.mkdir(exist_ok=True)
    expect.set_options(timeout=90_000)
    with sync_playwright() as running:
        yield running


@pytest.fixture
def outside() -> Iterator[list[str]]:
    """Collect requests for other machines; there are none."""
    asked: list[str] = []
    yield asked
    assert asked == []
