"""Versions of the policy, and who put which in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, String
from sqlmodel import Field, SQLModel

from models import base


class PolicyVersion(SQLModel, table=True):
    """The whole policy as it stood. Never changed; a case keeps the one it started with."""

    __tablename__ = "policy_version"

    sha256: str = Field(
        sa_column=Column(String(64), primary_key=True, comment="Digest of the content in canonical JSON")
    )
    content: dict[str, Any] = Field(sa_column=base.document("All policy files, as one document"))


class PolicyPublication(SQLModel, table=True):
    """A policy proposed by one person and put in force by another. The newest published one is in force."""

    __tablename__ = "policy_publication"
    __table_args__ = (
        CheckConstraint("published_by <> proposed_by", name="two_people"),
        CheckConstraint("published_at IS NOT NULL OR proposed_by IS NOT NULL", name="proposed_by_somebody"),
    )

    id: int | None = Field(default=None, sa_column=base.number("Number of the proposal to publish"))
    policy_hash: str = Field(sa_column=base.reference_to("policy_version.sha256", "The policy"))
    reason: str = Field(sa_column=base.text("Why it is proposed"))
    proposed_by: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "Who proposed it; empty: at installation", nullable=True),
    )
    proposed_at: datetime = Field(sa_column=base.moment("When it was proposed"))
    published_by: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "Who put it in force; empty: not yet", nullable=True),
    )
    published_at: datetime | None = Field(
        default=None,
        sa_column=base.moment("When it came in force; empty: not yet", nullable=True, index=True),
    )
