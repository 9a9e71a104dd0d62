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

    Attributes:
        name: The stretch.
        steps: What the person does after the still start.
        azimuth: Where the camera stands, degrees.
        told: For each repetition its side, peak (hundredths for a ratio), why it is incomplete, and seconds held.
        passed: Key and level of each event, in order of time.
        arms: An arm style; empty for that of the stretch.
        elevation: How steeply the camera looks down, degrees; None where it does not matter.
        other: Whether it is done on the other side, where the steps do not show that.
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
        """The side that arms and legs are arranged for: that of the first turn of a twist, otherwise the left."""
        turns = [step.to["trunk_rotation"] for step in self.steps if step.to.get("trunk_rotation")]
        # In the lying twist the pelvis turns under a still thorax, so the sign of the trunk rotation is reversed.
        right = turns[0] * (-1.0 if self.name == "supine-twist" else 1.0) < 0 if turns else False
        return "right" if right != self.other else "left"


START, UP = neutral(), move(1.0, amount=1.0)
FRONT, OBLIQUE, SIDE = 0.0, 45.0, 90.0


def names(rows: list[Row]) -> list[str]:
    """Return a test id for each row: its number, stretch and first event (or `well`)."""
    return [f"{i}-{row.name}-{row.passed[0][0] if row.passed else 'well'}" for i, row in enumerate(rows)]


def said(row: Row) -> tuple[Told, Passed]:
    """Perform a row's script and return its actual repetitions and events, in the form of `told` and `passed`."""
    found = coach(row.name, START, *row.steps, azimuth=row.azimuth, side=row.side, arms=row.arms)
    return found.told, found.passed


def twist(
    far: float, seconds: float = 2.0, held: float = 6.0, home: float = 2.0, rest: float = 1.5, **more: float
) -> tuple[Step, ...]:
    """Return the steps of a turn of the trunk: turn, hold, way back and rest.

    Args:
        far: The trunk rotation, degrees; positive to the left.
        seconds: How long the turn takes.
        held: How long it is held, seconds.
        home: How long the way back takes, seconds.
        rest: How long the rest afterwards lasts, seconds.
        **more: Further channels that move along, such as a mistake.
    """
    zero = dict.fromkeys(more, 0.0)
    return (
        move(seconds, trunk_rotation=far, **more),
        hold(held),
        move(home, trunk_rotation=0.0, **zero),
        hold(rest),
    )


def lean(far: float, seconds: float = 2.0, held: float = 6.0, up: float = 2.0, **more: float) -> tuple[Step, ...]:
    """Return the steps of a lean back: arms into place, lean, hold and way up.

    Args:
        far: The inclination backward, degrees.
        seconds: How long the lean takes.
        held: How long it is held, seconds.
        up: How long the way up takes, seconds.
        **more: Further channels that move along, such as a mistake.
    """
    zero = dict.fromkeys(more, 0.0)
    return (
        UP,
        move(seconds, trunk_inclination=-far, **more),
        hold(held),
        move(up, trunk_inclination=0.0, **zero),
        hold(1.0),
    )


def once(seconds: float = 2.0, held: float = 1.0, home: float = 2.0, **to: float) -> tuple[Step, ...]:
    """Return the steps of one repetition to the stretch's end position: move, hold, way back and a rest of 1 s.

    Args:
        seconds: How long the way there takes.
        held: How long it is held, seconds.
        home: How long the way back takes, seconds.
        **to: Channels that differ from the end position, such as a mistake.
    """
    return (move(seconds, **({"amount": 1.0} | to)), hold(held), back(home), hold(1.0))


def further(
    channel: str, first: float, then: float, seconds: float, held: float = 6.0, home: float = 2.0
) -> tuple[Step, ...]:
    """Return the steps of a movement in two parts: slowly, then the rest of the way in a given time.

    Args:
        channel: The channel that moves.
        first: Its value after the first 2 s, degrees.
        then: Its value at the end, degrees.
        seconds: How long the second part takes.
        held: How long it is held, seconds.
        home: How long the way back takes, seconds.
    """
    return (
        move(2.0, **{channel: first}),
        move(seconds, **{channel: then}),
        hold(held),
        move(home, **{channel: 0.0}),
        hold(1.0),
    )


def rock(seconds: float, **to: float) -> tuple[Step, ...]:
    """Return the steps of moving to and fro once.

    Args:
        seconds: How long each way takes.
        **to: The values in between, by channel.
    """
    return (move(seconds, **to), move(seconds, **dict.fromkeys(to, 0.0)))
