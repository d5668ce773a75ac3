"""Counting again, in plain Python and from events alone, what the projection says of tasks, stays and the clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from approvals.casework.lifecycle import UNDER_WAY
from approvals.services.clocks import StageTime, case_clock
from approvals.services.turnaround import count_up
from approvals.store.engine import Store
from models.case import Case, Stage
from models.event import Event
from models.times import StageTime as Stay
from models.times import TaskTime
from models.user import User

TAKEN_FROM = ("TaskReleased", "TaskHandedOver", "DecisionTaken")


def disagreements(store: Store, *, by: User, now: datetime) -> list[str]:
    """Return every figure of the projection that is not what its events and the clock of its case say."""
    count_up(store, now=now)
    with store.session() as session:
        told = _by_task(session)
        tasks = session.exec(select(TaskTime).order_by(col(TaskTime.task_id))).all()
        found = [fault for task in tasks for fault in _of_task(task, told[task.task_id], _row(session, task))]
        cases = [(case, _stays(session, case)) for case in session.exec(select(Case).order_by(col(Case.id)))]
    for case, stays in cases:
        clock = case_clock(store, case.reference, by=by, now=now)
        ended = [one for one in clock.stages if one.left_at is not None]
        found += [fault for stay, stage in zip(stays, ended, strict=True) for fault in _of_stay(case, stay, stage)]
    return found


# Tasks


def _by_task(session: Session) -> Mapping[int, list[Event]]:
    told: dict[int, list[Event]] = defaultdict(list)
    for event in session.exec(select(Event).order_by(col(Event.seq))):
        if isinstance(event.payload.get("task"), int):
            told[event.payload["task"]].append(event)
        for moved in event.payload.get("due", []) if event.kind == "ClockResumed" else []:
            told[moved["task"]].append(event)
    return told


def _row(session: Session, task: TaskTime) -> Any:
    query = text("SELECT due_on, first_due_on FROM task WHERE id = :id")
    return session.connection().execute(query, {"id": task.task_id}).one()


def _of_task(task: TaskTime, events: Sequence[Event], row: Any) -> Iterator[str]:
    kinds = [event.kind for event in events]
    first, last = _last_days(task.task_id, events)
    said = {
        "first_due_on": (str(task.first_due_on), first),
        "due_on": (str(task.due_on), last),
        "row's first_due_on": (str(row.first_due_on), first),
        "row's due_on": (str(row.due_on), last),
        "reminders": (task.reminders, kinds.count("TaskOverdue")),
        "let_in": (task.let_in, "SubstitutesLetIn" in kinds),
        "escalated": (task.escalated, "TaskEscalated" in kinds),
        "touch_seconds": (task.touch_seconds, _held(task, events)),
    }
    yield from (f"task {task.task_id}: {name} is {is_}, not {be}" for name, (is_, be) in said.items() if is_ != be)


def _last_days(task: int, events: Sequence[Event]) -> tuple[str, str]:
    """Return the day first fixed, and the last one that events moved it to."""
    days = [str(events[0].payload["due_on"])]
    for event in events:
        days += [moved["to"] for moved in event.payload.get("due", []) if moved["task"] == task]
        if event.kind == "DueDateRecounted":
            days.append(event.payload["to_day"])
    return days[0], days[-1]


def _held(task: TaskTime, events: Sequence[Event]) -> int | None:
    """Return for how many seconds somebody held the task, None if nobody took it or it has not ended."""
    since, seconds, taken = None, 0.0, False
    for event in events:
        ends = event.kind in TAKEN_FROM or (event.kind == "TaskEscalated" and event.payload["held_by"])
        if since is not None and (ends or event.kind == "TaskClaimed"):
            seconds, since = seconds + (event.at - since).total_seconds(), None
        if event.kind == "TaskClaimed":
            since, taken = event.at, True
    if task.closed_at is None or not taken:
        return None
    return int(seconds + ((task.closed_at - since).total_seconds() if since else 0))


# Stays


def _stays(session: Session, case: Case) -> Sequence[Stay]:
    """Return the stays of the case under way that have ended, in order."""
    query = select(Stay).where(Stay.case_id == case.id, col(Stay.left_at).is_not(None)).order_by(col(Stay.leg))
    return [stay for stay in session.exec(query) if Stage(stay.stage) in UNDER_WAY]


def _of_stay(case: Case, stay: Stay, clock: StageTime) -> Iterator[str]:
    reading = clock.reading
    stood = 2 * (reading.working_days - reading.working_days_running)
    seconds = (reading.elapsed - reading.running).total_seconds()
    said = {
        "stage": (stay.stage, str(clock.stage)),
        "half days": (stay.halves, 2 * reading.working_days),
        "half days without us": (stay.partner_halves + stay.stopped_halves, stood),
    }
    where = f"{case.reference} in {stay.stage}"
    yield from (f"{where}: {name} are {is_}, the clock says {be}" for name, (is_, be) in said.items() if is_ != be)
    if abs(stay.partner_seconds + stay.stopped_seconds - seconds) > 2:  # each piece is rounded down
        yield f"{where}: {stay.partner_seconds + stay.stopped_seconds} s without us, the clock says {seconds}"
