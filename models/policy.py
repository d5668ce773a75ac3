"""Published versions of the policy."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, String
from sqlmodel import Field, SQLModel

from models import base


class PolicyVersion(SQLModel, table=True):
    """The policy as it stood when published. Never changed; a case keeps the one it started with."""

    __tablename__ = "policy_version"

    sha256: str = Field(
        sa_column=Column(String(64), primary_key=True, comment="Digest of the content in canonical JSON")
    )
    content: dict[str, Any] = Field(sa_column=base.document("All policy files, as one document"))
    published_at: datetime = Field(sa_column=base.moment("When", index=True))
    published_by: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "Who; empty: at installation", nullable=True),
    )
