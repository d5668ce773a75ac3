"""`policy/amendments.yaml`: what an amendment needs before it takes effect: a document, a decision, or a note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from approvals.casework.amendment import covers
from approvals.casework.changes import is_a_field
from approvals.casework.policy.rule import OneOf, PolicyFile, PolicyPart, Rule
from models.amendment import AmendmentKind, Handling
from models.case import Funds, Stage
from models.partner import PartnerKind


@dataclass(frozen=True)
class Extent:
    """How far an amendment goes, with all that changed since the text it is counted from."""

    kind: AmendmentKind
    succession: bool
    partner_kind: PartnerKind
    funds: Funds
    fields: tuple[str, ...]
    """What this amendment changes, such as `money.budget.amount`."""
    months: int
    """By how many months the end lies elsewhere."""
    extensions: int
    """The no-cost extensions the agreement then had in all."""
    line_per_cent: Decimal
    """By how much the budget line that moves furthest differs."""
    total_per_cent: Decimal
    """By how much cash and gifts in kind together differ."""


Months = Annotated[int, Field(ge=0, le=600)]
PerCent = Annotated[Decimal, Field(ge=0, le=1000)]


class AmendmentWhen(PolicyPart):
    """The amendments a rule is for. What is left out fits every amendment."""

    kinds: OneOf[AmendmentKind] | None = None
    partner_kinds: OneOf[PartnerKind] | None = None
    funds: OneOf[Funds] | None = None
    succession: bool | None = None
    fields: tuple[str, ...] | None = Field(default=None, description="It changes nothing but these")
    up_to_months: Months | None = None
    up_to_extensions: Annotated[int, Field(ge=1, le=100)] | None = None
    up_to_line_per_cent: PerCent | None = None
    up_to_total_per_cent: PerCent | None = None

    def fits(self, extent: Extent) -> bool:
        """Every condition given holds for an amendment that goes so far."""
        limits = (
            (self.up_to_months, extent.months),
            (self.up_to_extensions, extent.extensions),
            (self.up_to_line_per_cent, extent.line_per_cent),
            (self.up_to_total_per_cent, extent.total_per_cent),
        )
        members = ((self.kinds, extent.kind), (self.partner_kinds, extent.partner_kind), (self.funds, extent.funds))
        return (
            all(allowed is None or value in allowed for allowed, value in members)
            and (self.succession is None or self.succession == extent.succession)
            and (self.fields is None or all(covers(self.fields, field) for field in extent.fields))
            and all(limit is None or value <= limit for limit, value in limits)
        )


class DecidedAt(StrEnum):
    """Which level decides an amendment."""

    LOWEST = "lowest"  #: the lowest level that sits in the office or above it
    AS_NEW = "as_new"  #: the level that would decide a new case of what the agreement then says


class AmendmentRule(Rule):
    """The first rule that fits says what an amendment needs before it takes effect."""

    handling: Handling
    stages: OneOf[Stage] = Field(default=frozenset(), description="Stages it goes through besides those it must")
    decided_at: DecidedAt = DecidedAt.AS_NEW
    when: AmendmentWhen = AmendmentWhen()


OPTIONAL_STAGES = frozenset({Stage.SCREENING, Stage.DUE_DILIGENCE, Stage.CONSULTATION, Stage.LEGAL_REVIEW})
"""Stages a rule may ask for; the others follow from the handling."""


class CountedFrom(StrEnum):
    """From which text the limits of the rules are counted."""

    FIRST_SIGNATURE = "first_signature"  #: the agreement as it was first signed
    LAST_SIGNATURE = "last_signature"  #: the agreement as both sides signed it last, amendments included


class AmendmentRules(PolicyFile):
    """All rules about amendments."""

    counted_from: CountedFrom
    family: str = Field(description="Template family of the document")
    rules: tuple[AmendmentRule, ...] = Field(min_length=1)

    def rule_for(self, extent: Extent) -> AmendmentRule:
        """Return the first rule that fits; `faults` made sure that one does."""
        return next(rule for rule in self.rules if rule.when.fits(extent))

    def faults(self) -> Iterable[str]:
        """Yield what does not fit together, as sentences."""
        last = self.rules[-1]
        if last.when != AmendmentWhen() or last.handling is not Handling.AMENDMENT:
            yield "rules: the last must have no `when` and ask for an amendment, so that nothing slips through"
        for number, rule in enumerate(self.rules, 1):
            yield from (f"rules[{number}]: {sentence}" for sentence in _faults_of(rule))


def _faults_of(rule: AmendmentRule) -> Iterator[str]:
    for stage in sorted(rule.stages - OPTIONAL_STAGES):
        yield f"stages: «{stage}» follows from the handling; choose from {', '.join(sorted(OPTIONAL_STAGES))}"
    if rule.handling is Handling.RECORD_ONLY and rule.stages:
        yield "stages: what is only recorded goes through none"
    if rule.handling is Handling.APPROVAL_ONLY and Stage.LEGAL_REVIEW in rule.stages:
        yield "stages: without a document there is nothing for legal review"
    for field in rule.when.fields or ():
        if not is_a_field(field):
            yield f"when.fields: «{field}» is no field of a proposal"


BEFORE_THERE_WERE_RULES = AmendmentRules(
    owner="PARDEV",
    effective_on=date(2026, 1, 1),
    purpose="Policies published before there were amendments: every change is signed, after the whole way.",
    counted_from=CountedFrom.FIRST_SIGNATURE,
    family="amendment",
    rules=(
        AmendmentRule(
            handling=Handling.AMENDMENT,
            stages=OPTIONAL_STAGES,
            source="A policy without rules about amendments makes no exception",
        ),
    ),
)
"""What a published policy means that says nothing about amendments."""
