"""The printed sheets: their layout in metres, and the PDF to print."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.core.files import written_atomically

if TYPE_CHECKING:  # matplotlib takes a second, and only the printing needs it
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DICTIONARY = cv2.aruco.DICT_4X4_50
"""The coarsest common dictionary, six modules a side with the black edge, to be readable by a webcam across a room."""
MODULES = 6


@dataclass(frozen=True, slots=True)
class Board:
    """Describe one sheet and its two tags.

    Attributes:
        name: "chest" or "belt".
        size_m: Width and height of the sheet in metres.
        ids: Numbers of the tags, from left to right as seen from in front of the wearer.
        side_m: Side of a tag in metres, black edge included.
        offset_m: Horizontal distance of a tag's middle from the sheet's middle, metres.
    """

    name: str
    size_m: tuple[float, float]
    ids: tuple[int, int]
    side_m: float
    offset_m: float

    @property
    def module_m(self) -> float:
        """Return the side of one black or white square."""
        return self.side_m / MODULES

    def corners(self, number: int) -> NDArray[np.float64]:
        """Return the corners of a tag (4, 2), clockwise, in metres from the sheet's middle, x right, y down."""
        middle = self.offset_m * (-1.0 if number == self.ids[0] else 1.0)
        half = self.side_m / 2
        square = np.array([[-half, -half], [half, -half], [half, half], [-half, half]])
        return np.asarray(square + np.array([middle, 0.0]))


BOARDS: dict[str, Board] = {
    board.name: board
    for board in (
        Board("chest", (0.264, 0.136), (0, 1), 0.112, 0.064),
        Board("belt", (0.248, 0.122), (2, 3), 0.100, 0.062),
    )
}
"""Both sheets fit on A4 and Letter paper at full size. The four tags are those of the dictionary that differ most."""


@cache
def motif(name: str, px_per_m: int) -> NDArray[np.uint8]:
    """Draw a sheet as it looks from in front of the wearer.

    Args:
        name: A key of BOARDS.
        px_per_m: Resolution in pixels per metre.

    Returns:
        (h, w) brightness, paper 255 and ink 0; read-only.
    """
    board = BOARDS[name]
    width, height = (round(v * px_per_m) for v in board.size_m)
    out = np.full((height, width), 255, np.uint8)
    dictionary = cv2.aruco.getPredefinedDictionary(DICTIONARY)
    for number in board.ids:
        corners = board.corners(number) * px_per_m + np.array([width, height]) / 2
        (x0, y0), (x1, y1) = np.rint(corners[0]).astype(int), np.rint(corners[2]).astype(int)
        drawn = cv2.aruco.generateImageMarker(dictionary, number, int(max(x1 - x0, y1 - y0)))
        out[y0:y1, x0:x1] = cv2.resize(drawn, (int(x1 - x0), int(y1 - y0)), interpolation=cv2.INTER_NEAREST)
    out.setflags(write=False)
    return out


PAPERS = {"a4": (297.0, 210.0), "letter": (279.4, 215.9)}
"""Width and height in millimetres, in landscape format."""
MM_PER_INCH = 25.4
HOW = {
    "chest": (
        "CHEST SHEET – upper edge two fingers below the collarbones",
        "Cut along the line. Lay it over the breastbone, this way up, on a close-fitting shirt.\n"
        "Fasten the corners and the middle of the upper and lower edge: safety pins, or cloth tape.",
    ),
    "belt": (
        "BELT SHEET – lower edge at the height of a belt buckle",
        "Cut along the line. Fasten it to a snug belt or waistband over the front of the pelvis, this way up.\n"
        "When you sit, it lies just above the crease of the thighs. Tuck the shirt in.",
    ),
}
AVOID = (
    "Avoid: hair, a scarf or an arm in front of it · a loose shirt · folds · glossy paper or a clear cover.\n"
    "Begin with both sheets in full view and hold still for two seconds. Light from the front;\n"
    "camera at chest height, two to three metres away."
)


