"""The partner register at the desk: found by any name, kept right, flagged and settled by two people."""

from __future__ import annotations

import io

import docx
import pytest

from approvals.services.cases import submit
from approvals.services.users import the_user
from tests.desk.conftest import AUDITOR, OFFICER, SCREENING_OFFICER
from tests.desk.page_checker import parsed
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.desk.visiting import TheDesk, Visitor
from tests.journeys.stories import a_foundation

LEI = "5493001KJTIIGC8Y1R12"


@pytest.fixture
def known(desk: TheDesk) -> TheDesk:
    """The desk when the register holds a foundation, P-1, with a case under way."""
    submit(desk.store, a_foundation(), by=the_user(desk.store, OFFICER), key="first", now=desk.now)
    return desk


def enters(visitor: Visitor, what: str, values: dict[str, str], *, status: int = 200) -> str:
    """Fill the page of that entry about P-1 and return what the person then reads."""
    address = f"/partners/P-1/{what}"
    return visitor.sends(visitor.opens(address), address, values, status=status).text


def test_a_partner_is_found_and_read(known: TheDesk) -> None:
    officer = known.visited_by(OFFICER)

    found = officer.opens("/partners?q=semilla+andina")
    page = officer.opens(found.links()["Fundación Semilla Andina"])

    page.says("P-1", "Peru", "Foundation", "11023456", "PA-2026-0001", "Andean Seed Foundation", "Trustee")


def test_names_numbers_and_people_are_entered(known: TheDesk) -> None:
    officer = known.visited_by(OFFICER)

    enters(officer, "name", {"name": "Semilla del Sur", "kind": "former", "until": "2020-12-31"})
    enters(officer, "number", {"kind": "lei", "value": LEI})
    text = enters(officer, "person", {"name": "Inés Quilla", "function": "Treasurer", "birth_year": "1971"})

    for said in ("Semilla del Sur", "until 31 December 2020", LEI, "Inés Quilla, Treasurer (*1971)"):
        assert said in text


@pytest.mark.parametrize(
    ("what", "values", "said"),
    [
        ("name", {"name": "Fundación Semilla Andina", "kind": "alias"}, "is known already"),
        ("name", {"name": "Semilla", "kind": ""}, "Choose one of them"),
        ("name", {"name": "Semilla", "kind": "former", "until": "yesterday"}, "Is not a date"),
        ("number", {"kind": "lei", "value": "123"}, "«123»"),
        ("person", {"name": "", "function": ""}, "Is empty"),
        ("person", {"name": "A", "function": "B", "birth_year": "71"}, "Is no year of birth"),
        ("parent", {"parent": "P-1"}, "would stand above itself"),
        ("flag", {"state": "observation", "subject": "", "reason": ""}, "Is empty; say it in a sentence"),
    ],
)
def test_what_cannot_be_entered_is_told_at_its_field(
    known: TheDesk, what: str, values: dict[str, str], said: str
) -> None:
    assert said in enters(known.visited_by(OFFICER), what, values, status=422)


def test_a_flag_is_raised_escalated_and_settled_by_somebody_else(known: TheDesk) -> None:
    officer, headquarters = known.visited_by(OFFICER), known.visited_by(SCREENING_OFFICER)
    enters(officer, "flag", {"state": "risk", "subject": "Unpaid wages", "reason": "A court order."})

    escalated = enters(officer, "flags/1", {"state": "escalated", "reason": "Three offices say so."})
    settled = enters(headquarters, "flags/1", {"state": "red", "reason": "It is true."})

    assert "Escalated" in escalated
    assert "Red" in settled
    assert "It is true." in settled


def test_an_officer_is_not_offered_to_settle_a_flag(known: TheDesk) -> None:
    officer = known.visited_by(OFFICER)
    enters(officer, "flag", {"state": "risk", "subject": "Unpaid wages", "reason": "A court order."})
    page = officer.opens("/partners/P-1/flags/1")

    assert page.tree.xpath("//input[@name='state']/@value") == ["escalated"]


