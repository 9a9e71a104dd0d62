"""Tighter limits for one person: apply the caps of a decision to a stretch, in the form of a profile.

A cap only ever lowers a limit.
"""

from collections.abc import Iterable

from posecheck.safety.decision import Decision
from posecheck.safety.screening import Cap
from posecheck.stretches.profiles import Limit, Profile
from posecheck.stretches.ranges import AngleRange
from posecheck.stretches.stretch import Stretch

NAME = "safety"


def profile(decision: Decision, stretch: Stretch) -> Profile:
    """Return the limits that a decision's caps change in a stretch, as a profile; empty where no cap applies to it."""
    changes: dict[str, dict[str, Limit]] = {}
    for item in stretch.ranges:
        limits = _capped(item, [cap for finding in decision.findings for cap in finding.caps])
        if limits:
            changes[item.key] = limits
    return Profile({stretch.id: changes} if changes else {}, NAME)


def over(decision: Decision, stretch: Stretch) -> Stretch:
    """Return the stretch with the caps of a decision applied; unchanged where there are none."""
    return profile(decision, stretch).over(stretch)


def _capped(item: AngleRange, caps: Iterable[Cap]) -> dict[str, Limit]:
    """Return the changed limits of a range: each as low as the lowest of the caps."""
    meant = [cap for cap in caps if cap.meant(item)]
    if not meant:
        return {}
    caution, stop = min(cap.caution for cap in meant), min(cap.stop for cap in meant)
    out: dict[str, Limit] = {}
    if item.caution is None or item.caution > caution:
        out["caution"] = caution
    if item.stop is None or item.stop > stop:
        out["stop"] = stop
    targets = [cap.target for cap in meant if cap.target is not None]
    if item.target is not None and targets:
        target = min(targets, key=lambda ends: ends[1])
        if item.target[1] > target[1]:
            out["target"] = (min(item.target[0], target[0]), target[1])
    return out
