"""Render a clip: pictures one by one with the truth of each, or a film with its truth beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy import joints
from research.synthetic.anatomy.body import make_body
from research.synthetic.anatomy.rig import Skeleton, skin
from research.synthetic.anatomy.rotations import Array, unit
from research.synthetic.anatomy.truth import BoneTruth, bone_truth
from research.synthetic.output.materials import colours
from research.synthetic.raster.camera import Camera
from research.synthetic.raster.meshes import Mesh
from research.synthetic.raster.paint import (
    NEAR_M,
    SUPER,
    Canvas,
    Float,
    Light,
    creases,
    display,
    linear,
    lit,
    rasterise,
    vertex_normals,
)
from research.synthetic.scene import phone, props, tags
from research.synthetic.scene.motion import Curves, Step, curves
from research.synthetic.scene.rooms import Backdrop, backdrop, floor_shade, shade_mesh, shadow
from research.synthetic.scene.scene import Clip
from research.synthetic.scene.stage import Habits, Stage, frame_values
from research.synthetic.scene.stretches import STRETCHES
from research.synthetic.scene.wardrobe import Figure, Look, dress

Picture = NDArray[np.uint8]
MARGIN_PX = 12
"""Margin around the body's points when the box to draw is measured, for hair, clothes and the roller."""
MOVES_DEG = 0.15
"""A picture is blurred only when something turns by more than this while the shutter is open."""


@dataclass(frozen=True)
class FrameTruth:
    """The truth of one frame.

    Attributes:
        index: Its index.
        time_s: Its time, seconds.
        present: Whether the person is in the room; otherwise the arrays are those of a person who is not shown.
        world: Landmarks (33, 3), room axes, metres.
        image_xy: Landmarks (33, 2), pixels.
        camera_xyz: Landmarks (33, 3) from mid-hip in camera axes (x right, y down, z away), metres, as pose estimators
            give them.
        bones: The angles measured at the bones.
    """

    index: int
    time_s: float
    present: bool
    world: Array
    image_xy: Array
    camera_xyz: Array
    bones: BoneTruth


@dataclass(frozen=True)
class _Actor:
    figure: Figure
    look: Look


