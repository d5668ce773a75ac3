"""An amendment: what is to change in an agreement in force, as an officer proposed it and policy judged it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer
from sqlmodel import Field, SQLModel

from models import base


class AmendmentKind(StrEnum):
    """What sort of change it is; the kind says which parts of the agreement it may touch."""

    NO_COST_EXTENSION = "no_cost_extension"  #: more time, no more money
    BUDGET_CHANGE = "budget_change"  #: money moved between budget lines, or another total
    SCOPE_CHANGE = "scope_change"  #: what is to be done, with the time and the money it takes
    PARTNER_CHANGE = "partner_change"  #: the partner's name, seat or people, or a successor in its place
    CORRECTION = "correction"  #: a clerical error, or whom to write to


class Handling(StrEnum):
    """What policy asks for before an amendment takes effect."""

    AMENDMENT = "amendment"  #: a decision, and a document that both sides sign
    APPROVAL_ONLY = "approval_only"  #: a decision, no document
    RECORD_ONLY = "record_only"  #: it is noted; nobody has to decide


class Amendment(SQLModel, table=True):
    """One version of an amendment. Never changed; an answer to a return may add the next version.

    The amendment is a case of its own, which names the case it amends; the agreement as it would then be is the
    proposal of that case, under the same version.
    """

    __tablename__ = "amendment"
    __table_args__ = (ForeignKeyConstraint(["case_id", "version"], ["proposal.case_id", "proposal.version"]),)

    case_id: int = Field(sa_column=Column(BigInteger, primary_key=True, comment="The amendment's own case"))
    version: int = Field(sa_column=Column(Integer, primary_key=True, comment="1, 2, …, as its proposal's"))
    base_version: int = Field(sa_column_kwargs={"comment": "The proposal version of the amended case it changes"})
    kind: AmendmentKind = Field(sa_column=base.choice(AmendmentKind, "What sort of change it is"))
    content: dict[str, Any] = Field(sa_column=base.document("The amendment as submitted"))
    changes: list[dict[str, Any]] = Field(sa_column=base.document("What changes: field, item, before, after"))
    extent: dict[str, Any] = Field(sa_column=base.document("How far it goes, counted with earlier amendments"))
    handling: Handling = Field(sa_column=base.choice(Handling, "What policy asks for before it takes effect"))
    rule: dict[str, Any] = Field(sa_column=base.document("The policy rule that says so"))
