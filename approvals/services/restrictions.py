"""Restricted cases: whoever reads one leaves a note in the trail, once a day.

A case is restricted when headquarters or an administrator says so, and without a word of theirs when a hit on a list
was confirmed on it. Readers are told nothing different: who may see it is a matter of rights, not of restriction.
"""

from __future__ import annotations

from datetime import datetime

from approvals.casework.plain_text import faults_of_text
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.errors import Faulty
from approvals.services.transaction import transaction
from approvals.store import queries, restriction_queries
from approvals.store.engine import Store
from models.case import Case
from models.restriction import CaseRestriction
from models.user import User


def restrict_case(
    store: Store, reference: str, *, restricted: bool, reason: str, by: User, now: datetime
) -> CaseRestriction:
    """Put the case under restriction, or lift it, and return what was noted.

    Raises `NotAllowed` if `by` may not, `NotFound` if there is no such case, `Faulty` without a reason.
    """
    require(by, Right.RESTRICT_CASE)
    if faults := faults_of_text("reason", reason, if_empty=told("say why, in a sentence")):
        raise Faulty(told("Nothing was changed."), faults)
    with transaction(store, now=now) as act:
        case = queries.locked_case(act.session, reference, seen_by=by)
        assert case.id is not None
        row = CaseRestriction(case_id=case.id, restricted=restricted, reason=reason.strip(), set_by=by.id, set_at=now)
        act.session.add(row)
        event = "CaseRestricted" if restricted else "RestrictionLifted"
        act.record(event, case, by=by.id, personal={"reason": row.reason})
        return row


def note_reading(store: Store, case: Case, *, by: User) -> bool:
    """Note in the trail that `by` reads the case if it is restricted, once a day; return whether it is.

    By the clock of the database: who reads hands in no moment, and must not choose one.
    """
    with store.session() as session:
        if not restriction_queries.is_restricted(session, case):
            return False
        now = restriction_queries.moment_of_the_database(session)
    assert case.id is not None
    assert by.id is not None
    with transaction(store, now=now) as act:
        if restriction_queries.is_first_reading(act.session, case_id=case.id, read_by=by.id, read_on=now.date()):
            act.record("CaseRead", case, by=by.id)
    return True
