"""How often the marker of a phone is read, and read wrongly, in single pictures.

    python -m research.benchmarks.phone.marker [--count 200] [--only NAME] [--near]

A phone that shows a random message is filmed (filmed.py) before the chest of a person of the sample videos, whose
picture is scaled to the phone's distance. With --near the search is left out and the marker's place is known within
two thirds of a pixel, as while it is followed: that is several times faster, and shows what the code itself does.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.capture.markers.phone.code import MESSAGE_BITS, grid
from posecheck.capture.markers.phone.fit import DOUBT, Seen, fit
from posecheck.capture.markers.phone.follow import BLUR_PX
from posecheck.capture.markers.phone.reader import PAST, PhoneReader
from posecheck.core.pose import Pose
from research.benchmarks.phone.filmed import Filmed, film, screen

VIDEOS = Path(__file__).parents[3] / "sample_videos"
CLIPS = ("chair-twist-good-form", "chair-twist-over-rotation", "standing-twist-over-rotation", "chair-twist-too-abrupt")
TRUNK_M = 0.5
PLACE_PX = 0.4
"""How far off the place is from which a marker is fitted with --near, standard deviation."""
NAMES: dict[str, Filmed] = {
    "front, 2 m": Filmed(distance_m=2.0),
    "front, 3 m": Filmed(),
    "front, 3 m, 90 deg/s": Filmed(speed_deg_s=90.0),
    "turned 40, 3 m": Filmed(yaw=40.0),
    "turned 55, 3 m": Filmed(yaw=55.0),
    "turned 55, 3 m, 90 deg/s": Filmed(yaw=55.0, speed_deg_s=90.0),
    "turned 55, 3 m, 90 deg/s, 1/30 s": Filmed(yaw=55.0, speed_deg_s=90.0, shutter_s=1 / 30),
    "turned 65, 3 m": Filmed(yaw=65.0),
    "turned 55, 4 m": Filmed(yaw=55.0, distance_m=4.0),
    "front, 4 m": Filmed(distance_m=4.0),
    "turned 55, 3 m, heavy compression": Filmed(yaw=55.0, jpeg=35),
    "turned 55, 3 m, dim screen, noise": Filmed(yaw=55.0, white=110.0, black=30.0, noise=6.0),
    "turned 55, 3 m, over-bright": Filmed(yaw=55.0, white=330.0),
    "turned 40, 3 m, glare": Filmed(yaw=40.0, glare=190.0),
    "two shown, 80 : 20": Filmed(yaw=30.0, shown=0.8),
    "two shown, 50 : 50": Filmed(yaw=30.0, shown=0.5),
    "two shown, torn": Filmed(yaw=30.0, torn=True),
    "a quarter covered": Filmed(yaw=30.0, covered=0.25),
    "half covered": Filmed(yaw=30.0, covered=0.5),
    "upside down": Filmed(yaw=30.0, roll=180.0),
}


HARD = list(NAMES)[list(NAMES).index("turned 55, 3 m, dim screen, noise") :]


@dataclass(frozen=True, slots=True)
class Behind:
    """Hold a picture of a person, and their landmarks (33, 2) in pixels."""

    rgb: NDArray[np.uint8]
    image_xy: NDArray[np.float64]


@cache
def pictures() -> tuple[Behind, ...]:
    """Return every tenth picture of the sample videos."""
    out = []
    for name in CLIPS:
        truth = json.loads((VIDEOS / f"{name}.truth.json").read_text(encoding="utf-8"))
        marks = np.array(truth["image_xy_px"], np.float64).reshape(33, -1, 2).transpose(1, 0, 2)
        with av.open(str(VIDEOS / f"{name}.mp4")) as container:
            for i, frame in enumerate(container.decode(video=0)):
                if i % 10 == 0 and i < len(marks):
                    out.append(Behind(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), marks[i]))
    return tuple(out)


def scaled(behind: Behind, filmed: Filmed) -> Behind:
    """Return the picture at the phone's distance."""
    xy = behind.image_xy
    tall = float(np.linalg.norm(xy[[11, 12]].mean(axis=0) - xy[[23, 24]].mean(axis=0)))
    by = TRUNK_M * filmed.focal_px / filmed.distance_m / tall
    way = cv2.INTER_AREA if by < 1 else cv2.INTER_LINEAR
    rgb = np.asarray(cv2.resize(behind.rgb, None, fx=by, fy=by, interpolation=way), np.uint8)
    return Behind(rgb, xy * by)


@dataclass(frozen=True, slots=True)
class Shot:
    """Hold successive pictures of a phone, the marker's place in the last, and the messages that it shows."""

    pictures: tuple[NDArray[np.uint8], ...]
    image_xy: NDArray[np.float64]
    place: NDArray[np.float64]
    messages: tuple[int, ...]


