"""`approvals case attach`, `files` and `file`: the files that come with a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from approvals.cli.agreements import write_file
from approvals.cli.door import As, Json, Reference, content_of, visit
from approvals.cli.output import print_json, rows, say
from approvals.documents.gate import MAX_BYTES
from approvals.services import attachments
from approvals.services.attachments import AttachmentLine


def attach_file(
    reference: Reference,
    file: Annotated[
        Path, typer.Argument(help="The document: PDF, Word (.docx), PNG or JPEG, at most 20 MB.", show_default=False)
    ],
    title: Annotated[str, typer.Option("--title", help="What the document is.", show_default=False)],
    kind: Annotated[
        str | None, typer.Option("--kind", help="Which document policy asks for it is, such as statute.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Add a file to a case you submitted. It stays on record; the same file under the same title is kept once.

    Example: `approvals case attach PA-2026-0001 statutes.pdf --title "Statutes" --kind statute`
    """
    content = content_of(file, at_most=MAX_BYTES, called="file")
    with visit(who) as at:
        kept = attachments.attach(
            at.store, reference, content, title=title, kind=kind, file_name=file.name, by=at.by, now=at.now
        )
    if as_json:
        print_json({"file": kept.id, "title": kept.title, "sha256": kept.file_hash})
    else:
        say(f"File {kept.id} is kept with {reference}: {kept.title}.")


def list_files(reference: Reference, who: As = None, as_json: Json = False) -> None:
    """List the files of a case in the order they came.

    Example: `approvals case files PA-2026-0001`
    """
    with visit(who) as at:
        lines = attachments.attachments_of(at.store, reference, by=at.by)
    if as_json:
        print_json([_as_row(line) for line in lines])
    elif not lines:
        say(f"No file was added to {reference} yet.")
    else:
        rows(
            ("File", "Title", "Name", "Bytes", "Added", "By"),
            [
                (one.id, one.title, one.file_name, line.size_bytes, one.added_at, line.added_by)
                for line in lines
                for one in [line.attachment]
            ],
            right=("File", "Bytes"),
        )


def get_file(
    reference: Reference,
    number: Annotated[int, typer.Argument(min=1, help="Number of the file, from `case files`.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="Where to put it.", show_default=False)],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Get a file of a case as it was added.

    Example: `approvals case file PA-2026-0001 3 --out statutes.pdf`
    """
    with visit(who) as at:
        _, _, content = attachments.attached_file(at.store, reference, number, by=at.by)
        write_file(out, content, called="--out")
    print_json({"file": out}) if as_json else say(f"Wrote {out}.")


def _as_row(line: AttachmentLine) -> dict[str, object]:
    one = line.attachment
    return {
        "file": one.id,
        "title": one.title,
        "kind": one.kind,
        "name": one.file_name,
        "sha256": one.file_hash,
        "size_bytes": line.size_bytes,
        "added_at": one.added_at,
        "added_by": line.added_by,
    }
