"""What a partner's text changes in ours: as a list with our positions, and as a redline for Word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlmodel import Session

from approvals.casework.clauses import Clause, ClauseLibrary
from approvals.casework.rights import may_take
from approvals.casework.telling import told
from approvals.documents.compare import Change, changes_kept, compare
from approvals.documents.redline import redline
from approvals.documents.view import AgreementView, Front, page_of, view_of
from approvals.errors import Fault, Faulty, NotFound
from approvals.services.files import kept_file
from approvals.services.restrictions import note_reading
from approvals.store import queries
from approvals.store.engine import Store
from models.agreement import Agreement, Grade, Origin
from models.case import Case
from models.task import Task
from models.user import User


@dataclass(frozen=True)
class Version:
    """A version of an agreement with its file and who wrote it, in words."""

    agreement: Agreement
    content: bytes
    author: str


@dataclass(frozen=True)
class ChangedClause:
    """A clause with what was changed in it, in reading order."""

    name: str
    """The clause with its number in the sent text, as its first change has it."""
    changes: tuple[Change, ...]
    clause: Clause | None
    """What the clause library says of it; None where the library knows no such clause."""
    fallback: int | None
    """Which of our fallback positions one of its changes puts in, word for word; None if none does."""

    @property
    def grade(self) -> Grade:
        """The gravest grade of its changes."""
        return max((change.grade for change in self.changes), key=lambda grade: grade.rank)


@dataclass(frozen=True)
class Deviations:
    """What `returned` changes in `sent`: the gravest clauses first, privileges and immunities before all."""

    reference: str
    sent: Agreement
    returned: Agreement
    clauses: tuple[ChangedClause, ...]


def two_versions(
    store: Store, reference: str, *, by: User, sent: int | None = None, returned: int | None = None
) -> tuple[Version, Version]:
    """Return two versions of the case's agreement, the older first.

    `returned` is the newest version unless a number is given, `sent` the one it was compared with when it came in.
    Raises `NotFound` if `by` may not see the case or there is no such version, `Faulty` if both are the same.
    """
    with store.session() as session:
        case = queries.case_by_reference(session, reference, seen_by=by)
        old, new = _chosen(session, case, sent, returned)
        if old is None:
            raise NotFound(
                told(
                    "Version {version} of the agreement of {reference} was {origin} as it is and changes "
                    "no other; to compare it all the same, name the other one with --from.",
                    version=new.version,
                    reference=reference,
                    origin=new.origin,
                )
            )
        versions = _read(session, case, old), _read(session, case, new)
    note_reading(store, case, by=by)
    return versions


def _chosen(
    session: Session, case: Case, sent: int | None, returned: int | None
) -> tuple[Agreement | None, Agreement]:
    """Return the two versions; None for the older one if none is named and the newer one came of no other."""
    versions = {one.version: one for one in queries.agreements_of(session, case)}
    new = _version(versions, returned or max(versions, default=1), case.reference)
    old = _version(versions, sent, case.reference) if sent else _compared_with(versions, new)
    if old is not None and old.version == new.version:
        raise Faulty(
            told("There is nothing to compare."),
            [Fault("--from", told("is version {version} itself", version=new.version))],
        )
    return old, new


def _version(versions: dict[int, Agreement], number: int, reference: str) -> Agreement:
    if number not in versions:
        known = ", ".join(map(str, versions)) or "none"
        raise NotFound(
            told(
                "{reference} has no version {number} of the agreement; it has: {known}.",
                reference=reference,
                number=number,
                known=known,
            )
        )
    return versions[number]


def _compared_with(versions: dict[int, Agreement], new: Agreement) -> Agreement | None:
    """Return the version that stood when `new` came in, None if none did."""
    wanted = (new.comparison or {}).get("sent_sha256")
    earlier = [one for one in versions.values() if one.version < new.version and one.file_hash == wanted]
    return earlier[-1] if earlier else None


def _read(session: Session, case: Case, agreement: Agreement) -> Version:
    return Version(agreement, kept_file(session, agreement.file_hash), _author(session, case, agreement))


def _author(session: Session, case: Case, agreement: Agreement) -> str:
    if agreement.origin is Origin.RETURNED:
        return queries.form_in_force(session, case).partner.short_name
    if agreement.created_by is None:
        return "Partnership Approvals"
    return queries.names_of_people(session)[agreement.created_by]


def deviations(
    store: Store,
    reference: str,
    *,
    by: User,
    library: ClauseLibrary,
    sent: int | None = None,
    returned: int | None = None,
) -> Deviations:
    """Return what one version of the agreement changes in another, chosen and refused as `two_versions` does."""
    old, new = two_versions(store, reference, by=by, sent=sent, returned=returned)
    clauses = by_clause(changes_between(old, new), library, new.agreement)
    return Deviations(reference, old.agreement, new.agreement, clauses)


def changes_between(old: Version, new: Version) -> Sequence[Change]:
    """Return what `new` changes in `old` in reading order: as it was found when it came in, or else found now."""
    kept = new.agreement.comparison
    if kept and kept["sent_sha256"] == old.agreement.file_hash:
        return changes_kept(kept)
    return compare(old.content, new.content).changes


class _Text(Protocol):
    """A text of some family and language."""

    @property
    def family(self) -> str: ...

    @property
    def language(self) -> str: ...


def by_clause(changes: Sequence[Change], library: ClauseLibrary, text: _Text) -> tuple[ChangedClause, ...]:
    """Return `changes` of `text` by the clause they are in, the gravest clause first."""
    groups: dict[str, list[tuple[Clause | None, Change]]] = {}
    for change in changes:
        clause = library.clause_of(
            family=text.family,
            language=text.language,
            headings=change.headings,
            text=f"{change.old} {change.new}",
        )
        groups.setdefault(clause.key if clause else change.clause, []).append((clause, change))
    found = [_changed_clause(group, text.language) for group in groups.values()]
    return tuple(sorted(found, key=lambda one: one.grade.rank, reverse=True))


def _changed_clause(group: Sequence[tuple[Clause | None, Change]], language: str) -> ChangedClause:
    clause, first = group[0]
    changes = tuple(change for _, change in group)
    used = (clause.fallback_in(change.new, language) for change in changes) if clause else ()
    return ChangedClause(first.clause, changes, clause, next((number for number in used if number), None))


def redline_of(
    store: Store,
    reference: str,
    *,
    by: User,
    engine_folder: Path,
    sent: int | None = None,
    returned: int | None = None,
) -> tuple[Agreement, Agreement, bytes]:
    """Return two versions of the agreement and a Word file that shows their difference as tracked changes.

    Versions are chosen and refused as `two_versions` does. Raises `SourceUnavailable` if no redline can be made.
    """
    old, new = two_versions(store, reference, by=by, sent=sent, returned=returned)
    made = redline(
        old.content, new.content, author=new.author, at=new.agreement.created_at, engine_folder=engine_folder
    )
    return old.agreement, new.agreement, made


@dataclass(frozen=True)
class Reading:
    """A version of the agreement as it is read: its text, with what it changes in `sent` marked in place."""

    case: Case
    partner: str
    versions: tuple[Agreement, ...]
    """Every version there is, oldest first."""
    shown: Agreement
    sent: Agreement | None
    """The version it is compared with; None where it stands by itself."""
    view: AgreementView
    mine: tuple[Task, ...]
    """The live tasks of the case the reader may take."""


def reading(
    store: Store,
    reference: str,
    *,
    by: User,
    library: ClauseLibrary,
    sent: int | None = None,
    shown: int | None = None,
) -> Reading:
    """Return a version of the agreement with its text, and what it changes.

    The newest version is shown unless `shown` names one, beside the one it was compared with when it came in, or
    beside `sent`. A version that came of no other is shown by itself. Refused as `two_versions` does.
    """
    with store.session() as session:
        case = queries.case_by_reference(session, reference, seen_by=by)
        older, newer = _chosen(session, case, sent, shown)
        old = kept_file(session, older.file_hash) if older else None
        new = kept_file(session, newer.file_hash)
        partner = queries.form_in_force(session, case).partner.legal_name
        versions = tuple(queries.agreements_of(session, case))
        mine = tuple(task for task in queries.live_tasks_of(session, [case]) if may_take(by, task))
    note_reading(store, case, by=by)
    view = view_of(old, new, library=library, family=newer.family, language=newer.language)
    return Reading(case, partner, versions, newer, older, view, mine)


def page_of_agreement(
    store: Store,
    reference: str,
    *,
    by: User,
    library: ClauseLibrary,
    page_folder: Path,
    now: datetime,
    sent: int | None = None,
    shown: int | None = None,
) -> tuple[Agreement, str]:
    """Return a version of the agreement and a page that stands alone with its text, as `reading` chooses it."""
    read = reading(store, reference, by=by, library=library, sent=sent, shown=shown)
    front = Front(
        reference=reference,
        title=read.shown.title,
        partner=read.partner,
        language=read.shown.language,
        shown=_in_words(read.shown),
        sent=_in_words(read.sent) if read.sent else None,
        made_at=now.astimezone(UTC),
    )
    return read.shown, page_of(read.view, front, page_folder=page_folder)


def _in_words(agreement: Agreement) -> str:
    return f"version {agreement.version} ({agreement.origin})"
