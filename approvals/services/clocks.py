"""The clock of a case: stopping it and letting it run, last days that move with it, and reading it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from approvals.casework.admission import circumstances
from approvals.casework.calendar import WorkingCalendar
from approvals.casework.clock import Reading, Span, TaskTimes, read_clock, task_times
from approvals.casework.lifecycle import UNDER_WAY
from approvals.casework.plain_text import faults_of_text
from approvals.casework.policy import Policy
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.casework.timetable import WITH_THE_PARTNER
from approvals.errors import Fault, Faulty, NotAllowed, NotFound, WrongStage
from approvals.services.policies import policy_of
from approvals.services.restrictions import note_reading
from approvals.services.transaction import Transaction, transaction
from approvals.store import calendar_queries, queries
from approvals.store.calendar_queries import Calendars, hold_on, live_stops, stops_of
from approvals.store.deviations import gravest_deviation
from approvals.store.engine import Store
from models.case import Case, Stage
from models.clock_stop import BY_PEOPLE, ClockStop, StopKind
from models.event import Event
from models.risk import RiskLevel
from models.task import LIVE, Task, TaskKind
from models.user import Role, User

# Stopping and going on ----------------------------------------------------------------------------------------


def hold_case(
    store: Store,
    reference: str,
    *,
    reason: str,
    partner_asked: bool = False,
    until_on: date | None = None,
    by: User,
    now: datetime,
) -> ClockStop:
    """Let the clock of the case stand still, because the partner was asked for something or for the reason given.

    It runs again when somebody lets it, or after `until_on`; None means as long as the policy allows. Nobody is
    reminded meanwhile. Raises `NotFound` if `by` may not see the case, `NotAllowed` if `by` neither submitted it nor
    is an administrator, `WrongStage` if it is not under way or stands still already, `Faulty` without a reason, and
    for a day that is over or later than the policy allows.
    """
    with transaction(store, now=now) as act:
        case = _case_to_hold(act, reference, by)
        kind = StopKind.PARTNER_ASKED if partner_asked else StopKind.ON_HOLD
        longest = _longest(act.session, case, kind, now)
        faults = faults_of_text("reason", reason, if_empty=told("say why; those who wait will read it"))
        faults += _of_the_last_day(until_on, longest, today=_calendar_of(act.session, case).day(now))
        if faults:
            raise Faulty(told("{reference} was not put on hold.", reference=reference), faults)
        assert case.id is not None
        stop = ClockStop(
            case_id=case.id,
            kind=kind,
            reason=reason.strip(),
            stopped_at=now,
            stopped_by=by.id,
            until_on=until_on or longest,
        )
        act.session.add(stop)
        act.session.flush()
        payload = {"stop": stop.id, "why": kind, "reason": stop.reason, "until_on": (until_on or longest).isoformat()}
        act.record("ClockStopped", case, by=by.id, payload=payload)
        return stop


def resume_case(store: Store, reference: str, *, reason: str, by: User, now: datetime) -> ClockStop:
    """Let the clock of the case run again, and return the stop that ended. Last days move by the days it stood.

    Raises `NotFound`, `NotAllowed` and `Faulty` as `hold_case` does, `WrongStage` if the clock is running.
    """
    with transaction(store, now=now) as act:
        case = queries.locked_case(act.session, reference, seen_by=by)
        _refuse_others(case, by)
        stop = hold_on(act.session, case)
        if stop is None:
            raise WrongStage(
                told(
                    "The clock of {reference} is running already.",
                    reference=reference,
                )
            )
        if faults := faults_of_text("reason", reason, if_empty=told("say what has changed")):
            raise Faulty(told("The clock was not let run."), faults)
        _let_run(act, case, stop, by=by, reason=reason.strip())
        return stop


def end_overlong_hold(store: Store, number: int, reference: str, *, now: datetime) -> bool:
    """Let the clock run if the last day of that stop is over, and tell whether it was: nobody waits unseen."""
    with transaction(store, now=now) as act:
        case = queries.locked_case(act.session, reference)
        stop = act.session.get(ClockStop, number, populate_existing=True)
        today = _calendar_of(act.session, case).day(now)
        if stop is None or stop.resumed_at is not None or stop.until_on is None or today <= stop.until_on:
            return False
        _let_run(act, case, stop, by=None, reason=told("its last day is over"))
        return True


def keep_partner_clock(act: Transaction, case: Case) -> None:
    """Let the clock stand still while everything owed on the case is the partner's, and run otherwise."""
    owed = queries.live_tasks_of(act.session, [case])
    with_partner = bool(owed) and all(task.kind in WITH_THE_PARTNER for task in owed)
    stop = next(iter(live_stops(act.session, [case], [StopKind.WITH_PARTNER])), None)
    if with_partner and stop is None:
        assert case.id is not None
        reason = told("The partner holds the text.")
        act.session.add(ClockStop(case_id=case.id, kind=StopKind.WITH_PARTNER, reason=reason, stopped_at=act.now))
    elif stop is not None and not with_partner:
        stop.resumed_at = act.now


