"""Measure the accuracy of twists lying on the back, on rendered people with known angles.

    python -m research.benchmarks.lying [--write]

Prints, by how steeply the camera looks down, the error of the real pipeline beside the naive estimate, and how stop
limits were reported. The naive estimate is the change since neutral of the shoulder line against the hip line about the
trunk, from the model's world landmarks. Bodies, looks, rooms and cameras of these takes were never used for fitting or
tuning.
"""

import argparse
import sys
from pathlib import Path

from research.benchmarks.accuracy.figures import ALARM_HEADS, ERROR_HEADS, alarm_rows, error_rows, table
from research.datasets.scoring import Alarm, Sample, score
from research.datasets.takes import load_all, lying
from research.docs_block import replace_block

DOCS = Path(__file__).parents[2] / "docs" / "lying.md"
ANGLES = ("lying_roll", "shoulder_tilt", "neck_rotation", "hip_flexion", "knee_flexion")


def report(samples: list[Sample], alarms: list[Alarm], count: int, split: str) -> str:
    """Return the tables as Markdown.

    Args:
        samples: The samples of all takes.
        alarms: The scores of all stop limits.
        count: The number of takes.
        split: The name of the split, for the first line.
    """
    main = [s for s in samples if any(s.angle.endswith(name) for name in ANGLES)]
    middle = [s for s in main if s.angle in ANGLES]
    rows = error_rows(main, lambda s: (s.angle, "all")) + error_rows(middle, lambda s: (s.angle, s.group))
    return "\n\n".join(
        [
            f"{count} takes of the {split} split; degrees; every frame in which somebody is there.",
            table(("angle", "camera looks down", *ERROR_HEADS), rows),
            "Stop limits (due: the truth is past the limit by 5° for 0.3 s):",
            table(ALARM_HEADS, alarm_rows(alarms)),
        ]
    )


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=18)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--dev", action="store_true", help="the development takes, which may be tuned on")
    parser.add_argument("--write", action="store_true", help="write docs/lying.md")
    given = parser.parse_args()
    split = "dev" if given.dev else "test"
    samples: list[Sample] = []
    alarms: list[Alarm] = []
    specs = lying(split, given.count)
    for take in load_all(specs, given.workers):
        more, warned = score(take, lambda camera: f"{camera['elevation_deg']:02.0f}°")
        samples += more
        alarms += warned
    text = report(samples, alarms, len(specs), "development" if given.dev else "test")
    print(text)
    if given.write and not given.dev:
        replace_block(DOCS, "figures", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
