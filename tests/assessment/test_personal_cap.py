"""A person's own range lowers the stop limit, never raises one, and is said wherever the limit is."""

import datetime
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from posecheck.assessment.analysis import Analysis, judge
from posecheck.assessment.personal_cap import MARGIN_DEG, OWN, personal_cap
from posecheck.cli.main import app
from posecheck.core.errors import InputError, StretchError
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.results.summary_file import Source
from posecheck.stretches.library import find_stretch
from posecheck.stretches.profiles import Profile
from tests.support.people import Posture, script, track_of

pytestmark = pytest.mark.usefixtures("plain_geometry")

DAY = datetime.date(2026, 3, 14)
STRETCH = "standing-extension-hand-press"


def going(start: float, end: float) -> Callable[[float], Posture]:
    return lambda share: Posture(inclination=start + (end - start) * share)


def leaning(*peaks: float) -> Analysis:
    parts = [(2.5, going(0, 0))]
    for peak in peaks:
        parts += [(1.5, going(0, -peak)), (1.5, going(-peak, -peak)), (1.5, going(-peak, 0)), (1.5, going(0, 0))]
    return judge(track_of(script(*parts), azimuth=90.0, noise=0.0005), find_stretch(STRETCH))


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return leaning(12, 18)


def test_the_first_repetition_and_five_degrees_more_is_the_cap(analysis: Analysis) -> None:
    profile = personal_cap(analysis, DAY, "results")
    item = next(i for i in profile.over(analysis.stretch).ranges if i.key in profile.changes[STRETCH])
    assert item.stop == pytest.approx(12 + MARGIN_DEG, abs=1.0)
    assert item.caution is not None
    assert item.stop is not None
    assert item.caution < item.stop
    assert re.match(rf"{OWN} of 2026-03-14: 1[123]°, and 5° more$", item.source)
    assert item.basis == "judgement"
    assert item.capped
    assert not find_stretch(STRETCH).range(item.key).capped


def test_it_never_raises_a_limit(analysis: Analysis) -> None:
    profile = personal_cap(analysis, DAY, "results")
    (key,) = profile.changes[STRETCH]
    old = find_stretch(STRETCH).for_age(70)
    if (old.range(key).stop or 0) <= 12 + MARGIN_DEG:
        assert profile.over(old) == old
    lower = Profile.from_settings([f"{key}.stop=9", f"{key}.caution=7"]).over(analysis.stretch)
    assert profile.over(lower) == lower
    far = personal_cap(leaning(40), DAY, "results")
    assert far.over(analysis.stretch) == analysis.stretch


def test_it_makes_a_later_repetition_a_stop(analysis: Analysis) -> None:
    assert analysis.summary.verdict != "stop"
    capped = personal_cap(analysis, DAY, "results").over(analysis.stretch)
    events = judge(analysis.track, capped).events
    assert [event.level for event in events if event.level in ("caution", "stop") and event.unit == "deg"] == ["stop"]


def test_it_goes_through_a_file_and_through_settings(analysis: Analysis, tmp_path: Path) -> None:
    profile = personal_cap(analysis, DAY, "results")
    (tmp_path / "me.toml").write_text(profile.as_toml(), encoding="utf-8")
    loaded = Profile.load(tmp_path / "me.toml")
    expected = profile.over(analysis.stretch)
    assert loaded.over(analysis.stretch) == expected
    assert Profile.from_settings(loaded.settings(STRETCH)).over(analysis.stretch) == expected


def test_nothing_to_go_by_is_said() -> None:
    with pytest.raises(InputError, match="found none"):
        personal_cap(judge(track_of([Posture()] * 90, azimuth=90.0), find_stretch(STRETCH)), DAY, "results")
    blunt = leaning(12)
    rough = replace(blunt, repetitions=tuple(replace(one, peak_error=30.0) for one in blunt.repetitions))
    with pytest.raises(InputError, match="° ± 30°"):
        personal_cap(rough, DAY, "results")


def test_a_cap_must_be_a_number(tmp_path: Path) -> None:
    (tmp_path / "me.toml").write_text(f'[{STRETCH}.trunk_inclination]\nat_most = "much"\n', encoding="utf-8")
    with pytest.raises(StretchError, match="at_most"):
        Profile.load(tmp_path / "me.toml")


def test_the_command_writes_a_profile_and_the_verdict_names_it(analysis: Analysis, tmp_path: Path) -> None:
    folder, profile = tmp_path / "results", tmp_path / "me.toml"
    folder.mkdir()
    write(folder, Done(analysis, "me.mp4", Source(), settings_of(STRETCH, None)))
    run = CliRunner().invoke
    made = run(app, ["cap", str(folder), "-o", str(profile), "--day", "2026-03-14"])
    assert made.exit_code == 0, made.output
    assert "°, and 5° more" in made.output
    again = run(app, ["cap", str(folder), "-o", str(profile)])
    assert again.exit_code == 2
    assert run(app, ["cap", str(folder), "-o", str(profile), "--day", "yesterday", "--force"]).exit_code == 2
    judged = run(app, ["rejudge", str(folder), "--profile", str(profile)])
    assert "own pain-free range of 2026-03-14" in " ".join(judged.output.split())
    assert "STOP" in judged.output