def end_stops(act: Transaction, case: Case) -> None:
    """End every stop of a case that has come to its end: there is nothing left to count."""
    for stop in live_stops(act.session, [case], tuple(StopKind)):
        stop.resumed_at = act.now


def _case_to_hold(act: Transaction, reference: str, by: User) -> Case:
    case = queries.locked_case(act.session, reference, seen_by=by)
    _refuse_others(case, by)
    if case.stage not in UNDER_WAY:
        raise WrongStage(
            told(
                "{reference} is not under way ({stage:code}), so its clock does not run.",
                reference=reference,
                stage=case.stage,
            )
        )
    held = hold_on(act.session, case)
    if held is not None:
        raise WrongStage(
            told(
                "The clock of {reference} stands still since {stopped_at:day}: {reason}",
                reference=reference,
                stopped_at=held.stopped_at,
                reason=held.reason,
            )
        )
    return case


def _refuse_others(case: Case, by: User) -> None:
    require(by, Right.HOLD_CASE)
    if case.submitted_by != by.id and Role.ADMINISTRATOR not in by.roles:
        raise NotAllowed(
            told(
                "{reference} was submitted by somebody else; only that officer may hold or resume it.",
                reference=case.reference,
            )
        )


def _longest(session: Session, case: Case, kind: StopKind, now: datetime) -> date:
    holds = policy_of(session, case.policy_hash).service_levels.holds
    days = holds.partner_asked_working_days if kind is StopKind.PARTNER_ASKED else holds.on_hold_working_days
    calendar = _calendar_of(session, case)
    return calendar.after(calendar.day(now), days)


def _of_the_last_day(until_on: date | None, longest: date, *, today: date) -> list[Fault]:
    if until_on is None:
        return []
    if until_on < today:
        return [Fault("until", told("{until_on:date} is over", until_on=until_on))]
    if until_on > longest:
        return [Fault("until", told("may be {longest:date} at the latest, as the policy says", longest=longest))]
    return []


def _calendar_of(session: Session, case: Case) -> WorkingCalendar:
    return Calendars(session).of(case.office_code, policy_of(session, case.policy_hash))


def _let_run(act: Transaction, case: Case, stop: ClockStop, *, by: User | None, reason: str) -> None:
    """End the stop, and move the last day of whatever is owed by the working days the clock stood for it."""
    stop.resumed_at, stop.resumed_by = act.now, by.id if by else None
    calendars, policy = Calendars(act.session), policy_of(act.session, case.policy_hash)
    moved = []
    for task in queries.live_tasks_of(act.session, [case]):
        if task.due_on is None:
            continue
        calendar = calendars.for_task(task, case, policy)
        stood = calendar.between(calendar.day(max(stop.stopped_at, task.opened_at)), _last_day(stop, calendar))
        was, task.due_on = task.due_on, calendar.after(task.due_on, stood)
        moved.append({"task": task.id, "from": was.isoformat(), "to": task.due_on.isoformat()})
    payload = {"stop": stop.id, "why": stop.kind, "reason": reason, "due": moved}
    act.record("ClockResumed", case, by=by.id if by else None, payload=payload)


def _last_day(stop: ClockStop, calendar: WorkingCalendar) -> date:
    """Return the day up to which an ended stop counts: a sweep that was away gives nobody more time."""
    assert stop.resumed_at is not None
    ran = calendar.day(stop.resumed_at)
    return ran if stop.until_on is None or stop.resumed_by is not None else min(ran, stop.until_on)


# The last day of a task ---------------------------------------------------------------------------------------


def due_date(
    session: Session, task: Task, case: Case, policy: Policy, calendar: WorkingCalendar, *, stops: Iterable[ClockStop]
) -> date:
    """Return the last day of `task` by today's calendar: its working days from the day it opened, and what the clock
    stood still for people's reasons since.
    """
    form = queries.form_in_force(session, case)
    case_is = circumstances(form, policy, case.risk or RiskLevel.LOW)
    deviation = gravest_deviation(session, case) if task.kind is TaskKind.LEGAL_REVIEW else None
    days = policy.service_levels.level(task.kind).days(case.risk, case_is, deviation=deviation)
    stood = sum(
        calendar.between(calendar.day(max(stop.stopped_at, task.opened_at)), _last_day(stop, calendar))
        for stop in stops
        if stop.kind in BY_PEOPLE and stop.resumed_at is not None and stop.resumed_at > task.opened_at
    )
    return calendar.after(calendar.day(task.opened_at), days + stood)


