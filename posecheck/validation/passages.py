"""Limits that the reference passes, and whether the recording's results say so: hits, misses, false ones.

A limit counts as passed by the reference as it does by readings: at the value itself, for at least the check's time.
It is a hit when an event of that level, or a higher one, overlaps the passage or lies within NEAR_S of it. Where the
angle was not judged for most of a passage without an event, it is `unjudged`, not missed. An event is false when the
reference is known throughout it and passes nothing within NEAR_S. Judged are ranges of an angle that count throughout:
a phase, a condition or a speed cannot be told from the reference alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from posecheck.core.arrays import Bools, Floats
from posecheck.kinematics.angles import ANGLES
from posecheck.results.summary_file import EventRow
from posecheck.stretches.checks import Check, checks_of, pick
from posecheck.stretches.checks import along as amounts
from posecheck.validation.compared import Compared

NEAR_S = 0.5
LEVELS = ("caution", "stop")
REACHES = {"caution": ("caution", "stop"), "stop": ("stop",)}
"""Events that answer for a passage of each limit."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Hold one passage of a limit by the reference, or an event without one.

    Attributes:
        key: The id of the range.
        angle: The angle, or the pair.
        level: caution or stop.
        outcome: hit, missed, unjudged or false.
        start_s: When it began, seconds of the recording.
        end_s: When it was over.
        past: How far the reference went past the limit at the most, in the angle's unit; below 0 where it did not.
        limit: The limit.
    """

    key: str
    angle: str
    level: str
    outcome: str
    start_s: float
    end_s: float
    past: float
    limit: float


def passages_of(compared: Compared) -> list[Passage] | None:
    """Return every passage and every false event, in the order of the checks.

    None where they cannot be known: the stretch's file is gone, or the reference only has single moments.
    """
    stretch, neutral = compared.measured.stretch, compared.measured.summary.neutral
    if stretch is None or compared.sparse:
        return None
    view = None if neutral is None else neutral.view
    held = {one.name: one for one in compared.angles if len(one.time_s)}
    out: list[Passage] = []
    for check in checks_of(stretch):
        item = check.range
        whole = item.measure == "angle" and item.phase == "any" and item.when is None and check.shown_from(view)
        if not whole or any(ANGLES[row].name not in held for row in check.rows):
            continue
        if any(ANGLES[row].name in compared.truth.magnitudes for row in check.rows):
            continue
        both = [held[ANGLES[row].name] for row in check.rows]
        values = np.full((2, len(both[0].time_s), len(ANGLES)), np.nan)
        for row, one in zip(check.rows, both, strict=True):
            values[0, :, row], values[1, :, row] = one.truth, one.reading
        truth, reading = (item.towards * amounts(pick(check, one), item.along) for one in values)
        out += _of_check(check, compared, both[0].time_s, truth, np.isfinite(reading))
    return out


def _of_check(check: Check, compared: Compared, time_s: Floats, truth: Floats, judged: Bools) -> Iterator[Passage]:
    """Yield the passages of one check; truth (n,) grows towards the limit."""
    item = check.range
    own = [e for e in compared.measured.summary.events if e.key == item.key and e.angle == check.angle]
    for level in LEVELS:
        limit = getattr(item, level)
        if limit is None:
            continue
        signed = limit * item.towards
        events = [event for event in own if event.level in REACHES[level]]
        spans = list(_spans(time_s, truth >= signed, check.enter_s))
        for start, end in spans:
            at = (time_s >= start) & (time_s <= end)
            outcome = "hit" if any(_near(event, start, end) for event in events) else "missed"
            if outcome == "missed" and judged[at].mean() < 0.5:
                outcome = "unjudged"
            past = float(np.nanmax(truth[at]) - signed)
            yield Passage(item.key, check.angle, level, outcome, start, end, past, limit)
        # A caution is answered for by the passage of either limit; a stop is an event of its own.
        for event in events:
            if level == "caution" and event.level == "stop":
                continue
            during = truth[(time_s >= event.start_s) & (time_s < event.end_s)]
            if not len(during) or not np.isfinite(during).all() or any(_near(event, *span) for span in spans):
                continue
            past = float(during.max() - signed)
            yield Passage(item.key, check.angle, level, "false", event.start_s, event.end_s, past, limit)


def _near(event: EventRow, start_s: float, end_s: float) -> bool:
    return event.start_s <= end_s + NEAR_S and event.end_s >= start_s - NEAR_S


def _spans(time_s: Floats, past: Bools, least_s: float) -> Iterator[tuple[float, float]]:
    """Yield from and to of each run of moments past a limit that lasts long enough."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], past, [False]]).astype(np.int8)))
    for first, behind in edges.reshape(-1, 2).tolist():
        start, end = float(time_s[first]), float(time_s[behind - 1])
        if end - start >= least_s - 1e-6:
            yield start, end
