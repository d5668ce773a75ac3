"""The register of deviations: which clause partners change, how often, how gravely, and what legal review said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from approvals.casework.clauses import ClauseLibrary
from approvals.casework.rights import Right, require
from approvals.documents.compare import Change, changes_kept
from approvals.services.deviations import ChangedClause, by_clause
from approvals.store.deviations import Answered, ReturnedText, returned_texts
from approvals.store.engine import Store
from models.agreement import Grade
from models.decision import Outcome
from models.partner import PartnerKind
from models.user import User


class Reply(StrEnum):
    """What legal review said to a deviation."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    REFUSED = "refused"
    NOT_DECIDED = "not_decided"


@dataclass(frozen=True)
class RegisteredDeviation:
    """One clause changed in one returned text. A clause changed again in the next round counts again."""

    clause: str
    """Key in the clause library, the same in every language; the heading itself where the library knows none."""
    title: str
    family: str
    language: str
    partner_kind: PartnerKind
    grade: Grade
    """The gravest of the changes in the clause."""
    paragraphs: int
    fallback: int | None
    """Which of our fallback positions the partner's wording is; None if it is none of them."""
    case: str
    version: int
    returned_at: datetime
    reply: Reply
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class DeviationWish:
    """Which deviations are wished for; what is empty leaves all."""

    clause: str = ""
    family: str = ""
    partner_kind: PartnerKind | None = None
    grade: Grade | None = None
    reply: Reply | None = None

    def fits(self, one: RegisteredDeviation) -> bool:
        """Tell whether the deviation is one of those."""
        return all(
            not wished or wished == found
            for wished, found in (
                (self.clause, one.clause),
                (self.family, one.family),
                (self.partner_kind, one.partner_kind),
                (self.grade, one.grade),
                (self.reply, one.reply),
            )
        )


@dataclass(frozen=True)
class DeviationFigure:
    """How often one kind of partner changed one clause of one family, and the deviations behind the figure."""

    clause: str
    title: str
    family: str
    partner_kind: PartnerKind
    times: int
    grades: Mapping[Grade, int]
    replies: Mapping[Reply, int]
    deviations: tuple[RegisteredDeviation, ...]


def register(
    store: Store, *, by: User, library: ClauseLibrary, family: str | None = None
) -> Sequence[RegisteredDeviation]:
    """Return every deviation in the cases `by` may see, of one `family` if it is named, oldest first.

    Raises `NotAllowed` if `by` may not see the register.
    """
    require(by, Right.SEE_DEVIATIONS)
    with store.session() as session:
        texts = returned_texts(session, seen_by=by, family=family)
    return [deviation for text in texts for deviation in _deviations_in(text, library)]


def figures(deviations: Iterable[RegisteredDeviation]) -> Sequence[DeviationFigure]:
    """Return how often each clause was changed by family and kind of partner, the most frequent first."""
    groups: dict[tuple[str, str, PartnerKind], list[RegisteredDeviation]] = {}
    for one in deviations:
        groups.setdefault((one.clause, one.family, one.partner_kind), []).append(one)
    counted = [
        DeviationFigure(
            clause=clause,
            title=group[0].title,
            family=family,
            partner_kind=kind,
            times=len(group),
            grades=Counter(one.grade for one in group),
            replies=Counter(one.reply for one in group),
            deviations=tuple(group),
        )
        for (clause, family, kind), group in groups.items()
    ]
    return sorted(counted, key=lambda one: (-one.times, one.title, one.family, one.partner_kind))


def _deviations_in(text: ReturnedText, library: ClauseLibrary) -> Iterator[RegisteredDeviation]:
    edited = {_key(one) for one in by_clause(_changes(text.edits), library, text)}
    for one in by_clause(_changes(text.comparison), library, text):
        yield RegisteredDeviation(
            clause=_key(one),
            title=one.clause.title.en if one.clause else _key(one),
            family=text.family,
            language=text.language,
            partner_kind=text.partner_kind,
            grade=one.grade,
            paragraphs=len(one.changes),
            fallback=one.fallback,
            case=text.reference,
            version=text.version,
            returned_at=text.returned_at,
            reply=_reply(text.answer, was_edited=_key(one) in edited),
            decided_by=text.answer.by if text.answer else None,
            decided_at=text.answer.at if text.answer else None,
            reason=text.answer.reason if text.answer else None,
        )


def _changes(comparison: Mapping[str, Any] | None) -> Sequence[Change]:
    return changes_kept(comparison) if comparison else ()


def _key(one: ChangedClause) -> str:
    return one.clause.key if one.clause else one.changes[0].headings[0]


def _reply(answer: Answered | None, *, was_edited: bool) -> Reply:
    """Return what was said to one clause; clearing a text with edits accepts what the edits left as it was."""
    if answer is None:
        return Reply.NOT_DECIDED
    if answer.outcome is Outcome.REFUSE:
        return Reply.REFUSED
    return Reply.EDITED if was_edited else Reply.ACCEPTED
