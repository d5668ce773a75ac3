"""Who stands before a door: a role in the office of a case or in another, and what is answered to whom.

The desk and the API each hold their routes to a table of such answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from approvals.casework.rights import Right, may
from models.user import Role, User

SEE_ALL = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
OFFICES = {"of the case": "AO-LIMA", "another": "AO-HANOI"}


@dataclass(frozen=True)
class Person:
    """Somebody with one role, in the office of the case or in another."""

    user: User
    role: Role
    is_of_the_office: bool

    @property
    def sees_the_case(self) -> bool:
        """By their office, or because they see all."""
        return self.is_of_the_office or self.role in SEE_ALL


Answers = Callable[[Person], int]


def everybody(status: int = 200) -> Answers:
    """Whoever is known gets this."""
    return lambda person: status


def who_sees_the_case(status: int = 200) -> Answers:
    """Whoever sees the case gets this; for everybody else there is no such thing."""
    return lambda person: status if person.sees_the_case else 404


def who_has(right: Right, status: int = 200) -> Answers:
    """Whoever has the right gets this; everybody else is told that it is not theirs."""
    return lambda person: status if may(person.user, right) else 403
