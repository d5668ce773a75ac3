"""How each kind of task may end, and what the decider must add."""

from __future__ import annotations

import pytest

from approvals.casework.outcomes import NEEDS_FILE, NEEDS_HASH, OUTCOMES, WITHOUT_REASON, Answer, check_answer
from approvals.errors import Faulty
from models.decision import Outcome
from models.risk import RiskLevel
from models.task import TaskKind

K, O = TaskKind, Outcome  # noqa: E741  # the table below is easier to read with short names

ALLOWED = {
    K.SCREENING_REVIEW: {O.CLEARED, O.CONFIRMED_HIT, O.RETURN},
    K.DUE_DILIGENCE: {O.ASSESSED, O.RETURN},
    K.CONSULTATION: {O.SUPPORT, O.NO_VIEW, O.RESERVATION, O.OBJECTION, O.RETURN},
    K.DECISION: {O.APPROVE, O.APPROVE_WITH_CONDITIONS, O.LIMITED_SCOPE, O.RETURN, O.REFER_UP, O.DECLINE},
    K.LEGAL_REVIEW: {O.CLEARED, O.CLEAR_WITH_EDITS, O.RETURN, O.REFUSE},
    K.NEGOTIATION: {O.AGREED, O.CHANGED, O.WITHDRAWN},
    K.CLEARANCE: {O.CLEARED, O.RETURN},
    K.SIGNATURE: {O.SIGNED, O.RETURN},
    K.PARTNER_SIGNATURE: {O.SIGNED, O.WITHDRAWN},
    K.ANSWER: {O.ANSWERED, O.WITHDRAWN},
    K.MEND_DOCUMENT: {O.REDRAFT},
}
PAIRS = [(kind, outcome) for kind, outcomes in ALLOWED.items() for outcome in sorted(outcomes)]


def a_full_answer(kind: TaskKind, outcome: Outcome, *, reason: str = "The statutes say so.") -> Answer:
    """Return an answer with everything this outcome of this kind of task asks for."""
    return Answer(
        outcome,
        reason=reason,
        risk=RiskLevel.MODERATE if outcome is O.ASSESSED else None,
        conditions=("Report every quarter",) if outcome is O.APPROVE_WITH_CONDITIONS else (),
        content=b"PK" if (kind, outcome) in NEEDS_FILE else None,
    )


def told(kind: TaskKind, answer: Answer) -> list[str]:
    with pytest.raises(Faulty) as refused:
        check_answer(kind, answer)
    assert refused.value.summary == "The decision was not recorded."
    return [str(fault) for fault in refused.value.faults]


def test_covers_every_kind_of_task_and_uses_every_outcome() -> None:
    assert {kind: set(outcomes) for kind, outcomes in OUTCOMES.items()} == ALLOWED
    assert set(ALLOWED) == set(TaskKind)
    assert set().union(*ALLOWED.values()) == set(Outcome)


@pytest.mark.parametrize(("kind", "outcome"), PAIRS)
def test_takes_an_outcome_that_fits_the_task(kind: TaskKind, outcome: Outcome) -> None:
    check_answer(kind, a_full_answer(kind, outcome))


@pytest.mark.parametrize("kind", TaskKind)
def test_refuses_an_outcome_of_another_kind_of_task_and_tells_what_fits(kind: TaskKind) -> None:
    for outcome in set(Outcome) - ALLOWED[kind]:
        lines = told(kind, a_full_answer(kind, outcome))

        assert f"outcome: «{outcome}» does not fit; choose from {', '.join(OUTCOMES[kind])}" in lines


SPEAKS_FOR_ITSELF = {
    (K.CONSULTATION, O.SUPPORT),
    (K.CONSULTATION, O.NO_VIEW),
    (K.DECISION, O.APPROVE),
    (K.LEGAL_REVIEW, O.CLEARED),
    (K.NEGOTIATION, O.AGREED),
    (K.NEGOTIATION, O.CHANGED),
    (K.CLEARANCE, O.CLEARED),
    (K.SIGNATURE, O.SIGNED),
    (K.PARTNER_SIGNATURE, O.SIGNED),
    (K.MEND_DOCUMENT, O.REDRAFT),
}


@pytest.mark.parametrize(("kind", "outcome"), PAIRS)
@pytest.mark.parametrize("reason", ["", " \n\t"])
def test_asks_for_a_reason_wherever_somebody_will_ask_why(kind: TaskKind, outcome: Outcome, reason: str) -> None:
    answer = a_full_answer(kind, outcome, reason=reason)

    if (kind, outcome) in SPEAKS_FOR_ITSELF:
        check_answer(kind, answer)
    else:
        assert told(kind, answer) == [f"reason: «{outcome}» needs a reason"]


def test_asks_for_a_reason_to_return_decline_object_or_clear_a_finding() -> None:
    for outcome in (O.RETURN, O.DECLINE, O.OBJECTION, O.RESERVATION, O.REFER_UP, O.CONFIRMED_HIT, O.WITHDRAWN):
        assert outcome not in WITHOUT_REASON
    assert (K.SCREENING_REVIEW, O.CLEARED) not in SPEAKS_FOR_ITSELF


