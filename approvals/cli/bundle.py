"""`approvals case bundle`: all about a case in a zip that proves itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from approvals.cli.door import As, Json, Reference, visit
from approvals.cli.output import print_json, say
from approvals.services.bundle import write_bundle


def bundle_case(
    reference: Reference,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="File to write; one in the folder `out` if left out.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Write everything about a case into a zip that anybody can verify without our system.

    Inside, HOW-TO-VERIFY.txt says how. The same state of the case gives the same file.

    Example: `approvals case bundle PA-2026-0001 --out bundle.zip`
    """
    with visit(who) as at:
        settings = at.parts.settings
        file = out or settings.out_folder / f"{reference}-bundle.zip"
        done = write_bundle(at.store, reference, file, folder=settings.bundle_folder, by=at.by, now=at.now)
    if as_json:
        print_json({"file": file, "files": done.files, "sha256": done.sha256})
    else:
        say(f"Wrote {file} ({done.files} files), digest {done.sha256}.")
        say("Unpack it anywhere and read HOW-TO-VERIFY.txt.")
