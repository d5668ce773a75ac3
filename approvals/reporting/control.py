"""A control chart of single values and moving ranges: is it getting better, or is it only one week and another?

The centre is the mean of the weekly medians. The limits lie 2.66 times the mean difference of neighbouring weeks away
from it: what lies between them is the process as it is. A signal is one of two things, and no other pattern is read
into the chart: a week beyond a limit, or `RUN` weeks in a row on the same side of the centre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from approvals.casework.telling import told
from approvals.reporting.measuring import Figure

WIDTH = 2.66
"""3 divided by 1.128: three standard deviations, estimated from the mean moving range of two."""

RUN = 8

RULES = told("A signal is a week beyond a limit or {run} weeks in a row on the same side of the centre.", run=RUN)


@dataclass(frozen=True)
class Week:
    """One point of the chart: the median working days of the cases decided in a week, and the signal it gives."""

    figure: Figure
    median: float
    signal: str | None = None


@dataclass(frozen=True)
class ControlChart:
    """The weeks with a decided case, oldest first, with centre and limits in working days."""

    weeks: tuple[Week, ...]
    centre: float
    lower: float
    upper: float
    changes: tuple[str, ...] = ()
    """Weeks in which a policy was published."""

    @property
    def signals(self) -> tuple[Week, ...]:
        """The weeks that give a signal."""
        return tuple(week for week in self.weeks if week.signal)

    @property
    def verdict(self) -> str:
        """What the chart says, in a sentence."""
        if not self.signals:
            return told("No week stands out: the process is as it was, and differences between weeks say nothing.")
        last = self.signals[-1]
        if last.median > self.centre:
            return told(
                "The last signal is {week}: slower than usual ({why}).", week=last.figure.label, why=last.signal
            )
        return told("The last signal is {week}: faster than usual ({why}).", week=last.figure.label, why=last.signal)


def control_chart(weeks: Sequence[Figure], *, changes: Sequence[str] = ()) -> ControlChart | None:
    """Return the chart of the weekly figures `weeks`, oldest first; None if there are fewer than two."""
    medians = [figure.working_days.median for figure in weeks if figure.working_days is not None]
    if len(medians) < 2:
        return None
    centre = sum(medians) / len(medians)
    moves = [abs(later - earlier) for earlier, later in pairwise(medians)]
    reach = WIDTH * sum(moves) / len(moves)
    lower, upper = max(centre - reach, 0.0), centre + reach
    signals = _signals(medians, centre, lower, upper)
    points = (Week(figure, median, signal) for figure, median, signal in zip(weeks, medians, signals, strict=True))
    return ControlChart(tuple(points), centre, lower, upper, tuple(changes))


def _signals(medians: Sequence[float], centre: float, lower: float, upper: float) -> list[str | None]:
    signals: list[str | None] = []
    side, length = 0, 0
    for median in medians:
        here = (median > centre) - (median < centre)
        length = length + 1 if here == side and here else 1
        side = here
        if median > upper or median < lower:
            signals.append(told("beyond a limit"))
        elif here and length >= RUN:
            signals.append(told("{run} weeks in a row on one side of the centre", run=RUN))
        else:
            signals.append(None)
    return signals
