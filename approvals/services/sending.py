"""Sending a draft: what it rests on, what would keep it from being accepted, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from approvals.casework.admission import misfits
from approvals.casework.amendment import AmendmentForm
from approvals.casework.amendment_file import check_amendment, draw_out
from approvals.casework.changes import changes_from
from approvals.casework.outcomes import Answer
from approvals.casework.policy import Policy
from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import check_proposal
from approvals.casework.telling import told
from approvals.errors import Fault, InvalidProposal
from approvals.services import amendments, cases, tasks
from approvals.services.acquaintance import same_or_new
from approvals.services.agreement_rules import agreement_faults
from approvals.services.answers import revision_faults
from approvals.services.drafts import discard_draft
from approvals.services.policies import policy_in_force, policy_of
from approvals.store import draft_queries, queries
from approvals.store.amendments import amendment_of
from approvals.store.engine import Store
from models.case import Case
from models.decision import Outcome
from models.draft import Draft, DraftPurpose
from models.task import Task
from models.user import User


@dataclass(frozen=True)
class Ground:
    """What a draft rests on: the policy it is held against, and the case and task it is about, if any."""

    draft: Draft
    policy: Policy
    case: Case | None = None
    task: Task | None = None
    amended: Case | None = None
    """The case that would be amended; None if the draft amends nothing."""
    present: ProposalForm | None = None
    """What is proposed or agreed now, and would change; None for a new proposal."""
    said: tuple[ProposalForm, Mapping[str, Any]] | None = None
    """Of a returned amendment, what it said: the proposal as it would be, and the rest; None of anything else."""

    @property
    def key(self) -> str:
        """Under which key it is sent, so that sending it twice makes one case."""
        return key_of(self.draft.id or 0)


@dataclass(frozen=True)
class Filled:
    """What a draft says in plain values: the whole proposal as it would be, and what was said besides."""

    proposal: Mapping[str, Any]
    amendment: Mapping[str, Any]
    """Kind, reason and succession of an amendment; empty if it is none."""
    answer: str
    """What is answered to a return; empty if it is none."""


def key_of(draft: int) -> str:
    """Return the key under which the draft of that number is sent."""
    return f"draft:{draft}"


def ground_of(store: Store, number: int, *, by: User) -> Ground:
    """Return the draft with what it rests on. Raises `NotFound` if `by` has no such draft."""
    with store.session() as session:
        draft = draft_queries.draft_of(session, number, by)
        case = session.get(Case, draft.case_id) if draft.case_id else None
        if draft.purpose is DraftPurpose.PROPOSAL or case is None:
            return Ground(draft, policy_in_force(session)[1], case)
        if draft.purpose is DraftPurpose.AMENDMENT:
            present = queries.form_in_force(session, case)
            return Ground(draft, policy_in_force(session)[1], case, amended=case, present=present)
        task, policy = session.get(Task, draft.task_id), policy_of(session, case.policy_hash)
        present = queries.form_in_force(session, case)
        if case.amends is None:
            return Ground(draft, policy, case, task, present=present)
        amended = amendments.amended_case(session, case)
        agreed, said = queries.form_in_force(session, amended), (present, amendment_said(session, case))
        return Ground(draft, policy, case, task, amended, agreed, said)


def amendment_said(session: Session, case: Case) -> dict[str, Any]:
    """Return what an amendment says besides its changes: kind, reason and succession; empty if it is none."""
    amendment = amendment_of(session, case)
    content = amendment.content if amendment is not None else {}
    return {name: content[name] for name in ("kind", "reason", "succession") if name in content}


def what_is_wrong(store: Store, ground: Ground, filled: Filled, *, by: User, today: date) -> tuple[Fault, ...]:
    """Return everything that would keep the draft from being accepted if it were sent now; empty if nothing would.

    What is not the proposal's own is named by `amendment.kind`, `amendment.reason` and `answer.reason`.
    """
    answer = (
        []
        if ground.task is None or filled.answer
        else [Fault("answer.reason", told("is empty; answer in a sentence"))]
    )
    try:
        proposal = check_proposal(filled.proposal, name="the proposal")
        with store.session() as session:
            return (*answer, *_faults(session, ground, filled, proposal, by, today))
    except InvalidProposal as refused:
        return (*answer, *refused.faults)


def _faults(
    session: Session, ground: Ground, filled: Filled, proposal: ProposalForm, by: User, today: date
) -> list[Fault]:
    policy = ground.policy
    if ground.amended is not None:
        form = _amendment(ground, filled, proposal)
        assert ground.present is not None
        drawn = draw_out(form, ground.present)
        rules = agreement_faults(session, drawn.proposal, policy, case=ground.amended, today=today)
        return [*misfits(drawn.proposal, policy), *rules]
    if ground.case is not None and ground.task is not None:
        return revision_faults(session, ground.case, proposal, policy, today=today)
    house = cases.house_faults(session, proposal, policy, by=by, today=today)
    return [*house, *same_or_new(session, proposal, policy)]


def _amendment(ground: Ground, filled: Filled, proposal: ProposalForm) -> AmendmentForm:
    assert ground.present is not None
    changes = changes_from(ground.present.model_dump(mode="json"), proposal.model_dump(mode="json"))
    if not changes:
        raise InvalidProposal(
            told("Nothing was sent."), [Fault("amendment.kind", told("nothing changes yet; change a page"))]
        )
    try:
        return check_amendment({**filled.amendment, "changes": changes}, name="the amendment")
    except InvalidProposal as refused:
        raise InvalidProposal(refused.summary, [_of_the_amendment(fault) for fault in refused.faults]) from refused


def _of_the_amendment(fault: Fault) -> Fault:
    return Fault(f"amendment.{fault.path}", fault.message) if fault.path in ("kind", "reason") else fault


def sent_before(store: Store, number: int, *, by: User) -> Case | None:
    """Return the case that the draft of that number became when it was sent, None if it was not."""
    with store.session() as session:
        return queries.case_by_key(session, submitted_by=by.id or 0, key=key_of(number))


def send(store: Store, ground: Ground, filled: Filled, *, by: User, now: datetime) -> Case:
    """Send the draft and return the case it became or belongs to; the draft is then gone.

    Raises what `submit`, `amend` and `decide` raise, and keeps the draft then.
    """
    proposal = check_proposal(filled.proposal, name="the proposal")
    case = _sent(store, ground, filled, proposal, by, now)
    discard_draft(store, ground.draft.id or 0, by=by, now=now)
    return case


def _sent(store: Store, ground: Ground, filled: Filled, proposal: ProposalForm, by: User, now: datetime) -> Case:
    if ground.task is not None and ground.case is not None:
        revised = _revised(ground, filled, proposal)
        answer = Answer(Outcome.ANSWERED, filled.answer, proposal=revised)
        tasks.decide(store, ground.task.id or 0, answer, by=by, now=now)
        return ground.case
    if ground.amended is not None:
        form = _amendment(ground, filled, proposal)
        return amendments.amend(store, ground.amended.reference, form, by=by, key=ground.key, now=now)
    return cases.submit(store, proposal, by=by, key=ground.key, now=now)


def _revised(ground: Ground, filled: Filled, proposal: ProposalForm) -> Mapping[str, Any] | None:
    """Return the new version that goes with an answer, None if the answer changes nothing."""
    if ground.amended is not None:
        unchanged = ground.said == (proposal, filled.amendment)
        return None if unchanged else _amendment(ground, filled, proposal).model_dump(mode="json")
    return None if proposal == ground.present else proposal.model_dump(mode="json")
