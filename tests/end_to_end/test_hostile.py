"""Hostile and broken input of every kind: each is read or refused in one line, in bounded time and memory.

A thousand inputs are read in this process, a few dozen by the command line. `make fuzz` goes on with others, and
`python -m tests.support.hostile.cases` runs the whole corpus, a process each.
"""

import contextlib
import random
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hostile import cases, fuzz, readers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="makes pipes and devices")
GROUPS = ("stretch", "profile", "answers", "manifest", "summary", "landmarks", "odd file", "video", "name")
PROCESSES = 3
"""How many inputs of each group the command line is run with."""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, readers.Reader], Path]:
    folder = tmp_path_factory.mktemp("good")
    return readers.all_readers(folder), folder


@pytest.mark.parametrize(
    "kind", ["stretch", "profile", "programme", "answers", "manifest", "summary", "landmarks", "video"]
)
def test_the_corpus_of_a_reader(kind: str, known: tuple[dict[str, readers.Reader], Path], tmp_path: Path) -> None:
    found, good = known
    failed = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for i, (name, content) in enumerate(found[kind].bad()):
            folder = tmp_path / str(i)
            folder.mkdir()
            path = readers.placed(found[kind], content, folder, good)
            failed += [f"{name}: {one}" for one in readers.broken(found[kind], path)]
            with contextlib.suppress(OSError):
                path.unlink()
    assert failed == []


def test_a_thousand_changed_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    read, failed = fuzz.run(seconds=200, seed=20, inputs=1000)
    assert failed == []
    assert read.total() == 1000 or read.total() > 200  # on a busy machine, what the time is enough for


@pytest.fixture(scope="module")
def corpus() -> Iterator[dict[str, list[cases.Case]]]:
    made: dict[str, list[cases.Case]] = {}
    for case in cases.all_cases(seed=1, n=2):
        made.setdefault(case.group, []).append(case)
    yield made
    cases.tidy()


@pytest.mark.parametrize("group", GROUPS)
def test_the_command_line_keeps_its_promises(group: str, corpus: dict[str, list[cases.Case]]) -> None:
    for case in random.Random(7).sample(corpus[group], PROCESSES):
        _, ended, broken = cases.tried(case)
        assert broken == [], f"{case.name}: {ended.said[-500:]}"
