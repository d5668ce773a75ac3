"""Who calls."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from approvals.api.forms.base import Given, Sent
from approvals.casework.fields import Line
from models.session import SignInMethod
from models.token import ApiToken, TokenScope
from models.user import Language, Role


class MeForm(Given):
    """The owner of the token as they are now, and what the token may be used for."""

    email: str
    name: str
    office: str
    roles: list[Role]
    language: Language
    may: list[str]
    scope: TokenScope


class TokenForm(Given):
    """A token of the caller's own; `beginning` is what it is known again by."""

    number: int
    name: str
    beginning: str
    scope: TokenScope
    issued_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken) -> TokenForm:
        """Return the token."""
        own = cls.model_fields.keys() - {"number"}
        return cls(**{name: getattr(token, name) for name in own}, number=token.id)


class NewToken(Sent):
    """What the token is for, what it may be used for, and how long."""

    name: Line
    scope: TokenScope = TokenScope.READ
    days: Annotated[int, Field(ge=1, le=3650)]


class IssuedTokenForm(Given):
    """A token that was just issued; its secret is shown this once."""

    number: int
    secret: str
    expires_at: datetime


class SessionForm(Given):
    """A browser in which the caller is signed in at the desk."""

    number: int
    method: SignInMethod
    address: str
    program: str
    opened_at: datetime
    last_seen_at: datetime


class Habits(Sent):
    """In which language the caller reads pages and mails, and whether one mail a day takes the place of reminders.

    What is left out stays; `digest` null is what the installation does.
    """

    language: Language | None = None
    digest: bool | None = None
