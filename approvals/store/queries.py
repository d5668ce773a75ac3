"""Named questions to the database. What a person may not see is not found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Date,
    Text,
    and_,
    cast,
    false,
    literal,
    null,
    or_,
    text,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from approvals.casework.proposal import ProposalForm
from approvals.casework.rights import Right, may, may_take, sees_everything
from approvals.casework.separation import EarlierAct, Place
from approvals.casework.telling import told
from approvals.errors import NotFound
from approvals.store.substitute_queries import Holder, covered_by, covered_by_known, opened_to, owes, stand_ins_for
from models.agreement import Agreement, Origin
from models.case import ENDS, Case, Stage
from models.clearing import ClearedHit
from models.decision import Decision
from models.digest import Digest
from models.event import Event
from models.obligation import Obligation
from models.office import Office
from models.outbox import Channel, OutboxMessage
from models.partner import Partner
from models.proposal import Proposal
from models.screening import Finding, Screening, Verdict
from models.substitution import Substitution
from models.task import LIVE, Task, TaskState
from models.user import Role, User

# Locks


def lock_key(session: Session, key: str) -> None:
    """Let one transaction at a time pass with this `key`; the lock goes with the transaction."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)
    session.connection().execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def locked_case(session: Session, reference: str, *, seen_by: User | None = None) -> Case:
    """Return the case, locked until the transaction ends. Raises `NotFound` if `seen_by` may not see it."""
    return _one_case(session, reference, seen_by, lock=True)


def case_by_reference(session: Session, reference: str, *, seen_by: User | None = None) -> Case:
    """Return the case. Raises `NotFound` if there is none, or none that `seen_by` may see."""
    return _one_case(session, reference, seen_by, lock=False)


def _one_case(session: Session, reference: str, seen_by: User | None, *, lock: bool) -> Case:
    query = select(Case).where(Case.reference == reference)
    if seen_by is not None:
        query = query.where(visible_to(session, seen_by))
    case = session.exec(query.with_for_update() if lock else query).first()
    if case is None:
        raise NotFound(
            told(
                "There is no case {reference} that you may see; look at the list of yours.",
                reference=reference,
            )
        )
    return case


# People and what they see


@dataclass(frozen=True)
class Candidate:
    """Somebody who may take a task; `absent` is whom they would substitute for, None if they owe it themselves."""

    person: User
    absent: User | None = None


def user_by_email(session: Session, email: str) -> User | None:
    """Return the person with this address, None if unknown."""
    return session.exec(select(User).where(User.email == email.strip().lower())).first()


def everybody(session: Session) -> Sequence[User]:
    """Return all people by name, those whose account is closed as well."""
    return session.exec(select(User).order_by(col(User.name))).all()


def people_of_numbers(session: Session, numbers: Iterable[int]) -> Sequence[User]:
    """Return the people with these numbers, by name."""
    return session.exec(select(User).where(col(User.id).in_(list(numbers))).order_by(col(User.name))).all()


def offices(session: Session) -> Sequence[Office]:
    """Return every office, by code."""
    return session.exec(select(Office).order_by(col(Office.code))).all()


def office_codes(session: Session) -> list[str]:
    """Return the code of every office, by code."""
    return list(session.exec(select(Office.code).order_by(col(Office.code))))


def holders_of(session: Session, role: Role, *, office_code: str | None = None) -> Sequence[User]:
    """Return the active people who hold `role`, in that office if one is named, by name."""
    query = select(User).where(col(User.is_active), col(User.roles).contains([str(role)])).order_by(col(User.name))
    return session.exec(query if office_code is None else query.where(User.office_code == office_code)).all()


def people_who_want_digests(session: Session, *, installation: bool) -> Sequence[User]:
    """Return the active people who chose a digest, and with `installation` those who did not choose, by number."""
    chosen = func.coalesce(col(User.digest), installation)
    return session.exec(select(User).where(col(User.is_active), chosen).order_by(col(User.id))).all()


def digests_written(session: Session, days: Iterable[date]) -> set[tuple[int, date]]:
    """Return whose digests of these days were written, as person and day."""
    query = select(col(Digest.person_id), col(Digest.day)).where(col(Digest.day).in_(list(days)))
    return {(person, day) for person, day in session.exec(query)}


