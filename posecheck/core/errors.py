"""Errors whose cause the user can fix.

PosecheckError
├── InputError        a recording, or saved landmarks, cannot be read or hold nothing to judge
├── OutputError       a result cannot be written where it was asked for
├── ModelError        the pose model is missing, broken or cannot be fetched
├── HistoryError      past sessions cannot be kept or read (history/database.py)
├── SafetyError       answers to the screening, or a safety rule, are wrong
├── StretchError      a stretch file, a profile or a limit in it is wrong
├── ProgrammeError    a programme's file is wrong, or breaks a safety rule (programme/library.py)
└── NotCoachedError   the stretch is not one posecheck coaches, and why

An error holds codes and values; its text is made where it is shown, in the reader's language. The command line and the
app's pages catch PosecheckError and nothing broader. Each text is one line: it names the file or the key, what was
expected and what was found, and says what to do where that is not obvious. What came from outside, names above all, is
shown escaped and cut (printable), so that it can neither steer a terminal nor fill it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Protocol, Self

from posecheck.core.i18n import N_

VALUE_CHARS, TEXT_CHARS = 300, 2000
"""Most characters that are shown of a value in a problem, and of a text that came from outside as a whole."""
GOT = N_(", got {got}")
MORE = N_("problems that are not shown: {n}")
SYSTEM_WORDS = {
    text.lower(): text
    for text in (
        N_("File exists"),
        N_("File name too long"),
        N_("Is a directory"),
        N_("No space left on device"),
        N_("No such file or directory"),
        N_("Not a directory"),
        N_("Permission denied"),
        N_("Read-only file system"),
    )
}
"""What the operating system says most often where a file cannot be used; it speaks English unless told otherwise."""
MOST_PROBLEMS = 50
"""Most problems that one error holds; a last one counts the others."""
_KEPT = "\u00a0\u200c\u200d"
"""The no-break space, and the joiners without which some scripts cannot be written."""


def is_plain(text: str, keep: str = "") -> bool:
    """Return whether a text can be shown as it is; see printable.

    Args:
        text: The text.
        keep: Characters that may be in it besides, such as the end of a line.
    """
    return text.isprintable() or all(c.isprintable() or c in _KEPT or c in keep for c in text)


def printable(text: str, most: int = VALUE_CHARS, keep: str = "") -> str:
    """Return a text with what would steer a terminal escaped as in Python, and without its middle where it is long.

    Args:
        text: The text; it may hold control characters, marks that turn the direction of writing, and bytes of a file's
            name that are not UTF-8.
        most: Most characters that are returned.
        keep: Characters that are left as they are, such as the end of a line.
    """
    if len(text) > most:
        text = f"{text[: most * 2 // 3]}…{text[-(most - most * 2 // 3 - 1) :]}"
    plain = "".join(c if is_plain(c, keep) else c.encode("unicode_escape").decode("ascii") for c in text)
    return plain if len(plain) <= most * 2 else f"{plain[: most * 2 - 1]}…"


class Texts(Protocol):
    """Translate a text; see i18n.Translator."""

    def gettext(self, text: str, /) -> str:
        """Return a text in the reader's language."""


class Setting(str):
    """Name a setting (`neutral`, `every`), for which each interface shows its own name.

    The command line shows it as an option (`--neutral`), a page of the app as the label of the input.
    """

    __slots__ = ()


