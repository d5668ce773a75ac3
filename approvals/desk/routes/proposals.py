"""Proposals that are being written: begin one, fill its pages, check the answers, send it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from approvals.casework.proposal import NEW_PARTNER, partner_number
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.desk.addresses import REFERENCE, Number
from approvals.desk.forms import filled
from approvals.desk.proposing.choices import Choices
from approvals.desk.proposing.questions import Section
from approvals.desk.proposing.sections import (
    COUNTRY_OF_PARTNER,
    KIND_OF_PARTNER,
    NAME_OF_PARTNER,
    NUMBER_OF_PARTNER,
    SECTIONS,
)
from approvals.desk.proposing.sheet import Sheet, Status
from approvals.desk.proposing.starting import of_a_known_partner, of_a_new_proposal
from approvals.desk.proposing.typed import rewritten
from approvals.desk.rendering import page
from approvals.desk.visitor import Sent, SignedIn, Visit, paced
from approvals.errors import Faulty, NotFound
from approvals.screening.register import KnownPartner
from approvals.services.acquaintance import partners_meant
from approvals.services.case_file import case_file
from approvals.services.drafts import begin_draft, discard_draft, my_drafts, write_down
from approvals.services.partners import partner_file
from approvals.services.policies import numbered_policy
from approvals.services.prospect import prospect_of, prospect_of_case
from approvals.services.sending import Ground, ground_of, send, sent_before, what_is_wrong
from models.decision import Outcome
from models.draft import DraftPurpose

router = APIRouter()

ENTRY = (NAME_OF_PARTNER, KIND_OF_PARTNER, COUNTRY_OF_PARTNER, NUMBER_OF_PARTNER)
"""What is asked before anything else: enough to look the partner up."""


@router.get("/proposals")
def drafts(visit: SignedIn) -> Response:
    """Show what the officer has begun and not yet sent."""
    require(visit.by, Right.SUBMIT_PROPOSAL)
    kept_days = visit.parts.settings.drafts_kept_days
    drafts = my_drafts(visit.store, by=visit.by)
    return page(visit, "proposals/drafts.html.jinja", drafts=drafts, kept_days=kept_days)


@router.get("/proposals/new", dependencies=[paced("search")])
def new(visit: SignedIn) -> Response:
    """Ask who the partner is, and show whom the register knows under such a name."""
    require(visit.by, Right.SUBMIT_PROPOSAL)
    asked = {name: text.strip() for name, text in visit.request.query_params.items()}
    form = filled(**asked)
    known: list[KnownPartner] = []
    if any(asked.values()):
        try:
            known = _known(visit, asked)
        except Faulty as faulty:
            form = form.with_faults(faulty.faults)
    return page(
        visit,
        "proposals/new.html.jinja",
        status=422 if form.faults else 200,
        form=form,
        questions=ENTRY,
        choices=_choices(visit),
        asked=any(asked.values()) and not form.faults and "change" not in asked,
        known=known,
        faulty=bool(form.faults),
    )


@router.post("/proposals")
def begin(visit: SignedIn, sent: Sent) -> Response:
    """Begin a draft with what is known already, and lead to its first page."""
    typed = of_a_new_proposal(visit.by)
    said = sent.text("partner_is")
    if said and said != NEW_PARTNER:
        file = partner_file(visit.store, partner_number(said), by=visit.by)
        typed |= of_a_known_partner(file)
    given = {name: sent.text(name) for name in sent.values if name != "csrf"}
    typed |= {name: text for name, text in given.items() if text and any(one.owns(name) for one in SECTIONS)}
    draft = begin_draft(visit.store, DraftPurpose.PROPOSAL, typed, by=visit.by, now=visit.now)
    return _to(f"/proposals/{draft.id}/{SECTIONS[0].key}")


@router.get("/proposals/{number}")
def overview(visit: SignedIn, number: Number) -> Response:
    """Show the pages of a draft: which are done, which not yet, and where there are mistakes."""
    return page(visit, "proposals/overview.html.jinja", sheet=_sheet(visit, number))


@router.get("/proposals/{number}/check")
def check(visit: SignedIn, number: Number) -> Response:
    """Show every answer before it is sent, and what still keeps it from being sent."""
    return _check(visit, _sheet(visit, number))


@router.post("/proposals/{number}/send")
def send_it(visit: SignedIn, sent: Sent, number: Number) -> Response:
    """Send the draft; what is wrong with it is told at its place. Sending it twice makes one case."""
    try:
        ground = ground_of(visit.store, number, by=visit.by)
    except NotFound:
        return _sent_already(visit, number, sent.text("about"))
    sheet = Sheet(ground, _choices(visit, ground))
    try:
        case = send(visit.store, ground, sheet.filled, by=visit.by, now=visit.now)
    except Faulty as faulty:
        return _check(visit, Sheet(ground, sheet.choices, faulty.faults), status=422)
    return _to(f"/proposals/{number}/sent?case={case.reference}")


@router.get("/proposals/{number}/sent")
def sent_page(visit: SignedIn, number: Number, case: Annotated[str, Query(pattern=REFERENCE)]) -> Response:
    """Confirm what was sent: its reference, what happens next, the way ahead with people and days.

    Whoever comes by an address of their own, with nothing sent, is led to the case.
    """
    file = case_file(visit.store, case, by=visit.by, today=visit.today)
    made = sent_before(visit.store, number, by=visit.by)
    answered = any(one.by_number == visit.by.id and one.decided is Outcome.ANSWERED for one in file.decisions)
    if (made is not None and made.reference != case) or (made is None and not answered):
        return _to(f"/cases/{file.case.reference}")
    prospect = prospect_of_case(visit.store, case, by=visit.by, today=visit.today)
    return page(visit, "proposals/sent.html.jinja", file=file, prospect=prospect, is_answer=made is None)


@router.get("/proposals/{number}/discard")
def ask_to_discard(visit: SignedIn, number: Number) -> Response:
    """Ask once more before a draft is thrown away."""
    return page(visit, "proposals/discard.html.jinja", sheet=_sheet(visit, number))


@router.post("/proposals/{number}/discard")
def discard(visit: SignedIn, sent: Sent, number: Number) -> Response:
    """Throw the draft away."""
    discard_draft(visit.store, number, by=visit.by, now=visit.now)
    return _to("/proposals")


@router.get("/proposals/{number}/{key}")
def section_page(
    visit: SignedIn, number: Number, key: str, more: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Show a page of the draft as it was typed, with its mistakes once it was filled."""
    sheet = _sheet(visit, number)
    section = _section(sheet, key)
    form = sheet.form(section)
    return page(
        visit,
        "proposals/section.html.jinja",
        sheet=sheet,
        section=section,
        form=form,
        parts=sheet.parts(section, more=more),
        mistakes=sheet.mistakes_on(section) if sheet.is_filled(section) else (),
        faulty=bool(form.faults),
    )


