"""What is still to be done outside because of an event: start the flow, send a mail.

Written in the transaction of the change itself, so that neither can exist without the other.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models import base


class Channel(StrEnum):
    """What is to be done outside."""

    ADVANCE = "advance"  #: run the flow for the case
    MAIL = "mail"  #: tell a person


class OutboxMessage(SQLModel, table=True):
    """One thing to be done outside, once."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("event_seq", "channel", "recipient"),
        Index("ix_outbox_waiting", "channel", "id", postgresql_where=text("done_at IS NULL")),
        CheckConstraint("channel = 'mail' OR case_id IS NOT NULL", name="only_a_case_is_carried_on"),
    )

    id: int | None = Field(default=None, sa_column=base.number("Number of the message"))
    event_seq: int = Field(sa_column=base.reference_to("event.seq", "The event behind it"))
    channel: Channel = Field(sa_column=base.choice(Channel, "What is to be done"))
    case_id: int | None = Field(
        default=None,
        sa_column=base.reference_to("approval_case.id", "The case it is about, if it is about one", nullable=True),
    )
    recipient: str = Field(default="", sa_column=base.text("E-mail address; empty when nobody is written to"))
    message: str = Field(
        default="",
        sa_column=Column(Text, nullable=False, server_default="", comment="The message of templates/messages it is"),
    )
    facts: dict[str, Any] = Field(
        default_factory=dict,
        sa_column=Column(
            JSONB, nullable=False, server_default=text("'{}'"), comment="What the message says, without its words"
        ),
    )
    subject: str = Field(default="", sa_column=base.text("Subject of the mail as it went out; empty before"))
    body: str = Field(default="", sa_column=base.text("Text of the mail as it went out; empty before"))
    html: str = Field(
        default="",
        sa_column=Column(Text, nullable=False, server_default="", comment="The same as a page; empty before"),
    )
    created_at: datetime = Field(sa_column=base.moment("When it was written down"))
    asked_at: datetime | None = Field(
        default=None, sa_column=base.moment("When somebody was last asked to do it; empty: nobody yet", nullable=True)
    )
    done_at: datetime | None = Field(
        default=None, sa_column=base.moment("When it was done; empty: still to do", nullable=True)
    )
    attempts: int = Field(default=0, sa_column=Column(Integer, nullable=False, comment="Times it was tried"))
    last_error: str | None = Field(default=None, sa_column=base.text("Why the last try failed", nullable=True))
