"""Errors that a page shows are told in the visitor's language, not in that of the program or of a library."""

import os
import pickle
import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import posecheck.app
from posecheck.app.base.problems import describe_error
from posecheck.assessment.proposal import as_toml
from posecheck.capture.video.reader import VideoInfo
from posecheck.cli.main import app
from posecheck.core.errors import Problem, StretchError
from posecheck.core.i18n import translator
from posecheck.recordings.outcome import source_of
from posecheck.results.summary_file import Source
from posecheck.stretches.library import all_stretches, own_folder, own_stretches, parse_stretch
from posecheck.stretches.profiles import Profile
from tests.support.pages import opened

PACKAGE = Path(posecheck.app.__file__).parent
TWIST = all_stretches()["chair-twist"]
LIBRARY_WORDS = ("dictionary", "instance of", "tuple", "Input should", "String should", "List should", "integer")


def test_no_page_shows_the_english_text_of_an_error() -> None:
    shown = re.compile(r"(plain|st\.error|st\.warning)\(+(plain\()?str\(error\)")
    wrong = [path.name for path in PACKAGE.rglob("*.py") if shown.search(path.read_text(encoding="utf-8"))]
    assert not wrong, "use describe_error(error, texts())"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("stop = 45.0", "stop = 20.0"),
        ("stop = 45.0", 'stop = "far"'),
        ("stop = 45.0", "stop = 2000.0"),
        ('sides = "both"', 'sides = "three"'),
        ('position = "seated"', ""),
        ('angle = "trunk_rotation"', 'angle = "trunk_rotatio"'),
        ('name = "', "nme = 3\nname = '''x'''\nsummary2 = \""),
        ("steps = [", 'steps = "x"\nprops = ['),
    ],
)
def test_problems_of_ones_own_stretch_file_are_german(old: str, new: str) -> None:
    table = re.sub("^id = .*$", 'id = "own-a"', as_toml(TWIST), flags=re.M)
    assert old in table
    text = table.replace(old, new, 1)
    with pytest.raises(StretchError) as found:
        parse_stretch(text, "own-a.toml")
    german = describe_error(found.value, translator("de"))
    for word in ("expected", "got ", " or ", *LIBRARY_WORDS):
        assert word not in german, german
    english = found.value.told()
    assert not [word for word in LIBRARY_WORDS if word in english], english
    own_folder().mkdir(parents=True)
    (own_folder() / "own-a.toml").write_text(text, encoding="utf-8")
    assert own_stretches(translator("de"))[1] == [german]
    assert not opened("own_stretch").exception


@pytest.mark.parametrize("setting", ["trunk_rotation.stop=x", "trunk_rotation.stop=9e9", "nothing.stop=3", "x"])
def test_problems_of_limits_are_german(setting: str) -> None:
    with pytest.raises(StretchError) as found:
        Profile.from_settings([setting]).over(TWIST)
    german = describe_error(found.value, translator("de"))
    assert "expected" not in german
    assert "there is no" not in german


