"""`policy/criteria.yaml`: what the organisation does not enter a partnership with."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from approvals.casework.policy.keys import repeated
from approvals.casework.policy.rule import PolicyFile, Rule
from models.partner import PartnerKind


class GroupScope(StrEnum):
    """Whose conduct counts beside the partner's own."""

    PARENT = "parent"
    SUBSIDIARIES = "subsidiaries"
    SUPPLY_CHAIN = "supply_chain"


class Criterion(Rule):
    """One ground for exclusion, asked of the officer as a question that yes answers badly."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    question: str = Field(pattern=r"\?$", description="In the officer's words; yes means the partner is involved")
    effect: Literal["stop"] = "stop"
    revenue_share_above: Annotated[int, Field(ge=0, le=100)] | None = Field(
        default=None, description="Involved only above this percentage of revenue; null means any involvement"
    )
    look_back_years: Annotated[int, Field(ge=1, le=30)] | None = Field(
        default=None, description="How far back conduct counts; null means without limit"
    )
    group_scope: tuple[GroupScope, ...] = ()


class Criteria(PolicyFile):
    """All exclusion criteria, and who is asked."""

    not_asked_of: tuple[PartnerKind, ...] = Field(description="Public institutions that need no answers")
    not_asked_source: str
    criteria: tuple[Criterion, ...] = Field(min_length=1)

    def faults(self) -> Iterable[str]:
        """Yield what does not fit together across rules, as sentences."""
        return repeated("criteria", (criterion.key for criterion in self.criteria))

    def asked_of(self, kind: PartnerKind) -> tuple[Criterion, ...]:
        """Return the criteria an officer answers for a partner of `kind`, in reading order; maybe none."""
        return () if kind in self.not_asked_of else self.criteria
