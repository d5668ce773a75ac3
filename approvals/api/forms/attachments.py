"""Files of a case."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Base64Bytes, Field

from approvals.api.forms.base import Given, Sent
from approvals.api.forms.tasks import MOST_BASE64
from approvals.casework.fields import Key, Line
from approvals.services.attachments import AttachmentLine


class AttachmentForm(Given):
    """A file of a case; `kind` is a key of the documents policy asks for, null if it is none of them."""

    number: int
    kind: str | None
    title: str
    file_name: str
    file_hash: str
    size_bytes: int
    added_by: str
    added_at: datetime

    @classmethod
    def of(cls, line: AttachmentLine) -> AttachmentForm:
        """Return the file of the line."""
        kept = line.attachment
        own = ("kind", "title", "file_name", "file_hash", "added_at")
        facts = {name: getattr(kept, name) for name in own}
        return cls(**facts, number=kept.id, size_bytes=line.size_bytes, added_by=line.added_by)


class NewAttachment(Sent):
    """A file for the case, in base64."""

    title: Line
    kind: Key | None = None
    file_name: Line
    file: Annotated[Base64Bytes, Field(max_length=MOST_BASE64, description="The file, in base64")]
