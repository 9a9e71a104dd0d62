"""The scripts of the coaching tables as a camera and MediaPipe see them: repetitions, holds and events, row by row.

What must be said is the row's own: known from the script, and checked by true angles in test_coaching_*.py. Where one
camera says something else, that stands in data/seen/otherwise.toml with the reason, and is pinned as well. Nobody and
nothing here was chosen: tests/seen.py draws who does a script, and where, from the script itself.
"""

import tomllib
from typing import Any

import numpy as np
import pytest

from posecheck.assessment.analysis import Analysis, judge
from posecheck.stretches.library import find_stretch
from research.datasets.coached_rows import Passed, Row
from research.datasets.seen import FOLDER, drawn, kept, key, load, to_be_seen
from tests.end_to_end.test_coaching import COACHED, ROWS

WHY = {
    "unjudged": "the angle cannot be judged from there, and that is said",
    "hidden": "of two limbs the far one is hidden, and that is said; the near one is judged",
    "error": "what was read lies within its stated error, and so does the limit",
    "motion": "the angle was read within its error, how it moves was not: by jitter, or smoothed away",
    "misread": "the angle was read outside its stated error",
}
HOLD_S = 1.5
"""How far a hold, which rows give in whole seconds, may be off: a reading enters the target at another moment."""
PEAK = 4.0
"""How far a peak (degrees, or hundredths) may be off where its stated error is smaller."""
SEEN = list(to_be_seen(ROWS))

Repetitions = list[tuple[str, str]]


def otherwise() -> dict[str, dict[str, Any]]:
    """Return what stands written of scripts of which the camera says something else."""
    path = FOLDER / "otherwise.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def sides(row: Row) -> Repetitions:
    """Return of each repetition its side and why it is incomplete."""
    return [(side, reason) for side, _, reason, _ in row.told]


def said(analysis: Analysis) -> tuple[Repetitions, Passed]:
    """Return the same of what a camera sees, and key and level of each event in alphabetical order."""
    events = [(event.key, event.level) for event in analysis.events if event.kind != "cannot_judge"]
    return [(item.side, item.reason.value) for item in analysis.repetitions], sorted(events)


def within(row: Row, analysis: Analysis) -> bool:
    """Return whether peaks and holds are those of the script, as near as readings have them."""
    for item, (_, peak, _, hold_s) in zip(analysis.repetitions, row.told, strict=True):
        size = 1 if item.unit == "deg" else 100
        if abs(item.peak * size - peak) > max(PEAK, item.peak_error * size) or abs(item.hold_s - hold_s) > HOLD_S:
            return False
    return True


def written(told: Repetitions, passed: Passed) -> dict[str, list[str]]:
    """Return what is said as it stands in otherwise.toml."""
    return {
        "repetitions": [f"{side} {reason}".strip() for side, reason in told],
        "events": [f"{name} {level}" for name, level in passed],
    }


@pytest.mark.parametrize("row", SEEN, ids=[key(row) for row in SEEN])
def test_what_is_said_of_a_person_on_camera(row: Row) -> None:
    analysis = judge(load(row)[0], find_stretch(row.name))
    told, passed = said(analysis)
    note = otherwise().get(key(row))
    exact = (told, passed) == (sides(row), sorted(row.passed)) and within(row, analysis)
    if note is None:
        assert (told, passed) == (sides(row), sorted(row.passed))
        assert exact, "peaks or holds"
    else:
        assert not exact, "it agrees now: python -m research.benchmarks.coaching --pin"
        assert written(told, passed) == {name: note[name] for name in ("repetitions", "events")}


def test_every_script_has_its_landmarks_and_every_note_its_script() -> None:
    names = {key(row) for row in SEEN}
    assert [key(row) for row in SEEN if not kept(row)] == []  # python -m research.datasets.seen
    assert {path.stem for path in FOLDER.glob("*.npz")} == names
    assert set(otherwise()) <= names
    assert {why for note in otherwise().values() for why in note["why"]} <= set(WHY)


@pytest.mark.parametrize("name", COACHED)
def test_kept_landmarks_are_those_of_the_clip(name: str) -> None:
    """They lie where the rendered person's true landmarks are."""
    row = next(row for row in SEEN if row.name == name)
    track, seed = load(row)
    scene = drawn(row, seed)
    assert len(track) == len(scene)
    i = len(track) - 1
    assert track.found[i]
    torso = [11, 12, 23, 24]
    off = np.linalg.norm(track.image_xy[i, torso] - scene.truth(i).image_xy[torso], axis=1)
    assert off.max() < 60
