"""Counting where the time went: the projection in `models.times`, written by one statement from the trail.

Numbers of events have no gaps and become visible in their order, as the chain is locked until its writer commits. So
"counted up to event 4711" is all that need be remembered: cases with later events are counted anew as a whole, by the
same statement that counts everything from scratch. Acts of people pay nothing for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session, func, select

from approvals.store.queries import lock_key
from models.case import ENDS, Stage
from models.event import Event
from models.times import CountedUpTo, OfficeDay

PROJECTION = ("case_time", "stage_time", "task_time")


@dataclass(frozen=True)
class OfficeDays:
    """When an office works: its time zone, and how many half working days (0, 1 or 2) a day of it has."""

    office_code: str
    zone: str
    halves_on: Callable[[date], int]
    made_from: str
    """What the calendar says, in any form: when this differs, everything is counted anew."""


@dataclass(frozen=True)
class Counted:
    """How far the trail is counted, and how many cases were counted for it just now; None: all of them."""

    seq: int
    cases: int | None


def catch_up(session: Session, offices: Sequence[OfficeDays], *, now: datetime) -> Counted:
    """Count what happened since the last time and return how far that is; all anew if a calendar has changed.

    One at a time; a second caller waits, and then finds little to do.
    """
    lock_key(session, "where the time went")
    head = session.exec(select(func.max(Event.seq))).one() or 0
    counted = session.get(CountedUpTo, 1, populate_existing=True)
    first, last = _days_to_keep(session, now)
    calendars = _digest(offices, first, last)
    if counted is None or counted.calendars != calendars:
        _keep_days(session, offices, first, last)
        cases = None
    else:
        cases = _cases_after(session, counted.seq)
    if cases is None or cases:
        count(session, offices, cases=cases)
    session.merge(CountedUpTo(id=1, seq=head, at=now, calendars=calendars))
    session.flush()
    return Counted(head, None if cases is None else len(cases))


def count(session: Session, offices: Sequence[OfficeDays], *, cases: Sequence[int] | None) -> None:
    """Count `cases` from their events in place of what was counted of them before; None counts every case."""
    connection = session.connection()
    of_cases = "TRUE" if cases is None else "{0}.case_id = ANY(CAST(:cases AS bigint[]))"
    statement = _COUNT.replace("{of_cases}", of_cases.format("e")).replace("{ends}", _ENDS)
    values = {"zones": json.dumps([{"office_code": one.office_code, "zone": one.zone} for one in offices])}
    of_these: dict[str, Any] = {} if cases is None else {"cases": list(cases)}
    for table in PROJECTION:
        old = f"DELETE FROM {table} WHERE {of_cases.format(table)}"  # noqa: S608  # names of ours
        connection.execute(text(old), of_these)
    connection.execute(text(statement), values | of_these)


def _cases_after(session: Session, seq: int) -> list[int]:
    query = select(Event.case_id).where(Event.seq > seq, Event.case_id != None).distinct()  # noqa: E711  # SQL's null
    return [number for number in session.exec(query) if number is not None]


def _days_to_keep(session: Session, now: datetime) -> tuple[date, date]:
    """Return the day before the first event's year, and the last day of the next year."""
    began = session.exec(select(func.min(Event.at))).one() or now
    return date(began.year - 1, 12, 31), date(now.year + 1, 12, 31)


def _digest(offices: Sequence[OfficeDays], first: date, last: date) -> str:
    made_from = sorted((one.office_code, one.zone, one.made_from) for one in offices)
    return hashlib.sha256(repr((made_from, first, last)).encode()).hexdigest()


def _keep_days(session: Session, offices: Sequence[OfficeDays], first: date, last: date) -> None:
    session.connection().execute(text("DELETE FROM office_day"))
    rows = [
        {"office_code": office.office_code, "day": day, "halves": halves}
        for office in offices
        for day, halves in _added_up(office, first, last)
    ]
    if rows:
        session.connection().execute(insert(OfficeDay), rows)


def _added_up(office: OfficeDays, first: date, last: date) -> Iterator[tuple[date, int]]:
    """Yield each day with the half working days from the first to its end."""
    total = 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        total += office.halves_on(day)
        yield day, total


_ENDS = f"({', '.join(repr(str(stage)) for stage in Stage if stage in ENDS or stage is Stage.IN_FORCE)})"

