"""Decide whether a person may do a stretch now: allowed, limited, something else first, or blocked; why and until when.

screen() uses the answers alone, for recordings. decide() also uses past sessions, symptoms and the current time. Both
are pure: the same input gives the same decision.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import IntEnum
from types import MappingProxyType

from posecheck.core.i18n import N_, Translator
from posecheck.safety import pauses
from posecheck.safety.answers import YES, Answers, due
from posecheck.safety.pauses import Felt, PastSession
from posecheck.safety.practice import Practice
from posecheck.safety.screening import PROFESSIONAL, Cap, Effect, Question, Screening
from posecheck.stretches.library import all_stretches
from posecheck.stretches.stretch import Stretch

QUESTIONS_FIRST = N_("Some questions about your health come first, and again every month.")
PERSISTS = N_("This has come back often lately: {symptom}. See a doctor or a physiotherapist before you stretch again.")
AGREED = N_("Agreed with a professional on {date}.")
AGREED_TIGHTER = N_("Agreed with a professional on {date}, within these limits.")
NOT_COACHED = "not_coached"
NO_VALUES: Mapping[str, str | int | date] = MappingProxyType({})
LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""Since when an age requires a professional's agreement: before any agreement or date."""


class Sort(IntEnum):
    """Say what a finding does, the gravest first."""

    EMERGENCY = 0
    BLOCK = 1
    LOCK = 2
    PROFESSIONAL = 3
    ENOUGH = 4
    PAUSE = 5
    ASK = 6
    WARM_UP = 7
    LIMIT = 8
    NOTICE = 9


