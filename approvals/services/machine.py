"""The machine's work on a case. Every piece locks the case, looks at where it stands, acts and commits.

Everything is safe to run twice: under the lock it is first asked whether there is still something to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from approvals.casework.admission import circumstances
from approvals.casework.conclusions import conclude
from approvals.casework.flags import gravest
from approvals.casework.lifecycle import MACHINE_STAGES, Act, destination
from approvals.casework.policy import Policy
from approvals.casework.policy.amendments import AmendmentRule, DecidedAt
from approvals.casework.progress import ANSWER_PREFIX, Progress, stage_progress
from approvals.casework.proposal import ProposalForm
from approvals.casework.rights import Right, may
from approvals.casework.route import (
    Route,
    Slot,
    compute_route,
    level_above,
    review_of_new_hits,
    share_of_limit,
)
from approvals.casework.second_look import DUE_DILIGENCE, SECOND, second_looks, settled_level
from approvals.casework.short_route import short_route
from approvals.screening.risk import assess_risk
from approvals.services.amendments import not_below_the_amended, take_effect
from approvals.services.assessments import at_least_as_assessed, keep_assessment
from approvals.services.clearing import remember_cleared_hits
from approvals.services.clocks import counting_office, keep_partner_clock
from approvals.services.letters import letters_about
from approvals.services.moves import move_case
from approvals.services.obligations import register_obligations
from approvals.services.policies import policy_of
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries
from approvals.store.amendments import amendment_of
from approvals.store.calendar_queries import Calendars
from approvals.store.deviations import gravest_deviation
from approvals.store.engine import Store
from approvals.store.outbox_queries import settle_machine_work
from approvals.store.partner_queries import assessment_relied_on, partner_of_number, standing_flags
from models.agreement import Agreement, Origin
from models.amendment import Amendment
from models.assessment import EntityAssessment
from models.case import Case, Stage
from models.risk import RiskLevel
from models.task import Task, TaskKind
from models.user import Role, User


class Step(StrEnum):
    """What the machine can do next for a case."""

    SCREEN = "screen"
    DRAFT = "draft"
    OPEN_TASKS = "open_tasks"
    CONCLUDE = "conclude"


LIGHT = frozenset({Step.OPEN_TASKS, Step.CONCLUDE})
"""Steps that only read and write the case; they are taken together, in one transaction."""


@dataclass(frozen=True)
class Standing:
    """All that decides what comes next for a case: its policy, proposal, route and the progress of its stage."""

    case: Case
    policy: Policy
    proposal: ProposalForm
    route: Route
    progress: Progress
    text_from: Origin | None
    amendment: Amendment | None = None
    """What is to change in the agreement in force; None for a new partnership."""
    questioned: bool = False
    """It is in force, and a list that changed brought a hit that is not yet judged."""

    @property
    def step(self) -> Step | None:
        """What the machine can do next; None when a person is awaited or the case is closed."""
        stage, progress = self.case.stage, self.progress
        if not self.case.is_open and not self.questioned:
            return None
        if stage in MACHINE_STAGES and stage not in self.route.passed_over:
            return None if progress.awaited else _STEP_IN[stage]
        if progress.has_work:
            return Step.OPEN_TASKS
        return Step.CONCLUDE if progress.is_complete else None


_STEP_IN = {Stage.SCREENING: Step.SCREEN, Stage.DRAFTING: Step.DRAFT}


def standing(session: Session, case: Case) -> Standing:
    """Return where the case stands. Raises `PolicyError` if its policy has no template for it."""
    policy = policy_of(session, case.policy_hash)
    proposal = queries.form_in_force(session, case)
    agreement = queries.standing_agreement(session, case)
    amendment = amendment_of(session, case)
    text_from = agreement.origin if agreement else None
    assessed = assessment_relied_on(session, case)
    is_standard = text_from in (None, Origin.DRAFTED)
    route = _route(case, policy, proposal, amendment, text_is_standard=is_standard, assessed=assessed)
    tasks = queries.tasks_of_leg(session, case)
    decisions = queries.standing_decisions(session, tasks)
    given = {task.slot: decisions[task.id or 0] for task in tasks if (task.id or 0) in decisions}
    again = second_looks(policy, case.stage, given, risk=case.risk, office_code=case.office_code)
    questioned = case.stage is Stage.IN_FORCE and queries.is_questioned(session, case)
    asked = (review_of_new_hits(policy, case.office_code),) if questioned else route.slots.get(case.stage, ())
    progress = stage_progress((*asked, *again), tasks, decisions)
    return Standing(case, policy, proposal, route, progress, text_from, amendment, questioned)


def route_of(session: Session, case: Case, proposal: ProposalForm, agreement: Agreement | None) -> Route:
    """Return the way of the case, whose proposal in force and standing agreement are given.

    Raises `PolicyError` if its policy has no template for it.
    """
    return _route(
        case,
        policy_of(session, case.policy_hash),
        proposal,
        amendment_of(session, case),
        text_is_standard=agreement is None or agreement.origin is Origin.DRAFTED,
        assessed=assessment_relied_on(session, case),
    )


def _route(
    case: Case,
    policy: Policy,
    proposal: ProposalForm,
    amendment: Amendment | None,
    *,
    text_is_standard: bool,
    assessed: EntityAssessment | None,
) -> Route:
    rule = AmendmentRule.model_validate(amendment.rule) if amendment else None
    route = compute_route(
        policy,
        circumstances(proposal, policy, case.risk or RiskLevel.LOW),
        office_code=case.office_code,
        decision_level=Role(case.decision_level) if case.decision_level else None,
        text_is_standard=text_is_standard,
        assessed=assessed,
        lowest_decides=rule is not None and rule.decided_at is DecidedAt.LOWEST,
    )
    if rule is None:
        return route
    return short_route(route, rule, family=policy.amendments.family, text_is_standard=text_is_standard)


def machine_has_work(session: Session, case: Case) -> bool:
    """The machine can carry the case further without a person."""
    return standing(session, case).step is not None


@dataclass(frozen=True)
class Carried:
    """What the machine did for a case, in words, and the step that must come next.

    `step` is None when a person is awaited or the case is closed.
    """

    step: Step | None
    stage: Stage
    did: tuple[str, ...]


def carry_on(store: Store, reference: str, *, now: datetime) -> Carried:
    """Take every light step that can be taken now, all or none, and return what was done and what comes next.

    When nothing comes next, what the outbox asked of the machine for this case is marked as done, in the same look.
    Raises `NotFound` if there is no such case, `PolicyError` if its policy has no template for it.
    """
    did: list[str] = []
    with transaction(store, now=now) as act:
        case = queries.locked_case(act.session, reference)
        at = standing(act.session, case)
        while at.step in LIGHT:
            did.append(_open_tasks(act, at) if at.step is Step.OPEN_TASKS else _conclude_stage(act, at))
            at = standing(act.session, case)
        if at.step is None:
            _settle(act, case)
        return Carried(at.step, case.stage, tuple(did))


def _settle(act: Transaction, case: Case) -> None:
    case.problem = None
    settle_machine_work(act.session, case, now=act.now)


def note_problem(store: Store, reference: str, problem: str, *, now: datetime) -> None:
    """Let the case show why the machine cannot carry it on. Noting the same problem twice changes nothing."""
    with transaction(store, now=now) as act:
        case = queries.locked_case(act.session, reference)
        if case.problem != problem:
            case.problem = problem
            act.record("ProblemFound", case, payload={"problem": problem})


@contextmanager
def the_step(
    store: Store, reference: str, step: Step, *, now: datetime
) -> Iterator[tuple[Transaction, Standing] | None]:
    """Give transaction and standing when `step` is the case's next, None when another run did it already."""
    with transaction(store, now=now) as act:
        case = queries.locked_case(act.session, reference)
        at = standing(act.session, case)
        yield (act, at) if at.step is step else None


