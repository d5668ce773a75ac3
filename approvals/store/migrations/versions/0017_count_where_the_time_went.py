"""Count where the time went: a projection of the trail, and forecasts kept until the case has ended."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

CLOCK = "in seconds by the clock"
WORKING = "in half working days of the case's office"
THERE = "where the case's office is"


def _column(name: str, kind: sa.types.TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def _key(name: str, kind: sa.types.TypeEngine[Any], comment: str) -> sa.Column[Any]:
    return sa.Column(name, kind, autoincrement=False, nullable=False, comment=comment)


def _text(name: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return _column(name, sa.Text(), comment, nullable=nullable)


def _moment(name: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return _column(name, sa.DateTime(timezone=True), comment, nullable=nullable)


def _day(name: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return _column(name, sa.Date(), f"{comment}, {THERE}", nullable=nullable)


def _both(prefix: str, comment: str, *, nullable: bool = False) -> list[sa.Column[Any]]:
    """Return a length of time, once by the clock and once in working days."""
    return [
        _column(f"{prefix}seconds", sa.Integer(), f"{comment}, {CLOCK}", nullable=nullable),
        _column(f"{prefix}halves", sa.Integer(), f"{comment}, {WORKING}", nullable=nullable),
    ]


def upgrade() -> None:
    _cases()
    _stages()
    _tasks()
    _calendars()
    _forecasts()


def _cases() -> None:
    op.create_table(
        "case_time",
        _key("case_id", sa.BigInteger(), "Number of the case"),
        _text("reference", "Reference of the case"),
        _column("amendment", sa.Boolean(), "It amends a case in force"),
        _text("office_code", "The office that proposed it"),
        _text("level", "Level as first proposed"),
        _text("partner_kind", "Kind of partner as first proposed"),
        _text("funds", "Which way money moves, as first proposed"),
        _text("family", "Templates its first agreement was drafted from; empty: none", nullable=True),
        _moment("submitted_at", "When it was submitted"),
        _day("submitted_on", "Day of submission"),
        _moment("ended_at", "When it ended", nullable=True),
        _day("ended_on", "Day it ended", nullable=True),
        _text("ending", "How it ended", nullable=True),
        *_both("", "From submission to end", nullable=True),
        *_both("partner_", "With the partner"),
        *_both("stopped_", "While its clock was stopped"),
        _column("touch_seconds", sa.Integer(), f"Held by somebody of ours, tasks added up, {CLOCK}"),
        _column("returns", sa.SmallInteger(), "How often it was returned to the officer"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_time")),
    )


def _stages() -> None:
    op.create_table(
        "stage_time",
        _key("case_id", sa.BigInteger(), "Number of the case"),
        _key("leg", sa.Integer(), "Which of its entries into stages"),
        _text("stage", "The stage"),
        _column("under_way", sa.Boolean(), "The stage is neither an end nor in force"),
        _column("first_stay", sa.Boolean(), "The case had not been in this stage before"),
        _moment("entered_at", "When the case came to it"),
        _day("entered_on", "Day it came"),
        _moment("left_at", "When the case left it", nullable=True),
        _day("left_on", "Day it left", nullable=True),
        _text("left_for", "Where it went", nullable=True),
        *_both("", "In the stage", nullable=True),
        *_both("partner_", "Of it with the partner"),
        *_both("stopped_", "Of it while the clock was stopped"),
        sa.PrimaryKeyConstraint("case_id", "leg", name=op.f("pk_stage_time")),
    )
    op.create_index("ix_stage_time_stage", "stage_time", ["stage", "left_on"])
    op.create_index(
        "ix_stage_time_here", "stage_time", ["stage"], postgresql_where=sa.text("left_on IS NULL AND under_way")
    )


def _tasks() -> None:
    op.create_table(
        "task_time",
        _key("task_id", sa.BigInteger(), "Number of the task"),
        _column("case_id", sa.BigInteger(), "Number of the case"),
        _column("leg", sa.Integer(), "The case's leg it belongs to"),
        _text("stage", "The stage it belongs to"),
        _text("kind", "What was to be done"),
        _text("role", "Who owed it"),
        _text("office_code", "The office that had to act; empty: any", nullable=True),
        _moment("opened_at", "When it was opened"),
        _column("due_on", sa.Date(), "Its last day", nullable=True),
        _moment("claimed_at", "When somebody first took it", nullable=True),
        _moment("closed_at", "When it ended", nullable=True),
        _day("closed_on", "Day it ended", nullable=True),
        _text("ended", "How it ended", nullable=True),
        _text("outcome", "What was decided", nullable=True),
        _column("wait_seconds", sa.Integer(), f"From its opening until somebody took it, {CLOCK}", nullable=True),
        _column(
            "touch_seconds",
            sa.Integer(),
            f"While somebody held it; empty: nobody took it before deciding, {CLOCK}",
            nullable=True,
        ),
        _column("halves", sa.Integer(), f"From its opening to its end, {WORKING}", nullable=True),
        _column("times_taken", sa.SmallInteger(), "How often somebody took it"),
        _column("times_given_back", sa.SmallInteger(), "How often it was given back or handed over"),
        _column("reminders", sa.SmallInteger(), "How often those who owed it were reminded"),
        _column("by_substitute", sa.Boolean(), "Decided on behalf of somebody absent"),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_task_time")),
    )
    op.create_index("ix_task_time_case_id", "task_time", ["case_id"])


def _calendars() -> None:
    op.create_table(
        "office_day",
        _text("office_code", "The office"),
        _column("day", sa.Date(), "The day"),
        _column("halves", sa.Integer(), "Half working days from the first day kept to this one"),
        sa.PrimaryKeyConstraint("office_code", "day", name=op.f("pk_office_day")),
    )
    op.create_table(
        "counted_up_to",
        _key("id", sa.SmallInteger(), "1: there is but one row"),
        _column("seq", sa.BigInteger(), "Number of the last event counted"),
        _moment("at", "When that was"),
        _column("calendars", sa.String(64), "Digest of the offices' calendars it was counted by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_up_to")),
    )


def _forecasts() -> None:
    op.create_table(
        "forecast",
        _key("case_id", sa.BigInteger(), "Number of the case"),
        _key("leg", sa.Integer(), "The leg in which it was made"),
        _text("stage", "The stage in which it was made"),
        _moment("made_at", "When it was made"),
        _text("basis", "What it rests on: past cases, or the service levels"),
        _column("past_cases", sa.Integer(), "How many past cases took this route"),
        _column("expected_on", sa.Date(), "Half of the past cases had ended then"),
        _column("early_on", sa.Date(), "15 of 100 had ended then"),
        _column("late_on", sa.Date(), "85 of 100 had ended then"),
        sa.PrimaryKeyConstraint("case_id", "leg", name=op.f("pk_forecast")),
    )
