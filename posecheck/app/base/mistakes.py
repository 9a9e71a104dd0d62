"""Mistakes of a visitor, told in their language: the modules that find them speak English, as the terminal does."""

import re

from posecheck.app.base.language import _, language
from posecheck.core.i18n import N_

KNOWN = (
    (r"(?P<file>.*): expected a video, found text", N_("{file}: expected a video, found text")),
    (r"(?P<file>.*): expected a video, found only sound", N_("{file}: expected a video, found only sound")),
    (r"(?P<file>.*): expected a video, found an empty file", N_("{file}: expected a video, found an empty file")),
    (
        r"(?P<file>.*): expected a video, found a file in no format that can be read",
        N_("{file}: expected a video, found a file in no format that can be read"),
    ),
    (
        r"(?P<file>.*): expected a video, found one cut short, .*",
        N_("{file}: expected a whole video, found one cut short: the recording was interrupted, or copied in part"),
    ),
    (
        r"(?P<file>.*): expected a video with pictures in it, found none that can be read.*",
        N_("{file}: expected a video with pictures in it, found none that can be read"),
    ),
    (
        r"(?P<file>.*): expected at least (?P<least>\S+) s of video, found .*",
        N_("{file}: expected at least {least} s of video, found less"),
    ),
)


def told(text: str) -> str:
    """Return a mistake in the visitor's language; one that is not known stays as it is."""
    return text if language() == "en" else "\n".join(map(_line, text.splitlines()))


def _line(line: str) -> str:
    for pattern, wording in KNOWN:
        found = re.fullmatch(pattern, line)
        if found:
            return _(wording).format(**found.groupdict())
    return line
