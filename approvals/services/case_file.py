"""The file of a case: everything its readers may want to know, gathered in one look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from approvals.casework.chasing import Timing, days_left, timing
from approvals.casework.hits import Hit
from approvals.casework.policy import Policy
from approvals.casework.proposal import ProposalForm
from approvals.casework.rights import Right, require
from approvals.casework.route import Route, Slot
from approvals.casework.telling import told
from approvals.casework.timetable import timetable
from approvals.casework.wording import happening, in_words, slot_in_words
from approvals.errors import PolicyError
from approvals.services.amendment_sheet import AmendmentLine, AmendmentSheet, amendment_lines, amendment_sheet
from approvals.services.clearing import hits_to_judge
from approvals.services.evidence import EvidenceNote, evidence_notes
from approvals.services.machine import route_of
from approvals.services.policies import policy_of
from approvals.services.restrictions import note_reading
from approvals.store import queries
from approvals.store.calendar_queries import Calendars, counting_office, live_stops
from approvals.store.engine import Store
from approvals.store.forecast_queries import forecast_of
from approvals.store.personal_parts import said_of_persons
from approvals.store.restriction_queries import is_restricted
from approvals.store.substitute_queries import rules_not_over
from models.agreement import Agreement
from models.case import Case, Stage
from models.clock_stop import BY_PEOPLE
from models.decision import Decision, Outcome
from models.event import Event
from models.forecast import Forecast
from models.obligation import Obligation
from models.risk import RiskLevel
from models.screening import Finding, Screening
from models.substitution import Substitution
from models.task import Task, TaskKind
from models.user import Role, User


class Passage(StrEnum):
    """What became of a stage of the route, or will."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"
    PASSED_OVER = "passed over"
    NOT_REACHED = "not reached"


@dataclass(frozen=True)
class PlannedAbsence:
    """Somebody a stage asks who is or will be away, with the substitute."""

    absent: str
    from_on: date
    until_on: date
    substitute: str


@dataclass(frozen=True)
class RouteStage:
    """A stage on the case's way: whether it is behind, here or ahead, and who is asked there or why nobody is."""

    stage: Stage
    passage: Passage
    note: str
    asked: tuple[tuple[Role, str | None], ...] = ()
    """Who is asked there, as role and office; empty for the machine's own stages and those passed over."""
    absences: tuple[PlannedAbsence, ...] = ()
    """Who of those asked is or will be away, and who acts for them; only for the present stage and those ahead."""


@dataclass(frozen=True)
class Awaited:
    """A task somebody owes, counted in working days of the office that owes it."""

    task: int
    slot: str
    what: str
    prompt: str
    of: str
    """Who owes it: the one who took it, the one it is assigned to, or the group."""
    person: str | None
    """The one who took it or owes it alone; None if it is a group's."""
    role: Role
    office_code: str | None
    """The office whose people owe it; None: any."""
    since: datetime
    waited_days: float
    due_on: date | None
    days_left: float | None
    """Working days until it is due; below zero when it is overdue, None when it has no date."""
    timing: Timing = Timing.ON_TIME
    stopped: str | None = None
    """Why the clock stands still; None while it runs."""
    first_due_on: date | None = None
    """The last day as fixed when the task was opened, before stops of the clock moved it."""
    substitute_for: str | None = None
    """In somebody's own list: the absent person it is for; None if it is theirs."""


@dataclass(frozen=True)
class Taken:
    """A decision that stands, with what was asked."""

    stage: Stage
    slot: str
    what: str
    outcome: str
    decided: Outcome
    by: str
    by_number: int | None
    """Number of the person who decided; None if nobody answered in time."""
    at: datetime
    reason: str


