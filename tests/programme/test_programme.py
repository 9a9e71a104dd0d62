"""Programmes as files: those that come with posecheck, what is refused and how, and the way into a QR code and back."""

import json
import os
import random
import re
import tracemalloc
import zlib
from base64 import b32encode
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.core.outside.files import Most
from posecheck.programme.code import HEAD, TooLongError, code_picture, code_text, read_code, text_in
from posecheck.programme.library import (
    ProgrammeError,
    all_programmes,
    as_toml,
    find_programme,
    load_programme,
    own_folder,
    parse_programme,
)
from posecheck.programme.programme import Programme
from posecheck.programme.rules import broken, most_per_day, past_norm
from posecheck.programme.schema import schema_text
from posecheck.safety.practice import practice
from posecheck.stretches.library import all_stretches

SHIPPED = Path(__file__).parents[2] / "posecheck" / "programme" / "shipped"
WHOLE = """
name = "Mrs Miller, shoulder"
note = "Twice a day for two weeks."
warm_up_min = 3
per_day = 1

[[steps]]
stretch = "shoulder-rolls"
repetitions = 6
pause_s = 10

[[steps]]
stretch = "chair-twist"
sides = "left"
repetitions = 3
hold_s = 7.5
sets = 2
pause_s = 20
note = "Slowly."
one_side_because = "the right one is freshly operated"

[steps.limits.trunk_rotation]
caution = 25
stop = 30
reason = "ten days after the operation"
"""


def refused(text: str, name: str = "plan.toml") -> str:
    with pytest.raises(ProgrammeError) as caught:
        parse_programme(text, name)
    return str(caught.value)


def with_step(line: str, old: str = "") -> str:
    """Return the whole programme with a line of the second step changed, or put in."""
    return WHOLE.replace(old or 'note = "Slowly."', line)


@pytest.mark.parametrize("name", ["stiff-after-sitting", "gentle-morning", "upper-back"])
def test_what_comes_with_posecheck_keeps_every_rule(name: str) -> None:
    programme = all_programmes()[name]
    known = all_stretches()
    assert broken(programme, known) == []
    assert programme.per_day <= most_per_day(programme, known)
    assert {known[step.stretch].advice for step in programme.steps} == {"coach"}
    assert programme.warm_up_min is not None
    assert not practice().warm_up.holds(known[programme.steps[0].stretch]), "something easy comes first"
    assert all(step.sides == "both" and not step.limits for step in programme.steps)
    for step in programme.steps:
        dose = known[step.stretch].dose
        assert dose is not None
        assert dose.repetitions[0] <= step.repetitions <= dose.repetitions[1]


def test_there_are_three_of_them() -> None:
    assert sorted(all_programmes()) == ["gentle-morning", "stiff-after-sitting", "upper-back"]


def test_the_schema_is_current_and_every_programme_obeys_it() -> None:
    assert (SHIPPED / "schema.json").read_text(encoding="utf-8") == schema_text()
    validator = jsonschema.Draft202012Validator(json.loads(schema_text()))
    for programme in all_programmes().values():
        validator.validate(programme.model_dump(mode="json", exclude_defaults=True))


def test_all_that_a_file_may_say_is_read_and_written_again() -> None:
    programme = parse_programme(WHOLE, "plan.toml")
    assert (programme.warm_up_min, programme.per_day, len(programme.steps)) == (3, 1, 2)
    step = programme.steps[1]
    assert (step.sides, step.repetitions, step.hold_s, step.sets, step.pause_s) == ("left", 3, 7.5, 2, 20)
    profile = step.profile("Mrs Miller")
    assert profile is not None
    assert profile.changes == {"chair-twist": {"trunk_rotation": {"caution": 25.0, "stop": 30.0}}}
    assert profile.over(all_stretches()["chair-twist"]).range("trunk_rotation").stop == 30
    assert parse_programme(as_toml(programme), "again") == programme
    assert "sides" not in as_toml(parse_programme(as_toml(all_programmes()["upper-back"]), "x"))


