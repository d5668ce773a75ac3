"""A house with cases at work: bringing cases where a fault is to strike, and letting the machine mend itself."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import URL, make_url, text
from sqlmodel import col, select

from approvals.casework.outcomes import Answer
from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import read_proposal
from approvals.errors import ApprovalError
from approvals.rehearsal import USUAL_ANSWERS, People, Rehearsal, advance
from approvals.services import machine
from approvals.services.cases import submit
from approvals.services.outbox import take_requests
from approvals.services.sweep import sweep
from approvals.settings import Settings
from approvals.store import outbox_queries, queries
from approvals.store.engine import Store, open_store
from models.agreement import Agreement
from models.case import Case, Stage
from models.task import Task, TaskKind
from models.user import User
from tests.conftest import NOW

EXAMPLES = Settings().example_folder
DRAFTED = (Stage.LEGAL_REVIEW, Stage.NEGOTIATION)
"""Where a case waits once its agreement is drafted; policy decides which."""
LONGEST_LIFE = 30
"""Far more answers in a row than any route asks for."""
_copies = itertools.count(1)


@dataclass(frozen=True)
class House:
    """A database with people, and the acts of its cases told shortly."""

    store: Store

    @property
    def url(self) -> str:
        return _as_text(self.store.engine.url)

    @property
    def people(self) -> People:
        return People(self.store)

    def submit(self, example: str = "foundation", *, key: str = "first", now: datetime = NOW) -> str:
        """Submit an example as its focal point and return the reference; the machine has not begun."""
        proposal = a_proposal(example)
        officer = self.people.named(proposal.focal_point.email or "")
        return submit(self.store, proposal, by=officer, key=key, now=now).reference

    def advance(self, reference: str, *, now: datetime = NOW) -> Stage:
        """Let the machine do all it can."""
        return advance(self.store, reference, now=now)

    def carry_to(self, reference: str, kind: TaskKind, *, now: datetime = NOW) -> list[Task]:
        """Let machine and people work until tasks of `kind` are owed, and return those."""
        for _ in range(LONGEST_LIFE):
            self.advance(reference, now=now)
            owed = self.owed(reference)
            wanted = [task for task in owed if task.kind is kind]
            if wanted:
                return wanted
            self.answer(owed[0], now=now)
        raise AssertionError(f"{reference} never came to {kind}")

    def carry_to_the_end(self, reference: str, *, now: datetime = NOW) -> Stage:
        """Let machine and people work until nobody owes anything, and return the stage."""
        for _ in range(LONGEST_LIFE):
            stage = self.advance(reference, now=now)
            owed = self.owed(reference)
            if not owed:
                return stage
            for task in owed:
                self.answer(task, now=now)
        raise AssertionError(f"{reference} did not come to an end")

    def owed(self, reference: str) -> list[Task]:
        """Return what people owe on the case, oldest first."""
        return list(self._rehearsal.owed(reference))

    def answer(self, task: Task, answer: Answer | None = None, *, now: datetime = NOW) -> User:
        """Let the right person answer as usual, and return who that was."""
        return self._rehearsal.answer(task, answer, now=now)

    def usual_answer(self, task: Task) -> Answer:
        """Return the usual answer, with what only the case knows filled in."""
        return self._rehearsal._fitted(task, USUAL_ANSWERS[task.kind])

    @property
    def _rehearsal(self) -> Rehearsal:
        return Rehearsal(self.store, self.people)

    def case(self, reference: str) -> Case:
        with self.store.session() as session:
            return queries.case_by_reference(session, reference)

    def agreements(self, reference: str) -> list[Agreement]:
        """Return every version of the case's agreement, the first one first."""
        with self.store.session() as session:
            query = select(Agreement).where(Agreement.case_id == queries.case_by_reference(session, reference).id)
            return list(session.exec(query.order_by(col(Agreement.version))))

    def mend(self, *, now: datetime = NOW) -> None:
        """Let sweep and relay pass twice, as they would within two minutes after a fault."""
        for minutes in (5, 10):
            later = now + timedelta(minutes=minutes)
            sweep(self.store, now=later)
            self.carry_what_waits(now=later)

    def carry_what_waits(self, *, now: datetime = NOW) -> None:
        """Let one pass of a relay carry on every case it is asked for; what cannot be done the case shows."""
        for request in take_requests(self.store, now=now):
            try:
                self.advance(request.reference, now=now)
            except ApprovalError as exc:
                machine.note_problem(self.store, request.reference, str(exc), now=now)

    def is_at_rest(self) -> bool:
        """The machine owes no case a run."""
        with self.store.session() as session:
            return outbox_queries.machine_work_waiting(session) == 0

    def imprint(self) -> dict[str, str]:
        """Return a digest of every table's rows; equal imprints mean that nothing whatever changed."""
        with self.store.engine.connect() as connection:
            names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars()
            digest = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
            return {name: connection.execute(text(digest.format(name))).scalar_one() for name in names.all()}


def a_proposal(example: str = "foundation") -> ProposalForm:
    """Return an example proposal."""
    return read_proposal(example_file(example).read_bytes(), name=example)


def example_file(example: str) -> Path:
    return EXAMPLES / f"{example}.yaml"


@contextmanager
def copy_of(url: str) -> Iterator[House]:
    """Give a house on a copy of the database at `url`, to which nobody may be connected."""
    address = make_url(url)
    name = f"{address.database}_copy_{next(_copies)}"
    admin = open_store(_as_text(address.set(database="postgres")), pool_size=1)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {address.database}"))
        store = open_store(_as_text(address.set(database=name)))
        try:
            yield House(store)
        finally:
            store.close()
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.close()


def _as_text(address: URL) -> str:
    return address.render_as_string(hide_password=False)
