"""Agreement templates: a Word file the legal office edits, and beside it a manifest of what it may print.

A template is checked when it is loaded, not when it is filled, and all its faults are told at once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath

from approvals.documents.lint import faults_in_template
from approvals.documents.manifest import MANIFEST, Manifest, TemplateField, manifest_in
from approvals.documents.rules import Rule
from approvals.documents.words import Language
from approvals.errors import Fault, FaultyTemplate, TemplateError


@dataclass(frozen=True, kw_only=True)
class Template:
    """An agreement template with the bytes its digest was taken from."""

    family: str
    language: Language
    title: str
    version: str
    owner: str
    effective_on: date
    path: PurePath  #: names it in messages
    content: bytes
    sha256: str
    fields: tuple[TemplateField, ...]
    rules: tuple[Rule, ...] = ()


def load_template(folder: Path, family: str, language: str) -> Template:
    """Return the template of `family` in `language` from `folder`, checked.

    Raises `TemplateError` if there is no such family or language (it says which exist), `FaultyTemplate` with every
    fault if the manifest or the Word file is faulty, or if the two do not agree.
    """
    manifest = read_manifest(folder, family)
    path = folder / family / f"{language}.docx"
    try:
        content = path.read_bytes() if language in manifest.languages else b""
    except FileNotFoundError as exc:
        raise TemplateError(f"{path} is missing; add it, or take its language out of the {MANIFEST}.") from exc
    template = made_of(content, manifest, language, path=path)
    check_template(template)
    return template


def made_of(content: bytes, manifest: Manifest, language: str, *, path: PurePath) -> Template:
    """Return the Word file in `content` and its manifest as a template, not checked.

    Raises `TemplateError` if the manifest does not name the language.
    """
    for spoken in manifest.languages:
        if spoken == language:
            return Template(
                family=manifest.family,
                language=spoken,
                title=manifest.title[spoken],
                version=manifest.version,
                owner=manifest.owner,
                effective_on=manifest.effective_on,
                path=path,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                fields=manifest.fields,
                rules=manifest.rules,
            )
    there = ", ".join(manifest.languages)
    raise TemplateError(
        f"Agreement template «{manifest.family}» does not exist in «{language}», only in: {there}. "
        f"Choose one of these, or add {path.name} and name the language in its {MANIFEST}."
    )


def check_template(template: Template) -> None:
    """Raise `FaultyTemplate` with every fault of the Word file, and of what it and the manifest say differently."""
    faults = faults_in_template(template.content, template.fields)
    if faults:
        raise FaultyTemplate(f"{template.path} cannot be used as a template.", faults)


def families(folder: Path) -> list[str]:
    """Return the names of the template families in `folder`, in alphabetical order."""
    return sorted(manifest.parent.name for manifest in folder.glob(f"*/{MANIFEST}"))


def read_manifest(folder: Path, family: str) -> Manifest:
    """Return the manifest of `family` in `folder`.

    Raises `TemplateError` if there is no such family, `FaultyTemplate` with every fault of the manifest.
    """
    if family not in families(folder):
        there = ", ".join(families(folder)) or "none"
        raise TemplateError(f"There is no agreement template «{family}» in {folder}; there are: {there}.")
    path = folder / family / MANIFEST
    try:
        manifest = manifest_in(path.read_text(encoding="utf-8"), name=str(path))
    except UnicodeDecodeError as exc:
        raise FaultyTemplate(
            f"{path} cannot be used.", [Fault("", "is not text in UTF-8; save it again so")]
        ) from exc
    if manifest.family != family:
        fault = Fault("family", f"is «{manifest.family}», but the folder is «{family}»; make them equal")
        raise FaultyTemplate(f"{path} cannot be used.", [fault])
    return manifest
