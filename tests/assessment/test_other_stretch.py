"""Another stretch is named only where the recording clearly shows it, and never where the chosen one is right."""

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from posecheck.app.visit.sources import folder
from posecheck.assessment.analysis import judge
from posecheck.assessment.other_stretch import Mismatch, OtherStretch, _turned, other_stretch
from posecheck.core.i18n import translator
from posecheck.core.pose import PoseTrack
from posecheck.feedback.wording import describe_other_stretch
from posecheck.stretches.library import find_stretch
from research.datasets import seen
from research.datasets.coaching import COACHED, ROWS
from tests.support.pages import true_track

SAMPLES = {
    path.stem: str(tomllib.loads(path.read_text(encoding="utf-8"))["stretch"])
    for path in sorted(folder().glob("*.toml"))
}
ONE_EACH = {row.name: row for row in ROWS if seen.kept(row)}
needs_samples = pytest.mark.skipif(not SAMPLES, reason="sample clips are not here")


def asked(track: PoseTrack, stretch: str) -> tuple[str, tuple[str, ...]] | None:
    found = other_stretch(judge(track, find_stretch(stretch)))
    return None if found is None else (found.code, tuple(one.id for one in found.meant))


def sample(name: str) -> PoseTrack:
    return true_track(folder() / f"{name}.truth.json")


@needs_samples
@pytest.mark.parametrize("name", SAMPLES)
def test_the_right_stretch_of_a_sample_is_never_doubted(name: str) -> None:
    track = sample(name)
    assert asked(track, SAMPLES[name]) is None
    for _ in range(3):  # neither if the picture is stored sideways or upside down
        track = _turned(track)
        assert asked(track, SAMPLES[name]) is None


@pytest.mark.parametrize("name", ONE_EACH)
def test_the_right_stretch_of_a_filmed_script_is_never_doubted(name: str) -> None:
    assert asked(seen.load(ONE_EACH[name])[0], name) is None


@needs_samples
@pytest.mark.parametrize(
    ("name", "chosen", "meant"),
    [
        ("childs-pose", "standing-twist", ("childs-pose",)),
        ("knees-to-chest", "chair-twist", ("knees-to-chest",)),
        ("standing-twist-over-rotation", "supine-twist", ("standing-twist",)),
        ("standing-twist-over-rotation", "childs-pose", ("standing-twist",)),
        ("lunge", "chair-twist", ("lunge",)),
        (
            "standing-extension-good-form",
            "chair-twist",
            ("standing-extension-hand-press", "standing-extension-hands-behind-head"),
        ),
        (
            "standing-extension-too-far",
            "supine-twist",
            ("standing-extension-hand-press", "standing-extension-hands-behind-head"),
        ),
    ],
)
def test_a_contradicting_posture_is_asked_about(name: str, chosen: str, meant: tuple[str, ...]) -> None:
    assert asked(sample(name), chosen) == (Mismatch.POSTURE, meant)


@needs_samples
def test_nothing_is_asked_where_the_picture_may_only_be_turned() -> None:
    assert asked(sample("standing-extension-too-far"), "prone-arch") is None


@needs_samples
def test_a_main_angle_that_never_moved_is_asked_about() -> None:
    found = asked(sample("chair-twist-good-form"), "butterfly")
    assert found is not None
    assert found[0] == Mismatch.UNMOVED
    assert "chair-twist" in found[1]


@needs_samples
def test_nothing_is_named_where_nothing_was_done() -> None:
    track = sample("standing-twist-over-rotation")
    still = track.rows(np.zeros(100, int))
    still = replace(still, time_s=np.arange(100) / 25)
    assert asked(still, "supine-twist") is None
    assert asked(still, "standing-twist") is None
    nobody = replace(track, image_xy=np.full_like(track.image_xy, np.nan))
    assert asked(nobody, "supine-twist") is None


def test_a_turned_picture_has_no_body_codes() -> None:
    track = true_track()
    assert not _turned(replace(track, code=np.ones_like(track.code))).coded.any()


def test_a_quarter_turned_four_times_is_as_before() -> None:
    track = seen.load(next(iter(ONE_EACH.values())))[0]
    again = track
    for _ in range(4):
        again = _turned(again)
    np.testing.assert_allclose(again.image_xy, track.image_xy)
    np.testing.assert_allclose(again.world_xyz, track.world_xyz)


def test_it_is_worded_as_a_question_in_both_languages() -> None:
    first, second = COACHED["chair-twist"], COACHED["lunge"]
    one = OtherStretch(Mismatch.POSTURE, COACHED["standing-twist"], (first,))
    two = OtherStretch(Mismatch.POSTURE, COACHED["standing-twist"], (first, second))
    assert describe_other_stretch(one) == (
        "This does not look like “Standing twist”: did you mean “Chair twist, arms crossed”?"
    )
    assert "or “Lunge”?" in describe_other_stretch(two)
    assert describe_other_stretch(two, translator("de")).startswith("Das sieht nicht aus wie")
