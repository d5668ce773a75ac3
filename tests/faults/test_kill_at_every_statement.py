"""kill -9 after every SQL statement, before every commit and after it: of people's acts and of the machine's.

A child dies at the first point, the next at the second, and so on; each is the retry of the one before. A death must
leave the database exactly as it was, or one whole transaction further, and from there it is begun again at the first
point. In a copy of each state that a death left, the person tries again as people do, or sweep and relay pass as they
do every minute, and the promises must hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from approvals.casework.outcomes import Answer
from approvals.errors import AlreadyDecided, WrongStage
from approvals.services import cases
from approvals.services.agreements import agreement_file
from approvals.services.sweep import sweep
from approvals.services.tasks import decide
from approvals.services.users import choose_digest
from models.case import Stage
from models.decision import Outcome
from models.event import Event
from models.outbox import Channel, OutboxMessage
from models.task import Task, TaskKind
from tests.conftest import NOW
from tests.faults.house import DRAFTED, House, copy_of, example_file
from tests.faults.invariants import Acknowledged, broken_invariants
from tests.faults.warm import Ended, Warm
from tests.word import changed

MOST_POINTS = 400


class Deaths:
    """The deaths of one act, point by point, and the states of the database that they left."""

    def __init__(self, house: House, warm: Warm, act: str, **arguments: Any) -> None:
        self._house, self._warm, self._act, self._arguments = house, warm, act, arguments
        self.points = 0
        self.last = Ended(killed=True)  #: how the child ended that met no death any more

    def states(self) -> Iterator[House]:
        """Give a copy of the house as it is at first, and after each death that came after a commit."""
        state, point = self._house.imprint(), 0
        yield from self._copy()
        while self.points < MOST_POINTS:
            point += 1
            ended = self._warm.run(
                f"tests.faults.acts:{self._act}", url=self._house.url, die_at=point, **self._arguments
            )
            if not ended.killed:
                self.last = ended
                print(f"{self._act}: {self.points} points of death")
                return
            self.points += 1
            left = self._house.imprint()
            if left != state:
                state, point = left, 0
                yield from self._copy()
        raise AssertionError(f"{self._act} has more than {MOST_POINTS} points")

    def _copy(self) -> Iterator[House]:
        self._house.store.close()  # a database that is copied must have no other users
        with copy_of(self._house.url) as house:
            yield house


def test_a_submission_tried_again_makes_one_case(house: House, warm: Warm) -> None:
    deaths = Deaths(house, warm, "submit", file=str(example_file("foundation")), key="first", now=NOW.isoformat())

    for copy in deaths.states():
        reference = copy.submit(key="first")

        assert reference == "PA-2026-0001"
        assert broken_invariants(copy.store, Acknowledged(cases={reference})) == []

    assert deaths.last.returned["reference"] == "PA-2026-0001"
    assert broken_invariants(house.store) == []


def test_an_approval_tried_again_is_there_once(house: House, warm: Warm) -> None:
    (task,) = house.carry_to(house.submit(), TaskKind.DECISION)
    director = house.people.who_may_decide(task)
    order = {"task": task.id, "by": director.email, "answer": {"outcome": "approve"}, "now": NOW.isoformat()}
    deaths = Deaths(house, warm, "decide", **order)

    for number, copy in enumerate(deaths.states()):
        kept = _decide_again(copy, task, Answer(Outcome.APPROVE), refused=number > 0)

        assert broken_invariants(copy.store, kept) == []
        copy.mend()
        assert broken_invariants(copy.store, kept, at_rest=True) == []
        assert len(copy.agreements("PA-2026-0001")) == 1

    assert deaths.last.raised == "AlreadyDecided"


@pytest.mark.soak
def test_an_upload_tried_again_is_there_once(house: House, warm: Warm, tmp_path: Path) -> None:
    (task,) = house.carry_to(house.submit(), TaskKind.NEGOTIATION)
    officer = house.people.who_may_decide(task)
    _, sent = agreement_file(house.store, "PA-2026-0001", by=officer)
    returned = changed(sent, "word/document.xml", lambda text: text.replace("The Parties", "Both Parties", 1))
    document = tmp_path / "returned.docx"
    document.write_bytes(returned)
    order = {"task": task.id, "by": officer.email, "answer": {"outcome": "changed"}, "document": str(document)}
    deaths = Deaths(house, warm, "decide", **order, now=NOW.isoformat())

    for number, copy in enumerate(deaths.states()):
        kept = _decide_again(copy, task, Answer(Outcome.CHANGED, content=returned), refused=number > 0)

        newest = copy.agreements("PA-2026-0001")[-1]
        assert newest.version == 2
        kept.files.add(newest.file_hash)
        assert broken_invariants(copy.store, kept) == []


def test_a_screening_that_dies_is_done_once_by_the_next_run(house: House, warm: Warm) -> None:
    reference = house.submit()

    deaths = Deaths(house, warm, "carry", reference=reference, now=NOW.isoformat())

    for copy in deaths.states():
        copy.mend()

        assert copy.case(reference).stage is Stage.SCREENING_REVIEW  # no list is in force here
        assert broken_invariants(copy.store, Acknowledged(cases={reference}), at_rest=True) == []


def test_a_draft_that_dies_is_made_once_by_the_next_run(house: House, warm: Warm) -> None:
    reference = house.submit()
    (task,) = house.carry_to(reference, TaskKind.DECISION)
    house.answer(task)

    deaths = Deaths(house, warm, "carry", reference=reference, now=NOW.isoformat())

    for copy in deaths.states():
        copy.mend()

        assert copy.case(reference).stage in DRAFTED
        assert [agreement.version for agreement in copy.agreements(reference)] == [1]
        assert broken_invariants(copy.store, Acknowledged(cases={reference}), at_rest=True) == []


def test_a_sweep_that_dies_is_finished_by_the_next(house: House, warm: Warm) -> None:
    reference = house.submit("eu-contribution")
    house.carry_to(reference, TaskKind.CONSULTATION)
    too_late = NOW + timedelta(days=20)

    deaths = Deaths(house, warm, "sweep", now=too_late.isoformat())

    for copy in deaths.states():
        copy.mend(now=too_late)

        assert copy.case(reference).stage is Stage.DECISION
        assert broken_invariants(copy.store, at_rest=True) == []


def test_after_days_away_a_sweep_that_dies_leaves_each_person_one_mail(house: House, warm: Warm) -> None:
    house.carry_to(house.submit(), TaskKind.DECISION)
    too_late = NOW + timedelta(days=21, hours=4)
    for name in ("paulo.andrade", "helen.osei"):  # the director who owes it, and the level above
        choose_digest(house.store, True, by=house.people.named(f"{name}@example.org"), now=NOW)

    deaths = Deaths(house, warm, "sweep", now=too_late.isoformat())

    for copy in deaths.states():
        sweep(copy.store, now=too_late)
        sweep(copy.store, now=too_late + timedelta(minutes=1))

        assert broken_invariants(copy.store) == []
        told = _mails_since(copy, "TaskEscalated", "TaskOverdue", "DigestWritten")
        assert told == {"paulo.andrade@example.org": 1, "helen.osei@example.org": 1}
        assert _happened(copy, "TaskEscalated", "TaskOverdue") == {"TaskEscalated": 1, "TaskOverdue": 1}
    assert deaths.points > 0


def _mails_since(house: House, *kinds: str) -> Counter[str]:
    """Return how many mails each person got because of events of these kinds."""
    with house.store.session() as session:
        query = select(OutboxMessage.recipient).join(Event, col(Event.seq) == col(OutboxMessage.event_seq))
        return Counter(session.exec(query.where(OutboxMessage.channel == Channel.MAIL, col(Event.kind).in_(kinds))))


def _happened(house: House, *kinds: str) -> Counter[str]:
    """Return how often each of these kinds of events happened."""
    with house.store.session() as session:
        return Counter(session.exec(select(Event.kind).where(col(Event.kind).in_(kinds))))


def test_a_withdrawal_tried_again_is_there_once(house: House, warm: Warm) -> None:
    reference = house.submit()
    house.carry_to(reference, TaskKind.CONSULTATION)
    officer = house.people.named("rosa.quispe@example.org")
    deaths = Deaths(house, warm, "withdraw", reference=reference, by=officer.email, now=NOW.isoformat())

    for number, copy in enumerate(deaths.states()):
        if number == 0:
            cases.withdraw(copy.store, reference, by=officer, reason="No longer wanted.", now=NOW)
        else:
            with pytest.raises(WrongStage, match="withdrawn"):
                cases.withdraw(copy.store, reference, by=officer, reason="No longer wanted.", now=NOW)

        assert broken_invariants(copy.store) == []
    assert house.case(reference).stage is Stage.WITHDRAWN


def test_a_mail_can_go_out_twice_only_when_its_sender_died_before_marking_it(
    house: House, warm: Warm, tmp_path: Path
) -> None:
    house.carry_to(house.submit(), TaskKind.DUE_DILIGENCE)
    deaths = Deaths(house, warm, "deliver", mailbox=str(tmp_path), now=NOW.isoformat())

    for copy in deaths.states():
        assert broken_invariants(copy.store) == []

    # Each death between sending and marking sends one more, with the same message key; a death elsewhere sends none.
    mails = Counter((tmp_path / "mails").read_text().splitlines())
    assert len(mails) == 3
    assert set(mails.values()) == {3}
    assert broken_invariants(house.store) == []


def _decide_again(house: House, task: Task, answer: Answer, *, refused: bool) -> Acknowledged:
    """Decide as somebody who never heard what became of the first try, and return what was acknowledged."""
    person = house.people.who_may_decide(task)
    if not refused:
        decision = decide(house.store, task.id or 0, answer, by=person, now=NOW)
        return Acknowledged(decisions={decision.id or 0})
    with pytest.raises(AlreadyDecided, match=person.name):
        decide(house.store, task.id or 0, answer, by=person, now=NOW)
    return Acknowledged()
