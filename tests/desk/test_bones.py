"""The frame of the desk: who may come in, what a refusal looks like, and that it is served."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from approvals.casework.rights import Right, may
from approvals.desk.assets import read_assets
from approvals.desk.serving import served
from approvals.errors import NotFound, SourceUnavailable
from approvals.rehearsal import People
from approvals.settings import Settings
from approvals.store.engine import Store
from models.user import Role
from tests.desk.conftest import OFFICER
from tests.desk.visiting import TheDesk
from tests.journeys.stories import START


def test_a_stranger_is_asked_who_they_are_and_led_back(desk: TheDesk) -> None:
    answer = desk.stranger().client.get("/?due=overdue", follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2F%3Fdue%3Doverdue"


def test_a_person_signs_in_and_out(store: Store) -> None:
    visitor = TheDesk(store, START, settings=Settings(development_sign_in=True)).stranger()

    inside = visitor.sends(visitor.opens("/"), "/sign-in/chosen", {"person": OFFICER})
    outside = visitor.sends(inside, "/sign-out")

    assert inside.heading == "My work"
    assert outside.heading == "Signed out"
    assert visitor.opens("/").heading == "Sign in"


def test_a_form_without_the_token_of_the_session_does_nothing(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)

    answer = officer.client.post("/sign-out", data={"csrf": "guessed"})

    assert answer.status_code == 409
    assert officer.opens("/").heading == "My work"


def test_a_form_from_another_site_does_nothing(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    token = officer.opens("/").form("/sign-out")

    answer = officer.client.post("/sign-out", data=token, headers={"origin": "https://elsewhere.example"})

    assert answer.status_code == 403
    assert officer.opens("/").heading == "My work"


def test_a_page_that_is_not_there_says_so(desk: TheDesk) -> None:
    page = desk.visited_by(OFFICER).opens("/nowhere", status=404)

    assert page.heading == "Not found"


def test_a_fault_of_ours_is_told_by_its_number_alone(desk: TheDesk) -> None:
    @desk.app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret detail")

    page = desk.visited_by(OFFICER).opens("/broken", status=500)

    assert page.heading == "Something went wrong"
    assert "secret detail" not in page.source


def test_a_refusal_is_a_sentence(desk: TheDesk) -> None:
    @desk.app.get("/refused")
    def refused() -> None:
        raise NotFound("There is no case <b>PA</b>.")

    page = desk.visited_by(OFFICER).opens("/refused", status=404)

    assert page.says("There is no case <b>PA</b>.")


@pytest.mark.parametrize("role", Role)
def test_everybody_sees_the_places_their_rights_open(desk: TheDesk, people: People, role: Role) -> None:
    person = people.with_role(role)
    places = desk.visited_by(person).opens("/").tree.xpath("//nav[@class='places']//a/@href")

    assert ("/cases" in places) is may(person, Right.SEE_CASES)


def test_style_and_script_are_kept_by_browsers_until_they_change(desk: TheDesk) -> None:
    style = read_assets()["desk.css"]

    answer = desk.stranger().fetches(style.address)

    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")


def test_the_desk_is_served_on_a_free_port_and_stops(desk: TheDesk) -> None:
    with served(desk.app, host="127.0.0.1", port=0) as address:
        assert httpx.get(f"{address}/help").status_code == 200

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/help")


def test_a_taken_port_is_told_in_a_sentence(desk: TheDesk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(SourceUnavailable, match="APPROVALS_DESK_PORT"),
            served(desk.app, host="127.0.0.1", port=port),
        ):
            pass


@pytest.mark.parametrize("path", sorted((Settings().page_folder / "desk").rglob("*.jinja")), ids=lambda p: p.name)
def test_no_template_prints_what_it_did_not_escape(path: Path) -> None:
    assert "|safe" not in path.read_text(encoding="utf-8").replace(" ", "")
