"""Templates of agreements: proposed by one person, published by another."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from approvals.api.answers import TextFile, WordFile, refusals, word_file
from approvals.api.caller import Call, Calling, paced
from approvals.api.forms.templates import NewTemplate, OlderAgreementForm, TemplateForm
from approvals.casework.rights import Right, require
from approvals.services.template_register import (
    SeenTemplate,
    agreements_on_older_versions,
    template_seen,
    templates_known,
)
from approvals.services.templates import propose_template, publish_template

router = APIRouter(prefix="/templates", tags=["templates"])

Family = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,60}$", examples=["ngo_implementing"])]
Language = Annotated[str, Path(pattern=r"^[a-z]{2}$", examples=["fr"])]
ONE = "/{family}/{language}/{release}"
Release = Annotated[
    str, Path(pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){0,3}$", description="Version of the template", examples=["1.0"])
]


@router.get("", name="list_templates", responses=refusals())
def list_templates(call: Calling) -> list[TemplateForm]:
    """List every version of every template, by family and language, oldest first."""
    require(call.by, Right.PROPOSE_TEMPLATE)
    return [TemplateForm.model_validate(one) for one in templates_known(call.store, today=call.today)]


@router.post("", name="propose_template", status_code=201, responses=refusals(409, body=True))
def propose(call: Calling, sent: NewTemplate) -> TemplateForm:
    """Keep a new version for somebody else to publish; every fault is told. The same again is kept once."""
    made = propose_template(call.store, sent.file, sent.manifest, language=sent.language, by=call.by, now=call.now)
    return _shown(_seen(call, made.family, made.language, made.version))


@router.get("/older-agreements", name="list_older_agreements", responses=refusals())
def older(call: Calling) -> list[OlderAgreementForm]:
    """List the live agreements whose template has a newer version in force, oldest case first."""
    require(call.by, Right.PROPOSE_TEMPLATE)
    found = agreements_on_older_versions(call.store, by=call.by, today=call.today)
    return [OlderAgreementForm.model_validate(one) for one in found]


@router.get(ONE, name="read_template", responses=refusals(404))
def read(call: Calling, family: Family, language: Language, release: Release) -> TemplateForm:
    """Give where a version of a template stands."""
    return _shown(_seen(call, family, language, release))


@router.post(f"{ONE}/publication", name="publish_template", responses=refusals(404, 409))
def publish(call: Calling, family: Family, language: Language, release: Release) -> TemplateForm:
    """Put a version that somebody else proposed in force from the day it names. Twice changes nothing."""
    publish_template(call.store, family, language, release, by=call.by, now=call.now)
    return read(call, family, language, release)


@router.get(
    f"{ONE}/file",
    name="download_template",
    response_class=WordFile,
    responses=refusals(404),
    dependencies=[paced("export")],
)
def download(call: Calling, family: Family, language: Language, release: Release) -> WordFile:
    """Give the Word file of a version."""
    seen = _seen(call, family, language, release)
    return word_file(seen.template.content, f"{family}-{language}-{release}.docx")


@router.get(f"{ONE}/manifest", name="download_manifest", response_class=TextFile, responses=refusals(404))
def manifest(call: Calling, family: Family, language: Language, release: Release) -> TextFile:
    """Give the manifest of a version, as YAML."""
    return TextFile(_seen(call, family, language, release).manifest_text)


def _seen(call: Call, family: str, language: str, release: str) -> SeenTemplate:
    require(call.by, Right.PROPOSE_TEMPLATE)
    return template_seen(call.store, family, language, release, today=call.today)


def _shown(seen: SeenTemplate) -> TemplateForm:
    return TemplateForm.model_validate(seen.known)
