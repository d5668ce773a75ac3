"""What was approved, by source of funds, year, region and level, from the proposals as they were decided on."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from sqlmodel import Session

from approvals.casework.admission import figures_of
from approvals.casework.policy import Policy
from approvals.casework.proposal import ProposalForm
from approvals.casework.rights import Right, require
from approvals.reporting.funds import Approved
from approvals.services.policies import policy_in_force, policy_of
from approvals.services.turnaround import in_sight
from approvals.store.engine import Store
from approvals.store.funds_queries import approved_proposals
from models.office import OfficeKind
from models.user import User


def approved_partnerships(store: Store, *, by: User) -> tuple[list[Approved], Policy]:
    """Return every new partnership approved that `by` may see, oldest first, and the policy that names the sources.

    Amounts are in US dollars at the rate of the policy the case keeps. Raises `NotAllowed` if `by` may not see
    turnaround times.
    """
    require(by, Right.SEE_TURNAROUND)
    with store.session() as session:
        _, policy = policy_in_force(session)
        return approved_in_sight(session, policy, offices=in_sight(session, by)), policy


def approved_in_sight(session: Session, policy: Policy, *, offices: Collection[str] | None) -> list[Approved]:
    """Return every new partnership of these `offices`, or of all, that was approved, oldest first."""
    kept = cache(lambda policy_hash: policy_of(session, policy_hash))
    approved = []
    for one in approved_proposals(session, offices=offices):
        form = ProposalForm.model_validate(one.content)
        approved.append(
            Approved(
                reference=one.reference,
                year=one.decided_at.year,
                source=policy.figures.source_of(form.partner.kind),
                region=_region(policy, one.office_code),
                level=form.level,
                amount_usd=figures_of(form, kept(one.policy_hash))["amount_usd"],
            )
        )
    return approved


def _region(policy: Policy, office_code: str) -> str:
    """Return the regional office over an office, or the office itself if it is none below a region."""
    office = policy.organisation.office(office_code)
    if office is not None and office.kind is OfficeKind.AREA and office.parent is not None:
        return office.parent
    return office_code
