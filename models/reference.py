"""The counter behind case references."""

from __future__ import annotations

from sqlalchemy import Column, Integer
from sqlmodel import Field, SQLModel

from models import base as base  # the naming convention must be set before the table is read


class ReferenceCounter(SQLModel, table=True):
    """The last number given in a year. Its row lock keeps references free of gaps and doubles."""

    __tablename__ = "reference_counter"

    year: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False, comment="Calendar year"))
    last_number: int = Field(sa_column=Column(Integer, nullable=False, comment="The last number given"))
