"""Named questions about what other agencies found about a partner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from approvals.casework.telling import told
from approvals.errors import NotFound
from models.evidence import PartnerEvidence


def evidence_of(session: Session, partner_id: int) -> Sequence[PartnerEvidence]:
    """Return all evidence on the partner, lapsed and withdrawn as well, the newest assessment first."""
    query = select(PartnerEvidence).where(PartnerEvidence.partner_id == partner_id)
    return session.exec(query.order_by(col(PartnerEvidence.made_on).desc(), col(PartnerEvidence.id).desc())).all()


def standing_evidence(session: Session, partner_id: int, *, on: date) -> list[PartnerEvidence]:
    """Return the evidence on the partner that is neither lapsed nor withdrawn on that day, the newest first."""
    return [one for one in evidence_of(session, partner_id) if one.stands_on(on)]


def evidence_of_number(session: Session, number: int, *, lock: bool = False) -> PartnerEvidence:
    """Return the evidence, locked until the transaction ends if asked. Raises `NotFound` if there is none."""
    query = select(PartnerEvidence).where(PartnerEvidence.id == number)
    evidence = session.exec(query.with_for_update() if lock else query).first()
    if evidence is None:
        raise NotFound(
            told(
                "There is no evidence {number}; look at the page of its partner.",
                number=number,
            )
        )
    return evidence
