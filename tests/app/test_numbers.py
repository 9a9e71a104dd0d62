"""Numbers as people read them: spans, whole degrees, the decimal mark of the language, days on an axis."""

import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import posecheck.app
from posecheck.app.base import charts, theme
from posecheck.app.base.labels import FORMATS
from posecheck.app.widgets import curve, limit_sliders
from posecheck.app.widgets.person import trend_chart
from posecheck.assessment.analysis import judge
from posecheck.core.i18n import translator
from posecheck.core.pose import PoseTrack
from posecheck.feedback.wording import span, span_of_times
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.stretches.checks import checks_of
from posecheck.stretches.library import all_stretches, find_stretch
from tests.support.pages import WAIT_S, opened, words


def in_german(page: str, **state: Any) -> AppTest:
    app = AppTest.from_string(f"from posecheck.app.pages import {page}\n{page}.page()", default_timeout=WAIT_S)
    for key, value in {"language": "de", **state}.items():
        app.session_state[key] = value
    return app.run()


@pytest.mark.parametrize(
    ("low", "high", "english", "german"),
    [(30, 30, "30", "30"), (5, 10, "5 to 10", "5 bis 10"), (2.5, 5, "2.5 to 5", "2,5 bis 5")],
)
def test_a_span_of_one_number_is_one_number(low: float, high: float, english: str, german: str) -> None:
    assert span(low, high) == english
    assert span(low, high, translator("de")) == german


def test_how_often_is_told_as_once_or_a_span() -> None:
    assert span_of_times(3, 3) == "3 times"
    assert span_of_times(2, 4, translator("de")) == "2- bis 4-mal"


def test_a_stretch_says_its_hold_once_and_no_risk_that_nobody_states() -> None:
    app = opened("stretches")
    assert "risk not stated" not in words(app)
    app = next(one for one in app.button if one.key == "open-childs-pose").click().run()
    said = words(app).replace("\\", "")
    assert "Hold for 30 seconds." in said
    assert "30 to 30" not in said
    assert "30 Sekunden halten." in words(in_german("stretches", **{"open-stretch": "childs-pose"})).replace("\\", "")


def test_limits_for_an_age_are_whole_degrees() -> None:
    for stretch in all_stretches().values():
        for age in (40, 50, 60, 70, 80):
            for item in stretch.for_age(age).ranges:
                if ANGLES[INDEX[item.rows[0]]].unit != "deg":
                    continue
                for value in (*(item.target or ()), item.caution, item.stop):
                    assert value is None or value == round(value), f"{stretch.id}: {item.key} at {age}"
    assert find_stretch("standing-extension-hands-behind-head").for_age(40).range("trunk_inclination").stop == 19


def test_the_ends_of_a_slider_are_round_numbers() -> None:
    for stretch in all_stretches().values():
        for check in checks_of(stretch):
            (low, high), step = limit_sliders._bounds(check, {})
            assert max(len(repr(low)), len(repr(high))) <= 6, f"{stretch.id}: {check.range.key} {low} {high} {step}"


@pytest.mark.parametrize(("language", "mark"), [("en", "."), ("de", ",")])
def test_a_chart_writes_numbers_as_the_language_does(
    language: str, mark: str, track: PoseTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curve, "texts", lambda: translator(language))
    drawn = curve.chart(judge(track, find_stretch("childs-pose")), 0, theme.LIGHT).to_dict()
    assert drawn["config"]["locale"]["number"]["decimal"] == mark


def test_the_axis_of_time_names_each_day_once() -> None:
    first = datetime.fromisoformat("2026-03-01T08:00:00+01:00")
    ticks, form, day = trend_chart.ticks([first, first + timedelta(hours=2), first + timedelta(days=3)])
    assert (ticks, form, day) == ([first, first + timedelta(days=3)], "%Y-%m-%d", None)
    ticks, form, day = trend_chart.ticks([first, first + timedelta(hours=2)])
    assert (len(ticks), form, day) == (2, "%H:%M", "2026-03-01")
    ticks, form, day = trend_chart.ticks([first + timedelta(days=n) for n in range(40)])
    assert len(ticks) <= trend_chart.MOST_TICKS


def test_no_slider_writes_a_decimal_point_of_its_own() -> None:
    package = Path(posecheck.app.__file__).parent
    own = [path.name for path in package.rglob("*.py") if re.search(r'format="%\.\d', path.read_text(encoding="utf-8"))]
    assert own == []
    assert FORMATS[""] == "localized", "ratios have decimals; degrees are whole"


def test_charts_are_drawn_with_pandas_imported_whole() -> None:
    code = "import sys; from posecheck.app.base.charts import alt; print('Timestamp' in vars(sys.modules['pandas']))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert told.stdout.strip() == "True"
    own = Path(charts.__file__)
    others = [path for path in own.parents[1].rglob("*.py") if path != own]
    assert [path.name for path in others if "import altair" in path.read_text(encoding="utf-8")] == []
