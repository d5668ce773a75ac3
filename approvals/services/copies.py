"""Copies of an agreement for reading: a PDF, or two languages side by side. Nothing is kept and nothing changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date
from pathlib import Path
from typing import Any, cast, get_args

from sqlmodel import Session

from approvals.casework.wording import in_words
from approvals.documents.bilingual import Column, side_by_side
from approvals.documents.copy_words import CopyOf
from approvals.documents.fill import data_digest, fill, printable
from approvals.documents.pdf import as_pdf, find_libreoffice
from approvals.documents.proof import prove
from approvals.documents.template import Template
from approvals.documents.words import Language
from approvals.errors import CopyRefused, Fault, Faulty
from approvals.services.agreements import agreement_file, document_data
from approvals.services.machine import Standing, standing
from approvals.services.templates import template_behind
from approvals.store import queries
from approvals.store.engine import Store
from models.agreement import Agreement, Origin
from models.user import User

LANGUAGES: tuple[str, ...] = get_args(Language)


def pdf_of_agreement(
    store: Store,
    reference: str,
    *,
    by: User,
    version: int | None = None,
    libreoffice: Path | None,
    timeout_seconds: float,
) -> tuple[Agreement, bytes]:
    """Return a version of the case's agreement with its PDF: the one that stands, or else the newest.

    Raises `NotFound` if `by` may not see the case or there is no such version, `PdfUnavailable` if none can be made.
    """
    agreement, content = agreement_file(store, reference, by=by, version=version)
    return agreement, as_pdf(content, libreoffice=find_libreoffice(libreoffice), timeout_seconds=timeout_seconds)


def bilingual_copy(
    store: Store, reference: str, *, beside: str, by: User, version: int | None = None
) -> tuple[Agreement, bytes]:
    """Return a version of the agreement with a Word file that shows it beside its translation into `beside`.

    Raises `NotFound` if `by` may not see the case or there is no such version, `Faulty` if `beside` is no other
    language of ours, `CopyRefused` if the version does not say what template and case say now, `TemplateError` if
    its version of the template is not published in that language.
    """
    agreement, content = agreement_file(store, reference, by=by, version=version)
    other = _other_language(beside, agreement)
    if agreement.origin is not Origin.DRAFTED:
        raise _refused(
            agreement, reference, f"was {in_words(agreement.origin)}, and nobody has translated what changed"
        )
    with store.session() as session:
        at = standing(session, queries.case_by_reference(session, reference, seen_by=by))
        own, translation = (template_behind(session, agreement, language=one) for one in (None, other))
        _refuse_if_changed(session, agreement, at, own)
        translated = _translated(session, agreement, at, translation)
    of = CopyOf(
        reference=reference,
        version=agreement.version,
        title=agreement.title,
        organisation=at.policy.organisation.identity.name[agreement.language],
        dated=_drafted_on(agreement).isoformat(),
        sha256=agreement.file_hash,
    )
    authentic = Column(language=cast(Language, agreement.language), content=content)
    return agreement, side_by_side(authentic, Column(language=other, content=translated), of=of)


def _other_language(beside: str, agreement: Agreement) -> Language:
    others = [language for language in LANGUAGES if language != agreement.language]
    if beside not in others:
        fault = Fault(
            "language", f"«{beside}» cannot stand beside «{agreement.language}»; choose {' or '.join(others)}"
        )
        raise Faulty("No copy was made.", [fault])
    return cast(Language, beside)


def _refused(agreement: Agreement, reference: str, why: str) -> CopyRefused:
    return CopyRefused(
        f"Version {agreement.version} of the agreement of {reference} {why}; a bilingual copy can only be made of a "
        f"text as the templates say it. The list of versions says where each comes from."
    )


def _refuse_if_changed(session: Session, agreement: Agreement, at: Standing, template: Template) -> None:
    """Refuse a version whose template or data are no longer those it was made of: its translation would differ."""
    if template.sha256 != agreement.template_hash:
        now = f"template «{agreement.family}» {agreement.template_version}, which has changed since"
        raise _refused(agreement, at.case.reference, f"was drafted from {now}")
    if data_digest(printable(_data(session, agreement, at))) != agreement.data_hash:
        raise _refused(agreement, at.case.reference, "was drafted before the proposal or its conditions changed")


def _translated(session: Session, agreement: Agreement, at: Standing, template: Template) -> bytes:
    """Return the agreement as it would be in the language of `template`, proved."""
    in_language = replace(at, proposal=at.proposal.model_copy(update={"language": template.language}))
    data = _data(session, agreement, in_language)
    filled = fill(template, data)
    prove(filled.content, template, data)
    return filled.content


def _data(session: Session, agreement: Agreement, at: Standing) -> dict[str, Any]:
    return document_data(session, at, version=agreement.version, drafted_at=agreement.created_at)


def _drafted_on(agreement: Agreement) -> date:
    return agreement.created_at.astimezone(UTC).date()