@pytest.mark.parametrize(
    ("kind", "answer", "lines"),
    [
        pytest.param(
            K.DUE_DILIGENCE,
            Answer(O.ASSESSED, "Sound accounts"),
            ["risk: give the level: low, moderate, substantial, high"],
            id="an assessment without its level",
        ),
        pytest.param(
            K.DUE_DILIGENCE,
            Answer(O.RETURN, "Which accounts?", risk=RiskLevel.LOW),
            ["risk: is only given with «assessed»"],
            id="a return that sets a level",
        ),
        pytest.param(
            K.DECISION,
            Answer(O.APPROVE, risk=RiskLevel.LOW),
            ["risk: is only given with «assessed»"],
            id="an approval that lowers the risk",
        ),
        pytest.param(
            K.DECISION,
            Answer(O.APPROVE_WITH_CONDITIONS, "With care"),
            ["conditions: name at least one condition"],
            id="conditions without any",
        ),
        pytest.param(
            K.DECISION,
            Answer(O.APPROVE_WITH_CONDITIONS, "With care", conditions=("Report", "  ")),
            ["conditions: one of them is empty"],
            id="an empty condition",
        ),
        pytest.param(
            K.DECISION,
            Answer(O.APPROVE, conditions=("Report",)),
            ["conditions: do not go with «approve»"],
            id="a plain approval with conditions",
        ),
        pytest.param(
            K.CONSULTATION,
            Answer(O.SUPPORT, conditions=("Report",)),
            ["conditions: do not go with «support»"],
            id="a view with conditions",
        ),
        pytest.param(
            K.NEGOTIATION,
            Answer(O.CHANGED),
            ["file: «changed» needs the Word file"],
            id="changes without the file",
        ),
        pytest.param(
            K.LEGAL_REVIEW,
            Answer(O.CLEAR_WITH_EDITS, "Clause 4"),
            ["file: «clear_with_edits» needs the Word file"],
            id="edits without the file",
        ),
        pytest.param(
            K.NEGOTIATION,
            Answer(O.AGREED, content=b"PK"),
            ["file: does not go with «agreed»"],
            id="agreed as sent, with another file",
        ),
        pytest.param(
            K.DECISION,
            Answer(O.APPROVE, proposal={"title": "x"}),
            ["proposal: only an answer may change it"],
            id="a decider who rewrites the proposal",
        ),
        pytest.param(
            K.DECISION,
            Answer(O.DECLINE, "Too risky\x00", conditions=()),
            ["reason: holds a character nobody can see (U+0000); type the text again without it"],
            id="a reason PostgreSQL would refuse",
        ),
        pytest.param(
            K.DECISION,
            Answer(O.LIMITED_SCOPE, "Country only", conditions=("Only \u202eSenegal",)),
            ["conditions: holds a character nobody can see (U+202E); type the text again without it"],
            id="a condition that reads the other way",
        ),
    ],
)
def test_tells_what_is_missing_or_too_much(kind: TaskKind, answer: Answer, lines: list[str]) -> None:
    assert told(kind, answer) == lines


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        pytest.param(
            K.DUE_DILIGENCE,
            Answer(O.ASSESSED, "New", risk=RiskLevel.HIGH, conditions=("Audit",)),
            id="an assessment with a condition",
        ),
        pytest.param(K.DECISION, Answer(O.LIMITED_SCOPE, "Country only"), id="a limited scope told in the reason"),
        pytest.param(K.DECISION, Answer(O.LIMITED_SCOPE, "Less", conditions=("One year",)), id="limited, conditions"),
        pytest.param(K.ANSWER, Answer(O.ANSWERED, "Attached", proposal={"title": "x"}), id="an answer, new proposal"),
        pytest.param(K.LEGAL_REVIEW, Answer(O.CLEARED, "«Réserve»\nعقد\u200f"), id="a reason of several lines"),
    ],
)
def test_takes_what_goes_with_the_outcome(kind: TaskKind, answer: Answer) -> None:
    check_answer(kind, answer)


def test_tells_everything_at_once() -> None:
    answer = Answer(
        O.OBJECTION, risk=RiskLevel.LOW, conditions=("Report",), content=b"PK", proposal={"title": "\x00"}
    )

    assert [line.partition(":")[0] for line in told(K.DECISION, answer)] == [
        "outcome",
        "reason",
        "risk",
        "conditions",
        "file",
        "proposal",
    ]


def test_has_both_signatures_confirmed_by_a_digest() -> None:
    assert {K.SIGNATURE, K.PARTNER_SIGNATURE} == NEEDS_HASH


def test_keeps_with_a_decision_only_what_was_given() -> None:
    assert Answer(O.APPROVE).details() == {}
    assert Answer(O.ASSESSED, risk=RiskLevel.LOW, conditions=("Audit",), file_hash="ab").details() == {
        "risk": "low",
        "conditions": ["Audit"],
        "file_hash": "ab",
    }