def recount_due_date(store: Store, task_id: int, *, because: str, by: User, now: datetime) -> Task:
    """Count the last day of the task anew by today's calendar, and return it. What was first fixed stays on record.

    Raises `NotAllowed` if `by` does not move last days, `NotFound` if there is no such task, `WrongStage` if nobody
    owes it, `Faulty` without a reason.
    """
    require(by, Right.MOVE_DUE_DATE)
    with transaction(store, now=now) as act:
        known = act.session.get(Task, task_id)
        if known is None:
            raise NotFound(told("There is no task {task_id}.", task_id=task_id))
        found = act.session.get(Case, known.case_id)
        assert found is not None
        case = queries.locked_case(act.session, found.reference, seen_by=by)
        task = act.session.get(Task, task_id, populate_existing=True)
        assert task is not None
        if task.state not in LIVE:
            raise WrongStage(
                told(
                    "Task {task_id} is {state:code}; its last day no longer matters.",
                    task_id=task_id,
                    state=task.state,
                )
            )
        if faults := faults_of_text("because", because, if_empty=told("say why; it stays on record")):
            raise Faulty(told("The last day was not counted anew."), faults)
        policy = policy_of(act.session, case.policy_hash)
        calendar = Calendars(act.session).for_task(task, case, policy)
        was = task.due_on
        stops = stops_of(act.session, case)
        task.due_on = due_date(act.session, task, case, policy, calendar, stops=stops)
        payload = {
            "task": task.id,
            "slot": task.slot,
            "from_day": was.isoformat() if was else None,
            "to_day": task.due_on.isoformat(),
            "because": because.strip(),
        }
        act.record("DueDateRecounted", case, by=by.id, payload=payload)
        return task


def counting_office(session: Session, case: Case, role: Role, office_code: str | None) -> str:
    """Return the office by whose calendar a task is counted: the one that must act, the only one in which anybody
    holds the role, else the case's.
    """
    return office_code or calendar_queries.only_office_of(session, role) or case.office_code


# Reading it ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StageTime:
    """One stay of the case in a stage; `left_at` is None while it is there."""

    stage: Stage
    entered_at: datetime
    left_at: datetime | None
    reading: Reading


@dataclass(frozen=True)
class TaskTime:
    """A task with the times it waited and was worked on, and its last day by both readings."""

    task: int
    slot: str
    times: TaskTimes
    first_due_on: date | None
    """As fixed when it was opened: without stops."""
    due_on: date | None


@dataclass(frozen=True)
class Stop:
    """A stop of the clock, with the names of those who stopped it and let it run; None for the machine."""

    kind: StopKind
    reason: str
    stopped_at: datetime
    stopped_by: str | None
    until_on: date | None
    resumed_at: datetime | None
    resumed_by: str | None


@dataclass(frozen=True)
class CaseClock:
    """The clock of a case, read at one moment: whole, by stage, by task, each with and without stops."""

    whole: Reading
    stages: tuple[StageTime, ...]
    tasks: tuple[TaskTime, ...]
    stops: tuple[Stop, ...]


def case_clock(store: Store, reference: str, *, by: User, now: datetime) -> CaseClock:
    """Return the clock of the case, ends left out: nobody waits there. Raises `NotFound` if `by` may not see it."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        case = queries.case_by_reference(session, reference, seen_by=by)
        note_reading(store, case, by=by)
        policy = policy_of(session, case.policy_hash)
        calendars, names = Calendars(session), queries.names_of_people(session)
        stops = stops_of(session, case)
        calendar = calendars.of(case.office_code, policy)
        stays = _stays(queries.events_of(session, case))
        end = next((entered for stage, entered, _ in stays if stage not in UNDER_WAY), now)
        return CaseClock(
            whole=read_clock(Span(case.submitted_at, end), stops, calendar, now=now),
            stages=tuple(
                StageTime(stage, entered, left, read_clock(Span(entered, left or now), stops, calendar, now=now))
                for stage, entered, left in stays
                if stage in UNDER_WAY
            ),
            tasks=tuple(
                TaskTime(
                    task.id or 0,
                    task.slot,
                    task_times(task, stops, calendars.for_task(task, case, policy), now=now),
                    task.first_due_on,
                    task.due_on,
                )
                for task in queries.tasks_of_case(session, case)
            ),
            stops=tuple(_named(stop, names) for stop in stops),
        )


def _stays(events: Sequence[Event]) -> list[tuple[Stage, datetime, datetime | None]]:
    """Return the stays of a case in its stages, in order: stage, when it was entered and left."""
    moves = [
        (Stage(event.payload["to"] if "to" in event.payload else event.payload["stage"]), event.at)
        for event in events
        if ("to" in event.payload and "leg" in event.payload) or event.kind == "ProposalSubmitted"
    ]
    ends = [at for _, at in moves[1:]]
    return [(stage, at, left) for (stage, at), left in zip(moves, [*ends, None], strict=True)]


def _named(stop: ClockStop, names: dict[int, str]) -> Stop:
    return Stop(
        kind=stop.kind,
        reason=stop.reason,
        stopped_at=stop.stopped_at,
        stopped_by=names.get(stop.stopped_by or 0),
        until_on=stop.until_on,
        resumed_at=stop.resumed_at,
        resumed_by=names.get(stop.resumed_by or 0),
    )
