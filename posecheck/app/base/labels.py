"""Names of checks, levels and times as the pages show them, in the visitor's language."""

import re
from collections.abc import Sequence
from datetime import datetime

from posecheck.app.base.language import _, texts
from posecheck.app.base.privacy import private
from posecheck.assessment.analysis import Analysis
from posecheck.assessment.events import Event
from posecheck.core.i18n import N_
from posecheck.feedback.bands import ways
from posecheck.feedback.vocabulary import ADVICE, KINDS, MARKS, VERDICTS
from posecheck.feedback.wording import capital, describe_event, side, words_for
from posecheck.stretches.checks import Check
from posecheck.stretches.library import all_stretches, own_stretches
from posecheck.stretches.stretch import Stretch

MEASURE_SUFFIXES = {"angle": "", "speed": N_("speed"), "reversals": N_("bounces"), "spread": N_("steadiness")}
FORMATS = {"deg": "%g°", "deg/s": "%g°/s", "": "localized"}
"""How sliders write a value of a unit; only `localized` writes the decimal mark as the visitor's browser does."""
RISKS = {
    "low": N_("low risk"),
    "riskier": N_("riskier"),
    "never": N_("never without a professional"),
}
"""The risk of a stretch as its sources state it; where none does, there is nothing to say."""
POSITION_CHOICES = {
    "standing": N_("standing"),
    "seated": N_("on a chair"),
    "floor-seated": N_("sitting on the floor"),
    "kneeling": N_("kneeling"),
    "supine": N_("on the back"),
    "prone": N_("on the belly"),
}
"""Positions in fewer words than the vocabulary's, for a list to choose from."""
GOALS = {
    "after-sitting": N_("after long sitting"),
    "turn": N_("turn more easily"),
    "bend-back": N_("straighten up, bend back"),
    "upper-back": N_("upper back and shoulders"),
    "low-back": N_("low back"),
    "hips": N_("hips and legs"),
    "warm-up": N_("warm up"),
}
"""What somebody may look for a stretch for, in the order in which it is offered."""
SEEN_FROM = {
    "front": N_("the front"),
    "oblique": N_("the front, diagonally"),
    "side": N_("the side"),
    "back": N_("behind"),
    "foot-end": N_("the feet"),
}
"""Views of the camera as what it sees the person from."""
JOINER = "\N{WORD JOINER}"
NO_BREAK_HYPHEN = "\N{NON-BREAKING HYPHEN}"
_MADE_LATER = re.compile(
    r"(?<=:)(?=[^\s\d])"  # https://…, :material/home:, :streamlit:
    r"|(?<=www)"
    r"|(?<=@)(?=\S)"  # an address of mail
    r"|(?<=(?<!\S)[-<>~])(?=(?:[-=]|->|>)(?!\S))",  # arrows, dashes and signs that stand alone, such as ->
    re.IGNORECASE,
)
"""Where Streamlit's pages would make something else of a text that Markdown has read already."""


def plain(text: str) -> str:
    """Escape text so that Markdown shows it unchanged; file names and stretch files may hold Markdown characters.

    A backslash is enough for what the browser looks for in the source. Links, icons and arrows it looks for once more,
    where the backslashes are gone: these get a word joiner, which has no width, in the middle.
    """
    joined = _MADE_LATER.sub(JOINER, " ".join(text.split()))
    return re.sub(r"([\\`*_{}\[\]<>()#+\-.!|~$:&=^@])", r"\\\1", joined)


def sign(level: str) -> str:
    """Return a level's shape and word, such as `■ Stop`; an event that could not be judged has the level `unknown`."""
    known = "cannot_judge" if level == "unknown" else level
    return f"{MARKS[known]} {_(VERDICTS[known])}"


def kind(name: str) -> str:
    """Return the name of a kind of event."""
    return _(KINDS[name])


def check_labels(checks: Sequence[Check]) -> list[str]:
    """Return a label for each check, in the same order.

    Where two labels would be equal, the kind of event is added; if they are still equal, the range's id.
    """
    bare = [_label(check) for check in checks]
    labels = [
        f"{label} · {kind(check.range.kind)}" if bare.count(label) > 1 else label
        for check, label in zip(checks, bare, strict=True)
    ]
    return [
        f"{label} ({check.range.key.replace('_', ' ')})" if labels.count(label) > 1 else label
        for check, label in zip(checks, labels, strict=True)
    ]


def _label(check: Check) -> str:
    words = words_for(check.angle, texts())
    way = "" if check.range.along in ("signed", "magnitude") else side(ways(check.range)[0], check.angle, texts())
    which = {"greater": _("the greater of both"), "lesser": _("the lesser of both")}.get(check.range.side, "")
    measure = MEASURE_SUFFIXES[check.range.measure]
    parts = [f"{words} {way}".strip(), which, _(measure) if measure else ""]
    return capital(", ".join(part for part in parts if part))


def known_stretches() -> dict[str, Stretch]:
    """Return posecheck's stretches by id; on the visitor's own machine also the visitor's own stretches."""
    return {**all_stretches(), **(own_stretches()[0] if private() else {})}


def stretch_label(name: str) -> str:
    """Return the name of a stretch given by its id; in brackets, whether it has tighter limits or is not coached."""
    stretch = known_stretches()[name]
    advice = "" if stretch.advice == "coach" else f" ({_(ADVICE[stretch.advice])})"
    return f"{_(stretch.name)}{advice}"


def stretch_ids() -> list[str]:
    """Return the ids of all stretches by name, those that are not coached last."""
    known = known_stretches()
    return sorted(known, key=lambda name: (known[name].advice == "block", _(known[name].name)))


def primary_check(checks: tuple[Check, ...], stretch: Stretch) -> int:
    """Return the index of the check to show first.

    Args:
        checks: The checks of the stretch.
        stretch: The stretch, which names its primary angle.

    Returns:
        The first check of the primary angle that has a limit; else the first of that angle, else the first of any
        angle, else 0.
    """
    angle = [i for i, check in enumerate(checks) if check.range.measure == "angle"]
    main = [i for i in angle if checks[i].range.angle == stretch.primary]
    limited = [i for i in main if checks[i].limits]
    return next(iter([*limited, *main, *angle]), 0)


def primary_first(checks: tuple[Check, ...], stretch: Stretch) -> list[int]:
    """Return the indices of all checks, with that of primary_check first."""
    main = primary_check(checks, stretch)
    return [main, *(i for i in range(len(checks)) if i != main)]


def seconds(value: float, digits: int = 1) -> str:
    """Return seconds with their unit, joined by a no-break space.

    Args:
        value: The seconds.
        digits: Digits after the decimal mark.
    """
    return f"{texts().number(value, digits)}\u00a0s"


def moment(at: datetime) -> str:
    """Return a day and the time of day as Markdown, for a narrow column: the day is not broken at its hyphens."""
    return plain(texts().moment(at).replace("-", NO_BREAK_HYPHEN))


def when(event: Event) -> str:
    """Return start and end of an event, such as `4.2–9.0 s`."""
    return f"{texts().number(event.start_s, 1)}–{seconds(event.end_s)}"


def say(event: Event, analysis: Analysis) -> str:
    """Return the sentence that describes an event, in the visitor's language.

    Args:
        event: The event.
        analysis: The judged recording that it belongs to.
    """
    return describe_event(event, analysis.stretch, texts())
