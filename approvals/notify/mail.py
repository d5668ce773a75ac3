"""Sending mail by SMTP, and not sending it."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, field
from email.message import EmailMessage

from approvals.errors import SourceUnavailable

TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class Mail:
    """A mail as it goes out: the same said as plain text and as a page. `html` may be empty.

    `key` is the same when a mail is tried again.
    """

    to: str
    subject: str
    text: str
    html: str
    language: str
    key: str


@dataclass(frozen=True)
class SmtpSender:
    """Sends through the organisation's mail server."""

    host: str
    port: int
    sender: str

    def __call__(self, mail: Mail) -> None:
        """Send one mail. Raises `SourceUnavailable` if the server does not take it, `ValueError` if a head of the
        mail would hold more than one line.
        """
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS) as server:
                server.send_message(self.message_of(mail))
        except (OSError, smtplib.SMTPException) as exc:
            raise SourceUnavailable(
                f"The mail server {self.host}:{self.port} did not take a mail to {mail.to}: {exc}."
            ) from exc

    def message_of(self, mail: Mail) -> EmailMessage:
        """Return the mail as servers pass it on; who cannot read the page reads the text."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, mail.to, mail.subject
        # The same id when a mail is tried again, so that a mailbox can drop the second.
        message["Message-ID"] = f"<{mail.key}.{mail.to.replace('@', '.at.')}@approvals>"
        # Absence notes and other machines do not answer a machine.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        if mail.html:
            message.add_alternative(mail.html, subtype="html")
        message["Content-Language"] = mail.language
        return message


@dataclass(frozen=True)
class NullSender:
    """Sends nothing and keeps what it was given: for demonstrations, tests and houses without mail."""

    kept: list[Mail] = field(default_factory=list)

    def __call__(self, mail: Mail) -> None:
        """Keep the mail."""
        self.kept.append(mail)
        del self.kept[:-1000]
