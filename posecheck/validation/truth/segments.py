"""Trunk and pelvis from markers, by definitions close to those of the International Society of Biomechanics.

Markers: C7, T8, IJ (sternal notch) and PX (xiphoid) on the trunk; LASI, RASI, LPSI and RPSI on the pelvis.

- Thorax (Wu et al. 2005, doi 10.1016/j.jbiomech.2004.05.042): its Z axis, to the right, is perpendicular to the plane
  of IJ, C7 and the middle of PX and T8.
- Pelvis (Wu et al. 2002, doi 10.1016/S0021-9290(01)00222-6): its Z axis, to the right, runs from LASI to RASI.
- Trunk line: from the middle of the four pelvis markers to the middle of C7 and IJ, since posecheck's runs from the
  hips to the shoulders; the ISB's own long axis belongs to the thorax alone.

Angles and signs are then those of posecheck.kinematics.angles, with the thorax' Z axis for the shoulder line and the
pelvis' for the hip line: Cardan sequence Y-X-Z about the vertical, for a person who lies about the trunk line.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.errors import InputError
from posecheck.kinematics.geometry import (
    UP,
    axial_rotation,
    cross,
    dot,
    elevation,
    lateral_tilt,
    orthogonal,
    unit,
    yaw,
)
from posecheck.validation.truth.tables import shown

ALIASES: dict[str, tuple[str, ...]] = {
    "C7": ("C7",),
    "T8": ("T8",),
    "IJ": ("IJ", "CLAV", "SN", "SJN"),
    "PX": ("PX", "STRN", "XP", "SXS"),
    "LASI": ("LASI", "LASIS", "L.ASIS", "LIAS"),
    "RASI": ("RASI", "RASIS", "R.ASIS", "RIAS"),
    "LPSI": ("LPSI", "LPSIS", "L.PSIS", "LIPS"),
    "RPSI": ("RPSI", "RPSIS", "R.PSIS", "RIPS"),
}
"""The markers that are needed, and the names that laboratories give them."""
TO_CAMERA: dict[str, Floats] = {
    "y": np.array([[1.0, 0, 0], [0, -1, 0], [0, 0, -1]]),
    "z": np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]),
    "x": np.array([[0, 1.0, 0], [-1, 0, 0], [0, 0, 1]]),
}
"""For each axis that points up, the rotation to the axes of posecheck's geometry, in which y points down."""


@dataclass(frozen=True, slots=True)
class Segments:
    """Hold the directions (n, 3) of trunk and pelvis, in the axes of posecheck's geometry."""

    thorax_right: Floats
    pelvis_right: Floats
    trunk: Floats
    up: Floats


def named(markers: Mapping[str, Floats], chosen: Mapping[str, str]) -> dict[str, Floats]:
    """Return the markers that are needed by our names, as far as they are there.

    Args:
        markers: (n, 3) positions by the file's names; a prefix such as `Anna:` is left out.
        chosen: The file's name of a marker by ours, where it is none of ALIASES.
    """
    plain = {name.rpartition(":")[2].strip().casefold(): name for name in reversed(list(markers))}
    out = {}
    for ours, known in ALIASES.items():
        wanted = (chosen[ours],) if ours in chosen else known
        found = next((name for one in wanted for name in (one, plain.get(one.casefold())) if name in markers), None)
        if found is not None:
            out[ours] = markers[found]
    return out


def angles_of(
    path: Path, markers: Mapping[str, Floats], chosen: Mapping[str, str], up: str, *, lying: bool
) -> dict[str, Floats]:
    """Return the angles of trunk and pelvis over time.

    Args:
        path: The file, for messages.
        markers: (n, 3) positions by the file's names.
        chosen: The file's name of a marker by ours.
        up: The axis of the laboratory that points up: x, y or z.
        lying: Whether the person lies in this stretch.

    Returns:
        (n,) degrees by the names of ANGLES, NaN where a marker is not seen.

    Raises:
        InputError: Markers are missing; the message names them.
    """
    held = named(markers, chosen)
    missing = [name for name in ALIASES if name not in held]
    if missing:
        text = "{file}: markers: expected {missing} as well, found {found}"
        raise InputError("no_markers", text, hint="markers", file=path, missing=shown(missing), found=shown([*markers]))
    body = _segments({name: xyz @ TO_CAMERA[up].T for name, xyz in held.items()}, lying=lying)
    with np.errstate(invalid="ignore"):
        return {name: compute(body) for name, compute in MEASURES.items()}


def _segments(at: Mapping[str, Floats], *, lying: bool) -> Segments:
    with np.errstate(invalid="ignore"):
        low = (at["PX"] + at["T8"]) / 2
        thorax = unit(cross(at["IJ"] - at["C7"], (at["IJ"] + at["C7"]) / 2 - low))
        pelvis = unit(at["RASI"] - at["LASI"])
        middle = (at["LASI"] + at["RASI"] + at["LPSI"] + at["RPSI"]) / 4
        trunk = unit((at["C7"] + at["IJ"]) / 2 - middle)
    return Segments(thorax, pelvis, trunk, trunk if lying else np.broadcast_to(UP, trunk.shape))


def _flexion(b: Segments) -> Floats:
    high = orthogonal(np.broadcast_to(UP, b.trunk.shape), b.pelvis_right)
    return np.degrees(np.arctan2(dot(b.trunk, cross(high, b.pelvis_right)), dot(b.trunk, high)))


def _inclination(b: Segments) -> Floats:
    up = np.broadcast_to(UP, b.trunk.shape)
    facing = unit(cross(up, orthogonal(unit(b.pelvis_right + b.thorax_right), up)))
    return np.degrees(np.arctan2(dot(b.trunk, facing), dot(b.trunk, up)))


MEASURES: dict[str, Callable[[Segments], Floats]] = {
    "trunk_rotation": lambda b: axial_rotation(b.thorax_right, b.pelvis_right, b.up),
    "trunk_lateral_flexion": lambda b: lateral_tilt(b.thorax_right, b.pelvis_right, b.up),
    "trunk_flexion": _flexion,
    "trunk_inclination": _inclination,
    "pelvis_rotation": lambda b: yaw(b.pelvis_right),
    "shoulder_rotation": lambda b: yaw(b.thorax_right),
    "pelvis_obliquity": lambda b: -elevation(b.pelvis_right, UP),
    "lying_roll": lambda b: axial_rotation(b.thorax_right, b.pelvis_right, b.trunk),
}
"""How each angle is computed; see posecheck.kinematics.joint_angles for the same on landmarks."""
