"""The two-minute check at the desk: an answer with its rules, and nothing kept unless it is asked for."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from sqlmodel import func, select

from approvals.casework.evidence import check_evidence
from approvals.casework.languages import read_languages
from approvals.services.cases import submit
from approvals.services.evidence import record_evidence
from approvals.services.users import the_user
from approvals.settings import Settings
from models.event import Event
from tests.desk.conftest import OFFICER, SCREENING_OFFICER
from tests.desk.page_checker import parsed
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.desk.visiting import TheDesk
from tests.journeys.stories import a_foundation

NORDVIK = {
    "partner.legal_name": "Nordvik Tekstil AS",
    "partner.kind": "company",
    "partner.country": "NO",
    "partner.sector": "textiles",
    "funds": "receiving",
    "amount_usd": "250 000",
    "emblem": "yes",
    "criteria.weapons": "no",
}
SOMETHING_FOUND = check_evidence(
    {
        "agency": "UNICEF",
        "kind": "due_diligence",
        "made_on": "2026-05-04",
        "outcome": "Nothing stands against it.",
        "level": "low",
        "reference": "UNPP-2026-117",
        "why_believed": "Signed by its country office.",
    }
)
CHECKED = f"/precheck?{urlencode(NORDVIK)}"


def events(desk: TheDesk) -> int:
    with desk.store.session() as session:
        return session.exec(select(func.count()).select_from(Event)).one()


def test_what_the_policy_asks_is_asked_in_the_readers_language(desk: TheDesk) -> None:
    asked = desk.visited_by(OFFICER, language="fr").opens("/precheck")

    asked.says("Le partenaire a-t-il recours au travail des enfants", "Textile, habillement et chaussure")
    assert "Does the partner" not in asked.text


def test_a_question_of_ones_own_policy_is_asked_as_it_stands_until_it_is_translated() -> None:
    french = read_languages(Settings().translation_folder)["fr"].texts

    assert french.gettext("Child labour") == "Travail des enfants"
    assert french.gettext("Does the partner sell whale meat?") == "Does the partner sell whale meat?"


def test_an_officer_is_told_whether_by_which_rule_and_how_long(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    before = events(desk)

    page = officer.opens(CHECKED)

    page.says(
        "Needs headquarters", "Textiles, garments and footwear is a sector of high risk", "Procedure reference C3"
    )
    page.says("Decision", "Together, at most", "They will be asked for:", "Find out first:")
    assert events(desk) == before


def test_what_is_missing_is_told_at_its_question(desk: TheDesk) -> None:
    page = desk.visited_by(OFFICER).opens("/precheck?partner.legal_name=Nordvik&amount_usd=much", status=422)

    assert page.tree.findtext(".//title").startswith("Mistake:")
    page.says("Is missing", "Cannot be read; choose or write another answer")
    assert page.tree.xpath("//input[@name='partner.legal_name']/@value") == ["Nordvik"]


def test_the_answer_is_kept_if_the_officer_wants_it(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)

    page = officer.sends(officer.opens(CHECKED), "/precheck")

    page.says("Kept", "Needs headquarters")
    with desk.store.session() as session:
        kept = session.exec(select(Event).where(Event.kind == "PartnerPrechecked")).one()
    assert kept.payload["answer"] == "needs_headquarters"


def test_a_proposal_begins_with_what_was_said(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)

    page = officer.sends(officer.opens(CHECKED), "/proposals")
    terms = officer.opens(page.path.replace("/partner", "/terms"))
    criteria = officer.opens(page.path.replace("/partner", "/criteria"))

    assert page.form(page.path)["partner.sector"] == ["textiles"]
    assert terms.form(terms.path)["emblem_use"] == ["case_by_case"]
    assert criteria.form(criteria.path)["criteria.weapons"] == ["no"]


def test_partners_we_know_and_what_others_found_are_told(desk: TheDesk, known_with_evidence: int) -> None:
    officer = desk.visited_by(OFFICER)
    asked = {"partner.legal_name": "Fundación Semilla Andina", "partner.kind": "foundation", "partner.country": "PE",
             "partner.sector": "philanthropy"}  # fmt: skip

    check = officer.opens(f"/precheck?{urlencode(asked)}")
    file = officer.opens(f"/partners/P-{known_with_evidence}")

    check.says("In our register", "Fundación Semilla Andina", "PA-2026-0001", "AO-LIMA")
    for page in (check, file):
        page.says("What other agencies found", "UNICEF", "valid", "Nothing stands against it.")


@pytest.fixture
def known_with_evidence(desk: TheDesk) -> int:
    """The number of a foundation with a case under way, about which another agency found something."""
    officer = the_user(desk.store, OFFICER)
    number = submit(desk.store, a_foundation(), by=officer, key="first", now=desk.now).partner_id
    screening_officer = the_user(desk.store, SCREENING_OFFICER)
    record_evidence(desk.store, number, SOMETHING_FOUND, by=screening_officer, now=desk.now)
    return number


def test_only_those_who_screen_names_may_ask(desk: TheDesk) -> None:
    desk.visited_by("peter.novak@example.org").opens("/precheck", status=403)


def test_the_check_has_no_hard_coded_text(desk: TheDesk) -> None:
    officer = speak_pseudo(desk).visited_by(OFFICER)

    for address in ("/precheck", CHECKED):
        assert hard_coded(parsed(officer.client.get(address).text)) == []