def write_sheets(target: Path, paper: str) -> None:
    """Write both sheets as a PDF in true size, one page each; an interrupted write leaves no file behind.

    Args:
        target: The PDF; an existing file is replaced.
        paper: A key of PAPERS.

    Raises:
        OutputError: It cannot be written.
    """
    from matplotlib.backends.backend_pdf import PdfPages

    about = {"Title": "posecheck tags", "CreationDate": None}
    with written_atomically(target) as part, PdfPages(part, metadata=about) as pages:
        for name in BOARDS:
            pages.savefig(page(name, paper))


def page(name: str, paper: str) -> "Figure":
    """Draw the page of one sheet, in millimetres from its lower left corner.

    Args:
        name: A key of BOARDS.
        paper: A key of PAPERS.
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    width, height = PAPERS[paper]
    figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.axis("off")
    board = BOARDS[name]
    wide, tall = (1000 * v for v in board.size_m)
    left, low = (width - wide) / 2, 42.0
    for x, y, w, h in _inked(name):
        axes.add_patch(Rectangle((left + x, low + tall - y - h), w, h, facecolor="black", linewidth=0))
    axes.add_patch(
        Rectangle((left, low), wide, tall, fill=False, edgecolor="0.6", linewidth=0.5, linestyle=(0, (6, 4)))
    )
    title, how = HOW[name]
    axes.text(left, low + tall + 17, title, fontsize=14, weight="bold", va="bottom")
    axes.text(left, low + tall + 14.5, how, fontsize=9.5, va="top", linespacing=1.35)
    axes.text(left + wide, low + tall + 18, "↑ this way up", fontsize=11, ha="right", va="bottom")
    for x in (left + 4, width / 2, left + wide - 4):
        for y in (low + 4, low + tall - 4):
            axes.plot([x - 1.2, x + 1.2], [y, y], color="0.75", lw=0.4)
            axes.plot([x, x], [y - 1.2, y + 1.2], color="0.75", lw=0.4)
    axes.text(left, 36.5, AVOID, fontsize=9.5, va="top", linespacing=1.35)
    _ruler(axes, left, 12.0)
    axes.text(
        left + 112, 13.0,
        "This line is 100 mm long when printed at 100 % (“actual size”).\n"
        "A little smaller does no harm: angles do not hang on the size.\n"
        f"posecheck · {name} · tags {board.ids[0]} and {board.ids[1]}",
        fontsize=8, va="center", linespacing=1.35,
    )  # fmt: skip
    return figure


def _ruler(axes: "Axes", left: float, low: float) -> None:
    """Draw a line of 100 mm with a mark each centimetre."""
    axes.plot([left, left + 100], [low, low], color="black", lw=0.8, solid_capstyle="butt")
    for i in range(11):
        axes.plot([left + 10 * i] * 2, [low, low + (4 if i % 5 == 0 else 2.5)], color="black", lw=0.6)
    for i in (0, 50, 100):
        axes.text(left + i, low - 1.2, f"{i} mm", fontsize=6.5, ha="center" if i else "left", va="top")


def _inked(name: str) -> list[tuple[float, float, float, float]]:
    """Return the black parts of a sheet as rectangles (x, y, width, height) in mm from its upper left, y down.

    A row of black modules is one rectangle that slightly overlaps the row below, so that printers leave no gaps.
    """
    board = BOARDS[name]
    dictionary = cv2.aruco.getPredefinedDictionary(DICTIONARY)
    module = 1000 * board.module_m
    out = []
    for number in board.ids:
        bits = cv2.aruco.generateImageMarker(dictionary, number, MODULES) < 128
        x0, y0 = 1000 * (board.corners(number)[0] + np.array(board.size_m) / 2)
        for row in range(MODULES):
            edges = np.flatnonzero(np.diff(np.concatenate([[False], bits[row], [False]]).astype(int)))
            for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
                below = row + 1 < MODULES and bool(bits[row + 1, first:last].all())
                tall = module + (0.05 if below else 0.0)
                out.append((float(x0 + first * module), float(y0 + row * module), (last - first) * module, tall))
    return out
