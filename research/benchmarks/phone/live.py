"""How exactly trunk rotation is read live by a phone that sends, its screen never seen, on the takes of takes.py.

    python -m research.benchmarks.phone.live [--count 10]

Frame by frame, as `posecheck live --phone` does it: the sensors' readings come in messages every 60 ms, each 2 to
40 ms on its way, by a clock of the phone's own; a picture is 70 to 130 ms old when it comes. No picture is looked at,
only the landmarks that were found in it.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from posecheck.assessment.session import Session
from posecheck.capture.markers.phone.beside import Beside
from posecheck.capture.markers.phone.stream import Sent, Streams
from posecheck.capture.pose.landmark_file import load_track
from posecheck.core.arrays import Floats
from posecheck.core.frame import Frame
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import INDEX
from posecheck.stretches.library import find_stretch
from research.benchmarks.phone.others import second_of
from research.benchmarks.phone.takes import Held, clip_of, make
from research.benchmarks.tags import HEADS, figures
from research.datasets.scoring import Sample
from research.synthetic.output.render import Scene

EVERY_S, WAY_S, AGE_S = 0.06, (0.002, 0.04), (0.07, 0.13)
CAMERA_S = 40.0
TWIST = INDEX["trunk_rotation"]


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """Hold a take as it was judged live.

    Attributes:
        held: The take.
        sample: Truth, reading and stated error from the neutral on.
        lag_s: How old pictures were on average, and what that was taken for in the end.
        lag_by: What it was found by.
    """

    held: Held
    sample: Sample
    lag_s: tuple[float, float]
    lag_by: str


def messages(
    measured: Floats, rng: np.random.Generator, clock_s: float, *, belt: bool = False
) -> list[tuple[float, Sent]]:
    """Return what a phone sends, and when each message comes.

    Args:
        measured: (n, 6) time, turn, lean, side-bend, epoch and more, by the take's clock.
        rng: Draws how long messages are on their way.
        clock_s: What the phone's clock is ahead.
        belt: Whether it is worn at the pelvis.
    """
    out: list[tuple[float, Sent]] = []
    rows = measured[:, :5].copy()
    rows[:, 0] += clock_s
    for at in np.arange(measured[0, 0] + EVERY_S, measured[-1, 0] + EVERY_S, EVERY_S).tolist():
        part = rows[(measured[:, 0] <= at) & (measured[:, 0] > at - EVERY_S)]
        if len(part):
            # A connection keeps the order.
            came = max(at + float(rng.uniform(*WAY_S)), out[-1][0] if out else -np.inf)
            out.append((came, Sent("a", belt, part)))
    return out


def watched(held: Held, phones: int) -> Watched:
    """Judge a take live.

    Args:
        held: The take.
        phones: How many phones send: none, that at the chest, or one at the pelvis as well.
    """
    path = make(held)
    track, rng = load_track(path), np.random.default_rng([held.number, 4])
    track = replace(track, phone=np.full_like(track.phone, np.nan), belt_phone=np.full_like(track.belt_phone, np.nan))
    with np.load(path.with_suffix(".pictures.npz"), allow_pickle=False) as data:
        truth = data["true_trunk_rotation"]
    waiting: list[tuple[float, Sent]] = []
    for belt in (False, True)[:phones]:
        measured = second_of(held).log if belt else Scene(clip_of(held)).measured
        assert measured is not None
        waiting += messages(measured, rng, float(rng.uniform(5.0, 500.0)), belt=belt)
    waiting.sort(key=lambda one: one[0])
    now = [0.0]
    streams = Streams(lambda: now[0])
    beside, session = Beside(streams), Session(find_stretch(held.spec.stretch))
    read, ages, began_s = [], [], 0.0
    for i, time_s in enumerate(track.time_s.tolist()):
        age_s = float(rng.uniform(*AGE_S))
        ages.append(age_s)
        while waiting and waiting[0][0] <= time_s + age_s:
            came_s, sent = waiting.pop(0)
            now[0] = came_s
            streams.add(sent)
        now[0] = time_s + age_s
        frame = Frame(i, time_s + CAMERA_S, np.full((8, 8, 3), 120, np.uint8))
        beside.came(frame.time_s)
        pose = beside.lay(frame, track.pose(i))
        size = (int(track.size_wh[i, 0]), int(track.size_wh[i, 1]))
        judged = session.update(PoseTrack.of([time_s], [pose], size))
        read.append((judged.readings.value[0, TWIST], judged.readings.error[0, TWIST]))
        began_s = time_s if session.neutral is None else began_s
    neutral, values = session.first_neutral, np.array(read)
    there = np.isfinite(truth) & (track.time_s > began_s)
    still = (track.time_s >= neutral.start_s) & (track.time_s <= neutral.end_s) if neutral is not None else there
    true = truth - np.nanmean(truth[still])
    sample = Sample(
        held.spec.stretch, "", "trunk_rotation", true[there], values[there, 0], values[there, 1], true[there]
    )
    return Watched(held, sample, (float(np.min(ages)), beside.lag_s), beside.lag_by)


def table(rows: Sequence[tuple[str, Sequence[Watched]]]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    for name, ones in rows:
        samples = [one.sample for one in ones]
        if any(np.isfinite(one.reading).any() for one in samples):
            lines.append(figures(name, samples, None))
        elif samples:
            lines.append(f"| {name} | – | – | – | 0 % | – | – | – | – | – |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    given = parser.parse_args()
    takes = [Held(given.split, number) for number in range(given.count)]
    rows: list[tuple[str, list[Watched]]] = []
    for name, phones in (("phone by network", 1), ("two phones by network", 2), ("neither", 0)):
        ones = [watched(held, phones) for held in takes if phones != 2 or "standing" in held.spec.stretch]
        seated = [one for one in ones if find_stretch(one.held.spec.stretch).pelvis == "still"]
        places = (("in front", 0.0, 30.0), ("diagonally", 30.0, 65.0), ("at the side", 65.0, 180.0))
        rows.append((f"**{name}, seated**", seated))
        for place, least, most in places:
            part = [one for one in seated if least <= abs(one.held.spec.azimuth_deg or 0.0) < most]
            rows.append((f"{name}, camera {place}", part))
        rows.append((f"**{name}, standing**", [one for one in ones if one not in seated]))
        if phones == 1:
            for one in ones:
                real, taken = one.lag_s
                print(f"{one.held.name}: pictures at least {real:.3f} s old, taken for {taken:.3f} by {one.lag_by}")
    print(table(rows))


if __name__ == "__main__":
    main()
