"""Handing over what the outbox holds: machine work to a runner, mails to a sender."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session

from approvals.notify.mail import Mail
from approvals.notify.messages import Written
from approvals.services.transaction import transaction
from approvals.store import outbox_queries, queries
from approvals.store.durability import wait_for_disk
from approvals.store.engine import Store
from models.case import Case, Stage
from models.outbox import Channel, OutboxMessage
from models.user import Language

BATCH = 100


@dataclass(frozen=True)
class Request:
    """The machine is asked to carry a case on. The same ask has the same `key`, so that a runner starts it once."""

    reference: str
    stage: Stage
    key: str


def take_requests(store: Store, *, now: datetime, limit: int = BATCH) -> list[Request]:
    """Return at most `limit` cases the machine is to carry on, each once, and note that they were asked for.

    A message stays undone until the case has been carried on; a lost run is asked for again by the sweep.
    """
    with transaction(store, now=now) as act:
        requests: dict[int, Request] = {}
        for message in outbox_queries.unasked(act.session, Channel.ADVANCE, limit=limit):
            message.asked_at, message.attempts = now, message.attempts + 1
            case = act.session.get(Case, message.case_id)
            assert case is not None
            assert case.id is not None
            key = f"{case.reference}:{message.event_seq}:{message.attempts}"
            requests[case.id] = Request(case.reference, case.stage, key)
        return list(requests.values())


Send = Callable[[Mail], None]
"""Sends a mail; raises whatever went wrong if it cannot."""


class Write(Protocol):
    """Writes a message to one reader."""

    def __call__(self, name: str, facts: Mapping[str, Any], *, language: str) -> Written:
        """Return the message `name` with these facts, in this language."""


def deliver_mail(store: Store, send: Send, *, write: Write, now: datetime) -> int:
    """Send the mails that wait and return how many went out. A mail that fails waits for the next sweep.

    They are written now, in the language each reader has chosen by now, and what went out is kept. Each is marked as
    sent in the transaction that held it, so two senders never send the same one; only a crash between sending and
    marking can send one twice.
    """
    sent = 0
    while (went_out := _deliver_one(store, send, write, now)) is not None:
        sent += went_out
    return sent


def _deliver_one(store: Store, send: Send, write: Write, now: datetime) -> bool | None:
    with transaction(store, now=now) as act:
        waiting = outbox_queries.unasked(act.session, Channel.MAIL, limit=1)
        if not waiting:
            return None
        mail = waiting[0]
        mail.asked_at, mail.attempts = now, mail.attempts + 1
        wait_for_disk(store)  # or the mail could tell of what a power cut takes back
        try:
            send(_written(act.session, mail, write))
        except Exception as exc:
            # Whatever is wrong with one mail, an address that no server can spell for instance, the others go out.
            mail.last_error = str(exc)
            return False
        mail.done_at, mail.last_error = now, None
        return True


def _written(session: Session, mail: OutboxMessage, write: Write) -> Mail:
    """Return the mail in its reader's language, and keep what it says."""
    reader = queries.user_by_email(session, mail.recipient)
    language: str = reader.language if reader else Language.ENGLISH
    if mail.message:
        written = write(mail.message, mail.facts, language=language)
        mail.subject, mail.body, mail.html, language = written.subject, written.text, written.html, written.language
    else:  # written down by a version that had English words only
        language = Language.ENGLISH
    return Mail(mail.recipient, mail.subject, mail.body, mail.html, language, f"event-{mail.event_seq}")
