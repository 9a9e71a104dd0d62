"""Compare the output for a script seen by a camera with the expected output, and list the known differences.

The script itself states the expected output (coached_rows.py). A known difference for one camera is recorded in
seen_landmarks/otherwise.toml with its reason (one of WHY).
"""

import tomllib
from typing import Any

from posecheck.assessment.analysis import Analysis
from research.datasets.coached_rows import Passed, Row
from research.datasets.coaching import ROWS
from research.datasets.seen import FOLDER, to_be_seen

WHY = {
    "unjudged": "the angle cannot be judged from there, and that is said",
    "hidden": "of two limbs the far one is hidden, and that is said; the near one is judged",
    "error": "what was read lies within its stated error, and so does the limit",
    "motion": "the angle was read within its error, how it moves was not: by jitter, or smoothed away",
    "misread": "the angle was read outside its stated error",
}
HOLD_S = 1.5
"""Tolerance of a hold, which rows give in whole seconds: a reading enters the target somewhat earlier or later."""
PEAK = 4.0
"""Tolerance of a peak, in degrees or hundredths of a ratio, where its stated error is smaller."""
SEEN = list(to_be_seen(ROWS))

Repetitions = list[tuple[str, str]]


def otherwise() -> dict[str, dict[str, Any]]:
    """Return the known differences in otherwise.toml, by script."""
    path = FOLDER / "otherwise.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def sides(row: Row) -> Repetitions:
    """Return the expected side of each repetition and the reason why it is incomplete, empty where it is complete."""
    return [(side, reason) for side, _, reason, _ in row.told]


def said(analysis: Analysis) -> tuple[Repetitions, Passed]:
    """Return what an analysis reports, in the form that scripts state it.

    Returns:
        Side and reason of each repetition, as from `sides`; and key and level of each event in alphabetical order,
            without
        the times that could not be judged.
    """
    events = [(event.key, event.level) for event in analysis.events if event.kind != "cannot_judge"]
    return [(item.side, item.reason.value) for item in analysis.repetitions], sorted(events)


def within(row: Row, analysis: Analysis) -> bool:
    """Return whether peaks and holds match those of the script within their tolerances.

    Args:
        row: The script.
        analysis: Its analysis, with the same number of repetitions.

    Raises:
        ValueError: If the numbers of repetitions differ.
    """
    for item, (_, peak, _, hold_s) in zip(analysis.repetitions, row.told, strict=True):
        size = 1 if item.unit == "deg" else 100
        if abs(item.peak * size - peak) > max(PEAK, item.peak_error * size) or abs(item.hold_s - hold_s) > HOLD_S:
            return False
    return True


def written(told: Repetitions, passed: Passed) -> dict[str, list[str]]:
    """Return repetitions and events as they are written in otherwise.toml.

    Args:
        told: Side and reason of each repetition.
        passed: Key and level of each event.
    """
    return {
        "repetitions": [f"{side} {reason}".strip() for side, reason in told],
        "events": [f"{name} {level}" for name, level in passed],
    }
