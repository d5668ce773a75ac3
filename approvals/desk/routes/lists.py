"""Lists of names: which are in force and how old, bringing a new version, and looking a name up."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.casework.rights import Right, may, require
from approvals.casework.sentences import with_its_place
from approvals.desk.addresses import plain
from approvals.desk.forms import Form, SentForm
from approvals.desk.rendering import page
from approvals.desk.visitor import Sent, SignedIn, Visit
from approvals.errors import ApprovalError, Fault, Faulty, SourceUnavailable
from approvals.screening.lists import FORMATS
from approvals.screening.matching import Match
from approvals.services.watchlists import import_list, known_lists, screen_name
from approvals.store.engine import Store

router = APIRouter(prefix="/lists")

LARGEST = 60_000_000
FIELDS = {"--source": "source", "--format": "format"}


@router.get("", name="lists")
def show(visit: SignedIn) -> Response:
    """Show the lists, and what a name looked up resembles; nothing is kept of that."""
    return _page(visit, Form())


@router.post("")
def bring(visit: SignedIn, sent: Sent) -> Response:
    """Put a new version of a list in force; or the form again, and the version before stays."""
    require(visit.by, Right.IMPORT_LIST)
    content = sent.content("file", at_most=LARGEST)
    faults = _missing(visit, sent, content)
    if faults or content is None:
        return _page(visit, sent.with_faults(faults), status=422)
    try:
        _import(visit.store, visit, sent, content)
    except (Faulty, SourceUnavailable) as refusal:
        return _page(visit, sent.with_faults(_told(refusal)), status=422)
    return RedirectResponse("/lists", status_code=303)


def _missing(visit: Visit, sent: SentForm, content: bytes | None) -> list[Fault]:
    say = visit.language.texts.gettext
    faults = [] if sent.text("format") in FORMATS else [Fault("format", say("Choose the format of the file."))]
    if not content:
        faults.append(Fault("file", say("Choose the file.")))
    elif len(content) > LARGEST:
        faults.append(Fault("file", say("The file is too large for the desk; import it at a terminal.")))
    return faults


def _import(store: Store, visit: Visit, sent: SentForm, content: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="desk-") as folder:
        file = Path(folder) / (Path(sent.file_name("file")).name or "list")
        file.write_bytes(content)
        import_list(
            store,
            file,
            list_format=sent.text("format"),
            source=sent.text("source") or None,
            although_smaller=sent.text("smaller") == "yes",
            although_older=sent.text("older"),
            by=visit.by,
            now=visit.now,
        )


def _told(refusal: ApprovalError) -> list[Fault]:
    if isinstance(refusal, Faulty):
        return [Fault("file", with_its_place(fault)) for fault in refusal.faults]
    return [Fault("file", refusal.sentence)]


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    require(visit.by, Right.SEE_POLICIES)
    name = plain(visit.request.query_params.get("name", ""))
    may_look = may(visit.by, Right.SCREEN_NAME)
    matches: Sequence[Match] = ()
    told = ""
    if name and may_look:
        try:
            matches, _ = screen_name(visit.store, name, by=visit.by)
        except SourceUnavailable as refusal:
            told = refusal.sentence
    return page(
        visit,
        "lists.html.jinja",
        status=status,
        lists=known_lists(visit.store, today=visit.today),
        form=form,
        faulty=bool(form.faults),
        formats=[(key, f"{one.title} ({one.file})") for key, one in sorted(FORMATS.items())],
        may_bring=may(visit.by, Right.IMPORT_LIST),
        may_look=may_look,
        name=name,
        matches=matches,
        told=told,
    )
