"""Who calls."""

from __future__ import annotations

from approvals.api.forms.base import Given
from models.token import TokenScope
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
