"""What time and the body's own signs rule out: locks after a symptom, the hour's pause, the day's count, the warm-up.

All times are aware datetimes and are given; nothing here asks a clock. What lies after `now` has not happened yet. An
interval is [start, end): at its end it is over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol

from posecheck.safety.practice import Practice, Symptom
from posecheck.stretches.library import all_stretches
from posecheck.stretches.stretch import Stretch


class PastSession(Protocol):
    """Say when which stretch was done; the history's own sessions are such. Those without a repetition do not count."""

    @property
    def stretch(self) -> str:
        """Return the stretch's id."""

    @property
    def at(self) -> datetime:
        """Return when it was done, with its time zone."""


@dataclass(frozen=True, slots=True)
class Felt:
    """Report a symptom: its id in practice.toml, when, and during which stretch if one was under way."""

    symptom: str
    at: datetime
    stretch: str | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """Rule out stretching after a symptom. stretch: only this technique, or None for all. until: None, till cleared."""

    symptom: Symptom
    since: datetime
    until: datetime | None
    stretch: str | None = None


@dataclass(frozen=True, slots=True)
class Sittings:
    """Count a day's sittings. number: the one that would be under way now. until: when the next day begins."""

    number: int
    until: datetime


def technique(stretch: str) -> str:
    """Return what counts as one technique: versions of a stretch share the letter of the catalogue."""
    known = all_stretches().get(stretch)
    return stretch if known is None or known.catalogue == "own" else known.catalogue[0]


def locks(practice: Practice, felt: Iterable[Felt], cleared: datetime | None, now: datetime) -> tuple[Lock, ...]:
    """Return the locks that hold now, the newest first. cleared: when a professional last agreed, if ever."""
    past = sorted((one for one in felt if one.at <= now), key=lambda one: one.at, reverse=True)
    out = []
    for one in past:
        symptom = practice.symptom(one.symptom)
        stretch = one.stretch if symptom.scope == "technique" else None
        if symptom.scope == "technique" and stretch is None:
            continue
        free = cleared is not None and one.at <= cleared <= now
        until = None if symptom.lock_h is None else one.at + timedelta(hours=symptom.lock_h)
        if (until is None and not free) or (until is not None and now < until):
            out.append(Lock(symptom, one.at, until, stretch))
    return tuple(out)


def persisting(
    practice: Practice, felt: Iterable[Felt], cleared: datetime | None, now: datetime
) -> tuple[Symptom, ...]:
    """Return the symptoms that were reported so often lately that a professional should be asked first."""
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
    """Return until when the same technique pauses, or None when it may go on.

    What follows the first of a set within set_min is the same set: its other side, its repeats, a second try.
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
    """Count today's sittings (today is the day of `now` in its own time zone)."""
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
    """Return whether the muscles are warm: from a warm-up, or from a stretch done just before."""
    lasts = timedelta(minutes=practice.warm_up.lasts_min)
    times = [one.at for one in sessions] + ([] if warmed_up_at is None else [warmed_up_at])
    return any(at <= now < at + lasts for at in times)


@dataclass(frozen=True, slots=True)
class WarmingUp:
    """Say how far a warm-up is. left_s: seconds still to go at least. enough: may stop. over: should stop."""

    left_s: float
    enough: bool
    over: bool


def warming_up(practice: Practice, elapsed_s: float) -> WarmingUp:
    """Return how far a warm-up is that has been going for so many seconds."""
    least, most = practice.warm_up.least_min * 60, practice.warm_up.most_min * 60
    return WarmingUp(max(0.0, least - elapsed_s), elapsed_s >= least, elapsed_s >= most)


@dataclass(frozen=True, slots=True)
class Breath:
    """Say which half of a breath it is (in or out), its text, and how much of it has passed, 0 to 1."""

    way: str
    text: str
    share: float


def breath(practice: Practice, elapsed_s: float) -> Breath:
    """Return where a paced breath is after so many seconds; it begins by breathing in."""
    pace = practice.breathing
    at = elapsed_s % (pace.in_s + pace.out_s)
    if at < pace.in_s:
        return Breath("in", pace.text_in, at / pace.in_s)
    return Breath("out", pace.text_out, (at - pace.in_s) / pace.out_s)
