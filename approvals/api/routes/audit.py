"""The trail: proved, taken along, anchored, what it says of persons erased; and a case as evidence."""

from __future__ import annotations

from datetime import UTC, datetime, time

from fastapi import APIRouter, Response

from approvals.api.answers import AnyFile, ZipFile, named, refusals, written
from approvals.api.caller import Calling, paced
from approvals.api.fields import Reference
from approvals.api.forms.audit import AnchorForm, Erasure, EventsWish, TrailForm, VerificationForm
from approvals.services.anchors import file_anchors, note_anchor, trail_summary, verify_trail
from approvals.services.bundle import write_bundle
from approvals.services.erasure import erase_personal_data
from approvals.services.process_export import export_events

router = APIRouter(tags=["audit"])


@router.get("/audit", name="read_trail", responses=refusals())
def read(call: Calling) -> TrailForm:
    """Tell how far the trail goes, and its anchors. It is not walked."""
    found = trail_summary(call.store, by=call.by)
    return TrailForm(head=found.head.seq, anchors=[AnchorForm.of(one) for one in found.anchors])


@router.get("/audit/verification", name="verify_trail", responses=refusals(), dependencies=[paced("export")])
def verification(call: Calling) -> VerificationForm:
    """Walk the whole trail, and compare it with every anchor the database knows of."""
    found = verify_trail(call.store, by=call.by)
    broken = found.first_break
    return VerificationForm(
        events=found.events,
        erased=found.erased,
        broken_at=broken.seq if broken else None,
        said=broken.what if broken else None,
    )


@router.post("/audit/anchors", name="note_anchor", responses=refusals())
def anchor(call: Calling) -> AnchorForm:
    """Note the head of the trail outside the database; the last anchor if nothing has happened since."""
    noted = note_anchor(call.store, by=call.by, now=call.now)
    file_anchors(call.store, call.api.parts.settings.anchors, now=call.now)
    return AnchorForm.of(noted)


@router.post("/audit/erasures", name="erase_personal_data", status_code=204, responses=refusals(404, 409, body=True))
def erase(call: Calling, sent: Erasure) -> Response:
    """Erase what an event says of persons, or the words of the comment it kept, for good."""
    erase_personal_data(call.store, sent.event, reason=sent.reason, by=call.by, now=call.now)
    return Response(status_code=204)


@router.post(
    "/audit/export",
    name="export_events",
    response_class=AnyFile,
    responses=refusals(body=True),
    dependencies=[paced("export")],
)
def export(call: Calling, wish: EventsWish) -> AnyFile:
    """Give the events for process mining; the trail notes who asked."""
    since = datetime.combine(wish.since, time(), UTC) if wish.since else None
    content = written(
        lambda file: export_events(
            call.store, file, wish.format, since=since, named=wish.named, by=call.by, now=call.now
        )
    )
    return AnyFile(content, headers=named(f"events.{'xes' if wish.format == 'xes' else 'json'}"))


@router.post(
    "/cases/{reference}/bundle",
    name="bundle_case",
    response_class=ZipFile,
    responses=refusals(404),
    dependencies=[paced("export")],
)
def bundle(call: Calling, reference: Reference) -> ZipFile:
    """Give everything about the case as a zip that proves itself; the trail notes who asked."""
    folder = call.api.parts.settings.bundle_folder
    content = written(lambda file: write_bundle(call.store, reference, file, folder=folder, by=call.by, now=call.now))
    return ZipFile(content, headers=named(f"{reference}-bundle.zip"))
