"""`approvals list …`: the lists of names we screen against."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from approvals.cli.door import As, Json, Visit, visit
from approvals.cli.output import print_json, rows, say
from approvals.errors import Fault, Faulty
from approvals.screening.lists import FORMATS
from approvals.services.list_fetching import fetch_list
from approvals.services.rescreening import Rescreened, rescreen_due
from approvals.services.watchlists import export_list, import_list, known_lists
from models.watchlist import FetchOutcome, WatchlistVersion

app = typer.Typer(help="Import the lists of names we screen against.", no_args_is_help=True)


@app.command("import")
def import_names(
    file: Annotated[Path, typer.Argument(help="The list as its authority publishes it.", show_default=False)],
    list_format: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help="One of `approvals list formats`.", show_default=False),
    ],
    source: Annotated[
        str | None, typer.Option("--source", help="Short name of the list; by default that of the format.")
    ] = None,
    smaller_is_right: Annotated[
        bool, typer.Option("--smaller-is-right", help="You have looked: the list did lose that many entries.")
    ] = False,
    older_is_right: Annotated[
        str, typer.Option("--older-is-right", metavar="REASON", help="Why an older file is to replace a newer one.")
    ] = "",
    who: As = None,
    as_json: Json = False,
) -> None:
    """Put a new version of a list in force, or confirm the one that is, if nothing in it has changed.

    A file that is damaged, older, or lost many names at once is refused and the version before stays in force.

    Example: `approvals list import consolidated.xml --format un_xml`
    """
    with visit(who) as at:
        version = import_list(
            at.store,
            file,
            list_format=list_format,
            by=at.by,
            now=at.now,
            source=source,
            although_smaller=smaller_is_right,
            although_older=older_is_right,
        )
    if as_json:
        print_json(version)
    else:
        say(_in_force(version, at.now))


def _in_force(version: WatchlistVersion, now: datetime) -> str:
    dated = f"dated {version.dated_on}" if version.dated_on else "which bears no date"
    what = "Confirmed, as nothing has changed" if version.confirmed_at == now else "In force"
    return f"{what}: {version.title} ({version.source}), {version.entry_count} entries, {dated}."


@app.command("fetch")
def fetch_names(
    source: Annotated[
        str | None, typer.Argument(help="Short name of the list; all that have an address, if you name none.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Fetch lists from their publishers now, from the addresses in APPROVALS_LIST_ADDRESSES.

    A list that cannot be fetched stays as it is; exit code 1 then.

    Example: `approvals list fetch un_sc`
    """
    with visit(who) as at:
        results = [
            fetch_list(at.store, one, at.parts.settings.list_addresses[one], now=at.now, by=at.by)
            for one in _with_address(at, source)
        ]
    if as_json:
        print_json(results)
    else:
        rows(("List", "Outcome", "What came of it"), [(one.source, one.outcome, one.said) for one in results])
    if any(one.outcome is FetchOutcome.FAILED for one in results):
        raise typer.Exit(1)


@app.command("rescreen")
def rescreen(who: As = None, as_json: Json = False) -> None:
    """Compare live partners with what is new in the lists that have changed; what was compared is not compared again.

    The watch over lists does the same by itself. One that was cut off goes on where it was.

    Example: `approvals list rescreen`
    """
    with visit(who) as at:
        results = rescreen_due(at.store, now=at.now, by=at.by)
    if as_json:
        print_json(results)
    elif not results:
        say("No list has changed since live partners were last compared.")
    else:
        for one in results:
            _print_rescreened(one)


def _print_rescreened(one: Rescreened) -> None:
    looked_at = f"new entries {one.entries:,}, live cases {one.cases:,}, names compared {one.names:,}"
    say(f"{one.title}: {looked_at}; {f'new hits {one.hits:,}' if one.hits else 'no hit'}.")
    if one.found:
        rows(
            ("Case", "Name", "Listed", "Score", "What followed"),
            [(hit["case"], hit["name"], hit["listed"], str(hit["score"]), hit["followed"]) for hit in one.found],
            right=("Score",),
        )


def _with_address(at: Visit, source: str | None) -> list[str]:
    """Return the lists to fetch. Raises `Faulty` if there is no address for them."""
    known = list(at.parts.settings.list_addresses)
    if source in known:
        return [source]
    if source is None and known:
        return known
    what = f"has no address for «{source}»; it has {', '.join(known)}" if known else "names no address of a publisher"
    raise Faulty("Nothing was fetched.", [Fault("APPROVALS_LIST_ADDRESSES", what)])


@app.command("export")
def export_file(
    source: Annotated[str, typer.Argument(help="Short name of the list.", show_default=False)],
    into: Annotated[Path, typer.Argument(help="The file to write.", show_default=False)],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Write the file a list in force was read from, byte for byte as its authority sent it.

    Example: `approvals list export un_sc un.xml`
    """
    with visit(who) as at:
        version = export_list(at.store, source, into, by=at.by)
    if as_json:
        print_json(version)
    else:
        say(f"{into} is what {version.title} was read from; its digest is {version.sha256}.")


@app.command("formats")
def show_formats(as_json: Json = False) -> None:
    """Show the formats that can be imported, and how their publishers call the files.

    Example: `approvals list formats`
    """
    known = sorted(FORMATS.items())
    if as_json:
        print_json(
            [{"format": name, "source": one.source, "title": one.title, "file": one.file} for name, one in known]
        )
    else:
        rows(
            ("Format", "File", "Short name", "List"),
            [(name, one.file, one.source, one.title) for name, one in known],
        )


@app.command("show")
def show_lists(who: As = None, as_json: Json = False) -> None:
    """Show the lists in force, how old they are, which required ones are missing, and what fetching them came to.

    Example: `approvals list show`
    """
    with visit(who) as at:
        known = known_lists(at.store, today=at.today)
    if as_json:
        print_json(known)
        return
    rows(
        ("List", "Title", "Entries", "Dated", "Confirmed", "Age", "Verdict"),
        [
            (one.source, one.title, one.entries, one.dated_on, one.confirmed_on, _age(one.age_days), one.verdict)
            for one in known
        ],
        right=("Entries",),
    )
    for one in known:
        if one.problem:
            say(f"{one.source} was not fetched: {one.problem}")


def _age(days: int | None) -> str | None:
    return None if days is None else f"{days} days"
