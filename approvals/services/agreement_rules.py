"""The rules of each kind of agreement, held against a proposal as soon as it is submitted."""

from __future__ import annotations

from approvals.casework.policy import Policy
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
    )
    try:
        check_agreement(proposal, limits)
    except InvalidProposal as exc:
        return list(exc.faults)
    return []