@dataclass(frozen=True)
class Happening:
    """An event, in words. `by` is a name, or "the machine"."""

    seq: int
    at: datetime
    by: str
    what: str
    by_number: int | None
    """Number of the person who did it; None for the machine."""
    kind: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class CaseFile:
    """All that is known about a case, as its readers need it. Lists are in the order things happened."""

    case: Case
    proposal: ProposalForm
    submitted_by: str
    requested_by: str | None
    office: str
    awaited: tuple[Awaited, ...]
    machine_owes: bool
    """The machine still has work on the case and nobody has to do anything."""
    screening: Screening | None
    findings: tuple[Finding, ...]
    evidence: tuple[EvidenceNote, ...]
    """What other agencies found about the partner and still stands; no assessment of ours."""
    decisions: tuple[Taken, ...]
    agreements: tuple[Agreement, ...]
    obligations: tuple[Obligation, ...]
    route: tuple[RouteStage, ...]
    happenings: tuple[Happening, ...]
    forecast: Forecast | None
    """When it is expected to end, as past cases of its route did; said when it came to its stage. None: nothing was
    said yet, or it is over.
    """
    amendment: AmendmentSheet | None
    """What the case changes in another; None if it is a new partnership."""
    amendments: tuple[AmendmentLine, ...]
    by_service_levels_on: date | None
    """When it ends if everybody takes the time policy gives them, counted from today; None if it has ended or cannot
    be told.
    """
    is_restricted: bool
    """Whoever reads it leaves a note in the trail."""

    @property
    def agreement(self) -> Agreement | None:
        """The version that stands: the one to send and to sign; None before there is one."""
        return next((one for one in self.agreements if one.version == self.case.agreement_version), None)


@dataclass(frozen=True)
class CaseLine:
    """A case in a list of cases."""

    case: Case
    partner: str
    awaited: tuple[Awaited, ...]
    amends: str | None
    """Reference of the case it amends, None if it is a new partnership."""


@dataclass(frozen=True)
class TaskSheet:
    """A task with the file of its case."""

    task: Task
    awaited: Awaited | None
    """How long it has waited and may still take; None when it is not owed any more."""
    decision: Taken | None
    file: CaseFile
    hits: tuple[Hit, ...] = ()
    """The hits an answer must judge; none where the task is no screening review."""
    hit_reasons: Mapping[str, str] = field(default_factory=dict)
    """The reasons for which a hit is cleared or confirmed, by key."""


def case_file(store: Store, reference: str, *, by: User, today: date) -> CaseFile:
    """Return the file of the case. Raises `NotFound` if there is none that `by` may see."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        file = _file_of(session, queries.case_by_reference(session, reference, seen_by=by), today)
    if file.is_restricted:
        note_reading(store, file.case, by=by)
    return file


def case_lines(store: Store, *, by: User, today: date, open_only: bool = False) -> list[CaseLine]:
    """Return the cases `by` may see with what they wait for, newest first."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        cases = queries.cases_seen_by(session, by, open_only=open_only)
        partners, look = queries.partner_names(session, cases), Look(session, today, cases)
        owed: dict[int, list[Awaited]] = {}
        for task in queries.live_tasks_of(session, cases):
            owed.setdefault(task.case_id, []).append(look.at(task))
        amended = queries.references(session, {case.amends for case in cases if case.amends is not None})
        return [
            CaseLine(
                case, partners[case.partner_id], tuple(owed.get(case.id or 0, ())), amended.get(case.amends or 0)
            )
            for case in cases
        ]


def agreements_seen_by(store: Store, *, by: User) -> list[tuple[str, Agreement]]:
    """Return the newest agreement of each case `by` may see, with the case's reference, newest case first."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        return queries.newest_agreements_seen_by(session, by)


def inbox(store: Store, *, by: User, today: date) -> list[tuple[Awaited, Case, str]]:
    """Return what `by` may take or holds, with case and partner, the earliest due first."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        owed = queries.inbox(session, by, today=today)
        cases = [case for _, case, _ in owed]
        partners, look = queries.partner_names(session, cases), Look(session, today, cases)
        return [(look.at(task, absent=absent), case, partners[case.partner_id]) for task, case, absent in owed]


