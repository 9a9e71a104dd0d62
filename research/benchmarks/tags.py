"""Measure trunk rotation read from printed tags, on rendered people who wear them.

    python -m research.benchmarks.tags [--count 16]

Bodies, rooms, cameras and clothes come from the test cast with separate seeds. The sheets are wrinkled, crooked,
printed at 94 to 100 % of their size, and lag behind the body as cloth does; the arms are held as the sheets require.
Each take is evaluated with its tags, without them (same pictures, ordinary estimator), and by the naive estimate. Takes
with odd numbers twist past the stop limit four times, those with even numbers never pass caution. Pictures are cached;
the sheets are detected again in each run.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.capture.markers.reader import TagReader
from posecheck.capture.pose.landmark_file import load_track, save_track
from posecheck.capture.pose.mediapipe import MediaPipeEstimator
from posecheck.capture.pose.model_file import ensure
from posecheck.core.frame import Frame, Rgb
from posecheck.core.pose import PoseTrack
from research.datasets.scoring import Alarm, Sample, score
from research.datasets.takes import Spec, Take, folder
from research.synthetic.output.film import clip_angles, truth_table
from research.synthetic.output.render import Scene
from research.synthetic.scene.motion import Step
from research.synthetic.scene.scene import Clip
from research.synthetic.scene.tags import random_tags
from research.synthetic.scenes import random_clip

Split = Literal["dev", "test"]

FPS = 8.0
FIRST = {"dev": 5100, "test": 9100}
SIZES = ((640, 480), (640, 480), (1280, 720))
PLACES = (
    ("chair-twist", "hips", 0.0), ("standing-twist", "down", 20.0), ("chair-twist", "thighs", -20.0),
    ("standing-twist", "out", 0.0), ("seated-twist-cross-legged", "thighs", 0.0), ("chair-twist", "raised", 20.0),
    ("standing-twist", "hips", -40.0), ("chair-twist", "hips", 40.0),
)  # fmt: skip
"""Stretch, arms and azimuth of the camera in degrees; these arms leave both sheets in view, as the sheets require."""
JPEG = [cv2.IMWRITE_JPEG_QUALITY, 95]


@dataclass(frozen=True, slots=True)
class Worn:
    """Identify one take with tags.

    Attributes:
        split: The split that its body, look and room come from.
        number: Its number within the split.
        hold: How well the sheets follow the body, 0 to 1; None for a random value.
    """

    split: Split
    number: int
    hold: float | None = None

    @property
    def spec(self) -> Spec:
        """Return the stretch, seed and camera that the take is drawn from."""
        stretch, _, azimuth = PLACES[self.number % len(PLACES)]
        return Spec(stretch, FIRST[self.split] + self.number, self.split, "both-sides", azimuth)

    @property
    def size(self) -> tuple[int, int]:
        """Return the width and height of its pictures in pixels."""
        return SIZES[self.number % len(SIZES)]

    @property
    def name(self) -> str:
        """Return its file name, without ending."""
        return f"tags-{self.spec.name}" + ("" if self.hold is None else f"-hold{100 * self.hold:.0f}")


def clip_of(worn: Worn) -> Clip:
    """Draw the clip of a take: four twists to alternate sides."""
    spec, rng = worn.spec, np.random.default_rng([worn.number, 4711])
    _, arms, azimuth = PLACES[worn.number % len(PLACES)]
    clip = random_clip(
        spec.stretch, spec.seed, worn.split, azimuth_deg=azimuth + float(rng.uniform(-6, 6)), arms=arms,
        size_wh=worn.size, fps=FPS,
    )  # fmt: skip
    past = worn.number % 2 == 1
    side = float(rng.choice([-1.0, 1.0]))
    start: dict[str, float] = {"amount": 1.0} if "amount" in clip.motion[1].to else {}
    steps = [Step("neutral", seconds=1.8)]
    for i in range(4):
        far = float(rng.uniform(52.0, 66.0) if past else rng.uniform(10.0, 33.0))
        to = start | {
            "trunk_rotation": side * (-1.0) ** i * far,
            "trunk_lateral_flexion": float(rng.normal(0.0, 4.0)),
            "trunk_flexion": float(rng.normal(0.0, 4.0)),
            "pelvis_rotation": float(rng.uniform(0.0, 8.0)) * side * (-1.0) ** i,
        }
        steps += [Step("move", to=to, speed_deg_s=float(rng.uniform(45.0, 90.0))), Step("hold", seconds=0.7)]
    steps.append(Step("return", speed_deg_s=70.0))
    tags = random_tags(rng)
    tags = replace(tags, hold=tags.hold if worn.hold is None else worn.hold)
    return replace(clip, motion=tuple(steps), tags=tags)


def make(worn: Worn) -> Path:
    """Render a take and estimate its poses, unless it is cached; return the file of its landmarks."""
    path = folder() / f"{worn.name}.npz"
    if not path.exists():
        scene = Scene(clip_of(worn))
        keep_filmed(scene, path, JPEG, arms=scene.clip.habits.arms, hold=getattr(scene.clip.tags, "hold", None))
    return path


def keep_filmed(scene: Scene, path: Path, quality: Sequence[int], **more: object) -> None:
    """Render a scene, estimate its poses, and keep them, its pictures and its truth.

    Args:
        scene: The scene.
        path: The file of the landmarks; pictures and truth lie beside it, as `.pictures.npz`.
        quality: That of the pictures' JPEG, as OpenCV takes it.
        **more: What else is kept about the scene.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = [scene.truth(i) for i in range(len(scene))]
    jpegs, poses = [], []
    with MediaPipeEstimator(ensure()) as estimator:
        for i, frame in enumerate(frames):
            jpeg = cv2.imencode(".jpg", cv2.cvtColor(scene.picture(i), cv2.COLOR_RGB2BGR), quality)[1]
            jpegs.append(np.asarray(jpeg, np.uint8).ravel())
            poses.append(estimator.estimate(Frame(i, frame.time_s, picture_of(jpegs[-1]))))
    table = truth_table(scene, frames)
    about = {key: table[key] for key in ("name", "stretch", "camera", "neutral_s")} | more
    arrays: dict[str, Any] = {f"true_{name}": values for name, values in clip_angles(scene, frames).items()}
    arrays |= {"jpeg": np.concatenate(jpegs), "sizes": np.array([len(jpeg) for jpeg in jpegs])}
    np.savez(path.with_suffix(".pictures.npz"), about=np.array(json.dumps(about)), allow_pickle=False, **arrays)
    save_track(path, PoseTrack.of([f.time_s for f in frames], poses, scene.clip.camera.size_wh))


