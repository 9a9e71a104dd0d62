"""What is said of every script seen by a camera is what was said when it was last looked at.

A change that is meant to change it renews the digest: `python -m research.benchmarks.frozen update`.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from research.benchmarks.frozen import differences, digest_of, kept_digest, outputs
from research.datasets.coached_rows import Row
from research.datasets.coaching import ROWS
from research.datasets.seen import key, to_be_seen

SEEN = list(to_be_seen(ROWS))
LAST_DIGIT = {"count": 2, "share": 1e-4}
"""On another processor a few readings come to lie on the other side of a limit of belief, or round the other way."""


@cache
def kept() -> dict[str, Any]:
    return kept_digest()


@pytest.mark.parametrize("row", SEEN, ids=[key(row) for row in SEEN])
def test_what_is_said_of_a_script_has_not_changed(row: Row, tmp_path: Path) -> None:
    outputs(row, tmp_path)
    now, before = digest_of(row, tmp_path), dict(kept()[key(row)])
    angles, angles_before = now.pop("angles"), before.pop("angles")
    assert now == before
    assert set(angles) == set(angles_before)
    for name, (count, total) in angles.items():
        was_count, was_total = angles_before[name]
        assert abs(count - was_count) <= LAST_DIGIT["count"], name
        if count == was_count:
            assert total == pytest.approx(was_total, abs=0.05 + LAST_DIGIT["share"] * abs(was_total)), name


def test_the_digest_holds_every_script_and_no_other() -> None:
    assert set(kept()) == {key(row) for row in SEEN}


def test_files_that_differ_or_are_missing_are_named(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for folder, text in ((before, "a"), (after, "b")):
        (folder / "deep").mkdir(parents=True)
        (folder / "deep" / "events.csv").write_text(text)
        (folder / "same.txt").write_text("same")
    (before / "gone.csv").write_text("")
    assert list(differences(before, after)) == [f"only in {before}: gone.csv", f"differs: {Path('deep/events.csv')}"]
