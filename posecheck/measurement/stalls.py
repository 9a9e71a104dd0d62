"""Pictures that come several times over, as from a webcam that stalls, and readings smoothed over that time.

A picture that comes again tells nothing new. When at last another one comes, the person has moved for as long as no
picture was taken, and not within one frame. So all that happens over time is then measured from when the picture
before was taken.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.neutral import Neutral
from posecheck.measurement.one_euro import OneEuro
from posecheck.measurement.rates import SCALE, Pace, Rates, joined
from posecheck.measurement.readings import Readings

SHORTEST_S = 0.15
"""Pictures that repeat for a shorter time, as in a film that was brought to another rate, are no stall."""


STEP_S = 0.001
"""A frame whose time is that of the frame before, or earlier, is placed this much after it, as in a recording whose
time stamps repeat (capture/video/clock.py)."""


def in_order(track: PoseTrack, after_s: float = -np.inf) -> PoseTrack:
    """Return a track whose times strictly increase: nothing can be said of a change within no time.

    Args:
        track: n frames.
        after_s: The time of the frame before them, seconds.
    """
    if not len(track) or (track.time_s[0] > after_s and bool((track.time_s[1:] > track.time_s[:-1]).all())):
        return track
    # Frame i is at its own time, or i - j steps after that of an earlier frame j where that is later.
    steps = STEP_S * np.arange(1, len(track) + 1)
    return replace(track, time_s=np.maximum(np.maximum.accumulate(track.time_s - steps), after_s) + steps)


class Stalls:
    """Find pictures that repeat, frame by frame; one or many frames at once give the same result."""

    def __init__(self) -> None:
        self._picture: Floats | None = None
        self._taken_s, self._came_s = 0.0, 0.0

    def update(self, track: PoseTrack) -> Iterator[tuple[slice, float | None]]:
        """Yield the next n frames in parts, each with when the picture before it was taken; None if when it came."""
        if not len(track):
            yield slice(0, 0), None
            return
        image, time_s = track.image_xy, track.time_s
        if self._picture is None:
            self._picture, self._taken_s = np.full_like(image[:1], np.nan), float(time_s[0])
            self._came_s = self._taken_s
        new = (image != np.concatenate([self._picture, image[:-1]])).any(axis=(1, 2)).nonzero()[0]
        taken = np.concatenate([[self._taken_s], time_s[new]])
        came = np.concatenate([[self._came_s], time_s])[new]
        late = (came - taken[:-1] >= SHORTEST_S).nonzero()[0]
        self._picture, self._taken_s, self._came_s = image[-1:], float(taken[-1]), float(time_s[-1])
        firsts: list[int] = new[late].tolist()
        since: list[float | None] = taken[late].tolist()
        if firsts[:1] != [0]:
            firsts, since = [0, *firsts], [None, *since]
        for first, last, since_s in zip(firsts, [*firsts[1:], len(track)], since, strict=True):
            yield slice(first, last), since_s


class Smoothing:
    """Smooth readings and measure how fast they change, over the time that passed between different pictures."""

    def __init__(self) -> None:
        self._stalls = Stalls()
        self._filter = OneEuro(SCALE)
        self._pace = Pace()

    def update(self, track: PoseTrack, raw: Readings, neutral: Neutral | None) -> tuple[Readings, Rates]:
        """Return the smoothed readings of the next n frames, and their rates.

        Args:
            track: The landmarks.
            raw: The readings of the same frames.
            neutral: What they are measured from; None while there is none.
        """
        values, rates = [], []
        for rows, since_s in self._stalls.update(track):
            whole = rows == slice(0, len(track))
            part, now = (track, raw) if whole else (track.slice(rows.start, rows.stop), raw.slice(rows))
            smooth = replace(now, value=self._filter.update(part.time_s, now.value, now.exact, since_s))
            values.append(smooth.value)
            rates.append(self._pace.update(part, now, smooth, neutral, since_s))
        value = values[0] if len(values) == 1 else np.concatenate(values)
        return replace(raw, value=value), rates[0] if len(rates) == 1 else joined(rates)
