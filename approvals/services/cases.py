"""Acts on a whole case: submit, withdraw, end."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from approvals.casework.admission import figures_of, misfits
from approvals.casework.lifecycle import Act, destination
from approvals.casework.plain_text import faults_of_text
from approvals.casework.policy import Policy
from approvals.casework.proposal import ProposalForm, partner_reference
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.errors import Fault, InvalidProposal, NotAllowed, WrongStage
from approvals.services.acquaintance import partner_in_register
from approvals.services.agreement_rules import agreement_faults
from approvals.services.moves import move_case
from approvals.services.policies import policy_in_force
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries
from approvals.store.amendments import open_amendment_of
from approvals.store.engine import Store
from approvals.store.references import next_reference
from approvals.store.trail import digest
from models.case import ENDS, Case, Stage
from models.proposal import Proposal
from models.user import User


def submit(store: Store, proposal: ProposalForm, *, by: User, key: str, now: datetime) -> Case:
    """Record `proposal` as a new case and return it; the machine then starts to work on it.

    `key` is the sender's own: sending the same key again returns the case it made the first time. Raises
    `NotAllowed` if `by` is no officer, `InvalidProposal` if office, requester or currency are unknown, or if no
    agreement can be drawn up: none exists in the language, or a rule of its template is broken.
    """
    require(by, Right.SUBMIT_PROPOSAL)
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, f"submit:{by.id}:{key}")
        earlier = queries.case_by_key(act.session, submitted_by=number_of(by), key=key)
        if earlier is not None:
            return _same_proposal(act.session, earlier, proposal)
        policy_hash, policy = policy_in_force(act.session)
        requester = _fit_for_this_house(act, proposal, policy, by)
        case = _new_case(act, proposal, policy, by, key, policy_hash, requester)
        act.record(
            "ProposalSubmitted",
            case,
            by=by.id,
            payload={
                "reference": case.reference,
                "stage": case.stage,
                "partner": partner_reference(case.partner_id),
                "partner_is": proposal.partner_is,
                "proposal_hash": digest(proposal.model_dump(mode="json")),
                "policy_hash": policy_hash,
            },
            advance=True,
        )
    return case


def withdraw(store: Store, reference: str, *, by: User, reason: str, now: datetime) -> Case:
    """End the case because the officer who submitted it takes it back, and return it.

    Raises `NotAllowed` if `by` did not submit it, `WrongStage` if it is closed or in force, `InvalidProposal`
    if no reason is given.
    """
    return _officer_ends(store, reference, Act.WITHDRAW, "CaseWithdrawn", by=by, reason=reason, now=now)


def end_partnership(store: Store, reference: str, *, by: User, reason: str, now: datetime) -> Case:
    """Record that a partnership in force has come to its end, and return the case.

    Raises `NotAllowed` if `by` did not submit it, `WrongStage` if it is not in force.
    """
    return _officer_ends(store, reference, Act.END, "PartnershipEnded", by=by, reason=reason, now=now)


def _officer_ends(
    store: Store, reference: str, act_name: Act, event: str, *, by: User, reason: str, now: datetime
) -> Case:
    right = Right.WITHDRAW_CASE if act_name is Act.WITHDRAW else Right.END_PARTNERSHIP
    require(by, right)
    if faults := faults_of_text("reason", reason, if_empty=told("say why, in a sentence")):
        raise InvalidProposal(told("Nothing was changed."), faults)
    with transaction(store, now=now) as act:
        case = queries.locked_case(act.session, reference, seen_by=by)
        if case.submitted_by != by.id:
            raise NotAllowed(
                told(
                    "{reference} was submitted by somebody else; only that officer may {right:words}.",
                    reference=reference,
                    right=right,
                )
            )
        if case.stage in ENDS:
            raise WrongStage(
                told("{reference} is closed already ({stage:code}).", reference=reference, stage=case.stage)
            )
        under_way = open_amendment_of(act.session, case)
        if under_way is not None:
            raise WrongStage(
                told(
                    "{reference} is being amended by {amendment}; finish or withdraw that first.",
                    reference=reference,
                    amendment=under_way.reference,
                )
            )
        to = destination(case.stage, act_name)
        move_case(act, case, to, event=event, by=by.id, personal={"reason": reason.strip()})
    return case


def number_of(user: User) -> int:
    """Return the number of somebody who is entered."""
    assert user.id is not None
    return user.id


def _same_proposal(session: Session, case: Case, proposal: ProposalForm) -> Case:
    first = session.get(Proposal, (case.id, 1))
    assert first is not None
    if first.content_hash != digest(proposal.model_dump(mode="json")):
        raise InvalidProposal(
            told("Nothing was submitted."),
            [
                Fault(
                    "key",
                    told(
                        "this key belongs to {reference}, whose proposal is another; use a new key",
                        reference=case.reference,
                    ),
                )
            ],
        )
    return case


def house_faults(session: Session, proposal: ProposalForm, policy: Policy, *, by: User, today: date) -> list[Fault]:
    """Return what keeps `proposal` from becoming a case of `by` under this policy; empty if nothing does.

    Whether its partner is a new one is asked elsewhere.
    """
    faults = [*misfits(proposal, policy), *agreement_faults(session, proposal, policy, case=None, today=today)]
    if proposal.office != by.office_code and policy.organisation.office(proposal.office) is not None:
        faults.append(
            Fault(
                "office",
                told(
                    "you belong to {office_code}; a colleague of {office} must submit",
                    office_code=by.office_code,
                    office=proposal.office,
                ),
            )
        )
    if proposal.requested_by and queries.user_by_email(session, proposal.requested_by) is None:
        faults.append(
            Fault(
                "requested_by",
                told("{requested_by} is not known here; ask your administrator", requested_by=proposal.requested_by),
            )
        )
    return faults


def _fit_for_this_house(act: Transaction, proposal: ProposalForm, policy: Policy, by: User) -> User | None:
    """Return who asked for the proposal, None if nobody else did. Raises `InvalidProposal` with every misfit."""
    faults = house_faults(act.session, proposal, policy, by=by, today=act.now.date())
    if faults:
        raise InvalidProposal(told("The proposal was not submitted."), faults)
    return queries.user_by_email(act.session, proposal.requested_by) if proposal.requested_by else None


def _new_case(
    act: Transaction,
    proposal: ProposalForm,
    policy: Policy,
    by: User,
    key: str,
    policy_hash: str,
    requester: User | None,
) -> Case:
    case = Case(
        reference=next_reference(act.session, act.now.year),
        submission_key=key,
        partner_id=partner_in_register(act, proposal, policy, by=number_of(by)),
        office_code=proposal.office,
        submitted_by=number_of(by),
        requested_by=requester.id if requester else None,
        stage=destination(Stage.DRAFT, Act.SUBMIT),
        policy_hash=policy_hash,
        stage_opened_at=act.now,
        submitted_at=act.now,
        **figures_of(proposal, policy),
    )
    act.session.add(case)
    act.session.flush()
    add_proposal_version(act, case, proposal, by=number_of(by))
    return case


def add_proposal_version(
    act: Transaction, case: Case, proposal: ProposalForm, *, by: int, amended_by: int | None = None
) -> None:
    """Keep `proposal` as the version `case.proposal_version` of the case's proposal."""
    assert case.id is not None
    content = proposal.model_dump(mode="json")
    act.session.add(
        Proposal(
            case_id=case.id,
            version=case.proposal_version,
            content=content,
            content_hash=digest(content),
            submitted_by=by,
            submitted_at=act.now,
            amended_by=amended_by,
        )
    )
