"""People and what they may be asked to do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Column
from sqlmodel import Field, SQLModel

from models import base


class Role(StrEnum):
    """A duty a person may hold. Several may be held by one; separation of duties is judged case by case."""

    OFFICER = "officer"  #: proposes partnerships and answers for them
    SCREENING_OFFICER = "screening_officer"  #: decides on findings the machine cannot settle
    DUE_DILIGENCE_OFFICER = "due_diligence_officer"  #: assesses the partner and sets the risk level
    EMPLOYERS_BUREAU = "employers_bureau"  #: gives the employers' view
    WORKERS_BUREAU = "workers_bureau"  #: gives the workers' view
    TECHNICAL_UNIT = "technical_unit"  #: gives the view of the department whose subject it is
    COUNTRY_OFFICE = "country_office"  #: gives the view of the office in the country or region
    AREA_DIRECTOR = "area_director"  #: decides cases of an area office within its limit
    REGIONAL_DIRECTOR = "regional_director"  #: decides above the area director
    COMMITTEE = "committee"  #: the headquarters committee, decides above the regional director
    EXECUTIVE = "executive"  #: the last level of decision
    LEGAL_REVIEWER = "legal_reviewer"  #: clears the text of agreements
    FINANCE = "finance"  #: gives the finance view and clears money clauses
    SIGNATORY = "signatory"  #: signs for the organisation
    ADMINISTRATOR = "administrator"  #: keeps people, policy, lists and templates; decides no case
    AUDITOR = "auditor"  #: sees everything, changes nothing


class Language(StrEnum):
    """A language in which people read pages and mails."""

    ENGLISH = "en"
    FRENCH = "fr"
    SPANISH = "es"
    CHINESE = "zh"


class User(SQLModel, table=True):
    """A person who works with the system."""

    __tablename__ = "user_account"

    id: int | None = Field(default=None, sa_column=base.number("Number of the person"))
    email: str = Field(sa_column=base.text("Address by which a person is known; lower case", unique=True))
    name: str = Field(sa_column=base.text("Name as shown to colleagues"))
    office_code: str = Field(sa_column=base.reference_to("office.code", "The person's office"))
    roles: list[str] = Field(default_factory=list, sa_column=base.texts("Values of Role the person holds"))
    is_active: bool = Field(default=True, sa_column_kwargs={"comment": "False: may not act any more"})
    digest: bool | None = Field(
        default=None,
        sa_column=Column(Boolean, comment="One mail a day instead of reminders; empty: as the installation has it"),
    )
    language: Language = Field(
        default=Language.ENGLISH,
        sa_column=base.choice(Language, "The language the person reads", server_default=Language.ENGLISH),
    )
    created_at: datetime = Field(default_factory=base.now_utc, sa_column=base.moment("When the person was added"))
