"""Who appears in a random clip, how they look and where: two casts, "dev" and "test", with nothing in common."""

from __future__ import annotations

from typing import Literal

import numpy as np

from research.synthetic.anatomy.body import Shape
from research.synthetic.scene.rooms import Room
from research.synthetic.scene.wardrobe import RGB, Look

Split = Literal["dev", "test"]
SPLITS: tuple[Split, ...] = ("dev", "test")

_SKIN: dict[str, tuple[RGB, ...]] = {
    "dev": (
        (0.87, 0.70, 0.60),
        (0.78, 0.58, 0.47),
        (0.62, 0.43, 0.32),
        (0.45, 0.30, 0.22),
        (0.33, 0.22, 0.17),
    ),
    "test": (
        (0.84, 0.66, 0.55),
        (0.70, 0.50, 0.38),
        (0.54, 0.37, 0.27),
        (0.38, 0.26, 0.20),
        (0.90, 0.75, 0.66),
    ),
}
_HAIR_RGB: dict[str, tuple[RGB, ...]] = {
    "dev": ((0.08, 0.06, 0.05), (0.24, 0.15, 0.09), (0.55, 0.40, 0.22), (0.60, 0.60, 0.60)),
    "test": ((0.12, 0.09, 0.08), (0.35, 0.20, 0.12), (0.68, 0.53, 0.32), (0.42, 0.42, 0.43)),
}
_TOP_RGB: dict[str, tuple[RGB, ...]] = {
    "dev": (
        (0.20, 0.42, 0.62), (0.80, 0.36, 0.30), (0.30, 0.50, 0.38), (0.86, 0.84, 0.80), (0.22, 0.22, 0.26),
        (0.76, 0.62, 0.30), (0.52, 0.38, 0.58),
    ),
    "test": (
        (0.26, 0.55, 0.60), (0.70, 0.28, 0.42), (0.48, 0.55, 0.30), (0.92, 0.90, 0.86), (0.30, 0.32, 0.36),
        (0.88, 0.55, 0.28), (0.36, 0.36, 0.62),
    ),
}  # fmt: skip
_PATTERN = {"dev": ("plain", "stripes", "print", "heather"), "test": ("plain", "dots", "checks", "block")}
_HAIRS = {"dev": ("short", "bun", "tail", "crop"), "test": ("short", "bob", "bald", "tail")}
_WALL_RGB: dict[str, tuple[RGB, ...]] = {
    "dev": ((0.86, 0.84, 0.79), (0.72, 0.79, 0.77), (0.80, 0.76, 0.82), (0.62, 0.66, 0.72)),
    "test": ((0.90, 0.87, 0.84), (0.78, 0.82, 0.86), (0.82, 0.74, 0.66), (0.58, 0.64, 0.58)),
}
_WALLS = {"dev": ("plain", "panel"), "test": ("stripe", "brick", "plain")}
_FLOORS = {"dev": ("planks", "carpet"), "test": ("tiles", "concrete", "planks")}
_FLOOR_RGB: dict[str, RGB] = {
    "planks": (0.62, 0.47, 0.33),
    "carpet": (0.60, 0.58, 0.55),
    "tiles": (0.76, 0.74, 0.70),
    "concrete": (0.60, 0.60, 0.60),
}


def pick(rng: np.random.Generator, options: tuple[str, ...]) -> str:
    """Draw one of several names.

    Args:
        rng: The source of randomness.
        options: The names.
    """
    return options[int(rng.integers(len(options)))]


def _tint(rng: np.random.Generator, options: tuple[RGB, ...], spread: float = 0.03) -> RGB:
    r, g, b = np.clip(np.array(options[int(rng.integers(len(options)))]) + rng.uniform(-spread, spread, 3), 0.02, 0.97)
    return float(r), float(g), float(b)


def random_shape(rng: np.random.Generator) -> Shape:
    """Draw a body: mostly near one end of the gender scale, adults of any age, build and height."""
    gender = float(rng.beta(0.45, 0.45))
    ancestry = rng.dirichlet((0.6, 0.6, 0.6))
    return Shape(
        gender=gender,
        age=float(rng.uniform(0.0, 0.85)),
        weight=float(rng.uniform(0.2, 0.85)),
        muscle=float(rng.uniform(0.25, 0.8)),
        height=float(rng.uniform(0.15, 0.9)),
        proportions=float(rng.uniform(0.35, 0.95)),
        ancestry=(float(ancestry[0]), float(ancestry[1]), float(ancestry[2])),
    )


def random_look(rng: np.random.Generator, split: Split, gender: float) -> Look:
    """Draw skin, hair and clothes.

    Args:
        rng: The source of randomness.
        split: The split whose lists are used.
        gender: 0 female to 1 male; some hair styles are for one half only.
    """
    hairs = tuple(h for h in _HAIRS[split] if gender < 0.5 or h not in ("bun", "bob", "tail"))
    hairs = tuple(h for h in hairs if gender >= 0.5 or h not in ("bald", "crop"))
    accent: tuple[RGB, ...] = ((0.92, 0.92, 0.88), (0.15, 0.17, 0.22), (0.90, 0.78, 0.40))
    dark: tuple[RGB, ...] = ((0.16, 0.17, 0.22), (0.30, 0.30, 0.33), (0.20, 0.28, 0.38), (0.35, 0.30, 0.27))
    shoes: tuple[RGB, ...] = ((0.86, 0.87, 0.88), (0.25, 0.26, 0.30), (0.70, 0.32, 0.30))
    return Look(
        skin=_tint(rng, _SKIN[split], 0.02),
        hair=pick(rng, hairs),
        hair_rgb=_tint(rng, _HAIR_RGB[split], 0.02),
        top=pick(rng, ("t-shirt", "long", "tank", "hoodie")),
        pattern=pick(rng, _PATTERN[split]),
        top_rgb=_tint(rng, _TOP_RGB[split]),
        accent_rgb=_tint(rng, accent),
        bottom=pick(rng, ("leggings", "trousers", "shorts")),
        bottom_rgb=_tint(rng, dark),
        feet=pick(rng, ("shoes", "shoes", "socks", "bare")),
        shoe_rgb=_tint(rng, shoes),
    )


def random_room(rng: np.random.Generator, split: Split) -> Room:
    """Draw a room.

    Args:
        rng: The source of randomness.
        split: The split whose lists are used.
    """
    floor = pick(rng, _FLOORS[split])
    mats: tuple[RGB, ...] = ((0.36, 0.52, 0.50), (0.55, 0.36, 0.45), (0.30, 0.36, 0.52), (0.60, 0.52, 0.34))
    return Room(
        wall=pick(rng, _WALLS[split]),
        wall_rgb=_tint(rng, _WALL_RGB[split]),
        floor=floor,
        floor_rgb=_tint(rng, (_FLOOR_RGB[floor],), 0.05),
        angle_deg=float(rng.uniform(-18, 18)),
        back_m=float(rng.uniform(1.6, 2.6)),
        window=bool(rng.random() < 0.7),
        window_at_m=float(rng.uniform(-1.7, -0.7)),
        plant=bool(rng.random() < 0.6),
        picture=bool(rng.random() < 0.7),
        shelf=bool(rng.random() < 0.3),
        mat_rgb=_tint(rng, mats),
        warmth=float(rng.uniform(0.0, 1.2)),
        light_side=float(rng.choice([-1.0, 1.0]) * rng.uniform(0.6, 1.3)),
    )
