"""The history on SQLite and on a real PostgreSQL: nothing lost, nothing left, and no change that is only error."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from posecheck.history import HistoryError, Store, database, minimal_detectable_change, open_store, tables
from posecheck.history.database import Database, default_url
from posecheck.history.migrations import STEPS, migrate
from posecheck.history.progress import LESS, MORE, NO_CHANGE, TOO_FEW, Reading, trend
from posecheck.history_cli import history_app
from tests import postgres

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ADDER = """
import sys
from posecheck.history import open_store
from tests.test_history import NOON, summary

url, name, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
for i in range(number):
    with open_store(url) as store:
        store.add(summary(source=f"{name}-{i}.mp4"), "me", NOON)
    print(i, flush=True)
"""


def summary(
    stretch: str = "chair-twist",
    source: str | None = "monday.mp4",
    left: float | None = 41.0,
    right: float | None = -38.5,
    error: float | None = 4.0,
    share: float = 1.0,
    headline: str = "Past the stop limit once: over-rotation.",
) -> dict[str, object]:
    peak = {"key": "trunk_rotation", "angle": "trunk_rotation", "words": "turn of the trunk", "unit": "deg"}
    event = {"key": "trunk_rotation", "angle": "trunk_rotation", "kind": "over_rotation", "level": "stop"}
    return {
        "posecheck": "0.1.0",
        "stretch": {"id": stretch, "name": "Chair twist"},
        "source": {} if source is None else {"file": source, "fps": 30.0},
        "settings": {"stretch": stretch, "age": 61, "set": ["trunk_rotation.stop=40"]},
        "verdict": "stop",
        "headline": headline,
        "frames": 300,
        "duration_s": 10.0,
        "peaks": [{**peak, "highest": left, "lowest": right, "error": error, "judged_share": share, "stop": 45.0}],
        "events": [
            {**event, "start_s": 2.0, "end_s": 3.5, "worst": left, "worst_s": 2.5, "limit": None}
            | {"unit": "deg", "message": "Turned too far: ease back ä."}
        ],
    }


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


def process(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", ADDER, *words]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])


def test_a_session_comes_back_as_it_was_put_in(store: Store) -> None:
    given = summary()
    when = NOON.astimezone().replace(microsecond=123456)
    one = store.session(store.add(given, "Änne", when))
    assert (one.person, one.stretch, one.source, one.version) == ("Änne", "chair-twist", "monday.mp4", "0.1.0")
    assert (one.verdict, one.headline, one.duration_s, one.age) == ("stop", given["headline"], 10.0, 61)
    assert one.at == when
    assert one.at.tzinfo is UTC
    assert one.settings == given["settings"]
    assert one.events == tuple(given["events"])  # type: ignore[arg-type]
    assert one.peaks[0]["highest"] == 41.0
    assert "stop" not in one.peaks[0]


def test_a_session_without_a_file_was_live_and_without_readings_has_none(store: Store) -> None:
    bare = summary(source=None, left=None, right=None, error=None) | {"settings": {}, "events": []}
    one = store.session(store.add(bare))
    assert (one.source, one.age, one.events) == ("live", None, ())
    assert one.peaks[0]["highest"] is None


def test_sessions_are_listed_by_person_and_stretch_oldest_first(store: Store) -> None:
    late = store.add(summary(), "me", NOON + timedelta(days=2))
    early = store.add(summary("lunge"), "me", NOON)
    store.add(summary(), "you", NOON)
    assert [one.id for one in store.sessions("me")] == [early, late]
    assert [one.id for one in store.sessions("me", "chair-twist")] == [late]
    assert store.sessions("nobody") == []
    assert store.people() == ["me", "you"]


def test_export_is_plain_json_with_all_there_is(store: Store) -> None:
    session = store.add(summary(), "me", NOON)
    store.answer("pain", "none", "me", NOON, session)
    store.answer("osteoporosis", "no", "me", NOON)
    store.add(summary(), "you", NOON)
    held = store.export("me")
    assert json.loads(json.dumps(held, allow_nan=False)) == held
    assert [item["record"] for item in held] == ["session", "answer"]
    assert held[0]["at"] == "2026-05-04T12:00:00+00:00"
    assert held[0]["answers"] == [{"question": "pain", "answer": "none", "at": "2026-05-04T12:00:00+00:00"}]
    assert [answer["answer"] for answer in store.answers("me", "osteoporosis")] == ["no"]


def test_deleting_a_person_takes_everything_and_nobody_else(store: Store, url: str, tmp_path: Path) -> None:
    for i in range(20):
        session = store.add(summary(headline=f"Zebra{i} headline"), "Quagga", NOON)
        store.answer("pain", "Okapi", "Quagga", NOON, session)
    kept = store.add(summary(), "you", NOON)
    assert str(store.delete_person("Quagga")) == "20 sessions, 20 peaks, 20 events, 20 answers"
    assert store.export("Quagga") == []
    assert store.people() == ["you"]
    assert store.session(kept).peaks
    with pytest.raises(HistoryError, match="Quagga: expected a name the history knows"):
        store.delete_person("Quagga")
    if url.startswith("sqlite"):
        files = [path for path in (tmp_path / "deep").iterdir() if path.is_file()]
        assert files
        assert not [path for path in files for word in (b"Zebra", b"Quagga", b"Okapi") if word in path.read_bytes()]


def test_an_answer_belongs_to_its_person(store: Store) -> None:
    session = store.add(summary(), "me", NOON)
    with pytest.raises(HistoryError, match="expected a session of you, found none"):
        store.answer("pain", "none", "you", NOON, session)
    assert store.people() == ["me"]


def test_what_is_no_summary_is_refused_whole_and_in_one_line(store: Store) -> None:
    bad = summary() | {"duration_s": "long", "verdict": None}
    with pytest.raises(HistoryError, match=r"verdict: .*; duration_s: ") as told:
        store.add(bad)
    assert "\n" not in str(told.value)
    with pytest.raises(HistoryError, match=r"peaks\.0\.highest"):
        store.add(summary(left=float("nan")))
    with pytest.raises(HistoryError, match="time zone"):
        store.add(summary(), "me", datetime(2026, 5, 4))
    for name in (" ", "a" * 201, "a\nb", "\udcff"):
        with pytest.raises(HistoryError, match="1 to 200 characters"):
            store.add(summary(), name)
    assert store.people() == []


def test_unknown_ids_are_said(store: Store) -> None:
    for id_ in (7, 0, -1, 2**40, 10**30):
        with pytest.raises(HistoryError, match=f"session {id_}: expected one in the history"):
            store.session(id_)


def test_progress_is_judged_against_what_can_be_told(store: Store) -> None:
    for day, (left, right) in enumerate([(30.0, -30.0), (36.0, -44.0), (33.0, -25.0)]):
        store.add(summary(left=left, right=right), "me", NOON + timedelta(days=day))
    store.add(summary("lunge", left=90.0), "me", NOON)
    highest, lowest = store.progress("me", "chair-twist", "trunk_rotation")
    assert (highest.end, highest.since_first, highest.since_last) == ("highest", NO_CHANGE, NO_CHANGE)
    assert highest.detectable == minimal_detectable_change(4.0, 4.0) == 6.3
    assert (lowest.end, lowest.since_first, lowest.since_last) == ("lowest", NO_CHANGE, LESS)
    assert [reading.value for reading in lowest.readings] == [-30.0, -44.0, -25.0]
    with pytest.raises(HistoryError, match="knee: expected a range in a session of chair-twist by me"):
        store.progress("me", "chair-twist", "knee")


@given(st.floats(-90, 90), st.floats(-90, 90), st.floats(0, 40), st.floats(0, 40))
def test_more_and_less_mirror_and_never_come_from_error(old: float, new: float, error: float, other: float) -> None:
    def said(a: float, b: float) -> str:
        readings = [Reading(1, NOON, a, error, 1.0), Reading(2, NOON + timedelta(days=1), b, other, 1.0)]
        return trend("k", "a", "w", "deg", "highest", readings).since_first

    if abs(new - old) <= max(6.3, error, other):
        assert said(old, new) == NO_CHANGE
    mirrored = {NO_CHANGE: NO_CHANGE, MORE: LESS, LESS: MORE}
    assert said(new, old) == mirrored[said(old, new)] if error == other else True
    assert said(-old, -new) == mirrored[said(old, new)]


def test_a_reading_that_missed_its_peak_is_not_compared() -> None:
    whole = Reading(1, NOON, 10.0, 2.0, 0.8)
    part = Reading(2, NOON + timedelta(days=1), 60.0, 2.0, 0.79)
    none = Reading(3, NOON + timedelta(days=2), None, None, 1.0)
    told = trend("k", "a", "w", "deg", "highest", [none, part, whole])
    assert (told.since_first, told.detectable, len(told.readings)) == (TOO_FEW, None, 3)


def test_the_detectable_change_grows_with_the_error_and_is_in_degrees_only_for_degrees() -> None:
    assert minimal_detectable_change(0.0, 0.0) == 6.3
    assert minimal_detectable_change(10.0, 10.0) == pytest.approx(14.142, abs=1e-3)
    assert minimal_detectable_change(0.1, 0.1, "ratio") == pytest.approx(0.1414, abs=1e-4)


def test_two_processes_that_start_and_write_at_once_lose_nothing(url: str) -> None:
    writers = [process(url, name, "25") for name in ("one", "two")]
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    with open_store(url) as store:
        held = store.sessions("me")
        assert {one.source for one in held} == {f"{name}-{i}.mp4" for name in ("one", "two") for i in range(25)}
        assert len({one.id for one in held}) == 50
        assert all(len(store.session(one.id).peaks) == 1 for one in held)


def test_deleting_while_another_process_adds_leaves_nothing_astray(url: str) -> None:
    writer = process(url, "busy", "25")
    gone = 0
    with open_store(url) as store:
        while writer.poll() is None:
            if "me" in store.people():
                gone += store.delete_person("me").sessions
        writer.communicate(timeout=60)
        assert writer.returncode == 0
        assert gone + len(store.sessions("me")) == 25
        assert all(len(store.session(one.id).peaks) == 1 for one in store.sessions("me"))


def test_bytes_that_another_reader_still_holds_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.1)
    path = tmp_path / "history.db"
    with open_store(f"sqlite:///{path}") as store:
        store.add(summary())
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM people").fetchall()
        with pytest.raises(HistoryError, match="deleted, but another program is reading the file"):
            store.delete_person("me")
        reader.close()
        assert store.people() == []


def test_a_killed_process_leaves_whole_sessions(url: str) -> None:
    writer = process(url, "killed", "100000")
    assert writer.stdout is not None
    said = [writer.stdout.readline() for _ in range(10)]
    time.sleep(0.05)
    writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=60)
    assert all(said)
    with open_store(url) as store:
        held = store.sessions("me")
        assert len(held) >= 10
        assert all(len(store.session(one.id).events) == 1 for one in held)
        store.add(summary(), "me", NOON)


def test_the_steps_come_to_the_tables_as_they_are(store: Store, url: str) -> None:
    held = Database(url)
    with held.transaction(write=False) as connection:
        found = sa.inspect(connection)
        assert set(found.get_table_names()) == set(tables.metadata.tables)
        for name, table in tables.metadata.tables.items():
            columns = {column["name"]: column for column in found.get_columns(name)}
            assert set(columns) == set(table.c.keys())
            for key, column in table.c.items():
                assert columns[key]["nullable"] == column.nullable, (name, key)
                made = columns[key]["type"].compile(connection.dialect)
                assert made == column.type.compile(connection.dialect), (name, key)
            keys = [(key["constrained_columns"], key["referred_table"]) for key in found.get_foreign_keys(name)]
            wanted = [([item.parent.name], item.column.table.name) for item in table.foreign_keys]
            assert sorted(keys) == sorted(wanted)
            assert all(key["options"]["ondelete"] == "CASCADE" for key in found.get_foreign_keys(name))
            assert {index["name"] for index in found.get_indexes(name) if not index["unique"]} == {
                index.name for index in table.indexes
            }
        assert list(connection.scalars(sa.select(tables.migrations.c.name))) == [name for name, _ in STEPS]
    held.close()


def test_a_step_that_fails_leaves_the_database_as_it_was(store: Store, url: str) -> None:
    def broken(connection: sa.Connection) -> None:
        connection.execute(sa.text("CREATE TABLE half (id INTEGER)"))
        connection.execute(sa.text("INSERT INTO nowhere VALUES (1)"))

    held = Database(url)
    with pytest.raises(HistoryError, match="nowhere"), held.transaction(write=True) as connection:
        migrate(connection, [*STEPS, ("0002-broken", broken)])
    with held.transaction(write=False) as connection:
        assert "half" not in sa.inspect(connection).get_table_names()
    held.close()


def test_a_newer_history_is_not_touched(store: Store, url: str) -> None:
    held = Database(url)
    with held.transaction(write=True) as connection:
        connection.execute(tables.migrations.insert().values(name="9999-later", applied_at=NOON))
    held.close()
    with pytest.raises(HistoryError, match=r"newer posecheck, with the step '9999-later'.*update posecheck"):
        open_store(url)


@pytest.mark.parametrize("table", ["sessions (id INTEGER)", "migrations (version INTEGER)"])
def test_another_programs_database_is_not_touched(url: str, table: str) -> None:
    held = Database(url)
    with held.transaction(write=True) as connection:
        connection.execute(sa.text(f"CREATE TABLE {table}"))
    with pytest.raises(HistoryError, match="expected an empty database or one of posecheck"):
        open_store(url)
    with held.transaction(write=False) as connection:
        assert len(sa.inspect(connection).get_table_names()) == 1
    held.close()


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but more than a hundred bytes long " * 40, encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(HistoryError, match=r"notes\.txt: expected a history .* file is not a database"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me:secret@127.0.0.1:1/none", "expected a history to read and write"),
        ("nosuch://me:secret@host/db", "expected a database this Python has a driver for"),
        ("me:secret", "expected a database URL such as"),
        ("sqlite://", "expected a file after sqlite:///"),
    ],
)
def test_a_database_that_cannot_be_reached_is_said_without_its_password(url: str, said: str) -> None:
    with pytest.raises(HistoryError) as told:
        open_store(url)
    assert said in str(told.value)
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(HistoryError, match="expected a folder for the history"):
        open_store(f"sqlite:///{tmp_path / 'file' / 'history.db'}")


def test_where_the_history_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSECHECK_DB", raising=False)
    monkeypatch.setenv("POSECHECK_DATA", str(tmp_path / "Rücken #1?"))
    with open_store() as store:
        store.add(summary())
    path = tmp_path / "Rücken #1?" / "history.db"
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert raw.execute("SELECT count(*) FROM sessions").fetchone() == (1,)
    raw.close()
    monkeypatch.delenv("POSECHECK_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert default_url().endswith("posecheck/history.db")
    monkeypatch.setenv("POSECHECK_DB", "postgresql://elsewhere/history")
    assert default_url() == "postgresql://elsewhere/history"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "summary.json").write_text(json.dumps(summary()), encoding="utf-8")
    return folder


@pytest.fixture
def _here(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSECHECK_DB", url)


def run(*words: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(history_app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result


@pytest.mark.usefixtures("_here")
def test_the_command_from_first_to_last(results: Path, tmp_path: Path) -> None:
    assert "No sessions of me yet" in run("list").stdout
    assert run("add", results).stdout.startswith("Session 1 of me in ")
    assert run("add", results).stdout == "Already in the history as session 1.\n"
    assert "Session 2" in run("add", results, "--when", "2026-05-05").stdout
    assert "There are sessions of: me." in run("list", "--person", "you").stdout
    listed = run("list", "--stretch", "chair-twist").stdout.splitlines()
    assert listed[0].split() == ["ID", "WHEN", "STRETCH", "VERDICT", "SOURCE"]
    assert len(listed) == 3
    shown = run("show", "1").stdout
    assert "Stop: Past the stop limit once: over-rotation." in shown
    assert "turn of the trunk  -38.5   41.0     4.0    deg" in shown
    assert "2.0-3.5 s  stop: Turned too far: ease back ä." in shown
    assert f"Since the first: {NO_CHANGE}." in run("progress", "chair-twist", "trunk_rotation").stdout
    out = tmp_path / "me.json"
    run("export", "--out", out)
    assert json.loads(out.read_text(encoding="utf-8")) == json.loads(run("export").stdout)
    assert "add --force" in run("export", "--out", out, code=2).stderr
    refused = run("delete", "--person", "me", code=2)
    assert "This deletes everything of me" in refused.stdout
    assert "2 sessions, 2 peaks, 2 events, 0 answers" in refused.stdout
    assert "expected --yes where nobody can be asked; nothing was deleted" in refused.stderr
    assert "Deleted of me" in run("delete", "--person", "me", "--yes").stdout
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "5"), "session 5: expected one in the history"),
        (("add", "/nowhere"), "expected a folder with results"),
        (("export", "--person", "you"), "you: expected a name the history knows"),
        (("delete", "--person", "you", "--yes"), "you: expected a name the history knows"),
        (("progress", "lunge", "knee"), "knee: expected a range in a session of lunge by me"),
    ],
)
def test_the_command_refuses_in_one_line(words: tuple[str, ...], said: str) -> None:
    told = run(*words, code=2).stderr.splitlines()
    assert len(told) == 1
    assert told[0].startswith("posecheck: ")
    assert said in told[0]


def test_every_command_has_help_and_none_loads_the_database_for_it() -> None:
    code = "import sys; import posecheck.history_cli; print([m for m in ('sqlalchemy', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert all(command.callback is not None and command.callback.__doc__ for command in history_app.registered_commands)
