"""`posecheck safety` and the answers that a check goes by, from the outside."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from posecheck.assessment.analysis import judge
from posecheck.cli.main import app
from posecheck.core.errors import NotCoachedError
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.request import Changes
from posecheck.results.summary_file import Source, SummaryFile
from posecheck.safety import practice, screening
from posecheck.stretches.library import find_stretch
from tests.support.people import track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")


@pytest.fixture(autouse=True)
def _own_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSECHECK_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("POSECHECK_DB", raising=False)


def run(*words: str | Path, given: str = "") -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=given)


def said(age: int = 40, **yes: str) -> str:
    """Return what somebody types: the age, then every question in order."""
    asked = (one for one in screening().questions if not one.asked_when or one.id in yes)
    return "\n".join([str(age), *(yes.get(one.id, "n") for one in asked), ""])


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.toml"
    path.write_text('age = 50\nosteoporosis = "yes"\nprofessional_agreed = "yes"\n', encoding="utf-8")
    return path


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Return a folder with the results of somebody who turns to 30 degrees."""
    track = track_of(twist(30))
    folder = tmp_path / "results"
    folder.mkdir()
    analysis = judge(track, find_stretch("chair-twist"))
    write(folder, Done(analysis, "me.mp4", Source(), settings_of("chair-twist", 50)))
    return folder


def test_questions_are_asked_once_and_what_they_allow_is_shown() -> None:
    first = run("safety", given=said())
    assert first.exit_code == 0, first.output
    assert "Kept on this machine for me:" in first.output
    assert "not medical advice" in first.output
    assert "posecheck safety emergency" in first.output
    lines = [line for line in first.output.splitlines() if line.startswith("butterfly ")]
    assert "may be done" in lines[0]
    again = run("safety")
    assert again.exit_code == 0
    assert "How old" not in again.output


def test_what_follows_from_an_answer_is_asked_too() -> None:
    told = run(
        "safety",
        "--language",
        "en",
        given=said(disc="perhaps\ny", pregnant="u", pregnancy_weeks="20", professional_agreed="n"),
    )
    assert told.exit_code == 0, told.output
    assert "Please answer with yes, no, unsure." in told.output
    assert "Which week of pregnancy" in told.output
    assert "Has a doctor or physiotherapist" in told.output
    assert run("safety", "show", "chair-twist").output.startswith("Chair twist, arms crossed: not now")


def test_german_is_asked_and_answered_in_german() -> None:
    told = run("safety", "-l", "de", given=said().replace("y", "j"))
    assert told.exit_code == 0, told.output
    assert "Wie alt sind Sie" in told.output
    assert "[ja/nein/unsicher]" in told.output
    assert "How old" not in told.output


def test_an_unknown_language_is_one_line() -> None:
    told = run("safety", "emergency", "--language", "fr")
    assert told.exit_code == 2
    assert told.stderr == "posecheck: --language: expected en or de, got 'fr'\n"


def test_nothing_is_kept_of_questions_that_were_broken_off() -> None:
    assert run("safety", given="40\nn\n").exit_code != 0
    assert "How old" in run("safety", given=said()).output


def test_emergencies_are_one_word_away() -> None:
    told = run("safety", "emergency").output
    for one in practice().emergencies:
        assert one.act in told
        assert all(sign in told for sign in one.signs)


def test_the_template_of_answers_is_a_file_of_answers(tmp_path: Path) -> None:
    text = run("safety", "questions").output
    path = tmp_path / "me.toml"
    path.write_text(text.replace("# osteoporosis = ", "osteoporosis = "), encoding="utf-8")
    assert run("safety", "--answers", path).exit_code == 0
    for question in screening().questions:
        assert f"# {question.id} = " in text


def test_what_is_felt_locks(tmp_path: Path) -> None:
    run("safety", given=said())
    told = run("safety", "felt", "numbness", "--stretch", "chair-twist")
    assert told.output.startswith("Stop.")
    assert "Until 2" in told.output
    shown = run("safety", "show", "butterfly").output
    assert shown.startswith("Butterfly for the upper back: not now") or "not now" in shown.splitlines()[0]
    assert "Something went numb" in shown
    wrong = run("safety", "felt", "itch")
    assert (wrong.exit_code, "expected one of pain" in wrong.stderr) == (2, True)
    assert "expected --stretch" in run("safety", "felt", "pain").stderr


def test_a_recording_is_judged_by_the_answers_and_again_without_them(results: Path, answers: Path) -> None:
    told = run("rejudge", results, "--answers", answers, "--out", results.with_name("again"))
    assert told.exit_code == 0, told.output
    assert "stop 20°" in told.output
    assert "Tighter limits (trunk rotation: caution 15°, stop 20°" in " ".join(told.output.split())
    kept = SummaryFile.load(results.with_name("again")).settings
    assert kept.answers is not None
    assert kept.answers["osteoporosis"] == "yes"
    # Judged again, the answers of before still hold, also for another stretch.
    done = rejudge(results.with_name("again"), Changes())
    assert done.analysis.stretch.range("trunk_rotation").stop == 20
    with pytest.raises(NotCoachedError, match="osteoporosis"):
        rejudge(results.with_name("again"), Changes(stretch="standing-twist"))


def test_a_stretch_that_the_answers_rule_out_is_refused(results: Path, answers: Path) -> None:
    told = run("rejudge", results, "--stretch", "standing-twist", "--answers", answers)
    assert told.exit_code == 3
    assert "is not for you now" in told.stderr
    assert "Safer instead: " in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_without_answers_the_limits_say_whose_they_are(results: Path) -> None:
    assert "allow for no illness or injury" in " ".join(run("rejudge", results).output.split())


def test_wrong_answers_are_one_line_each(results: Path, tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text('disc = "maybe"\n', encoding="utf-8")
    told = run("rejudge", results, "--answers", path)
    assert told.exit_code == 2
    assert told.stderr == "posecheck: wrong.toml: disc: expected yes, no or unsure, got 'maybe'\n"


def test_live_is_refused_before_the_camera_is_on(tmp_path: Path) -> None:
    path = tmp_path / "disc.toml"
    path.write_text('disc = "yes"\n', encoding="utf-8")
    told = run("live", "-s", "chair-twist", "--answers", path, "--language", "de")
    assert told.exit_code == 3, told.output
    assert "ist jetzt nichts für Sie" in told.stderr


def test_a_person_of_the_history_is_checked_by_their_answers(tmp_path: Path) -> None:
    run("safety", "--person", "anna", given=said(disc="y", professional_agreed="n"))
    video = tmp_path / "none.mp4"
    video.write_bytes(b"")
    told = run("check", video, "-s", "chair-twist", "--out", tmp_path / "out", "--history", "anna")
    assert told.exit_code == 3, told.output
    assert "herniated disc" in told.stderr
    assert not (tmp_path / "out").exists()
