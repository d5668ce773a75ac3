"""Handing over what the outbox holds: machine work to a runner, mails to a sender."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from approvals.services.transaction import transaction
from approvals.store import queries
from approvals.store.engine import Store
from models.case import Case, Stage
from models.outbox import Channel

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
        for message in queries.unasked(act.session, Channel.ADVANCE, limit=limit):
            message.asked_at, message.attempts = now, message.attempts + 1
            case = act.session.get(Case, message.case_id)
            assert case is not None
            assert case.id is not None
            key = f"{case.reference}:{message.event_seq}:{message.attempts}"
            requests[case.id] = Request(case.reference, case.stage, key)
        return list(requests.values())


Send = Callable[[str, str, str, str], None]
"""Sends a mail: address, subject, body, and a message key that is the same when a mail is tried again."""


def deliver_mail(store: Store, send: Send, *, now: datetime) -> int:
    """Send the mails that wait and return how many went out. A mail that fails waits for the next sweep.

    Each is marked as sent in the transaction that held it, so two senders never send the same one; only a crash
    between sending and marking can send one twice.
    """
    sent = 0
    while (went_out := _deliver_one(store, send, now)) is not None:
        sent += went_out
    return sent


def _deliver_one(store: Store, send: Send, now: datetime) -> bool | None:
    with transaction(store, now=now) as act:
        waiting = queries.unasked(act.session, Channel.MAIL, limit=1)
        if not waiting:
            return None
        mail = waiting[0]
        mail.asked_at, mail.attempts = now, mail.attempts + 1
        try:
            send(mail.recipient, mail.subject, mail.body, f"event-{mail.event_seq}")
        except Exception as exc:
            # Whatever is wrong with one mail, an address that no server can spell for instance, the others go out.
            mail.last_error = str(exc)
            return False
        mail.done_at, mail.last_error = now, None
        return True
