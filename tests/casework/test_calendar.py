"""Working days and months."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.casework.calendar import WorkingCalendar, calendar
from approvals.services.obligations import months_after
from models.calendar import DayKind
from models.office import Weekday

FRIDAY = date(2026, 9, 4)
TABASKI = date(2026, 9, 7)


def closed(days: Iterable[date] = ()) -> WorkingCalendar:
    """The calendar of an office that is closed on `days`."""
    return WorkingCalendar(days=dict.fromkeys(days, DayKind.CLOSED))


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
    assert closed([TABASKI]).works_on(day) is works


@pytest.mark.parametrize(
    ("start", "days", "closed_on", "end"),
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
def test_counts_working_days_forward(start: date, days: int, closed_on: list[date], end: date) -> None:
    assert closed(closed_on).after(start, days) == end
    assert closed(closed_on).between(start, end) == days


def test_counts_none_backwards() -> None:
    assert closed().between(FRIDAY, FRIDAY - timedelta(days=7)) == 0


_DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """Any calendar: any weekend that leaves a day, any days closed, half or open."""
    weekend = draw(st.frozensets(st.sampled_from(Weekday), max_size=6))
    kinds = st.dictionaries(st.integers(0, 90), st.sampled_from(DayKind), max_size=30)
    return WorkingCalendar(
        weekend=weekend, days={FRIDAY + timedelta(days=n): kind for n, kind in draw(kinds).items()}
    )


@given(calendars(), st.integers(0, 90), st.integers(1, 80))
def test_ends_on_the_first_day_on_which_so_many_days_are_over(
    office: WorkingCalendar, late: int, halves: int
) -> None:
    start, days = FRIDAY + timedelta(days=late), halves / 2

    end = office.after(start, days)

    assert office.works_on(end)
    assert office.between(start, end - timedelta(days=1)) < days <= office.between(start, end)


@given(calendars(), st.integers(0, 400), st.integers(0, 400))
def test_counts_two_spans_as_their_whole(office: WorkingCalendar, first: int, second: int) -> None:
    middle = FRIDAY + timedelta(days=first)
    end = middle + timedelta(days=second)

    whole = office.between(FRIDAY, end)

    assert office.between(FRIDAY, middle) + office.between(middle, end) == whole


@pytest.mark.parametrize(
    ("days", "end"),
    [
        pytest.param(0.5, date(2026, 9, 7), id="half a day is over on the half day"),
        pytest.param(1, date(2026, 9, 8), id="a day is not over before the day after"),
        pytest.param(1.5, date(2026, 9, 8), id="with the half day, one and a half are"),
        pytest.param(2, date(2026, 9, 9), id="two days"),
    ],
)
def test_a_half_day_counts_half(days: float, end: date) -> None:
    office = WorkingCalendar(days={TABASKI: DayKind.HALF})

    assert office.after(FRIDAY, days) == end
    assert office.between(FRIDAY, TABASKI) == 0.5


def test_an_office_may_rest_on_friday_and_saturday() -> None:
    office = WorkingCalendar(weekend=frozenset({Weekday.FRIDAY, Weekday.SATURDAY}))

    assert office.after(date(2026, 9, 3), 1) == date(2026, 9, 6)  # Thursday to Sunday


def test_what_the_office_says_of_a_day_wins_over_the_policy_and_the_week() -> None:
    office = calendar(
        time_zone=None,
        weekend=["saturday", "sunday"],
        days={TABASKI: DayKind.OPEN, date(2026, 9, 5): DayKind.OPEN},
        closed_on=[TABASKI, date(2026, 9, 8)],
    )

    assert [office.works_on(FRIDAY + timedelta(days=n)) for n in range(1, 6)] == [True, False, True, False, True]


# The day begins where the office is


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        pytest.param("Asia/Bangkok", datetime(2026, 9, 3, 18, 0, tzinfo=UTC), FRIDAY, id="ahead of UTC"),
        pytest.param("America/Lima", datetime(2026, 9, 5, 3, 0, tzinfo=UTC), FRIDAY, id="behind UTC"),
        pytest.param("Europe/Zurich", datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29), id="winter ends"),
        pytest.param("Europe/Zurich", datetime(2026, 3, 29, 21, 30, tzinfo=UTC), date(2026, 3, 29), id="in summer"),
        pytest.param(
            "Europe/Zurich", datetime(2026, 3, 29, 22, 30, tzinfo=UTC), date(2026, 3, 30), id="an hour less"
        ),
        pytest.param(
            "Europe/Zurich", datetime(2026, 10, 25, 22, 30, tzinfo=UTC), date(2026, 10, 25), id="summer ends"
        ),
        pytest.param("Asia/Bangkok", datetime(2027, 12, 31, 18, 0, tzinfo=UTC), date(2028, 1, 1), id="the year ends"),
        pytest.param("America/Lima", datetime(2028, 3, 1, 2, 0, tzinfo=UTC), date(2028, 2, 29), id="the leap day"),
    ],
)
def test_the_day_is_that_of_the_office(zone: str, moment: datetime, day: date) -> None:
    assert WorkingCalendar(zone=ZoneInfo(zone)).day(moment) == day


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
