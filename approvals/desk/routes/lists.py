"""Lists of names: which are in force and how old, bringing a new version, and looking a name up."""

from __future__ import annotations

from collections.abc import Sequence

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
from approvals.services.sent_lists import SentFile, import_sent_list
from approvals.services.watchlists import known_lists, screen_name

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
    files = [SentFile(name, content) for name, content in sent.contents("file", at_most=LARGEST)]
    faults = _missing(visit, sent, files)
    try:
        if not faults:
            import_sent_list(
                visit.store,
                files,
                list_format=sent.text("format"),
                source=sent.text("source") or None,
                although_smaller=sent.text("smaller") == "yes",
                although_older=sent.text("older"),
                by=visit.by,
                now=visit.now,
            )
            return RedirectResponse("/lists", status_code=303)
    except (Faulty, SourceUnavailable) as refusal:
        faults = _told(refusal)
    return _page(visit, sent.with_faults(faults), status=422)


def _missing(visit: Visit, sent: SentForm, files: Sequence[SentFile]) -> list[Fault]:
    say = visit.language.texts.gettext
    faults = [] if sent.text("format") in FORMATS else [Fault("format", say("Choose the format of the file."))]
    if not any(one.content for one in files):
        faults.append(Fault("file", say("Choose the file.")))
    elif sum(len(one.content) for one in files) > LARGEST:
        faults.append(Fault("file", say("The file is too large for the desk; import it at a terminal.")))
    return faults


def _told(refusal: ApprovalError) -> list[Fault]:
    if isinstance(refusal, Faulty):
        return [Fault("file", with_its_place(fault)) for fault in refusal.faults]
    return [Fault("file", refusal.sentence)]


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    require(visit.by, Right.SEE_POLICIES)
    say = visit.language.voice.says
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
        formats=[(key, f"{say(one.title)} ({say(one.file)})") for key, one in sorted(FORMATS.items())],
        may_bring=may(visit.by, Right.IMPORT_LIST),
        may_look=may_look,
        name=name,
        matches=matches,
        told=told,
    )
