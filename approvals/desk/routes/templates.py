"""Templates of agreements: what is in force, what rests on older versions; proposed by one, published by another."""

from __future__ import annotations

from typing import Annotated, get_args

from fastapi import APIRouter, Path
from fastapi.responses import RedirectResponse, Response

from approvals.casework.rights import Right, may, require
from approvals.casework.sentences import with_its_place
from approvals.desk.downloads import attachment
from approvals.desk.forms import Form, SentForm
from approvals.desk.rendering import page
from approvals.desk.visitor import Sent, SignedIn, Visit
from approvals.documents import words
from approvals.documents.gate import MAX_BYTES
from approvals.errors import ApprovalError, Fault, Faulty, RefusedFile, TemplateError
from approvals.services.files import WORD
from approvals.services.template_register import agreements_on_older_versions, template_seen, templates_known
from approvals.services.templates import propose_template, publish_template
from models.template import TemplateState, TemplateVersion

router = APIRouter(prefix="/templates")

Family = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,60}$")]
Language = Annotated[str, Path(pattern=r"^[a-z]{2}$")]
Version = Annotated[str, Path(pattern=r"^\d{1,4}(\.\d{1,4}){0,3}$")]

LANGUAGES: tuple[str, ...] = get_args(words.Language)
MAX_MANIFEST_BYTES = 1_000_000
YAML = "application/yaml"
STATE_TAGS = {
    TemplateState.PROPOSED: "wait",
    TemplateState.COMING: "now",
    TemplateState.IN_FORCE: "good",
    TemplateState.REPLACED: "plain",
}


@router.get("", name="templates")
def templates(visit: SignedIn) -> Response:
    """Show every version of every template and where it stands, and the live agreements on older ones."""
    return _list_page(visit, Form())


@router.post("")
def propose(visit: SignedIn, sent: Sent) -> Response:
    """Keep a new version for somebody else to publish, or show everything that is wrong with it."""
    require(visit.by, Right.PROPOSE_TEMPLATE)
    try:
        made = _proposed(visit, sent)
    except (Faulty, RefusedFile, TemplateError) as refusal:
        return _list_page(visit, sent.with_faults(_at_their_fields(refusal)), status=422)
    return RedirectResponse(f"/templates/{made.family}/{made.language}/{made.version}", status_code=303)


@router.get("/{family}/{language}/{version}", name="template")
def show(visit: SignedIn, family: Family, language: Language, version: Version) -> Response:
    """Show a version of a template: where it stands, what it keeps to, what it prints; and publish it."""
    require(visit.by, Right.PROPOSE_TEMPLATE)
    seen = template_seen(visit.store, family, language, version, today=visit.today)
    return page(visit, "template.html.jinja", seen=seen, known=seen.known, tags=STATE_TAGS)


@router.post("/{family}/{language}/{version}/publish")
def publish(visit: SignedIn, sent: Sent, family: Family, language: Language, version: Version) -> Response:
    """Put a version that somebody else proposed in force from the day it names."""
    publish_template(visit.store, family, language, version, by=visit.by, now=visit.now)
    return RedirectResponse(f"/templates/{family}/{language}/{version}", status_code=303)


@router.get("/{family}/{language}/{version}/template.docx")
def word_file(visit: SignedIn, family: Family, language: Language, version: Version) -> Response:
    """Give the Word file of a version."""
    require(visit.by, Right.PROPOSE_TEMPLATE)
    seen = template_seen(visit.store, family, language, version, today=visit.today)
    return attachment(seen.template.content, f"{family}-{language}-{version}.docx", WORD)


@router.get("/{family}/{language}/{version}/manifest.yaml")
def manifest(visit: SignedIn, family: Family, language: Language, version: Version) -> Response:
    """Give the manifest of a version."""
    require(visit.by, Right.PROPOSE_TEMPLATE)
    seen = template_seen(visit.store, family, language, version, today=visit.today)
    return attachment(seen.manifest_text.encode(), f"{family}-{version}-manifest.yaml", YAML)


def _list_page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    require(visit.by, Right.PROPOSE_TEMPLATE)
    known = templates_known(visit.store, today=visit.today)
    return page(
        visit,
        "templates.html.jinja",
        status=status,
        waiting=[one for one in known if one.state is TemplateState.PROPOSED],
        used=[one for one in known if one.state in (TemplateState.IN_FORCE, TemplateState.COMING)],
        replaced=[one for one in known if one.state is TemplateState.REPLACED],
        older=agreements_on_older_versions(visit.store, by=visit.by, today=visit.today),
        tags=STATE_TAGS,
        tongues=[(one, visit.desk.languages[one].own_name) for one in LANGUAGES],
        form=form,
        faulty=bool(form.faults),
        may_publish=may(visit.by, Right.PUBLISH_TEMPLATE),
    )


def _proposed(visit: Visit, sent: SentForm) -> TemplateVersion:
    """Return the version made of what was sent. Raises `Faulty` with every field left empty."""
    say = visit.language.texts.gettext
    content = sent.content("file", at_most=MAX_BYTES)
    written = sent.content("manifest", at_most=MAX_MANIFEST_BYTES)
    language = sent.text("language")
    missing = {
        "language": None if language in LANGUAGES else say("Choose the language of the Word file."),
        "file": None if content else say("Choose the Word file of the template."),
        "manifest": None if written else say("Choose the manifest of the template."),
    }
    faults = [Fault(name, why) for name, why in missing.items() if why]
    if faults or content is None or written is None:
        raise Faulty("The template was not proposed.", faults)
    if len(written) > MAX_MANIFEST_BYTES:
        raise Faulty("The template was not proposed.", [Fault("manifest", say("The manifest is too large."))])
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        fault = Fault("manifest", say("The manifest is no text in UTF-8. Save it so and send it again."))
        raise Faulty("The template was not proposed.", [fault]) from exc
    return propose_template(visit.store, content, text, language=language, by=visit.by, now=visit.now)


def _at_their_fields(refusal: ApprovalError) -> list[Fault]:
    """Return the faults at the fields of the form; those inside the files with their place in words."""
    if not isinstance(refusal, Faulty):
        return [Fault("file", refusal.sentence)]
    return [
        fault if fault.path in ("file", "manifest", "language", "") else Fault("", with_its_place(fault))
        for fault in refusal.faults
    ]
