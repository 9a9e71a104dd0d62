"""The printed sheets: true to size, found when printed, and as the rendered people wear them."""

import re
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from typer.testing import CliRunner

from posecheck.capture.markers.reader import find, new_detector
from posecheck.capture.markers.sheet import BOARDS, PAPERS, motif, page
from posecheck.cli.main import app
from research.synthetic.scene import tags as worn

DPI = 100.0


def found_mm(gray: np.ndarray, dpi: float) -> dict[int, np.ndarray]:
    """Return the corners of the tags in a picture of a page, millimetres from its upper left."""
    return {number: corners / dpi * 25.4 for number, corners in find(new_detector(), gray).items()}


def check_page(gray: np.ndarray, dpi: float, name: str, paper: str) -> None:
    board, (width, height) = BOARDS[name], PAPERS[paper]
    assert gray.shape == pytest.approx((height / 25.4 * dpi, width / 25.4 * dpi), abs=1.5)
    found = found_mm(gray, dpi)
    assert sorted(found) == list(board.ids)
    first, second = (found[number] for number in board.ids)
    side = np.linalg.norm(np.roll(first, -1, axis=0) - first, axis=1)
    assert side == pytest.approx(1000 * board.side_m, abs=0.4)
    assert second[0] - first[0] == pytest.approx([2000 * board.offset_m, 0.0], abs=0.4)
    # Nothing of it may fall where printers do not reach.
    margin = (width - 1000 * board.size_m[0]) / 2
    assert margin > 6.0
    inked = np.argwhere(gray < 128) / dpi * 25.4
    assert inked.min() > 5.0
    assert inked[:, 1].max() < width - 5.0


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", BOARDS)
def test_tags_are_found_on_the_page_and_true_to_size(name: str, paper: str) -> None:
    figure = page(name, paper)
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    rgba = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    gray = cv2.cvtColor(rgba[..., :3].copy(), cv2.COLOR_RGB2GRAY)
    check_page(np.asarray(gray), DPI, name, paper)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs pdftoppm")
def test_the_pdf_prints_as_drawn(tmp_path: Path) -> None:
    file = tmp_path / "tags.pdf"
    assert CliRunner().invoke(app, ["tags", "--out", str(file), "--paper", "letter"]).exit_code == 0
    subprocess.run(["pdftoppm", "-r", "80", "-gray", str(file), str(tmp_path / "page")], check=True)
    pages = sorted(tmp_path.glob("page*.pgm"))
    assert len(pages) == 2
    for picture, name in zip(pages, BOARDS, strict=True):
        check_page(np.asarray(cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE)), 80.0, name, "letter")


def test_the_pdf_has_two_pages_of_the_papers_size(tmp_path: Path) -> None:
    for paper, (width, height) in PAPERS.items():
        file = tmp_path / f"{paper}.pdf"
        assert CliRunner().invoke(app, ["tags", "--out", str(file), "--paper", paper]).exit_code == 0
        boxes = re.findall(rb"/MediaBox \[ 0 0 ([0-9.]+) ([0-9.]+) \]", file.read_bytes())
        assert len(boxes) == 2
        for w, h in boxes:
            assert (float(w), float(h)) == pytest.approx((width / 25.4 * 72, height / 25.4 * 72), abs=0.1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a4.pdf", "letter.pdf"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--out", "tags.png"], "tags.png: expected a name that ends in .pdf, got '.png'"),
        (["--out", "tags"], "tags: expected a name that ends in .pdf, got 'no ending'"),
        (["--out", "tags.pdf", "--paper", "a3"], "--paper: expected a4 or letter, got 'a3'"),
        (["--out", "folder.pdf"], "folder.pdf: expected a file to write, found a folder"),
        (["--out", "there.pdf"], "there.pdf: expected no such file yet, found one; add --force to replace it"),
        (
            ["--out", "nowhere/tags.pdf"],
            "nowhere/tags.pdf: expected a place to write to, got: No such file or directory",
        ),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "there.pdf").write_text("mine")
    before = sorted(tmp_path.iterdir())
    done = CliRunner().invoke(app, ["tags", *arguments])
    assert done.exit_code == 2
    assert done.stderr.strip() == f"posecheck: {message}"
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "there.pdf").read_text() == "mine"


def test_force_replaces(tmp_path: Path) -> None:
    file = tmp_path / "tags.pdf"
    file.write_text("old")
    assert CliRunner().invoke(app, ["tags", "--out", str(file), "--force"]).exit_code == 0
    assert file.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", BOARDS)
def test_rendered_people_wear_what_is_printed(name: str) -> None:
    printed, drawn = motif(name, 1000), worn.motif(name)
    assert printed.shape == drawn.shape
    assert (np.abs(printed.astype(int) - drawn) > 127).mean() < 0.02
