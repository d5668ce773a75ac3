"""Lists of names we screen against."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models import base


class WatchlistVersion(SQLModel, table=True):
    """One imported version of a list. The newest good one of each source is in force."""

    __tablename__ = "watchlist_version"
    __table_args__ = (
        UniqueConstraint("source", "sha256"),
        Index("uq_watchlist_in_force", "source", unique=True, postgresql_where=text("in_force")),
    )

    id: int | None = Field(default=None, sa_column=base.number("Number of the version"))
    source: str = Field(sa_column=base.text("Short name of the list, such as un_sc"))
    title: str = Field(sa_column=base.text("Name of the list as people know it"))
    dated_on: date | None = Field(default=None, sa_column=Column(Date, comment="The authority's own date"))
    sha256: str = Field(sa_column=base.sha256("Digest of the file as received"))
    entry_count: int = Field(sa_column_kwargs={"comment": "Entries in it"})
    in_force: bool = Field(default=True, sa_column_kwargs={"comment": "Screenings use it"})
    imported_at: datetime = Field(sa_column=base.moment("When it was imported"))


class ListedEntry(SQLModel, table=True):
    """A listed person or organisation."""

    __tablename__ = "listed_entry"
    __table_args__ = (UniqueConstraint("version_id", "entry_key"),)

    id: int | None = Field(default=None, sa_column=base.number("Number of the row"))
    version_id: int = Field(sa_column=base.reference_to("watchlist_version.id", "The list version"))
    entry_key: str = Field(sa_column=base.text("The authority's stable key of the entry"))
    content: dict[str, Any] = Field(
        sa_column=base.document("The entry: kind, names with quality, dates, countries, programme")
    )
