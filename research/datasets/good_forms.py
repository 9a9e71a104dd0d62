"""Fifty good performances as people move, drawn anew from the good scripts of the coaching tables.

No two people keep to a script. Each move takes its own time and ends with a small correction, holds drift by a degree
or two, eyes go to the camera for a moment, and rests last as long as they last. Nothing of it is a mistake: judged by
its true angles no performance raises anything, which a test checks. They are never used to fit or to tune anything.
"""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np

from research.datasets.coached import hold, move
from research.datasets.coached_rows import Row
from research.datasets.coaching import ROWS
from research.synthetic.scene.motion import Step

HOW_MANY = 50
LONG_S = 3.0
"""A hold of at least this length drifts."""
MOST_OF = (0.86, 0.95)
"""Share of a move before the small correction."""
DRIFT = {"amount": 0.015}
"""How far a channel drifts in a hold, where it is not DRIFT_DEG."""
DRIFT_DEG = 1.0
GLANCE_DEG = (6.0, 14.0)


@cache
def good_forms() -> tuple[Row, ...]:
    """Return the performances; what they expect is a repetition or more, and no event."""
    bases = [row for row in ROWS if not row.passed and row.told and not any(why for _, _, why, _ in row.told)]
    return tuple(_as_people_move(bases[i % len(bases)], i) for i in range(HOW_MANY))


def _as_people_move(row: Row, number: int) -> Row:
    rng = np.random.default_rng([50, zlib.crc32(row.name.encode()), number])
    return row._replace(steps=tuple(_steps(row.steps, rng)), told=[])


def _steps(steps: tuple[Step, ...], rng: np.random.Generator) -> Iterator[Step]:
    at: dict[str, float] = {}
    for step in steps:
        before, at = at, {} if step.kind == "return" else at | dict(step.to)
        longer = float(rng.uniform(1.0, 1.5))
        if step.kind == "move" and any(abs(at[name]) > abs(before.get(name, 0.0)) for name in step.to):
            yield from _corrected(step, before, longer, rng)
        elif step.kind == "hold" and (step.seconds or 0.0) >= LONG_S and any(at.values()):
            yield from _drifting(step, at, rng)
        else:
            yield step if step.seconds is None else replace(step, seconds=step.seconds * longer)


def _corrected(step: Step, before: dict[str, float], longer: float, rng: np.random.Generator) -> Iterator[Step]:
    """Go most of the way, wait for a moment, and go the rest."""
    share = float(rng.uniform(*MOST_OF))
    first = {name: before.get(name, 0.0) + share * (far - before.get(name, 0.0)) for name, far in step.to.items()}
    yield move((step.seconds or 2.0) * longer, **first)
    yield hold(float(rng.uniform(0.1, 0.5)))
    yield move(float(rng.uniform(0.7, 1.2)), **step.to)


def _drifting(step: Step, at: dict[str, float], rng: np.random.Generator) -> Iterator[Step]:
    """Hold as people do: by a degree more and less, with a look to the camera."""
    left = step.seconds or LONG_S
    glances = rng.random() < 0.6 and not at.get("neck_rotation")
    while left > 0.0:
        part = min(left, float(rng.uniform(1.0, 2.2)))
        drift = {
            name: far + float(rng.normal(0.0, DRIFT.get(name, DRIFT_DEG) / 2))
            for name, far in at.items()
            if far and name != "neck_rotation"
        }
        if glances:
            drift["neck_rotation"] = float(rng.choice([-1.0, 1.0]) * rng.uniform(*GLANCE_DEG))
        elif "neck_rotation" not in at:
            drift["neck_rotation"] = 0.0
        glances = False
        yield move(part, **drift)
        left -= part
