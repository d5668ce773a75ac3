"""What the children of a warm process do: one act of a person or of the machine, dying where they are told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from approvals.casework.amendment_file import read_amendment
from approvals.casework.outcomes import Answer
from approvals.casework.proposal_file import read_proposal
from approvals.notify.mail import Mail
from approvals.rehearsal import People, advance
from approvals.services import amendments, cases, outbox, tasks
from approvals.services.sweep import sweep as sweep_services
from approvals.store.engine import Store, open_store
from models.decision import Outcome
from models.risk import RiskLevel
from tests.faults.fail_points import Points, at_every_statement
from tests.faults.house import House
from tests.postman import MESSAGES


@contextmanager
def _dying(url: str, die_at: int) -> Iterator[tuple[Store, People, Points]]:
    """Give a store whose owner dies at the point `die_at`. Looking up the people is no part of the act."""
    store, points = open_store(url), Points(die_at)
    people = People(store)
    at_every_statement(store.engine, points)
    yield store, people, points
    store.close()


def submit(url: str, file: str, key: str, now: str, die_at: int = 0) -> dict[str, Any]:
    """Submit the proposal in `file` as its focal point, and return reference and points passed."""
    proposal = read_proposal(Path(file).read_bytes(), name=file)
    with _dying(url, die_at) as (store, people, points):
        officer = people.named(proposal.focal_point.email or "")
        case = cases.submit(store, proposal, by=officer, key=key, now=datetime.fromisoformat(now))
    return {"reference": case.reference, "points": points.passed}


def decide(
    url: str, task: int, by: str, answer: dict[str, Any], now: str, document: str | None = None, die_at: int = 0
) -> dict[str, Any]:
    """Decide the task as the person with the address `by`, and return number and points passed."""
    content = Path(document).read_bytes() if document else None
    risk = RiskLevel(answer["risk"]) if "risk" in answer else None
    full = Answer(**{**answer, "outcome": Outcome(answer["outcome"]), "risk": risk, "content": content})
    with _dying(url, die_at) as (store, people, points):
        decision = tasks.decide(store, task, full, by=people.named(by), now=datetime.fromisoformat(now))
    return {"decision": decision.id, "points": points.passed}


def carry(url: str, reference: str, now: str, die_at: int = 0) -> dict[str, Any]:
    """Do all the machine can do for the case, and return its stage and points passed."""
    with _dying(url, die_at) as (store, _, points):
        stage = advance(store, reference, now=datetime.fromisoformat(now))
    return {"stage": stage, "points": points.passed}


def relay_once(url: str, now: str, die_at: int = 0) -> dict[str, Any]:
    """Take what the outbox offers and carry those cases on, as one pass of a relay does."""
    moment = datetime.fromisoformat(now)
    with _dying(url, die_at) as (store, _, points):
        for request in outbox.take_requests(store, now=moment):
            advance(store, request.reference, now=moment)
    return {"points": points.passed}


def sweep(url: str, now: str, die_at: int = 0) -> dict[str, Any]:
    """Do what the clock has made due, with digests for those who chose them."""
    with _dying(url, die_at) as (store, _, points):
        sweep_services(store, now=datetime.fromisoformat(now))
    return {"points": points.passed}


def amend(url: str, reference: str, file: str, key: str, now: str, die_at: int = 0) -> dict[str, Any]:
    """Submit the amendment in `file` as the officer of the case, and return reference and points passed."""
    form = read_amendment(Path(file).read_bytes(), name=file)
    with _dying(url, die_at) as (store, people, points):
        officer = people.named("aminata.diallo@example.org")
        case = amendments.amend(store, reference, form, by=officer, key=key, now=datetime.fromisoformat(now))
    return {"reference": case.reference, "points": points.passed}


def withdraw(url: str, reference: str, by: str, now: str, die_at: int = 0) -> dict[str, Any]:
    """Take the case back."""
    with _dying(url, die_at) as (store, people, points):
        cases.withdraw(
            store, reference, by=people.named(by), reason="No longer wanted.", now=datetime.fromisoformat(now)
        )
    return {"points": points.passed}


def deliver(url: str, mailbox: str, now: str, die_at: int = 0) -> dict[str, Any]:
    """Send the mails that wait into the folder `mailbox`, a file for each."""
    with _dying(url, die_at) as (store, _, points):
        box = MailboxFolder(Path(mailbox))
        outbox.deliver_mail(store, box, write=MESSAGES.write, now=datetime.fromisoformat(now))
    return {"points": points.passed}


def whole_life(url: str, now: str, example: str = "foundation") -> dict[str, Any]:
    """Take a case from its proposal to its end."""
    store = open_store(url)
    house = House(store)
    moment = datetime.fromisoformat(now)
    stage = house.carry_to_the_end(house.submit(example, key="rehearsal", now=moment), now=moment)
    store.close()
    return {"stage": stage}


class MailboxFolder:
    """Sends mails into a folder, which survives its sender."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, mail: Mail) -> None:
        """Keep one line for the mail, on the disk before this returns."""
        line = f"{mail.key} {mail.to} {mail.subject}\n".encode()
        descriptor = os.open(self._folder / "mails", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, line)
        os.close(descriptor)
