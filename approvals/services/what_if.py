"""What would change under a draft policy: past and open cases replayed, and those shown that would go another way.

Both policies are held against the same facts – the proposal in force, on the day the case was submitted – so that
every difference comes from the policy. Names are not compared with lists again: what the lists said is taken as it
was recorded. Nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from approvals.casework.admission import circumstances, misfits
from approvals.casework.policy import Policy
from approvals.casework.rights import Right, require
from approvals.casework.route import Route, Slot, compute_route, share_of_limit
from approvals.casework.telling import Told, told, worded
from approvals.screening.risk import assess_risk
from approvals.screening.verdict import findings_on_paper, worst
from approvals.services.policies import policy_of
from approvals.store import policy_queries
from approvals.store.engine import Store
from approvals.store.policy_queries import PastCase
from models.case import Stage
from models.risk import RiskLevel
from models.screening import Verdict
from models.user import User


@dataclass(frozen=True)
class Consequence:
    """One thing that would be otherwise for a case, and the rule that makes it so."""

    what: str
    old: str
    new: str
    because: str


@dataclass(frozen=True)
class AffectedCase:
    """A case that would go another way."""

    reference: str
    title: str
    stage: Stage
    consequences: tuple[Consequence, ...]


@dataclass(frozen=True)
class Replay:
    """What a draft policy would have meant: how many cases were looked at, and those that change, oldest first."""

    looked_at: int
    affected: tuple[AffectedCase, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many cases change in what, the most frequent first."""
        changed = Counter(what for case in self.affected for what in {one.what for one in case.consequences})
        return dict(changed.most_common())


def what_if(store: Store, draft: Policy, *, by: User, since: date | None = None) -> Replay:
    """Return which cases submitted from `since` on, all if None, would go another way under `draft`.

    Raises `NotAllowed` if `by` does not publish policies.
    """
    require(by, Right.PUBLISH_POLICY)
    looked_at, affected = 0, []
    with store.session() as session:
        for past in policy_queries.submitted_cases(session, since=since):
            looked_at += 1
            found = tuple(_consequences(past, policy_of(session, past.policy_hash), draft))
            if found:
                affected.append(AffectedCase(past.reference, past.proposal.title, past.stage, found))
    return Replay(looked_at, tuple(affected))


def _consequences(past: PastCase, present: Policy, draft: Policy) -> Iterator[Consequence]:
    old, new = _outlook(past, present), _outlook(past, draft)
    for what in dict.fromkeys([*old, *new]):
        before, rule_before = old.get(what, ("–", ""))
        after, rule_after = new.get(what, ("–", ""))
        if before != after:
            yield Consequence(worded(what), before, after, rule_after or rule_before)


def _outlook(past: PastCase, policy: Policy) -> dict[str, tuple[str, str]]:
    """Return what `policy` makes of the case: by what it is, the value in words and the rule behind it."""
    faults = misfits(past.proposal, policy)
    if faults:
        return {"proposal": (told("refused"), "; ".join(map(str, faults)))}
    findings = findings_on_paper(past.proposal, policy=policy, today=past.submitted_on)
    verdict = worst(findings)
    outlook: dict[str, tuple[str, str]] = {
        "screening": (
            worded(verdict),
            "; ".join(f"{one.reason} ({one.source})" for one in findings if one.verdict is verdict),
        )
    }
    if verdict is Verdict.STOP:
        return outlook
    level, reason = _risk(past, policy)
    route = compute_route(policy, circumstances(past.proposal, policy, level), office_code=past.office_code)
    return {**outlook, "risk": (worded(level), reason), **_route_in_words(route)}


def _risk(past: PastCase, policy: Policy) -> tuple[RiskLevel, str]:
    """Return the machine's level, or the one a person set if that is higher, and why."""
    assessment = assess_risk(
        past.proposal,
        policy=policy.risk,
        sectors=policy.sectors,
        office_limit_share=share_of_limit(policy, circumstances(past.proposal, policy, RiskLevel.LOW).amount_usd),
        later={"sanctions_match": past.sanctions_match},
    )
    if past.raised_to is not None and past.raised_to.rank > assessment.level.rank:
        return past.raised_to, told("set by a person")
    return assessment.level, f"{assessment.reason} ({assessment.source})"


def _route_in_words(route: Route) -> dict[str, tuple[str, str]]:
    """Return who is asked at each stage, or that nobody is, each with its rule; and the template."""
    asked = {
        str(stage): (_one_by_one(slots), "; ".join(slot.source for slot in slots))
        for stage, slots in route.slots.items()
        if slots and stage is not Stage.SCREENING_REVIEW
    }
    left_out = {str(stage): (told("left out"), why) for stage, why in route.passed_over.items()}
    return {**asked, **left_out, "template": (worded(route.family), "routes.yaml, templates")}


def _one_by_one(slots: Sequence[Slot]) -> str:
    names = {f"slot_{number}": _who(slot) for number, slot in enumerate(slots)}
    return Told(", ".join(f"{{{name}}}" for name in names), names)


def _who(slot: Slot) -> str:
    if slot.office_code is None:
        return worded(slot.role)
    return Told("{role:words} {office}", {"role": slot.role, "office": slot.office_code})
