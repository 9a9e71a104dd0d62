"""The move of each coached stretch as a drawn figure: where its joints go, from the start position to the target.

    python -m research.moves

Writes posecheck/live/large/moves.json. The figures are those of the still pictures (pictures.toml) with the camera that
took them, so nobody is rendered: a joint is where the posed skeleton has it.
"""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from posecheck.live.large.moves import FILE, FRAMES, JOINTS
from posecheck.stretches.library import all_stretches
from research.synthetic.output.pictures import TABLE, clip_of
from research.synthetic.output.render import Scene
from research.synthetic.scene.motion import Step

PER = 1000
"""Coordinates are whole numbers, of which this many are the longer side of what the figure takes up."""
FURTHER = {"foam-roller": {"forward_m": -0.25}}
"""What moves beside the channels of the still picture, where that shows no move."""
MOTION = (("neutral", 0.2), ("move", 2.0), ("hold", 0.4))


def moves() -> Iterator[tuple[str, list[list[int]]]]:
    """Yield (id, frames): each frame holds x and y of every joint, from the start position to the target."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    for name, stretch in all_stretches().items():
        if stretch.advice != "block":
            yield name, _move(name, table[name])


def _move(name: str, entry: dict[str, Any]) -> list[list[int]]:
    to = {**dict(entry["right"]), **FURTHER.get(name, {})}
    clip = clip_of(name, str(entry.get("scene", name)), entry, to)
    steps = tuple(Step(kind, seconds=seconds, to=to if kind == "move" else {}) for kind, seconds in MOTION)
    scene = Scene(replace(clip, motion=steps, fps=20.0))
    first, last = scene.curves.neutral_s[1], sum(seconds for _, seconds in MOTION[:2])
    at = np.linspace(first, last, FRAMES)
    frames = np.abs(scene.curves.time_s[None, :] - at[:, None]).argmin(axis=1)
    joints = np.array([scene.truth(int(i)).image_xy[list(JOINTS)] for i in frames])
    joints -= joints.min(axis=(0, 1))
    return np.rint(joints / joints.max() * PER).astype(int).reshape(FRAMES, -1).tolist()  # type: ignore[no-any-return]


def main() -> None:
    """Write the file anew."""
    Path(FILE).write_text(json.dumps(dict(moves()), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{FILE.name} {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
