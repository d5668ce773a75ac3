"""Where the time goes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from approvals.api.answers import refusals
from approvals.api.caller import Calling, paced
from approvals.api.fields import SEEN, OfficeCode
from approvals.api.forms.figures import BehindForm
from approvals.reporting.keys import Period, read_key
from approvals.reporting.turnaround import Turnaround
from approvals.services.turnaround import cases_behind, turnaround_report
from models.case import Level

router = APIRouter(prefix="/turnaround", tags=["figures"])

Key = Annotated[
    str,
    Query(min_length=1, max_length=300, pattern=SEEN, description="Key of a figure, as the report names it"),
]


@router.get("", name="read_turnaround", responses=refusals(), dependencies=[paced("export")])
def turnaround(
    call: Calling,
    case: Annotated[Literal["new", "amendment"] | None, Query(description="New partnerships, or amendments")] = None,
    office: OfficeCode = "",
    level: Level | None = None,
    since: Annotated[date | None, Query(description="First day that counts")] = None,
    until: Annotated[date | None, Query(description="Last day that counts")] = None,
) -> Turnaround:
    """Give the report on the cases the caller may see: how long they stay in each stage and take in all."""
    wished = {"case": case, "office": office, "level": level}
    where = [(name, str(value)) for name, value in wished.items() if value]
    return turnaround_report(call.store, by=call.by, now=call.now, period=Period(since, until), where=where)


@router.get("/cases", name="read_cases_behind", responses=refusals(), dependencies=[paced("export")])
def behind(call: Calling, key: Key) -> BehindForm:
    """Give the rows behind a figure: as many as the figure says."""
    return BehindForm.of(cases_behind(call.store, read_key(key), by=call.by, now=call.now))
