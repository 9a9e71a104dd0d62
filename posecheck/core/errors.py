"""Errors whose cause the user can fix.

PosecheckError
├── InputError        a recording, or saved landmarks, cannot be read or hold nothing to judge
├── OutputError       a result cannot be written where it was asked for
├── ModelError        the pose model is missing, broken or cannot be fetched
├── HistoryError      past sessions cannot be kept or read (history/database.py)
├── SafetyError       answers to the screening, or a safety rule, are wrong
├── StretchError      a stretch file, a profile or a limit in it is wrong
└── NotCoachedError   the stretch is not one posecheck coaches, and why

An error holds codes and values; its text is made where it is shown, in the reader's language. The command line and the
app's pages catch PosecheckError and nothing broader. Each text is one line: it names the file or the key, what was
expected and what was found, and says what to do where that is not obvious.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, Self


class Texts(Protocol):
    """Translate a text; see i18n.Translator."""

    def gettext(self, text: str, /) -> str:
        """Return a text in the reader's language."""


class Setting(str):
    """Name a setting (`neutral`, `every`), for which each interface shows its own name.

    The command line shows it as an option (`--neutral`), a page of the app as the label of the input.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Describe one thing that is wrong.

    Attributes:
        code: The kind of problem, for programs: `not_a_video`, `span_format`.
        text: The English text, with the names of params in braces.
        params: The values for these names: paths, numbers, Settings, what was found.
        hint: A code for what could be done about it (`force`, `print_tags`); each interface has its own words for it.
        where: The places of the problem, the outermost first (a file, a row, a key); each is shown before the text,
            followed by a colon.
    """

    code: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    hint: str = ""
    where: tuple[object, ...] = ()

    def told(self, texts: Texts | None = None, name: Callable[[Setting], str] = str) -> str:
        """Return the text in a language.

        Args:
            texts: The reader's language; English if None.
            name: Returns the interface's name for a Setting.
        """

        def shown(value: object) -> object:
            return name(value) if isinstance(value, Setting) else value

        text = self.text if texts is None else texts.gettext(self.text)
        if self.params:
            text = text.format(**{key: shown(value) for key, value in self.params.items()})
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
        """Return an error of several problems, in their order."""
        error = cls.__new__(cls)
        error.problems = tuple(problems)
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
