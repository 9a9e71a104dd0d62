"""Summaries to put into a history."""

from datetime import UTC, datetime
from typing import Any

from posecheck.results.summary_file import SummaryFile

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SERIES = {
    "sides": [
        {"side": "left", "repetitions": 1, "complete": 0, "held": 0, "best_hold_s": 1.0},
        {"side": "right", "repetitions": 1, "complete": 0, "held": 0, "best_hold_s": 1.0},
    ],
    "complete": False,
    "dose_met": False,
    "differences": [{"of": "peak", "left_less_right": 2.5, "error": 5.7, "unit": "deg", "verdict": "cannot_tell"}],
}


def summary_values(
    stretch: str = "chair-twist",
    source: str | None = "monday.mp4",
    left: float | None = 41.0,
    right: float | None = -38.5,
    error: float | None = 4.0,
    share: float = 1.0,
    headline: str = "Past the stop limit once: over-rotation.",
) -> dict[str, Any]:
    """Return the keys of a summary.json; left and right are the furthest readings to each side, degrees."""
    peak = {"key": "trunk_rotation", "angle": "trunk_rotation", "words": "turn of the trunk", "unit": "deg"}
    event = {"key": "trunk_rotation", "angle": "trunk_rotation", "kind": "over_rotation", "level": "stop"}
    turn = {"angle": "trunk_rotation", "unit": "deg", "hold": "enough", "reached": True, "stopped": False}
    times = {"start_s": 2.0, "hold_start_s": 3.0, "hold_end_s": 4.0, "end_s": 5.0, "in_s": 1.0, "out_s": None}
    held = {"hold_s": 1.0, "longest_hold_s": 1.0, "in_speed": 30.0, "out_speed": None, "reason": "lost"}
    done = {**turn, **times, **held, "peak_s": 3.5, "peak_error": error, "complete": False, "held": False}
    return {
        "posecheck": "0.1.0",
        "stretch": {"id": stretch, "name": "Chair twist"},
        "source": {} if source is None else {"file": source, "fps": 30.0},
        "settings": {"stretch": stretch, "age": 61, "set": ["trunk_rotation.stop=40"]},
        "verdict": "stop",
        "headline": headline,
        "frames": 300,
        "duration_s": 10.0,
        "peaks": [{**peak, "highest": left, "lowest": right, "error": error, "judged_share": share, "stop": 45.0}],
        "events": [
            {**event, "start_s": 2.0, "end_s": 3.5, "worst": left, "worst_s": 2.5, "limit": None}
            | {"unit": "deg", "message": "Turned too far: ease back ä."}
        ],
        "repetitions": [{**done, "side": "left", "peak": left}, {**done, "side": "right", "peak": right}],
        "series": SERIES,
    }


def summary(*given: Any, **named: Any) -> SummaryFile:
    """Return the same as it is read from a file."""
    return SummaryFile.of(summary_values(*given, **named))
