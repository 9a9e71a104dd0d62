"""A programme and its steps in words."""

from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.feedback.vocabulary import ASKED_SIDES, LIMIT_TITLES
from posecheck.feedback.wording import amount, words_for
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.programme.programme import Programme, Step
from posecheck.programme.sitting import Taken
from posecheck.stretches.stretch import Stretch

STATES = {"open": N_("still to come"), "done": N_("done"), "skipped": N_("left out")}
ENOUGH = N_("That is enough for today: as often as is safe. Tomorrow is another day.")
OTHER_SIDE = {"left": N_("The left side is still to come."), "right": N_("The right side is still to come.")}


def describe_step(step: Step, stretch: Stretch, texts: Translator = ENGLISH) -> str:
    """Return what a step asks for, such as `left and right, 3 times each, hold 8 s`.

    Args:
        step: The step.
        stretch: Its stretch.
        texts: The person's language.
    """
    sided = stretch.sides != "symmetric"
    parts = [texts.gettext(ASKED_SIDES[step.sides])] if sided else []
    times = texts.ngettext("{n} time", "{n} times", step.repetitions).format(n=step.repetitions)
    if sided and step.sides == "both":
        times = texts.ngettext("{n} time each", "{n} times each", step.repetitions).format(n=step.repetitions)
    parts.append(times)
    if step.hold_s is not None:
        parts.append(texts.gettext(N_("hold {n} s")).format(n=_number(step.hold_s, texts)))
    if step.sets > 1:
        parts.append(texts.ngettext("{n} set", "{n} sets", step.sets).format(n=step.sets))
    return ", ".join(parts)


def describe_limits(step: Step, stretch: Stretch, texts: Translator = ENGLISH) -> list[str]:
    """Return the limits that a step changes, each with its reason.

    Args:
        step: The step.
        stretch: Its stretch as its file has it.
        texts: The person's language.
    """
    out = []
    for key, limits in step.limits.items():
        item = stretch.range(key)
        bare = "" if item.measure == "reversals" else ANGLES[INDEX[item.rows[0]]].unit
        unit = f"{bare}/s" if item.measure == "speed" else bare
        said = {name: getattr(limits, name) for name in ("caution", "stop", "at_most")}
        told = [
            f"{texts.gettext(LIMIT_TITLES.get(name, N_('stop at most')))} {amount(value, unit, texts)}"
            for name, value in said.items()
            if value is not None
        ]
        if limits.target is not None:
            low, high = limits.target
            told.insert(0, f"{texts.gettext(LIMIT_TITLES['target'])} {_number(low, texts)}–{amount(high, unit, texts)}")
        why = f" ({limits.reason})" if limits.reason else ""
        out.append(f"{words_for(item.angle, texts)}: {', '.join(told)}{why}")
    return out


def describe_length(programme: Programme, known: dict[str, Stretch], texts: Translator = ENGLISH) -> str:
    """Return how many steps a programme has and about how long it takes.

    Args:
        programme: The programme.
        known: The stretches that there are, by id.
        texts: The person's language.
    """
    seconds = sum(step.seconds(known[step.stretch]) for step in programme.steps)
    minutes = max(1, round(seconds / 60 + (programme.warm_up_min or 0)))
    steps = texts.ngettext("{n} step", "{n} steps", len(programme.steps)).format(n=len(programme.steps))
    return f"{steps}, " + texts.ngettext("about {n} minute", "about {n} minutes", minutes).format(n=minutes)


def describe_taken(taken: Taken, texts: Translator = ENGLISH) -> str:
    """Return how far a step is, with what was counted.

    Args:
        taken: How far it is.
        texts: The person's language.
    """
    state = texts.gettext(STATES[taken.state])
    if not taken.sets and not taken.sides:
        return state
    n = taken.repetitions
    told = texts.ngettext("{n} repetition counted", "{n} repetitions counted", n).format(n=n)
    return f"{state}, {told}"


def describe_days(days: int, texts: Translator = ENGLISH) -> str:
    """Return on how many days of this week something was done; no day counts as missed.

    Args:
        days: How many.
        texts: The person's language.
    """
    return texts.ngettext("{n} day this week", "{n} days this week", days).format(n=days)


def _number(value: float, texts: Translator) -> str:
    return texts.number(value, 0 if value == round(value) else 1)
