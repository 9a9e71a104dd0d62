"""Rooms: walls, floor, a window and pictures by ray casting, furniture as meshes, and the soft shadow on the floor."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy.rotations import Array, about_y
from research.synthetic.raster.camera import Camera
from research.synthetic.raster.meshes import Mesh, box, joined, sphere
from research.synthetic.raster.paint import (
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

RGB = tuple[float, float, float]
FLOORS = ("planks", "carpet", "tiles", "concrete")
WALLS = ("plain", "panel", "stripe", "brick")
CELL_M = 0.02
HALF_M = 2.4


@dataclass(frozen=True)
class Room:
    """A room. Colours are display RGB 0..1, sizes metres; the back wall faces the camera, turned by `angle_deg`."""

    wall: str = "plain"
    wall_rgb: RGB = (0.86, 0.84, 0.79)
    floor: str = "planks"
    floor_rgb: RGB = (0.62, 0.47, 0.33)
    angle_deg: float = 12.0
    back_m: float = 1.9
    window: bool = True
    window_at_m: float = -1.3
    plant: bool = True
    picture: bool = True
    shelf: bool = False
    mat_rgb: RGB = (0.36, 0.52, 0.50)
    chair_rgb: RGB = (0.58, 0.40, 0.25)
    warmth: float = 0.5
    light_side: float = 1.0

    def __post_init__(self) -> None:
        for name, allowed in {"wall": WALLS, "floor": FLOORS}.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"room.{name}: expected one of {', '.join(allowed)}, found {getattr(self, name)!r}")

    def light(self, camera: Camera) -> Light:
        """Return the room's light, which comes from above and from one side of the camera."""
        way = about_y(camera.azimuth_deg - 42.0 * self.light_side) @ np.array([0.75, 1.0, 0.0])
        w = self.warmth
        key = (0.80 + 0.06 * w, 0.79, 0.78 - 0.11 * w)
        floor = tuple(0.10 + 0.16 * c for c in self.floor_rgb)
        return Light((float(way[0]), float(way[1]), float(way[2])), key, (0.52, 0.53, 0.56), floor)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Backdrop:
    """A rendered room.

    Attributes:
        rgb: Display RGB 0..255 at the doubled size (2h, 2w, 3).
        depth: Distance along the view axis at the doubled size (2h, 2w), metres.
        small: Display RGB 0..255 at picture size (h, w, 3).
        floor_xz: Cells of the shadow map (h, w, 2); far below zero where no floor is seen.
    """

    rgb: Float
    depth: Float
    small: Float
    floor_xz: Float


def _hash(a: Array, b: Array) -> Array:
    value = np.sin(a * 127.1 + b * 311.7) * 43758.5453
    out: Array = value - np.floor(value)
    return out


def _floor(room: Room, x: Array, z: Array) -> Float:
    base = np.asarray(room.floor_rgb, np.float32)
    if room.floor == "planks":
        row = np.floor(z / 0.14)
        board = np.floor(x / 1.3 + _hash(row, row * 0.0) * 3.0)
        shade = 0.9 + 0.2 * _hash(row, board)
        grain = 0.03 * np.sin(z * 420.0 + 6.0 * np.sin(x * 3.0 + row)) + 0.02 * np.sin(z * 190.0 + x * 5.0)
        edge = np.minimum(np.abs((z / 0.14) % 1.0 - 0.5) * 2.0, 1.0)
        gap = np.where(edge > 0.965, 0.78, 1.0)
        return np.asarray(base * ((shade + grain) * gap)[:, None], np.float32)
    if room.floor == "tiles":
        u, v = (x / 0.45) % 1.0, (z / 0.45) % 1.0
        joint = (np.minimum(u, v) < 0.014) | (np.maximum(u, v) > 0.986)
        shade = 0.95 + 0.1 * _hash(np.floor(x / 0.45), np.floor(z / 0.45))
        return np.asarray(base * np.where(joint, 0.8, shade)[:, None], np.float32)
    if room.floor == "carpet":
        fluff = 0.06 * (_hash(np.floor(x * 180), np.floor(z * 180)) - 0.5) + 0.03 * np.sin(x * 9.0) * np.sin(z * 7.0)
        return np.asarray(base * (1.0 + fluff)[:, None], np.float32)
    cloud = 0.04 * np.sin(x * 2.1 + np.sin(z * 3.0)) + 0.03 * np.sin(z * 4.7 + x)
    return np.asarray(base * (1.0 + cloud)[:, None], np.float32)


