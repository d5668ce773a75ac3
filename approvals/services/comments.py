"""Comments on a case and on the clauses of its agreement: written, answered, resolved, reopened, taken note of.

What is new to somebody follows from the trail: taking note of comments is an act like any other. Looking at them is
not, because looking never changes anything.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from approvals.casework.plain_text import faults_of_text
from approvals.casework.rights import Right, may, require
from approvals.casework.telling import told
from approvals.documents.revisions import read_as_accepted
from approvals.errors import Fault, Faulty, NotAllowed, WrongStage
from approvals.services.comment_letters import letters_about_comment
from approvals.services.files import kept_file
from approvals.services.restrictions import note_reading
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries
from approvals.store.comment_queries import (
    NOTED,
    WRITTEN,
    comments_of,
    locked_comment,
    noted_up_to,
    open_and_new,
)
from approvals.store.engine import Store
from models.agreement import Agreement
from models.case import Case
from models.comment import CaseComment
from models.user import User

AT_MOST = 10_000
"""Characters a comment may have."""


@dataclass(frozen=True)
class Remark:
    """A comment or an answer, as its reader sees it."""

    number: int
    by: str
    at: datetime
    text: str | None
    """What it says; None: it was erased."""
    is_new: bool
    """Somebody else wrote it, and the reader has not taken note of it yet."""


@dataclass(frozen=True)
class Thread:
    """A comment with its answers, oldest first."""

    first: Remark
    answers: tuple[Remark, ...]
    clause: str | None
    """Heading of the clause it is about; None: the case."""
    version: int | None
    """Version of the agreement in which the clause was read."""
    resolved_by: str | None
    resolved_at: datetime | None
    may_be_resolved: bool
    """It is open, and the reader may resolve it."""
    may_be_reopened: bool
    """It is resolved, and the reader may reopen it."""

    @property
    def is_open(self) -> bool:
        """Nobody has resolved it."""
        return self.resolved_at is None

    @property
    def has_news(self) -> bool:
        """The reader has not taken note of it, or of an answer."""
        return any(one.is_new for one in (self.first, *self.answers))


@dataclass(frozen=True)
class Comments:
    """The comments on a case, as their reader sees them."""

    threads: tuple[Thread, ...]
    newest: int
    """Number of the newest comment or answer, 0 if there is none."""
    may_comment: bool

    @property
    def open(self) -> int:
        """How many are not resolved."""
        return sum(one.is_open for one in self.threads)

    @property
    def new(self) -> int:
        """How many the reader has not taken note of, or not of their newest answers."""
        return sum(one.has_news for one in self.threads)

    def on(self, clause: str) -> tuple[Thread, ...]:
        """Return the threads on the clause with this heading, oldest first."""
        return tuple(one for one in self.threads if one.clause and _folded(one.clause) == _folded(clause))


@dataclass(frozen=True)
class CommentCounts:
    """How many comments on a case are open, and how many are new to the reader."""

    open: int
    new: int


def comments_on(store: Store, reference: str, *, by: User) -> Comments:
    """Return the comments on the case. Raises `NotFound` if `by` may not see it."""
    with store.session() as session:
        case = queries.case_by_reference(session, reference, seen_by=by)
        comments = _comments(session, case, by)
    note_reading(store, case, by=by)
    return comments


def thread_of(store: Store, kept: CaseComment, *, by: User) -> Thread:
    """Return the comment that `by` has just written or changed, or the one it answers, with all answers."""
    with store.session() as session:
        threads = _comments(session, session.get_one(Case, kept.case_id), by).threads
    return next(one for one in threads if one.first.number == (kept.answers or kept.id))


def comment_counts(store: Store, reference: str, *, by: User) -> CommentCounts:
    """Return how many comments on the case are open or new to `by`. Raises `NotFound` if `by` may not see it."""
    with store.session() as session:
        case = queries.case_by_reference(session, reference, seen_by=by)
        return CommentCounts(*open_and_new(session, case, by))


def clauses_to_comment(store: Store, reference: str, *, by: User) -> tuple[int, Sequence[str]]:
    """Return the version of the agreement that stands and the headings of its clauses, each once, in reading order.

    0 and none before there is an agreement. Raises `NotFound` if `by` may not see the case.
    """
    with store.session() as session:
        case = queries.case_by_reference(session, reference, seen_by=by)
        agreement = queries.standing_agreement(session, case)
        return (agreement.version, _clauses_of(session, agreement)) if agreement else (0, [])


def comment(
    store: Store,
    reference: str,
    text: str,
    *,
    clause: str | None = None,
    version: int | None = None,
    digest: bool = False,
    by: User,
    now: datetime,
) -> CaseComment:
    """Keep a comment on the case, or on a clause of that version of its agreement, and return it.

    Those who take part in the case get a mail; who reads digests reads of it there. With `digest`, that is whoever
    did not choose otherwise.

    Raises `NotFound` if `by` may not see the case, `NotAllowed` if they may not comment, `Faulty` if the comment is
    empty or too long or the version has no such clause.
    """
    require(by, Right.COMMENT)
    with transaction(store, now=now) as act:
        case = queries.locked_case(act.session, reference, seen_by=by)
        faults = [*_faults_of(text), *_faults_of_place(act.session, case, clause, version)]
        if faults:
            raise Faulty(told("The comment was not kept."), faults)
        kept = _keep(act, case, text, by, clause=clause, agreement_version=version if clause else None)
        facts = {"comment": kept.id, **({"clause": clause, "version": version} if clause else {})}
        letters = letters_about_comment(act, case, kept, by=by, digest=digest)
        act.record(WRITTEN, case, by=by.id, payload=facts, letters=letters)
    return kept


def answer_comment(
    store: Store, number: int, text: str, *, digest: bool = False, by: User, now: datetime
) -> CaseComment:
    """Keep an answer to the comment of that number, and return it. The same people learn of it as of a comment.

    Raises as `comment` does, and `WrongStage` if the comment is resolved: then it takes a new one.
    """
    require(by, Right.COMMENT)
    with transaction(store, now=now) as act:
        first, case = _first_of(act.session, number, by)
        _refuse_if_resolved(act.session, first)
        if faults := _faults_of(text):
            raise Faulty(told("The answer was not kept."), faults)
        kept = _keep(act, case, text, by, answers=first.id)
        letters = letters_about_comment(act, case, kept, by=by, digest=digest)
        act.record(WRITTEN, case, by=by.id, payload={"comment": kept.id, "answers": first.id}, letters=letters)
    return kept


def resolve_comment(store: Store, number: int, *, by: User, now: datetime) -> CaseComment:
    """Resolve the comment of that number with its answers, and return it. Resolving it twice changes nothing.

    Raises `NotFound` if `by` may not see its case, `NotAllowed` if they neither wrote it nor review agreements.
    """
    require(by, Right.COMMENT)
    with transaction(store, now=now) as act:
        first, case = _first_of(act.session, number, by)
        _require_to_resolve(first, by)
        if first.resolved_at is None:
            first.resolved_by, first.resolved_at = by.id, now
            act.record("CommentResolved", case, by=by.id, payload=_told_of(first))
    return first


def reopen_comment(store: Store, number: int, *, by: User, now: datetime) -> CaseComment:
    """Reopen the resolved comment of that number, and return it. Reopening one that is open changes nothing.

    Raises as `resolve_comment` does.
    """
    require(by, Right.COMMENT)
    with transaction(store, now=now) as act:
        first, case = _first_of(act.session, number, by)
        _require_to_resolve(first, by)
        if first.resolved_at is not None:
            first.resolved_by = first.resolved_at = None
            act.record("CommentReopened", case, by=by.id, payload=_told_of(first))
    return first


def note_comments(store: Store, reference: str, *, up_to: int, by: User, now: datetime) -> None:
    """Keep that `by` took note of the comments on the case up to that number; later ones stay new to them.

    Raises `NotFound` if `by` may not see the case.
    """
    with transaction(store, now=now) as act:
        case = queries.locked_case(act.session, reference, seen_by=by)
        newest = max((one.id or 0 for one in comments_of(act.session, case)), default=0)
        reached = min(up_to, newest)
        if reached > noted_up_to(act.session, case, by):
            act.record(NOTED, case, by=by.id, payload={"up_to": reached})


# Keeping ------------------------------------------------------------------------------------------------------


def _keep(act: Transaction, case: Case, text: str, by: User, **place: Any) -> CaseComment:
    assert by.id is not None
    assert case.id is not None
    kept = CaseComment(
        case_id=case.id,
        text=text.strip(),
        salt=secrets.token_hex(32),
        written_by=by.id,
        written_at=act.now,
        **place,
    )
    act.session.add(kept)
    act.session.flush()
    return kept


def _first_of(session: Session, number: int, by: User) -> tuple[CaseComment, Case]:
    """Return the comment of that number, or the one it answers, locked, with its case."""
    found, case = locked_comment(session, number, seen_by=by)
    return locked_comment(session, found.answers, seen_by=by) if found.answers else (found, case)


def _refuse_if_resolved(session: Session, first: CaseComment) -> None:
    if first.resolved_by is not None:
        name = queries.names_of_people(session)[first.resolved_by]
        raise WrongStage(
            told("{name} has resolved this comment meanwhile; write a new one if something is left.", name=name)
        )


def _faults_of(text: str) -> list[Fault]:
    if faults := faults_of_text("text", text, if_empty=told("is empty; say what you mean in a sentence")):
        return faults
    if len(text) > AT_MOST:
        return [
            Fault("text", told("has {count} characters; {at_most} are the most", count=len(text), at_most=AT_MOST))
        ]
    return []


def _faults_of_place(session: Session, case: Case, clause: str | None, version: int | None) -> list[Fault]:
    if clause is None:
        return []
    agreement = queries.agreement_version(session, case, version) if version else None
    if agreement is None or clause not in _clauses_of(session, agreement):
        return [
            Fault(
                "clause",
                told(
                    "«{clause}» is no clause of version {version}; choose one of the list",
                    clause=clause,
                    version=version or "–",
                ),
            )
        ]
    return []


def _clauses_of(session: Session, agreement: Agreement) -> list[str]:
    text = read_as_accepted(kept_file(session, agreement.file_hash))
    return list(dict.fromkeys(block.text for block in text.blocks if block.is_heading))


def _told_of(first: CaseComment) -> dict[str, int | str | None]:
    return {"comment": first.id, **({"clause": first.clause} if first.clause else {})}


def _require_to_resolve(first: CaseComment, by: User) -> None:
    if not _may_resolve(first, by):
        raise NotAllowed(told("A comment is resolved by whoever wrote it or by a legal reviewer; answer it instead."))


def _may_resolve(first: CaseComment, by: User) -> bool:
    return may(by, Right.RESOLVE_COMMENTS) or (first.written_by == by.id and may(by, Right.COMMENT))


# Reading ------------------------------------------------------------------------------------------------------


def _comments(session: Session, case: Case, by: User) -> Comments:
    found = comments_of(session, case)
    names = queries.names_of_people(session) if found else {}
    noted = noted_up_to(session, case, by) if found else 0
    answers: dict[int, list[Remark]] = {}
    for one in found:
        if one.answers is not None:
            answers.setdefault(one.answers, []).append(_remark(one, names, by, noted))
    threads = [
        Thread(
            first=_remark(one, names, by, noted),
            answers=tuple(answers.get(one.id or 0, ())),
            clause=one.clause,
            version=one.agreement_version,
            resolved_by=names[one.resolved_by] if one.resolved_by else None,
            resolved_at=one.resolved_at,
            may_be_resolved=one.resolved_at is None and _may_resolve(one, by),
            may_be_reopened=one.resolved_at is not None and _may_resolve(one, by),
        )
        for one in found
        if one.answers is None
    ]
    newest = max((one.id or 0 for one in found), default=0)
    return Comments(tuple(threads), newest, may(by, Right.COMMENT))


def _remark(one: CaseComment, names: Mapping[int, str], by: User, noted: int) -> Remark:
    is_new = one.written_by != by.id and (one.id or 0) > noted
    return Remark(one.id or 0, names[one.written_by], one.written_at, one.text, is_new)


def _folded(heading: str) -> str:
    return " ".join(heading.split()).casefold()
