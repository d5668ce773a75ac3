"""Lists for people at work: what is owed, which cases there are, and what a search finds. A page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from approvals.casework.rights import Right, require
from approvals.services.case_file import Awaited, Look
from approvals.store import desk_queries, queries
from approvals.store.desk_queries import ForAbsent, TaskRow
from approvals.store.engine import Store
from approvals.store.forecast_queries import expected_days
from approvals.store.wishes import CaseView, CaseWish, TaskView, TaskWish
from models.case import Case
from models.decision import Outcome
from models.partner import Partner
from models.task import Task
from models.user import User

MOST_EXPORTED = 5000
LAST_PAGE = 200
"""Further nobody turns pages; filters lead there sooner."""


@dataclass(frozen=True)
class TaskLine:
    """A task in a list of tasks."""

    task: Task
    case: Case
    partner: str
    awaited: Awaited | None
    """None when nobody owes it any more."""
    outcome: Outcome | None
    """How the reader decided it, in the list of what they have done."""
    instead_of: ForAbsent | None = None
    """The absent person for whom the reader may do it; None if it is theirs, or not for them."""


@dataclass(frozen=True)
class CaseEntry:
    """A case in a list of cases, with everything it waits for."""

    case: Case
    partner: str
    awaited: tuple[Awaited, ...]
    expected_on: date | None
    """When it is expected to end, as was said when it came to its stage; None: nothing was said, or it is over."""


@dataclass(frozen=True)
class TaskList:
    """A page of tasks; `counts` say how many each view has, up to a limit."""

    wish: TaskWish
    lines: tuple[TaskLine, ...]
    counts: Mapping[TaskView, int]
    number: int
    has_next: bool
    offices: tuple[str, ...]
    """Codes of all offices, by which the list may be narrowed."""


@dataclass(frozen=True)
class CaseList:
    """A page of cases; `counts` say how many each view has, up to a limit."""

    entries: tuple[CaseEntry, ...]
    counts: Mapping[CaseView, int]
    number: int
    has_next: bool
    offices: tuple[str, ...]
    """Codes of all offices, by which the list may be narrowed."""


@dataclass(frozen=True)
class Found:
    """What a search found: the newest cases, partners by name."""

    cases: tuple[CaseEntry, ...]
    more_cases: bool
    partners: tuple[Partner, ...]


def task_list(store: Store, wish: TaskWish, *, by: User, today: date, number: int = 1) -> TaskList:
    """Return page `number` of the tasks `by` wishes to see: the earliest due first, of what is done the newest."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        return _task_list(session, wish, desk_queries.task_counts(session, by, today=today), by, today, number)


def my_work(store: Store, wish: TaskWish, *, by: User, today: date, number: int = 1) -> TaskList:
    """Return page `number` of what is `by`'s own of what they wish to see, or else of their group's."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        counts = desk_queries.task_counts(session, by, today=today)
        is_groups = not counts[TaskView.MINE] and counts[TaskView.GROUP]
        view = TaskView.GROUP if is_groups else TaskView.MINE
        return _task_list(session, replace(wish, view=view), counts, by, today, number)


def _task_list(
    session: Session, wish: TaskWish, counts: Mapping[TaskView, int], by: User, today: date, number: int
) -> TaskList:
    rows = desk_queries.task_rows(session, by, wish, today=today, number=number)
    return TaskList(
        wish=wish,
        lines=tuple(_task_lines(session, rows[: desk_queries.PAGE], today, by)),
        counts=counts,
        number=number,
        has_next=len(rows) > desk_queries.PAGE and number < LAST_PAGE,
        offices=tuple(queries.office_codes(session)),
    )


def all_task_lines(store: Store, wish: TaskWish, *, by: User, today: date) -> list[TaskLine]:
    """Return all tasks `by` wishes to see, for taking along; at most `MOST_EXPORTED`."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        rows = desk_queries.task_rows(session, by, wish, today=today, size=MOST_EXPORTED)
        return list(_task_lines(session, rows[:MOST_EXPORTED], today, by))


def next_task(store: Store, *, by: User, today: date, after: int) -> int | None:
    """Return the number of the task `by` would do next, never `after`; None if there is none."""
    with store.session() as session:
        return desk_queries.next_task(session, by, today=today, after=after)


def case_list(store: Store, wish: CaseWish, *, by: User, today: date, number: int = 1) -> CaseList:
    """Return page `number` of the cases `by` wishes to see, the newest first."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        rows = desk_queries.case_rows(session, by, wish, number=number)
        return CaseList(
            entries=_entries(session, rows[: desk_queries.PAGE], today),
            counts=desk_queries.case_counts(session, by),
            number=number,
            has_next=len(rows) > desk_queries.PAGE and number < LAST_PAGE,
            offices=tuple(queries.office_codes(session)),
        )


def all_case_entries(store: Store, wish: CaseWish, *, by: User, today: date) -> tuple[CaseEntry, ...]:
    """Return all cases `by` wishes to see, for taking along; at most `MOST_EXPORTED`."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        rows = desk_queries.case_rows(session, by, wish, size=MOST_EXPORTED)
        return _entries(session, rows[:MOST_EXPORTED], today)


def search(store: Store, words: str, *, by: User, today: date) -> Found:
    """Return the cases `by` may see and the partners that have all of `words`; nothing if there are no words."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        cases = desk_queries.found_cases(session, by, words)
        return Found(
            cases=_entries(session, cases[: desk_queries.PAGE], today),
            more_cases=len(cases) > desk_queries.PAGE,
            partners=tuple(desk_queries.found_partners(session, words)),
        )


def of_these_mine(store: Store, tasks: Sequence[int], *, by: User, today: date) -> set[int]:
    """Return which of these tasks `by` holds or may take."""
    with store.session() as session:
        return desk_queries.theirs(session, by, tasks, today=today) if tasks else set()


def offices(store: Store) -> list[str]:
    """Return the codes of all offices, by code."""
    with store.session() as session:
        return queries.office_codes(session)


def _task_lines(session: Session, rows: Sequence[TaskRow], today: date, by: User) -> Iterator[TaskLine]:
    holders = ((row.task.claimed_by or row.task.assigned_to, row.holder) for row in rows)
    names = {number: name for number, name in holders if number is not None and name is not None}
    look = Look(session, today, [row.case for row in rows], names=names, tasks=[row.task for row in rows])
    covered = desk_queries.for_the_absent(session, by, [row.task.id or 0 for row in rows], today=today)
    for row in rows:
        awaited = look.at(row.task) if row.task.is_live else None
        yield TaskLine(row.task, row.case, row.partner, awaited, row.outcome, covered.get(row.task.id or 0))


def _entries(session: Session, rows: list[tuple[Case, str]], today: date) -> tuple[CaseEntry, ...]:
    tasks = queries.live_tasks_of(session, [case for case, _ in rows])
    owed: dict[int, list[Task]] = {}
    for task in tasks:
        owed.setdefault(task.case_id, []).append(task)
    holders = {task.claimed_by or task.assigned_to for task in tasks} - {None}
    names = queries.names_of(session, [holder for holder in holders if holder is not None])
    look = Look(session, today, [case for case, _ in rows], names=names, tasks=tasks)
    expected = expected_days(session, [case for case, _ in rows if case.is_open])
    return tuple(
        CaseEntry(
            case, partner, tuple(look.at(task) for task in owed.get(case.id or 0, ())), expected.get(case.id or 0)
        )
        for case, partner in rows
    )
