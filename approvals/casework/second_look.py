"""A second look: where one person's answer counts only when another has looked as well.

Raising the risk level is free; lowering it below what the machine found takes a reason and a second person. The first
answer then changes nothing yet: a task in a slot of its own asks somebody else, and theirs is the level that counts.

So it is with strong hits: confirming one is free, clearing it takes two. If the second officer confirms what the
first has cleared, the case stops.
"""

from __future__ import annotations

from collections.abc import Mapping

from approvals.casework.hits import cleared_strong_hits
from approvals.casework.policy import Policy
from approvals.casework.route import Slot, office_above
from models.case import Stage
from models.decision import Decision, Outcome
from models.office import OfficeKind
from models.risk import RiskLevel
from models.task import TaskKind
from models.user import Role

SECOND = ":second"
"""Ends the name of the slot of a second look; what comes before is the slot looked at."""

DUE_DILIGENCE = "due_diligence"
SCREENING_REVIEW = "screening_review"


def second_looks(
    policy: Policy, stage: Stage, given: Mapping[str, Decision], *, risk: RiskLevel | None, office_code: str
) -> tuple[Slot, ...]:
    """Return the slots in which somebody must look again, now that these decisions were `given`, by slot name.

    `risk` is the level the case has had so far, None if there is none. Empty where one person is enough.
    """
    if stage is Stage.DUE_DILIGENCE:
        return _at_a_lower_risk(policy, given.get(DUE_DILIGENCE), risk, office_code)
    return _at_strong_hits(policy, given.get(SCREENING_REVIEW), office_code)


def _at_a_lower_risk(
    policy: Policy, first: Decision | None, risk: RiskLevel | None, office_code: str
) -> tuple[Slot, ...]:
    rule = policy.risk.lowering
    if first is None or rule is None or risk is None:
        return ()
    level = assessed_level(first)
    if level is None or level.rank >= risk.rank:
        return ()
    slot = Slot(
        DUE_DILIGENCE + SECOND,
        TaskKind.DUE_DILIGENCE,
        Role.DUE_DILIGENCE_OFFICER,
        office_above(policy, office_code, rule.second_office),
        f"A colleague would lower the risk from {risk} to {level}: «{first.reason}». Look again and set the level.",
        rule.source,
    )
    return (slot,)


def _at_strong_hits(policy: Policy, first: Decision | None, office_code: str) -> tuple[Slot, ...]:
    rule, numbers = policy.screening.clearing, cleared_strong_hits(first)
    if first is None or rule is None or not rule.strong_hits_need_two or not numbers:
        return ()
    which = ", ".join(map(str, numbers))
    slot = Slot(
        SCREENING_REVIEW + SECOND,
        TaskKind.SCREENING_REVIEW,
        Role.SCREENING_OFFICER,
        office_above(policy, office_code, OfficeKind.HEADQUARTERS),
        f"A colleague cleared strong hits ({which}): «{first.reason}». Look again: clear or confirm each of them.",
        rule.source,
    )
    return (slot,)


def assessed_level(decision: Decision) -> RiskLevel | None:
    """Return the risk level a decision set, None if it set none."""
    level = decision.details.get("risk") if decision.outcome is Outcome.ASSESSED else None
    return RiskLevel(level) if level else None


def settled_level(given: Mapping[str, Decision], risk: RiskLevel | None) -> RiskLevel | None:
    """Return the level due diligence ends with: that of the second look if there was one, else `risk`."""
    second = given.get(DUE_DILIGENCE + SECOND)
    return (assessed_level(second) if second else None) or risk


def lowest_level(
    policy: Policy, slot: str, first: Decision | None, *, risk: RiskLevel | None
) -> tuple[RiskLevel | None, str]:
    """Return the lowest level that may be set in `slot`, and what it rests on; None if any may.

    `first` is the decision a second look is about.
    """
    if slot == DUE_DILIGENCE and policy.risk.lowering is not None:
        return None, ""
    if slot == DUE_DILIGENCE + SECOND and first is not None:
        return assessed_level(first), "which the first look came to"
    return risk, "which the screening found"
