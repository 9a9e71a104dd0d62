"""Ranges for a stretch of one's own, proposed from a recording of it, and the stretch as a file.

A proposal takes the person's own end position as the target, and puts caution and stop a little beyond it, but never
beyond the strictest published norm that a stretch of posecheck states for the same angle and direction. It is our own
judgement, and says so: a recording cannot show what is safe.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tomlkit

from posecheck.assessment.analysis import Analysis
from posecheck.core.i18n import N_
from posecheck.kinematics.angles import ANGLES
from posecheck.stretches.library import all_stretches
from posecheck.stretches.ranges import AngleRange, Kind
from posecheck.stretches.stretch import Stretch

MOVED_DEG = 12.0
"""An angle that moved less than this is not part of the exercise."""
MIN_SHARE = 0.6
"""A range is proposed only for an angle that was judged in at least this share of the frames with a person."""
ROOM_DEG = 5.0
"""How far caution is past the end position, and stop past caution."""
PLATEAU = 95.0
"""The percentile taken as the end position; the largest single frame would not be a position that was held."""
HEADING = {
    "trunk_rotation": Kind.OVER_ROTATION,
    "pelvis_rotation": Kind.PELVIS_TURNING,
    "trunk_lateral_flexion": Kind.SIDE_BEND,
    "neck_rotation": Kind.NECK_TOO_FAR,
    "neck_flexion": Kind.NECK_TOO_FAR,
}
SPELT = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
MESSAGE = N_("Come back a little: you are at {value} {side}, the limit is {limit}.")
TOO_FAST = N_("Slow down: you move at {value}, stay below {limit}.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Propose a range.

    Attributes:
        item: The range.
        reached: How far the recording went, as an amount in degrees.
        error: The median stated error of the angle, degrees.
    """

    item: AngleRange
    reached: float
    error: float


def proposals(analysis: Analysis) -> list[Proposal]:
    """Return a range for each angle and direction that moved in a recording.

    Angles of the trunk come first, and then the largest movements first. Angles that are not measured in degrees are
    left
    out.
    """
    readings = analysis.judged.readings
    out = []
    for row, angle in enumerate(ANGLES):
        if angle.unit != "deg":
            continue
        value, error = readings.value[:, row], readings.error[:, row]
        known = np.isfinite(value)
        found = analysis.track.found
        if not found.any() or known[found].mean() < MIN_SHARE:
            continue
        ends = (float(np.percentile(value[known], PLATEAU)), -float(np.percentile(value[known], 100 - PLATEAU)))
        stated = float(np.nanmedian(error[known])) if np.isfinite(error[known]).any() else 0.0
        ways = ("positive", "negative") if angle.negative else ("positive",)
        for way, reached in zip(ways, ends, strict=False):
            if reached >= MOVED_DEG:
                out.append(Proposal(_range(angle.name, way, reached), round(reached, 1), stated))
    return sorted(out, key=lambda one: (not one.item.angle.startswith("trunk"), -one.reached))


def _range(angle: str, along: str, reached: float) -> AngleRange:
    caution = round(reached + ROOM_DEG)
    stop = caution + round(ROOM_DEG)
    norm = norm_of(angle, along)
    source = f"proposed from a recording in which it reached {reached:.0f} degrees"
    if norm is not None and norm.stop is not None and stop > norm.stop:
        stop = round(norm.stop)
        caution = min(caution, round(norm.caution if norm.caution is not None else norm.stop - ROOM_DEG))
        source += f"; not past the published norm of {norm.stop:g}"
    high = min(round(reached), caution)
    return AngleRange.model_validate(
        {
            "id": f"{angle}_{'back' if along == 'negative' else 'out'}",
            "angle": angle,
            "along": along,
            "target": (round(0.6 * high), high),
            "caution": float(caution),
            "stop": float(stop),
            "kind": _kind(angle, along),
            "message": MESSAGE,
            "source": source,
            "basis": "judgement",
        }
    )


