"""Telling the life of a case in a test: who answers what, and where the case then stands.

Everything goes through the services, as real people would; the machine's work is done by `rehearsal.advance`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import docx
from sqlmodel import col, select

from approvals.casework.outcomes import Answer
from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import check_proposal, read_proposal
from approvals.rehearsal import People, Rehearsal, advance
from approvals.services import tasks
from approvals.services.agreements import agreement_file
from approvals.services.cases import submit
from approvals.services.sweep import Swept, sweep
from approvals.services.watchlists import import_list
from approvals.settings import Settings
from approvals.store import queries
from approvals.store.engine import Store
from models.agreement import Agreement
from models.case import Case, Stage
from models.decision import Decision, Outcome
from models.event import Event
from models.obligation import Obligation
from models.task import Task
from models.user import Role, User
from tests.factories import _change
from tests.word import text_of

START = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)  # a Monday, after the dates of the examples' documents
EXAMPLES = Settings().example_folder
LIST = "key,name,kind\nX-1,Organización Inventada de Contrabando,organisation\nX-2,Ibragim Vydumannyj,person\n"


def example(name: str, **changes: Any) -> ProposalForm:
    """Return an example proposal with `changes` by dotted path, as in `tests.factories.a_proposal`."""
    proposal = read_proposal((EXAMPLES / f"{name}.yaml").read_bytes(), name=name)
    return check_proposal(values_of(proposal, **changes), name=name)


def a_foundation(**changes: Any) -> ProposalForm:
    """Return the foundation's proposal with contact to beneficiaries: a moderate risk, so that the region decides."""
    contact = {
        "beneficiary_contact": True,
        "activities.1.title": "Sunday classes in three cities",
        "activities.1.deliverable": "45 classes, 900 participants",
    }
    return example("foundation", **{**contact, **changes})


def values_of(proposal: ProposalForm, **changes: Any) -> dict[str, Any]:
    """Return the proposal as plain values with `changes` by dotted path, as an officer would send it again."""
    values = proposal.model_dump(mode="json")
    for path, value in changes.items():
        _change(values, path.split("."), value)
    return values


def put_a_list_in_force(store: Store, people: People, folder: Path, *, now: datetime = START) -> None:
    """Import a short invented list in place of the United Nations', so that screening finds every list it needs."""
    file = folder / "list.csv"
    file.write_text(LIST, encoding="utf-8")
    administrator = people.with_role(Role.ADMINISTRATOR)
    import_list(store, file, list_format="plain_csv", source="un_sc", by=administrator, now=now)


