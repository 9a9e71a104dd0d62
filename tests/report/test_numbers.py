"""Numbers in what a report says of limits: one number for each limit everywhere, no raw fractions, German decimals."""

import re
from datetime import datetime, timedelta

import pytest

from posecheck.assessment.analysis import judge
from posecheck.core.i18n import translator
from posecheck.recordings.outcome import settings_of
from posecheck.report import limits
from posecheck.report.page import Recorded, page
from posecheck.report.trend import _days
from posecheck.results.summary_file import Source
from posecheck.results.tables import summary_of
from posecheck.safety.limits import asked_limits
from posecheck.stretches.library import all_stretches
from posecheck.stretches.profiles import Profile
from tests.support.people import track_of, twist

RAW = re.compile(r"\d[.,]\d{3,}")
SAID = ("what", "where", "target", "caution", "stop", "basis")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("age", [None, 40, 66, 80])
def test_no_limit_is_shown_raw_or_with_the_mark_of_another_language(language: str, age: int | None) -> None:
    texts = translator(language)
    for stretch in all_stretches().values():
        for row in limits.rows(stretch.for_age(age), texts):
            said = " ".join(row[name] for name in SAID)
            assert not RAW.search(said), f"{stretch.id}: {said}"
            assert not re.search(r"(\d+)[–-]\1 ", said), f"{stretch.id}: {said}"  # 30–30 s
            if language == "de":
                assert not re.search(r"\d\.\d", said), f"{stretch.id}: {said}"


def test_a_limit_for_an_age_is_one_number_everywhere(plain_geometry: None) -> None:
    name, age = "chair-twist", 66
    stretch = asked_limits(name, age, None)
    stop = stretch.range("trunk_rotation").stop
    assert stop is not None
    assert stop == round(stop)
    assert stop != all_stretches()[name].range("trunk_rotation").stop
    analysis = judge(track_of(twist(60.0)), stretch)
    held = summary_of(analysis, Source(), settings_of(name, age)).values()
    peak = next(one for one in held["peaks"] if one["key"] == "trunk_rotation")
    assert peak["stop"] == stop
    event = next(one for one in held["events"] if one["key"] == "trunk_rotation")
    assert event["limit"] == stop
    html = page(analysis, Recorded("a.mp4", Source(), settings_of(name, age), None, "2026-01-31"))
    assert f"stop limit {stop:.0f}°" in html
    assert f">{stop:.0f}°<" in html


def test_settings_of_moved_limits_are_written_short() -> None:
    moved = Profile({"chair-twist": {"trunk_rotation": {"stop": 62.400000000000006, "target": (0.1 + 0.2, 5.0)}}})
    assert moved.settings("chair-twist") == ("trunk_rotation.stop=62.4", "trunk_rotation.target=0.3,5")
    assert "62.4\n" in moved.as_toml()


def test_sessions_of_one_day_are_told_apart_on_the_axis() -> None:
    first = datetime.fromisoformat("2026-03-01T08:00:00+01:00")
    assert _days([first, first + timedelta(hours=2)], translator("en")) == ["08:00", "10:00"]
    assert _days([first, first + timedelta(days=2)], translator("en")) == ["2026-03-01", "2026-03-03"]
    assert _days([first], translator("de")) == ["01.03.2026"]
