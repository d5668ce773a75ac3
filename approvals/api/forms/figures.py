"""Where the time goes, in figures."""

from __future__ import annotations

from approvals.api.forms.base import Given
from models.case import Stage


class SpreadForm(Given):
    """Half lies below the median; 85, 90 and 95 of 100 below the others."""

    median: float
    p85: float
    p90: float
    p95: float


class StageTimesForm(Given):
    """How long cases stayed in a stage. Spreads are null when none has left it, the age when none is in it."""

    stage: Stage
    left: int
    working_days: SpreadForm | None
    hours: SpreadForm | None
    open: int
    oldest_open_working_days: int | None


class LeadTimesForm(Given):
    """How long cases took from submission to the stage `ending`."""

    ending: Stage
    cases: int
    working_days: SpreadForm
    hours: SpreadForm


class TurnaroundForm(Given):
    """Times in each stage, and from submission to the end."""

    stages: list[StageTimesForm]
    lead_times: list[LeadTimesForm]
