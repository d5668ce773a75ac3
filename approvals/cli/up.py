"""`approvals up`: everything that must run, in one command."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractContextManager, ExitStack

from rich.logging import RichHandler
from rich.text import Text

from approvals import wiring
from approvals.cli import output
from approvals.cli.database import upgrade
from approvals.cli.engine_room import interruptible, kept_log, quiet_prefect, run_until_signal, undisturbed
from approvals.cli.output import facts, say
from approvals.services.users import everybody
from approvals.settings import Settings
from approvals.store import outbox_queries
from approvals.store.engine import address_without_password, ping
from approvals.store.notifications import somebody_listens
from approvals.wiring import Parts


def up() -> None:
    """Run everything: database, Prefect server, the desk, the machine that carries cases. Ctrl-C stops it.

    What is yours already is used instead: a database named by APPROVALS_DATABASE_URL, a Prefect server named by
    PREFECT_API_URL. However this command ends, no case is lost; start it again and all go on.

    Example: `approvals up`
    """
    settings = Settings()
    log = settings.home.absolute() / "approvals.log"
    with interruptible(), kept_log(log, on_screen=_warnings()):
        started = ExitStack()
        try:
            _start(settings, started)
        except KeyboardInterrupt:
            say()
        finally:
            with undisturbed():
                say("Stopping; every case is kept …")
                started.close()
    say("Stopped. `approvals up` goes on where it was.")


def _start(settings: Settings, started: ExitStack) -> None:
    """Start everything, each part entered into `started`, and run until somebody wants us to stop."""
    say("Starting the database …" if settings.database_url is None else "Looking for the database …")
    parts = started.enter_context(wiring.parts(settings))
    done = upgrade(parts)
    if done.before != done.after:
        say(f"The tables are at {done.after} now.")
    if done.published_policy:
        say("The policy was published, as none was in force.")
    if done.published_templates:
        say(f"{len(done.published_templates)} templates of agreements were published, as they had no version yet.")
    say("Starting the Prefect server …" if not settings.prefect_api_url else "Looking for the Prefect server …")
    api_url = started.enter_context(wiring.prefect_api(parts))
    quiet_prefect()
    desk = started.enter_context(_served_desk(parts))
    _greet(parts, api_url, desk)
    asyncio.run(run_until_signal(parts))


def _served_desk(parts: Parts) -> AbstractContextManager[str]:
    settings = parts.settings
    # Only this command needs what serves pages; all others begin half a second earlier without it.
    from approvals.cli.doors import build_doors
    from approvals.desk.serving import served

    return served(
        build_doors(parts),
        host=settings.desk_host,
        port=settings.desk_port,
        trusted_proxies=settings.trusted_proxies,
    )


def _warnings() -> logging.Handler:
    handler = RichHandler(
        level=logging.WARNING,
        console=output.error_console(),
        show_path=False,
        show_level=False,
        markup=False,
        log_time_format="%H:%M:%S",
    )
    handler.setFormatter(_SentenceOnly())
    return handler


class _SentenceOnly(logging.Formatter):
    """The file keeps the traceback; a person at the screen gets the sentence."""

    def format(self, record: logging.LogRecord) -> str:
        return record.getMessage()


def _greet(parts: Parts, api_url: str, desk: str) -> None:
    settings = parts.settings
    people = everybody(parts.store)
    with parts.store.session() as session:
        waiting = outbox_queries.machine_work_waiting(session)
    say()
    say(Text("Partnership Approvals is running.", style="bold green"))
    where = "embedded in the home folder" if parts.prefect_database_url else address_without_password(parts.store)
    runner = "Prefect workers run the cases" if parts.runner_is_elsewhere else "this process runs the cases"
    facts(
        [
            ("Desk", settings.desk_url or desk),
            ("Prefect dashboard", api_url.removesuffix("/api")),
            ("Database", f"PostgreSQL {ping(parts.store)}, {where}"),
            ("Runner", f"{settings.runner}: {runner}"),
            ("Home", settings.home.absolute()),
            ("Log", settings.home.absolute() / "approvals.log"),
            ("Left to do", f"{waiting} cases the machine now goes on with" if waiting else None),
            (
                "Mind",
                "another `approvals up` serves this database already" if somebody_listens(parts.store) else None,
            ),
        ]
    )
    say()
    _say_what_first(parts, bool(people))
    say("Stop with Ctrl-C.")


def _say_what_first(parts: Parts, anybody: bool) -> None:
    if parts.runner_is_elsewhere:
        say("The workers, once for each Prefect server and then on any machine:")
        say("    prefect work-pool create approvals --type process && prefect deploy --all")
        say("    prefect worker start --pool approvals")
    if not anybody:
        say("Nobody is entered yet. In another terminal, in this folder, begin with yourself:")
        say('    approvals user add YOU@EXAMPLE.ORG --name "YOUR NAME" --office HQ --role administrator')
        say("    export APPROVALS_USER=YOU@EXAMPLE.ORG")
        if parts.settings.passwords_are_offered:
            say("    approvals user invite YOU@EXAMPLE.ORG     # a code to set your password with")
        say("then add colleagues, and `approvals doctor` says what else is missing.")
    else:
        say(
            "In another terminal, in this folder: `approvals task list`, `approvals submit FILE`, `approvals doctor`."
        )
