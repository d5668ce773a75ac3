"""What the pages of the desk list: tasks, cases, and what a search finds. A page at a time, never one row by one.

Written for a hundred thousand cases: every list ends after a page, every count after `MOST_COUNTED`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, and_, false, func, literal, or_, true, tuple_
from sqlalchemy import select as several
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from approvals.casework.rights import Right, may
from approvals.store.queries import visible_to
from approvals.store.search_words import asked_words, matches, with_words, words_of_partner
from approvals.store.substitute_queries import Holder, covered_by_known, covers_of, opened_to, owes
from approvals.store.wishes import CaseView, CaseWish, Due, TaskView, TaskWish, reference_like
from models.case import ENDS, Case, Stage
from models.decision import Decision, Outcome
from models.event import Event
from models.partner import Partner
from models.substitution import Substitution
from models.task import LIVE, Task, TaskState
from models.user import User

View = TypeVar("View", TaskView, CaseView)

PAGE = 50
MOST_COUNTED = 100
MOST_FOUND = 5000
"""How many cases with the words of a search are looked at; who gets so many must add a word."""
FIRST_LOOKED_AT = 500
"""How many are looked at first: mostly there is a page among them."""


@dataclass(frozen=True)
class TaskRow:
    """A task with what its line shows."""

    task: Task
    case: Case
    partner: str
    holder: str | None
    """Who has taken it, or owes it alone; None if it is a group's."""
    outcome: Outcome | None = None
    """How the reader decided it; None unless that was asked for."""


@dataclass(frozen=True)
class ForAbsent:
    """For whom somebody may do a task, and until when that person is away."""

    name: str
    until_on: date


Covers = Sequence[tuple[Substitution, User]]
"""The rules by which a reader acts for others, with the absent people."""


# Tasks


def task_rows(
    session: Session, user: User, wish: TaskWish, *, today: date, number: int = 1, size: int = PAGE
) -> list[TaskRow]:
    """Return page `number` of the tasks wished for and one line more if there is another page.

    The earliest due first, those without a date last; what is done, the newest first.
    """
    holder = aliased(User)
    outcome = col(Decision.outcome) if wish.view is TaskView.DONE else literal(None)
    rows: Any = (
        several(Task, Case, col(Partner.legal_name), col(holder.name), outcome)
        .join(Case, col(Case.id) == col(Task.case_id))
        .join(Partner, col(Partner.id) == col(Case.partner_id))
        .outerjoin(holder, col(holder.id) == func.coalesce(col(Task.claimed_by), col(Task.assigned_to)))
    )
    if wish.view is TaskView.DONE:
        rows = rows.join(Decision, col(Decision.task_id) == col(Task.id)).order_by(
            col(Decision.decided_at).desc(), col(Decision.id).desc()
        )
    else:
        rows = rows.order_by(col(Task.due_on).asc(), col(Task.id))
    covers = _covers(session, user, today)
    rows = rows.where(_tasks(session, user, wish.view, covers), *_narrowed(wish, today))
    return [
        TaskRow(task, case, partner, name, how)
        for task, case, partner, name, how in _page(session, rows, number, size)
    ]


def task_counts(session: Session, user: User, *, today: date) -> dict[TaskView, int]:
    """Return how many tasks each view has, counted up to `MOST_COUNTED`."""
    covers = _covers(session, user, today)
    return _counted(session, {view: _counting(session, user, view, covers) for view in TaskView})


def for_the_absent(session: Session, user: User, tasks: Iterable[int], *, today: date) -> dict[int, ForAbsent]:
    """Return for whom `user` may do which of these tasks, by number of the task; their own are left out."""
    covers = _covers(session, user, today)
    numbers = [*tasks] if covers else []
    found: dict[int, ForAbsent] = {}
    for rule, absent in covers if numbers else ():
        covered = (
            col(Task.id).in_(numbers),
            owes(Task, Holder.known(user)).is_not(true()),
            covered_by_known(rule, Task, absent),
        )
        for number in session.exec(select(Task.id).where(*covered)):
            found.setdefault(number or 0, ForAbsent(absent.name, rule.until_on))
    return found


