"""What is wrong with a programme that is being made, in the words of the page on which it is mended."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from posecheck.app.base.problems import describe_error
from posecheck.core.errors import Problem
from posecheck.core.i18n import N_, Translator
from posecheck.programme.library import ProgrammeError
from posecheck.stretches.stretch import Stretch

WAYS: dict[tuple[str, str], str] = {
    ("no_text", "name"): N_("Give the programme a name."),
    ("value", "steps"): N_("Add at least one step."),
    ("one_side", "sides"): N_(
        "One side is done more often than the other: write why, or add a step for the other side."
    ),
    ("limit_order", "limits"): N_("The stop limit must lie past the caution limit."),
    ("no_reason", "limits"): N_("A limit lies past the published norm: write why it may."),
    ("too_often", "per_day"): N_(
        "{stretch} would be done more than {most} times a day: fewer sets, or less often a day."
    ),
    ("control_characters", "name"): N_("The name holds characters that cannot be shown."),
    ("control_characters", "note"): N_("A note holds characters that cannot be shown."),
}
"""By the code of a problem and the part of the programme that it is in; any other is told as in a file."""
_STEP = re.compile(r"steps\.(\d+)")


def describe_ways(
    error: ProgrammeError, steps: Sequence[Mapping[str, Any]], known: Mapping[str, Stretch], texts: Translator
) -> list[str]:
    """Return what to mend, a line for each problem.

    Args:
        error: What is wrong.
        steps: The steps of the draft.
        known: The stretches that there are, by id.
        texts: The visitor's language.
    """
    return list(dict.fromkeys(_line(problem, steps, known, texts) for problem in error.problems))


def _line(problem: Problem, steps: Sequence[Mapping[str, Any]], known: Mapping[str, Stretch], texts: Translator) -> str:
    where = ".".join(str(place) for place in problem.where)
    way = next((WAYS[problem.code, part] for part in _parts(where) if (problem.code, part) in WAYS), None)
    if way is None:
        return describe_error(ProgrammeError.gathered([problem]), texts)
    values = {key: _named(value, known, texts) if key == "stretch" else value for key, value in problem.params.items()}
    told = texts.gettext(way).format(**values)
    found = _STEP.match(where)
    if found is None or int(found[1]) > len(steps):
        return told
    name = _named(steps[int(found[1]) - 1]["stretch"], known, texts)
    return texts.gettext("Step {n}, {stretch}: {what}").format(n=found[1], stretch=name, what=told)


def _parts(where: str) -> Iterable[str]:
    return (part for part in where.split(".") if not part.isdigit())


def _named(stretch: object, known: Mapping[str, Stretch], texts: Translator) -> str:
    one = known.get(str(stretch))
    return str(stretch) if one is None else texts.gettext(one.name)
