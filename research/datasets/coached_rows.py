"""Building blocks of the tables of scripted stretches: rows, movements, and one check.

A row states the stretch, its steps, the view, and the exact expected output: for each repetition its side, peak
(hundredths for a ratio), why it is incomplete, and seconds held; for each event its key and level, in order of time.
Several repetitions in one row keep a script short.
"""

from typing import NamedTuple

from research.datasets.coached import back, coach, hold, move, neutral
from research.synthetic.scene.motion import Step

Told = list[tuple[str, int, str, int]]
Passed = list[tuple[str, str]]


class Row(NamedTuple):
    """Hold one script and its expected output.

    azimuth, elevation: of the camera, degrees; None where it does not matter. arms: other than the usual.
    other: done on the other side, where steps do not say so.
    """

    name: str
    steps: tuple[Step, ...]
    azimuth: float
    told: Told
    passed: Passed
    arms: str = ""
    elevation: float | None = None

    other: bool = False

    @property
    def side(self) -> str:
        """Return the side that arms and legs are arranged for: that of a twist's first turn, otherwise the left."""
        turns = [step.to["trunk_rotation"] for step in self.steps if step.to.get("trunk_rotation")]
        # Lying, what turns is the pelvis, and the trunk against it the other way.
        right = turns[0] * (-1.0 if self.name == "supine-twist" else 1.0) < 0 if turns else False
        return "right" if right != self.other else "left"


START, UP = neutral(), move(1.0, amount=1.0)
FRONT, OBLIQUE, SIDE = 0.0, 45.0, 90.0


def names(rows: list[Row]) -> list[str]:
    """Return an id for each row that says what it is about."""
    return [f"{i}-{row.name}-{row.passed[0][0] if row.passed else 'well'}" for i, row in enumerate(rows)]


def said(row: Row) -> tuple[Told, Passed]:
    """Do a row's script and return what is said of its repetitions, and of its events."""
    found = coach(row.name, START, *row.steps, azimuth=row.azimuth, side=row.side, arms=row.arms)
    return found.told, found.passed


def twist(
    far: float, seconds: float = 2.0, held: float = 6.0, home: float = 2.0, rest: float = 1.5, **more: float
) -> tuple[Step, ...]:
    """Return a turn of the trunk to an angle, with what else is done wrong, a hold, the way back and a rest."""
    zero = dict.fromkeys(more, 0.0)
    return (
        move(seconds, trunk_rotation=far, **more),
        hold(held),
        move(home, trunk_rotation=0.0, **zero),
        hold(rest),
    )


def lean(far: float, seconds: float = 2.0, held: float = 6.0, up: float = 2.0, **more: float) -> tuple[Step, ...]:
    """Return a lean back to an angle with the arms in place, a hold and the way up."""
    zero = dict.fromkeys(more, 0.0)
    return (
        UP,
        move(seconds, trunk_inclination=-far, **more),
        hold(held),
        move(up, trunk_inclination=0.0, **zero),
        hold(1.0),
    )


def once(seconds: float = 2.0, held: float = 1.0, home: float = 2.0, **to: float) -> tuple[Step, ...]:
    """Return the stretch's own end position, with what else is done wrong, a hold and the way back."""
    return (move(seconds, **({"amount": 1.0} | to)), hold(held), back(home), hold(1.0))


def further(
    channel: str, first: float, then: float, seconds: float, held: float = 6.0, home: float = 2.0
) -> tuple[Step, ...]:
    """Return going part of the way slowly, the rest of it in so many seconds, a hold and the way back."""
    return (
        move(2.0, **{channel: first}),
        move(seconds, **{channel: then}),
        hold(held),
        move(home, **{channel: 0.0}),
        hold(1.0),
    )


def rock(seconds: float, **to: float) -> tuple[Step, ...]:
    """Return rocking forward and back, so many seconds each way."""
    return (move(seconds, **to), move(seconds, **dict.fromkeys(to, 0.0)))