def _open_tasks(act: Transaction, at: Standing) -> str:
    """Open what the case's stage asks of people, all at once."""
    opened = [_task_for(act, at, slot) for slot in at.progress.to_open]
    opened += [_answer_task(act, at, returned) for returned in at.progress.to_answer]
    for task in opened:
        open_task(act, at.case, task)
    keep_partner_clock(act, at.case)
    return f"{at.case.stage}: opened {', '.join(task.slot for task in opened)}"


def open_task(act: Transaction, case: Case, task: Task) -> None:
    """Enter the task, record that it was opened, and write to those who owe it."""
    act.session.add(task)
    act.session.flush()
    act.record(
        "TaskOpened",
        case,
        payload={"task": task.id, "slot": task.slot, "due_on": task.due_on.isoformat() if task.due_on else None},
        letters=letters_about(act.session, case, task, now=act.now),
    )


def _task_for(act: Transaction, at: Standing, slot: Slot) -> Task:
    task = new_task(act, at, slot.kind, slot.name, role=slot.role, office_code=slot.office_code, prompt=slot.prompt)
    if slot.to_submitter:
        _give_to_the_officer(act, at.case, task)
    return task


def _give_to_the_officer(act: Transaction, case: Case, task: Task) -> None:
    """Assign the task to the officer who submitted the case; once they have left, to the officers of the office."""
    officer = act.session.get(User, case.submitted_by)
    if officer is not None and may(officer, Right.DECIDE_TASKS):
        task.assigned_to = officer.id
    else:
        task.office_code = case.office_code


