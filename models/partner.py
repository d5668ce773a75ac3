"""The organisations proposed as partners."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Column, Date, Index, Integer, text
from sqlmodel import Field, SQLModel

from models import base
from models.words import searchable


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


class PartnerNameKind(StrEnum):
    """How a name of the register stands to the legal name."""

    ALIAS = "alias"
    FORMER = "former"


class IdentifierKind(StrEnum):
    """Who gave the partner a number."""

    LEI = "lei"
    REGISTRATION = "registration"
    TAX = "tax"
    OTHER = "other"


class Partner(SQLModel, table=True):
    """An organisation in the partner register, as first proposed; each proposal keeps its own frozen copy."""

    __tablename__ = "partner"
    __table_args__ = (Index("ix_partner_words", text(searchable("legal_name")), postgresql_using="gin"),)

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
    parent_id: int | None = Field(
        default=None,
        sa_column=base.reference_to("partner.id", "The organisation it is a branch of; empty: none", nullable=True),
    )


class PartnerName(SQLModel, table=True):
    """A name of a partner besides its legal name."""

    __tablename__ = "partner_name"

    id: int | None = Field(default=None, sa_column=base.number("Number of the name"))
    partner_id: int = Field(sa_column=base.reference_to("partner.id", "The partner"))
    name: str = Field(sa_column=base.text("The name as it is written"))
    name_key: str = Field(sa_column=base.text("The name folded for comparison, as the legal name is"))
    kind: PartnerNameKind = Field(sa_column=base.choice(PartnerNameKind, "Another name, or a former one"))
    until: date | None = Field(
        default=None, sa_column=Column(Date, nullable=True, comment="Last day of a former name, if known")
    )
    added_by: int = Field(sa_column=base.reference_to("user_account.id", "Who entered it", index=False))
    added_at: datetime = Field(sa_column=base.moment("When it was entered"))


class PartnerIdentifier(SQLModel, table=True):
    """A number by which an authority knows a partner."""

    __tablename__ = "partner_identifier"

    id: int | None = Field(default=None, sa_column=base.number("Number of the identifier"))
    partner_id: int = Field(sa_column=base.reference_to("partner.id", "The partner"))
    kind: IdentifierKind = Field(sa_column=base.choice(IdentifierKind, "Who gave the number"))
    value: str = Field(sa_column=base.text("The number as the authority writes it"))
    country: str | None = Field(
        default=None,
        max_length=2,
        sa_column_kwargs={"comment": "Country of the authority, as a two-letter code; empty: none, as for an LEI"},
    )
    added_by: int = Field(sa_column=base.reference_to("user_account.id", "Who entered it", index=False))
    added_at: datetime = Field(sa_column=base.moment("When it was entered"))


class PartnerPerson(SQLModel, table=True):
    """A person of a partner: signatory, board member or owner."""

    __tablename__ = "partner_person"

    id: int | None = Field(default=None, sa_column=base.number("Number of the entry"))
    partner_id: int = Field(sa_column=base.reference_to("partner.id", "The partner"))
    name: str = Field(sa_column=base.text("Name of the person"))
    function: str = Field(sa_column=base.text("What the person is there"))
    birth_year: int | None = Field(
        default=None, sa_column=Column(Integer, nullable=True, comment="Year of birth, if known")
    )
    added_by: int = Field(sa_column=base.reference_to("user_account.id", "Who entered it", index=False))
    added_at: datetime = Field(sa_column=base.moment("When it was entered"))
