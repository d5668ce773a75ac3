"""The organisation's offices: area, regional and headquarters."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Column, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models import base


class OfficeKind(StrEnum):
    """How high an office stands, lowest first."""

    AREA = "area"
    REGIONAL = "regional"
    HEADQUARTERS = "headquarters"

    @property
    def rank(self) -> int:
        """0 for an area office up to 2 for headquarters; an office answers to one of a higher rank."""
        return list(OfficeKind).index(self)


class Weekday(StrEnum):
    """A day of the week, by its name."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Office(SQLModel, table=True):
    """An office. An area office answers to a regional office, which answers to headquarters."""

    __tablename__ = "office"

    code: str = Field(sa_column=Column(Text, primary_key=True, comment="Short code, such as AO-DAKAR"))
    name: str = Field(sa_column=base.text("Name as printed on agreements"))
    kind: OfficeKind = Field(sa_column=base.choice(OfficeKind, "Area, regional or headquarters"))
    parent_code: str | None = Field(
        default=None, sa_column=base.reference_to("office.code", "The office it answers to", nullable=True)
    )
    countries: list[str] = Field(
        default_factory=list, sa_column=base.texts("Countries it covers, as two-letter codes")
    )
    time_zone: str | None = Field(
        default=None, sa_column=base.text("Time zone, such as Africa/Dakar; empty: UTC", nullable=True)
    )
    weekend: list[str] = Field(
        default_factory=lambda: [Weekday.SATURDAY, Weekday.SUNDAY],
        sa_column=Column(
            ARRAY(Text),
            nullable=False,
            server_default="{saturday,sunday}",
            comment="Values of Weekday on which it does not work",
        ),
    )
