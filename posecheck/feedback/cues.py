"""Cues: what to do now, in one short sentence, repeated no more often than helps.

Live and recorded frames give the same cues: judged frames come in order of time, one or many at once, and only their
times count. When all is well nothing is said except the countdown of a hold.

In each frame at most one cue is given, the most urgent one. A limit gives a cue once it has been passed for as long as
an event takes to count (events.py), and only while the reading itself is past it. The rules of time:

- A stop interrupts whatever is being said, except another stop that is at least as dangerous; it is repeated every
  STOP_AGAIN_S while it lasts.
- Any other cue waits until GAP_S after the one before, and is not repeated within AGAIN_S.
- What cannot be judged is said once it has lasted LASTS_S, and not repeated within UNJUDGED_AGAIN_S; if the person
  can do nothing about it, it is said only once.
- A hold is counted down from the seconds that the stretch asks for, while nothing else is to be said.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import ceil, isnan
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from posecheck.assessment.analysis import Analysis
from posecheck.assessment.events import EPS_S, Event
from posecheck.assessment.judged import JudgedFrames
from posecheck.assessment.session import Session
from posecheck.core.arrays import Floats
from posecheck.core.i18n import N_, Language, Translator, translator
from posecheck.core.levels import Level
from posecheck.core.outside.cells import text_cell
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback import wording
from posecheck.measurement.readings import missing
from posecheck.stretches.ranges import Kind

STOP_AGAIN_S = 4.0
GAP_S = 3.0
AGAIN_S = 8.0
LASTS_S = 2.0
UNJUDGED_AGAIN_S = 30.0
BEGUN_S = 0.5
"""The countdown starts once a hold has lasted this long; less is only passing through."""
COUNTED_S, LAST_S = 5, 3
"""A countdown speaks at multiples of COUNTED_S seconds left, and at each of the last LAST_S."""
SETTLE_S, STALE_S = 0.4, 6.0
"""Events that are known only at their end are said from SETTLE_S to STALE_S after it, once they are certain."""
COLUMNS = ("time_s", "level", "key", "text")

BEYOND_MENDING = frozenset({UnjudgedReason.OUT_OF_PLANE, UnjudgedReason.UNCERTAIN})
"""Reasons that the person can do nothing about; they are said only once."""
_JUDGED, _CAUTION = int(UnjudgedReason.JUDGED), int(Level.CAUTION)
_ONCE = frozenset(f"unjudged_{reason.name.lower()}" for reason in BEYOND_MENDING)

URGENCY: tuple[str, ...] = (
    Kind.CONTACT,
    Kind.NECK_TOO_FAR,
    Kind.EXTENSION_WITH_ROTATION,
    Kind.FLEXION_WITH_ROTATION,
    Kind.EXCESSIVE_EXTENSION,
    Kind.OVER_ROTATION,
    Kind.EXCESSIVE_FLEXION,
    Kind.BASE_OF_SUPPORT,
    Kind.ABRUPT_END,
    Kind.TOO_FAST,
    Kind.BOUNCING,
)
"""Kinds of warnings, the most dangerous first; all others follow in the order of the stretch's ranges."""
RANK = {kind: rank for rank, kind in enumerate(URGENCY)}

HOLD_STILL = N_("Hold still for two seconds, so that there is something to measure from.")
HELD = N_("Held long enough: come back slowly.")


class Urgency(IntEnum):
    """Order cues; the most urgent has the lowest number."""

    STOP = 0
    PERSON = 1
    CAUTION = 2
    UNJUDGED = 3
    HOLD = 4


@dataclass(frozen=True, slots=True)
class Cue:
    """Hold one thing to say.

    Attributes:
        time_s: When to say it, seconds.
        urgency: How urgent it is.
        key: The range, angle or event that it is about.
        text: The sentence.
        interrupts: Whether it interrupts what is being said now.
    """

    time_s: float
    urgency: Urgency
    key: str
    text: str
    interrupts: bool

    @property
    def level(self) -> str:
        """The urgency in lower case: stop, person, caution, unjudged or hold."""
        return self.urgency.name.lower()


class _Candidate(NamedTuple):
    """Hold a possible cue; sorted, the most urgent comes first. rank: the place of its kind in URGENCY."""

    urgency: Urgency
    rank: int
    order: int
    key: str
    text: str


