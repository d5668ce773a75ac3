"""What the organisation's policy makes of a proposal before it becomes a case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from approvals.casework.policy import Policy
from approvals.casework.policy.routes import Circumstances
from approvals.casework.proposal import ProposalForm
from approvals.casework.route import compute_route
from approvals.errors import Fault, PolicyError
from models.risk import RiskLevel


def circumstances(proposal: ProposalForm, policy: Policy, risk: RiskLevel) -> Circumstances:
    """Return what the route of this proposal depends on, at this level of risk."""
    rate = policy.organisation.money.usd_rates[proposal.currency]
    return Circumstances(
        kind=proposal.partner.kind,
        funds=proposal.funds,
        risk=risk,
        level=proposal.level,
        amount_usd=proposal.amount * rate,
        personal_data=proposal.personal_data,
        emblem=proposal.emblem_use != "none",
    )


def figures_of(proposal: ProposalForm, policy: Policy) -> dict[str, Any]:
    """Return what a case shows of its proposal, by name of the case's field: title, level, direction and amount."""
    rate = policy.organisation.money.usd_rates[proposal.currency]
    return {
        "title": proposal.title,
        "level": proposal.level,
        "funds": proposal.funds,
        "currency": proposal.currency,
        "amount": proposal.amount,
        "amount_usd": (proposal.amount * rate).quantize(Decimal("0.01")),
    }


def misfits(proposal: ProposalForm, policy: Policy) -> list[Fault]:
    """Return what in `proposal` this organisation's policy does not know: office, currency, rates, answers."""
    organisation = policy.organisation
    faults = []
    if organisation.office(proposal.office) is None:
        known = ", ".join(office.code for office in organisation.offices)
        faults.append(Fault("office", f"«{proposal.office}» is no office; choose from {known}"))
    if proposal.currency not in organisation.money.usd_rates:
        known = ", ".join(organisation.money.usd_rates)
        return [*faults, Fault("money.currency", f"there is no rate for «{proposal.currency}»; known are {known}")]
    try:
        compute_route(policy, circumstances(proposal, policy, RiskLevel.LOW), office_code=proposal.office)
    except PolicyError as exc:
        faults.append(Fault("funds", exc.summary))
    limit = organisation.money.max_support_rates.get(proposal.partner.kind)
    if proposal.money and limit is not None and proposal.money.support_rate > limit:
        faults.append(Fault("money.support_rate", f"is above {limit} %, the most for «{proposal.partner.kind}»"))
    return faults
