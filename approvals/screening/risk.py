"""How risky a partnership is, by the policy's factors, and which of them say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from approvals.casework.policy.risk import FundsSizeRule, RiskFactor, RiskPolicy
from approvals.casework.policy.sectors import Sectors
from approvals.casework.proposal import ProposalForm
from models.case import Funds
from models.partner import PartnerKind
from models.risk import RiskLevel

SAFEGUARDING_POLICY = "safeguarding_policy"
"""The kind of document that shows safeguards against sexual exploitation."""


@dataclass(frozen=True)
class FactorLevel:
    """The level of one factor, what it means, and whether the machine or the officer set it."""

    key: str
    title: str
    level: RiskLevel
    meaning: str
    set_by: str
    source: str

    def __str__(self) -> str:
        return f"{self.title}: {self.meaning} ({self.level.value})"


@dataclass(frozen=True)
class RiskAssessment:
    """The overall level, the factors that led to it, and all factors in the order of the policy."""

    level: RiskLevel
    reason: str
    decisive: tuple[FactorLevel, ...]
    factors: tuple[FactorLevel, ...]
    source: str

    def as_dict(self) -> dict[str, object]:
        """Return the factors as plain values, for the record."""
        return {
            "level": self.level.value,
            "factors": {factor.key: factor.level.value for factor in self.factors},
            "set_by": {factor.key: factor.set_by for factor in self.factors},
            "decisive": [factor.key for factor in self.decisive],
        }


@dataclass(frozen=True, kw_only=True)
class RiskFacts:
    """What the factors are read from: a proposal, or what is known before there is one."""

    kind: PartnerKind
    sector: str
    funds: Funds
    emblem_use: str
    personal_data: bool
    beneficiary_contact: bool
    has_safeguards: bool = False
    by_officer: Mapping[str, RiskLevel] = field(default_factory=dict)


def facts_of(proposal: ProposalForm) -> RiskFacts:
    """Return what `proposal` says of its risk."""
    return RiskFacts(
        kind=proposal.partner.kind,
        sector=proposal.partner.sector,
        funds=proposal.funds,
        emblem_use=proposal.emblem_use,
        personal_data=proposal.personal_data,
        beneficiary_contact=proposal.beneficiary_contact,
        has_safeguards=any(document.kind == SAFEGUARDING_POLICY for document in proposal.documents),
        by_officer=proposal.risk_factors,
    )


def assess_risk(
    proposal: ProposalForm | RiskFacts,
    *,
    policy: RiskPolicy,
    sectors: Sectors,
    office_limit_share: Decimal | None,
    later: Mapping[str, str] | None = None,
) -> RiskAssessment:
    """Return how risky the proposed partnership is, by the proposal or by what is known before there is one.

    `office_limit_share` is the amount divided by the office's limit, 1 at the limit, None if no limit is known.
    `later` holds the readings of derived factors that the proposal itself does not show, by key of the factor:
    sanctions_match (none, cleared_strong_reason, cleared_weak_data, open, confirmed), partner_flags (none, or the
    state of the gravest), social_partner_view (support, no_view, reservation, objection), terms_deviation (none,
    wording, substance, immunity). Where officer and machine set the same factor, the higher level counts: a person
    may raise freely.
    """
    facts = proposal if isinstance(proposal, RiskFacts) else facts_of(proposal)
    readings = _read(facts, sectors) | dict(later or {})
    factors = tuple(_factor_levels(facts, policy, readings, office_limit_share))
    return _overall(factors, policy)


def _read(facts: RiskFacts, sectors: Sectors) -> dict[str, str]:
    """Return what the facts say of each derived factor, in the words of the policy's table."""
    sector = sectors.find(facts.sector)
    return {
        "sector": "unknown" if sector is None else "high_risk" if sector.high_risk else "ordinary",
        "emblem": facts.emblem_use,
        "personal_data": "yes" if facts.personal_data else "no",
        "safeguarding": (
            "no_contact"
            if not facts.beneficiary_contact
            else "policy_given"
            if facts.has_safeguards
            else "policy_missing"
        ),
    }


def _factor_levels(
    facts: RiskFacts, policy: RiskPolicy, readings: Mapping[str, str], share: Decimal | None
) -> Iterator[FactorLevel]:
    for factor in policy.concerning(facts.kind):
        by_machine = policy.derived_level(factor.key, readings.get(factor.key, ""))
        if factor.key == "funds_size":
            by_machine = _funds_level(facts.funds, policy.funds_size, share)
        by_officer = facts.by_officer.get(factor.key)
        if by_officer and (by_machine is None or by_officer.rank > by_machine.rank):
            yield _factor_level(factor, by_officer, set_by="officer")
        elif by_machine:
            yield _factor_level(factor, by_machine, set_by="machine")


def _factor_level(factor: RiskFactor, level: RiskLevel, *, set_by: str) -> FactorLevel:
    return FactorLevel(factor.key, factor.title, level, factor.levels[level], set_by, factor.source)


def _funds_level(funds: Funds, rule: FundsSizeRule, share: Decimal | None) -> RiskLevel:
    """Return the level of the amount against the office's limit; moderate if money moves and no limit is known."""
    if share is None:
        return RiskLevel.LOW if funds is Funds.NONE else RiskLevel.MODERATE
    percent = share * 100
    if percent < rule.low_below:
        return RiskLevel.LOW
    if percent <= rule.moderate_up_to:
        return RiskLevel.MODERATE
    return RiskLevel.SUBSTANTIAL if percent <= rule.substantial_up_to else RiskLevel.HIGH


def _overall(factors: tuple[FactorLevel, ...], policy: RiskPolicy) -> RiskAssessment:
    """Return the highest single level, raised when the policy says so many grave factors do."""
    highest = max((factor.level for factor in factors), key=lambda level: level.rank, default=RiskLevel.LOW)
    decisive = tuple(factor for factor in factors if factor.level is highest and highest is not RiskLevel.LOW)
    grave = tuple(factor for factor in factors if factor.level.rank >= policy.overall.raise_level.rank)
    raised = _raised(highest, policy.overall.raise_by) if len(grave) >= policy.overall.raise_when else highest
    if not decisive:
        reason = "No factor is above low."
    elif raised is highest:
        reason = "; ".join(map(str, decisive)) + "."
    else:
        decisive = grave
        reason = f"Raised from {highest.value}, because {len(grave)} factors are grave: " + "; ".join(map(str, grave))
        reason += "."
    return RiskAssessment(raised, reason, decisive, factors, policy.overall.source)


def _raised(level: RiskLevel, steps: int) -> RiskLevel:
    levels = list(RiskLevel)
    return levels[min(level.rank + steps, len(levels) - 1)]
