"""What can go wrong for a reason the user can mend.

PosecheckError
├── InputError        a recording, or saved landmarks, cannot be read or hold nothing to judge
├── OutputError       a result cannot be written where it was asked for
├── ModelError        the pose model is missing, broken or cannot be fetched
├── HistoryError      past sessions cannot be kept or read (posecheck/history/database.py)
├── SafetyError       answers to the screening, or a safety rule, are wrong
├── StretchError      a stretch file, a profile or a limit in it is wrong
└── NotCoachedError   the stretch is not one posecheck coaches, and why

The command line and the pages catch PosecheckError and nothing broader. Each message is one line, names the
file or the key, what was expected and what was found, and says what to do where that is not plain.
"""


class PosecheckError(Exception):
    """Stand above every error whose message is meant for the user."""


class InputError(PosecheckError):
    """Say that a recording or saved landmarks cannot be used."""


class OutputError(PosecheckError):
    """Say that results cannot be written."""


class ModelError(PosecheckError):
    """Say that the pose model cannot be had."""


class StretchError(PosecheckError):
    """Say everything that is wrong with a stretch file or a profile, in one message."""


class SafetyError(PosecheckError):
    """Say what is wrong with answers to the screening, or with a safety rule."""


class NotCoachedError(PosecheckError):
    """Say why a stretch is not coached, and what is safer."""
