"""When visits end, what then goes, and what servers that were killed have left behind."""

import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from posecheck.app.base import closed_sockets, privacy, sessions
from posecheck.app.visit import folders, visits
from posecheck.app.visit import line as lines
from posecheck.app.visit.analysis_job import AnalysisJob
from posecheck.app.visit.recordings import AnalysisRequest
from posecheck.app.visit.visits import ALONE_S, AWAY_S, Visits
from posecheck.app.visit.workspace import Workspace
from tests.support.pages import SAMPLE, WAIT_S, opened

open_pages: set[str] = set()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the time that visits are measured by; no page is open at first."""
    now = [time.monotonic()]
    monkeypatch.setattr("posecheck.app.visit.visits.time.monotonic", lambda: now[0])
    open_pages.clear()
    monkeypatch.setattr(sessions, "is_open", open_pages.__contains__)
    return now


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    monkeypatch.setattr(sessions, "forget", asked.append)
    return asked


def visit(held: Visits[Workspace], page: str) -> Workspace:
    space = Workspace()
    space.pages.add(page)
    (space.new_folder() / "film.mp4").write_bytes(b"film")
    held.keep(space)
    return space


def test_a_visit_ends_when_its_last_page_was_closed(clock: list[float], forgotten: list[str]) -> None:
    held: Visits[Workspace] = Visits()
    one, other = visit(held, "a"), visit(held, "b")
    one.pages.add("a again")
    open_pages.update({"a again", "b"})
    clock[0] += 10 * AWAY_S
    held.look()
    assert held.find(one.name) is one
    open_pages.remove("a again")
    clock[0] += AWAY_S - 1  # a reload would have opened a page again by now
    held.look()
    assert held.find(one.name) is one
    clock[0] += 2
    held.look()
    assert held.find(one.name) is None
    assert one.ended
    assert not one.folder.exists()
    assert sorted(forgotten) == ["a", "a again"]
    assert held.find(other.name) is other
    assert other.folder.exists()
    assert not held.keep(one)
    assert held.find(one.name) is None


def test_it_is_less_than_a_minute() -> None:
    assert visits.AWAY_S + 2 * visits.LOOK_S <= 50


def test_an_analysis_keeps_a_visit_for_a_while_and_ends_with_it(
    clock: list[float], forgotten: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, goes_on = threading.Event(), threading.Event()

    def endless(request: AnalysisRequest, folder: Path, tell: lines.Tell) -> None:
        at_work.set()
        while True:
            goes_on.wait(WAIT_S)
            (folder / "late.mp4").write_bytes(b"film")
            tell(0.5, "working")

    monkeypatch.setattr("posecheck.app.visit.analysis_job.analyse", endless)
    held: Visits[Workspace] = Visits()
    space = visit(held, "a")
    request = AnalysisRequest(SAMPLE, "a.mp4", "chair-twist", None)
    turn = lines.Line(1, 1).enter("", request.texts)
    space.job = AnalysisJob(request, space.new_folder(), turn)
    assert at_work.wait(WAIT_S)
    clock[0] += ALONE_S - 1
    held.look()
    assert held.find(space.name) is space
    clock[0] += 2
    held.look()  # the analysis has not heard of it yet
    assert held.find(space.name) is None
    assert not space.gone
    goes_on.set()
    space.job.wait(WAIT_S)
    held.look()
    assert space.gone
    assert (space.job.problem, space.job.loaded) == (None, None)


def test_when_there_are_too_many_the_empty_ones_go_first(
    clock: list[float], forgotten: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "MOST", 2)
    held: Visits[Workspace] = Visits()
    spaces = [Workspace() for _ in range(4)]
    spaces[0].answers = [object()]  # type: ignore[list-item]
    for space in spaces[:2]:
        held.keep(space)
        clock[0] += 1
    held.keep(spaces[2])
    assert [held.find(space.name) is space for space in spaces] == [True, False, True, False]
    spaces[2].answers = spaces[0].answers
    spaces[3].answers = spaces[0].answers
    clock[0] += 1
    held.keep(spaces[3])
    assert [held.find(space.name) is space for space in spaces] == [False, False, True, True]


def test_a_page_of_a_visit_that_is_over_says_so_and_begins_another() -> None:
    app = opened("analyse")
    space = app.session_state["workspace"]
    space.ended = True
    app.run()
    assert not app.exception
    assert app.session_state["workspace"] is not space
    assert [toast.value for toast in app.toast] == [
        "The visit in this address is over: what was uploaded and analysed in it has been deleted."
    ]
    assert app.query_params["visit"] in (app.session_state["workspace"].name, [app.session_state["workspace"].name])
    assert not app.run().toast


@pytest.mark.parametrize(
    ("headers", "who"),
    [
        ({"X-Forwarded-For": "203.0.113.9"}, "203.0.113.9"),
        ({"X-Forwarded-For": "what he says, 203.0.113.9"}, "203.0.113.9"),
        ({"X-Forwarded-For": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"),
        ({"X-Forwarded-For": "2001:db8:1:2::9"}, "2001:db8:1:2::/64"),
        ({"X-Forwarded-For": "<script>"}, ""),
        ({}, ""),
    ],
)
def test_a_visitor_is_known_by_the_address_that_the_proxy_names(
    headers: dict[str, str], who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posecheck.app.base.privacy.st.context", SimpleNamespace(ip_address=None, headers=headers))
    assert privacy.visitor() == who


HOLDING = """
import sys, time
from posecheck.app.visit import folders
print(folders.of_visit(), flush=True)
time.sleep(600)
"""


def test_what_a_killed_server_left_behind_goes_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    servers = [
        subprocess.Popen(
            [sys.executable, "-c", HOLDING],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        )
        for _ in range(2)
    ]
    try:
        made = []
        for server in servers:
            assert server.stdout is not None
            made.append(Path(server.stdout.readline().strip()))
        for visit in made:
            (visit / "film.mp4").write_bytes(b"film")
        servers[0].kill()
        servers[0].wait()
        young, old, other = tmp_path / "posecheck-app-young", tmp_path / "posecheck-app-old", tmp_path / "other"
        for folder in (young, old, other):
            folder.mkdir()
        os.utime(old, (0, 0))
        (tmp_path / "posecheck-app-link").symlink_to(other)
        os.mkfifo(tmp_path / "posecheck-app-young" / "held")  # opening it must not wait
        (other / "film.mp4").touch()
        folders.remove_left_behind()
        assert not made[0].exists()
        assert not made[0].parent.exists()
        assert (made[1] / "film.mp4").exists()
        assert not old.exists()
        assert (other / "film.mp4").exists()
    finally:
        for server in servers:
            server.kill()
            server.wait()
            assert server.stdout is not None
            server.stdout.close()


def test_a_folder_that_others_tidied_away_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(folders, "_made", [])
    first = folders.of_visit()
    (first.parent / folders.HELD).unlink()
    first.rmdir()
    first.parent.rmdir()
    second = folders.of_visit()
    assert second.is_dir()
    os.utime(second.parent, (0, 0))
    folders.stay_young()
    assert second.parent.stat().st_mtime > 0
    folders.remove_left_behind()
    assert second.is_dir()
    shutil.rmtree(second.parent)
    folders.stay_young()  # nothing is left to touch
    assert folders.of_visit().is_dir()


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (RuntimeError('Cannot call "send" once a close message has been sent.'), False),
        (RuntimeError('WebSocket is not connected. Need to call "accept" first.'), False),
        (type("WebSocketDisconnect", (Exception,), {})(1006), False),
        (RuntimeError("a fault"), True),
        (ValueError("once a close message has been sent"), True),
        (None, True),
    ],
)
def test_the_log_keeps_faults_and_not_browsers_that_went_away(
    error: Exception | None, kept: bool, caplog: pytest.LogCaptureFixture
) -> None:
    closed_sockets.keep_quiet()
    for name in closed_sockets.LOGGERS:
        logging.getLogger(name).error("Exception in ASGI application", exc_info=error)
    assert len(caplog.records) == kept * len(closed_sockets.LOGGERS)


def test_a_page_counts_for_its_visit() -> None:
    app = AppTest.from_string("from posecheck.app.visit.workspace import mine\nmine()", default_timeout=WAIT_S).run()
    assert len(app.session_state["workspace"].pages) == 1
