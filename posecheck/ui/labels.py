"""Names of checks, levels and moments as the pages show them."""

import re
from collections.abc import Sequence

from posecheck.checks import Check
from posecheck.events import Event
from posecheck.stretches import Stretch, all_stretches
from posecheck.verdict import SIGNS
from posecheck.words import KINDS, side, words_for

MEASURES = {"angle": "", "speed": ", speed", "reversals": ", bounces", "spread": ", steadiness"}
BASIS = {"norm": "published norm", "judgement": "our own judgement"}
FORMATS = {"deg": "%g°", "deg/s": "%g°/s", "": "%g times"}
ADVICE = {"coach": "", "limit": " (tighter limits)", "block": " (not coached)"}


def plain(text: str) -> str:
    """Return text that Markdown shows as it stands: file names and stretch files are not ours."""
    return re.sub(r"([\\`*_{}\[\]<>()#+\-.!|~$:])", r"\\\1", " ".join(text.split()))


def sign(level: str) -> str:
    """Return a level's shape and word: `■ Stop`. Level `unknown` is an event that could not be judged."""
    shape, _, word = SIGNS["cannot_judge" if level == "unknown" else level][0].partition(" ")
    return f"{shape} {word.capitalize()}"


def check_labels(checks: Sequence[Check]) -> list[str]:
    """Return what each check looks at and what passing it means; two that read alike carry their range's id."""
    labels = [_label(check) for check in checks]
    return [
        f"{label} ({check.range.key.replace('_', ' ')})" if labels.count(label) > 1 else label
        for check, label in zip(checks, labels, strict=True)
    ]


def _label(check: Check) -> str:
    words = words_for(check.angle)
    way = "" if check.range.along in ("signed", "magnitude") else side(_way(check), check.angle)
    which = "" if check.range.side == "each" else f", the {check.range.side} of both"
    measured = f"{words}{' ' + way if way else ''}{which}{MEASURES[check.range.measure]}"
    return f"{measured[0].upper()}{measured[1:]} · {KINDS[check.range.kind].lower()}"


def _way(check: Check) -> float:
    return -1.0 if check.range.along == "negative" else 1.0


def stretch_label(name: str) -> str:
    """Return a stretch's name, with a word where it is not coached like the others."""
    stretch = all_stretches()[name]
    return f"{stretch.name}{ADVICE[stretch.advice]}"


def stretch_ids() -> list[str]:
    """Return all stretches, those that are not coached last."""
    known = all_stretches()
    return sorted(known, key=lambda name: (known[name].advice == "block", known[name].name))


def primary_check(checks: tuple[Check, ...], stretch: Stretch) -> int:
    """Return which check follows the exercise itself: the first on the primary angle that has a limit."""
    angle = [i for i, check in enumerate(checks) if check.range.measure == "angle"]
    main = [i for i in angle if checks[i].range.angle == stretch.primary]
    limited = [i for i in main if checks[i].limits]
    return next(iter([*limited, *main, *angle]), 0)


def when(event: Event) -> str:
    """Return the time an event lasted."""
    return f"{event.start_s:.1f}–{event.end_s:.1f} s"
