"""`approvals audit …`: what happened, and the proof that nothing was changed."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from approvals.casework.rights import Right, require
from approvals.cli.door import As, Json, Reference, visit
from approvals.cli.output import print_json, rows, say
from approvals.services.case_file import case_file
from approvals.store import trail

app = typer.Typer(help="Prove what happened.", no_args_is_help=True)


@app.command("verify")
def verify_trail(
    head: Annotated[
        str | None, typer.Option("--head", help="A digest noted earlier; tells whether the end was cut off.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Walk the whole trail of events and say whether it holds; exit code 1 and the first break if it does not.

    Note the head's digest elsewhere now and then: with `--head` it proves that nothing was cut off at the end.

    Example: `approvals audit verify`
    """
    with visit(who) as at:
        require(at.by, Right.VERIFY_TRAIL)
        with at.store.session() as session:
            found = trail.verify(session)
            is_known = head is None or trail.holds(session, head)
    if as_json:
        print_json({**vars(found), "holds": found.first_break is None and is_known, "head_given_is_known": is_known})
    elif found.first_break is not None:
        say(Text(f"Broken at event {found.first_break.seq}: {found.first_break.what}.", style="bold red"))
        say(f"The {found.events} events before it hold. Compare with your backups.")
    elif not is_known:
        say(Text(f"No event has the digest {head}: the trail was cut off or rewritten since.", style="bold red"))
    else:
        say(f"The trail holds: {found.events} events, head {found.head}.")
    if found.first_break is not None or not is_known:
        raise typer.Exit(1)


@app.command("show")
def show_trail(reference: Reference, who: As = None, as_json: Json = False) -> None:
    """Show everything that happened to a case, oldest first, with who did it.

    Example: `approvals audit show PA-2026-0001`
    """
    with visit(who) as at:
        file = case_file(at.store, reference, by=at.by, today=at.today)
    if as_json:
        print_json(file.happenings)
    else:
        rows(
            ("Event", "When", "Who", "What"),
            [(one.seq, one.at, one.by, one.what) for one in file.happenings],
            right=("Event",),
        )
