"""Still pictures of the right and the wrong way to do each stretch, small enough to ship with the app."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2

from research.synthetic.anatomy.body import Shape, make_body
from research.synthetic.anatomy.pose import Leg
from research.synthetic.output.render import Picture, Scene
from research.synthetic.scene.motion import Step
from research.synthetic.scene.rooms import Room
from research.synthetic.scene.scene import Bystander, Clip, default_camera
from research.synthetic.scene.stage import Habits, Stage
from research.synthetic.scene.stretches import HOOK, STRETCHES, SUPINE, Posture, Stretch, both
from research.synthetic.scene.wardrobe import Look

TABLE = Path(__file__).with_name("pictures.toml")
SIZE_WH = (480, 400)
QUALITY = 74
"""WebP quality, out of 100; it keeps a picture below 15 kB."""
SHAPE = Shape(gender=0.1, age=0.45, weight=0.45, height=0.5)
LOOK = Look(top_rgb=(0.16, 0.42, 0.58), bottom_rgb=(0.20, 0.23, 0.27), bottom="leggings", hair="bun")
OTHER_LOOK = Look(top_rgb=(0.62, 0.62, 0.60), bottom_rgb=(0.36, 0.34, 0.32), hair="crop")
ROOM = Room(
    wall_rgb=(0.90, 0.94, 0.94),
    floor="carpet",
    floor_rgb=(0.74, 0.77, 0.77),
    window=False,
    plant=False,
    picture=False,
    mat_rgb=(0.42, 0.52, 0.56),
)

WARNINGS: dict[str, tuple[str, Stretch]] = {
    "bridge": (
        "knees-to-chest",
        Stretch(
            Posture(HOOK, "beside", pelvis_pitch=SUPINE, feet_down="LR"),
            Posture(
                both(Leg(flexion=-30.0, abduction=6.0, knee=92.0, ankle=30.0)),
                "overhead",
                pelvis_pitch=-104.0,
                trunk_flexion=-58.0,
                neck_flexion=-44.0,
            ),
            "floor",
            ("mat",),
            sides=False,
            target_height=0.4,
            distance_m=3.3,
        ),
    ),
    "bed-edge": (
        "knees-to-chest",
        Stretch(
            Posture(HOOK, "beside", pelvis_pitch=SUPINE),
            Posture(
                both(Leg(flexion=0.0, abduction=6.0, knee=2.0, ankle=-20.0)),
                "overhead",
                pelvis_pitch=SUPINE,
                trunk_flexion=-34.0,
                neck_flexion=-44.0,
            ),
            "floor",
            ("bed",),
            sides=False,
            target_height=0.45,
            distance_m=3.3,
        ),
    ),
    "bear-hug": ("standing-twist", Stretch(Posture(arms="down"), Posture(arms="down"), sides=False)),
}
"""Postures of stretches that are not coached: a coached stretch to take the camera from, and their own posture."""


def pictures(table: Path = TABLE) -> Iterator[tuple[str, Picture]]:
    """Yield (name, RGB picture): `chair-twist-right` and `chair-twist-wrong` for every entry of the table."""
    for name, entry in tomllib.loads(table.read_text(encoding="utf-8")).items():
        for way in ("right", "wrong"):
            if way in entry:
                yield f"{name}-{way}", _picture(name, entry, way)


def write(folder: Path, names: tuple[str, ...] = ()) -> Iterator[Path]:
    """Write the pictures as WebP.

    Args:
        folder: The folder to write to.
        names: Only these stretches; empty for all.

    Yields:
        The path of each picture.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, rgb in pictures():
        if names and name.rpartition("-")[0] not in names:
            continue
        path = folder / f"{name}.webp"
        cv2.imwrite(str(path), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
        yield path


def _picture(name: str, entry: Mapping[str, Any], way: str) -> Picture:
    scene = entry.get("scene", name)
    posed, own = WARNINGS.get(scene, (scene, None))
    made = Scene(clip_of(name, posed, entry, dict(entry[way])))
    if own is not None:
        made.stage = Stage(make_body(SHAPE), own, made.clip.habits)
    return made.picture(len(made) - 1)


def clip_of(name: str, posed: str, entry: Mapping[str, Any], to: dict[str, float]) -> Clip:
    """Return the clip of a picture.

    Args:
        name: The picture's stretch.
        posed: The stretch whose posture and camera it takes.
        entry: Its row of the table.
        to: The channels at its end.
    """
    camera = default_camera(posed)
    azimuth = float(entry.get("azimuth", 0.0))
    near = float(entry.get("near", 0.8 if STRETCHES[posed].support == "floor" else 0.94))
    height = float(entry.get("target", camera.target[1]))
    camera = replace(
        camera,
        azimuth_deg=azimuth,
        elevation_deg=float(entry.get("elevation", 4.0)),
        distance_m=float(entry.get("distance", camera.distance_m * near)),
        target=(0.0, height, 0.0),
        size_wh=SIZE_WH,
    )
    other = entry.get("other")
    return Clip(
        name=name,
        stretch=posed,
        seed=1,
        motion=(Step("neutral", seconds=0.2), Step("move", seconds=0.4, to=to), Step("hold", seconds=0.2)),
        shape=SHAPE,
        look=LOOK,
        camera=camera,
        room=ROOM,
        habits=Habits(arms=entry.get("arms", ""), head="follow", sway=0.0, camera_azimuth_deg=azimuth),
        bystander=None if other is None else Bystander(Shape(gender=0.9, weight=0.5), OTHER_LOOK, **other),
        fps=10.0,
        noise=0.0,
        blur_px=0.3,
    )