def test_an_auditor_reads_and_changes_nothing(known: TheDesk) -> None:
    auditor = known.visited_by(AUDITOR)

    page = auditor.opens("/partners/P-1")

    assert "Enter a name" not in page.text
    for what in ("name", "number", "person", "parent", "flag"):
        auditor.opens(f"/partners/P-1/{what}", status=403)


def test_whom_the_register_does_not_know_is_not_found(known: TheDesk) -> None:
    officer = known.visited_by(OFFICER)

    for address in ("/partners/P-9", "/partners/nobody", "/partners/P-1/cake", "/partners/P-1/flags/7"):
        officer.opens(address, status=404)
    officer.opens("/partners?q=zzz").says("No partner of the register has a name like that.")


def test_a_proposal_begins_from_a_partner(known: TheDesk) -> None:
    officer = known.visited_by(OFFICER)

    page = officer.sends(officer.opens("/partners/P-1"), "/proposals")

    assert page.form(page.path)["partner.legal_name"] == ["Fundación Semilla Andina"]
    assert page.form(page.path)["partner_is"] == ["P-1"]


def test_the_register_has_no_hard_coded_text(known: TheDesk) -> None:
    enters(known.visited_by(OFFICER), "flag", {"state": "risk", "subject": "Wages", "reason": "A court order."})
    officer = speak_pseudo(known).visited_by(OFFICER)

    entries = ("name", "number", "person", "parent", "flag", "flags/1")
    for address in (
        "/partners",
        "/partners?q=semilla",
        "/partners/P-1",
        *(f"/partners/P-1/{one}" for one in entries),
    ):
        assert hard_coded(parsed(officer.client.get(address).text)) == []


FOUND = {
    "agency": "UNDP",
    "kind": "due_diligence",
    "made_on": "2026-01-31",
    "outcome": "Cleared, low risk.",
    "level": "low",
    "conditions": "A new audit in 2027\nNo cash",
    "reference": "UNDP/DD/2026/17",
    "why_believed": "The country office sent the report.",
}


def test_what_another_agency_found_is_recorded_with_its_file_read_and_withdrawn(known: TheDesk) -> None:
    officer, address = known.visited_by(OFFICER), "/partners/P-1/evidence"
    file = {"file": ("report.docx", a_word_file())}

    recorded = officer.sends(officer.opens(address), address, FOUND, files=file)
    word = officer.client.get(recorded.links()["Word file UNDP, UNDP/DD/2026/17"])
    place = recorded.links()["Withdraw it UNDP, UNDP/DD/2026/17"]
    nameless = officer.sends(officer.opens(place), place, {"reason": ""}, status=422)
    withdrawn = officer.sends(officer.opens(place), place, {"reason": "UNDP took it back."})

    assert recorded.says("UNDP , due diligence", "Cleared, low risk.", "valid")
    assert word.content == file["file"][1]
    assert nameless.says("Is empty; say it in a sentence")
    assert withdrawn.says("withdrawn")
    assert "Withdraw it UNDP" not in " ".join(withdrawn.links())


def test_what_is_wrong_with_evidence_is_told_at_its_field_and_what_was_typed_stays(known: TheDesk) -> None:
    officer, address = known.visited_by(OFFICER), "/partners/P-1/evidence"

    lacking = officer.sends(officer.opens(address), address, {"agency": "UNDP", "outcome": "Sound."}, status=422)
    no_word = officer.sends(officer.opens(address), address, FOUND, files={"file": ("a.docx", b"x")}, status=422)

    assert {"#f-kind", "#f-made_on", "#f-reference", "#f-why_believed"} <= set(lacking.tree.xpath("//a/@href"))
    assert lacking.form(address)["outcome"] == ["Sound."]
    assert "#f-file" in no_word.links().values()


def a_word_file() -> bytes:
    content = io.BytesIO()
    docx.Document().save(content)
    return content.getvalue()
