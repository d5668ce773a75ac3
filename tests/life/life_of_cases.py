"""The life of cases as a state machine: what people do at the desk and through the API, machine and time between.

Hypothesis chooses who does what through which door, in what order. After every step the promises of the house must
hold; that each answer is one we give, and that nothing changes unless somebody acted, is seen to by `Watch`.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from models.case import Stage
from models.task import TaskState
from tests.journeys.stories import a_foundation, saved_again, values_of
from tests.life.answers import NO_WORD_FILE, TEXTS, an_answer
from tests.life.town import EVERYBODY, Town, Towns
from tests.life.ways import ANY, AtTheDesk, ByProgram, was_done

DOORS = st.sampled_from(["desk", "api"])
WHOSE_IT_IS = "whose it is"
WHO = st.just(WHOSE_IT_IS) | st.sampled_from(EVERYBODY)
"""Half of the time somebody whose task or case it is, half of the time anybody."""
OFFICER, ELSEWHERE = "rosa.quispe@example.org", "linh.tran@example.org"
FIRST = "PA-2026-0001"
KEYS = st.integers(1, 4).map("key-{}".format)
DAYS = st.sampled_from([0.02, 1, 3, 8, 30])


class LifeOfCases(RuleBasedStateMachine):
    """Cases and tasks on their way; each rule is something a person, the machine or time does."""

    cases: Bundle[str] = Bundle("cases")
    tasks: Bundle[int] = Bundle("tasks")
    looks: Bundle[tuple[int, str, str]] = Bundle("looks")
    """Task, program's owner, and the mark they saw."""

    def __init__(self, towns: Towns, stages: tuple[Stage, ...]) -> None:
        super().__init__()
        self._towns, self._stages = towns, stages
        self._stack = ExitStack()
        self._known: set[int] = set()
        self._submitted: dict[tuple[str, str], str] = {}

    # How it begins and ends

    @initialize(target=tasks, data=st.data())
    def a_case_has_come_to_a_stage(self, data: Any) -> Any:
        stage = data.draw(st.sampled_from(self._stages), label="stage")
        self.town: Town = self._stack.enter_context(self._towns.town_at(stage))
        return self._new_tasks()

    @initialize(target=cases)
    def there_is_a_case(self) -> str:
        return FIRST

    @invariant()
    def the_promises_hold(self) -> None:
        self._towns.steps += 1
        self.town.note_files()
        assert self.town.broken() == []

    def teardown(self) -> None:
        """Let the machine come to rest, and see that nobody waits and that figures, clocks and events agree."""
        with self._stack:
            if hasattr(self, "town"):
                self.town.house.mend(now=self.town.now + timedelta(minutes=5))
                assert self.town.broken(at_rest=True) == []
                assert self.town.miscounted() == []

    # What the machine and time do

    @rule(target=tasks)
    def the_machine_works(self) -> Any:
        self.town.machine_works()
        return self._new_tasks()

    @rule(target=tasks, days=DAYS, digest=st.booleans())
    def time_passes(self, days: float, digest: bool) -> Any:
        self.town.time_passes(timedelta(days=days), digest=digest)
        return self._new_tasks()

    @rule(target=tasks, case=cases, door=DOORS)
    def everybody_answers_as_usual(self, case: str, door: str) -> Any:
        for task in self.town.house.owed(case):
            usual = self.town.house.usual_answer(task)
            answer = self._way(door, self.town.who_may(task)).decide(task.id or 0, usual)
            assert was_done(answer) or answer.status_code in (403, 409), answer.text
        self.town.machine_works()
        return self._new_tasks()

    # Proposals

    @rule(target=cases, who=st.sampled_from([OFFICER, ELSEWHERE, *EVERYBODY]), door=DOORS, key=KEYS, title=TEXTS)
    def somebody_submits(self, who: str, door: str, key: str, title: str) -> Any:
        proposal = values_of(a_foundation(), title=title or "Skills for the workshops")
        answer, reference = self._way(door, who).submit(proposal, key)
        if not was_done(answer):
            return multiple()
        assert reference in self.town.references()
        self.town.kept.cases.add(reference)
        if door == "api":
            first = self._submitted.setdefault((who, key), reference)
            assert reference == first, f"the key {key} of {who} made {first} and {reference}"
        return reference

    @rule(case=cases, who=WHO, door=DOORS, how=st.sampled_from(["withdraw", "end"]), why=TEXTS)
    def somebody_finishes_a_case(self, case: str, who: str, door: str, how: str, why: str) -> None:
        answer = self._way(door, self._officer(who, case)).finish(case, how, why)
        if was_done(answer):
            ended = {"withdraw": Stage.WITHDRAWN, "end": Stage.ENDED}
            assert self.town.house.case(case).stage is ended[how]
            assert self.town.house.case(case).submitted_by == self._id_of(self._officer(who, case))

    @rule(target=cases, case=cases, who=WHO, door=DOORS, key=KEYS, why=TEXTS)
    def somebody_amends(self, case: str, who: str, door: str, key: str, why: str) -> Any:
        way, before = self._way(door, self._officer(who, case)), self.town.references()
        if isinstance(way, ByProgram):
            changes = {"partner": {"website": "https://new.example"}}
            answer = way.amend(case, {"kind": "correction", "reason": why, "changes": changes}, f"amends-{key}")
        else:
            assert isinstance(way, AtTheDesk)
            answer = way.amend(case, why)
        new = sorted(set(self.town.references()) - set(before))
        assert was_done(answer) or not new
        return multiple(*new)

    # Tasks

    @rule(task=tasks, who=WHO, door=DOORS, act=st.sampled_from(["claim", "release"]))
    def somebody_takes_or_gives_back(self, task: int, who: str, door: str, act: str) -> None:
        person = self._owing(who, task)
        if was_done(self._way(door, person).act_on_task(task, act)):
            holder = self._id_of(person) if act == "claim" else None
            assert self.town.task(task).claimed_by == holder

    @rule(target=tasks, task=tasks, who=WHO, door=DOORS, data=st.data())
    def somebody_decides(self, task: int, who: str, door: str, data: Any) -> Any:
        person, before = self._owing(who, task), self.town.task(task)
        given = an_answer(self.town, before, data.draw)
        answer = self._way(door, person).decide(task, given)
        self._see_that_it_is_so(task, person, given.outcome, was_live=before.is_live, answer=answer)
        return self._new_tasks()

    @rule(target=tasks, task=tasks, both=st.permutations(["desk", "api"]), data=st.data())
    def two_decide_at_once(self, task: int, both: list[str], data: Any) -> Any:
        first, second = (self._way(door, self._owing(WHOSE_IT_IS, task)) for door in both)
        seen, late = first.look(task), second.look(task)
        facts = self.town.task(task)
        one, other = (an_answer(self.town, facts, data.draw) for _ in both)
        done = was_done(first.decide(task, one, seen=seen)), was_done(second.decide(task, other, seen=late))
        assert len(self.town.standing_decisions(task)) <= 1
        if all(done):
            [stands] = self.town.standing_decisions(task)
            assert (one.outcome, one.reason.strip()) == (other.outcome, other.reason.strip())
            assert stands.outcome is one.outcome
        return self._new_tasks()

    @rule(target=tasks, task=tasks, why=TEXTS)
    def the_officer_answers_a_return(self, task: int, why: str) -> Any:
        officer = self._way("desk", self._owing(WHOSE_IT_IS, task))
        assert isinstance(officer, AtTheDesk)
        officer.answer_a_return(task, why)
        return self._new_tasks()

    @rule(task=tasks, who=WHO, to=st.sampled_from(EVERYBODY), door=DOORS, why=TEXTS)
    def somebody_hands_over(self, task: int, who: str, to: str, door: str, why: str) -> None:
        if was_done(self._way(door, self._owing(who, task)).hand_over(task, to, why)):
            assert self.town.task(task).assigned_to == self._id_of(to)

    @rule(target=looks, task=tasks, who=WHO)
    def a_program_looks(self, task: int, who: str) -> tuple[int, str, str]:
        person = self._owing(who, task)
        return task, person, self._way("api", person).look(task)

    @rule(look=looks, data=st.data())
    def a_program_decides_what_it_saw_then(self, look: tuple[int, str, str], data: Any) -> None:
        task, person, seen = look
        program, before = self._way("api", person), self.town.task(task)
        answer = program.decide(task, an_answer(self.town, before, data.draw), seen=seen)
        if was_done(answer) and before.is_live:
            assert seen in (ANY, program.look(task)) or self.town.task(task).state is TaskState.DECIDED

    # Files, comments, clocks

    @rule(case=cases, who=WHO, door=DOORS, is_word=st.booleans(), title=TEXTS)
    def somebody_adds_a_document(self, case: str, who: str, door: str, is_word: bool, title: str) -> None:
        standing = self.town.standing_text(self.town.house.case(case))
        content = saved_again(standing[1]) if is_word and standing else NO_WORD_FILE
        self._way(door, self._officer(who, case)).attach(case, content, title)

    @rule(case=cases, who=WHO, why=TEXTS, act=st.sampled_from(["hold", "resume"]), for_partner=st.booleans())
    def somebody_stops_or_starts_the_clock(self, case: str, who: str, why: str, act: str, for_partner: bool) -> None:
        desk = self._at_the_desk(self._officer(who, case))
        desk.post(f"/cases/{case}/{act}", {"reason": why, "why": "partner_asked" if for_partner else "on_hold"})

    @rule(case=cases, who=WHO, text=TEXTS, number=st.integers(0, 3))
    def somebody_comments(self, case: str, who: str, text: str, number: int) -> None:
        comments = f"/cases/{case}/comments"
        acts = (("", {"text": text}), ("/1/answer", {"text": text}), ("/1/resolve", {}), ("/noted", {"up_to": "2"}))
        address, said = acts[number]
        self._at_the_desk(self._officer(who, case)).post(comments + address, said)

    # What must not work

    @rule(number=st.integers(0, 4))
    def somebody_of_another_office_tries(self, number: int) -> None:
        desk = self._at_the_desk(ELSEWHERE)
        tried = (
            lambda: desk.visitor.client.get(f"/cases/{FIRST}"),
            lambda: desk.post(f"/cases/{FIRST}/comments", {"text": "Hello"}),
            lambda: desk.post(f"/cases/{FIRST}/withdraw", {"reason": "Mine now.", "step": "do"}),
            lambda: desk.visitor.client.get(f"/cases/{FIRST}/agreements/1.docx"),
            lambda: self._way("api", ELSEWHERE).finish(FIRST, "withdraw", "Mine now."),
        )
        assert tried[number]().status_code == 404

    @rule(task=tasks, case=cases)
    def a_stranger_tries(self, task: int, case: str) -> None:
        visitor, program = self.town.desk.stranger(), self.town.api.stranger()
        for client in (visitor.client, program.client):
            self.town.watch.over(client)
        for address in (f"/tasks/{task}/claim", f"/cases/{case}/hold", f"/cases/{case}/withdraw"):
            led = visitor.client.post(address, data={"csrf": "guessed"}, follow_redirects=False)
            assert led.headers["location"].startswith("/sign-in")
        assert program.answered("POST", f"/tasks/{task}/claim").status_code == 401
        assert program.answered("GET", f"/cases/{case}").status_code == 401

    @rule(task=tasks, case=cases)
    def an_old_form_comes_again(self, task: int, case: str) -> None:
        person = self._owing(WHOSE_IT_IS, task)
        old, now = self.town.at_the_desk(person), self.town.at_the_desk(person)
        replayed = AtTheDesk(now.visitor, old.csrf)
        for address in (f"/tasks/{task}/claim", f"/tasks/{task}", f"/cases/{case}/withdraw"):
            answer = replayed.post(address, {"outcome": "approve", "reason": "Again.", "step": "do"})
            assert not was_done(answer), answer.text

    # Small things

    def _way(self, door: str, person: str) -> Any:
        return self.town.way(door, person)

    def _at_the_desk(self, person: str) -> AtTheDesk:
        way = self.town.way("desk", person)
        assert isinstance(way, AtTheDesk)
        return way

    def _owing(self, who: str, task: int) -> str:
        return self.town.who_may(self.town.task(task)) if who == WHOSE_IT_IS else who

    def _officer(self, who: str, case: str) -> str:
        return self.town.submitter_of(case) if who == WHOSE_IT_IS else who

    def _id_of(self, email: str) -> int | None:
        return self.town.people.named(email).id

    def _new_tasks(self) -> Any:
        new = [number for number in self.town.tasks() if number not in self._known]
        self._known.update(new)
        return multiple(*new)

    def _see_that_it_is_so(self, task: int, person: str, outcome: Any, *, was_live: bool, answer: Any) -> None:
        """What was said to be decided stands as decided, by that person; what was refused does not."""
        standing = self.town.standing_decisions(task)
        if was_done(answer):
            [decision] = standing
            assert (decision.outcome, decision.decided_by) == (outcome, self._id_of(person))
            self.town.kept.decisions.add(decision.id or 0)
        else:
            assert not (was_live and standing), f"{answer.status_code}, yet decided: {answer.text}"
