"""`approvals partner evidence …`: what other agencies found about a partner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from approvals.casework.evidence import check_evidence
from approvals.casework.partner_record_file import MAX_RECORD_BYTES
from approvals.casework.wording import in_words
from approvals.cli.agreements import write_file
from approvals.cli.door import As, Json, PartnerReference, content_of, partner_of, visit
from approvals.cli.output import day, heading, print_json, say
from approvals.documents.gate import MAX_BYTES
from approvals.services import evidence, partner_records
from approvals.services.evidence import EvidenceNote
from models.evidence import EvidenceKind
from models.risk import RiskLevel

app = typer.Typer(help="What other agencies found about a partner: record, list, withdraw.", no_args_is_help=True)

Number = Annotated[
    int, typer.Argument(min=1, help="Number of the evidence, from `evidence list`.", show_default=False)
]


@app.command("add")
def add(
    partner: PartnerReference,
    agency: Annotated[str, typer.Option("--agency", help="The agency that assessed it.", show_default=False)],
    made_on: Annotated[
        str,
        typer.Option("--made-on", metavar="DATE", help="Day of the assessment, as 2026-01-31.", show_default=False),
    ],
    outcome: Annotated[str, typer.Option("--outcome", help="What it found, in its own words.", show_default=False)],
    reference: Annotated[
        str, typer.Option("--reference", help="Where to find it: document number or address.", show_default=False)
    ],
    why: Annotated[str, typer.Option("--why", help="Why you believe it, in a sentence.", show_default=False)],
    kind: Annotated[EvidenceKind, typer.Option("--kind", help="What sort of look it took.")] = (
        EvidenceKind.DUE_DILIGENCE
    ),
    valid_until: Annotated[
        str | None, typer.Option("--valid-until", metavar="DATE", help="Last day, if the agency named one.")
    ] = None,
    level: Annotated[RiskLevel | None, typer.Option("--level", help="The nearest risk level of ours.")] = None,
    condition: Annotated[
        list[str] | None, typer.Option("--condition", help="A condition it attached; repeat the option for more.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="The assessment as a Word file.")] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Record what another agency found about a partner. It is shown to those who assess; it lowers no risk level.

    Example: `approvals partner evidence add P-12 --agency UNDP --made-on 2026-01-31 --outcome "Cleared, low risk"
    --reference UNDP/DD/2026/17 --why "The report was sent by the country office"`
    """
    form = check_evidence(
        {
            "agency": agency,
            "kind": kind,
            "made_on": made_on,
            "valid_until": valid_until,
            "outcome": outcome,
            "level": level,
            "conditions": condition or [],
            "reference": reference,
            "why_believed": why,
        }
    )
    content = content_of(file, at_most=MAX_BYTES, called="--file") if file else None
    with visit(who) as at:
        row = evidence.record_evidence(at.store, partner_of(partner), form, content=content, by=at.by, now=at.now)
    if as_json:
        print_json(row)
    else:
        say(f"Evidence {row.id} of {row.agency} is recorded with {partner}, valid until {day(row.valid_until)}.")


@app.command("list")
def list_evidence(partner: PartnerReference, who: As = None, as_json: Json = False) -> None:
    """List what other agencies found about a partner, lapsed and withdrawn as well, the newest first.

    Example: `approvals partner evidence list P-12`
    """
    with visit(who) as at:
        found = evidence.evidence_list(at.store, partner_of(partner), by=at.by)
    if as_json:
        print_json([{**one.evidence.model_dump(), "standing": one.standing(at.today)} for one in found])
    elif not found:
        say(f"No evidence of other agencies is recorded with {partner}.")
    else:
        print_evidence(found, today=at.today)


@app.command("import")
def import_record(
    file: Annotated[Path, typer.Argument(help="The record, a JSON file of another agency.", show_default=False)],
    why: Annotated[str, typer.Option("--why", help="Why you believe it, in a sentence.", show_default=False)],
    partner: Annotated[
        str | None, typer.Option("--partner", metavar="PARTNER", help="Whom it is about, if the names do not tell.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Record the assessments in a partner's record that another agency exported; all its faults are said at once.

    Example: `approvals partner evidence import unicef-P-7.json --why "Sent by its headquarters"`
    """
    content = content_of(file, at_most=MAX_RECORD_BYTES, called="file")
    number = partner_of(partner) if partner else None
    with visit(who) as at:
        taken = partner_records.import_record(
            at.store, content, partner=number, why_believed=why, by=at.by, now=at.now
        )
    if as_json:
        print_json(taken)
        return
    numbers = ", ".join(str(one.id) for one in taken.recorded)
    say(f"Recorded of {taken.organisation} on {taken.partner}: evidence {numbers}.")
    for sentence in taken.left_out:
        say(f"Not recorded: {sentence}.")


@app.command("withdraw")
def withdraw(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help="Why, in a sentence.", show_default=False)],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Withdraw evidence that turned out wrong or was taken back; it stays in the list, and is shown nowhere else.

    Example: `approvals partner evidence withdraw 3 --reason "UNDP took its clearance back on 3 May"`
    """
    with visit(who) as at:
        row = evidence.withdraw_evidence(at.store, number, reason=reason, by=at.by, now=at.now)
    print_json(row) if as_json else say(f"Evidence {number} of {row.agency} is withdrawn.")


@app.command("file")
def export_file(
    number: Number,
    out: Annotated[Path, typer.Option("--out", help="Where to put it.", show_default=False)],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Get the file that was recorded with a piece of evidence.

    Example: `approvals partner evidence file 3 --out undp-report.docx`
    """
    with visit(who) as at:
        write_file(out, evidence.evidence_file(at.store, number, by=at.by), called="--out")
    print_json({"file": out}) if as_json else say(f"Wrote {out}.")


def print_evidence(found: Sequence[EvidenceNote], *, today: date) -> None:
    """Print what other agencies found about a partner; nothing if there is none."""
    if not found:
        return
    heading("Evidence of other agencies", beside="a reason one may name; no assessment of ours, it lowers no level")
    for one in found:
        say(_sentence(one, today))


def _sentence(note: EvidenceNote, today: date) -> str:
    said = note.evidence
    level = f" [{in_words(said.level)}]" if said.level else ""
    conditions = "".join(f" Condition: {one}." for one in said.conditions)
    file = " and its file" if said.file_hash else ""
    return (
        f"{said.id}  {said.agency}, {in_words(said.kind)} of {day(said.made_on)}{level}, {_standing(note, today)}: "
        f"{said.outcome}.{conditions} See {said.reference}{file}. "
        f"Believed by {note.recorded_by}: {said.why_believed}."
    )


def _standing(note: EvidenceNote, today: date) -> str:
    said = note.evidence
    if said.withdrawn_at is not None:
        return f"withdrawn by {note.withdrawn_by} ({said.withdrawn_because})"
    return f"{'valid until' if said.stands_on(today) else 'lapsed on'} {day(said.valid_until)}"