def _wall(room: Room, u: Array, y: Array, back: NDArray[np.bool_]) -> tuple[Float, Float]:
    """Return display RGB (n, 3) and glow (n,) of wall points: `u` along the wall, `y` up, metres."""
    rgb = np.broadcast_to(np.asarray(room.wall_rgb, np.float32), (len(u), 3)).copy()
    if room.wall == "panel":
        rgb[y < 0.95] *= 0.88
        groove = (np.abs((u / 0.32) % 1.0 - 0.5) > 0.485) & (y < 0.93)
        rgb[groove] *= 0.9
        rgb[(y > 0.93) & (y < 0.97)] *= 1.12
    elif room.wall == "stripe":
        rgb[(y > 1.0) & (y < 1.16)] *= np.array([0.72, 0.80, 0.84], np.float32)
    elif room.wall == "brick":
        row = np.floor(y / 0.075)
        v, w = (y / 0.075) % 1.0, (u / 0.23 + 0.5 * (row % 2)) % 1.0
        shade = 0.9 + 0.16 * _hash(row, np.floor(u / 0.23 + 0.5 * (row % 2)))
        rgb *= np.where((v < 0.1) | (w < 0.035), 1.07, shade)[:, None].astype(np.float32)
    rgb[y < 0.09] = np.array([0.93, 0.92, 0.90], np.float32)
    rgb[(y > 0.085) & (y < 0.092)] *= 0.8
    glow = np.zeros(len(u), np.float32)
    if room.window:
        c, half = room.window_at_m, 0.5
        du, dy = np.abs(u - c), y
        frame = back & (du < half + 0.06) & (dy > 0.94) & (dy < 2.16)
        pane = back & (du < half) & (dy > 1.0) & (dy < 2.1) & (du > 0.02) & (np.abs(dy - 1.55) > 0.02)
        rgb[frame] = np.array([0.95, 0.95, 0.94], np.float32)
        sky = np.clip((dy - 1.0) / 1.1, 0.0, 1.0)[:, None].astype(np.float32)
        hill = (dy < 1.22 + 0.05 * np.sin(u * 5.0) + 0.03 * np.sin(u * 13.0))[:, None]
        view = np.where(
            hill,
            np.array([0.62, 0.74, 0.58]),
            np.array([0.93, 0.96, 0.98]) * (1 - sky) + np.array([0.74, 0.86, 0.96]) * sky,
        )
        rgb[pane], glow[pane] = view[pane], 1.0
        curtain = back & (du > half - 0.02) & (du < half + 0.30) & (dy > 0.75) & (dy < 2.25)
        fold = 0.92 + 0.08 * np.sin(u * 70.0)
        tint = np.asarray(room.mat_rgb, np.float32) * 0.35 + 0.58
        rgb[curtain] = (tint * fold[:, None].astype(np.float32))[curtain]
    if room.picture:
        c = room.window_at_m + 2.1
        du, dy = np.abs(u - c), np.abs(y - 1.62)
        rgb[back & (du < 0.27) & (dy < 0.35)] = np.array([0.25, 0.22, 0.20], np.float32)
        rgb[back & (du < 0.25) & (dy < 0.33)] = np.array([0.95, 0.94, 0.91], np.float32)
        inside = back & (du < 0.18) & (dy < 0.26)
        disc = np.hypot(u - c, y - 1.66) < 0.1
        hillside = (y - 1.58) < 0.07 * np.sin((u - c) * 9.0)
        art = np.where(
            hillside[:, None],
            np.asarray(room.mat_rgb),
            np.where(disc[:, None], [0.90, 0.62, 0.40], [0.93, 0.87, 0.76]),
        )
        rgb[inside] = art[inside].astype(np.float32)
    return np.asarray(rgb, np.float32), glow