class Story:
    """A case on its way: submitted when the story begins, unless it names the `reference` of one told before."""

    def __init__(
        self, store: Store, people: People, proposal: ProposalForm, *, key: str = "story", reference: str = ""
    ) -> None:
        self.store, self.people, self.now = store, people, START
        self.proposal = proposal
        self.cast = Rehearsal(store, people)
        self.officer = people.named(proposal.focal_point.email or "")
        self.reference = reference or submit(store, proposal, by=self.officer, key=key, now=self.now).reference
        if not reference:
            self.advance()

    # What people do

    def answer(
        self, slot: str, outcome: Outcome, reason: str = "", *, by: User | None = None, **more: Any
    ) -> Decision:
        """Let the right person, or `by`, decide the live task in this slot, and the machine go on."""
        task = self.task(slot)
        person = by or self.people.who_may_decide(task)
        decision = tasks.decide(self.store, task.id or 0, Answer(outcome, reason, **more), by=person, now=self.now)
        self.advance()
        return decision

    def answer_as_usual(self, *slots: str) -> None:
        """Let the live tasks in these slots, all of them if none is named, be answered as usual."""
        for task in self.owed():
            if not slots or task.slot in slots:
                self.cast.answer(task, now=self.now)
        self.advance()

    def reach(self, stage: Stage) -> Story:
        """Let everybody answer as usual until the case is in `stage`."""
        while self.stage is not stage:
            assert self.owed(), f"{self.reference} stopped in {self.stage} before {stage}"
            self.answer_as_usual()
        return self

    def finish(self) -> Stage:
        """Let everybody answer as usual until nobody owes anything, and return where the case ended."""
        while self.owed():
            self.answer_as_usual()
        return self.stage

    def advance(self) -> Stage:
        """Let the machine do what it can."""
        return advance(self.store, self.reference, now=self.now)

    def days_pass(self, days: int) -> Swept:
        """Let calendar days pass, and the sweep see what they brought."""
        self.now += timedelta(days=days)
        swept = sweep(self.store, now=self.now)
        self.advance()
        return swept

    # What can be seen then

    @property
    def case(self) -> Case:
        """The case as it stands."""
        with self.store.session() as session:
            return queries.case_by_reference(session, self.reference)

    @property
    def stage(self) -> Stage:
        """Where the case is."""
        return self.case.stage

    def owed(self) -> Sequence[Task]:
        """Every live task, oldest first."""
        return self.cast.owed(self.reference)

    def slots(self) -> list[str]:
        """The slots of the live tasks, oldest first."""
        return [task.slot for task in self.owed()]

    def task(self, slot: str) -> Task:
        """The live task in this slot."""
        found = [task for task in self.owed() if task.slot == slot]
        assert found, f"{slot} is not owed in {self.stage}, but {self.slots()}"
        return found[0]

    def file(self, version: int | None = None) -> bytes:
        """The Word file of the agreement: the version that stands unless one is named."""
        return agreement_file(self.store, self.reference, by=self.officer, version=version)[1]

    def text(self, version: int | None = None) -> str:
        """The text of the agreement."""
        return text_of(self.file(version))

    def agreements(self) -> list[Agreement]:
        """Every version of the agreement, oldest first."""
        with self.store.session() as session:
            query = select(Agreement).where(Agreement.case_id == self.case.id).order_by(col(Agreement.version))
            return list(session.exec(query))

    def decisions(self, slot: str) -> list[Decision]:
        """Every decision in this slot, oldest first."""
        with self.store.session() as session:
            query = select(Decision).join(Task).where(Task.case_id == self.case.id, Task.slot == slot)
            return list(session.exec(query.order_by(col(Decision.id))))

    def obligations(self) -> list[Obligation]:
        """What the register holds of this case, the earliest first."""
        with self.store.session() as session:
            query = select(Obligation).where(Obligation.case_id == self.case.id)
            return list(session.exec(query.order_by(col(Obligation.due_on), col(Obligation.id))))

    def happened(self) -> list[str]:
        """The kinds of the case's events, in order."""
        with self.store.session() as session:
            query = select(Event.kind).where(Event.case_id == self.case.id).order_by(col(Event.seq))
            return list(session.exec(query))

    def events(self, kind: str) -> list[Event]:
        """The case's events of this kind, in order."""
        with self.store.session() as session:
            query = select(Event).where(Event.case_id == self.case.id, Event.kind == kind)
            return list(session.exec(query.order_by(col(Event.seq))))

    def stages_passed(self) -> list[str]:
        """The stages the case left, in order."""
        with self.store.session() as session:
            query = select(Event).where(Event.case_id == self.case.id).order_by(col(Event.seq))
            return [event.payload["from"] for event in session.exec(query) if "from" in event.payload]


def rewritten(content: bytes, old: str, new: str) -> bytes:
    """Return the Word file with a phrase changed, as the partner's secretary would change it."""
    document = docx.Document(io.BytesIO(content))
    for paragraph in document.paragraphs:
        if old in paragraph.text:
            text = paragraph.text.replace(old, new)
            for run in paragraph.runs[1:]:
                run.text = ""
            paragraph.runs[0].text = text
            break
    else:
        raise AssertionError(f"«{old}» is not in the document")
    return _saved(document)


def with_paragraph(content: bytes, text: str) -> bytes:
    """Return the Word file with a paragraph added at its end."""
    document = docx.Document(io.BytesIO(content))
    document.add_paragraph(text)
    return _saved(document)


def saved_again(content: bytes) -> bytes:
    """Return the Word file as another program would save it: other bytes, the same words."""
    document = docx.Document(io.BytesIO(content))
    document.core_properties.last_modified_by = "Somebody at the partner's"
    return _saved(document)


def _saved(document: Any) -> bytes:
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()
