"""`policy/routes.yaml`: who must look at a case, and who decides it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_serializer

from approvals.casework.policy.rule import OneOf, PolicyFile, PolicyPart, Rule
from models.case import AgreementForm, Funds, Level
from models.office import OfficeKind
from models.partner import PartnerKind
from models.risk import RiskLevel
from models.user import Role


@dataclass(frozen=True)
class Circumstances:
    """What a route depends on: who, which way the money goes, how much (in US dollars), how risky, which level."""

    kind: PartnerKind
    funds: Funds
    risk: RiskLevel
    level: Level
    amount_usd: Decimal
    personal_data: bool = False
    emblem: bool = False
    form: AgreementForm | None = None
    """Which of the partner's forms of agreement is asked for; None where the partner has only one."""


class When(PolicyPart):
    """The cases a rule is for. What is left out fits every case."""

    kinds: OneOf[PartnerKind] | None = None
    funds: OneOf[Funds] | None = None
    risk: OneOf[RiskLevel] | None = None
    levels: OneOf[Level] | None = None
    forms: OneOf[AgreementForm] | None = None
    above_usd: Annotated[Decimal, Field(ge=0)] | None = None
    up_to_usd: Annotated[Decimal, Field(ge=0)] | None = None
    personal_data: bool | None = None
    emblem: bool | None = None

    @field_serializer("kinds", "funds", "risk", "levels", "forms")
    def _in_order(self, allowed: frozenset[str] | None) -> list[str] | None:
        """Sets have another order in every process, and the policy's digest must not."""
        return None if allowed is None else sorted(allowed)

    def fits(self, case: Circumstances) -> bool:
        """Every condition given holds for `case`."""
        members = (
            (self.kinds, case.kind),
            (self.funds, case.funds),
            (self.risk, case.risk),
            (self.levels, case.level),
            (self.forms, case.form),
        )
        flags = ((self.personal_data, case.personal_data), (self.emblem, case.emblem))
        return (
            all(allowed is None or value in allowed for allowed, value in members)
            and all(wanted is None or wanted == value for wanted, value in flags)
            and (self.above_usd is None or case.amount_usd > self.above_usd)
            and (self.up_to_usd is None or case.amount_usd <= self.up_to_usd)
        )


class Tier(StrEnum):
    """How deep the due diligence goes (UNDP, August 2023: basic, standard, enhanced)."""

    NONE = "none"
    BASIC = "basic"
    STANDARD = "standard"
    ENHANCED = "enhanced"

    @property
    def rank(self) -> int:
        """Depth from none, 0, to the deepest."""
        return list(Tier).index(self)


class DueDiligenceRule(Rule):
    """The first rule that fits names the tier and the kind of office that does the work."""

    tier: Tier
    office: OfficeKind | None = None
    when: When = When()


class ConsultationRule(Rule):
    """A unit whose view is asked, in parallel with the others, whenever the rule fits."""

    unit: Role
    office: OfficeKind | None = None
    when: When = When()


class DecisionRule(Rule):
    """The decision lies at least this high when the rule fits; the highest of all that fit counts."""

    at_least: Role
    when: When = When()


class LegalReviewRule(Rule):
    """Legal review may be left out when the rule fits and the text is the standard one."""

    when: When


class ClearanceRule(Rule):
    """A unit that must clear the final text before signature whenever the rule fits."""

    unit: Role
    when: When = When()


class TemplateRule(Rule):
    """The first rule that fits names the template family."""

    family: str
    when: When = When()


class Routes(PolicyFile):
    """All rules about the way of a case."""

    due_diligence: tuple[DueDiligenceRule, ...] = Field(min_length=1)
    consultation: tuple[ConsultationRule, ...]
    decision_levels: tuple[Role, ...] = Field(min_length=1, description="Lowest first")
    decision_offices: dict[Role, OfficeKind]
    decision: tuple[DecisionRule, ...] = Field(min_length=1)
    legal_review_may_be_skipped: tuple[LegalReviewRule, ...]
    clearance: tuple[ClearanceRule, ...] = Field(min_length=1)
    templates: tuple[TemplateRule, ...] = Field(min_length=1)

    def faults(self) -> Iterable[str]:
        """Yield what does not fit together across rules, as sentences."""
        levels = self.decision_levels
        for level in sorted({level for level in levels if levels.count(level) > 1}):
            yield f"decision_levels: «{level}» is given twice"
        for level in levels:
            if level not in self.decision_offices:
                yield f"decision_offices: lacks «{level}»"
        for rule in self.decision:
            if rule.at_least not in levels:
                yield f"decision: «{rule.at_least}» is not one of decision_levels"
        if not any(rule.when == When() and rule.at_least is levels[0] for rule in self.decision):
            yield "decision: one rule without `when` must name the lowest level"
        if self.due_diligence[-1].when != When():
            yield "due_diligence: the last rule must have no `when`, so that every case finds one"
        if not any(rule.when == When() for rule in self.clearance):
            yield "clearance: one rule must have no `when`, so that every text is cleared"
