"""What can go wrong for a reason that the user can mend.

PosecheckError
├── InputError        a recording, or saved landmarks, cannot be read or hold nothing to judge
├── OutputError       a result cannot be written where it was asked for
├── ModelError        the pose model is missing, broken or cannot be fetched
├── HistoryError      past sessions cannot be kept or read (history/database.py)
├── SafetyError       answers to the screening, or a safety rule, are wrong
├── StretchError      a stretch file, a profile or a limit in it is wrong
└── NotCoachedError   the stretch is not one posecheck coaches, and why

An error carries codes and values; its text is made where it is shown, in the reader's language. The command line and
the pages catch PosecheckError and nothing broader. Each text is one line, names the file or the key, what was expected
and what was found, and says what to do where that is not plain.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, Self


class Texts(Protocol):
    """Translate a text; see i18n.Translator."""

    def gettext(self, text: str, /) -> str:
        """Return a text in the reader's language."""


class Setting(str):
    """Name a setting of the caller (`neutral`, `every`), which each interface calls by its own name.

    The command line shows it as an option (`--neutral`), a page as its label.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Say one thing that is wrong.

    Attributes:
        code: What it is, for programs: `not_a_video`, `span_format`.
        text: The English text, with the names of params in braces.
        params: The values for these names: paths, numbers, Settings, what was found.
        hint: A code of what could be done about it (`force`, `print_tags`), which each interface words for itself.
        where: The places it is in, the outermost first (a file, a row, a key); shown before the text with a colon each.
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
            name: How the interface calls a Setting.
        """

        def shown(value: object) -> object:
            return name(value) if isinstance(value, Setting) else value

        text = self.text if texts is None else texts.gettext(self.text)
        if self.params:
            text = text.format(**{key: shown(value) for key, value in self.params.items()})
        return "".join(f"{shown(place)}: " for place in self.where) + text

    def within(self, where: object) -> "Problem":
        """Return the problem with one more place before its text: the file, the row or the key it is in."""
        return replace(self, where=(where, *self.where))

    def with_value(self, old: object, new: object) -> "Problem":
        """Return the problem with one value in place of another, such as the name by which a visitor knows a file."""
        params = {key: new if value == old else value for key, value in self.params.items()}
        # A text without values may hold the old one itself.
        text = self.text if self.params else self.text.replace(str(old), str(new))
        return replace(
            self, text=text, params=params, where=tuple(new if place == old else place for place in self.where)
        )


class PosecheckError(Exception):
    """Stand above every error whose text is meant for the user.

    Attributes:
        problems: Everything that is wrong, at least one; a file's mistakes are told all at once.
    """

    def __init__(self, code: str, text: str | None = None, /, *, hint: str = "", **params: object) -> None:
        """Take one problem: its code, its text and the values for the text's braces; see Problem."""
        # A text alone is taken as it is.
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
        """Return the text in a language, a line for each problem; see Problem.told."""
        return "\n".join(one.told(texts, name) for one in self.problems)

    def within(self, where: object) -> Self:
        """Return the error with one more place before each of its texts; see Problem.within."""
        return type(self).gathered(one.within(where) for one in self.problems)

    def with_value(self, old: object, new: object) -> Self:
        """Return the error with one value in place of another; see Problem.with_value."""
        return type(self).gathered(one.with_value(old, new) for one in self.problems)

    def __reduce__(self) -> tuple[Callable[..., "PosecheckError"], tuple[object, ...]]:
        # Errors come back from worker processes, where only positional arguments would be kept.
        return type(self).gathered, (self.problems,)


class InputError(PosecheckError):
    """Say that a recording or saved landmarks cannot be used."""


class OutputError(PosecheckError):
    """Say that results cannot be written."""


class ModelError(PosecheckError):
    """Say that the pose model cannot be had."""


class StretchError(PosecheckError):
    """Say everything that is wrong with a stretch file or a profile, in one error."""


class SafetyError(PosecheckError):
    """Say what is wrong with answers to the screening, or with a safety rule."""


class NotCoachedError(PosecheckError):
    """Say why a stretch is not coached, and what is safer."""
