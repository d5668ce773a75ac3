"""Who learns that somebody commented: those who take part in the case, by mail or in their digest."""

from __future__ import annotations

from approvals.services.chasing import wants_digest
from approvals.services.transaction import Letter, Transaction
from approvals.store import comment_queries, queries
from approvals.store.queries import Candidate
from models.case import Case
from models.comment import CaseComment
from models.task import TaskKind
from models.user import User


def letters_about_comment(act: Transaction, case: Case, kept: CaseComment, *, by: User, digest: bool) -> list[Letter]:
    """Return one mail about the comment to each who takes part in the case, but not to who wrote it.

    A comment on a clause also reaches those who may take the legal review, as long as nobody has. Who reads digests
    gets none; with `digest`, that is whoever did not choose otherwise. What was said stands at the desk alone: there
    it can be erased.
    """
    facts = {"reference": case.reference, "title": case.title, "by": by.name, "comment": kept.id}
    told = {"clause": kept.clause, "is_answer": kept.answers is not None}
    return [
        Letter(one.email, "comment_written", {**facts, **told})
        for one in _readers(act, case, kept)
        if one.id != by.id and not wants_digest(Candidate(one), installation=digest)
    ]


def _readers(act: Transaction, case: Case, kept: CaseComment) -> list[User]:
    people = [*comment_queries.taking_part(act.session, case), *_reviewers(act, case, kept)]
    return [one for one in people if comment_queries.may_see(act.session, case, one)]


def _reviewers(act: Transaction, case: Case, kept: CaseComment) -> list[User]:
    if kept.clause is None:
        return []
    waiting = [
        task
        for task in queries.live_tasks_of(act.session, [case])
        if task.kind is TaskKind.LEGAL_REVIEW and task.claimed_by is None
    ]
    return [one.person for task in waiting for one in queries.people_for(act.session, task, now=act.now)]
