"""Errors that a page shows are told in the visitor's language, not in that of the program or of a library."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import posecheck.app
import posecheck.stretches
from posecheck.app.base.problems import describe_error
from posecheck.assessment.proposal import as_toml
from posecheck.core.errors import StretchError
from posecheck.core.i18n import translator
from posecheck.stretches.library import all_stretches, own_folder, own_stretches, parse_stretch
from posecheck.stretches.profiles import Profile
from tests.support.pages import opened
from tests.support.texts import all_texts

PACKAGE = Path(posecheck.app.__file__).parent
STRETCHES = Path(posecheck.stretches.__file__).parent
RAISED = {"fault", "Problem", "StretchError", "InputError", "NotCoachedError"}
TWIST = all_stretches()["chair-twist"]
LIBRARY_WORDS = ("dictionary", "instance of", "tuple", "Input should", "String should", "List should", "integer")


def test_no_page_shows_the_english_text_of_an_error() -> None:
    shown = re.compile(r"(plain|st\.error|st\.warning)\(+(plain\()?str\(error\)")
    wrong = [path.name for path in PACKAGE.rglob("*.py") if shown.search(path.read_text(encoding="utf-8"))]
    assert not wrong, "use describe_error(error, texts())"


def _told(path: Path) -> Iterator[str]:
    """Yield the texts of the errors of a module that are written where they are raised."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
            for one in node.args:
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and " " in one.value:
                    yield one.value


def test_every_error_of_a_stretch_file_can_be_told_in_german() -> None:
    held = {text if isinstance(text, str) else text[0] for _, text in all_texts()}
    assert not [text for path in STRETCHES.glob("*.py") for text in _told(path) if text not in held]


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
