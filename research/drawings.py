"""Draw the pictures of the documentation that show the code's structure: python -m research.drawings.

docs/path.svg shows the path of a frame. docs/imports.svg shows the packages in the rows of the import rules, with an
arrow for each package that imports another. An arrow that points upward breaks the rules and is thick and red.
"""

import tomllib
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PATH, IMPORTS = ROOT / "docs" / "path.svg", ROOT / "docs" / "imports.svg"
FACE = "posecheck"

STAGES = (
    ("Picture", "capture/video", "RGB frame, time"),
    ("Landmarks", "capture/pose", "33 points, px and m"),
    ("Angles", "kinematics", "degrees ± error"),
    ("Readings", "measurement", "smoothed, or why not"),
    ("Levels", "assessment", "clear, caution, stop"),
    ("Events", "assessment, repetitions", "from, to, worst"),
    ("Words", "feedback", "screen, voice, files"),
)
STYLE = """<style>
text { font-family: system-ui, sans-serif; fill: #1f2933 }
.name { font-size: 15px; font-weight: 600 }
.small { font-size: 11.5px; fill: #52606d }
.box { fill: #e6f0f5; stroke: #2f6f8f; stroke-width: 1.2 }
.side { fill: #fff4e0; stroke: #b7791f; stroke-width: 1.2 }
.arrow { stroke: #2f6f8f; stroke-width: 1; fill: none; marker-end: url(#tip) }
.up { stroke: #c81e1e; stroke-width: 3; fill: none; marker-end: url(#tip) }
</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0 8 4 0 8z" fill="#2f6f8f"/></marker></defs>"""


def layers() -> list[list[str]]:
    """Return the rows of packages in the import rules of pyproject.toml, from top to bottom."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    rows = next(rule["layers"] for rule in rules if rule["type"] == "layers" and rule.get("containers") == [FACE])
    return [[name.strip() for name in row.replace(":", "|").split("|")] for row in rows]


def imports() -> set[tuple[str, str]]:
    """Return a pair for each package of posecheck that imports another: the importing one first."""
    graph = grimp.build_graph(FACE, cache_dir=None)
    pairs = set()
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            pair = (_package(module), _package(other))
            if pair[0] != pair[1] and all(pair):
                pairs.add(pair)
    return pairs


def _package(module: str) -> str:
    """Return the package of a module; empty for the top-level modules, which may import all."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] != "__main__" else ""


def upward(rows: Sequence[Sequence[str]], pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the imports that do not go from a row to a lower one.

    Args:
        rows: The rows of packages, from top to bottom.
        pairs: The imports, the importing package first.
    """
    row_of = {name: i for i, row in enumerate(rows) for name in row}
    return {(one, other) for one, other in pairs if row_of[one] >= row_of[other]}


def _box(x: float, y: float, width: float, height: float, kind: str, name: str, *small: str) -> str:
    middle = x + width / 2
    top = y + height / 2 + 5 - 8 * len(small)
    lines = [f'<text class="name" x="{middle:g}" y="{top:g}" text-anchor="middle">{escape(name)}</text>']
    lines += [
        f'<text class="small" x="{middle:g}" y="{top + 17 * (i + 1):g}" text-anchor="middle">{escape(text)}</text>'
        for i, text in enumerate(small)
    ]
    return f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"/>\n' + "\n".join(
        lines
    )


def _svg(width: int, height: int, title: str, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">\n<title>{title}</title>'
    return "\n".join([head, STYLE, f'<rect width="{width}" height="{height}" fill="#fff"/>', *parts, "</svg>"]) + "\n"


def path_of_a_frame() -> str:
    """Return the drawing of the stages of a frame as SVG, four in the upper row and three in the lower."""
    parts = []
    places = [(20 + 235 * i, 20) for i in range(4)] + [(725 - 235 * i, 210) for i in range(3)]
    for (x, y), (name, folder, comes) in zip(places, STAGES, strict=True):
        parts.append(_box(x, y, 185, 84, "box", name, comes, folder))
    for i in range(3):
        x = 205 + 235 * i
        parts.append(f'<path class="arrow" d="M{x} 62H{x + 48}"/>')
    parts.append('<path class="arrow" d="M817 104V208"/>')
    for i in range(2):
        x = 725 - 235 * i
        parts.append(f'<path class="arrow" d="M{x} 252H{x - 48}"/>')
    parts.append(_box(20, 210, 185, 84, "side", "Stretch", "ranges, limits, sources", "stretches, safety"))
    parts.append('<path class="arrow" d="M112 294V330H817V296"/>')
    parts.append('<text class="small" x="465" y="324" text-anchor="middle">limits for this person</text>')
    return _svg(930, 345, "The path of a frame", parts)


def imports_drawing(rows: Sequence[Sequence[str]], pairs: set[tuple[str, str]]) -> str:
    """Return the drawing of the packages and their imports as SVG.

    To keep the picture legible, an arrow is left out where the same package is also reached through another one.

    Args:
        rows: The rows of packages, from top to bottom.
        pairs: The imports, the importing package first.
    """
    width, step = 930, 74
    centre: dict[str, tuple[float, float]] = {}
    for i, row in enumerate(rows):
        for j, name in enumerate(row):
            # Rows are shifted left and right, so that arrows do not run through the boxes between.
            shift = 150 * ((i % 3) - 1)
            centre[name] = (width / 2 + shift + 200 * (j - (len(row) - 1) / 2), 30 + step * i)
    bad = upward(rows, pairs)
    arrows = []
    for one, other in sorted(_direct(pairs - bad) | bad):
        (x1, y1), (x2, y2) = centre[one], centre[other]
        down = y2 > y1
        ends = f"M{x1:g} {y1 + (17 if down else -17):g}L{x2:g} {y2 + (-18 if down else 18):g}"
        arrows.append(f'<path class="{"up" if (one, other) in bad else "arrow"}" d="{ends}"/>')
    boxes = [_box(x - 75, y - 17, 150, 34, "box", name) for name, (x, y) in centre.items()]
    return _svg(width, 60 + step * (len(rows) - 1), "Which package imports which", [*arrows, *boxes])


def _direct(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the imports that are not also reached through another package (transitive reduction)."""
    below: dict[str, set[str]] = {}

    def reached(name: str) -> set[str]:
        if name not in below:
            below[name] = set()
            nearer = {other for one, other in pairs if one == name}
            below[name] = nearer.union(*(reached(other) for other in nearer))
        return below[name]

    return {
        (one, other)
        for one, other in pairs
        if not any(other in reached(middle) for first, middle in pairs if first == one and middle != other)
    }


def main() -> None:
    """Write both drawings."""
    PATH.write_text(path_of_a_frame(), encoding="utf-8")
    IMPORTS.write_text(imports_drawing(layers(), imports()), encoding="utf-8")


if __name__ == "__main__":
    main()
