"""Kill each kind of command many times; say what was left, and what was wrong."""

import argparse
import contextlib
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.support import screens
from tests.support.crashes import killed
from tests.support.crashes.kinds import ALL


def main() -> int:
    """Run what the command line asks for; return 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=40, help="kills of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="kinds whose name begins like this")
    parser.add_argument("--twice", action="store_true", help="two at once into one folder, instead of kills")
    asked = parser.parse_args()
    broken = 0
    for kind in ALL:
        if not kind.name.startswith(asked.only):
            continue
        if kind.screen and not screens.installed():
            print(f"{kind.name}: skipped, Xvfb is not installed")
            continue
        with contextlib.ExitStack() as held:
            folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="posecheck-crashes-")))
            more = {"DISPLAY": held.enter_context(screens.screen())} if kind.screen else {}
            template = killed.made(kind, folder)
            if asked.twice:
                for code, told in killed.both(kind, template, more):
                    print(f"{kind.name}: {code} {told.splitlines()[-1] if told else ''}", flush=True)
                continue
            begun = time.monotonic()
            measured = killed.usual(kind, template, more)
            chance = random.Random(f"{kind.name} {asked.seed}")
            done = []
            for _ in range(asked.n):
                done.append(killed.trial(kind, template, measured, chance, more))
                for line in done[-1].wrong:
                    print(f"  {kind.name}, killed {done[-1].when}: {line}", flush=True)
        wrong = sum(bool(one.wrong) for one in done)
        broken += wrong
        died, left = sum(one.killed for one in done), sum(bool(one.left) for one in done)
        print(
            f"{kind.name}: {len(done)} runs ({measured.seconds:.1f} s, {measured.steps} steps), {died} killed before "
            f"their end, {left} left something that the next cleared, {wrong} wrong, {time.monotonic() - begun:.0f} s",
            flush=True,
        )
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
