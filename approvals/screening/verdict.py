"""A screening: all checks over one proposal, the risk they suggest, and the worst finding as verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from approvals.casework.flags import StandingFlag, gravest
from approvals.casework.proposal import ProposalForm
from approvals.screening.checks import (
    CHECKS,
    ON_PAPER,
    ListInForce,
    Result,
    ScreeningPolicy,
    Subject,
    listed_names,
)
from approvals.screening.matching import ALGORITHM, NameIndex
from approvals.screening.register import KnownPartner
from approvals.screening.remembering import ClearedBefore
from approvals.screening.risk import RiskAssessment, assess_risk
from models.risk import RiskLevel
from models.screening import Verdict


@dataclass(frozen=True)
class ScreeningResult:
    """What a screening says. Its findings are never empty: a check that found nothing says so."""

    verdict: Verdict
    risk: RiskLevel
    findings: tuple[Result, ...]
    algorithm: str
    lists: tuple[ListInForce, ...]
    assessment: RiskAssessment


def screen(
    proposal: ProposalForm,
    *,
    policy: ScreeningPolicy,
    index: NameIndex,
    lists: Sequence[ListInForce],
    register: Sequence[KnownPartner],
    office_limit_share: Decimal | None,
    today: date,
    cleared: Sequence[ClearedBefore] = (),
    flags: Sequence[StandingFlag] = (),
) -> ScreeningResult:
    """Return the screening of `proposal`.

    `index` is built from exactly the entries of `lists`. `register` holds the partners known so far, without the
    case being screened, `cleared` the hits people cleared for this partner, the newest last. `flags` are those on
    the partner and on those above it. `office_limit_share` is the amount divided by the office's limit, None if no
    limit is known. The machine says stop only where a person said so before: for an exclusion criterion answered with
    yes, and for a flag that headquarters confirmed; whether a listed name is the partner's, a person decides.
    """
    subject = Subject(
        proposal, policy, index, tuple(lists), tuple(register), today, cleared=tuple(cleared), flags=tuple(flags)
    )
    findings = [result for check in CHECKS for result in check(subject)]
    assessment = assess_risk(
        proposal,
        policy=policy.risk,
        sectors=policy.sectors,
        office_limit_share=office_limit_share,
        later={"sanctions_match": _sanctions_match(findings), "partner_flags": gravest(flags) or "none"},
    )
    findings.append(_risk_finding(assessment))
    return ScreeningResult(
        verdict=worst(findings),
        risk=assessment.level,
        findings=tuple(findings),
        algorithm=ALGORITHM,
        lists=tuple(lists),
        assessment=assessment,
    )


def findings_on_paper(proposal: ProposalForm, *, policy: ScreeningPolicy, today: date) -> tuple[Result, ...]:
    """Return what the checks find that rest on `proposal` and `policy` alone; no name is compared with any list."""
    nothing = NameIndex((), policy.screening.matching)
    subject = Subject(proposal, policy, nothing, (), (), today)
    return tuple(result for check in ON_PAPER for result in check(subject))


def compared_with_lists(
    proposal: ProposalForm,
    *,
    policy: ScreeningPolicy,
    index: NameIndex,
    lists: Sequence[ListInForce],
    today: date,
    cleared: Sequence[ClearedBefore],
) -> tuple[Result, ...]:
    """Return what comparing the partner's names with `lists` finds, and no other check; never empty."""
    return tuple(listed_names(Subject(proposal, policy, index, tuple(lists), (), today, tuple(cleared))))


def worst(findings: Sequence[Result]) -> Verdict:
    """Return the worst verdict among `findings`; review if there are none, because then nothing was looked at."""
    return max((found.verdict for found in findings), key=lambda verdict: verdict.rank, default=Verdict.REVIEW)


def _sanctions_match(findings: Sequence[Result]) -> str:
    hits = [found for found in findings if found.name == listed_names.__name__]
    if worst(hits) is not Verdict.CLEAR:
        return "open"
    return "cleared_strong_reason" if any("cleared_hit" in found.detail for found in hits) else "none"


def _risk_finding(assessment: RiskAssessment) -> Result:
    reason = f"The proposed risk level is {assessment.level.value}. {assessment.reason}"
    return Result("risk_level", Verdict.CLEAR, reason, assessment.source, assessment.as_dict())
