"""Running the machine in this process: signals, logs, relay and sweep. Used by `up` and `demo`."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

from approvals.errors import SourceUnavailable
from approvals.runner.relay import every
from approvals.services.sweep import ask_again
from approvals.services.transaction import ADVANCE_CHANNEL
from approvals.store.notifications import Listener
from approvals.wiring import Parts
from models.base import now_utc

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LAST_RUNS_SECONDS = 8.0
"""How long runs that have begun may go on after we were asked to stop; what is cut off is asked for again."""

LISTS_EVERY_SECONDS = 3600.0
"""How often lists are looked after. Each is fetched when it is due, so a failure is tried again within the hour."""

REPORTS_EVERY_SECONDS = 3600.0
"""How often is looked whether a report is due."""

log = logging.getLogger(__name__)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let every wish to stop arrive as KeyboardInterrupt, so that whatever was started is stopped in order."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let nobody interrupt us while we put things away; it takes seconds."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def kept_log(file: Path, *, on_screen: logging.Handler | None = None) -> Iterator[None]:
    """Write what our own parts say to `file`, and their warnings to `on_screen` besides."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        to_file = RotatingFileHandler(file, maxBytes=5_000_000, backupCount=3, encoding="utf-8")
    except OSError as exc:
        raise SourceUnavailable(
            f"The log {file} cannot be written: {exc.strerror}. Let APPROVALS_HOME name a folder you may write to."
        ) from exc
    to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    ours = logging.getLogger("approvals")
    level, propagate = ours.level, ours.propagate
    handlers = [to_file] if on_screen is None else [to_file, on_screen]
    ours.setLevel(logging.INFO)
    ours.propagate = False
    for handler in handlers:
        ours.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            ours.removeHandler(handler)
        ours.setLevel(level)
        ours.propagate = propagate
        to_file.close()


def quiet_prefect() -> None:
    """Keep Prefect's tracebacks off the screen; its dashboard shows them. Before Prefect is imported."""
    os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"


async def run_machine(parts: Parts, stop: asyncio.Event) -> None:
    """Carry cases on until `stop` is set; then let begun runs end, and cut off those that take long.

    Raises whatever ended the relay, which outlives everything foreseen.
    """
    # Whoever was asked before us is gone: this process is new, and running a case twice does no harm.
    await asyncio.to_thread(ask_again, parts.store, now=now_utc(), lost_after=timedelta(0))
    with Listener(parts.store, ADVANCE_CHANNEL) as listener:
        work = [asyncio.create_task(parts.relay(listener).run(stop))]
        if (sweep := parts.sweep()) is not None:
            work.append(asyncio.create_task(every(parts.settings.sweep_every_seconds, sweep, stop=stop)))
        if (watch_lists := parts.watch_lists()) is not None:
            work.append(asyncio.create_task(every(LISTS_EVERY_SECONDS, watch_lists, stop=stop)))
        if (write_reports := parts.write_reports()) is not None:
            work.append(asyncio.create_task(every(REPORTS_EVERY_SECONDS, write_reports, stop=stop)))
        asked_to_stop = asyncio.create_task(stop.wait())
        await asyncio.wait([*work, asked_to_stop], return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        _, late = await asyncio.wait(work, timeout=LAST_RUNS_SECONDS)
        for task in late:
            log.warning("A run took too long to end and was cut off; it is asked for again at the next start.")
            task.cancel()
        await asyncio.wait(work)
        await parts.settle()
        for task in work:
            if not task.cancelled() and (failure := task.exception()) is not None:
                raise failure


async def run_until_signal(parts: Parts) -> None:
    """Run the machine until somebody presses Ctrl-C or the system asks us to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOPPING:
        loop.add_signal_handler(number, stop.set)
    await run_machine(parts, stop)