class Cues:
    """Turn a session's judged frames into cues in one language; frames must come in order of time."""

    def __init__(self, session: Session, language: Language = "en") -> None:
        """Begin without frames.

        Args:
            session: The session whose frames follow; its stretch, checks and neutral are read.
            language: The language of the cues.
        """
        self._session = session
        self._texts = translator(language)
        names = {check.range.key for check in session.checks}
        self._is_check = names.__contains__
        self._waiting: list[Event] = []
        self._said: dict[tuple[str, Urgency], float] = {}
        self._last: Cue | None = None
        self._last_rank = len(URGENCY)
        self._lost_s: float | None = None
        self._countdown = _Countdown(session, self._texts)

    def update(self, judged: JudgedFrames) -> tuple[Cue, ...]:
        """Take the frames that follow those before; return their cues, at most one for each frame."""
        time_s = judged.readings.time_s
        new = (event for event in judged.events if not self._is_check(event.key) and event.kind != Kind.CANNOT_JUDGE)
        self._waiting = sorted((*self._waiting, *new), key=lambda event: event.end_s)
        grades = np.minimum(judged.levels, judged.lasting)
        passed = np.asarray((grades >= _CAUTION).any(axis=1)).tolist()
        reason: list[int] = _primary_reasons(self._session, judged).tolist()
        out = []
        for i, at in enumerate(time_s.tolist()):
            limits = self._passed(grades[i], judged.signed[i]) if passed[i] else ()
            said = self._of_frame(at, limits, float(judged.hold_s[i]), reason[i])
            if said is not None:
                self._last = said
                out.append(said)
        return tuple(out)

    def _of_frame(self, at: float, passed: Iterable[_Candidate], hold_s: float, reason: int) -> Cue | None:
        candidates = [*passed, *self._told_once(at), *self._unjudged(at, reason)]
        for one in sorted(candidates):
            if self._may(at, one):
                self._said[one.key, one.urgency], self._last_rank = at, one.rank
                self._waiting = [event for event in self._waiting if event.key != one.key]
                return Cue(at, one.urgency, one.key, one.text, interrupts=one.urgency == Urgency.STOP)
        counted = self._countdown.update(at, hold_s, quiet=not candidates, last=self._last)
        return None if counted is None else Cue(at, Urgency.HOLD, "hold", counted, interrupts=False)

    def _passed(self, grades: NDArray[np.int8], signed: Floats) -> Iterator[_Candidate]:
        """Yield the limits that are passed in a frame, by the levels that have lasted (c,)."""
        for c in (grades >= _CAUTION).nonzero()[0].tolist():
            check, grade = self._session.checks[c], Level(int(grades[c]))
            urgency = Urgency.STOP if grade == Level.STOP else Urgency.CAUTION
            text = wording.describe_limit(check, grade, float(signed[c]), self._texts)
            yield _Candidate(urgency, RANK.get(check.range.kind, len(URGENCY)), c, check.range.key, text)

    def _told_once(self, at: float) -> Iterator[_Candidate]:
        """Yield events that are known only at their end, as long as they are recent."""
        self._waiting = [event for event in self._waiting if at < event.end_s + STALE_S]
        for event in self._waiting:
            if at < event.end_s + SETTLE_S - EPS_S:
                continue
            person = event.kind in (Kind.ANOTHER_PERSON, Kind.CONTACT, Kind.PHONE_MOVED)
            urgency = Urgency.STOP if event.level == "stop" else Urgency.PERSON if person else Urgency.CAUTION
            text = wording.describe_event(event, self._session.stretch, self._texts)
            yield _Candidate(urgency, RANK.get(event.kind, len(URGENCY)), len(self._session.checks), event.key, text)

    def _unjudged(self, at: float, reason: int) -> Iterator[_Candidate]:
        """Yield why the stretch's main angle cannot be judged, once that has lasted LASTS_S."""
        if reason == _JUDGED:
            self._lost_s = None
            return
        self._lost_s = at if self._lost_s is None else self._lost_s
        if at - self._lost_s < LASTS_S - EPS_S:
            return
        why, stretch = UnjudgedReason(reason), self._session.stretch
        text = wording.instruction(why, stretch, self._texts, self._session.neutral)
        if why == UnjudgedReason.NO_NEUTRAL:
            text = self._texts.gettext(HOLD_STILL)
        elif why in BEYOND_MENDING:
            name = wording.words_for(stretch.primary, self._texts)
            text = f"{wording.capital(name)}: {text}"
        yield _Candidate(Urgency.UNJUDGED, len(URGENCY), 0, f"unjudged_{why.name.lower()}", text)

    def _may(self, at: float, one: _Candidate) -> bool:
        """Return whether the rules of time allow a cue now."""
        urgency, key = one.urgency, one.key
        last, before = self._last, self._said.get((key, urgency))
        since = float("inf") if last is None else at - last.time_s
        again = float("inf") if before is None else at - before
        if urgency == Urgency.STOP:
            talking = last is not None and last.urgency == Urgency.STOP and since < GAP_S - EPS_S
            return not (talking and self._last_rank <= one.rank) and again >= STOP_AGAIN_S - EPS_S
        if last is not None and last.urgency != Urgency.HOLD and since < GAP_S - EPS_S:
            return False
        if urgency == Urgency.UNJUDGED:
            once = key in _ONCE
            return before is None or (not once and again >= UNJUDGED_AGAIN_S - EPS_S)
        # When a stop eases to a caution, the person has just been warned of it.
        stopped = self._said.get((key, Urgency.STOP))
        return again >= AGAIN_S - EPS_S and (stopped is None or at - stopped >= AGAIN_S - EPS_S)


