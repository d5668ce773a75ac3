"""Working days and months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.casework.calendar import add_working_days, is_working_day, working_days_between
from approvals.services.obligations import months_after

FRIDAY = date(2026, 9, 4)
TABASKI = date(2026, 9, 7)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(FRIDAY, True, id="Friday"),
        pytest.param(date(2026, 9, 5), False, id="Saturday"),
        pytest.param(date(2026, 9, 6), False, id="Sunday"),
        pytest.param(TABASKI, False, id="a Monday on which the office is closed"),
        pytest.param(date(2026, 9, 8), True, id="Tuesday"),
    ],
)
def test_works_on_weekdays_unless_closed(day: date, works: bool) -> None:
    assert is_working_day(day, [TABASKI]) is works


@pytest.mark.parametrize(
    ("start", "days", "closed", "end"),
    [
        pytest.param(date(2026, 9, 1), 3, [], FRIDAY, id="within a week; the first day does not count"),
        pytest.param(FRIDAY, 1, [], date(2026, 9, 7), id="over the weekend"),
        pytest.param(FRIDAY, 1, [TABASKI], date(2026, 9, 8), id="over the weekend and a closed day"),
        pytest.param(FRIDAY, 1, [date(2026, 9, 5)], date(2026, 9, 7), id="a closed Saturday takes nothing away"),
        pytest.param(date(2026, 9, 5), 1, [], date(2026, 9, 7), id="from a Saturday"),
        pytest.param(date(2026, 12, 31), 1, [date(2027, 1, 1)], date(2027, 1, 4), id="over the end of the year"),
        pytest.param(date(2028, 2, 28), 1, [], date(2028, 2, 29), id="a leap day is a day"),
        pytest.param(date(2027, 2, 26), 1, [], date(2027, 3, 1), id="no leap day, over the weekend"),
        pytest.param(FRIDAY, 10, [], date(2026, 9, 18), id="two weeks"),
        pytest.param(FRIDAY, 0, [], FRIDAY, id="no days"),
    ],
)
def test_counts_working_days_forward(start: date, days: int, closed: list[date], end: date) -> None:
    assert add_working_days(start, days, closed) == end
    assert working_days_between(start, end, closed) == days


def test_counts_none_backwards() -> None:
    assert working_days_between(FRIDAY, FRIDAY - timedelta(days=7)) == 0


_DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@given(_DAYS, st.integers(1, 300), st.frozensets(st.integers(0, 60), max_size=20))
def test_counts_as_many_days_as_it_added_and_ends_on_a_working_day(start: date, days: int, closed: set[int]) -> None:
    closed_on = {start + timedelta(days=n) for n in closed}

    end = add_working_days(start, days, closed_on)

    assert working_days_between(start, end, closed_on) == days
    assert is_working_day(end, closed_on)


@given(_DAYS, st.integers(0, 400), st.integers(0, 400))
def test_counts_two_spans_as_their_whole(start: date, first: int, second: int) -> None:
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second)

    whole = working_days_between(start, end)

    assert working_days_between(start, middle) + working_days_between(middle, end) == whole


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        pytest.param(date(2026, 1, 15), 1, date(2026, 2, 15), id="the same day of the month"),
        pytest.param(date(2026, 1, 31), 1, date(2026, 2, 28), id="February has no 31st"),
        pytest.param(date(2028, 1, 31), 1, date(2028, 2, 29), id="nor in a leap year"),
        pytest.param(date(2026, 1, 29), 1, date(2026, 2, 28), id="nor a 29th in common years"),
        pytest.param(date(2026, 3, 31), 1, date(2026, 4, 30), id="April has no 31st"),
        pytest.param(date(2028, 2, 29), 12, date(2029, 2, 28), id="a leap day a year later"),
        pytest.param(date(2028, 2, 29), 48, date(2032, 2, 29), id="a leap day four years later"),
        pytest.param(date(2026, 12, 31), 2, date(2027, 2, 28), id="over the end of the year"),
        pytest.param(date(2026, 11, 30), 1, date(2026, 12, 30), id="into December"),
        pytest.param(date(2026, 9, 30), 36, date(2029, 9, 30), id="three years"),
        pytest.param(date(2026, 9, 30), 0, date(2026, 9, 30), id="no month"),
    ],
)
def test_finds_the_same_day_months_later(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


@given(_DAYS, st.integers(0, 120))
def test_lands_in_the_month_meant_on_no_later_a_day(day: date, months: int) -> None:
    later = months_after(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
