"""Named questions about substitutes. Days are those of the absent person's office."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Text, and_, any_, cast, func, literal, or_, true, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from approvals.casework.substitutes import StandIn
from models.office import Office
from models.substitution import Substitution
from models.task import Task
from models.user import Role, User


def today_at(office: type[Office], now: datetime) -> ColumnElement[object]:
    """Return the day it is at `office` at the moment `now`."""
    return cast(func.timezone(func.coalesce(col(office.time_zone), "UTC"), now), Date)


def in_force(rule: type[Substitution], office: type[Office], now: datetime) -> ColumnElement[bool]:
    """Return the condition that `rule` is in force at `now`; `office` is the absent person's."""
    return and_(
        or_(col(rule.ended_at).is_(None), col(rule.ended_at) > now),
        today_at(office, now).between(col(rule.from_on), col(rule.until_on)),
    )


@dataclass(frozen=True)
class Holder:
    """Somebody with roles and an office, as the database sees them: of a row, or of a person who is known."""

    number: Any
    office: Any
    roles: Any

    @classmethod
    def of(cls, person: type[User]) -> Holder:
        """Return the holder that stands in a row of `person`."""
        return cls(col(person.id), col(person.office_code), col(person.roles))

    @classmethod
    def known(cls, user: User) -> Holder:
        """Return `user` as a holder."""
        return cls(literal(user.id), literal(user.office_code), literal(list(user.roles), ARRAY(Text)))


def owes(task: type[Task], holder: Holder) -> ColumnElement[bool]:
    """Return the condition that `holder` owes `task`: `rights.duties` as a question to the database."""
    return or_(asked_of(task, holder), opened_to(task, holder))


def asked_of(task: type[Task], holder: Holder) -> ColumnElement[bool]:
    """Return the condition that `task` asks `holder` from the beginning."""
    anybody_there = or_(col(task.office_code).is_(None), col(task.office_code) == holder.office)
    return and_(
        cast(col(task.role), Text) == any_(holder.roles),
        or_(col(task.assigned_to) == holder.number, and_(col(task.assigned_to).is_(None), anybody_there)),
    )


def opened_to(task: type[Task], holder: Holder) -> ColumnElement[bool]:
    """Return the condition that `task` was opened to `holder` when it was escalated."""
    return and_(
        col(task.also_role) == any_(holder.roles),
        or_(col(task.also_office).is_(None), col(task.also_office) == holder.office),
    )


def covered_by(rule: type[Substitution], task: type[Task], absent: type[User]) -> ColumnElement[bool]:
    """Return the condition that by `rule`, were it in force, the substitute may take `task` for `absent`."""
    for_this_duty = _owed_by(task, Holder.of(absent), col(rule.roles))
    standing = or_(col(rule.when_overdue).is_(False), col(task.substitutes_at).is_not(None))
    return and_(col(absent.is_active), for_this_duty, standing)


def covered_by_known(rule: Substitution, task: type[Task], absent: User) -> ColumnElement[bool]:
    """Return the condition that by `rule`, which is in force, the substitute may take `task` for `absent`.

    Rule and person are known, so that the database finds the tasks by its indexes.
    """
    for_this_duty = _owed_by(task, Holder.known(absent), literal(list(rule.roles), ARRAY(Text)))
    standing = col(task.substitutes_at).is_not(None) if rule.when_overdue else true()
    return and_(for_this_duty, standing)


def _owed_by(task: type[Task], holder: Holder, roles: Any) -> ColumnElement[bool]:
    """Return the condition that `holder` owes `task` in one of `roles`."""
    return or_(
        and_(cast(col(task.role), Text) == any_(roles), asked_of(task, holder)),
        and_(col(task.also_role) == any_(roles), opened_to(task, holder)),
    )


def covers_of(session: Session, substitute: User, *, today: date) -> Sequence[tuple[Substitution, User]]:
    """Return the rules by which `substitute` acts for somebody on the reader's day, with the absent person.

    The earliest first; empty for most people.
    """
    query = (
        select(Substitution, User)
        .join(User, col(User.id) == col(Substitution.absent_id))
        .where(Substitution.substitute_id == substitute.id, col(Substitution.ended_at).is_(None), col(User.is_active))
        .where(literal(today).between(col(Substitution.from_on), col(Substitution.until_on)))
    )
    return session.exec(query.order_by(col(Substitution.id))).all()


def stand_ins_of(session: Session, substitute: User, *, now: datetime) -> list[StandIn]:
    """Return for whom `substitute` may act at `now`, the earliest rule first."""
    return _stand_ins(session, col(Substitution.substitute_id) == substitute.id, now)


def stand_ins_for(session: Session, absent: Iterable[User], *, now: datetime) -> list[StandIn]:
    """Return who may act at `now` for those in `absent`, the earliest rule first."""
    return _stand_ins(session, col(Substitution.absent_id).in_([person.id for person in absent]), now)


def _stand_ins(session: Session, condition: ColumnElement[bool], now: datetime) -> list[StandIn]:
    absent, substitute = aliased(User), aliased(User)
    query = (
        select(Substitution, absent, substitute)
        .join(absent, col(absent.id) == col(Substitution.absent_id))
        .join(substitute, col(substitute.id) == col(Substitution.substitute_id))
        .join(Office, col(Office.code) == col(absent.office_code))
        .where(condition, in_force(Substitution, Office, now))
        .order_by(col(Substitution.id))
    )
    return [StandIn(rule, away, acting) for rule, away, acting in session.exec(query)]


def rules_not_over(
    session: Session, roles: Iterable[Role], *, today: date
) -> Sequence[tuple[Substitution, User, User]]:
    """Return the rules for any of `roles` in force or coming, with the absent person and the substitute.

    The earliest first. `today` is the reader's day.
    """
    query = _with_people().where(
        col(Substitution.ended_at).is_(None),
        col(Substitution.until_on) >= today,
        type_coerce(col(Substitution.roles), ARRAY(Text)).overlap([str(role) for role in roles]),
    )
    return session.exec(query.order_by(col(Substitution.from_on), col(Substitution.id))).all()


def rules_about(session: Session, person: User) -> Sequence[Substitution]:
    """Return the rules that were not ended and name `person`, as absent or as substitute, the earliest first."""
    query = select(Substitution).where(
        or_(col(Substitution.absent_id) == person.id, col(Substitution.substitute_id) == person.id),
        col(Substitution.ended_at).is_(None),
    )
    return session.exec(query.order_by(col(Substitution.from_on), col(Substitution.id))).all()


def all_rules(session: Session) -> Sequence[tuple[Substitution, User, User]]:
    """Return every rule there ever was, with the absent person and the substitute, the newest first."""
    return session.exec(_with_people().order_by(col(Substitution.id).desc())).all()


def _with_people() -> Select[Substitution, User, User]:
    absent, substitute = aliased(User), aliased(User)
    return (
        select(Substitution, absent, substitute)
        .join(absent, col(absent.id) == col(Substitution.absent_id))
        .join(substitute, col(substitute.id) == col(Substitution.substitute_id))
    )