class _Countdown:
    """Count a hold down from the seconds that the stretch asks for."""

    def __init__(self, session: Session, texts: Translator) -> None:
        hold = session.stretch.hold
        self._asked_s = None if hold is None else hold.seconds[0]
        self._texts = texts
        self._began_s: float | None = None
        self._told: int | None = None

    def update(self, at: float, hold_s: float, *, quiet: bool, last: Cue | None) -> str | None:
        """Take a frame's hold timer; return what to say, or None. quiet: whether nothing is wrong in this frame."""
        if self._asked_s is None or isnan(hold_s) or hold_s <= 0:
            self._began_s = self._told = None
            return None
        left = max(0, ceil(self._asked_s - hold_s - EPS_S))
        warned = last is not None and last.urgency != Urgency.HOLD and at - last.time_s < GAP_S - EPS_S
        if not quiet or warned or left == self._told:
            return None
        if self._began_s is None:
            if hold_s < BEGUN_S - EPS_S or left == 0:
                return None
            self._began_s, self._told = at, left
            return self._texts.ngettext(
                "Hold for {n} second, and keep breathing.", "Hold for {n} seconds, and keep breathing.", left
            ).format(n=left)
        if left == 0:
            self._told = 0
            return self._texts.gettext(HELD)
        if at - self._began_s < GAP_S - EPS_S or (left > LAST_S and left % COUNTED_S):
            return None
        self._told = left
        return self._texts.ngettext("{n} second more", "{n} seconds more", left).format(n=left)


def _primary_reasons(session: Session, judged: JudgedFrames) -> NDArray[np.uint8]:
    """Return why the stretch's main angle is not judged (n,); JUDGED where any of its rows is."""
    rows = session.stretch.primary_rows
    if not rows:
        return np.zeros(len(judged.readings.time_s), np.uint8)
    if len(rows) == 1:
        return missing(judged.readings, rows[0], session.stretch)
    gone = np.stack([missing(judged.readings, row, session.stretch) for row in rows], axis=1)
    return np.where((gone == _JUDGED).any(axis=1), np.uint8(_JUDGED), gone[:, 0])


def cues_of(analysis: Analysis, language: Language = "en") -> tuple[Cue, ...]:
    """Return the cues that would have been given during a recording.

    Args:
        analysis: The judged recording.
        language: The language of the cues.
    """
    return Cues(analysis.session, language).update(analysis.judged)


def write(path: Path, cues: Sequence[Cue]) -> None:
    """Write cues.csv, one row for each cue, with time_s, level, key and text.

    Args:
        path: The file to write.
        cues: The cues.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows((f"{cue.time_s:.3f}", cue.level, text_cell(cue.key), text_cell(cue.text)) for cue in cues)
