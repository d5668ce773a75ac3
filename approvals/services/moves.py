"""Moving a case from stage to stage: the one place where a stage changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from approvals.casework.lifecycle import Act, destination
from approvals.services.clocks import end_stops, keep_partner_clock
from approvals.services.transaction import Letter, Transaction
from approvals.store import queries
from models.case import ENDS, Case, Stage
from models.task import LIVE, TaskState
from models.user import User


def move_case(
    act: Transaction,
    case: Case,
    to: Stage,
    *,
    event: str,
    by: int | None = None,
    payload: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    letters: Sequence[Letter] = (),
    within_a_run: bool = False,
    tells_officer: bool = True,
) -> None:
    """Put the case into the stage `to` as a new leg, cancel what was still owed, and record `event`.

    The machine is asked to carry the case on from there, unless it is the machine that moves it `within_a_run`: that
    run goes on by itself, and what asked for it stays undone until the case has come to rest.
    """
    for task in queries.tasks_of_leg(act.session, case):
        if task.state in LIVE:
            task.state, task.closed_at = TaskState.CANCELLED, act.now
    came_from = case.stage
    case.stage, case.leg, case.stage_opened_at = to, case.leg + 1, act.now
    closed = to in ENDS
    case.closed_at = act.now if closed else None
    case.problem = None
    if closed or to is Stage.IN_FORCE:
        end_stops(act, case)
    else:
        keep_partner_clock(act, case)
    act.record(
        event,
        case,
        by=by,
        payload={"from": came_from, "to": to, "leg": case.leg, **(payload or {})},
        personal=personal,
        advance=not (closed or within_a_run or (to is Stage.IN_FORCE and came_from is not to)),
        letters=[*letters, *(_news_for_the_officer(act, case) if tells_officer else ())],
    )


def start_again(
    act: Transaction, case: Case, *, event: str, by: int | None = None, payload: Mapping[str, Any] | None = None
) -> None:
    """Put the case back to its screening, with nothing left of what was assessed, decided and drafted since.

    An amendment keeps the risk level of what it amends: it may pass over the stages that would set it anew.
    """
    case.conditions, case.decision_level, case.agreement_version = [], None, None
    case.risk = case.risk if case.amends is not None else None
    move_case(act, case, destination(case.stage, Act.RESTART), event=event, by=by, payload=payload)


def _news_for_the_officer(act: Transaction, case: Case) -> list[Letter]:
    """The officer hears how the case ended; of stages in between, `case show` tells."""
    if case.is_open:
        return []
    officer = act.session.get(User, case.submitted_by)
    assert officer is not None
    ending = "suspended" if case.suspended_at and case.stage is Stage.IN_FORCE else case.stage
    facts = {"reference": case.reference, "title": case.title, "ending": ending}
    return [Letter(officer.email, "case_ended", facts)]