def task_sheet(store: Store, task_id: int, *, by: User, today: date) -> TaskSheet:
    """Return the task with the file of its case. Raises `NotFound` if `by` may not see it."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        task, case = queries.task_seen_by(session, task_id, by)
        look = Look(session, today, [case])
        decision = queries.standing_decisions(session, [task]).get(task_id)
        policy = policy_of(session, case.policy_hash)
        judges = task.kind is TaskKind.SCREENING_REVIEW and task.is_live
        rule = policy.screening.clearing
        sheet = TaskSheet(
            task=task,
            awaited=look.at(task) if task.is_live else None,
            decision=_taken(task, decision, look.names) if decision else None,
            file=_file_of(session, case, today),
            hits=hits_to_judge(session, case, policy, slot=task.slot) if judges else (),
            hit_reasons=rule.titles if rule and judges else {},
        )
    if sheet.file.is_restricted:
        note_reading(store, case, by=by)
    return sheet


def _file_of(session: Session, case: Case, today: date) -> CaseFile:
    policy = policy_of(session, case.policy_hash)
    proposal = queries.form_in_force(session, case)
    screening = queries.latest_screening(session, case)
    tasks = queries.tasks_of_case(session, case)
    decisions = queries.standing_decisions(session, tasks)
    events = queries.events_of(session, case)
    said = said_of_persons(session, events)
    names = queries.names_of(session, _people_in(case, tasks, decisions.values(), events))
    look = Look(session, today, [case], names=names)
    agreements = queries.agreements_of(session, case)
    standing = next((one for one in agreements if one.version == case.agreement_version), None)
    route = _computed_route(session, case, proposal, standing)
    office = policy.organisation.office(case.office_code)
    awaited = tuple(look.at(task) for task in tasks if task.is_live)
    taken = [_taken(task, decisions[task.id or 0], names) for task in tasks if task.id in decisions]
    return CaseFile(
        case=case,
        proposal=proposal,
        submitted_by=names[case.submitted_by],
        requested_by=names[case.requested_by] if case.requested_by else None,
        office=office.name if office else case.office_code,
        awaited=awaited,
        machine_owes=case.is_open and not awaited,
        screening=screening,
        findings=tuple(queries.findings_of(session, screening)) if screening else (),
        evidence=tuple(one for one in evidence_notes(session, case.partner_id) if one.evidence.stands_on(today)),
        decisions=tuple(sorted(taken, key=lambda one: one.at)),
        agreements=tuple(agreements),
        obligations=tuple(queries.obligations_of(session, case)),
        route=tuple(_with_absences(session, _route(case, route, events), today)),
        happenings=tuple(_happening(event, names, said.get(event.seq, {})) for event in events),
        forecast=forecast_of(session, case) if case.is_open else None,
        amendment=amendment_sheet(session, case, proposal),
        amendments=tuple(amendment_lines(session, case)),
        by_service_levels_on=_end_by_service_levels(look, case, policy, route, awaited),
        is_restricted=is_restricted(session, case),
    )


def _people_in(case: Case, tasks: Iterable[Task], decisions: Iterable[Decision], events: Iterable[Event]) -> set[int]:
    """Return the numbers of the people whom the file of the case names."""
    people = {case.submitted_by, case.requested_by}
    people.update(person for task in tasks for person in (task.claimed_by, task.assigned_to))
    people.update(person for one in decisions for person in (one.decided_by, one.on_behalf_of))
    people.update(person for one in events for person in (one.actor_id, one.on_behalf_of))
    return {person for person in people if person is not None}


def _computed_route(
    session: Session, case: Case, proposal: ProposalForm, agreement: Agreement | None
) -> Route | None:
    """Return the way of the case as its policy has it; None if the policy has none for it."""
    try:
        return route_of(session, case, proposal, agreement)
    except PolicyError:
        return None


def _end_by_service_levels(
    look: Look, case: Case, policy: Policy, route: Route | None, awaited: Sequence[Awaited]
) -> date | None:
    """Return the day on which the stages still ahead end, counted from what is owed now."""
    if route is None or not case.is_open or case.stage not in _WAY:
        return None
    ahead = _WAY[_WAY.index(case.stage) + 1 :]
    stages = [one for one in timetable(policy, route, case.risk or RiskLevel.LOW) if one.stage in ahead]
    here = max((one.days_left or 0 for one in awaited), default=0)
    days = max(here, 0) + sum(max(one.our_days, one.partner_days) for one in stages)
    return look.calendars.of(case.office_code, policy).after(look.today, days)


class Look:
    """What it takes to tell how long tasks have waited: names, calendars, clocks that stand still, the day."""

    def __init__(
        self,
        session: Session,
        today: date,
        cases: Iterable[Case],
        *,
        names: Mapping[int, str] | None = None,
        tasks: Iterable[Task] = (),
    ) -> None:
        """Look at `tasks` of these cases, or others of them; everybody's name is known unless `names` are given."""
        self._session, self.today = session, today
        self.names = queries.names_of_people(session) if names is None else names
        self._cases = {case.id: case for case in cases}
        self.calendars = Calendars(session)
        self.calendars.read(counting_office(task, self._cases[task.case_id]) for task in tasks)
        self._stops = {stop.case_id: stop for stop in live_stops(session, self._cases.values(), BY_PEOPLE)}

    def at(self, task: Task, *, absent: str | None = None) -> Awaited:
        """Return `task` as awaited, in working days of the office that owes it."""
        case = self._cases[task.case_id]
        policy = policy_of(self._session, case.policy_hash)
        calendar, stop = self.calendars.for_task(task, case, policy), self._stops.get(task.case_id)
        today = min(self.today, calendar.day(stop.stopped_at)) if stop else self.today
        rule = policy.service_levels.chasing
        group = in_words(task.role) + (f" of {task.office_code}" if task.office_code else "")
        also = f", also {_opened_to(task)}" if task.also_role else ""
        person = self.names.get(task.claimed_by or task.assigned_to or 0)
        return Awaited(
            task=task.id or 0,
            slot=task.slot,
            what=slot_in_words(task.slot),
            prompt=task.prompt,
            of=(f"{person} ({group})" if person else group) + also,
            person=person,
            role=task.role,
            office_code=task.office_code,
            since=task.opened_at,
            waited_days=calendar.between(calendar.day(task.opened_at), self.today),
            due_on=task.due_on,
            days_left=days_left(task.due_on, today, calendar) if task.due_on else None,
            timing=timing(task.due_on, today, calendar, rule, stopped=stop is not None),
            stopped=stop.reason if stop else None,
            first_due_on=task.first_due_on,
            substitute_for=absent,
        )


