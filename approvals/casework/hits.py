"""Hits: listed names that resemble one of the partner's. Each is judged by itself, for a reason the policy names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from approvals.casework.outcomes import Judgement
from approvals.casework.policy.clearing import ClearingRule
from approvals.casework.telling import told
from approvals.errors import Fault
from models.decision import Decision, Outcome
from models.screening import Finding, Verdict

COMPARED_WITH_LISTS = "listed_names"
"""Name of the check whose findings are hits."""
STRONG = "strong"


@dataclass(frozen=True)
class Hit:
    """A finding a person must judge; `number` is its place in the screening, from 1."""

    number: int
    finding: int
    asked: str
    listed: str
    strong: bool
    reason: str


def hits_in(findings: Sequence[Finding]) -> tuple[Hit, ...]:
    """Return the hits among the `findings` of a screening, in their order, that somebody must judge."""
    open_ones = [found for found in findings if found.name == COMPARED_WITH_LISTS and found.verdict is Verdict.REVIEW]
    return tuple(
        Hit(
            number=number,
            finding=found.id or 0,
            asked=str(found.detail.get("asked", "")),
            listed=str(found.detail.get("listed", "")),
            strong=found.detail.get("band") == STRONG,
            reason=found.reason,
        )
        for number, found in enumerate(open_ones, start=1)
    )


def to_judge(hits: Sequence[Hit], rule: ClearingRule | None, *, again: bool) -> tuple[Hit, ...]:
    """Return which of `hits` an answer must judge: all, or `again`, in a second look, the strong ones.

    Empty under a policy from before hits were judged one by one.
    """
    if rule is None:
        return ()
    return tuple(hit for hit in hits if hit.strong or not again)


def misjudged(
    outcome: Outcome, judgements: Sequence[Judgement], hits: Sequence[Hit], rule: ClearingRule | None
) -> list[Fault]:
    """Return what is wrong with how `hits` were judged: to clear, each of them; to confirm, one at least."""
    if rule is None or outcome is Outcome.RETURN:
        return [Fault("hit", told("is not judged with «{outcome:code}»", outcome=outcome))] if judgements else []
    given = {judgement.hit: judgement.reason for judgement in judgements}
    faults = list(_unfit(judgements, hits, rule, outcome))
    left = [str(hit.number) for hit in hits if hit.number not in given]
    if outcome is Outcome.CLEARED and left:
        faults.append(
            Fault(
                "hit",
                told(
                    "judge each one; still open: {numbers}, as in --hit {first}=REASON",
                    numbers=", ".join(left),
                    first=left[0],
                ),
            )
        )
    if outcome is Outcome.CONFIRMED_HIT and hits and not any(rule.confirms(key) for key in given.values()):
        reasons = ", ".join(reason.key for reason in rule.confirming)
        faults.append(Fault("hit", told("say which one stands and why: --hit NUMBER={{{reasons}}}", reasons=reasons)))
    return faults


def _unfit(
    judgements: Sequence[Judgement], hits: Sequence[Hit], rule: ClearingRule, outcome: Outcome
) -> Iterable[Fault]:
    numbers, seen = {hit.number for hit in hits}, set[int]()
    for judgement in judgements:
        number, key = judgement.hit, judgement.reason
        if number not in numbers:
            known = ", ".join(map(str, sorted(numbers))) or "none"
            yield Fault(
                "hit", told("there is no hit {number} to judge here; there are: {known}", number=number, known=known)
            )
        elif number in seen:
            yield Fault("hit", told("hit {number} is judged twice", number=number))
        elif not rule.clears(key) and not rule.confirms(key):
            yield Fault(
                "hit",
                told(
                    "«{key}» is no reason the policy knows; choose from {known}",
                    key=key,
                    known=", ".join(rule.titles),
                ),
            )
        elif outcome is Outcome.CLEARED and rule.confirms(key):
            yield Fault(
                "hit",
                told(
                    "hit {number} stands, you say ({key}); then the outcome is confirmed_hit", number=number, key=key
                ),
            )
        seen.add(number)


def as_judged(judgements: Sequence[Judgement], hits: Sequence[Hit]) -> dict[str, Any]:
    """Return what a decision keeps of its judgements, as plain values; empty if it judged no hit."""
    strong = {hit.number: hit.strong for hit in hits}
    kept = [
        {"hit": one.hit, "reason": one.reason, "remark": one.remark, "strong": strong[one.hit]} for one in judgements
    ]
    return {"hits": kept} if kept else {}


def judgements_in(decision: Decision | None) -> Mapping[int, Judgement]:
    """Return what `decision` said of each hit, by the hit's number; empty without a decision."""
    kept = decision.details.get("hits", ()) if decision else ()
    return {one["hit"]: Judgement(one["hit"], one["reason"], one["remark"]) for one in kept}


def cleared_strong_hits(decision: Decision | None) -> tuple[int, ...]:
    """Return the numbers of the strong hits that `decision` cleared, in the order judged."""
    if decision is None or decision.outcome is not Outcome.CLEARED:
        return ()
    return tuple(one["hit"] for one in decision.details.get("hits", ()) if one["strong"])
