"""How the engine is, as far as it shows from within: database, machine, what waits to be sent, lists, the count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from approvals.casework.rights import Right, require
from approvals.errors import SourceUnavailable
from approvals.services.watchlists import ListStatus, known_lists
from approvals.store import outbox_queries, queries
from approvals.store.engine import Store, ping
from approvals.store.health_queries import counted_up_to, mail_waiting
from approvals.store.notifications import somebody_listens
from models.case import Case
from models.user import User

OVERDUE = timedelta(minutes=1)
"""Work of the machine that waits longer than this shows that nobody does it."""


class Condition(StrEnum):
    """How well a part is."""

    WELL = "well"
    WORTH_A_LOOK = "worth a look"
    ILL = "ill"


@dataclass(frozen=True)
class Part:
    """A part that was looked at; `number` is what was counted, None where nothing is."""

    name: str
    condition: Condition
    said: str
    number: int | None = None


@dataclass(frozen=True)
class EngineHealth:
    """Everything that was looked at, with the cases the machine cannot carry on and the lists not to be relied on."""

    parts: tuple[Part, ...]
    problems: tuple[Case, ...]
    lists: tuple[ListStatus, ...]

    @property
    def condition(self) -> Condition:
        """The worst there is."""
        return max((part.condition for part in self.parts), key=list(Condition).index)


NAMES = {
    "database": "Database",
    "machine": "Machine",
    "work": "Work of the machine",
    "mail": "Mail",
    "cases": "Cases",
    "lists": "Lists",
    "sweep": "Sweep",
}
"""What each part is called, for the translators."""

SAID = {
    "database": "answers",
    "machine runs": "somebody runs it",
    "machine rests": "nobody runs it; start `approvals up`",
    "work waits": "cases wait for it longer than a minute",
    "work is done": "no case waits for it",
    "mail waits": "mails wait to be sent longer than a minute",
    "mail is sent": "no mail waits",
    "problems": "cases show a problem",
    "no problems": "none shows a problem",
    "lists unfit": "lists are missing or too old",
    "lists fit": "every required list is current",
    "counted": "the sweep counts times up to the present",
    "not counted": "times were not counted for an hour: does the sweep run?",
}
"""What is said about each part, for the translators."""


def engine_health(store: Store, *, by: User, now: datetime) -> EngineHealth:
    """Return how every part is, without changing anything. Raises `NotAllowed` if `by` may not see it."""
    require(by, Right.SEE_HEALTH)
    lists = tuple(one for one in known_lists(store, today=now.date()) if not one.is_fit and one.required)
    with store.session() as session:
        problems = tuple(queries.cases_with_problem(session))
        parts = (
            Part(NAMES["database"], Condition.WELL, SAID["database"]),
            *_machine(session, runs=somebody_listens(store), now=now),
            _counted(NAMES["cases"], len(problems), Condition.ILL, "problems", "no problems"),
            _counted(NAMES["lists"], len(lists), Condition.WORTH_A_LOOK, "lists unfit", "lists fit"),
            _sweep(session, now),
        )
    return EngineHealth(parts, problems, lists)


def answers(store: Store) -> bool:
    """Tell whether the database answers: for programs that watch the desk."""
    try:
        return bool(ping(store))
    except SourceUnavailable:
        return False


def _machine(session: Session, *, runs: bool, now: datetime) -> Iterator[Part]:
    ill = Condition.WELL if runs else Condition.WORTH_A_LOOK
    yield Part(NAMES["machine"], ill, SAID["machine runs" if runs else "machine rests"])
    late = outbox_queries.machine_work_waiting(session, since=now - OVERDUE)
    yield _counted(NAMES["work"], late, Condition.ILL, "work waits", "work is done")
    mails = mail_waiting(session, since=now - OVERDUE)
    yield _counted(NAMES["mail"], mails, Condition.WORTH_A_LOOK, "mail waits", "mail is sent")


def _counted(name: str, number: int, if_any: Condition, some: str, none: str) -> Part:
    return Part(name, if_any if number else Condition.WELL, SAID[some if number else none], number or None)


def _sweep(session: Session, now: datetime) -> Part:
    at = counted_up_to(session)
    is_fresh = at is not None and now - at < timedelta(hours=1)
    return Part(
        NAMES["sweep"],
        Condition.WELL if is_fresh else Condition.WORTH_A_LOOK,
        SAID["counted" if is_fresh else "not counted"],
    )
