"""Sending mail by SMTP, and not sending it."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, field
from email.message import EmailMessage

from approvals.errors import SourceUnavailable

TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class SmtpSender:
    """Sends through the organisation's mail server."""

    host: str
    port: int
    sender: str

    def __call__(self, to: str, subject: str, body: str, key: str) -> None:
        """Send one mail. Raises `SourceUnavailable` if the server does not take it."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        # The same id when a mail is tried again, so that a mailbox can drop the second.
        message["Message-ID"] = f"<{key}.{to.replace('@', '.at.')}@approvals>"
        message.set_content(body)
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS) as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as exc:
            raise SourceUnavailable(
                f"The mail server {self.host}:{self.port} did not take a mail to {to}: {exc}."
            ) from exc


@dataclass(frozen=True)
class NullSender:
    """Sends nothing and keeps what it was given: for demonstrations, tests and houses without mail."""

    kept: list[tuple[str, str, str]] = field(default_factory=list)

    def __call__(self, to: str, subject: str, body: str, key: str) -> None:
        """Keep address, subject and text of the mail."""
        self.kept.append((to, subject, body))
        del self.kept[:-1000]
