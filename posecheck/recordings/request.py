"""The settings with which a recording is checked, and those with which a folder of results is judged again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from posecheck.capture.pose.model_file import Variant
from posecheck.core.errors import InputError, ModelError, Setting
from posecheck.safety import Answers

TagMode = Literal["auto", "off", "on"]
"""Whether printed tags are looked for, and must be found."""
NEUTRAL = Setting("neutral")
AUTO = "auto"
"""Instead of a neutral's seconds: find it in the recording, also where one was named before."""
MOMENT_S = 0.5
"""Length of the neutral around a single moment, in seconds."""
SECONDS = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)\s*$")


@dataclass(frozen=True, slots=True)
class Request:
    """Hold the settings of one check.

    Attributes:
        video: The recording.
        stretch: Id or file of the stretch.
        out: The folder for the results; None writes nothing.
        neutral: The neutral posture as FROM-TO in seconds; None or AUTO finds it.
        age: In years; None where it is not known.
        model: Variant of the pose model: lite, full or heavy.
        model_file: The model's file; None takes the cached one, or downloads it.
        settings: Single limits, such as `trunk_rotation.stop=40`.
        profile: File of a person's or a clinic's limits.
        draw: Also write annotated.mp4.
        force: Replace results that `out` already holds.
        every: Judge every Nth frame.
        mirrored: Whether the recording shows the person as a mirror does; it is turned back first.
        tags: Whether printed tags are looked for: auto, off or on.
        phone: What a phone at the chest sent to `posecheck phone --out`; None for nothing.
        answers: Answers to the health questions; None where the person was not asked.
    """

    video: Path
    stretch: str
    out: Path | None
    neutral: str | None = None
    age: int | None = None
    model: str = "full"
    model_file: Path | None = None
    settings: Sequence[str] = ()
    profile: Path | None = None
    draw: bool = True
    force: bool = False
    every: int = 1
    tags: str = "auto"
    answers: Answers | None = None
    mirrored: bool = False
    phone: Path | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Hold the settings with which a folder of results is judged again; None keeps the earlier setting.

    A neutral of AUTO takes back one that was named.
    """

    settings: Sequence[str] = ()
    profile: Path | None = None
    stretch: str | None = None
    age: int | None = None
    neutral: str | None = None
    answers: Answers | None = None


def variant_of(name: str) -> Variant:
    """Return a model's variant by name.

    Raises:
        ModelError: There is no such variant.
    """
    if name not in get_args(Variant):
        text = "{setting}: expected lite, full or heavy, got {got}"
        raise ModelError("unknown_model", text, setting=Setting("model"), got=repr(name))
    return cast(Variant, name)


def tag_mode(name: str) -> TagMode:
    """Return a mode of printed tags by name.

    Raises:
        InputError: There is no such mode.
    """
    if name not in get_args(TagMode):
        text = "{setting}: expected auto, off or on, got {got}"
        raise InputError("tag_mode", text, setting=Setting("tags"), got=repr(name))
    return cast(TagMode, name)


def neutral_span(text: str) -> tuple[float, float]:
    """Parse a span of seconds such as `0-2`.

    Returns:
        From and to, in seconds.

    Raises:
        InputError: The text has another form, or the span does not end after it begins.
    """
    found = SECONDS.match(text)
    start, end = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    if found is None or end <= start:
        form = "{setting}: expected FROM-TO in seconds, e.g. 0-2, got {got}"
        raise InputError("span_format", form, setting=NEUTRAL, got=repr(text))
    return start, end


def neutral_named(asked: str | None, before: str | None = None) -> str | None:
    """Return the neutral to measure from, as FROM-TO in seconds; None to find it in the recording.

    Args:
        asked: FROM-TO, AUTO, or None for that of before.
        before: FROM-TO as it was named before, or None.
    """
    named = before if asked is None else asked
    return None if named in (None, "", AUTO) else named


def moment(at_s: float) -> str:
    """Return the neutral around a moment as FROM-TO, the form of a request.

    Args:
        at_s: The moment, seconds.
    """
    return f"{max(0.0, at_s - MOMENT_S / 2):.2f}-{at_s + MOMENT_S / 2:.2f}"
