"""What a signed agreement obliges somebody to do, and by when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Column, Date, UniqueConstraint
from sqlmodel import Field, SQLModel

from models import base


class Obligation(SQLModel, table=True):
    """A duty from an agreement in force: a report, an instalment, a review, a condition."""

    __tablename__ = "obligation"
    __table_args__ = (UniqueConstraint("case_id", "title", "owed_by", "due_on"),)

    id: int | None = Field(default=None, sa_column=base.number("Number of the obligation"))
    case_id: int = Field(sa_column=base.reference_to("approval_case.id", "The case"))
    title: str = Field(sa_column=base.text("What is owed"))
    owed_by: str = Field(sa_column=base.text("organisation, partner or both"))
    due_on: date = Field(sa_column=Column(Date, nullable=False, comment="By when"))
    ended_by: int | None = Field(
        default=None,
        sa_column=base.reference_to(
            "approval_case.id", "The amendment that took it out; empty: it is owed", nullable=True
        ),
    )
