"""Translate texts into the reader's language with gettext; the English text is the key of its translation.

The English texts are in the code, in reference_poses/ and in the safety data. The file
locale/LANGUAGE/LC_MESSAGES/posecheck.po holds their translations and is read directly, without compiling it first.
There is no global language: each visitor has their own Translator. A text that is defined in one place and shown in
another is marked with N_ where it is defined.
"""

import gettext
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Literal, get_args

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
NAMES: dict[Language, str] = {"en": "English", "de": "Deutsch"}
"""Each language's name in that language."""
DEFAULT: Language = "en"

PREFERENCE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:[-_][A-Za-z0-9]+)*(?:\.[\w-]+)?\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?$")


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text for translation and return it unchanged."""
    return text


@dataclass(frozen=True, slots=True)
class Translator:
    """Translate texts into one language; a text without a translation stays English."""

    language: Language
    _texts: gettext.NullTranslations
    _decimal_mark: str

    def gettext(self, text: str) -> str:
        """Return a text in this language."""
        # In a gettext catalogue, the empty text is the key of the header.
        return self._texts.gettext(text) if text else ""

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the singular or plural form for a number, in this language.

        Args:
            one: The English singular.
            many: The English plural.
            n: The number.
        """
        return self._texts.ngettext(one, many, n)

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number as text with the decimal mark of this language.

        Args:
            value: The number.
            digits: Digits after the decimal mark.
        """
        return f"{value:.{digits}f}".replace(".", self._decimal_mark)

    def share(self, value: float) -> str:
        """Return a share as a whole percentage, with a space that does not break where the language has one.

        Args:
            value: The share, 1 for all.
        """
        return f"{value:.0%}" if self.language == DEFAULT else f"{value * 100:.0f}\u00a0%"

    @property
    def day_form(self) -> str:
        """Return how a day is written in this language, with numbers only, as strftime has it."""
        return "%Y-%m-%d" if self.language == DEFAULT else "%d.%m.%Y"

    def date(self, day: date) -> str:
        """Return a day as it is written in this language, with numbers only."""
        return day.strftime(self.day_form)

    def moment(self, at: datetime) -> str:
        """Return a day and the time of day, by the clock on this machine's wall."""
        here = at.astimezone()
        return f"{self.date(here)} {here:%H:%M}"


def _decimal_mark(language: Language) -> str:
    if language == DEFAULT:
        return "."
    from babel.numbers import get_decimal_symbol

    return get_decimal_symbol(language)


def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == DEFAULT:
        return gettext.NullTranslations()
    held = files("posecheck").joinpath("locale", language, "LC_MESSAGES", "posecheck.po")
    # Babel takes a tenth of the time in which the command answers --help in English, which needs no catalogue.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with held.open("rb") as file:
        texts = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, texts)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def translator(language: str = DEFAULT) -> Translator:
    """Return the translator of one of LANGUAGES.

    Raises:
        ValueError: The language is not one of them.
    """
    for known in LANGUAGES:
        if known == language:
            return Translator(known, _catalogue(known), _decimal_mark(known))
    raise ValueError(f"language: expected one of {', '.join(LANGUAGES)}, got {language!r}")


ENGLISH = translator("en")
"""The translator that returns the English texts unchanged."""


def chosen(accepted: str | None) -> Language:
    """Return the best of LANGUAGES for an Accept-Language header (`de-AT,de;q=0.9,en;q=0.5`) or the name of a locale.

    Parts that are not understood are ignored; English where no language fits.
    """
    wishes: list[tuple[float, str]] = []
    for part in (accepted or "").split(","):
        found = PREFERENCE.match(part)
        if found is None:
            continue
        try:
            weight = float(found[2] or 1)
        except ValueError:
            continue
        if 0 < weight <= 1:
            wishes.append((weight, found[1].lower()))
    for _, wish in sorted(wishes, key=lambda item: -item[0]):
        for known in LANGUAGES:
            if wish in (known, "*"):
                return known
    return DEFAULT
