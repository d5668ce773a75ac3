"""Figures about where the time goes, computed by the database from the trail of events and from nothing else.

A stage begins with the event that led into it and ends with the event that led out; so a change of the program or of
the policy changes no figure of the past. Working days are those after the day of entry up to the day of leaving, as
in `casework.calendar`, without weekends and the closed days of the case's office in the newest policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session


@dataclass(frozen=True)
class Spread:
    """How something measured in time is spread: half lies below the median, 85, 90 and 95 of 100 below the others."""

    median: float
    p85: float
    p90: float
    p95: float


@dataclass(frozen=True)
class StageTimes:
    """How long cases stayed in a stage: those that left it, and those that are in it now."""

    stage: str
    left: int
    working_days: Spread | None
    """None when no case has left the stage yet."""
    hours: Spread | None
    open: int
    oldest_open_working_days: int | None
    """Age of the case that has been in the stage longest, None when none is in it."""


@dataclass(frozen=True)
class LeadTimes:
    """How long cases took from submission to the stage `ending`."""

    ending: str
    cases: int
    working_days: Spread
    hours: Spread


@dataclass(frozen=True)
class StageSpan:
    """One stay of a case in a stage; `left_at` is None while it is there."""

    reference: str
    stage: str
    entered_at: datetime
    left_at: datetime | None


# The stays of new partnerships, of amendments, or of both: `entered` is when the event led into the stage.
_STAYS = """
    WITH moves AS (
        SELECT seq, case_id, at, coalesce(payload->>'to', payload->>'stage') AS stage
        FROM event
        WHERE case_id IS NOT NULL AND (payload ? 'to' OR kind = 'ProposalSubmitted')
    ),
    stays AS (
        SELECT m.seq, c.reference, c.office_code, m.case_id, m.stage, m.at AS entered,
               lead(m.at) OVER (PARTITION BY m.case_id ORDER BY m.seq) AS left_at
        FROM moves m JOIN approval_case c ON c.id = m.case_id
        WHERE CAST(:amendments AS boolean) IS NULL OR (c.amends IS NOT NULL) = CAST(:amendments AS boolean)
    ),
    closed AS (
        SELECT office->>'code' AS office_code, day::date
        FROM (SELECT content
              FROM policy_version JOIN policy_publication ON policy_hash = sha256
              WHERE published_at IS NOT NULL
              ORDER BY published_at DESC, id DESC LIMIT 1) newest,
             jsonb_array_elements(content->'organisation'->'offices') office,
             jsonb_array_elements_text(office->'closed_on') day
    )
"""

_WORKING_DAYS = """
    (SELECT count(*) FROM generate_series(({start} AT TIME ZONE 'UTC')::date + 1,
                                          ({end} AT TIME ZONE 'UTC')::date, interval '1 day') AS d(day)
     WHERE extract(isodow FROM d.day) < 6
       AND NOT EXISTS (SELECT FROM closed WHERE closed.office_code = {office} AND closed.day = d.day::date))
"""

_SPREAD = "percentile_cont(ARRAY[0.5, 0.85, 0.9, 0.95]) WITHIN GROUP (ORDER BY {measure})"


def stage_times(session: Session, *, now: datetime, amendments: bool | None = None) -> list[StageTimes]:
    """Return how long cases stayed in each stage where any has been, in the order cases first came to them.

    Ends and the time in force are not counted: nobody waits there. Only `amendments`, whose way is shorter, or only
    new partnerships; None counts both.
    """
    days = _WORKING_DAYS.format(start="entered", end="coalesce(left_at, :now)", office="stays.office_code")
    query = f"""{_STAYS},
        measured AS (
            SELECT seq, stage, left_at, {days} AS days, extract(epoch FROM left_at - entered) / 3600 AS hours
            FROM stays WHERE stage NOT IN ({_ENDINGS})
        )
        SELECT stage, count(left_at) AS gone,
               {_SPREAD.format(measure="days")} FILTER (WHERE left_at IS NOT NULL) AS days,
               {_SPREAD.format(measure="hours")} FILTER (WHERE left_at IS NOT NULL) AS hours,
               count(*) FILTER (WHERE left_at IS NULL) AS still,
               max(days) FILTER (WHERE left_at IS NULL) AS oldest
        FROM measured GROUP BY stage ORDER BY min(seq)
    """  # noqa: S608  # made of the constants above
    return [
        StageTimes(row.stage, row.gone, _spread(row.days), _spread(row.hours), row.still, row.oldest)
        for row in _rows(session, query, now=now, amendments=amendments)
    ]


def lead_times(session: Session, *, amendments: bool | None = None) -> list[LeadTimes]:
    """Return how long cases took from submission to being in force or to their end, most frequent ending first.

    `amendments` as in `stage_times`.
    """
    days = _WORKING_DAYS.format(start="submitted_at", end="entered", office="stays.office_code")
    query = f"""{_STAYS},
        measured AS (
            SELECT DISTINCT ON (stays.case_id) stays.stage, {days} AS days,
                   extract(epoch FROM entered - submitted_at) / 3600 AS hours
            FROM stays JOIN approval_case c ON c.id = stays.case_id
            WHERE stays.stage IN ({_ENDINGS}) ORDER BY stays.case_id, seq
        )
        SELECT stage, count(*) AS cases, {_SPREAD.format(measure="days")} AS days,
               {_SPREAD.format(measure="hours")} AS hours
        FROM measured GROUP BY stage ORDER BY count(*) DESC, stage
    """  # noqa: S608  # made of the constants above
    spreads = ((row, _spread(row.days), _spread(row.hours)) for row in _rows(session, query, amendments=amendments))
    return [LeadTimes(row.stage, row.cases, days, hours) for row, days, hours in spreads if days and hours]


def stage_spans(session: Session) -> list[StageSpan]:
    """Return every stay of every case in a stage, case by case in the order they happened."""
    query = f"{_STAYS} SELECT reference, stage, entered, left_at FROM stays ORDER BY case_id, seq"  # noqa: S608  # a constant
    return [
        StageSpan(row.reference, row.stage, row.entered, row.left_at)
        for row in _rows(session, query, amendments=None)
    ]


_ENDINGS = "'in_force', 'effective', 'stopped', 'declined', 'withdrawn', 'lapsed', 'ended', 'discarded'"


def _rows(session: Session, query: str, **values: Any) -> Sequence[Row[Any]]:
    return session.connection().execute(text(query), values).all()


def _spread(values: Sequence[float] | None) -> Spread | None:
    return Spread(*(float(value) for value in values)) if values else None
