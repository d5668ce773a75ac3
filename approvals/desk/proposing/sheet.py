"""A draft as its writer sees it: the pages it has, what stands on each, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from babel.dates import format_date
from babel.numbers import format_decimal

from approvals.casework.amendment import FIXED, TOUCHES, covers
from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import check_proposal
from approvals.desk.forms import Form, filled
from approvals.desk.languages import marked as _
from approvals.desk.proposing.choices import Choices
from approvals.desk.proposing.questions import (
    Control,
    Heading,
    Part,
    Question,
    Rows,
    Section,
    Typed,
    entries,
    questions_in,
    without_numbers,
)
from approvals.desk.proposing.sections import SECTIONS
from approvals.desk.proposing.typed import values_of
from approvals.errors import Fault
from approvals.services.sending import Filled, Ground
from models.amendment import AmendmentKind
from models.case import Funds
from models.partner import PartnerKind

ANSWER = Section(
    "answer",
    _("Your answer"),
    (Question("answer.reason", _("What do you answer?"), _("Those who asked will read it."), Control.PROSE),),
    _("If the proposal itself must change, change it on the pages below; it then becomes the next version."),
)

AMENDMENT = Section(
    "amendment",
    _("The amendment"),
    (
        Question("amendment.kind", _("What changes?"), control=Control.RADIOS),
        Question("amendment.reason", _("Why?"), _("It stands in the recitals of the document."), Control.PROSE),
        Question(
            "amendment.succession",
            _("Does another organisation take the partner's place?"),
            control=Control.YES_NO,
        ),
    ),
    _("The kind decides which pages you may change, who decides, and whether both sides sign."),
)


class Status(StrEnum):
    """How far a page is."""

    DONE = "done"
    NOT_YET = "not yet"
    MISTAKES = "mistakes"


@dataclass(frozen=True)
class Mistake:
    """Something that keeps a draft from being sent: on which page, at which field, and what is wrong with it."""

    section: str
    path: str
    label: str
    message: str


@dataclass(frozen=True)
class Said:
    """An answer to be checked, or an entry of a list: where it stands, under which heading, what it is called, which
    entry it is (0: none), and its lines with what each is called.
    """

    path: str
    above: str
    label: str
    number: int
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sheet:
    """A draft with its ground. `faults` are those that sending it now would meet; `choices` the reader's."""

    ground: Ground
    choices: Choices
    faults: tuple[Fault, ...] = ()

    @property
    def typed(self) -> Typed:
        """What was typed."""
        return self.ground.draft.typed

    @property
    def number(self) -> int:
        """The number of the draft."""
        return self.ground.draft.id or 0

    @property
    def title(self) -> str:
        """What the draft is about, as far as it says so."""
        return self.typed.get("title") or self.typed.get("partner.legal_name") or ""

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The pages of this draft, in their order."""
        about = []
        if self.ground.task is not None:
            about.append(ANSWER)
        if self.ground.amended is not None:
            about.append(AMENDMENT)
        return (*about, *(one for one in SECTIONS if one.shown(self.typed) and self._may_change(one)))

    def _may_change(self, section: Section) -> bool:
        """Whether the kind of amendment touches anything on this page; everything changes where none is made."""
        if self.ground.amended is None:
            return True
        kind = self.typed.get("amendment.kind", "")
        touched = TOUCHES[AmendmentKind(kind)] if kind in set(AmendmentKind) else ()
        parts = section.all_parts(self.ground.policy, self.typed)
        return any(
            isinstance(part, Question | Rows)
            and (covers(touched, part.path) or any(one.startswith(f"{part.path}.") for one in touched))
            and not covers(FIXED, part.path)
            for part in parts
        )

    def section(self, key: str) -> Section | None:
        """Return the page of that key, None if this draft has none."""
        return next((one for one in self.sections if one.key == key), None)

    def after(self, section: Section) -> Section | None:
        """Return the page after this one, None after the last."""
        place = [one.key for one in self.sections].index(section.key)
        return self.sections[place + 1] if place + 1 < len(self.sections) else None

    @cached_property
    def filled(self) -> Filled:
        """What the draft says in plain values, with the pages that are not shown because nothing there may change."""
        typed = self.typed
        shown = [one for one in SECTIONS if one.shown(typed)]
        answer = typed.get("answer.reason", "").strip()
        return Filled(values_of(typed, shown, self.ground.policy), self._amendment(), answer)

    def _amendment(self) -> dict[str, object]:
        if self.ground.amended is None:
            return {}
        said = {name: self.typed.get(f"amendment.{name}", "").strip() for name in ("kind", "reason")}
        return {
            **{name: text for name, text in said.items() if text},
            "succession": self.typed.get("amendment.succession") == "yes",
        }

    @property
    def checked(self) -> ProposalForm:
        """The proposal as it would be sent. Raises `InvalidProposal` if it has faults."""
        return check_proposal(self.filled.proposal, name="the proposal")

    # What is wrong

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Every fault at its place, in the order of the pages."""
        found = [self._placed(fault) for fault in self.faults]
        order = {section.key: place for place, section in enumerate(self.sections)}
        return tuple(sorted(found, key=lambda one: order.get(one.section, len(order))))

    def _placed(self, fault: Fault) -> Mistake:
        message = _AT_THE_DESK.get(fault.path, fault.message)
        section = next((one for one in self.sections if one.owns(fault.path)), None)
        if section is None:
            section = next((one for one in self.sections if _begins(one, fault.path)), None)
        if section is None:
            return Mistake("", "", fault.path, message)
        known = self._known_on(section)
        path = next((one for one in (fault.path, fault.path.rpartition("[")[0]) if one in known), "")
        return Mistake(section.key, path, known.get(path, ""), message)

    def _known_on(self, section: Section) -> dict[str, str]:
        """Return what stands on the page by path, with what it is called."""
        parts = section.all_parts(self.ground.policy, self.typed)
        said = self.choices.language.texts.gettext
        known: dict[str, str] = {}
        above = ""
        for part in parts:
            if isinstance(part, Heading):
                above = f"{said(part.label)}: "
            elif isinstance(part, Question):
                known[part.path] = (above if not part.from_policy else "") + said(part.label)
            else:
                known[part.path] = said(part.label)
                for number in range(1, entries(part.path, self.typed) + 1):
                    which = f"{said(part.one)} {number}"
                    known |= {one.path: f"{which}, {said(one.label)}" for one in part.entry(number)}
        return known

    def mistakes_on(self, section: Section) -> tuple[Mistake, ...]:
        """Return what is wrong on one page."""
        return tuple(one for one in self.mistakes if one.section == section.key)

    def is_filled(self, section: Section) -> bool:
        """Whether the writer has been on the page and kept it."""
        return section.key in self.ground.draft.seen

    def status(self, section: Section) -> Status:
        """Return how far the page is. What is missing on a page nobody has filled is no mistake yet."""
        if not self.is_filled(section):
            return Status.NOT_YET
        return Status.MISTAKES if self.mistakes_on(section) else Status.DONE

    # What is shown

    def form(self, section: Section) -> Form:
        """Return the page as it was typed, with what is assumed where nothing was said, and with its faults."""
        values = {
            one.path: self.typed.get(one.path, one.default)
            for one in questions_in(section.all_parts(self.ground.policy, self.typed), self.typed)
        }
        for part in self.parts(section):
            for _number, questions, suggestion in part.numbered if isinstance(part, Entries) else ():
                if suggestion:
                    values[questions[0].path] = suggestion
        faults = [Fault(one.path, one.message) for one in self.mistakes_on(section)]
        return filled(**values).with_faults(faults if self.is_filled(section) else [])

    def parts(self, section: Section, *, more: str = "") -> list[Part | Entries]:
        """Return what stands on the page; a list with its entries, and an empty one to fill if `more` names it."""
        return [
            self._with_entries(part, more) if isinstance(part, Rows) else part
            for part in section.all_parts(self.ground.policy, self.typed)
            if not (isinstance(part, Question) and part.options == "register" and not self._asks_who(part))
        ]

    def _asks_who(self, question: Question) -> bool:
        return bool(self.choices.of(question) or self.typed.get(question.path))

    def _with_entries(self, rows: Rows, more: str) -> Entries:
        typed = entries(rows.path, self.typed)
        suggested = self._suggested(rows)
        empty = max(len(suggested), 1 if more == rows.path or (typed == 0 and not rows.is_optional) else 0)
        numbers = range(1, typed + empty + 1)
        known = dict(zip(numbers[typed:], suggested, strict=False))
        return Entries(rows, tuple((number, rows.entry(number), known.get(number, "")) for number in numbers), typed)

    def _suggested(self, rows: Rows) -> list[str]:
        """Return the documents the policy asks for and the list does not hold yet."""
        if rows.path != "documents":
            return []
        kind, funds = self.typed.get("partner.kind"), self.typed.get("funds")
        if not kind or not funds:
            return []
        held = {self.typed.get(f"documents[{n}].kind") for n in range(1, entries("documents", self.typed) + 1)}
        try:
            asked = self.ground.policy.requirements.required_of(PartnerKind(kind), Funds(funds))
        except ValueError:
            return []
        return [one.key for one in asked if one.key not in held]

    def answers(self, section: Section) -> Iterator[Said]:
        """Yield what was said on a page, in reading order: each answer, and each entry of a list as one."""
        above = ""
        for part in section.all_parts(self.ground.policy, self.typed):
            if isinstance(part, Heading):
                above = part.label
            elif isinstance(part, Question):
                said = self.typed.get(part.path, part.default)
                if said:
                    yield Said(
                        part.path,
                        above if not part.from_policy else "",
                        part.label,
                        0,
                        (("", self.read(part, said)),),
                    )
            else:
                yield from self._entries_said(part)

    def _entries_said(self, rows: Rows) -> Iterator[Said]:
        for number in range(1, entries(rows.path, self.typed) + 1):
            given = [(one, self.typed.get(one.path, one.default)) for one in rows.entry(number)]
            lines = tuple((one.label, self.read(one, said)) for one, said in given if said)
            if lines:
                yield Said(given[0][0].path, "", rows.one, number, lines)

    def read(self, question: Question, said: str) -> str:
        """Return an answer as people read it."""
        if question.control is Control.YES_NO:
            gettext = self.choices.language.texts.gettext
            return {"yes": gettext(_("Yes")), "no": gettext(_("No"))}.get(said, said)
        if question.control in (Control.RADIOS, Control.PICK):
            return self.choices.said(question, said)
        try:
            return self._written(question.control, said)
        except (ValueError, ArithmeticError):
            return said

    def _written(self, control: Control, said: str) -> str:
        """Return days and amounts as this language writes them. Raises `ValueError` if they are none."""
        locale = self.choices.language.locale
        if control is Control.DAY:
            return format_date(date.fromisoformat(said), "long", locale=locale)
        if control is Control.AMOUNT:
            return format_decimal(Decimal(said), locale=locale)
        return said


@dataclass(frozen=True)
class Entries:
    """A list on a page: number, questions and suggested answer of each entry, and how many were typed before."""

    rows: Rows
    numbered: tuple[tuple[int, tuple[Question, ...], str], ...]
    typed: int


def _begins(section: Section, path: str) -> bool:
    """Whether the page fills the group that a fault names as a whole, such as `money`."""
    group = without_numbers(path)
    return any(not isinstance(part, Heading) and part.path.startswith(f"{group}.") for part in section.parts)


_AT_THE_DESK = {
    "partner_is": _("is open: the register holds a partner like this one; say whether it is the same"),
}
"""Faults that the desk says in other words than the command line."""
