"""What the decisions of a completed stage make of the case."""

from __future__ import annotations

import pytest

from approvals.casework.conclusions import Conclusion, conclude
from approvals.casework.lifecycle import UNDER_WAY, Act, destination
from approvals.casework.outcomes import OUTCOMES
from models.agreement import Origin
from models.case import Stage
from models.decision import Decision, Outcome
from models.task import TaskKind

S, O, A = Stage, Outcome, Act  # noqa: E741  # the table below is easier to read with short names


def concluded(stage: Stage, *outcomes: Outcome, text_from: Origin | None = None) -> Conclusion:
    return conclude(stage, [Decision(outcome=outcome) for outcome in outcomes], text_from=text_from)


@pytest.mark.parametrize(
    ("stage", "outcomes", "conclusion"),
    [
        pytest.param(S.SCREENING_REVIEW, [O.CLEARED], Conclusion(A.CLEAR_FINDINGS), id="findings cleared"),
        pytest.param(S.SCREENING_REVIEW, [O.CONFIRMED_HIT], Conclusion(A.CONFIRM_HIT), id="a hit stands"),
        pytest.param(S.DUE_DILIGENCE, [O.ASSESSED], Conclusion(A.ASSESS), id="assessed"),
        pytest.param(S.CONSULTATION, [O.SUPPORT, O.NO_VIEW], Conclusion(A.CLOSE_CONSULTATION), id="support, silence"),
        pytest.param(S.CONSULTATION, [O.RESERVATION], Conclusion(A.CLOSE_CONSULTATION), id="a reservation"),
        pytest.param(S.CONSULTATION, [O.SUPPORT, O.OBJECTION], Conclusion(A.CLOSE_CONSULTATION, True), id="object"),
        pytest.param(S.DECISION, [O.APPROVE], Conclusion(A.APPROVE), id="approved"),
        pytest.param(S.DECISION, [O.APPROVE_WITH_CONDITIONS], Conclusion(A.APPROVE), id="approved with conditions"),
        pytest.param(S.DECISION, [O.LIMITED_SCOPE], Conclusion(A.APPROVE), id="approved in part"),
        pytest.param(S.DECISION, [O.REFER_UP], Conclusion(A.REFER_UP, True), id="referred up"),
        pytest.param(S.DECISION, [O.DECLINE], Conclusion(A.DECLINE), id="declined"),
        pytest.param(S.NEGOTIATION, [O.AGREED], Conclusion(A.AGREE), id="agreed as sent"),
        pytest.param(S.NEGOTIATION, [O.CHANGED], Conclusion(A.PROPOSE_CHANGES), id="returned with changes"),
        pytest.param(S.NEGOTIATION, [O.WITHDRAWN], Conclusion(A.WITHDRAW), id="the partner withdrew"),
        pytest.param(S.CLEARANCE, [O.CLEARED, O.CLEARED], Conclusion(A.CLEAR_FOR_SIGNATURE), id="cleared by all"),
        pytest.param(S.SIGNATURE, [O.SIGNED, O.SIGNED], Conclusion(A.SIGN), id="signed by both"),
        pytest.param(S.SIGNATURE, [O.SIGNED, O.WITHDRAWN], Conclusion(A.WITHDRAW), id="they withdrew"),
        pytest.param(S.CONSULTATION, [O.SUPPORT, O.WITHDRAWN], Conclusion(A.WITHDRAW), id="a withdrawn answer"),
    ],
)  # fmt: skip
def test_follows_from_what_was_decided(stage: Stage, outcomes: list[Outcome], conclusion: Conclusion) -> None:
    assert concluded(stage, *outcomes) == conclusion


@pytest.mark.parametrize(
    ("text_from", "outcome", "act"),
    [
        pytest.param(Origin.DRAFTED, O.CLEARED, A.CLEAR_TEXT, id="our draft goes to the partner"),
        pytest.param(Origin.DRAFTED, O.CLEAR_WITH_EDITS, A.CLEAR_TEXT, id="our edits go to the partner"),
        pytest.param(Origin.DRAFTED, O.REFUSE, A.REFUSE_TEXT, id="our own text cannot be used: declined"),
        pytest.param(Origin.EDITED, O.CLEARED, A.CLEAR_TEXT, id="a text legal edited goes to the partner"),
        pytest.param(Origin.RETURNED, O.CLEARED, A.ACCEPT_CHANGES, id="the partner's text is accepted"),
        pytest.param(Origin.RETURNED, O.CLEAR_WITH_EDITS, A.CLEAR_TEXT, id="the partner must see what we edited"),
        pytest.param(Origin.RETURNED, O.REFUSE, A.SEND_BACK, id="the partner's changes are refused: our text stands"),
    ],
)
def test_sends_a_text_to_whoever_has_not_seen_it(text_from: Origin, outcome: Outcome, act: Act) -> None:
    assert concluded(S.LEGAL_REVIEW, outcome, text_from=text_from) == Conclusion(act)


@pytest.mark.parametrize("stage", [S.SCREENING_REVIEW, S.DUE_DILIGENCE, S.CONSULTATION, S.LEGAL_REVIEW])
def test_passes_over_a_stage_that_asked_nobody(stage: Stage) -> None:
    assert concluded(stage) == Conclusion(A.PASS_OVER)


@pytest.mark.parametrize(
    ("stage", "outcomes", "act"),
    [
        pytest.param(S.SCREENING, [], A.TAKE_EFFECT, id="only recorded"),
        pytest.param(S.DRAFTING, [], A.TAKE_EFFECT, id="approved, without a document"),
        pytest.param(S.SIGNATURE, [O.SIGNED, O.SIGNED], A.TAKE_EFFECT, id="signed by both"),
        pytest.param(S.SIGNATURE, [O.SIGNED, O.WITHDRAWN], A.WITHDRAW, id="they will not sign"),
    ],
)
def test_lets_an_amendment_take_effect_in_its_last_stage(stage: Stage, outcomes: list[Outcome], act: Act) -> None:
    decisions = [Decision(outcome=outcome) for outcome in outcomes]

    assert conclude(stage, decisions, text_from=None, takes_effect=True) == Conclusion(act)


KIND_OF = {stage: TaskKind(stage) for stage in UNDER_WAY if stage in set(TaskKind)}
FINAL = [
    (stage, outcome)
    for stage, kind in sorted(KIND_OF.items())
    for outcome in OUTCOMES[kind]
    if outcome is not O.RETURN
]  # fmt: skip


@pytest.mark.parametrize(("stage", "outcome"), FINAL)
def test_leads_somewhere_the_table_knows(stage: Stage, outcome: Outcome) -> None:
    for text_from in Origin:
        conclusion = concluded(stage, outcome, text_from=text_from)

        assert destination(stage, conclusion.act) in Stage


def test_looks_at_every_stage_in_which_people_decide() -> None:
    assert {stage for stage, _ in FINAL} == UNDER_WAY - {S.SCREENING, S.DRAFTING}
