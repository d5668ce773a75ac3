"""A time during which the clock of a case stands still, and why."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Column, Date, Index, text
from sqlmodel import Field, SQLModel

from models import base


class StopKind(StrEnum):
    """For whom the case waits while its clock stands still."""

    WITH_PARTNER = "with_partner"  #: the partner holds the text; noted by the machine
    PARTNER_ASKED = "partner_asked"  #: the officer asked the partner for something
    ON_HOLD = "on_hold"  #: the case rests, for the reason given


BY_PEOPLE = (StopKind.PARTNER_ASKED, StopKind.ON_HOLD)
"""Stops that move the last days of what is owed meanwhile, and silence the sweep."""


class ClockStop(SQLModel, table=True):
    """One stop of the clock. It is written when the clock stops, and completed once, when it runs again."""

    __tablename__ = "clock_stop"
    __table_args__ = (
        Index("uq_clock_stop_live", "case_id", "kind", unique=True, postgresql_where=text("resumed_at IS NULL")),
    )

    id: int | None = Field(default=None, sa_column=base.number("Number of the stop"))
    case_id: int = Field(sa_column=base.reference_to("approval_case.id", "The case"))
    kind: StopKind = Field(sa_column=base.choice(StopKind, "For whom the case waits"))
    reason: str = Field(sa_column=base.text("Why, in a sentence"))
    stopped_at: datetime = Field(sa_column=base.moment("When the clock stopped"))
    stopped_by: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "Who stopped it; empty: the machine", nullable=True),
    )
    until_on: date | None = Field(
        default=None, sa_column=Column(Date, comment="Last day of the stop; after it the sweep lets the clock run")
    )
    resumed_at: datetime | None = Field(
        default=None, sa_column=base.moment("When the clock ran again; empty: it stands", nullable=True)
    )
    resumed_by: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "Who let it run; empty: the machine", nullable=True),
    )
