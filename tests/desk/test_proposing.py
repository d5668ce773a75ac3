"""An officer starts a proposal at the desk: every field can be given, nothing typed is lost, one click makes one case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from approvals.casework.policy import read_policy
from approvals.casework.proposal import Form, ProposalForm
from approvals.casework.proposal_file import check_proposal, read_proposal
from approvals.desk.proposing.questions import Control, Heading, Question, Rows
from approvals.desk.proposing.sections import SECTIONS
from approvals.desk.proposing.typed import typed_of, values_of
from approvals.services.drafts import my_drafts
from approvals.services.users import the_user
from approvals.settings import Settings
from approvals.store import queries
from tests.desk.visiting import Page, TheDesk, Visitor

SETTINGS = Settings()
POLICY = read_policy(SETTINGS.policy_folder)
EXAMPLES = sorted(SETTINGS.example_folder.glob("*.yaml"))
OFFICERS = {
    "AO-DAKAR": "aminata.diallo@example.org",
    "AO-LIMA": "rosa.quispe@example.org",
    "HQ": "jonas.weber@example.org", "AO-HANOI": "HANOI",
}


# The table of pages -------------------------------------------------------------------------------------------


def test_every_field_of_a_proposal_can_be_given_at_the_desk() -> None:
    asked = {path for section in SECTIONS for part in section.parts for path in _paths(part)}

    assert set(_fields(ProposalForm)) - asked == {"criteria", "risk_factors"}  # those pages are made from the policy
    assert asked <= set(_fields(ProposalForm))


def _paths(part: Any) -> Iterator[str]:
    if isinstance(part, Question):
        yield part.path
    elif isinstance(part, Rows):
        yield from (question.at(part.path).path for question in part.questions)


def _fields(form: type[Form], above: str = "") -> Iterator[str]:
    for name, info in form.model_fields.items():
        inner = next(_forms_in(info.annotation), None)
        if inner is None:
            yield f"{above}{name}"
        else:
            yield from _fields(inner, f"{above}{name}.")


def _forms_in(annotation: Any) -> Iterator[type[Form]]:
    if isinstance(annotation, type) and issubclass(annotation, Form):
        yield annotation
    for argument in get_args(annotation):
        yield from _forms_in(argument)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_is_typed_becomes_the_proposal_it_was_typed_from(path: Any) -> None:
    proposal = read_proposal(path.read_bytes(), name=path.name)

    typed = typed_of(proposal.model_dump(mode="json"))
    again = values_of(typed, [section for section in SECTIONS if section.shown(typed)], POLICY)

    assert check_proposal(again, name=path.name) == proposal


# An officer at the form ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_typed_into_the_form_is_submitted_as_it_stands(desk: TheDesk, path: Any) -> None:
    proposal = read_proposal(path.read_bytes(), name=path.name)
    officer = desk.visited_by(OFFICERS[proposal.office])

    draft = _types(officer, proposal)
    sent = officer.sends(officer.opens(f"{draft}/check"), f"{draft}/send")

    assert sent.heading == "Proposal submitted"
    sent.says("PA-2026-0001", "What happens next", "Decision")
    with desk.store.session() as session:
        case = queries.case_by_reference(
            session, "PA-2026-0001", seen_by=the_user(desk.store, OFFICERS[proposal.office])
        )
        assert queries.form_in_force(session, case) == proposal


def _begins(officer: Visitor, name: str = "", kind: str = "", country: str = "") -> Page:
    """Say who the partner is; it is new to the register."""
    found = officer.opens(f"/proposals/new?partner.legal_name={name}&partner.kind={kind}&partner.country={country}")
    return officer.sends(found, "/proposals")


def _types(officer: Visitor, proposal: ProposalForm) -> str:
    """Type the proposal page by page, as far as the form leads, and return the address of the draft."""
    typed = typed_of(proposal.model_dump(mode="json"))
    page = _begins(officer, proposal.partner.legal_name, proposal.partner.kind, proposal.partner.country)
    while page.path.count("/") == 3:
        page = _fills(officer, page, typed)
    assert page.heading == "Proposal", page.text
    assert "Mistakes" not in page.text
    assert "Not yet" not in page.text
    return page.path


def _fills(officer: Visitor, page: Page, typed: dict[str, str]) -> Page:
    key = page.path.rpartition("/")[2]
    section = next(one for one in SECTIONS if one.key == key)
    mine = {path: text for path, text in typed.items() if section.owns(path)}
    for rows in (part for part in section.parts if isinstance(part, Rows)):
        first = rows.questions[0].path
        while any(path not in page.form(page.path) for path in mine if path.startswith(f"{rows.path}[")):
            shown = {path: mine.get(path, "") for path in page.form(page.path) if path.startswith(f"{rows.path}[")}
            page = officer.sends(page, page.path, {**shown, "then": f"add:{rows.path}"})
            assert first or page
    fields = page.form(page.path)
    offered = {*fields, *_radios(page)}
    assert set(mine) <= offered, set(mine) - offered
    emptied = {path: "" for path in fields if path not in ("csrf", "then") and path not in mine}
    return officer.sends(page, page.path, {**emptied, **mine, "then": "next"})


def _radios(page: Page) -> set[str]:
    return set(page.tree.xpath("//main//input[@type='radio']/@name"))
