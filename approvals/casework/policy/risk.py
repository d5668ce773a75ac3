"""`policy/risk.yaml`: how risky a partnership is: the factors, what each level means, and how they add up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, model_validator

from approvals.casework.policy.keys import repeated
from approvals.casework.policy.rule import PolicyFile, PolicyPart, Rule
from models.office import OfficeKind
from models.partner import PartnerKind
from models.risk import RiskLevel


class RiskFactor(Rule):
    """One factor. Officers assess it, unless the machine derives it."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    levels: dict[RiskLevel, str] = Field(description="What each of the four levels means")
    derived: bool = Field(default=False, description="The machine sets it; officers are not asked")

    @model_validator(mode="after")
    def _every_level_is_described(self) -> RiskFactor:
        missing = [level.value for level in RiskLevel if level not in self.levels]
        if missing:
            raise ValueError(f"the factor «{self.key}» does not describe {', '.join(missing)}")
        return self


class FactorsAsked(Rule):
    """Which officer-assessed factors are asked of which kinds of partner."""

    kinds: tuple[PartnerKind, ...] = Field(min_length=1)
    factors: tuple[str, ...]
    without: tuple[str, ...] = Field(
        default=(), description="Factors the machine derives for others, but that say nothing of these kinds"
    )


class OverallRule(Rule):
    """How single factors become one level: the highest of them, raised when several are substantial or worse."""

    raise_when: Annotated[int, Field(ge=1)] = Field(description="So many factors at `raise_level` or above…")
    raise_level: RiskLevel
    raise_by: Annotated[int, Field(ge=0, le=3)] = Field(description="…raise the overall level by so many steps")


class LoweringRule(Rule):
    """A person may set a level below what the machine found only if a second one looks as well."""

    second_office: OfficeKind = Field(description="Where the second person sits: this kind of office or one above")


class EntityFactors(Rule):
    """Factors that are the partner's own: what due diligence says of them holds for its next proposal as well.

    All others are of the engagement and are looked at with every proposal.
    """

    factors: tuple[str, ...] = Field(min_length=1)


class FundsSizeRule(Rule):
    """The share of the office's limit, in per cent, up to which funds are low, moderate and substantial."""

    low_below: Annotated[int, Field(gt=0, le=100)]
    moderate_up_to: Annotated[int, Field(gt=0, le=100)]
    substantial_up_to: Annotated[int, Field(gt=0, le=100)]

    @model_validator(mode="after")
    def _in_order(self) -> FundsSizeRule:
        if not self.low_below < self.moderate_up_to < self.substantial_up_to:
            raise ValueError("low_below, moderate_up_to and substantial_up_to must rise")
        return self


class DerivedLevel(PolicyPart):
    """What a machine-read fact means: `when` is the value read, as in emblem_use = schedule."""

    factor: str
    when: str
    level: RiskLevel


class DerivedLevels(Rule):
    """The table from machine-read values to levels."""

    table: tuple[DerivedLevel, ...] = Field(min_length=1)


class RiskPolicy(PolicyFile):
    """The factors, and how they add up."""

    overall: OverallRule
    funds_size: FundsSizeRule
    derived: DerivedLevels
    factors: tuple[RiskFactor, ...] = Field(min_length=1)
    asked: tuple[FactorsAsked, ...] = Field(min_length=1)
    entity: EntityFactors | None = Field(default=None, description="Left out: no assessment is relied on again")
    lowering: LoweringRule | None = Field(default=None, description="Left out: nobody may lower the level")

    def faults(self) -> Iterable[str]:
        """Yield what does not fit together across rules, as sentences."""
        yield from repeated("factors", (factor.key for factor in self.factors))
        yield from repeated("asked", (kind for rule in self.asked for kind in rule.kinds))
        assessed = {factor.key for factor in self.factors if not factor.derived}
        derived = {factor.key for factor in self.factors if factor.derived}
        for key in sorted({key for rule in self.asked for key in rule.factors} - assessed):
            yield f"asked: «{key}» is not a factor that officers assess"
        for key in sorted({row.factor for row in self.derived.table} - derived):
            yield f"derived: «{key}» is not a derived factor"
        for key in sorted(set(self.entity.factors if self.entity else ()) - assessed - derived):
            yield f"entity: «{key}» is no factor"
        for kind in sorted(set(PartnerKind) - {kind for rule in self.asked for kind in rule.kinds}):
            yield f"asked: nothing is said of «{kind}»"

    def asked_of(self, kind: PartnerKind) -> tuple[RiskFactor, ...]:
        """Return the factors an officer assesses for a partner of `kind`, in reading order."""
        keys = {key for rule in self.asked if kind in rule.kinds for key in rule.factors}
        return tuple(factor for factor in self.factors if factor.key in keys)

    def concerning(self, kind: PartnerKind) -> tuple[RiskFactor, ...]:
        """Return the factors that say something of a partner of `kind`, in reading order."""
        spared = {key for rule in self.asked if kind in rule.kinds for key in rule.without}
        return tuple(factor for factor in self.factors if factor.key not in spared)

    def find(self, key: str) -> RiskFactor | None:
        """Return the factor of that key; None if the policy does not know it."""
        return next((factor for factor in self.factors if factor.key == key), None)

    def derived_level(self, factor: str, value: str) -> RiskLevel | None:
        """Return the level that `value` of a derived `factor` means; None if the table does not say."""
        return next((row.level for row in self.derived.table if (row.factor, row.when) == (factor, value)), None)
