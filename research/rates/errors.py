"""How far rates are from the truth in the scripts as a camera sees them, and how many alarms of speed are right."""

from collections import defaultdict

import numpy as np

from posecheck.assessment.analysis import Analysis
from posecheck.core.arrays import Floats
from posecheck.measurement.motion import slope
from posecheck.stretches.ranges import Kind
from research.rates.moving import Script, rows_of_speeds, scripts

MOVING_DEG_S = 5.0
"""Frames at a true rate above this are those in which the person moves."""
NEAR_S = 0.5
"""An alarm is right if the true rate is past its limit no further than this from it."""


def _alarms(script: Script, name: str, speed: Floats) -> tuple[int, int]:
    """Return how many alarms of the speed of an angle there were, and how many of them were right."""
    analysis: Analysis = script.analysis
    told = [event for event in analysis.events if event.kind == Kind.TOO_FAST and event.angle == name]
    time_s = analysis.track.time_s
    # A rate belongs to the middle of its window, so the truth is measured over the same one.
    right = 0
    for event in told:
        near = (time_s >= event.start_s - NEAR_S) & (time_s <= event.end_s + NEAR_S)
        right += bool(np.nanmax(np.abs(speed[near]), initial=0.0) >= event.limit)
    return len(told), right


def table(*, tuning: bool) -> str:
    """Return a Markdown table of the errors of rates by angle.

    Args:
        tuning: Whether of the scripts for tuning, or of the other half.
    """
    found: dict[str, list[tuple[Floats, Floats, Floats]]] = defaultdict(list)
    alarms: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for script in scripts(tuning=tuning):
        rates, time_s = script.analysis.judged.rates, script.analysis.track.time_s
        for name, row in rows_of_speeds(script):
            truth = script.true(name)
            if truth is None:
                continue
            true = slope(time_s, truth[:, None])[:, 0]
            known = np.isfinite(rates.value[:, row]) & np.isfinite(true)
            off = np.abs(rates.value[known, row] - true[known])
            found[name].append((off, true[known], rates.error[known, row]))
            alarms[name].append(_alarms(script, name, true))
    lines = [
        "| rate of | scripts | MAE, °/s | p95 | moving: MAE | p95 | within the stated error | moving | "
        "alarms too fast | of them right |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, parts in sorted(found.items()):
        off, true, error = (np.concatenate(part) for part in zip(*parts, strict=True))
        moves = np.abs(true) > MOVING_DEG_S
        within = off <= error
        told, right = np.sum(alarms[name], axis=0)
        cells = [
            *(name, str(len(parts)), f"{off.mean():.1f}", f"{np.percentile(off, 95):.1f}"),
            *(f"{off[moves].mean():.1f}", f"{np.percentile(off[moves], 95):.1f}"),
            *(f"{100 * within.mean():.0f} %", f"{100 * within[moves].mean():.0f} %", str(told), str(right)),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
