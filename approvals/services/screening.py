"""Screening: the machine's check of a proposal, importing lists, and the question «may I talk to them?»."""

from __future__ import annotations

from datetime import datetime

from approvals.casework.lifecycle import Act, destination
from approvals.screening.verdict import ScreeningResult, screen
from approvals.services.machine import Standing, Step, the_step
from approvals.services.moves import move_case
from approvals.services.transaction import Transaction
from approvals.store.engine import Store
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
        _keep(act, at.case, result)
        at.case.risk = result.risk
        counts = {str(verdict): sum(f.verdict is verdict for f in result.findings) for verdict in Verdict}
        payload = {"verdict": result.verdict, "risk": result.risk, "findings": counts}
        move_case(
            act, at.case, destination(Stage.SCREENING, ACTS[result.verdict]), event="CaseScreened", payload=payload
        )
        return result


def _screened(act: Transaction, at: Standing) -> ScreeningResult:
    lists = lists_in_force(act.session)
    return screen(
        at.proposal,
        policy=at.policy,
        index=_index(act.session, lists, at.policy),
        lists=[_as_known(version) for version in lists],
        register=_register(act.session, except_case=at.case),
        office_limit_share=_share_of_limit(at),
        today=act.now.date(),
    )
