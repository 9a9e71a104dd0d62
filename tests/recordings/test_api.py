"""The functions behind `import posecheck`, on the true landmarks of a sample clip."""

import json
from pathlib import Path

import numpy as np
import pytest

import posecheck as pc
from research.harness.replayed import STRETCH, true_track

FILES = {"angles.csv", "events.csv", "repetitions.csv", "cues.csv", "summary.json", "landmarks.npz"}


@pytest.fixture(scope="module")
def analysis() -> pc.Analysis:
    return pc.judge(true_track(), STRETCH)


def test_judging_writes_nothing_and_saving_writes_every_file(
    analysis: pc.Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pc.judge(true_track(), STRETCH)
    assert not list(tmp_path.iterdir())
    folder = analysis.save(tmp_path / "results")
    assert {path.name for path in folder.iterdir()} == FILES
    with pytest.raises(pc.OutputError):
        analysis.save(folder)
    analysis.save(folder, force=True)


def test_what_was_saved_is_judged_again_the_same(analysis: pc.Analysis, tmp_path: Path) -> None:
    # Saved landmarks are rounded, so the first judgement is of rounded ones too.
    pc.save_landmarks(tmp_path / "landmarks.npz", true_track())
    folder = pc.judge(pc.load_landmarks(tmp_path / "landmarks.npz"), STRETCH).save(tmp_path / "first")
    again = pc.rejudge(folder)
    assert [event.key for event in again.events] == [event.key for event in analysis.events]
    again.save(tmp_path / "second")
    first, second = (json.loads((tmp_path / name / "summary.json").read_text()) for name in ("first", "second"))
    assert {**first, "source": {}} == {**second, "source": {}}


def test_a_profile_moves_a_limit_by_itself_and_by_its_file(analysis: pc.Analysis, tmp_path: Path) -> None:
    folder = analysis.save(tmp_path / "results")
    limit = {"stop": 12.0, "caution": 8.0}
    profile = pc.Profile({STRETCH: {"trunk_inclination": limit}}, "mine", {STRETCH: {"trunk_inclination": "sore"}})
    file = tmp_path / "mine.toml"
    file.write_text(profile.as_toml(), encoding="utf-8")
    for given in (profile, file, str(file)):
        item = pc.rejudge(folder, profile=given).stretch.range("trunk_inclination")
        assert (item.caution, item.stop) == (8.0, 12.0)
    with pytest.raises(pc.StretchError, match="mine"):
        pc.rejudge(folder, profile=pc.Profile({STRETCH: {"trunk_inclinatoin": limit}}, "mine"))


def test_an_event_is_described_in_both_languages(analysis: pc.Analysis) -> None:
    (event,) = [event for event in analysis.events if event.kind == "abrupt_end"][:1]
    assert "Arrive gently" in analysis.describe(event)
    assert analysis.describe(event, "de") != analysis.describe(event)
    assert analysis.headline().startswith("Past the stop limit")


def test_frame_by_frame_gives_the_readings_of_the_whole(analysis: pc.Analysis) -> None:
    track = true_track()
    session = pc.Session(pc.load_stretch(STRETCH), analysis.neutral)
    size = (int(track.size_wh[0, 0]), int(track.size_wh[0, 1]))
    values = [
        session.judge_pose(float(time_s), track.pose(i), size).readings.value[0]
        for i, time_s in enumerate(track.time_s)
    ]
    # The network multiplies in float32, whose last digits hang on how many frames are multiplied at once.
    np.testing.assert_allclose(np.array(values), analysis.judged.readings.value, rtol=0, atol=1e-4)


def test_a_neutral_is_named_in_seconds(tmp_path: Path) -> None:
    analysis = pc.judge(true_track(), STRETCH, neutral=(0.0, 1.5))
    assert analysis.neutral is not None
    assert analysis.neutral.end_s == pytest.approx(1.5, abs=0.1)
    assert analysis.settings.neutral == "0-1.5"


def test_a_stretch_that_is_not_coached_is_refused() -> None:
    refused = next(stretch for stretch in pc.list_stretches() if stretch.advice == "block")
    with pytest.raises(pc.NotCoachedError):
        pc.judge(true_track(), refused)


def test_a_video_cannot_be_drawn_over_landmarks_alone(analysis: pc.Analysis, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected an analysis of a video"):
        analysis.save(tmp_path, video=True)
