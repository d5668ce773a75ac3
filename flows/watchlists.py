"""Scheduled: lists fetched from their publishers, and an alarm for those that have grown too old."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import TypeVar

from prefect import flow, get_run_logger, task
from prefect.artifacts import acreate_table_artifact

from approvals.services.list_alarm import tell_of_stale_lists
from approvals.services.list_fetching import due_lists, fetch_list, note_failure
from approvals.services.rescreening import rescreen_due
from approvals.wiring import lasting_parts
from flows.approval import in_words
from models.base import now_utc

T = TypeVar("T")


@flow(name="watch-lists", flow_run_name="watch lists", persist_result=False)
async def watch_lists() -> str:
    """Fetch the lists that are due, one after the other, tell of those that are too old, and say what came of it."""
    parts = lasting_parts()
    every = timedelta(hours=parts.settings.fetch_lists_every_hours)
    due = await asyncio.to_thread(due_lists, parts.store, parts.settings.list_addresses, now=now_utc(), every=every)
    said = [await fetch_one(source) for source in due]
    for line in said:
        get_run_logger().info(line)
    if said:
        await acreate_table_artifact(
            key="lists", description="Lists fetched", table=[{"what came of it": line} for line in said]
        )
    told = await asyncio.to_thread(tell_of_stale_lists, parts.store, now=now_utc())
    compared = await rescreen_partners()
    return f"{len(said)} lists fetched, {told} too old, {compared} compared with live partners"


@task(name="rescreen partners")
async def rescreen_partners() -> int:
    """Compare live partners with the lists that have changed, and return how many lists that were.

    Without retries: what was cut off goes on at the next run.
    """
    parts = lasting_parts()
    results = await _apart(lambda: rescreen_due(parts.store, now=now_utc()))
    for one in results:
        get_run_logger().info(f"{one.source}: {one.entries} new entries, {one.cases} live cases, {one.hits} new hits")
    return len(results)


@task(name="fetch list", task_run_name="fetch {source}")
async def fetch_one(source: str) -> str:
    """Fetch the list and say what came of it. Without retries: a list that failed is due again at the next run."""
    parts = lasting_parts()
    try:
        address = parts.settings.list_addresses[source]
        result = await _apart(lambda: fetch_list(parts.store, source, address, now=now_utc()))
        return f"{source}: {result.outcome}. {result.said}"
    except Exception as exc:
        problem = in_words(exc)
        await asyncio.to_thread(note_failure, parts.store, source, problem, now=now_utc())
        return f"{source}: failed. {problem}"


def _apart(call: Callable[[], T]) -> Awaitable[T]:
    """Return what `call` gives, made in a thread that nobody waits for at the end of the process.

    A publisher may take minutes, and `approvals up` must stop in seconds; what is cut off leaves nothing behind.
    """
    done: Future[T] = Future()
    done.set_running_or_notify_cancel()

    def work() -> None:
        try:
            done.set_result(call())
        except Exception as exc:
            done.set_exception(exc)

    threading.Thread(target=work, name="fetch", daemon=True).start()
    return asyncio.wrap_future(done)
