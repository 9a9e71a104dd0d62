"""Measure how nods are read where the camera stands at the side.

    python -m research.training.gather --set nods 0 60
    python -m research.training.gather --set bending 0 460
    python -m research.benchmarks.nods

Of rendered people who lie (research/training/lying/nods.py), by stretch and size of the true nod: what the plane of the
picture reads on average, the 90th percentile of its error, and that of MediaPipe's world landmarks. The gain NOD_GAIN
in posecheck/kinematics/image_plane.py and the stated error of neck_flexion_lying in error_model.toml come from here.

Of people who are upright and were kept out of the fit: how often a nod past FAR_DEG is called past LIMIT_DEG, and how
often it is called fine, by the regressor alone and together with the picture's plane (estimation.py).
"""

from collections import defaultdict

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.kinematics import regressor
from posecheck.kinematics.angles import INDEX, measure
from posecheck.kinematics.estimation import STRANGE, estimate
from posecheck.kinematics.image_plane import from_the_side
from posecheck.kinematics.neutral import neutral_of
from posecheck.kinematics.observation import Observation
from posecheck.kinematics.uncertainty import judged_up_to, rules
from research.training.maps import coded_track
from research.training.people_set import KEPT_BACK, NODS, UPRIGHT, Person, load_people

FAR_DEG, LIMIT_DEG, SMALL_DEG = 30.0, 25.0, 15.0
BANDS = ((-75, -15), (-15, 15), (15, 75))


def read(person: Person) -> Floats:
    """Return truth, reading of the picture and reading of world landmarks (n, 3), degrees since neutral."""
    track = person.track()
    neutral = neutral_of(track.rows(np.flatnonzero(person.neutral)))
    row, known = INDEX["neck_flexion"], neutral.view == "side" and neutral.lying
    shown = from_the_side(track, neutral)[row] if known else np.full(len(track), np.nan)
    world = neutral.change(measure(Observation.of(track), neutral.lying))[:, row]
    return np.stack([np.where(person.neutral, np.nan, person.truth[:, 0]), shown, world], axis=1)


def upright() -> str:
    """Return the table of people who are upright, by who reads their nods."""
    row, most, parts = INDEX["neck_flexion"], judged_up_to(INDEX["neck_flexion"]), list[Floats]()
    net = regressor.load("coded")
    by = rules(net.names, "side", "coded")
    at = int(np.flatnonzero(by.row == row)[0])
    for person in load_people(UPRIGHT):
        track = coded_track(person)
        neutral = neutral_of(track.rows(np.flatnonzero(person.neutral)))
        if person.seed % KEPT_BACK or neutral.view != "side":
            continue
        found = net.estimate(track, neutral.pose)
        alone = [column[:, at] for column in by.of(found.value, found.spread)]
        value, error, _ = estimate(track, neutral, False)
        use = track.coded & ~person.neutral & (found.strange <= STRANGE)
        truth = person.truth[:, UPRIGHT.names.index("neck_flexion")]
        parts.append(np.stack([truth, *alone, value[:, row], error[:, row]], axis=1)[use])
    frames = np.concatenate(parts)
    lines = ["| read by | frames | nods past 30 called past 25 | called fine | below 15 called past 25 |",
             "|---|---|---|---|---|"]  # fmt: skip
    truth = np.abs(frames[:, 0])
    for name, value, error in (("regressor alone", *frames.T[1:3]), ("both", *frames.T[3:5])):
        judged, size = error <= most, np.abs(value)
        called, fine = judged & (size > LIMIT_DEG), judged & (size + error < LIMIT_DEG)
        cells = [f"{100 * some[which].mean():.0f} %" for some, which in
                 ((called, truth > FAR_DEG), (fine, truth > FAR_DEG), (called, truth < SMALL_DEG))]  # fmt: skip
        lines.append(f"| {' | '.join([name, str(len(frames)), *cells])} |")
    return "\n".join(lines)


def main() -> None:
    """Print both tables."""
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
    print(f"\n{upright()}")


if __name__ == "__main__":
    main()
