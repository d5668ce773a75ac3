"""The file of a partner, as people read it at the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.text import Text

from approvals.casework.flags import StandingFlag
from approvals.casework.proposal import partner_reference
from approvals.casework.wording import in_words
from approvals.cli.evidence import print_evidence
from approvals.cli.output import day, heading, rows, say
from approvals.services.partners import PartnerFile
from models.flag import FlagState

_STYLES = {FlagState.RED: "bold red", FlagState.ESCALATED: "bold yellow", FlagState.RISK: "yellow"}


def print_partner(file: PartnerFile, *, today: date) -> None:
    """Print all that the register knows of a partner, what weighs most first."""
    partner = file.partner
    heading(f"{file.reference} {partner.legal_name}", beside=f"{in_words(partner.kind)}, {partner.country}")
    for flag in file.flags:
        say(_flag(flag))
    _print_tree(file)
    facts = list(_facts(file))
    if facts:
        rows(("What", "Who or which", "Besides"), facts)
    _print_assessments(file)
    print_evidence(file.evidence, today=today)
    _print_dealings(file)


def flag_state(state: FlagState | None) -> Text | None:
    """Return the state of a flag in its colour, None for none."""
    return Text(in_words(state), style=_STYLES.get(state, "")) if state else None


def _flag(flag: StandingFlag) -> Text:
    whose = f", inherited from {partner_reference(flag.partner)} {flag.legal_name}" if flag.inherited else ""
    return Text.assemble(
        (f"Flag {flag.number}, {in_words(flag.state)}", _STYLES.get(flag.state, "")),
        f"{whose}: {flag.subject}. {flag.reason} ({day(flag.since.date())})",
    )


def _print_tree(file: PartnerFile) -> None:
    for depth, above in enumerate(file.above):
        say(f"{'  ' * depth}Branch of {partner_reference(above.id or 0)} {above.legal_name}")
    for branch in file.branches:
        say(f"Has the branch {partner_reference(branch.id or 0)} {branch.legal_name} ({branch.country})")


_Fact = tuple[str, str, str | None]


def _facts(file: PartnerFile) -> Iterator[_Fact]:
    """Yield names, numbers and people, each with what else is known of it."""
    partner = file.partner
    for alias in partner.aliases:
        yield "other name", alias, "as first proposed"
    for name in file.names:
        yield f"{in_words(name.kind)} name", name.name, f"until {day(name.until)}" if name.until else None
    if partner.registration_number:
        yield "registration", partner.registration_number, partner.country
    for number in file.identifiers:
        yield in_words(number.kind), number.value, number.country
    for person in file.people:
        yield person.function, person.name, f"born {person.birth_year}" if person.birth_year else None


def _print_assessments(file: PartnerFile) -> None:
    if not file.assessments:
        return
    rows(
        ("Assessment", "Depth", "Risk", "Made", "Valid until", "Ended by"),
        [
            (
                one.id,
                in_words(one.tier),
                in_words(one.level),
                one.assessed_at.date(),
                one.valid_until,
                in_words(one.ended_because) if one.ended_because else None,
            )
            for one in file.assessments
        ],
    )


def _print_dealings(file: PartnerFile) -> None:
    """Print the cases with the partner, and what their agreements oblige to."""
    if file.cases:
        rows(
            ("Case", "Office", "Stage", "Title"),
            [(case.reference, case.office_code, in_words(case.stage), case.title) for case in file.cases],
        )
    if file.cases_unseen:
        say(f"Cases of other offices that you may not see: {file.cases_unseen}.")
    if file.obligations:
        rows(
            ("Due", "Owed by", "Obligation"),
            [(one.due_on, in_words(one.owed_by), one.title) for one in file.obligations],
        )
