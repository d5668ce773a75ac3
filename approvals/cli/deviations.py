"""`approvals agreement deviations|redline|view|register`: what partners change, and how far we may give way."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from approvals.casework.clauses import ClauseLibrary, Positions, read_clause_library
from approvals.casework.wording import in_words
from approvals.cli.door import As, Json, Reference, visit
from approvals.cli.output import complaint, facts, heading, plain, print_json, rows, say
from approvals.documents.compare import Change
from approvals.errors import Fault, Faulty
from approvals.services.deviation_register import (
    DeviationFigure,
    RegisteredDeviation,
    Reply,
    figures,
    register,
)
from approvals.services.deviations import (
    ChangedClause,
    Deviations,
    deviations,
    page_of_agreement,
    redline_of,
)
from approvals.settings import Settings
from models.agreement import Grade

From = Annotated[
    int | None,
    typer.Option("--from", min=1, help="The older version; the one it was compared with when it came, if left out."),
]
To = Annotated[int | None, typer.Option("--to", min=1, help="The later version; the newest if left out.")]


def show_deviations(
    reference: Reference, sent: From = None, returned: To = None, who: As = None, as_json: Json = False
) -> None:
    """Show each clause a version changes: before and after, its weight, and what we may offer instead.

    Example: `approvals agreement deviations PA-2026-0001`
    """
    library = the_clause_library()
    with visit(who) as at:
        found = deviations(at.store, reference, by=at.by, library=library, sent=sent, returned=returned)
    if as_json:
        print_json(
            {"case": reference, "from": found.sent.version, "to": found.returned.version, "clauses": found.clauses}
        )
    else:
        heading(f"Version {found.returned.version} ({in_words(found.returned.origin)}) against {found.sent.version}")
        print_deviations(found)


def the_clause_library() -> ClauseLibrary:
    """Return the clause library; without it, say so on standard error and go on with an empty one."""
    try:
        return read_clause_library(Settings().clause_folder)
    except Faulty as exc:
        complaint(f"{exc}\nYou see the changes without our positions until it is mended.")
        return ClauseLibrary()


def print_deviations(found: Deviations) -> None:
    """Print every changed clause, the gravest first, with the positions of the clause library."""
    if not found.clauses:
        say("No clause says anything else.")
    for one in found.clauses:
        _print_clause(one, found.returned.language)


def _print_clause(one: ChangedClause, language: str) -> None:
    heading(one.name, beside=in_words(one.grade))
    for change in one.changes:
        facts(_lines_of(change))
    if one.clause and one.clause.positions:
        say(Text(f"At risk: {one.clause.risk}", style="dim"))
        facts(_lines_of_positions(one.clause.positions, language, used=one.fallback))


def _lines_of(change: Change) -> Iterator[tuple[str, object]]:
    yield f"{change.kind}".capitalize(), ", ".join(change.topics) or "wording only"
    yield "Sent", change.old or None
    yield "Returned", Text(change.new, style="bold") if change.new else None


def _lines_of_positions(positions: Positions, language: str, *, used: int | None) -> Iterator[tuple[str, object]]:
    yield "Standard", positions.standard
    for number, fallback in enumerate(positions.fallbacks, 1):
        said = f"{fallback.summary} When: {fallback.when} Accepted by the {in_words(fallback.accepted_by)}."
        here = Text("This is what came back. ", style="bold") if number == used else Text()
        yield f"Fallback {number}", Text.assemble(here, f"{said}\n«{fallback.text[language]}»")
    yield "Never", "\n".join(positions.never)


def write_redline(
    reference: Reference,
    sent: From = None,
    returned: To = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="The file to write; one in `out` if left out.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Write a Word file that shows as tracked changes how a version differs from the one before.

    Accepting every change gives the later text, rejecting every one the earlier; that is tried before it is written.

    Example: `approvals agreement redline PA-2026-0001 --output redline.docx`
    """
    settings = Settings()
    with visit(who) as at:
        old, new, content = redline_of(
            at.store, reference, by=at.by, engine_folder=settings.home / "redline", sent=sent, returned=returned
        )
    file = output or settings.out_folder / f"{reference}-v{old.version}-v{new.version}-redline.docx"
    _write(file, content)
    if as_json:
        print_json({"file": file, "from": old.version, "to": new.version})
    else:
        say(f"Wrote {file}: version {new.version} as tracked changes in version {old.version}.")


def write_view(
    reference: Reference,
    sent: From = None,
    shown: To = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="The file to write; one in `out` if left out.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Write a page for the browser: the agreement with what changed marked in place, and our positions beside it.

    Example: `approvals agreement view PA-2026-0001 --output agreement.html`
    """
    settings = Settings()
    library = the_clause_library()
    with visit(who) as at:
        agreement, page = page_of_agreement(
            at.store,
            reference,
            by=at.by,
            library=library,
            page_folder=settings.page_folder,
            now=at.now,
            sent=sent,
            shown=shown,
        )
    file = output or settings.out_folder / f"{reference}-v{agreement.version}.html"
    _write(file, page.encode())
    if as_json:
        print_json({"file": file, "version": agreement.version})
    else:
        say(f"Wrote {file}: version {agreement.version}; open it in a browser.")


def _write(file: Path, content: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as exc:
        raise Faulty("Nothing was written.", [Fault("--output", f"{exc.filename or file}: {exc.strerror}")]) from exc


# The register -------------------------------------------------------------------------------------------------


class Form(StrEnum):
    """How the register is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def show_register(
    family: Annotated[str | None, typer.Option("--family", help="Only agreements of this template family.")] = None,
    form: Annotated[
        Form, typer.Option("--format", help="Figures as a table or JSON, or every deviation as CSV.")
    ] = Form.TABLE,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Show which clauses partners change, how often and how gravely, what legal review said, and in which cases.

    Example: `approvals agreement register --family private_partnership`
    """
    library = the_clause_library()
    with visit(who) as at:
        found = register(at.store, by=at.by, library=library, family=family)
    if as_json or form is Form.JSON:
        print_json(figures(found))
    elif form is Form.CSV:
        _print_csv(found)
    elif not found:
        say("No partner has changed a text yet." if family is None else f"No partner has changed a {family} yet.")
    else:
        _print_figures(figures(found))


def _print_figures(lines: Sequence[DeviationFigure]) -> None:
    rows(
        ("Clause", "Family", "Partner", "Times", "Grades", "Legal review", "Cases"),
        [
            (one.title, in_words(one.family), in_words(one.partner_kind), one.times, _counted(one.grades),
             _counted(one.replies), ", ".join(f"{each.case} v{each.version}" for each in one.deviations))
            for one in lines
        ],
        right=("Times",),
    )  # fmt: skip


def _counted(numbers: Mapping[Grade, int] | Mapping[Reply, int]) -> str:
    return ", ".join(f"{count} {in_words(name)}" for name, count in numbers.items())


def _print_csv(found: Sequence[RegisteredDeviation]) -> None:
    names = [field.name for field in fields(RegisteredDeviation)]
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(names)
    table.writerows([_harmless(plain(getattr(one, name))) for name in names] for one in found)


def _harmless(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: a partner may give a clause any heading."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
