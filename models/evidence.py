"""What other agencies found about a partner: shown to those who assess and decide, never an assessment of ours."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Date
from sqlmodel import Field, SQLModel

from models import base
from models.risk import RiskLevel


class EvidenceKind(StrEnum):
    """What sort of look the other agency took."""

    DUE_DILIGENCE = "due_diligence"
    VERIFICATION = "verification"
    CAPACITY = "capacity"
    FINANCIAL = "financial"
    SAFEGUARDING = "safeguarding"
    PILLAR = "pillar"
    OTHER = "other"


class PartnerEvidence(SQLModel, table=True):
    """One assessment of a partner by another agency, as somebody recorded it. It is never changed, only withdrawn."""

    __tablename__ = "partner_evidence"
    __table_args__ = (
        CheckConstraint("valid_until >= made_on", name="lapses_after_it_was_made"),
        CheckConstraint(
            "num_nulls(withdrawn_by, withdrawn_at, withdrawn_because) IN (0, 3)", name="withdrawn_by_somebody"
        ),
    )

    id: int | None = Field(default=None, sa_column=base.number("Number of the evidence"))
    partner_id: int = Field(sa_column=base.reference_to("partner.id", "The partner assessed"))
    agency: str = Field(sa_column=base.text("The agency that assessed it"))
    kind: EvidenceKind = Field(sa_column=base.choice(EvidenceKind, "What sort of assessment it was"))
    made_on: date = Field(sa_column=Column(Date, nullable=False, comment="Day of the assessment"))
    valid_until: date = Field(
        sa_column=Column(
            Date,
            nullable=False,
            comment="Last day it counts: the agency's own, or the last policy allows if earlier",
        )
    )
    outcome: str = Field(sa_column=base.text("What the agency found, in its own words"))
    level: RiskLevel | None = Field(
        default=None,
        sa_column=base.choice(RiskLevel, "The nearest risk level of ours; empty: none compares", nullable=True),
    )
    conditions: list[str] = Field(default_factory=list, sa_column=base.texts("Conditions the agency attached"))
    reference: str = Field(sa_column=base.text("Where to find it: a document number or an address"))
    file_hash: str | None = Field(
        default=None,
        sa_column=base.reference_to("stored_file.sha256", "Its file; empty: none was given", nullable=True),
    )
    why_believed: str = Field(sa_column=base.text("Why whoever recorded it believes it"))
    recorded_by: int = Field(sa_column=base.reference_to("user_account.id", "Who recorded it", index=False))
    recorded_at: datetime = Field(sa_column=base.moment("When it was recorded"))
    withdrawn_by: int | None = Field(
        default=None, sa_column=base.reference_to("user_account.id", "Who withdrew it", index=False, nullable=True)
    )
    withdrawn_at: datetime | None = Field(default=None, sa_column=base.moment("When it was withdrawn", nullable=True))
    withdrawn_because: str | None = Field(default=None, sa_column=base.text("Why it was withdrawn", nullable=True))

    def stands_on(self, day: date) -> bool:
        """Tell whether it is neither withdrawn nor lapsed on that day."""
        return self.withdrawn_at is None and self.valid_until >= day
