"""Giving an answer again instead of doing twice what was sent twice, under a key of the sender's own.

The key is taken before the act and the answer kept after it. If the process dies between the two, nobody knows
whether it was done: the key is then refused, because doing it again could do it twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from approvals.casework.telling import told
from approvals.errors import WrongStage
from approvals.services.transaction import transaction
from approvals.store import answer_queries
from approvals.store.engine import Store
from models.answer import ApiAnswer

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Sending:
    """Something that was sent: by whom, under which key, and the digest of what and where to."""

    user_id: int
    key: str
    request_sha256: str


@dataclass(frozen=True)
class GivenAnswer:
    """What was answered; `location` is the address of what was made, if one was given."""

    status: int
    content: Any
    location: str | None


def begin(store: Store, sending: Sending, *, now: datetime) -> GivenAnswer | None:
    """Take the key and return None, or return what was answered when the same came under it before.

    Raises `WrongStage` if something else came under the key, or if what came is being done or has an unknown end.
    """
    with transaction(store, now=now) as act:
        answer_queries.forget_answers_before(act.session, now - KEPT_FOR)
        if answer_queries.begin_answer(
            act.session, sending.user_id, sending.key, request_sha256=sending.request_sha256, now=now
        ):
            return None
        known = act.session.get_one(ApiAnswer, (sending.user_id, sending.key))
        if known.request_sha256 != sending.request_sha256:
            raise WrongStage(
                told("Something else was sent under the key {key}; use another key for this.", key=sending.key)
            )
        if known.status is None:
            raise WrongStage(
                told(
                    "What was sent under the key {key} is being done, or nobody knows whether it was. Look; if it "
                    "was not done, send it under another key.",
                    key=sending.key,
                )
            )
        return GivenAnswer(known.status, known.content, known.location)


def keep(store: Store, sending: Sending, answer: GivenAnswer, *, now: datetime) -> None:
    """Keep what was answered, to be given again."""
    with transaction(store, now=now) as act:
        known = act.session.get(ApiAnswer, (sending.user_id, sending.key))
        if known is not None:
            known.status, known.content, known.location = answer.status, answer.content, answer.location


def let_go(store: Store, sending: Sending, *, now: datetime) -> None:
    """Let the key be used again: nothing was done under it."""
    with transaction(store, now=now) as act:
        answer_queries.forget_answer(act.session, sending.user_id, sending.key)
