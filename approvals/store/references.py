"""The references of cases, numbered in each year without gaps."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.reference import ReferenceCounter


def next_reference(session: Session, year: int) -> str:
    """Return the next reference of the year. The counter's row stays locked until the case is committed: no gaps."""
    start = insert(ReferenceCounter).values(year=year, last_number=1)
    counted = start.on_conflict_do_update(
        index_elements=["year"], set_={"last_number": col(ReferenceCounter.last_number) + 1}
    ).returning(col(ReferenceCounter.last_number))
    number = session.connection().execute(counted).scalar_one()
    return f"PA-{year}-{number:04d}"
