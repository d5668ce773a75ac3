"""Rights as a whole matrix, and who may take which task."""

from __future__ import annotations

from typing import Any

import pytest

from approvals.casework.rights import Right, duties, may, may_take, require, sees_everything
from approvals.errors import NotAllowed
from models.office import OfficeKind
from models.task import Task
from models.user import Role, User

COLUMNS = [
    Right.SUBMIT_PROPOSAL,
    Right.SEE_CASES,
    Right.DECIDE_TASKS,
    Right.HAND_OVER_TASK,
    Right.NAME_SUBSTITUTE,
    Right.NAME_SUBSTITUTES,
    Right.HOLD_CASE,
    Right.MOVE_DUE_DATE,
    Right.WITHDRAW_CASE,
    Right.AMEND_PARTNERSHIP,
    Right.END_PARTNERSHIP,
    Right.SCREEN_NAME,
    Right.SEE_PARTNERS,
    Right.KEEP_PARTNERS,
    Right.RECORD_EVIDENCE,
    Right.EXPORT_PARTNER,
    Right.RAISE_FLAG,
    Right.SETTLE_FLAG,
    Right.SEE_TURNAROUND,
    Right.SEE_DEVIATIONS,
    Right.VERIFY_TRAIL,
    Right.EXPORT_TRAIL,
    Right.NOTE_ANCHOR,
    Right.ERASE_PERSONAL_DATA,
    Right.RESTRICT_CASE,
    Right.KEEP_CALENDARS,
    Right.MANAGE_USERS,
    Right.SEE_POLICIES,
    Right.PUBLISH_POLICY,
    Right.IMPORT_LIST,
    Right.PROPOSE_TEMPLATE,
    Right.PUBLISH_TEMPLATE,
    Right.COMMENT,
    Right.RESOLVE_COMMENTS,
]

# submit, see, decide | hand over, substitute for oneself, for others, hold, due date | withdraw, amend, end, screen
# | partners: see, keep, evidence, export, flag, settle
# | turnaround, deviations, verify | trail: export, anchor, erase; restrict a case | calendars
# | people, policies: see, publish, lists | templates: propose, publish
# | comment, resolve the comments of others
MATRIX = {
    Role.OFFICER:               "yyy yy-y- yyyy yyyyy- --- ---- - -y-- -- y-",
    Role.SCREENING_OFFICER:     "-yy yy--- ---y yyyyyy --- ---- - -y-- -- y-",
    Role.DUE_DILIGENCE_OFFICER: "-yy yy--- ---y yyyyy- --- ---- - -y-- -- y-",
    Role.EMPLOYERS_BUREAU:      "-yy yy--- ---- y---y- --- ---- - -y-- -- y-",
    Role.WORKERS_BUREAU:        "-yy yy--- ---- y---y- --- ---- - -y-- -- y-",
    Role.TECHNICAL_UNIT:        "-yy yy--- ---- y---y- --- ---- - -y-- -- y-",
    Role.COUNTRY_OFFICE:        "-yy yy--- ---- y---y- --- ---- - -y-- -- y-",
    Role.AREA_DIRECTOR:         "-yy yy--- ---- y---y- y-- ---- - -y-- -- y-",
    Role.REGIONAL_DIRECTOR:     "-yy yy--- ---- y---y- y-- ---- - -y-- -- y-",
    Role.COMMITTEE:             "-yy yy--- ---- y---yy y-- ---y - -y-- -- y-",
    Role.EXECUTIVE:             "-yy yy--- ---- y---y- y-- ---- - -y-- -- y-",
    Role.LEGAL_REVIEWER:        "-yy yy--- ---- y---y- -y- ---- - -y-- yy yy",
    Role.FINANCE:               "-yy yy--- ---- y---y- --- ---- - -y-- -- y-",
    Role.SIGNATORY:             "-yy yy--- ---- y---y- --- ---- - -y-- -- y-",
    Role.ADMINISTRATOR:         "-y- y-yyy ---- y--y-- yyy yyyy y yyyy yy --",
    Role.AUDITOR:               "-y- ----- ---- y--y-- yyy y--- - -y-- -- --",
}  # fmt: skip


def a_user(*roles: Role, **changes: Any) -> User:
    given = {"id": 1, "email": "ada@example.org", "name": "Ada Sow", "office_code": "AO-DAKAR", "roles": list(roles)}
    return User(**{**given, **changes})


def a_task(**changes: Any) -> Task:
    return Task(**{"id": 5, "role": Role.FINANCE, "office_code": None, "assigned_to": None, **changes})


def test_covers_every_role_and_right() -> None:
    assert list(MATRIX) == list(Role)
    assert list(Right) == COLUMNS


@pytest.mark.parametrize("role", Role)
def test_holds_the_rights_of_its_row_and_no_other(role: Role) -> None:
    row = MATRIX[role].replace(" ", "")

    assert {right: may(a_user(role), right) for right in Right} == {
        right: mark == "y" for right, mark in zip(COLUMNS, row, strict=True)
    }


def test_adds_up_the_rights_of_several_roles() -> None:
    both = a_user(Role.OFFICER, Role.AUDITOR)

    assert may(both, Right.SUBMIT_PROPOSAL)
    assert may(both, Right.VERIFY_TRAIL)
    assert not may(both, Right.MANAGE_USERS)


