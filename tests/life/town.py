"""A town: one database with cases, its people at the desk and their programs at the API, the machine, the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from sqlmodel import col, select

from approvals.casework.sign_in_rules import SignInRules
from approvals.services.files import kept_file
from approvals.services.outbox import deliver_mail
from approvals.services.sessions import csrf_of
from approvals.services.sweep import Digests, sweep
from approvals.settings import Settings
from approvals.store import queries
from approvals.store.engine import Store, open_store
from models.agreement import Agreement
from models.case import Case, Stage
from models.decision import Decision
from models.task import Task
from models.user import Role, User
from tests.api.calling import TheApi, unhurried
from tests.desk.visiting import TheDesk, lasting
from tests.faults.house import House
from tests.faults.invariants import Acknowledged, broken_invariants
from tests.journeys.conftest import DatabasesByStage
from tests.journeys.stories import START
from tests.life.watch import Watch
from tests.life.ways import AtTheDesk, ByProgram, Way
from tests.postman import MESSAGES, Postman
from tests.reporting.recount import disagreements

CAST = Settings().example_folder / "cast" / "people.yaml"
EVERYBODY: tuple[str, ...] = tuple(one["email"] for one in yaml.safe_load(CAST.read_text(encoding="utf-8")))
NAME = "town"


class Towns:
    """Builds towns, one after the other: always the same desk and API, over a database that is new each time."""

    def __init__(self, databases: DatabasesByStage, home: Path) -> None:
        self._databases = databases
        self._store = open_store(databases.address_of(NAME))
        self._settings = Settings(home=home)
        self._desk = TheDesk(self._store, START, settings=self._settings, rules=_patient())
        self._api = TheApi(self._store, START, settings=self._settings, rules=_patient())
        self.steps = 0
        self.answers = 0

    @contextmanager
    def town_at(self, stage: Stage) -> Iterator[Town]:
        """Give a town in which the case PA-2026-0001 has just come to `stage`."""
        with self._databases.copy_at(stage, NAME):
            watch = Watch(self._store)
            try:
                yield Town(self._desk, self._api, watch)
            finally:
                self.answers += watch.answers
                self._store.close()


def _patient() -> SignInRules:
    """Rules by which nobody is too fast, and nobody is forgotten."""
    return lasting(unhurried())


@dataclass
class Town:
    """What can be done and seen in it. Time passes for all of it at once."""

    desk: TheDesk
    api: TheApi
    watch: Watch
    kept: Acknowledged = field(default_factory=Acknowledged)
    _now: datetime = START
    _ways: dict[tuple[str, str], Way] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.house = House(self.store)
        self.people = self.house.people
        self._let_time_be(START)

    @property
    def store(self) -> Store:
        return self.desk.store

    @property
    def now(self) -> datetime:
        return self._now

    # Who comes, and through which door

    def way(self, door: str, email: str) -> Way:
        """Return how this person goes about things at the door, the same as long as no time passes."""
        if (door, email) not in self._ways:
            self._ways[door, email] = self.at_the_desk(email) if door == "desk" else self.by_program(email)
        return self._ways[door, email]

    def at_the_desk(self, email: str) -> AtTheDesk:
        """Return the person, who has just signed in."""
        visitor = self.desk.visited_by(email)
        secret = visitor.client.cookies[self.desk.cookie_name]
        visitor.client.get("/account")  # that somebody is there is noted once
        self.watch.over(visitor.client)
        return AtTheDesk(visitor, csrf_of(secret))

    def by_program(self, email: str) -> ByProgram:
        """Return a program with a new token of the person."""
        program = self.api.called_by(email)
        program.gets("/me")  # that a token is used is noted once
        self.watch.over(program.client)
        return ByProgram(program)

    def who_may(self, task: Task) -> str:
        """Return somebody who may decide the task; whoever comes first if nobody may any more."""
        try:
            return self.people.who_may_decide(task).email
        except LookupError:
            return EVERYBODY[0]

    def submitter_of(self, reference: str) -> str:
        """Return who submitted the case."""
        with self.store.session() as session:
            return session.get_one(User, self.house.case(reference).submitted_by).email

    # What machine and time do

    def machine_works(self) -> None:
        """Let the machine do all it was asked for."""
        self.house.carry_what_waits(now=self.now)

    def time_passes(self, time: timedelta, *, digest: bool) -> None:
        """Let it be later, the sweep see what that brought, and the mails go out."""
        self._let_time_be(self.now + time)
        sweep(self.store, now=self.now, digests=Digests(for_all=digest))
        self.machine_works()
        deliver_mail(self.store, Postman(), write=MESSAGES.write, now=self.now)

    def _let_time_be(self, now: datetime) -> None:
        self._now = self.desk.now = self.api.now = now
        self._ways.clear()  # next time they sign in again

    # What can be seen

    def task(self, number: int) -> Task:
        """The task as it stands."""
        with self.store.session() as session:
            return session.get_one(Task, number)

    def tasks(self) -> list[int]:
        """Every task there ever was, oldest first."""
        with self.store.session() as session:
            return [number for number in session.exec(select(Task.id).order_by(col(Task.id))) if number]

    def case_of(self, task: Task) -> Case:
        """The case of the task."""
        with self.store.session() as session:
            return session.get_one(Case, task.case_id)

    def references(self) -> list[str]:
        """Every case, oldest first."""
        with self.store.session() as session:
            return list(session.exec(select(Case.reference).order_by(col(Case.id))))

    def standing_text(self, case: Case) -> tuple[str, bytes] | None:
        """The digest and bytes of the agreement that stands, None if there is none."""
        with self.store.session() as session:
            standing = queries.standing_agreement(session, case)
            return (standing.file_hash, kept_file(session, standing.file_hash)) if standing else None

    def standing_decisions(self, number: int) -> list[Decision]:
        """What stands as decided of the task."""
        with self.store.session() as session:
            of_it = select(Decision).where(Decision.task_id == number, col(Decision.superseded_by).is_(None))
            return list(session.exec(of_it))

    def broken(self, *, at_rest: bool = False) -> list[str]:
        """Return every promise of the house that does not hold."""
        return broken_invariants(self.store, self.kept, at_rest=at_rest)

    def miscounted(self) -> list[str]:
        """Return every figure that is not what events and clocks say."""
        return disagreements(self.store, by=self.people.with_role(Role.ADMINISTRATOR), now=self.now)

    def note_files(self) -> None:
        """Remember every version of an agreement there is: none may ever be lost."""
        with self.store.session() as session:
            self.kept.files.update(session.exec(select(Agreement.file_hash)))