class Words(str):
    """Hold a text that is a value in the text of a problem, and is translated like it: "upright", "lying down"."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Describe one thing that is wrong.

    Attributes:
        code: The kind of problem, for programs: `not_a_video`, `span_format`.
        text: The English text, with the names of params in braces.
        params: The values for these names: paths, numbers, Settings, Words, what was found. A problem, or an error that
            holds one as `problem`, is told in the same language; an OSError in the words of the system.
        hint: A code for what could be done about it (`force`, `print_tags`); each interface has its own words for it.
        where: The places of the problem, the outermost first (a file, a row, a key); each is shown before the text,
            followed by a colon.
        found: Whether the text does not say what was found, so that the value `got` is shown after it.
    """

    code: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    hint: str = ""
    where: tuple[object, ...] = ()
    found: bool = False

    def told(self, texts: Texts | None = None, name: Callable[[Setting], str] = str) -> str:
        """Return the text in a language.

        Args:
            texts: The reader's language; English if None.
            name: Returns the interface's name for a Setting.
        """

        def shown(value: object) -> object:
            if isinstance(value, Setting):
                return name(value)
            inner = getattr(value, "problem", value)
            if isinstance(inner, Problem):
                return inner.told(texts, name)
            if isinstance(value, int | float):
                return value  # because a text may say how many digits are shown
            plain = str((value.strerror or value) if isinstance(value, OSError) else value)
            known = plain if isinstance(value, Words) else SYSTEM_WORDS.get(plain.lower())
            return printable(plain if texts is None or known is None else texts.gettext(known))

        text, after = self.text, GOT if self.found else ""
        if texts is not None:
            text, after = texts.gettext(text), texts.gettext(after) if after else ""
        text += after
        if self.params:
            text = text.format(**{key: shown(value) for key, value in self.params.items()})
        else:
            text = printable(text, TEXT_CHARS)
        return "".join(f"{shown(place)}: " for place in self.where) + text

    def within(self, where: object) -> "Problem":
        """Return the problem with one more outer place before its text: the file, row or key that it is in."""
        return replace(self, where=(where, *self.where))

    def with_value(self, old: object, new: object) -> "Problem":
        """Return the problem with one value replaced, for example a path by the visitor's name for the file.

        Args:
            old: The value to replace, among the params and places; in a text without params also as part of the text.
            new: The value that takes its place.
        """
        params = {key: new if value == old else value for key, value in self.params.items()}
        # A text without params is already complete, so it may contain the old value.
        text = self.text if self.params else self.text.replace(str(old), str(new))
        return replace(
            self, text=text, params=params, where=tuple(new if place == old else place for place in self.where)
        )


class PosecheckError(Exception):
    """Base class of all errors whose text is meant for the user.

    Attributes:
        problems: Everything that is wrong, at least one problem; all mistakes in a file are reported together.
    """

    def __init__(self, code: str, text: str | None = None, /, *, hint: str = "", **params: object) -> None:
        """Create an error with one problem; see Problem.

        Args:
            code: The problem's code; without `text`, this is the complete text instead, and the code is empty.
            text: The text, with the names of params in braces.
            hint: A code for what could be done about it.
            **params: The values for these names.
        """
        one = Problem("", code) if text is None else Problem(code, text, params, hint)
        self.problems: tuple[Problem, ...] = (one,)
        super().__init__(one.told())

    @classmethod
    def gathered(cls, problems: Iterable[Problem]) -> Self:
        """Return an error of several problems, in their order; of very many, the first MOST_PROBLEMS and a count."""
        error = cls.__new__(cls)
        left = iter(problems)
        held = tuple(islice(left, MOST_PROBLEMS + 1))
        more = sum(1 for _ in left)
        if more:
            held = (*held[:MOST_PROBLEMS], Problem("more_problems", MORE, {"n": more + 1}))
        error.problems = held
        Exception.__init__(error, "\n".join(one.told() for one in error.problems))
        return error

    @property
    def code(self) -> str:
        """Return the code of the first problem."""
        return self.problems[0].code

    @property
    def params(self) -> Mapping[str, object]:
        """Return the values of the first problem."""
        return self.problems[0].params

    @property
    def hint(self) -> str:
        """Return the hint of the first problem."""
        return self.problems[0].hint

    def told(self, texts: Texts | None = None, name: Callable[[Setting], str] = str) -> str:
        """Return the text in a language, a line for each problem.

        Args:
            texts: The reader's language; English if None.
            name: Returns the interface's name for a Setting.
        """
        return "\n".join(one.told(texts, name) for one in self.problems)

    def within(self, where: object) -> Self:
        """Return the error with one more outer place before each of its texts; see Problem.within."""
        return type(self).gathered(one.within(where) for one in self.problems)

    def with_value(self, old: object, new: object) -> Self:
        """Return the error with one value replaced in all its problems.

        Args:
            old: The value to replace; see Problem.with_value.
            new: The value that takes its place.
        """
        return type(self).gathered(one.with_value(old, new) for one in self.problems)

    def __reduce__(self) -> tuple[Callable[..., "PosecheckError"], tuple[object, ...]]:
        # Errors are pickled when a worker process raises them; the default would lose the keyword arguments.
        return type(self).gathered, (self.problems,)


class InputError(PosecheckError):
    """Raised when a recording or saved landmarks cannot be used."""


class OutputError(PosecheckError):
    """Raised when results cannot be written."""


class ModelError(PosecheckError):
    """Raised when the pose model is missing, broken or cannot be fetched."""


class StretchError(PosecheckError):
    """Raised when a stretch file, a profile or a limit is wrong; it holds every problem of the file."""


class SafetyError(PosecheckError):
    """Raised when health answers or a safety rule are wrong."""


class NotCoachedError(PosecheckError):
    """Raised when a stretch is not coached; the text says why, and which stretch is safer."""
