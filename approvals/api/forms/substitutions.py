"""Who acts for whom."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from approvals.api.forms.base import Given, Sent
from approvals.casework.fields import Day, Email
from approvals.services.substitutes import RuleState
from models.user import Role


class SubstitutionForm(Given):
    """Somebody acts for somebody else, in these roles, on these days; standing ones only for overdue tasks."""

    number: int
    absent: str
    absent_email: str
    substitute: str
    substitute_email: str
    roles: list[Role]
    from_on: date
    until_on: date
    when_overdue: bool
    reason: str
    state: RuleState


class NewSubstitution(Sent):
    """Who is to act for whom: for the caller unless another is named, in all roles unless some are."""

    absent: Email | None = None
    substitute: Email
    from_on: Day
    until_on: Day
    roles: Annotated[tuple[Role, ...], Field(max_length=len(Role))] = ()
    when_overdue: bool = False
    reason: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")] = ""
