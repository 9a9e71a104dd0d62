"""Measure the error of readings that are counted from another posture than the still start.

    python -m research.benchmarks.neutrals

From the saved landmarks of every script the still start is cut off, and a random part more, as people trim their
recordings. The readings of the stretch's main angle are then compared with those of the whole script. The table gives
the median, 90th percentile and largest of the median differences of the clips, by source of the neutral and by view.
A second table counts in how many clips the stretch itself was taken for the neutral: of recordings that begin with the
first movement, and of those that begin in the end position.
"""

import warnings
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from posecheck.assessment.analysis import judge
from posecheck.core.arrays import Floats
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES, FAMILIES, INDEX
from posecheck.kinematics.estimation import estimate
from posecheck.kinematics.neutral import Neutral, NeutralOrigin, find_neutral
from posecheck.measurement.start.choice import choose_neutral
from posecheck.stretches.library import find_stretch
from posecheck.stretches.stretch import Stretch
from research.datasets.coached_rows import Row
from research.datasets.coaching import ROWS
from research.datasets.seen import key, load, to_be_seen

SHOWN = {"trunk_rotation", "trunk_inclination", "lying_roll"}
CUTS = 3
LEAST_FRAMES = 30
END_SHARE, AFTER_S, IN_SHARE = 0.8, 0.3, 0.35
"""Of the farthest a script goes: where its end position begins, with how many seconds more, and from where on a posture
is the stretch and not the start."""


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
    return estimate(track, neutral, stretch.pelvis == "still", stretch.hips_roll, on_floor=stretch.on_floor)[0]


def into(track: PoseTrack, stretch: Stretch) -> Floats:
    """Return how far each frame (n,) of a script is into its stretch: 0 at the start, 1 at the farthest."""
    analysis = judge(track, stretch)
    neutral, name = analysis.neutral, stretch.followed[0]
    value = analysis.judged.readings.value[:, [INDEX[one] for one in FAMILIES.get(name, (name,))]]
    if neutral is None or not np.isfinite(value).any():
        return np.full(len(track), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        value = np.nanmean(value, axis=1)
        still = (track.time_s >= neutral.start_s) & (track.time_s <= neutral.end_s)
        far = np.abs(value - np.nanmedian(value[still]))
        return np.asarray(far / np.nanmax(far))


def in_the_stretch() -> None:
    """Print how often the stretch itself was taken for the neutral."""
    wrong: dict[str, int] = defaultdict(int)
    clips: dict[str, int] = defaultdict(int)
    for row in to_be_seen(ROWS):
        track, stretch = load(row)[0], find_stretch(row.name)
        far, still = into(track, stretch), find_neutral(track, stretch.lying, flat=stretch.flat)
        there = np.flatnonzero(far > END_SHARE)
        if still is None or not len(there):
            continue
        begins = {"first movement": still.end_s, "end position": float(track.time_s[there[0]]) + AFTER_S}
        for begin, time_s in begins.items():
            part = track.slice(int(np.searchsorted(track.time_s, time_s)), len(track))
            chosen = choose_neutral(part, stretch) if len(part) else None
            if chosen is None or chosen.origin == NeutralOrigin.UNKNOWN:
                continue
            span = (track.time_s >= chosen.start_s) & (track.time_s <= chosen.end_s) & np.isfinite(far)
            clips[begin] += 1
            wrong[begin] += bool(span.any() and np.median(far[span]) > IN_SHARE)
    print("\n| recording begins with the | clips with a neutral | the stretch itself taken |")
    print("|---|---|---|")
    for begin, count in clips.items():
        print(f"| {begin} | {count} | {wrong[begin]} |")


def main() -> None:
    """Print the tables."""
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
    in_the_stretch()


if __name__ == "__main__":
    main()
