"""Write a clip to disk: H.264 film and truth JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy.joints import NAMES
from research.synthetic.anatomy.rotations import Array
from research.synthetic.anatomy.truth import angles
from research.synthetic.output.events import find_events
from research.synthetic.output.render import FrameTruth, Scene
from research.synthetic.scene.scene import Clip


def write_film(path: Path, frames: Iterable[NDArray[np.uint8]], fps: float, crf: int = 24) -> None:
    """Write a film as H.264 in yuv420p, which browsers play.

    Args:
        path: The file to write.
        frames: RGB pictures (height, width, 3).
        fps: Frames per second.
        crf: H.264 quality; lower is better.
    """
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream: Any = None
        for rgb in frames:
            if stream is None:
                rate = Fraction(fps).limit_denominator(1001)
                stream = container.add_stream("libx264", rate=rate)
                stream.width, stream.height, stream.pix_fmt = rgb.shape[1], rgb.shape[0], "yuv420p"
                stream.options = {"crf": str(crf), "preset": "medium", "threads": "1"}
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode())


def _column(values: Array, digits: int) -> list[Any]:
    rounded = np.round(values.astype(float), digits)
    return [None if np.isnan(v) else (int(v) if digits == 0 else float(v)) for v in rounded]


def clip_angles(scene: Scene, frames: list[FrameTruth]) -> dict[str, Array]:
    """Return every angle (t,) of a clip in degrees.

    Args:
        scene: The clip.
        frames: The truth of its frames.

    Returns:
        By name; NaN where nobody is in the room or the angle has no meaning. `trunk_rotation_bone` and
        `trunk_flexion_bone` are measured at the bones instead of the joints.
    """
    world = np.array([f.world for f in frames])
    found = angles(world, [f.bones for f in frames], scene.neutral)
    found["trunk_rotation_bone"] = np.array([f.bones.trunk[0] for f in frames])
    found["trunk_flexion_bone"] = np.array([f.bones.trunk[2] for f in frames])
    present = np.array([f.present for f in frames])
    return {name: np.where(present, column, np.nan) for name, column in found.items()}


def truth_table(scene: Scene, frames: list[FrameTruth]) -> dict[str, Any]:
    """Return the truth of a clip as plain data: degrees to 0.1, pixels to 0.1, joints to a millimetre.

    Args:
        scene: The clip.
        frames: The truth of its frames.

    Returns:
        By name, ready for JSON. `image_xy_px` and `world_xyz_mm` hold for each landmark a flat list over frames: x0,
            y0,
        x1, y1, ... in pixels, and x0, y0, z0, x1, ... in millimetres from mid-hip in camera axes (x right, y down, z
        away). `camera.up_xyz` is the vertical in those axes: (0, -1, 0) only for a level camera.
    """
    clip, camera = scene.clip, scene.clip.camera
    found = clip_angles(scene, frames)
    events = find_events(found, dict(clip.limits), clip.fps, scene.neutral)
    image = np.array([f.image_xy for f in frames])
    mm = np.rint(1000.0 * np.array([f.camera_xyz for f in frames])).astype(int)
    return {
        "name": clip.name,
        "stretch": clip.stretch,
        "shows": clip.shows,
        "seed": clip.seed,
        "fps": clip.fps,
        "size_wh": list(camera.size_wh),
        "frames": len(frames),
        "neutral_s": [round(t, 3) for t in scene.curves.neutral_s],
        "camera": {
            "azimuth_deg": camera.azimuth_deg,
            "elevation_deg": camera.elevation_deg,
            "distance_m": camera.distance_m,
            "fov_deg": camera.fov_deg,
            "roll_deg": camera.roll_deg,
            "target": list(camera.target),
            "up_xyz": [round(float(v), 5) for v in camera.rotation[:, 1]],
        },
        "limits": {
            name: {k: v for k, v in vars(limit).items() if v is not None} for name, limit in clip.limits.items()
        },
        "events": [
            {
                "angle": e.angle,
                "kind": e.kind,
                "level": e.level,
                "start_s": round(e.start_s, 3),
                "end_s": round(e.end_s, 3),
                ("worst_deg" if e.kind == "over" else "worst_deg_s"): round(e.worst, 1),
            }
            for e in events
        ],
        "present": [int(f.present) for f in frames],
        "angles_deg": {name: _column(column, 1) for name, column in found.items()},
        "landmarks": list(NAMES),
        "image_xy_px": [_column(image[:, i].ravel(), 1) for i in range(33)],
        "world_xyz_mm": [mm[:, i].ravel().tolist() for i in range(33)],
    }


def write_truth(clip: Clip, folder: Path) -> Path:
    """Write only the truth of a clip, which needs no drawing.

    Args:
        clip: The clip.
        folder: The folder to write to.

    Returns:
        The file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scene = Scene(clip)
    path = folder / f"{clip.name}.truth.json"
    table = truth_table(scene, [scene.truth(i) for i in range(len(scene))])
    path.write_text(json.dumps(table, separators=(",", ":")) + "\n", encoding="utf-8")
    return path


def write_clip(clip: Clip, folder: Path, crf: int = 24) -> tuple[Path, Path]:
    """Render a clip and write its film and its truth.

    Args:
        clip: The clip.
        folder: The folder to write to.
        crf: H.264 quality; lower is better.

    Returns:
        The film and the truth file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scene = Scene(clip)
    film = folder / f"{clip.name}.mp4"
    write_film(film, (scene.picture(i) for i in range(len(scene))), clip.fps, crf)
    return film, write_truth(clip, folder)
