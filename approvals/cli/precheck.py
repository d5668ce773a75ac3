"""`approvals precheck`: may we work with them? Two minutes, before any contact."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer
from rich.text import Text

from approvals.casework.policy.precheck import Acceptability
from approvals.casework.route import Slot
from approvals.casework.wording import in_words
from approvals.cli.door import As, Json, Visit, visit
from approvals.cli.evidence import print_evidence
from approvals.cli.output import heading, print_json, rows, say, working_days
from approvals.errors import Fault, Faulty
from approvals.screening.enquiry import Enquiry, Outlook, Reason
from approvals.services.policies import numbered_policy
from approvals.services.precheck import Precheck, precheck
from models.case import Funds, Level
from models.partner import PartnerKind

_STYLES = {
    Acceptability.ACCEPTABLE: "bold green",
    Acceptability.WITH_CONDITIONS: "bold yellow",
    Acceptability.NEEDS_HEADQUARTERS: "bold yellow",
    Acceptability.NOT_ACCEPTABLE: "bold red",
}
_MEANINGS = {
    Acceptability.ACCEPTABLE: "Nothing stands against them on what you know. You may talk to them.",
    Acceptability.WITH_CONDITIONS: "You may talk to them, and settle what is listed below.",
    Acceptability.NEEDS_HEADQUARTERS: "Ask headquarters before you promise anything.",
    Acceptability.NOT_ACCEPTABLE: "The policy forbids this partnership. Do not go on.",
}


def check(
    name: Annotated[str, typer.Argument(help="Legal name of the partner, in any script.", show_default=False)],
    kind: Annotated[PartnerKind, typer.Option("--kind", help="What sort of organisation it is.", show_default=False)],
    country: Annotated[
        str, typer.Option("--country", metavar="XX", help="Country of law, as two letters.", show_default=False)
    ],
    sector: Annotated[
        str, typer.Option("--sector", help="Sector of activity, by its key in docs/policy.md.", show_default=False)
    ],
    funds: Annotated[Funds, typer.Option("--funds", help="Which way money would move.")] = Funds.NONE,
    amount: Annotated[str, typer.Option("--amount", metavar="USD", help="About how much, in US dollars.")] = "0",
    level: Annotated[Level, typer.Option("--level", help="Country, regional or global.")] = Level.COUNTRY,
    office: Annotated[
        str | None, typer.Option("--office", help="The office that would propose it; by default yours.")
    ] = None,
    yes: Annotated[
        list[str] | None, typer.Option("--yes", metavar="CRITERION", help="An exclusion question answered with yes.")
    ] = None,
    no: Annotated[
        list[str] | None,
        typer.Option("--no", metavar="CRITERION", help="One answered with no; «all» for all not answered with yes."),
    ] = None,
    registration: Annotated[
        str | None, typer.Option("--registration", metavar="NUMBER", help="Number in its national register.")
    ] = None,
    lei: Annotated[str | None, typer.Option("--lei", help="Its Legal Entity Identifier.")] = None,
    personal_data: Annotated[bool, typer.Option("--personal-data", help="Personal data would be shared.")] = False,
    emblem: Annotated[bool, typer.Option("--emblem", help="They would use our name or emblem.")] = False,
    beneficiaries: Annotated[
        bool, typer.Option("--beneficiaries", help="They would be in contact with beneficiaries.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep enquiry and answer in the trail.")] = False,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Tell whether a partner is acceptable, by which rules, and which way the case would take. Nothing is kept.

    At a terminal the exclusion questions that are not answered by options are asked. An open question is not a no.

    Example: `approvals precheck "Nordvik Tekstil AS" --kind company --country NO --sector textiles --no all`
    """
    with visit(who) as at:
        answers = _answers(at, kind, yes or [], no or [], may_ask=not as_json and sys.stdin.isatty())
        enquiry = Enquiry(
            name=name,
            kind=kind,
            country=country.upper(),
            sector=sector,
            office_code=office or at.by.office_code,
            funds=funds,
            level=level,
            amount_usd=_amount(amount),
            criteria=answers,
            personal_data=personal_data,
            emblem=emblem,
            beneficiary_contact=beneficiaries,
            registration_number=registration,
            lei=lei,
        )
        found = precheck(at.store, enquiry, by=at.by, now=at.now, keep=keep)
    if as_json:
        _print_as_json(found)
    else:
        _print(found, at.today)
        say("Kept in the trail." if keep else "Nothing was kept; add --keep if somebody may ask later.")


