"""The key of a figure: what was counted, and of which cases. With it the cases behind the figure can be fetched.

Written out, a key is what was counted and then one condition after the other, as in
`stage/stage=consultation/office=AO-DAKAR/since=2026-01-01`; so it can stand in an address and in a command.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from approvals.errors import Fault, Faulty

SINCE, UNTIL = "since", "until"


@dataclass(frozen=True)
class Period:
    """The days that count, both included; None: from the beginning, or to the end."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Key:
    """What is counted, the conditions a counted row meets, and the days that count."""

    population: str
    where: tuple[tuple[str, str], ...] = ()
    period: Period = field(default_factory=Period)

    def but(self, dimension: str, value: str) -> Key:
        """Return this key with one more condition."""
        return replace(self, where=(*self.where, (dimension, value)))

    def of(self, population: str) -> Key:
        """Return a key of the same cases for something else that is counted."""
        return replace(self, population=population)

    def __str__(self) -> str:
        days = ((SINCE, self.period.since), (UNTIL, self.period.until))
        conditions = [*self.where, *((name, day.isoformat()) for name, day in days if day)]
        return "/".join([self.population, *(f"{name}={value}" for name, value in conditions)])


def read_key(written: str) -> Key:
    """Return the key that is written so. Raises `Faulty` if it cannot be read."""
    population, *conditions = written.strip().split("/")
    where, days = [], {}
    for condition in conditions:
        name, equals, value = condition.partition("=")
        if not equals or not value:
            raise unreadable(written, f"«{condition}» is no condition; write it as office=AO-DAKAR")
        if name in (SINCE, UNTIL):
            days[name] = _day(written, value)
        else:
            where.append((name, value))
    return Key(population, tuple(where), Period(days.get(SINCE), days.get(UNTIL)))


def _day(written: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as exc:
        raise unreadable(written, f"«{value}» is no day; write it as 2026-03-01") from exc


def unreadable(written: str, why: str) -> Faulty:
    """Return the refusal of a key that means nothing, with what is wrong with it."""
    return Faulty(f"There is no figure «{written}».", [Fault("key", why)])
