"""summary.json: what is written is read again, older files too, and what is wrong is one line."""

import json
from math import isnan
from pathlib import Path
from typing import Any

import pytest

from posecheck.assessment.analysis import judge
from posecheck.core.errors import InputError
from posecheck.results.summary_file import FORMAT, JudgedBy, Source, SummaryFile
from posecheck.results.tables import summary_of
from posecheck.stretches.library import find_stretch
from tests.support.histories import summary_values
from tests.support.people import track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")


def written(folder: Path, values: object) -> Path:
    (folder / "summary.json").write_text(json.dumps(values), encoding="utf-8")
    return folder


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    analysis = judge(track_of(twist(60.0) + twist(-24.0)[60:]), find_stretch("chair-twist"))
    summary = summary_of(analysis, Source(file="a.mp4"), JudgedBy(stretch="chair-twist"))
    (tmp_path / "summary.json").write_text(summary.text(), encoding="utf-8")
    again = SummaryFile.load(tmp_path)
    assert again == summary
    assert again.text() == summary.text()
    assert again.format == FORMAT
    assert [row.event().kind for row in again.events] == [event.kind for event in analysis.events]
    assert list(json.loads(summary.text()))[:4] == ["format", "posecheck", "stretch", "source"]


def test_a_file_of_the_first_format_is_read() -> None:
    summary = SummaryFile.of(summary_values())
    assert (summary.format, summary.settings.single) == (1, ("trunk_rotation.stop=40",))
    assert "format" not in summary.values()
    (event,) = (row.event() for row in summary.events)
    assert isnan(event.limit)


def test_an_unknown_key_is_ignored() -> None:
    assert SummaryFile.of(summary_values() | {"tremor": {"hz": 4.5}}).verdict == "stop"


WRONG: list[tuple[str, Any, str]] = [
    ("format", FORMAT + 1, r"summary\.json: format: expected at most 2, got 3$"),
    ("verdict", None, r"summary\.json: verdict: expected 'stop', .*, got None$"),
    ("duration_s", "long", r"duration_s: expected a number, got 'long'$"),
    ("duration_s", -1.0, r"duration_s: .*, got -1\.0$"),
    ("peaks", {"a": 1}, r"peaks: expected a list"),
    ("peaks", [{"key": 3}], r"peaks\.0\.key: expected text, got 3"),
    ("events", [17], r"events\.0: .*, got 17$"),
    ("settings", {"age": 400}, r"settings\.age: expected at most 120, got 400$"),
    ("settings", {"set": "all"}, r"settings\.set: .*, got 'all'$"),
    ("source", {"every": 0}, r"source\.every: .*, got 0$"),
]


@pytest.mark.parametrize(("key", "value", "message"), WRONG)
def test_a_wrong_key_is_named_in_one_line(key: str, value: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message) as told:
        SummaryFile.load(written(tmp_path, summary_values() | {key: value}))
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("key", ["stretch", "verdict", "peaks", "events", "frames"])
def test_a_missing_key_is_named(key: str, tmp_path: Path) -> None:
    values = summary_values()
    del values[key]
    with pytest.raises(InputError, match=rf"summary\.json: {key}: expected a value, got nothing$"):
        SummaryFile.load(written(tmp_path, values))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "[" * 100_000, '{"duration_s": ' + "9" * 5000 + "}", "\0"])
def test_something_else_is_refused_in_one_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"summary\.json: expected JSON written by posecheck"):
        SummaryFile.load(tmp_path)


def test_a_number_that_is_none_is_refused(tmp_path: Path) -> None:
    values = summary_values(left=float("nan"))
    with pytest.raises(InputError, match=r"peaks\.0\.highest: expected a finite number, got nan$"):
        SummaryFile.load(written(tmp_path, values))


def test_a_folder_without_results_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"found no summary\.json"):
        SummaryFile.load(tmp_path)
