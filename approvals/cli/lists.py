"""`approvals list …`: the lists of names we screen against."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from approvals.cli.door import As, Json, visit
from approvals.cli.output import print_json, rows, say
from approvals.screening.lists import FORMATS
from approvals.services.watchlists import import_list, known_lists
from models.watchlist import WatchlistVersion

app = typer.Typer(help="Import the lists of names we screen against.", no_args_is_help=True)


@app.command("import")
def import_names(
    file: Annotated[Path, typer.Argument(help="The list as its authority publishes it.", show_default=False)],
    list_format: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help=f"One of: {', '.join(sorted(FORMATS))}.", show_default=False),
    ],
    source: Annotated[
        str | None, typer.Option("--source", help="Short name of the list; by default that of the format.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Put a new version of a list in force. Importing the same file again changes nothing.

    A file that is damaged, or lost many names at once, is refused and the version before stays in force.

    Example: `approvals list import consolidated.xml --format un_xml`
    """
    with visit(who) as at:
        version = import_list(at.store, file, list_format=list_format, by=at.by, now=at.now, source=source)
    if as_json:
        print_json(version)
    else:
        say(f"In force: {version.title} ({version.source}), {version.entry_count} entries, {_dated(version)}.")


def _dated(version: WatchlistVersion) -> str:
    return f"dated {version.dated_on}" if version.dated_on else "which bears no date"


@app.command("show")
def show_lists(who: As = None, as_json: Json = False) -> None:
    """Show the lists in force, how old they are, and which required ones are missing.

    Example: `approvals list show`
    """
    with visit(who) as at:
        known = known_lists(at.store, today=at.today)
    if as_json:
        print_json(known)
    else:
        rows(
            ("List", "Title", "Entries", "As of", "Age", "Verdict"),
            [(one.source, one.title, one.entries, one.as_of, _age(one.age_days), one.verdict) for one in known],
            right=("Entries",),
        )


def _age(days: int | None) -> str | None:
    return None if days is None else f"{days} days"
