"""The manifest of a family of templates: what the legal office says about it, in a file beside the Word files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Annotated, Literal

import yaml
from pydantic import Field, ValidationError

from approvals.casework.plain_yaml import UnreadableYaml, read_yaml
from approvals.casework.sentences import faults_in
from approvals.documents.manifest_part import IDENTIFIER, SHAPES, FieldPath, ManifestPart
from approvals.documents.rules import InWords, Rule, misfits_of
from approvals.documents.words import Language
from approvals.errors import Fault, FaultyTemplate

MANIFEST = "manifest.yaml"


class TemplateField(ManifestPart):
    """A field the template prints or asks for, as the manifest declares it."""

    path: FieldPath
    type: Literal["text", "amount", "date", "number", "flag"]
    required: bool  #: is given, and printed, in every agreement of the family
    when: str | None = None  #: printed only if this other field is true or not empty
    meaning: Annotated[str, Field(min_length=1)]
    example: str | bool


class Manifest(ManifestPart):
    """What the legal office says about a family of templates."""

    family: Annotated[str, Field(pattern=IDENTIFIER)]
    title: Mapping[str, str]  #: by language
    version: Annotated[str, Field(pattern=r"^\d+(\.\d+)*$")]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    effective_on: date
    owner: Annotated[str, Field(min_length=1)]
    rules: tuple[Rule, ...] = ()
    fields: Annotated[tuple[TemplateField, ...], Field(min_length=1)]


def manifest_in(text: str, *, name: str) -> Manifest:
    """Return the manifest written in `text`; `name` says in messages where it stands.

    Raises `FaultyTemplate` with every fault: what is no manifest, titles that lack, fields named twice.
    """
    try:
        manifest = Manifest.model_validate(read_yaml(text))
    except UnreadableYaml as exc:
        raise FaultyTemplate(f"{name} cannot be used.", [Fault("", f"is not readable YAML: {exc}")]) from exc
    except ValidationError as exc:
        raise FaultyTemplate(f"{name} cannot be used.", faults_in(exc, shapes=SHAPES)) from exc
    faults = list(_misfits(manifest))
    if faults:
        raise FaultyTemplate(f"{name} cannot be used.", faults)
    return manifest


def manifest_written(manifest: Manifest) -> str:
    """Return the manifest as text that `manifest_in` reads back, for somebody who wants to change it."""
    values = manifest.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=118)


def _misfits(manifest: Manifest) -> Iterator[Fault]:
    """Yield what the types cannot say."""
    if set(manifest.title) != set(manifest.languages):
        yield Fault("title", f"needs exactly one for each of the languages {', '.join(manifest.languages)}")
    paths = [field.path for field in manifest.fields]
    for path in dict.fromkeys(path for path in paths if paths.count(path) > 1):
        yield Fault(f"fields: {path}", "is declared twice; keep one")
    for path in paths:  # a tag finds what a mapping can do, such as `items`, before what it holds
        for name in filter(partial(hasattr, dict), re.split(r"\W+", path)):
            yield Fault(f"fields: {path}", f"«{name}» means something else in a tag; choose another name")
    for field in manifest.fields:
        if field.when is not None and not is_declared(field.when, paths):
            yield Fault(f"fields: {field.path}", f"`when` names «{field.when}», which is no field here; declare it")
    yield from misfits_of(manifest.rules)
    for rule in manifest.rules:
        if isinstance(rule, InWords) and rule.words not in paths:
            yield Fault(f"rules: {rule.id}", f"looks at the words «{rule.words}», which is no field here; declare it")


def is_declared(name: str, paths: Collection[str]) -> bool:
    """`name` is one of `paths`, or a group or list of some of them (as in `if money`)."""
    return name in paths or any(path.startswith((f"{name}.", f"{name}[].")) for path in paths)
