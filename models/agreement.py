"""An agreement: a document version with template, data and hash."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Integer, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from models import base


class Origin(StrEnum):
    """Who wrote a version of the agreement."""

    DRAFTED = "drafted"  #: filled by the machine from the template
    EDITED = "edited"  #: uploaded by the legal reviewer
    RETURNED = "returned"  #: came back from the partner


class Grade(StrEnum):
    """How much a change of an agreement matters, least first."""

    WORDING = "wording"
    SUBSTANCE = "substance"
    IMMUNITIES = "privileges_and_immunities"

    @property
    def rank(self) -> int:
        """Its place among the grades, 0 for the least."""
        return list(Grade).index(self)


class StoredFile(SQLModel, table=True):
    """The bytes of a document, kept once under their digest.

    Documents live in the database: they are committed together with the row that names them, one backup holds
    everything, and a worker on another machine reads them without a shared disk.
    """

    __tablename__ = "stored_file"

    sha256: str = Field(sa_column=Column(String(64), primary_key=True, comment="Digest of the content"))
    media_type: str = Field(sa_column=base.text("Media type, such as that of a Word document"))
    size_bytes: int = Field(sa_column_kwargs={"comment": "Length of the content"})
    content: bytes = Field(sa_column=base.content("The file itself"))
    stored_at: datetime = Field(sa_column=base.moment("When it was first stored"))


class Agreement(SQLModel, table=True):
    """One version of a case's agreement. A version is never replaced; a change makes the next one."""

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: int | None = Field(default=None, sa_column=base.number("Number of the agreement version"))
    case_id: int = Field(sa_column=base.reference_to("approval_case.id", "The case"))
    version: int = Field(sa_column=Column(Integer, nullable=False, comment="1, 2, …"))
    leg: int = Field(sa_column=Column(Integer, nullable=False, comment="The case's leg that made it"))
    origin: Origin = Field(sa_column=base.choice(Origin, "Drafted, edited by legal, or returned"))
    family: str = Field(sa_column=base.text("Template family, such as eu_contribution"))
    language: str = Field(max_length=2, sa_column_kwargs={"comment": "Language of the text"})
    title: str = Field(sa_column=base.text("Title of the agreement"))
    template_version: str = Field(sa_column=base.text("Version of the template"))
    template_hash: str = Field(sa_column=base.sha256("Digest of the template file"))
    data_hash: str = Field(sa_column=base.sha256("Digest of the data it was filled with"))
    file_hash: str = Field(sa_column=base.reference_to("stored_file.sha256", "The document"))
    comparison: dict[str, Any] | None = Field(
        default=None,
        sa_column=base.document("How it differs from the version before, clause by clause", nullable=True),
    )
    created_by: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "Who uploaded it; empty: the machine", nullable=True),
    )
    created_at: datetime = Field(sa_column=base.moment("When"))
