"""The places of the desk a person may go to, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from approvals.casework.rights import Right, may
from approvals.desk.languages import marked
from models.user import User


@dataclass(frozen=True)
class Place:
    """A room of the desk: where it is, what it is called, and the right that opens it."""

    address: str
    name: str
    right: Right
    group: str = ""
    """The menu in which it stands for people who may go to many places; empty: it always stands by itself."""


@dataclass(frozen=True)
class Menu:
    """Places of one sort, for those who may go to so many that a row would not hold them."""

    name: str
    places: tuple[Place, ...]


PEOPLE, RULES, WATCH = marked("People and absences"), marked("Rules"), marked("Oversight")
IN_A_ROW = 8
"""Whoever may go to more places than this finds them in menus."""


PLACES = (
    Place("/", marked("My work"), Right.SEE_CASES),
    Place("/cases", marked("Cases"), Right.SEE_CASES),
    Place("/proposals", marked("Proposals"), Right.SUBMIT_PROPOSAL),
    Place("/precheck", marked("Two-minute check"), Right.SCREEN_NAME),
    Place("/partners", marked("Partners"), Right.SEE_PARTNERS),
    Place("/deviations", marked("Deviations"), Right.SEE_DEVIATIONS, WATCH),
    Place("/templates", marked("Templates"), Right.PROPOSE_TEMPLATE, RULES),
    Place("/substitutes", marked("Substitutes"), Right.SEE_CASES, PEOPLE),
    Place("/turnaround", marked("Turnaround"), Right.SEE_TURNAROUND, WATCH),
    Place("/people", marked("People"), Right.MANAGE_USERS, PEOPLE),
    Place("/policy", marked("Policy"), Right.SEE_POLICIES, RULES),
    Place("/lists", marked("Lists"), Right.SEE_POLICIES, RULES),
    Place("/audit", marked("Audit"), Right.VERIFY_TRAIL, WATCH),
    Place("/health-of-the-engine", marked("Engine"), Right.SEE_HEALTH, WATCH),
)
"""In the order of the page. A name is translated where it is shown."""


def places_for(user: User) -> list[Place]:
    """Return the places `user` may go to, in the order of the page."""
    return [place for place in PLACES if may(user, place.right)]


def in_menus(places: Sequence[Place]) -> list[Place | Menu]:
    """Return the places as they stand in the row: by themselves, or many of them in menus, each where its first was.

    A menu of one place is none.
    """
    if len(places) <= IN_A_ROW:
        return list(places)
    row: list[Place | Menu] = []
    for group, several in _by_group(places).items():
        row += [Menu(group, several)] if group and len(several) > 1 else several
    return row


def _by_group(places: Sequence[Place]) -> dict[str, tuple[Place, ...]]:
    """Return the places of each group; those of no group stand together, first."""
    groups = dict.fromkeys(["", *(place.group for place in places)])
    return {group: tuple(place for place in places if place.group == group) for group in groups}
