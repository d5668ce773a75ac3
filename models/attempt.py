"""Attempts to sign in, counted, so that nobody tries for long."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, DateTime, Integer, Text
from sqlmodel import Field, SQLModel

from models import base


class AttemptCount(SQLModel, table=True):
    """How often something was tried for one account or from one address within one span of time."""

    __tablename__ = "attempt_count"

    subject: str = Field(sa_column=Column(Text, primary_key=True, comment="What is counted, and for whom"))
    span_ends_at: datetime = Field(
        sa_column=Column(DateTime(timezone=True), primary_key=True, index=True, comment="When counting begins anew")
    )
    counted: int = Field(sa_column=Column(Integer, nullable=False, comment="How often, in this span"))
    recorded_at: datetime = Field(sa_column=base.moment("When it was tried last"))
