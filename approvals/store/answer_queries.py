"""Named questions about what the API answered before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.answer import ApiAnswer


def begin_answer(session: Session, user_id: int, key: str, *, request_sha256: str, now: datetime) -> bool:
    """Note that something sent under the key is being done. Return False if the key was used before."""
    values = {"user_id": user_id, "key": key, "request_sha256": request_sha256, "begun_at": now}
    asked = insert(ApiAnswer).values(**values).on_conflict_do_nothing().returning(col(ApiAnswer.key))
    return session.connection().execute(asked).first() is not None


def forget_answer(session: Session, user_id: int, key: str) -> None:
    """Take the note away."""
    session.connection().execute(
        delete(ApiAnswer).where(col(ApiAnswer.user_id) == user_id, col(ApiAnswer.key) == key)
    )


def forget_answers_before(session: Session, moment: datetime) -> None:
    """Take away what came before that moment."""
    session.connection().execute(delete(ApiAnswer).where(col(ApiAnswer.begun_at) < moment))
