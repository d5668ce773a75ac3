"""Questions about the versions of the policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from approvals.casework.proposal import ProposalForm
from models.case import Case, Stage
from models.policy import PolicyPublication
from models.proposal import Proposal
from models.risk import RiskLevel
from models.screening import Finding, Screening, Verdict
from models.user import User

_NEWEST_FIRST = (col(PolicyPublication.published_at).desc(), col(PolicyPublication.id).desc())


def publications_in_all(session: Session) -> int:
    """Return how many policies were ever published."""
    query = select(func.count()).where(col(PolicyPublication.published_at).is_not(None))
    return session.exec(query).one()


def newest_publication(session: Session) -> PolicyPublication | None:
    """Return the entry of the policy in force, None if none was ever published."""
    published = select(PolicyPublication).where(col(PolicyPublication.published_at).is_not(None))
    return session.exec(published.order_by(*_NEWEST_FIRST)).first()


def waiting_publication(session: Session, sha256: str) -> PolicyPublication | None:
    """Return the newest entry of this policy that nobody has published yet, None if there is none."""
    waiting = select(PolicyPublication).where(
        PolicyPublication.policy_hash == sha256, col(PolicyPublication.published_at).is_(None)
    )
    return session.exec(waiting.order_by(col(PolicyPublication.id).desc())).first()


def publications(session: Session) -> Sequence[tuple[PolicyPublication, str | None, str | None]]:
    """Return every entry with the names of who proposed and who published it, newest first."""
    proposer, publisher = aliased(User), aliased(User)
    query = (
        select(PolicyPublication, proposer.name, publisher.name)
        .outerjoin(proposer, col(proposer.id) == PolicyPublication.proposed_by)
        .outerjoin(publisher, col(publisher.id) == PolicyPublication.published_by)
        .order_by(col(PolicyPublication.id).desc())
    )
    return session.exec(query).all()


@dataclass(frozen=True)
class PastCase:
    """What a case was decided on, for holding another policy against it."""

    reference: str
    stage: Stage
    office_code: str
    policy_hash: str
    proposal: ProposalForm
    submitted_on: date
    sanctions_match: str
    """What the lists said, as the risk policy reads it: `none`, `open`, `confirmed` or `cleared_strong_reason`."""
    raised_to: RiskLevel | None
    """The level of risk a person set, None if the screening's stands."""


CASES_AT_ONCE = 200


def submitted_cases(session: Session, *, since: date | None) -> Iterator[PastCase]:
    """Yield every new case submitted from `since` on (None: ever), oldest first, a few at a time from the database.

    Amendments are left out: their way is the short one that the rule they were submitted under gave them.
    """
    newest = (
        select(col(Screening.case_id), func.max(Screening.id).label("id")).group_by(col(Screening.case_id)).subquery()
    )
    hits = (
        select(col(Finding.screening_id))
        .where(Finding.name == "listed_names", Finding.verdict != Verdict.CLEAR)
        .distinct()
        .subquery()
    )
    query = (
        select(Case, Proposal.content, Screening.risk, hits.c.screening_id)
        .join(Proposal, and_(col(Proposal.case_id) == Case.id, col(Proposal.version) == Case.proposal_version))
        .outerjoin(newest, newest.c.case_id == Case.id)
        .outerjoin(Screening, col(Screening.id) == newest.c.id)
        .outerjoin(hits, hits.c.screening_id == Screening.id)
        .where(col(Case.amends).is_(None))
        .order_by(col(Case.id))
        .execution_options(yield_per=CASES_AT_ONCE)
    )
    if since is not None:
        query = query.where(func.date(Case.submitted_at) >= since)
    for case, content, screened_risk, hit in session.exec(query):
        yield PastCase(
            reference=case.reference,
            stage=case.stage,
            office_code=case.office_code,
            policy_hash=case.policy_hash,
            proposal=ProposalForm.model_validate(content),
            submitted_on=case.submitted_at.date(),
            sanctions_match="none" if hit is None else _judged(case.stage),
            raised_to=_raised(case.risk, screened_risk),
        )
        session.expunge(case)


def _raised(present: RiskLevel | None, screened: str | None) -> RiskLevel | None:
    return present if present and screened and present.rank > RiskLevel(screened).rank else None


def _judged(stage: Stage) -> str:
    """Return what became of a hit: open where it is judged, confirmed where it stopped the case, else cleared."""
    return {Stage.SCREENING_REVIEW: "open", Stage.STOPPED: "confirmed"}.get(stage, "cleared_strong_reason")
