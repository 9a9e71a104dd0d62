"""Ranges for a stretch of one's own, proposed from a recording of it, and the stretch as a file.

A proposal takes the person's own end position for the target, and puts caution and stop a little past it, but never
past the strictest published norm that a stretch of posecheck states for the same angle in the same direction. It is our
own judgement, and says so: nobody knows from a recording what is safe.
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
"""An angle that moved less than this was not the exercise."""
MIN_SHARE = 0.6
"""Of the frames in which an angle must have been judged for a range to be proposed on it."""
ROOM_DEG = 5.0
PLATEAU = 95.0
"""The percentile taken for the end position: one frame is no position."""
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
    """Propose a range: its item, how far the recording went (amount) and the stated error there."""

    item: AngleRange
    reached: float
    error: float


def proposals(analysis: Analysis) -> list[Proposal]:
    """Return a range for each angle and direction that moved in a recording: the trunk first, the largest first."""
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
    """Return the strictest range with a published norm on an angle in a direction, None where there is none."""
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
    """Return a limit on how fast the stretch's own angle may move, as strict as any stretch of posecheck has it."""
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
    """Return a stretch without a limit of its own, to measure a recording by."""
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
    """Return an id for a stretch of this name that no other has."""
    plain = "".join(SPELT.get(c, c) for c in name.lower())
    base = "own-" + ("-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-") or "stretch")
    held, number, found = set(taken), 2, base
    while found in held:
        found, number = f"{base}-{number}", number + 1
    return found


def as_toml(stretch: Stretch) -> str:
    """Return a stretch as the text of its file, without what it leaves as it is."""
    data = stretch.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    return tomlkit.dumps(_ordered(data))


def _ordered(data: dict[str, Any]) -> dict[str, Any]:
    """Put plain values before tables, as TOML must have them."""
    tables = {key: value for key, value in data.items() if isinstance(value, dict) or _of_tables(value)}
    return {**{key: value for key, value in data.items() if key not in tables}, **tables}


def _of_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)
