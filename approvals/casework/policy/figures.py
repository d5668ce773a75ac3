"""`policy/figures.yaml`: what figures show and hide, when a forecast relies on the past, and the sources of funds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import Field

from approvals.casework.policy.keys import repeated
from approvals.casework.policy.rule import OneOf, PolicyFile, Rule
from models.partner import PartnerKind


class SmallestGroup(Rule):
    """Times of a group with fewer rows are hidden: they would speak of a person."""

    rows: Annotated[int, Field(ge=1, le=100)]


class ForecastRule(Rule):
    """With fewer past cases of the same route, an expected date comes from the service levels."""

    least_past_cases: Annotated[int, Field(ge=1, le=1000)]


class SourceOfFunds(Rule):
    """Kinds of partners that are reported on as one source of funds."""

    source_of_funds: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="What is typed, and printed by programs")
    title: str
    kinds: OneOf[PartnerKind] = Field(min_length=1)


class FigureRules(PolicyFile):
    """How figures are made."""

    smallest_group: SmallestGroup
    forecast: ForecastRule
    sources_of_funds: tuple[SourceOfFunds, ...]

    def source_of(self, kind: str) -> str:
        """Return the source of funds a kind of partner belongs to; the kind itself if the policy names none."""
        named = (one.source_of_funds for one in self.sources_of_funds if kind in one.kinds)
        return next(named, kind)

    def title_of(self, source_of_funds: str) -> str:
        """Return the title of a source of funds; its name if the policy knows none."""
        titles = (one.title for one in self.sources_of_funds if one.source_of_funds == source_of_funds)
        return next(titles, source_of_funds.replace("_", " "))

    def faults(self) -> Iterable[str]:
        """Yield a sentence for each source named twice, and for each kind of partner in two sources or in none."""
        yield from repeated("sources_of_funds", (one.source_of_funds for one in self.sources_of_funds))
        for kind in PartnerKind:
            times = sum(kind in one.kinds for one in self.sources_of_funds)
            if times != 1:
                yield f"sources_of_funds: «{kind}» belongs to {times} sources, needs one"


BEFORE_THERE_WERE_FIGURES = FigureRules(
    owner="PARDEV",
    effective_on=date(2026, 1, 1),
    purpose="Policies published before there were figures: each kind of partner is a source of its own.",
    smallest_group=SmallestGroup(rows=5, source="A policy without rules about figures hides small groups"),
    forecast=ForecastRule(least_past_cases=10, source="A policy without rules about figures trusts few cases least"),
    sources_of_funds=(),
)
"""What a published policy means that says nothing about figures."""
