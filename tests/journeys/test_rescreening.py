"""When a list changes, every live partner is compared with what is new in it, and a result is kept whatever it is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from approvals.casework.outcomes import Judgement
from approvals.errors import Faulty
from approvals.rehearsal import People
from approvals.screening.rescreening import comparing
from approvals.services import rescreening
from approvals.services.cases import end_partnership
from approvals.services.rescreening import Rescreened, rescreen_due
from approvals.store.engine import Store
from approvals.store.trail import verify
from models.case import Stage
from models.decision import Outcome
from models.event import Event
from models.rescreening import Rescreening
from tests.journeys.stories import START, Story, a_foundation
from tests.journeys.test_clearing import put_in_force, remembered

LATER = START + timedelta(days=40)
ANOTHER = {
    "partner.legal_name": "Quorn Meadow Trust",
    "partner.aliases": [],
    "partner.registration_number": "PE-774120",
}
TREASURER = {"name": "Zefirina Quoll", "function": "Treasurer", "birth_year": 1980}
OLD = "X-1,Organización Inventada de Contrabando,organisation,,\n"
STRONG = OLD + "X-9,Zefirina Quoll,person,1980,\n"
POSSIBLE = OLD + "X-9,Zefyrina Kuoll,person,,\n"
STRANGERS = OLD + "X-9,Olu Abernatto,person,,\n"


@pytest.fixture
def story(store: Store, people: People, tmp_path: Path) -> Story:
    """A foundation at its due diligence, compared with the list in force."""
    put_in_force(store, people, tmp_path, OLD)
    story = Story(store, people, a_foundation(**{"partner.people": [TREASURER]}))
    rescreen_due(store, now=START)
    return story.reach(Stage.DUE_DILIGENCE)


def the_list_changes(story: Story, folder: Path, rows: str) -> Rescreened:
    """Put a new version of the list in force, compare live partners with it, and let the machine go on."""
    story.now += timedelta(days=10)
    put_in_force(story.store, story.people, folder, rows, now=story.now)
    [result] = rescreen_due(story.store, now=story.now)
    story.advance()
    return result


def kept(store: Store) -> list[Rescreening]:
    with store.session() as session:
        return list(session.exec(select(Rescreening).order_by(Rescreening.id)))  # type: ignore[arg-type]  # a column


def judge(story: Story, outcome: Outcome, reason: str) -> None:
    """Let both officers judge the first hit alike, as far as they are asked."""
    for slot in ("screening_review", "screening_review:second"):
        if slot in story.slots():
            story.answer(slot, outcome, "Looked at it.", judgements=(Judgement(1, reason),))


# A result is always kept


def test_that_nothing_was_found_is_kept_too(story: Story, tmp_path: Path) -> None:
    result = the_list_changes(story, tmp_path, STRANGERS)

    assert (result.entries, result.cases, result.hits, result.is_finished) == (1, 1, 0, True)
    assert result.names > 1
    assert kept(story.store)[-1].finished_at == story.now
    assert story.stage is Stage.DUE_DILIGENCE


def test_what_was_compared_is_not_compared_again(story: Story) -> None:
    assert rescreen_due(story.store, now=LATER) == []


def test_only_what_is_new_or_says_something_else_is_compared(story: Story, tmp_path: Path) -> None:
    the_list_changes(story, tmp_path, STRANGERS)

    result = the_list_changes(story, tmp_path, STRANGERS.replace("Olu", "Ola"))

    assert result.entries == 1


def test_an_entry_taken_off_leaves_nothing_to_compare(story: Story, tmp_path: Path) -> None:
    many = "".join(f"S-{number},Olu Abernatto the {number}th,person,,\n" for number in range(9))
    the_list_changes(story, tmp_path, OLD + many + "X-10,Anu Quillon,person,,\n")

    result = the_list_changes(story, tmp_path, OLD + many)

    assert (result.entries, result.cases, result.is_finished) == (0, 0, True)


# A case under way


@pytest.mark.parametrize("rows", [STRONG, POSSIBLE])
def test_a_case_under_way_starts_again_and_waits_for_a_screening_officer(
    story: Story, tmp_path: Path, rows: str
) -> None:
    result = the_list_changes(story, tmp_path, rows)

    assert story.stage is Stage.SCREENING_REVIEW
    assert story.slots() == ["screening_review"]
    assert [(one["case"], one["name"], one["followed"]) for one in result.found] == [
        (story.reference, "Zefirina Quoll", "starts again at its screening")
    ]
    assert "HitOnChangedList" in story.happened()


def test_a_case_the_list_found_clear_is_left_alone(
    story: Story, store: Store, people: People, tmp_path: Path
) -> None:
    other = Story(store, people, a_foundation(**ANOTHER), key="other")

    the_list_changes(story, tmp_path, STRONG)

    assert other.stage is Stage.DUE_DILIGENCE


def test_a_closed_case_is_not_looked_at(story: Story, tmp_path: Path) -> None:
    story.answer_as_usual()
    story.reach(Stage.DECISION).answer("decision", Outcome.DECLINE, "Does not serve the programme.")

    assert the_list_changes(story, tmp_path, STRONG).cases == 0


def test_a_case_screened_with_the_new_list_is_not_asked_twice(story: Story, tmp_path: Path) -> None:
    the_list_changes(story, tmp_path, STRONG)
    judge(story, Outcome.CLEARED, "other_person")
    legs = story.case.leg

    assert the_list_changes(story, tmp_path, STRONG + "X-11,Olu Abernatto,person,,\n").hits == 0
    assert story.case.leg == legs


def test_a_cleared_hit_is_asked_again_when_its_entry_changes(story: Story, tmp_path: Path) -> None:
    the_list_changes(story, tmp_path, STRONG)
    judge(story, Outcome.CLEARED, "other_person")

    assert the_list_changes(story, tmp_path, STRONG.replace("person,1980", "person,1980;1981")).hits == 1
    assert story.stage is Stage.SCREENING_REVIEW


def test_another_key_of_a_cleared_entry_brings_no_new_hit(story: Story, tmp_path: Path) -> None:
    the_list_changes(story, tmp_path, STRONG)
    judge(story, Outcome.CLEARED, "other_person")

    renumbered = STRONG.replace("X-9,", "Y-1,").replace("1980,", "1980,X-9")
    result = the_list_changes(story, tmp_path, renumbered)

    assert (result.entries, result.hits) == (1, 0)
    assert story.stage is Stage.DUE_DILIGENCE


# A partnership in force


@pytest.fixture
def in_force(story: Story) -> Story:
    """The same foundation when its agreement is in force."""
    return story.reach(Stage.IN_FORCE)


def test_a_strong_hit_suspends_a_partnership_in_force(in_force: Story, tmp_path: Path) -> None:
    result = the_list_changes(in_force, tmp_path, STRONG)

    assert in_force.stage is Stage.IN_FORCE
    assert in_force.case.suspended_at == in_force.now
    assert "resembles «Zefirina Quoll»" in (in_force.case.suspended_because or "")
    assert in_force.slots() == ["screening_review"]
    assert result.found[0]["followed"] == "is suspended until two have looked"


def test_a_possible_hit_opens_a_task_and_suspends_nothing(in_force: Story, tmp_path: Path) -> None:
    the_list_changes(in_force, tmp_path, POSSIBLE)

    assert in_force.case.suspended_at is None
    assert in_force.slots() == ["screening_review"]


def test_when_two_have_cleared_it_the_partnership_goes_on_and_the_hit_stays_quiet(
    in_force: Story, tmp_path: Path
) -> None:
    obligations = len(in_force.obligations())
    the_list_changes(in_force, tmp_path, STRONG)

    judge(in_force, Outcome.CLEARED, "other_person")

    assert (in_force.stage, in_force.case.suspended_at, in_force.slots()) == (Stage.IN_FORCE, None, [])
    assert len(in_force.obligations()) == obligations
    assert [one.asked for one in remembered(in_force)] == ["Zefirina Quoll"]
    assert the_list_changes(in_force, tmp_path, STRONG.replace("1980,", "1980,Z-1")).hits == 0


def test_one_officer_lifts_no_suspension(in_force: Story, tmp_path: Path) -> None:
    the_list_changes(in_force, tmp_path, STRONG)

    in_force.answer("screening_review", Outcome.CLEARED, "A namesake.", judgements=(Judgement(1, "other_person"),))

    assert in_force.case.suspended_at is not None
    assert in_force.slots() == ["screening_review:second"]


def test_a_hit_that_stands_ends_the_partnership(in_force: Story, tmp_path: Path) -> None:
    the_list_changes(in_force, tmp_path, STRONG)

    judge(in_force, Outcome.CONFIRMED_HIT, "same_birth_date")

    assert in_force.stage is Stage.ENDED
    assert in_force.owed() == []


def test_a_question_to_the_officer_keeps_it_suspended_however_long_the_answer_takes(
    in_force: Story, tmp_path: Path
) -> None:
    the_list_changes(in_force, tmp_path, STRONG)
    in_force.answer("screening_review", Outcome.RETURN, "When was she born?")

    in_force.days_pass(200)

    assert in_force.slots() == ["answer:screening_review"]
    in_force.answer("answer:screening_review", Outcome.ANSWERED, "In 1955, see her passport.")
    assert in_force.slots() == ["screening_review"]


def test_an_officer_who_gives_the_partnership_up_ends_it(in_force: Story, tmp_path: Path) -> None:
    the_list_changes(in_force, tmp_path, STRONG)
    in_force.answer("screening_review", Outcome.RETURN, "When was she born?")

    in_force.answer("answer:screening_review", Outcome.WITHDRAWN, "They do not say.")

    assert in_force.stage is Stage.ENDED


def test_an_open_question_is_asked_with_that_of_the_next_list(in_force: Story, tmp_path: Path) -> None:
    the_list_changes(in_force, tmp_path, POSSIBLE)

    the_list_changes(in_force, tmp_path, POSSIBLE + "X-12,Zefirina Quolle,person,,\n")

    assert in_force.slots() == ["screening_review"]
    with pytest.raises(Faulty, match="still open: 2"):
        judge(in_force, Outcome.CLEARED, "name_only")


def test_a_partnership_ended_meanwhile_is_no_longer_asked_about(in_force: Story, tmp_path: Path) -> None:
    the_list_changes(in_force, tmp_path, STRONG)

    end_partnership(in_force.store, in_force.reference, by=in_force.officer, reason="All was done.", now=in_force.now)

    assert in_force.owed() == []


# Cut off, and counted


def test_a_run_that_was_cut_off_goes_on_where_it_was(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Story(story.store, story.people, a_foundation(**ANOTHER), key="2")
    put_in_force(story.store, story.people, tmp_path, STRONG, now=LATER)
    number, changed = rescreening._begin(story.store, "un_sc", LATER)
    monkeypatch.setattr(rescreening, "BATCH", 1)
    with comparing(changed, partners=2) as compare:
        rescreening._next_batch(story.store, "un_sc", number, changed, compare, LATER)

    [result] = rescreen_due(story.store, now=LATER)

    assert (result.cases, result.hits, result.is_finished) == (2, 1, True)
    assert kept(story.store)[-1].id == number


def test_what_happened_is_in_the_trail(story: Story, tmp_path: Path) -> None:
    the_list_changes(story, tmp_path, STRONG)

    with story.store.session() as session:
        told = session.exec(select(Event).where(Event.kind == "PartnersRescreened")).all()[-1]
        assert told.payload == {
            "source": "un_sc",
            "entries": 1,
            "cases": 1,
            "names": told.payload["names"],
            "hits": 1,
        }
        assert verify(session).first_break is None
