"""Compute figures from the numbered pictures that were seen: frames per second, delay, and delay of a new warning.

The film is played repeatedly. A stop limit must be passed for 0.3 s to count. So the time from the moment in which the
true angle passes the limit to the warning consists of these 0.3 s, the delay, and the lag of the reading.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from posecheck.core.arrays import Floats
from research.benchmarks.footing import CLIP as FILM

STOP_RED = (168, 56, 0)
NEAR = 40
"""How far a colour channel (0 to 255) may be off to count as STOP_RED."""
STILL = 100
"""How often the film's first picture is repeated, so that a start position is measured before the person moves."""
MINUTE_S = 60.0


def passed() -> int:
    """Return the number of the first picture past the stop limit, counted with the repeated first pictures."""
    truth = json.loads(FILM.with_suffix(".truth.json").read_text(encoding="utf-8"))
    start_s = min(event["start_s"] for event in truth["events"] if event["level"] == "stop")
    return STILL + round(float(start_s) * float(truth["fps"]))


def is_red(header: Sequence[int]) -> bool:
    """Return whether the header's colour (red, green, blue) is that of a stop."""
    return max(abs(int(is_) - red) for is_, red in zip(header, STOP_RED, strict=True)) < NEAR


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold one picture that came back.

    Attributes:
        whole: Its number, counted on through the repetitions of the film.
        at_s: When it appeared on the screen, in seconds.
        red: Whether its header has the colour of a stop.
    """

    whole: int
    at_s: float
    red: bool


def figures(seen: Sequence[Seen], taken_s: Callable[[int], float], length: int, past: int) -> dict[str, object]:
    """Return the figures of one viewer.

    Args:
        seen: The pictures that came back, in order.
        taken_s: Gives the time in seconds at which a picture was captured, by its number; NaN where it is not known.
        length: The number of pictures in the film.
        past: The number of the first picture in the film past the stop limit.

    Returns:
        Frames per second and delays, also by minute where the measurement is longer than 1.5 minutes; only the number
            of
        frames where fewer than two pictures were seen.
    """
    if len(seen) < 2:
        return {"frames": len(seen)}
    delays = np.array([one.at_s - taken_s(one.whole) for one in seen])
    at = np.array([one.at_s for one in seen])
    at -= at[0]
    new = [k for k in range(1, len(seen)) if seen[k].red and not seen[k - 1].red]
    limit = [seen[k].at_s - taken_s(seen[k].whole // length * length + past) for k in new]
    out: dict[str, object] = {
        "frames": len(seen),
        "frames_a_second": round(float((len(seen) - 1) / at[-1]), 1),
        "delay_ms": spread(delays),
        "delay_ms_of_pictures_with_a_new_stop": spread(delays[new]),
        "ms_from_limit_passed_to_stop_drawn": spread(np.array(limit)),
    }
    if at[-1] > 1.5 * MINUTE_S:
        minutes = [at // MINUTE_S == m for m in range(round(at[-1] / MINUTE_S))]
        out["median_ms_by_minute"] = [round(1000 * float(np.median(delays[m]))) for m in minutes if m.any()]
        out["frames_a_second_by_minute"] = [round(int(m.sum()) / MINUTE_S, 1) for m in minutes]
    return out


def spread(delays_s: Floats) -> dict[str, float]:
    """Return count, median, 95th percentile and largest of delays, in milliseconds; only the count if there is none."""
    ms = delays_s[np.isfinite(delays_s)] * 1000
    if not len(ms):
        return {"n": 0}
    return {
        "n": len(ms),
        "median": round(float(np.median(ms)), 1),
        "p95": round(float(np.percentile(ms, 95)), 1),
        "worst": round(float(ms.max()), 1),
    }
