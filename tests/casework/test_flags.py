"""The way of a flag: which steps there are, whose they are, and that nobody settles their own."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest

from approvals.casework.flags import STEPS, require_step
from approvals.errors import DutiesConflict, Faulty, NotAllowed
from models.flag import FlagState, FlagStep
from models.office import OfficeKind
from models.user import Role, User

HQ, AREA = OfficeKind.HEADQUARTERS, OfficeKind.AREA


def a_person(role: Role, number: int = 1) -> User:
    return User(id=number, name="Ada Sow", email="ada@example.org", office_code="HQ", roles=[role])


def a_step(state: FlagState, *, by: int = 9) -> FlagStep:
    return FlagStep(flag_id=1, state=state, reason="So.", taken_by=by, taken_at=datetime(2026, 3, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "end"), sorted(set(itertools.product([None, *FlagState], FlagState)) - set(STEPS), key=str)
)
def test_a_step_that_is_not_in_the_table_is_refused(start: FlagState | None, end: FlagState) -> None:
    last = a_step(start) if start else None

    with pytest.raises(Faulty, match="from there it can become"):
        require_step(last, end, by=a_person(Role.COMMITTEE), office_kind=HQ)


def test_an_officer_raises_and_escalates() -> None:
    officer = a_person(Role.OFFICER)

    require_step(None, FlagState.OBSERVATION, by=officer, office_kind=AREA)
    require_step(a_step(FlagState.OBSERVATION), FlagState.RISK, by=officer, office_kind=AREA)
    require_step(a_step(FlagState.RISK, by=1), FlagState.ESCALATED, by=officer, office_kind=AREA)


@pytest.mark.parametrize("end", [FlagState.RED, FlagState.RISK])
def test_an_escalated_flag_is_settled_at_headquarters(end: FlagState) -> None:
    escalated, screener = a_step(FlagState.ESCALATED), a_person(Role.SCREENING_OFFICER)

    require_step(escalated, end, by=screener, office_kind=HQ)
    with pytest.raises(NotAllowed, match="Only headquarters"):
        require_step(escalated, end, by=screener, office_kind=AREA)
    with pytest.raises(NotAllowed, match="may not confirm, defer or lift a flag"):
        require_step(escalated, end, by=a_person(Role.OFFICER), office_kind=HQ)


@pytest.mark.parametrize("state", [FlagState.ESCALATED, FlagState.RED])
def test_nobody_settles_what_they_brought_there(state: FlagState) -> None:
    with pytest.raises(DutiesConflict, match="somebody else"):
        require_step(a_step(state, by=1), FlagState.RISK, by=a_person(Role.COMMITTEE, 1), office_kind=HQ)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_those_who_decide_nothing_raise_no_flag(role: Role) -> None:
    with pytest.raises(NotAllowed):
        require_step(None, FlagState.RISK, by=a_person(role), office_kind=HQ)
