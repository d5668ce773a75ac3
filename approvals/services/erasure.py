"""Erasing what an event says of persons. The trail still holds: it keeps a salted digest, which tells nothing."""

from __future__ import annotations

from datetime import datetime

from approvals.casework.plain_text import faults_of_text
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.errors import Faulty, NotFound, WrongStage
from approvals.services.transaction import Letter, transaction
from approvals.store import audit_queries
from approvals.store.engine import Store
from models.event import PersonalPart
from models.user import Role, User


def erase_personal_data(store: Store, event: int, *, reason: str, by: User, now: datetime) -> None:
    """Erase what the event of this number says of persons, for good. Auditors and other administrators are told.

    Raises `NotAllowed` if `by` may not, `Faulty` without a reason, `NotFound` if the event says nothing of persons,
    `WrongStage` if it was erased before.
    """
    require(by, Right.ERASE_PERSONAL_DATA)
    if faults := faults_of_text("reason", reason, if_empty=told("say why, in a sentence; it stays on record")):
        raise Faulty(told("Nothing was erased."), faults)
    with transaction(store, now=now) as act:
        part = act.session.get(PersonalPart, event, with_for_update=True)
        if part is None:
            raise NotFound(
                told(
                    "Event {event} says nothing of persons that could be erased; see `approvals audit show`.",
                    event=event,
                )
            )
        if part.erased_by is not None:
            raise WrongStage(
                told(
                    "What event {event} said of persons was erased before: event {erased_by} tells why.",
                    event=event,
                    erased_by=part.erased_by,
                )
            )
        readers = audit_queries.people_in(act.session, Role.AUDITOR, Role.ADMINISTRATOR)
        facts = {"by": by.name, "event": event, "reason": reason.strip()}
        letters = [Letter(one.email, "personal_data_erased", facts) for one in readers if one.id != by.id]
        payload = {"event": event, "reason": reason.strip()}
        act.record("PersonalDataErased", by=by.id, payload=payload, letters=letters, erases=event)
