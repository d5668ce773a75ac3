"""What lies ahead of a proposal: its route with people and working days, and the day it may be signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from approvals.casework.admission import circumstances, figures_of
from approvals.casework.policy import Policy
from approvals.casework.proposal import ProposalForm
from approvals.casework.rights import Right, require
from approvals.casework.route import compute_route, share_of_limit
from approvals.casework.timetable import ExpectedStage, timetable
from approvals.errors import PolicyError
from approvals.screening.risk import assess_risk
from approvals.services.machine import standing
from approvals.services.restrictions import note_reading
from approvals.store import queries
from approvals.store.calendar_queries import Calendars
from approvals.store.engine import Store
from models.case import Stage
from models.risk import RiskLevel
from models.user import User


@dataclass(frozen=True)
class Prospect:
    """The stages ahead with whom they ask, those left out and why, and when all this is done.

    `expected_on` supposes that everybody takes all the time the policy gives, and that nothing is returned.
    """

    risk: RiskLevel
    stages: tuple[ExpectedStage, ...]
    left_out: Mapping[Stage, str]
    our_days: int
    partner_days: int
    expected_on: date


def prospect_of(store: Store, proposal: ProposalForm, policy: Policy, *, today: date) -> Prospect | None:
    """Return what lies ahead if `proposal` were submitted today and no name on a list resembles its partner.

    None if the policy has no route for it.
    """
    with store.session() as session:
        return _of_a_proposal(session, proposal, policy, today)


def _of_a_proposal(session: Session, proposal: ProposalForm, policy: Policy, today: date) -> Prospect | None:
    risk = assess_risk(
        proposal,
        policy=policy.risk,
        sectors=policy.sectors,
        office_limit_share=share_of_limit(policy, figures_of(proposal, policy)["amount_usd"]),
        later={"sanctions_match": "none", "partner_flags": "none"},
    ).level
    case = circumstances(proposal, policy, risk)
    try:
        route = compute_route(policy, case, office_code=proposal.office)
    except PolicyError:
        return None
    stages = timetable(policy, route, risk, case)
    return _summed_up(session, policy, proposal.office, risk, stages, route.passed_over, today)


def prospect_of_case(store: Store, reference: str, *, by: User, today: date) -> Prospect | None:
    """Return what lies ahead of a case from its present stage on; None if it is closed or has no route.

    Raises `NotFound` if there is none that `by` may see.
    """
    require(by, Right.SEE_CASES)
    with store.session() as session:
        case = queries.case_by_reference(session, reference, seen_by=by)
        note_reading(store, case, by=by)
        try:
            at = standing(session, case)
        except PolicyError:
            return None
        if not case.is_open:
            return None
        if case.risk is None and case.amends is None:
            return _of_a_proposal(session, at.proposal, at.policy, today)
        risk = case.risk or RiskLevel.LOW
        order = list(Stage)
        ahead = [
            one for one in timetable(at.policy, at.route, risk) if order.index(one.stage) >= order.index(case.stage)
        ]
        return _summed_up(session, at.policy, case.office_code, risk, tuple(ahead), at.route.passed_over, today)


def _summed_up(
    session: Session,
    policy: Policy,
    office_code: str,
    risk: RiskLevel,
    stages: tuple[ExpectedStage, ...],
    left_out: Mapping[Stage, str],
    today: date,
) -> Prospect:
    ours, theirs = sum(one.our_days for one in stages), sum(one.partner_days for one in stages)
    together = sum(max(one.our_days, one.partner_days) for one in stages)
    expected = Calendars(session).of(office_code, policy).after(today, together)
    return Prospect(risk, stages, left_out, ours, theirs, expected)
