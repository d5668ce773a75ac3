"""The route of a case: which stages ask whom, computed from the policy and the case's circumstances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from approvals.casework.assessment import covers
from approvals.casework.policy import Policy
from approvals.casework.policy.routes import Circumstances, ClearanceRule, ConsultationRule, DueDiligenceRule, Tier
from approvals.casework.policy.rule import Rule
from approvals.casework.telling import told
from approvals.errors import PolicyError
from models.assessment import EntityAssessment
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
    takes_effect_in: Stage | None = None
    """The stage at whose end an amendment takes effect; None for a new partnership."""


def compute_route(
    policy: Policy,
    case: Circumstances,
    *,
    office_code: str,
    decision_level: Role | None = None,
    text_is_standard: bool = True,
    assessed: EntityAssessment | None = None,
    lowest_decides: bool = False,
) -> Route:
    """Return the route of a case of these circumstances, proposed by the office of that code.

    `decision_level` is the level an objection or a referral raised the case to, None if none did; the decision lies
    there or where the policy puts it, whichever is higher, and never below the office that proposes: headquarters has
    no area director who could decide its cases. With `lowest_decides` the policy puts it at the lowest level whatever
    the circumstances. Legal review is left out only when `text_is_standard`. `assessed` is the earlier assessment of
    the partner that the case relies on, None if none: it takes the place of a due diligence that need not go deeper.
    Raises `PolicyError` if no template rule fits.
    """
    offices = _Offices(policy, office_code)
    due_diligence = next(rule for rule in policy.routes.due_diligence if rule.when.fits(case))
    relied_on = assessed is not None and covers(assessed, due_diligence.tier)
    skip = next((rule for rule in policy.routes.legal_review_may_be_skipped if rule.when.fits(case)), None)
    skip = skip if text_is_standard else None
    slots = {
        Stage.SCREENING_REVIEW: (_screening_review(offices),),
        Stage.DUE_DILIGENCE: () if relied_on else _due_diligence(due_diligence, offices),
        Stage.CONSULTATION: _consultation(policy, case, offices),
        Stage.DECISION: (_decision(policy, case, decision_level, offices, lowest_decides),),
        Stage.LEGAL_REVIEW: () if skip else (_LEGAL_REVIEW,),
        Stage.NEGOTIATION: (_NEGOTIATION,),
        Stage.CLEARANCE: _clearance(policy, case),
        Stage.SIGNATURE: _SIGNATURES,
    }
    passed_over = {
        Stage.DUE_DILIGENCE: _relied_on(assessed) if assessed and relied_on else due_diligence.source,
        Stage.CONSULTATION: told("No consultation rule fits this case"),
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


def share_of_limit(policy: Policy, amount_usd: Decimal) -> Decimal | None:
    """Return the amount as a share of the limit up to which its level decides, 1 at the limit.

    None above every limit. Measured against the area's limit instead, every amount a regional director may decide
    would count as a high risk and go to the top, and the levels between would never decide anything.
    """
    limits = (rule.when.above_usd for rule in policy.routes.decision if rule.when.above_usd is not None)
    its_limit = min((limit for limit in limits if amount_usd <= limit), default=None)
    return amount_usd / its_limit if its_limit else None


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
    form = f" and form «{case.form}»" if case.form else ""
    raise PolicyError(
        f"There is no agreement template for «{case.kind}» with funds «{case.funds}»{form}; "
        "add a rule to templates in policy/routes.yaml.",
        [],
    )


def office_above(policy: Policy, office_code: str, kind: OfficeKind) -> str | None:
    """Return the office of this kind that answers for the office of that code, or the office itself if it is higher.

    None if the policy knows none.
    """
    return _Offices(policy, office_code).of_kind(kind)


class _Offices:
    """Finds the office of a given kind that answers for a case, going up from the office that proposes it."""

    def __init__(self, policy: Policy, office_code: str) -> None:
        self._policy = policy
        self._own = office_code

    def of_kind(self, kind: OfficeKind | None) -> str | None:
        office = self._policy.organisation.office(self._own)
        while kind is not None and office is not None:
            # A case proposed by a regional office has no area office above it: its own office answers.
            if office.kind.rank >= kind.rank:
                return office.code
            office = self._policy.organisation.office(office.parent or "")
        return None

    def lowest_level(self) -> Role:
        """Return the lowest decision level that sits in the proposing office or above it."""
        routes, office = self._policy.routes, self._policy.organisation.office(self._own)
        seats = ((level, routes.decision_offices.get(level)) for level in routes.decision_levels)
        high_enough = (level for level, seat in seats if office and seat and seat.rank >= office.kind.rank)
        return next(high_enough, routes.decision_levels[0])


def review_of_new_hits(policy: Policy, office_code: str) -> Slot:
    """Return the slot in which new hits on a partnership in force are judged, as in a screening review."""
    return _screening_review(_Offices(policy, office_code))


def _screening_review(offices: _Offices) -> Slot:
    return Slot(
        "screening_review",
        TaskKind.SCREENING_REVIEW,
        Role.SCREENING_OFFICER,
        offices.of_kind(OfficeKind.HEADQUARTERS),
        told("Judge the findings of the screening: clear them with a reason, or confirm that they stand."),
        "Procedure reference C7, step 3 (headquarters if a hit stands)",
    )


_ASSESS: Mapping[Tier, str] = {
    Tier.BASIC: told("Assess the partner (basic due diligence) and set the risk level with your reasons."),
    Tier.STANDARD: told("Assess the partner (standard due diligence) and set the risk level with your reasons."),
    Tier.ENHANCED: told("Assess the partner (enhanced due diligence) and set the risk level with your reasons."),
}


def _due_diligence(rule: DueDiligenceRule, offices: _Offices) -> tuple[Slot, ...]:
    if rule.tier is Tier.NONE:
        return ()
    prompt = _ASSESS[rule.tier]
    role = Role.DUE_DILIGENCE_OFFICER
    return (Slot("due_diligence", TaskKind.DUE_DILIGENCE, role, offices.of_kind(rule.office), prompt, rule.source),)


def _relied_on(assessed: EntityAssessment) -> str:
    return (
        f"assessment {assessed.id} of the partner of {assessed.assessed_at.date().isoformat()} ({assessed.tier}, "
        f"{assessed.level} risk) is valid until {assessed.valid_until.isoformat()}"
    )


def _consultation(policy: Policy, case: Circumstances, offices: _Offices) -> tuple[Slot, ...]:
    units = _by_unit(rule for rule in policy.routes.consultation if rule.when.fits(case))
    prompt = told("Give your unit's view of the proposed partnership.")
    return tuple(
        Slot(
            f"consultation:{unit}",
            TaskKind.CONSULTATION,
            unit,
            offices.of_kind(rules[0].office),
            prompt,
            _sources(rules),
        )
        for unit, rules in units.items()
    )


UnitRule = TypeVar("UnitRule", ConsultationRule, ClearanceRule)


def _by_unit(rules: Iterable[UnitRule]) -> dict[Role, list[UnitRule]]:
    """Return the rules of each unit: however many fit, it is asked once, as the first of them says."""
    units: dict[Role, list[UnitRule]] = {}
    for rule in rules:
        units.setdefault(rule.unit, []).append(rule)
    return units


def _sources(rules: Iterable[Rule]) -> str:
    return "; ".join(dict.fromkeys(rule.source for rule in rules))


def _decision(
    policy: Policy, case: Circumstances, raised_to: Role | None, offices: _Offices, lowest_decides: bool
) -> Slot:
    levels = policy.routes.decision_levels
    by_rule = levels[0] if lowest_decides else decision_level(policy, case)
    own = offices.lowest_level()
    level = max(by_rule, raised_to or by_rule, own, key=levels.index)
    sources = [_sources(rule for rule in policy.routes.decision if rule.at_least is level and rule.when.fits(case))]
    if level is raised_to:
        sources.append("raised by an objection or a referral")
    if level is own and own is not levels[0]:
        sources.append("no case is decided below the office that proposes it")
    return Slot(
        "decision",
        TaskKind.DECISION,
        level,
        offices.of_kind(policy.routes.decision_offices.get(level)),
        told("Decide whether the organisation enters into this partnership."),
        "; ".join(filter(None, sources)),
    )


def _clearance(policy: Policy, case: Circumstances) -> tuple[Slot, ...]:
    units = _by_unit(rule for rule in policy.routes.clearance if rule.when.fits(case))
    prompt = told("Clear the final text for signature.")
    return tuple(
        Slot(f"clearance:{unit}", TaskKind.CLEARANCE, unit, None, prompt, _sources(rules))
        for unit, rules in units.items()
    )


_LEGAL_REVIEW = Slot(
    "legal_review",
    TaskKind.LEGAL_REVIEW,
    Role.LEGAL_REVIEWER,
    None,
    told("Review the text of the agreement."),
    "Procedure reference C7, step 8",
)
_NEGOTIATION = Slot(
    "negotiation",
    TaskKind.NEGOTIATION,
    Role.OFFICER,
    None,
    told(
        "Send the agreement to the partner and record the answer: agreed as sent, or changed with the returned file."
    ),
    "Procedure reference C7, step 9",
    to_submitter=True,
)
_SIGNATURES = (
    Slot(
        "signature:organisation",
        TaskKind.SIGNATURE,
        Role.SIGNATORY,
        None,
        told("Sign for the organisation and confirm the digest of the document you signed."),
        "Procedure reference C7, step 11",
    ),
    Slot(
        "signature:partner",
        TaskKind.PARTNER_SIGNATURE,
        Role.OFFICER,
        None,
        told("Record that the partner has signed, and confirm the digest of the signed document."),
        "Procedure reference C7, step 11",
        to_submitter=True,
    ),
)
