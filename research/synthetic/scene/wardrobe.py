"""How a person looks: skin, hair, clothes and eyes, and the surfaces that show them.

Clothes are the shell of trunk and limbs, moved outward and coloured. Hair is a copy of the scalp, moved outward, with a
bun or tail. Colours depend on the coordinates of the base mesh, so they move with the body.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy.body import HEAD, SHELL, Body, Template, load_template
from research.synthetic.anatomy.rotations import Array
from research.synthetic.raster.meshes import sphere
from research.synthetic.raster.paint import vertex_normals

RGB = tuple[float, float, float]
SKIN, EYEBALL, CLOTH, HAIR = 0, 1, 2, 3
HAIRS = ("short", "crop", "bun", "tail", "bald", "bob")
TOPS = ("t-shirt", "long", "tank", "hoodie")
PATTERNS = ("plain", "stripes", "dots", "checks", "block", "print", "heather")
BOTTOMS = ("leggings", "trousers", "shorts")
FEET = ("shoes", "socks", "bare")


@dataclass(frozen=True)
class Look:
    """How a person looks; colours are display RGB 0..1.

    Attributes:
        ease: How far shirt and trousers stand off the body, in multiples of the usual; what is more hangs in folds.
    """

    skin: RGB = (0.80, 0.62, 0.52)
    hair: str = "short"
    hair_rgb: RGB = (0.18, 0.12, 0.08)
    eye_rgb: RGB = (0.30, 0.22, 0.14)
    top: str = "t-shirt"
    pattern: str = "plain"
    top_rgb: RGB = (0.20, 0.42, 0.62)
    accent_rgb: RGB = (0.92, 0.92, 0.88)
    bottom: str = "leggings"
    bottom_rgb: RGB = (0.16, 0.17, 0.22)
    feet: str = "shoes"
    shoe_rgb: RGB = (0.85, 0.86, 0.88)
    ease: float = 1.0

    def __post_init__(self) -> None:
        choices = {"hair": HAIRS, "top": TOPS, "pattern": PATTERNS, "bottom": BOTTOMS, "feet": FEET}
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"style.{name}: expected one of {', '.join(allowed)}, found {getattr(self, name)!r}")


@dataclass(frozen=True)
class Figure:
    """All surfaces of one dressed person at rest, with what skinning and shading need for each vertex.

    Attributes:
        vertices: Vertices (v, 3), metres.
        triangles: Vertex indices (t, 3).
        weights: Weight of every bone (v, b).
        paint_xyz: Base-mesh coordinates for colours (v, 3), metres.
        masks: Lips, eyelids, ears and fingernails (v, 4); for hair how much grows.
        kind: SKIN, EYEBALL, CLOTH or HAIR (v,).
    """

    vertices: Array
    triangles: NDArray[np.int64]
    weights: Array
    paint_xyz: NDArray[np.float32]
    masks: NDArray[np.float32]
    kind: NDArray[np.uint8]


def smooth(low: float, high: float, value: Array | NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a smooth step from 0 to 1.

    Args:
        low: Where it is 0.
        high: Where it is 1; smaller than `low` for a step downward.
        value: The values (n,).
    """
    t = np.clip((np.asarray(value, np.float64) - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)


def arm_along(paint: Array | NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the position along the arm at rest (n,): 0 at the shoulder, 1 at the elbow, about 1.85 at the wrist."""
    y, z = paint[:, 1], np.abs(paint[:, 2])
    upper = ((z - 0.173) * 0.16 + (0.499 - y) * 0.177) / (0.16**2 + 0.177**2)
    lower = 1.0 + ((z - 0.333) * 0.121 + (0.322 - y) * 0.121) / (2 * 0.121**2) * 0.85
    return np.where(upper < 1.0, upper, np.maximum(lower, 1.0)).astype(np.float32)


def on_arm(paint: Array | NDArray[np.float32]) -> NDArray[np.float32]:
    """Return 1 for points on the arms and 0 on trunk and legs (n,), in the rest pose."""
    z, y = np.abs(paint[:, 2]), paint[:, 1]
    reach = z - 0.165 - 0.35 * np.clip(0.47 - y, 0.0, 0.2) + 0.2 * np.clip(y - 0.47, 0.0, 0.1)
    return np.asarray(smooth(-0.01, 0.03, reach) * (y > 0.12), np.float32)


def scalp(template: Template) -> Array:
    """Return how much hair grows at each vertex of the body (v,), 0 to 1."""
    p = template.paint_xyz
    above = p[:, 1] - (0.664 + 0.93 * (p[:, 0] + 0.03)) + 0.012 * np.clip(1.0 - (p[:, 2] / 0.03) ** 2, 0.0, 1.0)
    ears = np.where((np.abs(p[:, 2]) > 0.066) & (p[:, 0] < 0.075) & (p[:, 1] < 0.755), template.masks[:, 2], 0.0)
    out: Array = smooth(0.0, 0.016, above) * (1.0 - smooth(0.2, 0.5, ears)) * (template.parts == HEAD)
    return out


def sleeve_end(look: Look) -> float:
    """Return where the sleeve ends along the arm (see `arm_along`)."""
    return {"t-shirt": 0.62, "long": 1.78, "tank": -0.4, "hoodie": 1.8}[look.top]


def leg_end_m(look: Look) -> float:
    """Return the height (base mesh, metres) down to which the legs are covered."""
    return {"leggings": -0.73, "trousers": -0.755, "shorts": -0.27}[look.bottom]


def _offsets(look: Look, p: Array, normals: Array) -> Array:
    """Return how far (metres) the shell moves outward to make clothes and shoes."""
    arm = on_arm(p)
    top = np.where(arm > 0.5, smooth(0.0, 0.06, sleeve_end(look) - arm_along(p)), smooth(0.025, 0.05, p[:, 1]))
    loose = {"t-shirt": 0.010, "long": 0.007, "tank": 0.002, "hoodie": 0.016}[look.top]
    legs = smooth(0.0, 0.02, leg_end_m(look) * -1.0 + p[:, 1]) * (p[:, 1] < 0.12) * (1.0 - arm)
    ease = {"leggings": 0.002, "trousers": 0.013, "shorts": 0.012}[look.bottom]
    waves = np.sin(p[:, 1] * 70.0 + 25.0 * np.sin(p[:, 2] * 14.0 + p[:, 0] * 9.0)).astype(np.float32)
    folds = look.ease + (look.ease - 1.0) * 0.4 * waves
    out = 0.001 + loose * folds * top + ease * folds * legs * (1.0 - top)
    if look.bottom == "trousers":
        out = out + 0.012 * legs * smooth(-0.25, -0.6, p[:, 1])
    shoe = smooth(-0.735, -0.755, p[:, 1])
    out = out * (1 - shoe) + shoe * 0.011 if look.feet == "shoes" else out * (1 - shoe) + shoe * 0.0015
    return out[:, None] * normals


def _hair(template: Template, look: Look, normals: Array) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """Return used vertices, triangles among them and their outward shift (v, 3) of the hair cap."""
    grows = scalp(template)
    thick = {"short": 0.016, "crop": 0.005, "bun": 0.011, "tail": 0.011, "bob": 0.022}.get(look.hair, 0.0)
    faces = template.triangles[(grows[template.triangles] > 0.02).any(axis=1)]
    used = np.unique(faces)
    number = np.zeros(len(grows), np.int64)
    number[used] = np.arange(len(used))
    p = template.paint_xyz[used]
    crown = smooth(0.74, 0.84, p[:, 1])
    wave = 0.0018 * np.sin(p[:, 2] * 210.0 + 30.0 * p[:, 0]) * np.sin(p[:, 1] * 130.0)
    lift = grows[used] * (thick * (0.55 + 0.6 * crown) + wave * (thick > 0.008)) - 0.004 * (1.0 - grows[used])
    return used, number[faces], normals[used] * lift[:, None]


def _extra_hair(body: Body, look: Look) -> list[tuple[Array, NDArray[np.int64]]]:
    top, eye = body.points["head_top"], body.points["eye.L"]
    size = float(top[1] - eye[1]) / 0.11
    black = np.zeros(3)
    if look.hair == "bun":
        ball = sphere((0.038 * size, 0.036 * size, 0.042 * size), black)
        return [(ball.vertices + top + np.array([-0.105, -0.015, 0.0]) * size, ball.triangles)]
    if look.hair == "tail":
        tail = sphere((0.028 * size, 0.115 * size, 0.03 * size), black, rings=14)
        lean = tail.vertices[:, 1:2] * np.array([[0.28, 0.0, 0.0]])
        return [(tail.vertices + lean + top + np.array([-0.125, -0.165, 0.0]) * size, tail.triangles)]
    if look.hair == "bob":
        mop = sphere((0.088 * size, 0.1 * size, 0.088 * size), black, rings=14, around=24)
        v = mop.vertices.copy()
        v[:, 0] = np.minimum(v[:, 0], 0.012)
        return [(v + top + np.array([-0.03, -0.125, 0.0]) * size, mop.triangles)]
    return []


def dress(body: Body, look: Look) -> Figure:
    """Return the surfaces of a dressed person.

    Args:
        body: The body.
        look: How the person looks.
    """
    t = load_template()
    normals = vertex_normals(body.vertices, t.triangles).astype(np.float64)
    shell = t.parts == SHELL
    vertices = body.vertices.copy()
    vertices[shell] += _offsets(look, t.paint_xyz[shell], normals[shell])
    if look.feet == "shoes":
        sole = shell & (t.paint_xyz[:, 1] < -0.80)
        vertices[sole, 1] -= 0.012
    kind = np.where(t.parts == SHELL, CLOTH, np.where(t.parts == 2, EYEBALL, SKIN)).astype(np.uint8)
    pieces = [(vertices, t.triangles, t.skin, t.paint_xyz, t.masks, kind)]
    head = np.zeros((1, t.skin.shape[1]))
    head[0, t.bones.index("head")] = 1.0
    if look.hair != "bald":
        used, faces, shift = _hair(t, look, normals)
        count = len(used)
        masks = np.tile(scalp(t)[used][:, None], (1, 4))
        pieces.append(
            (
                vertices[used] + shift,
                faces,
                t.skin[used],
                t.paint_xyz[used],
                masks,
                np.full(count, HAIR, np.uint8),
            )
        )
    for points, faces in _extra_hair(body, look):
        n = len(points)
        paint = points - body.points["head_top"] + np.array([0.041, 0.842, 0.0])
        pieces.append((points, faces, np.repeat(head, n, 0), paint, np.ones((n, 4)), np.full(n, HAIR, np.uint8)))
    starts = np.cumsum([0] + [len(p[0]) for p in pieces[:-1]])
    return Figure(
        vertices=np.concatenate([p[0] for p in pieces]),
        triangles=np.concatenate([p[1] + s for p, s in zip(pieces, starts, strict=True)]),
        weights=np.concatenate([p[2] for p in pieces]),
        paint_xyz=np.concatenate([p[3] for p in pieces]).astype(np.float32),
        masks=np.concatenate([p[4] for p in pieces]).astype(np.float32),
        kind=np.concatenate([p[5] for p in pieces]),
    )
