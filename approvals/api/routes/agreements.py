"""The agreement of a case: its versions, their files, and what one changes in another."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from approvals.api.answers import WordFile, refusals, word_file
from approvals.api.caller import Calling, paced
from approvals.api.fields import Reference, Version
from approvals.api.forms.agreements import AgreementVersion, DeviationsForm, agreements_of
from approvals.casework.clauses import read_clause_library
from approvals.services import deviations
from approvals.services.agreements import agreement_file
from approvals.services.case_file import case_file

router = APIRouter(prefix="/cases/{reference}/agreements", tags=["agreements"])

Older = Annotated[
    int | None,
    Query(ge=1, le=10_000, description="The version to compare with; the one it was compared with when it came in"),
]


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
