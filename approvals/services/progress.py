"""How far the machine has come with a case, asked often and therefore cheaply."""

from __future__ import annotations

from dataclasses import dataclass

from approvals.casework.rights import Right, require
from approvals.store import desk_queries, queries
from approvals.store.engine import Store
from models.user import User


@dataclass(frozen=True)
class Progress:
    """What has happened to a case so far, by the number of its newest event, and whether the machine is done."""

    newest_event: int
    at_rest: bool


def progress(store: Store, reference: str, *, by: User) -> Progress:
    """Return how far the machine has come. Raises `NotFound` if there is no such case that `by` may see."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        case = queries.case_by_reference(session, reference, seen_by=by)
        owed = desk_queries.somebody_owes(session, case)
        at_rest = owed or not case.is_open or case.problem is not None
        return Progress(desk_queries.newest_event(session, case), at_rest)
