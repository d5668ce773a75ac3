"""The files that come with a case."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models import base


class Attachment(SQLModel, table=True):
    """A supporting document of a case as a file, such as the statutes of the partner. Never changed or removed."""

    __tablename__ = "attachment"

    id: int | None = Field(default=None, sa_column=base.number("Number of the attachment"))
    case_id: int = Field(sa_column=base.reference_to("approval_case.id", "The case"))
    kind: str | None = Field(
        default=None, sa_column=base.text("Kind of document, as in the requirements; empty: another", nullable=True)
    )
    title: str = Field(sa_column=base.text("What the document is called"))
    file_name: str = Field(sa_column=base.text("What its sender called the file"))
    file_hash: str = Field(sa_column=base.reference_to("stored_file.sha256", "The file"))
    added_by: int = Field(sa_column=base.reference_to("user_account.id", "Who added it", index=False))
    added_at: datetime = Field(sa_column=base.moment("When it was added"))
