"""The agreement of a case: read with what it changes, and taken along as redline, PDF or reading copy."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from approvals.casework.clauses import ClauseLibrary, read_clause_library
from approvals.desk.addresses import Reference
from approvals.desk.downloads import PDF, LongWork, attachment
from approvals.desk.rendering import page
from approvals.desk.routes.cases import Version
from approvals.desk.visitor import Arrival, SignedIn, Visit, paced
from approvals.errors import Faulty
from approvals.services.comments import comments_on
from approvals.services.copies import LANGUAGES, bilingual_copy, pdf_of_agreement
from approvals.services.deviations import reading, redline_of
from approvals.services.files import WORD
from models.agreement import Grade, Origin

router = APIRouter()

Language = Annotated[str, Path(pattern=r"^[a-z]{2}$")]

GRADE_TAGS = {Grade.WORDING: "plain", Grade.SUBSTANCE: "wait", Grade.IMMUNITIES: "bad"}


@router.get("/cases/{reference}/agreement", name="agreement")
def show(visit: SignedIn, reference: Reference) -> Response:
    """Show a version of the agreement with what it changes in another, and our positions beside it."""
    shown, against = _number(visit, "shown"), _number(visit, "against")
    library, mended = clause_library(visit)
    read = reading(
        visit.store, reference, by=visit.by, library=library, shown=shown, sent=against if against != shown else None
    )
    others = [one for one in LANGUAGES if one != read.shown.language] if read.shown.origin is Origin.DRAFTED else []
    return page(
        visit,
        "agreement.html.jinja",
        read=read,
        others=others,
        tags=GRADE_TAGS,
        library_is_there=mended,
        comments=comments_on(visit.store, reference, by=visit.by),
    )


def clause_library(came: Arrival) -> tuple[ClauseLibrary, bool]:
    """Return the clause library, and whether it could be read; without it pages show changes without positions."""
    folder = came.parts.settings.clause_folder
    files = ((file, file.stat()) for file in sorted(folder.glob("*.yaml")))
    return _library_in(folder, tuple((file.name, seen.st_mtime_ns, seen.st_size) for file, seen in files))


@lru_cache(maxsize=2)
def _library_in(folder: FilePath, state: tuple[tuple[str, int, int], ...]) -> tuple[ClauseLibrary, bool]:
    """Reading takes longer than all the rest of a page, and lawyers rarely change what stands there."""
    try:
        return read_clause_library(folder), True
    except Faulty:
        return ClauseLibrary(), False


@router.get("/cases/{reference}/agreements/{version}.pdf", dependencies=[paced("export")])
async def as_pdf(visit: SignedIn, reference: Reference, version: Version) -> Response:
    """Give a version of the agreement as a PDF."""
    settings = visit.parts.settings
    _, content = await _long_work(visit).do(
        partial(
            pdf_of_agreement,
            visit.store,
            reference,
            by=visit.by,
            version=version,
            libreoffice=settings.libreoffice,
            timeout_seconds=settings.pdf_timeout_seconds,
        )
    )
    return attachment(content, f"{reference}-v{version}.pdf", PDF)


@router.get("/cases/{reference}/agreements/{version}/beside-{language}.docx", dependencies=[paced("export")])
async def beside_its_translation(
    visit: SignedIn, reference: Reference, version: Version, language: Language
) -> Response:
    """Give a version of the agreement beside its translation, to read."""
    _, content = await _long_work(visit).do(
        partial(bilingual_copy, visit.store, reference, beside=language, by=visit.by, version=version)
    )
    return attachment(content, f"{reference}-v{version}-{language}.docx", WORD)


@router.get("/cases/{reference}/agreements/{version}/redline-from-{older}.docx", dependencies=[paced("export")])
async def as_redline(visit: SignedIn, reference: Reference, version: Version, older: Version) -> Response:
    """Give what a version changes in an older one as tracked changes in a Word file."""
    _, _, content = await _long_work(visit).do(
        partial(
            redline_of,
            visit.store,
            reference,
            by=visit.by,
            engine_folder=visit.parts.settings.home / "redline",
            sent=older,
            returned=version,
        )
    )
    return attachment(content, f"{reference}-v{older}-v{version}-redline.docx", WORD)


def _long_work(visit: Visit) -> LongWork:
    work: LongWork = visit.request.app.state.long_work
    return work


def _number(visit: Visit, name: str) -> int | None:
    """Return the version the address names; None if it names none, or nothing that could be one."""
    written = visit.request.query_params.get(name, "")
    return int(written) if written.isascii() and written.isdigit() and 0 < len(written) < 5 and int(written) else None