@router.post("/proposals/{number}/{key}")
def fill(visit: SignedIn, sent: Sent, number: Number, key: str) -> Response:
    """Keep what was typed, whatever it is, and go where the writer wants: on, or back to this page if need be."""
    ground = ground_of(visit.store, number, by=visit.by)
    section = _section(Sheet(ground, _choices(visit, ground)), key)
    step, _, what = sent.text("then").partition(":")
    typed = {name: sent.text(name) for name in sent.values}
    taken_out = what if step == "remove" else ""
    write_down(
        visit.store,
        number,
        section=section.key if step != "keep" else None,
        rewritten=lambda before: rewritten(before, section, ground.policy, typed, without=taken_out),
        by=visit.by,
        now=visit.now,
    )
    if step == "keep":
        return Response(status_code=204)
    here = f"/proposals/{number}/{section.key}"
    if step == "add":
        return _to(f"{here}?more={what}#{what}-more")
    if step == "remove":
        return _to(f"{here}#f-{what.partition('[')[0]}")
    return _to(_next(visit, number, section, to_the_list=step == "list"))


def _next(visit: Visit, number: int, section: Section, *, to_the_list: bool) -> str:
    if to_the_list:
        return f"/proposals/{number}"
    sheet = _sheet(visit, number)
    known = sheet.section(section.key)
    if known is not None and sheet.status(known) is Status.MISTAKES:
        return f"/proposals/{number}/{section.key}"
    after = sheet.after(known) if known is not None else None
    return f"/proposals/{number}/{after.key}" if after is not None else f"/proposals/{number}"


def _check(visit: Visit, sheet: Sheet, *, status: int = 200) -> Response:
    ground = sheet.ground
    prospect = None
    if not sheet.faults and ground.present is None:
        prospect = prospect_of(visit.store, sheet.checked, ground.policy, today=visit.today)
    return page(
        visit, "proposals/check.html.jinja", status=status, sheet=sheet, prospect=prospect, faulty=status == 422
    )


def _sheet(visit: Visit, number: int) -> Sheet:
    """Return the draft with everything that is wrong with it at present. Raises `NotFound`."""
    ground = ground_of(visit.store, number, by=visit.by)
    choices = _choices(visit, ground)
    faults = what_is_wrong(visit.store, ground, Sheet(ground, choices).filled, by=visit.by, today=visit.today)
    return Sheet(ground, choices, faults)


def _choices(visit: Visit, ground: Ground | None = None) -> Choices:
    policy = ground.policy if ground else numbered_policy(visit.store, None, by=visit.by)
    if ground is None or ground.present is not None:
        return Choices(policy, visit.language)
    typed = ground.draft.typed
    asked = {one.path: typed.get(one.path, "") for one in ENTRY}
    try:
        return Choices(policy, visit.language, tuple(_known(visit, asked)))
    except Faulty:
        return Choices(policy, visit.language)


def _known(visit: Visit, asked: dict[str, str]) -> list[KnownPartner]:
    return partners_meant(
        visit.store,
        asked.get(NAME_OF_PARTNER.path, ""),
        country=asked.get(COUNTRY_OF_PARTNER.path, ""),
        registration_number=asked.get(NUMBER_OF_PARTNER.path) or None,
        by=visit.by,
    )


def _section(sheet: Sheet, key: str) -> Section:
    section = sheet.section(key)
    if section is None:
        raise NotFound(told("Your draft has no such page; what you answered elsewhere decides which pages it has."))
    return section


def _sent_already(visit: Visit, number: int, about: str) -> Response:
    case = sent_before(visit.store, number, by=visit.by)
    reference = case.reference if case is not None else about
    if not reference:
        raise NotFound(told("You have no draft {number}. Perhaps it was sent or discarded already.", number=number))
    return _to(f"/proposals/{number}/sent?case={reference}")


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)
