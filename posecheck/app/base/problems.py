"""The problems of a visitor's recording, in their language."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from posecheck.core.errors import PosecheckError, Problem, Setting
from posecheck.core.i18n import DEFAULT, N_, Translator
from posecheck.feedback.safety_notes import describe_ruled_out

PAGE_TEXTS = {
    "without_index": N_(
        "{file}: expected a whole video, found one cut short: the recording was interrupted, or copied in part"
    ),
    "no_pictures": N_("{file}: expected a video with pictures in it, found none that can be read"),
    "too_short": N_("{file}: expected at least {least} s of video, found less"),
}
"""Shorter texts of some problems, by their code; these are translated instead of the original texts."""

MARK_TEXTS = {
    "nobody_at_neutral": N_(
        "At the moment you marked nobody is seen: choose one in which all of you is in the picture."
    ),
    "neutral_lying": N_(
        "At the moment you marked you are lying, but this stretch starts upright: choose a moment in which you are "
        "upright."
    ),
    "neutral_upright": N_(
        "At the moment you marked you are upright, but this stretch starts lying: choose a moment in which you lie."
    ),
    "neutral_in_stretch": N_(
        "At the moment you marked you are already in the stretch: choose one before it began, or after you came back."
    ),
}
"""Texts for a marked moment that is refused; a page has no option of this name, and no seconds were typed."""


def describe_error(error: PosecheckError, texts: Translator) -> str:
    """Describe an error, a line for each problem.

    Args:
        error: The error.
        texts: The visitor's language.
    """
    return "\n".join(_describe_problem(problem, texts) for problem in error.problems)


def _describe_problem(problem: Problem, texts: Translator) -> str:
    ruled_out = describe_ruled_out(problem, texts)
    if ruled_out is not None:
        return ruled_out
    if problem.code in MARK_TEXTS:
        return texts.gettext(MARK_TEXTS[problem.code])
    if texts.language != DEFAULT and problem.code in PAGE_TEXTS:
        problem = replace(problem, text=PAGE_TEXTS[problem.code])
    return problem.told(texts)


def map_texts(error: PosecheckError, change: Callable[[str], str]) -> PosecheckError:
    """Return the error with every text in it changed.

    Args:
        error: The error, which stays as it is.
        change: Gets each text that is shown: the values of a problem and the places it is in, and the text itself of a
            problem without values.
    """

    def changed(value: object) -> object:
        return change(str(value)) if isinstance(value, str | Path) and not isinstance(value, Setting) else value

    def mapped(problem: Problem) -> Problem:
        return replace(
            problem,
            text=problem.text if problem.params else change(problem.text),
            params={key: changed(value) for key, value in problem.params.items()},
            where=tuple(changed(place) for place in problem.where),
        )

    return type(error).gathered(mapped(problem) for problem in error.problems)