def shots(filmed: Filmed, count: int, seed: int, before: int = 0) -> Iterator[Shot]:
    """Film a phone.

    Args:
        filmed: How.
        count: How often.
        seed: The seed.
        before: Pictures before the one to read, with other messages in the same place.

    Yields:
        The pictures.
    """
    rng = np.random.default_rng(seed)
    for _ in range(count):
        now = replace(
            filmed,
            yaw=filmed.yaw * float(rng.choice([-1.0, 1.0])),
            pitch=float(rng.normal(0.0, 6.0)),
            roll=filmed.roll + float(rng.normal(0.0, 4.0)),
            blur_px=float(rng.uniform(0.5, 0.75)),
            side=str(rng.choice(["below", "above", "left", "right"])),
        )
        behind = scaled(pictures()[int(rng.integers(len(pictures())))], now)
        xy = behind.image_xy
        middle = 0.72 * xy[[11, 12]].mean(axis=0) + 0.28 * xy[[23, 24]].mean(axis=0)
        at = middle + rng.normal(0.0, 0.04, 2) * filmed.focal_px / filmed.distance_m
        many = 2 if filmed.torn or filmed.shown < 1.0 else 1
        films = []
        for _ in range(before + 1):
            messages = tuple(int(v) for v in rng.integers(1 << MESSAGE_BITS, size=many))
            screens = [screen(grid(number), now, rng) for number in messages]
            # Nobody holds quite still.
            near = at + rng.normal(0.0, 0.15, 2)
            films.append(film(screens, now, (float(near[0]), float(near[1])), behind.rgb, rng))
        yield Shot(tuple(picture for picture, _ in films), xy, films[-1][1], messages)


def read(shot: Shot, near: bool, rng: np.random.Generator) -> Seen | None:
    """Return the marker that is found in the last picture, from near its place or by searching."""
    if near:
        gray = np.asarray(cv2.cvtColor(shot.pictures[-1], cv2.COLOR_RGB2GRAY), np.float32)
        place = shot.place
        if place[2, 1] < 0:  # upside down: what is upright there
            place = np.stack([place.sum(axis=0), -place[1], -place[2]])
        return fit(gray, place + rng.normal(0.0, PLACE_PX, (3, 2)), BLUR_PX)
    height, width, _ = shot.pictures[0].shape
    pose = Pose(0.0, shot.image_xy, np.zeros((33, 3)), np.ones(33), (width, height))
    reader = PhoneReader()
    for i, picture in enumerate(shot.pictures[:-1]):
        reader.read(picture, i / 30, None)
    reader.read(shot.pictures[-1], PAST / 30, pose)
    return reader.seen


def row(name: str, filmed: Filmed, count: int, near: bool) -> tuple[str, int, list[float]]:
    """Return a row of the table, the number of wrong readings, and how near each wrong marker came to being believed.

    The last are what the most likely marker leaves unexplained over what the next one leaves, where it is a wrong one;
    it is believed below DOUBT.
    """
    rng, right, wrong, explained = np.random.default_rng(3), 0, 0, []
    misled: list[float] = []
    for shot in shots(filmed, count, 20261130, 0 if near else PAST - 1):
        seen = read(shot, near, rng)
        if seen is None:
            continue
        explained.append(seen.explained)
        if seen.number not in shot.messages:
            misled.append((1.0 - seen.explained) / max(1.0 - seen.rival, 1e-9))
        if not seen.sure:
            continue
        # Of two that are shown either is right.
        right, wrong = right + (seen.number in shot.messages), wrong + (seen.number not in shot.messages)
    best = f"{np.median(explained):.2f}" if explained else "–"
    return f"| {name} | {100 * right / count:.1f} % | {wrong} of {count} | {best} |", wrong, misled


def tail(misled: list[float], total: int) -> str:
    """Return how rare a wrong marker is that is believed, by the exponential tail of those that were most likely."""
    ratios = np.array(misled)
    far = np.sort(ratios)[: max(10, len(ratios) // 4)]
    if len(ratios) < 10:
        return f"the most likely marker was wrong in {len(ratios)} of {total} pictures"
    # Above the smallest quarter's upper end all is bulk; below it the numbers fall off exponentially.
    edge = float(far[-1])
    fall = float(np.mean(edge - far))
    share = len(far) / total * float(np.exp(-(edge - DOUBT) / fall))
    counts = ", ".join(f"{int((ratios < limit).sum())} below {limit}" for limit in (0.4, 0.5, 0.6, 0.7))
    return (
        f"the most likely marker was wrong in {len(ratios)} of {total} pictures ({counts}; believed below {DOUBT}); "
        f"their tail falls by e in each {fall:.3f}: {share:.1e} of all pictures would be believed"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="pictures for each row")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--hard", action="store_true", help="only the rows that should not be read, or hardly")
    parser.add_argument("--near", action="store_true", help="begin near the marker's place instead of searching")
    given = parser.parse_args()
    print("| phone | read | read wrongly | contrast explained |\n|---|---|---|---|")
    wrong, total, misled = 0, 0, list[float]()
    for name, filmed in NAMES.items():
        if given.only in name and (not given.hard or name in HARD):
            line, bad, off = row(name, filmed, given.count, given.near)
            wrong, total, misled = wrong + bad, total + given.count, misled + off
            print(line, flush=True)
    print(f"\nRead wrongly: {wrong} of {total}; {tail(misled, total)}.")


if __name__ == "__main__":
    main()
