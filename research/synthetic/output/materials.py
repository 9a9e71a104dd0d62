"""Colours of a person's surfaces at each point: face, skin, hair, eyes, cloth and its patterns.

All functions take base-mesh coordinates (n, 3) in metres, so that the colours are fixed to the body.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from research.synthetic.raster.paint import Float
from research.synthetic.scene.wardrobe import (
    CLOTH,
    EYEBALL,
    HAIR,
    Look,
    arm_along,
    leg_end_m,
    on_arm,
    sleeve_end,
    smooth,
)

EYE_XYZ = (0.120, 0.732, 0.029)
HEM_M = 0.045


def _mix(base: Float, other: tuple[float, float, float] | Float, amount: Float) -> Float:
    a = amount[:, None]
    return np.asarray(base * (1.0 - a) + np.asarray(other, np.float32) * a, np.float32)


def mottle(p: Float, frequency: float, phase: float = 0.0) -> Float:
    """Return smooth noise (n,) in -1..1, made of a few crossed waves and so the same on every machine.

    Args:
        p: Base-mesh coordinates (n, 3).
        frequency: How fine the noise is, radians per metre.
        phase: Selects one of several patterns.
    """
    x, y, z = (p[:, i] * frequency for i in range(3))
    wave = (
        np.sin(x * 1.0 + y * 1.7 + phase)
        + np.sin(y * 1.3 - z * 2.1 + 1.7 * phase)
        + np.sin(z * 1.9 + x * 2.3 + 0.6 * phase)
        + np.sin((x + y + z) * 3.1 + 2.3 * phase)
    )
    return np.asarray(0.25 * wave, np.float32)


def skin_colour(p: Float, masks: Float, look: Look) -> Float:
    """Return display RGB (n, 3) of skin, with lips, brows, lashes and nails.

    Args:
        p: Base-mesh coordinates (n, 3).
        masks: Lips, eyelids, ears and fingernails (n, 4), as in the template.
        look: The person's look.
    """
    tone = np.asarray(look.skin, np.float32)
    rgb = (tone * (1.0 + 0.03 * mottle(p, 60.0))[:, None]).astype(np.float32)
    face = np.flatnonzero((p[:, 0] > 0.05) & (p[:, 1] > 0.60))
    if face.size:
        rgb[face] = _face(rgb[face], p[face], masks[face, 0], look)
    hand = np.flatnonzero((masks[:, 3] > 0.35) & (np.abs(p[:, 2]) > 0.4))
    if hand.size:
        nail = np.minimum(tone * 1.12, 1.0) * np.array([1.0, 0.9, 0.88], np.float32)
        rgb[hand] = _mix(rgb[hand], nail, 0.6 * smooth(0.35, 0.8, masks[hand, 3]))
    return rgb


def _face(rgb: Float, p: Float, lips: Float, look: Look) -> Float:
    """Paint cheeks, lips, eye sockets, lashes and brows over skin (n, 3)."""
    tone = np.asarray(look.skin, np.float32)
    face = smooth(0.05, 0.09, p[:, 0]) * smooth(0.60, 0.64, p[:, 1])
    y, width = p[:, 1], np.abs(p[:, 2])
    cheek = np.exp(-(((width - 0.042) / 0.02) ** 2) - ((y - 0.692) / 0.02) ** 2) * face
    nose = np.exp(-((width / 0.014) ** 2) - ((y - 0.695) / 0.014) ** 2) * face
    rgb = _mix(rgb, tone * np.array([1.0, 0.78, 0.74], np.float32), 0.45 * cheek + 0.3 * nose)
    lip = tone * np.array([0.86, 0.56, 0.55], np.float32)
    rgb = _mix(rgb, lip, 0.85 * smooth(0.25, 0.7, lips) * face)
    lash = np.exp(-(((width - EYE_XYZ[2]) / 0.0165) ** 4) - ((y - EYE_XYZ[1] - 0.0035) / 0.0045) ** 2)
    rgb = _mix(rgb, tone * np.float32(0.35), np.clip(0.6 * lash * face, 0, 1))
    socket = np.exp(-(((width - 0.030) / 0.022) ** 2) - ((y - EYE_XYZ[1] - 0.004) / 0.013) ** 2) * face
    rgb = _mix(rgb, tone * np.float32(0.72), 0.35 * socket)
    along = (width - 0.031) / 0.0205
    arch = EYE_XYZ[1] + 0.0205 + 0.0048 * (1.0 - along**2) + 0.0006 * along
    thick = 0.0042 - 0.0014 * np.clip(along, -1, 1)
    brow = np.exp(-(((y - arch) / thick) ** 2)) * (np.abs(along) < 1.05)
    return _mix(rgb, np.minimum(np.asarray(look.hair_rgb, np.float32) * 0.9, tone * 0.6), 0.85 * brow * face)


def eye_colour(p: Float, look: Look) -> Float:
    """Return display RGB (n, 3) of eyeballs: white, iris and pupil.

    Args:
        p: Base-mesh coordinates (n, 3).
        look: The person's look.
    """
    r = np.hypot(p[:, 1] - EYE_XYZ[1] + 0.0005, np.abs(p[:, 2]) - EYE_XYZ[2] - 0.0005)
    white = np.broadcast_to(np.array([0.90, 0.88, 0.86], np.float32), p.shape).astype(np.float32)
    iris = _mix(white, look.eye_rgb, 1.0 - smooth(0.0056, 0.0064, r))
    return _mix(iris, (0.03, 0.03, 0.03), 1.0 - smooth(0.0024, 0.0032, r))


def hair_colour(p: Float, masks: Float, look: Look) -> Float:
    """Return display RGB (n, 3) of hair, in strands.

    Args:
        p: Base-mesh coordinates (n, 3).
        masks: How much hair grows (n, 4); the skin shows where it is little.
        look: The person's look.
    """
    strand = 0.5 * np.sin(p[:, 2] * 900.0 + 40.0 * np.sin(p[:, 1] * 60.0)) + 0.5 * mottle(p, 220.0)
    base = np.broadcast_to(np.asarray(look.hair_rgb, np.float32), p.shape)
    hair = np.asarray(base * (1.0 + 0.20 * strand)[:, None], np.float32)
    return _mix(skin_colour(p, np.zeros_like(masks), look), hair, smooth(0.3, 0.5, masks[:, 0] + 0.06 * strand))


def pattern(p: Float, look: Look) -> Float:
    """Return how much of the accent colour a shirt shows (n,), 0 to 1.

    Args:
        p: Base-mesh coordinates (n, 3).
        look: The person's look.
    """
    x, y, z = p[:, 0], p[:, 1], p[:, 2]
    if look.pattern == "stripes":
        return smooth(-0.15, 0.15, np.sin(y * 2 * np.pi / 0.052))
    if look.pattern == "dots":
        u, v = z / 0.042, y / 0.042
        shift = 0.5 * (np.floor(v) % 2)
        du, dv = (u + shift) % 1.0 - 0.5, v % 1.0 - 0.5
        return 1.0 - smooth(0.19, 0.25, np.hypot(du, dv))
    if look.pattern == "checks":
        return 0.5 * smooth(-0.1, 0.1, np.sin(y * 105.0)) + 0.5 * smooth(-0.1, 0.1, np.sin(z * 105.0))
    if look.pattern == "block":
        return smooth(0.0, 0.004, y - 0.40 + 0.0 * x)
    if look.pattern == "print":
        ridge = y - 0.36 + 0.9 * np.abs(z)
        chevrons = (np.abs(ridge - 0.06) < 0.011) | (np.abs(ridge - 0.02) < 0.011)
        return np.asarray(chevrons * (np.abs(z) < 0.075) * (x > 0.0), np.float32)
    if look.pattern == "heather":
        return 0.18 + 0.18 * mottle(p, 420.0) + 0.1 * mottle(p, 37.0, 2.0)
    return np.zeros(len(p), np.float32)


def shell_colour(p: Float, masks: Float, look: Look) -> tuple[Float, Float]:
    """Return the colours of the shell of trunk and limbs.

    Args:
        p: Base-mesh coordinates (n, 3).
        masks: Lips, eyelids, ears and fingernails (n, 4), as in the template.
        look: The person's look.

    Returns:
        Display RGB (n, 3), and how much of each point is cloth (n,).
    """
    y, z = p[:, 1], np.abs(p[:, 2])
    arm = on_arm(p)
    skin = skin_colour(p, masks, look)
    along = arm_along(p)
    end = sleeve_end(look)
    neck_cut = 0.565 + 0.03 * smooth(0.02, 0.09, z) - 0.045 * (p[:, 0] > 0.03) * (1.0 - smooth(0.02, 0.075, z))
    if look.top == "tank":
        neck_cut = neck_cut - 0.035 * (1.0 - smooth(0.04, 0.07, z)) - 0.16 * smooth(0.112, 0.128, z)
    if look.top == "hoodie":
        neck_cut = neck_cut + 0.03
    hem = HEM_M
    on_top = np.where(arm > 0.5, smooth(-0.006, 0.006, end - along), smooth(hem - 0.002, hem + 0.002, y))
    on_top = on_top * (1.0 - smooth(-0.002, 0.002, y - neck_cut))
    cloth = _mix(np.broadcast_to(np.asarray(look.top_rgb, np.float32), p.shape), look.accent_rgb, pattern(p, look))
    edge = np.where(arm > 0.5, np.abs(end - 0.06 - along) < 0.012, (np.abs(y - hem - 0.012) < 0.0025))
    collar = (y > neck_cut - 0.012) & (arm < 0.5)
    cloth = _mix(
        cloth,
        np.asarray(look.top_rgb, np.float32) * np.float32(0.72),
        0.7 * (edge | collar).astype(np.float32),
    )
    legs = smooth(-0.003, 0.003, y - leg_end_m(look)) * (arm < 0.5) * (1.0 - smooth(0.09, 0.1, y))
    trousers = np.broadcast_to(np.asarray(look.bottom_rgb, np.float32), p.shape)
    side = (np.abs(p[:, 0] - 0.01 + 0.02 * smooth(-0.3, -0.7, y)) < 0.011) & (z > 0.105 + 0.06 * smooth(0.0, -0.7, y))
    if look.bottom != "leggings":
        trousers = _mix(trousers.astype(np.float32), look.accent_rgb, 0.7 * side.astype(np.float32))
    rgb = _mix(skin, trousers.astype(np.float32), legs)
    rgb = _mix(rgb, cloth, on_top)
    foot = 1.0 - smooth(-0.752, -0.748, y)
    covered = np.maximum(on_top, legs)
    if look.feet != "bare":
        shoe = np.broadcast_to(np.asarray(look.shoe_rgb, np.float32), p.shape).astype(np.float32)
        if look.feet == "shoes":
            shoe = _mix(shoe, (0.93, 0.93, 0.91), 1.0 - smooth(-0.802, -0.799, y))
            laces = (np.abs(np.sin(p[:, 0] * 260.0)) > 0.75) & (p[:, 0] > 0.05) & (p[:, 0] < 0.12) & (y > -0.785)
            shoe = _mix(shoe, look.accent_rgb, 0.7 * laces.astype(np.float32) * (np.abs(z - 0.195) < 0.022))
        rgb, covered = _mix(rgb, shoe, foot), np.maximum(covered, foot)
    crease = mottle(p, 45.0, 1.0) * 0.6 + mottle(p, 110.0, 3.0) * 0.4
    return np.asarray(rgb * (1.0 + 0.05 * crease * covered)[:, None], np.float32), covered.astype(np.float32)


def colours(kind: NDArray[np.uint8], p: Float, masks: Float, look: Look) -> tuple[Float, Float]:
    """Return the colours of a person's pixels.

    Args:
        kind: The kind of surface (n,): SKIN, EYEBALL, CLOTH or HAIR.
        p: Base-mesh coordinates (n, 3).
        masks: Lips, eyelids, ears and fingernails (n, 4), as in the template.
        look: The person's look.

    Returns:
        Display RGB (n, 3), and gloss (n,).
    """
    rgb = np.empty_like(p)
    gloss = np.empty(len(p), np.float32)
    for value in np.unique(kind):
        here = kind == value
        if value == HAIR:
            rgb[here], gloss[here] = hair_colour(p[here], masks[here], look), 0.12
        elif value == EYEBALL:
            rgb[here], gloss[here] = eye_colour(p[here], look), 0.5
        elif value == CLOTH:
            rgb[here], covered = shell_colour(p[here], masks[here], look)
            gloss[here] = 0.06 * (1.0 - covered) + 0.015 * covered
        else:
            rgb[here], gloss[here] = skin_colour(p[here], masks[here], look), 0.06
    return rgb, gloss
