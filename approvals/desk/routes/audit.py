"""The trail: proving it, taking it along, noting anchors, erasing what it says of persons; and a case as evidence."""

from __future__ import annotations

from datetime import UTC, datetime, time

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.casework.before_and_after import before_and_after
from approvals.casework.rights import Right, may, require
from approvals.desk.addresses import Reference, one_of
from approvals.desk.forms import Form, SentForm
from approvals.desk.rendering import page
from approvals.desk.typed import day_of, number_of
from approvals.desk.visitor import Sent, SignedIn, Visit, paced
from approvals.desk.written_files import written_file
from approvals.errors import ApprovalError, Fault, Faulty, NotFound, WrongStage
from approvals.services.anchors import file_anchors, note_anchor, read_witness, trail_summary, verify_trail
from approvals.services.bundle import write_bundle
from approvals.services.case_file import case_file
from approvals.services.erasure import erase_personal_data
from approvals.services.process_export import LogFormat, export_events

router = APIRouter()

ENDINGS = {LogFormat.OCEL: ("events.json", "application/json"), LogFormat.XES: ("events.xes", "application/xml")}


@router.get("/audit", name="audit")
def show(visit: SignedIn) -> Response:
    """Show how far the trail goes, its anchors, and what can be done with it."""
    return _page(visit, Form())


@router.get("/audit/verification", dependencies=[paced("export")])
def verification(visit: SignedIn) -> Response:
    """Walk the whole trail, compare it with every anchor there is, and show what was found."""
    require(visit.by, Right.VERIFY_TRAIL)
    file = visit.parts.settings.anchors
    noted = read_witness(file) if file.exists() else []
    found = verify_trail(visit.store, by=visit.by, anchors=noted)
    return page(visit, "verification.html.jinja", found=found, has_file=bool(noted))


@router.post("/audit/anchor")
def anchor(visit: SignedIn, sent: Sent) -> Response:
    """Note the head of the trail outside the database."""
    note_anchor(visit.store, by=visit.by, now=visit.now)
    file_anchors(visit.store, visit.parts.settings.anchors, now=visit.now)
    return RedirectResponse("/audit", status_code=303)


@router.post("/audit/export", dependencies=[paced("export")])
def export(visit: SignedIn, sent: Sent) -> Response:
    """Give the events for process mining; the trail notes who asked."""
    chosen = one_of(LogFormat, sent.text("format")) or LogFormat.OCEL
    first = day_of(sent.text("since"))
    since = datetime.combine(first, time(), UTC) if first else None
    named = sent.text("named") == "yes"
    name, media_type = ENDINGS[chosen]
    return written_file(
        name,
        media_type,
        lambda file: export_events(visit.store, file, chosen, since=since, named=named, by=visit.by, now=visit.now),
    )


@router.post("/audit/erasure/check")
def check_erasure(visit: SignedIn, sent: Sent) -> Response:
    """Show what would be erased for good, before it is; or the form again with what is missing."""
    require(visit.by, Right.ERASE_PERSONAL_DATA)
    faults = _missing(visit, sent)
    if faults:
        return _page(visit, sent.with_faults(faults), status=422)
    return page(visit, "erasure_check.html.jinja", form=sent)


@router.post("/audit/erasure")
def erase(visit: SignedIn, sent: Sent) -> Response:
    """Erase what the event says of persons, for good."""
    require(visit.by, Right.ERASE_PERSONAL_DATA)
    faults = _missing(visit, sent)
    try:
        if not faults:
            number, reason = number_of(sent.text("event")) or 0, sent.text("reason")
            erase_personal_data(visit.store, number, reason=reason, by=visit.by, now=visit.now)
            return RedirectResponse("/audit", status_code=303)
    except (Faulty, NotFound, WrongStage) as refusal:
        faults = _at_the_event(refusal)
    return _page(visit, sent.with_faults(faults), status=422)


@router.get("/cases/{reference}/events", name="events")
def events(visit: SignedIn, reference: Reference) -> Response:
    """Show everything that happened to the case: event, moment, person, what was before and after."""
    file = case_file(visit.store, reference, by=visit.by, today=visit.today)
    lines = [(one, list(before_and_after(one.payload))) for one in file.happenings]
    may_bundle = may(visit.by, Right.EXPORT_TRAIL)
    return page(visit, "events.html.jinja", case=file.case, lines=lines, may_bundle=may_bundle)


@router.post("/cases/{reference}/bundle", dependencies=[paced("export")])
def bundle(visit: SignedIn, reference: Reference, sent: Sent) -> Response:
    """Give everything about the case as a zip that proves itself; the trail notes who asked."""
    folder = visit.parts.settings.bundle_folder
    return written_file(
        f"{reference}-bundle.zip",
        "application/zip",
        lambda file: write_bundle(visit.store, reference, file, folder=folder, by=visit.by, now=visit.now),
    )


def _missing(visit: Visit, sent: SentForm) -> list[Fault]:
    say = visit.language.texts.gettext
    faults = [] if number_of(sent.text("event")) else [Fault("event", say("Give the number of the event."))]
    return faults + ([] if sent.text("reason") else [Fault("reason", say("Say why; it stays on record."))])


def _at_the_event(refusal: ApprovalError) -> list[Fault]:
    return list(refusal.faults) if isinstance(refusal, Faulty) else [Fault("event", refusal.sentence)]


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    return page(
        visit,
        "audit.html.jinja",
        status=status,
        summary_of=trail_summary(visit.store, by=visit.by),
        form=form,
        faulty=bool(form.faults),
        formats=list(LogFormat),
        may_note=may(visit.by, Right.NOTE_ANCHOR),
        may_erase=may(visit.by, Right.ERASE_PERSONAL_DATA),
    )