def _amount(written: str) -> Decimal:
    try:
        amount = Decimal(written.replace(",", ""))
    except InvalidOperation:
        amount = Decimal("nan")
    if not (amount.is_finite() and amount >= 0):
        raise Faulty("Nothing was checked.", [Fault("--amount", f"«{written}» is no amount, such as 250000")])
    return amount


def _answers(at: Visit, kind: PartnerKind, yes: list[str], no: list[str], *, may_ask: bool) -> dict[str, bool]:
    """Return the answers given as options, and those to questions asked now."""
    asked = numbered_policy(at.store, None, by=at.by).criteria.asked_of(kind)
    answers = {key: False for key in no if key != "all"} | dict.fromkeys(yes, True)
    if "all" in no:
        answers = {criterion.key: False for criterion in asked} | answers
    for criterion in asked if may_ask else ():
        if criterion.key not in answers:
            question = f"{criterion.question} [y/n, Enter if you do not know]"
            answer = typer.prompt(question, default="?", show_default=False).strip().lower()[:1]
            if answer in _YES_OR_NO:
                answers[criterion.key] = _YES_OR_NO[answer]
    return answers


_YES_OR_NO = {"y": True, "n": False}


def _print_as_json(found: Precheck) -> None:
    days = {"our_days": found.outlook.our_days, "partner_days": found.outlook.partner_days}
    print_json({"answer": found.outlook.answer, **days, "precheck": found})


def _print(found: Precheck, today: date) -> None:
    outlook, answer = found.outlook, found.outlook.answer
    heading(found.enquiry.name, beside=f"{in_words(found.enquiry.kind)}, {found.enquiry.country}")
    say(Text.assemble((f"{in_words(answer).capitalize()}. ", _STYLES[answer]), _MEANINGS[answer]))
    if outlook.reasons:
        gravest_first = sorted(outlook.reasons, key=lambda one: -one.answer.rank)
        rows(
            ("Means", "Why", "By which rule"),
            [(Text(in_words(one.answer), style=_STYLES[one.answer]), one.sentence, _rule_and_source(one))
             for one in gravest_first],
        )  # fmt: skip
    _print_acquaintances(found)
    print_evidence(found.evidence, today=today)
    if outlook.stages:
        _print_way(outlook)
    _print_lists(found)


def _rule_and_source(reason: Reason) -> str:
    return "\n".join(dict.fromkeys(filter(None, (reason.source, reason.rule))))


def _print_acquaintances(found: Precheck) -> None:
    for one in found.acquaintances:
        say(f"{'In the register as' if one.surely else 'Perhaps the same as'} {one.title}.")
        for approach in one.known.open_cases:
            if approach.office != found.enquiry.office_code:
                say(f"  Office {approach.office} has {approach.reference} open with them: talk to each other first.")


def _print_way(outlook: Outlook) -> None:
    say()
    heading("The way a case would take", beside=f"risk {outlook.risk.level} on what you know")
    rows(
        ("Step", "Who", "Working days", "The partner's"),
        [
            (
                in_words(stage.stage),
                ", ".join(_who(slot) for slot in stage.asked),
                stage.our_days or None,
                stage.partner_days or None,
            )
            for stage in outlook.stages
        ],
        right=("Working days", "The partner's"),
    )
    for stage, why in outlook.left_out.items():
        say(f"  Without {in_words(stage)}: {why}")
    ours, theirs = working_days(outlook.our_days), working_days(outlook.partner_days)
    say(f"At most {ours} with us and {theirs} with the partner, if everybody takes all the time there is.")
    if outlook.documents:
        say("They will be asked for: " + "; ".join(document.title for document in outlook.documents) + ".")


def _print_lists(found: Precheck) -> None:
    there = [one for one in found.lists if one.entries is not None]
    compared = [f"{one.title} ({one.entries} entries, {one.age_days} days old)" for one in there]
    say(Text(f"The name was compared with: {'; '.join(compared) or 'no list'}.", style="dim"))


def _who(slot: Slot) -> str:
    who = in_words(slot.role) if not slot.to_submitter else "you"
    return f"{who} ({slot.office_code})" if slot.office_code else who
