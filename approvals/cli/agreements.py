"""`approvals agreement …`: the versions of an agreement, and their Word files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from approvals.casework.wording import in_words
from approvals.cli.door import As, Json, Reference, Visit, visit
from approvals.cli.output import heading, print_json, rows, say
from approvals.errors import Fault, Faulty
from approvals.services.agreements import agreement_file
from approvals.services.case_file import agreements_seen_by, case_file
from approvals.settings import Settings
from models.agreement import Agreement

app = typer.Typer(help="List agreements and get their Word files.", no_args_is_help=True)


@app.command("list")
def list_agreements(
    reference: Annotated[
        str | None,
        typer.Argument(metavar="[REFERENCE]", help="Only this case, with its digests.", show_default=False),
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """List agreements: the newest version of each case, or every version of one case with its digest.

    Example: `approvals agreement list PA-2026-0001`
    """
    with visit(who) as at:
        found = _found(at, reference)
    if as_json:
        print_json([{"case": case, **agreement.model_dump()} for case, agreement in found])
    elif not found:
        say(f"{reference or 'No case you may see'} has no agreement yet.")
    elif reference is None:
        rows(
            ("Case", "Agreement", "Language", "Version", "Made"),
            [(case, one.title, one.language, f"{one.version}, {in_words(one.origin)}", one.created_at)
             for case, one in found],
        )  # fmt: skip
    else:
        for _, one in found:
            heading(f"Version {one.version}, {in_words(one.origin)}", beside=f"{one.title} ({one.language})")
            _print_version(one)


def _found(at: Visit, reference: str | None) -> list[tuple[str, Agreement]]:
    if reference is None:
        return agreements_seen_by(at.store, by=at.by)
    file = case_file(at.store, reference, by=at.by, today=at.today)
    return [(reference, agreement) for agreement in file.agreements]


def _print_version(one: Agreement) -> None:
    say(f"  digest    {one.file_hash}")
    say(
        f"  template  {one.family} {one.template_version}, digest {one.template_hash[:12]}; data {one.data_hash[:12]}"
    )
    if one.comparison:
        count = len(one.comparison["changes"])
        say(f"  changes   {count} since the version before, gravest: {in_words(one.comparison['grade'] or 'none')}")


@app.command("export")
def export_agreement(
    reference: Reference,
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="Which version; the one that stands if left out.")
    ] = None,
    to: Annotated[Path | None, typer.Option("--to", help="Folder to write into; `out` if left out.")] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Write the Word file of an agreement into a folder.

    Example: `approvals agreement export PA-2026-0001 --to out`
    """
    with visit(who) as at:
        agreement, content = agreement_file(at.store, reference, by=at.by, version=version)
    file = write_document(reference, agreement, content, to or Settings().out_folder)
    if as_json:
        print_json({"file": file, "version": agreement.version, "sha256": agreement.file_hash})
    else:
        say(f"Wrote {file} (version {agreement.version}, digest {agreement.file_hash[:12]}).")


def write_document(reference: str, agreement: Agreement, content: bytes, folder: Path) -> Path:
    """Write the document into `folder` and return the file. Raises `Faulty` if it cannot be written."""
    file = file_of(reference, agreement, folder, ending=".docx")
    write_file(file, content, called="--to")
    return file


def file_of(reference: str, agreement: Agreement, folder: Path, *, ending: str) -> Path:
    """Return the file in `folder` for this version, named after case, version and language; `ending` follows."""
    return folder / f"{reference}-v{agreement.version}-{agreement.language}{ending}"


def write_file(file: Path, content: bytes, *, called: str) -> None:
    """Write `content`, and the folder if there is none. Raises `Faulty`, naming the option `called`, if it cannot."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as exc:
        raise Faulty("Nothing was written.", [Fault(called, f"{exc.filename or file}: {exc.strerror}")]) from exc
