"""The digest: one mail a day to each person who wants it, with what is due and which cases got comments.
Never two, whatever happens.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session

from approvals.casework.chasing import Timing, days_left, timing
from approvals.services.policies import policy_of
from approvals.services.transaction import Letter, Transaction, transaction
from approvals.store import comment_queries, queries
from approvals.store.calendar_queries import Calendars, hold_on
from approvals.store.engine import Store
from models.case import Case
from models.digest import Digest
from models.task import Task
from models.user import User

Line = dict[str, Any]
"""What the digest says of one task, or of the comments on one case."""
FIRST_LOOK = timedelta(days=1)
"""How far back the first digest of a person looks for comments."""


def write_digests(store: Store, *, installation: bool, hour: int, now: datetime) -> int:
    """Write the digests that are due, and return how many mails that were.

    A person's is due on working days of their office from `hour` on, as it is there. `installation` says whether
    those have one who did not choose. Nothing due means no mail.
    """
    with store.session() as session:
        waiting = [
            (user.id or 0, day)
            for user in queries.people_who_want_digests(session, installation=installation)
            if (day := _day_of(session, user, hour=hour, now=now)) is not None
        ]
        written = queries.digests_written(session, {day for _, day in waiting})
    return sum(_write(store, *each, now=now) for each in waiting if each not in written)


def _day_of(session: Session, user: User, *, hour: int, now: datetime) -> date | None:
    """Return the day whose digest `user` is to have by now, None if there is none today or not yet."""
    calendar = Calendars(session).of(user.office_code)
    day = calendar.day(now)
    return day if calendar.works_on(day) and now.astimezone(calendar.zone).hour >= hour else None


def _write(store: Store, person_id: int, day: date, *, now: datetime) -> bool:
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, f"digest {person_id}")
        user = act.session.get(User, person_id)
        if user is None or act.session.get(Digest, (person_id, day)) is not None:
            return False
        lines, remarks = _lines(act, user, day), _remarks(act, user)
        act.session.add(Digest(person_id=person_id, day=day, tasks=len(lines), written_at=now))
        if lines or remarks:
            payload = {"person": person_id, "day": day.isoformat(), "tasks": len(lines)}
            letter = Letter(user.email, "digest", {"lines": lines, "remarks": remarks})
            act.record("DigestWritten", payload=payload, letters=[letter])
        return bool(lines or remarks)


def _remarks(act: Transaction, user: User) -> list[Line]:
    """Return on which cases in which the person takes part others commented since the last digest, oldest first."""
    last = queries.last_digest_of(act.session, user)
    since = last.written_at if last else act.now - FIRST_LOOK
    found = comment_queries.cases_with_remarks_for(act.session, user, since=since)
    return [{"reference": case.reference, "title": case.title, "new": new} for case, new in found]


def _lines(act: Transaction, user: User, day: date) -> list[Line]:
    """Return what is said of each task of the person that is overdue or at risk, the most urgent first.

    Of what a mail told them today already, such as a task that was opened to them, the digest says nothing more.
    """
    calendars = Calendars(act.session)
    lines = [
        _line(act.session, calendars, task, case, absent, day=day)
        for task, case, absent in queries.inbox(act.session, user, today=day)
    ]
    begun = datetime.combine(day, time.min, tzinfo=calendars.of(user.office_code).zone)
    told = queries.tasks_told(act.session, user.email, [line["task"] for line in lines if line], since=begun)
    return [line for line in lines if line is not None and line["task"] not in told]


def _line(
    session: Session, calendars: Calendars, task: Task, case: Case, absent: str | None, *, day: date
) -> Line | None:
    """Return what the digest says of a task; None while it has time, or while its clock stands still."""
    policy = policy_of(session, case.policy_hash)
    calendar = calendars.for_task(task, case, policy)
    held = hold_on(session, case) is not None
    rule = policy.service_levels.chasing
    standing = timing(task.due_on, day, calendar, rule, stopped=held)
    if task.due_on is None or standing not in (Timing.AT_RISK, Timing.OVERDUE):
        return None
    return {
        "reference": case.reference,
        "title": case.title,
        "slot": task.slot,
        "absent": absent,
        "due_on": task.due_on.isoformat(),
        "days_left": days_left(task.due_on, day, calendar),
        "task": task.id,
    }
