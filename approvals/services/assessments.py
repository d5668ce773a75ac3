"""Assessments of partners: kept after due diligence, relied on by the next proposal, ended by what happens."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from approvals.casework.assessment import Prospect, why_not_relied_on
from approvals.casework.policy import Policy
from approvals.casework.policy.routes import Tier
from approvals.casework.proposal import ProposalForm
from approvals.screening.checks import listed_names
from approvals.screening.verdict import ScreeningResult
from approvals.services.obligations import months_after
from approvals.services.policies import policy_in_force
from approvals.services.transaction import Transaction
from approvals.store import partner_queries, queries
from models.assessment import Ending, EntityAssessment
from models.case import Case
from models.decision import Decision
from models.risk import RiskLevel
from models.screening import Verdict
from models.task import TaskKind

RISK_FINDING = "risk_level"


@dataclass(frozen=True)
class Reliance:
    """The assessment a case relies on, None if none; and why the newest one is not relied on, if there is one."""

    assessment: EntityAssessment | None = None
    why_not: str = ""


def keep_assessment(
    act: Transaction, case: Case, proposal: ProposalForm, policy: Policy, *, tier: Tier, decision: Decision
) -> None:
    """Keep what the due diligence of the case found about the partner itself, so that it can be relied on again.

    Nothing is kept under a policy that does not say which factors are the partner's own.
    """
    if policy.risk.entity is None or case.risk is None:
        return
    factors = _factors_found(act.session, case)
    newest = sorted((one.kind, one.dated_on.isoformat()) for one in proposal.documents)
    act.session.add(
        EntityAssessment(
            partner_id=case.partner_id,
            decision_id=decision.id or 0,
            tier=tier,
            level=case.risk,
            factors={key: factors[key] for key in policy.risk.entity.factors if key in factors},
            documents=dict(newest),
            countries=sorted(proposal.project.countries),
            conditions=list(case.conditions),
            assessed_at=act.now,
            valid_until=months_after(act.now.date(), policy.organisation.validity.months_by_risk[case.risk]),
        )
    )


def reliance_of(
    act: Transaction, case: Case, proposal: ProposalForm, policy: Policy, result: ScreeningResult
) -> Reliance:
    """Return the assessment that a case of this screening may rely on, if there is one."""
    newest = partner_queries.newest_assessment(act.session, case)
    if newest is None:
        return Reliance()
    if case.amends is not None:
        return Reliance(why_not="an amendment that asks for due diligence changes what was assessed")
    prospect = Prospect(
        factors={factor.key: factor.level for factor in result.assessment.factors},
        countries=frozenset(proposal.project.countries),
        has_match=any(
            found.name == listed_names.__name__ and found.verdict is not Verdict.CLEAR for found in result.findings
        ),
        proposers=frozenset(filter(None, (case.submitted_by, case.requested_by))),
        today=act.now.date(),
    )
    assessed_by = _who_assessed(act.session, newest)
    why_not = why_not_relied_on(newest, prospect, policy, assessed_by=assessed_by)
    return Reliance(None if why_not else newest, why_not)


def at_least_as_assessed(level: RiskLevel, assessed: EntityAssessment | None) -> RiskLevel:
    """Return `level`, or that of the assessment a case relies on if it is higher."""
    return max(level, assessed.level, key=lambda one: one.rank) if assessed else level


def end_assessments(act: Transaction, partner_id: int, because: Ending) -> list[int]:
    """End the assessments of the partner, if the policy in force lets this end them, and return their numbers."""
    _, policy = policy_in_force(act.session)
    if because not in policy.organisation.validity.ended_by:
        return []
    standing = partner_queries.standing_assessments(act.session, partner_id)
    for assessment in standing:
        assessment.ended_at, assessment.ended_because = act.now, because
    return [assessment.id or 0 for assessment in standing]


def _factors_found(session: Session, case: Case) -> dict[str, str]:
    """Return the level of each factor in the newest screening of the case."""
    screening = queries.latest_screening(session, case)
    findings = queries.findings_of(session, screening) if screening else ()
    levels = [found.detail["factors"] for found in findings if found.name == RISK_FINDING]
    return dict(levels[0]) if levels else {}


def _who_assessed(session: Session, assessment: EntityAssessment) -> frozenset[int]:
    case = partner_queries.case_of_assessment(session, assessment)
    history = queries.decision_history(session, case)
    return frozenset(one for act in history if act.kind is TaskKind.DUE_DILIGENCE for one in act.people)
