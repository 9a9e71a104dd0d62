"""The page of every command and option: `python -m posecheck.cli.reference > docs/commands.md`."""

from collections.abc import Iterator
from typing import Any

import typer.main
from typer.core import TyperGroup, TyperOption

from posecheck.cli.main import app

HEAD = """# Commands

Every command of `posecheck`, with its options. The page is made from the commands' own help by
`python -m posecheck.cli.reference > docs/commands.md`, and a test compares the two.
"""


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command with its whole name, such as `posecheck history add`, groups before their commands."""
    yield from _below("posecheck", typer.main.get_command(app))


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield name, command
    if isinstance(command, TyperGroup):
        for part, sub in command.commands.items():
            yield from _below(f"{name} {part}", sub)


def parameters(command: Any) -> Iterator[tuple[str, str, str]]:
    """Yield how each parameter is written, its help, and its default where it has one."""
    for parameter in command.params:
        if isinstance(parameter, TyperOption):
            plain = parameter.is_flag
            names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
        else:
            plain, names = True, f"`{parameter.metavar or parameter.name.upper()}`"
        default = parameter.default
        shown = "" if plain or default is None or callable(default) or default == () else f"`{default}`"
        if not isinstance(default, str | int | float):
            shown = ""
        yield names, str(getattr(parameter, "help", None) or ""), "required" if parameter.required else shown


def _told(text: str) -> str:
    """Return a command's help as Markdown; what it says after a backspace stands line by line."""
    words, mark, lines = text.partition("\b\n")
    return f"{words.rstrip()}\n\n```text\n{lines}\n```" if mark else words


def page() -> str:
    """Return the text of docs/commands.md."""
    lines = [HEAD]
    for name, command in commands():
        lines += [f"## `{name}`", "", _told(str(command.help or "").strip()), ""]
        rows = list(parameters(command))
        if rows:
            lines += ["| Option | Meaning | Default |", "|---|---|---|"]
            lines += [f"| {names} | {text.replace('|', chr(92) + '|')} | {default} |" for names, text, default in rows]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    print(page(), end="")
