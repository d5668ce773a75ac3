"""Whether an agreement can be drafted for a proposal, asked as soon as it is submitted and not only at drafting."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from approvals.casework.admission import family_of
from approvals.casework.policy import Policy
from approvals.casework.proposal import ProposalForm
from approvals.documents.facts import Facts
from approvals.documents.rules import broken_rules
from approvals.errors import Fault, PolicyError, TemplateError
from approvals.services.templates import template_for
from models.case import Case


def agreement_faults(
    session: Session, proposal: ProposalForm, policy: Policy, *, case: Case | None, today: date
) -> list[Fault]:
    """Return what in `proposal` would stop its agreement: a language it does not exist in, rules it breaks.

    `case` is the one it revises, None if it is new. A proposal that policy has no template for is told elsewhere.
    """
    try:
        family = family_of(proposal, policy)
    except PolicyError:
        return []
    try:
        template = template_for(session, family, proposal.language, case=case, today=today)
    except TemplateError as exc:
        return [Fault("language", str(exc))]
    return broken_rules(template.rules, Facts(proposal=proposal, limits=policy.organisation.money))
