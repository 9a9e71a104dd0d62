"""Score readings and warnings against the truth of one take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posecheck.assessment.analysis import Analysis, judge
from posecheck.core.arrays import Floats
from posecheck.core.levels import Level
from posecheck.kinematics.angles import ANGLES, INDEX, TURNS, measure
from posecheck.stretches.checks import Check, along
from posecheck.stretches.library import find_stretch
from research.datasets.takes import Take

PAST_DEG, PAST_S = 5.0, 0.3
"""A stop is due when the truth is past the stop limit by at least PAST_DEG for at least PAST_S."""
NEAR_S = 0.5
"""A reported stop may begin or end this much before or after the time in which it is due."""
TRUE_NAME = {"trunk_flexion": "trunk_flexion_from_vertical"}
"""The generator's name of an angle, where it differs."""
ROLLED_NAME = {"lying_roll": "trunk_rotation"}
"""Further names for stretches in which the hips roll."""
STOPS = {"over_rotation", "excessive_extension"}


@dataclass(frozen=True, slots=True)
class Sample:
    """Hold one angle of one take over the n frames in which a person is in the picture.

    Attributes:
        stretch: The stretch.
        group: The group of its camera.
        angle: The angle's name.
        truth: True angle (n,), degrees.
        reading: Reading of posecheck (n,), degrees; NaN where it is not judged.
        error: Stated error of the reading (n,), degrees; NaN where it is not judged.
        naive: Naive estimate (n,), degrees.
    """

    stretch: str
    group: str
    angle: str
    truth: Floats
    reading: Floats
    error: Floats
    naive: Floats


@dataclass(frozen=True, slots=True)
class Alarm:
    """Hold how the stop limit of one check was reported in one take.

    Attributes:
        stretch: The stretch.
        group: The group of its camera.
        key: The key of the check.
        due: The number of episodes in which a stop was due.
        hit: The number of these in which a stop was reported.
        warned: The number of these in which at least a caution was shown.
        reassured: The number of these during which the level was CLEAR all the time.
        delays_s: For each hit, the seconds from the truth passing the stop limit to the reported stop.
        quiet: Whether the truth never passed the caution limit.
        false: Whether a stop was reported although quiet.
    """

    stretch: str
    group: str
    key: str
    due: int
    hit: int
    warned: int
    reassured: int
    delays_s: tuple[float, ...]
    quiet: bool
    false: bool


def camera_group(camera: Mapping[str, Any]) -> str:
    """Return a camera's group by its true azimuth: front (up to 30 degrees), oblique (up to 65 degrees) or side."""
    size = abs(float(camera["azimuth_deg"]))
    return "front" if size <= 30 else "oblique" if size <= 65 else "side"


def _true_values(take: Take, analysis: Analysis, name: str) -> Floats | None:
    """Return an angle's truth (n,) in degrees, counted from the neutral that posecheck found; None if unknown."""
    rolled = ROLLED_NAME if find_stretch(take.spec.stretch).hips_roll else {}
    truth = take.truth.get((TRUE_NAME | rolled).get(name, name))
    neutral, row = analysis.neutral, ANGLES[INDEX[name]]
    if truth is None or neutral is None:
        return None
    if not row.zeroed:
        return truth
    time = take.track.time_s
    still = truth[(time >= neutral.start_s) & (time <= neutral.end_s)]
    if not np.isfinite(still).any():
        return None
    if INDEX[name] in TURNS:
        return (truth - np.nanmedian(still) + 180.0) % 360.0 - 180.0
    return truth - np.nanmean(still)


def score(
    take: Take, camera_name: Callable[[Mapping[str, Any]], str] = camera_group
) -> tuple[list[Sample], list[Alarm]]:
    """Judge a take by its stretch's own limits and compare the result with the truth.

    Args:
        take: The take.
        camera_name: Gives the name of its camera's group.

    Returns:
        A sample for each angle in degrees, and an alarm for each stop limit of an angle.
    """
    analysis = judge(take.track, find_stretch(take.spec.stretch))
    group = camera_name(take.about["camera"])
    readings, neutral = analysis.judged.readings, analysis.neutral
    naive = None if neutral is None else neutral.change(measure(take.track, neutral.lying))
    samples = []
    for i, row in enumerate(ANGLES):
        truth = _true_values(take, analysis, row.name)
        if truth is None or naive is None or row.unit != "deg":
            continue
        there = np.isfinite(truth)
        samples.append(
            Sample(
                take.spec.stretch,
                group,
                row.name,
                truth[there],
                readings.value[there, i],
                readings.error[there, i],
                naive[there, i],
            )
        )
    alarms = [
        alarm
        for i, check in enumerate(analysis.session.checks)
        if check.range.kind in STOPS and check.range.stop is not None and check.range.measure == "angle"
        for alarm in [_alarm(take, analysis, group, i, check)]
        if alarm is not None
    ]
    return samples, alarms


def _runs(on: NDArray[np.bool_], time_s: Floats, least_s: float) -> list[tuple[int, int]]:
    """Return the first and last frame of each run of true values that lasts at least so many seconds."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(np.int8), [0]])))
    pairs = zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True)
    return [(a, b) for a, b in pairs if time_s[b] - time_s[a] >= least_s - 1e-6]


def _alarm(take: Take, analysis: Analysis, group: str, i: int, check: Check) -> Alarm | None:
    item, time = check.range, take.track.time_s
    truth = _true_values(take, analysis, check.angle) if check.angle in INDEX else None
    if truth is None or item.stop is None:
        truth = take.truth.get(check.angle) if not analysis.neutral else None
    if truth is None or item.stop is None:
        return None
    amount = along(truth, item.along)
    levels = analysis.judged.levels[:, i]
    due = _runs(np.nan_to_num(amount, nan=-1.0) >= item.stop + PAST_DEG, time, PAST_S)
    stops = _runs(levels == Level.STOP, time, PAST_S)
    hit, warned, reassured, delays = 0, 0, 0, []
    for first, last in due:
        begin = first
        while begin > 0 and amount[begin - 1] >= item.stop:
            begin -= 1
        near = [a for a, b in stops if time[b] >= time[begin] - NEAR_S and time[a] <= time[last] + NEAR_S]
        hit += bool(near)
        delays += [float(time[near[0]] - time[begin])] if near else []
        shown = levels[first : last + 1]
        warned += bool((shown >= Level.CAUTION).any())
        reassured += bool((shown == Level.CLEAR).all())
    caution = item.caution if item.caution is not None else item.stop
    quiet = bool(np.nanmax(amount, initial=0.0) < caution)
    return Alarm(
        take.spec.stretch,
        group,
        item.key,
        len(due),
        hit,
        warned,
        reassured,
        tuple(delays),
        quiet,
        bool(stops) and quiet,
    )
