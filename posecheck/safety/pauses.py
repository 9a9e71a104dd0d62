"""Rules of time: locks after a symptom, the pause between sets, the number of sittings a day, the warm-up, the breath.

All times are aware datetimes and are passed in; no function here reads the clock. Records later than `now` are ignored.
Intervals are half-open, [start, end): a lock or pause no longer holds at its end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol

from posecheck.safety.practice import Practice, Symptom
from posecheck.stretches.library import all_stretches
from posecheck.stretches.stretch import Stretch


class PastSession(Protocol):
    """Provide stretch and time of a past session, such as the history's; pass only sessions with a repetition."""

    @property
    def stretch(self) -> str:
        """Return the stretch's id."""

    @property
    def at(self) -> datetime:
        """Return when it was done, with its time zone."""


@dataclass(frozen=True, slots=True)
class Felt:
    """Hold a reported symptom.

    Attributes:
        symptom: Its id in practice.toml.
        at: When it was felt, with its time zone.
        stretch: Id of the stretch during which it was felt; None if there was none.
    """

    symptom: str
    at: datetime
    stretch: str | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """Hold a lock: stretching is ruled out after a symptom.

    Attributes:
        symptom: The symptom.
        since: When it was felt.
        until: When the lock ends; None until a professional has agreed.
        stretch: Only the technique of this stretch is locked; None locks every stretch.
    """

    symptom: Symptom
    since: datetime
    until: datetime | None
    stretch: str | None = None


@dataclass(frozen=True, slots=True)
class Sittings:
    """Hold the number of sittings of a day.

    Attributes:
        number: Number of today's sittings, including one that begins now.
        until: When the next day begins.
    """

    number: int
    until: datetime


def technique(stretch: str) -> str:
    """Return the technique of a stretch: versions of a stretch share the letter of the catalogue."""
    known = all_stretches().get(stretch)
    return stretch if known is None or known.catalogue == "own" else known.catalogue[0]


def locks(practice: Practice, felt: Iterable[Felt], cleared: datetime | None, now: datetime) -> tuple[Lock, ...]:
    """Return the locks that hold now, the newest first.

    Args:
        practice: The rules of practice.
        felt: The reported symptoms.
        cleared: When a professional last agreed; None if never.
        now: With its time zone.
    """
    past = sorted((one for one in felt if one.at <= now), key=lambda one: one.at, reverse=True)
    out = []
    for one in past:
        symptom = practice.symptom(one.symptom)
        stretch = one.stretch if symptom.scope == "technique" else None
        if symptom.scope == "technique" and stretch is None:
            continue
        is_cleared = cleared is not None and one.at <= cleared <= now
        until = None if symptom.lock_h is None else one.at + timedelta(hours=symptom.lock_h)
        if (until is None and not is_cleared) or (until is not None and now < until):
            out.append(Lock(symptom, one.at, until, stretch))
    return tuple(out)


def persisting(
    practice: Practice, felt: Iterable[Felt], cleared: datetime | None, now: datetime
) -> tuple[Symptom, ...]:
    """Return the symptoms that were reported so often lately that a professional should be asked first.

    Args:
        practice: The rules of practice.
        felt: The reported symptoms.
        cleared: When a professional last agreed, from when on reports count anew; None if never.
        now: With its time zone.
    """
    past = [one for one in felt if one.at <= now]
    out = []
    for symptom in practice.symptoms:
        if symptom.persists is None:
            continue
        oldest = now - timedelta(days=symptom.persists.days)
        recent = [one for one in past if one.symptom == symptom.id and one.at > oldest]
        if cleared is not None and cleared <= now:
            recent = [one for one in recent if one.at > cleared]
        if len(recent) >= symptom.persists.reports:
            out.append(symptom)
    return tuple(out)


def pause_until(
    practice: Practice, stretch: Stretch, sessions: Iterable[PastSession], now: datetime
) -> datetime | None:
    """Return when the pause of this technique ends; None when the stretch may go on now.

    Sessions within set_min after the first one of a set belong to the same set: the other side, repetitions, a second
    try.
    """
    rule = practice.same_technique
    same = technique(stretch.id)
    times = sorted(one.at for one in sessions if one.at <= now and technique(one.stretch) == same)
    start: datetime | None = None
    for at in times:
        if start is None or at >= start + timedelta(minutes=rule.set_min):
            start = at
    if start is None or now < start + timedelta(minutes=rule.set_min):
        return None
    until = times[-1] + timedelta(minutes=rule.pause_min)
    return until if now < until else None


def sittings(practice: Practice, sessions: Iterable[PastSession], now: datetime) -> Sittings:
    """Count today's sittings; today is the date of `now` in its own time zone."""
    gap = timedelta(minutes=practice.daily.sitting_gap_min)
    times = sorted(at for at in (one.at.astimezone(now.tzinfo) for one in sessions) if at <= now)
    today = [at for at in times if at.date() == now.date()]
    number = 0
    last: datetime | None = None
    for at in [*today, now]:
        if last is None or at - last >= gap:
            number += 1
        last = at
    return Sittings(number, datetime.combine(now.date() + timedelta(days=1), time.min, now.tzinfo))


def warm(practice: Practice, sessions: Iterable[PastSession], warmed_up_at: datetime | None, now: datetime) -> bool:
    """Return whether the muscles are warm, from a warm-up or from a stretch shortly before."""
    lasts = timedelta(minutes=practice.warm_up.lasts_min)
    times = [one.at for one in sessions] + ([] if warmed_up_at is None else [warmed_up_at])
    return any(at <= now < at + lasts for at in times)


@dataclass(frozen=True, slots=True)
class WarmingUp:
    """Hold the progress of a warm-up.

    Attributes:
        left_s: Seconds until the shortest duration is reached.
        enough: Whether the shortest duration is reached, so that the person may stop.
        over: Whether the longest duration is reached, so that the person should stop.
    """

    left_s: float
    enough: bool
    over: bool


def warming_up(practice: Practice, elapsed_s: float) -> WarmingUp:
    """Return the progress of a warm-up after `elapsed_s` seconds."""
    least, most = practice.warm_up.least_min * 60, practice.warm_up.most_min * 60
    return WarmingUp(max(0.0, least - elapsed_s), elapsed_s >= least, elapsed_s >= most)


@dataclass(frozen=True, slots=True)
class Breath:
    """Hold the current half of a paced breath.

    Attributes:
        way: `in` or `out`.
        text: The instruction, to be translated.
        share: How much of this half has passed, 0 to 1.
    """

    way: str
    text: str
    share: float


def breath(practice: Practice, elapsed_s: float) -> Breath:
    """Return the current half of a paced breath after `elapsed_s` seconds; pacing begins with breathing in."""
    pace = practice.breathing
    at = elapsed_s % (pace.in_s + pace.out_s)
    if at < pace.in_s:
        return Breath("in", pace.text_in, at / pace.in_s)
    return Breath("out", pace.text_out, (at - pace.in_s) / pace.out_s)
