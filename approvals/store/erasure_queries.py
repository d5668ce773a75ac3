"""What an event left behind besides what it says: the rows it entered, and the mails that went out because of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, SQLModel, col

from models.attachment import Attachment
from models.event import Event
from models.flag import FlagStep
from models.outbox import Channel, OutboxMessage
from models.partner import PartnerPerson
from models.restriction import CaseRestriction

OF_PERSONS: Mapping[str, tuple[type[SQLModel], tuple[str, ...]]] = {
    "attachment": (Attachment, ("title", "file_name")),
    "case_restriction": (CaseRestriction, ("reason",)),
    "flag_step": (FlagStep, ("reason",)),
    "partner_person": (PartnerPerson, ("name", "function")),
}
"""Tables whose rows repeat what the event that enters them says of persons, with the columns in which they do."""


def empty_what_it_entered(session: Session, event: Event) -> None:
    """Empty what rows that `event` entered say of persons."""
    for change in event.changes or ():
        model, columns = OF_PERSONS.get(change["table"], (None, ()))
        row = session.get(model, int(change["key"])) if model and change["before"] is None else None
        for column in columns if row is not None else ():
            setattr(row, column, "")


def empty_its_mails(session: Session, event: Event, *, now: datetime) -> None:
    """Empty the mails written because of `event`; one that still waits is never sent."""
    mails = update(OutboxMessage).where(
        col(OutboxMessage.event_seq) == event.seq, col(OutboxMessage.channel) == Channel.MAIL
    )
    emptied = {"message": "", "facts": {}, "subject": "", "body": "", "html": ""}
    session.connection().execute(mails.values(**emptied, done_at=func.coalesce(OutboxMessage.done_at, now)))
