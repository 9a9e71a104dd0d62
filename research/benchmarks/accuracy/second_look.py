"""What the second look of the test takes costs: the same people, movements and cameras, seen in both looks.

    python -m research.benchmarks.accuracy.second_look [--count 6] [--write]

Prints the targets of the accuracy benchmark for both looks side by side (research/datasets/second_look.py tells what
the second one is). --write puts the table into docs/accuracy.md.
"""

import argparse
from dataclasses import replace

from research.benchmarks.accuracy.figures import DOCS, table, target_rows
from research.datasets.scoring import Alarm, Sample, score
from research.datasets.takes import Spec, Take, load_all, test
from research.docs_block import replace_block

FOUND = "frames in which the pose was found"


def rows_of(takes: list[Take]) -> dict[str, tuple[object, object]]:
    """Return the figure of posecheck and that of plain geometry for each target, by what is measured."""
    samples: list[Sample] = []
    alarms: list[Alarm] = []
    for take in takes:
        more, warned = score(take)
        samples += more
        alarms += warned
    found = sum(int(take.track.found.sum()) for take in takes) / sum(len(take.track) for take in takes)
    rows = {str(what): (ours, naive) for what, _, ours, naive in target_rows(samples, alarms)}
    return {FOUND: (f"{100 * found:.1f} %", None), **rows}


def text(specs: list[Spec]) -> str:
    """Return the table as Markdown.

    Args:
        specs: The takes, in the first look.
    """
    first = rows_of(list(load_all(specs)))
    second = rows_of(list(load_all([replace(spec, look="second") for spec in specs])))
    rows = [[what, *first[what], *second.get(what, (None, None))] for what in first]
    heads = ("what", "first look", "plain geometry", "second look", "plain geometry")
    return f"{len(specs)} takes of the test split in both looks.\n\n{table(heads, rows)}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--count", type=int, default=6, help="twists of each stretch")
    parser.add_argument("--write", action="store_true", help="write the table into docs/accuracy.md")
    given = parser.parse_args()
    shown = text(test(given.count))
    print(shown)
    if given.write:
        replace_block(DOCS / "accuracy.md", "second look", shown)


if __name__ == "__main__":
    main()