# Working days between two days are the difference of two numbers of `office_day`: the day of the beginning does not
# count. With the partner is the time in which tasks by which an officer waits for the partner were open and none of
# ours was, as the clock of a case has it, and that in which the clock stood because the partner was asked.
_COUNT = """
WITH zone AS (
    SELECT * FROM jsonb_to_recordset(CAST(:zones AS jsonb)) AS z(office_code text, zone text)
),
the_case AS MATERIALIZED (
    SELECT e.case_id, e.reference, e.amendment, e.office_code, coalesce(zone.zone, 'UTC') AS zone, e.submitted_at,
           p.content->>'level' AS level, p.content->'partner'->>'kind' AS partner_kind, p.content->>'funds' AS funds,
           (SELECT a.family FROM agreement a WHERE a.case_id = e.case_id ORDER BY a.version LIMIT 1) AS family
    FROM (SELECT id AS case_id, reference, amends IS NOT NULL AS amendment, office_code, submitted_at
          FROM approval_case) e
    JOIN proposal p ON p.case_id = e.case_id AND p.version = 1
    LEFT JOIN zone USING (office_code)
    WHERE {of_cases}
),
moves AS (
    SELECT e.seq, e.case_id, e.at, coalesce(e.payload->>'to', e.payload->>'stage') AS stage,
           coalesce(CAST(e.payload->>'leg' AS integer), 1) AS leg
    FROM event e
    WHERE {of_cases} AND (e.kind = 'ProposalSubmitted' OR e.payload ?& ARRAY['to', 'leg'])
),
stay AS MATERIALIZED (
    SELECT case_id, leg, stage, at AS entered_at, lead(at) OVER way AS left_at, lead(stage) OVER way AS left_for,
           row_number() OVER (PARTITION BY case_id, stage ORDER BY seq) = 1 AS first_stay
    FROM moves WINDOW way AS (PARTITION BY case_id ORDER BY seq)
),
held AS (
    SELECT CAST(e.payload->>'task' AS bigint) AS task_id, e.kind, e.at,
           lead(e.at) OVER (PARTITION BY e.payload->>'task' ORDER BY e.seq) AS until
    FROM event e
    WHERE {of_cases} AND (e.kind IN ('TaskClaimed', 'TaskReleased', 'TaskHandedOver', 'DecisionTaken')
                          OR e.kind = 'TaskEscalated' AND e.payload->>'held_by' IS NOT NULL)
),
taken AS (
    SELECT task_id, min(at) AS claimed_at, count(*) AS times_taken,
           sum(extract(epoch FROM until - at)) AS seconds, max(at) FILTER (WHERE until IS NULL) AS held_since
    FROM held WHERE kind = 'TaskClaimed' GROUP BY task_id
),
told AS (
    SELECT CAST(e.payload->>'task' AS bigint) AS task_id,
           min(e.at) FILTER (WHERE e.kind = 'TaskOpened') AS opened_at,
           count(*) FILTER (WHERE e.kind IN ('TaskReleased', 'TaskHandedOver')) AS times_given_back,
           min(e.at) FILTER (WHERE e.kind IN ('DecisionTaken', 'SilenceAccepted')) AS answered_at,
           bool_or(e.kind = 'SilenceAccepted') AS silent,
           max(e.payload->>'outcome') FILTER (WHERE e.kind IN ('DecisionTaken', 'SilenceAccepted')) AS outcome,
           count(*) FILTER (WHERE e.kind = 'TaskOverdue') AS reminders,
           bool_or(e.kind = 'SubstitutesLetIn') AS let_in,
           bool_or(e.kind = 'TaskEscalated') AS escalated,
           bool_or(e.kind = 'DecisionTaken' AND e.on_behalf_of IS NOT NULL) AS by_substitute
    FROM event e
    WHERE {of_cases} AND e.kind IN ('TaskOpened', 'TaskReleased', 'TaskHandedOver', 'DecisionTaken',
                                    'SilenceAccepted', 'TaskOverdue', 'SubstitutesLetIn', 'TaskEscalated')
    GROUP BY 1
),
a_task AS MATERIALIZED (
    SELECT told.*, taken.claimed_at, coalesce(taken.times_taken, 0) AS times_taken, taken.seconds AS held_seconds,
           taken.held_since, t.due_on, coalesce(t.first_due_on, t.due_on) AS first_due_on,
           t.case_id, t.leg, t.stage, t.kind, t.role, t.office_code,
           c.office_code AS calendar, c.zone,
           coalesce(told.answered_at, stay.left_at) AS closed_at,
           CASE WHEN told.silent THEN 'silence' WHEN told.answered_at IS NOT NULL THEN 'decided'
                WHEN stay.left_at IS NOT NULL THEN 'cancelled' END AS ended
    FROM told JOIN task t ON t.id = told.task_id JOIN the_case c ON c.case_id = t.case_id
    LEFT JOIN stay ON stay.case_id = t.case_id AND stay.leg = t.leg
    LEFT JOIN taken ON taken.task_id = t.id
    WHERE told.opened_at IS NOT NULL
),
stop AS (
    SELECT case_id, kind, e.payload->>'why' AS why, at, lead(at) OVER (PARTITION BY case_id ORDER BY seq) AS until
    FROM event e WHERE {of_cases} AND e.kind IN ('ClockStopped', 'ClockResumed')
),
owed AS (
    SELECT case_id, range_agg(tstzrange(opened_at, closed_at)) FILTER (WHERE with_partner) AS by_partner,
           range_agg(tstzrange(opened_at, closed_at)) FILTER (WHERE NOT with_partner) AS by_us
    FROM (SELECT *, kind IN ('negotiation', 'partner_signature') AS with_partner FROM a_task) t
    WHERE closed_at > opened_at OR closed_at IS NULL
    GROUP BY case_id
    HAVING bool_or(with_partner)
),
with_partner AS (
    SELECT case_id, range_agg(times) AS times
    FROM (SELECT case_id, by_partner - coalesce(by_us, '{}') AS times FROM owed
          UNION ALL
          SELECT case_id, tstzmultirange(tstzrange(at, until)) FROM stop
          WHERE kind = 'ClockStopped' AND why = 'partner_asked') waited
    GROUP BY case_id
),
on_hold AS (
    SELECT case_id, range_agg(tstzrange(at, until)) AS times
    FROM stop WHERE kind = 'ClockStopped' AND why IS DISTINCT FROM 'partner_asked'
    GROUP BY case_id
),
piece AS (
    SELECT s.case_id, s.leg, 'partner' AS what, lower(x) AS since, upper(x) AS until
    FROM stay s JOIN with_partner w USING (case_id),
         unnest(w.times * tstzmultirange(tstzrange(s.entered_at, s.left_at))) x
    UNION ALL
    SELECT s.case_id, s.leg, 'stopped', lower(x), upper(x)
    FROM stay s JOIN on_hold h USING (case_id) LEFT JOIN with_partner w USING (case_id),
         unnest((h.times - coalesce(w.times, '{}')) * tstzmultirange(tstzrange(s.entered_at, s.left_at))) x
),
apart AS (
    SELECT piece.case_id, piece.leg,
           sum(CAST(floor(extract(epoch FROM until - since)) AS integer)) FILTER (WHERE what = 'partner')
               AS partner_seconds,
           sum(u.halves - b.halves) FILTER (WHERE what = 'partner') AS partner_halves,
           sum(CAST(floor(extract(epoch FROM until - since)) AS integer)) FILTER (WHERE what = 'stopped')
               AS stopped_seconds,
           sum(u.halves - b.halves) FILTER (WHERE what = 'stopped') AS stopped_halves
    FROM piece JOIN the_case c USING (case_id)
    -- What has not ended yet is not counted: its end is on no day.
    JOIN office_day b ON b.office_code = c.office_code AND b.day = CAST(since AT TIME ZONE c.zone AS date)
    JOIN office_day u ON u.office_code = c.office_code AND u.day = CAST(until AT TIME ZONE c.zone AS date)
    GROUP BY piece.case_id, piece.leg
),
stays AS (
    INSERT INTO stage_time (case_id, leg, stage, under_way, first_stay, entered_at, entered_on, left_at, left_on,
                            left_for, seconds, halves, partner_seconds, partner_halves, stopped_seconds,
                            stopped_halves)
    SELECT s.case_id, s.leg, s.stage, s.stage NOT IN {ends}, s.first_stay, s.entered_at, b.day, s.left_at, u.day,
           s.left_for,
           CAST(floor(extract(epoch FROM s.left_at - s.entered_at)) AS integer), u.halves - b.halves,
           coalesce(a.partner_seconds, 0), coalesce(a.partner_halves, 0),
           coalesce(a.stopped_seconds, 0), coalesce(a.stopped_halves, 0)
    FROM stay s JOIN the_case c USING (case_id) LEFT JOIN apart a USING (case_id, leg)
    JOIN office_day b ON b.office_code = c.office_code AND b.day = CAST(s.entered_at AT TIME ZONE c.zone AS date)
    LEFT JOIN office_day u ON u.office_code = c.office_code AND u.day = CAST(s.left_at AT TIME ZONE c.zone AS date)
    RETURNING case_id, leg, stage, entered_at, entered_on, partner_seconds, partner_halves, stopped_seconds,
              stopped_halves
),
tasks AS (
    INSERT INTO task_time (task_id, case_id, leg, stage, kind, role, office_code, opened_at, due_on, first_due_on,
                           claimed_at, closed_at, closed_on, ended, outcome, wait_seconds, touch_seconds, halves,
                           times_taken, times_given_back, reminders, let_in, escalated, by_substitute)
    SELECT t.task_id, t.case_id, t.leg, t.stage, t.kind, t.role, t.office_code, t.opened_at, t.due_on,
           t.first_due_on, t.claimed_at, t.closed_at, u.day, t.ended, t.outcome,
           CAST(floor(extract(epoch FROM coalesce(t.claimed_at, CASE WHEN t.ended = 'decided' THEN t.closed_at END)
                                         - t.opened_at)) AS integer),
           CASE WHEN t.times_taken > 0 AND t.closed_at IS NOT NULL
                THEN CAST(floor(coalesce(t.held_seconds, 0)
                                + coalesce(extract(epoch FROM t.closed_at - t.held_since), 0)) AS integer) END,
           u.halves - b.halves, t.times_taken, t.times_given_back, t.reminders, t.let_in,
           t.escalated, t.by_substitute
    FROM a_task t
    JOIN office_day b ON b.office_code = t.calendar AND b.day = CAST(t.opened_at AT TIME ZONE t.zone AS date)
    LEFT JOIN office_day u ON u.office_code = t.calendar AND u.day = CAST(t.closed_at AT TIME ZONE t.zone AS date)
    RETURNING case_id, kind, outcome, touch_seconds
),
first_end AS (
    SELECT DISTINCT ON (case_id) case_id, leg, stage AS ending, entered_at AS ended_at, entered_on AS ended_on
    FROM stays WHERE stage IN {ends}
    ORDER BY case_id, leg
),
way AS (
    SELECT s.case_id, sum(partner_seconds) AS partner_seconds, sum(partner_halves) AS partner_halves,
           sum(stopped_seconds) AS stopped_seconds, sum(stopped_halves) AS stopped_halves
    FROM stays s LEFT JOIN first_end f USING (case_id)
    WHERE f.leg IS NULL OR s.leg < f.leg
    GROUP BY s.case_id
),
work AS (
    SELECT case_id, coalesce(sum(touch_seconds) FILTER (WHERE kind NOT IN ('negotiation', 'partner_signature')), 0)
           AS touch_seconds, count(*) FILTER (WHERE outcome = 'return') AS returns
    FROM tasks GROUP BY case_id
)
INSERT INTO case_time
SELECT c.case_id, c.reference, c.amendment, c.office_code, c.level, c.partner_kind, c.funds, c.family,
       c.submitted_at, b.day, f.ended_at, f.ended_on, f.ending,
       CAST(floor(extract(epoch FROM f.ended_at - c.submitted_at)) AS integer), u.halves - b.halves,
       coalesce(w.partner_seconds, 0), coalesce(w.partner_halves, 0),
       coalesce(w.stopped_seconds, 0), coalesce(w.stopped_halves, 0),
       coalesce(k.touch_seconds, 0), coalesce(k.returns, 0)
FROM the_case c LEFT JOIN first_end f USING (case_id) LEFT JOIN way w USING (case_id) LEFT JOIN work k USING (case_id)
JOIN office_day b ON b.office_code = c.office_code AND b.day = CAST(c.submitted_at AT TIME ZONE c.zone AS date)
LEFT JOIN office_day u ON u.office_code = c.office_code AND u.day = f.ended_on
"""
