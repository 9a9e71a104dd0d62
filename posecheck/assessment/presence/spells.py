"""In which frames of a recording somebody is elsewhere for a moment, or there but not found."""

import numpy as np
from numpy.typing import NDArray

from posecheck.core.reasons import OUT_OF_PICTURE, UnjudgedReason
from posecheck.measurement.readings import Readings, missing
from posecheck.stretches.stretch import Stretch

AWAY_S = 10.0
"""Longest time elsewhere that is not counted: people need up to so long from the camera to their chair."""


def briefly_away(readings: Readings) -> NDArray[np.bool_]:
    """Return in which frames (n,) somebody comes, goes, or is elsewhere once in between, for no longer than AWAY_S.

    The stretch is not done there, so these frames need not be judged. A person who stays elsewhere for longer may do it
    there, and one who leaves more often may do something else all the time: those frames count.
    """
    away = readings.reason[:, -1] == UnjudgedReason.MOVED_AWAY
    edges = np.flatnonzero(np.diff(np.concatenate([[False], away, [False]])))
    spells = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    between = [spell for spell in spells if not away[: spell[0] + 1].all() and not away[spell[0] :].all()]
    out = np.zeros(len(away), bool)
    for first, last in spells:
        brief = readings.time_s[last - 1] - readings.time_s[first] <= AWAY_S
        out[first:last] = brief and (len(between) <= 1 or (first, last) not in between)
    return out


def lost(stretch: Stretch, readings: Readings) -> NDArray[np.bool_]:
    """Return in which frames (n,) somebody is still there but is not found, for example folded up on the floor.

    A person who was whole in the picture and in their place one frame earlier cannot have left it since.
    """
    nobody = readings.reason[:, 0] == UnjudgedReason.NOBODY
    gone = (readings.reason[:, -1] == UnjudgedReason.MOVED_AWAY) | nobody
    for row in stretch.primary_rows:
        gone |= np.isin(missing(readings, row, stretch), list(OUT_OF_PICTURE | {UnjudgedReason.ANOTHER_PERSON}))
    edges = np.flatnonzero(np.diff(np.concatenate([[False], nobody, [False]])))
    out = np.zeros(len(nobody), bool)
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        out[first:last] = first > 0 and not gone[first - 1]
    return out
