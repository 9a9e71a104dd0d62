"""What the person uses: chair, mat, bed and foam roller, sized to the person."""

from __future__ import annotations

import numpy as np

from research.synthetic.anatomy.rotations import Array, about_y
from research.synthetic.raster.meshes import Mesh, box, cylinder, joined

RGB = tuple[float, float, float]


def chair(seat_m: float, hip_back_m: float, rgb: RGB, sideways: bool = False) -> Mesh:
    """Return a chair under a person at the origin who faces X.

    Args:
        seat_m: The height of its seat.
        hip_back_m: X of the rearmost point of the seat; the back rest is behind it.
        rgb: Display RGB 0..1 of the wood.
        sideways: Whether the person sits across, with the back rest at their side.
    """
    wood, pad = np.array(rgb), np.array(rgb) * 0.55 + np.array([0.22, 0.23, 0.25])
    back = hip_back_m - 0.045
    front = back + 0.45
    parts = [box((back, seat_m - 0.05, -0.23), (front, seat_m - 0.004, 0.23), pad)]
    for x in (back, front - 0.04):
        for z in (-0.22, 0.18):
            top = seat_m + 0.47 if x == back else seat_m - 0.05
            parts.append(box((x - 0.0, 0.0, z), (x + 0.04, top, z + 0.04), wood))
    for y in (0.20, 0.34):
        parts.append(box((back + 0.004, seat_m + y, -0.2), (back + 0.03, seat_m + y + 0.1, 0.2), wood))
    whole = joined(parts)
    if not sideways:
        return whole
    centre = np.array([(back + front) / 2, 0.0, 0.0])
    turned = Mesh(whole.vertices - centre, whole.triangles, whole.colour)
    return turned.placed(about_y(-90.0), np.array([-0.02, 0.0, 0.0]))


def mat(centre: Array, along_deg: float, rgb: RGB, length_m: float = 1.85) -> Mesh:
    """Return an exercise mat on the floor.

    Args:
        centre: Its centre (3,), metres; the height is ignored.
        along_deg: How far its long side is turned from X.
        rgb: Display RGB 0..1.
        length_m: Its length.
    """
    tone = np.array(rgb)
    sheet = box((-length_m / 2, 0.0005, -0.34), (length_m / 2, 0.008, 0.34), tone, 0.12)
    return sheet.placed(about_y(along_deg), np.array([centre[0], 0.0, centre[2]]))


def roller(at: Array, rgb: RGB, radius_m: float = 0.075) -> Mesh:
    """Return a foam roller that lies across the person, along Z.

    Args:
        at: Its centre (3,), metres.
        rgb: Display RGB 0..1; it is drawn darker.
        radius_m: Its radius.
    """
    tone = np.array(rgb) * 0.6 + 0.1
    return cylinder(radius_m, 0.5, tone, tone * 0.6).placed(np.eye(3), at)


def bed(edge: Array, top_m: float, rgb: RGB, length_m: float = 1.5) -> Mesh:
    """Return a bed that reaches forward along X from its edge.

    Args:
        edge: A point (3,) above the edge, metres.
        top_m: The height of the mattress.
        rgb: Display RGB 0..1 of the frame.
        length_m: How far it reaches.
    """
    frame, sheet = np.array(rgb), np.array((0.86, 0.88, 0.90))
    low, high = edge[0], edge[0] + length_m
    parts = [
        box((low, 0.08, -0.55), (high, max(top_m - 0.16, 0.1), 0.55), frame, 0.12),
        box((low, max(top_m - 0.16, 0.1), -0.53), (high, top_m, 0.53), sheet, 0.12),
    ]
    return joined(parts)
