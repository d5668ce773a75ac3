"""Asking the database for counts and times of a population, and for the list behind a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from approvals.reporting.keys import Key, Period, unreadable
from approvals.reporting.populations import OLDER_THAN, POPULATIONS, Population, Source, population_of
from approvals.reporting.spread import Spread, spread

ALL = ""
"""The label of a figure about everything asked for."""


@dataclass(frozen=True)
class Asked:
    """What a report is about: the days and cases that count, and how far the reader sees."""

    today: date
    period: Period = field(default_factory=Period)
    where: tuple[tuple[str, str], ...] = ()
    offices: tuple[str, ...] | None = None
    """Codes of the offices whose cases the reader may see; None: of all."""

    def key(self, population: str) -> Key:
        """Return the key of everything asked for in `population`."""
        return Key(population, self.where, self.period)

    def at_any_time(self) -> Asked:
        """Return the same without a limit to the days that count."""
        return replace(self, period=Period())


@dataclass(frozen=True)
class Figure:
    """A count and the times behind it, with the key by which its cases can be fetched."""

    key: Key
    label: str
    count: int
    working_days: Spread | None = None
    calendar_days: Spread | None = None
    hours: Spread | None = None


@dataclass(frozen=True)
class Cell:
    """What was asked about the rows of one combination of labels, by name."""

    labels: tuple[Any, ...]
    found: Mapping[str, Any]


def cells(
    session: Session, asked: Asked, source: Source, by: Sequence[str], wanted: Mapping[str, tuple[str, str]]
) -> list[Cell]:
    """Return, for each combination of the SQL expressions `by`, what is `wanted`: name, population and aggregate.

    All of it in one pass over the rows of `source`, however many populations are asked about.
    """
    values: dict[str, Any] = {}
    aggregates, any_of = [], dict[str, None]()
    for population, aggregate in wanted.values():
        where, bound = conditions(asked, POPULATIONS[population], asked.key(population))
        values |= bound
        any_of[f"({where})"] = None
        aggregates.append(f"{aggregate} FILTER (WHERE {where})")
    grouped = f"GROUP BY {', '.join(by)}" if by else ""
    query = (
        f"SELECT {', '.join([*by, *aggregates])} FROM {source.tables} "  # noqa: S608  # words of ours
        f"WHERE {' OR '.join(any_of)} {grouped}"
    )
    return [
        Cell(tuple(row[: len(by)]), dict(zip(wanted, row[len(by) :], strict=True)))
        for row in _rows(session, query, values)
    ]


def labels_of(population: str, dimension: str) -> str:
    """Return the SQL expression by which the rows of a population are told apart."""
    return _told_apart(POPULATIONS[population], dimension)


def day_figures(session: Session, asked: Asked, name: str, by: Sequence[str]) -> dict[str, tuple[Figure, ...]]:
    """Return the figures of a population measured in days, by each of the dimensions `by`, and under `ALL` the whole.

    Labels are in rising order. Nothing is there for what has no row.
    """
    population, key = POPULATIONS[name], asked.key(name)
    where, values = conditions(asked, population, key)
    labels = [_told_apart(population, dimension) for dimension in by]
    query = (
        f"SELECT {', '.join([population.halves or '', population.days or 'NULL', *labels])} "  # noqa: S608  # words of ours
        f"FROM {population.source.tables} WHERE {where}"
    )
    found = [tuple(row) for row in _rows(session, query, values)]
    halves, days = _by_label(found, by, 0), _by_label(found, by, 1) if population.days else {}
    return {
        dimension: tuple(
            day_figure(
                key.but(dimension, label) if dimension else key, label, times, days.get(dimension, {}).get(label)
            )
            for label, times in sorted(labelled.items())
        )
        for dimension, labelled in halves.items()
    }


def _by_label(rows: list[tuple[Any, ...]], by: Sequence[str], place: int) -> dict[str, dict[str, list[int]]]:
    """Return the times that stand at `place` of the rows by dimension and label, each in rising order."""
    rows.sort(key=itemgetter(place))  # once for all labels: each of them then comes to its times in order
    times = [row[place] for row in rows]
    found: dict[str, dict[str, list[int]]] = {ALL: {ALL: times} if times else {}}
    for number, dimension in enumerate(by, start=2):
        labelled: dict[str, list[int]] = defaultdict(list)
        for row, time in zip(rows, times, strict=True):
            labelled[row[number]].append(time)
        found[dimension] = labelled
    return found


def day_figure(key: Key, label: str, halves: Sequence[int], days: Sequence[int] | None = None) -> Figure:
    """Return the figure of times given in rising order: half working days, and days of the calendar."""
    return Figure(
        key, label, len(halves), working_days=spread(halves, per_unit=2), calendar_days=spread(days) if days else None
    )


def hour_figure(key: Key, label: str, parts: Sequence[Sequence[int]]) -> Figure:
    """Return the figure of times in seconds, given in `parts` that are each in rising order."""
    # Sorting what consists of sorted parts only merges them.
    seconds = parts[0] if len(parts) == 1 else sorted(chain.from_iterable(parts))
    return Figure(key, label, len(seconds), hours=spread(seconds, per_unit=3600))


def counts(session: Session, asked: Asked, name: str, by: str) -> tuple[Figure, ...]:
    """Return how many rows of a population there are by the dimension `by`, labels in rising order."""
    population, key = POPULATIONS[name], asked.key(name)
    where, values = conditions(asked, population, key)
    query = (
        f"SELECT {_told_apart(population, by)}, count(*) "  # noqa: S608  # words of ours
        f"FROM {population.source.tables} WHERE {where} GROUP BY 1 ORDER BY 1"
    )
    return tuple(Figure(key.but(by, str(row[0])), str(row[0]), row[1]) for row in _rows(session, query, values))


def count(session: Session, asked: Asked, key: Key) -> int:
    """Return how many rows `key` counts. Raises `Faulty` if the key means nothing."""
    population = population_of(key)
    where, values = conditions(asked, population, key)
    query = f"SELECT count(*) FROM {population.source.tables} WHERE {where}"  # noqa: S608  # words of ours
    return int(session.connection().execute(text(query), values).scalar_one())


@dataclass(frozen=True)
class Listing:
    """The rows behind a figure, with the names of their columns."""

    key: Key
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def behind(session: Session, asked: Asked, key: Key) -> Listing:
    """Return the rows behind the figure of `key`, case by case, as far as the reader may see them.

    Raises `Faulty` if the key means nothing.
    """
    population = population_of(key)
    where, values = conditions(asked, population, key)
    shown = population.source.columns
    query = (
        f"SELECT {', '.join(shown.values())} FROM {population.source.tables} WHERE {where} "  # noqa: S608  # words of ours
        f"ORDER BY {population.source.order}"
    )
    found = _rows(session, query, values)
    return Listing(key, population.title, tuple(shown), tuple(tuple(row) for row in found))


def conditions(asked: Asked, population: Population, key: Key) -> tuple[str, dict[str, Any]]:
    """Return the SQL condition a row of `key` meets, and its values. Raises `Faulty` if the key means nothing."""
    parts, values = [population.where], dict[str, Any](today=asked.today)
    for number, (dimension, value) in enumerate(key.where):
        if dimension == OLDER_THAN and population.age:
            parts.append(f"{population.age} > CAST(:older_{number} AS numeric)")
            values[f"older_{number}"] = _halves(key, value)
        else:
            parts.append(f"{_told_apart(population, dimension)} = :value_{number}")
            values[f"value_{number}"] = value
    for name, day, sign in (("since", key.period.since, ">="), ("until", key.period.until, "<=")):
        if day is not None:
            parts.append(f"{population.counted_on} {sign} CAST(:{name} AS date)")
            values[name] = day
    if asked.offices is not None:
        parts.append("c.office_code = ANY(CAST(:offices AS text[]))")
        values["offices"] = list(asked.offices)
    needed = " ".join(parts) + population.source.tables
    return " AND ".join(parts), {name: value for name, value in values.items() if f":{name}" in needed}


def _halves(key: Key, working_days: str) -> Decimal:
    try:
        return 2 * Decimal(working_days)
    except InvalidOperation as exc:
        raise unreadable(str(key), f"«{working_days}» is no number of working days") from exc


def _told_apart(population: Population, dimension: str) -> str:
    expression = population.expression(dimension)
    assert expression is not None
    return expression


def _rows(session: Session, query: str, values: Mapping[str, Any]) -> Sequence[Any]:
    return session.connection().execute(text(query), values).all()
