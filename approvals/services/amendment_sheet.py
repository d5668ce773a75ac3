"""An amendment as its readers need it: what kind, how it is handled and why, and every change before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from approvals.casework.changes import Change
from approvals.casework.proposal import ProposalForm, Side
from approvals.documents.provisions import BeforeAndAfter, Tongue, before_and_after
from approvals.services.amendments import amended_case
from approvals.store.amendments import amendment_of, amendments_of
from models.amendment import Amendment, AmendmentKind, Handling
from models.case import Case, Stage


@dataclass(frozen=True)
class AmendmentSheet:
    """What an amendment changes, and what it needs before it takes effect."""

    amends: str
    """Reference of the case it amends."""
    kind: AmendmentKind
    reason: str
    handling: Handling
    source: str
    """The rule of the policy that says so."""
    extent: str
    """How far it goes, counted with earlier changes; empty if neither time nor money moves."""
    changes: tuple[BeforeAndAfter, ...]


@dataclass(frozen=True)
class AmendmentLine:
    """An amendment in the file of the case it amends."""

    reference: str
    submitted_at: datetime
    kind: AmendmentKind
    handling: Handling
    stage: Stage


def amendment_sheet(session: Session, case: Case, proposal: ProposalForm) -> AmendmentSheet | None:
    """Return what `case`, whose proposal is given, changes in another; None if it is a new partnership."""
    amendment = amendment_of(session, case)
    if amendment is None:
        return None
    tongue = Tongue("en", case.currency, _sides(proposal))
    return AmendmentSheet(
        amends=amended_case(session, case).reference,
        kind=amendment.kind,
        reason=amendment.content["reason"],
        handling=amendment.handling,
        source=amendment.rule["source"],
        extent=_extent(amendment),
        changes=tuple(before_and_after(Change(**change), tongue) for change in amendment.changes),
    )


def amendment_lines(session: Session, case: Case) -> Sequence[AmendmentLine]:
    """Return the amendments of `case`, whatever became of them, oldest first."""
    return [
        AmendmentLine(one.reference, one.submitted_at, amendment.kind, amendment.handling, one.stage)
        for one, amendment in amendments_of(session, case)
    ]


def _sides(proposal: ProposalForm) -> dict[Side, str]:
    return {Side.ORGANISATION: "the organisation", Side.PARTNER: proposal.partner.short_name, Side.BOTH: "both"}


_MEASURES = (
    ("months", "the end moves by {} months"),
    ("line_per_cent", "a budget line by {} %"),
    ("total_per_cent", "the total by {} %"),
)


def _extent(amendment: Amendment) -> str:
    given = ((amendment.extent[name], sentence) for name, sentence in _MEASURES)
    return ", ".join(sentence.format(value) for value, sentence in given if float(value))
