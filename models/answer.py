"""What the API answered to something sent under a key of the sender's own, so that sending it twice does it once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Text
from sqlmodel import Field, SQLModel

from models import base


class ApiAnswer(SQLModel, table=True):
    """An answer that is given again for as long as it is kept. It is no fact of any case."""

    __tablename__ = "api_answer"

    user_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("user_account.id"), primary_key=True, comment="Who sent it")
    )
    key: str = Field(sa_column=Column(Text, primary_key=True, comment="What the sender called it"))
    request_sha256: str = Field(sa_column=base.sha256("Digest of what was sent, and where to"))
    begun_at: datetime = Field(sa_column=base.moment("When it came"))
    status: int | None = Field(
        default=None,
        sa_column=Column(
            Integer, nullable=True, comment="Status of the answer; empty: being done, or its end is unknown"
        ),
    )
    content: Any = Field(default=None, sa_column=base.document("What was answered", nullable=True))
    location: str | None = Field(
        default=None, sa_column=base.text("Address of what was made; empty: none was given", nullable=True)
    )
