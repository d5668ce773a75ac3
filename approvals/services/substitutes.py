"""Acts on substitutes: name one, end a rule, and see who acts for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlmodel import Session

from approvals.casework.rights import Right, may, may_take, require
from approvals.casework.substitutes import absent_holder, overlaps
from approvals.casework.telling import told
from approvals.casework.wording import in_words
from approvals.errors import Fault, Faulty, NotFound
from approvals.services.transaction import Letter, Transaction, transaction
from approvals.store import queries, substitute_queries
from approvals.store.engine import Store
from models.office import Office
from models.substitution import Substitution
from models.task import Task, TaskState
from models.user import Role, User

LONGEST = 366
"""Days a rule may last. Whoever is away for longer has left; then tasks are handed over."""


class RuleState(StrEnum):
    """Whether a substitution holds today."""

    COMING = "coming"
    IN_FORCE = "in_force"
    OVER = "over"
    ENDED = "ended"  #: before its last day, by a person


@dataclass(frozen=True)
class KnownRule:
    """A substitution with the names of both people."""

    number: int
    absent: str
    absent_email: str
    substitute: str
    substitute_email: str
    roles: tuple[str, ...]
    from_on: date
    until_on: date
    when_overdue: bool
    reason: str
    state: RuleState


def name_substitute(
    store: Store,
    *,
    absent: str,
    substitute: str,
    from_on: date,
    until_on: date,
    roles: Sequence[Role] = (),
    when_overdue: bool = False,
    reason: str = "",
    by: User,
    now: datetime,
) -> Substitution:
    """Let `substitute` act for `absent` (both e-mail addresses) from the first day to the last, and return the rule.

    `roles` are the absent person's to be acted in; none named means all. With `when_overdue` the rule is a standing
    one and counts only for tasks the sweep has let substitutes into. Raises `NotAllowed` if `by` is neither the
    absent person nor an administrator, `Faulty` with everything wrong about the rule.
    """
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "substitutes")
        away, acting = (queries.user_by_email(act.session, address) for address in (absent, substitute))
        require(by, Right.NAME_SUBSTITUTE if away is not None and away.id == by.id else Right.NAME_SUBSTITUTES)
        named = [str(role) for role in roles] or [role for role in (away.roles if away else ()) if _is_acted(role)]
        faults = _unknown(absent, away, substitute, acting)
        if away is not None and acting is not None:
            faults += _of_the_people(act.session, away, acting, named, from_on, until_on, when_overdue=when_overdue)
        faults += _of_the_days(from_on, until_on, today=_today(act, away))
        if faults or away is None or acting is None:
            raise Faulty(told("The substitute was not named."), faults)
        return _enter(act, away, acting, named, from_on, until_on, when_overdue, reason.strip(), by)


def end_substitution(store: Store, number: int, *, by: User, now: datetime) -> Substitution:
    """End the rule of that number now, and return it; ending it twice changes nothing.

    What the substitute had taken for the absent person goes back. Raises `NotFound` if there is no such rule that
    `by` may see, `NotAllowed` if `by` is neither of the two people nor an administrator.
    """
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "substitutes")
        rule = act.session.get(Substitution, number)
        if rule is None:
            raise NotFound(told("There is no substitution {number}; look at the list of substitutes.", number=number))
        if by.id not in (rule.absent_id, rule.substitute_id):
            require(by, Right.NAME_SUBSTITUTES)
        if rule.ended_at is not None:
            return rule
        rule.ended_at, rule.ended_by = now, by.id
        act.session.flush()
        act.record("SubstitutionEnded", by=by.id, payload={"substitution": rule.id, **_names(act.session, rule)})
    release_stranded(store, now=now)
    return rule


def substitutions(store: Store, *, by: User, now: datetime, all_of_them: bool = False) -> list[KnownRule]:
    """Return who acts for whom, rules that are over only with `all_of_them`, the newest first.

    Everybody with a role may see them: who is away, and who acts for them, is what colleagues need to know.
    """
    require(by, Right.SEE_CASES)
    with store.session() as session:
        days = {office.code: _day_at(office, now) for office in queries.offices(session)}
        known = [
            _known(rule, absent, acting, today=days[absent.office_code], now=now)
            for rule, absent, acting in substitute_queries.all_rules(session)
        ]
    return [one for one in known if all_of_them or one.state in (RuleState.COMING, RuleState.IN_FORCE)]


def release_stranded(store: Store, *, now: datetime) -> int:
    """Give back what substitutes had taken and may take no longer, and return how many tasks that were."""
    with store.session() as session:
        held = queries.tasks_held_by_substitutes(session)
    return sum(_release_if_stranded(store, task_id, reference, now) for task_id, reference in held)


def _release_if_stranded(store: Store, task_id: int, reference: str, now: datetime) -> bool:
    with transaction(store, now=now) as act:
        case = queries.locked_case(act.session, reference)
        task = act.session.get(Task, task_id, populate_existing=True)
        holder = act.session.get(User, task.claimed_by) if task is not None and task.claimed_by else None
        if task is None or holder is None or task.state is not TaskState.CLAIMED or _is_theirs(act, holder, task):
            return False
        task.state, task.claimed_by, task.claimed_at = TaskState.OPEN, None, None
        act.record("TaskReleased", case, payload={"task": task.id, "slot": task.slot, "held_by": holder.id})
        return True


def _is_theirs(act: Transaction, user: User, task: Task) -> bool:
    stand_ins = substitute_queries.stand_ins_of(act.session, user, now=act.now)
    return may_take(user, task) or absent_holder(task, stand_ins) is not None


def _enter(
    act: Transaction,
    away: User,
    acting: User,
    roles: Sequence[str],
    from_on: date,
    until_on: date,
    when_overdue: bool,
    reason: str,
    by: User,
) -> Substitution:
    assert away.id is not None
    assert acting.id is not None
    assert by.id is not None
    rule = Substitution(
        absent_id=away.id,
        substitute_id=acting.id,
        roles=sorted(set(roles)),
        from_on=from_on,
        until_on=until_on,
        when_overdue=when_overdue,
        reason=reason,
        entered_by=by.id,
        entered_at=act.now,
    )
    act.session.add(rule)
    act.session.flush()
    payload = {
        "substitution": rule.id,
        "absent_id": rule.absent_id,
        "substitute_id": rule.substitute_id,
        "roles": rule.roles,
        "from_on": from_on.isoformat(),
        "until_on": until_on.isoformat(),
        "when_overdue": when_overdue,
        **_names(act.session, rule),
    }
    act.record("SubstituteNamed", by=by.id, payload=payload, letters=_news(rule, away, acting))
    return rule


def _names(session: Session, rule: Substitution) -> dict[str, str]:
    people = {user.id: user.name for user in queries.people_of_numbers(session, [rule.absent_id, rule.substitute_id])}
    return {"absent": people[rule.absent_id], "substitute": people[rule.substitute_id]}


def _news(rule: Substitution, away: User, acting: User) -> list[Letter]:
    facts = {
        "substitution": rule.id,
        "absent": away.name,
        "acting": acting.name,
        "roles": rule.roles,
        "when_overdue": rule.when_overdue,
        "from_on": rule.from_on.isoformat(),
        "until_on": rule.until_on.isoformat(),
    }
    return [Letter(one.email, "substitute_named", facts) for one in (away, acting)]


# What is wrong with a rule ------------------------------------------------------------------------------------


def _is_acted(role: str) -> bool:
    return role not in (Role.ADMINISTRATOR, Role.AUDITOR)


def _unknown(absent: str, away: User | None, substitute: str, acting: User | None) -> list[Fault]:
    pairs = (("for", absent, away), ("substitute", substitute, acting))
    return [
        Fault(path, told("nobody has the address {address}", address=address))
        for path, address, person in pairs
        if person is None
    ]


def _of_the_people(
    session: Session,
    away: User,
    acting: User,
    roles: Sequence[str],
    from_on: date,
    until_on: date,
    *,
    when_overdue: bool,
) -> list[Fault]:
    faults = []
    if away.id == acting.id:
        faults.append(Fault("substitute", told("nobody substitutes for themselves; name a colleague")))
    if not may(acting, Right.DECIDE_TASKS):
        faults.append(
            Fault("substitute", told("{name} decides no tasks; name a colleague who does", name=acting.name))
        )
    if not away.is_active:
        faults.append(Fault("for", told("{name} has left; hand over the tasks instead", name=away.name)))
    foreign = [role for role in roles if role not in away.roles or not _is_acted(role)]
    if foreign or not roles:
        held = ", ".join(in_words(role) for role in away.roles if _is_acted(role)) or "no role with tasks"
        faults.append(Fault("role", told("{name} holds {held}; name only what they hold", name=away.name, held=held)))
    faults += _of_other_rules(session, away, acting, roles, from_on, until_on, when_overdue=when_overdue)
    return faults


def _of_other_rules(
    session: Session,
    away: User,
    acting: User,
    roles: Sequence[str],
    from_on: date,
    until_on: date,
    *,
    when_overdue: bool,
) -> list[Fault]:
    """Return why a rule does not go with those there are: the substitute is away too, or it says the same again."""
    faults = []
    for rule in substitute_queries.rules_about(session, acting):
        if when_overdue or rule.when_overdue or not overlaps(rule, first=from_on, last=until_on):
            continue
        if rule.absent_id == acting.id:
            faults.append(
                Fault(
                    "substitute",
                    told(
                        "{name} is absent from {from_on:date} to {until_on:date}, and nobody acts for a substitute; "
                        "name somebody else, or other days",
                        name=acting.name,
                        from_on=rule.from_on,
                        until_on=rule.until_on,
                    ),
                )
            )
        if (rule.absent_id, rule.substitute_id) == (away.id, acting.id) and set(roles) <= set(rule.roles):
            faults.append(
                Fault(
                    "substitute",
                    told(
                        "{name} substitutes for {absent} already, by rule {rule}",
                        name=acting.name,
                        absent=away.name,
                        rule=rule.id,
                    ),
                )
            )
    return faults


def _of_the_days(from_on: date, until_on: date, *, today: date) -> list[Fault]:
    if until_on < from_on:
        return [Fault("to", told("{until_on:date} is before {from_on:date}", until_on=until_on, from_on=from_on))]
    if until_on < today:
        return [Fault("to", told("{until_on:date} is over; a rule is for days to come", until_on=until_on))]
    if (until_on - from_on).days >= LONGEST:
        return [
            Fault(
                "to",
                told("is more than {longest} days after the first; hand the tasks over instead", longest=LONGEST),
            )
        ]
    return []


# Days and states ----------------------------------------------------------------------------------------------


def _today(act: Transaction, away: User | None) -> date:
    office = act.session.get(Office, away.office_code) if away is not None else None
    return _day_at(office, act.now) if office is not None else act.now.date()


def _day_at(office: Office, now: datetime) -> date:
    return now.astimezone(ZoneInfo(office.time_zone or "UTC")).date()


def _known(rule: Substitution, absent: User, acting: User, *, today: date, now: datetime) -> KnownRule:
    return KnownRule(
        number=rule.id or 0,
        absent=absent.name,
        absent_email=absent.email,
        substitute=acting.name,
        substitute_email=acting.email,
        roles=tuple(rule.roles),
        from_on=rule.from_on,
        until_on=rule.until_on,
        when_overdue=rule.when_overdue,
        reason=rule.reason,
        state=_state(rule, today=today, now=now),
    )


def _state(rule: Substitution, *, today: date, now: datetime) -> RuleState:
    if rule.ended_at is not None and rule.ended_at <= now:
        return RuleState.ENDED
    if rule.until_on < today:
        return RuleState.OVER
    return RuleState.COMING if today < rule.from_on else RuleState.IN_FORCE
