"""A screening of a proposal, and its findings."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from models import base
from models.risk import RiskLevel


class Verdict(StrEnum):
    """What a check, or a whole screening, says. The worst finding decides."""

    CLEAR = "clear"
    REVIEW = "review"  #: a person must look
    STOP = "stop"  #: policy forbids the partnership

    @property
    def rank(self) -> int:
        """0 for clear, 1 for review, 2 for stop."""
        return list(Verdict).index(self)


class Screening(SQLModel, table=True):
    """One run of all checks over one version of a proposal. Also written when nothing was found."""

    __tablename__ = "screening"
    __table_args__ = (UniqueConstraint("case_id", "leg"),)

    id: int | None = Field(default=None, sa_column=base.number("Number of the screening"))
    case_id: int = Field(sa_column=base.reference_to("approval_case.id", "The case"))
    leg: int = Field(sa_column=Column(Integer, nullable=False, comment="The case's leg it belongs to"))
    proposal_version: int = Field(sa_column_kwargs={"comment": "The proposal version screened"})
    verdict: Verdict = Field(sa_column=base.choice(Verdict, "Clear, review or stop"))
    risk: RiskLevel = Field(sa_column=base.choice(RiskLevel, "Risk level the machine proposes"))
    algorithm: str = Field(sa_column=base.text("Name and version of the matching"))
    lists: list[dict[str, Any]] = Field(sa_column=base.document("Lists used: source, date, hash, entries"))
    assessment_id: int | None = Field(
        default=None,
        sa_column=base.reference_to(
            "entity_assessment.id",
            "The earlier assessment of the partner on which the case may rely; empty: none",
            nullable=True,
        ),
    )
    screened_at: datetime = Field(sa_column=base.moment("When"))


class Finding(SQLModel, table=True):
    """One result of one check, with its reason."""

    __tablename__ = "finding"

    id: int | None = Field(default=None, sa_column=base.number("Number of the finding"))
    screening_id: int = Field(sa_column=base.reference_to("screening.id", "The screening it belongs to"))
    name: str = Field(sa_column=base.text("Name of the check, as in approvals.screening.checks"))
    verdict: Verdict = Field(sa_column=base.choice(Verdict, "What the check says"))
    reason: str = Field(sa_column=base.text("Why, as the officer reads it"))
    source: str = Field(sa_column=base.text("The rule or list it rests on"))
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=base.document("What was compared, part by part"))
