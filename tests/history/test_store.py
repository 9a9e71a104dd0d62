"""The history on SQLite and on a real PostgreSQL: stored data is read back unchanged, and deleted data is gone."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from posecheck.assessment.analysis import judge
from posecheck.history import HistoryError, Score, Store, open_store
from posecheck.history.database import default_url
from posecheck.programme.programme import Programme
from posecheck.programme.sitting import Sitting
from posecheck.results.summary_file import JudgedBy, Source, SummaryFile
from posecheck.results.tables import summary_of
from posecheck.stretches.library import find_stretch
from tests.support.histories import NOON, summary, summary_values
from tests.support.people import track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")


def test_a_session_comes_back_as_it_was_put_in(store: Store) -> None:
    given = summary()
    when = NOON.astimezone().replace(microsecond=123456)
    one = store.session(store.add(given, "Änne", when))
    assert (one.person, one.stretch, one.source, one.version) == ("Änne", "chair-twist", "monday.mp4", "0.1.0")
    assert (one.verdict, one.headline, one.duration_s, one.age) == ("stop", given.headline, 10.0, 61)
    assert one.at == when
    assert one.at.tzinfo is UTC
    assert one.settings == given.settings.values()
    assert one.events == tuple(row.values() for row in given.events)
    assert one.peaks[0]["highest"] == 41.0
    assert "stop" not in one.peaks[0]


def test_repetitions_come_back_whole_with_what_has_no_column(store: Store) -> None:
    analysis = judge(track_of(twist(30.0) + twist(-24.0)[60:]), find_stretch("chair-twist"))
    given = summary_of(analysis, Source(file="twist.mp4"), JudgedBy(stretch="chair-twist"))
    assert given.series is not None
    one = store.session(store.add(given))
    counted = [{key: value for key, value in item.items() if key != "number"} for item in one.repetitions]
    assert counted == [item.values() for item in given.repetitions]
    assert "onset_s" in counted[0]
    assert [item["number"] for item in one.repetitions] == [1, 2]
    assert one.series == given.series.values()


def test_a_lock_holds_until_its_end(store: Store) -> None:
    day = timedelta(days=1)
    store.lock("numbness", NOON + day, "me", NOON)
    store.lock("dizziness", NOON - day, "me", NOON - 2 * day)
    store.lock("numbness", NOON + day, "you", NOON)
    assert [(lock.reason, lock.until) for lock in store.locks()] == [
        ("dizziness", NOON - day),
        ("numbness", NOON + day),
    ]
    for hours, reasons in ((-1, []), (0, ["numbness"]), (23.9, ["numbness"]), (24, [])):
        assert [lock.reason for lock in store.locks("me", NOON + timedelta(hours=hours))] == reasons
    with pytest.raises(HistoryError, match="expected an end after"):
        store.lock("numbness", NOON, "me", NOON)
    assert [item["record"] for item in store.export("you")] == ["lock"]


def followed(name: str = "Mornings") -> Sitting:
    steps = [{"stretch": "butterfly", "repetitions": 3}, {"stretch": "rounded-back", "repetitions": 2}]
    return Sitting(Programme.model_validate({"name": name, "steps": steps}), NOON)


def test_a_programme_is_kept_as_far_as_it_went(store: Store) -> None:
    done = followed()
    done.pain_before = 4
    first = store.keep_programme(done, "Änne")
    done.skip(1)
    done.pain_after = 0
    assert store.keep_programme(done, "Änne", first) == first
    (one,) = store.programmes("Änne")
    assert (one.id, one.person, one.at, one.name) == (first, "Änne", NOON, "Mornings")
    assert (one.pain_before, one.pain_after) == (4, 0)
    assert [(row["stretch"], row["state"]) for row in one.steps] == [("butterfly", "open"), ("rounded-back", "skipped")]
    second = store.keep_programme(followed("Evenings"), "Änne")
    assert [past.id for past in store.programmes("Änne")] == [first, second]
    assert store.programmes("Änne")[1].pain_before is None
    assert store.programmes("nobody") == []
    for person, number in (("you", first), ("Änne", 999)):
        with pytest.raises(HistoryError, match="expected one of"):
            store.keep_programme(done, person, number)
    assert store.people() == ["Änne"], "what is refused adds nobody"
    held = store.export("Änne")
    assert [item["record"] for item in held] == ["programme", "programme"]
    assert json.loads(json.dumps(held, allow_nan=False)) == held


def test_a_session_without_a_file_was_live_and_without_readings_has_none(store: Store) -> None:
    bare = summary_values(source=None, left=None, right=None, error=None) | {"settings": {}, "events": []}
    one = store.session(store.add(SummaryFile.of(bare)))
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
        store.lock("Bongo numbness", NOON + timedelta(days=1), "Quagga", NOON)
        store.keep_programme(followed(f"Okapi{i}"), "Quagga")
        store.keep_score(Score(NOON.date() + timedelta(days=i), i), "Quagga")
    kept = store.add(summary(), "you", NOON)
    assert str(store.delete_person("Quagga")) == (
        "20 sessions, 20 peaks, 40 repetitions, 20 events, 20 answers, 20 locks, 20 programmes, 20 RMDQ scores"
    )
    assert store.export("Quagga") == []
    assert store.people() == ["you"]
    assert store.session(kept).peaks
    with pytest.raises(HistoryError, match="Quagga: expected a name the history knows"):
        store.delete_person("Quagga")
    if url.startswith("sqlite"):
        files = [path for path in (tmp_path / "deep").iterdir() if path.is_file()]
        assert files
        assert not [
            path for path in files for word in (b"Zebra", b"Quagga", b"Okapi", b"Bongo") if word in path.read_bytes()
        ]


def test_an_answer_belongs_to_its_person(store: Store) -> None:
    session = store.add(summary(), "me", NOON)
    with pytest.raises(HistoryError, match="expected a session of you, found none"):
        store.answer("pain", "none", "you", NOON, session)
    assert store.people() == ["me"]


def test_what_is_no_session_is_refused(store: Store) -> None:
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
