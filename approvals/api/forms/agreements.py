"""Versions of an agreement, and what one changes in another."""

from __future__ import annotations

from datetime import datetime

from approvals.api.forms.base import Given
from approvals.documents.compare import Kind
from approvals.services.case_file import CaseFile
from approvals.services.deviations import ChangedClause, Deviations
from models.agreement import Agreement, Grade, Origin


class AgreementVersion(Given):
    """A version of the agreement. `stands` is said of the one to send and to sign; `file_hash` is its SHA-256."""

    version: int
    stands: bool
    origin: Origin
    family: str
    language: str
    title: str
    template_version: str
    template_hash: str
    data_hash: str
    file_hash: str
    created_at: datetime

    @classmethod
    def of(cls, agreement: Agreement, *, stands: bool) -> AgreementVersion:
        """Return the version."""
        own = cls.model_fields.keys() - {"stands"}
        return cls(**{name: getattr(agreement, name) for name in own}, stands=stands)


def agreements_of(file: CaseFile) -> list[AgreementVersion]:
    """Return every version in the file, oldest first."""
    return [AgreementVersion.of(one, stands=one.version == file.case.agreement_version) for one in file.agreements]


class TextChange(Given):
    """One paragraph, table row or picture that differs."""

    clause: str
    headings: list[str]
    kind: Kind
    grade: Grade
    topics: list[str]
    old: str
    new: str


class ClauseForm(Given):
    """A clause with what was changed in it; `key` is its name in the clause library, null where it knows none."""

    name: str
    key: str | None
    grade: Grade
    fallback: int | None
    changes: list[TextChange]

    @classmethod
    def of(cls, changed: ChangedClause) -> ClauseForm:
        """Return the clause."""
        return cls(
            name=changed.name,
            key=changed.clause.key if changed.clause else None,
            grade=changed.grade,
            fallback=changed.fallback,
            changes=[TextChange.model_validate(one) for one in changed.changes],
        )


class DeviationsForm(Given):
    """What one version changes in another, the gravest clauses first."""

    reference: str
    sent: int
    returned: int
    clauses: list[ClauseForm]

    @classmethod
    def of(cls, found: Deviations) -> DeviationsForm:
        """Return the deviations."""
        return cls(
            reference=found.reference,
            sent=found.sent.version,
            returned=found.returned.version,
            clauses=[ClauseForm.of(one) for one in found.clauses],
        )