@pytest.mark.parametrize(
    ("text", "place", "wanted", "found"),
    [
        ("name 3", "Zeile 1, Spalte 6", "= nach dem Namen", "'3'"),
        ("name = ", "Zeile 1, Spalte 8", "ein Wert", "das Ende der Datei"),
        ("name = \nx = 1", "Zeile 1, Spalte 8", "ein Wert", "das Ende der Zeile"),
        ("a = 1\nb = 1 2", "Zeile 2, Spalte 7", "das Ende der Zeile", "'2'"),
        ("a = [1,\n2", "Zeile 2, Spalte 2", "was davor geöffnet wurde", "das Ende der Datei"),
        ("a = 'x", "Zeile 1, Spalte 7", "was davor geöffnet wurde", "das Ende der Datei"),
        ('a = "x\nb = 1', "Zeile 1, Spalte 7", "was davor geöffnet wurde", "das Ende der Zeile"),
        ("a = 1\na = 2", "Zeile 2, Spalte 6", "Jeder Name", "das Ende der Datei"),
        ("[a]\n[a]", "Zeile 2, Spalte 3", "Jeder Name", "']'"),
        ("a = 2026-02-30", "Zeile 1, Spalte 5", "ein Datum des Kalenders", "'2026-02-30'"),
        ("= 1", "Zeile 1, Spalte 1", "ein Name oder eine [Tabelle]", "'= 1'"),
        ('a = "\\q"', "Zeile 1, Spalte 8", "zwei umgekehrte Schrägstriche", None),
        (f"a = {'x' * 90}", "Zeile 1, Spalte 5", "ein Wert", f"'{'x' * 40}…'"),
    ],
)
def test_a_mistake_in_toml_is_told_with_its_place_in_our_own_words(
    text: str, place: str, wanted: str, found: str | None
) -> None:
    with pytest.raises(StretchError) as raised:
        parse_stretch(text, "own-a.toml")
    german = describe_error(raised.value, translator("de"))
    assert german.startswith(f"own-a.toml: Erwartet wurde TOML: {place}: ")
    assert wanted in german
    assert found is None or found in german
    with pytest.raises(tomllib.TOMLDecodeError) as library:
        tomllib.loads(text)
    assert str(library.value) not in raised.value.told()
    line, column = (int(one) for one in re.findall(r"\d+", place)[:2])
    assert f"line {line}, column {column}: " in raised.value.told()


def test_what_the_system_says_and_values_in_words_are_german_too(tmp_path: Path) -> None:
    gone = tmp_path / "gone.toml"
    with pytest.raises(StretchError) as raised:
        Profile.load(gone)
    assert describe_error(raised.value, translator("de")).endswith(
        f"{gone}: Erwartet wurde ein lesbares Profil in TOML: es gibt sie nicht"
    )
    os.mkfifo(gone)
    with pytest.raises(StretchError) as raised:
        Profile.load(gone)
    again = pickle.loads(pickle.dumps(raised.value))
    for error in (raised.value, again):
        assert "eine Pipe, die keine gewöhnliche Datei ist" in describe_error(error, translator("de"))
        assert "a pipe, which is no regular file" in error.told()
    gone.unlink()
    gone.write_bytes(b"\xff")
    with pytest.raises(StretchError) as raised:
        Profile.load(gone)
    assert describe_error(raised.value, translator("de")).endswith("Text in einer anderen Kodierung als UTF-8")


@pytest.mark.parametrize("chosen", ["--language", "POSECHECK_LANGUAGE"])
def test_a_command_tells_its_errors_in_the_language_it_was_asked_for(chosen: str, tmp_path: Path) -> None:
    words, environment = (["--language", "de"], {}) if chosen == "--language" else ([], {chosen: "de"})
    told = CliRunner().invoke(app, ["report", str(tmp_path), *words], env=environment)
    assert told.exit_code == 2
    assert "Erwartet wurde ein Ordner mit Ergebnissen von `posecheck check`, summary.json fehlt" in told.stderr
    if not words:
        told = CliRunner().invoke(app, ["history", "show", "5"], env={**environment, "POSECHECK_DATA": str(tmp_path)})
        assert "Im Verlauf gibt es keine solche; siehe `posecheck history list`" in told.stderr
    english = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert "expected a folder with results" in english.stderr


def test_what_is_wrong_with_a_recording_is_kept_in_each_language() -> None:
    note = Problem("damaged", "{file}: the file is damaged", {"file": "a.mp4"})
    info = VideoInfo(Path("a.mp4"), (640, 480), 30.0, 2.0, 0)
    source = source_of(info, (note, note))
    assert source.told("en") == source.problem == "a.mp4: the file is damaged; a.mp4: the file is damaged"
    assert source.told("de") == "a.mp4: Die Datei ist beschädigt; a.mp4: Die Datei ist beschädigt"
    assert Source(problem="An older one.").told("de") == "An older one."
    assert "problems" not in source_of(info, ()).values()
