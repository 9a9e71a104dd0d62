"""How busy the judging processes are, and what follows: frames one by one, frames in blocks, or nobody more."""

import time
from collections import deque

WINDOW_S = 2.0
SMALLER, BLOCK, LARGER = 2, 3, 4
"""Frames that are judged together on the way back to single ones, once the server is full, and once it is full of
blocks of three: a call costs about as much for four as for one."""
FULL, FULLER = 0.92, 0.75
"""Shares of the time from which on frames come in blocks, and in larger ones. One by one nobody waits long below: at
0.86 one answer of twenty took more than 29 ms."""
BUSY, HURRIED_S = 0.5, 0.075
"""They come in blocks already from this share on where one answer of twenty takes longer, because others are at work on
the same processors. 60 ms are allowed over time; two seconds alone reach 51 where a whole run has 20."""
CROWDED = 0.9
"""Share of the time from which on, in blocks, nobody more is let in. What comes while a person's last block is judged
goes on in one larger block, so that delays grow slowly up to there: at 0.73 they were half of what is allowed."""
SLOW_S = 0.2
"""Nobody more is let in, in blocks, while one answer of twenty takes longer than this."""
FEW = 40
"""Least number of answers by which that is told."""
EASY, EASIER, EASIEST = 0.45, 0.50, 0.46
"""Shares below which frames come in blocks of three, of two, and one by one again; in blocks of two they take a third
more than in blocks of three, and one by one 1.7 to 1.9 times as much again. So whoever fills the server only while they
are led to the start are judged one by one later, and where that would be too much in as small blocks as they can be."""
SETTLE_S, AGAIN_S = 6.0, 20.0
"""Least time between two changes, in which the measured share settles, and until frames are judged one by one again.
Where that proves too much they come in blocks again as soon as all that is measured is of single frames; answers that
are late just after the change are no reason."""
SHORT_S, SELDOM_S = 60.0, 320.0
"""Where they had to come in blocks again within the first, the next try waits twice as long, and never longer than the
second."""
LOOK_S = 0.25
"""How often it is looked whether a change is due: to sort the answers of a window takes as long as to judge a frame."""


class Load:
    """Measure the share of the time in which some processes were at work, and decide by it."""

    def __init__(self, processes: int) -> None:
        """Begin without work.

        Args:
            processes: How many processes there are.
        """
        self._processes = processes
        self._done: deque[tuple[float, float]] = deque()
        self._sum_s = 0.0
        self._answers: deque[tuple[float, float]] = deque()
        self._changed_s = self._looked_s = -SETTLE_S
        self._singly_s, self._left_s, self._again_s = -SHORT_S, 0.0, AGAIN_S
        self.block = 1

    def worked(self, took_s: float, now: float | None = None) -> bool:
        """Note a piece of work.

        Args:
            took_s: How long it took.
            now: When it ended; None for this moment.

        Returns:
            Whether `block` has changed.
        """
        now = time.monotonic() if now is None else now
        self._done.append((now, took_s))
        self._sum_s += took_s
        self._forget(now)
        settled_s = WINDOW_S if self.block == 1 else SETTLE_S
        if now - self._changed_s < settled_s or now - self._looked_s < LOOK_S:
            return False
        self._looked_s = now
        wanted = self._wanted(self.share(now), now)
        if wanted == self.block:
            return False
        if wanted == 1:
            self._singly_s = now
        elif self.block == 1:
            failed = now - self._singly_s < SHORT_S
            self._again_s = min(2 * self._again_s, SELDOM_S) if failed else AGAIN_S
            self._left_s = now
        self.block, self._changed_s = wanted, now
        return True

    def _wanted(self, share: float, now: float) -> int:
        """Return how many frames should come together at a share of the time."""
        if self.block == 1:
            settled = now - self._changed_s >= SETTLE_S
            return BLOCK if share > FULL or (settled and share > BUSY and self._slow(HURRIED_S, now)) else 1
        if self.block == SMALLER:
            if share < EASIEST and now - self._left_s >= self._again_s:
                return 1
            return BLOCK if share > FULLER else SMALLER
        if self.block == BLOCK:
            return SMALLER if share < EASIER else LARGER if share > FULLER else BLOCK
        return BLOCK if share < EASY else LARGER

    def share(self, now: float | None = None) -> float:
        """Return the share of the time, 0 to 1, in which the processes were at work lately."""
        self._forget(time.monotonic() if now is None else now)
        return self._sum_s / (WINDOW_S * self._processes)

    def room(self, viewers: int, now: float | None = None) -> bool:
        """Return whether one more viewer can be judged without slowing down those who are here.

        Args:
            viewers: How many are here.
            now: This moment; None to look at the clock.
        """
        share = self.share(now)
        # Blocks take a third, so that one by one there is always room.
        return self.block == 1 or (share + share / max(1, viewers) < CROWDED and not self._slow(SLOW_S, now))

    def answered(self, took_s: float, now: float | None = None) -> None:
        """Note how long an answer took.

        Args:
            took_s: Time from the arrival of the frames to the answer.
            now: When it was there; None for this moment.
        """
        self._answers.append((time.monotonic() if now is None else now, took_s))

    def _slow(self, least_s: float, now: float | None) -> bool:
        """Return whether one answer of twenty has taken longer lately."""
        self._forget(time.monotonic() if now is None else now)
        took = sorted(took_s for _, took_s in self._answers)
        return len(took) >= FEW and took[int(0.95 * len(took))] > least_s

    def _forget(self, now: float) -> None:
        while self._done and now - self._done[0][0] > WINDOW_S:
            self._sum_s -= self._done.popleft()[1]
        while self._answers and now - self._answers[0][0] > WINDOW_S:
            self._answers.popleft()
