"""Names of checks, levels and moments as the pages show them, in the visitor's language."""

import re
from collections.abc import Sequence

from posecheck.app.base.language import _, texts
from posecheck.app.base.privacy import private
from posecheck.assessment.analysis import Analysis
from posecheck.assessment.events import Event
from posecheck.core.i18n import N_
from posecheck.feedback.vocabulary import KINDS, MARKS
from posecheck.feedback.wording import describe_event, side, words_for
from posecheck.stretches.checks import Check
from posecheck.stretches.library import all_stretches, own_stretches
from posecheck.stretches.stretch import Stretch

MEASURES = {"angle": "", "speed": N_("speed"), "reversals": N_("bounces"), "spread": N_("steadiness")}
BASIS = {"norm": N_("published norm"), "judgement": N_("our own judgement")}
FORMATS = {"deg": "%g°", "deg/s": "%g°/s", "": "%g ×"}
ADVICE = {"coach": N_("coached"), "limit": N_("tighter limits"), "block": N_("not coached")}
RISKS = {
    "low": N_("low risk"),
    "riskier": N_("riskier"),
    "never": N_("never without a professional"),
    "not stated": N_("risk not stated"),
}
POSITIONS = {
    "standing": N_("standing"),
    "seated": N_("on a chair"),
    "floor-seated": N_("sitting on the floor"),
    "kneeling": N_("kneeling"),
    "supine": N_("on the back"),
    "prone": N_("on the belly"),
}
VIEWS = {
    "front": N_("the front"),
    "oblique": N_("the front, diagonally"),
    "side": N_("the side"),
    "back": N_("behind"),
    "foot-end": N_("the feet"),
}
LIMITS = {"target": N_("Target"), "caution": N_("Caution"), "stop": N_("Stop")}
WORDS = {
    "stop": N_("Stop"),
    "caution": N_("Caution"),
    "borderline": N_("Borderline"),
    "clear": N_("In range"),
    "cannot_judge": N_("Cannot judge"),
}


def plain(text: str) -> str:
    """Return text that Markdown shows as it stands: file names and stretch files are not ours."""
    return re.sub(r"([\\`*_{}\[\]<>()#+\-.!|~$:])", r"\\\1", " ".join(text.split()))


def capital(text: str) -> str:
    """Return text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def sign(level: str) -> str:
    """Return a level's shape and word: `■ Stop`. Level `unknown` is an event that could not be judged."""
    known = "cannot_judge" if level == "unknown" else level
    return f"{MARKS[known]} {_(WORDS[known])}"


def kind(name: str) -> str:
    """Return what a kind of event is called."""
    return _(KINDS[name])


def check_labels(checks: Sequence[Check]) -> list[str]:
    """Return what each check looks at; of those that read alike also what passing it means, or else its range's id."""
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
    way = "" if check.range.along in ("signed", "magnitude") else side(_way(check), check.angle, texts())
    which = {"greater": _("the greater of both"), "lesser": _("the lesser of both")}.get(check.range.side, "")
    measure = MEASURES[check.range.measure]
    parts = [f"{words} {way}".strip(), which, _(measure) if measure else ""]
    return capital(", ".join(part for part in parts if part))


def _way(check: Check) -> float:
    return -1.0 if check.range.along == "negative" else 1.0


def known_stretches() -> dict[str, Stretch]:
    """Return posecheck's stretches and, on the visitor's own machine, theirs, by id."""
    return {**all_stretches(), **(own_stretches()[0] if private() else {})}


def stretch_label(name: str) -> str:
    """Return a stretch's name, with a word where it is not coached like the others."""
    stretch = known_stretches()[name]
    advice = "" if stretch.advice == "coach" else f" ({_(ADVICE[stretch.advice])})"
    return f"{_(stretch.name)}{advice}"


def stretch_ids() -> list[str]:
    """Return all stretches, those that are not coached last."""
    known = known_stretches()
    return sorted(known, key=lambda name: (known[name].advice == "block", _(known[name].name)))


def primary_check(checks: tuple[Check, ...], stretch: Stretch) -> int:
    """Return which check follows the exercise itself: the first on the primary angle that has a limit."""
    angle = [i for i, check in enumerate(checks) if check.range.measure == "angle"]
    main = [i for i in angle if checks[i].range.angle == stretch.primary]
    limited = [i for i in main if checks[i].limits]
    return next(iter([*limited, *main, *angle]), 0)


def seconds(value: float, digits: int = 1) -> str:
    """Return seconds with their unit, on one line."""
    return f"{texts().number(value, digits)}\u00a0s"


def when(event: Event) -> str:
    """Return the time an event lasted."""
    return f"{texts().number(event.start_s, 1)}–{seconds(event.end_s)}"


def say(event: Event, analysis: Analysis) -> str:
    """Return an event's sentence in the visitor's language."""
    return describe_event(event, analysis.stretch, texts())
