"""Screening a case: the machine's check of its proposal, kept with every finding."""

from __future__ import annotations

from datetime import datetime

from approvals.casework.lifecycle import Act, destination
from approvals.casework.route import share_of_limit
from approvals.screening.verdict import ScreeningResult, screen
from approvals.services.acquaintance import known_partners
from approvals.services.amendments import not_below_the_amended
from approvals.services.assessments import at_least_as_assessed, reliance_of
from approvals.services.clearing import cleared_before
from approvals.services.machine import Standing, Step, the_step
from approvals.services.moves import move_case
from approvals.services.screening_record import keep_screening
from approvals.services.transaction import Transaction
from approvals.services.watchlists import as_known, name_index
from approvals.store.engine import Store
from approvals.store.list_queries import lists_in_force
from approvals.store.partner_queries import partner_of_number, standing_flags
from models.case import Stage
from models.screening import Verdict

ACTS = {
    Verdict.CLEAR: Act.FIND_CLEAR,
    Verdict.REVIEW: Act.FIND_DOUBT,
    Verdict.STOP: Act.FIND_FORBIDDEN,
}


def screen_case(store: Store, reference: str, *, now: datetime) -> ScreeningResult | None:
    """Screen the case's proposal, keep every finding, move the case on, and return the result.

    None if another run screened it already.
    """
    with the_step(store, reference, Step.SCREEN, now=now) as given:
        if given is None:
            return None
        act, at = given
        result = _screened(act, at)
        reliance = reliance_of(act, at.case, at.proposal, at.policy, result)
        keep_screening(
            act,
            at.case,
            result.findings,
            verdict=result.verdict,
            risk=result.risk,
            lists=result.lists,
            relies_on=reliance.assessment,
        )
        risk = at_least_as_assessed(result.risk, reliance.assessment)
        at.case.risk = not_below_the_amended(act.session, at.case, risk)
        if reliance.assessment:
            at.case.conditions = [*at.case.conditions, *reliance.assessment.conditions]
        counts = {str(verdict): sum(f.verdict is verdict for f in result.findings) for verdict in Verdict}
        payload = {
            "verdict": result.verdict,
            "risk": at.case.risk,
            "findings": counts,
            "relies_on_assessment": reliance.assessment.id if reliance.assessment else None,
            "earlier_assessment_not_used": reliance.why_not,
        }
        to = destination(Stage.SCREENING, ACTS[result.verdict])
        move_case(act, at.case, to, event="CaseScreened", payload=payload, within_a_run=True)
        return result


def _screened(act: Transaction, at: Standing) -> ScreeningResult:
    lists = lists_in_force(act.session)
    return screen(
        at.proposal,
        policy=at.policy,
        index=name_index(act.session, lists, at.policy),
        lists=[as_known(version) for version in lists],
        register=known_partners(act.session, at.proposal.partner, outside=at.case),
        office_limit_share=share_of_limit(at.policy, at.case.amount_usd),
        today=act.now.date(),
        cleared=cleared_before(act.session, at.case.partner_id),
        flags=standing_flags(act.session, partner_of_number(act.session, at.case.partner_id)),
    )