def _answer_task(act: Transaction, at: Standing, returned: Task) -> Task:
    decision = queries.standing_decisions(act.session, [returned])[returned.id or 0]
    prompt = f"Answer what the {returned.role.replace('_', ' ')} asks: {decision.reason}"
    name = ANSWER_PREFIX + returned.slot
    task = new_task(act, at, TaskKind.ANSWER, name, role=Role.OFFICER, office_code=None, prompt=prompt)
    _give_to_the_officer(act, at.case, task)
    return task


def new_task(
    act: Transaction,
    at: Standing,
    kind: TaskKind,
    slot: str,
    *,
    role: Role,
    office_code: str | None,
    prompt: str,
) -> Task:
    """Return a task of the case's present leg, due as its service level says, not yet entered."""
    case = at.case
    assert case.id is not None
    counted_in = counting_office(act.session, case, role, office_code)
    calendar = Calendars(act.session).of(counted_in, at.policy)
    case_is = circumstances(at.proposal, at.policy, case.risk or RiskLevel.LOW)
    deviation = gravest_deviation(act.session, case) if kind is TaskKind.LEGAL_REVIEW else None
    days = at.policy.service_levels.level(kind).days(case.risk, case_is, deviation=deviation)
    due_on = calendar.after(calendar.day(act.now), days)
    return Task(
        case_id=case.id,
        leg=case.leg,
        slot=slot,
        kind=kind,
        stage=case.stage,
        role=role,
        office_code=office_code,
        prompt=prompt,
        opened_at=act.now,
        counted_in=counted_in,
        first_due_on=due_on,
        due_on=due_on,
    )


def _conclude_stage(act: Transaction, at: Standing) -> str:
    """Move the case on as the decisions of its completed stage say."""
    case, came_from = at.case, at.case.stage
    conclusion = conclude(
        case.stage,
        at.progress.done.values(),
        text_from=at.text_from,
        takes_effect=case.stage is at.route.takes_effect_in,
    )
    if conclusion.raises_decision:
        _raise_decision(at)
    if conclusion.act is Act.ASSESS:
        case.risk = settled_level(at.progress.done, case.risk)
        _keep_assessment(act, at)
    if conclusion.act is Act.CLEAR_FINDINGS:
        case.risk = not_below_the_amended(act.session, case, _risk_once_cleared(act, at))
    if conclusion.act in (Act.CLEAR_FINDINGS, Act.LIFT):
        remember_cleared_hits(act, case, at.proposal, at.policy, at.progress.done)
    if conclusion.act is Act.SEND_BACK:
        _let_our_text_stand(act, case)
    to = destination(case.stage, conclusion.act)
    payload = {
        "act": conclusion.act,
        "decisions": {slot: decision.id for slot, decision in at.progress.done.items()},
        "agreement_version": case.agreement_version,
        "passed_over_by": at.route.passed_over.get(case.stage) if conclusion.act is Act.PASS_OVER else None,
    }
    if came_from is Stage.IN_FORCE:
        case.suspended_at, case.suspended_because = None, None
        event = "HitsLifted" if conclusion.act is Act.LIFT else "PartnershipStopped"
        move_case(act, case, to, event=event, payload=payload, within_a_run=True)
        return f"{came_from}: {conclusion.act}, on to {to}"
    move_case(act, case, to, event="StagePassed", payload=payload, within_a_run=True)
    if to is Stage.IN_FORCE:
        register_obligations(act, case, at.proposal, at.policy)
    if to is Stage.EFFECTIVE:
        take_effect(act, case, at.proposal, at.policy)
    return f"{came_from}: {conclusion.act}, on to {to}"


def _risk_once_cleared(act: Transaction, at: Standing) -> RiskLevel:
    """Return the risk level now that a person has cleared what the lists brought up: a namesake is no high risk."""
    flags = standing_flags(act.session, partner_of_number(act.session, at.case.partner_id))
    assessment = assess_risk(
        at.proposal,
        policy=at.policy.risk,
        sectors=at.policy.sectors,
        office_limit_share=share_of_limit(at.policy, at.case.amount_usd),
        later={"sanctions_match": "cleared_strong_reason", "partner_flags": gravest(flags) or "none"},
    )
    return at_least_as_assessed(assessment.level, assessment_relied_on(act.session, at.case))


def _keep_assessment(act: Transaction, at: Standing) -> None:
    done = at.progress.done
    final = done.get(DUE_DILIGENCE + SECOND) or done[DUE_DILIGENCE]
    keep_assessment(act, at.case, at.proposal, at.policy, tier=at.route.tier, decision=final)


def _raise_decision(at: Standing) -> None:
    """Put the decision one level above where it would lie; at the top it stays there."""
    present = at.route.slots[Stage.DECISION][0].role
    at.case.decision_level = level_above(at.policy, present) or present


def _let_our_text_stand(act: Transaction, case: Case) -> None:
    """Put aside the changes of the partner that legal review refused; their text stays on record."""
    ours = queries.our_latest_agreement(act.session, case)
    assert ours is not None
    case.agreement_version = ours.version
