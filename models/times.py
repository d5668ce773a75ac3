"""Where the time went, counted from the trail: a projection that can be thrown away and counted again.

Every row follows from events, tasks and frozen proposals alone, and is no fact of its own: so words stand as plain
text here, checked where they come from. Time is kept twice: in seconds by the clock, and in half working days of the
case's office, so that a half day off counts as one half.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, SmallInteger, Text, false, text
from sqlmodel import Field, SQLModel

from models import base


class TaskEnd(StrEnum):
    """How a task came to its end."""

    DECIDED = "decided"
    SILENCE = "silence"  #: nobody answered in time, and policy said what that means
    CANCELLED = "cancelled"  #: the case went another way before anybody decided


def _seconds(comment: str, *, nullable: bool = True) -> Column[int]:
    return Column(Integer, nullable=nullable, comment=f"{comment}, in seconds by the clock")


def _halves(comment: str, *, nullable: bool = True) -> Column[int]:
    return Column(Integer, nullable=nullable, comment=f"{comment}, in half working days of the case's office")


def _day(comment: str, *, nullable: bool = True) -> Column[date]:
    return Column(Date, nullable=nullable, comment=f"{comment}, where the case's office is")


class CaseTime(SQLModel, table=True):
    """One case from its submission to its first end; in force and effective are such ends here."""

    __tablename__ = "case_time"

    case_id: int = Field(
        sa_column=Column(BigInteger, primary_key=True, autoincrement=False, comment="Number of the case")
    )
    reference: str = Field(sa_column=base.text("Reference of the case"))
    amendment: bool = Field(sa_column_kwargs={"comment": "It amends a case in force"})
    office_code: str = Field(sa_column=base.text("The office that proposed it"))
    level: str = Field(sa_column=base.text("Level as first proposed"))
    partner_kind: str = Field(sa_column=base.text("Kind of partner as first proposed"))
    funds: str = Field(sa_column=base.text("Which way money moves, as first proposed"))
    family: str | None = Field(
        default=None, sa_column=Column(Text, comment="Templates its first agreement was drafted from; empty: none")
    )
    submitted_at: datetime = Field(sa_column=base.moment("When it was submitted"))
    submitted_on: date = Field(sa_column=_day("Day of submission", nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=base.moment("When it ended", nullable=True))
    ended_on: date | None = Field(default=None, sa_column=_day("Day it ended"))
    ending: str | None = Field(default=None, sa_column=base.text("How it ended", nullable=True))
    seconds: int | None = Field(default=None, sa_column=_seconds("From submission to end"))
    halves: int | None = Field(default=None, sa_column=_halves("From submission to end"))
    partner_seconds: int = Field(sa_column=_seconds("With the partner", nullable=False))
    partner_halves: int = Field(sa_column=_halves("With the partner", nullable=False))
    stopped_seconds: int = Field(sa_column=_seconds("While its clock was stopped", nullable=False))
    stopped_halves: int = Field(sa_column=_halves("While its clock was stopped", nullable=False))
    touch_seconds: int = Field(sa_column=_seconds("Held by somebody of ours, tasks added up", nullable=False))
    returns: int = Field(
        sa_column=Column(SmallInteger, nullable=False, comment="How often it was returned to the officer")
    )


class StageTime(SQLModel, table=True):
    """One stay of a case in a stage."""

    __tablename__ = "stage_time"
    __table_args__ = (
        Index("ix_stage_time_stage", "stage", "left_on"),
        Index("ix_stage_time_here", "stage", postgresql_where=text("left_on IS NULL AND under_way")),
    )

    case_id: int = Field(
        sa_column=Column(BigInteger, primary_key=True, autoincrement=False, comment="Number of the case")
    )
    leg: int = Field(
        sa_column=Column(Integer, primary_key=True, autoincrement=False, comment="Which of its entries into stages")
    )
    stage: str = Field(sa_column=base.text("The stage"))
    under_way: bool = Field(sa_column_kwargs={"comment": "The stage is neither an end nor in force"})
    first_stay: bool = Field(sa_column_kwargs={"comment": "The case had not been in this stage before"})
    entered_at: datetime = Field(sa_column=base.moment("When the case came to it"))
    entered_on: date = Field(sa_column=_day("Day it came", nullable=False))
    left_at: datetime | None = Field(default=None, sa_column=base.moment("When the case left it", nullable=True))
    left_on: date | None = Field(default=None, sa_column=_day("Day it left"))
    left_for: str | None = Field(default=None, sa_column=base.text("Where it went", nullable=True))
    seconds: int | None = Field(default=None, sa_column=_seconds("In the stage"))
    halves: int | None = Field(default=None, sa_column=_halves("In the stage"))
    partner_seconds: int = Field(sa_column=_seconds("Of it with the partner", nullable=False))
    partner_halves: int = Field(sa_column=_halves("Of it with the partner", nullable=False))
    stopped_seconds: int = Field(sa_column=_seconds("Of it while the clock was stopped", nullable=False))
    stopped_halves: int = Field(sa_column=_halves("Of it while the clock was stopped", nullable=False))


class TaskTime(SQLModel, table=True):
    """One task from its opening to its end."""

    __tablename__ = "task_time"
    __table_args__ = (Index("ix_task_time_case_id", "case_id"),)

    task_id: int = Field(
        sa_column=Column(BigInteger, primary_key=True, autoincrement=False, comment="Number of the task")
    )
    case_id: int = Field(sa_column=Column(BigInteger, nullable=False, comment="Number of the case"))
    leg: int = Field(sa_column=Column(Integer, nullable=False, comment="The case's leg it belongs to"))
    stage: str = Field(sa_column=base.text("The stage it belongs to"))
    kind: str = Field(sa_column=base.text("What was to be done"))
    role: str = Field(sa_column=base.text("Who owed it"))
    office_code: str | None = Field(
        default=None, sa_column=Column(Text, comment="The office that had to act; empty: any")
    )
    opened_at: datetime = Field(sa_column=base.moment("When it was opened"))
    due_on: date | None = Field(
        default=None, sa_column=Column(Date, comment="Its last day, moved by what the clock stood still")
    )
    first_due_on: date | None = Field(
        default=None, sa_column=Column(Date, comment="Its last day as fixed when it was opened")
    )
    claimed_at: datetime | None = Field(
        default=None, sa_column=base.moment("When somebody first took it", nullable=True)
    )
    closed_at: datetime | None = Field(default=None, sa_column=base.moment("When it ended", nullable=True))
    closed_on: date | None = Field(default=None, sa_column=_day("Day it ended"))
    ended: str | None = Field(default=None, sa_column=base.text("How it ended", nullable=True))
    outcome: str | None = Field(default=None, sa_column=base.text("What was decided", nullable=True))
    wait_seconds: int | None = Field(default=None, sa_column=_seconds("From its opening until somebody took it"))
    touch_seconds: int | None = Field(
        default=None, sa_column=_seconds("While somebody held it; empty: nobody took it before deciding")
    )
    halves: int | None = Field(default=None, sa_column=_halves("From its opening to its end"))
    times_taken: int = Field(sa_column=Column(SmallInteger, nullable=False, comment="How often somebody took it"))
    times_given_back: int = Field(
        sa_column=Column(SmallInteger, nullable=False, comment="How often it was given back or handed over")
    )
    reminders: int = Field(
        sa_column=Column(SmallInteger, nullable=False, comment="How often those who owed it were reminded")
    )
    let_in: bool = Field(
        default=False,
        sa_column=Column(Boolean, nullable=False, server_default=false(), comment="Standing substitutes were let in"),
    )
    escalated: bool = Field(
        default=False,
        sa_column=Column(
            Boolean,
            nullable=False,
            server_default=false(),
            comment="It was opened to others, or told to administrators, as nobody answered",
        ),
    )
    by_substitute: bool = Field(sa_column_kwargs={"comment": "Decided on behalf of somebody absent"})


class OfficeDay(SQLModel, table=True):
    """How many half working days an office has had up to the end of a day: two of these give the days between."""

    __tablename__ = "office_day"

    office_code: str = Field(sa_column=Column(Text, primary_key=True, comment="The office"))
    day: date = Field(sa_column=Column(Date, primary_key=True, comment="The day"))
    halves: int = Field(
        sa_column=Column(Integer, nullable=False, comment="Half working days from the first day kept to this one")
    )


class CountedUpTo(SQLModel, table=True):
    """How far the trail has been counted, and by which calendars."""

    __tablename__ = "counted_up_to"

    id: int = Field(
        default=1,
        sa_column=Column(SmallInteger, primary_key=True, autoincrement=False, comment="1: there is but one row"),
    )
    seq: int = Field(sa_column=Column(BigInteger, nullable=False, comment="Number of the last event counted"))
    at: datetime = Field(sa_column=base.moment("When that was"))
    calendars: str = Field(sa_column=base.sha256("Digest of the offices' calendars it was counted by"))
