"""Measure trunk rotation of rendered people who hold a phone at the chest.

    python -m research.benchmarks.phone.takes [--count 8]

Bodies, rooms, cameras and clothes come from the test cast with separate seeds. The phone's sensors, screen and hold
are those of research/synthetic/scene/phone.py; a printed belt sheet is worn too. Each take is evaluated with phone and
belt sheet, with the phone alone, and with neither; and as if the phone had also sent its readings over the network, by
a clock that had to be aligned. Takes with odd numbers twist past the stop limit, those with even numbers never pass
caution; on a chair the pelvis turns by up to 3 degrees, standing by up to 15. Pictures are cached; phone and sheet are
read again in each run.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.assessment.analysis import judge
from posecheck.capture.markers.phone.reader import PhoneReader
from posecheck.capture.markers.phone.record import PhoneRecord, align, laid
from posecheck.capture.markers.reader import TagReader
from posecheck.capture.pose.landmark_file import load_track
from posecheck.core.worn.phone import is_read, no_phone
from posecheck.stretches.library import find_stretch
from research.benchmarks.tags import HEADS, figures, keep_filmed, picture_of
from research.datasets.scoring import score
from research.datasets.takes import Spec, Take, folder
from research.synthetic.output.render import Scene
from research.synthetic.scene.motion import Step
from research.synthetic.scene.phone import random_phone
from research.synthetic.scene.scene import Clip
from research.synthetic.scene.tags import random_tags
from research.synthetic.scenes import random_clip

Split = Literal["dev", "test"]

FPS = 12.0
FIRST = {"dev": 6100, "test": 9900}
PLACES = (
    ("chair-twist", "crossed", 0.10, 0.0), ("chair-twist", "crossed", 0.10, 25.0),
    ("standing-twist", "hips", 0.02, 0.0), ("standing-twist", "hips", 0.02, -20.0),
    ("chair-twist", "thighs", 0.02, -40.0), ("chair-twist", "crossed", 0.10, -15.0),
    ("chair-twist", "crossed", 0.10, 60.0), ("standing-twist", "hips", 0.02, 20.0),
    ("chair-twist", "thighs", 0.02, 85.0), ("chair-twist", "crossed", 0.10, -85.0),
)  # fmt: skip
"""Stretch, arms, how far before the breastbone the phone is held, and azimuth of the camera in degrees."""
JPEG = [cv2.IMWRITE_JPEG_QUALITY, 85]


@dataclass(frozen=True, slots=True)
class Held:
    """Identify one take by its split and its number within the split."""

    split: Split
    number: int

    @property
    def spec(self) -> Spec:
        """Return the stretch, seed and camera that the take is drawn from."""
        stretch, _, _, azimuth = PLACES[self.number % len(PLACES)]
        return Spec(stretch, FIRST[self.split] + self.number, self.split, "both-sides", azimuth)

    @property
    def name(self) -> str:
        """Return its file name, without ending."""
        return f"phone-{self.spec.name}"


def clip_of(held: Held) -> Clip:
    """Draw the clip of a take: a twist to each side."""
    spec, rng = held.spec, np.random.default_rng([held.number, 1717])
    stretch, arms, ahead, azimuth = PLACES[held.number % len(PLACES)]
    clip = random_clip(stretch, spec.seed, held.split, azimuth_deg=azimuth, arms=arms, fps=FPS)
    past, side = held.number % 2 == 1, float(rng.choice([-1.0, 1.0]))
    steps = [Step("neutral", seconds=2.0)]
    for i in range(2):
        way = side * (-1.0) ** i
        to = {
            "trunk_rotation": way * float(rng.uniform(52.0, 64.0) if past else rng.uniform(12.0, 33.0)),
            "trunk_lateral_flexion": float(rng.normal(0.0, 4.0)),
            "trunk_flexion": float(rng.normal(0.0, 4.0)),
            "pelvis_rotation": way * float(rng.uniform(0.0, 15.0 if "standing" in stretch else 3.0)),
        }
        steps += [Step("move", to=to, speed_deg_s=float(rng.uniform(45.0, 90.0))), Step("hold", seconds=0.9)]
    steps.append(Step("return", speed_deg_s=70.0))
    phone = replace(random_phone(rng), ahead_m=ahead)
    tags = replace(random_tags(rng), worn=("belt",), shutter_s=phone.shutter_s)
    return replace(clip, motion=tuple(steps), phone=phone, tags=tags)


def make(held: Held) -> Path:
    """Render a take and estimate its poses, unless it is cached; return the file of its landmarks."""
    path = folder() / f"{held.name}.npz"
    if not path.exists():
        keep_filmed(Scene(clip_of(held)), path, JPEG)
    return path


def load(held: Held) -> Take:
    """Return a take with phone and sheet read in its pictures; render it first if it is not cached."""
    path = make(held)
    with np.load(path.with_suffix(".pictures.npz"), allow_pickle=False) as data:
        about: dict[str, Any] = json.loads(str(data["about"]))
        truth = {name.removeprefix("true_"): data[name] for name in data.files if name.startswith("true_")}
        pictures = np.split(data["jpeg"], np.cumsum(data["sizes"])[:-1])
    track, tags, phone = load_track(path), TagReader(), PhoneReader(back=True)
    sheets: list[NDArray[np.float32]] = []
    said: list[NDArray[np.float32]] = []
    for i, picture in enumerate(pictures):
        rgb, time_s, pose = picture_of(picture), float(track.time_s[i]), track.pose(i)
        sheets.append(tags.read(rgb, time_s, pose))
        reading = phone.read(rgb, time_s, pose)
        said.append(no_phone() if reading is None else reading.pack())
    for late in phone.take_late():
        said[int(np.searchsorted(track.time_s, late.time_s))] = late.reading.pack()
    return Take(held.spec, replace(track, tags=np.array(sheets), phone=np.array(said)), truth, about)


def sent(held: Held, take: Take) -> Take:
    """Return a take to which the phone's readings were sent over the network, by a clock of its own."""
    measured = Scene(clip_of(held)).measured
    assert measured is not None
    clock_s = float(np.random.default_rng([held.number, 3]).uniform(5.0, 500.0))
    record = PhoneRecord(measured[:, 0] + clock_s, *measured[:, 1:].T)
    offset_s = align(record, take.track)
    if offset_s is None:
        return take
    off_s = abs(offset_s - clock_s)
    return replace(take, track=laid(record, take.track, offset_s), about=take.about | {"clock_off_s": off_s})


