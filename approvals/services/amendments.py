"""Amendments of agreements in force: submitted, revised, and brought into effect.

An amendment is a case of its own that names the case it amends. Its proposal is what the agreement would then say, so
screening, route, decisions, text and signature are those of any case, only fewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from approvals.casework.admission import figures_of, misfits
from approvals.casework.amendment import AmendmentForm
from approvals.casework.amendment_file import Drawn, check_amendment, draw_out
from approvals.casework.extent import extent_of
from approvals.casework.lifecycle import Act, destination
from approvals.casework.policy import Policy
from approvals.casework.policy.amendments import AmendmentRule, CountedFrom, Extent
from approvals.casework.proposal import ProposalForm
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.errors import Fault, InvalidProposal, NotAllowed, WrongStage
from approvals.services.acquaintance import partner_of_revision
from approvals.services.agreement_rules import agreement_faults
from approvals.services.cases import add_proposal_version, number_of
from approvals.services.obligations import renew_obligations
from approvals.services.policies import policy_in_force, policy_of
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries
from approvals.store.amendments import (
    amendment_of,
    extensions_of,
    first_signed,
    last_signed,
    open_amendment_of,
)
from approvals.store.engine import Store
from approvals.store.references import next_reference
from approvals.store.trail import digest
from models.amendment import Amendment
from models.case import Case, Stage
from models.risk import RiskLevel
from models.user import User


def amend(store: Store, reference: str, form: AmendmentForm, *, by: User, key: str, now: datetime) -> Case:
    """Record `form` as an amendment of the case in force and return its own case; the machine then starts on it.

    `key` is the sender's own: sending the same key again returns the case it made the first time. Raises `NotAllowed`
    if `by` did not submit the amended case, `WrongStage` if that is not in force or being amended already,
    `InvalidProposal` with everything that is wrong with the amendment.
    """
    require(by, Right.AMEND_PARTNERSHIP)
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, f"submit:{by.id}:{key}")
        amended = queries.locked_case(act.session, reference, seen_by=by)
        earlier = queries.case_by_key(act.session, submitted_by=number_of(by), key=key)
        if earlier is not None:
            return _same_amendment(act.session, earlier, amended, form)
        _refuse_unless_amendable(act.session, amended, by)
        policy_hash, policy = policy_in_force(act.session)
        judged = _judge(act, amended, form, policy)
        case = _new_case(act, amended, judged.drawn.proposal, policy, key, policy_hash)
        _keep_version(act, case, amended, judged, by=number_of(by))
        act.record(
            "ProposalSubmitted",
            case,
            by=by.id,
            payload={
                "reference": case.reference,
                "stage": case.stage,
                "amends": amended.reference,
                "kind": form.kind,
                "handling": judged.rule.handling,
                "proposal_hash": digest(judged.drawn.proposal.model_dump(mode="json")),
                "policy_hash": policy_hash,
            },
            advance=True,
        )
    return case


def revise(act: Transaction, case: Case, values: Mapping[str, Any], *, answers: str, by: User) -> None:
    """Keep `values` as the next version of the amendment `case`, judged anew; `answers` names the returned slot.

    Raises `InvalidProposal` with everything that is wrong with it.
    """
    form = check_amendment(values, name="the revised amendment")
    amended, policy = amended_case(act.session, case), policy_of(act.session, case.policy_hash)
    judged = _judge(act, amended, form, policy)
    case.proposal_version += 1
    case.partner_id = _partner(act, amended, judged.drawn.proposal, policy)
    for name, value in figures_of(judged.drawn.proposal, policy).items():
        setattr(case, name, value)
    _keep_version(act, case, amended, judged, by=number_of(by))
    case.conditions, case.decision_level, case.agreement_version, case.risk = [], None, None, amended.risk
    payload = {"version": case.proposal_version, "answers": answers, "handling": judged.rule.handling}
    act.record("ProposalRevised", case, by=by.id, payload=payload)


def take_effect(act: Transaction, case: Case, proposal: ProposalForm, policy: Policy) -> None:
    """Let the amended case go on as the amendment `case` says: its proposal, figures, conditions and obligations.

    Raises `WrongStage` if the amended case is no longer in force, or no longer says what the amendment changes.
    """
    amendment = amendment_of(act.session, case)
    assert amendment is not None
    # The amended case may have been read before; only what is read under the lock is the last word.
    amended = act.session.get(Case, case.amends, with_for_update=True, populate_existing=True)
    assert amended is not None
    if amended.stage is not Stage.IN_FORCE or amended.proposal_version != amendment.base_version:
        raise WrongStage(
            told(
                "{reference} is no longer what {amendment} amends; withdraw the amendment.",
                reference=amended.reference,
                amendment=case.reference,
            )
        )
    act.session.flush()  # the database lets a version name only an amendment that took effect
    amended.proposal_version += 1
    add_proposal_version(act, amended, proposal, by=case.submitted_by, amended_by=case.id)
    amended.partner_id = case.partner_id
    for name, value in figures_of(proposal, policy_of(act.session, amended.policy_hash)).items():
        setattr(amended, name, value)
    amended.conditions = [*amended.conditions, *case.conditions]
    screened = queries.latest_screening(act.session, case) is not None
    amended.risk = case.risk if screened else amended.risk
    act.record(
        "Amended",
        amended,
        payload={
            "amendment": case.reference,
            "kind": amendment.kind,
            "handling": amendment.handling,
            "version": amended.proposal_version,
        },
    )
    renew_obligations(act, amended, proposal, policy, amendment=case, assessed_again=screened)


def amended_case(session: Session, case: Case) -> Case:
    """Return the case that the amendment `case` amends."""
    amended = session.get(Case, case.amends)
    assert amended is not None
    return amended


def not_below_the_amended(session: Session, case: Case, risk: RiskLevel) -> RiskLevel:
    """Return `risk`, or that of the case `case` amends where it is higher: people set that one."""
    floor = amended_case(session, case).risk if case.amends is not None else None
    return max(risk, floor or risk, key=lambda level: level.rank)


def _same_amendment(session: Session, case: Case, amended: Case, form: AmendmentForm) -> Case:
    first = session.get(Amendment, (case.id, 1))
    if first is None or case.amends != amended.id or first.content != form.model_dump(mode="json"):
        raise InvalidProposal(
            told("Nothing was submitted."),
            [
                Fault(
                    "key",
                    told(
                        "this key belongs to {reference}, which says something else; use a new key",
                        reference=case.reference,
                    ),
                )
            ],
        )
    return case


def _refuse_unless_amendable(session: Session, amended: Case, by: User) -> None:
    reference = amended.reference
    if amended.submitted_by != by.id:
        raise NotAllowed(
            told("{reference} was submitted by somebody else; only that officer may amend it.", reference=reference)
        )
    if amended.amends is not None:
        parent = amended_case(session, amended).reference
        raise WrongStage(
            told(
                "{reference} is itself an amendment; amend {parent}, which says what is agreed now.",
                reference=reference,
                parent=parent,
            )
        )
    if amended.stage is Stage.ENDED:
        raise WrongStage(
            told("{reference} has ended, so nothing is left to amend; submit a new proposal.", reference=reference)
        )
    if amended.stage is not Stage.IN_FORCE:
        raise WrongStage(
            told(
                "{reference} is in stage «{stage:code}»; only an agreement in force is amended. "
                "Before, answer a return with a revised proposal, or withdraw the case.",
                reference=reference,
                stage=amended.stage,
            )
        )
    under_way = open_amendment_of(session, amended)
    if under_way is not None:
        raise WrongStage(
            told(
                "{reference} is being amended by {amendment}; finish or withdraw that first.",
                reference=reference,
                amendment=under_way.reference,
            )
        )


@dataclass(frozen=True)
class _Judged:
    """An amendment drawn out, how far it goes, and the rule of the policy that fits."""

    drawn: Drawn
    extent: Extent
    rule: AmendmentRule


def _judge(act: Transaction, amended: Case, form: AmendmentForm, policy: Policy) -> _Judged:
    session = act.session
    drawn = draw_out(form, queries.form_in_force(session, amended))
    rules = agreement_faults(session, drawn.proposal, policy, case=amended, today=act.now.date())
    faults = [*misfits(drawn.proposal, policy), *rules]
    if faults:
        raise InvalidProposal(told("The amendment was not submitted."), faults)
    signed = _SIGNED[policy.amendments.counted_from](session, amended)
    extent = extent_of(drawn, signed=signed, extensions_before=extensions_of(session, amended))
    return _Judged(drawn, extent, policy.amendments.rule_for(extent))


_SIGNED = {CountedFrom.FIRST_SIGNATURE: first_signed, CountedFrom.LAST_SIGNATURE: last_signed}


def _new_case(
    act: Transaction, amended: Case, proposal: ProposalForm, policy: Policy, key: str, policy_hash: str
) -> Case:
    case = Case(
        reference=next_reference(act.session, act.now.year),
        submission_key=key,
        amends=amended.id,
        partner_id=_partner(act, amended, proposal, policy),
        office_code=amended.office_code,
        submitted_by=amended.submitted_by,
        requested_by=amended.requested_by,
        stage=destination(Stage.DRAFT, Act.SUBMIT),
        policy_hash=policy_hash,
        risk=amended.risk,
        stage_opened_at=act.now,
        submitted_at=act.now,
        **figures_of(proposal, policy),
    )
    act.session.add(case)
    act.session.flush()
    return case


def _partner(act: Transaction, amended: Case, proposal: ProposalForm, policy: Policy) -> int:
    before = queries.form_in_force(act.session, amended)
    return partner_of_revision(
        act, proposal, policy, before=before, partner=amended.partner_id, by=amended.submitted_by
    )


def _keep_version(act: Transaction, case: Case, amended: Case, judged: _Judged, *, by: int) -> None:
    assert case.id is not None
    add_proposal_version(act, case, judged.drawn.proposal, by=by)
    act.session.flush()  # its amendment points to it
    extent = {
        name: str(value) if name.endswith("per_cent") else value for name, value in asdict(judged.extent).items()
    }
    act.session.add(
        Amendment(
            case_id=case.id,
            version=case.proposal_version,
            base_version=amended.proposal_version,
            kind=judged.drawn.form.kind,
            content=judged.drawn.form.model_dump(mode="json"),
            changes=[change.as_dict() for change in judged.drawn.changes],
            extent={**extent, "fields": list(judged.extent.fields)},
            handling=judged.rule.handling,
            rule=judged.rule.model_dump(mode="json"),
        )
    )
