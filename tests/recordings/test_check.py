"""Judging folders of results again: settings that are not changed stay as they were."""

from pathlib import Path

import pytest

from posecheck.assessment.analysis import judge
from posecheck.core.errors import InputError
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.request import Changes
from posecheck.results.summary_file import Source, SummaryFile
from posecheck.safety.limits import asked_limits
from posecheck.stretches.profiles import Profile
from tests.support.people import track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "patient.toml"
    path.write_text("[chair-twist.trunk_rotation]\nstop = 30\n", encoding="utf-8")
    return path


def results(folder: Path, profile: Path | None, settings: tuple[str, ...], problem: str | None = None) -> Path:
    """Write a folder as `posecheck check` does, without a video."""
    laid = None if profile is None else Profile.load(profile)
    track = track_of(twist(20.0), azimuth=45.0)
    stretch = asked_limits("chair-twist", None, laid, settings)
    told = () if laid is None else laid.settings("chair-twist")
    kept = settings_of("chair-twist", None, None, profile, settings, told)
    folder.mkdir()
    write(folder, Done(judge(track, stretch), "video.mp4", Source(problem=problem), kept))
    return folder


def stop_of(done: Done) -> float | None:
    return done.analysis.stretch.range("trunk_rotation").stop


def test_settings_of_before_still_hold(tmp_path: Path) -> None:
    folder = results(tmp_path / "out", None, ("trunk_rotation.stop=33", "pelvis_rotation.stop=12"))
    again = rejudge(folder, Changes(neutral="0-1"))
    assert stop_of(again) == 33
    changed = rejudge(folder, Changes(settings=("trunk_rotation.stop=28",)))
    assert stop_of(changed) == 28
    assert changed.analysis.stretch.range("pelvis_rotation").stop == 12
    assert stop_of(rejudge(folder, Changes(stretch="standing-twist"))) == 45


def test_a_profile_of_before_still_holds_when_its_file_is_gone(tmp_path: Path, profile: Path) -> None:
    folder = results(tmp_path / "out", profile, ())
    profile.unlink()
    again = rejudge(folder, Changes(), tmp_path / "again")
    assert stop_of(again) == 30
    assert again.settings.profile == "patient.toml"
    assert stop_of(rejudge(tmp_path / "again", Changes())) == 30
    assert again.settings == SummaryFile.load(folder).settings


def test_damage_of_the_recording_is_still_said(tmp_path: Path) -> None:
    folder = results(tmp_path / "out", None, (), "video.mp4: the file is damaged")
    assert rejudge(folder, Changes()).problem == "video.mp4: the file is damaged"


def test_a_neutral_in_another_position_is_refused(tmp_path: Path) -> None:
    folder = results(tmp_path / "out", None, ())
    with pytest.raises(InputError, match="expected the person lying down, as prone-arch starts, found them upright"):
        rejudge(folder, Changes(stretch="prone-arch", neutral="0-1"))