def without(take: Take, *, phone: bool = False, belt: bool = False) -> Take:
    """Return the same take as if there were no phone, or no belt sheet."""
    track = take.track
    track = replace(track, phone=np.full_like(track.phone, np.nan)) if phone else track
    return replace(take, track=replace(track, tags=np.full_like(track.tags, np.nan)) if belt else track)


def table(made: Sequence[Take], over: Sequence[Take], angle: str = "trunk_rotation") -> str:
    """Return the figures of takes as a Markdown table.

    Args:
        made: The takes.
        over: The same with what the phone sent over the network.
        angle: The angle that is evaluated.
    """
    seated = [i for i, take in enumerate(made) if find_stretch(take.spec.stretch).pelvis == "still"]
    standing = [i for i in range(len(made)) if i not in seated]
    where = [abs(float(take.about["camera"]["azimuth_deg"])) for take in made]
    front = [i for i in seated if where[i] <= 30]
    aside = [i for i in seated if 30 < where[i] <= 65]
    beside = [i for i in seated if where[i] > 65]
    rows: tuple[tuple[str, Sequence[Take], dict[str, bool], list[int]], ...] = (
        ("**phone, seated**", made, {"belt": True}, seated),
        ("camera in front", made, {"belt": True}, front),
        ("camera diagonally", made, {"belt": True}, aside),
        ("camera at the side", made, {"belt": True}, beside),
        ("**phone by screen and network, seated**", over, {"belt": True}, seated),
        ("camera in front", over, {"belt": True}, front),
        ("camera diagonally", over, {"belt": True}, aside),
        ("camera at the side", over, {"belt": True}, beside),
        ("neither, seated", made, {"belt": True, "phone": True}, seated),
        ("**phone and belt sheet, standing**", made, {}, standing),
        ("**phone by screen and network, and belt sheet, standing**", over, {}, standing),
        ("phone, standing", made, {"belt": True}, standing),
        ("phone by screen and network, standing", over, {"belt": True}, standing),
        ("neither, standing", made, {"belt": True, "phone": True}, standing),
    )
    lines = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    for name, takes, given, which in rows:
        scored = [score(without(takes[i], **given)) for i in which]
        samples = [s for one in scored for s in one[0] if s.angle == angle]
        alarms = [a for one in scored for a in one[1] if a.key.startswith(angle)]
        if samples:
            lines.append(figures(name, samples, alarms))
    return "\n".join(lines)


def report(split: Split, count: int) -> str:
    """Return the tables and a line about the takes as Markdown, for docs/phone.md."""
    made, over = [], []
    for number in range(count):
        print(f"\rtakes with a phone: {number + 1} of {count}", end="", file=sys.stderr, flush=True)
        made.append(load(Held(split, number)))
        over.append(sent(Held(split, number), made[-1]))
    print(file=sys.stderr)
    read = np.mean([is_read(take.track.phone).mean() for take in made])
    counted = sum(judge(take.track, find_stretch(take.spec.stretch)).neutral is not None for take in made)
    clocks = [float(take.about["clock_off_s"]) for take in over if "clock_off_s" in take.about]
    note = f"{count} takes of the {split} split; the phone read in {100 * read:.0f} % of the pictures, "
    note += f"a neutral found in {counted}; by network, the clocks were brought together in {len(clocks)} takes, "
    note += f"within {max(clocks, default=0.0):.2f} seconds."
    side, lean = (table(made, over, angle) for angle in ("trunk_lateral_flexion", "trunk_flexion"))
    return f"{note}\n\n{table(made, over)}\n\nSide-bend:\n\n{side}\n\nLean:\n\n{lean}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=len(PLACES), help="takes")
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--make", action="store_true", help="only render them")
    given = parser.parse_args()
    if given.make:
        for number in range(given.count):
            print(make(Held(given.split, number)), flush=True)
        return
    print(report(given.split, given.count))


if __name__ == "__main__":
    main()
