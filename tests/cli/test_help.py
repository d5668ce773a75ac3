"""Help is written for officers: every command and option says in a sentence what it is for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command
from typer.testing import CliRunner

from approvals.cli.app import app


def commands(group: TyperGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[str, TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, (*path, name))
        else:
            assert isinstance(command, TyperCommand)
            yield " ".join((*path, name)), command


ROOT = get_command(app)
assert isinstance(ROOT, TyperGroup)
COMMANDS = dict(commands(ROOT))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_begins_with_a_sentence_and_gives_an_example(name: str) -> None:
    told = COMMANDS[name].help or ""

    first = told.splitlines()[0]
    assert first[0].isupper()
    assert first.endswith(".")
    assert f"Example: `approvals {name}" in told


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_explained(name: str) -> None:
    for option in COMMANDS[name].params:
        if isinstance(option, TyperOption) and option.name != "help":
            assert option.help, f"{option.name} of {name}"
            assert option.help[0].isupper()


def test_every_command_that_prints_data_can_print_json() -> None:
    silent = {"db roles", "policy page", "policy texts", "up"}
    nothing_else = {"partner schema"}

    without = {name for name, command in COMMANDS.items() if "as_json" not in {p.name for p in command.params}}

    assert without == silent | nothing_else


def test_the_front_page_sorts_commands_by_who_needs_them() -> None:
    page = CliRunner().invoke(app, ["--help"]).output

    assert page.index("Your work") < page.index("Look something up") < page.index("Administrators")
    assert "demo" in page


def test_the_version_is_printed() -> None:
    result = CliRunner().invoke(app, ["--version"])

    assert result.exit_code == 0
    assert result.stdout.startswith("approvals 0.")
