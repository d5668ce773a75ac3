"""A mail leads to the task it is about, and to nothing else."""

from __future__ import annotations

import re

from sqlmodel import select

from approvals.rehearsal import People
from approvals.services.users import choose_language
from approvals.store.engine import Store
from models.case import Stage
from models.outbox import Channel, OutboxMessage
from models.user import Language
from tests.desk.visiting import TheDesk
from tests.journeys.stories import START, Story, a_foundation
from tests.postman import DESK, mails_of


def test_the_link_opens_the_task_for_whoever_got_the_mail(store: Store, people: People, desk: TheDesk) -> None:
    carmen = people.named("carmen.diaz@example.org")
    choose_language(store, Language.SPANISH, by=carmen, now=START)
    Story(store, people, a_foundation()).reach(Stage.DUE_DILIGENCE)

    mail = next(mail for mail in mails_of(store, now=START) if mail.to == carmen.email)

    assert mail.subject == "PA-2026-0001: diligencia debida"
    assert "Responda a más tardar el" in mail.text
    [address] = re.findall(r'href="([^"]+)"', mail.html)
    desk.visited_by(carmen.email).opens(address.removeprefix(DESK))
    with store.session() as session:
        kept = session.exec(
            select(OutboxMessage).where(
                OutboxMessage.channel == Channel.MAIL, OutboxMessage.recipient == carmen.email
            )
        ).one()
    assert (kept.subject, kept.body, kept.html) == (mail.subject, mail.text, mail.html)