def next_task(session: Session, user: User, *, today: date, after: int) -> int | None:
    """Return the number of the task `user` would do next, those taken first, the earliest due first; None if none.

    Never `after`, the task just looked at.
    """
    covers = _covers(session, user, today)
    for view in (TaskView.MINE, TaskView.GROUP):
        query = select(Task.id).where(_tasks(session, user, view, covers), Task.id != after)
        found = session.exec(query.order_by(col(Task.due_on), col(Task.id)).limit(1)).first()
        if found is not None:
            return found
    return None


def _counting(session: Session, user: User, view: TaskView, covers: Covers) -> Any:
    query = select(Task.id).where(_tasks(session, user, view, covers))
    if view is TaskView.DONE:
        query = query.join(Decision, col(Decision.task_id) == col(Task.id))
    if view is TaskView.ALL:
        query = query.join(Case, col(Case.id) == col(Task.case_id))
    return query


def _tasks(session: Session, user: User, view: TaskView, covers: Covers) -> ColumnElement[bool]:
    """Return the condition by which a task is in the view; `ALL` asks the case, and `DONE` the decision, as well.

    By `covers` the group of a substitute grows by what is asked of the absent, and what those have taken.
    """
    if not may(user, Right.SEE_CASES):
        return false()
    match view:
        case TaskView.MINE:
            taken = and_(col(Task.state) == TaskState.CLAIMED, col(Task.claimed_by) == user.id)
            return or_(taken, and_(col(Task.state) == TaskState.OPEN, col(Task.assigned_to) == user.id))
        case TaskView.GROUP:
            theirs = and_(
                col(Task.assigned_to).is_(None),
                col(Task.role).in_(user.roles),
                or_(col(Task.office_code).is_(None), col(Task.office_code) == user.office_code),
            )
            own = and_(col(Task.state) == TaskState.OPEN, or_(theirs, opened_to(Task, Holder.known(user))))
            return or_(own, *(_left_by(absent, rule) for rule, absent in covers))
        case TaskView.ALL:
            return and_(col(Task.state).in_(LIVE), _seen(session, user))
        case TaskView.DONE:
            return and_(col(Decision.decided_by) == user.id, col(Decision.superseded_by).is_(None))


def _left_by(absent: User, rule: Substitution) -> ColumnElement[bool]:
    """Return the condition that by `rule` a task is there to be taken for `absent`."""
    taken = and_(col(Task.state) == TaskState.CLAIMED, col(Task.claimed_by) == absent.id)
    return and_(or_(col(Task.state) == TaskState.OPEN, taken), covered_by_known(rule, Task, absent))


def _narrowed(wish: TaskWish, today: date) -> list[ColumnElement[bool]]:
    due = col(Task.due_on)
    return [
        col(Task.kind) == wish.kind if wish.kind else true(),
        col(Case.office_code) == wish.office if wish.office else true(),
        {
            None: true(),
            Due.OVERDUE: due < today,
            Due.TODAY: due == today,
            Due.WEEK: due.between(today, today + timedelta(days=7)),
        }[wish.due],
        _has_words(wish.words),
    ]


# Cases


def case_rows(
    session: Session, user: User, wish: CaseWish, *, number: int = 1, size: int = PAGE
) -> list[tuple[Case, str]]:
    """Return page `number` of the cases wished for, with their partners, and one line more if there is another page.

    The newest first.
    """
    rows = (
        select(Case, col(Partner.legal_name))
        .join(Partner, col(Partner.id) == col(Case.partner_id))
        .where(*_cases(_seen(session, user), user, wish))
        .order_by(col(Case.id).desc())
    )
    return [(case, partner) for case, partner in _page(session, rows, number, size)]


def case_counts(session: Session, user: User) -> dict[CaseView, int]:
    """Return how many cases each view has, counted up to `MOST_COUNTED`."""
    seen = _seen(session, user)
    return _counted(session, {view: select(Case.id).where(*_cases(seen, user, CaseWish(view))) for view in CaseView})


UNDER_WAY = [stage for stage in Stage if stage not in {*ENDS, Stage.IN_FORCE}]
"""Stages of open cases. They are few among all, and asked for by name the database finds them by an index."""


