"""Measure how nods are read in the plane of the picture where the camera stands at the side.

    python -m research.training.gather --set nods 0 60
    python -m research.benchmarks.nods

Of rendered people who lie (research/training/lying_nods.py), by stretch and size of the true nod: what the plane of the
picture reads on average, the 90th percentile of its error, and that of MediaPipe's world landmarks. The gain NOD_GAIN
in posecheck/kinematics/image_plane.py and the stated error of neck_flexion_lying in error_model.toml come from here.
"""

from collections import defaultdict

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.kinematics.angles import INDEX, measure
from posecheck.kinematics.image_plane import from_the_side
from posecheck.kinematics.neutral import neutral_of
from posecheck.kinematics.observation import Observation
from research.training.people_set import NODS, Person, load_people

BANDS = ((-75, -15), (-15, 15), (15, 75))


def read(person: Person) -> Floats:
    """Return truth, reading of the picture and reading of world landmarks (n, 3), degrees since neutral."""
    track = person.track()
    neutral = neutral_of(track.rows(np.flatnonzero(person.neutral)))
    row, known = INDEX["neck_flexion"], neutral.view == "side" and neutral.lying
    shown = from_the_side(track, neutral)[row] if known else np.full(len(track), np.nan)
    world = neutral.change(measure(Observation.of(track), neutral.lying))[:, row]
    return np.stack([np.where(person.neutral, np.nan, person.truth[:, 0]), shown, world], axis=1)


def main() -> None:
    """Print the table."""
    found: dict[str, list[Floats]] = defaultdict(list)
    for person in load_people(NODS):
        one = read(person)
        found[str(person.about["stretch"])].append(one[np.isfinite(one).all(axis=1)])
    print("| lying as in | people | true nod, deg | frames | true | read | error, 90 % | by world landmarks |")
    print("|---|---|---|---|---|---|---|---|")
    for stretch, people in sorted(found.items()):
        frames = np.concatenate(people)
        for low, high in (*BANDS, (BANDS[0][0], BANDS[-1][1])):
            truth, shown, world = frames[(frames[:, 0] >= low) & (frames[:, 0] < high)].T
            if len(truth):
                print(f"| {stretch} | {len(people)} | {low} to {high} | {len(truth)} | {truth.mean():.0f} | "
                      f"{shown.mean():.0f} | {np.quantile(np.abs(shown - truth), 0.9):.0f} | "
                      f"{np.quantile(np.abs(world - truth), 0.9):.0f} |")  # fmt: skip


if __name__ == "__main__":
    main()
