"""Who may act for an absent person, for which duties, and from when to when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Date, Index, text
from sqlmodel import Field, SQLModel

from models import base


class Substitution(SQLModel, table=True):
    """A rule that adds `substitute_id` to those who may take what `absent_id` may take. It takes nothing away."""

    __tablename__ = "substitution"
    __table_args__ = (
        Index("ix_substitution_live", "substitute_id", "from_on", postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("absent_id <> substitute_id", name="nobody_substitutes_for_themselves"),
        CheckConstraint("from_on <= until_on", name="the_first_day_is_not_after_the_last"),
        CheckConstraint("cardinality(roles) > 0", name="it_is_for_some_duty"),
    )

    id: int | None = Field(default=None, sa_column=base.number("Number of the rule"))
    absent_id: int = Field(sa_column=base.reference_to("user_account.id", "The absent person"))
    substitute_id: int = Field(sa_column=base.reference_to("user_account.id", "Who may act for them"))
    roles: list[str] = Field(sa_column=base.texts("Values of Role it is for"))
    from_on: date = Field(
        sa_column=Column(Date, nullable=False, comment="First day, in the zone of the absent person's office")
    )
    until_on: date = Field(sa_column=Column(Date, nullable=False, comment="Last day, in the same zone"))
    when_overdue: bool = Field(
        default=False,
        sa_column_kwargs={"comment": "True: a standing substitute, only for tasks the sweep let substitutes into"},
    )
    reason: str = Field(default="", sa_column=base.text("Why, such as mission or leave; may be empty"))
    entered_by: int = Field(sa_column=base.reference_to("user_account.id", "Who entered it"))
    entered_at: datetime = Field(sa_column=base.moment("When it was entered"))
    ended_at: datetime | None = Field(
        default=None, sa_column=base.moment("When it was ended before its last day", nullable=True)
    )
    ended_by: int | None = Field(
        default=None, sa_column=base.reference_to("user_account.id", "Who ended it", nullable=True)
    )
