"""Migrations of the history: each step is applied completely and once, and keeps existing data."""

import json

import pytest
import sqlalchemy as sa

from posecheck.history import HistoryError, Store, open_store, tables
from posecheck.history.database import Database
from posecheck.history.migrations import STEPS, migrate
from tests.support.histories import NOON, summary


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


def test_a_history_of_the_first_step_is_brought_up_with_all_it_holds(url: str) -> None:
    old = Database(url)
    with old.transaction(write=True) as connection:
        migrate(connection, STEPS[:1])
    with old.transaction(write=True) as connection:
        assert "repetitions" not in sa.inspect(connection).get_table_names()
        at = "2026-05-04 12:00:00"
        for words in (
            "INSERT INTO people (id, name) VALUES (1, 'Änne')",
            "INSERT INTO sessions (id, person_id, at, stretch, source, version, verdict, headline, duration_s, age, "
            f"settings) VALUES (1, 1, '{at}+00:00', 'chair-twist', 'old.mp4', '0.0.9', 'stop', 'Too far.', 9.5, 61, "
            "'{\"set\": []}')",
            "INSERT INTO peaks (session_id, key, angle, words, unit, highest, lowest, error, judged_share) VALUES "
            "(1, 'trunk_rotation', 'trunk_rotation', 'turn', 'deg', 41, -38, 4, 1)",
            "INSERT INTO events (session_id, key, angle, kind, level, start_s, end_s, worst, worst_s, unit, message) "
            "VALUES (1, 'trunk_rotation', 'trunk_rotation', 'over_rotation', 'stop', 2, 3, 41, 2.5, 'deg', 'Ease.')",
            "INSERT INTO answers (person_id, session_id, question, answer, at) VALUES "
            f"(1, 1, 'pain', 'no', '{at}+00:00')",
        ):
            # Times as each database keeps them: SQLite's has no zone.
            plain = words.replace("+00:00", "") if old.is_sqlite else words
            connection.exec_driver_sql(plain)
        if not old.is_sqlite:
            connection.exec_driver_sql("SELECT setval('people_id_seq', 1), setval('sessions_id_seq', 1)")
    old.close()
    for _ in range(2):
        with open_store(url) as store:
            one = store.session(1)
            assert (one.person, one.at, one.headline, one.settings) == ("Änne", NOON, "Too far.", {"set": []})
            assert (one.peaks[0]["highest"], one.events[0]["worst"], one.answers[0]["answer"]) == (41.0, 41.0, "no")
            assert (one.repetitions, one.series) == ((), None)
    with open_store(url) as store:
        added = store.add(summary(), "Änne", NOON)
        assert len(store.session(added).repetitions) == 2
        assert store.progress("Änne", "chair-twist", "trunk_rotation")[0].readings[0].session == 1
        assert json.dumps(store.export("Änne"))
        assert store.delete_person("Änne").sessions == 2


def test_the_stretch_of_a_lock_leaves_its_reason(url: str) -> None:
    old = Database(url)
    with old.transaction(write=True) as connection:
        migrate(connection, STEPS[:2])
    with old.transaction(write=True) as connection:
        connection.exec_driver_sql("INSERT INTO people (id, name) VALUES (1, 'me')")
        for reason in ("pain chair-twist", "numbness"):
            connection.exec_driver_sql(
                "INSERT INTO locks (person_id, reason, at, until) VALUES "
                f"(1, '{reason}', '2026-05-04 12:00:00', '2026-05-05 12:00:00')"
            )
    old.close()
    with open_store(url) as store:
        assert [(lock.reason, lock.stretch) for lock in store.locks()] == [("pain", "chair-twist"), ("numbness", None)]
