"""The same takes with printed sheets instead of a phone, and with a second phone at the pelvis.

    python -m research.benchmarks.phone.others [--count 10]

For the sheets, people, rooms, cameras and movements are those of takes.py, rendered anew, but the arms are held as the
sheets require: at the hips instead of crossed over the chest. The second phone's screen is not rendered: its sensors
measure the pelvis' turn, and what it would show then is taken as read in the pictures in which the belt sheet was read.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from posecheck.capture.markers.phone.code import Message
from posecheck.capture.markers.phone.reader import reading_of
from posecheck.capture.markers.reader import TagReader
from posecheck.capture.pose.landmark_file import load_track
from posecheck.core.worn.phone import no_phone
from posecheck.core.worn.sheet import BELT, is_seen
from posecheck.stretches.library import find_stretch
from research.benchmarks.phone.takes import JPEG, Held, clip_of, load, sent, without
from research.benchmarks.tags import HEADS, figures, keep_filmed, picture_of
from research.datasets.scoring import score
from research.datasets.takes import Take, folder
from research.synthetic.output.render import Scene
from research.synthetic.scene import phone
from research.synthetic.scene.scene import Clip


def sheets_clip(held: Held) -> Clip:
    """Return the clip of a take whose person wears chest and belt sheet, and holds no phone."""
    clip = clip_of(held)
    assert clip.tags is not None
    habits = replace(clip.habits, arms="hips") if clip.habits.arms == "crossed" else clip.habits
    return replace(clip, habits=habits, phone=None, tags=replace(clip.tags, worn=("chest", "belt")))


def make_sheets(held: Held) -> Path:
    """Render a take with sheets, unless it is cached; return the file of its landmarks."""
    path = folder() / f"{held.name}-sheets.npz"
    if not path.exists():
        keep_filmed(Scene(sheets_clip(held)), path, JPEG)
    return path


def load_sheets(held: Held) -> Take:
    """Return a take with sheets, detected in its pictures."""
    path = make_sheets(held)
    with np.load(path.with_suffix(".pictures.npz"), allow_pickle=False) as data:
        about = json.loads(str(data["about"]))
        truth = {name.removeprefix("true_"): data[name] for name in data.files if name.startswith("true_")}
        pictures = np.split(data["jpeg"], np.cumsum(data["sizes"])[:-1])
    track, reader = load_track(path), TagReader()
    tags = [reader.read(picture_of(one), float(track.time_s[i]), track.pose(i)) for i, one in enumerate(pictures)]
    return Take(held.spec, replace(track, tags=np.array(tags, np.float32)), truth, about)


def second_of(held: Held) -> phone.Screen:
    """Return the screen of a second phone, at the pelvis of a take's person, with what its sensors measure."""
    scene = Scene(clip_of(held))
    turned = np.array([scene.skeleton(i).rotation("root") for i in range(len(scene))])
    worn = phone.random_phone(np.random.default_rng([held.number, 88]))
    since = turned @ turned[0].T
    return phone.run(worn, scene.curves.time_s, worn.hold * phone.angles(since))


def with_second(held: Held, take: Take) -> Take:
    """Return a take with a second phone at the pelvis instead of the belt sheet."""
    screen = second_of(held)
    where = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    seen = is_seen(take.track.tags)[:, BELT]
    said = [
        reading_of(replace(Message.of(screen.at(float(time_s))), belt=True), where).pack() if there else no_phone()
        for time_s, there in zip(take.track.time_s, seen, strict=True)
    ]
    return replace(without(take, belt=True), track=replace(without(take, belt=True).track, belt_phone=np.array(said)))


def table(rows: Sequence[tuple[str, Sequence[Take]]]) -> str:
    """Return the figures of trunk rotation as a Markdown table, seated and standing."""
    lines = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    for still, where in ((True, "seated"), (False, "standing")):
        for name, takes in rows:
            some = [take for take in takes if (find_stretch(take.spec.stretch).pelvis == "still") == still]
            scored = [score(take) for take in some]
            samples = [s for one in scored for s in one[0] if s.angle == "trunk_rotation"]
            alarms = [a for one in scored for a in one[1] if a.key.startswith("trunk_rotation")]
            if samples:
                lines.append(figures(f"{name}, {where}", samples, alarms))
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10, help="takes")
    given = parser.parse_args()
    all_held = [Held("test", number) for number in range(given.count)]
    made = [load(held) for held in all_held]
    pairs = list(zip(all_held, made, strict=True))
    rows = (
        ("chest phone", [without(take, belt=True) for take in made]),
        ("chest phone and belt sheet", made),
        ("two phones", [with_second(one, take) for one, take in pairs]),
        ("two phones, the chest's by network too", [with_second(one, sent(one, take)) for one, take in pairs]),
        ("printed sheets", [load_sheets(held) for held in all_held]),
        ("none", [without(take, phone=True, belt=True) for take in made]),
    )
    print(table(rows))


if __name__ == "__main__":
    main()