def test_a_step_asks_for_its_repetitions_and_a_hold_that_is_never_longer_than_for_the_age() -> None:
    stretch = all_stretches()["standing-extension-hands-behind-head"]
    text = 'name = "x"\nwarm_up_min = 2\n[[steps]]\nstretch = "standing-extension-hands-behind-head"\nrepetitions = 2\n'
    step = parse_programme(f"{text}hold_s = 25", "x").steps[0]
    young, old = step.asked(stretch.for_age(40)), step.asked(stretch.for_age(70))
    assert young.hold is not None
    assert old.hold is not None
    assert (young.hold.seconds, old.hold.seconds) == ((25, 25), (10, 10))
    assert young.dose is not None
    assert young.dose.repetitions == (2, 2)
    assert parse_programme(text, "x").steps[0].asked(stretch).hold == stretch.hold


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"plan\.toml: name: expected a value, got nothing"),
        ("name = [", r"plan\.toml: expected TOML: "),
        ("a" + ".a" * 40 + " = 1", r"plan\.toml: expected TOML: a key of more than 32 parts"),
        (with_step("colour = 3"), r"plan\.toml: steps\.2\.colour: expected no such key"),
        (
            with_step("repetitions = 0", "repetitions = 3"),
            r"steps\.2\.repetitions: expected at least 1, got 0",
        ),
        (
            with_step('repetitions = "3"', "repetitions = 3"),
            r"steps\.2\.repetitions: expected a whole number, got '3'",
        ),
        (with_step("repetitions = true", "repetitions = 3"), r"steps\.2\.repetitions: .*got True"),
        (with_step("hold_s = nan", "hold_s = 7.5"), r"steps\.2\.hold_s: .*got nan"),
        (with_step("hold_s = 1e300", "hold_s = 7.5"), r"steps\.2\.hold_s: expected at most 60, got 1e\+300"),
        (with_step("pause_s = -1", "pause_s = 20"), r"steps\.2\.pause_s: .*got -1"),
        (with_step('note = "\\u001b[2J"'), r"steps\.2\.note: expected text without control characters"),
        (with_step(f'note = "{"x" * 501}"'), r"steps\.2\.note: expected at most 500 characters, got 501"),
        (WHOLE.replace("stop = 30", "stop = inf"), r"steps\.2\.limits\.trunk_rotation\.stop: .*finite"),
        (WHOLE.replace("stop = 30", "halt = 30"), r"steps\.2\.limits\.trunk_rotation\.halt: expected no such key"),
        (WHOLE.replace('"chair-twist"', '"../chair"'), r"steps\.2\.stretch: .*got '\.\./chair'"),
        ('format = 2\nname = "x"', r"format: expected 1, got 2"),
        ('name = "x"\nsteps = []', r"steps: expected a list of at least 1, got \[\]"),
        ("name = 'x'\n" + "[[steps]]\nstretch = 'butterfly'\nrepetitions = 2\n" * 21, r"steps: .*list of at most 20"),
    ],
)
def test_what_is_no_programme_is_refused_in_one_line_with_file_key_and_what_was_found(text: str, said: str) -> None:
    told = refused(text)
    assert len([line for line in told.splitlines() if re.search(said, line)]) == 1, told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (WHOLE.replace('"chair-twist"', '"chair-twst"'), "steps.2.stretch: stretch: there is no 'chair-twst'; did you"),
        (WHOLE.replace('"chair-twist"', '"bear-hug"'), "steps.2.stretch: expected a stretch that is coached"),
        (
            with_step("repetitions = 5", "repetitions = 3"),
            "steps.2.repetitions: expected at most 4 for chair-twist, got 5",
        ),
        (with_step("hold_s = 12", "hold_s = 7.5"), "steps.2.hold_s: expected at most 10 for chair-twist, got 12"),
        (
            WHOLE.replace("pause_s = 10", "hold_s = 3"),
            "steps.1.hold_s: expected none, since nothing is held in shoulder",
        ),
        (
            WHOLE.replace("pause_s = 10", 'sides = "left"'),
            "steps.1.sides: expected both, since both sides move at once",
        ),
        (
            WHOLE.replace("one_side_because", "# "),
            "steps.2.sides: expected both sides of chair-twist alike, or one_side",
        ),
        (
            WHOLE.replace("per_day = 1", "per_day = 2"),
            "per_day: expected chair-twist at most 3 times a day, got 4: 2 sets",
        ),
        (WHOLE.replace("per_day = 1", "per_day = 6"), "per_day: expected at most 5 sittings a day, got 6"),
        (WHOLE.replace("warm_up_min = 3", ""), "warm_up_min: expected 2 to 5 minutes of warming up before chair-twist"),
        (WHOLE.replace("warm_up_min = 3", "warm_up_min = 1"), "warm_up_min: expected 2 to 5 minutes, got 1"),
        (
            WHOLE.replace("stop = 30", "stop = 20"),
            "steps.2.limits: trunk_rotation.stop: expected more than caution (25)",
        ),
        (WHOLE.replace("trunk_rotation", "trunk_rotatoin"), "did you mean trunk_rotation?"),
        (
            WHOLE.replace("stop = 30", "stop = 50").replace("reason = ", "# "),
            "steps.2.limits.trunk_rotation.reason: expected why the limit may lie past the published norm, got nothing",
        ),
    ],
)
def test_what_breaks_a_safety_rule_is_refused(text: str, said: str) -> None:
    told = refused(text)
    assert [line.startswith("plan.toml: ") and said in line for line in told.splitlines()].count(True) == 1, told


def step(stretch: str, **more: object) -> str:
    rows = "\n".join(f"{key} = {json.dumps(value)}" for key, value in more.items())
    return f'[[steps]]\nstretch = "{stretch}"\nrepetitions = 2\n{rows}\n'


def test_both_sides_may_stand_in_two_steps_and_must_then_be_alike() -> None:
    head = 'name = "x"\nwarm_up_min = 2\n'
    left, right = step("chair-twist", sides="left"), step("chair-twist", sides="right")
    parse_programme(head + left + right, "x")
    assert "2 repetitions on the left, 4 on the right" in refused(head + left + right.replace("= 2", "= 4"))


