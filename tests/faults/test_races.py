"""Many at once: one wins, everybody else is told clearly, and the promises hold."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from approvals.casework.outcomes import Answer
from approvals.errors import AlreadyDecided, ApprovalError, NotAllowed, WrongStage
from approvals.notify.mail import Mail
from approvals.services import cases, machine
from approvals.services.outbox import deliver_mail, take_requests
from approvals.services.sweep import sweep
from approvals.services.tasks import claim, decide
from approvals.services.users import add_user
from approvals.store.engine import Store
from models.case import Case, Stage
from models.decision import Outcome
from models.task import Task, TaskKind
from models.user import Role, User
from tests.conftest import NOW
from tests.faults.house import DRAFTED, House, a_proposal
from tests.faults.invariants import Acknowledged, broken_invariants
from tests.postman import MESSAGES

TWENTY = 20


def all_at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do every act in a thread of its own, all starting together, and return what each gave or raised, in order."""
    start = threading.Barrier(len(acts))

    def done(act: Callable[[], Any]) -> Any:
        start.wait(timeout=30)
        try:
            return act()
        except ApprovalError as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(done, acts))


def directors(house: House, count: int, task: Task) -> list[User]:
    """Enter people who may all decide the task."""
    admin = house.people.with_role(Role.ADMINISTRATOR)
    return [
        add_user(
            house.store,
            email=f"director{number}@example.org",
            name=f"Director {number}",
            office_code=task.office_code or "HQ",
            roles=[task.role],
            by=admin,
            now=NOW,
        )
        for number in range(count)
    ]


def test_of_twenty_who_decide_one_task_one_does_and_nineteen_hear_who(house: House) -> None:
    reference = house.submit()
    (task,) = house.carry_to(reference, TaskKind.DECISION)
    people = directors(house, TWENTY, task)

    answers = all_at_once(
        *(
            lambda who=who: decide(house.store, task.id or 0, Answer(Outcome.APPROVE), by=who, now=NOW)
            for who in people
        )
    )

    (winner,) = [answer for answer in answers if not isinstance(answer, ApprovalError)]
    name = next(person.name for person in people if person.id == winner.decided_by)
    refusals = [str(answer) for answer in answers if isinstance(answer, AlreadyDecided)]
    assert len(refusals) == TWENTY - 1
    assert all(f"decided by {name} on" in refusal for refusal in refusals)
    assert broken_invariants(house.store, Acknowledged(decisions={winner.id})) == []
    assert house.advance(reference) in DRAFTED


def test_twenty_submissions_with_one_key_make_one_case(house: House) -> None:
    answers = all_at_once(*[lambda: house.submit(key="double click")] * TWENTY)

    assert set(answers) == {"PA-2026-0001"}
    assert broken_invariants(house.store, Acknowledged(cases=set(answers))) == []
    with house.store.session() as session:
        assert len(session.exec(select(Case)).all()) == 1


