"""A recording that shows the person as a mirror does is turned back before anything is found or drawn."""

import base64
from pathlib import Path

import cv2
import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.capture.video.reader import VideoReader
from posecheck.recordings import check, reporting
from posecheck.recordings.outcome import source_of
from posecheck.recordings.request import Request
from posecheck.report.plots import worst_moments
from posecheck.stretches.library import find_stretch
from tests.support.clip_makers import Looking, colours, quarters, write_clip
from tests.support.people import track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")


@pytest.mark.parametrize(("mirrored", "seen"), [(False, "RGBW"), (True, "GRWB")])
def test_the_pose_is_looked_for_in_the_picture_turned_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mirrored: bool, seen: str
) -> None:
    path = write_clip(tmp_path / "selfie.mp4", [quarters()] * 60, [i / 30 for i in range(60)])
    looking = Looking()
    monkeypatch.setattr(check, "ensure", lambda *_: tmp_path / "selfie.mp4")
    monkeypatch.setattr(check, "new_estimator", lambda *_, **__: looking)
    done = check.check(Request(path, "chair-twist", None, mirrored=mirrored))
    assert looking.first is not None
    assert colours(looking.first) == seen
    assert done.source.mirrored is mirrored


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_report_turns_its_pictures_back_too_but_not_those_of_the_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mirrored: bool
) -> None:
    path = write_clip(tmp_path / "selfie.mp4", [quarters()] * 60, [i / 30 for i in range(60)])
    monkeypatch.setattr(check, "ensure", lambda *_: path)
    monkeypatch.setattr(check, "new_estimator", lambda *_, **__: Looking())
    check.check(Request(path, "chair-twist", tmp_path / "out", mirrored=mirrored))
    asked: list[bool] = []

    def moments(video: Path, events: object, also: object, *, mirrored: bool = False) -> dict[float, str]:
        asked.append(mirrored)
        return {}

    monkeypatch.setattr(reporting, "worst_moments", moments)
    reporting.report(tmp_path / "out", video=path)
    reporting.report(tmp_path / "out", video=tmp_path / "out" / "annotated.mp4", force=True)
    reporting.report(tmp_path / "out", force=True)
    assert asked == [mirrored, False, False]


@pytest.mark.parametrize(("mirrored", "seen"), [(False, "RGBW"), (True, "GRWB")])
def test_pictures_of_the_worst_moments_are_turned_back(tmp_path: Path, mirrored: bool, seen: str) -> None:
    events = judge(track_of(twist(60.0), azimuth=45.0), find_stretch("chair-twist")).events
    times = sorted({0.0, *(event.worst_s for event in events)})
    path = write_clip(tmp_path / "selfie.mp4", [quarters()] * len(times), times)
    found = worst_moments(path, events, mirrored=mirrored)
    assert found
    for uri in found.values():
        data = np.frombuffer(base64.b64decode(uri.partition(",")[2]), np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)
        assert picture is not None
        assert colours(np.asarray(picture, np.uint8)) == seen


def test_only_a_mirror_image_says_so_in_the_summary(tmp_path: Path) -> None:
    with VideoReader(write_clip(tmp_path / "a.mp4", [quarters()] * 3, [0.0, 0.1, 0.2])) as reader:
        info = reader.info
    assert "mirrored" not in source_of(info, ()).values()
    assert source_of(info, (), mirrored=True).values()["mirrored"] is True
