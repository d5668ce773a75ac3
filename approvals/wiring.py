"""The only place where real parts meet: database, runner and mail, chosen by the settings."""

from __future__ import annotations

import atexit
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from approvals import embedded
from approvals.casework.languages import read_languages
from approvals.notify.mail import NullSender, SmtpSender
from approvals.notify.messages import Messages
from approvals.runner.relay import Relay, Runner
from approvals.runner.server import prefect_server, prefect_settings_env
from approvals.services.outbox import Send, deliver_mail, take_requests
from approvals.settings import RunnerMode, Settings
from approvals.store.engine import Store, open_store
from approvals.store.notifications import Listener
from models.base import now_utc


@dataclass(frozen=True)
class Parts:
    """What the doors hand to the services."""

    settings: Settings
    store: Store
    send: Send
    prefect_database_url: str | None
    """Where a Prefect server of ours keeps its state; None when the database is the organisation's own."""

    @property
    def runner_is_elsewhere(self) -> bool:
        """Workers run the flows, not this process."""
        return self.settings.runner is RunnerMode.DEPLOYMENT

    @cached_property
    def messages(self) -> Messages:
        """The words of the mails, with links to the desk as people reach it."""
        languages = read_languages(self.settings.translation_folder)
        return Messages(self.settings.message_folder, languages, desk=self.settings.desk_address)

    def deliver_mail(self, *, now: datetime) -> int:
        """Send the mails that wait, each in its reader's language, and return how many went out."""
        return deliver_mail(self.store, self.send, write=self.messages.write, now=now)

    def runner(self) -> Runner:
        """Return who runs the flows. Imports Prefect, so its environment must be set before."""
        if self.runner_is_elsewhere:
            from approvals.runner.deployment import DeploymentRunner

            return DeploymentRunner()
        from approvals.runner.inprocess import InProcessRunner

        return InProcessRunner()

    def sweep(self) -> Callable[[], Awaitable[None]] | None:
        """Return what this process must do every `sweep_every_seconds`; None if a scheduled deployment does it."""
        if self.runner_is_elsewhere:
            return None
        from approvals.runner.inprocess import InProcessRunner

        return InProcessRunner().sweep

    def watch_lists(self) -> Callable[[], Awaitable[None]] | None:
        """Return what this process must do about lists every hour; None if a scheduled deployment does it."""
        if self.runner_is_elsewhere:
            return None
        from approvals.runner.inprocess import InProcessRunner

        return InProcessRunner().watch_lists

    def write_reports(self) -> Callable[[], Awaitable[None]] | None:
        """Return what this process must do about reports every hour; None if a scheduled deployment does it."""
        if self.runner_is_elsewhere:
            return None
        from approvals.runner.inprocess import InProcessRunner

        return InProcessRunner().write_reports

    async def settle(self) -> None:
        """Let Prefect's client come to rest, before the server it talks to is stopped."""
        if not self.runner_is_elsewhere:
            from approvals.runner.inprocess import send_what_prefect_holds

            await send_what_prefect_holds()

    def relay(self, listener: Listener) -> Relay:
        """Return the relay that hands the outbox to runner and mail, woken by `listener`."""
        return Relay(
            self.runner(),
            take=lambda room: take_requests(self.store, now=now_utc(), limit=room),
            wait=listener.wait,
            deliver_mail=lambda: self.deliver_mail(now=now_utc()),
        )


@contextmanager
def parts(settings: Settings) -> Iterator[Parts]:
    """Give the parts `settings` names, starting the embedded database if none other is named.

    Raises `SourceUnavailable` if the database cannot be had.
    """
    send: Send = NullSender()
    if settings.smtp_host:
        send = SmtpSender(settings.smtp_host, settings.smtp_port, settings.mail_from)
    with ExitStack() as stack:
        if settings.database_url is not None:
            app_url, prefect_url = settings.database_url.get_secret_value(), None
        else:
            databases = stack.enter_context(embedded.databases(settings.home))
            app_url, prefect_url = databases.app_url, databases.prefect_url
        store = open_store(app_url)
        stack.callback(store.close)
        made = Parts(settings, store, send, prefect_url)
        _in_use.append(made)
        stack.callback(_in_use.remove, made)
        yield made


_in_use: list[Parts] = []
"""The parts this process has open, for flows that run in it."""


@contextmanager
def prefect_api(parts: Parts) -> Iterator[str]:
    """Give the address of the Prefect API the settings name, starting a server of our own if they name none.

    The environment of this process then tells Prefect where to go, so enter it before anything imports Prefect.
    Raises `SourceUnavailable` if the server does not start.
    """
    settings = parts.settings
    with ExitStack() as stack:
        api_url = settings.prefect_api_url
        if api_url is None:
            database = parts.prefect_database_url
            if database is None:  # our tables are elsewhere, but Prefect has no home there
                database = stack.enter_context(embedded.databases(settings.home)).prefect_url
            api_url = stack.enter_context(prefect_server(database, home=settings.home, port=settings.prefect_port))
        os.environ.update(prefect_settings_env(api_url, settings.home))
        yield api_url


def lasting_parts() -> Parts:
    """Return the parts this process has open, or opens now and keeps to its end: for flows, which get only names."""
    if not _in_use:
        stack = ExitStack()
        atexit.register(stack.close)
        stack.enter_context(parts(Settings()))
    return _in_use[-1]
