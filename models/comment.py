"""What people remark on a case or on a clause of its agreement, until it is resolved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Integer
from sqlmodel import Field, SQLModel

from models import base


class CaseComment(SQLModel, table=True):
    """A comment, or an answer to one, which is resolved and reopened with it. Its words never change; they may be
    erased.
    """

    __tablename__ = "case_comment"
    __table_args__ = (
        CheckConstraint("num_nulls(clause, agreement_version) IN (0, 2)", name="clause_of_a_version"),
        CheckConstraint("num_nulls(resolved_by, resolved_at) IN (0, 2)", name="resolved_by_somebody"),
        CheckConstraint("answers IS NULL OR num_nulls(clause, resolved_at) = 2", name="answers_follow_their_comment"),
        CheckConstraint("text IS NOT NULL OR salt IS NULL", name="erased_whole"),
    )

    id: int | None = Field(default=None, sa_column=base.number("Number of the comment; a later one is higher"))
    case_id: int = Field(sa_column=base.reference_to("approval_case.id", "The case"))
    answers: int | None = Field(
        default=None,
        sa_column=base.reference_to(
            "case_comment.id", "The comment it answers; empty: it is no answer", nullable=True
        ),
    )
    clause: str | None = Field(
        default=None, sa_column=base.text("Heading of the clause it is about; empty: the case", nullable=True)
    )
    agreement_version: int | None = Field(
        default=None,
        sa_column=Column(Integer, nullable=True, comment="Version of the agreement in which the clause was read"),
    )
    text: str | None = Field(sa_column=base.text("What it says; empty: erased", nullable=True))
    salt: str | None = Field(
        default=None,
        sa_column=base.text(
            "Random, so that the digest of the row tells nothing once erased; empty: erased, or older than salts",
            nullable=True,
        ),
    )
    written_by: int = Field(sa_column=base.reference_to("user_account.id", "Who wrote it", index=False))
    written_at: datetime = Field(sa_column=base.moment("When"))
    resolved_by: int | None = Field(
        default=None, sa_column=base.reference_to("user_account.id", "Who resolved it", nullable=True, index=False)
    )
    resolved_at: datetime | None = Field(
        default=None, sa_column=base.moment("When it was resolved; empty: it is open", nullable=True)
    )
