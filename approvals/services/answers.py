"""An officer's answer to a return: a sentence, or a new version of the proposal."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from approvals.casework.admission import figures_of, misfits
from approvals.casework.lifecycle import APPROVED, Act, destination
from approvals.casework.outcomes import Answer
from approvals.casework.policy import Policy
from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import check_proposal
from approvals.casework.telling import told
from approvals.errors import Fault, InvalidProposal
from approvals.services import amendments
from approvals.services.acquaintance import partner_of_revision
from approvals.services.agreement_rules import agreement_faults
from approvals.services.cases import add_proposal_version
from approvals.services.moves import move_case, start_again
from approvals.services.policies import policy_of
from approvals.services.transaction import Transaction
from approvals.store import queries
from models.case import Case
from models.user import User


def keep_answer(act: Transaction, case: Case, returned_slot: str, answer: Answer, *, by: User) -> None:
    """Keep what the officer answered to the return of `returned_slot`.

    A new proposal becomes the next version. The case resumes where it was, with two exceptions: if the new version
    changes what screening and route rest on, it starts again at screening; if there is an agreement already, it is
    drafted anew. A revised amendment always starts again, as it is judged anew. Raises `InvalidProposal` if the new
    proposal has faults.
    """
    if answer.proposal is None:
        return
    assert by.id is not None
    if case.amends is not None:
        amendments.revise(act, case, answer.proposal, answers=returned_slot, by=by)
        start_again(act, case, event="CaseRestarted", by=by.id, payload={"because_of": ["amendment"]})
        return
    revised = check_proposal(answer.proposal, name="the revised proposal")
    policy = policy_of(act.session, case.policy_hash)
    before = queries.form_in_force(act.session, case)
    faults = revision_faults(act.session, case, revised, policy, today=act.now.date())
    if faults:
        raise InvalidProposal(told("The answer was not recorded."), faults)
    case.proposal_version += 1
    add_proposal_version(act, case, revised, by=by.id)
    for name, value in figures_of(revised, policy).items():
        setattr(case, name, value)
    changed = sorted(name for name in _FOUNDATIONS if getattr(before, name) != getattr(revised, name))
    act.record(
        "ProposalRevised",
        case,
        by=by.id,
        payload={"version": case.proposal_version, "answers": returned_slot, "changed_foundations": changed},
    )
    if changed:
        case.partner_id = partner_of_revision(act, revised, policy, before=before, partner=case.partner_id, by=by.id)
        start_again(act, case, event="CaseRestarted", by=by.id, payload={"because_of": changed})
    elif case.stage in APPROVED:
        to, payload = destination(case.stage, Act.REDRAFT), {"because_of": ["proposal"]}
        move_case(act, case, to, event="RedraftStarted", by=by.id, payload=payload)


def revision_faults(
    session: Session, case: Case, revised: ProposalForm, policy: Policy, *, today: date
) -> list[Fault]:
    """Return what keeps `revised` from being the next version of the case's proposal; empty if nothing does."""
    before = queries.form_in_force(session, case)
    faults = [*misfits(revised, policy), *agreement_faults(session, revised, policy, case=case, today=today)]
    if revised.office != before.office:
        faults.append(Fault("office", told("a case stays with its office ({office})", office=before.office)))
    if revised.requested_by != before.requested_by:
        # Who asked may not decide; naming another afterwards would set them free.
        faults.append(
            Fault(
                "requested_by", told("stays as it was submitted ({person})", person=before.requested_by or "nobody")
            )
        )
    return faults


_FOUNDATIONS = (
    "partner",
    "partner_is",
    "level",
    "funds",
    "amount",
    "currency",
    "criteria",
    "risk_factors",
    "personal_data",
    "beneficiary_contact",
    "emblem_use",
)
"""Parts of a proposal that screening, risk and route rest on."""
