"""Published versions of the agreement templates."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, Date, UniqueConstraint
from sqlmodel import Field, SQLModel

from models import base

TWO_PEOPLE = (
    "(proposed_by IS NULL AND published_by IS NULL AND published_at IS NOT NULL) OR "
    "(proposed_by IS NOT NULL AND (published_by IS NULL) = (published_at IS NULL) "
    "AND published_by IS DISTINCT FROM proposed_by)"
)


class TemplateState(StrEnum):
    """Where a version of a template stands on a given day."""

    PROPOSED = "proposed"  #: waits for somebody else to publish it
    COMING = "coming"  #: published, for a later day
    IN_FORCE = "in_force"  #: cases drafted on that day take it
    REPLACED = "replaced"  #: a newer one took its place


class TemplateVersion(SQLModel, table=True):
    """A template as it was proposed: Word file and manifest. Never changed but by being published, once."""

    __tablename__ = "template_version"
    __table_args__ = (
        UniqueConstraint("family", "language", "version"),
        CheckConstraint(TWO_PEOPLE, name="two_people"),
    )

    id: int | None = Field(default=None, sa_column=base.number("Number of the template version"))
    family: str = Field(sa_column=base.text("Template family, such as eu_contribution"))
    language: str = Field(max_length=2, sa_column_kwargs={"comment": "Language of the Word file"})
    version: str = Field(sa_column=base.text("Version as the legal office counts, such as 1.2"))
    sha256: str = Field(sa_column=base.sha256("Digest over language, manifest and digest of the Word file"))
    file_hash: str = Field(sa_column=base.reference_to("stored_file.sha256", "The Word file"))
    manifest: dict[str, Any] = Field(sa_column=base.document("The manifest: title, fields, rules"))
    effective_on: date = Field(sa_column=Column(Date, nullable=False, comment="First day on which it is used"))
    proposed_by: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "Who brought it; empty: the installation", nullable=True),
    )
    proposed_at: datetime = Field(sa_column=base.moment("When it was brought"))
    published_by: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "Who put it in force, another person", nullable=True),
    )
    published_at: datetime | None = Field(
        default=None, sa_column=base.moment("When it was published; empty: it was not yet", nullable=True)
    )
