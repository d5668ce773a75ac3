"""Restricted cases: whoever reads one leaves a note in the trail."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models import base


class CaseRestriction(SQLModel, table=True):
    """A case is put under restriction, or no longer. The newest row of a case counts; without one it is open."""

    __tablename__ = "case_restriction"

    id: int | None = Field(default=None, sa_column=base.number("Number; the highest counts"))
    case_id: int = Field(sa_column=base.reference_to("approval_case.id", "The case"))
    restricted: bool = Field(sa_column_kwargs={"comment": "True: who reads it is noted; false: no longer"})
    reason: str = Field(sa_column=base.text("Why"))
    set_by: int | None = Field(
        default=None,
        sa_column=base.reference_to(
            "user_account.id", "Who set it; empty: the machine, because of a confirmed hit", nullable=True
        ),
    )
    set_at: datetime = Field(sa_column=base.moment("When"))


class CaseReading(SQLModel, table=True):
    """Somebody read a restricted case on this day. Kept once a day, so that the trail stays readable."""

    __tablename__ = "case_reading"
    __table_args__ = (UniqueConstraint("case_id", "read_by", "read_on"),)

    id: int | None = Field(default=None, sa_column=base.number("Number of the reading"))
    case_id: int = Field(sa_column=base.reference_to("approval_case.id", "The restricted case"))
    read_by: int = Field(sa_column=base.reference_to("user_account.id", "Who read it"))
    read_on: date = Field(sa_column_kwargs={"comment": "On which day; noted once a day"})
