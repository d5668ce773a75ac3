"""Lists of names we screen against."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Text, UniqueConstraint, text
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
    list_format: str | None = Field(default=None, sa_column=base.text("Format it was read from", nullable=True))
    entry_count: int = Field(sa_column_kwargs={"comment": "Entries in it"})
    name_count: int | None = Field(default=None, sa_column=Column(Integer, comment="Names of all entries together"))
    in_force: bool = Field(default=True, sa_column_kwargs={"comment": "Screenings use it"})
    imported_at: datetime = Field(sa_column=base.moment("When it was imported"))
    confirmed_at: datetime | None = Field(
        default=None,
        sa_column=base.moment("When somebody last looked and the list had not changed since", nullable=True),
    )
    alarmed_at: datetime | None = Field(
        default=None, sa_column=base.moment("When administrators were last told it is too old", nullable=True)
    )


class WatchlistPart(SQLModel, table=True):
    """A piece of the file as received. In pieces, because a list may be far larger than what fits in memory twice."""

    __tablename__ = "watchlist_part"

    version_id: int = Field(
        sa_column=Column(ForeignKey("watchlist_version.id"), primary_key=True, comment="The list version")
    )
    number: int = Field(
        sa_column=Column(Integer, primary_key=True, autoincrement=False, comment="1, 2, … in the order of the file")
    )
    content: bytes = Field(sa_column=base.content("A megabyte of the file, compressed (zlib)"))


class FetchOutcome(StrEnum):
    """How the last fetching of a list ended."""

    IMPORTED = "imported"  #: a new version is in force
    CONFIRMED = "confirmed"  #: the publisher still has what is in force
    FAILED = "failed"  #: what was in force stays


class WatchlistFetch(SQLModel, table=True):
    """The last time a list was fetched from its publisher, one row for each list, written whatever came of it."""

    __tablename__ = "watchlist_fetch"

    source: str = Field(sa_column=Column(Text, primary_key=True, comment="Short name of the list"))
    tried_at: datetime = Field(sa_column=base.moment("When it was last tried"))
    succeeded_at: datetime | None = Field(
        default=None, sa_column=base.moment("When it last succeeded", nullable=True)
    )
    outcome: FetchOutcome = Field(sa_column=base.choice(FetchOutcome, "How it ended"))
    problem: str | None = Field(default=None, sa_column=base.text("Why it failed, in words", nullable=True))
    version_id: int | None = Field(
        default=None,
        sa_column=base.reference_to("watchlist_version.id", "The version the publisher last had", nullable=True),
    )
    address: str | None = Field(
        default=None, sa_column=base.text("From where, without what might be a password", nullable=True)
    )
    etag: str | None = Field(default=None, sa_column=base.text("The publisher's mark of that file", nullable=True))
    last_modified: str | None = Field(
        default=None, sa_column=base.text("The publisher's time of that file", nullable=True)
    )


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
    digest: str | None = Field(
        default=None,
        sa_column=base.sha256("Digest of what the entry says; empty: kept before digests were", nullable=True),
    )
