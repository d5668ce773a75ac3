"""When the assessment of a partner may be relied on for its next proposal, and when it must be made anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from approvals.casework.policy import Policy
from approvals.casework.policy.routes import Tier
from models.assessment import Ending, EntityAssessment
from models.risk import RiskLevel


@dataclass(frozen=True)
class Prospect:
    """What a new proposal brings that an earlier assessment may not cover.

    `factors` are the levels of its own screening, `has_match` tells whether a name on a list resembles one of its
    names, and `proposers` are those who submitted or asked for it.
    """

    factors: Mapping[str, RiskLevel]
    countries: frozenset[str]
    has_match: bool
    proposers: frozenset[int]
    today: date


def why_not_relied_on(
    assessment: EntityAssessment, prospect: Prospect, policy: Policy, *, assessed_by: frozenset[int]
) -> str:
    """Return why the partner must be assessed anew; empty if the assessment may be relied on.

    `assessed_by` are all who took part in it: nobody proposes what rests on their own assessment.
    """
    if policy.risk.entity is None:
        return "the policy does not say which risk factors are the partner's own"
    if assessment.ended_because is not None:
        return f"ended by {_words(assessment.ended_because)}"
    if assessment.valid_until < prospect.today:
        return f"lapsed on {assessment.valid_until.isoformat()}"
    if assessed_by & prospect.proposers:
        return "who proposes took part in it"
    counted = policy.organisation.validity.ended_by
    met = [end for end, shows in _COMPARED.items() if end in counted and shows(assessment, prospect)]
    return "; ".join(map(_words, met))


def covers(assessment: EntityAssessment, tier: Tier) -> bool:
    """Tell whether the assessment went as deep as `tier` asks."""
    return Tier(assessment.tier).rank >= tier.rank


def _has_new_country(assessment: EntityAssessment, prospect: Prospect) -> bool:
    return not prospect.countries <= set(assessment.countries)


def _has_worse_factor(assessment: EntityAssessment, prospect: Prospect) -> bool:
    before = {key: RiskLevel(level) for key, level in assessment.factors.items()}
    now = prospect.factors
    return any(key in now and now[key].rank > level.rank for key, level in before.items())


_COMPARED: Mapping[Ending, Callable[[EntityAssessment, Prospect], bool]] = {
    Ending.NEW_MATCH: lambda _, prospect: prospect.has_match,
    Ending.NEW_COUNTRY: _has_new_country,
    Ending.WORSE_FACTOR: _has_worse_factor,
}
"""Endings that show only beside a new proposal; the others happen in the register and end the assessment there."""


def _words(ending: Ending) -> str:
    return ending.replace("_", " ")
