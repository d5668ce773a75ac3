"""When a case was expected to end, as said when it came to a stage; kept to be held against the truth."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Date, Integer
from sqlmodel import Field, SQLModel

from models import base


class ForecastBasis(StrEnum):
    """What a forecast rests on."""

    PAST_CASES = "past_cases"
    SERVICE_LEVELS = "service_levels"  #: too few past cases took the same route


class Forecast(SQLModel, table=True):
    """The expected end of a case, made once for each of its entries into a stage."""

    __tablename__ = "forecast"

    case_id: int = Field(
        sa_column=Column(BigInteger, primary_key=True, autoincrement=False, comment="Number of the case")
    )
    leg: int = Field(
        sa_column=Column(Integer, primary_key=True, autoincrement=False, comment="The leg in which it was made")
    )
    stage: str = Field(sa_column=base.text("The stage in which it was made"))
    made_at: datetime = Field(sa_column=base.moment("When it was made"))
    basis: str = Field(sa_column=base.text("What it rests on: past cases, or the service levels"))
    past_cases: int = Field(sa_column=Column(Integer, nullable=False, comment="How many past cases took this route"))
    expected_on: date = Field(sa_column=Column(Date, nullable=False, comment="Half of the past cases had ended then"))
    early_on: date = Field(sa_column=Column(Date, nullable=False, comment="15 of 100 had ended then"))
    late_on: date = Field(sa_column=Column(Date, nullable=False, comment="85 of 100 had ended then"))
