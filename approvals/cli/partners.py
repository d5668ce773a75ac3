"""`approvals partner …`: the register of partners: find, show, keep right, flag."""

from __future__ import annotations

import json
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from approvals.casework.partner_record import Scope, record_schema
from approvals.casework.wording import in_words
from approvals.cli import evidence
from approvals.cli.agreements import write_file
from approvals.cli.door import As, Json, PartnerReference, partner_of, visit
from approvals.cli.output import print_json, rows, say
from approvals.cli.partner_page import flag_state, print_partner
from approvals.services import flags, partners
from approvals.services.partner_records import export_record
from models.case import Funds
from models.flag import FlagState
from models.partner import IdentifierKind, PartnerNameKind

app = typer.Typer(help="The register of partners: find one, see its file, keep it right.", no_args_is_help=True)
app.add_typer(evidence.app, name="evidence")

Why = Annotated[str, typer.Option("--reason", help="Why, in a sentence.", show_default=False)]


@app.command("find")
def find(
    name: Annotated[str, typer.Argument(help="A name, in any spelling or script.", show_default=False)],
    who: As = None,
    as_json: Json = False,
) -> None:
    """List the partners with a name like this one, present or former, the most alike first.

    Example: `approvals partner find "Nordvik Tekstil"`
    """
    with visit(who) as at:
        found = partners.find_partners(at.store, name, by=at.by)
    if as_json:
        print_json(found)
    elif not found:
        say("No partner of the register has a name like that.")
    else:
        rows(
            ("Partner", "Legal name", "Country", "Kind", "Alike", "Flag", "Open cases"),
            [
                (
                    one.reference,
                    one.legal_name,
                    one.country,
                    in_words(one.kind),
                    f"{one.likeness:.2f}",
                    flag_state(one.flag),
                    one.open_cases or None,
                )
                for one in found
            ],
            right=("Alike", "Open cases"),
        )


@app.command("show")
def show(partner: PartnerReference, who: As = None, as_json: Json = False) -> None:
    """Show all that the register knows of a partner: its tree, names, numbers, people, flags, cases, obligations.

    Example: `approvals partner show P-12`
    """
    with visit(who) as at:
        file = partners.partner_file(at.store, partner_of(partner), by=at.by)
    if as_json:
        print_json(file)
    else:
        print_partner(file, today=at.today)


@app.command("export")
def export(
    partner: PartnerReference,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; without it, the record is printed.")
    ] = None,
    people: Annotated[
        bool, typer.Option("--people", help="With its people: personal data leaves the house.")
    ] = False,
    internal: Annotated[
        bool, typer.Option("--internal", help="With our own remarks, for headquarters, administrators and auditors.")
    ] = False,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Write a partner's record as JSON, in the form agencies share; that it left the house stays in the trail.

    Example: `approvals partner export P-12 --out P-12.json`
    """
    scope = Scope.INTERNAL if internal else Scope.SHARED
    software = f"partnership-approvals {version('partnership-approvals')}"
    with visit(who) as at:
        record = export_record(
            at.store, partner_of(partner), scope=scope, with_people=people, software=software, by=at.by, now=at.now
        )
    if out is None:
        print_json(record)
        return
    digest = record["provenance"]["digest"]
    write_file(out, (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode(), called="--out")
    print_json({"file": out, "digest": digest}) if as_json else say(f"Wrote {out} (digest {digest[:12]}).")


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of a partner's record, for those who want to read or write one.

    Example: `approvals partner schema`
    """
    print_json(record_schema())