def _furniture(room: Room, wall_turn: Array) -> list[Mesh]:
    out = []
    if room.plant:
        pot = box((-0.11, 0.0, -0.11), (0.11, 0.26, 0.11), np.array([0.72, 0.45, 0.34]))
        leaves = []
        for i in range(15):
            a, tilt = i * 137.5, 0.35 + 0.5 * (i % 5) / 4.0
            leaf = sphere((0.045, 0.21, 0.012), np.array([0.25, 0.45, 0.28]) * (0.8 + 0.3 * (i % 3) / 2), 8, 8)
            lean = np.array([[np.cos(tilt), np.sin(tilt), 0], [-np.sin(tilt), np.cos(tilt), 0], [0, 0, 1.0]])
            turn = about_y(a)
            out_way = turn @ np.array([np.sin(tilt) * 0.26, 0.34 + np.cos(tilt) * 0.26 + 0.012 * i, 0.0])
            leaves.append(leaf.placed(turn @ lean, out_way))
        at = np.array([-room.back_m + 0.35, 0.0, room.window_at_m + 1.25])
        out.append(joined([pot, *leaves]).placed(wall_turn, wall_turn @ at))
    if room.shelf:
        wood = np.array([0.55, 0.42, 0.30])
        boards = [box((-0.14, y, -0.5), (0.14, y + 0.03, 0.5), wood) for y in (0.06, 0.42, 0.78)]
        boards += [box((-0.14, 0.0, z), (0.14, 0.81, z + 0.03), wood) for z in (-0.53, 0.5)]
        tones = np.array(
            [
                [0.72, 0.30, 0.28],
                [0.25, 0.40, 0.55],
                [0.85, 0.72, 0.45],
                [0.35, 0.50, 0.40],
                [0.9, 0.88, 0.84],
            ]
        )
        for k, y in enumerate((0.09, 0.45)):
            z = -0.46
            for j in range(9):
                w, h = 0.035 + 0.012 * ((j * 7 + k) % 3), 0.2 + 0.03 * ((j * 5 + k) % 3)
                boards.append(box((-0.08, y, z), (0.09, y + h, z + w), tones[(j * 3 + k) % 5], 0.12))
                z += w + 0.004
        at = np.array([-room.back_m + 0.16, 0.0, room.window_at_m + 2.2])
        out.append(joined(boards).placed(wall_turn, wall_turn @ at))
    return out


def shade_mesh(mesh: Mesh, camera: Camera, light: Light, canvas: Canvas) -> None:
    """Draw a mesh onto a canvas, where it is nearer than what is there.

    Args:
        mesh: The mesh.
        camera: The camera.
        light: The light.
        canvas: The canvas, changed in place.
    """
    seen = rasterise(camera, mesh.vertices, mesh.triangles)
    if seen is None:
        return
    shade = creases(seen)
    field = np.zeros((int(seen.rows.max()) + 1, int(seen.cols.max()) + 1), np.float32)
    field[seen.rows, seen.cols] = shade
    seen = canvas.front(seen)
    if not len(seen.rows):
        return
    a, b, c = (mesh.vertices[mesh.triangles[:, i]] for i in range(3))
    face = np.cross(b - a, c - a)
    face /= np.maximum(np.linalg.norm(face, axis=1, keepdims=True), 1e-12)
    normal = seen.blend(mesh.triangles, vertex_normals(mesh.vertices, mesh.triangles))
    flat = face[seen.triangle].astype(np.float32)
    normal = np.where((np.sum(normal * flat, axis=1) > 0.9)[:, None], normal, flat)
    albedo = linear(seen.blend(mesh.triangles, mesh.colour.astype(np.float32))) * field[seen.rows, seen.cols][:, None]
    view = np.broadcast_to(-camera.rotation[2], normal.shape).astype(np.float32)
    gloss = np.full(len(albedo), 0.04, np.float32)
    canvas.put(seen, display(lit(normal.astype(np.float32), albedo, light, gloss, view)))


def floor_shade(points: Array, light: Light) -> Float:
    """Return how dark the floor is under points: a tight contact shadow and a soft cast shadow.

    Args:
        points: Points (k, 3), world, metres.
        light: The light that casts the shadow.

    Returns:
        A map (n, n) of the floor in cells of CELL_M, 0 to 1.
    """
    n = int(2 * HALF_M / CELL_M)
    way = np.array(light.direction)
    out = np.zeros((n, n), np.float32)
    for cast, gain, blur, reach in ((0.0, 0.55, 3.0, 0.16), (0.0, 0.38, 9.0, 0.7), (0.75, 0.42, 7.0, 2.5)):
        near = np.clip(1.0 - points[:, 1] / reach, 0.0, 1.0)
        xz = points[:, [0, 2]] - cast * points[:, 1:2] * way[[0, 2]] / way[1]
        cell = ((xz + HALF_M) / CELL_M).astype(int)
        ok = (cell >= 0).all(axis=1) & (cell < n).all(axis=1) & (near > 0)
        spot = np.zeros((n, n), np.float32)
        np.maximum.at(spot, (cell[ok, 0], cell[ok, 1]), near[ok].astype(np.float32))
        spot = np.asarray(cv2.dilate(spot, np.ones((3, 3), np.uint8)), np.float32)
        out = np.maximum(out, gain * np.clip(1.6 * cv2.GaussianBlur(spot, (0, 0), blur), 0.0, 1.0))
    return out


