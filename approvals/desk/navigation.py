"""The places of the desk a person may go to, as a table."""

from __future__ import annotations

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


PLACES = (
    Place("/", marked("My work"), Right.SEE_CASES),
    Place("/cases", marked("Cases"), Right.SEE_CASES),
    Place("/proposals", marked("Proposals"), Right.SUBMIT_PROPOSAL),
    Place("/precheck", marked("Two-minute check"), Right.SCREEN_NAME),
    Place("/partners", marked("Partners"), Right.SEE_PARTNERS),
    Place("/deviations", marked("Deviations"), Right.SEE_DEVIATIONS),
    Place("/templates", marked("Templates"), Right.PROPOSE_TEMPLATE),
)
"""In the order of the page. A name is translated where it is shown."""


def places_for(user: User) -> list[Place]:
    """Return the places `user` may go to, in the order of the page."""
    return [place for place in PLACES if may(user, place.right)]
