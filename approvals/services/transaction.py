"""One act, one transaction: a change, its events and its outbox are committed together or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from approvals.errors import SourceUnavailable
from approvals.store.engine import Store
from approvals.store.row_changes import RowChanges
from approvals.store.trail import Happened, ToSend, append_and_commit
from models.case import Case
from models.outbox import Channel

ADVANCE_CHANNEL = "approvals_advance"
"""PostgreSQL notification channel on which a warm runner hears that the machine has work."""


@dataclass(frozen=True)
class Letter:
    """A mail to one person, to be sent because of an event.

    `message` is one of `templates/messages`, and `facts` is what it needs, as JSON can hold it: the words are found
    when it is sent, in the language its reader then has.
    """

    to: str
    message: str
    facts: Mapping[str, Any]


@dataclass
class Transaction:
    """What an act changes, and what it will have to say about it."""

    session: Session
    now: datetime
    _said: list[Happened] = field(default_factory=list)
    _rows: RowChanges = field(default_factory=RowChanges)

    def __post_init__(self) -> None:
        self._rows.watch(self.session)

    def record(
        self,
        kind: str,
        case: Case | None = None,
        *,
        by: int | None = None,
        on_behalf_of: int | None = None,
        payload: Mapping[str, Any] | None = None,
        personal: Mapping[str, Any] | None = None,
        advance: bool = False,
        letters: Sequence[Letter] = (),
        erases: int | None = None,
    ) -> None:
        """Note that `kind` happened; it goes into the trail when the act is committed.

        `by` is the person who did it, None for the machine. What is said of persons, in words of theirs or about
        them, belongs into `personal`: a later event, which names this one as what it `erases`, can take it away.
        With `advance`, the machine then has work on the case.
        """
        mails = [
            ToSend(Channel.MAIL, letter.to, letter.message, letter.facts)
            for letter in {letter.to: letter for letter in letters}.values()
        ]
        happened = Happened(
            kind,
            self.now,
            case_id=case.id if case else None,
            actor_id=by,
            on_behalf_of=on_behalf_of,
            payload=payload or {},
            policy_hash=case.policy_hash if case else None,
            personal=personal or {},
            sends=[*mails, ToSend(Channel.ADVANCE)] if advance else mails,
            erases=erases,
        )
        self._said.append(happened)

    def _finish(self) -> None:
        """Write down what was said, as the last thing, and commit; return when the disk holds it."""
        self.session.flush()
        if any(Channel.ADVANCE in (one.channel for one in said.sends) for said in self._said):
            self.session.connection().exec_driver_sql(f"NOTIFY {ADVANCE_CHANNEL}")  # heard when it is committed
        with _honest_about_the_commit():
            if self._said:
                append_and_commit(self.session, self._with_changes())
            else:
                self.session.commit()

    def _with_changes(self) -> list[Happened]:
        """Return what happened; each row that changed goes to the last event about its case, or else to the last."""
        happened = list(self._said)
        last = {one.case_id: place for place, one in enumerate(happened)}
        for case_id, place in last.items():
            if case_id is not None:
                happened[place] = replace(happened[place], changes=self._rows.of_case(case_id))
        happened[-1] = replace(happened[-1], changes=[*happened[-1].changes, *self._rows.rest()])
        return happened


@contextmanager
def transaction(store: Store, *, now: datetime) -> Iterator[Transaction]:
    """Give a transaction that commits when the block ends well and leaves no trace when it does not.

    Raises `SourceUnavailable` if the database cannot be reached.
    """
    with store.session() as session:
        act = Transaction(session, now)
        yield act
        act._finish()


@contextmanager
def _honest_about_the_commit() -> Iterator[None]:
    """Say that nobody knows, if the database goes away while it commits: the answer alone may have been lost."""
    try:
        yield
    except DBAPIError as exc:
        if not exc.connection_invalidated:
            raise
        raise SourceUnavailable(
            "The database went away while it kept what you did, so it is not known whether it did. Look at the case "
            "or try the same again once the database answers: nothing is done twice."
        ) from exc
