"""What happened: append-only, chained by hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey
from sqlmodel import Field, SQLModel

from models import base


class Event(SQLModel, table=True):
    """One thing that happened. `hash` covers the row and the hash before it, so a change anywhere shows."""

    __tablename__ = "event"

    seq: int = Field(
        sa_column=Column(BigInteger, primary_key=True, autoincrement=False, comment="1, 2, … without gaps")
    )
    at: datetime = Field(sa_column=base.moment("When", index=True))
    kind: str = Field(sa_column=base.text("Past tense, such as TaskClaimed"))
    case_id: int | None = Field(
        default=None,
        sa_column=base.reference_to("approval_case.id", "The case, if it is about one", nullable=True),
    )
    actor_id: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "Who did it; empty: the machine", nullable=True),
    )
    on_behalf_of: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "The absent person substituted for", nullable=True),
    )
    payload: dict[str, Any] = Field(sa_column=base.document("What happened, without what is said of persons"))
    policy_hash: str | None = Field(
        default=None, sa_column=base.sha256("The policy the case stands under, if it is about one", nullable=True)
    )
    changes: list[dict[str, Any]] | None = Field(
        default=None,
        sa_column=base.document(
            "Rows entered or changed with it: table, key, digest before and after", nullable=True
        ),
    )
    personal_digest: str | None = Field(
        default=None,
        sa_column=base.sha256("Salted digest of what the event says of persons, kept apart", nullable=True),
    )
    content_digest: str | None = Field(
        default=None,
        sa_column=base.sha256("Digest of the columns before; empty: an old event, hashed in one step", nullable=True),
    )
    previous_hash: str = Field(sa_column=base.sha256("Hash of the event before; 64 zeros for the first"))
    hash: str = Field(sa_column=base.sha256("Digest of the hash before and of what this row says"))


class PersonalPart(SQLModel, table=True):
    """What an event says of persons, apart from the trail, so that it can be erased and the trail still holds.

    The event keeps the digest of salt and content. Erased, both are gone, and the digest alone tells nothing.
    """

    __tablename__ = "event_personal"

    event_seq: int = Field(
        sa_column=Column(
            BigInteger,
            ForeignKey("event.seq"),
            primary_key=True,
            autoincrement=False,
            comment="The event",
        )
    )
    salt: str | None = Field(default=None, sa_column=base.sha256("Random; empty: erased", nullable=True))
    content: dict[str, Any] | None = Field(
        default=None, sa_column=base.document("What is said of persons; empty: erased", nullable=True)
    )
    erased_by: int | None = Field(
        default=None,
        sa_column=base.reference_to(
            "event.seq", "The event that tells of the erasure; empty: not erased", nullable=True
        ),
    )
