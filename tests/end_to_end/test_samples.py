"""Each sample clip, seen by MediaPipe, gives what its table in sample_videos/README.md promises."""

import pytest

import posecheck as pc
from posecheck.app.visit.sources import all_samples, folder
from posecheck.capture.pose import model_file

PROMISED = {
    "chair-twist-good-form": ("clear", set()),
    "chair-twist-over-rotation": ("stop", {("trunk_rotation", "stop")}),
    "chair-twist-too-abrupt": ("stop", {("trunk_rotation_speed", "stop")}),
    "chair-twist-bystander": ("clear", set()),
    "standing-twist-over-rotation": ("stop", {("trunk_rotation", "stop")}),
    "standing-twist-pelvis-turning": ("borderline", set()),
    "standing-extension-good-form": ("clear", set()),
    "standing-extension-too-far": ("stop", {("trunk_inclination", "stop")}),
    "knees-to-chest": ("clear", set()),
    "childs-pose": ("clear", set()),
    "lunge": ("clear", set()),
}
"""The verdict, and the stops among the events; a stop may be accompanied by cautions, a good result by nothing."""

pytestmark = [
    pytest.mark.skipif(model_file.find("full") is None, reason="the pose model is not here"),
    pytest.mark.skipif(not folder().is_dir(), reason="the sample clips are not here"),
]


def test_every_sample_has_a_promise() -> None:
    assert {sample.path.stem for sample in all_samples()} == set(PROMISED)


@pytest.mark.parametrize("name", PROMISED)
def test_a_sample_gives_what_it_promises(name: str) -> None:
    sample = next(sample for sample in all_samples() if sample.path.stem == name)
    assert sample.stretch is not None
    analysis = pc.check(sample.path, sample.stretch)
    verdict, stops = PROMISED[name]
    assert analysis.summary.verdict == verdict
    told = {(event.key, event.level) for event in analysis.events if event.kind != "cannot_judge"}
    assert {event for event in told if event[1] == "stop"} == stops
    assert verdict == "stop" or not told
