"""Separation of duties as a table of truth."""

from __future__ import annotations

import pytest

from approvals.casework.separation import OFFICERS_OWN, EarlierAct, conflict
from models.case import Case
from models.task import TaskKind

SUBMITTER, REQUESTER, SCREENER, LEGAL, OTHER, ABSENT = range(1, 7)
CASE = Case(reference="PA-2026-0007", submitted_by=SUBMITTER, requested_by=REQUESTER)
HISTORY = [
    EarlierAct(TaskKind.SCREENING_REVIEW, frozenset({SCREENER, ABSENT})),
    EarlierAct(TaskKind.LEGAL_REVIEW, frozenset({LEGAL})),
    EarlierAct(TaskKind.CONSULTATION, frozenset({OTHER})),
]
OWN_CASE = "nobody decides a case they submitted or asked for (PA-2026-0007)"
TWO_REVIEWS = "the screening officer of a case is not its legal reviewer (PA-2026-0007)"


@pytest.mark.parametrize("kind", [kind for kind in TaskKind if kind not in OFFICERS_OWN])
@pytest.mark.parametrize(
    "people",
    [
        pytest.param([SUBMITTER], id="the submitter"),
        pytest.param([REQUESTER], id="the one who asked for it"),
        pytest.param([OTHER, SUBMITTER], id="a substitute of the submitter"),
        pytest.param([REQUESTER, OTHER], id="the one who asked, as a substitute"),
    ],
)
def test_lets_nobody_decide_a_case_of_their_own(kind: TaskKind, people: list[int]) -> None:
    assert conflict(CASE, kind, people, []) == OWN_CASE


@pytest.mark.parametrize("kind", [TaskKind.ANSWER, TaskKind.NEGOTIATION, TaskKind.PARTNER_SIGNATURE])
@pytest.mark.parametrize("person", [SUBMITTER, REQUESTER])
def test_lets_the_officer_record_facts_of_their_own_case(kind: TaskKind, person: int) -> None:
    assert conflict(CASE, kind, [person], HISTORY) is None


def test_counts_three_kinds_of_task_as_the_officers_own() -> None:
    assert {TaskKind.ANSWER, TaskKind.NEGOTIATION, TaskKind.PARTNER_SIGNATURE} == OFFICERS_OWN


@pytest.mark.parametrize(
    ("kind", "people", "reason"),
    [
        pytest.param(TaskKind.LEGAL_REVIEW, [SCREENER], TWO_REVIEWS, id="who screened does not review the text"),
        pytest.param(TaskKind.LEGAL_REVIEW, [ABSENT], TWO_REVIEWS, id="nor the one they screened for"),
        pytest.param(TaskKind.LEGAL_REVIEW, [OTHER, SCREENER], TWO_REVIEWS, id="nor a substitute of theirs"),
        pytest.param(TaskKind.SCREENING_REVIEW, [LEGAL], TWO_REVIEWS, id="who reviewed the text does not screen"),
        pytest.param(TaskKind.LEGAL_REVIEW, [LEGAL], None, id="the same reviewer may review again"),
        pytest.param(TaskKind.SCREENING_REVIEW, [SCREENER], None, id="the same officer may screen again"),
        pytest.param(TaskKind.LEGAL_REVIEW, [OTHER], None, id="who was only consulted may review the text"),
        pytest.param(TaskKind.DECISION, [SCREENER], None, id="who screened may decide"),
        pytest.param(TaskKind.CLEARANCE, [LEGAL], None, id="who reviewed the text may clear it"),
        pytest.param(TaskKind.DUE_DILIGENCE, [SCREENER], None, id="who screened may assess"),
    ],
)
def test_keeps_screening_and_legal_review_apart(kind: TaskKind, people: list[int], reason: str | None) -> None:
    assert conflict(CASE, kind, people, HISTORY) == reason


def test_forbids_nothing_to_strangers_when_nobody_asked_for_the_case() -> None:
    case = Case(reference="PA-2026-0007", submitted_by=SUBMITTER, requested_by=None)

    assert conflict(case, TaskKind.DECISION, [OTHER], HISTORY) is None
    assert conflict(case, TaskKind.DECISION, [], HISTORY) is None
