"""Stretch files: what is valid, the message for each mistake, and limits by age and profile."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from posecheck.core.errors import StretchError
from posecheck.core.paths import reference_poses
from posecheck.kinematics.angles import ANGLES, FAMILIES, INDEX
from posecheck.stretches.library import find_stretch, load_stretch, parse_stretch
from posecheck.stretches.profiles import Profile
from posecheck.stretches.schema import schema_text


def text_of(name: str) -> str:
    return (reference_poses() / f"{name}.toml").read_text(encoding="utf-8")


def test_three_mistakes_are_all_named_in_one_message() -> None:
    wrong = (
        text_of("chair-twist")
        .replace('sides = "both"', 'sides = "three"', 1)
        .replace("stop = 45", "stop = 35", 1)
        .replace('position = "seated"', 'position = "seated"\ncolour = "blue"', 1)
    )
    with pytest.raises(StretchError) as caught:
        parse_stretch(wrong, "chair-twist.toml")
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert all(line.startswith("chair-twist.toml: ") for line in lines)
    assert "trunk_rotation.stop: expected more than caution (40), got 35" in lines[1] + lines[0] + lines[2]
    assert any("sides" in line and "'three'" in line for line in lines)
    assert any("colour: expected no such key" in line for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('angle = "trunk_rotation"', 'angle = "trunk_rotatoin"', "did you mean trunk_rotation"),
        ("caution = 40", "caution = nan", "trunk_rotation.caution"),
        ("target = [15, 35]", "target = [35, 15]", "trunk_rotation.target"),
        ("{limit}", "{limits}", "only {value}, {limit} and {side}"),
        ("{limit}", "{limit", "balanced braces"),
        ('advice = "coach"', 'advice = "limit"', "reason: expected why"),
        (
            'kind = "over_rotation"\nmessage = "Ease',
            f'id = "{"x" * 201}"\nkind = "over_rotation"\nmessage = "Ease',
            "at most 200 char",
        ),
        ('["pelvis_rotation"]', '["pelvis_turn"]', "camera.unreadable: expected angles posecheck measures"),
    ],
)
def test_each_mistake_says_where_and_what(old: str, new: str, named: str) -> None:
    with pytest.raises(StretchError, match=r"chair-twist\.toml") as caught:
        parse_stretch(text_of("chair-twist").replace(old, new, 1), "chair-twist.toml")
    assert named in str(caught.value)


def test_not_toml_not_there_and_not_its_name(tmp_path: Path) -> None:
    with pytest.raises(StretchError, match=r"x\.toml: expected TOML"):
        parse_stretch("id = ", "x.toml")
    with pytest.raises(StretchError, match="expected a readable TOML file"):
        load_stretch(tmp_path / "none.toml")
    other = tmp_path / "other-name.toml"
    other.write_text(text_of("chair-twist"), encoding="utf-8")
    with pytest.raises(StretchError, match="expected the file's name 'other-name'"):
        load_stretch(other)


def test_nearest_stretch_is_suggested() -> None:
    with pytest.raises(StretchError, match="did you mean chair-twist"):
        find_stretch("chair-twsit")
    for hostile in ("../errors", "/etc/passwd", "..\\x", ""):
        with pytest.raises(StretchError):
            find_stretch(hostile)


def test_schema_file_is_current_and_every_stretch_obeys_it() -> None:
    folder = reference_poses()
    assert (folder / "schema.json").read_text(encoding="utf-8") == schema_text()
    validator = jsonschema.Draft202012Validator(json.loads(schema_text()))
    for path in folder.glob("*.toml"):
        validator.validate(tomllib.loads(path.read_text(encoding="utf-8")))


def test_age_scales_the_numbers_from_the_band_on() -> None:
    item = find_stretch("chair-twist").range("trunk_rotation")
    assert (item.for_age(59).caution, item.for_age(59).stop) == (40, 45)
    assert (item.for_age(60).caution, item.for_age(60).stop) == (34, 38)
    assert item.for_age(None).stop == 45


def test_settings_change_limits_and_name_every_mistake() -> None:
    stretch = find_stretch("chair-twist")
    changed = Profile.from_settings(["trunk_rotation.stop=42", "trunk_rotation.target=10,30"]).over(stretch)
    assert changed.range("trunk_rotation").stop == 42
    assert changed.range("trunk_rotation").target == (10, 30)
    assert stretch.range("trunk_rotation").stop == 45
    with pytest.raises(StretchError) as caught:
        Profile.from_settings(["trunk_rotation.stop=x", "nonsense", "a.target=1"])
    assert len(str(caught.value).splitlines()) == 3
    with pytest.raises(StretchError, match="did you mean trunk_rotation"):
        Profile.from_settings(["trunk_rotaton.stop=40"]).over(stretch)
    with pytest.raises(StretchError, match="expected more than caution"):
        Profile.from_settings(["trunk_rotation.stop=39", "trunk_rotation.caution=40"]).over(stretch)


@pytest.mark.parametrize(
    ("settings", "target", "caution", "stop"),
    [
        (["stop=40"], (15, 35), 35, 40),
        (["caution=30"], (15, 30), 30, 45),
        (["stop=12"], (7, 7), 7, 12),
        (["caution=50"], (15, 35), 50, 55),
        (["stop=60"], (15, 35), 40, 60),
    ],
)
def test_limits_that_are_not_named_give_way(
    settings: list[str], target: tuple[float, float], caution: float, stop: float
) -> None:
    profile = Profile.from_settings([f"trunk_rotation.{text}" for text in settings])
    item = profile.over(find_stretch("chair-twist")).range("trunk_rotation")
    assert (item.target, item.caution, item.stop) == (target, caution, stop)


def test_profile_file_holds_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "patient.toml"
    path.write_text("[chair-twist.trunk_rotation]\ncaution = 30\nstop = 35\n", encoding="utf-8")
    profile = Profile.load(path)
    assert profile.over(find_stretch("chair-twist")).range("trunk_rotation").stop == 35
    other = find_stretch("standing-twist")
    assert profile.over(other) == other
    path.write_text('top = 1\n[chair-twist.trunk_rotation]\nstop = "far"\nlimit = 3\n', encoding="utf-8")
    with pytest.raises(StretchError) as caught:
        Profile.load(path)
    assert len(str(caught.value).splitlines()) == 3
    path.write_text("[chair-twist.trunk_rotation]\nstop = 20\ncaution = 25\n", encoding="utf-8")
    with pytest.raises(StretchError, match=r"patient\.toml: trunk_rotation\.stop: expected more than caution"):
        Profile.load(path).over(find_stretch("chair-twist"))


def test_profile_that_misspells_its_stretch_is_not_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "patient.toml"
    path.write_text("[chair-twst.trunk_rotation]\nstop = 35\n", encoding="utf-8")
    profile = Profile.load(path)
    with pytest.raises(StretchError, match=r"patient\.toml: chair-twst: .* did you mean chair-twist"):
        profile.over(find_stretch("chair-twist"))
    assert profile.over(find_stretch("lunge")) == find_stretch("lunge")


def test_limits_that_are_no_numbers_are_named_once(tmp_path: Path) -> None:
    path = tmp_path / "patient.toml"
    path.write_text('[chair-twist.trunk_rotation]\ntarget = ["a", 3]\n', encoding="utf-8")
    with pytest.raises(StretchError, match=r"trunk_rotation\.target: expected target"):
        Profile.load(path)
    with pytest.raises(StretchError) as caught:
        Profile.from_settings(["trunk_rotation.stop=nan", "pelvis_rotation.caution=5000"]).over(
            find_stretch("chair-twist")
        )
    lines = str(caught.value).splitlines()
    assert "set: trunk_rotation.stop: expected a number from -1000 to 1000, got nan" in lines
    assert len(lines) == len(set(lines))


def test_profile_can_be_told_as_settings(tmp_path: Path) -> None:
    path = tmp_path / "patient.toml"
    path.write_text("[chair-twist.trunk_rotation]\ncaution = 30\ntarget = [5, 20.5]\n", encoding="utf-8")
    profile, stretch = Profile.load(path), find_stretch("chair-twist")
    told = profile.settings("chair-twist")
    assert told == ("trunk_rotation.caution=30", "trunk_rotation.target=5,20.5")
    assert Profile.from_settings(told).over(stretch) == profile.over(stretch)


def test_the_primary_angle_is_known_by_its_rows_its_pair_and_its_sides() -> None:
    both, one = find_stretch("knees-to-chest"), find_stretch("chair-twist")
    assert [ANGLES[row].name for row in both.primary_rows] == ["left_hip_flexion", "right_hip_flexion"]
    assert [name for name in (*INDEX, *FAMILIES) if both.is_primary(name)] == [
        "left_hip_flexion",
        "right_hip_flexion",
        "hip_flexion",
    ]
    assert [name for name in (*INDEX, *FAMILIES, "unknown") if one.is_primary(name)] == ["trunk_rotation"]
    blocked = find_stretch("bridge")
    assert blocked.primary_rows == ()
    assert not blocked.is_primary("trunk_rotation")
