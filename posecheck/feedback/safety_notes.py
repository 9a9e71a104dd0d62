"""What a person's health answers mean for a stretch, in sentences."""

from posecheck.core.errors import Problem
from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.safety.decision import Decision, Finding, Sort
from posecheck.safety.screening import Cap
from posecheck.safety.suit import RULED_OUT, Suited
from posecheck.stretches.library import all_stretches
from posecheck.stretches.stretch import Stretch

BLOCKED = N_("{name} is not for you now. {why}")
SAFER = N_("Safer instead: {name}.")
AGREE = N_("Have it agreed with a doctor or a physiotherapist first.")
TIGHTER = N_("Tighter limits ({limits}): {why}")
LIMITS = N_("{angle}: caution {caution}°, stop {stop}°")
QUESTIONS = N_("the health questions")
NOT_ASKED = N_("Your health was not asked about, so these limits allow for no illness or injury: see {place}.")


def describe_suited(suited: Suited, texts: Translator = ENGLISH, place: str | None = None) -> tuple[str, ...]:
    """Return what a person should read about limits that suit them.

    Args:
        suited: The stretch with the caps of their answers.
        texts: The person's language.
        place: How the interface calls the place where the questions are answered; None names no place.
    """
    place = texts.gettext(QUESTIONS) if place is None else place
    if suited.decision is None:
        return (texts.gettext(NOT_ASKED).format(place=place),)
    decision, stretch = suited.decision, suited.stretch
    notes = [describe_cap(finding, stretch, texts) for finding in decision.of(Sort.LIMIT)]
    notes += [finding.told(texts) for finding in decision.of(Sort.NOTICE)]
    if suited.unanswered:
        told = texts.ngettext(
            "{n} question about your health is not answered, or was answered over a month ago: see {place}.",
            "{n} questions about your health are not answered, or were answered over a month ago: see {place}.",
            suited.unanswered,
        )
        notes.append(told.format(n=suited.unanswered, place=place))
    return tuple(notes)


def describe_ruled_out(problem: Problem, texts: Translator = ENGLISH, safer: str = "{name}") -> str | None:
    """Return why a stretch is ruled out, if that is what a problem says; None for any other problem.

    Args:
        problem: Any problem.
        texts: The person's language.
        safer: How the interface names a safer stretch, with `{name}` and `{id}`.
    """
    stretch, decision = problem.params.get("stretch"), problem.params.get("decision")
    if problem.code != RULED_OUT or not isinstance(stretch, Stretch) or not isinstance(decision, Decision):
        return None
    gravest = decision.findings[0]
    parts = [texts.gettext(BLOCKED).format(name=texts.gettext(stretch.name), why=gravest.told(texts))]
    if gravest.sort == Sort.PROFESSIONAL:
        parts.append(texts.gettext(AGREE))
    if decision.alternative is not None:
        parts.append(describe_alternative(decision.alternative, texts, safer))
    return " ".join(parts)


def describe_alternative(stretch: str, texts: Translator = ENGLISH, safer: str = "{name}") -> str:
    """Return the sentence that names a safer stretch; see `describe_ruled_out`.

    Args:
        stretch: The id of the safer stretch.
        texts: The person's language.
        safer: How the interface names it.
    """
    name = texts.gettext(all_stretches()[stretch].name)
    return texts.gettext(SAFER).format(name=safer.format(name=name, id=stretch))


def describe_cap(finding: Finding, stretch: Stretch, texts: Translator = ENGLISH) -> str:
    """Return a finding that limits a stretch, with its limits and why.

    Args:
        finding: One of sort LIMIT.
        stretch: The stretch; only limits that it has are named.
        texts: The person's language.
    """
    meant = [cap for cap in finding.caps if any(cap.meant(item) for item in stretch.ranges)]
    limits = "; ".join(
        texts.gettext(LIMITS).format(
            angle=_named(cap, texts),
            caution=texts.number(cap.caution),
            stop=texts.number(cap.stop),
        )
        for cap in meant
    )
    return texts.gettext(TIGHTER).format(limits=limits, why=finding.told(texts))


def _named(cap: Cap, texts: Translator) -> str:
    """Return the words for what a cap limits, with its direction where it has one."""
    row = ANGLES[INDEX[cap.angle]]
    way = {"positive": row.positive.phrase, "negative": row.negative.phrase}.get(cap.along, "")
    return " ".join(part for part in (texts.gettext(row.words), texts.gettext(way)) if part)
