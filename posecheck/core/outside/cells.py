"""Cells of a table that a spreadsheet may open: text that it would run as a formula is quoted.

The rule is that of OWASP (CSV Injection): a cell that begins with = + - @, a tab or a carriage return, or with the wide
form of one of these signs, gets an apostrophe before it. Numbers stay numbers. `text_of_cell` undoes it exactly.
"""

_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
QUOTE = "'"


def text_cell(text: str) -> str:
    """Return a text as the content of a cell that no spreadsheet runs."""
    return f"{QUOTE}{text}" if text.lstrip(QUOTE).startswith(_RUN) else text


def text_of_cell(cell: str) -> str:
    """Return the text that text_cell made a cell of."""
    return cell[1:] if cell.startswith(QUOTE) and cell.lstrip(QUOTE).startswith(_RUN) else cell
