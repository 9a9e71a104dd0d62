"""What a recording is checked with, and what a folder of results is judged again with."""

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
SECONDS = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)\s*$")


@dataclass(frozen=True, slots=True)
class Request:
    """Hold what a recording is checked with; out: the folder for its results, None to write nothing."""

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


@dataclass(frozen=True, slots=True)
class Changes:
    """Hold what a folder of results is judged again with; None keeps what it was judged with."""

    settings: Sequence[str] = ()
    profile: Path | None = None
    stretch: str | None = None
    age: int | None = None
    neutral: str | None = None
    answers: Answers | None = None


def variant_of(name: str) -> Variant:
    """Return a model's variant by name; ModelError when there is no such one."""
    if name not in get_args(Variant):
        text = "{setting}: expected lite, full or heavy, got {got}"
        raise ModelError("unknown_model", text, setting=Setting("model"), got=repr(name))
    return cast(Variant, name)


def tag_mode(name: str) -> TagMode:
    """Return a mode of printed tags by name; InputError when there is no such one."""
    if name not in get_args(TagMode):
        text = "{setting}: expected auto, off or on, got {got}"
        raise InputError("tag_mode", text, setting=Setting("tags"), got=repr(name))
    return cast(TagMode, name)


def neutral_span(text: str) -> tuple[float, float]:
    """Read `0-2` as seconds from 0 to 2; InputError when it is not that."""
    found = SECONDS.match(text)
    start, end = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    if found is None or end <= start:
        form = "{setting}: expected FROM-TO in seconds, e.g. 0-2, got {got}"
        raise InputError("span_format", form, setting=NEUTRAL, got=repr(text))
    return start, end