def picture_of(jpeg: NDArray[np.uint8]) -> Rgb:
    return np.asarray(cv2.cvtColor(np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR)), cv2.COLOR_BGR2RGB), np.uint8)


def load(worn: Worn) -> Take:
    """Return a take with the sheets detected in its pictures; render it first if it is not cached."""
    path = make(worn)
    with np.load(path.with_suffix(".pictures.npz"), allow_pickle=False) as data:
        about: dict[str, Any] = json.loads(str(data["about"]))
        truth = {name.removeprefix("true_"): data[name] for name in data.files if name.startswith("true_")}
        ends = np.cumsum(data["sizes"])
        pictures = np.split(data["jpeg"], ends[:-1])
    track, reader = load_track(path), TagReader()
    tags = [reader.read(picture_of(p), float(track.time_s[i]), track.pose(i)) for i, p in enumerate(pictures)]
    return Take(worn.spec, replace(track, tags=np.array(tags, np.float32)), truth, about)


def takes(split: Split, count: int, hold: float | None = None) -> Iterator[Take]:
    """Load takes one by one, with progress on the error stream.

    Args:
        split: The split.
        count: The number of takes.
        hold: How well the sheets follow the body, 0 to 1; None for random values.

    Yields:
        The takes.
    """
    for number in range(count):
        print(f"\rtakes with tags: {number + 1} of {count}", end="", file=sys.stderr, flush=True)
        yield load(Worn(split, number, hold))
    print(file=sys.stderr)


def without(take: Take) -> Take:
    """Return the same take as if no tags were worn."""
    return replace(take, track=replace(take.track, tags=np.full_like(take.track.tags, np.nan)))


def naive(samples: Sequence[Sample]) -> list[Sample]:
    """Return the samples with the naive estimate (degrees, -180 to 180) as the reading, and NaN as stated error."""
    return [replace(s, reading=(s.naive + 180.0) % 360.0 - 180.0, error=np.full_like(s.naive, np.nan)) for s in samples]


