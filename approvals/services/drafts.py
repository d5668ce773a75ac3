"""Acts on drafts: begin, write down, discard. They are no part of a case, so the trail does not hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from approvals.casework.proposal_file import MAX_PROPOSAL_BYTES
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.errors import Fault, Faulty
from approvals.services.transaction import transaction
from approvals.store import draft_queries, queries
from approvals.store.engine import Store
from models.case import Case
from models.draft import Draft, DraftPurpose
from models.task import Task
from models.user import User

MOST_DRAFTS = 100
"""More drafts than anybody works on, fewer than a program gone wild would make."""

Typed = Mapping[str, str]
"""What was typed, by the path of its field."""


def begin_draft(
    store: Store,
    purpose: DraftPurpose,
    typed: Typed,
    *,
    by: User,
    now: datetime,
    case: Case | None = None,
    task: Task | None = None,
    seen: tuple[str, ...] = (),
) -> Draft:
    """Keep a new draft and return it. A revision or amendment that was begun already is returned as it is.

    Raises `NotAllowed` if `by` is no officer, `Faulty` if they have too many drafts or the text is too long.
    """
    require(by, Right.SUBMIT_PROPOSAL)
    case_id, task_id = (case.id if case else None), (task.id if task else None)
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, f"drafts:{by.id}")
        begun = draft_queries.draft_about(act.session, by, purpose, case=case_id, task=task_id)
        if begun is not None and purpose is not DraftPurpose.PROPOSAL:
            return begun
        if draft_queries.how_many(act.session, by) >= MOST_DRAFTS:
            raise Faulty(
                told("No draft was begun."),
                [Fault("", told("you have {most}; discard some first", most=MOST_DRAFTS))],
            )
        _refuse_too_long(typed)
        assert by.id is not None
        draft = Draft(
            owner_id=by.id,
            purpose=purpose,
            case_id=case_id,
            task_id=task_id,
            typed=dict(typed),
            seen=list(seen),
            started_at=now,
            updated_at=now,
        )
        act.session.add(draft)
        act.session.flush()
    return draft


def write_down(
    store: Store, number: int, *, section: str | None, rewritten: Callable[[Typed], Typed], by: User, now: datetime
) -> Draft:
    """Keep what `rewritten` makes of what the draft holds, and return the draft.

    If a `section` is named, it counts as filled from then on. Raises `NotFound` if `by` has no such draft, `Faulty`
    if the text is too long to be a proposal.
    """
    with transaction(store, now=now) as act:
        draft = draft_queries.draft_of(act.session, number, by, lock=True)
        typed = rewritten(draft.typed)
        _refuse_too_long(typed)
        draft.typed, draft.updated_at = dict(typed), now
        draft.seen = sorted({*draft.seen, *([section] if section else [])})
    return draft


def discard_draft(store: Store, number: int, *, by: User, now: datetime) -> None:
    """Take the draft away; it is gone for good. One that is gone already changes nothing."""
    with transaction(store, now=now) as act:
        draft = act.session.get(Draft, number, with_for_update=True)
        if draft is not None and draft.owner_id == by.id:
            act.session.delete(draft)


def my_drafts(store: Store, *, by: User) -> list[tuple[Draft, str | None]]:
    """Return the drafts of `by` with the reference of the case each is about, the newest typing first."""
    with store.session() as session:
        return list(draft_queries.drafts_of(session, by))


def _refuse_too_long(typed: Typed) -> None:
    if sum(len(text.encode()) for text in typed.values()) > MAX_PROPOSAL_BYTES:
        raise Faulty(
            told("It was not kept."), [Fault("", told("all texts together are longer than 1 MB; shorten them"))]
        )
