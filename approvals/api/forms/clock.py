"""The clock of a case."""

from __future__ import annotations

from datetime import date, datetime

from approvals.api.forms.base import Given, Sent
from approvals.casework.clock import Reading
from approvals.casework.fields import Day, Prose
from approvals.services.clocks import CaseClock
from models.case import Stage
from models.clock_stop import StopKind


class ReadingForm(Given):
    """How long something took in working days: from beginning to end, and with the stops of the clock taken out."""

    working_days: float
    working_days_running: float

    @classmethod
    def of(cls, reading: Reading) -> ReadingForm:
        """Return the reading."""
        return cls.model_validate(reading)


class StageTimeForm(Given):
    """How long the case was in a stage; `left_at` null: it is there."""

    stage: Stage
    entered_at: datetime
    left_at: datetime | None
    reading: ReadingForm


class StopForm(Given):
    """A time during which the clock stood still; `resumed_at` null: it still does."""

    kind: StopKind
    reason: str
    stopped_at: datetime
    stopped_by: str | None
    resumed_at: datetime | None


class ClockForm(Given):
    """How long a case has taken: whole, by stage, and its stops."""

    whole: ReadingForm
    stages: list[StageTimeForm]
    stops: list[StopForm]

    @classmethod
    def of(cls, clock: CaseClock) -> ClockForm:
        """Return the clock."""
        return cls.model_validate(clock)


class Hold(Sent):
    """Why the clock is to stand still, and until when; without a day, as long as policy allows."""

    reason: Prose
    partner_asked: bool = False
    until_on: Day | None = None


class HeldUntil(Given):
    """Until when the clock stands still at most."""

    kind: StopKind
    until_on: date | None
