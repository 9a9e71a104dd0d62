"""The documentation: its drawings are those of the code, every page is reached, nothing comes from another server."""

import re
import subprocess
import sys
from pathlib import Path

import posecheck
from research import drawings

DOCS = Path(__file__).parents[2] / "docs"


def test_imports_point_one_way() -> None:
    assert drawings.upward(drawings.layers(), drawings.imports()) == set()


def test_an_import_that_points_upward_is_found_and_drawn() -> None:
    rows = [["high"], ["low", "beside"]]
    assert drawings.upward(rows, {("high", "low")}) == set()
    assert drawings.upward(rows, {("low", "high")}) == {("low", "high")}
    assert drawings.upward(rows, {("low", "beside")}) == {("low", "beside")}
    assert 'class="up"' in drawings.imports_drawing(rows, {("low", "high")})
    assert 'class="up"' not in drawings.imports_drawing(rows, {("high", "low")})


def test_the_drawings_are_those_of_the_code() -> None:
    again = "drawn anew by python -m research.drawings"
    assert drawings.PATH.read_text(encoding="utf-8") == drawings.path_of_a_frame(), again
    drawn = drawings.imports_drawing(drawings.layers(), drawings.imports())
    assert drawings.IMPORTS.read_text(encoding="utf-8") == drawn, again


def test_the_reference_names_all_that_is_public() -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:auto\w+|py:data):: (\w+)", page))
    assert named == set(posecheck.__all__) - {"__version__"}


def test_the_files_that_pages_name_exist() -> None:
    root = DOCS.parent
    for page in (DOCS / "how.md", *(DOCS / "guides").glob("*.md"), root / "CONTRIBUTING.md"):
        for name in re.findall(
            r"`((?:posecheck|research|tests|reference_poses|examples|docs)/[\w./-]*)`", page.read_text()
        ):
            assert (root / name).exists(), f"{page.name}: {name}"


def test_the_site_is_built_without_a_warning_and_asks_no_other_server(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", str(DOCS), str(tmp_path)]
    done = subprocess.run(command, cwd=DOCS.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for page in tmp_path.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<(?:script|img|iframe)[^>]*src=\"https?:", text), page
        assert not re.search(r"<link[^>]*rel=\"(?:stylesheet|preconnect|preload)\"[^>]*href=\"https?:", text), page


def test_the_version_is_the_same_everywhere() -> None:
    root = DOCS.parent
    assert f'\nversion = "{posecheck.__version__}"\n' in (root / "pyproject.toml").read_text(encoding="utf-8")
    assert f"\nversion: {posecheck.__version__}\n" in (root / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## [{posecheck.__version__}]" in (root / "CHANGELOG.md").read_text(encoding="utf-8")