@app.command("add-name")
def add_name(
    partner: PartnerReference,
    name: Annotated[str, typer.Argument(help="The name, in any script.", show_default=False)],
    former: Annotated[bool, typer.Option("--former", help="It had this name before.")] = False,
    until: Annotated[
        datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day of a former name.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Enter another or a former name of a partner; from then on screenings compare it as well.

    Example: `approvals partner add-name P-12 "Nordvik Garn AS" --former --until 2024-06-30`
    """
    kind = PartnerNameKind.FORMER if former or until else PartnerNameKind.ALIAS
    with visit(who) as at:
        row = partners.add_name(at.store, partner_of(partner), name, kind, until=_day(until), by=at.by, now=at.now)
    print_json(row) if as_json else say(f"{partner} is known as «{row.name}» as well.")


@app.command("add-number")
def addpartner_of(
    partner: PartnerReference,
    kind: Annotated[IdentifierKind, typer.Argument(help="Who gave the number.", show_default=False)],
    value: Annotated[str, typer.Argument(help="The number.", show_default=False)],
    country: Annotated[
        str | None, typer.Option("--country", metavar="XX", help="Country of the authority; none for an LEI.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Enter a number by which an authority knows a partner; the check digits of an LEI are verified.

    Example: `approvals partner add-number P-12 lei 5493001KJTIIGC8Y1R12`
    """
    with visit(who) as at:
        row = partners.add_identifier(
            at.store,
            partner_of(partner),
            kind,
            value,
            country=country.upper() if country else None,
            by=at.by,
            now=at.now,
        )
    print_json(row) if as_json else say(f"{partner} has the number {row.value} ({in_words(row.kind)}).")


@app.command("add-person")
def add_person(
    partner: PartnerReference,
    name: Annotated[str, typer.Argument(help="Name of the person.", show_default=False)],
    function: Annotated[str, typer.Option("--function", help="What the person is there.", show_default=False)],
    birth_year: Annotated[
        int | None, typer.Option("--birth-year", min=1900, max=2030, help="Year of birth, if known.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Enter a person of a partner: board member, owner, director.

    Example: `approvals partner add-person P-12 "Kari Nordvik" --function "Chair of the board" --birth-year 1961`
    """
    with visit(who) as at:
        row = partners.add_person(
            at.store, partner_of(partner), name, function=function, birth_year=birth_year, by=at.by, now=at.now
        )
    print_json(row) if as_json else say(f"{row.name}, {row.function}, is entered with {partner}.")


@app.command("set-parent")
def set_parent(
    partner: PartnerReference,
    parent: Annotated[
        str, typer.Argument(metavar="PARENT", help="The partner it is a branch of, or «none».", show_default=False)
    ],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Put a partner under another one; it inherits the flags of those above it.

    Example: `approvals partner set-parent P-12 P-3`
    """
    above = None if parent == "none" else partner_of(parent)
    with visit(who) as at:
        changed = partners.set_parent(at.store, partner_of(partner), above, by=at.by, now=at.now)
    print_json(changed) if as_json else say(f"{partner} is {'a branch of ' + parent if above else 'no branch'}.")


@app.command("documents")
def documents(
    partner: PartnerReference,
    funds: Annotated[Funds, typer.Option("--funds", help="Which way money would move.")] = Funds.NONE,
    who: As = None,
    as_json: Json = False,
) -> None:
    """List the documents a proposal with this partner must bring, by the policy in force.

    Example: `approvals partner documents P-12 --funds giving`
    """
    with visit(who) as at:
        one, asked = partners.documents_for(at.store, partner_of(partner), funds, by=at.by)
    if as_json:
        print_json(asked)
    elif not asked:
        say(f"No documents are asked of {one.legal_name}.")
    else:
        rows(
            ("Document", "Written as", "May be so old"),
            [(rule.title, rule.key, _months(rule.maximum_age_months)) for rule in asked],
        )


@app.command("flag")
def raise_flag(
    partner: PartnerReference,
    state: Annotated[FlagState, typer.Argument(help="How grave it is: observation or risk.", show_default=False)],
    subject: Annotated[str, typer.Option("--subject", help="What it is about, in one line.", show_default=False)],
    reason: Why,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Put a flag on a partner; its branches inherit it, and every screening from now on shows it.

    Example: `approvals partner flag P-12 risk --subject "Unpaid wages" --reason "Court order of 3 May, see file"`
    """
    with visit(who) as at:
        step = flags.raise_flag(
            at.store, partner_of(partner), state, subject=subject, reason=reason, by=at.by, now=at.now
        )
    print_json(step) if as_json else say(f"Flag {step.flag_id} on {partner}: {in_words(step.state)}.")


@app.command("move-flag")
def move_flag(
    flag: Annotated[int, typer.Argument(min=1, help="Number of the flag, from `partner show`.", show_default=False)],
    state: Annotated[FlagState, typer.Argument(help="What it becomes.", show_default=False)],
    reason: Why,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Escalate a flag to headquarters; there somebody else confirms it (red), defers it (risk) or lifts a lesser one.

    Example: `approvals partner move-flag 3 escalated --reason "Three offices report the same"`
    """
    with visit(who) as at:
        step = flags.move_flag(at.store, flag, state, reason=reason, by=at.by, now=at.now)
    print_json(step) if as_json else say(f"Flag {flag}: {in_words(step.state)}.")


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _months(count: int | None) -> str:
    return f"{count} months" if count else "without limit"
