"""The visitor's language: that of the browser until they switch it; a switch is kept in the page's address."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from posecheck.core.i18n import DEFAULT, LANGUAGES, NAMES, Language, Translator, chosen, translator

KEY = "language"
PARAMETER = "lang"


def language() -> Language:
    """Return the language of this visitor; the default where there is no visitor, as in a background thread."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return DEFAULT
    held = st.session_state.get(KEY) or st.query_params.get(PARAMETER)
    for known in LANGUAGES:
        if held == known:
            return known
    return chosen(st.context.locale)


def texts() -> Translator:
    """Return the translator for this visitor's language."""
    return translator(language())


def _(text: str) -> str:
    """Return a text in this visitor's language."""
    return texts().gettext(text)


def ngettext(one: str, many: str, n: int) -> str:
    """Return the singular or plural form for a number, in this visitor's language.

    Args:
        one: The English singular.
        many: The English plural.
        n: The number.
    """
    return texts().ngettext(one, many, n)


def switch() -> None:
    """Show the languages to choose from, and write the chosen one into the page's address."""
    held = language()
    st.session_state[KEY] = held
    st.segmented_control(
        "Language · Sprache",
        LANGUAGES,
        format_func=lambda one: NAMES[one],
        key=KEY,
        label_visibility="collapsed",
        required=True,
    )
    if held != chosen(st.context.locale) or PARAMETER in st.query_params:
        st.query_params[PARAMETER] = held
