"""The legal office sees what partners change everywhere, and keeps its templates by two people."""

from __future__ import annotations

import csv
import io

import pytest

from models.case import Stage
from models.decision import Outcome
from models.template import TemplateState
from tests.desk.conftest import ADMINISTRATOR, LEGAL_REVIEWER, OFFICER, DeskOver
from tests.desk.page_checker import parsed
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.desk.visiting import Page, TheDesk, Visitor
from tests.journeys.conftest import At
from tests.journeys.stories import Story, rewritten
from tests.services.test_templates import FAMILY, manifest, shorter_notice, states

NOTICE = ("sixty days’ written notice", "thirty days’ written notice")


@pytest.fixture
def story(at: At) -> Story:
    """The partner changed the notice, and a legal reviewer accepted it."""
    told = at(Stage.NEGOTIATION)
    told.answer("negotiation", Outcome.CHANGED, content=rewritten(told.file(), *NOTICE))
    told.answer("legal_review", Outcome.CLEARED, "Our second fallback.")
    return told


def test_the_register_says_which_clause_who_changed_it_and_who_accepted(story: Story, desk_over: DeskOver) -> None:
    page = desk_over(story.store, story.now).visited_by(LEGAL_REVIEWER).opens("/deviations")

    assert page.says("Suspension and termination", "Foundation", "1 × accepted", "our fallback 2", "Claire Martin")
    assert page.links()[story.reference] == f"/cases/{story.reference}/agreement?shown=2"


def test_the_register_is_narrowed_by_its_address_and_taken_along(story: Story, desk_over: DeskOver) -> None:
    reviewer = desk_over(story.store, story.now).visited_by(LEGAL_REVIEWER)

    rows = list(
        csv.DictReader(io.StringIO(reviewer.fetches("/deviations.csv?reply=accepted").content.decode("utf-8-sig")))
    )

    assert [(row["Reference"], row["Decided by"]) for row in rows] == [(story.reference, "Claire Martin")]
    assert reviewer.opens("/deviations?reply=refused").says("No deviation fits these filters")
    assert reviewer.opens("/deviations?partner=foundation&grade=substance&clause=termination").says(story.reference)
    assert reviewer.opens("/deviations?grade=nonsense").says(story.reference)


# Templates


def proposes(who: Visitor, status: int = 200, **files: tuple[str, bytes]) -> Page:
    return who.sends(who.opens("/templates"), "/templates", {"language": "en"}, files=files, status=status)


def the_files(version: str = "2.1") -> dict[str, tuple[str, bytes]]:
    return {"file": ("en.docx", shorter_notice()), "manifest": ("manifest.yaml", manifest(version).encode())}


def test_a_template_is_proposed_by_one_and_published_by_another(desk: TheDesk) -> None:
    reviewer, administrator = desk.visited_by(LEGAL_REVIEWER), desk.visited_by(ADMINISTRATOR)
    address = f"/templates/{FAMILY}/en/2.1"

    proposed = proposes(reviewer, **the_files())
    published = administrator.sends(administrator.opens(address), f"{address}/publish")

    assert proposed.path == address
    assert proposed.says("Waits for another person", "Claire Martin")
    assert published.says("In force", "Anna Kowalska")
    assert states(desk.store) == {"2.0": TemplateState.REPLACED, "2.1": TemplateState.IN_FORCE}


def test_nobody_publishes_what_they_proposed(desk: TheDesk) -> None:
    reviewer = desk.visited_by(LEGAL_REVIEWER)
    address = f"/templates/{FAMILY}/en/2.1"
    page = proposes(reviewer, **the_files())
    assert page.tree.xpath("//form[contains(@action, '/publish')]") == []

    token = reviewer.opens("/templates").form("/templates")["csrf"][0]
    answer = reviewer.client.post(f"{address}/publish", data={"csrf": token})

    assert answer.status_code == 403
    assert "another legal reviewer or administrator must publish it" in answer.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"manifest": ("m.yaml", manifest("1.9").encode())}, "Version: is 1.9, but"),
        ({"manifest": ("m.yaml", b"family: [")}, "readable"),
        ({"manifest": ("m.yaml", "é".encode("latin-1"))}, "The manifest is no text in UTF-8"),
        ({"file": ("en.docx", b"%PDF-1.7")}, "not a Word document"),
        ({"file": ("en.docx", b"")}, "Choose the Word file of the template."),
    ],
    ids=["an older version", "no YAML", "no UTF-8", "no Word file", "no file"],
)
def test_every_fault_is_told_and_nothing_is_kept(
    desk: TheDesk, changed: dict[str, tuple[str, bytes]], said: str
) -> None:
    page = proposes(desk.visited_by(LEGAL_REVIEWER), 422, **{**the_files(), **changed})

    assert said in page.tree.xpath("string(//div[@id='faults'])")
    assert list(states(desk.store)) == ["2.0"]


def test_the_files_of_a_version_are_had_back(desk: TheDesk) -> None:
    reviewer = desk.visited_by(LEGAL_REVIEWER)
    links = reviewer.opens(f"/templates/{FAMILY}/en/2.0").links()

    assert reviewer.fetches(links["Word file"]).content[:2] == b"PK"
    assert f"family: {FAMILY}" in reviewer.fetches(links["Manifest"]).text
    assert reviewer.opens(f"/templates/{FAMILY}/en/9.9", status=404).says("there are: 2.0")


def test_agreements_on_older_versions_are_named(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.NEGOTIATION)
    desk = desk_over(story.store, story.now)
    proposes(desk.visited_by(LEGAL_REVIEWER), **the_files())
    administrator = desk.visited_by(ADMINISTRATOR)
    address = f"/templates/{FAMILY}/en/2.1"
    administrator.sends(administrator.opens(address), f"{address}/publish")

    page = administrator.opens("/templates")

    assert page.says(story.reference)


def test_the_places_stand_in_the_menu_of_those_who_may_go_there(desk: TheDesk) -> None:
    def places(who: str) -> list[str]:
        return desk.visited_by(who).opens("/help").tree.xpath("//nav[@class='places']//a/@href")  # type: ignore[no-any-return]  # lxml

    assert {"/deviations", "/templates"} <= set(places(LEGAL_REVIEWER))
    assert {"/deviations", "/templates"}.isdisjoint(places(OFFICER))


def test_no_text_is_hidden_from_translators(story: Story, desk_over: DeskOver) -> None:
    reviewer = speak_pseudo(desk_over(story.store, story.now)).visited_by(LEGAL_REVIEWER)

    for address in ("/deviations", "/deviations?grade=wording", "/templates", f"/templates/{FAMILY}/en/2.0"):
        assert hard_coded(parsed(reviewer.client.get(address).text)) == []
