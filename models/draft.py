"""What officers have typed and not yet sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel

from models import base


class DraftPurpose(StrEnum):
    """What becomes of a draft when it is sent."""

    PROPOSAL = "proposal"  #: a new case
    REVISION = "revision"  #: the answer to a return, with or without a new version of the proposal
    AMENDMENT = "amendment"  #: an amendment of an agreement in force


class Draft(SQLModel, table=True):
    """A form somebody is filling: seen by nobody else, and gone once it is sent. No part of any case."""

    __tablename__ = "proposal_draft"

    id: int | None = Field(default=None, sa_column=base.number("Number of the draft; never given twice"))
    owner_id: int = Field(sa_column=base.reference_to("user_account.id", "Who fills it, and alone sees it"))
    purpose: DraftPurpose = Field(sa_column=base.choice(DraftPurpose, "What becomes of it when it is sent"))
    case_id: int | None = Field(
        default=None,
        sa_column=base.reference_to(
            "approval_case.id", "The case it answers for, amends or was begun from; empty: none", nullable=True
        ),
    )
    task_id: int | None = Field(
        default=None,
        sa_column=base.reference_to("task.id", "The answer it is to become; empty: it is none", nullable=True),
    )
    typed: dict[str, Any] = Field(sa_column=base.document("What was typed, as text, by the path of its field"))
    seen: list[str] = Field(default_factory=list, sa_column=base.texts("Sections filled, or left on purpose"))
    started_at: datetime = Field(sa_column=base.moment("When it was begun"))
    updated_at: datetime = Field(sa_column=base.moment("When something was last typed"))
