"""Change good files at random and read them, for a time: `make fuzz`, or `python -m tests.support.hostile.fuzz`.

Each input is read in this process, whose memory is bounded. What breaks a promise is kept in build/fuzz/ and named.
"""

import argparse
import contextlib
import faulthandler
import os
import resource
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

from tests.support.hostile import readers

KEPT = Path("build") / "fuzz"
WATCHDOG_S = 120
"""An input that takes longer ends the process, with the place in the code where it was."""


def run(seconds: float, seed: int, inputs: int = sys.maxsize, only: str = "") -> tuple[Counter[str], list[str]]:
    """Read changed files for a time.

    Args:
        seconds: For how long.
        seed: Of the changes.
        inputs: Most inputs that are read.
        only: The kind of file; all where empty.

    Returns:
        How many of each kind were read, and a line for each that broke a promise.
    """
    read: Counter[str] = Counter()
    failed: list[str] = []
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        good = Path(place) / "good"
        known = {kind: one for kind, one in readers.all_readers(good).items() if only in ("", kind)}
        made = {kind: readers.mutations(one, seed) for kind, one in known.items()}
        most = max(one.cost for one in known.values())
        turns = [kind for kind, one in known.items() for _ in range(max(1, most // one.cost))]
        while time.monotonic() < until and read.total() < inputs:
            kind = turns[read.total() % len(turns)]
            content = next(made[kind])
            with tempfile.TemporaryDirectory(dir=place) as folder:
                path = readers.placed(known[kind], content, Path(folder), good)
                KEPT.mkdir(parents=True, exist_ok=True)
                last = KEPT / f"last-{os.getpid()}"
                last.write_bytes(content)  # for the case that the process dies
                problems = readers.broken(known[kind], path)
            last.unlink()
            read[kind] += 1
            if problems:
                kept = KEPT / f"{kind}-{seed}-{read.total()}"
                kept.write_bytes(content)
                failed.append(f"{kept}: {', '.join(problems)}")
    return read, failed


def main() -> None:
    """Read changed files for ten minutes, or what is asked for, and say what broke a promise."""
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("--inputs", type=int, default=sys.maxsize)
    options.add_argument("--only", default="")
    given = options.parse_args()
    faulthandler.enable()
    faulthandler.dump_traceback_later(given.seconds + WATCHDOG_S, exit=True)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, resource.getrlimit(resource.RLIMIT_AS)[1]))
    read, failed = run(given.seconds, given.seed, given.inputs, given.only)
    for line in failed:
        print(line)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"seed {given.seed}: {read.total()} inputs ({dict(read)}), {len(failed)} broke a promise, at most {most} MB")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
