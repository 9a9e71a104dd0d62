"""Bodies of any shape: the base mesh, moved by the weighted shape targets of the bundle.

Body axes in metres: X forward, Y up, Z to the person's right; the rest pose stands with the arms half raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from research.synthetic.anatomy.rotations import Array

BUNDLE = Path(__file__).parent / "bundle.npz"
DM = 0.1
HEAD, HAND, EYE, SHELL = 0, 1, 2, 3
SMILE_M = 0.0035
"""How far the corners of the mouth are raised; without this the base mesh looks sad."""
HEIGHT_SHARE = 0.25
"""The height targets reach from 1.2 to 2.5 m; this share keeps people between about 1.5 and 1.9 m."""


@dataclass(frozen=True)
class Shape:
    """Body parameters, each 0..1 with the average at 0.5; `ancestry` weighs african, asian, caucasian.

    `gender` runs from female to male; `age` from a young adult to an old one.
    """

    gender: float = 0.5
    age: float = 0.2
    weight: float = 0.5
    muscle: float = 0.5
    height: float = 0.5
    proportions: float = 0.6
    ancestry: tuple[float, float, float] = (0.33, 0.33, 0.34)

    def __post_init__(self) -> None:
        for name in ("gender", "age", "weight", "muscle", "height", "proportions"):
            value = getattr(self, name)
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"body.{name}: expected 0 to 1, found {value}")
        if min(self.ancestry) < 0.0 or sum(self.ancestry) <= 0.0:
            raise ValueError(f"body.ancestry: expected three weights with a positive sum, found {self.ancestry}")


@dataclass(frozen=True)
class Template:
    """What all bodies share: topology, skinning and the coordinates that textures are painted in.

    `paint_xyz` (n, 3) is the base mesh in metres, so that a pattern keeps its place on every body. `masks` (n, 4) in
    0..1: lips, eyelids, ears, fingernails. `parts` (n,) gives the part of each vertex (HEAD, HAND, EYE, SHELL).
    """

    bones: tuple[str, ...]
    parents: tuple[int, ...]
    points: tuple[str, ...]
    triangles: NDArray[np.int64]
    parts: NDArray[np.uint8]
    paint_xyz: Array
    masks: Array
    skin: Array
    names: tuple[str, ...]
    base: Array
    targets: NDArray[np.float32]


@dataclass(frozen=True)
class Body:
    """One person at rest: vertices (n, 3) and named joint points, in metres."""

    shape: Shape
    template: Template
    vertices: Array
    points: dict[str, Array]

    @property
    def stature_m(self) -> float:
        """Height from the lowest to the highest vertex."""
        return float(np.ptp(self.vertices[:, 1]))


def _axes(dm: NDArray[np.floating]) -> Array:
    """Turn mesh coordinates (x left, y up, z front; dm) into body axes in metres."""
    out: Array = np.stack([dm[..., 2], dm[..., 1], -dm[..., 0]], axis=-1).astype(np.float64) * DM
    return out


def _other(name: str) -> str:
    return name[:-1] + "R" if name.endswith(".L") else name


@cache
def load_template() -> Template:
    """Read the bundle, restoring the right half of the body by reflection."""
    with np.load(BUNDLE) as raw:
        left, middle = int(raw["left"]), int(raw["middle"])
        half = left + middle
        bones = tuple(str(b) for b in raw["bones"])
        half_points = [str(p) for p in raw["points"]]
        sided = [i for i, name in enumerate(half_points) if name.endswith(".L")]
        coded = raw["targets_low"].astype(np.int32) | (raw["targets_high"].astype(np.int32) << 8)
        delta = (coded >> 1) ^ -(coded & 1)
        steps = np.cumsum(delta, axis=2).transpose(0, 2, 1)

        def whole(field: NDArray[np.floating]) -> Array:
            flip = np.array([-1.0, 1.0, 1.0])
            vertices, points = field[..., :half, :], field[..., half:, :]
            parts = [vertices, vertices[..., :left, :] * flip, points, points[..., sided, :] * flip]
            return np.concatenate(parts, axis=-2)

        points = tuple(half_points + [_other(half_points[i]) for i in sided])
        swap = np.array([bones.index(_other(b)) for b in bones])
        index = raw["bone_index"]
        weight = raw["bone_weight"]
        index = np.concatenate([index, swap[index[:left]].astype(np.uint8)])
        weight = np.concatenate([weight, weight[:left]]) / 255.0
        skin = np.zeros((len(index), len(bones)))
        np.add.at(skin, (np.arange(len(index))[:, None], index), weight)
        quads = raw["quads"].astype(np.int64)
        parts = np.zeros(len(index), np.uint8)
        parts[quads.ravel()] = np.repeat(raw["parts"], 4)
        base = whole(raw["base"])
        masks = np.concatenate([raw["masks"], raw["masks"][:, :left]], axis=1).T / 255.0
        return Template(
            bones=bones,
            parents=tuple(int(p) for p in raw["parents"]),
            points=points,
            triangles=np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]),
            parts=parts,
            paint_xyz=_axes(base[: len(index)]),
            masks=masks,
            skin=skin,
            names=tuple(str(n) for n in raw["names"]),
            base=base,
            targets=whole(steps * 1e-3).astype(np.float32),
        )


def _between(value: float, low: str, high: str) -> dict[str, float]:
    return {low: 1.0 - value, high: value}


def _around(value: float, low: str, high: str, middle: str = "average") -> dict[str, float]:
    below, above = max(0.0, 1.0 - 2.0 * value), max(0.0, 2.0 * value - 1.0)
    return {low: below, middle: 1.0 - below - above, high: above}


def target_weights(shape: Shape) -> dict[str, float]:
    """Return the weight of every shape target: the product of the parameters that its name combines."""
    total = sum(shape.ancestry)
    races = dict(zip(("african", "asian", "caucasian"), (a / total for a in shape.ancestry), strict=True))
    sexes = _between(shape.gender, "female", "male")
    ages = _between(shape.age, "young", "old")
    muscles, weights = _around(shape.muscle, "min", "max"), _around(shape.weight, "min", "max")
    heights = _around(0.5 + HEIGHT_SHARE * (shape.height - 0.5), "min", "max")
    kinds = _around(shape.proportions, "uncommon", "ideal")
    out: dict[str, float] = {}
    for sex, s in sexes.items():
        for race, r in races.items():
            for age, a in ages.items():
                out[f"{race}-{sex}-{age}"] = s * r * a
        for muscle, m in muscles.items():
            for weight, w in weights.items():
                out[f"universal-{sex}-young-{muscle}muscle-{weight}weight"] = s * m * w
        middle = f"{sex}-young-averagemuscle-averageweight"
        for end in ("min", "max"):
            out[f"height/{middle}-{end}height"] = s * heights[end]
        for kind in ("uncommon", "ideal"):
            out[f"proportions/{middle}-{kind}proportions"] = s * kinds[kind]
    return out


def make_body(shape: Shape) -> Body:
    """Return the body of a shape: base mesh and shape targets blended, joints computed as means of mesh points."""
    template = load_template()
    weights = target_weights(shape)
    amount = np.array([weights[name] for name in template.names])
    blended = template.base + np.tensordot(amount, template.targets.astype(np.float64), axes=1)
    metres = _axes(blended)
    count = len(template.parts)
    corner = np.abs(template.paint_xyz) - np.array([0.115, 0.664, 0.026])
    near = np.exp(-(corner**2).sum(axis=1) / 0.012**2) * (template.parts == HEAD)
    metres[:count] += SMILE_M * near[:, None] * np.array([-0.2, 1.0, 0.0])
    points = {name: metres[count + i] for i, name in enumerate(template.points)}
    return Body(shape, template, metres[:count], points)
