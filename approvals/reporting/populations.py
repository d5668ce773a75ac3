"""What can be counted: each population is a set of rows of the projection, with a day to count them on.

A figure and the list behind it come from the same rows by the same conditions, so they cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from approvals.casework.telling import told
from approvals.reporting.keys import Key, unreadable

DECIDED = "('in_force', 'effective', 'stopped', 'declined')"
"""Ends that are somebody's decision; withdrawn and lapsed cases have a time, but nobody of ours ended it."""

OLDER_THAN = "older_than"
"""A condition on what is here now: so many working days are behind it, or more."""

WITH_PARTNER = "('negotiation', 'partner_signature')"


@dataclass(frozen=True)
class Source:
    """Where rows come from, the ways to tell them apart, and what a list of them shows."""

    tables: str
    dimensions: Mapping[str, str]
    columns: Mapping[str, str]
    order: str


_OF_CASES = {
    "office": "c.office_code",
    "level": "c.level",
    "partner": "c.partner_kind",
    "family": "coalesce(c.family, 'none')",
    "case": "CASE WHEN c.amendment THEN 'amendment' ELSE 'new' END",
}
_SHOWN_OF_CASES = {
    "reference": "c.reference",
    **{name: expression for name, expression in _OF_CASES.items() if name != "family"},
    "family": "c.family",
}

CASES = Source(
    "case_time c",
    {**_OF_CASES, "ending": "coalesce(c.ending, 'none')"},
    {
        **_SHOWN_OF_CASES,
        "submitted_at": "c.submitted_at",
        "ended_at": "c.ended_at",
        "ending": "c.ending",
        "working_days": "c.halves / 2.0",
        "hours": "c.seconds / 3600.0",
        "partner_working_days": "c.partner_halves / 2.0",
        "stopped_working_days": "c.stopped_halves / 2.0",
        "touch_hours": "c.touch_seconds / 3600.0",
        "returns": "c.returns",
    },
    "c.case_id",
)
STAYS = Source(
    "stage_time s JOIN case_time c USING (case_id)",
    {**_OF_CASES, "stage": "s.stage", "left_for": "coalesce(s.left_for, 'none')"},
    {
        **_SHOWN_OF_CASES,
        "stage": "s.stage",
        "entered_at": "s.entered_at",
        "left_at": "s.left_at",
        "left_for": "s.left_for",
        "working_days": "s.halves / 2.0",
        "hours": "s.seconds / 3600.0",
        "partner_working_days": "s.partner_halves / 2.0",
        "stopped_working_days": "s.stopped_halves / 2.0",
    },
    "c.case_id, s.leg",
)
_AGE = "(today.halves - came.halves)"
HERE = Source(
    f"{STAYS.tables} JOIN office_day came ON came.office_code = c.office_code AND came.day = s.entered_on "
    "JOIN office_day today ON today.office_code = c.office_code "
    "AND today.day = greatest(CAST(:today AS date), s.entered_on)",
    STAYS.dimensions,
    {
        **_SHOWN_OF_CASES,
        "stage": "s.stage",
        "entered_at": "s.entered_at",
        "age_working_days": f"{_AGE} / 2.0",
        "partner_working_days": "s.partner_halves / 2.0",
    },
    f"{_AGE} DESC, c.case_id",
)
TASKS = Source(
    "task_time t JOIN case_time c USING (case_id)",
    {
        **_OF_CASES,
        "stage": "t.stage",
        "task": "t.kind",
        "group": "CASE WHEN t.office_code IS NULL THEN t.role ELSE t.role || '@' || t.office_code END",
        "outcome": "coalesce(t.outcome, 'none')",
    },
    {
        **_SHOWN_OF_CASES,
        "stage": "t.stage",
        "task": "t.kind",
        "number": "t.task_id",
        "role": "t.role",
        "owed_by_office": "t.office_code",
        "opened_at": "t.opened_at",
        "due_on": "t.due_on",
        "first_due_on": "t.first_due_on",
        "claimed_at": "t.claimed_at",
        "closed_at": "t.closed_at",
        "ended": "t.ended",
        "outcome": "t.outcome",
        "reason": "(SELECT d.reason FROM decision d WHERE d.task_id = t.task_id AND d.superseded_by IS NULL)",
        "wait_hours": "t.wait_seconds / 3600.0",
        "touch_hours": "t.touch_seconds / 3600.0",
        "times_taken": "t.times_taken",
        "times_given_back": "t.times_given_back",
        "reminders": "t.reminders",
        "let_in": "t.let_in",
        "escalated": "t.escalated",
        "by_substitute": "t.by_substitute",
    },
    "c.case_id, t.task_id",
)


