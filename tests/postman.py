"""Who carries the mails of a test, in the words people get."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from approvals.casework.languages import read_languages
from approvals.errors import SourceUnavailable
from approvals.notify.mail import Mail
from approvals.notify.messages import Messages
from approvals.services.outbox import deliver_mail
from approvals.settings import Settings
from approvals.store.engine import Store

DESK = "https://desk.example.org"
SETTINGS = Settings()
MESSAGES = Messages(SETTINGS.message_folder, read_languages(SETTINGS.translation_folder), desk=DESK)


@dataclass
class Postman:
    """Keeps the mails; refuses those to the addresses in `ill`."""

    ill: set[str] = field(default_factory=set)
    sent: list[Mail] = field(default_factory=list)

    def __call__(self, mail: Mail) -> None:
        if mail.to in self.ill:
            raise SourceUnavailable(f"no mailbox for {mail.to}")
        self.sent.append(mail)

    def addresses(self) -> list[str]:
        return [mail.to for mail in self.sent]


def mails_of(store: Store, *, now: datetime) -> list[Mail]:
    """Send what waits, and return it."""
    postman = Postman()
    deliver_mail(store, postman, write=MESSAGES.write, now=now)
    return postman.sent
