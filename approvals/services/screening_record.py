"""How a screening is kept: once for each leg of a case, with every finding, also when there is nothing to look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from approvals.screening.checks import ListInForce, Result
from approvals.screening.matching import ALGORITHM
from approvals.services.transaction import Transaction
from models.assessment import EntityAssessment
from models.case import Case
from models.risk import RiskLevel
from models.screening import Finding, Screening, Verdict


def keep_screening(
    act: Transaction,
    case: Case,
    results: Iterable[Result],
    *,
    verdict: Verdict,
    risk: RiskLevel,
    lists: Sequence[ListInForce],
    relies_on: EntityAssessment | None = None,
) -> None:
    """Keep `results` as the screening of the leg the case is in, with the lists used and what it `relies_on`."""
    assert case.id is not None
    screening = Screening(
        case_id=case.id,
        leg=case.leg,
        proposal_version=case.proposal_version,
        verdict=verdict,
        risk=risk,
        algorithm=ALGORITHM,
        lists=[used.as_dict() for used in lists],
        screened_at=act.now,
        assessment_id=relies_on.id if relies_on else None,
    )
    act.session.add(screening)
    act.session.flush()
    assert screening.id is not None
    for found in results:
        finding = Finding(
            screening_id=screening.id,
            name=found.name,
            verdict=found.verdict,
            reason=found.reason,
            source=found.source,
            detail=found.detail,
        )
        act.session.add(finding)
    act.session.flush()
