"""Every command and option is explained: by its own help, and on docs/commands.md."""

from pathlib import Path

import pytest
from typer.core import TyperOption

from posecheck.cli.reference import commands, page, parameters

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
ALL = dict(commands())


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_option_has_help(name: str) -> None:
    command = ALL[name]
    assert command.help
    for names, text, _ in parameters(command):
        assert text, f"{name} {names}"


def test_all_commands_are_found() -> None:
    assert {"posecheck check", "posecheck history add", "posecheck safety felt", "posecheck model fetch"} <= set(ALL)


def test_the_page_says_what_the_commands_say() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(), "run: python -m posecheck.cli.reference > docs/commands.md"
    for name, command in ALL.items():
        assert f"## `{name}`\n" in text
        for parameter in command.params:
            for option in parameter.opts if isinstance(parameter, TyperOption) else ():
                assert f"`{option}`" in text, f"{name} {option}"