def backdrop(room: Room, camera: Camera, props: list[Mesh]) -> Backdrop:
    """Render everything that stands still: walls and floor, furniture, and the props with their shadows.

    Args:
        room: The room.
        camera: The camera.
        props: What the person uses, in place.
    """
    light = room.light(camera)
    rays = camera.rays(SUPER)
    h, w = rays.shape[:2]
    turn = about_y(camera.azimuth_deg + room.angle_deg)
    eye = turn.T @ camera.position
    way = rays.reshape(-1, 3) @ turn
    with np.errstate(divide="ignore", invalid="ignore"):
        t_floor = np.where(way[:, 1] < -1e-6, -eye[1] / way[:, 1], np.inf)
        t_top = np.where(way[:, 1] > 1e-6, (2.6 - eye[1]) / way[:, 1], np.inf)
        t_back = np.where(way[:, 0] < -1e-6, (-room.back_m - eye[0]) / way[:, 0], np.inf)
        t_left = np.where(way[:, 2] > 1e-6, (3.1 - eye[2]) / way[:, 2], np.inf)
        t_right = np.where(way[:, 2] < -1e-6, (-3.1 - eye[2]) / way[:, 2], np.inf)
    options = np.stack([t_floor, t_top, t_back, t_left, t_right])
    which = options.argmin(axis=0)
    depth = options.min(axis=0)
    hit = eye + way * depth[:, None]
    rgb = np.zeros((h * w, 3), np.float32)
    f, top, back = which == 0, which == 1, which == 2
    sides = which > 2
    world = hit @ turn.T
    normal = np.zeros((h * w, 3), np.float32)
    normal[f, 1], normal[top, 1] = 1.0, 0.4
    normal[back], normal[which == 3], normal[which == 4] = turn[:, 0], -turn[:, 2], turn[:, 2]
    rgb[f] = _floor(room, hit[f, 0], hit[f, 2])
    rgb[top] = (0.95, 0.95, 0.94)
    walls = back | sides
    along = np.where(back, hit[:, 2], hit[:, 0])
    rgb[walls], glow = _wall(room, along[walls], hit[walls, 1], back[walls])
    view = np.broadcast_to(-camera.rotation[2], normal.shape).astype(np.float32)
    shone = lit(normal, linear(rgb), light, np.zeros(h * w, np.float32), view)
    fade = (
        1.0
        - 0.10 * np.clip(np.abs(hit[:, 2]) / 3.0, 0, 1)
        - 0.12 * np.clip(1.0 - np.abs(hit[:, 1]) / 0.5, 0, 1) * walls
    )
    corner = np.clip((hit[:, 0] + room.back_m) / 0.6, 0.0, 1.0)
    fade = fade * np.where(f, 0.86 + 0.14 * corner, 1.0)
    shone *= fade[:, None].astype(np.float32)
    bright = np.flatnonzero(walls)[glow > 0.5]
    shone[bright] = linear(rgb[bright]) * 1.02
    picture = display(shone).reshape(h, w, 3)
    depths = depth.reshape(h, w).astype(np.float32)
    ground = np.where(f[:, None], (world[:, [0, 2]] + HALF_M) / CELL_M - 0.5, -1e4).reshape(h, w, 2).astype(np.float32)
    furniture = _furniture(room, turn)
    standing = [*furniture, *props]
    if standing:
        shade = floor_shade(np.concatenate([m.vertices for m in standing]), light)
        picture *= (1.0 - shadow(shade, ground))[:, :, None]
    canvas = Canvas(picture, depths)
    for mesh in standing:
        shade_mesh(mesh, camera, light, canvas)
    covered = depths < depth.reshape(h, w) - 1e-4
    ground[covered] = -1e4
    small = np.asarray(cv2.resize(picture, camera.size_wh, interpolation=cv2.INTER_AREA), np.float32)
    return Backdrop(picture, depths, small, np.ascontiguousarray(ground[::SUPER, ::SUPER]))


def shadow(shade: Float, floor_xz: Float) -> Float:
    """Return how dark the floor is in each pixel (h, w); 0 off the floor.

    Args:
        shade: The darkness of the floor (n, n), as from `floor_shade`.
        floor_xz: The floor cell of each pixel (h, w, 2).
    """
    rows, cols = np.ascontiguousarray(floor_xz[..., 0]), np.ascontiguousarray(floor_xz[..., 1])
    out = cv2.remap(shade, cols, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(out, np.float32)