def tasks_told(session: Session, address: str, tasks: Sequence[int], *, since: datetime) -> set[int]:
    """Return those of `tasks` of which a mail to this address was written down since then."""
    if not tasks:
        return set()
    told = col(OutboxMessage.facts)["task"].as_integer()
    query = select(told).where(
        # By case, as mails are found by that and not by whom they are for.
        col(OutboxMessage.case_id).in_(select(col(Task.case_id)).where(col(Task.id).in_(tasks))),
        OutboxMessage.channel == Channel.MAIL,
        OutboxMessage.recipient == address,
        col(OutboxMessage.created_at) >= since,
        told.in_(tasks),
    )
    return set(session.exec(query))


def last_digest_of(session: Session, user: User) -> Digest | None:
    """Return the newest digest written to `user`, None before the first."""
    query = select(Digest).where(Digest.person_id == user.id).order_by(col(Digest.written_at).desc())
    return session.exec(query.limit(1)).first()


def visible_to(session: Session, user: User) -> ColumnElement[bool]:
    """Return the condition by which `user` sees a case: their office and those below it, their tasks, or all.

    The tasks of those they substitute for count, if they were owed while the absence lasts. People without a role, or
    whose account is closed, see none.
    """
    if not may(user, Right.SEE_CASES):
        return false()
    office = session.get(Office, user.office_code)
    assert office is not None
    if sees_everything(user, office.kind):
        return true()
    offices = [office.code, *session.exec(select(Office.code).where(Office.parent_code == office.code))]
    asked = and_(
        col(Task.role).in_(user.roles),
        or_(col(Task.office_code).is_(None), col(Task.office_code) == user.office_code),
        or_(col(Task.assigned_to).is_(None), col(Task.assigned_to) == user.id),
    )
    # A value and not `exists`, so that the database asks case by case: it would gather all cases on which they ever
    # owed something, which takes longer than a page.
    ever_owed = (
        select(true())
        .where(
            col(Task.case_id) == col(Case.id),
            or_(asked, opened_to(Task, Holder.known(user)), *owed_in_absences(session, user)),
        )
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    return or_(col(Case.office_code).in_(offices), col(Case.submitted_by) == user.id, ever_owed.is_(true()))


def owed_in_absences(session: Session, user: User) -> Iterator[ColumnElement[bool]]:
    """Yield, for each time `user` was to substitute for somebody, the condition that the task was that one's then."""
    query = (
        select(Substitution, User, Office)
        .join(User, col(User.id) == col(Substitution.absent_id))
        .join(Office, col(Office.code) == col(User.office_code))
        .where(col(Substitution.substitute_id) == user.id, col(User.is_active))
    )
    for rule, absent, office in session.exec(query.order_by(col(Substitution.id))):
        zone = office.time_zone or "UTC"
        ended_on = rule.ended_at.astimezone(ZoneInfo(zone)).date() if rule.ended_at else rule.until_on
        last = min(rule.until_on, ended_on)
        if rule.from_on <= last:
            yield and_(
                covered_by_known(rule, Task, absent),
                cast(func.timezone(zone, col(Task.opened_at)), Date) <= last,
                or_(
                    col(Task.closed_at).is_(None),
                    cast(func.timezone(zone, col(Task.closed_at)), Date) >= rule.from_on,
                ),
            )


def people_for(session: Session, task: Task, *, now: datetime) -> list[Candidate]:
    """Return who may take `task` at `now`, by name: those who owe it, then those who substitute for them."""
    roles = [str(task.role), *([task.also_role] if task.also_role else [])]
    holders = session.exec(
        select(User)
        .where(col(User.is_active), type_coerce(col(User.roles), ARRAY(Text)).overlap(roles))
        .order_by(col(User.name))
    )
    own = [user for user in holders if may_take(user, task)]
    known = {user.id for user in own}
    acting: dict[int, Candidate] = {}
    for stand_in in stand_ins_for(session, own, now=now):
        if stand_in.covers(task) and stand_in.substitute.id not in known:
            acting.setdefault(stand_in.substitute.id or 0, Candidate(stand_in.substitute, stand_in.absent))
    return [*(Candidate(user) for user in own), *sorted(acting.values(), key=lambda one: one.person.name)]


# Cases


def case_by_key(session: Session, *, submitted_by: int, key: str) -> Case | None:
    """Return the case this person submitted with this key, None if none."""
    query = select(Case).where(Case.submitted_by == submitted_by, Case.submission_key == key)
    return session.exec(query).first()


def cases_seen_by(session: Session, user: User, *, open_only: bool = False) -> Sequence[Case]:
    """Return the cases `user` may see, newest first."""
    query = select(Case).where(visible_to(session, user)).order_by(col(Case.id).desc())
    if open_only:
        query = query.where(col(Case.stage).not_in([*ENDS, Stage.IN_FORCE]))
    return session.exec(query).all()


def proposal_in_force(session: Session, case: Case) -> Proposal:
    """Return the version of the proposal the case now rests on."""
    proposal = session.get(Proposal, (case.id, case.proposal_version))
    assert proposal is not None
    return proposal


def form_in_force(session: Session, case: Case) -> ProposalForm:
    """Return what the version of the proposal the case now rests on says."""
    # Equal content makes an equal, frozen form, so one reading serves every later look. Case and version would not do
    # as the key: a version that was read and then rolled back may come again with other content.
    version = (Proposal.case_id == case.id, Proposal.version == case.proposal_version)
    key = session.exec(select(Proposal.content_hash).where(*version)).one()
    form = _read_forms.get(key)
    if form is None:
        form = ProposalForm.model_validate(proposal_in_force(session, case).content)
        if len(_read_forms) >= MOST_FORMS:
            _read_forms.clear()
        _read_forms[key] = form
    return form


MOST_FORMS = 500
_read_forms: dict[str, ProposalForm] = {}


def latest_screening(session: Session, case: Case) -> Screening | None:
    """Return the newest screening of the case, None before the first."""
    query = select(Screening).where(Screening.case_id == case.id).order_by(col(Screening.leg).desc())
    return session.exec(query).first()


def newest_screening_of_partner(session: Session, partner_id: int) -> Screening | None:
    """Return the newest screening of any case with the partner, None before the first."""
    query = select(Screening).join(Case, col(Case.id) == col(Screening.case_id)).where(Case.partner_id == partner_id)
    return session.exec(query.order_by(col(Screening.id).desc())).first()


def findings_of(session: Session, screening: Screening) -> Sequence[Finding]:
    """Return the findings of `screening` in the order the checks ran."""
    query = select(Finding).where(Finding.screening_id == screening.id).order_by(col(Finding.id))
    return session.exec(query).all()


def is_questioned(session: Session, case: Case) -> bool:
    """Tell whether the case was screened in its present leg with a doubt: in force, it is then being questioned."""
    doubts = (Screening.leg == case.leg, Screening.verdict == Verdict.REVIEW)
    return session.exec(select(Screening.id).where(Screening.case_id == case.id, *doubts)).first() is not None


def cleared_hits(session: Session, partner_id: int) -> Sequence[ClearedHit]:
    """Return the hits that were cleared for this partner, on whatever case, the newest last."""
    query = select(ClearedHit).where(ClearedHit.partner_id == partner_id).order_by(col(ClearedHit.id))
    return session.exec(query).all()


def agreement_version(session: Session, case: Case, version: int | None = None) -> Agreement | None:
    """Return that version of the case's agreement, the newest without a number; None if there is none."""
    query = select(Agreement).where(Agreement.case_id == case.id).order_by(col(Agreement.version).desc())
    return session.exec(query if version is None else query.where(Agreement.version == version)).first()


def newest_agreements_seen_by(session: Session, user: User) -> list[tuple[str, Agreement]]:
    """Return the newest agreement of each case `user` may see, with the case's reference, newest case first."""
    query = (
        select(Case.reference, Agreement)
        .join(Agreement, col(Agreement.case_id) == col(Case.id))
        .where(visible_to(session, user))
        .distinct(col(Agreement.case_id))
        .order_by(col(Agreement.case_id).desc(), col(Agreement.version).desc())
    )
    return [(reference, agreement) for reference, agreement in session.exec(query)]


def agreements_of(session: Session, case: Case) -> Sequence[Agreement]:
    """Return every version of the case's agreement, oldest first."""
    return session.exec(select(Agreement).where(Agreement.case_id == case.id).order_by(col(Agreement.version))).all()


def obligations_of(session: Session, case: Case) -> Sequence[Obligation]:
    """Return what the signed agreement of the case obliges to, as amended, the earliest first."""
    query = select(Obligation).where(Obligation.case_id == case.id, col(Obligation.ended_by).is_(None))
    return session.exec(query.order_by(col(Obligation.due_on), col(Obligation.id))).all()


def ended_obligations_of(session: Session, case: Case) -> Sequence[Obligation]:
    """Return what amendments took out of the agreement of the case, the earliest first."""
    query = select(Obligation).where(Obligation.case_id == case.id, col(Obligation.ended_by).is_not(None))
    return session.exec(query.order_by(col(Obligation.due_on), col(Obligation.id))).all()


def events_of(session: Session, case: Case) -> Sequence[Event]:
    """Return what happened to the case, oldest first."""
    return session.exec(select(Event).where(Event.case_id == case.id).order_by(col(Event.seq))).all()


def events_after(session: Session, seq: int) -> Sequence[Event]:
    """Return what happened after the event of that number, oldest first."""
    return session.exec(select(Event).where(col(Event.seq) > seq).order_by(col(Event.seq))).all()


def references(session: Session, numbers: Iterable[int]) -> dict[int, str]:
    """Return the references of the cases with these numbers, by number."""
    query = select(Case.id, Case.reference).where(col(Case.id).in_(list(numbers)))
    return {number or 0: reference for number, reference in session.exec(query)}


def reasons(session: Session, decisions: Iterable[int]) -> dict[int, str]:
    """Return why the decisions with these numbers were taken, by number."""
    query = select(Decision.id, Decision.reason).where(col(Decision.id).in_(list(decisions)))
    return {number or 0: reason for number, reason in session.exec(query)}


def names_of(session: Session, people: Iterable[int]) -> dict[int, str]:
    """Return the names of the people with these numbers, by number."""
    query = select(User.id, User.name).where(col(User.id).in_(list(people)))
    return {number or 0: name for number, name in session.exec(query)}


def names_of_people(session: Session) -> dict[int, str]:
    """Return everybody's name, by number of the person."""
    return {number or 0: name for number, name in session.exec(select(User.id, User.name))}


def partner_names(session: Session, cases: Iterable[Case]) -> dict[int, str]:
    """Return the legal names of the partners of `cases`, by number of the partner."""
    numbers = {case.partner_id for case in cases}
    query = select(Partner.id, Partner.legal_name).where(col(Partner.id).in_(numbers))
    return {number or 0: name for number, name in session.exec(query)}


def standing_agreement(session: Session, case: Case) -> Agreement | None:
    """Return the version of the agreement that stands: the one to send, to compare with and to sign; None before."""
    query = select(Agreement).where(Agreement.case_id == case.id, Agreement.version == case.agreement_version)
    return session.exec(query).first()


def our_latest_agreement(session: Session, case: Case) -> Agreement | None:
    """Return the newest version that was written here, not by the partner; None before the first."""
    query = select(Agreement).where(Agreement.case_id == case.id, Agreement.origin != Origin.RETURNED)
    return session.exec(query.order_by(col(Agreement.version).desc())).first()


# Tasks and decisions


def task_seen_by(session: Session, task_id: int, user: User) -> tuple[Task, Case]:
    """Return the task and its case. Raises `NotFound` if there is none that `user` may see."""
    query = (
        select(Task, Case)
        .join(Case, col(Case.id) == col(Task.case_id))
        .where(Task.id == task_id, visible_to(session, user))
    )
    found = session.exec(query).first()
    if found is None:
        raise NotFound(
            told("There is no task {task_id} that you may see; look at the list of yours.", task_id=task_id)
        )
    return found


def tasks_of_case(session: Session, case: Case) -> Sequence[Task]:
    """Return every task the case ever had, in the order they were opened."""
    return session.exec(select(Task).where(Task.case_id == case.id).order_by(col(Task.id))).all()


def tasks_of_leg(session: Session, case: Case) -> Sequence[Task]:
    """Return the tasks of the case's present leg in the order they were opened."""
    query = select(Task).where(Task.case_id == case.id, Task.leg == case.leg).order_by(col(Task.id))
    return session.exec(query).all()


def standing_decisions(session: Session, tasks: Iterable[Task]) -> dict[int, Decision]:
    """Return the standing decision of each of `tasks` that has one, by task number."""
    numbers = [task.id for task in tasks]
    query = select(Decision).where(col(Decision.task_id).in_(numbers), col(Decision.superseded_by).is_(None))
    return {decision.task_id: decision for decision in session.exec(query)}


def decision_in_slot(session: Session, case: Case, slot: str) -> Decision | None:
    """Return the standing decision of the newest task in this slot of the case's leg, None if there is none."""
    query = (
        select(Decision)
        .join(Task, col(Task.id) == col(Decision.task_id))
        .where(Task.case_id == case.id, Task.leg == case.leg, Task.slot == slot)
        .where(col(Decision.superseded_by).is_(None))
        .order_by(col(Task.id).desc())
    )
    return session.exec(query).first()


def decision_history(session: Session, case: Case) -> list[EarlierAct]:
    """Return who decided what on the case before, for the separation of duties."""
    query = (
        select(Task, Decision).join(Decision, col(Decision.task_id) == col(Task.id)).where(Task.case_id == case.id)
    )
    return [
        EarlierAct(
            task.kind,
            frozenset(one for one in (decision.decided_by, decision.on_behalf_of) if one is not None),
            Place(task.leg, task.slot),
        )
        for task, decision in session.exec(query)
    ]


def inbox(session: Session, user: User, *, today: date) -> list[tuple[Task, Case, str | None]]:
    """Return the live tasks `user` may take or holds, with their cases, the earliest due first.

    Beside each stands the name of the absent person it is for, None if `user` owes it. `today` is the reader's day,
    by which they substitute or not; an act is judged by the day at the absent person's office.
    """
    rule, absent = aliased(Substitution), aliased(User)
    live = col(Task.state).in_(LIVE)
    own: Any = select(col(Task.id).label("task"), null().label("absent")).where(live, owes(Task, Holder.known(user)))
    days = literal(today).between(col(rule.from_on), col(rule.until_on))
    for_others = (
        select(col(Task.id), col(absent.name))
        .select_from(rule)
        .join(absent, col(absent.id) == col(rule.absent_id))
        .join(Task, covered_by(rule, Task, absent))
        .where(live, col(rule.substitute_id) == user.id, col(rule.ended_at).is_(None), days)
    )
    owed = union_all(own, for_others).subquery()
    query = (
        select(Task, Case, owed.c.absent)
        .join(owed, owed.c.task == col(Task.id))
        .join(Case, col(Case.id) == col(Task.case_id))
        .order_by(col(Task.due_on), col(Task.id), owed.c.absent.nulls_first())
    )
    found: dict[int, tuple[Task, Case, str | None]] = {}
    for task, case, name in session.exec(query):
        found.setdefault(task.id or 0, (task, case, name))
    return list(found.values())


def tasks_held_by(session: Session, user: User) -> Sequence[tuple[int, str]]:
    """Return number and case reference of the tasks `user` has taken and not yet decided, by case."""
    query = (
        select(Task.id, Case.reference)
        .join(Case, col(Case.id) == col(Task.case_id))
        .where(Task.claimed_by == user.id, Task.state == TaskState.CLAIMED)
        .order_by(col(Case.id), col(Task.id))
    )
    return [(number or 0, reference) for number, reference in session.exec(query)]


def tasks_held_by_substitutes(session: Session) -> Sequence[tuple[int, str]]:
    """Return number and case reference of the tasks that somebody holds who is or was a substitute, by number."""
    query = (
        select(Task.id, Case.reference)
        .join(Case, col(Case.id) == col(Task.case_id))
        .where(Task.state == TaskState.CLAIMED, col(Task.claimed_by).in_(select(Substitution.substitute_id)))
        .order_by(col(Task.id))
    )
    return [(number or 0, reference) for number, reference in session.exec(query)]


def tasks_assigned_to(session: Session, user: User) -> Sequence[tuple[Task, str]]:
    """Return the live tasks that `user` alone owes, with the reference of the case, oldest first."""
    query = (
        select(Task, Case.reference)
        .join(Case, col(Case.id) == col(Task.case_id))
        .where(Task.assigned_to == user.id, col(Task.state).in_(LIVE))
        .order_by(col(Task.id))
    )
    return session.exec(query).all()


def live_tasks_of(session: Session, cases: Iterable[Case]) -> Sequence[Task]:
    """Return what somebody owes on `cases`, oldest first."""
    query = select(Task).where(col(Task.case_id).in_([case.id for case in cases]), col(Task.state).in_(LIVE))
    return session.exec(query.order_by(col(Task.id))).all()


def overdue_tasks(session: Session, *, today: date) -> Sequence[tuple[Task, Case]]:
    """Return every live task whose last day is over, with its case, oldest first."""
    query = (
        select(Task, Case)
        .join(Case, col(Case.id) == col(Task.case_id))
        .where(col(Task.state).in_(LIVE), col(Task.due_on) < today)
        .order_by(col(Task.id))
    )
    return session.exec(query).all()


# The outbox


def cases_with_problem(session: Session) -> Sequence[Case]:
    """Return the cases the machine cannot carry on, oldest first."""
    return session.exec(select(Case).where(col(Case.problem).is_not(None)).order_by(col(Case.id))).all()
