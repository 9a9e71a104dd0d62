"""The history with several processes that write, delete or are killed: no data is lost or half-written."""

import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from posecheck.history import HistoryError, database, open_store
from tests.support.histories import NOON, summary

ADDER = """
import sys
from posecheck.history import open_store
from tests.support.histories import NOON, summary

url, name, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
for i in range(number):
    with open_store(url) as store:
        store.add(summary(source=f"{name}-{i}.mp4"), "me", NOON)
    print(i, flush=True)
"""


HALF = """
import sys
import sqlalchemy as sa
from posecheck.history import tables
from posecheck.history.store import Store
from tests.support.histories import NOON, summary

store = Store(sys.argv[1])
store.add(summary(source="whole.mp4"), "me", NOON)
# Stop within a transaction: the session is written, and what goes with it is not yet.
insert = tables.peaks.insert
tables.peaks.insert = lambda: print("half", flush=True) or sys.stdin.read() or insert()
store.add(summary(source="half.mp4"), "me", NOON)
"""


def process(*words: str) -> subprocess.Popen[str]:
    return started(ADDER, *words)


def started(code: str, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", code, *words]
    pipe, root = subprocess.PIPE, Path(__file__).parents[2]
    return subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, cwd=root)


def test_two_processes_that_start_and_write_at_once_lose_nothing(url: str) -> None:
    writers = [process(url, name, "10") for name in ("one", "two")]
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    with open_store(url) as store:
        held = store.sessions("me")
        assert {one.source for one in held} == {f"{name}-{i}.mp4" for name in ("one", "two") for i in range(10)}
        assert len({one.id for one in held}) == 20
        assert all(len(store.session(one.id).peaks) == 1 for one in held)


def test_deleting_while_another_process_adds_leaves_nothing_astray(url: str) -> None:
    writer = process(url, "busy", "10")
    gone = 0
    with open_store(url) as store:
        while writer.poll() is None:
            if "me" in store.people():
                gone += store.delete_person("me").sessions
        writer.communicate(timeout=60)
        assert writer.returncode == 0
        assert gone + len(store.sessions("me")) == 10
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


def test_a_process_killed_within_a_write_leaves_nothing_of_it(url: str) -> None:
    writer = started(HALF, url)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "half\n"
    writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=60)
    with open_store(url) as store:
        assert [one.source for one in store.sessions("me")] == ["whole.mp4"]
        assert len(store.session(store.add(summary(source="after.mp4"), "me", NOON)).peaks) == 1
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        raw.close()
