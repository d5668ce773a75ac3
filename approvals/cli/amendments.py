"""`approvals case amend`, and amendments as people read them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from approvals.casework.amendment_file import read_amendment
from approvals.casework.proposal_file import MAX_PROPOSAL_BYTES
from approvals.casework.wording import in_words
from approvals.cli import afterwards
from approvals.cli.door import As, Json, Reference, content_of, visit
from approvals.cli.output import facts, heading, moment, print_json, rows, say
from approvals.services.amendments import amend
from approvals.services.case_file import CaseFile, case_file
from models.amendment import Handling


def amend_case(
    reference: Reference,
    file: Annotated[Path, typer.Argument(help="Your amendment, a YAML or JSON file.", show_default=False)],
    key: Annotated[
        str | None,
        typer.Option("--key", help="Your own name for this sending; by default one made from file, case and sender."),
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Amend a partnership in force that you submitted: more time, another budget, scope or partner, a correction.

    The file names the kind, the reason, and only what changes. Policy says whether it is signed again, approved or
    just noted, and counts earlier changes in. All faults of the file are shown at once.

    Example: `approvals case amend PA-2026-0001 examples/amendments/company-no-cost-extension.yaml`
    """
    content = content_of(file, at_most=MAX_PROPOSAL_BYTES, called="file")
    form = read_amendment(content, name=file.name)
    with visit(who) as at:
        given = key or hashlib.sha256(b"\0".join((content, reference.encode(), at.by.email.encode()))).hexdigest()
        case = amend(at.store, reference, form, by=at.by, key=given, now=at.now)
        is_new = case.submitted_at == at.now
        after = (
            afterwards.settled(at, case.reference)
            if is_new
            else case_file(at.store, case.reference, by=at.by, today=at.today)
        )
        if as_json:
            sheet = {"amends": reference, "amendment": after.amendment}
            print_json({"reference": case.reference, "is_new": is_new, "stage": after.case.stage, **sheet})
            return
        if is_new:
            say(Text.assemble("Submitted as ", (case.reference, "bold"), f", an amendment of {reference}."))
        else:
            say(f"You sent this before, on {moment(case.submitted_at)}: it is {case.reference}. Nothing was added.")
        print_amendment(after)
        afterwards.tell(at, after)


NEEDS = {
    Handling.AMENDMENT: "a decision, and a document that both sides sign",
    Handling.APPROVAL_ONLY: "a decision, no document",
    Handling.RECORD_ONLY: "nothing: it is noted",
}
"""What each handling needs before the amendment takes effect."""


def print_amendment(file: CaseFile) -> None:
    """Print what the case changes in another, before and after; nothing for a new partnership."""
    sheet = file.amendment
    if sheet is None:
        return
    heading(f"Amendment of {sheet.amends}", beside=in_words(sheet.kind))
    facts(
        [
            ("Reason", " ".join(sheet.reason.split())),
            ("Needs", f"{NEEDS[sheet.handling]} ({sheet.source})"),
            ("Counted in all", sheet.extent),
        ]
    )
    rows(
        ("Provision", "Present text", "New text"),
        [(change.provision, change.before, change.after) for change in sheet.changes],
    )


def print_amendments(file: CaseFile) -> None:
    """Print the amendments of the case; nothing if there are none."""
    if not file.amendments:
        return
    heading("Amendments", beside="what they changed: `approvals case show` with their reference")
    rows(
        ("Amendment", "When", "Kind", "Handling", "Stage"),
        [
            (one.reference, one.submitted_at, in_words(one.kind), in_words(one.handling), in_words(one.stage))
            for one in file.amendments
        ],
    )
