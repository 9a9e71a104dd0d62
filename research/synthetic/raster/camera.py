"""A pinhole camera placed by azimuth, elevation and distance around a point in the room."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from research.synthetic.anatomy.rotations import Array, about_y, unit


def nearer(fov_deg: float) -> float:
    """Return by what a distance is multiplied so that a person stays as large as with a field of view of 42 degrees."""
    return float(np.tan(np.radians(21.0)) / np.tan(np.radians(fov_deg / 2.0)))


@dataclass(frozen=True)
class Camera:
    """A pinhole camera.

    Attributes:
        azimuth_deg: Where it stands: 0 faces a person at yaw 0, 90 is at the person's left.
        elevation_deg: How steeply it looks down.
        distance_m: Its distance from the target.
        fov_deg: Its vertical field of view.
        roll_deg: How far the picture is turned clockwise.
        target: The point (3,) it looks at, metres in world axes.
        size_wh: Width and height of the picture, pixels.
    """

    azimuth_deg: float = 0.0
    elevation_deg: float = 4.0
    distance_m: float = 3.2
    fov_deg: float = 42.0
    roll_deg: float = 0.0
    target: tuple[float, float, float] = (0.0, 0.85, 0.0)
    size_wh: tuple[int, int] = field(default=(640, 480))

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return 0.5 * self.size_wh[1] / float(np.tan(np.radians(self.fov_deg) / 2.0))

    @property
    def position(self) -> Array:
        """Place of the lens (3,) in the world, metres."""
        e = np.radians(self.elevation_deg)
        way = about_y(self.azimuth_deg) @ np.array([np.cos(e), np.sin(e), 0.0])
        out: Array = np.array(self.target) + self.distance_m * way
        return out

    @property
    def rotation(self) -> Array:
        """Rotation (3, 3) from world to camera; its rows are image right, image down, and away from the lens."""
        away = unit(np.array(self.target) - self.position)
        right = unit(np.cross(away, np.array([0.0, 1.0, 0.0])))
        down = np.cross(away, right)
        r = np.radians(self.roll_deg)
        turned = np.stack([np.cos(r) * right - np.sin(r) * down, np.sin(r) * right + np.cos(r) * down])
        return np.concatenate([turned, away[None]])

    def view(self, points: Array) -> Array:
        """Return world points (..., 3) in camera axes: x right, y down, z away, metres."""
        out: Array = (points - self.position) @ self.rotation.T
        return out

    def project(self, points: Array) -> Array:
        """Return the pixels (..., 2) of world points (..., 3); the corner of the first pixel is (0, 0)."""
        seen = self.view(points)
        centre = np.array(self.size_wh) / 2.0
        out: Array = centre + self.focal_px * seen[..., :2] / np.maximum(seen[..., 2:], 1e-3)
        return out

    def rays(self, scale: int = 1) -> Array:
        """Return world directions (h*scale, w*scale, 3) through the pixel centres, with camera depth 1."""
        w, h = self.size_wh
        x = (np.arange(w * scale) + 0.5) / scale - w / 2.0
        y = (np.arange(h * scale) + 0.5) / scale - h / 2.0
        grid = np.stack(np.broadcast_arrays(x[None, :], y[:, None], np.array(self.focal_px)), axis=-1)
        out: Array = (grid / self.focal_px) @ self.rotation
        return out
