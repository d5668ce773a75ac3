"""Charts as SVG, written here: no script, no style attribute, and words for those who cannot see them.

Colours and lines are classes of the page's style sheet (`chart-bar`, `chart-line`, …), so that dark mode and print
work. Every chart has a title and a description, and the page shows its numbers as a table beside it. Words and
numbers are the reader's: `voice` says and writes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from approvals.casework.telling import ENGLISH, Voice, told
from approvals.reporting.control import ControlChart, Week

WIDTH, LINE = 640, 24
LABELS = 190
"""Room for labels at the left of bars."""

NUMBERS = 60
"""Room for numbers at the right of bars."""


@dataclass(frozen=True)
class Bar:
    """A bar with its label; its parts lie one after the other, each with the name of what it is."""

    label: str
    parts: tuple[tuple[str, float], ...]

    @property
    def whole(self) -> float:
        """The sum of the parts."""
        return sum(value for _, value in self.parts)


def bars(
    title: str, description: str, values: Sequence[tuple[str, float]], *, unit: str = "", voice: Voice = ENGLISH
) -> str:
    """Return a chart of one bar for each label, as long as its value is great; values are not below zero."""
    found = [Bar(label, ((title, value),)) for label, value in values]
    return stacked_bars(title, description, found, unit=unit, voice=voice)


def stacked_bars(
    title: str, description: str, found: Sequence[Bar], *, unit: str = "", voice: Voice = ENGLISH
) -> str:
    """Return a chart of bars whose parts lie one after the other; parts of one name have one class (`part-1`)."""
    height = LINE * max(len(found), 1) + 8
    longest = max((bar.whole for bar in found), default=0.0)
    names = list(dict.fromkeys(name for bar in found for name, _ in bar.parts))
    shapes = [shape for row, bar in enumerate(found) for shape in _bar(bar, row, longest, names, unit, voice)]
    return _svg(title, description, WIDTH, height, shapes)


def _bar(bar: Bar, row: int, longest: float, names: Sequence[str], unit: str, voice: Voice) -> Iterator[str]:
    top, written = row * LINE + 4, voice.write["short"]
    yield _text(LABELS - 8, top + 14, bar.label, "chart-label", anchor="end")
    left = float(LABELS)
    for name, value in bar.parts:
        width = value / longest * (WIDTH - LABELS - NUMBERS) if longest else 0.0
        shown = voice.says(told("{label}, {name}: {value}", label=bar.label, name=name, value=written(value) + unit))
        yield (
            f'<rect class="chart-bar part-{names.index(name) + 1}" x="{left:.2f}" y="{top}" width="{width:.2f}" '
            f'height="{LINE - 6}"><title>{escape(shown)}</title></rect>'
        )
        left += width
    yield _text(min(left + 6, WIDTH - NUMBERS + 6), top + 14, written(bar.whole) + unit, "chart-number")


def sparkline(title: str, description: str, values: Sequence[float]) -> str:
    """Return a line of `values`, the oldest first, no higher than a line of text."""
    width, height = 160, 32
    points = list(
        _points(
            values, low=min(values, default=0.0), high=max(values, default=0.0), box=(2, 2, width - 4, height - 4)
        )
    )
    return _svg(title, description, width, height, [_polyline(points)])


def control_chart(title: str, description: str, chart: ControlChart, *, voice: Voice = ENGLISH) -> str:
    """Return the weekly medians with centre and limits; weeks that give a signal are marked and say why."""
    height, box = 220, (8, 10, WIDTH - NUMBERS - 16, 190)
    high = max(chart.upper, *(week.median for week in chart.weeks))
    points = list(_points([week.median for week in chart.weeks], low=0.0, high=high, box=box))
    levels = (
        ("upper-limit", told("upper limit"), chart.upper),
        ("centre", told("centre"), chart.centre),
        ("lower-limit", told("lower limit"), chart.lower),
    )
    shapes = [_level(value, kind, voice.says(name), high, box, voice) for kind, name, value in levels]
    for (x, _), week in zip(points, chart.weeks, strict=True):
        if week.figure.label in chart.changes:
            shown = voice.says(told("A policy was published in {week}", week=week.figure.label))
            shapes.append(
                f'<line class="chart-change" x1="{x:.2f}" x2="{x:.2f}" y1="{box[1]}" y2="{box[1] + box[3]}">'
                f"<title>{escape(shown)}</title></line>"
            )
    shapes.append(_polyline(points))
    for (x, y), week in zip(points, chart.weeks, strict=True):
        kind = "chart-signal" if week.signal else "chart-point"
        shown = voice.says(_point(week))
        shapes.append(
            f'<circle class="{kind}" cx="{x:.2f}" cy="{y:.2f}" r="3"><title>{escape(shown)}</title></circle>'
        )
    return _svg(title, description, WIDTH, height, shapes)


def _point(week: Week) -> str:
    facts = {"week": week.figure.label, "median": week.median, "count": week.figure.count}
    if week.signal is None:
        return told("{week}: median {median:short} working days of {count} cases", **facts)
    return told("{week}: median {median:short} working days of {count} cases: {why}", why=week.signal, **facts)


def _level(value: float, kind: str, name: str, high: float, box: tuple[int, int, int, int], voice: Voice) -> str:
    left, top, width, height = box
    y = top + height - (value / high * height if high else 0.0)
    line = f'<line class="chart-{kind}" x1="{left}" x2="{left + width}" y1="{y:.2f}" y2="{y:.2f}"/>'
    return line + _text(
        left + width + 6, min(max(y + 4, 12), top + height), voice.write["short"](value), "chart-number", about=name
    )


@dataclass(frozen=True)
class Aged:
    """One open case: its stage, its reference, and the working days it has been there."""

    stage: str
    reference: str
    days: float


def ageing_scatter(
    title: str,
    description: str,
    cases: Sequence[Aged],
    past: Sequence[tuple[str, float, float, float]],
    *,
    voice: Voice = ENGLISH,
) -> str:
    """Return a point for each open case by its stage and age, over bands up to the past median, p85 and p95.

    `past` holds stage, median, p85 and p95, in the order in which the stages are shown.
    """
    height, top, room = 240, 10, 190
    high = max([case.days for case in cases] + [p95 for *_, p95 in past], default=0.0) or 1.0
    column = (WIDTH - 16) / max(len(past), 1)
    shapes = []
    for place, (stage, *levels) in enumerate(past):
        left = 8 + place * column
        for band, (low, up) in enumerate(zip([0.0, *levels], levels, strict=False), start=1):
            y, size = top + room - up / high * room, max(up - low, 0.0) / high * room
            shapes.append(
                f'<rect class="chart-band band-{band}" x="{left:.2f}" y="{y:.2f}" width="{column - 4:.2f}" '
                f'height="{size:.2f}"/>'
            )
        shapes.append(_text(left + column / 2, top + room + 18, stage, "chart-label", anchor="middle"))
    places = {stage: place for place, (stage, *_) in enumerate(past)}
    for number, case in enumerate(cases):
        if case.stage in places:
            x = 8 + places[case.stage] * column + column / 2 + (number % 7 - 3) * min(column / 10, 6)
            y = top + room - case.days / high * room
            shown = voice.says(
                told(
                    "{case}: {days:short} working days in {stage}",
                    case=case.reference,
                    days=case.days,
                    stage=case.stage,
                )
            )
            shapes.append(
                f'<circle class="chart-point" cx="{x:.2f}" cy="{y:.2f}" r="3"><title>{escape(shown)}</title></circle>'
            )
    return _svg(title, description, WIDTH, height, shapes)


def _points(
    values: Sequence[float], *, low: float, high: float, box: tuple[int, int, int, int]
) -> Iterator[tuple[float, float]]:
    """Yield where each value lies in a box of left, top, width and height."""
    left, top, width, height = box
    step = width / max(len(values) - 1, 1)
    span = high - low
    for number, value in enumerate(values):
        yield left + number * step, top + height - ((value - low) / span * height if span else height / 2)


def _polyline(points: Sequence[tuple[float, float]]) -> str:
    return f'<polyline class="chart-line" fill="none" points="{" ".join(f"{x:.2f},{y:.2f}" for x, y in points)}"/>'


def _text(x: float, y: float, words: str, kind: str, *, anchor: str = "start", about: str = "") -> str:
    title = f"<title>{escape(about)}</title>" if about else ""
    return (
        f'<text class="{kind}" x="{x:.2f}" y="{y:.2f}" text-anchor={quoteattr(anchor)}>{title}{escape(words)}</text>'
    )


def _svg(title: str, description: str, width: int, height: int, shapes: Sequence[str]) -> str:
    drawn = "".join(shapes)
    name = _name(title, description, drawn)
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {width} {height}" '
        f'aria-labelledby="{name}-title {name}-desc" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>{drawn}</svg>'
    )


def _name(*content: str) -> str:
    """Return what tells this chart from others on its page: the same for the same chart, whenever it is drawn."""
    return "chart-" + hashlib.sha256("\0".join(content).encode()).hexdigest()[:10]
