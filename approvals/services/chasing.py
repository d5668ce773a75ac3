"""Late tasks: what the sweep does about each, in one transaction a task, so that nobody waits unseen.

However many steps are due at once, each person gets one mail about a task.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from approvals.casework.chasing import Deed, deeds_due, reminders_due
from approvals.casework.lifecycle import UNDER_WAY, Act, destination
from approvals.casework.policy import Policy
from approvals.casework.policy.service_levels import EscalateTo, Escalation, ServiceLevel
from approvals.casework.route import level_above, office_above
from approvals.casework.wording import in_words
from approvals.services.clocks import keep_partner_clock
from approvals.services.letters import facts_of, letter_to
from approvals.services.machine import machine_has_work
from approvals.services.moves import move_case
from approvals.services.policies import policy_of
from approvals.services.transaction import Letter, Transaction, transaction
from approvals.store import queries
from approvals.store.calendar_queries import Calendars, hold_on
from approvals.store.engine import Store
from approvals.store.queries import Candidate
from models.case import Case
from models.decision import Decision
from models.office import OfficeKind
from models.task import Task, TaskState
from models.user import Role

FARTHEST_EAST = timedelta(hours=14)
"""A day begins up to so long before it does in UTC."""


def chase_late_tasks(store: Store, *, digest: bool, now: datetime) -> Counter[Deed]:
    """Do what is due about every late task, and return how often each deed was done.

    With `digest`, those who have not chosen otherwise read reminders in the digest of the day.
    """
    done: Counter[Deed] = Counter()
    for number, reference in _with_something_due(store, now):
        with transaction(store, now=now) as act:
            case = queries.locked_case(act.session, reference)
            task = act.session.get(Task, number, populate_existing=True)
            deeds = _due(act.session, case, task, now) if task is not None else ()
            if task is not None and deeds:
                _do(act, case, task, deeds, digest=digest)
                done.update(deeds)
    return done


def _with_something_due(store: Store, now: datetime) -> Sequence[tuple[int, str]]:
    """Return number and case reference of the tasks about which something is due, oldest first, without any lock."""
    with store.session() as session:
        late = queries.overdue_tasks(session, today=(now + FARTHEST_EAST).date())
        return [(task.id or 0, case.reference) for task, case in late if _due(session, case, task, now)]


def _due(session: Session, case: Case, task: Task, now: datetime) -> tuple[Deed, ...]:
    if not task.is_live or hold_on(session, case) is not None:
        return ()
    policy = policy_of(session, case.policy_hash)
    levels = policy.service_levels
    calendar = Calendars(session).for_task(task, case, policy)
    may_lapse = case.stage in UNDER_WAY
    return deeds_due(task, levels.level(task.kind), levels.chasing, calendar, now=now, may_lapse=may_lapse)


def _do(act: Transaction, case: Case, task: Task, deeds: Collection[Deed], *, digest: bool) -> None:
    policy = policy_of(act.session, case.policy_hash)
    level = policy.service_levels.level(task.kind)
    if Deed.ACCEPT_SILENCE in deeds:
        _accept_silence(act, case, task, level)
    elif Deed.LAPSE in deeds:
        to = destination(case.stage, Act.LAPSE)
        move_case(act, case, to, event="CaseLapsed", payload={"task": task.id, "slot": task.slot})
    else:
        _chase(act, case, task, deeds, policy, digest=digest)


def _accept_silence(act: Transaction, case: Case, task: Task, level: ServiceLevel) -> None:
    """Where policy says what silence means, record it as the decision of nobody."""
    assert task.id is not None
    assert level.silence_means is not None
    reason = f"No answer by {task.due_on}; {level.source}"
    act.session.add(Decision(task_id=task.id, outcome=level.silence_means, reason=reason, decided_at=act.now))
    task.state, task.closed_at = TaskState.DECIDED, act.now
    act.session.flush()
    keep_partner_clock(act, case)
    payload = {"task": task.id, "slot": task.slot, "outcome": level.silence_means}
    act.record("SilenceAccepted", case, payload=payload, advance=machine_has_work(act.session, case))


# Reminding, letting in, opening -------------------------------------------------------------------------------


def _chase(
    act: Transaction, case: Case, task: Task, deeds: Collection[Deed], policy: Policy, *, digest: bool
) -> None:
    round_ = _Round(act, case, task, policy, digest=digest, reminds=Deed.REMIND in deeds)
    if Deed.LET_SUBSTITUTES_IN in deeds:
        round_.let_substitutes_in()
    if Deed.ESCALATE in deeds:
        round_.escalate()
    if Deed.REMIND in deeds:
        round_.remind()


class _Round:
    """What is done about one task in one sweep, with those who got a mail about it already."""

    def __init__(
        self, act: Transaction, case: Case, task: Task, policy: Policy, *, digest: bool, reminds: bool
    ) -> None:
        self._act, self._case, self._task, self._policy = act, case, task, policy
        self._digest, self._reminds = digest, reminds
        self._owed_by = queries.people_for(act.session, task, now=act.now)
        self._told: set[str] = set()
        self._opened_to = ""
        self._others: dict[str, str | None] = {"role": None, "office": None}

    def let_substitutes_in(self) -> None:
        self._task.substitutes_at = self._act.now
        letters = self._letters(self._new_people(), "task_let_in")
        self._act.record("SubstitutesLetIn", self._case, payload=self._named(), letters=letters)

    def escalate(self) -> None:
        """Open the task to others; to whom a colleague had taken it, it goes back. With nobody to open it to, tell
        the administrators, who can name a substitute or hand it over.
        """
        task, act = self._task, self._act
        level = self._policy.service_levels.level(task.kind)
        assert level.escalation is not None
        known = {one.person.id for one in queries.people_for(act.session, task, now=act.now)}
        target = _target(act.session, self._policy, self._case, task, level.escalation)
        with act.session.no_autoflush:  # once escalated, the database lets nobody change to whom
            task.escalated_at, (task.also_role, task.also_office) = act.now, target
            people = queries.people_for(act.session, task, now=act.now)
        new = [one for one in people if one.person.id not in known]
        held_by = task.claimed_by
        if new:
            task.state, task.claimed_by, task.claimed_at = TaskState.OPEN, None, None
            where = f" of {task.also_office}" if task.also_office else ""
            self._opened_to = f"{in_words(task.also_role or task.role)}{where}"
            self._others = {"role": task.also_role or task.role, "office": task.also_office}
        else:
            task.also_role, task.also_office = None, None
        payload = {**self._named(), "opened_to": self._opened_to, "held_by": held_by if new else None}
        letters = self._letters(new, "task_opened_to_you") if new else self._to_administrators()
        if new and not self._reminds:
            letters += self._letters(self._owed_by, "task_opened_to_others", **self._others)
        act.record("TaskEscalated", self._case, payload=payload, letters=letters)

    def remind(self) -> None:
        """Tell those who owed the task that it is overdue, once for all reminders that were due meanwhile."""
        task, act = self._task, self._act
        calendar = Calendars(act.session).for_task(task, self._case, self._policy)
        assert task.due_on is not None
        late = calendar.between(task.due_on, calendar.day(act.now))
        task.reminded_at = act.now
        task.reminders = reminders_due(late, self._policy.service_levels.chasing)
        readers = [one for one in self._owed_by if not wants_digest(one, installation=self._digest)]
        letters = self._letters(readers, "task_overdue", **self._others)
        act.record("TaskOverdue", self._case, payload={**self._named(), "reminder": task.reminders}, letters=letters)

    def _named(self) -> dict[str, object]:
        due_on = self._task.due_on
        return {"task": self._task.id, "slot": self._task.slot, "due_on": due_on.isoformat() if due_on else None}

    def _new_people(self) -> list[Candidate]:
        known = {one.person.id for one in self._owed_by}
        people = queries.people_for(self._act.session, self._task, now=self._act.now)
        return [one for one in people if one.person.id not in known]

    def _letters(self, people: Iterable[Candidate], message: str, **said: str | None) -> list[Letter]:
        letters = [letter_to(one, self._case, self._task, message, **said) for one in people]
        fresh = [letter for letter in letters if letter.to not in self._told]
        self._told |= {letter.to for letter in fresh}
        return fresh

    def _to_administrators(self) -> list[Letter]:
        facts = facts_of(self._case, self._task)
        people = queries.holders_of(self._act.session, Role.ADMINISTRATOR)
        return [Letter(person.email, "nobody_answers", facts) for person in people]


def wants_digest(candidate: Candidate, *, installation: bool) -> bool:
    """The person reads reminders in the digest: as they chose, else as the installation has it."""
    chosen = candidate.person.digest
    return installation if chosen is None else chosen


Target = tuple[str | None, str | None]
"""The role and the office to whom a task is opened; no role: there is nobody above."""


def _target(session: Session, policy: Policy, case: Case, task: Task, to: Escalation) -> Target:
    return _TARGETS[to.to](session, policy, case, task, to)


def _level_above(session: Session, policy: Policy, case: Case, task: Task, to: Escalation) -> Target:
    level = level_above(policy, task.role)
    if level is None:
        return None, None
    seat = policy.routes.decision_offices.get(level)
    return str(level), office_above(policy, case.office_code, seat) if seat else None


def _office_above(session: Session, policy: Policy, case: Case, task: Task, to: Escalation) -> Target:
    """Return the nearest office above the one that owes the task in which somebody has the duty."""
    office = policy.organisation.office(task.office_code or "")
    while office is not None and office.parent is not None:
        office = policy.organisation.office(office.parent)
        if office is not None and queries.holders_of(session, task.role, office_code=office.code):
            return str(task.role), office.code
    return None, None


def _colleagues(session: Session, policy: Policy, case: Case, task: Task, to: Escalation) -> Target:
    return str(task.role), case.office_code


def _named_role(session: Session, policy: Policy, case: Case, task: Task, to: Escalation) -> Target:
    return to.role, office_above(policy, case.office_code, OfficeKind.HEADQUARTERS)


def _nobody(session: Session, policy: Policy, case: Case, task: Task, to: Escalation) -> Target:
    return None, None


_TARGETS: Mapping[EscalateTo, Callable[[Session, Policy, Case, Task, Escalation], Target]] = {
    EscalateTo.LEVEL_ABOVE: _level_above,
    EscalateTo.OFFICE_ABOVE: _office_above,
    EscalateTo.COLLEAGUES: _colleagues,
    EscalateTo.ROLE: _named_role,
    EscalateTo.ADMINISTRATORS: _nobody,
}
