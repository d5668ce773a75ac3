"""What due diligence found about a partner, kept apart from any one case so that it can be relied on again."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Date
from sqlmodel import Field, SQLModel

from models import base
from models.risk import RiskLevel


class Ending(StrEnum):
    """What makes an assessment of a partner worthless before its time."""

    NAME_CHANGE = "name_change"
    OWNERSHIP_CHANGE = "ownership_change"
    RED_FLAG = "red_flag"
    NEW_MATCH = "new_match"
    NEW_COUNTRY = "new_country"
    WORSE_FACTOR = "worse_factor"


class EntityAssessment(SQLModel, table=True):
    """One due diligence of a partner. It never changes but for its end, which comes once."""

    __tablename__ = "entity_assessment"

    id: int | None = Field(default=None, sa_column=base.number("Number of the assessment"))
    partner_id: int = Field(sa_column=base.reference_to("partner.id", "The partner assessed"))
    decision_id: int = Field(
        sa_column=base.reference_to("decision.id", "The due diligence that made it: whose, when and why")
    )
    tier: str = Field(sa_column=base.text("How deep it went: basic, standard or enhanced"))
    level: RiskLevel = Field(sa_column=base.choice(RiskLevel, "The risk level it ended with"))
    factors: dict[str, Any] = Field(sa_column=base.document("Level of each risk factor of the partner itself"))
    documents: dict[str, Any] = Field(sa_column=base.document("Documents seen: kind and date of the newest"))
    countries: list[str] = Field(sa_column=base.texts("Countries of the project it was made for"))
    conditions: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=base.document("Conditions it attached to working with the partner")
    )
    assessed_at: datetime = Field(sa_column=base.moment("When it was made"))
    valid_until: date = Field(
        sa_column=Column(Date, nullable=False, comment="Last day on which it may be relied on, by level and policy")
    )
    ended_at: datetime | None = Field(default=None, sa_column=base.moment("When it ended before", nullable=True))
    ended_because: Ending | None = Field(
        default=None, sa_column=base.choice(Ending, "What ended it before its time", nullable=True)
    )
