"""What was decided, by whom, on whose behalf, and why. Never edited, only superseded."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, text
from sqlmodel import Field, SQLModel

from models import base


class Outcome(StrEnum):
    """How a task may end. Which outcomes a kind of task allows stands in casework.outcomes."""

    CLEARED = "cleared"
    CONFIRMED_HIT = "confirmed_hit"
    ASSESSED = "assessed"
    SUPPORT = "support"
    NO_VIEW = "no_view"
    RESERVATION = "reservation"
    OBJECTION = "objection"
    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    LIMITED_SCOPE = "limited_scope"
    REFER_UP = "refer_up"
    DECLINE = "decline"
    CLEAR_WITH_EDITS = "clear_with_edits"
    REFUSE = "refuse"
    AGREED = "agreed"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    SIGNED = "signed"
    ANSWERED = "answered"
    REDRAFT = "redraft"
    RETURN = "return"


class Decision(SQLModel, table=True):
    """The answer to a task."""

    __tablename__ = "decision"
    __table_args__ = (
        Index("uq_decision_standing", "task_id", unique=True, postgresql_where=text("superseded_by IS NULL")),
        Index("ix_decision_by", "decided_by", "decided_at"),
    )

    id: int | None = Field(default=None, sa_column=base.number("Number of the decision"))
    task_id: int = Field(sa_column=base.reference_to("task.id", "The task it answers"))
    outcome: Outcome = Field(sa_column=base.choice(Outcome, "What was decided"))
    reason: str = Field(sa_column=base.text("Why, in the decider's words"))
    details: dict[str, Any] = Field(
        default_factory=dict, sa_column=base.document("Risk level, conditions, file or hash, by kind of task")
    )
    decided_by: int | None = Field(
        default=None,
        sa_column=base.reference_to(
            "user_account.id",
            "Who decided; empty: nobody answered in time, and policy says what that means",
            nullable=True,
        ),
    )
    on_behalf_of: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "The absent person substituted for", nullable=True),
    )
    decided_at: datetime = Field(sa_column=base.moment("When"))
    superseded_by: int | None = Field(
        default=None,
        sa_column=Column(
            BigInteger,
            # The old one must step back before the new one may stand, so the link is looked at when all is done.
            ForeignKey("decision.id", deferrable=True, initially="DEFERRED"),
            index=True,
            comment="The decision that replaced it",
        ),
    )
