"""The rules of each kind of agreement, held against a proposal as soon as it is submitted."""

from __future__ import annotations

from typing import Any

from approvals.casework.policy import Policy
from approvals.casework.policy.organisation import UnTransferRules
from approvals.casework.proposal import ProposalForm
from approvals.documents.fields import AgreementLimits, check_agreement
from approvals.errors import Fault, InvalidProposal
from models.partner import PartnerKind


def broken_agreement_rules(proposal: ProposalForm, policy: Policy) -> list[Fault]:
    """Return the binding rules of its agreement that the proposal breaks, so that drafting never finds them late."""
    money = policy.organisation.money
    limits = AgreementLimits(
        eu_indirect_rate_max=money.max_support_rates.get(PartnerKind.EUROPEAN_UNION),
        outputs_months_before_closing=money.world_bank_outputs_months_before_closing,
        usd_rate=money.usd_rates.get(proposal.currency),
        **_un_limits(money.un_transfer),
    )
    try:
        check_agreement(proposal, limits)
    except InvalidProposal as exc:
        return list(exc.faults)
    return []


def _un_limits(rules: UnTransferRules | None) -> dict[str, Any]:
    if rules is None:
        return {}
    return {
        "un_full_advance_below_usd": rules.full_advance_below_usd,
        "un_full_advance_below_months": rules.full_advance_below_months,
        "un_first_instalment_max_percent": rules.first_instalment_max_percent,
    }
