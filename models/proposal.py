"""What the officer submitted, frozen and versioned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, text
from sqlmodel import Field, SQLModel

from models import base
from models.words import searchable_values


class Proposal(SQLModel, table=True):
    """One version of a proposal. Never changed; an answer to a return, or an amendment, adds the next version."""

    __tablename__ = "proposal"
    __table_args__ = (Index("ix_proposal_words", text(searchable_values("content")), postgresql_using="gin"),)

    case_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("approval_case.id"), primary_key=True, comment="The case")
    )
    version: int = Field(sa_column=Column(Integer, primary_key=True, comment="1, 2, …"))
    content: dict[str, Any] = Field(sa_column=base.document("The proposal as submitted"))
    content_hash: str = Field(sa_column=base.sha256("Digest of the content in canonical JSON"))
    submitted_by: int = Field(sa_column=base.reference_to("user_account.id", "Who submitted this version"))
    submitted_at: datetime = Field(sa_column=base.moment("When"))
    amended_by: int | None = Field(
        default=None,
        sa_column=Column(
            BigInteger,
            ForeignKey("approval_case.id"),
            nullable=True,
            unique=True,
            comment="The amendment that made this version; empty: the officer submitted it",
        ),
    )
