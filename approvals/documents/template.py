"""Agreement templates: a Word file the legal office edits, and beside it a manifest of what it may print.

A template is checked when it is loaded, not when it is filled: a tag that names a field the manifest lacks, a
field no tag uses, or a tag in a place that is never filled stops here, with the file and the field in the message.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from approvals.documents.gate import admit
from approvals.documents.tagged import tagged_parts
from approvals.errors import RefusedFile, TemplateError
from models.case import Funds
from models.partner import PartnerKind

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MANIFEST = "manifest.yaml"


class _ManifestPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TemplateField(_ManifestPart):
    """A field the template prints or asks for, as `manifest.yaml` declares it."""

    path: Annotated[str, Field(pattern=r"^[a-z_]+(\[\])?(\.[a-z_]+(\[\])?)*$")]
    type: Literal["text", "amount", "date", "number", "flag"]
    required: bool  #: is given, and printed, in every agreement of the family
    when: str | None = None  #: printed only if this other field is true or not empty
    meaning: Annotated[str, Field(min_length=1)]
    example: str | bool


class _Purpose(_ManifestPart):
    partner_kinds: Annotated[tuple[PartnerKind, ...], Field(min_length=1)]
    funds: Annotated[tuple[Funds, ...], Field(min_length=1)]


class Manifest(_ManifestPart):
    """What the legal office says about a family of templates."""

    family: str
    title: Mapping[str, str]  #: by language
    version: Annotated[str, Field(pattern=r"^\d+(\.\d+)*$")]
    languages: Annotated[tuple[Literal["en", "fr", "es"], ...], Field(min_length=1)]
    effective_on: date
    owner: str
    purpose: _Purpose = Field(alias="for")
    fields: Annotated[tuple[TemplateField, ...], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class Template:
    """An agreement template that passed every check, with the bytes its digest was taken from."""

    family: str
    language: str
    title: str
    version: str
    owner: str
    effective_on: date
    path: Path
    content: bytes
    sha256: str
    fields: tuple[TemplateField, ...]


def load_template(folder: Path, family: str, language: str) -> Template:
    """Return the template of `family` in `language` from `folder`, checked.

    Raises `TemplateError` if there is no such family or language (it says which exist), if the manifest or the
    Word file is faulty, or if the two do not agree.
    """
    manifest = read_manifest(folder, family)
    path = folder / family / f"{language}.docx"
    if language not in manifest.languages:
        there = ", ".join(manifest.languages)
        raise TemplateError(
            f"Agreement template «{family}» does not exist in «{language}», only in: {there}. "
            f"Choose one of these, or add {path.name} and name the language in its {MANIFEST}."
        )
    content = _read(path)
    _check_once(content, manifest, path)
    return Template(
        family=family,
        language=language,
        title=manifest.title[language],
        version=manifest.version,
        owner=manifest.owner,
        effective_on=manifest.effective_on,
        path=path,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        fields=manifest.fields,
    )


def families(folder: Path) -> list[str]:
    """Return the names of the template families in `folder`, in alphabetical order."""
    return sorted(manifest.parent.name for manifest in folder.glob(f"*/{MANIFEST}"))


def choose_family(folder: Path, *, kind: PartnerKind, funds: Funds) -> str:
    """Return the one family made for partners of `kind` when `funds` move that way.

    Raises `TemplateError` if none fits, or if several do.
    """
    fitting = []
    for family in families(folder):
        purpose = read_manifest(folder, family).purpose
        if kind in purpose.partner_kinds and funds in purpose.funds:
            fitting.append(family)
    if len(fitting) == 1:
        return fitting[0]
    what = f"a partner of kind «{kind}» with funds «{funds}»"
    if not fitting:
        raise TemplateError(
            f"No agreement template is made for {what}. Add the kind to the `for:` part of one of these "
            f"manifests, or add a family: {', '.join(families(folder)) or 'there is none yet'}."
        )
    raise TemplateError(
        f"Several agreement templates are made for {what}: {', '.join(fitting)}. Leave it in one manifest."
    )


def read_manifest(folder: Path, family: str) -> Manifest:
    """Return the manifest of `family`. Raises `TemplateError` naming the file, the field and what to do."""
    if family not in families(folder):
        there = ", ".join(families(folder)) or "none"
        raise TemplateError(f"There is no agreement template «{family}» in {folder}; there are: {there}.")
    path = folder / family / MANIFEST
    try:
        manifest = _manifest_in(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise TemplateError(f"{path} is not readable YAML: {exc}. Mend it and try again.") from exc
    except ValidationError as exc:
        faults = "; ".join(f"`{_where(e['loc'])}`: {e['msg']}" for e in exc.errors())
        raise TemplateError(f"{path} cannot be used: {faults}. Correct the field and try again.") from exc
    _check_manifest(manifest, path)
    return manifest


@lru_cache(maxsize=64)
def _manifest_in(text: str) -> Manifest:
    """Return the manifest written in `text`; the same text is read once, for reading YAML takes its time."""
    return Manifest.model_validate(yaml.safe_load(text))


def _where(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location) or "the whole file"


def _check_manifest(manifest: Manifest, path: Path) -> None:
    """Refuse what the types cannot say: names that differ from the folder, titles missing, fields named twice."""
    paths = [field.path for field in manifest.fields]
    rules = [
        (
            manifest.family != path.parent.name,
            "family",
            f"is «{manifest.family}», but the folder is «{path.parent.name}»; make them equal",
        ),
        (
            set(manifest.title) != set(manifest.languages),
            "title",
            f"needs exactly one title for each of the languages {', '.join(manifest.languages)}",
        ),
    ]
    rules += [
        (paths.count(name) > 1, f"fields.{name}", "is declared twice; keep one") for name in dict.fromkeys(paths)
    ]
    rules += [
        (
            field.when is not None and not _is_declared(field.when, paths),
            f"fields.{field.path}.when",
            f"names «{field.when}», which is no field here; declare it or correct the name",
        )
        for field in manifest.fields
    ]
    faults = [f"`{where}` {sentence}" for broken, where, sentence in rules if broken]
    if faults:
        raise TemplateError(f"{path} cannot be used: {'; '.join(faults)}.")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as exc:
        raise TemplateError(f"{path} is missing; add it, or take its language out of the {MANIFEST}.") from exc


_found_sound: set[tuple[str, str]] = set()


def _check_once(content: bytes, manifest: Manifest, path: Path) -> None:
    """Check the Word file and that it agrees with the manifest; a pair found sound is not checked again."""
    pair = (hashlib.sha256(content).hexdigest(), manifest.model_dump_json())
    if pair in _found_sound:
        return
    try:
        admit(content)
    except RefusedFile as exc:
        raise TemplateError(f"{path} cannot be used as a template: {exc}") from exc
    _check_agreement(used=_paths_used(content, path), manifest=manifest, path=path)
    _found_sound.add(pair)


def _check_agreement(*, used: set[str], manifest: Manifest, path: Path) -> None:
    """Refuse a tag without a field, and a field without a tag."""
    declared = [field.path for field in manifest.fields]
    for name in sorted(used):
        if not _is_declared(name, declared):
            raise TemplateError(
                f"{path} uses the field «{name}», which {MANIFEST} does not declare; "
                "correct the tag in Word or declare the field."
            )
    for name in declared:
        if name not in used:
            raise TemplateError(f"{path} never uses the field «{name}»; add it in Word or remove it from {MANIFEST}.")


def _is_declared(name: str, declared: list[str]) -> bool:
    """`name` is a declared field, or a group or list of declared fields (as in `if money`)."""
    return any(field == name or field.startswith((f"{name}.", f"{name}[].")) for field in declared)


# --- Reading the tags


def _plain_text(value: object) -> object:
    """Let only text into a document: None would print as «None», a number in nobody's language."""
    if isinstance(value, (str, Undefined)):
        return value
    raise TemplateError(f"a tag prints «{value!r}», which is not text; ask for it with `if` before printing it")


