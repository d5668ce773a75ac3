"""The one mail a day that tells a person what is due."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Integer
from sqlmodel import Field, SQLModel

from models import base


class Digest(SQLModel, table=True):
    """A digest that was written. The key lets a person have one a day, whatever happens to the sweep."""

    __tablename__ = "digest"

    person_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("user_account.id"), primary_key=True, comment="Whose it is")
    )
    day: date = Field(sa_column=Column(Date, primary_key=True, comment="The day at the person's office"))
    tasks: int = Field(sa_column=Column(Integer, nullable=False, comment="How many tasks it names"))
    written_at: datetime = Field(sa_column=base.moment("When it was written"))
