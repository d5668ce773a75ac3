"""What an amendment says, field by field, beside what every agreement says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from approvals.casework.changes import Change
from approvals.casework.proposal import MoneyForm, ProposalForm
from approvals.documents import words
from approvals.documents.fields import CaseFacts, agreement_data, side_names
from approvals.documents.provisions import Tongue, before_and_after, stands_in_the_agreement
from approvals.documents.words import Language


@dataclass(frozen=True, kw_only=True)
class AmendmentFacts:
    """What an amendment needs to know beside the proposal before and after, and the facts of its own case."""

    reason: str
    succession: bool
    number: int  #: of this amendment among those both sides signed, from 1
    agreement_title: str  #: such as «Partnership Agreement»
    agreement_reference: str
    agreement_version: int
    agreement_signed_on: date


def amendment_data(
    before: ProposalForm,
    after: ProposalForm,
    changes: Sequence[Change],
    *,
    facts: CaseFacts,
    amendment: AmendmentFacts,
) -> dict[str, Any]:
    """Return everything the template of an amendment may print, written in the language of the agreement."""
    language: Language = after.language
    tongue = Tongue(language, after.currency, side_names(after, facts))
    in_tables = ("money.budget", "money.instalments")
    rows = [
        before_and_after(change, tongue)
        for change in changes
        if stands_in_the_agreement(change) and not change.field.startswith(in_tables)
    ]
    data = agreement_data(after, facts)
    renamed = before.partner.legal_name != after.partner.legal_name
    return {
        **data,
        "partner": {**data["partner"], "party": party_name(after, language)},
        "amended": {
            "title": amendment.agreement_title,
            "reference": amendment.agreement_reference,
            "version": str(amendment.agreement_version),
            "signed_on": words.day(amendment.agreement_signed_on, language),
            "project_title": before.project.title,
            "partner": party_name(before, language),
        },
        "amendment": {
            "number": str(amendment.number),
            "reason": amendment.reason.rstrip("."),
            "is_not_the_first": amendment.number > 1,
            "succession": amendment.succession,
            "renames": renamed and not amendment.succession,
        },
        "changes": [
            {"number": str(number), "provision": row.provision, "before": row.before, "after": row.after}
            for number, row in enumerate(rows, 1)
        ],
        **_budget(before, after, language),
        "new_instalments": data["instalments"] if _touches(changes, "money.instalments") else [],
    }


_THE_UNION = {
    "en": "the European Union, represented by the {}",
    "fr": "l’Union européenne, représentée par la {}",
    "es": "la Unión Europea, representada por la {}",
}


def party_name(proposal: ProposalForm, language: Language) -> str:
    """Return the partner as it stands among the parties; for the World Bank it is the borrower's agency."""
    if proposal.world_bank is not None:
        return proposal.world_bank.implementing_agency
    name = proposal.partner.legal_name
    return _THE_UNION[language].format(name) if proposal.eu is not None else name


def _touches(changes: Sequence[Change], field: str) -> bool:
    return any(change.field == field or change.field.startswith(f"{field}.") for change in changes)


_TOTALS = {
    "en": ("Total direct costs", "Support costs", "Contribution"),
    "fr": ("Total des coûts directs", "Frais d’appui", "Contribution"),
    "es": ("Total de costos directos", "Gastos de apoyo", "Contribución"),
}


def _budget(before: ProposalForm, after: ProposalForm, language: Language) -> dict[str, list[dict[str, str]]]:
    """Return every line of the budget and its totals, as they are and as they will be; empty if nothing moves."""
    old, new = before.money, after.money
    if old is None or new is None or (old.budget, old.support_rate) == (new.budget, new.support_rate):
        return {"budget_before_and_after": [], "budget_totals": []}
    lines = dict.fromkeys([*(line.heading for line in old.budget), *(line.heading for line in new.budget)])
    direct, support, whole = _TOTALS[language]
    totals = [
        (direct, old.direct_costs, new.direct_costs),
        *([(support, old.support_costs, new.support_costs)] if old.support_costs or new.support_costs else []),
        (whole, old.contribution, new.contribution),
    ]
    currency = new.currency
    return {
        "budget_before_and_after": [
            _beside(heading, _sum(old, heading), _sum(new, heading), currency, language) for heading in lines
        ],
        "budget_totals": [_beside(*total, currency, language) for total in totals],
    }


def _sum(money: MoneyForm, heading: str) -> Decimal | None:
    amounts = [line.amount for line in money.budget if line.heading == heading]
    return sum(amounts, Decimal(0)) if amounts else None


def _beside(
    heading: str, before: Decimal | None, after: Decimal | None, currency: str, language: Language
) -> dict[str, str]:
    written = ("–" if value is None else words.amount(value, currency, language) for value in (before, after))
    return dict(zip(("heading", "before", "after"), (heading, *written), strict=True))
