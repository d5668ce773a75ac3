"""Tokens with which programs of a person use the API."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models import base


class TokenScope(StrEnum):
    """What a token may be used for; never more than its owner may do at that moment."""

    READ = "read"  #: looks only
    ACT = "act"  #: looks and acts


class ApiToken(SQLModel, table=True):
    """A secret that stands for its owner until it expires or is revoked; here is only its digest."""

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("secret_sha256"),)

    id: int | None = Field(default=None, sa_column=base.number("Number of the token"))
    user_id: int = Field(sa_column=base.reference_to("user_account.id", "Whose it is"))
    name: str = Field(sa_column=base.text("What the owner calls it"))
    beginning: str = Field(sa_column=base.text("Its first letters, by which its owner knows it again"))
    secret_sha256: str = Field(sa_column=base.sha256("Digest of the token"))
    scope: TokenScope = Field(sa_column=base.choice(TokenScope, "What it may be used for"))
    issued_at: datetime = Field(sa_column=base.moment("When it was issued"))
    expires_at: datetime = Field(sa_column=base.moment("From when on it is of no use"))
    last_used_at: datetime | None = Field(
        default=None, sa_column=base.moment("When it was last used, to the minute", nullable=True)
    )
    revoked_at: datetime | None = Field(default=None, sa_column=base.moment("When it was revoked", nullable=True))