def _cases(seen: ColumnElement[bool], user: User, wish: CaseWish) -> list[ColumnElement[bool]]:
    closed = col(Case.stage).in_(ENDS)
    return [
        seen,
        {
            CaseView.MINE: col(Case.submitted_by) == user.id,
            CaseView.OPEN: col(Case.stage).in_(UNDER_WAY),
            CaseView.IN_FORCE: col(Case.stage) == Stage.IN_FORCE,
            CaseView.CLOSED: closed,
        }[wish.view],
        col(Case.stage) == wish.stage if wish.stage else true(),
        col(Case.office_code) == wish.office if wish.office else true(),
        col(Case.partner_id) == wish.partner if wish.partner is not None else true(),
        _has_words(wish.words),
    ]


def somebody_owes(session: Session, case: Case) -> bool:
    """Tell whether anybody owes a task on the case."""
    owed = select(Task.id).where(Task.case_id == case.id, col(Task.state).in_(LIVE))
    return session.exec(owed.limit(1)).first() is not None


def newest_event(session: Session, case: Case) -> int:
    """Return the number of the last thing that happened to the case, 0 if nothing has."""
    return session.exec(select(func.max(Event.seq)).where(Event.case_id == case.id)).one() or 0


def theirs(session: Session, user: User, tasks: Iterable[int], *, today: date) -> set[int]:
    """Return which of these tasks `user` holds or may take."""
    covers = _covers(session, user, today)
    mine = or_(*(_tasks(session, user, view, covers) for view in (TaskView.MINE, TaskView.GROUP)))
    found = session.exec(select(Task.id).where(col(Task.id).in_(list(tasks)), mine))
    return {number for number in found if number is not None}


# Search


def found_cases(session: Session, user: User, words: str, *, size: int = PAGE) -> list[tuple[Case, str]]:
    """Return the newest cases `user` may see that have all of `words`, with their partners, one more than `size`.

    Empty if `words` has none.
    """
    if not asked_words(words):
        return []
    rows = (
        select(Case, col(Partner.legal_name))
        .join(Partner, col(Partner.id) == col(Case.partner_id))
        .where(_seen(session, user))
        .order_by(col(Case.id).desc())
    )
    found: Sequence[Row[*tuple[Any, ...]]] = []
    for most in (FIRST_LOOKED_AT, MOST_FOUND):
        found = _page(session, rows.where(_has_words(words, most=most)), 1, size)
        if len(found) > size:
            break
    return [(case, partner) for case, partner in found]


def found_partners(session: Session, words: str, *, size: int = 10) -> list[Partner]:
    """Return partners of the register whose legal name has all of `words`, by name; empty if `words` has none."""
    asked = asked_words(words)
    if not asked:
        return []
    query = select(Partner).where(matches(words_of_partner(), asked)).order_by(col(Partner.legal_name))
    return list(session.exec(query.limit(size)))


def _has_words(words: str, *, most: int = MOST_FOUND) -> ColumnElement[bool]:
    """Return the condition by which a case is the one named, or its proposal in force has every one of `words`.

    Of very many cases with the words, the newest `most` count.
    """
    asked = asked_words(words)
    if not asked:
        return true()
    if (reference := reference_like(words)) is not None:
        return col(Case.reference) == reference
    having = with_words(asked, most=most)
    return tuple_(col(Case.id), col(Case.proposal_version)).in_(select(having.c.case_id, having.c.version))


# Pages


def _seen(session: Session, user: User) -> ColumnElement[bool]:
    """Return the condition by which `user` sees a case, asked for once in a session: here nothing is changed."""
    key = ("seen", user.id)
    if key not in session.info:
        session.info[key] = visible_to(session, user)
    condition: ColumnElement[bool] = session.info[key]
    return condition


def _covers(session: Session, user: User, today: date) -> Covers:
    """Return the rules by which `user` acts for others, asked for once in a session."""
    key = ("covers", user.id, today)
    if key not in session.info:
        session.info[key] = covers_of(session, user, today=today)
    covers: Covers = session.info[key]
    return covers


def _page(session: Session, rows: Any, number: int, size: int) -> Sequence[Row[*tuple[Any, ...]]]:
    return session.execute(rows.offset((number - 1) * size).limit(size + 1)).all()


def _counted(session: Session, queries: Mapping[View, Any]) -> dict[View, int]:
    """Return how many rows each of `queries` has, asked all at once, each counted up to `MOST_COUNTED`."""
    some = (query.limit(MOST_COUNTED).subquery() for query in queries.values())
    counts = [several(func.count()).select_from(rows).scalar_subquery() for rows in some]
    return dict(zip(queries, session.execute(several(*counts)).one(), strict=True))