class Scene:
    """A prepared clip: bodies dressed, curves computed, the room rendered once. Any frame can then be drawn alone."""

    def __init__(self, clip: Clip) -> None:
        self.clip = clip
        rng = np.random.default_rng(clip.seed)
        body = make_body(clip.shape)
        self.stage = Stage(body, STRETCHES[clip.stretch], clip.habits)
        self.curves: Curves = curves(clip.motion, clip.fps)
        self._values = frame_values(self.curves, clip.habits.sway, rng)
        self._actor = _Actor(dress(body, clip.look), clip.look)
        self._needed = joints.needed_vertices()
        worn, dressed = clip.tags, self._actor.figure.vertices
        self._sheets = tags.wear(worn, body, dressed, clip.camera) if worn is not None else ()
        self._phone = phone.held(clip.phone, body, dressed) if clip.phone is not None else None
        self._screen = self._measured(self._phone) if self._phone is not None else None
        self._others: list[tuple[Stage, _Actor, list[dict[str, float]]]] = []
        if clip.bystander is not None:
            self._add_bystander(rng)
        self._noise = rng.normal(0.0, 1.0, (clip.camera.size_wh[1] + 64, clip.camera.size_wh[0] + 64, 3)).astype(
            np.float32
        )
        self._noise += cv2.GaussianBlur(self._noise, (0, 0), 0.8) * 1.2
        self._shifts = rng.integers(0, 64, (len(self), 2))
        self._backdrop: Backdrop | None = None

    def _measured(self, held: phone.Held) -> phone.Screen:
        """Let the phone measure the whole clip."""
        posed = [self.skeleton(i) for i in range(len(self))]
        self._at_rest = posed[0].rotation("spine01")
        turned = [held.turned(s, self._at_rest, float(t)) for s, t in zip(posed, self.curves.time_s, strict=True)]
        return phone.run(held.phone, self.curves.time_s, phone.angles(np.array(turned)))

    def _add_bystander(self, rng: np.random.Generator) -> None:
        other = self.clip.bystander
        if other is None:
            return
        body = make_body(other.shape)
        stage = Stage(body, STRETCHES["standing-twist"], Habits(arms="down", head="free"))
        still = curves((Step("hold", seconds=len(self) / self.clip.fps),), self.clip.fps)
        values = frame_values(still, 2.0, rng)
        for v in values:
            v.update(forward_m=other.forward_m, side_m=other.side_m, turn=other.turn_deg, gait=0.0)
        self._others.append((stage, _Actor(dress(body, other.look), other.look), values))

    def __len__(self) -> int:
        return len(self.curves.time_s)

    @property
    def neutral(self) -> NDArray[np.bool_]:
        """Which frames (t,) belong to the neutral posture."""
        start, end = self.curves.neutral_s
        return (self.curves.time_s >= start) & (self.curves.time_s < end)

    def skeleton(self, index: int) -> Skeleton:
        """Return the posed rig of a frame."""
        return self.stage.skeleton(self._values[index])

    def truth(self, index: int) -> FrameTruth:
        """Return the truth of a frame without drawing it."""
        skeleton = self.skeleton(index)
        template = skeleton.body.template
        mesh = np.zeros_like(skeleton.body.vertices)
        rows = self._needed
        mesh[rows] = skin(skeleton, skeleton.body.vertices[rows], template.skin[rows])
        world = joints.landmarks(skeleton, mesh)
        camera = self.clip.camera
        from_hips = world - (world[23] + world[24]) / 2.0
        return FrameTruth(
            index, float(self.curves.time_s[index]), bool(self.curves.present[index]), world,
            camera.project(world), from_hips @ camera.rotation.T, bone_truth(skeleton),
        )  # fmt: skip

    def backdrop(self) -> Backdrop:
        """Return the room without people, rendered on first use."""
        if self._backdrop is None:
            clip = self.clip
            self._backdrop = backdrop(clip.room, clip.camera, self.stage.props(clip.room))
        return self._backdrop

    def picture(self, index: int) -> Picture:
        """Draw a frame: RGB (h, w, 3) uint8."""
        room, (w, h) = self.backdrop(), self.clip.camera.size_wh
        others = [(stage.skeleton(values[index]), actor) for stage, actor, values in self._others]
        small = room.small
        if self.curves.present[index]:
            after = self._values[min(index + 1, len(self) - 1)]
            shown = moments(self.clip, self._values[index], after)
            if self._phone is not None:
                # The phone alone is drawn several times, which takes a fraction of the time.
                shown = [self._values[index]]
            drawn = [self._drawn(room, [(self.stage.skeleton(v), self._actor), *others], index) for v in shown]
            small = drawn[0] if len(drawn) == 1 else np.asarray(np.mean(drawn, axis=0), np.float32)
        elif others:
            small = self._drawn(room, others, index)
        if self.clip.blur_px > 0.0:
            small = np.asarray(cv2.GaussianBlur(small, (0, 0), self.clip.blur_px), np.float32)
        dy, dx = self._shifts[index]
        small = small + self.clip.noise * 0.6 * self._noise[dy : dy + h, dx : dx + w]
        out: Picture = np.clip(np.rint(small), 0, 255).astype(np.uint8)
        return out

    @property
    def measured(self) -> Array | None:
        """What a phone measured over the whole clip, see phone.Screen.log; None where there is none."""
        return None if self._screen is None else self._screen.log

    def _with_phone(self, canvas: Canvas, index: int) -> Canvas:
        """Return the canvas with the wearer's phone, at several times of the exposure; the canvas itself is kept."""
        if self._phone is None or self._screen is None:
            return canvas
        before, after = self._values[index], self._values[min(index + 1, len(self) - 1)]
        total = np.zeros_like(canvas.rgb)
        times = phone.moments(self._phone.phone)
        for later_s in times:
            values = {k: v + (after[k] - v) * self.clip.fps * later_s for k, v in before.items()}
            time_s = float(self.curves.time_s[index]) + later_s
            corners = self._phone.posed(self.stage.skeleton(values), self._at_rest, time_s)
            part = Canvas(canvas.rgb.copy(), canvas.depth.copy(), canvas.x0, canvas.y0)
            phone.draw(self._phone.phone, self._screen, corners, time_s, self.clip.camera, part)
            total += part.rgb
        return Canvas(np.asarray(total / len(times), np.float32), canvas.depth, canvas.x0, canvas.y0)

    def _drawn(self, room: Backdrop, actors: list[tuple[Skeleton, _Actor]], index: int) -> Float:
        posed = [(skin(s, a.figure.vertices, a.figure.weights), a) for s, a in actors]
        sheets = self._sheets if actors[0][1] is self._actor else ()
        wearer = index if actors[0][1] is self._actor else None
        return self._people(room, posed, actors[0][0], sheets, float(self.curves.time_s[index]), wearer)

    def _people(
        self,
        room: Backdrop,
        posed: list[tuple[Array, _Actor]],
        first: Skeleton,
        sheets: tuple[tags.Worn, ...] = (),
        time_s: float = 0.0,
        wearer: int | None = None,
    ) -> Float:
        """Draw people and their shadows over the room; only the box around them is drawn at the doubled size."""
        light, camera = self.clip.room.light(self.clip.camera), self.clip.camera
        points = np.concatenate([v[::2] for v, _ in posed])
        dark = shadow(floor_shade(points, light), room.floor_xz)
        small = room.small * (1.0 - dark)[:, :, None]
        xy = camera.project(points)
        xy = xy[camera.view(points)[:, 2] > NEAR_M]
        if not len(xy):
            return small
        x0, y0 = np.clip(np.floor(xy.min(axis=0)).astype(int) - MARGIN_PX, 0, camera.size_wh)
        x1, y1 = np.clip(np.ceil(xy.max(axis=0)).astype(int) + MARGIN_PX, 0, camera.size_wh)
        if x1 <= x0 or y1 <= y0:
            return small
        box = np.s_[SUPER * y0 : SUPER * y1, SUPER * x0 : SUPER * x1]
        wide = cv2.resize(dark[y0:y1, x0:x1], None, fx=SUPER, fy=SUPER, interpolation=cv2.INTER_LINEAR)
        rgb = np.asarray(room.rgb[box] * (1.0 - wide)[:, :, None], np.float32)
        canvas = Canvas(rgb, room.depth[box].copy(), int(SUPER * x0), int(SUPER * y0))
        if "roller" in STRETCHES[self.clip.stretch].props:
            shade_mesh(self._roller(first), camera, light, canvas)
        for vertices, actor in posed:
            _draw(vertices, actor, camera, light, canvas)
        for sheet in sheets:
            tags.draw(sheet, first, time_s, camera, light, canvas)
        if wearer is not None:
            canvas = self._with_phone(canvas, wearer)
        size = (int(x1 - x0), int(y1 - y0))
        small[y0:y1, x0:x1] = cv2.resize(canvas.rgb, size, interpolation=cv2.INTER_AREA)
        return small

    def _roller(self, skeleton: Skeleton) -> Mesh:
        back = skeleton.attached("spine02", skeleton.body.points["spine01"])
        return props.roller(np.array([back[0], 0.075, back[2]]), self.clip.room.mat_rgb)


