"""Accuracy against rendered people with known angles.

    python -m research.benchmarks.accuracy [--write | --small --check]

Prints, for each stretch and camera group, the error of the real pipeline beside the naive estimate (shoulder line
minus hip line of the same frame, change since neutral) on the same frames, and whether stop limits were reported.
"""

import argparse
import json
import sys
from pathlib import Path

from research.benchmarks.accuracy.figures import DOCS, check, figure, report, small_figures, write
from research.datasets.scoring import Alarm, Sample, score
from research.datasets.takes import development, load_all, test


def main() -> int:
    """Run the benchmark; return 1 if --check finds figures that have become worse, otherwise 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="twists of each stretch in the full benchmark")
    parser.add_argument("--write", action="store_true", help="write docs/accuracy.md, its figure and small.json")
    parser.add_argument("--dev", action="store_true", help="the development takes, which everything is tuned on")
    parser.add_argument("--small", action="store_true", help="two takes only, about a minute")
    parser.add_argument("--check", action="store_true", help="with --small: fail when figures have fallen behind")
    given = parser.parse_args()
    committed = Path(__file__).with_name("small.json")
    if given.small:
        now = small_figures()
        print(json.dumps(now, indent=2))
        problems = check(now, json.loads(committed.read_text(encoding="utf-8"))) if given.check else []
        print("\n".join(problems), file=sys.stderr)
        return int(bool(problems))
    samples: list[Sample] = []
    alarms: list[Alarm] = []
    specs = development(given.count) if given.dev else test(given.count)
    for take in load_all(specs):
        more, warned = score(take)
        samples += more
        alarms += warned
    text = report(samples, alarms, len(specs), "development" if given.dev else "test")
    print(text)
    if given.write and not given.dev:
        write(text)
        figure(samples, DOCS / "accuracy.png")
        committed.write_text(json.dumps(small_figures(), indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
