"""Charts: everything lies inside, the lengths say what the numbers say, and nothing in a name becomes markup."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.reporting.charts import Aged, Bar, ageing_scatter, bars, control_chart, sparkline, stacked_bars
from approvals.reporting.control import RUN
from approvals.reporting.control import control_chart as computed
from approvals.reporting.keys import Key
from approvals.reporting.measuring import Figure
from approvals.reporting.spread import Spread

SVG = "{http://www.w3.org/2000/svg}"
LABELS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30)
VALUES = st.floats(0, 1e6)
BARS = st.lists(st.tuples(LABELS, st.lists(VALUES, min_size=1, max_size=4)), max_size=12)


def drawn(svg: str) -> ElementTree.Element:
    """Return the chart read back; it must have a title, a description, and no style or script."""
    root = ElementTree.fromstring(svg)
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None
    assert "style=" not in svg
    assert root.find(f".//{SVG}script") is None
    return root


def assert_inside(root: ElementTree.Element) -> None:
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for rect in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= width + 0.1
        assert 0 <= y <= y + h <= height + 0.1
    for circle in root.iter(f"{SVG}circle"):
        assert 0 <= float(circle.attrib["cx"]) <= width
        assert 0 <= float(circle.attrib["cy"]) <= height
    for line in root.iter(f"{SVG}polyline"):
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_a_chart_drawn_again_is_the_same_and_charts_of_one_page_have_their_own_names() -> None:
    first, again, other = (bars("Days", "By stage", [("decision", days)]) for days in (3.0, 3.0, 4.0))
    [name], [another] = ([one.attrib["id"] for one in drawn(chart).iter(f"{SVG}title") if "id" in one.attrib]
                         for chart in (first, other))  # fmt: skip

    assert first == again
    assert name != another


@given(BARS)
def test_bars_lie_inside_and_are_as_long_as_their_sum(found: list[tuple[str, list[float]]]) -> None:
    chart = [Bar(label, tuple((f"part {n}", value) for n, value in enumerate(values))) for label, values in found]

    root = drawn(stacked_bars("Time", "By stage", chart))

    assert_inside(root)
    longest = max((bar.whole for bar in chart), default=0.0)
    widths = [float(rect.attrib["width"]) for rect in root.iter(f"{SVG}rect")]
    full = max((sum(widths[start : start + len(bar.parts)]) for start, bar in _starts(chart)), default=0.0)
    for start, bar in _starts(chart):
        length = sum(widths[start : start + len(bar.parts)])
        assert length == pytest.approx(bar.whole / longest * full if longest else 0, abs=0.1)


def _starts(chart: list[Bar]) -> list[tuple[int, Bar]]:
    starts, place = [], 0
    for bar in chart:
        starts.append((place, bar))
        place += len(bar.parts)
    return starts


@given(st.lists(VALUES, max_size=40))
def test_a_line_lies_inside(values: list[float]) -> None:
    assert_inside(drawn(sparkline("Weeks", "Cases a week", values)))


@given(st.lists(st.integers(0, 400), min_size=2, max_size=60))
def test_a_control_chart_lies_inside_and_marks_every_signal(halves: list[int]) -> None:
    chart = computed(weeks(*halves))
    assert chart is not None

    root = drawn(control_chart("Weekly median", "Working days", chart))

    assert_inside(root)
    assert len(list(root.iter(f"{SVG}circle"))) == len(halves)
    assert sum(one.attrib["class"] == "chart-signal" for one in root.iter(f"{SVG}circle")) == len(chart.signals)


@given(st.lists(st.tuples(st.sampled_from(["decision", "clearance"]), st.floats(0, 500)), max_size=30))
def test_open_cases_lie_inside(ages: list[tuple[str, float]]) -> None:
    cases = [Aged(stage, "PA-2026-0001", days) for stage, days in ages]

    root = drawn(ageing_scatter("Open cases", "By age", cases, [("decision", 2, 5, 9), ("clearance", 1, 2, 3)]))

    assert_inside(root)
    assert len(list(root.iter(f"{SVG}circle"))) == len(cases)


def test_what_a_person_typed_stays_text() -> None:
    root = drawn(bars("<script>alert(1)</script>", "&", [('"><script>', 1.0)]))

    assert "<script>alert(1)</script>" in [part.text for part in root.iter() if part.text]


# The rules of the control chart


def weeks(*halves: int) -> list[Figure]:
    """Return a figure a week with these medians, in half working days."""
    return [
        Figure(Key("lead"), f"2026-W{number:02d}", 9, working_days=Spread(each / 2, 0, 0, 0))
        for number, each in enumerate(halves, start=1)
    ]


def test_one_week_says_nothing() -> None:
    assert computed(weeks(20)) is None


def test_centre_and_limits_are_those_of_single_values_and_moving_ranges() -> None:
    chart = computed(weeks(20, 24, 20, 24))

    assert chart is not None
    assert (chart.centre, chart.upper, chart.lower) == pytest.approx((11, 11 + 2.66 * 2, 11 - 2.66 * 2))
    assert chart.signals == ()
    assert "No week stands out" in chart.verdict


def test_a_week_far_out_is_a_signal() -> None:
    chart = computed(weeks(*[10, 30] * 10, 100))

    assert chart is not None
    assert [week.figure.label for week in chart.signals] == ["2026-W21"]
    assert "slower" in chart.verdict


def test_many_weeks_on_one_side_are_a_signal_from_the_last_of_them_on() -> None:
    chart = computed(weeks(*[10, 30] * 6, *[18] * RUN))

    assert chart is not None
    assert [week.signal for week in chart.weeks].count(f"{RUN} weeks in a row on one side of the centre") == 1
    assert chart.weeks[-1].signal is not None
    assert "faster" in chart.verdict
