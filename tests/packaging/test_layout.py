"""How the files of the project are laid out: what may import what, and how large folders and modules may grow."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_MODULES = 12
MOST_LINES = 350
TOP_FOLDERS = {"posecheck", "reference_poses", "sample_videos", "tests", "research", "docs", "examples", "deploy"}
TOP_FOLDERS |= {"changelog.d"}
TOP_FILES = {"pyproject.toml", "app.py", "constraints.txt", "uv.lock", "Makefile", "LICENSE", "CITATION.cff"}
TOP_FILES |= {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"}


def modules(*folders: str) -> list[Path]:
    """Return the Python modules in these folders of the project, deeper ones included."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of each import, also inside functions; `from a import b` gives both a and a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports_of(path: Path) -> set[str]:
    return set(imported(ast.parse(path.read_text(encoding="utf-8"))))


def is_test_module(name: str) -> bool:
    """Return whether a dotted name leads to a test module or to something in one."""
    return name.startswith("tests.") and any(part.startswith("test_") for part in name.split("."))


def test_imports_are_found_wherever_they_stand() -> None:
    code = "import tests.a.test_b\ndef f():\n    from tests.a import test_c\n    from tests.support import people"
    found = set(imported(ast.parse(code)))
    assert {name for name in found if is_test_module(name)} == {"tests.a.test_b", "tests.a.test_c"}


def test_no_test_module_is_imported() -> None:
    found = {
        str(path.relative_to(ROOT)): {n for n in imports_of(path) if is_test_module(n)} for path in modules("tests")
    }
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("importer", "other"), [("research", "tests"), ("posecheck", "tests"), ("posecheck", "research")]
)
def test_what_stands_below_imports_nothing_above(importer: str, other: str) -> None:
    assert [path for path in modules(importer) if other in {name.partition(".")[0] for name in imports_of(path)}] == []


def test_no_folder_holds_too_many_modules() -> None:
    counts: dict[str, int] = {}
    for path in modules("posecheck", "research"):
        if path.name != "__init__.py":
            folder = str(path.parent.relative_to(ROOT))
            counts[folder] = counts.get(folder, 0) + 1
    assert {folder: count for folder, count in counts.items() if count > MOST_MODULES} == {}


def test_no_module_is_too_long() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules("posecheck", "research")}
    assert {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > MOST_LINES} == {}


@pytest.mark.parametrize("package", ["posecheck", "research"])
def test_every_package_says_what_it_is_for(package: str) -> None:
    folders = {path.parent for path in modules(package)}
    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").is_file()] == []
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8")) for path in modules(package) if path.name == "__init__.py"
    }
    assert [str(path.relative_to(ROOT)) for path, tree in trees.items() if not ast.get_docstring(tree)] == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout")
def test_the_top_level_holds_only_what_belongs_there() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [line for line in listed.splitlines() if not line.startswith(".")]
    assert {path.partition("/")[0] for path in paths if "/" in path} <= TOP_FOLDERS
    assert {path for path in paths if "/" not in path} <= TOP_FILES
