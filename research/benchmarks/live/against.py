"""Measure what a message costs in this working tree and in another one, message by message in turns.

    python -m research.benchmarks.live.against TREE [--rounds 3] [--clip standing-extension-too-far]

On a machine that does other work the time of one program changes from minute to minute by more than what is looked
for. Here both see the same moments; of each message the least processor time of the rounds counts.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parents[3]
FPS, STILL, FRAMES = 15, 90, 390
GUIDED, RUNNING = range(20, 60), range(150, FRAMES)
STRETCHES = {"standing-extension-too-far": "standing-extension-hands-behind-head"}
"""Stretches of clips that are not called as their stretch is, before -over-rotation and the like."""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def serve(clip: str) -> None:
    """Judge the next message for each line of input, and print what it took; `new N` begins anew with N frames each."""
    from posecheck.live.remote import wire
    from posecheck.live.remote.viewer import RemoteViewer, Wish
    from posecheck.live.remote.wire import Received
    from posecheck.stretches.library import all_stretches, find_stretch
    from research.harness.replayed import ROOT, true_track

    track = true_track(ROOT / "sample_videos" / f"{clip}.truth.json")
    name = STRETCHES.get(clip) or max((one for one in all_stretches() if clip.startswith(one)), key=len)
    order = [0] * STILL + [int(i * 25 / FPS) % len(track) for i in range(FRAMES - STILL)]
    sent = [Received(n / FPS, n, (640, 480), track.pose(i)) for n, i in enumerate(order, 1)]
    viewer, at, size = RemoteViewer(Wish(find_stretch(name))), 0, 1
    for line in sys.stdin:
        if line.startswith("new"):
            viewer, at, size = RemoteViewer(Wish(find_stretch(name))), 0, int(line.split()[1])
            continue
        part = sent[at : at + size]
        at, message = at + size, wire.write(part)
        began = time.thread_time()
        viewer.frames(message, part[-1].time_s)
        print(1000 * (time.thread_time() - began), flush=True)


class Tree:
    """Judge in a process of its own, with the code of one working tree."""

    def __init__(self, tree: Path, clip: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--serve", "--clip", clip],
            cwd=tree,
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": str(tree)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, size: int) -> None:
        """Begin anew, with messages of so many frames."""
        self._said(f"new {size}")

    def next_ms(self) -> float:
        """Return the processor milliseconds of the next message."""
        self._said("next")
        assert self._process.stdout is not None
        return float(self._process.stdout.readline())

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _said(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


def compare(other: Path, clip: str, rounds: int) -> None:
    """Print a table of the messages of both trees."""
    trees = [Tree(other, clip), Tree(HERE, clip)]
    print(f"{clip}, least of {rounds}", "| | there, ms | here, ms | ratio |", "|---|---|---|---|", sep="\n")
    for size in (3, 1):
        took = np.empty((rounds, FRAMES // size, 2))
        for held in took:
            for tree in trees:
                tree.begin(size)
            for k in range(len(held)):
                for i in (0, 1) if k % 2 else (1, 0):
                    held[k, i] = trees[i].next_ms()
        least = took.min(axis=0)
        for what, frames in (("led to the start", GUIDED), ("a set", RUNNING)):
            there, here = least[[k for k in range(len(least)) if k * size in frames]].mean(axis=0)
            print(f"| {what}, {size} in a message | {there:.2f} | {here:.2f} | {here / there:.3f} |", flush=True)
    for tree in trees:
        tree.close()


def main() -> None:
    """Compare, or be one of the compared."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clip", default="standing-extension-too-far", help="a sample clip with its true landmarks")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.clip)
    elif asked.tree is None:
        parser.error("a working tree to compare with is needed")
    else:
        compare(asked.tree.resolve(), asked.clip, asked.rounds)


if __name__ == "__main__":
    main()
