"""The README does what it says."""

import re
from pathlib import Path

import pytest

from research.readme import README, main_command, session, written_session

NUMBER = re.compile(r"\d+(\.\d+)?")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder the README's first command was run in, and what it printed."""
    folder = tmp_path_factory.mktemp("readme")
    return folder, session(folder)


def test_the_session_is_what_the_command_prints(run: tuple[Path, str]) -> None:
    # Landmarks move a little between processors, so numbers may differ by two; words and wrapping of them may not.
    told, seen = (" ".join(text.split()) for text in (written_session(), run[1]))
    assert NUMBER.sub("#", told) == NUMBER.sub("#", seen)
    pairs = zip(NUMBER.finditer(told), NUMBER.finditer(seen), strict=True)
    assert all(abs(float(a[0]) - float(b[0])) <= 2 for a, b in pairs)


def test_the_library_example_runs(run: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.S)
    assert len(code.strip().splitlines()) <= 8
    monkeypatch.chdir(run[0])
    exec(compile(code, "README.md", "exec"), {})


def test_what_the_readme_names_is_there() -> None:
    text = README.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", text):
        assert (README.parent / target).exists(), target
    assert (README.parent / main_command()[2]).exists()
