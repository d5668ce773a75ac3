"""`approvals agreement pdf` and `bilingual`: copies of an agreement for reading, made when somebody asks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from approvals.cli.agreements import file_of, write_file
from approvals.cli.door import As, Json, Reference, visit
from approvals.cli.output import print_json, say
from approvals.documents.pdf import pages_in
from approvals.services.copies import LANGUAGES, bilingual_copy, pdf_of_agreement
from approvals.settings import Settings

Version = Annotated[
    int | None, typer.Option("--version", min=1, help="Which version; the one that stands if left out.")
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="File to write; one in the folder `out` if left out."),
]


def pdf(
    reference: Reference, version: Version = None, output: Output = None, who: As = None, as_json: Json = False
) -> None:
    """Write an agreement as a PDF, to read or print. The Word file stays the one that is signed.

    Example: `approvals agreement pdf PA-2026-0001 --output agreement.pdf`
    """
    settings = Settings()
    with visit(who) as at:
        agreement, content = pdf_of_agreement(
            at.store,
            reference,
            by=at.by,
            version=version,
            libreoffice=settings.libreoffice,
            timeout_seconds=settings.pdf_timeout_seconds,
        )
    file = output or file_of(reference, agreement, settings.out_folder, ending=".pdf")
    write_file(file, content, called="--output")
    pages = pages_in(content)
    if as_json:
        print_json({"file": file, "version": agreement.version, "pages": pages, "of_sha256": agreement.file_hash})
    else:
        say(f"Wrote {file} ({pages} pages, from version {agreement.version}, digest {agreement.file_hash[:12]}).")


def bilingual(
    reference: Reference,
    beside: Annotated[
        str,
        typer.Option("--with", metavar="LANGUAGE", help=f"Language beside the agreement's: {', '.join(LANGUAGES)}."),
    ],
    version: Version = None,
    output: Output = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Write an agreement beside its translation, paragraph by paragraph, to read; it is not for signature.

    Example: `approvals agreement bilingual PA-2026-0001 --with fr`
    """
    settings = Settings()
    with visit(who) as at:
        agreement, content = bilingual_copy(at.store, reference, beside=beside, by=at.by, version=version)
    file = output or file_of(reference, agreement, settings.out_folder, ending=f"-{beside}.docx")
    write_file(file, content, called="--output")
    if as_json:
        print_json({"file": file, "version": agreement.version, "of_sha256": agreement.file_hash})
    else:
        say(f"Wrote {file}, to read only: the text in «{agreement.language}» is the authentic one.")
