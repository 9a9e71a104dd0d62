"""The kinds of files that recordings are read from, told by their first bytes whatever their name says.

FFmpeg knows several hundred kinds, among them playlists and scripts, which name other files and addresses that it would
read. Only the kinds listed here are opened, each by the one reader it is for; none of these opens anything else.
"""

import re
from dataclasses import dataclass

HEAD_BYTES = 2048
"""How much of a file's beginning is looked at."""


@dataclass(frozen=True, slots=True)
class Container:
    """Describe one kind of file.

    Attributes:
        name: FFmpeg's name for its reader.
        begins: Matches the beginning of such a file.
    """

    name: str
    begins: re.Pattern[bytes]


def _kind(name: str, begins: bytes) -> Container:
    return Container(name, re.compile(begins, re.DOTALL))


CONTAINERS = (
    _kind("mov", rb".{4}(?:ftyp|styp|moov|moof|mdat|free|skip|wide|pnot|uuid|junk|sidx)"),  # MP4, MOV, M4V, 3GP
    _kind("matroska", rb"\x1aE\xdf\xa3"),  # MKV, WebM
    _kind("avi", rb"(?:RIFF.{4}AVI[ X\x19]|ON2 )"),
    _kind("mpeg", rb"\x00{2,10}\x01\xba"),  # MPG, VOB
    _kind("mpegvideo", rb"\x00{2,10}\x01\xb3"),
    # A byte that repeats every 188 bytes; camcorders (MTS) store four more, and a part of a packet may come first.
    _kind("mpegts", rb".{0,203}?G.{187}G.{187}G.{187}G"),
    _kind("mpegts", rb".{0,203}?G.{191}G.{191}G.{191}G"),
    _kind("asf", rb"0&\xb2u\x8ef\xcf\x11\xa6\xd9\x00\xaa\x00b\xcel"),  # WMV
    _kind("flv", rb"FLV"),
    _kind("ogg", rb"OggS"),
    _kind("nut", rb"nut/multimedia container\x00"),
    _kind("gif", rb"GIF8[79]a"),
)
LATE = ("mpeg", "flv")
"""Kinds that name their streams only among their pictures: these alone are looked at before a bound can be set."""
SOUND = re.compile(rb"(?:ID3|fLaC|RIFF.{4}WAVE|#!AMR|\xff[\xe2-\xff])", re.DOTALL)
"""The beginning of files that hold sound alone."""


def container_of(head: bytes) -> str | None:
    """Return FFmpeg's name for the kind of a file; None where it is none of CONTAINERS.

    Args:
        head: The first HEAD_BYTES of the file.
    """
    return next((kind.name for kind in CONTAINERS if kind.begins.match(head)), None)