def _opened_to(task: Task) -> str:
    return in_words(task.also_role or "") + (f" of {task.also_office}" if task.also_office else "")


def _taken(task: Task, decision: Decision, names: Mapping[int, str]) -> Taken:
    return Taken(
        stage=task.stage,
        slot=task.slot,
        what=slot_in_words(task.slot),
        outcome=in_words(decision.outcome),
        decided=decision.outcome,
        by=_acting(decision.decided_by, decision.on_behalf_of, names, nobody="nobody in time"),
        by_number=decision.decided_by,
        at=decision.decided_at,
        reason=decision.reason,
    )


def _happening(event: Event, names: Mapping[int, str], said: Mapping[str, Any]) -> Happening:
    by = _acting(event.actor_id, event.on_behalf_of, names, nobody="the machine")
    payload = {**event.payload, **said}
    return Happening(event.seq, event.at, by, happening(event.kind, payload), event.actor_id, event.kind, payload)


def _acting(who: int | None, absent: int | None, names: Mapping[int, str], *, nobody: str) -> str:
    """Return who acted, with both names if they substituted for somebody."""
    if who is None:
        return nobody
    if absent is None:
        return names[who]
    return told("{name}, substitute for {absent}", name=names[who], absent=names[absent])


# The route ----------------------------------------------------------------------------------------------------

_WAY = (
    Stage.SCREENING,
    Stage.SCREENING_REVIEW,
    Stage.DUE_DILIGENCE,
    Stage.CONSULTATION,
    Stage.DECISION,
    Stage.DRAFTING,
    Stage.LEGAL_REVIEW,
    Stage.NEGOTIATION,
    Stage.CLEARANCE,
    Stage.SIGNATURE,
)


