"""Who may do what, as a table. What is not in it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from approvals.casework.telling import told
from approvals.errors import NotAllowed
from models.office import OfficeKind
from models.task import Task
from models.user import Role, User


class Right(StrEnum):
    """Something a person may be allowed to do. Taking and deciding tasks is judged by `may_take` besides."""

    SUBMIT_PROPOSAL = "submit a proposal"
    SEE_CASES = "see cases"
    DECIDE_TASKS = "claim and decide tasks of one's roles"
    HAND_OVER_TASK = "hand over a task to a colleague"
    NAME_SUBSTITUTE = "name a substitute for oneself"
    NAME_SUBSTITUTES = "name substitutes for others"
    HOLD_CASE = "put a case on hold"
    MOVE_DUE_DATE = "have the last day of a task counted anew"
    WITHDRAW_CASE = "withdraw one's own case"
    AMEND_PARTNERSHIP = "amend a partnership of one's own"
    END_PARTNERSHIP = "end a partnership of one's own"
    SCREEN_NAME = "screen a name"
    SEE_PARTNERS = "see the partner register"
    KEEP_PARTNERS = "keep the partner register"
    RECORD_EVIDENCE = "record or withdraw the evidence of another agency"
    EXPORT_PARTNER = "export a partner's record for another agency"
    RAISE_FLAG = "raise or escalate a flag on a partner"
    SETTLE_FLAG = "confirm, defer or lift a flag"
    SEE_TURNAROUND = "see turnaround times"
    SEE_DEVIATIONS = "see the register of deviations"
    SEE_HEALTH = "see how the engine is"
    VERIFY_TRAIL = "verify the trail of events"
    EXPORT_TRAIL = "export events and bundles of cases"
    NOTE_ANCHOR = "note an anchor of the trail"
    ERASE_PERSONAL_DATA = "erase what events say of persons"
    RESTRICT_CASE = "restrict a case"
    KEEP_CALENDARS = "keep the calendars of offices"
    MANAGE_USERS = "add people and change their roles"
    SEE_POLICIES = "see policies"
    PUBLISH_POLICY = "propose or publish a policy"
    IMPORT_LIST = "import a list of names"
    PROPOSE_TEMPLATE = "propose a template of agreements"
    PUBLISH_TEMPLATE = "publish a template somebody else proposed"
    COMMENT = "comment on cases"
    RESOLVE_COMMENTS = "resolve the comments of others"


_R = Role
_WORKING = frozenset(_R) - {_R.ADMINISTRATOR, _R.AUDITOR}
_DIRECTORS = frozenset({_R.AREA_DIRECTOR, _R.REGIONAL_DIRECTOR, _R.COMMITTEE, _R.EXECUTIVE})

RIGHTS: Mapping[Right, frozenset[Role]] = {
    Right.SUBMIT_PROPOSAL: frozenset({_R.OFFICER}),
    Right.SEE_CASES: frozenset(_R),
    Right.DECIDE_TASKS: _WORKING,
    Right.HAND_OVER_TASK: _WORKING | {_R.ADMINISTRATOR},
    Right.NAME_SUBSTITUTE: _WORKING,
    Right.NAME_SUBSTITUTES: frozenset({_R.ADMINISTRATOR}),
    Right.HOLD_CASE: frozenset({_R.OFFICER, _R.ADMINISTRATOR}),
    Right.MOVE_DUE_DATE: frozenset({_R.ADMINISTRATOR}),
    Right.WITHDRAW_CASE: frozenset({_R.OFFICER}),
    Right.AMEND_PARTNERSHIP: frozenset({_R.OFFICER}),
    Right.END_PARTNERSHIP: frozenset({_R.OFFICER}),
    Right.SCREEN_NAME: frozenset({_R.OFFICER, _R.SCREENING_OFFICER, _R.DUE_DILIGENCE_OFFICER}),
    Right.SEE_PARTNERS: frozenset(_R),
    Right.KEEP_PARTNERS: frozenset({_R.OFFICER, _R.SCREENING_OFFICER, _R.DUE_DILIGENCE_OFFICER}),
    Right.RECORD_EVIDENCE: frozenset({_R.OFFICER, _R.SCREENING_OFFICER, _R.DUE_DILIGENCE_OFFICER}),
    Right.EXPORT_PARTNER: frozenset(
        {_R.OFFICER, _R.SCREENING_OFFICER, _R.DUE_DILIGENCE_OFFICER, _R.ADMINISTRATOR, _R.AUDITOR}
    ),
    Right.RAISE_FLAG: _WORKING,
    Right.SETTLE_FLAG: frozenset({_R.SCREENING_OFFICER, _R.COMMITTEE}),
    Right.SEE_TURNAROUND: _DIRECTORS | {_R.ADMINISTRATOR, _R.AUDITOR},
    Right.SEE_DEVIATIONS: frozenset({_R.LEGAL_REVIEWER, _R.ADMINISTRATOR, _R.AUDITOR}),
    Right.SEE_HEALTH: frozenset({_R.ADMINISTRATOR, _R.AUDITOR}),
    Right.VERIFY_TRAIL: frozenset({_R.ADMINISTRATOR, _R.AUDITOR}),
    Right.EXPORT_TRAIL: frozenset({_R.ADMINISTRATOR, _R.AUDITOR}),
    Right.NOTE_ANCHOR: frozenset({_R.ADMINISTRATOR}),
    Right.ERASE_PERSONAL_DATA: frozenset({_R.ADMINISTRATOR}),
    Right.RESTRICT_CASE: frozenset({_R.ADMINISTRATOR, _R.COMMITTEE}),
    Right.KEEP_CALENDARS: frozenset({_R.ADMINISTRATOR}),
    Right.MANAGE_USERS: frozenset({_R.ADMINISTRATOR}),
    Right.SEE_POLICIES: frozenset(_R),
    Right.PUBLISH_POLICY: frozenset({_R.ADMINISTRATOR}),
    Right.IMPORT_LIST: frozenset({_R.ADMINISTRATOR}),
    Right.PROPOSE_TEMPLATE: frozenset({_R.LEGAL_REVIEWER, _R.ADMINISTRATOR}),
    Right.PUBLISH_TEMPLATE: frozenset({_R.LEGAL_REVIEWER, _R.ADMINISTRATOR}),
    Right.COMMENT: _WORKING,
    Right.RESOLVE_COMMENTS: frozenset({_R.LEGAL_REVIEWER}),
}


def may(user: User, right: Right) -> bool:
    """`user` holds a role that has `right`. People whose account is closed may nothing."""
    return user.is_active and not RIGHTS[right].isdisjoint(user.roles)


def require(user: User, right: Right) -> None:
    """Raise `NotAllowed` if `user` does not have `right`, naming the roles that do."""
    if not may(user, right):
        raise NotAllowed(_who_may(user, right))


def _who_may(user: User, right: Right) -> str:
    facts = {"name": user.name, "held": user.roles, "right": right, "roles": sorted(RIGHTS[right])}
    if not user.is_active:
        return told(
            "{name} ({held:each}) (the account is closed) may not {right:words}; that is for: {roles:each}.", **facts
        )
    if not user.roles:
        return told("{name} (no role) may not {right:words}; that is for: {roles:each}.", **facts)
    return told("{name} ({held:each}) may not {right:words}; that is for: {roles:each}.", **facts)


def duties(user: User, task: Task) -> frozenset[str]:
    """Return the roles by which `user` owes `task`: the role asked, the one it was escalated to; empty: not theirs.

    The role asked counts by office if one is named, or as the one person assigned. The database reckons the same.
    """
    if not may(user, Right.DECIDE_TASKS):
        return frozenset()
    asked = {str(task.role)} if _is_asked(user, task) else set()
    besides = {task.also_role} if task.also_role and task.also_office in (None, user.office_code) else set()
    return frozenset((asked | besides) & set(user.roles))


def _is_asked(user: User, task: Task) -> bool:
    if task.assigned_to is not None:
        return task.assigned_to == user.id
    return task.office_code is None or task.office_code == user.office_code


def may_take(user: User, task: Task) -> bool:
    """`user` is one of those who owe `task` themselves; whom they substitute for is judged by `substitutes`."""
    return bool(duties(user, task))


def sees_everything(user: User, office_kind: OfficeKind) -> bool:
    """`user` sees the cases of every office: headquarters staff, administrators and auditors."""
    return office_kind is OfficeKind.HEADQUARTERS or bool({Role.ADMINISTRATOR, Role.AUDITOR} & set(user.roles))
