"""How each kind of task may end, and what the decider must add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from approvals.casework.plain_text import plain
from approvals.casework.telling import told
from approvals.errors import Fault, Faulty
from models.decision import Outcome
from models.risk import RiskLevel
from models.task import TaskKind

_O = Outcome

OUTCOMES: Mapping[TaskKind, tuple[Outcome, ...]] = {
    TaskKind.SCREENING_REVIEW: (_O.CLEARED, _O.CONFIRMED_HIT, _O.RETURN),
    TaskKind.DUE_DILIGENCE: (_O.ASSESSED, _O.RETURN),
    TaskKind.CONSULTATION: (_O.SUPPORT, _O.NO_VIEW, _O.RESERVATION, _O.OBJECTION, _O.RETURN),
    TaskKind.DECISION: (
        _O.APPROVE,
        _O.APPROVE_WITH_CONDITIONS,
        _O.LIMITED_SCOPE,
        _O.RETURN,
        _O.REFER_UP,
        _O.DECLINE,
    ),
    TaskKind.LEGAL_REVIEW: (_O.CLEARED, _O.CLEAR_WITH_EDITS, _O.RETURN, _O.REFUSE),
    TaskKind.NEGOTIATION: (_O.AGREED, _O.CHANGED, _O.WITHDRAWN),
    TaskKind.CLEARANCE: (_O.CLEARED, _O.RETURN),
    TaskKind.SIGNATURE: (_O.SIGNED, _O.RETURN),
    TaskKind.PARTNER_SIGNATURE: (_O.SIGNED, _O.WITHDRAWN),
    TaskKind.ANSWER: (_O.ANSWERED, _O.WITHDRAWN),
    TaskKind.MEND_DOCUMENT: (_O.REDRAFT,),
}

WITHOUT_REASON = frozenset(
    {_O.SUPPORT, _O.NO_VIEW, _O.APPROVE, _O.CLEARED, _O.AGREED, _O.SIGNED, _O.CHANGED, _O.REDRAFT}
)
"""Outcomes that speak for themselves; every other needs a reason. Clearing a finding always needs one."""

NEEDS_FILE = frozenset({(TaskKind.NEGOTIATION, _O.CHANGED), (TaskKind.LEGAL_REVIEW, _O.CLEAR_WITH_EDITS)})
"""Outcomes that bring a Word file with them."""

NEEDS_HASH = frozenset({TaskKind.SIGNATURE, TaskKind.PARTNER_SIGNATURE})
"""Tasks whose decider confirms which document was signed, by its digest."""


NOT_OF_AMENDMENTS = frozenset({_O.LIMITED_SCOPE})
"""What takes effect is what stands in the amendment, so what is to be left out of it must be written down first."""


@dataclass(frozen=True)
class Judgement:
    """What a screening officer says of one hit: the key of a reason the policy names, and a remark if need be."""

    hit: int
    reason: str
    remark: str = ""


@dataclass(frozen=True)
class Answer:
    """What a person answers to a task: the outcome, why, and what the outcome asks for besides."""

    outcome: Outcome
    reason: str = ""
    risk: RiskLevel | None = None
    conditions: tuple[str, ...] = ()
    file_hash: str | None = None
    content: bytes | None = None
    proposal: Mapping[str, Any] | None = None
    judgements: tuple[Judgement, ...] = ()

    def details(self) -> dict[str, Any]:
        """Return what the decision keeps besides outcome and reason, as plain values."""
        given = {"risk": self.risk, "conditions": list(self.conditions) or None, "file_hash": self.file_hash}
        return {name: value for name, value in given.items() if value is not None}


TAKES_CONDITIONS = frozenset({_O.APPROVE_WITH_CONDITIONS, _O.ASSESSED, _O.LIMITED_SCOPE})
"""Outcomes to which conditions may be attached."""


def takes(kind: TaskKind, outcome: Outcome) -> frozenset[str]:
    """Return what may be given with `outcome` besides a reason, by the names of `Answer`'s fields."""
    fits = {
        "risk": outcome is _O.ASSESSED,
        "conditions": outcome in TAKES_CONDITIONS,
        "content": (kind, outcome) in NEEDS_FILE,
        "file_hash": kind in NEEDS_HASH and outcome is _O.SIGNED,
        "judgements": kind is TaskKind.SCREENING_REVIEW and outcome is not _O.RETURN,
    }
    return frozenset(name for name, is_taken in fits.items() if is_taken)


def check_answer(kind: TaskKind, answer: Answer) -> None:
    """Raise `Faulty` with everything that is wrong with `answer` for a task of this kind."""
    faults = faults_of(kind, answer)
    if faults:
        raise Faulty(told("The decision was not recorded."), faults)


def faults_of(kind: TaskKind, answer: Answer) -> list[Fault]:
    """Return everything that is wrong with `answer` for a task of this kind; empty if it may be recorded."""
    faults = [Fault(path, message) for wrong, path, message in _rules(kind, answer) if wrong]
    return faults + _unseen_characters(answer)


def _rules(kind: TaskKind, answer: Answer) -> list[tuple[bool, str, str]]:
    outcome, allowed = answer.outcome, OUTCOMES[kind]
    conditional = outcome is _O.APPROVE_WITH_CONDITIONS
    takes_conditions = outcome in TAKES_CONDITIONS
    needs_file = (kind, outcome) in NEEDS_FILE
    findings_cleared = kind is TaskKind.SCREENING_REVIEW and outcome is _O.CLEARED
    needs_reason = findings_cleared or outcome not in WITHOUT_REASON
    return [
        (
            outcome not in allowed,
            "outcome",
            told("«{outcome:code}» does not fit; choose from {allowed:codes}", outcome=outcome, allowed=allowed),
        ),
        (
            needs_reason and not answer.reason.strip(),
            "reason",
            told("«{outcome:code}» needs a reason", outcome=outcome),
        ),
        (
            outcome is _O.ASSESSED and answer.risk is None,
            "risk",
            told("give the level: {levels:codes}", levels=list(RiskLevel)),
        ),
        (
            outcome is not _O.ASSESSED and answer.risk is not None,
            "risk",
            told("is only given with «{outcome:code}»", outcome=_O.ASSESSED),
        ),
        (conditional and not answer.conditions, "conditions", told("name at least one condition")),
        (not all(text.strip() for text in answer.conditions), "conditions", told("one of them is empty")),
        (
            bool(answer.conditions) and not takes_conditions,
            "conditions",
            told("do not go with «{outcome:code}»", outcome=outcome),
        ),
        (
            needs_file and answer.content is None,
            "file",
            told("«{outcome:code}» needs the Word file", outcome=outcome),
        ),
        (
            not needs_file and answer.content is not None,
            "file",
            told("does not go with «{outcome:code}»", outcome=outcome),
        ),
        (
            bool(answer.judgements) and kind is not TaskKind.SCREENING_REVIEW,
            "hit",
            told("is judged in a screening review"),
        ),
        (
            answer.proposal is not None and kind is not TaskKind.ANSWER,
            "proposal",
            told("only an answer may change it"),
        ),
    ]


def _unseen_characters(answer: Answer) -> list[Fault]:
    faults = []
    for path, text in (
        ("reason", answer.reason),
        *(("conditions", condition) for condition in answer.conditions),
        *(("hit", judgement.remark) for judgement in answer.judgements),
    ):
        try:
            plain(text)
        except ValueError as exc:
            faults.append(Fault(path, exc.args[0]))
    return faults
