"""How well angles are read by how far they move: takes hardly bend, nod or turn the pelvis, so their figures hide it.

    python -m research.training.gather 0 914               # the people of the fit, and 460 who move further
    python -m research.training.gather --set still 0 600
    python -m research.training.gather --set bending 0 460
    python -m research.training.maps
    python -m research.benchmarks.accuracy.far [--write]

For each angle, view and size of the true angle: the share of the readings within the stated error, of geometry alone
and of what posecheck says, on the people who were kept out of the fit; only readings that are judged count. Geometry
reads whoever is unlike all rendered people, so filmed people are often read by it. The gains, shares and smallest
errors of posecheck/kinematics/data/error_model.toml come from here. --write puts the table into docs/accuracy.md.
"""

import argparse
from collections import defaultdict

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.estimation import estimate, geometry
from posecheck.kinematics.neutral import neutral_of
from posecheck.kinematics.uncertainty import judged_up_to, paired
from research.benchmarks.accuracy.figures import DOCS
from research.docs_block import replace_block
from research.training.maps import coded_track
from research.training.people_set import KEPT_BACK, UPRIGHT, Person, load_people

BANDS = ((0, 8), (8, 15), (15, 25), (25, 40), (40, 90))
FEW = 40
"""With fewer frames nothing is said of a size."""
SHOWN = ("trunk_rotation", "trunk_inclination", "trunk_flexion", "trunk_lateral_flexion", "pelvis_rotation",
         "neck_rotation", "neck_flexion", "hip_flexion", "knee_flexion")  # fmt: skip
VIEWS = ("front", "oblique", "side")
Columns = tuple[Floats, Floats, Floats]


def readings(person: Person) -> dict[tuple[str, str], list[Columns]]:
    """Return what is read of a person.

    Returns:
        By angle and view, for each side of the body: truth (n,), and values and errors (2, n) in degrees of geometry
            and
        of all methods together, in the frames after neutral.
    """
    track = coded_track(person)
    neutral = neutral_of(track.rows(np.flatnonzero(person.neutral)))
    plain, ours = geometry(track, neutral, False), estimate(track, neutral, False)
    after, out = ~person.neutral, defaultdict[tuple[str, str], list[Columns]](list)
    for i, name in enumerate(UPRIGHT.names):
        row = INDEX[name]
        value, error = (np.stack([plain[j][after, row], ours[j][after, row]]) for j in (0, 1))
        judged = error <= judged_up_to(row)
        out[paired(name), neutral.view].append((person.truth[after, i], value, np.where(judged, error, np.nan)))
    return out


def _cell(truth: Floats, value: Floats, error: Floats) -> str:
    known = np.isfinite(value + error)
    if known.sum() < FEW:
        return "–"
    inside = np.abs(value - truth)[known] <= error[known]
    return f"{100 * inside.mean():.0f} %"


def table(people: list[dict[tuple[str, str], list[Columns]]]) -> str:
    """Return the Markdown table of what was read of people."""
    sizes = " | ".join(f"{low} to {high}°" for low, high in BANDS)
    lines = [f"| angle | camera | read by | {sizes} |", f"|{'---|' * (3 + len(BANDS))}"]
    for name in SHOWN:
        for view in VIEWS:
            parts = [columns for person in people for columns in person.get((name, view), [])]
            if not parts:
                continue
            truth, value, error = (np.concatenate(column, axis=-1) for column in zip(*parts, strict=True))
            for method, label in enumerate(("geometry", "posecheck")):
                size = np.abs(truth)
                cells = [
                    _cell(*(part[..., (size >= low) & (size < high)] for part in (truth, value[method], error[method])))
                    for low, high in BANDS
                ]
                if set(cells) != {"–"}:
                    lines.append(f"| {name} | {view} | {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table, and write it if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="into docs/accuracy.md")
    asked = parser.parse_args()
    found = [readings(person) for person in load_people(UPRIGHT) if person.seed % KEPT_BACK == 0]
    text = f"{len(found)} people kept out of the fit.\n\n{table(found)}"
    print(text)
    if asked.write:
        replace_block(DOCS / "accuracy.md", "far", text)


if __name__ == "__main__":
    main()
