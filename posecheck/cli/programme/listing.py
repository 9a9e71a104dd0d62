"""What the terminal shows of programmes: all of them, the steps of one, and what was done of it."""

from collections.abc import Mapping

from posecheck.cli.errors import say
from posecheck.cli.live import texts_of
from posecheck.core.i18n import N_, Translator
from posecheck.feedback.programme_words import describe_length, describe_limits, describe_step, describe_taken
from posecheck.programme.library import all_programmes, find_programme, own_folder
from posecheck.programme.programme import Programme, Step
from posecheck.programme.sitting import Sitting
from posecheck.safety.practice import practice
from posecheck.stretches.library import all_stretches, own_stretches
from posecheck.stretches.stretch import Stretch


def known_stretches() -> dict[str, Stretch]:
    """Return posecheck's stretches and the user's own, by id."""
    return {**all_stretches(), **own_stretches()[0]}


def list_all(language: str) -> None:
    """Print every programme with its length."""
    texts = texts_of(language)
    wide = max(map(len, all_programmes()))
    for name, programme in all_programmes().items():
        told = f"{texts.gettext(programme.name)}: {describe_length(programme, known_stretches(), texts)}"
        say(f"{name:{wide}}  {told}")
    for path in sorted(own_folder().glob("*.toml")):
        say(f"{path.stem:{wide}}  {path}")


def show(name: str, language: str) -> None:
    """Print the steps of a programme.

    Args:
        name: Its id, or its file.
        language: Of the texts.
    """
    texts, programme, known = texts_of(language), find_programme(name), known_stretches()
    say(f"{texts.gettext(programme.name)}: {describe_length(programme, known, texts)}")
    if programme.note:
        say(texts.gettext(programme.note))
    if programme.warm_up_min is not None:
        say(f"  {describe_warm_up(programme, texts)}")
    for number, step in programme.numbered():
        for line in lines_of(number, step, known, texts):
            say(line)


def describe_warm_up(programme: Programme, texts: Translator) -> str:
    """Return how to warm up before a programme, in a sentence.

    Args:
        programme: The programme, which asks for it.
        texts: The person's language.
    """
    least = most = f"{programme.warm_up_min:g}"
    rule = practice().warm_up
    if most == f"{rule.least_min:g}":
        most = f"{rule.most_min:g}"
    return texts.gettext(rule.text).format(least=least, most=most)


def lines_of(number: int, step: Step, known: Mapping[str, Stretch], texts: Translator) -> list[str]:
    """Return a step as lines: what it is and what it asks for, then its limits and its note.

    Args:
        number: Its number, from 1.
        step: The step.
        known: The stretches that there are, by id.
        texts: The person's language.
    """
    stretch = known[step.stretch]
    lines = [f"  {number}. {texts.gettext(stretch.name)}: {describe_step(step, stretch, texts)}"]
    lines += [f"     {line}" for line in describe_limits(step, stretch, texts)]
    return [*lines, *([f"     {texts.gettext(step.note)}"] if step.note else [])]


def show_done(sitting: Sitting, not_now: Mapping[int, str], texts: Translator) -> None:
    """Print what was done of each step.

    Args:
        sitting: How far the person went.
        not_now: Why a step was not possible, by its index.
        texts: The person's language.
    """
    known = known_stretches()
    for i, (step, taken) in enumerate(zip(sitting.programme.steps, sitting.steps, strict=True)):
        state = not_now.get(i) or describe_taken(taken, texts)
        say(f"{i + 1}. {texts.gettext(known[step.stretch].name)}: {state}")
    n, of = sitting.done, len(sitting.steps)
    say(texts.ngettext("{done} of {n} step done.", "{done} of {n} steps done.", of).format(done=n, n=of))
    if sitting.pain_before is not None and sitting.pain_after is not None:
        told = texts.gettext(N_("Pain before {before}, after {after} (0 to 10)."))
        say(told.format(before=sitting.pain_before, after=sitting.pain_after))
