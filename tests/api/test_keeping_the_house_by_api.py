"""What administrators and officers do at the desk besides cases, done by programs."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any

import pytest

from tests.api.calling import ADMINISTRATOR, OFFICER, Program, TheApi
from tests.desk.visiting import TheDesk
from tests.screening.list_files import an_ofac_zip

SECOND = {"email": "sam.second@example.org", "name": "Sam Second", "office": "HQ", "roles": ["administrator"]}


@pytest.fixture
def anna(api: TheApi) -> Program:
    """A program of the administrator."""
    return api.called_by(ADMINISTRATOR)


@pytest.fixture
def rosa(api: TheApi) -> Program:
    """A program of an officer."""
    return api.called_by(OFFICER)


def test_a_person_is_added_changed_let_in_and_closed(anna: Program) -> None:
    added = anna.sends("/people", SECOND, status=201)
    place = f"/people/{added['number']}"
    twice = anna.sends("/people", SECOND, status=422)
    changed = anna.sends(place, {"name": "Sam S.", "office": "RO-AMERICAS", "roles": ["officer"]}, method="PUT")
    invited = anna.sends(f"{place}/invitation", status=201)
    closed = anna.sends(f"{place}/closing")
    found = anna.gets("/people?words=sam+s.")

    assert "already" in twice["faults"][0]["message"]
    assert (changed["office"], changed["roles"]) == ("RO-AMERICAS", ["officer"])
    assert invited["email"] == SECOND["email"]
    assert len(invited["code"]) > 10
    assert closed["is_active"] is False
    assert [one["number"] for one in found["people"]] == [added["number"]]


def test_a_token_issues_no_token_that_outlasts_it(rosa: Program) -> None:
    refused = rosa.sends("/me/tokens", {"name": "For ever", "scope": "act", "days": 31}, status=422)
    issued = rosa.sends("/me/tokens", {"name": "For a week", "days": 7}, status=201)
    revoked = rosa.sends(f"/me/tokens/{issued['number']}/revocation")

    assert "does not outlast it" in refused["faults"][0]["message"]
    assert issued["secret"].startswith("pa_")
    assert revoked["revoked_at"] is not None
    assert "secret" not in str(rosa.gets("/me/tokens"))


def test_habits_are_chosen_one_by_one(rosa: Program) -> None:
    assert rosa.sends("/me", {"language": "fr"}, method="PATCH")["language"] == "fr"
    assert rosa.sends("/me", {"digest": True}, method="PATCH")["language"] == "fr"


def test_an_office_closes_for_a_day_and_the_officer_names_a_substitute(anna: Program, rosa: Program) -> None:
    calendar = "/offices/AO-LIMA/calendar"
    anna.sends(f"{calendar}/days/2026-10-08", {"kind": "closed", "name": "Battle of Angamos"}, method="PUT")
    anna.sends(calendar, {"time_zone": "America/Lima", "weekend": ["sunday"]}, method="PUT")
    seeded = anna.sends(f"{calendar}/holidays", {"country": "PE", "years": [2026]})
    known = rosa.gets(f"{calendar}?year=2026")

    assert (known["time_zone"], known["weekend"], seeded["left_alone"]) == ("America/Lima", ["sunday"], 1)
    assert {"day": "2026-10-08", "kind": "closed", "name": "Battle of Angamos"}.items() <= next(
        one for one in known["days"] if one["day"] == "2026-10-08"
    ).items()

    rule = {"substitute": "luis.rojas@example.org", "from_on": "2026-10-05", "until_on": "2026-10-09"}
    refused = rosa.sends("/substitutions", rule, status=422)
    assert refused["faults"][0]["path"] == "substitute"


def test_a_policy_is_proposed_by_one_and_published_by_another(api: TheApi, anna: Program) -> None:
    sam = anna.sends("/people", SECOND, status=201)["email"]
    sectors = anna.gets("/policies/in-force")["content"]["sectors"]
    sectors["sectors"][0]["title"] = "Another word"
    proposal = {"reason": "A better word.", "content": {"sectors": sectors}}

    number = anna.sends("/policies", proposal, status=201)["number"]
    own = anna.sends(f"/policies/{number}/publication", status=403)
    published = api.called_by(sam).sends(f"/policies/{number}/publication")
    unknown = anna.sends("/policies", {"reason": "No.", "content": {"weather": {}}}, status=422)

    assert own["type"].endswith("conflict-of-duties")
    assert (published["in_force"], published["published_by"]) == (True, "Sam Second")
    assert unknown["faults"]


def test_a_list_in_four_files_is_brought_as_four_files_or_as_one_zip(anna: Program) -> None:
    whole = an_ofac_zip()
    four = {"format": "ofac_csv", "files": in_base64(unzipped(whole.read()))}
    whole.seek(0)
    one = {"format": "ofac_csv", "files": in_base64({"sdn.zip": whole.read()})}

    brought = anna.sends("/lists", four, status=201)
    again = anna.sends("/lists", one, status=201)
    two_of_one = anna.sends("/lists", {**four, "format": "un_xml"}, status=422)

    assert brought["source"] == "ofac_sdn"
    assert brought["entry_count"] == again["entry_count"] > 0
    assert "one file" in two_of_one["faults"][0]["message"]


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def in_base64(files: dict[str, bytes]) -> list[dict[str, Any]]:
    return [{"name": name, "content": base64.b64encode(content).decode()} for name, content in files.items()]


def test_a_draft_begun_by_a_program_is_finished_at_the_desk(api: TheApi, rosa: Program) -> None:
    typed = {"title": "Skills for young people", "partner.legal_name": "Semilla", "nothing.of_ours[999]": "x"}
    number = rosa.sends("/drafts", {"typed": typed}, status=201)["number"]
    rosa.sends(f"/drafts/{number}", {"typed": {**typed, "title": "Skills"}}, method="PUT")
    misshapen = rosa.sends("/drafts", {"typed": {"../..": "x"}}, status=422)

    page = TheDesk(api.store, api.now).visited_by(OFFICER).opens(f"/proposals/{number}/check")
    rosa.asks("DELETE", f"/drafts/{number}", status=204)

    assert page.says("Skills", "Semilla")
    assert misshapen["faults"]
    assert rosa.gets("/drafts") == []


def test_what_is_sent_twice_under_a_key_is_done_once(rosa: Program, anna: Program) -> None:
    sent = {"typed": {"title": "Skills"}}

    first = rosa.sends("/drafts", sent, status=201, Idempotency_Key="k-1")
    again = rosa.sends("/drafts", sent, status=201, Idempotency_Key="k-1")
    other = rosa.sends("/drafts", {"typed": {}}, status=409, Idempotency_Key="k-1")
    refused = [anna.sends("/drafts", sent, status=403, Idempotency_Key="k-1")["title"] for _ in range(2)]
    misshapen = rosa.sends("/drafts", sent, status=422, Idempotency_Key="k 1")

    assert again == first
    assert len(rosa.gets("/drafts")) == 1
    assert "Something else was sent under the key k-1" in other["detail"]
    assert refused == ["Not allowed"] * 2
    assert "visible ASCII" in misshapen["detail"]