ENVIRONMENT = ImmutableSandboxedEnvironment(
    autoescape=True, undefined=StrictUndefined, finalize=_plain_text, extensions=[]
)
"""The one way tags are read. Values are escaped, missing ones are errors, nothing but text is printed."""

_TAG = re.compile(r"\{[{%#].*?[%}#]\}", re.DOTALL)
_ALONE = re.compile(r"\{%\s*(p|tr)\s[^%]*%\}")


def _paths_used(content: bytes, path: Path) -> set[str]:
    """Return the data path of every tag, after refusing tags that would be lost or left standing."""
    _refuse_tags_never_filled(content, path)
    word = DocxTemplate(io.BytesIO(content))
    word.init_docx()
    _refuse_text_beside_tags(word.docx.element.body, path)
    used: set[str] = set()
    for part in tagged_parts(word):
        try:
            tree = ENVIRONMENT.parse(part.text)
        except TemplateSyntaxError as exc:
            raise TemplateError(
                f"{path} holds a tag that cannot be read: {exc.message}. Correct it in Word."
            ) from exc
        used.update(_walk(tree, {}, path))
        _refuse_crossed_blocks(part.text, path)
    return used


def _refuse_tags_never_filled(content: bytes, path: Path) -> None:
    """Refuse tags where nothing fills them."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if re.fullmatch(r"word/(document|header\d*|footer\d*|footnotes)\.xml", name) or not name.endswith(
                (".xml", ".rels")
            ):
                continue
            text = "".join(etree.fromstring(package.read(name), _strict()).itertext())
            if "{{" in text or "{%" in text:
                raise TemplateError(
                    f"{path} has a tag in {name}, where tags are not filled; "
                    "move it to the text, a footnote, the header or the footer."
                )


def _refuse_text_beside_tags(body: Any, path: Path) -> None:
    for kind, element in (("p", f"{W}p"), ("tr", f"{W}tr")):
        for holder in body.iter(element):
            text = "".join(t.text or "" for t in holder.iter(f"{W}t")).strip()
            if re.search(r"\{%\s*" + kind + r"\s", text) and not _ALONE.fullmatch(text):
                raise TemplateError(
                    f"{path}: «{text[:80]}» stands beside a {{%{kind} %}} tag and would be lost; "
                    f"give the tag a {'paragraph' if kind == 'p' else 'row'} of its own."
                )


def _walk(node: nodes.Node, scope: Mapping[str, str], path: Path) -> Iterator[str]:
    """Yield the data paths under `node`; `scope` holds what loop variables stand for.

    The list of what a tag may do is short on purpose: print a field, ask for one, go through a list.
    """
    match node:
        case nodes.Getattr() | nodes.Name():
            yield _dotted(node, scope, path)
        case nodes.For(target=nodes.Name(name=name), iter=source, test=None, else_=[]):
            listed = _dotted(source, scope, path)
            yield listed
            for child in node.body:
                yield from _walk(child, {**scope, name: f"{listed}[]"}, path)
        case (
            nodes.Template() | nodes.Output() | nodes.TemplateData() | nodes.If()
            | nodes.Not() | nodes.And() | nodes.Or()
        ):  # fmt: skip
            for child in node.iter_child_nodes():
                yield from _walk(child, scope, path)
        case _:
            raise TemplateError(
                f"{path} uses an expression of kind «{type(node).__name__}» (line {node.lineno}); a tag may only "
                "print a field, ask for it with if/else/not/and/or, or go through a list with for."
            )


def _dotted(node: nodes.Node, scope: Mapping[str, str], path: Path) -> str:
    match node:
        case nodes.Name(name=name):
            return scope.get(name, name)
        case nodes.Getattr(node=inner, attr=attr) if not attr.startswith("_"):
            return f"{_dotted(inner, scope, path)}.{attr}"
    raise TemplateError(f"{path}: a tag names a field in a way that is not allowed; write it as `group.field`.")


def _refuse_crossed_blocks(patched: str, path: Path) -> None:
    """Refuse an `if` or `for` that opens in one place and closes in another, as in a cell and after the table."""
    open_blocks: list[tuple[str, Any]] = []
    for place, tag in _block_tags(etree.fromstring(patched.encode(), _strict())):
        word = tag.split()[0]
        if word in ("if", "for"):
            open_blocks.append((tag, place))
        elif open_blocks and open_blocks[-1][1] is not place:
            raise TemplateError(
                f"{path}: «{open_blocks[-1][0]}» opens in one paragraph, cell or table and «{word}» stands in "
                "another; put both at the same level."
            )
        if word.startswith("end") and open_blocks:
            open_blocks.pop()


def _block_tags(root: Any) -> Iterator[tuple[Any, str]]:
    """Yield each block tag in reading order with the element whose content it steers."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        text = element.text if event == "start" else element.tail
        place = element if event == "start" else element.getparent()
        if text and "{%" in text:
            inline = next(place.iterancestors(f"{W}p"), None) if place.tag == f"{W}t" else None
            for tag in re.findall(r"\{%\s*(.*?)\s*%\}", text):
                yield (place if inline is None else inline), tag


def _strict() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
