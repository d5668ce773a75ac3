"""The partner register: look somebody up, read what is known of them, keep it right, put a flag on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.casework.flags import STEPS, StandingFlag
from approvals.casework.proposal import partner_number, partner_reference
from approvals.casework.rights import Right, may, require
from approvals.casework.telling import told
from approvals.desk.addresses import Number
from approvals.desk.forms import Form, SentForm, filled
from approvals.desk.languages import marked as _
from approvals.desk.proposing.choices import Choices
from approvals.desk.proposing.questions import Control, Question
from approvals.desk.rendering import page
from approvals.desk.visitor import Sent, SignedIn, Visit, paced
from approvals.errors import Fault, Faulty, NotFound
from approvals.services import flags, partners
from approvals.services.partners import PartnerFile, find_partners, partner_file
from approvals.services.policies import numbered_policy
from models.flag import FlagState
from models.partner import IdentifierKind, PartnerNameKind

router = APIRouter()

AnyChoice = TypeVar("AnyChoice", bound=StrEnum)


@router.get("/partners", dependencies=[paced("search")])
def find(visit: SignedIn, q: str = "") -> Response:
    """Look for partners by name; the most alike first."""
    require(visit.by, Right.SEE_PARTNERS)
    form, found = filled(q=q[:300]), None
    if q.strip():
        try:
            found = find_partners(visit.store, q[:300], by=visit.by)
        except Faulty as faulty:
            form = form.with_faults(faulty.faults, {"name": "q"})
    status = 422 if form.faults else 200
    return page(visit, "partners/find.html.jinja", status=status, form=form, found=found, faulty=bool(form.faults))


@router.get("/partners/{reference}")
def show(visit: SignedIn, reference: str) -> Response:
    """Show all that the register knows of a partner, and the cases the reader may see."""
    file = _file(visit, reference)
    rights = {
        "keep": may(visit.by, Right.KEEP_PARTNERS),
        "flag": may(visit.by, Right.RAISE_FLAG),
        "propose": may(visit.by, Right.SUBMIT_PROPOSAL),
        "record": may(visit.by, Right.RECORD_EVIDENCE),
    }
    return page(visit, "partners/file.html.jinja", file=file, rights=rights, number_of=partner_reference)


@router.get("/partners/{reference}/flags/{flag}")
def ask_where_to(visit: SignedIn, reference: str, flag: Number) -> Response:
    """Ask where a flag should go, and why."""
    file = _file(visit, reference)
    return _flag_page(visit, file, _flag_of(file, flag), Form())


@router.post("/partners/{reference}/flags/{flag}")
def move_flag(visit: SignedIn, sent: Sent, reference: str, flag: Number) -> Response:
    """Bring the flag further."""
    file = _file(visit, reference)
    standing = _flag_of(file, flag)
    try:
        state = _chosen(FlagState, sent, "state")
        flags.move_flag(visit.store, flag, state, reason=sent.text("reason"), by=visit.by, now=visit.now)
    except Faulty as faulty:
        return _flag_page(visit, file, standing, sent.with_faults(faulty.faults))
    return _to(f"/partners/{reference}")


@dataclass(frozen=True)
class Entry:
    """Something that is entered for a partner: what it is called, what is asked, and how it is kept."""

    title: str
    lead: str
    button: str
    right: Right
    questions: tuple[Question, ...]
    keep: Callable[[Visit, int, SentForm], object]


def _keep_name(visit: Visit, number: int, sent: SentForm) -> object:
    kind, until = _chosen(PartnerNameKind, sent, "kind"), _day(sent, "until")
    return partners.add_name(visit.store, number, sent.text("name"), kind, until=until, by=visit.by, now=visit.now)


def _keep_number(visit: Visit, number: int, sent: SentForm) -> object:
    kind, country = _chosen(IdentifierKind, sent, "kind"), sent.text("country") or None
    return partners.add_identifier(
        visit.store, number, kind, sent.text("value"), country=country, by=visit.by, now=visit.now
    )


def _keep_person(visit: Visit, number: int, sent: SentForm) -> object:
    year = sent.text("birth_year")
    if year and not (year.isdecimal() and 1900 <= int(year) <= visit.today.year):
        raise Faulty(
            told("The register was not changed."), [Fault("birth_year", told("is no year of birth, such as 1971"))]
        )
    return partners.add_person(
        visit.store, number, sent.text("name"),
        function=sent.text("function"), birth_year=int(year) if year else None, by=visit.by, now=visit.now,
    )  # fmt: skip


def _keep_parent(visit: Visit, number: int, sent: SentForm) -> object:
    parent = sent.text("parent")
    above = _number(parent) if parent else None
    return partners.set_parent(visit.store, number, above, by=visit.by, now=visit.now)


def _keep_flag(visit: Visit, number: int, sent: SentForm) -> object:
    state = _chosen(FlagState, sent, "state")
    return flags.raise_flag(
        visit.store, number, state,
        subject=sent.text("subject"), reason=sent.text("reason"), by=visit.by, now=visit.now,
    )  # fmt: skip


_C = Control
_KEEP = Right.KEEP_PARTNERS

ENTRIES: Mapping[str, Entry] = {
    "name": Entry(
        _("Enter a name"),
        _("Screening compares every name. A former name ends assessments made under it."),
        _("Enter the name"),
        _KEEP,
        (
            Question("name", _("Name"), _("As it is written, in any script.")),
            Question("kind", _("What sort of name?"), control=_C.RADIOS, options="name_kinds"),
            Question("until", _("Last day of a former name"), _("Leave it empty if you do not know it."), _C.DAY),
        ),
        _keep_name,
    ),
    "number": Entry(
        _("Enter a number"),
        _("By which an authority knows the partner. It tells namesakes apart."),
        _("Enter the number"),
        _KEEP,
        (
            Question("kind", _("Whose number?"), control=_C.RADIOS, options="identifier_kinds"),
            Question("value", _("Number")),
            Question("country", _("Country of the authority"), _("None for an LEI."), _C.PICK, "countries"),
        ),
        _keep_number,
    ),
    "person": Entry(
        _("Enter a person"),
        _("Board members, owners and directors are compared with the lists as the partner is."),
        _("Enter the person"),
        _KEEP,
        (
            Question("name", _("Name")),
            Question("function", _("Function")),
            Question("birth_year", _("Year of birth"), _("Leave it empty if you do not know it."), _C.NUMBER),
        ),
        _keep_person,
    ),
    "parent": Entry(
        _("Put it under another partner"),
        _("A branch inherits the flags of those above it. A change of parent ends assessments."),
        _("Put it there"),
        _KEEP,
        (Question("parent", _("Number of the parent"), _("Such as P-12; empty: it stands for itself.")),),
        _keep_parent,
    ),
    "flag": Entry(
        _("Put a flag on it"),
        _("Say what you have seen. Colleagues who propose or decide will read it; headquarters settles it."),
        _("Put the flag"),
        Right.RAISE_FLAG,
        (
            Question("state", _("How grave is it?"), control=_C.RADIOS, options="first_flags"),
            Question("subject", _("What is it about?"), _("In one line.")),
            Question("reason", _("Why?"), _("What you know, and from where."), _C.PROSE),
        ),
        _keep_flag,
    ),
}
"""What may be entered for a partner, by the last word of its address."""

_FIELDS: Mapping[str, str] = dict.fromkeys(IdentifierKind, "value")
"""The field at which a fault stands that is called otherwise."""


@router.get("/partners/{reference}/{what}")
def ask(visit: SignedIn, reference: str, what: str) -> Response:
    """Ask for a name, number, person, parent or flag."""
    return _entry_page(visit, _file(visit, reference), what, Form())


@router.post("/partners/{reference}/{what}")
def enter(visit: SignedIn, sent: Sent, reference: str, what: str) -> Response:
    """Enter it, or show what is wrong with it."""
    file = _file(visit, reference)
    try:
        _entry(what).keep(visit, file.partner.id or 0, sent)
    except Faulty as faulty:
        return _entry_page(visit, file, what, sent.with_faults(faulty.faults, _FIELDS))
    return _to(f"/partners/{file.reference}")


def _entry(what: str) -> Entry:
    entry = ENTRIES.get(what)
    if entry is None:
        raise NotFound(told("There is no such page about a partner."))
    return entry


def _entry_page(visit: Visit, file: PartnerFile, what: str, form: Form) -> Response:
    entry = _entry(what)
    require(visit.by, entry.right)
    choices = Choices(numbered_policy(visit.store, None, by=visit.by), visit.language)
    facts = {"file": file, "what": what, "entry": entry, "form": form, "choices": choices}
    status = 422 if form.faults else 200
    return page(visit, "partners/entry.html.jinja", status=status, faulty=bool(form.faults), **facts)


def _flag_page(visit: Visit, file: PartnerFile, flag: StandingFlag, form: Form) -> Response:
    states = [to for at, to in STEPS if at is flag.state and may(visit.by, STEPS[(at, to)])]
    facts = {"file": file, "flag": flag, "states": states, "form": form, "faulty": bool(form.faults)}
    return page(visit, "partners/flag.html.jinja", status=422 if form.faults else 200, **facts)


def _flag_of(file: PartnerFile, number: int) -> StandingFlag:
    flag = next((one for one in file.flags if one.number == number), None)
    if flag is None:
        raise NotFound(
            told(
                "{reference} has no standing flag {number}; perhaps it was lifted.",
                reference=file.reference,
                number=number,
            )
        )
    return flag


def _file(visit: Visit, reference: str) -> PartnerFile:
    return partner_file(visit.store, _number(reference), by=visit.by)


def _number(reference: str) -> int:
    digits = reference.strip().upper().removeprefix("P-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        raise NotFound(
            told(
                "«{reference}» is no partner of the register; they are called such as P-12.", reference=reference[:40]
            )
        )
    return partner_number(digits)


def _chosen(kind: type[AnyChoice], sent: Form, name: str) -> AnyChoice:
    try:
        return kind(sent.text(name))
    except ValueError as exc:
        raise Faulty(told("Nothing was changed."), [Fault(name, told("choose one of them"))]) from exc


def _day(sent: Form, name: str) -> date | None:
    text = sent.text(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as exc:
        raise Faulty(
            told("The register was not changed."), [Fault(name, told("is not a date; write it as 2026-09-30"))]
        ) from exc


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)
