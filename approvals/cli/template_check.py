"""`approvals template check`: every fault of a template, told before anybody proposes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.text import Text

from approvals.cli.door import Json, content_of
from approvals.cli.output import print_json, say
from approvals.documents import words
from approvals.documents.gate import MAX_BYTES
from approvals.documents.manifest import MANIFEST, Manifest, manifest_in
from approvals.documents.template import families, made_of, read_manifest
from approvals.documents.trial import admit_template
from approvals.errors import ApprovalError, Fault, Faulty, NotFound, TemplateError
from approvals.settings import Settings

SOMETHING_FOUND = 1
MAX_MANIFEST_BYTES = 1_000_000

ManifestFile = Annotated[
    Path | None,
    typer.Option("--manifest", help="Manifest of the file; the one beside it if left out.", show_default=False),
]
Language = Annotated[
    str | None, typer.Option("--language", help="Language of the file; its name if left out.", show_default=False)
]


@dataclass(frozen=True)
class Checked:
    """A template that was checked, and every fault that was found."""

    template: str
    faults: tuple[Fault, ...]


def check(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[FAMILY | FOLDER | FILE]", help="What to check; every family if left out.", show_default=False
        ),
    ] = None,
    manifest: ManifestFile = None,
    language: Language = None,
    as_json: Json = False,
) -> None:
    """Show every fault of a template at once, with its place and what to do. No database is needed.

    A template without faults is filled on trial from the examples of its manifest. Ends with 1 if there is a fault.

    Example: `approvals template check draft/en.docx --manifest draft/manifest.yaml`
    """
    checked = _checked(target, manifest, language)
    if as_json:
        print_json(checked)
    for one in () if as_json else checked:
        _tell(one)
    if any(one.faults for one in checked):
        raise typer.Exit(SOMETHING_FOUND)


def _checked(target: str | None, manifest: Path | None, language: str | None) -> list[Checked]:
    path = Path(target) if target else Settings().template_folder
    if path.is_file():
        return [_check_file(path, manifest, language)]
    if (path / MANIFEST).is_file():
        return _check_family(path.parent, path.name)
    if path.is_dir():
        return [one for family in families(path) for one in _check_family(path, family)]
    folder = Settings().template_folder
    if target not in families(folder):
        there = ", ".join(families(folder)) or "none"
        raise NotFound(f"«{target}» is no file or folder and no template family; the families here are: {there}.")
    return _check_family(folder, target)


def _check_family(folder: Path, family: str) -> list[Checked]:
    where = folder / family
    try:
        manifest = read_manifest(folder, family)
    except TemplateError as exc:
        return [_faulty(str(where / MANIFEST), exc)]
    return [_check_pair(where / f"{language}.docx", manifest, language) for language in manifest.languages]


def _check_file(file: Path, manifest: Path | None, language: str | None) -> Checked:
    beside = manifest or file.parent / MANIFEST
    try:
        return _check_pair(file, read_manifest_file(beside), language_of(file, language))
    except TemplateError as exc:
        return _faulty(str(file), exc)


def _check_pair(file: Path, manifest: Manifest, language: str) -> Checked:
    try:
        admit_template(made_of(word_file(file), manifest, language, path=file))
    except ApprovalError as exc:
        return _faulty(str(file), exc)
    return Checked(str(file), ())


def _faulty(name: str, error: ApprovalError) -> Checked:
    return Checked(name, error.faults if isinstance(error, Faulty) else (Fault("", str(error)),))


def language_of(file: Path, given: str | None) -> str:
    """Return the language given, or that of a file named like `fr.docx`. Raises `Faulty` if neither says it."""
    known = get_args(words.Language)
    said = given or file.stem
    if said not in known:
        fault = Fault("--language", f"say in which language {file.name} is written: {', '.join(known)}")
        raise Faulty("Nothing was done.", [fault])
    return said


def word_file(file: Path) -> bytes:
    """Return the bytes of the Word file. Raises `Faulty` if it cannot be read."""
    return content_of(file, at_most=MAX_BYTES, called="FILE")


def manifest_text(file: Path) -> str:
    """Return the text of the manifest. Raises `Faulty` if it cannot be read."""
    content = content_of(file, at_most=MAX_MANIFEST_BYTES, called="--manifest")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise Faulty("Nothing was done.", [Fault("--manifest", f"{file} is not text in UTF-8")]) from exc


def read_manifest_file(file: Path) -> Manifest:
    """Return the manifest in `file`. Raises `FaultyTemplate` with every fault, `Faulty` if it cannot be read."""
    return manifest_in(manifest_text(file), name=str(file))


def _tell(one: Checked) -> None:
    if not one.faults:
        say(Text.assemble((f"{one.template}: ", "bold"), "no faults"))
        return
    count = f"{len(one.faults)} fault{'' if len(one.faults) == 1 else 's'}"
    say(Text.assemble((f"{one.template}: ", "bold"), (count, "bold red")))
    for fault in one.faults:
        say(Text.assemble("  • ", (f"{fault.path}: ", "bold") if fault.path else "", fault.message))
