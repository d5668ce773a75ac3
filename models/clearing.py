"""Hits that people cleared: remembered for partner and entry, so that the same question is not asked every month."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models import base


class ClearedHit(SQLModel, table=True):
    """A hit that was cleared, with what both sides said then. It counts as long as neither says anything else."""

    __tablename__ = "cleared_hit"
    __table_args__ = (CheckConstraint("seconded_by <> cleared_by", name="seconded_by_another"),)

    id: int | None = Field(default=None, sa_column=base.number("Number of the cleared hit"))
    partner_id: int = Field(sa_column=base.reference_to("partner.id", "The partner it is no longer held against"))
    case_id: int = Field(sa_column=base.reference_to("approval_case.id", "The case on which it was cleared"))
    finding_id: int = Field(sa_column=base.reference_to("finding.id", "The finding that was judged"))
    source: str = Field(sa_column=base.text("Short name of the list"))
    known_keys: list[str] = Field(sa_column=base.texts("The entry's key and all former ones"))
    asked: str = Field(sa_column=base.text("The partner's name, or that of its people, that was compared"))
    entry: dict[str, Any] = Field(sa_column=base.document("What the list said of the entry"))
    entry_digest: str = Field(sa_column=base.sha256("Digest of what the list said, without its keys"))
    partner: dict[str, Any] = Field(sa_column=base.document("What was known of the partner and its people"))
    partner_digest: str = Field(sa_column=base.sha256("Digest of what was known of the partner"))
    reason: str = Field(sa_column=base.text("Key of the reason, from the policy of the case"))
    reason_title: str = Field(sa_column=base.text("The reason in words, as the policy then had it"))
    remark: str = Field(sa_column=base.text("What the officer added; may be empty"))
    cleared_by: int = Field(sa_column=base.reference_to("user_account.id", "Who cleared it"))
    seconded_by: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "Who agreed, where two were needed", nullable=True),
    )
    cleared_at: datetime = Field(sa_column=base.moment("When the review was concluded"))
