"""The stretch files that come with posecheck: complete, consistent and careful."""

import re
from pathlib import Path

import pytest

from posecheck.core.paths import reference_poses
from posecheck.kinematics.angles import ANGLES, FAMILIES, INDEX
from posecheck.stretches.library import all_stretches, find_stretch, load_stretch
from posecheck.stretches.ranges import AngleRange, Kind
from posecheck.stretches.stretch import Stretch

CATALOGUE = {
    "A1": "chair-twist",
    "A2": "chair-twist-sideways",
    "A3": "chair-twist-leverage",
    "B1": "seated-twist-cross-legged",
    "B2": "seated-twist-one-leg-bent",
    "C": "supine-twist",
    "D1": "standing-twist",
    "E1": "knees-to-chest",
    "E2": "rocking-knees-to-chest",
    "F": "butterfly",
    "G": "rounded-back",
    "H1": "standing-extension-hand-press",
    "H2": "standing-extension-hands-behind-head",
    "I": "childs-pose",
    "J": "foam-roller",
    "K": "shoulder-rolls",
    "L": "prone-arch",
    "M": "lunge",
    "N": "seated-overhead-reach",
    "O": "chair-lean-back",
    "P": "bridge",
    "Q": "twist-until-snap",
    "R": "bed-edge",
    "S": "bear-hug",
    "U": "lift-from-behind",
    "V": "floor-manipulation",
}
LIMITED = {"A3", "D1", "E2", "H1", "H2", "J", "L", "O"}
BLOCKED = {"P", "Q", "R", "S", "U", "V"}
AGES = (None, 18, 39, 40, 45, 50, 59, 60, 65, 80, 120)
AUTHORITIES = ("AAOS", "AMA", "ACSM", "NHS")
AUTHOR = re.compile(r"\b[A-Z][a-z]+(?: &? ?[A-Z][a-z]+)? (?:19|20)\d\d\b")
LONGEST_MESSAGE = 110

STRETCHES = list(all_stretches().values())
RANGES = [(stretch, item) for stretch in STRETCHES for item in stretch.ranges]
LIMITS = [(stretch, item) for stretch, item in RANGES if item.caution is not None or item.stop is not None]
DONE = [stretch for stretch in STRETCHES if stretch.advice != "block"]
TWISTS = [stretch for stretch in DONE if stretch.primary in {"trunk_rotation", "lying_roll"}]
EXTENSIONS = [
    stretch for stretch in DONE if stretch.primary == "trunk_inclination" and stretch.primary_along == "negative"
]


def name(value: object) -> str:
    """Name a parameter in pytest's output."""
    if isinstance(value, Stretch):
        return value.id
    return value.key if isinstance(value, AngleRange) else str(value)