BLOCKING = frozenset({Sort.EMERGENCY, Sort.BLOCK, Sort.LOCK, Sort.PROFESSIONAL, Sort.ENOUGH, Sort.PAUSE})
FIRST = frozenset({Sort.ASK, Sort.WARM_UP})
KINDS = {
    "emergency": Sort.EMERGENCY,
    "block": Sort.BLOCK,
    "professional": Sort.PROFESSIONAL,
    "limit": Sort.LIMIT,
    "notice": Sort.NOTICE,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one reason that limits or forbids a stretch.

    Attributes:
        sort: What it does to the stretch.
        rule: Its number among the sixteen safety rules.
        of: The question, symptom or rule that it comes from.
        why: A text to translate, with the names of `values` in braces.
        values: The values for the text.
        until: When it ends; None where no time ends it.
        alternatives: Ids of safer stretches.
        caps: The limits that it lays over the stretch.
    """

    sort: Sort
    rule: int
    of: str
    why: str
    values: Mapping[str, str | int | date] = field(default_factory=lambda: NO_VALUES)
    until: datetime | None = None
    alternatives: tuple[str, ...] = ()
    caps: tuple[Cap, ...] = ()

    def told(self, texts: Translator) -> str:
        """Describe the reason in the person's language."""
        values = {key: _told(value, texts) for key, value in self.values.items()}
        return texts.gettext(self.why).format(**values)


def _told(value: str | int | date, texts: Translator) -> str | int:
    if isinstance(value, date):
        return texts.date(value)
    return texts.gettext(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Decision:
    """Hold what bears on one stretch, the gravest first, and a safer one where it is blocked."""

    stretch: str
    findings: tuple[Finding, ...]
    alternative: str | None = None

    @property
    def state(self) -> str:
        """Return blocked, first (something else comes first), limited or allowed."""
        sorts = {finding.sort for finding in self.findings}
        if sorts & BLOCKING:
            return "blocked"
        if sorts & FIRST:
            return "first"
        return "limited" if Sort.LIMIT in sorts else "allowed"

    @property
    def until(self) -> datetime | None:
        """Return when the stretch is no longer blocked; None where it is not blocked, or no date ends it."""
        ends = [finding.until for finding in self.findings if finding.sort in BLOCKING]
        return None if None in ends else max((end for end in ends if end is not None), default=None)

    def of(self, *sorts: Sort) -> tuple[Finding, ...]:
        """Return the findings of some sorts."""
        return tuple(finding for finding in self.findings if finding.sort in sorts)


@dataclass(frozen=True, slots=True)
class HealthRecord:
    """Hold what is known of a person: answers, past sessions, symptoms felt, and when a warm-up last ended."""

    answers: Answers = field(default_factory=Answers)
    sessions: tuple[PastSession, ...] = ()
    felt: tuple[Felt, ...] = ()
    warmed_up_at: datetime | None = None


def screen(screening: Screening, stretch: Stretch, answers: Answers, now: datetime) -> Decision:
    """Decide on a stretch by the answers and the age alone.

    Args:
        screening: The questions and their effects.
        stretch: The stretch.
        answers: The person's answers.
        now: With its time zone.

    Returns:
        The findings, and where the stretch is blocked a safer one that the answers allow.
    """
    findings = _screened(screening, stretch, answers, now)
    return Decision(stretch.id, findings, _safer(screening, stretch, answers, findings, now))


def decide(screening: Screening, practice: Practice, stretch: Stretch, state: HealthRecord, now: datetime) -> Decision:
    """Decide whether a stretch may begin now, by answers, past sessions, symptoms and the time.

    Args:
        screening: The questions and their effects.
        practice: The rules of practice: pauses, symptoms, warm-up.
        stretch: The stretch.
        state: What is known about the person.
        now: With its time zone.

    Raises:
        ValueError: `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError(f"now: expected a time with its time zone, got {now.isoformat()}")
    findings = [*_screened(screening, stretch, state.answers, now), *_felt(screening, practice, stretch, state, now)]
    findings += _paced(practice, stretch, state, now)
    questions = questions_due(screening, practice, state, now)
    if questions:
        values: dict[str, str | int | date] = {"n": len(questions)}
        findings.append(Finding(Sort.ASK, 1, "questions", QUESTIONS_FIRST, values))
    findings.sort(key=lambda finding: finding.sort)
    return Decision(stretch.id, tuple(findings), _safer(screening, stretch, state.answers, findings, now))


def questions_due(screening: Screening, practice: Practice, state: HealthRecord, now: datetime) -> tuple[Question, ...]:
    """Return the questions to ask now: those never answered, or over a month ago.

    A professional's agreement is asked for again when a symptom or an answer is newer than the agreement.
    """
    since = _professional_since(screening, state.answers, now)
    newest = [] if since is None else [since]
    newest += [lock.since for lock in pauses.locks(practice, state.felt, None, now) if lock.until is None]
    often = {symptom.id for symptom in pauses.persisting(practice, state.felt, None, now)}
    newest += [one.at for one in state.felt if one.symptom in often and one.at <= now]
    return due(screening, state.answers, now, max(newest, default=None))


def agreed_at(screening: Screening, answers: Answers) -> datetime | None:
    """Return when a professional agreed; None unless the newest answer is yes (unsure does not count)."""
    answer = answers.held.get(screening.clearance)
    return answer.at if answer is not None and answer.value == YES else None


def _professional_since(screening: Screening, answers: Answers, now: datetime) -> datetime | None:
    """Return since when an answer or the age requires a professional's agreement; None where neither does."""
    origins = [of for of, _, effect in _triggered(screening, answers, now) if effect.kind == PROFESSIONAL]
    return max((answers.held[of].at if of in answers.held else LONG_AGO for of in origins), default=None)


def _triggered(screening: Screening, answers: Answers, now: datetime) -> Iterator[tuple[str, int, Effect]]:
    """Yield (origin, rule number, effect) for each effect of these answers, on whatever stretch."""
    for always in screening.always:
        yield "always", always.rule, always
    for band in screening.ages:
        if answers.age is not None and band.holds(answers.age):
            yield "age", band.rule, band
    for question in screening.questions:
        for effect in question.effects:
            if _has_effect(question, effect, answers, now):
                yield question.id, question.rule, effect


def _has_effect(question: Question, effect: Effect, answers: Answers, now: datetime) -> bool:
    """Return whether the answer to a question triggers an effect."""
    if question.asked_when and not answers.yes(question.asked_when):
        return False
    answer = answers.held.get(question.id)
    if question.answer == "number":
        # An unknown number is treated as one that triggers the effect.
        if answer is None or not isinstance(answer.value, int) or effect.at_least is None:
            return True
        grown = max(0, (now - answer.at).days // 7) if question.grows_weekly else 0
        return answer.value + grown >= effect.at_least
    return answer is not None and answer.yes


def _screened(screening: Screening, stretch: Stretch, answers: Answers, now: datetime) -> tuple[Finding, ...]:
    since, when = _professional_since(screening, answers, now), agreed_at(screening, answers)
    agreed = {"date": when.astimezone().date()} if when is not None and since is not None and when >= since else None
    out: list[Finding] = []
    opened = False
    if stretch.advice == "block":
        out.append(Finding(Sort.BLOCK, 13, NOT_COACHED, stretch.reason, alternatives=(stretch.alternative,)))
    for of, rule, effect in _triggered(screening, answers, now):
        if not screening.touches(effect, stretch):
            continue
        sort, why, values = KINDS[effect.kind], effect.why, NO_VALUES
        caps = tuple(cap for cap in effect.caps if any(cap.meant(item) for item in stretch.ranges))
        if sort == Sort.PROFESSIONAL and agreed is not None:
            opened = True
            if not caps:
                continue
            # What has been agreed to is not asked for again.
            sort, why, values = Sort.LIMIT, AGREED_TIGHTER, MappingProxyType(agreed)
        if sort != Sort.LIMIT:
            caps = ()
        elif not caps:
            sort = Sort.NOTICE
        out.append(Finding(sort, rule, of, why, values, alternatives=effect.alternatives, caps=caps))
    if opened and agreed is not None and not any(one.why == AGREED_TIGHTER for one in out):
        out.append(Finding(Sort.NOTICE, 1, screening.clearance, AGREED, MappingProxyType(agreed)))
    return tuple(sorted(out, key=lambda finding: finding.sort))


def _felt(
    screening: Screening, practice: Practice, stretch: Stretch, state: HealthRecord, now: datetime
) -> Iterator[Finding]:
    """Yield the locks that hold for a stretch, and the symptoms that came back too often."""
    cleared = agreed_at(screening, state.answers)
    seen = set()
    for lock in pauses.locks(practice, state.felt, cleared, now):
        applies = lock.stretch is None or pauses.technique(lock.stretch) == pauses.technique(stretch.id)
        if applies and lock.symptom.id not in seen:
            seen.add(lock.symptom.id)
            yield Finding(Sort.LOCK, lock.symptom.rule, lock.symptom.id, lock.symptom.why, until=lock.until)
    for symptom in pauses.persisting(practice, state.felt, cleared, now):
        yield Finding(Sort.PROFESSIONAL, 15, symptom.id, PERSISTS, {"symptom": symptom.text})


def _paced(practice: Practice, stretch: Stretch, state: HealthRecord, now: datetime) -> Iterator[Finding]:
    """Yield the findings of the pause, of the number of sittings today, and of the warm-up."""
    until = pauses.pause_until(practice, stretch, state.sessions, now)
    if until is not None:
        rule = practice.same_technique
        yield Finding(Sort.PAUSE, rule.rule, "same_technique", rule.text, until=until)
    daily = practice.daily
    today = pauses.sittings(practice, state.sessions, now)
    if today.number > daily.hard:
        yield Finding(Sort.ENOUGH, daily.rule, "daily", daily.hard_text, {"n": today.number - 1}, today.until)
    elif today.number > daily.soft:
        yield Finding(Sort.NOTICE, daily.rule, "daily", daily.soft_text, {"n": today.number})
    warm_up = practice.warm_up
    if warm_up.holds(stretch) and not pauses.warm(practice, state.sessions, state.warmed_up_at, now):
        minutes: dict[str, str | int] = {"least": round(warm_up.least_min), "most": round(warm_up.most_min)}
        yield Finding(Sort.WARM_UP, warm_up.rule, "warm_up", warm_up.text, minutes)


def _safer(
    screening: Screening, stretch: Stretch, answers: Answers, findings: Iterable[Finding], now: datetime
) -> str | None:
    """Return the first alternative named by a blocking finding that the same answers do not block."""
    for finding in findings:
        if finding.sort not in BLOCKING:
            continue
        for name in finding.alternatives:
            other = all_stretches().get(name)
            if other is None or name == stretch.id:
                continue
            if not any(one.sort in BLOCKING for one in _screened(screening, other, answers, now)):
                return name
    return None
