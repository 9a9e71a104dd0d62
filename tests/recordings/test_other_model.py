"""A recording read by another pose model than full says that its errors were not measured."""

from pathlib import Path

import pytest

from posecheck.feedback.vocabulary import OTHER_MODEL
from posecheck.recordings import check, reporting
from posecheck.recordings.request import Request
from tests.support.clip_makers import Looking, quarters, write_clip

pytestmark = pytest.mark.usefixtures("plain_geometry")


@pytest.mark.parametrize("model", ["lite", "full"])
def test_results_and_report_say_when_another_model_was_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    path = write_clip(tmp_path / "clip.mp4", [quarters()] * 60, [i / 30 for i in range(60)])
    monkeypatch.setattr(check, "ensure", lambda *_: path)
    monkeypatch.setattr(check, "new_estimator", lambda *_, **__: Looking())
    done = check.check(Request(path, "chair-twist", tmp_path / "out", model=model, draw=False))
    assert ((done.source.problem or "").endswith(OTHER_MODEL)) is (model == "lite")
    text = reporting.report(tmp_path / "out", language="de").read_text(encoding="utf-8")
    assert ("Ein anderes Pose-Modell als full wurde benutzt" in text) is (model == "lite")
