"""Measure the error of readings that are counted from another posture than the still start.

    python -m research.benchmarks.neutrals

From the saved landmarks of every script the still start is cut off, and a random part more, as people trim their
recordings. The readings of the stretch's main angle are then compared with those of the whole script. The table gives
the median, 90th percentile and largest of the median differences of the clips, by source of the neutral and by view.
"""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.estimation import estimate
from posecheck.kinematics.neutral import Neutral, find_neutral
from posecheck.measurement.neutral_choice import choose_neutral
from posecheck.stretches.library import find_stretch
from posecheck.stretches.stretch import Stretch
from research.datasets.coached_rows import Row
from research.datasets.coaching import ROWS
from research.datasets.seen import key, load, to_be_seen

SHOWN = {"trunk_rotation", "trunk_inclination", "lying_roll"}
CUTS = 3
LEAST_FRAMES = 30


def cut_at_random(row: Row, track: PoseTrack, still: Neutral) -> Iterator[PoseTrack]:
    """Yield a script's track without its still start, cut CUTS times at random moments.

    Args:
        row: The script, whose name is the seed of the moments.
        track: Its landmarks.
        still: The neutral found at its start.

    Yields:
        The rest of the track, where it has at least LEAST_FRAMES frames.
    """
    rng = np.random.default_rng(int(key(row)[-8:], 16))
    for begin_s in still.end_s + rng.uniform(0.2, 6.0, CUTS):
        part = track.slice(int(np.searchsorted(track.time_s, begin_s)), len(track))
        if len(part) >= LEAST_FRAMES:
            yield part


def _values(track: PoseTrack, neutral: Neutral, stretch: Stretch) -> Floats:
    return estimate(track, neutral, stretch.pelvis == "still", stretch.hips_roll)[0]


def main() -> None:
    """Print the table."""
    off: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    inside: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    taken: dict[str, int] = defaultdict(int)
    for row in to_be_seen(ROWS):
        track, stretch = load(row)[0], find_stretch(row.name)
        still = find_neutral(track, stretch.lying, flat=stretch.flat)
        if still is None:
            continue
        for part in cut_at_random(row, track, still):
            chosen = choose_neutral(part, stretch)
            origin = "none" if chosen is None else chosen.origin.value
            taken[origin] += 1
            if chosen is None or origin == "unknown":
                continue
            apart = _values(part, chosen, stretch) - _values(part, still, stretch)
            for name in SHOWN & {stretch.followed[0]}:
                column = apart[:, INDEX[name]]
                if np.isfinite(column).any():
                    size = abs(float(np.nanmedian(column)))
                    off[origin, name, still.view].append(size)
                    inside[origin, name, still.view].append(size <= chosen.spread[INDEX[name]])
    print(f"neutrals taken from: {dict(taken)}\n")
    print("| from | angle | view | clips | median | 90 % | largest | within its spread |")
    print("|---|---|---|---|---|---|---|---|")
    for (origin, name, view), sizes in sorted(off.items()):
        unit = ANGLES[INDEX[name]].words
        q50, q90, most = np.percentile(sizes, [50, 90, 100])
        share = np.mean(inside[origin, name, view])
        print(f"| {origin} | {unit} | {view} | {len(sizes)} | {q50:.1f}° | {q90:.1f}° | {most:.1f}° | {share:.0%} |")


if __name__ == "__main__":
    main()
