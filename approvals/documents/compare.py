"""What changed between the agreement sent and the file that came back, clause by clause.

The content is compared, not Word's revision marks, so an edit made with tracking switched off is found as well.
Saving a file again in another program changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from approvals.documents.alignment import Pair, aligned
from approvals.documents.gate import admit
from approvals.documents.grading import graded
from approvals.documents.read import WordText
from approvals.documents.revisions import read_as_accepted
from models.agreement import Grade


class Kind(StrEnum):
    """What became of a paragraph, table row or picture."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One paragraph, table row or picture that differs."""

    clause: str  #: the clause it stands in, with its number in the sent text, and the section of the clause
    headings: tuple[str, ...]  #: the same without number, outermost first: how the clause library knows it
    kind: Kind
    grade: Grade
    topics: tuple[str, ...]  #: why it has its grade: figures, dates, liability, …
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Every difference between two versions of an agreement, in reading order."""

    sent_sha256: str
    returned_sha256: str
    changes: tuple[Change, ...]
    has_tracked_changes: bool  #: the returned file carries revision marks; they were read as accepted

    @property
    def is_unchanged(self) -> bool:
        """The two files say the same."""
        return not self.changes

    @property
    def grade(self) -> Grade | None:
        """The gravest grade of all changes; None if there is no change."""
        return gravest(self.changes)

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as plain values that JSON can hold."""
        return {
            "sent_sha256": self.sent_sha256,
            "returned_sha256": self.returned_sha256,
            "is_unchanged": self.is_unchanged,
            "grade": self.grade.value if self.grade else None,
            "has_tracked_changes": self.has_tracked_changes,
            "changes": [
                {
                    **asdict(change),
                    "headings": list(change.headings),
                    "kind": change.kind.value,
                    "grade": change.grade.value,
                    "topics": list(change.topics),
                }
                for change in self.changes
            ],
        }


def compare(sent: bytes, returned: bytes) -> Comparison:
    """Return how `returned` differs from `sent`. Raises `RefusedFile` if `returned` may not be opened."""
    admit(returned)
    old, new = read_as_accepted(sent), read_as_accepted(returned)
    return Comparison(
        sent_sha256=hashlib.sha256(sent).hexdigest(),
        returned_sha256=hashlib.sha256(returned).hexdigest(),
        changes=(*changes_in(aligned(old, new)), *picture_changes(old, new)),
        has_tracked_changes=new.has_tracked_changes,
    )


def changes_kept(comparison: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return the changes of a comparison kept as `Comparison.as_dict` wrote it, in reading order."""
    return tuple(
        Change(
            clause=one["clause"],
            headings=tuple(one.get("headings") or (_without_number(one["clause"]),)),
            kind=Kind(one["kind"]),
            grade=Grade(one["grade"]),
            topics=tuple(one["topics"]),
            old=one["old"],
            new=one["new"],
        )
        for one in comparison["changes"]
    )


def _without_number(clause: str) -> str:
    """Comparisons kept before 22 November 2026 hold the heading only behind its number, as in «Article 3 – Audit»."""
    return clause.partition("– ")[2] or clause


def gravest(changes: Iterable[Change]) -> Grade | None:
    """Return the gravest grade of `changes`, None if there are none."""
    return max((change.grade for change in changes), key=lambda grade: grade.rank, default=None)


def changes_in(pairs: Iterable[Pair]) -> Iterator[Change]:
    """Yield a change for each of `pairs` whose sides do not say the same."""
    for pair in pairs:
        if not pair.is_equal:
            yield change_of(pair)


def change_of(pair: Pair) -> Change:
    """Return what changed between the two sides of `pair`, which differ."""
    grade, topics = graded(pair.unit.headings, old=pair.old, new=pair.new)
    kind = Kind.CHANGED if pair.sent and pair.returned else Kind.REMOVED if pair.sent else Kind.ADDED
    return Change(
        clause=pair.unit.clause,
        headings=pair.unit.headings,
        kind=kind,
        grade=grade,
        topics=topics,
        old=pair.old,
        new=pair.new,
    )


PICTURES = "Pictures"


def picture_changes(old: WordText, new: WordText) -> Iterator[Change]:
    """A picture may say anything, such as a new clause; one that came or went is substance."""
    for kind, here, there in ((Kind.REMOVED, old, new), (Kind.ADDED, new, old)):
        for digest in sorted(set(here.pictures) - set(there.pictures)):
            name = f"picture {digest[:12]}"
            yield Change(
                clause=PICTURES,
                headings=(PICTURES,),
                kind=kind,
                grade=Grade.SUBSTANCE,
                topics=("picture",),
                old=name if kind is Kind.REMOVED else "",
                new=name if kind is Kind.ADDED else "",
            )
