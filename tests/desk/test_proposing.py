"""An officer starts a proposal at the desk: every field can be given, nothing typed is lost, one case is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from approvals.casework.fields import Form
from approvals.casework.policy import read_policy
from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import check_proposal, read_proposal
from approvals.desk.proposing.questions import Question, Rows
from approvals.desk.proposing.sections import SECTIONS
from approvals.desk.proposing.typed import typed_of, values_of
from approvals.services.cases import submit
from approvals.services.drafts import my_drafts
from approvals.services.users import the_user
from approvals.settings import Settings
from approvals.store import queries
from models.case import Case
from tests.desk.conftest import OFFICER
from tests.desk.page_checker import parsed
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.desk.visiting import Page, TheDesk, Visitor

SETTINGS = Settings()
POLICY = read_policy(SETTINGS.policy_folder)
EXAMPLES = sorted(SETTINGS.example_folder.glob("*.yaml"))
OFFICERS = {
    "AO-DAKAR": "aminata.diallo@example.org",
    "AO-LIMA": "rosa.quispe@example.org",
    "HQ": "jonas.weber@example.org",
    "AO-HANOI": "linh.tran@example.org",
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
    """Fill the page with what belongs there; entries of lists as if they had been added one by one."""
    section = next(one for one in SECTIONS if one.key == page.path.rpartition("/")[2])
    mine = {path: text for path, text in typed.items() if section.owns(path)}
    offered = {*page.form(page.path), *page.tree.xpath("//main//input[@type='radio']/@name")}
    assert {path for path in mine if "[" not in path} <= offered
    emptied = {path: "" for path in offered if path not in mine and path not in ("csrf", "then", "office")}
    return officer.sends(page, page.path, {**emptied, **mine, "then": "next"})


def test_entries_of_a_list_are_added_and_taken_out_one_by_one(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    draft = _begins(officer, "Fundación Semilla").path.rpartition("/")[0]

    one = officer.sends(
        officer.opens(f"{draft}/activities"), f"{draft}/activities",
        {"activities[1].title": "Map the districts", "then": "add:activities"},
    )  # fmt: skip
    two = officer.sends(
        one, f"{draft}/activities", {"activities[2].title": "Train the mappers", "then": "add:activities"}
    )
    left = officer.sends(two, f"{draft}/activities", {"then": "remove:activities[1]"})

    assert left.form(f"{draft}/activities")["activities[1].title"] == ["Train the mappers"]
    assert "activities[2].title" not in left.form(f"{draft}/activities")


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    page = _begins(officer, "Fundación Semilla")

    again = officer.sends(page, page.path, {"partner.website": "semilla.example\nwww", "partner.short_name": "Sem"})

    assert again.path == page.path
    assert again.tree.findtext(".//title").startswith("Mistake:")
    again.says("Short name", "Legal form: is missing", "Website: holds a line break or a tab; write it on one line")
    assert "#f-partner.website" in again.links().values()
    assert again.form(page.path)["partner.short_name"] == ["Sem"]


def test_the_kind_of_partner_and_the_way_of_the_money_decide_which_pages_there_are(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    page = _begins(officer, "Caisse", "world_bank", "GM")
    draft = page.path.rpartition("/")[0]

    officer.sends(officer.opens(f"{draft}/money"), f"{draft}/money", {"funds": "receiving"})
    bank = officer.sends(officer.opens(f"{draft}/world_bank"), f"{draft}/world_bank", {"world_bank.form": "outputs"})
    with_outputs = officer.opens(draft)
    officer.sends(officer.opens(f"{draft}/money"), f"{draft}/money", {"funds": "none"})
    without_money = officer.opens(draft)

    assert bank.path == f"{draft}/world_bank"  # with its mistakes
    with_outputs.says("World Bank financing", "Outputs", "Instalments")
    assert "European Union" not in with_outputs.text
    assert "Instalments" not in without_money.text
    officer.opens(f"{draft}/eu", status=404)


def test_faults_of_the_house_are_told_on_the_page_of_all_answers(desk: TheDesk) -> None:
    proposal = read_proposal((SETTINGS.example_folder / "foundation.yaml").read_bytes(), name="foundation")
    officer = desk.visited_by(OFFICER)
    draft = _types(officer, proposal)

    officer.sends(
        officer.opens(f"{draft}/our_side"),
        f"{draft}/our_side",
        {"requested_by": "nobody@example.org", "then": "list"},
    )
    answers = officer.opens(f"{draft}/check")

    answers.says("nobody@example.org is not known here; ask your administrator")
    assert f"{draft}/our_side#f-requested_by" in answers.links().values()
    assert not answers.tree.xpath(f"//form[@action='{draft}/send']")


def test_sending_twice_makes_one_case(desk: TheDesk) -> None:
    proposal = read_proposal((SETTINGS.example_folder / "foundation.yaml").read_bytes(), name="foundation")
    officer = desk.visited_by(OFFICER)
    draft = _types(officer, proposal)
    answers = officer.opens(f"{draft}/check")

    first = officer.sends(answers, f"{draft}/send")
    second = officer.sends(answers, f"{draft}/send")

    assert first.path == second.path == f"{draft}/sent"
    second.says("PA-2026-0001")
    assert [case.reference for case in _cases(desk)] == ["PA-2026-0001"]
    assert my_drafts(desk.store, by=the_user(desk.store, OFFICER)) == []


def _cases(desk: TheDesk) -> list[Case]:
    with desk.store.session() as session:
        return list(queries.cases_seen_by(session, the_user(desk.store, "peter.novak@example.org")))


def test_a_draft_is_seen_by_nobody_else(desk: TheDesk) -> None:
    draft = _begins(desk.visited_by(OFFICER), "Fundación Semilla").path.rpartition("/")[0]
    colleague = desk.visited_by("aminata.diallo@example.org")

    colleague.opens(draft, status=404)
    colleague.opens(f"{draft}/check", status=404)
    colleague.opens(f"{draft}/discard", status=404)

    assert "Fundación Semilla" not in colleague.opens("/proposals").text


def test_a_draft_is_kept_until_it_is_discarded(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    draft = _begins(officer, "Fundación Semilla").path.rpartition("/")[0]

    officer.opens("/proposals").says("Fundación Semilla", "New proposal")
    after = officer.sends(officer.opens(f"{draft}/discard"), f"{draft}/discard")

    after.says("You have no drafts.")


def test_a_partner_somebody_talks_to_already_is_told_at_once(desk: TheDesk) -> None:
    proposal = read_proposal((SETTINGS.example_folder / "foundation.yaml").read_bytes(), name="foundation")
    submit(desk.store, proposal, by=the_user(desk.store, OFFICER), key="other", now=desk.now)
    officer = desk.visited_by("aminata.diallo@example.org")

    found = officer.opens("/proposals/new?partner.legal_name=Fundacion+Semilla+Andina&partner.country=PE")
    page = officer.sends(found, "/proposals", {"partner_is": "P-1"})

    found.says("Somebody is talking to them already", "PA-2026-0001 (AO-LIMA)", "P-1 Fundación Semilla Andina (PE)")
    filled = page.form(page.path)
    assert filled["partner.registration_number"] == ["11023456"]
    assert filled["partner_is"] == ["P-1"]


def test_only_officers_write_proposals(desk: TheDesk) -> None:
    auditor = desk.visited_by("peter.novak@example.org")

    auditor.opens("/proposals", status=403)
    auditor.opens("/proposals/new", status=403)


def test_what_was_typed_is_shown_as_text_wherever_it_appears(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    page = _begins(officer, "<img src=x onerror=alert(1)>")
    draft = page.path.rpartition("/")[0]

    for address in (page.path, draft, f"{draft}/check", f"{draft}/discard", "/proposals"):
        shown = officer.opens(address)
        assert "<img src=x" not in shown.source
        assert "img src=x onerror" in shown.source


def test_no_page_of_a_proposal_has_hard_coded_text(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    draft = _begins(officer, "Fundación Semilla", "foundation").path.rpartition("/")[0]
    speak_pseudo(desk)

    pages = [f"{draft}/{section.key}" for section in SECTIONS if section.shown({})]
    for address in (*pages, draft, f"{draft}/check", "/proposals", "/proposals/new"):
        assert hard_coded(parsed(officer.client.get(address).text)) == []
