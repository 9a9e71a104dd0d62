"""A clip as data: one small TOML file describes all of it, with a seed for what is random.

stretch = "chair-twist"
seed = 7
shows = "turns past the limit"
[body]    gender, age, weight, muscle, height, proportions (0..1), ancestry = [african, asian, caucasian]
[style]   skin, hair, hair_rgb, top, pattern, top_rgb, ... (see wardrobe.Look)
[camera]  azimuth_deg, elevation_deg, distance_m, fov_deg, roll_deg, target
[room]    wall, floor, window, plant, ... (see rooms.Room)
[habits]  arms, head, side = "left" | "right", sway
[limits.trunk_rotation]  caution = 40, stop = 45   (and: min_s = 0.3, release = 3, speed_stop = 100)
[[motion]]  do = "move", trunk_rotation = 30, speed = 25
[bystander] forward_m, side_m, turn_deg, and its own body and style tables
[tags]    printed sheets on chest and belt: scale, wrinkle_mm, ... (see tags.Tags)
[phone]   a phone held at the chest: crooked_deg, hold, ... (see phone.Phone)
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from research.synthetic.anatomy.arms import STYLES
from research.synthetic.anatomy.body import Shape
from research.synthetic.raster.camera import Camera
from research.synthetic.scene.motion import Step
from research.synthetic.scene.phone import Phone
from research.synthetic.scene.rooms import Room
from research.synthetic.scene.stage import HEADS, Habits
from research.synthetic.scene.stretches import STRETCHES
from research.synthetic.scene.tags import Tags
from research.synthetic.scene.wardrobe import Look

T = TypeVar("T")
FOLDER = Path(__file__).parents[1] / "scenes"


class SceneError(ValueError):
    """A scene file that cannot be used; the message names file, key, what was expected and what was found."""


@dataclass(frozen=True)
class Limit:
    """Limits of one angle, degrees, and of its speed, degrees per second.

    Attributes:
        caution: Caution limit of the angle; None for none.
        stop: Stop limit of the angle.
        speed_caution: Caution limit of the speed.
        speed_stop: Stop limit of the speed.
        min_s: The least time over a limit for an event.
        release: How far below the limit an event ends.
        direction: 0 for both signs, +1 for positive values only, -1 for negative values only.
        from_neutral: Whether the angle's mean over the clip's neutral is subtracted first.
    """

    caution: float | None = None
    stop: float | None = None
    speed_caution: float | None = None
    speed_stop: float | None = None
    min_s: float = 0.3
    release: float = 3.0
    direction: float = 0.0
    from_neutral: bool = True


@dataclass(frozen=True)
class Bystander:
    """A second person who stands still in the room."""

    shape: Shape = field(default_factory=Shape)
    look: Look = field(default_factory=Look)
    forward_m: float = -1.2
    side_m: float = 0.8
    turn_deg: float = 0.0


@dataclass(frozen=True)
class Clip:
    """One clip: everything that `research.synthetic.output.render` needs.

    Attributes:
        shutter_s: How long the shutter is open, seconds; 0 for sharp pictures. Sheets that are worn have their own.
    """

    name: str
    stretch: str
    seed: int
    motion: tuple[Step, ...]
    shape: Shape = field(default_factory=Shape)
    look: Look = field(default_factory=Look)
    camera: Camera = field(default_factory=Camera)
    room: Room = field(default_factory=Room)
    habits: Habits = field(default_factory=Habits)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    bystander: Bystander | None = None
    shows: str = ""
    fps: float = 30.0
    noise: float = 2.2
    blur_px: float = 0.45
    shutter_s: float = 0.0
    tags: Tags | None = None
    phone: Phone | None = None

    def __post_init__(self) -> None:
        if self.stretch not in STRETCHES:
            raise ValueError(f"stretch: expected one of {', '.join(sorted(STRETCHES))}, found {self.stretch!r}")

    def sized(self, size_wh: tuple[int, int]) -> Clip:
        """Return the clip with another picture width and height."""
        return replace(self, camera=replace(self.camera, size_wh=size_wh))


def _tuple(value: Any) -> Any:
    return tuple(_tuple(v) for v in value) if isinstance(value, list) else value


def _make(kind: type[T], table: Mapping[str, Any], where: str, base: T | None = None) -> T:
    """Return a dataclass built from a TOML table; a mistake raises SceneError with one clear line."""
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    given: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise SceneError(f"{where}.{key}: expected one of {', '.join(known)}, found {key!r}")
        default = getattr(base if base is not None else kind(), key)
        wanted = (int, float) if isinstance(default, float) and not isinstance(default, bool) else type(default)
        if default is not None and not isinstance(_tuple(value), wanted):
            name = "a number" if isinstance(default, float) else type(default).__name__
            raise SceneError(f"{where}.{key}: expected {name}, found {value!r}")
        given[key] = float(value) if isinstance(default, float) else _tuple(value)
    try:
        return replace(base, **given) if base is not None else kind(**given)  # type: ignore[type-var]
    except ValueError as error:
        raise SceneError(f"{where.split(':')[0]}: {error}") from error


def _step(table: Mapping[str, Any], where: str) -> Step:
    rest = dict(table)
    try:
        kind = rest.pop("do")
    except KeyError:
        raise SceneError(f"{where}.do: expected what to do, found none") from None
    names = {
        "seconds": "seconds",
        "speed": "speed_deg_s",
        "size": "size_deg",
        "times": "times",
        "channel": "channel",
    }
    own = {names[k]: rest.pop(k) for k in list(rest) if k in names}
    for key, value in rest.items():
        if not isinstance(value, (int, float)):
            raise SceneError(f"{where}.{key}: expected a number, found {value!r}")
    try:
        return Step(kind, to={k: float(v) for k, v in rest.items()}, **own)
    except ValueError as error:
        raise SceneError(f"{where.split(':')[0]}: {error}") from error


def _habits(table: Mapping[str, Any], where: str) -> Habits:
    rest = dict(table)
    side = rest.pop("side", "left")
    if side not in ("left", "right"):
        raise SceneError(f"{where}.side: expected left or right, found {side!r}")
    if rest.get("head", "follow") not in HEADS:
        raise SceneError(f"{where}.head: expected one of {', '.join(HEADS)}, found {rest['head']!r}")
    if rest.get("arms", "") not in ("", *STYLES):
        raise SceneError(f"{where}.arms: expected one of {', '.join(sorted(STYLES))}, found {rest['arms']!r}")
    return replace(_make(Habits, rest, where), side=1.0 if side == "left" else -1.0)


def default_camera(stretch: str) -> Camera:
    """Return the camera that frames a stretch; a scene file may change it."""
    kind = STRETCHES[stretch]
    height = kind.target_height if kind.support != "feet" else 0.86
    return Camera(distance_m=kind.distance_m if kind.support != "feet" else 3.0, target=(0.0, height, 0.0))


def clip_from_table(table: Mapping[str, Any], name: str, where: str) -> Clip:
    """Return the clip of a parsed scene file.

    Args:
        table: The parsed scene.
        name: The clip's name.
        where: The name of the file, for messages.

    Raises:
        SceneError: If a key or value is wrong.
    """
    known = [
        "stretch",
        "seed",
        "shows",
        "fps",
        "noise",
        "blur_px",
        "body",
        "style",
        "camera",
        "room",
        "habits",
        "limits",
        "motion",
        "bystander",
        "tags",
        "phone",
    ]
    for key in table:
        if key not in known:
            raise SceneError(f"{where}: {key}: expected one of {', '.join(known)}, found {key!r}")
    stretch = table.get("stretch")
    if stretch not in STRETCHES:
        raise SceneError(f"{where}: stretch: expected one of {', '.join(sorted(STRETCHES))}, found {stretch!r}")
    seed = table.get("seed")
    if not isinstance(seed, int):
        raise SceneError(f"{where}: seed: expected a whole number, found {seed!r}")
    steps = table.get("motion", [])
    if not steps:
        raise SceneError(f"{where}: motion: expected at least one step, found none")
    camera = _make(Camera, table.get("camera", {}), f"{where}: camera", default_camera(stretch))
    habits = _habits(table.get("habits", {}), f"{where}: habits")
    bystander = None
    if "bystander" in table:
        rest = dict(table["bystander"])
        shape = _make(Shape, rest.pop("body", {}), f"{where}: bystander.body")
        look = _make(Look, rest.pop("style", {}), f"{where}: bystander.style")
        bystander = _make(Bystander, rest, f"{where}: bystander", Bystander(shape, look))
    limits = table.get("limits", {})
    return Clip(
        name=name,
        stretch=stretch,
        seed=seed,
        motion=tuple(_step(s, f"{where}: motion[{i}]") for i, s in enumerate(steps)),
        shape=_make(Shape, table.get("body", {}), f"{where}: body"),
        look=_make(Look, table.get("style", {}), f"{where}: style"),
        camera=camera,
        room=_make(Room, table.get("room", {}), f"{where}: room"),
        habits=replace(habits, camera_azimuth_deg=camera.azimuth_deg),
        limits={k: _make(Limit, v, f"{where}: limits.{k}") for k, v in limits.items()},
        bystander=bystander,
        shows=str(table.get("shows", "")),
        fps=float(table.get("fps", 30.0)),
        noise=float(table.get("noise", 2.2)),
        blur_px=float(table.get("blur_px", 0.45)),
        tags=_make(Tags, table["tags"], f"{where}: tags") if "tags" in table else None,
        phone=_make(Phone, table["phone"], f"{where}: phone") if "phone" in table else None,
    )


def load_clip(path: Path) -> Clip:
    """Read a scene file.

    Raises:
        SceneError: If the file is not TOML or a key in it is wrong.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SceneError(f"{path.name}: expected TOML, found: {error}") from error
    return clip_from_table(table, path.stem, path.name)


def scene_files(folder: Path = FOLDER) -> list[Path]:
    """Return the scene files of a folder, sorted by name."""
    return sorted(folder.glob("*.toml"))
