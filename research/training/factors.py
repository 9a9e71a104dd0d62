"""Measure by what factor readings that are drawn to the middle are best taken, and what is then said of a limit.

    python -m research.training.factors

Whoever turns the head, nods, bends or turns the pelvis far was hardly among the people of the fit. Of the people kept
back from it, of whom some do so (research/training/bending_people.py), this prints for each regressor, angle and view:

- the mean error by size, with the factor in use and with the best one: the mean of the mean errors of five sizes of
  the true angle, each counted alike, because a least error over all frames is that of the many small movements;
- what is said past a common limit, with all that posecheck knows: how many readings are called too far, are borderline,
  called fine or not judged, and how many of those below six tenths of the limit are called too far.

More weights on the network's last hidden layer gain no more than such a factor (docs/accuracy.md).
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.kinematics import regressor
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.estimation import STRANGE, estimate
from posecheck.kinematics.neutral import neutral_of
from posecheck.kinematics.uncertainty import judged_up_to, learned
from research.training.maps import coded_track
from research.training.people_set import KEPT_BACK, UPRIGHT, Person, load_people

KINDS: tuple[regressor.Kind, ...] = ("coded", "upright")
SIZES = {
    "neck_rotation": (0.0, 15.0, 30.0, 45.0, 60.0, 120.0),
    "neck_flexion": (0.0, 10.0, 20.0, 35.0, 50.0, 120.0),
    "trunk_lateral_flexion": (0.0, 5.0, 10.0, 15.0, 22.0, 90.0),
    "pelvis_rotation": (0.0, 8.0, 15.0, 25.0, 40.0, 120.0),
}
"""The angles, and the bounds of the sizes of the true angle, degrees."""
LIMITS = {"neck_rotation": 45.0, "neck_flexion": 25.0, "trunk_lateral_flexion": 15.0, "pelvis_rotation": 15.0}
"""Limits that stretches have; 45 degrees for the head, because few people turn it past the 70 of the stretches."""
FACTORS = np.arange(1.0, 1.61, 0.05)
FEW, SMALL = 20, 0.6
"""Sizes with fewer frames are left out. A movement below this share of the limit is small."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Hold n frames of one angle, degrees: the truth, the regressor's reading, and what posecheck says with its error.

    Attributes:
        truth, read, said, error: Each (n,).
    """

    truth: Floats
    read: Floats
    said: Floats
    error: Floats


def by_size(error: Floats, truth: Floats, bounds: tuple[float, ...]) -> float:
    """Return the mean of the mean errors of all sizes of the true angle, degrees.

    Args:
        error: Absolute errors (n,), degrees.
        truth: The true angles (n,), degrees.
        bounds: The bounds of the sizes.
    """
    at = np.digitize(np.abs(truth), bounds[1:-1])
    parts = [error[at == i] for i in range(len(bounds) - 1)]
    return float(np.mean([part.mean() for part in parts if len(part) >= FEW]))


def of_person(person: Person, kind: regressor.Kind) -> dict[tuple[str, str], Columns]:
    """Return what is read of a person by angle and view, in the frames after neutral that a regressor reads."""
    net = regressor.load(kind)
    track = coded_track(person) if net.encoder else person.track()
    neutral = neutral_of(track.rows(np.flatnonzero(person.neutral)))
    found = net.estimate(track, neutral.pose)
    value, error, _ = estimate(track, neutral, False)
    use = np.flatnonzero(~person.neutral & (found.strange <= STRANGE))
    out = {}
    for name in SIZES:
        column, row = UPRIGHT.names.index(name), INDEX[name]
        read = found.value[use, net.names.index(name)]
        out[name, str(neutral.view)] = Columns(person.truth[use, column], read, value[use, row], error[use, row])
    return out


def share(of: Bools) -> str:
    """Return the share of frames (n,) that are true as text."""
    return f"{100 * of.mean():.0f} %" if len(of) else "–"


def told(name: str, of: Columns, factor: float) -> str:
    """Return the cells of one row of the table."""
    errors = [by_size(np.abs(by * of.read - of.truth), of.truth, SIZES[name]) for by in FACTORS]
    best = int(np.argmin(errors))
    now = np.abs(factor * of.read - of.truth)
    size, limit, sure = np.abs(of.truth), LIMITS[name], of.error <= judged_up_to(INDEX[name])
    past, small = size > limit, size < SMALL * limit
    called, fine = sure & (np.abs(of.said) > limit), sure & (np.abs(of.said) + of.error < limit)
    cells = [
        f"{factor:.2f}: {by_size(now, of.truth, SIZES[name]):.1f}, all frames {now.mean():.1f}",
        f"{FACTORS[best]:.2f}: {errors[best]:.1f}",
        str(int(past.sum())),
        *(share(part[past]) for part in (called, sure & ~called & ~fine, fine, ~sure)),
        share(called[small]),
    ]
    return " | ".join(cells)


def main() -> None:
    """Print the table."""
    people = [person for person in load_people(UPRIGHT) if person.seed % KEPT_BACK == 0]
    print("| read with | angle | camera | factor in use: error by size | best factor | frames past the limit | "
          "called too far | borderline | called fine | not judged | small ones called too far |")  # fmt: skip
    print(f"|{'---|' * 11}")
    for kind in KINDS:
        found: dict[tuple[str, str], list[Columns]] = defaultdict(list)
        for person in people:
            for key, columns in of_person(person, kind).items():
                found[key].append(columns)
        for name in SIZES:
            for view in ("front", "oblique", "side"):
                rule = learned(name, view, kind)
                if rule is None or (name, view) not in found:
                    continue
                parts = ([getattr(one, part) for one in found[name, view]] for part in Columns.__slots__)
                whole = Columns(*(np.concatenate(part) for part in parts))
                print(f"| {kind} | {name} | {view} | {told(name, whole, rule.gain)} |")


if __name__ == "__main__":
    main()
