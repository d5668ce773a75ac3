"""When an office works: its exceptions from the week, day by day. The week itself stands in `Office`."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Column, Date, ForeignKey, Text
from sqlmodel import Field, SQLModel

from models import base


class DayKind(StrEnum):
    """How a day differs from what the week says."""

    CLOSED = "closed"  #: a holiday, or a day on which the office is closed
    HALF = "half"  #: counts as half a working day
    OPEN = "open"  #: the office works, whatever the week says


class CalendarDay(SQLModel, table=True):
    """One day of one office that differs from its week. It wins over the days the policy names."""

    __tablename__ = "calendar_day"

    office_code: str = Field(
        sa_column=Column(Text, ForeignKey("office.code"), primary_key=True, comment="The office")
    )
    day: date = Field(sa_column=Column(Date, primary_key=True, comment="The day"))
    kind: DayKind = Field(sa_column=base.choice(DayKind, "Closed, half or open"))
    name: str = Field(sa_column=base.text("What the day is, such as a holiday's name"))
    source: str = Field(sa_column=base.text("Where it comes from: a public calendar, or a person's entry"))
    entered_by: int | None = Field(
        default=None, sa_column=base.reference_to("user_account.id", "Who entered it", nullable=True)
    )
    entered_at: datetime = Field(sa_column=base.moment("When it was entered"))
