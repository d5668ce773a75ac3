"""A task: work one person or group owes. (A Prefect task is called a step.)"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Column, Date, Index, Integer, text
from sqlmodel import Field, SQLModel

from models import base
from models.case import Stage
from models.user import Role


class TaskKind(StrEnum):
    """What is to be done."""

    SCREENING_REVIEW = "screening_review"
    DUE_DILIGENCE = "due_diligence"
    CONSULTATION = "consultation"
    DECISION = "decision"
    LEGAL_REVIEW = "legal_review"
    NEGOTIATION = "negotiation"  #: the officer records what the partner answered
    CLEARANCE = "clearance"
    SIGNATURE = "signature"  #: for the organisation
    PARTNER_SIGNATURE = "partner_signature"  #: the officer records that the partner signed
    ANSWER = "answer"  #: the officer answers a return for information
    MEND_DOCUMENT = "mend_document"  #: the produced agreement failed its proof


class TaskState(StrEnum):
    """How far a task has come."""

    OPEN = "open"
    CLAIMED = "claimed"
    DECIDED = "decided"
    CANCELLED = "cancelled"  #: the case went another way before anybody decided


LIVE = (TaskState.OPEN, TaskState.CLAIMED)


class Task(SQLModel, table=True):
    """Work owed on a case by whoever holds `role` (in `office_code`, when one is named)."""

    __tablename__ = "task"
    __table_args__ = (
        Index(
            "uq_task_live",
            "case_id",
            "leg",
            "slot",
            unique=True,
            postgresql_where=text("state IN ('open', 'claimed')"),
        ),
        Index(
            "ix_task_also",
            "also_role",
            "also_office",
            postgresql_where=text("also_role IS NOT NULL AND state IN ('open', 'claimed')"),
        ),
        Index("ix_task_inbox", "role", "office_code", postgresql_where=text("state IN ('open', 'claimed')")),
        Index("ix_task_due", "due_on", "id", postgresql_where=text("state IN ('open', 'claimed')")),
    )

    id: int | None = Field(default=None, sa_column=base.number("Number of the task"))
    case_id: int = Field(sa_column=base.reference_to("approval_case.id", "The case"))
    leg: int = Field(sa_column=Column(Integer, nullable=False, comment="The case's leg it belongs to"))
    slot: str = Field(
        sa_column=base.text("Its place in the stage, such as consultation:workers_bureau; one live task each")
    )
    kind: TaskKind = Field(sa_column=base.choice(TaskKind, "What is to be done"))
    stage: Stage = Field(sa_column=base.choice(Stage, "The stage it belongs to"))
    role: Role = Field(sa_column=base.choice(Role, "Who may take it"))
    office_code: str | None = Field(
        default=None,
        sa_column=base.reference_to("office.code", "The office that must act; empty: any", nullable=True),
    )
    assigned_to: int | None = Field(
        default=None,
        sa_column=base.reference_to(
            "user_account.id", "The one person who owes it, when it is not a group's", nullable=True
        ),
    )
    prompt: str = Field(sa_column=base.text("What is asked, in a sentence"))
    state: TaskState = Field(
        default=TaskState.OPEN, sa_column=base.choice(TaskState, "Open, claimed, decided or cancelled")
    )
    opened_at: datetime = Field(sa_column=base.moment("When it was opened"))
    counted_in: str | None = Field(
        default=None,
        sa_column=base.reference_to(
            "office.code", "The office by whose calendar its days are counted; empty: the case's", nullable=True
        ),
    )
    first_due_on: date | None = Field(
        default=None, sa_column=Column(Date, comment="Last day as fixed when it was opened; never moved")
    )
    due_on: date | None = Field(
        default=None, sa_column=Column(Date, comment="Last day; moved by stops of the clock, and on request")
    )
    claimed_by: int | None = Field(
        default=None, sa_column=base.reference_to("user_account.id", "Who took it", nullable=True)
    )
    claimed_at: datetime | None = Field(default=None, sa_column=base.moment("When it was taken", nullable=True))
    reminded_at: datetime | None = Field(
        default=None, sa_column=base.moment("When those who owe it were told that it is overdue", nullable=True)
    )
    reminders: int = Field(
        default=0,
        sa_column=Column(
            Integer, nullable=False, server_default="0", comment="Reminders of the policy that were due so far"
        ),
    )
    substitutes_at: datetime | None = Field(
        default=None, sa_column=base.moment("When standing substitutes were let in, as it was overdue", nullable=True)
    )
    escalated_at: datetime | None = Field(
        default=None, sa_column=base.moment("When it was escalated, as nobody had answered", nullable=True)
    )
    also_role: str | None = Field(
        default=None, sa_column=base.text("Role of those who may take it besides, since then", nullable=True)
    )
    also_office: str | None = Field(
        default=None,
        sa_column=base.reference_to(
            "office.code", "The office of those who may take it besides; empty: any", nullable=True
        ),
    )
    closed_at: datetime | None = Field(
        default=None, sa_column=base.moment("When it was decided or cancelled", nullable=True)
    )

    @property
    def is_live(self) -> bool:
        """Somebody still owes it."""
        return self.state in LIVE