def figures(name: str, samples: Sequence[Sample], alarms: Sequence[Alarm] | None) -> str:
    truth, reading, stated = (np.concatenate([getattr(s, f) for s in samples]) for f in ("truth", "reading", "error"))
    there = np.isfinite(reading)
    off = (reading - truth)[there]
    cells = [name, f"{np.abs(off).mean():.1f}", f"{off.mean():+.1f}", f"{np.percentile(np.abs(off), 95):.1f}"]
    cells += [f"{100 * there.mean():.0f} %"]
    cells += [f"{np.nanmedian(stated):.1f}" if np.isfinite(stated).any() else "–"]
    cells += [f"{100 * (np.abs(off) <= stated[there]).mean():.0f} %" if np.isfinite(stated).any() else "–"]
    if alarms is None:
        return "| " + " | ".join([*cells, "–", "–", "–"]) + " |"
    due, hit = sum(a.due for a in alarms), sum(a.hit for a in alarms)
    quiet = [a for a in alarms if a.quiet]
    delays = [delay for a in alarms for delay in a.delays_s]
    cells += [f"{hit} of {due}", f"{np.median(delays):.2f}" if delays else "–"]
    cells += [f"{sum(a.false for a in quiet)} of {len(quiet)}"]
    return "| " + " | ".join(cells) + " |"


HEADS = ("trunk rotation", "MAE", "bias", "p95", "judged", "stated error", "inside it", "stops hit", "delay s",
         "false stops")  # fmt: skip


def table(made: Sequence[Take], angle: str = "trunk_rotation") -> str:
    """Return the figures of takes as a Markdown table.

    The rows give all takes with tags; parts of them by picture size, camera and distance; the ordinary estimator; and
    the
    naive estimate on the same pictures.

    Args:
        made: The takes.
        angle: The angle that is evaluated.
    """
    worn = [score(take) for take in made]
    plain = [score(without(take)) for take in made]

    def of(scored: Sequence[tuple[list[Sample], list[Alarm]]], rows: Sequence[int]) -> tuple[list[Sample], list[Alarm]]:
        samples = [s for i in rows for s in scored[i][0] if s.angle == angle]
        return samples, [a for i in rows for a in scored[i][1] if a.key.startswith(angle)]

    everyone = list(range(len(made)))
    width = [int(take.track.size_wh[0, 0]) for take in made]
    where = [abs(float(take.about["camera"]["azimuth_deg"])) for take in made]
    far = [float(take.about["camera"]["distance_m"]) for take in made]
    groups = {
        "**with tags**": everyone,
        "640x480": [i for i in everyone if width[i] == 640],
        "1280x720": [i for i in everyone if width[i] == 1280],
        "camera in front": [i for i in everyone if where[i] <= 30],
        "camera diagonally": [i for i in everyone if where[i] > 30],
        "nearer than 2.8 m": [i for i in everyone if far[i] < 2.8],
        "farther": [i for i in everyone if far[i] >= 2.8],
    }
    lines = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    lines += [figures(name, *of(worn, rows)) for name, rows in groups.items() if rows]
    samples, alarms = of(plain, everyone)
    lines.append(figures("the same without tags", samples, alarms))
    lines.append(figures("naive", naive(samples), None))
    return "\n".join(lines)


def report(split: Split = "test", count: int = 16) -> str:
    """Return the table and a line about the takes as Markdown, for docs/accuracy.md.

    Args:
        split: The split.
        count: The number of takes.
    """
    made = list(takes(split, count))
    seen = np.mean([np.isfinite(take.track.tags[:, :, 0]).mean(axis=0) for take in made], axis=0)
    chest, belt = (f"{100 * share:.0f} %" for share in seen)
    note = f"{count} takes of the {split} split with printed tags; chest seen {chest}, belt {belt} of the time."
    return f"{note}\n\n{table(made)}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=16, help="takes")
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--make", action="store_true", help="only render them")
    given = parser.parse_args()
    if given.make:
        for number in range(given.count):
            print(make(Worn(given.split, number)), flush=True)
        return
    print(report(given.split, given.count))


if __name__ == "__main__":
    main()