def test_a_technique_does_not_come_back_after_something_else() -> None:
    head = 'name = "x"\nwarm_up_min = 2\n'
    told = refused(head + step("chair-twist") + step("butterfly") + step("chair-twist-sideways"))
    assert "steps.3.stretch: expected chair-twist-sideways right after the step of the same kind" in told
    parse_programme(head + step("chair-twist") + step("chair-twist-sideways") + step("butterfly"), "x")


def test_what_needs_warm_muscles_comes_before_they_are_cold_again() -> None:
    long = "".join(step(name, sets=3, pause_s=600.0) for name in ("butterfly", "rounded-back"))
    told = refused('name = "x"\nwarm_up_min = 2\n' + long + step("chair-twist"))
    assert "steps.3.stretch: expected chair-twist within 30 minutes of warming up" in told


def test_past_the_norm_is_only_what_has_one() -> None:
    chair = all_stretches()["chair-twist"]
    turn, pelvis = chair.range("trunk_rotation"), chair.range("pelvis_rotation")
    assert past_norm(turn, turn.model_copy(update={"stop": 46.0}))
    assert not past_norm(turn, turn.model_copy(update={"stop": 44.0}))
    assert not past_norm(pelvis, pelvis.model_copy(update={"stop": 60.0}))


def test_every_problem_is_told_at_once() -> None:
    told = refused(WHOLE.replace("repetitions = 3", "repetitions = 9").replace("warm_up_min = 3", ""))
    assert told.count("\n") == 1


def test_a_file_is_opened_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    with pytest.raises(ProgrammeError, match=r"plan\.toml: expected a readable TOML file: "):
        load_programme(path)
    path.write_bytes(b"# " + b"x" * int(Most.DOCUMENT))
    with pytest.raises(ProgrammeError, match="128 kB, which is more than 128 kB"):
        load_programme(path)
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(ProgrammeError, match="expected a readable TOML file"):
        load_programme(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ProgrammeError, match="a pipe, which is no regular file"):
        load_programme(path)


def test_a_programme_is_found_by_its_name_or_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSECHECK_DATA", str(tmp_path))
    assert find_programme("upper-back").name == "Upper back"
    own_folder().mkdir()
    (own_folder() / "mine.toml").write_text(WHOLE, encoding="utf-8")
    assert find_programme("mine").name == find_programme(str(own_folder() / "mine.toml")).name
    with pytest.raises(ProgrammeError, match="programme: there is no 'uper-back'; did you mean upper-back"):
        find_programme("uper-back")
    with pytest.raises(ProgrammeError, match="there is no"):
        find_programme("../mine")


@pytest.mark.parametrize("name", ["stiff-after-sitting", "gentle-morning", "upper-back"])
def test_a_programme_goes_through_a_qr_code(name: str) -> None:
    programme = all_programmes()[name]
    text = code_text(programme)
    assert text_in(code_picture(text)) == text
    assert read_code(text, "code") == programme
    # A scanner or a mail may change the case, and break the line.
    assert read_code(f"  {text[:60].lower()}\n {text[60:]} ", "code") == programme
    assert read_code(as_toml(programme), "code") == programme


def test_a_picture_without_a_code_holds_no_text() -> None:
    assert text_in(np.full((200, 200, 3), 255, np.uint8)) == ""


def test_too_long_for_a_code_is_said_in_words() -> None:
    letters = random.Random(1)
    notes = ["".join(letters.choices("abcdefghijklmnopqrstuvwxyzäöüß ", k=300)) for _ in range(4)]
    steps = [{"stretch": "butterfly", "repetitions": 2, "note": note} for note in notes]
    with pytest.raises(TooLongError, match="long: expected a programme of at most 1000 signs in a QR code, got "):
        code_text(Programme.model_validate({"name": "long", "steps": steps}))


@pytest.mark.parametrize("text", [HEAD, HEAD + "A", HEAD + "1!§", HEAD + "AAAA", "POSECHECK1:" + "B" * 900])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(ProgrammeError, match="code: expected the whole text of a programme's QR code"):
        read_code(text, "code")


def test_part_of_a_code_is_refused() -> None:
    text = code_text(all_programmes()["upper-back"])
    with pytest.raises(ProgrammeError, match="expected the whole text"):
        read_code(text[:-40], "code")


def test_a_code_that_unfolds_into_very_much_is_refused_before_it_does() -> None:
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = press.compress(b"#" * (64 << 20)) + press.flush()
    tracemalloc.start()
    try:
        for text in (HEAD + b32encode(bomb).decode(), HEAD + b32encode(bomb[:600]).decode()):
            with pytest.raises(ProgrammeError):
                read_code(text, "code")
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


@given(st.text(max_size=300))
def test_any_text_is_a_programme_or_a_problem(text: str) -> None:
    for one in (text, HEAD + text):
        with pytest.raises(ProgrammeError):
            read_code(one, "code")
