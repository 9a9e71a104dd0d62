"""Printed tags worn by a rendered person: one sheet on the chest and one at the belt, like paper on cloth.

A sheet bends like paper about the vertical, so that it follows the front of the body as a tight band does. It has
bumps, is a little crooked, and follows the bone beneath only as well as the cloth does. Its motif is drawn here
independently from the dimensions below, so that nothing is shared with the program that reads it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy.body import SHELL, Body, load_template
from research.synthetic.anatomy.rig import Skeleton, skin
from research.synthetic.anatomy.rotations import Array, about_x, about_y, unit
from research.synthetic.raster.camera import Camera
from research.synthetic.raster.paint import Canvas, Float, Light, display, linear, lit, rasterise, vertex_normals

DICTIONARY = cv2.aruco.DICT_4X4_50
INK, PAPER = 0.10, 0.90
"""Display brightness of black and of white as printed."""
PROUD_M = 0.025
"""How far a sheet may be behind the skin and still be drawn, because cloth and paper cover a fold of the body."""
NODES = (19, 9)


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Attributes:
        size_m: Its width and height, metres.
        tags: For each tag its id and the place of its centre from the sheet's centre (across, up), metres.
        side_m: The side of a tag, metres.
    """

    size_m: tuple[float, float]
    tags: tuple[tuple[int, float, float], ...]
    side_m: float


SHEETS = {
    "chest": Sheet((0.264, 0.136), ((0, -0.064, 0.0), (1, 0.064, 0.0)), 0.112),
    "belt": Sheet((0.248, 0.122), ((2, -0.062, 0.0), (3, 0.062, 0.0)), 0.100),
}
"""The sheets by name. Across points to the wearer's left, the right of the picture when they face the camera."""


@dataclass(frozen=True)
class Tags:
    """How a person wears the sheets.

    Attributes:
        scale: Printed size relative to the intended one.
        chest_deg: How crooked the chest sheet is, clockwise as seen, degrees.
        belt_deg: The same for the belt sheet.
        shift_m: How far too far to the wearer's left they are fastened.
        wrinkle_mm: The size of the bumps.
        hold: 1 follows the rib cage and the pelvis, 0 the skin of the front, which lags behind them in a twist.
        loose_deg: How much the cloth wobbles.
        shutter_s: Exposure time of a picture, for motion blur.
        worn: Which sheets are worn.
        seed: The seed of the bumps.
    """

    scale: float = 1.0
    chest_deg: float = 0.0
    belt_deg: float = 0.0
    shift_m: float = 0.0
    wrinkle_mm: float = 2.0
    hold: float = 0.8
    loose_deg: float = 0.4
    shutter_s: float = 0.0
    worn: tuple[str, ...] = ("chest", "belt")
    seed: int = 0

    def __post_init__(self) -> None:
        for name in self.worn:
            if name not in SHEETS:
                raise ValueError(f"tags.worn: expected some of {', '.join(SHEETS)}, found {name!r}")
        if not 0.0 <= self.hold <= 1.0:
            raise ValueError(f"tags.hold: expected 0 to 1, found {self.hold}")


def random_tags(rng: np.random.Generator) -> Tags:
    """Draw how a person wears the sheets who has read the instructions and takes average care."""
    return Tags(
        scale=float(rng.uniform(0.94, 1.0)),
        chest_deg=float(rng.normal(0.0, 3.0)),
        belt_deg=float(rng.normal(0.0, 3.0)),
        shift_m=float(rng.normal(0.0, 0.007)),
        wrinkle_mm=float(rng.uniform(0.5, 4.0)),
        hold=float(rng.uniform(0.8, 1.0)),
        loose_deg=float(rng.uniform(0.1, 0.8)),
        shutter_s=float(rng.uniform(0.004, 0.025)),
        seed=int(rng.integers(2**31)),
    )


@cache
def motif(name: str, px_per_m: int = 1000) -> NDArray[np.uint8]:
    """Return a sheet as printed: grey (height, width), white 255, upright, the wearer's left at the right.

    Args:
        name: The sheet, "chest" or "belt".
        px_per_m: The resolution, pixels per metre.
    """
    sheet = SHEETS[name]
    w, h = (round(v * px_per_m) for v in sheet.size_m)
    out = np.full((h, w), 255, np.uint8)
    dictionary = cv2.aruco.getPredefinedDictionary(DICTIONARY)
    side = round(sheet.side_m * px_per_m)
    for number, across, up in sheet.tags:
        x = round(w / 2 + across * px_per_m - side / 2)
        y = round(h / 2 - up * px_per_m - side / 2)
        out[y : y + side, x : x + side] = cv2.aruco.generateImageMarker(dictionary, number, side)
    return out