def each_stretch(stretches: list[Stretch]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("stretch", stretches, ids=name)


def each_range(ranges: list[tuple[Stretch, AngleRange]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("stretch", "item"), ranges, ids=name)


def kinds(stretch: Stretch) -> set[Kind]:
    """Return the kinds for which a stretch has a limit, not just a target."""
    return {item.kind for item in stretch.ranges if item.caution is not None or item.stop is not None}


def test_every_stretch_of_the_catalogue_is_there_once() -> None:
    assert sorted((s.catalogue, s.id) for s in STRETCHES if s.catalogue != "own") == sorted(CATALOGUE.items())


@pytest.mark.parametrize("path", sorted(reference_poses().glob("*.toml")), ids=lambda path: path.stem)
def test_a_file_loads_and_is_named_after_its_id(path: Path) -> None:
    assert load_stretch(path).id == path.stem
    assert find_stretch(path.stem).id == path.stem


def test_advice_is_as_decided() -> None:
    advice = {stretch.catalogue: stretch.advice for stretch in STRETCHES}
    assert {row for row, what in advice.items() if what == "limit"} == LIMITED
    assert {row for row, what in advice.items() if what == "block"} == BLOCKED


@each_stretch([stretch for stretch in STRETCHES if stretch.advice != "coach"])
def test_what_is_not_simply_coached_says_why_and_offers_something_safer(stretch: Stretch) -> None:
    assert len(stretch.reason) >= 40
    assert stretch.alternative != stretch.id
    assert find_stretch(stretch.alternative).advice != "block"


@each_stretch([stretch for stretch in STRETCHES if stretch.advice == "block"])
def test_a_blocked_stretch_only_says_stop(stretch: Stretch) -> None:
    assert stretch.hold is None
    assert stretch.dose is None
    assert all(item.stop is not None and item.caution is None for item in stretch.ranges)


@each_stretch(TWISTS)
def test_a_twist_has_every_limit_of_a_twist(stretch: Stretch) -> None:
    wanted = {Kind.OVER_ROTATION, Kind.FLEXION_WITH_ROTATION, Kind.TOO_FAST, Kind.ABRUPT_END, Kind.NECK_TOO_FAR}
    assert wanted | ({Kind.PELVIS_TURNING} if stretch.pelvis == "still" else set()) <= kinds(stretch)


@each_stretch(TWISTS)
def test_a_twist_stops_at_the_norm_or_before_and_earlier_from_60(stretch: Stretch) -> None:
    main = stretch.range(stretch.primary)
    assert main.kind is Kind.OVER_ROTATION
    assert main.stop is not None
    assert main.stop <= 45
    older = main.for_age(60).stop
    assert older is not None
    assert older == pytest.approx(0.85 * main.stop, abs=0.5)


@each_stretch(EXTENSIONS)
def test_an_extension_has_every_limit_of_an_extension(stretch: Stretch) -> None:
    main = stretch.range("trunk_inclination")
    assert main.kind is Kind.EXCESSIVE_EXTENSION
    assert [band.from_age for band in main.ages] == [40, 60]
    assert {Kind.TOO_FAST, Kind.ABRUPT_END} <= kinds(stretch)
    assert any(item.kind is Kind.NECK_TOO_FAR and item.along == "negative" for item in stretch.ranges)


def test_the_twists_and_extensions_are_the_expected_ones() -> None:
    assert {stretch.catalogue for stretch in TWISTS} == {"A1", "A2", "A3", "B1", "B2", "C", "D1"}
    assert {stretch.catalogue for stretch in EXTENSIONS} == {"H1", "H2", "L", "O"}


@each_stretch([stretch for stretch in DONE if stretch.pelvis == "still"])
def test_a_still_pelvis_is_watched(stretch: Stretch) -> None:
    assert Kind.PELVIS_TURNING in kinds(stretch)


@each_stretch(DONE)
def test_the_main_angle_comes_first_and_has_a_target(stretch: Stretch) -> None:
    first = stretch.ranges[0]
    assert (first.angle, first.measure) == (stretch.primary, "angle")
    assert first.target is not None


@each_range(RANGES)
def test_age_never_raises_a_limit(stretch: Stretch, item: AngleRange) -> None:
    assert not (item.ages and item.limit == "under"), "a smaller number would be laxer"
    ladder = [item.for_age(age) for age in AGES]
    for numbers in ([row.caution for row in ladder], [row.stop for row in ladder]):
        known = [number for number in numbers if number is not None]
        assert known == sorted(known, reverse=True)


@each_range(RANGES)
@pytest.mark.parametrize("age", AGES)
def test_target_caution_and_stop_stay_in_order_at_every_age(
    stretch: Stretch, item: AngleRange, age: int | None
) -> None:
    row = item.for_age(age)
    over = row.limit == "over"
    if row.caution is not None and row.stop is not None:
        assert row.caution < row.stop if over else row.caution > row.stop
    first = row.caution if row.caution is not None else row.stop
    if row.target is not None and first is not None:
        assert row.target[1] <= first if over else row.target[0] >= first


@each_range(LIMITS)
def test_a_message_about_a_limit_says_it(stretch: Stretch, item: AngleRange) -> None:
    assert "{limit}" in item.message
    assert "{value}" in item.message


@each_range(RANGES)
def test_a_message_is_one_short_sentence(stretch: Stretch, item: AngleRange) -> None:
    units = {"speed": "120°/s", "reversals": "3 times"}
    number = units.get(item.measure, "120°")
    text = item.message.format(value=number, limit=number, side="to the right")
    assert len(text) <= LONGEST_MESSAGE
    assert text[0].isupper()
    assert text.endswith(".")
    assert not re.search(r"[.!?] ", text)
    assert "{" not in text


@each_range([(stretch, item) for stretch, item in RANGES if item.caution is None and item.stop is None])
def test_a_target_without_a_limit_names_no_number(stretch: Stretch, item: AngleRange) -> None:
    assert "{" not in item.message


@each_range([(stretch, item) for stretch, item in RANGES if "{side}" in item.message])
def test_a_side_is_named_only_where_the_angle_has_one(stretch: Stretch, item: AngleRange) -> None:
    assert item.angle not in FAMILIES
    assert "left" in ANGLES[INDEX[item.angle]].positive + ANGLES[INDEX[item.angle]].negative


@each_stretch(STRETCHES)
def test_different_meanings_have_different_messages(stretch: Stretch) -> None:
    messages = [item.message for item in stretch.ranges]
    assert len(set(messages)) == len(messages)


@each_range([(stretch, item) for stretch, item in RANGES if item.basis == "norm"])
def test_a_norm_names_who_published_it(stretch: Stretch, item: AngleRange) -> None:
    assert any(who in item.source for who in AUTHORITIES) or AUTHOR.search(item.source)
    number = item.stop if item.stop is not None else item.caution
    assert number is not None
    assert f"{number:g}" in item.source


@each_stretch([stretch for stretch in STRETCHES if stretch.hold is not None and stretch.hold.basis == "norm"])
def test_a_hold_that_is_a_norm_names_who_published_it(stretch: Stretch) -> None:
    assert stretch.hold is not None
    assert any(who in stretch.hold.source for who in AUTHORITIES)


@each_range(RANGES)
def test_views_of_a_range_narrow_those_of_its_stretch(stretch: Stretch, item: AngleRange) -> None:
    assert set(item.views) <= set(stretch.camera.views)
    assert set(item.views) != set(stretch.camera.views), "say nothing where it is no narrower"


@each_range([(stretch, item) for stretch, item in RANGES if item.when is not None])
def test_a_condition_can_be_met_before_its_limit(stretch: Stretch, item: AngleRange) -> None:
    """An abrupt end is looked for from before the caution of the angle itself."""
    assert item.when is not None
    if item.measure != "angle":
        main = next(row for row in stretch.ranges if row.angle == item.angle and row.measure == "angle")
        beyond = stretch.beyond(item.when)
        assert beyond is not None
        assert main.caution is None or beyond < main.caution


@each_stretch(
    [stretch for stretch in DONE if stretch.position == "standing" and stretch.catalogue in {"D1", "H1", "H2"}]
)
def test_a_standing_stretch_watches_its_base(stretch: Stretch) -> None:
    base = [item for item in stretch.ranges if item.kind is Kind.BASE_OF_SUPPORT]
    assert {item.limit for item in base} == {"over", "under"}


@each_stretch(DONE)
def test_a_person_is_told_what_to_do_and_what_cannot_be_seen(stretch: Stretch) -> None:
    assert len(stretch.steps) >= 3
    assert stretch.dose is not None
    assert stretch.camera.cannot_show
