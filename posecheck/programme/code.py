"""A programme as a QR code: its text, pressed into the letters that a code holds most of, and back.

The text begins with HEAD. What follows is the programme's TOML, deflated and written in base 32, because a QR code
takes capital letters and digits in five and a half bits each.
"""

import base64
import binascii
import zlib
from collections.abc import Mapping

import cv2
import numpy as np

from posecheck.core.frame import Rgb
from posecheck.core.i18n import N_
from posecheck.core.outside.files import Most
from posecheck.programme.library import ProgrammeError, as_toml, parse_programme
from posecheck.programme.programme import Programme
from posecheck.stretches.stretch import Stretch

HEAD = "POSECHECK1:"
MOST_CHARS = 1000
"""Longest text in a code: 93 modules across, which a phone still reads from a screen; our own judgement."""
MOST_TEXT_CHARS = 8 * MOST_CHARS
"""Longest text that is looked at, with room for the spaces that a scanner or a mail adds."""
QUIET_MODULES, MODULE_PX = 4, 8
_WORDS = (
    b'format = 1\nname = "\nnote = "\nwarm_up_min = 2\nper_day = 1\n\n[[steps]]\nstretch = "chair-twist"\n'
    b'sides = "left"\nsides = "right"\nrepetitions = 3\nhold_s = 10\nsets = 1\npause_s = 20\nnote = "'
    b'one_side_because = "\n[steps.limits.trunk_rotation]\ncaution = 30\nstop = 35\nreason = "'
)
"""What most programmes hold, so that it need not be in the code; changed only together with HEAD."""


class TooLongError(ProgrammeError):
    """Raised for a programme that no QR code can carry so that a phone reads it."""


def code_text(programme: Programme) -> str:
    """Return the text of a programme's QR code.

    Raises:
        TooLongError: It is longer than MOST_CHARS.
    """
    press = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=_WORDS)
    pressed = press.compress(as_toml(programme).encode()) + press.flush()
    text = HEAD + base64.b32encode(pressed).decode().rstrip("=")
    if len(text) > MOST_CHARS:
        told = "{name}: expected a programme of at most {most} signs in a QR code, got {got}"
        raise TooLongError("too_long_for_code", told, name=programme.name, most=MOST_CHARS, got=len(text))
    return text


def read_code(text: str, name: str, known: Mapping[str, Stretch] | None = None) -> Programme:
    """Read a programme from the text of its QR code, or from its TOML text.

    Args:
        text: The text, perhaps with spaces and ends of lines that a scanner put in.
        name: What stands before each problem.
        known: The stretches that it may name; None for those of posecheck and the user's own.

    Raises:
        ProgrammeError: It is neither, or the programme is wrong.
    """
    if not text.strip().upper().startswith(HEAD):
        if len(text.encode("utf-8", "replace")) > Most.DOCUMENT:
            told = "{file}: expected at most {most} bytes of text, got more"
            raise ProgrammeError("too_long", told, file=name, most=int(Most.DOCUMENT))
        return parse_programme(text, name, known)
    if len(text) > MOST_TEXT_CHARS:
        told = "{file}: expected the text of a QR code, at most {most} signs, got {got}"
        raise ProgrammeError("too_long", told, file=name, most=MOST_TEXT_CHARS, got=len(text))
    letters = "".join(text.split()).upper().removeprefix(HEAD).rstrip("=")
    try:
        pressed = base64.b32decode(letters + "=" * (-len(letters) % 8))
        opened = zlib.decompressobj(-15, zdict=_WORDS)
        # No more than a file may have: a short text can be deflated from a very long one.
        plain = opened.decompress(pressed, Most.DOCUMENT)
        if not opened.eof or opened.unused_data:
            raise ValueError("cut short, or more than one")
        return parse_programme(plain.decode("utf-8"), name, known)
    except (ValueError, binascii.Error, zlib.error) as error:
        told = N_("{file}: expected the whole text of a programme's QR code, got something else")
        raise ProgrammeError("not_a_code", told, file=name) from error


def code_picture(text: str) -> Rgb:
    """Return a QR code of a text as a picture (height, width, 3), dark on white."""
    code = np.asarray(cv2.QRCodeEncoder.create().encode(text)) > 127
    dark = np.flatnonzero(~code.all(axis=1)), np.flatnonzero(~code.all(axis=0))
    code = code[dark[0][0] : dark[0][-1] + 1, dark[1][0] : dark[1][-1] + 1]
    code = np.pad(code, QUIET_MODULES, constant_values=True)
    large = code.repeat(MODULE_PX, axis=0).repeat(MODULE_PX, axis=1)
    return np.repeat(large[:, :, None], 3, axis=2).astype(np.uint8) * 255


def text_in(picture: Rgb) -> str:
    """Return the text of the QR code in a picture (height, width, 3); empty where none can be read."""
    return str(cv2.QRCodeDetector().detectAndDecode(np.ascontiguousarray(picture))[0])
