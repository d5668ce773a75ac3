"""The route of a case: which stages ask whom, computed from the policy and the case's circumstances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from approvals.casework.policy import Policy
from approvals.casework.policy.organisation import OfficeEntry
from approvals.casework.policy.routes import Circumstances, Tier
from approvals.errors import PolicyError
from models.case import Stage
from models.office import OfficeKind
from models.task import TaskKind
from models.user import Role


@dataclass(frozen=True)
class Slot:
    """A place in a stage that one person or group must fill before the case goes on."""

    name: str
    kind: TaskKind
    role: Role
    office_code: str | None
    prompt: str
    source: str
    to_submitter: bool = False
    """The officer who submitted owes it, nobody else of the group."""


@dataclass(frozen=True)
class Route:
    """What each stage asks, whom, and by which rule. A stage without slots is passed over, for the reason given."""

    slots: Mapping[Stage, tuple[Slot, ...]]
    passed_over: Mapping[Stage, str]
    tier: Tier
    family: str


def compute_route(
    policy: Policy,
    case: Circumstances,
    *,
    office_code: str,
    decision_level: Role | None = None,
    text_is_standard: bool = True,
) -> Route:
    """Return the route of a case of these circumstances, proposed by the office of that code.

    `decision_level` is the level an objection or a referral raised the case to, None if none did; the decision lies
    there or where the policy puts it, whichever is higher. Legal review is left out only when `text_is_standard`.
    Raises `PolicyError` if no template rule fits.
    """
    offices = _Offices(policy, office_code)
    due_diligence = next(rule for rule in policy.routes.due_diligence if rule.when.fits(case))
    skip = next((rule for rule in policy.routes.legal_review_may_be_skipped if rule.when.fits(case)), None)
    skip = skip if text_is_standard else None
    slots = {
        Stage.SCREENING_REVIEW: (_screening_review(offices),),
        Stage.DUE_DILIGENCE: _due_diligence(due_diligence.tier, due_diligence.office, due_diligence.source, offices),
        Stage.CONSULTATION: _consultation(policy, case, offices),
        Stage.DECISION: (_decision(policy, case, decision_level, offices),),
        Stage.LEGAL_REVIEW: () if skip else (_LEGAL_REVIEW,),
        Stage.NEGOTIATION: (_NEGOTIATION,),
        Stage.CLEARANCE: _clearance(policy, case),
        Stage.SIGNATURE: _SIGNATURES,
    }
    passed_over = {
        Stage.DUE_DILIGENCE: due_diligence.source,
        Stage.CONSULTATION: "No consultation rule fits this case",
        Stage.LEGAL_REVIEW: skip.source if skip else "",
    }
    return Route(
        slots=slots,
        passed_over={stage: why for stage, why in passed_over.items() if not slots[stage]},
        tier=due_diligence.tier,
        family=template_family(policy, case),
    )


def decision_level(policy: Policy, case: Circumstances) -> Role:
    """Return the lowest level that may decide this case: the highest of all rules that fit."""
    levels = policy.routes.decision_levels
    return max((rule.at_least for rule in policy.routes.decision if rule.when.fits(case)), key=levels.index)


def office_limit_usd(policy: Policy, office_code: str) -> Decimal | None:
    """Return the amount up to which the office of that code may decide by itself, None if nothing limits it."""
    office = policy.organisation.office(office_code)
    levels, places = policy.routes.decision_levels, policy.routes.decision_offices
    own = max((i for i, level in enumerate(levels) if office and places.get(level) is office.kind), default=-1)
    limits = [
        rule.when.above_usd
        for rule in policy.routes.decision
        if rule.when.above_usd is not None and levels.index(rule.at_least) > own
    ]
    return min(limits, default=None)


def level_above(policy: Policy, level: Role) -> Role | None:
    """Return the decision level above `level`, or None at the top."""
    levels = policy.routes.decision_levels
    above = levels.index(level) + 1
    return levels[above] if above < len(levels) else None


def template_family(policy: Policy, case: Circumstances) -> str:
    """Return the template family for this case. Raises `PolicyError` if no rule fits."""
    for rule in policy.routes.templates:
        if rule.when.fits(case):
            return rule.family
    raise PolicyError(
        f"There is no agreement template for «{case.kind}» with funds «{case.funds}»; "
        "add a rule to templates in policy/routes.yaml.",
        [],
    )


class _Offices:
    """Finds the office of a given kind that answers for a case, going up from the office that proposes it."""

    def __init__(self, policy: Policy, office_code: str) -> None:
        self._policy = policy
        self._own = office_code

    def of_kind(self, kind: OfficeKind | None) -> str | None:
        office = self._policy.organisation.office(self._own)
        while kind is not None and office is not None:
            if _is_at_least(office, kind):
                return office.code
            office = self._policy.organisation.office(office.parent or "")
        return None


_HEIGHT = {OfficeKind.AREA: 0, OfficeKind.REGIONAL: 1, OfficeKind.HEADQUARTERS: 2}


def _is_at_least(office: OfficeEntry, kind: OfficeKind) -> bool:
    # A case proposed by a regional office has no area office below it: its own office answers.
    return _HEIGHT[office.kind] >= _HEIGHT[kind]


def _screening_review(offices: _Offices) -> Slot:
    return Slot(
        "screening_review",
        TaskKind.SCREENING_REVIEW,
        Role.SCREENING_OFFICER,
        offices.of_kind(OfficeKind.HEADQUARTERS),
        "Judge the findings of the screening: clear them with a reason, or confirm that they stand.",
        "Procedure reference C7, step 3 (headquarters if a hit stands)",
    )


def _due_diligence(tier: Tier, office: OfficeKind | None, source: str, offices: _Offices) -> tuple[Slot, ...]:
    if tier is Tier.NONE:
        return ()
    prompt = f"Assess the partner ({tier} due diligence) and set the risk level with your reasons."
    role = Role.DUE_DILIGENCE_OFFICER
    return (Slot("due_diligence", TaskKind.DUE_DILIGENCE, role, offices.of_kind(office), prompt, source),)


def _consultation(policy: Policy, case: Circumstances, offices: _Offices) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            f"consultation:{rule.unit}",
            TaskKind.CONSULTATION,
            rule.unit,
            offices.of_kind(rule.office),
            "Give your unit's view of the proposed partnership.",
            rule.source,
        )
        for rule in policy.routes.consultation
        if rule.when.fits(case)
    )


def _decision(policy: Policy, case: Circumstances, raised_to: Role | None, offices: _Offices) -> Slot:
    levels = policy.routes.decision_levels
    level = decision_level(policy, case)
    if raised_to is not None:
        level = max(level, raised_to, key=levels.index)
    return Slot(
        "decision",
        TaskKind.DECISION,
        level,
        offices.of_kind(policy.routes.decision_offices.get(level)),
        "Decide whether the organisation enters into this partnership.",
        "; ".join(r.source for r in policy.routes.decision if r.at_least is level and r.when.fits(case)),
    )


def _clearance(policy: Policy, case: Circumstances) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            f"clearance:{rule.unit}",
            TaskKind.CLEARANCE,
            rule.unit,
            None,
            "Clear the final text for signature.",
            rule.source,
        )
        for rule in policy.routes.clearance
        if rule.when.fits(case)
    )


_LEGAL_REVIEW = Slot(
    "legal_review",
    TaskKind.LEGAL_REVIEW,
    Role.LEGAL_REVIEWER,
    None,
    "Review the text of the agreement.",
    "Procedure reference C7, step 8",
)
_NEGOTIATION = Slot(
    "negotiation",
    TaskKind.NEGOTIATION,
    Role.OFFICER,
    None,
    "Send the agreement to the partner and record the answer: agreed as sent, or changed with the returned file.",
    "Procedure reference C7, step 9",
    to_submitter=True,
)
_SIGNATURES = (
    Slot(
        "signature:organisation",
        TaskKind.SIGNATURE,
        Role.SIGNATORY,
        None,
        "Sign for the organisation and confirm the digest of the document you signed.",
        "Procedure reference C7, step 11",
    ),
    Slot(
        "signature:partner",
        TaskKind.PARTNER_SIGNATURE,
        Role.OFFICER,
        None,
        "Record that the partner has signed, and confirm the digest of the signed document.",
        "Procedure reference C7, step 11",
        to_submitter=True,
    ),
)
