"""Acts on the flags of a partner: raise one, bring it further, settle it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from approvals.casework.flags import require_step
from approvals.casework.proposal import partner_reference
from approvals.casework.telling import told
from approvals.errors import Fault, Faulty
from approvals.services.assessments import end_assessments
from approvals.services.transaction import Transaction, transaction
from approvals.store import partner_queries
from approvals.store.engine import Store
from models.assessment import Ending
from models.flag import FlagState, FlagStep, PartnerFlag
from models.office import Office, OfficeKind
from models.user import User


def raise_flag(
    store: Store, partner: int, state: FlagState, *, subject: str, reason: str, by: User, now: datetime
) -> FlagStep:
    """Put a flag about `subject` on the partner of that number, and return its first step.

    Its branches inherit it. Raises `Faulty` if subject or reason are empty or no flag begins so, `NotAllowed` if `by`
    may not raise one, `NotFound` if there is no such partner.
    """
    _refuse_empty(subject=subject, reason=reason)
    with transaction(store, now=now) as act:
        flagged = partner_queries.partner_of_number(act.session, partner)
        require_step(None, state, by=by, office_kind=_office_kind(act.session, by))
        flag = PartnerFlag(partner_id=flagged.id or 0, subject=subject.strip())
        act.session.add(flag)
        act.session.flush()
        return _take(act, flag, None, state, reason, by)


def move_flag(store: Store, number: int, to: FlagState, *, reason: str, by: User, now: datetime) -> FlagStep:
    """Bring the flag of that number to `to`, and return the step.

    Raises `Faulty` if no reason is given or no way leads there, `NotAllowed` if `by` may not, `DutiesConflict` if it
    was `by` who escalated or confirmed it, `NotFound` if there is no such flag.
    """
    _refuse_empty(reason=reason)
    with transaction(store, now=now) as act:
        flag, steps = partner_queries.flag_with_steps(act.session, number)
        require_step(steps[-1], to, by=by, office_kind=_office_kind(act.session, by))
        return _take(act, flag, steps[-1].state, to, reason, by)


def _take(
    act: Transaction, flag: PartnerFlag, came_from: FlagState | None, to: FlagState, reason: str, by: User
) -> FlagStep:
    assert flag.id is not None
    assert by.id is not None
    step = FlagStep(flag_id=flag.id, state=to, reason=reason.strip(), taken_by=by.id, taken_at=act.now)
    act.session.add(step)
    act.session.flush()
    payload: dict[str, Any] = {
        "partner": partner_reference(flag.partner_id),
        "flag": flag.id,
        "subject": flag.subject,
        "from": came_from,
        "to": to,
    }
    if to is FlagState.RED:
        payload["ended_assessments"] = end_assessments(act, flag.partner_id, Ending.RED_FLAG)
    act.record(
        "FlagRaised" if came_from is None else "FlagMoved",
        by=by.id,
        payload=payload,
        personal={"reason": step.reason},
    )
    return step


def _refuse_empty(**texts: str) -> None:
    faults = [Fault(name, told("is empty; say it in a sentence")) for name, text in texts.items() if not text.strip()]
    if faults:
        raise Faulty(told("Nothing was changed."), faults)


def _office_kind(session: Session, user: User) -> OfficeKind:
    office = session.get(Office, user.office_code)
    assert office is not None
    return office.kind
