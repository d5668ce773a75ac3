"""The organisations proposed as partners."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models import base


class PartnerKind(StrEnum):
    """What sort of organisation a partner is; the kind decides criteria, route and template."""

    COMPANY = "company"
    STATE_OWNED_COMPANY = "state_owned_company"
    BUSINESS_ASSOCIATION = "business_association"
    FOUNDATION = "foundation"
    NGO = "ngo"
    ACADEMIC = "academic"
    EMPLOYERS_ORGANISATION = "employers_organisation"
    WORKERS_ORGANISATION = "workers_organisation"
    OTHER_NON_STATE = "other_non_state"
    EUROPEAN_UNION = "european_union"
    WORLD_BANK = "world_bank"
    DEVELOPMENT_BANK = "development_bank"
    UN_AGENCY = "un_agency"
    GOVERNMENT = "government"


class Partner(SQLModel, table=True):
    """An organisation in the partner register, as first proposed; each proposal keeps its own frozen copy."""

    __tablename__ = "partner"

    id: int | None = Field(default=None, sa_column=base.number("Number of the partner"))
    legal_name: str = Field(sa_column=base.text("Legal name in the spelling of its register"))
    name_key: str = Field(
        sa_column=base.text("The legal name folded for comparison: Latin letters, no legal form, sorted words")
    )
    kind: PartnerKind = Field(sa_column=base.choice(PartnerKind, "Kind of organisation"))
    country: str = Field(max_length=2, sa_column_kwargs={"comment": "Country of law, as a two-letter code"})
    registration_number: str | None = Field(
        default=None, sa_column=base.text("Number in its national register", nullable=True)
    )
    aliases: list[str] = Field(default_factory=list, sa_column=base.texts("Other and former names"))
    created_at: datetime = Field(default_factory=base.now_utc, sa_column=base.moment("When first proposed"))