@dataclass(frozen=True)
class Worn:
    """A sheet on a body at rest.

    Attributes:
        vertices: Nodes (v, 3), metres.
        triangles: Node indices (t, 3).
        place: Place of each node in the motif (v, 2), 0 to 1.
        bone: The bone beneath.
        weights: Weights of the bones that the skin under each node follows (v, b).
        hold: How much it follows the bone instead of the skin, 0 to 1.
        loose_deg: How much it wobbles, degrees.
        phases: The phases of the wobble (2,).
        texture: The motif as light, 0 to 1.
    """

    vertices: Array
    triangles: NDArray[np.int64]
    place: Float
    bone: str
    weights: Array
    hold: float
    loose_deg: float
    phases: Array
    texture: Float

    def posed(self, skeleton: Skeleton, time_s: float) -> Array:
        """Return the nodes (v, 3) in the world: moved with the skin, rotated mostly like the bone beneath.

        Args:
            skeleton: The posed body.
            time_s: The time, for the wobble.
        """
        middle = self.vertices.mean(axis=0)
        on_skin = skin(skeleton, self.vertices, self.weights)
        centre = on_skin.mean(axis=0)
        wave = np.sin(2 * np.pi * np.array([0.21, 0.34]) * time_s + self.phases)
        wobble = about_y(self.loose_deg * float(wave[0])) @ about_x(self.loose_deg * float(wave[1]))
        turn = skeleton.rotation(self.bone) @ wobble
        stiff = (self.vertices - middle) @ turn.T
        out: Array = centre + self.hold * stiff + (1.0 - self.hold) * (on_skin - centre)
        return out


def _front(vertices: Array, paint: Array) -> Array:
    """Return the points (k, 3) of the dressed front of the trunk, without arms."""
    body = (load_template().parts == SHELL) & (np.abs(paint[:, 2]) < 0.19)
    out: Array = vertices[: len(body)][body & (vertices[: len(body), 0] > -0.03)]
    return out


def _depth(front: Array, y: Array, z: Array) -> Array:
    """Return X of the body's front (n,) at given heights and breadths (n,), from the nearest points."""
    away = ((front[None, :, 1:] - np.stack([y, z], axis=1)[:, None, :]) ** 2).sum(axis=2)
    near = np.argsort(away, axis=1)[:, :6]
    weight = 1.0 / (np.take_along_axis(away, near, 1) + 1e-4)
    out: Array = (front[near, 0] * weight).sum(axis=1) / weight.sum(axis=1)
    return out


def _surface(front: Array, middle_y: float, size: tuple[float, float]) -> tuple[Array, Array, float]:
    """Fit the band of a taut sheet; return z and x of its profile and its slope, metres forward per metre up."""
    z = np.linspace(-0.15, 0.15, 31)
    y = middle_y + np.linspace(-0.5, 0.5, 7) * size[1]
    grid_y, grid_z = (g.ravel() for g in np.meshgrid(y, z, indexing="ij"))
    depth = _depth(front, grid_y, grid_z).reshape(len(y), len(z))
    inner = np.abs(z) < 0.07
    slope = float(np.clip(np.polyfit(y - middle_y, depth[:, inner].mean(axis=1), 1)[0], -0.6, 0.6))
    ridge = np.quantile(depth - slope * (y - middle_y)[:, None], 0.8, axis=0)
    ridge = (ridge + ridge[::-1]) / 2.0
    wide = np.abs(z) < 0.135
    curve = np.polynomial.polynomial.polyfit(z[wide] ** 2, ridge[wide], 2)
    fitted = np.polynomial.polynomial.polyval(z**2, curve)
    falls = np.minimum(np.diff(fitted[15:]), 0.0)
    right = fitted[15] + np.concatenate([[0.0], np.cumsum(falls)])
    return z, np.concatenate([right[:0:-1], right]), slope


def _bumps(across: Array, up: Array, size_m: float, rng: np.random.Generator) -> Array:
    """Return heights (n,) of the folds in metres: a few waves, mostly upright or oblique, as cloth folds."""
    out = np.zeros_like(across)
    for _ in range(4):
        way = rng.normal(0.0, 0.7)
        wave = rng.uniform(0.07, 0.16)
        phase = rng.uniform(0.0, 2 * np.pi)
        out += np.sin(2 * np.pi * (np.cos(way) * across + np.sin(way) * up) / wave + phase)
    return out * size_m / 2.0


def _texture(name: str, tags: Tags, camera: Camera) -> Float:
    """Return the motif as light 0..1, blurred by the area that one pixel of the picture covers."""
    ink = np.asarray(motif(name), np.float32) / 255.0
    covered_mm = 1000.0 * camera.distance_m / (2.0 * camera.focal_px) / tags.scale
    return np.asarray(cv2.GaussianBlur(INK + (PAPER - INK) * ink, (0, 0), max(0.5, 0.5 * covered_mm)), np.float32)


