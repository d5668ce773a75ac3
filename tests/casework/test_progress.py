"""How far a stage has come, read from tasks and decisions alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.casework.progress import Progress, stage_progress
from approvals.casework.route import Slot
from models.decision import Decision, Outcome
from models.task import Task, TaskKind, TaskState
from models.user import Role

O, S = Outcome, TaskState  # noqa: E741  # the histories below are easier to read with short names

Step = tuple[str, TaskState | Outcome]
"""One task of a history, in the order of opening: its slot, and its state or the outcome decided."""

FINANCE, LEGAL = (
    Slot(name, TaskKind.CONSULTATION, role, None, "Give your view.", "a rule")
    for name, role in (("finance", Role.FINANCE), ("legal", Role.LEGAL_REVIEWER))
)


def progress_after(*history: Step, slots: Sequence[Slot] = (FINANCE, LEGAL)) -> Progress:
    tasks, decisions = [], {}
    for number, (slot, end) in enumerate(history, start=1):
        state = TaskState.DECIDED if isinstance(end, Outcome) else end
        tasks.append(Task(id=number, slot=slot, state=state))
        if isinstance(end, Outcome):
            decisions[number] = Decision(task_id=number, outcome=end)
    return stage_progress(slots, tasks, decisions)


@pytest.mark.parametrize(
    ("history", "to_open", "to_answer", "awaited", "done"),
    [
        pytest.param([], ["finance", "legal"], [], [], [], id="nothing opened yet"),
        pytest.param([("finance", S.OPEN)], ["legal"], [], [1], [], id="one opened, then the machine stopped"),
        pytest.param([("finance", S.OPEN), ("legal", S.CLAIMED)], [], [], [1, 2], [], id="all opened"),
        pytest.param([("finance", O.SUPPORT), ("legal", S.OPEN)], [], [], [2], ["finance"], id="one decided"),
        pytest.param([("finance", O.SUPPORT), ("legal", O.OBJECTION)], [], [], [], ["finance", "legal"], id="all"),
        pytest.param([("finance", O.RETURN), ("legal", O.SUPPORT)], [], [1], [], ["legal"], id="one returned"),
        pytest.param([("finance", O.RETURN), ("legal", S.OPEN)], [], [1], [2], [], id="returned, one awaited"),
        pytest.param(
            [("finance", O.RETURN), ("legal", O.SUPPORT), ("answer:finance", S.OPEN)],
            [], [], [3], ["legal"], id="the officer is asked",
        ),
        pytest.param(
            [("finance", O.RETURN), ("legal", O.SUPPORT), ("answer:finance", O.ANSWERED)],
            ["finance"], [], [], ["legal"], id="the officer has answered",
        ),
        pytest.param(
            [("finance", O.RETURN), ("legal", O.SUPPORT), ("answer:finance", O.ANSWERED), ("finance", S.OPEN)],
            [], [], [4], ["legal"], id="asked again",
        ),
        pytest.param(
            [("finance", O.RETURN), ("legal", O.SUPPORT), ("answer:finance", O.ANSWERED), ("finance", O.SUPPORT)],
            [], [], [], ["legal", "finance"], id="decided after the answer",
        ),
        pytest.param(
            [("finance", O.RETURN), ("legal", O.SUPPORT), ("answer:finance", O.ANSWERED), ("finance", O.RETURN)],
            [], [4], [], ["legal"], id="returned twice: the first answer no longer counts",
        ),
        pytest.param(
            [("finance", O.RETURN), ("answer:finance", O.ANSWERED), ("finance", O.RETURN),
             ("answer:finance", O.ANSWERED), ("legal", O.SUPPORT)],
            ["finance"], [], [], ["legal"], id="answered twice",
        ),
        pytest.param(
            [("finance", O.RETURN), ("legal", O.RETURN), ("answer:finance", O.ANSWERED), ("answer:legal", S.OPEN)],
            ["finance"], [], [4], [], id="both returned, one answered",
        ),
        pytest.param([("finance", S.CANCELLED), ("legal", O.SUPPORT)], ["finance"], [], [], ["legal"],
                     id="a cancelled task fills no slot"),
        pytest.param([("finance", S.DECIDED), ("legal", O.SUPPORT)], ["finance"], [], [], ["legal"],
                     id="nor does one whose decision is missing"),
        pytest.param([("finance", O.RETURN), ("legal", O.SUPPORT), ("answer:finance", S.CANCELLED)],
                     [], [1], [], ["legal"], id="a cancelled answer is no answer"),
        pytest.param([("finance", O.SUPPORT), ("legal", O.SUPPORT), ("mend", S.OPEN)], [], [], [3],
                     ["finance", "legal"], id="something else is owed besides"),
    ],
)  # fmt: skip
def test_tells_what_is_to_be_opened_answered_awaited_and_done(
    history: list[Step], to_open: list[str], to_answer: list[int], awaited: list[int], done: list[str]
) -> None:
    progress = progress_after(*history)

    assert [slot.name for slot in progress.to_open] == to_open
    assert [task.id for task in progress.to_answer] == to_answer
    assert [task.id for task in progress.awaited] == awaited
    assert set(progress.done) == set(done)
    assert progress.has_work is bool(to_open or to_answer)
    assert progress.is_complete is not bool(to_open or to_answer or awaited)


def test_keeps_the_decision_that_fills_the_slot() -> None:
    progress = progress_after(("finance", O.RETURN), ("answer:finance", O.ANSWERED), ("finance", O.OBJECTION))

    assert progress.done["finance"].task_id == 3


@pytest.mark.parametrize(
    "history",
    [
        pytest.param([("finance", O.RETURN), ("legal", S.OPEN), ("answer:finance", O.WITHDRAWN)], id="an answer"),
        pytest.param([("finance", O.WITHDRAWN), ("legal", S.OPEN)], id="the partner withdrew, our side still owes"),
        pytest.param([("finance", O.WITHDRAWN)], id="withdrawn before the other was asked"),
    ],
)  # fmt: skip
def test_is_complete_at_once_when_somebody_withdraws(history: list[Step]) -> None:
    progress = progress_after(*history)

    assert progress.is_complete
    assert [decision.outcome for decision in progress.done.values()] == [O.WITHDRAWN]


def test_is_complete_with_nothing_done_when_the_stage_asks_nobody() -> None:
    progress = progress_after(slots=())

    assert (progress.is_complete, progress.done) == (True, {})


_ENDS = [S.OPEN, S.CLAIMED, S.CANCELLED, S.DECIDED, *Outcome]
_HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(["finance", "legal", "answer:finance", "answer:legal", "mend"]), st.sampled_from(_ENDS)
    ),
    max_size=8,
)


@given(_HISTORIES)
def test_is_either_complete_or_waits_for_the_machine_or_for_people(history: list[Step]) -> None:
    progress = progress_after(*history)

    assert progress.is_complete is not (progress.has_work or bool(progress.awaited))


@given(_HISTORIES)
def test_is_never_complete_with_an_empty_slot(history: list[Step]) -> None:
    progress = progress_after(*history)

    withdrawn = any(decision.outcome is O.WITHDRAWN for decision in progress.done.values())
    if progress.is_complete and not withdrawn:
        assert set(progress.done) == {"finance", "legal"}
        assert all(decision.outcome is not O.RETURN for decision in progress.done.values())


@given(_HISTORIES)
def test_asks_nobody_who_owes_already_or_has_decided(history: list[Step]) -> None:
    progress = progress_after(*history)

    asked = {slot.name for slot in progress.to_open}
    assert not asked & set(progress.done)
    assert not asked & {task.slot for task in progress.awaited}
    assert not {f"answer:{task.slot}" for task in progress.to_answer} & {task.slot for task in progress.awaited}
