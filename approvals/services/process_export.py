"""Handing events to process mining, people by number unless names are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlmodel import Session

from approvals.casework.rights import Right, require
from approvals.errors import Fault, Faulty
from approvals.reporting.process_logs import Entry, Thing, ocel, xes
from approvals.services.transaction import transaction
from approvals.store import export_queries
from approvals.store.bundle_queries import read_at_one_moment
from approvals.store.engine import Store
from approvals.store.export_queries import LoggedEvent
from models.user import User


class LogFormat(StrEnum):
    """A format process mining reads."""

    OCEL = "ocel"
    XES = "xes"


def export_events(
    store: Store, out: Path, log_format: LogFormat, *, since: datetime | None, named: bool, by: User, now: datetime
) -> None:
    """Write the events since a moment, or all, into the file `out`; the trail notes who asked.

    Raises `NotAllowed` if `by` may not, `Faulty` if the file cannot be written.
    """
    require(by, Right.EXPORT_TRAIL)
    with store.session() as session:
        read_at_one_moment(session)
        try:
            with out.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(_pieces(session, log_format, since, named))
        except OSError as exc:
            raise Faulty("Nothing was exported.", [Fault("--out", f"{out}: {exc.strerror}")]) from exc
    with transaction(store, now=now) as act:
        payload = {"format": log_format, "since": since.isoformat() if since else None, "named": named}
        act.record("EventsExported", by=by.id, payload=payload)


def _pieces(session: Session, log_format: LogFormat, since: datetime | None, named: bool) -> Iterator[str]:
    if log_format is LogFormat.XES:
        return xes(_entry(event) for event in export_queries.logged_by_case(session, since=since))
    things = (
        Thing(thing.name, thing.kind, thing.at, thing.values, thing.belongs_to)
        for thing in export_queries.logged_things(session, named=named)
    )
    events = (_entry(event) for event in export_queries.logged_events(session, since=since))
    return ocel(export_queries.kinds_of_events(session), things, events)


def _entry(event: LoggedEvent) -> Entry:
    about = {
        event.case: "case",
        event.partner: "partner",
        f"task-{event.task}" if event.task else None: "task",
        f"agreement-{event.agreement}" if event.agreement else None: "agreement",
        _person(event.on_behalf_of): "for",
        _person(event.actor): "by",
    }
    values = {"slot": event.slot, "outcome": event.outcome, "from": event.came_from, "to": event.went_to}
    return Entry(
        name=f"event-{event.seq}",
        kind=event.kind,
        at=event.at,
        values={name: value for name, value in values.items() if value is not None},
        about={name: part for name, part in about.items() if name is not None},
        trace=event.case,
        resource=_person(event.actor),
    )


def _person(number: int | None) -> str | None:
    return f"person-{number}" if number else None