def _route(case: Case, route: Route | None, events: Sequence[Event]) -> list[tuple[RouteStage, Sequence[Slot]]]:
    """Return the stages of the case's way in order, each with the places it asks to fill.

    Those behind are told as they went, those ahead as the policy says now: by `route`, None if it says nothing.
    """
    done = {event.payload["from"] for event in events if "from" in event.payload}
    over = {
        event.payload["from"]: event.payload["passed_over_by"]
        for event in events
        if event.payload.get("passed_over_by")
    }
    way = _way(case, route)
    reached = max((place for place, stage in enumerate(way) if stage in done or stage is case.stage), default=0)
    return [
        (_on_the_way(stage, place < reached, case, route, done, over), route.slots.get(stage, ()) if route else ())
        for place, stage in enumerate(way)
    ]


def _way(case: Case, route: Route | None) -> list[Stage]:
    """Return the stages on the way of the case; that of an amendment is over where it takes effect."""
    last = route.takes_effect_in if route else None
    end = Stage.IN_FORCE if case.amends is None else Stage.EFFECTIVE
    return [*(_WAY[: _WAY.index(last) + 1] if last else _WAY), end]


def _on_the_way(
    stage: Stage, is_behind: bool, case: Case, route: Route | None, done: set[str], over: dict[str, str]
) -> RouteStage:
    groups = _groups(route.slots.get(stage, ())) if route else ()
    asked = _asked(groups)
    why_not = route.passed_over.get(stage) if route else None
    if stage is case.stage:
        return RouteStage(stage, Passage.NOW, asked, groups)
    if stage in over:
        return RouteStage(stage, Passage.PASSED_OVER, over[stage])
    if stage in done:
        return RouteStage(stage, Passage.DONE, asked, groups)
    if is_behind:
        return RouteStage(stage, Passage.PASSED_OVER, why_not or told("nothing was found that a person must judge"))
    if not case.is_open:
        return RouteStage(stage, Passage.NOT_REACHED, "")
    if stage is Stage.SCREENING_REVIEW:
        return RouteStage(stage, Passage.NEXT, f"{asked}, only if something is found", groups)
    if why_not:
        return RouteStage(stage, Passage.PASSED_OVER, why_not)
    return RouteStage(stage, Passage.NEXT, asked, groups)


def _with_absences(
    session: Session, route: list[tuple[RouteStage, Sequence[Slot]]], today: date
) -> Iterator[RouteStage]:
    """Yield the stages, those now and ahead with the planned absences of the people they ask."""
    asked = {
        slot.role for stage, slots in route if stage.passage in _TO_COME for slot in slots if not slot.to_submitter
    }
    rules = rules_not_over(session, asked, today=today) if asked else ()
    for stage, slots in route:
        if stage.passage in _TO_COME:
            yield replace(stage, absences=tuple(_absences(rules, slots)))
        else:
            yield stage


_TO_COME = (Passage.NOW, Passage.NEXT)


def _absences(rules: Sequence[tuple[Substitution, User, User]], slots: Sequence[Slot]) -> Iterator[PlannedAbsence]:
    for rule, absent, substitute in rules:
        asked = any(
            slot.role in rule.roles and slot.role in absent.roles and slot.office_code in (None, absent.office_code)
            for slot in slots
            if not slot.to_submitter
        )
        if asked and not rule.when_overdue:
            yield PlannedAbsence(absent.name, rule.from_on, rule.until_on, substitute.name)


def _groups(slots: Sequence[Slot]) -> tuple[tuple[Role, str | None], ...]:
    """Return who is asked in a stage, each group once; empty for the machine's own stages."""
    return tuple(dict.fromkeys((slot.role, slot.office_code) for slot in slots))


def _asked(groups: Sequence[tuple[Role, str | None]]) -> str:
    return ", ".join(f"{in_words(role)}{f' of {office}' if office else ''}" for role, office in groups)
