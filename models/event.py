"""What happened: append-only, chained by hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column
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
    payload: dict[str, Any] = Field(sa_column=base.document("What changed, old and new"))
    previous_hash: str = Field(sa_column=base.sha256("Hash of the event before; 64 zeros for the first"))
    hash: str = Field(sa_column=base.sha256("Digest of this row in canonical JSON"))