@pytest.mark.parametrize("right", Right)
def test_has_no_right_without_a_role_or_with_an_unknown_one(right: Right) -> None:
    assert not may(a_user(), right)
    assert not may(a_user(roles=["owner"]), right)


@pytest.mark.parametrize("right", Right)
def test_has_no_right_once_the_account_is_closed(right: Right) -> None:
    assert not may(a_user(*Role, is_active=False), right)


def test_tells_who_may_not_do_what_and_whose_it_is() -> None:
    with pytest.raises(NotAllowed) as refused:
        require(a_user(Role.TECHNICAL_UNIT, Role.FINANCE), Right.SCREEN_NAME)

    assert str(refused.value) == (
        "Ada Sow (technical unit, finance) may not screen a name; "
        "that is for: due diligence officer, officer, screening officer."
    )


def test_tells_when_there_is_no_role_or_the_account_is_closed() -> None:
    with pytest.raises(NotAllowed, match=r"^Ada Sow \(no role\) may not see cases; "):
        require(a_user(), Right.SEE_CASES)

    with pytest.raises(NotAllowed, match=r"^Ada Sow \(officer\) \(the account is closed\) may not see cases; "):
        require(a_user(Role.OFFICER, is_active=False), Right.SEE_CASES)


def test_lets_those_pass_who_have_the_right() -> None:
    require(a_user(Role.ADMINISTRATOR), Right.MANAGE_USERS)


@pytest.mark.parametrize(
    ("user", "task", "allowed"),
    [
        pytest.param(a_user(Role.FINANCE), a_task(), True, id="by role, any office"),
        pytest.param(a_user(Role.OFFICER, Role.FINANCE), a_task(), True, id="by one role of two"),
        pytest.param(a_user(Role.OFFICER), a_task(), False, id="another role"),
        pytest.param(a_user(), a_task(), False, id="no role"),
        pytest.param(a_user(Role.FINANCE, is_active=False), a_task(), False, id="a closed account"),
        pytest.param(a_user(Role.FINANCE), a_task(office_code="AO-DAKAR"), True, id="the office named"),
        pytest.param(a_user(Role.FINANCE), a_task(office_code="HQ"), False, id="another office, though above"),
        pytest.param(a_user(Role.FINANCE), a_task(office_code=""), False, id="an office without a code is none"),
        pytest.param(a_user(Role.OFFICER), a_task(role=Role.OFFICER, assigned_to=1), True, id="the one assigned"),
        pytest.param(a_user(Role.OFFICER, id=2), a_task(role=Role.OFFICER, assigned_to=1), False, id="a colleague"),
        pytest.param(a_user(Role.FINANCE), a_task(role=Role.OFFICER, assigned_to=1), False, id="assigned, role gone"),
        pytest.param(
            a_user(Role.OFFICER, office_code="HQ"),
            a_task(role=Role.OFFICER, assigned_to=1, office_code="AO-DAKAR"),
            True,
            id="the one assigned, moved to another office",
        ),
        pytest.param(a_user(Role.ADMINISTRATOR), a_task(role=Role.ADMINISTRATOR), False, id="decides no case"),
        pytest.param(a_user(Role.AUDITOR), a_task(role=Role.AUDITOR), False, id="changes nothing"),
    ],
)
def test_may_take_a_task_by_role_by_office_or_as_the_one_assigned(user: User, task: Task, allowed: bool) -> None:
    assert may_take(user, task) is allowed


@pytest.mark.parametrize(
    ("user", "held"),
    [
        pytest.param(a_user(Role.FINANCE), {"finance"}, id="the role asked"),
        pytest.param(a_user(Role.EXECUTIVE), {"executive"}, id="the role it was escalated to"),
        pytest.param(a_user(Role.EXECUTIVE, Role.FINANCE), {"finance", "executive"}, id="both"),
        pytest.param(a_user(Role.EXECUTIVE, office_code="HQ"), set(), id="that role in another office"),
        pytest.param(a_user(Role.AUDITOR), set(), id="neither"),
    ],
)
def test_an_escalated_task_is_open_to_one_role_more(user: User, held: set[str]) -> None:
    assert duties(user, a_task(also_role="executive", also_office="AO-DAKAR")) == held


@pytest.mark.parametrize(
    ("user", "kind", "all_of_them"),
    [
        pytest.param(a_user(Role.OFFICER), OfficeKind.HEADQUARTERS, True, id="headquarters"),
        pytest.param(a_user(Role.OFFICER), OfficeKind.REGIONAL, False, id="a region"),
        pytest.param(a_user(Role.AREA_DIRECTOR), OfficeKind.AREA, False, id="a director in the field"),
        pytest.param(a_user(Role.AUDITOR), OfficeKind.AREA, True, id="an auditor anywhere"),
        pytest.param(a_user(Role.ADMINISTRATOR), OfficeKind.REGIONAL, True, id="an administrator anywhere"),
    ],
)
def test_sees_the_cases_of_every_office(user: User, kind: OfficeKind, all_of_them: bool) -> None:
    assert sees_everything(user, kind) is all_of_them