def wear(tags: Tags, body: Body, dressed: Array, camera: Camera) -> tuple[Worn, ...]:
    """Fasten the sheets on a dressed body at rest.

    Args:
        tags: How they are worn.
        body: The body.
        dressed: Vertices of the dressed body (v, 3); those of the body come first.
        camera: The camera, for the resolution of the motif.

    Returns:
        The sheets that are worn.
    """
    template = load_template()
    front = _front(dressed, template.paint_xyz)
    rng = np.random.default_rng(tags.seed)
    collar = float(body.points["clavicle.L"][1])
    hips = float(body.points["upperleg01.L"][1])
    out = []
    for name, sheet in SHEETS.items():
        width, height = (v * tags.scale for v in sheet.size_m)
        middle_y = collar - 0.03 - height / 2.0 if name == "chest" else hips + 0.07 + height / 2.0
        z, x, slope = _surface(front, middle_y, (width, height))
        length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(z), np.diff(x)))])
        length -= length[len(length) // 2]
        u, v = np.meshgrid(np.linspace(-0.5, 0.5, NODES[0]), np.linspace(0.5, -0.5, NODES[1]))
        across, up = u.ravel() * width, v.ravel() * height
        bumps = _bumps(across, up, tags.wrinkle_mm / 1000.0, rng)
        phases = rng.uniform(0.0, 2 * np.pi, 2)
        tilt = np.radians(tags.chest_deg if name == "chest" else tags.belt_deg)
        # The wearer's left is -Z. Clockwise as seen by somebody in front of them.
        flat = np.cos(tilt) * across + np.sin(tilt) * up + tags.shift_m
        rise = np.cos(tilt) * up - np.sin(tilt) * across
        at_z = np.interp(-flat, length, z)
        points = np.stack([np.interp(at_z, z, x), rise * np.cos(np.arctan(slope)), at_z], axis=1)
        points[:, 0] += slope * points[:, 1] + 0.004
        points[:, 1] += middle_y
        a = (np.arange(NODES[1] - 1)[:, None] * NODES[0] + np.arange(NODES[0] - 1)[None, :]).ravel()
        quads = np.stack([a, a + NODES[0], a + NODES[0] + 1, a + 1], axis=1)
        triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
        points = points + vertex_normals(points, triangles).astype(np.float64) * bumps[:, None]
        if name in tags.worn:
            out.append(
                Worn(
                    points, triangles, np.stack([u.ravel() + 0.5, 0.5 - v.ravel()], axis=1).astype(np.float32),
                    "spine01" if name == "chest" else "root", _skin_weights(dressed, points), tags.hold, tags.loose_deg,
                    phases, _texture(name, tags, camera),
                )
            )  # fmt: skip
    return tuple(out)


def _skin_weights(dressed: Array, points: Array) -> Array:
    """Return the weights of the bones that the skin under each node follows (v, b), smoothed as cloth does."""
    template = load_template()
    rows = np.flatnonzero(template.parts == SHELL)
    away = ((dressed[rows][None] - points[:, None]) ** 2).sum(axis=2)
    soft = np.exp(-away / (2 * 0.04**2))
    out: Array = soft @ template.skin[rows] / soft.sum(axis=1, keepdims=True)
    return out


def draw(worn: Worn, skeleton: Skeleton, time_s: float, camera: Camera, light: Light, canvas: Canvas) -> None:
    """Draw a sheet onto a canvas on which its wearer is already drawn.

    Args:
        worn: The sheet.
        skeleton: The posed body.
        time_s: The time, for the wobble.
        camera: The camera.
        light: The light.
        canvas: The canvas, changed in place.
    """
    points = worn.posed(skeleton, time_s)
    seen = rasterise(camera, points, worn.triangles)
    if seen is None:
        return
    seen = canvas.front(replace(seen, depth=seen.depth - np.float32(PROUD_M)))
    if not len(seen.rows):
        return
    packed = np.concatenate([worn.place, vertex_normals(points, worn.triangles)], axis=1).astype(np.float32)
    at = seen.blend(worn.triangles, packed)
    h, w = worn.texture.shape
    x, y = at[:, 0:1] * w - 0.5, at[:, 1:2] * h - 0.5
    shade = cv2.remap(worn.texture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    view = np.broadcast_to(-camera.rotation[2], (len(at), 3)).astype(np.float32)
    albedo = linear(np.repeat(np.asarray(shade, np.float32).reshape(-1, 1), 3, axis=1))
    normals = unit(at[:, 2:5]).astype(np.float32)
    canvas.put(seen, display(lit(normals, albedo, light, np.full(len(at), 0.02, np.float32), view)))
