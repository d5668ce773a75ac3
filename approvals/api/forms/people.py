"""People: who they are, and letting them in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from approvals.api.forms.base import Given, Sent
from approvals.casework.fields import Email, Line
from models.user import Role, User

Office = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{0,30}$", description="Code of an office")]


class PersonForm(Given):
    """A person who has or had an account here."""

    number: int
    email: str
    name: str
    office: str
    roles: list[Role]
    is_active: bool

    @classmethod
    def of(cls, user: User) -> PersonForm:
        """Return the person."""
        own = ("email", "name", "roles", "is_active")
        return cls(**{name: getattr(user, name) for name in own}, number=user.id, office=user.office_code)


class PersonPage(Given):
    """A page of people, by name."""

    page: int
    has_next: bool
    people: list[PersonForm]


class ChangedPerson(Sent):
    """What a person is called, where they work and what they may do."""

    name: Line
    office: Office
    roles: Annotated[tuple[Role, ...], Field(max_length=len(Role))] = ()


class NewPerson(ChangedPerson):
    """A person to be added."""

    email: Email


class InvitationForm(Given):
    """A code by which the person sets a password, shown this once; whoever has it becomes that person."""

    email: str
    code: str
    expires_at: datetime


class EndedForm(Given):
    """How many sessions ended."""

    ended: int
