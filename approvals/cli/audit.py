"""`approvals audit …`: what happened, and the proof that nothing was changed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from approvals.cli.door import As, Json, Reference, visit
from approvals.cli.output import moment, print_json, rows, say
from approvals.services.anchors import file_anchors, line_of, note_anchor, read_witness
from approvals.services.anchors import verify_trail as verify
from approvals.services.case_file import case_file
from approvals.services.erasure import erase_personal_data
from approvals.services.process_export import LogFormat, export_events
from approvals.store import trail

app = typer.Typer(help="Prove what happened.", no_args_is_help=True)


@app.command("verify")
def verify_trail(
    anchors: Annotated[
        list[Path] | None,
        typer.Option(
            "--anchor",
            metavar="FILE",
            help="A file kept elsewhere that holds anchors: an anchor file, a saved mail, an agreement. Repeatable.",
        ),
    ] = None,
    head: Annotated[
        str | None, typer.Option("--head", help="A digest noted earlier; tells whether the end was cut off.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Walk the whole trail of events and say whether it holds; exit code 1 and the first break if it does not.

    It is compared with the anchors the database knows of, with those in the anchor file, and with those you bring.
    Only anchors that were kept elsewhere show that nothing was cut off at the end or written anew.

    Example: `approvals audit verify --anchor /mnt/elsewhere/anchors.txt`
    """
    with visit(who) as at:
        own = at.parts.settings.anchors
        files = [*(anchors or ()), *([own] if own.exists() else [])]
        noted = [anchor for file in files for anchor in read_witness(file)]
        found = verify(at.store, by=at.by, anchors=noted)
        with at.store.session() as session:
            is_known = head is None or trail.holds(session, head)
    if as_json:
        print_json({**vars(found), "holds": found.first_break is None and is_known, "head_given_is_known": is_known})
    elif found.first_break is not None:
        say(Text(f"Broken at event {found.first_break.seq}: {found.first_break.what}.", style="bold red"))
        say(f"The {found.events} events before it hold. {found.first_break.advice}")
    elif not is_known:
        say(Text(f"No event has the digest {head}: the trail was cut off or rewritten since.", style="bold red"))
    else:
        say(f"The trail holds: {found.events} events, head {found.head}.")
        say(f"{found.rows} rows of the record are as the last event about each says.")
        if found.erased:
            say(f"Of {found.erased} events, what they said of persons was erased; `audit show` tells by which event.")
        say(f"{found.anchors} anchors were compared." if found.anchors else NOT_ANCHORED)
    if found.first_break is not None or not is_known:
        raise typer.Exit(1)


NOT_ANCHORED = (
    "It was compared with no anchor, so a cut at its end would not show; see `approvals audit anchor --help`."
)


@app.command("anchor")
def note_head(who: As = None, as_json: Json = False) -> None:
    """Note the head of the trail outside the database: in the anchor file, and by mail to the auditors.

    The sweep does it once a day by itself. Whoever keeps the line can prove everything up to it.

    Example: `approvals audit anchor`
    """
    with visit(who) as at:
        anchor = note_anchor(at.store, by=at.by, now=at.now)
        file = at.parts.settings.anchors
        file_anchors(at.store, file, now=at.now)
    if as_json:
        print_json({"event": anchor.event_seq, "digest": anchor.event_hash, "noted_at": anchor.noted_at})
    else:
        say(line_of(anchor))
        say(f"Noted {moment(anchor.noted_at)}; it stands in {file}, and the auditors get it by mail.")


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


@app.command("export")
def export_log(
    log_format: Annotated[LogFormat, typer.Option("--format", help="Format: ocel (OCEL 2.0 as JSON) or xes.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="File to write.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], help="Leave out what happened before that day."),
    ] = None,
    named: Annotated[bool, typer.Option("--names", help="Name people; without it they are numbers.")] = False,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Write the events for process mining, with the cases, partners, tasks, agreements and people they are about.

    Example: `approvals audit export --format ocel --out events.json`
    """
    ending = "json" if log_format is LogFormat.OCEL else "xes"
    with visit(who) as at:
        file = out or Path(f"events.{ending}")
        start = since.replace(tzinfo=UTC) if since else None
        export_events(at.store, file, log_format, since=start, named=named, by=at.by, now=at.now)
    if as_json:
        print_json({"file": file, "format": log_format})
    else:
        say(f"Wrote {file}. {'People are named in it.' if named else 'People are numbers in it.'}")


@app.command("erase")
def erase(
    event: Annotated[int, typer.Argument(metavar="EVENT", min=1, help="Number of the event.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="Why; it stays on record.", show_default=False)],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Erase for good what an event says of persons. The trail still holds, and tells who erased it and why.

    Example: `approvals audit erase 1234 --reason "Asked for by the person on 2 March."`
    """
    with visit(who) as at:
        erase_personal_data(at.store, event, reason=reason, by=at.by, now=at.now)
    if as_json:
        print_json({"erased": event})
    else:
        say(f"What event {event} said of persons is erased. Backups made before still hold it until they expire.")