FORECASTS = Source(
    "forecast f JOIN case_time c USING (case_id) "
    "JOIN office_day said ON said.office_code = c.office_code AND said.day = f.expected_on "
    "JOIN office_day ended ON ended.office_code = c.office_code AND ended.day = c.ended_on",
    {**_OF_CASES, "stage": "f.stage", "basis": "f.basis"},
    {
        **_SHOWN_OF_CASES,
        "stage": "f.stage",
        "made_at": "f.made_at",
        "basis": "f.basis",
        "past_cases": "f.past_cases",
        "early_on": "f.early_on",
        "expected_on": "f.expected_on",
        "late_on": "f.late_on",
        "ended_on": "c.ended_on",
        "error_working_days": "(ended.halves - said.halves) / 2.0",
    },
    "c.case_id, f.leg",
)


@dataclass(frozen=True)
class Population:
    """Rows that are counted: which, on which day, and how long each took, None where that says nothing."""

    title: str
    source: Source
    where: str
    counted_on: str
    halves: str | None = None
    """Half working days each took."""
    days: str | None = None
    """Days of the calendar each took."""
    seconds: str | None = None
    """Time each took by the clock."""
    age: str | None = None
    """Half working days each has lasted until today."""

    def expression(self, dimension: str) -> str | None:
        """Return how rows are told apart by `dimension`, None if they cannot be."""
        if dimension in _PERIODS:
            # A column by this name in a list of cases is a part of the day they are counted on.
            return _PERIODS[dimension].format(self.counted_on)
        return self.source.dimensions.get(dimension)


_PERIODS = {
    "month": "to_char({}, 'YYYY-MM')",
    "week": "to_char({}, 'IYYY-\"W\"IW')",
    "year": "to_char({}, 'YYYY')",
}

_LASTED = "c.ended_on - c.submitted_on"
_DECIDED = f"c.ending IN {DECIDED}"
_LEFT = "s.left_on IS NOT NULL AND s.under_way"
_HERE = "s.left_on IS NULL AND s.under_way"
_OURS = f"t.kind NOT IN {WITH_PARTNER}"


def _due(last_day: str) -> str:
    """Return the condition that the last day has come; tasks cancelled before it are left out."""
    return (
        f"{last_day} IS NOT NULL AND (t.ended IS DISTINCT FROM 'cancelled' OR t.closed_on > {last_day}) "
        f"AND (t.closed_on IS NOT NULL OR {last_day} < CAST(:today AS date))"
    )


def _late(last_day: str) -> str:
    """Return the condition that the task was answered after the last day, or is open and overdue."""
    return f"{_due(last_day)} AND coalesce(t.closed_on, CAST(:today AS date)) > {last_day}"


