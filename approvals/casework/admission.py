"""What the organisation's policy makes of a proposal before it becomes a case."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from approvals.casework.policy import Policy
from approvals.casework.policy.routes import Circumstances
from approvals.casework.proposal import ProposalForm
from approvals.casework.route import template_family
from approvals.casework.telling import told
from approvals.errors import Fault, PolicyError
from models.base import MAX_AMOUNT
from models.risk import RiskLevel


def circumstances(proposal: ProposalForm, policy: Policy, risk: RiskLevel) -> Circumstances:
    """Return what the route of this proposal depends on, at this level of risk."""
    return _circumstances(proposal, risk, _amount_usd(proposal, policy))


def family_of(proposal: ProposalForm, policy: Policy) -> str:
    """Return the family of templates the agreement of `proposal` is drafted from; at first sight, at the lowest risk.

    Raises `PolicyError` if the policy has none for such partners and funds.
    """
    # The currency may have no rate, which is told besides; kind and direction find the template without one.
    return template_family(policy, _circumstances(proposal, RiskLevel.LOW, proposal.amount))


def _circumstances(proposal: ProposalForm, risk: RiskLevel, amount_usd: Decimal) -> Circumstances:
    return Circumstances(
        kind=proposal.partner.kind,
        funds=proposal.funds,
        risk=risk,
        level=proposal.level,
        amount_usd=amount_usd,
        personal_data=proposal.personal_data,
        emblem=proposal.emblem_use != "none",
        form=proposal.form,
    )


def figures_of(proposal: ProposalForm, policy: Policy) -> dict[str, Any]:
    """Return what a case shows of its proposal, by name of the case's field: title, level, direction and amount."""
    return {
        "title": proposal.title,
        "level": proposal.level,
        "funds": proposal.funds,
        "currency": proposal.currency,
        "amount": proposal.amount,
        "amount_usd": _amount_usd(proposal, policy),
    }


def misfits(proposal: ProposalForm, policy: Policy) -> list[Fault]:
    """Return what in `proposal` this organisation's policy does not know or allow, in the order of the form."""
    return [*_office(proposal, policy), *_funds(proposal, policy), *_money(proposal, policy)]


def _office(proposal: ProposalForm, policy: Policy) -> Iterator[Fault]:
    organisation = policy.organisation
    if organisation.office(proposal.office) is None:
        known = ", ".join(office.code for office in organisation.offices)
        yield Fault(
            "office", told("«{office}» is no office; choose from {known}", office=proposal.office, known=known)
        )


def _funds(proposal: ProposalForm, policy: Policy) -> Iterator[Fault]:
    try:
        family_of(proposal, policy)
    except PolicyError as exc:
        yield Fault("funds", exc.summary)


def _money(proposal: ProposalForm, policy: Policy) -> Iterator[Fault]:
    money = policy.organisation.money
    if proposal.currency not in money.usd_rates:
        known = ", ".join(money.usd_rates)
        yield Fault(
            "money.currency",
            told("there is no rate for «{currency}»; known are {known}", currency=proposal.currency, known=known),
        )
    elif _amount_usd(proposal, policy) > MAX_AMOUNT:
        yield Fault(
            "money", told("all contributions together are more than {most:amount} US dollars", most=MAX_AMOUNT)
        )
    limit = money.max_support_rates.get(proposal.partner.kind)
    if proposal.money and limit is not None and proposal.money.support_rate > limit:
        yield Fault(
            "money.support_rate",
            told("is above {limit} %, the most for «{kind:code}»", limit=limit, kind=proposal.partner.kind),
        )


def _amount_usd(proposal: ProposalForm, policy: Policy) -> Decimal:
    """Return all contributions in US dollars, to the cent: limits are held against the figure people see."""
    rate = policy.organisation.money.usd_rates[proposal.currency]
    return (proposal.amount * rate).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
