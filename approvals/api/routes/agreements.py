"""The agreement of a case: its versions, their files, and what one changes in another."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from approvals.api.answers import PdfFile, WordFile, named, refusals, word_file
from approvals.api.caller import Calling, paced
from approvals.api.fields import Reference, Version
from approvals.api.forms.agreements import AgreementVersion, DeviationsForm, agreements_of
from approvals.casework.clauses import read_clause_library
from approvals.services import deviations
from approvals.services.agreements import agreement_file
from approvals.services.case_file import case_file
from approvals.services.copies import bilingual_copy, pdf_of_agreement

router = APIRouter(prefix="/cases/{reference}/agreements", tags=["agreements"])

Older = Annotated[
    int | None,
    Query(ge=1, le=10_000, description="The version to compare with; the one it was compared with when it came in"),
]

Beside = Annotated[str, Query(pattern=r"^[a-z]{2}$", description="The other language", examples=["fr"])]


@router.get("", name="list_agreements", responses=refusals(404))
def list_versions(call: Calling, reference: Reference) -> list[AgreementVersion]:
    """List every version of the agreement, oldest first; empty before the first."""
    return agreements_of(case_file(call.store, reference, by=call.by, today=call.today))


@router.get(
    "/{version}/file",
    name="download_agreement",
    response_class=WordFile,
    responses=refusals(404),
    dependencies=[paced("export")],
)
def download(call: Calling, reference: Reference, version: Version) -> WordFile:
    """Give a version of the agreement as a Word file."""
    found, content = agreement_file(call.store, reference, by=call.by, version=version)
    return word_file(content, f"{reference}-v{found.version}.docx")


@router.get(
    "/{version}/pdf",
    name="download_pdf",
    response_class=PdfFile,
    responses=refusals(404, 409),
    dependencies=[paced("export")],
)
def download_pdf(call: Calling, reference: Reference, version: Version) -> PdfFile:
    """Give a version of the agreement as a PDF, for reading. Where LibreOffice is not installed, 503 says so."""
    settings = call.api.parts.settings
    _, content = pdf_of_agreement(
        call.store,
        reference,
        by=call.by,
        version=version,
        libreoffice=settings.libreoffice,
        timeout_seconds=settings.pdf_timeout_seconds,
    )
    return PdfFile(content, headers=named(f"{reference}-v{version}.pdf"))


@router.get(
    "/{version}/bilingual",
    name="download_bilingual_copy",
    response_class=WordFile,
    responses=refusals(404, 409),
    dependencies=[paced("export")],
)
def download_bilingual_copy(call: Calling, reference: Reference, version: Version, beside: Beside) -> WordFile:
    """Give a version of the agreement beside its translation, for reading, as a Word file."""
    _, content = bilingual_copy(call.store, reference, beside=beside, by=call.by, version=version)
    return word_file(content, f"{reference}-v{version}-{beside}.docx")


@router.get("/{version}/deviations", name="read_deviations", responses=refusals(404))
def read_deviations(call: Calling, reference: Reference, version: Version, older: Older = None) -> DeviationsForm:
    """Tell what the version changes in an older one, clause by clause, the gravest first."""
    library = read_clause_library(call.api.parts.settings.clause_folder)
    found = deviations.deviations(call.store, reference, by=call.by, library=library, sent=older, returned=version)
    return DeviationsForm.of(found)


@router.get(
    "/{version}/redline",
    name="download_redline",
    response_class=WordFile,
    responses=refusals(404),
    dependencies=[paced("export")],
)
def download_redline(call: Calling, reference: Reference, version: Version, older: Older = None) -> WordFile:
    """Give a Word file that shows what the version changes in an older one as tracked changes."""
    old, new, content = deviations.redline_of(
        call.store,
        reference,
        by=call.by,
        engine_folder=call.api.parts.settings.home / "redline",
        sent=older,
        returned=version,
    )
    return word_file(content, f"{reference}-v{old.version}-v{new.version}.docx")
