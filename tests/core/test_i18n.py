"""Languages: every text a person may read is there in German, and each reader's language is their own."""

import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st

import posecheck
from posecheck.core.i18n import LANGUAGES, N_, NAMES, chosen, translator
from tests.support.texts import PO, all_texts, german, missing, of_angles, of_code, of_stretches, translated


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return german()


def placeholders(text: str) -> Counter[str]:
    """Return what a text leaves open, with its format: `{value:.1f}`."""
    parts = Formatter().parse(text)
    return Counter(f"{name}!{how}:{form}" for _, name, form, how in parts if name is not None)


def forms(text: object) -> tuple[str, ...]:
    if isinstance(text, str):
        return (text,)
    assert isinstance(text, tuple | list)
    return tuple(text)


def test_texts_are_found_where_they_stand() -> None:
    assert "Nobody is in the picture: step in front of the camera." in [text for _, text in of_code()]
    assert "to the left" in [text for _, text in of_angles()]
    assert "Chair twist, arms crossed" in [text for _, text in of_stretches()]


def test_every_text_has_a_german_translation() -> None:
    lacking = [f"{where}: {text!r}" for where, text in missing()]
    assert not lacking, "\n".join(["`python -m tests.support.texts` prints what to add:", *lacking])


def test_a_text_without_a_translation_is_noticed(catalogue: Catalog) -> None:
    assert translated(catalogue, "nobody ever wrote this") is None
    held = Catalog(locale="de")
    held.add("a", "")
    held.add("b", "B", flags=["fuzzy"])
    held.add(("one", "many"), ("eins", ""))
    held.add("c", "C")
    assert [translated(held, text) is None for text in ("a", "b", ("one", "many"), "c")] == [True, True, True, False]


def test_placeholders_are_those_of_the_text(catalogue: Catalog) -> None:
    for _, text in all_texts():
        entry = translated(catalogue, text)
        if entry is None:
            continue  # told by the test of what is missing
        wanted = [placeholders(form) for form in forms(text)]
        for form in forms(entry.string):
            assert placeholders(form) in wanted, form


def test_the_catalogue_holds_nothing_twice_and_nothing_unused(catalogue: Catalog) -> None:
    ids = [line for line in PO.read_text(encoding="utf-8").splitlines() if line.startswith('msgid "') and len(line) > 8]
    assert [line for line, n in Counter(ids).items() if n > 1] == []
    used = {forms(text)[0] for _, text in all_texts()}
    assert [entry.id for entry in catalogue if entry.id and forms(entry.id)[0] not in used] == []


def test_two_readers_have_two_languages_at_once() -> None:
    english, german_ = translator("en"), translator("de")
    assert english.gettext("to the left") == "to the left"
    assert german_.gettext("to the left") == "nach links"
    assert english.gettext("to the left") == "to the left"
    assert german_.gettext("") == ""
    assert german_.gettext("no such text") == "no such text"
    assert N_("to the left") == "to the left"


def test_numbers_have_the_decimal_mark_of_the_language() -> None:
    assert [translator(name).number(0.85, 2) for name in LANGUAGES] == ["0.85", "0,85"]
    assert [translator(name).number(52.4) for name in LANGUAGES] == ["52", "52"]
    assert set(NAMES) == set(LANGUAGES)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of en, de, got 'fr'"):
        translator("fr")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.8,en;q=0.7", "de"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.85, *;q=0.5", "de"),
        ("DE-de", "de"),
        ("de;q=0", "en"),
        ("de_DE.UTF-8", "de"),
        ("C.UTF-8", "en"),
        ("*", "en"),
        ("de;q=much,en", "en"),
        ("nonsense;;;", "en"),
    ],
)
def test_language_is_chosen_as_the_reader_prefers(accepted: str | None, language: str) -> None:
    assert chosen(accepted) == language


@given(st.text(max_size=60))
def test_any_text_chooses_a_language(text: str) -> None:
    assert chosen(text) in LANGUAGES


def test_a_day_is_written_in_one_way_in_each_language() -> None:
    at = datetime(2026, 5, 4, 12, 7).astimezone()
    assert [translator(one).date(at) for one in LANGUAGES] == ["2026-05-04", "04.05.2026"]
    assert [translator(one).moment(at) for one in LANGUAGES] == ["2026-05-04 12:07", "04.05.2026 12:07"]
    package = Path(posecheck.__file__).parent
    own = [path for path in package.rglob("*.py") if re.search(r"%d\.%m|DD\.MM", path.read_text(encoding="utf-8"))]
    assert {path.name for path in own} == {"i18n.py", "disability.py"}, "the form of Translator.date"
    shown = [path.name for path in (package / "app").rglob("*.py") if "%Y-%m-%d %H" in path.read_text(encoding="utf-8")]
    assert shown == [], "Translator.moment"


def test_a_share_is_written_as_each_language_does() -> None:
    assert [translator(language).share(0.954) for language in ("en", "de")] == ["95%", "95\u00a0%"]
