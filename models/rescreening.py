"""Partners compared again because a list has changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models import base


class Rescreening(SQLModel, table=True):
    """The comparison of live partners with what is new in one version of a list. Also written when nothing is found.

    Its counts grow batch by batch, together with what the batch found, so that one that was cut off goes on.
    """

    __tablename__ = "rescreening"

    id: int | None = Field(default=None, sa_column=base.number("Number of the re-screening"))
    version_id: int = Field(sa_column=base.reference_to("watchlist_version.id", "The version compared with"))
    since_id: int | None = Field(
        default=None,
        sa_column=base.reference_to(
            "watchlist_version.id",
            "The version compared with before; empty: none was, all entries are new",
            nullable=True,
        ),
    )
    entries: int = Field(sa_column_kwargs={"comment": "Entries added or changed since"})
    started_at: datetime = Field(sa_column=base.moment("When it began"))
    finished_at: datetime | None = Field(
        default=None, sa_column=base.moment("When every partner had been compared; empty: not yet", nullable=True)
    )
    last_case: int = Field(default=0, sa_column_kwargs={"comment": "Number of the last case looked at"})
    cases: int = Field(default=0, sa_column_kwargs={"comment": "Live cases whose partner was looked at"})
    names: int = Field(default=0, sa_column_kwargs={"comment": "Names compared"})
    hits: int = Field(default=0, sa_column_kwargs={"comment": "New hits"})
    found: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=base.document("The new hits: case, name, listed name, score, what followed")
    )
