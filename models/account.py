"""How a person proves who they are: a password, an invitation to set one, or an identity at a provider."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models import base


class Password(SQLModel, table=True):
    """The password of a person, as a hash from which it cannot be had back. Who has none signs in another way."""

    __tablename__ = "password"

    user_id: int = Field(
        sa_column=Column(
            BigInteger,
            ForeignKey("user_account.id"),
            primary_key=True,
            autoincrement=False,
            comment="The person",
        )
    )
    hash: str = Field(sa_column=base.text("argon2id hash with its parameters and salt"))
    set_at: datetime = Field(sa_column=base.moment("When it was set"))


class Invitation(SQLModel, table=True):
    """Leave to set a password, once and for some time, for whoever knows the code."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("code_sha256"),)

    id: int | None = Field(default=None, sa_column=base.number("Number of the invitation"))
    user_id: int = Field(sa_column=base.reference_to("user_account.id", "Who may set a password"))
    code_sha256: str = Field(sa_column=base.sha256("Digest of the code"))
    issued_by: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "The administrator who issued it", nullable=True, index=False),
    )
    issued_at: datetime = Field(sa_column=base.moment("When it was issued"))
    expires_at: datetime = Field(sa_column=base.moment("From when on it is of no use"))
    used_at: datetime | None = Field(
        default=None, sa_column=base.moment("When it was used, or replaced by another", nullable=True)
    )


class Identity(SQLModel, table=True):
    """Who a person is at a provider. Issuer and subject count; a mail address may pass to somebody else."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), Index(None, "user_id", "issuer", unique=True))

    id: int | None = Field(default=None, sa_column=base.number("Number of the identity"))
    user_id: int = Field(sa_column=base.reference_to("user_account.id", "The person", index=False))
    issuer: str = Field(sa_column=base.text("Address of the provider, as it names itself"))
    subject: str = Field(sa_column=base.text("What the provider calls the person, for ever"))
    linked_at: datetime = Field(sa_column=base.moment("When the person first signed in with it"))
