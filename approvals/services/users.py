"""Acts on people: add one, change roles, close an account."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from approvals.casework.rights import Right, may_take, require
from approvals.casework.substitutes import absent_holder
from approvals.casework.telling import told
from approvals.errors import Fault, Faulty, NotFound
from approvals.services.sessions import end_all_sessions
from approvals.services.tokens import revoke_all_tokens
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries, sign_in_queries
from approvals.store.engine import Store
from approvals.store.substitute_queries import stand_ins_of
from models.office import Office
from models.session import SessionEnding
from models.task import Task, TaskState
from models.user import Language, Role, User

ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


def add_user(
    store: Store,
    *,
    email: str,
    name: str,
    office_code: str,
    roles: Sequence[Role],
    by: User | None,
    now: datetime,
) -> User:
    """Add a person, or change name, office and roles of the one with this address, and return them.

    `by` may be None only while nobody is known yet: the first person must be an administrator. Raises `NotAllowed`
    if `by` does not manage people, `Faulty` with everything wrong about the entry. Tasks the person had taken and may
    take no longer go back to their groups; a change of office or roles ends the person's sessions.
    """
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "users")
        nobody_yet = not queries.everybody(act.session)
        faults = []
        if by is not None:
            require(by, Right.MANAGE_USERS)
        elif not nobody_yet:
            faults.append(Fault("as", told("say who you are, with --as or APPROVALS_USER")))
        elif Role.ADMINISTRATOR not in roles:
            faults.append(Fault("roles", told("the first person must be an administrator")))
        if not ADDRESS.match(email):
            faults.append(Fault("email", told("«{email}» is no e-mail address", email=email)))
        if not name.strip():
            faults.append(Fault("name", told("is empty")))
        if act.session.get(Office, office_code) is None:
            known = ", ".join(office.code for office in queries.offices(act.session))
            faults.append(
                Fault(
                    "office",
                    told("«{office_code}» is no office; choose from {known}", office_code=office_code, known=known),
                )
            )
        if faults:
            raise Faulty(told("The person was not added."), faults)
        user = queries.user_by_email(act.session, email) or User(
            email=email.strip().lower(), name="", office_code=office_code, created_at=now
        )
        stood = (user.office_code, user.roles)
        user.name, user.office_code, user.roles = name.strip(), office_code, sorted({str(role) for role in roles})
        act.session.add(user)
        act.session.flush()
        _keep_an_administrator(act.session)
        _let_go_of_tasks(act, user, by)
        if stood != (user.office_code, user.roles):
            end_all_sessions(act, user, SessionEnding.ROLES_CHANGED, by=by)
        act.record("UserSaved", by=by.id if by else None, payload={"user": user.id, "roles": user.roles})
    return user


def close_account(store: Store, email: str, *, by: User, now: datetime) -> User:
    """Take away all rights of the person with this address and return them; what they did stays.

    Tasks they had taken go back to their groups, their sessions and tokens end. Raises `NotAllowed` if `by` does not
    manage people, `NotFound` if nobody has the address, `Faulty` if nobody would be left to manage people.
    """
    require(by, Right.MANAGE_USERS)
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "users")
        user = queries.user_by_email(act.session, email)
        if user is None:
            raise NotFound(told("Nobody has the address {email}; the list of people shows all.", email=email))
        user.is_active = False
        act.session.flush()
        _keep_an_administrator(act.session)
        _let_go_of_tasks(act, user, by)
        end_all_sessions(act, user, SessionEnding.ACCOUNT_CLOSED, by=by)
        revoke_all_tokens(act, user, by=by)
        act.record("AccountClosed", by=by.id, payload={"user": user.id})
    return user


def tasks_left_with(store: Store, user: User, *, by: User) -> Sequence[tuple[Task, str]]:
    """Return the live tasks that `user` alone owes, with the reference of the case: when they leave, to hand over.

    Raises `NotAllowed` if `by` does not manage people.
    """
    require(by, Right.MANAGE_USERS)
    with store.session() as session:
        return queries.tasks_assigned_to(session, user)


def choose_digest(store: Store, wanted: bool | None, *, by: User, now: datetime) -> User:
    """Keep whether `by` wants one mail a day instead of reminders, and return them; None: as the installation has it.

    Raises `NotAllowed` if `by` has no role.
    """
    require(by, Right.SEE_CASES)
    with transaction(store, now=now) as act:
        user = act.session.get(User, by.id, with_for_update=True)
        assert user is not None
        if user.digest is not wanted:
            was, user.digest = user.digest, wanted
            act.record("DigestChosen", by=by.id, payload={"was": was, "digest": wanted})
    return user


def choose_language(store: Store, language: Language, *, by: User, now: datetime) -> None:
    """Let `by` read pages and mails in `language` from now on."""
    with transaction(store, now=now) as act:
        user = sign_in_queries.locked_user(act.session, by.id or 0)
        if user.language != language:
            payload = {"user": user.id, "old": str(user.language), "new": str(language)}
            user.language = language
            act.record("LanguageChosen", by=user.id, payload=payload)


def everybody(store: Store) -> list[User]:
    """Return all people by name, those whose account is closed as well."""
    with store.session() as session:
        return list(queries.everybody(session))


def _keep_an_administrator(session: Session) -> None:
    if not queries.holders_of(session, Role.ADMINISTRATOR):
        fault = Fault("roles", told("nobody would be left to manage people; make somebody else administrator first"))
        raise Faulty(told("Nothing was changed."), [fault])


def _let_go_of_tasks(act: Transaction, user: User, by: User | None) -> None:
    """Give back what `user` took and may no longer take: a task held by somebody who cannot act waits for ever."""
    for task_id, reference in queries.tasks_held_by(act.session, user):
        case = queries.locked_case(act.session, reference)
        task = act.session.get(Task, task_id, populate_existing=True)
        if task is not None and task.state is TaskState.CLAIMED and not _still_theirs(act, user, task):
            task.state, task.claimed_by, task.claimed_at = TaskState.OPEN, None, None
            payload = {"task": task.id, "slot": task.slot, "held_by": user.id}
            act.record("TaskReleased", case, by=by.id if by else None, payload=payload)


def _still_theirs(act: Transaction, user: User, task: Task) -> bool:
    return may_take(user, task) or absent_holder(task, stand_ins_of(act.session, user, now=act.now)) is not None


def the_user(store: Store, email: str) -> User:
    """Return the person with this address. Raises `NotFound` if nobody has it."""
    with store.session() as session:
        user = queries.user_by_email(session, email)
    if user is None:
        raise NotFound(told("Nobody has the address {email}; an administrator adds people.", email=email))
    return user
