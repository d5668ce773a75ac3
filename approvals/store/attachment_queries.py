"""Named questions about the files that come with cases."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.agreement import StoredFile
from models.attachment import Attachment
from models.case import Case
from models.user import User


def attachments_of(session: Session, case: Case) -> Sequence[tuple[Attachment, str, int]]:
    """Return the files of the case in the order they came, each with who added it and its length in bytes."""
    query = (
        select(Attachment, User.name, StoredFile.size_bytes)
        .join(User, col(User.id) == col(Attachment.added_by))
        .join(StoredFile, col(StoredFile.sha256) == col(Attachment.file_hash))
        .where(Attachment.case_id == case.id)
        .order_by(col(Attachment.id))
    )
    return session.exec(query).all()


def attachment_of(session: Session, case: Case, number: int) -> tuple[Attachment, StoredFile] | None:
    """Return the attachment of that number with its file, None if the case has none of it."""
    query = (
        select(Attachment, StoredFile)
        .join(StoredFile, col(StoredFile.sha256) == col(Attachment.file_hash))
        .where(Attachment.case_id == case.id, Attachment.id == number)
    )
    return session.exec(query).first()


def the_same(session: Session, case: Case, *, title: str, sha256: str) -> Attachment | None:
    """Return the attachment of the case with this title and content, None if there is none."""
    query = select(Attachment).where(Attachment.case_id == case.id, Attachment.title == title)
    return session.exec(query.where(Attachment.file_hash == sha256)).first()
