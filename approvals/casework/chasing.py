"""What a task that is late brings about: silence, reminders, substitutes, escalation, the lapse of its case.

All of it is read from the task, the policy and the calendar of the office that owes the task, so that a sweep which
was away for days does what is due now, once, and not what it missed one by one.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from approvals.casework.calendar import WorkingCalendar
from approvals.casework.policy.service_levels import Chasing, ServiceLevel
from models.task import Task


class Timing(StrEnum):
    """How a task stands to its last day."""

    ON_TIME = "on_time"
    AT_RISK = "at_risk"
    OVERDUE = "overdue"
    STOPPED = "stopped"  #: the clock of its case stands still


class Deed(StrEnum):
    """What the sweep does about a late task."""

    ACCEPT_SILENCE = "accept_silence"
    LAPSE = "lapse"
    REMIND = "remind"
    LET_SUBSTITUTES_IN = "let_substitutes_in"
    ESCALATE = "escalate"


def days_left(due_on: date, today: date, calendar: WorkingCalendar) -> float:
    """Return the working days until the last day is over, below zero by those since it was."""
    late = calendar.between(due_on, today)
    return -late if late else calendar.between(today, due_on)


def timing(due_on: date | None, today: date, calendar: WorkingCalendar, rule: Chasing, *, stopped: bool) -> Timing:
    """Return how a task with this last day stands; one without a last day is always on time."""
    if stopped:
        return Timing.STOPPED
    if due_on is None:
        return Timing.ON_TIME
    left = days_left(due_on, today, calendar)
    if left < 0:
        return Timing.OVERDUE
    return Timing.AT_RISK if left <= rule.at_risk_working_days else Timing.ON_TIME


def deeds_due(
    task: Task,
    level: ServiceLevel,
    rule: Chasing,
    calendar: WorkingCalendar,
    *,
    now: datetime,
    may_lapse: bool,
) -> tuple[Deed, ...]:
    """Return what is to be done about `task` now; nothing before its last day is over.

    Silence and lapse end the task, so they come alone. `may_lapse` says that its case is of a kind that can.
    """
    today = calendar.day(now)
    late = calendar.between(task.due_on, today) if task.due_on is not None else 0
    if late <= 0:
        return ()
    if level.silence_means is not None:
        return (Deed.ACCEPT_SILENCE,)
    if may_lapse and _lapses(task, level, rule, calendar, late=late, today=today):
        return (Deed.LAPSE,)
    to_let_in, escalation = rule.substitutes_after_working_days, level.escalation
    table = (
        (Deed.REMIND, reminders_due(late, rule) > task.reminders),
        (Deed.LET_SUBSTITUTES_IN, task.substitutes_at is None and to_let_in is not None and late > to_let_in),
        (
            Deed.ESCALATE,
            task.escalated_at is None and escalation is not None and late > escalation.days_late,
        ),
    )
    return tuple(deed for deed, is_due in table if is_due)


def reminders_due(late: float, rule: Chasing) -> int:
    """Return how many reminders policy wants once a task is `late` by so many working days."""
    return sum(late > days for days in rule.reminders_after_working_days)


def _lapses(
    task: Task, level: ServiceLevel, rule: Chasing, calendar: WorkingCalendar, *, late: float, today: date
) -> bool:
    if level.lapse_after_working_days is None or late <= level.lapse_after_working_days:
        return False
    grace = rule.lapse_grace_working_days
    if not grace:
        return True
    # After a downtime the other side is reminded first, and gets the days of grace to answer.
    reminded = task.reminded_at is not None and task.reminders >= len(rule.reminders_after_working_days)
    return reminded and calendar.between(calendar.day(task.reminded_at or task.opened_at), today) >= grace
