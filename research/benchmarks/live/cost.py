"""Measure what one message of a remote person costs the process that judges them, from its bytes to its answer.

    python -m research.benchmarks.live.cost [--rounds 5] [--plain]

The landmarks have body codes, as most browsers send them; any code costs the same. With --plain they have none.

Processor time, the least of some rounds, in turns with a yardstick of small array calls: on a machine that does other
work, the ratio to the yardstick stays.
"""

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import time
from collections.abc import Callable

import numpy as np

from posecheck.assessment.session import Session
from posecheck.live.remote import wire
from posecheck.live.remote.viewer import RemoteViewer, Wish
from posecheck.live.remote.wire import Received
from posecheck.stretches.library import find_stretch
from research.harness.replayed import STRETCH, true_track, with_codes

FPS, STILL, FRAMES = 15, 90, 390
GUIDED = slice(20, 60)
"""Frames at the step of standing still."""
RUNNING = slice(150, FRAMES)
_A, _B = np.ones((3, 33, 3)), np.ones((3, 33, 3))


def yardstick() -> None:
    """Do 300 times what judging consists of: small array calls, and a little of Python."""
    for _ in range(300):
        apart = _A - _B
        length = np.sqrt(np.vecdot(apart, apart))
        list({"a": np.where(length > 1, length, 0.0), "b": apart})


def _timed(what: Callable[..., object], *given: object) -> float:
    start = time.thread_time()
    what(*given)
    return 1000 * (time.thread_time() - start)


def once(*, coded: bool = True) -> dict[str, list[float]]:
    """Return the milliseconds of each call, in turns.

    Args:
        coded: Whether the landmarks have body codes.
    """
    track, stretch = true_track(), find_stretch(STRETCH)
    order = [0] * STILL + [int(i * 25 / FPS) % len(track) for i in range(FRAMES - STILL)]
    if coded:
        track = with_codes(track)
    sent = [Received(n / FPS, n, (640, 480), track.pose(i)) for n, i in enumerate(order, 1)]
    one, three, session = RemoteViewer(Wish(stretch)), RemoteViewer(Wish(stretch)), Session(stretch)
    names = ("yardstick", "session", "frame", "block", "guided frame", "guided block")
    took: dict[str, list[float]] = {name: [] for name in names}
    for at in range(0, FRAMES, 3):
        kind = "guided " if GUIDED.start <= at < GUIDED.stop else "" if at >= RUNNING.start else None
        part = sent[at : at + 3]
        singles, together, pose = [wire.write([single]) for single in part], wire.write(part), part[0].pose
        ms = [_timed(one.frames, message, each.time_s) for message, each in zip(singles, part, strict=True)]
        whole = _timed(three.frames, together, part[-1].time_s)
        alone = _timed(session.judge_pose, part[0].time_s, pose, (640, 480))
        if kind is not None:
            took[f"{kind}frame"] += ms
            took[f"{kind}block"].append(whole)
        if kind == "":
            took["session"].append(alone)
            took["yardstick"].append(_timed(yardstick))
    return took


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plain", action="store_true")
    asked = parser.parse_args()
    rounds = [once(coded=not asked.plain) for _ in range(asked.rounds)]
    least = {name: float(np.min([one[name] for one in rounds], axis=0).mean()) for name in rounds[0]}
    print("| | processor ms | in yardsticks |", "|---|---|---|", sep="\n")
    for name, ms in least.items():
        print(f"| {name} | {ms:.2f} | {ms / least['yardstick']:.2f} |")


if __name__ == "__main__":
    main()
