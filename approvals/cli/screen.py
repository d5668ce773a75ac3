"""`approvals screen`: may I talk to them?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from rich.text import Text

from approvals.cli.door import As, Json, visit
from approvals.cli.output import day, heading, print_json, rows, say
from approvals.screening.checks import ListInForce
from approvals.screening.lists import Identifier, IdentifierKind, ListedKind
from approvals.screening.matching import Band, Match
from approvals.services.watchlists import screen_name


def screen(
    name: Annotated[str, typer.Argument(help="The name, in any script.", show_default=False)],
    kind: Annotated[ListedKind | None, typer.Option("--kind", help="What bears the name, if you know.")] = None,
    country: Annotated[str | None, typer.Option("--country", metavar="XX", help="Country, as two letters.")] = None,
    birth_year: Annotated[
        int | None, typer.Option("--birth-year", min=1900, max=2030, help="Year of birth of a person.")
    ] = None,
    born_on: Annotated[
        datetime | None,
        typer.Option("--born-on", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Date of birth of a person."),
    ] = None,
    numbers: Annotated[
        list[str] | None,
        typer.Option("--number", help="A number of theirs, of a passport, a register or a ship; may be given twice."),
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Compare a name with the lists in force and explain every match, part by part. Nothing is kept.

    Example: `approvals screen "Nordvik Tekstil" --kind organisation --country NO`
    """
    with visit(who) as at:
        matches, lists = screen_name(
            at.store,
            name,
            by=at.by,
            kind=kind,
            country=country.upper() if country else None,
            birth_year=birth_year,
            born_on=born_on.date() if born_on else None,
            identifiers=tuple(Identifier(IdentifierKind.OTHER, number) for number in numbers or ()),
        )
    if as_json:
        ages = [{**used.as_dict(), "age_days": (at.today - used.as_of).days} for used in lists]
        print_json({"name": name, "matches": [match.as_dict() for match in matches], "lists": ages})
        return
    if matches:
        for match in matches:
            _print_match(match)
        say()
        say("A likeness is no proof. Submit the proposal; a screening officer looks at each match.")
    else:
        say(Text.assemble("No listed name is like ", (name, "bold"), "."))
    _print_lists(lists, at.today)


def _print_match(match: Match) -> None:
    entry = match.entry
    style = "bold red" if match.band is Band.STRONG else "yellow"
    heading(
        match.name.text, beside=f"{entry.kind}, {', '.join(entry.countries) or 'no country'}, list {entry.source}"
    )
    say(Text.assemble("  ", (f"{match.score:.0%} alike, {match.band}", style), f"; listed as {entry.caption}"))
    say(f"  words     {'; '.join(str(part) for part in match.parts)}")
    for adjustment in (*match.compared.deductions, *match.adjustments):
        say(f"  {adjustment.change:+.0%}".ljust(12) + adjustment.reason)
    if entry.programme or entry.reference:
        say(f"  why       {' '.join(filter(None, (entry.programme, entry.reference)))}")


def _print_lists(lists: list[ListInForce], today: date) -> None:
    heading("Searched")
    rows(
        ("List", "Entries", "Dated", "Age"),
        [(used.title, used.entry_count, day(used.as_of), f"{(today - used.as_of).days} days") for used in lists],
        right=("Entries",),
    )
