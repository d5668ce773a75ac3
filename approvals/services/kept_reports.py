"""Turnaround reports, kept until something new is counted: nothing in them can change before.

A report is made of what the sweep has counted of the trail, of the days of the offices, and of when policies were
published. What tells one state of these from the next is read each time somebody asks. So a kept report says what one
made at that moment would, and only who may see the same offices gets the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlmodel import Session

from approvals.reporting.measuring import Asked
from approvals.reporting.turnaround import Turnaround, turnaround
from approvals.store.engine import Store
from approvals.store.policy_queries import publications_in_all
from models.times import CountedUpTo

MOST_KEPT = 30
Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class KeptReport:
    """A report with what was made of it, such as its tables on a page."""

    report: Turnaround
    _made: dict[Hashable, Any] = field(default_factory=dict)
    _making: RLock = field(default_factory=RLock)

    def counted(self, counted: CountedUpTo | None) -> KeptReport:
        """Return the same, saying when it was counted last."""
        return replace(self, report=replace(self.report, counted_up_to=counted))

    def made(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` gives, made once under this name; it must follow from report and name alone."""
        with self._making:
            if name not in self._made:
                self._made[name] = make()
            made: Made = self._made[name]
            return made


class KeptReports:
    """The reports on one database that were asked for last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, KeptReport] = OrderedDict()
        self._changing = RLock()
        self._making = RLock()

    def report(self, store: Store, asked: Asked, *, smallest_group: int) -> KeptReport:
        """Return the report on what is `asked`, as it is now."""
        with store.session() as session:
            counted, basis = _basis(session)
        kept = self._find((basis, asked, smallest_group))
        if kept is not None:
            return kept.counted(counted)
        with self._making:  # one at a time: it takes seconds, and others who wait want mostly the same
            return self._made(store, asked, smallest_group)

    def _made(self, store: Store, asked: Asked, smallest_group: int) -> KeptReport:
        with store.session() as session:
            # All of it as it was at one moment, so that the figures are those of the basis under which they are kept.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            counted, basis = _basis(session)
            key = (basis, asked, smallest_group)
            kept = self._find(key)
            if kept is None:
                kept = KeptReport(turnaround(session, asked, smallest_group=smallest_group))
                self._keep(key, kept)
            return kept.counted(counted)

    def _find(self, key: Hashable) -> KeptReport | None:
        with self._changing:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: Hashable, report: KeptReport) -> None:
        with self._changing:
            self._kept[key] = report
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


def _basis(session: Session) -> tuple[CountedUpTo | None, Hashable]:
    """Return how far the trail is counted, and what tells the state every figure follows from apart from others."""
    counted = session.get(CountedUpTo, 1)
    return counted, (counted and (counted.seq, counted.calendars), publications_in_all(session))


_by_database: WeakKeyDictionary[Engine, KeptReports] = WeakKeyDictionary()


def kept_reports(store: Store) -> KeptReports:
    """Return the reports kept of this database."""
    return _by_database.setdefault(store.engine, KeptReports())
