"""What somebody holds against a partner, and how far it has gone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models import base


class FlagState(StrEnum):
    """How grave a flag is, from what was only seen to what ends every new proposal; `lifted` is none any more."""

    LIFTED = "lifted"
    OBSERVATION = "observation"
    RISK = "risk"
    ESCALATED = "escalated"
    RED = "red"

    @property
    def rank(self) -> int:
        """Place from the least grave, 0, to the gravest."""
        return list(FlagState).index(self)


class PartnerFlag(SQLModel, table=True):
    """One matter held against a partner. It never changes; its newest step says where it stands."""

    __tablename__ = "partner_flag"

    id: int | None = Field(default=None, sa_column=base.number("Number of the flag"))
    partner_id: int = Field(sa_column=base.reference_to("partner.id", "The partner; its branches inherit the flag"))
    subject: str = Field(sa_column=base.text("What it is about, in one line"))


class FlagStep(SQLModel, table=True):
    """Where a flag went, by whom and why; never changed, the next step follows it."""

    __tablename__ = "flag_step"

    id: int | None = Field(default=None, sa_column=base.number("Number of the step; a later one is higher"))
    flag_id: int = Field(sa_column=base.reference_to("partner_flag.id", "The flag"))
    state: FlagState = Field(sa_column=base.choice(FlagState, "Where the flag stands from then on"))
    reason: str = Field(sa_column=base.text("Why"))
    taken_by: int = Field(sa_column=base.reference_to("user_account.id", "Who took the step", index=False))
    taken_at: datetime = Field(sa_column=base.moment("When"))
