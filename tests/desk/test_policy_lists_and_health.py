"""Administrators change policy by two people, bring lists, and see how the engine is."""

from __future__ import annotations

import zipfile

import pytest

from approvals.services.turnaround import count_up
from approvals.settings import Settings
from models.case import Stage
from tests.desk.conftest import ADMINISTRATOR, SCREENING_OFFICER, DeskOver
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.desk.visiting import TheDesk
from tests.journeys.conftest import At
from tests.journeys.stories import LIST, START
from tests.screening.list_files import an_ofac_zip

SECTORS = (Settings().policy_folder / "sectors.yaml").read_text(encoding="utf-8")
SECOND_ADMINISTRATOR = "second.administrator@example.org"


@pytest.fixture
def second_administrator(desk: TheDesk) -> str:
    """Somebody to publish what Anna proposes."""
    administrator = desk.visited_by(ADMINISTRATOR)
    entry = {
        "email": SECOND_ADMINISTRATOR,
        "name": "Sam Second",
        "office_code": "HQ",
        "roles": ["administrator"],
    }
    administrator.sends(administrator.opens("/people"), "/people", entry)
    return SECOND_ADMINISTRATOR


def changed(text: str) -> bytes:
    """The file of sectors with another word in a title."""
    return text.replace('title: "Alcohol"', 'title: "Alcohol and spirits"').encode()


def test_a_change_is_proposed_by_one_and_published_by_another(desk: TheDesk, second_administrator: str) -> None:
    anna, sam = desk.visited_by(ADMINISTRATOR), desk.visited_by(second_administrator)

    proposed = anna.sends(
        anna.opens("/policy"),
        "/policy",
        {"reason": "A new word."},
        files={"sectors": ("sectors.yaml", changed(SECTORS))},
    )
    consequences = sam.opens(proposed.links()["Which cases would have gone another way"])
    published = sam.sends(sam.opens(proposed.path), f"{proposed.path}/publish")

    assert proposed.says(
        "What is otherwise than in force", "Alcohol and spirits", "Another administrator must publish it"
    )
    assert f"{proposed.path}/publish" not in proposed.source
    assert consequences.says("0 cases of 0 would have gone another way")
    assert published.says("This policy is in force", "Sam Second")


def test_whoever_proposed_cannot_publish_even_with_a_form_of_their_own(
    desk: TheDesk, second_administrator: str
) -> None:
    anna = desk.visited_by(ADMINISTRATOR)
    proposed = anna.sends(
        anna.opens("/policy"), "/policy", {"reason": "Mine."}, files={"sectors": ("s.yaml", changed(SECTORS))}
    )
    token = anna.opens("/policy").form("/policy")["csrf"]

    answer = anna.client.post(f"{proposed.path}/publish", data={"csrf": token})

    assert answer.status_code == 403
    assert "ask another administrator" in answer.text


def test_a_faulty_file_is_refused_with_its_faults(desk: TheDesk) -> None:
    anna = desk.visited_by(ADMINISTRATOR)

    page = anna.sends(
        anna.opens("/policy"), "/policy", {"reason": "No."}, files={"sectors": ("s.yaml", b"a: [")}, status=422
    )

    assert page.says("Please mend this", "sectors.yaml")


def test_the_policy_is_read_as_a_page(desk: TheDesk) -> None:
    assert desk.visited_by("rosa.quispe@example.org").opens("/policy/1/page").tree.xpath("//pre")


def test_a_list_is_brought_and_a_damaged_one_is_not(desk: TheDesk) -> None:
    administrator = desk.visited_by(ADMINISTRATOR)
    page, wanted = administrator.opens("/lists"), {"format": "plain_csv", "source": "un_sc"}

    after = administrator.sends(page, "/lists", wanted, files={"file": ("list.csv", LIST.encode())})
    damaged = administrator.sends(page, "/lists", wanted, files={"file": ("list.csv", b"\x00\x01")}, status=422)

    assert page.says("Missing")
    assert after.says("Current")
    assert damaged.says("Please mend this")


def test_a_list_in_four_files_is_chosen_as_four_files(desk: TheDesk) -> None:
    administrator, whole = desk.visited_by(ADMINISTRATOR), an_ofac_zip()
    with zipfile.ZipFile(whole) as archive:
        four = [("file", (name, archive.read(name))) for name in archive.namelist()]
    page, wanted = administrator.opens("/lists"), {"format": "ofac_csv", "source": "ofac_sdn"}

    after = administrator.sends(page, "/lists", wanted, files=four)
    of_another = administrator.sends(page, "/lists", {**wanted, "format": "un_xml"}, files=four, status=422)

    assert len(four) == 4
    assert after.says("ofac_sdn")
    assert of_another.says("comes in one file")


def test_those_who_screen_look_a_name_up(at: At, desk_over: DeskOver) -> None:
    officer = desk_over(at(Stage.DUE_DILIGENCE).store).visited_by(SCREENING_OFFICER)

    found = officer.opens("/lists?name=Ibragim Vydumannyj")
    nothing = officer.opens("/lists?name=Xq Zzyx")

    assert found.says("Entries that resemble the name", "Ibragim Vydumannyj")
    assert nothing.says("No entry resembles this name")
    assert "Bring a new version" not in found.text


def test_the_health_of_the_engine_says_what_to_look_at(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    administrator = desk_over(story.store).visited_by(ADMINISTRATOR)

    before = administrator.opens("/health-of-the-engine")
    count_up(story.store, now=START)
    after = administrator.opens("/health-of-the-engine")

    assert before.says("Database", "nobody runs it", "times were not counted", "Dashboard of Prefect")
    assert after.says("the sweep counts times up to the present")


def test_programs_are_told_whether_the_desk_works(desk: TheDesk) -> None:
    answer = desk.stranger().client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("address", ["/policy", "/lists", "/health-of-the-engine"])
def test_these_pages_have_no_hard_coded_text(desk: TheDesk, address: str) -> None:
    administrator = speak_pseudo(desk).visited_by(ADMINISTRATOR)

    assert hard_coded(administrator.glances(address)) == []
