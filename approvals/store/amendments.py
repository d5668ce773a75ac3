"""Named questions about amendments: what a case amends, what amended it, and which text both sides signed last."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import Select

from approvals.casework.proposal import ProposalForm
from models.amendment import Amendment, AmendmentKind, Handling
from models.case import Case, Stage
from models.proposal import Proposal


def amendment_of(session: Session, case: Case) -> Amendment | None:
    """Return what `case` is to change, in the version it now rests on; None if it is a new partnership."""
    return session.get(Amendment, (case.id, case.proposal_version)) if case.amends is not None else None


def open_amendment_of(session: Session, case: Case) -> Case | None:
    """Return the amendment of `case` that is under way, None if there is none. There is never a second."""
    return session.exec(select(Case).where(Case.amends == case.id, col(Case.closed_at).is_(None))).first()


def amendments_of(session: Session, case: Case) -> list[tuple[Case, Amendment]]:
    """Return every amendment of `case` with what it says now, whatever became of it, oldest first."""
    return list(session.exec(_amendments(case).order_by(col(Case.id))))


def extensions_of(session: Session, case: Case) -> int:
    """Return how many no-cost extensions of `case` took effect."""
    query = _in_effect(case).where(Amendment.kind == AmendmentKind.NO_COST_EXTENSION)
    return len(session.exec(query).all())


def signed_amendments_before(session: Session, case: Case) -> int:
    """Return how many amendments of the case that `case` amends both sides signed before it."""
    query = (
        select(func.count())
        .select_from(Amendment)
        .join(Case, (col(Case.id) == col(Amendment.case_id)) & (col(Case.proposal_version) == col(Amendment.version)))
        .where(Case.amends == case.amends, Case.stage == Stage.EFFECTIVE, col(Case.id) < case.id)
        .where(Amendment.handling == Handling.AMENDMENT)
    )
    return session.exec(query).one()


def amended_form(session: Session, amendment: Amendment, amended: Case) -> ProposalForm:
    """Return what the agreement of the case `amended` says, or said, without `amendment`."""
    proposal = session.get(Proposal, (amended.id, amendment.base_version))
    assert proposal is not None
    return ProposalForm.model_validate(proposal.content)


def first_signed(session: Session, case: Case) -> ProposalForm:
    """Return what the agreement in force of `case` said when it was first signed."""
    return _newest(session, case, col(Proposal.amended_by).is_(None))


def last_signed(session: Session, case: Case) -> ProposalForm:
    """Return what the agreement in force of `case` said when both sides last signed it, or an amendment of it."""
    signed = select(Amendment.case_id).where(Amendment.handling == Handling.AMENDMENT)
    return _newest(session, case, or_(col(Proposal.amended_by).is_(None), col(Proposal.amended_by).in_(signed)))


def _newest(session: Session, case: Case, condition: ColumnElement[bool]) -> ProposalForm:
    newest = select(func.max(Proposal.version)).where(Proposal.case_id == case.id, condition)
    proposal = session.get(Proposal, (case.id, session.exec(newest).one()))
    assert proposal is not None
    return ProposalForm.model_validate(proposal.content)


def _amendments(case: Case) -> Select[Case, Amendment]:
    return (
        select(Case, Amendment)
        .join(Amendment, col(Amendment.case_id) == col(Case.id))
        .where(col(Amendment.version) == col(Case.proposal_version), Case.amends == case.id)
    )


def _in_effect(case: Case) -> Select[Case, Amendment]:
    return _amendments(case).where(Case.stage == Stage.EFFECTIVE)