def test_twenty_different_submissions_get_twenty_references_in_a_row(house: House) -> None:
    examples = ["foundation", "stopped-by-screening", "eu-contribution", "ngo-implementing"] * (TWENTY // 4)

    answers = all_at_once(
        *(
            lambda number=number, name=name: house.submit(name, key=str(number))
            for number, name in enumerate(examples)
        )
    )

    assert sorted(answers) == [f"PA-2026-{number:04d}" for number in range(1, TWENTY + 1)]
    assert broken_invariants(house.store, Acknowledged(cases=set(answers))) == []


def test_of_two_who_claim_a_task_one_holds_it_and_the_other_hears_who(house: House) -> None:
    (task,) = house.carry_to(house.submit(), TaskKind.DECISION)
    people = directors(house, 2, task)

    answers = all_at_once(*(lambda who=who: claim(house.store, task.id or 0, by=who, now=NOW) for who in people))

    (held,) = [answer for answer in answers if not isinstance(answer, ApprovalError)]
    (refusal,) = [answer for answer in answers if isinstance(answer, NotAllowed)]
    assert next(person.name for person in people if person.id == held.claimed_by) in str(refusal)
    assert broken_invariants(house.store) == []


@pytest.mark.parametrize("first", ["decide", "withdraw"])
def test_a_decision_and_a_withdrawal_end_in_either_order(house: House, first: str) -> None:
    reference = house.submit()
    (task,) = house.carry_to(reference, TaskKind.DECISION)
    officer = house.people.named("rosa.quispe@example.org")
    acts = {
        "decide": lambda: house.answer(task),
        "withdraw": lambda: cases.withdraw(house.store, reference, by=officer, reason="No longer.", now=NOW),
    }

    acts.pop(first)()
    (other,) = all_at_once(*acts.values())

    assert isinstance(other, WrongStage) == (first == "withdraw")
    assert house.advance(reference) is Stage.WITHDRAWN
    assert house.agreements(reference) == []
    assert broken_invariants(house.store, at_rest=True) == []


def test_a_decision_and_a_withdrawal_at_once_leave_one_clear_story(house: House) -> None:
    stories = Counter[str]()
    for number in range(5):
        reference = house.submit(key=str(number))
        (task,) = house.carry_to(reference, TaskKind.DECISION)
        officer = house.people.named("rosa.quispe@example.org")

        decision, withdrawal = all_at_once(
            lambda task=task: house.answer(task),
            lambda reference=reference, officer=officer: cases.withdraw(
                house.store, reference, by=officer, reason="No longer.", now=NOW
            ),
        )

        assert isinstance(withdrawal, Case)
        assert isinstance(decision, (User, WrongStage))
        stories[type(decision).__name__] += 1
        assert house.advance(reference) is Stage.WITHDRAWN
    assert broken_invariants(house.store, at_rest=True) == []


def test_two_runs_on_one_case_do_each_step_once(house: House) -> None:
    reference = house.submit()

    stages = all_at_once(*[lambda: house.advance(reference)] * 4)
    (task,) = house.carry_to(reference, TaskKind.DECISION)
    house.answer(task)
    stages += all_at_once(*[lambda: house.advance(reference)] * 4)

    assert len(set(stages)) == 2
    assert {*stages} <= {Stage.SCREENING_REVIEW, *DRAFTED}
    assert [agreement.version for agreement in house.agreements(reference)] == [1]
    assert broken_invariants(house.store, at_rest=True) == []


def test_two_relays_share_the_outbox_without_overlap(house: House) -> None:
    references = {house.submit(key=str(number)) for number in range(TWENTY)}

    taken = all_at_once(*[lambda: take_requests(house.store, now=NOW)] * 4)

    asked = Counter(request.reference for requests in taken for request in requests)
    assert asked == dict.fromkeys(references, 1)
    assert len({request.key for requests in taken for request in requests}) == TWENTY


def test_two_senders_send_each_mail_once(house: House) -> None:
    house.carry_to(house.submit(), TaskKind.NEGOTIATION)
    went_out: list[tuple[str, str]] = []

    def send(mail: Mail) -> None:
        went_out.append((mail.to, mail.key))

    counts = all_at_once(*[lambda: deliver_mail(house.store, send, write=MESSAGES.write, now=NOW)] * 4)

    assert sum(counts) == len(went_out) == len(set(went_out))
    assert broken_invariants(house.store) == []


def test_two_sweeps_do_each_thing_once(house: House) -> None:
    reference = house.submit()
    silent = house.carry_to(reference, TaskKind.CONSULTATION)
    late = NOW + timedelta(days=20)

    swept = all_at_once(*[lambda: sweep(house.store, now=late)] * 3)

    assert sum(one.silent for one in swept) == len(silent)
    assert house.advance(reference, now=late) is Stage.DECISION
    assert broken_invariants(house.store, at_rest=True) == []


def test_a_run_that_comes_to_rest_leaves_the_machine_nothing_to_do(house: House) -> None:
    reference = house.submit()

    for _ in range(30):
        house.advance(reference)
        assert take_requests(house.store, now=NOW) == []
        if not (owed := house.owed(reference)):
            break
        for task in owed:
            house.answer(task)

    assert house.case(reference).stage is Stage.IN_FORCE


def test_a_rolled_back_answer_leaves_no_trace_in_what_the_machine_reads(house: House) -> None:
    reference = house.submit()
    (task,) = house.carry_to(reference, TaskKind.DECISION)
    house.answer(task, Answer(Outcome.RETURN, "Please say more in the title."))
    house.advance(reference)
    (owed,) = house.owed(reference)
    first, second = (a_proposal().model_copy(update={"title": title}) for title in ("First title", "Second title"))

    refuse_events(house.store)
    with pytest.raises(ApprovalError):
        house.answer(owed, Answer(Outcome.ANSWERED, "Here.", proposal=first.model_dump(mode="json")))
    allow_events(house.store)
    house.answer(owed, Answer(Outcome.ANSWERED, "Here.", proposal=second.model_dump(mode="json")))

    with house.store.session() as session:
        case = session.exec(select(Case)).one()
        assert machine.standing(session, case).proposal.title == "Second title"


def refuse_events(store: Store) -> None:
    """Let the database run out of room whenever an event is written."""
    with store.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$"
            )
        )
        connection.execute(
            text("CREATE TRIGGER no_room BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION no_room()")
        )


def allow_events(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("DROP FUNCTION no_room() CASCADE"))
