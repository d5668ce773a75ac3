"""Erasing what an event says of persons, or the comment it kept. The trail still holds: it keeps a salted digest,
which tells nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from approvals.casework.plain_text import faults_of_text
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.errors import Faulty, NotFound, WrongStage
from approvals.services.transaction import Letter, transaction
from approvals.store import audit_queries, comment_queries
from approvals.store.engine import Store
from approvals.store.erasure_queries import empty_its_mails, empty_what_it_entered
from models.comment import CaseComment
from models.event import Event, PersonalPart
from models.user import Role, User


def erase_personal_data(store: Store, event: int, *, reason: str, by: User, now: datetime) -> None:
    """Erase what the event of this number says of persons, for good; of a comment it kept, all words. Auditors and
    other administrators are told.

    With it goes what rows it entered repeat of that, such as the name of a file, and what mails about it said.

    Raises `NotAllowed` if `by` may not, `Faulty` without a reason, `NotFound` if the event says nothing of persons,
    `WrongStage` if it was erased before.
    """
    require(by, Right.ERASE_PERSONAL_DATA)
    if faults := faults_of_text("reason", reason, if_empty=told("say why, in a sentence; it stays on record")):
        raise Faulty(told("Nothing was erased."), faults)
    with transaction(store, now=now) as act:
        readers = audit_queries.people_in(act.session, Role.AUDITOR, Role.ADMINISTRATOR)
        facts = {"by": by.name, "event": event, "reason": reason.strip()}
        letters = [Letter(one.email, "personal_data_erased", facts) for one in readers if one.id != by.id]
        payload = {"event": event, "reason": reason.strip()}
        kept = comment_queries.comment_of_event(act.session, event)
        if kept is not None:
            comment, case = kept
            _erase_words(comment, event)
            payload["comment"] = comment.id or 0
            act.record("PersonalDataErased", case, by=by.id, payload=payload, letters=letters)
        else:
            _refuse_unless_there(act.session, event)
            about = act.session.get_one(Event, event)
            empty_what_it_entered(act.session, about)
            empty_its_mails(act.session, about, now=now)
            act.record("PersonalDataErased", by=by.id, payload=payload, letters=letters, erases=event)


def _erase_words(comment: CaseComment, event: int) -> None:
    if comment.text is None:
        raise WrongStage(
            told("The comment of event {event} was erased before; the history of its case tells why.", event=event)
        )
    comment.text = comment.salt = None


def _refuse_unless_there(session: Session, event: int) -> None:
    part = session.get(PersonalPart, event, with_for_update=True)
    if part is None:
        raise NotFound(
            told(
                "Event {event} says nothing of persons that could be erased; look at the history of its case.",
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