def _kind(angle: str, along: str) -> Kind:
    if angle in HEADING:
        return HEADING[angle]
    if angle in ("trunk_inclination", "trunk_flexion"):
        return Kind.EXCESSIVE_EXTENSION if along == "negative" else Kind.EXCESSIVE_FLEXION
    return Kind.LIMB_POSITION


def norm_of(angle: str, along: str) -> AngleRange | None:
    """Return the strictest range with a published norm on an angle.

    Args:
        angle: The row of ANGLES.
        along: The direction, positive or negative; norms on the magnitude count too.

    Returns:
        The range with the lowest stop limit; None where no stretch has one.
    """
    norms = [
        item
        for stretch in all_stretches().values()
        for item in stretch.ranges
        if item.basis == "norm"
        and item.measure == "angle"
        and item.limit == "over"
        and item.stop is not None
        and angle in item.rows
        and item.along in (along, "magnitude")
    ]
    return min(norms, key=lambda item: item.stop or 0.0, default=None)


def speed_of(primary: str) -> AngleRange | None:
    """Return a speed limit for the stretch's main angle, or None if no stretch has one.

    It is as strict as the strictest that a stretch of posecheck has on this angle.
    """
    held = [
        item
        for stretch in all_stretches().values()
        for item in stretch.ranges
        if item.measure == "speed"
        and item.kind == Kind.TOO_FAST
        and item.angle == primary
        and item.when is None
        and item.caution is not None
        and item.stop is not None
    ]
    if not held:
        return None
    strictest = min(held, key=lambda item: item.stop or 0.0)
    return AngleRange.model_validate(
        {
            "id": f"{primary}_speed",
            "angle": primary,
            "measure": "speed",
            "along": "magnitude",
            "caution": strictest.caution,
            "stop": strictest.stop,
            "kind": Kind.TOO_FAST,
            "message": TOO_FAST,
            "source": f"as other stretches have it: {strictest.source}",
            "basis": "judgement",
        }
    )


def scaffold(position: str) -> Stretch:
    """Return a draft stretch in this position, without limits, to measure a recording by."""
    return Stretch.model_validate(
        {
            "id": "own-draft",
            "name": "A stretch of your own",
            "summary": "Measured to propose ranges from.",
            "advice": "coach",
            "risk": "not stated",
            "position": position,
            "steps": ["Do it as you have learnt it."],
            "sides": "symmetric",
            "primary": "trunk_inclination",
            "camera": {"views": ["front", "oblique", "side", "back"], "placement": "where the movement is seen best"},
            "sources": ["a recording of one's own"],
            "ranges": [
                {
                    "angle": "trunk_inclination",
                    "along": "magnitude",
                    "target": [0, 180],
                    "kind": Kind.LIMB_POSITION,
                    "message": "{value}",
                    "source": "a place to measure from",
                    "basis": "judgement",
                }
            ],
        }
    )


def identity(name: str, taken: Iterable[str]) -> str:
    """Return an id for a stretch.

    Args:
        name: The name of the stretch.
        taken: The ids that are in use.
    """
    plain = "".join(SPELT.get(c, c) for c in name.lower())
    base = "own-" + ("-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-") or "stretch")
    held, number, found = set(taken), 2, base
    while found in held:
        found, number = f"{base}-{number}", number + 1
    return found


def as_toml(stretch: Stretch) -> str:
    """Return a stretch as the text of its file; values that equal the default are left out."""
    data = stretch.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    return tomlkit.dumps(_ordered(data))


def _ordered(data: dict[str, Any]) -> dict[str, Any]:
    """Put plain values before tables, as TOML requires."""
    tables = {key: value for key, value in data.items() if isinstance(value, dict) or _of_tables(value)}
    return {**{key: value for key, value in data.items() if key not in tables}, **tables}


def _of_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)
