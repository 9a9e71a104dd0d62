"""The scripts of the coaching tables as a camera and MediaPipe see them: repetitions, holds and events, row by row.

What must be said is the row's own: known from the script, and checked by true angles in test_coaching_*.py. Where one
camera says something else, that stands in data/seen/otherwise.toml with the reason, and is pinned as well. Nobody and
nothing here was chosen: tests/seen.py draws who does a script, and where, from the script itself.
"""

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.stretches.library import find_stretch
from research.datasets.agreement import SEEN, WHY, otherwise, said, sides, within, written
from research.datasets.coached_rows import Row
from research.datasets.coaching import COACHED
from research.datasets.good_forms import good_forms
from research.datasets.seen import FOLDER, drawn, kept, key, load


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
    assert {path.stem for path in FOLDER.glob("*.npz")} == names | {key(row) for row in good_forms()}
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
