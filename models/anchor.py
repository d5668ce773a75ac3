"""Anchors: heads of the trail that were noted outside the database, where nobody here can rewrite them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from models import base


class Anchor(SQLModel, table=True):
    """One note of the head. The row is a copy; what proves is the line in the file, the mail and the agreements."""

    __tablename__ = "anchor"
    __table_args__ = (UniqueConstraint("event_seq"),)

    id: int | None = Field(default=None, sa_column=base.number("Number of the anchor"))
    event_seq: int = Field(sa_column=Column(BigInteger, nullable=False, comment="The last event it covers"))
    event_hash: str = Field(sa_column=base.sha256("Hash of that event"))
    noted_at: datetime = Field(sa_column=base.moment("When it was noted"))
    filed_at: datetime | None = Field(
        default=None, sa_column=base.moment("When it was written into the anchor file; empty: not yet", nullable=True)
    )