def moments(clip: Clip, before: dict[str, float], after: dict[str, float]) -> list[dict[str, float]]:
    """Return the channels at which a picture is drawn: several if something moves while the shutter is open.

    Args:
        clip: The clip, with its shutter and frame rate.
        before: The channels of this frame.
        after: The channels of the next frame.
    """
    share = clip.fps * (clip.shutter_s if clip.tags is None else clip.tags.shutter_s)
    fastest = max(abs(after[name] - value) * share for name, value in before.items())
    if fastest < MOVES_DEG:
        return [before]
    steps = (np.arange(4) + 0.5) / 4.0 - 0.5
    return [{k: v + (after[k] - v) * share * float(s) for k, v in before.items()} for s in steps]


def _draw(vertices: Array, actor: _Actor, camera: Camera, light: Light, canvas: Canvas) -> None:
    """Draw a posed, dressed person (v, 3) onto a canvas."""
    figure = actor.figure
    seen = rasterise(camera, vertices, figure.triangles)
    if seen is None:
        return
    shade = np.zeros((int(seen.rows.max()) + 1, int(seen.cols.max()) + 1), np.float32)
    shade[seen.rows, seen.cols] = creases(seen)
    seen = canvas.front(seen)
    if not len(seen.rows):
        return
    normals = vertex_normals(vertices, figure.triangles)
    packed = np.concatenate([figure.paint_xyz, figure.masks, normals], axis=1).astype(np.float32)
    at = seen.blend(figure.triangles, packed)
    kind = figure.kind[figure.triangles[seen.triangle, 0]]
    colour, gloss = colours(kind, at[:, :3], at[:, 3:7], actor.look)
    albedo = linear(colour) * shade[seen.rows, seen.cols][:, None]
    view = np.broadcast_to(-camera.rotation[2], (len(at), 3)).astype(np.float32)
    canvas.put(seen, display(lit(unit(at[:, 7:10]).astype(np.float32), albedo, light, gloss, view)))


def render_clip(clip: Clip) -> Iterator[tuple[Picture, FrameTruth]]:
    """Render a clip.

    Yields:
        For each frame the RGB picture (height, width, 3), and its truth.
    """
    scene = Scene(clip)
    for i in range(len(scene)):
        yield scene.picture(i), scene.truth(i)


def clip_truth(clip: Clip) -> list[FrameTruth]:
    """Return the truth of every frame of a clip without drawing any."""
    scene = Scene(clip)
    return [scene.truth(i) for i in range(len(scene))]


def still(clip: Clip, index: int, size_wh: tuple[int, int] | None = None) -> Picture:
    """Draw one frame of a clip.

    Args:
        clip: The clip.
        index: The frame.
        size_wh: Width and height of the picture; None for those of the clip.

    Returns:
        RGB (height, width, 3).
    """
    return Scene(clip.sized(size_wh) if size_wh else clip).picture(index)
