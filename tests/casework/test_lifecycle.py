"""The life of a case: what the table says happens, and nothing else."""

from __future__ import annotations

import pytest

from approvals.casework.lifecycle import APPROVED, LIFECYCLE, UNDER_WAY, Act, Move, destination
from approvals.errors import WrongStage
from models.case import ENDS, Case, Stage

FROM_ANYWHERE = {
    Act.WITHDRAW: Stage.WITHDRAWN,
    Act.LAPSE: Stage.LAPSED,
    Act.RESTART: Stage.SCREENING,
    Act.REDRAFT: Stage.DRAFTING,
}
IN_TABLE = {(move.stage, move.act) for move in LIFECYCLE}
OPEN = [stage for stage in Stage if stage not in ENDS]


def neighbours(stage: Stage) -> set[Stage]:
    """Return every stage one act away."""
    found = set()
    for act in Act:
        try:
            found.add(destination(stage, act))
        except WrongStage:
            continue
    return found


def reachable(start: Stage) -> set[Stage]:
    seen, waiting = {start}, [start]
    while waiting:
        for stage in neighbours(waiting.pop()) - seen:
            seen.add(stage)
            waiting.append(stage)
    return seen


@pytest.mark.parametrize("move", LIFECYCLE, ids=lambda move: f"{move.stage}-{move.act}")
def test_leads_where_its_line_says(move: Move) -> None:
    assert destination(move.stage, move.act) is move.to


@pytest.mark.parametrize("stage", Stage)
def test_refuses_whatever_is_not_in_the_table(stage: Stage) -> None:
    for act in [act for act in Act if act not in FROM_ANYWHERE and (stage, act) not in IN_TABLE]:
        with pytest.raises(WrongStage) as refused:
            destination(stage, act)

        assert str(refused.value) == (
            f"A case in stage «{stage}» cannot be moved by «{act}»; look at the case again."
        )


@pytest.mark.parametrize("act", [Act.WITHDRAW, Act.LAPSE, Act.RESTART])
@pytest.mark.parametrize("stage", Stage)
def test_may_be_withdrawn_lapse_or_start_again_only_while_under_way(stage: Stage, act: Act) -> None:
    if stage in UNDER_WAY:
        assert destination(stage, act) is FROM_ANYWHERE[act]
    else:
        with pytest.raises(WrongStage):
            destination(stage, act)


@pytest.mark.parametrize(
    ("stage", "allowed"),
    [
        pytest.param(Stage.DRAFT, False, id="nothing was submitted"),
        pytest.param(Stage.SCREENING, False, id="not yet screened"),
        pytest.param(Stage.SCREENING_REVIEW, False, id="a case that started again would skip its decision"),
        pytest.param(Stage.DUE_DILIGENCE, False, id="not yet assessed"),
        pytest.param(Stage.CONSULTATION, False, id="not yet heard"),
        pytest.param(Stage.DECISION, False, id="not yet decided"),
        pytest.param(Stage.DRAFTING, True, id="a document that failed its proof"),
        pytest.param(Stage.LEGAL_REVIEW, True, id="legal asked"),
        pytest.param(Stage.NEGOTIATION, True, id="the partner asked"),
        pytest.param(Stage.CLEARANCE, True, id="finance asked"),
        pytest.param(Stage.SIGNATURE, True, id="the signatory asked"),
        pytest.param(Stage.IN_FORCE, False, id="signed"),
        *(pytest.param(end, False, id=f"over: {end}") for end in sorted(ENDS)),
    ],
)
def test_is_drafted_anew_only_behind_the_decision(stage: Stage, allowed: bool) -> None:
    if allowed:
        assert destination(stage, Act.REDRAFT) is Stage.DRAFTING
    else:
        with pytest.raises(WrongStage):
            destination(stage, Act.REDRAFT)


def test_says_each_thing_once() -> None:
    assert len(IN_TABLE) == len(LIFECYCLE)


def test_uses_every_act() -> None:
    assert {move.act for move in LIFECYCLE} | set(FROM_ANYWHERE) == set(Act)


def test_keeps_the_acts_from_anywhere_out_of_the_table() -> None:
    assert not {move.act for move in LIFECYCLE} & set(FROM_ANYWHERE)


def test_tells_of_every_line_who_and_what_it_needs() -> None:
    assert all(move.who and move.needs for move in LIFECYCLE)


def test_reaches_every_stage_from_a_draft() -> None:
    assert reachable(Stage.DRAFT) == set(Stage)


@pytest.mark.parametrize("stage", OPEN)
def test_can_come_to_an_end_from_every_open_stage(stage: Stage) -> None:
    assert reachable(stage) & ENDS


@pytest.mark.parametrize("stage", sorted(ENDS))
def test_has_no_way_out_of_an_end(stage: Stage) -> None:
    assert neighbours(stage) == set()


def test_cannot_reach_drafting_without_a_decision() -> None:
    before = {stage: neighbours(stage) & APPROVED for stage in Stage if stage not in APPROVED}

    assert {stage: reached for stage, reached in before.items() if reached} == {Stage.DECISION: {Stage.DRAFTING}}


def test_enters_into_force_by_signature_alone() -> None:
    entering = [stage for stage in Stage if Stage.IN_FORCE in neighbours(stage)]

    assert entering == [Stage.SIGNATURE, Stage.IN_FORCE]  # a partnership in force may be questioned, and stays so


def test_takes_effect_only_as_an_amendment_at_the_end_of_its_way() -> None:
    ways = {(move.stage, move.act) for move in LIFECYCLE if move.to is Stage.EFFECTIVE}

    assert ways == {(stage, Act.TAKE_EFFECT) for stage in (Stage.SCREENING, Stage.DRAFTING, Stage.SIGNATURE)}


@pytest.mark.parametrize("stage", Stage)
def test_is_open_until_it_ends_or_enters_into_force(stage: Stage) -> None:
    assert Case(stage=stage).is_open is (stage in UNDER_WAY or stage is Stage.DRAFT)