POPULATIONS: Mapping[str, Population] = {
    "forecast": Population(told("forecasts of cases that were decided since"), FORECASTS, _DECIDED, "c.ended_on",
                           halves="abs(ended.halves - said.halves)"),
    "forecast_held": Population(told("forecasts in whose range the case was decided"), FORECASTS,
                                f"{_DECIDED} AND c.ended_on BETWEEN f.early_on AND f.late_on", "c.ended_on",
                                halves="abs(ended.halves - said.halves)"),
    "arrived": Population(told("cases submitted"), CASES, "TRUE", "c.submitted_on"),
    "ended": Population(told("cases that ended, in whatever way"), CASES, "c.ended_on IS NOT NULL", "c.ended_on",
                        halves="c.halves", days=_LASTED),
    "lead": Population(told("cases decided: in force, effective, declined or stopped"), CASES, _DECIDED, "c.ended_on",
                       halves="c.halves", days=_LASTED),
    "ours": Population(told("cases decided, without the time with the partner and stops of the clock"), CASES,
                       _DECIDED, "c.ended_on", halves="c.halves - c.partner_halves - c.stopped_halves"),
    "partner": Population(told("cases decided that lay with the partner for a time"), CASES,
                          f"{_DECIDED} AND c.partner_seconds > 0", "c.ended_on", halves="c.partner_halves"),
    "stopped": Population(told("cases decided whose clock was stopped for a time"), CASES,
                          f"{_DECIDED} AND c.stopped_seconds > 0", "c.ended_on", halves="c.stopped_halves"),
    "right_first": Population(told("cases decided that were never returned"), CASES, f"{_DECIDED} AND c.returns = 0",
                              "c.ended_on", halves="c.halves", days=_LASTED),
    "returned": Population(told("cases decided that were returned at least once"), CASES,
                           f"{_DECIDED} AND c.returns > 0", "c.ended_on", halves="c.halves", days=_LASTED),
    "stage": Population(told("stays in a stage that have ended"), STAYS, _LEFT, "s.left_on", halves="s.halves",
                        days="s.left_on - s.entered_on"),
    "here": Population(told("cases in a stage now"), HERE, _HERE, "s.entered_on", halves=_AGE, age=_AGE),
    "came": Population(told("cases that came to a stage, each counted once"), STAYS,
                       "s.first_stay AND s.under_way", "c.submitted_on"),
    "exit": Population(told("cases that ended short of their aim"), STAYS,
                       f"{_LEFT} AND s.left_for IN ('stopped', 'declined', 'withdrawn', 'lapsed', 'discarded')",
                       "c.submitted_on"),
    "wait": Population(told("tasks somebody took, from their opening until then"), TASKS,
                       f"{_OURS} AND t.ended = 'decided' AND t.wait_seconds IS NOT NULL", "t.closed_on",
                       seconds="t.wait_seconds"),
    "touch": Population(told("tasks decided, while somebody held them"), TASKS,
                        f"{_OURS} AND t.ended = 'decided' AND t.touch_seconds IS NOT NULL", "t.closed_on",
                        seconds="t.touch_seconds"),
    "due": Population(told("tasks that were due, those still open and overdue included"), TASKS, _due("t.due_on"),
                      "t.due_on"),
    "breach": Population(told("tasks answered late, or open and overdue"), TASKS, _late("t.due_on"), "t.due_on"),
    "due_at_first": Population(told("tasks that were due by the day first fixed"), TASKS, _due("t.first_due_on"),
                               "t.first_due_on"),
    "breach_at_first": Population(told("tasks late by the day first fixed, whatever the clock stood still"), TASKS,
                                  _late("t.first_due_on"), "t.first_due_on"),
    "overdue": Population(told("tasks open and overdue now"), TASKS,
                          "t.closed_on IS NULL AND t.due_on < CAST(:today AS date)", "t.due_on"),
    "return": Population(told("tasks that ended with a question to the officer"), TASKS, "t.outcome = 'return'",
                         "t.closed_on", halves="t.halves"),
    "reminded": Population(told("tasks of which somebody had to be reminded"), TASKS,
                           "t.reminders > 0 AND t.closed_on IS NOT NULL", "t.closed_on", halves="t.halves"),
    "let_in": Population(told("tasks to which standing substitutes were let in"), TASKS,
                         "t.let_in AND t.closed_on IS NOT NULL", "t.closed_on", halves="t.halves"),
    "escalated": Population(told("tasks opened to others, or told to administrators, as nobody answered"), TASKS,
                            "t.escalated AND t.closed_on IS NOT NULL", "t.closed_on", halves="t.halves"),
    "substituted": Population(told("tasks decided for somebody absent"), TASKS, "t.by_substitute", "t.closed_on",
                              halves="t.halves"),
    "reassigned": Population(told("tasks given back or handed over"), TASKS,
                             "t.times_given_back > 0 AND t.closed_on IS NOT NULL",
                             "t.closed_on", halves="t.halves"),
    "silent": Population(told("tasks nobody answered in time"), TASKS, "t.ended = 'silence'", "t.closed_on",
                         halves="t.halves"),
    "answered": Population(told("tasks of ours that ended with an answer"), TASKS, f"{_OURS} AND t.ended = 'decided'",
                           "t.closed_on", halves="t.halves"),
}  # fmt: skip
"""Everything a figure may count, by the name in its key."""


def refuse_unless_of_cases(key: Key) -> None:
    """Raise `Faulty` if a condition of `key` does not tell cases apart: a whole report can only be about cases."""
    for dimension, _ in key.where:
        if dimension not in _OF_CASES:
            raise unreadable(str(key), f"a report is not told apart by «{dimension}»; by {', '.join(_OF_CASES)}")


def population_of(key: Key) -> Population:
    """Return what `key` counts. Raises `Faulty` if it, or one of its conditions, means nothing."""
    population = POPULATIONS.get(key.population)
    if population is None:
        raise unreadable(str(key), f"«{key.population}» is not counted; one of {', '.join(POPULATIONS)}")
    for dimension, _ in key.where:
        if population.expression(dimension) is None and not (population.age and dimension == OLDER_THAN):
            known = ", ".join([*population.source.dimensions, *_PERIODS])
            raise unreadable(str(key), f"{population.title} are not told apart by «{dimension}»; by {known}")
    return population
