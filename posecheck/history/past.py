"""What the history returns: past sessions, and locks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class PastSession:
    """Hold one session of the history.

    Attributes:
        id: The session's id.
        person: The person's name.
        at: When the session was, UTC.
        stretch: Id of the stretch.
        source: The recording's file name, or `live`.
        version: The version of posecheck that judged it.
        verdict: The verdict's code, as in summary.json.
        headline: The verdict as an English sentence.
        duration_s: Length of the session, in seconds.
        age: The person's age in years; None where it was not given.
        settings: The settings it was judged with, as in summary.json.
        series: Repetitions summed up by side, as in summary.json; None where they were not counted.
        headlines: The headline by language; None where only the English one was stored.
        peaks: The furthest reading of each range; like the following, filled by Store.session only.
        repetitions: The repetitions, in order.
        events: The events, in order.
        answers: The answers that belong to the session.
    """

    id: int
    person: str
    at: datetime
    stretch: str
    source: str
    version: str
    verdict: str
    headline: str
    duration_s: float
    age: int | None
    settings: dict[str, object]
    series: dict[str, Any] | None
    headlines: dict[str, str] | None = None
    peaks: tuple[dict[str, object], ...] = ()
    repetitions: tuple[dict[str, object], ...] = ()
    events: tuple[dict[str, object], ...] = ()
    answers: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Lock:
    """Hold a time in which a person should not stretch.

    Attributes:
        reason: Why, e.g. a symptom's id.
        at: When it began, UTC.
        until: When it ends, UTC; it no longer holds at that time.
        stretch: Id of the stretch during which the reason came up; None where it is not known.
    """

    reason: str
    at: datetime
    until: datetime
    stretch: str | None = None


@dataclass(frozen=True, slots=True)
class PastProgramme:
    """Hold one time that a person went through a programme.

    Attributes:
        id: Its id.
        person: The person's name.
        at: When it was begun, UTC.
        name: The programme's name.
        steps: What was done of each step, in order: stretch, sides, state, sets and repetitions.
        pain_before: Pain from 0 to 10 before it; None where the person did not say.
        pain_after: The same after it.
    """

    id: int
    person: str
    at: datetime
    name: str
    steps: list[dict[str, Any]]
    pain_before: int | None = None
    pain_after: int | None = None
