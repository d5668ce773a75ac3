"""Files of agreements, templates and evidence, kept once under their digest."""

from __future__ import annotations

import hashlib

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from approvals.services.transaction import Transaction
from models.agreement import StoredFile

JSON = "application/json"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def keep_file(act: Transaction, content: bytes, *, media_type: str = WORD) -> str:
    """Keep the file, a Word document if nothing else is said, under its digest, once, and return the digest."""
    sha256 = hashlib.sha256(content).hexdigest()
    row = {
        "sha256": sha256,
        "media_type": media_type,
        "size_bytes": len(content),
        "content": content,
        "stored_at": act.now,
    }
    act.session.connection().execute(insert(StoredFile).values(row).on_conflict_do_nothing())
    return sha256


def kept_file(session: Session, sha256: str) -> bytes:
    """Return the bytes kept under this digest, which some row names."""
    stored = session.get(StoredFile, sha256)
    assert stored is not None
    return stored.content
