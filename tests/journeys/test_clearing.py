"""Hits are judged one by one, strong ones by two people; what was cleared stays quiet until a side changes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from approvals.casework.outcomes import Judgement
from approvals.casework.proposal import ProposalForm
from approvals.errors import DutiesConflict, Faulty
from approvals.rehearsal import People
from approvals.services.clearing import open_hits
from approvals.services.watchlists import import_list
from approvals.store import queries
from approvals.store.engine import Store
from models.case import Stage
from models.clearing import ClearedHit
from models.decision import Outcome
from models.risk import RiskLevel
from models.screening import Finding
from models.user import Role
from tests.journeys.stories import START, Story, a_foundation

PEOPLE = [
    {"name": "Ibragim Vydumannyj", "function": "Treasurer", "birth_year": 1980},
    {"name": "Zefirina Quoll", "function": "Board member"},
]
LISTED = "X-2,Ibragim Vydumannyj,person,1980,\nX-3,Zefyrina Kuoll,person,,\n"
STRONG, POSSIBLE = 1, 2
CLEARED = (Judgement(STRONG, "other_person", "Passport seen"), Judgement(POSSIBLE, "name_only"))


def put_in_force(store: Store, people: People, folder: Path, rows: str, *, now: Any = START) -> None:
    """Put a list with these rows in force (key, name, kind, birth years, other keys)."""
    file = folder / "list.csv"
    file.write_text(f"key,name,kind,birth_years,other_keys\n{rows}", encoding="utf-8")
    administrator = people.with_role(Role.ADMINISTRATOR)
    import_list(store, file, list_format="plain_csv", source="un_sc", by=administrator, now=now)


def with_namesakes(**changes: Any) -> ProposalForm:
    return a_foundation(**{"partner.people": PEOPLE, **changes})


@pytest.fixture
def story(store: Store, people: People, tmp_path: Path) -> Story:
    """A foundation two of whose people resemble listed ones, waiting for the screening officer."""
    put_in_force(store, people, tmp_path, LISTED)
    return Story(store, people, with_namesakes())


def findings(story: Story) -> list[Finding]:
    with story.store.session() as session:
        screening = queries.latest_screening(session, story.case)
        assert screening is not None
        return [found for found in queries.findings_of(session, screening) if found.name == "listed_names"]


def remembered(story: Story) -> list[ClearedHit]:
    with story.store.session() as session:
        return list(session.exec(select(ClearedHit)))


def told(story: Story, outcome: Outcome, *judgements: Judgement, slot: str = "screening_review") -> str:
    with pytest.raises(Faulty) as refused:
        story.answer(slot, outcome, "Looked at both.", judgements=judgements)
    return "; ".join(str(fault) for fault in refused.value.faults)


def clear_all(story: Story) -> None:
    """Let both officers clear what is to be cleared."""
    story.answer("screening_review", Outcome.CLEARED, "Two namesakes.", judgements=CLEARED)
    story.answer("screening_review:second", Outcome.CLEARED, "I agree.", judgements=CLEARED[:1])


def propose_again(story: Story, **changes: Any) -> Story:
    """Let the same partner be proposed a second time, by the same officer."""
    return Story(story.store, story.people, with_namesakes(title="A second partnership", **changes), key="again")


# Judging


def test_hits_are_numbered_and_the_strong_ones_named(story: Story) -> None:
    with story.store.session() as session:
        hits = open_hits(session, story.case)

    assert [(hit.number, hit.asked, hit.listed, hit.strong) for hit in hits] == [
        (STRONG, "Ibragim Vydumannyj", "Ibragim Vydumannyj", True),
        (POSSIBLE, "Zefirina Quoll", "Zefyrina Kuoll", False),
    ]


@pytest.mark.parametrize(
    ("outcome", "judgements", "sentence"),
    [
        (Outcome.CLEARED, (), "judge each one; still open: 1, 2"),
        (Outcome.CLEARED, CLEARED[:1], "still open: 2"),
        (Outcome.CLEARED, (*CLEARED, Judgement(7, "name_only")), "there is no hit 7"),
        (Outcome.CLEARED, (*CLEARED, CLEARED[0]), "hit 1 is judged twice"),
        (Outcome.CLEARED, (CLEARED[0], Judgement(2, "friend_of_mine")), "is no reason the policy knows"),
        (Outcome.CLEARED, (CLEARED[0], Judgement(2, "same_address")), "then the outcome is confirmed_hit"),
        (Outcome.CONFIRMED_HIT, CLEARED, "say which one stands"),
        (Outcome.RETURN, CLEARED, "is not judged with «return»"),
    ],
)
def test_an_answer_that_leaves_a_hit_in_doubt_is_refused(
    story: Story, outcome: Outcome, judgements: tuple[Judgement, ...], sentence: str
) -> None:
    assert sentence in told(story, outcome, *judgements)
    assert story.slots() == ["screening_review"]


def test_one_confirmed_hit_stops_the_case(story: Story) -> None:
    story.answer(
        "screening_review", Outcome.CONFIRMED_HIT, "It is he.", judgements=(Judgement(1, "same_birth_date"),)
    )

    assert story.stage is Stage.STOPPED
    assert remembered(story) == []


# Strong hits


def test_a_cleared_strong_hit_waits_for_a_second_officer(story: Story) -> None:
    story.answer("screening_review", Outcome.CLEARED, "Two namesakes.", judgements=CLEARED)

    assert story.stage is Stage.SCREENING_REVIEW
    assert story.slots() == ["screening_review:second"]
    assert "strong hits (1): «Two namesakes.»" in story.task("screening_review:second").prompt


def test_the_first_officer_does_not_take_the_second_look(story: Story) -> None:
    sara = story.people.named("sara.lindqvist@example.org")
    story.answer("screening_review", Outcome.CLEARED, "Two namesakes.", by=sara, judgements=CLEARED)

    with pytest.raises(DutiesConflict, match="second look"):
        story.answer("screening_review:second", Outcome.CLEARED, "Still.", by=sara, judgements=CLEARED[:1])


def test_the_second_officer_judges_the_strong_hits_and_only_those(story: Story) -> None:
    story.answer("screening_review", Outcome.CLEARED, "Two namesakes.", judgements=CLEARED)

    assert "still open: 1" in told(story, Outcome.CLEARED, slot="screening_review:second")
    assert "there is no hit 2" in told(story, Outcome.CLEARED, *CLEARED, slot="screening_review:second")


def test_when_both_agree_the_case_goes_on_and_the_risk_is_that_of_a_namesake(story: Story) -> None:
    assert story.case.risk is RiskLevel.HIGH

    clear_all(story)

    assert story.stage is Stage.DUE_DILIGENCE
    assert story.case.risk is not RiskLevel.HIGH


def test_when_they_disagree_the_hit_stands(story: Story) -> None:
    story.answer("screening_review", Outcome.CLEARED, "Two namesakes.", judgements=CLEARED)
    story.answer(
        "screening_review:second",
        Outcome.CONFIRMED_HIT,
        "No: it is he.",
        judgements=(Judgement(1, "same_birth_date"),),
    )

    assert story.stage is Stage.STOPPED
    assert remembered(story) == []


def test_a_possible_hit_needs_one_officer(store: Store, people: People, tmp_path: Path) -> None:
    put_in_force(store, people, tmp_path, "X-3,Zefyrina Kuoll,person,,\n")
    story = Story(store, people, with_namesakes())

    story.answer("screening_review", Outcome.CLEARED, "A namesake.", judgements=(Judgement(1, "name_only"),))

    assert story.stage is Stage.DUE_DILIGENCE


# Memory


def test_what_was_cleared_is_kept_with_who_and_why(story: Story) -> None:
    clear_all(story)

    strong, possible = remembered(story)
    assert (strong.known_keys, strong.reason, strong.remark) == (["X-2"], "other_person", "Passport seen")
    assert strong.seconded_by not in (None, strong.cleared_by)
    assert (possible.reason, possible.seconded_by) == ("name_only", None)


def test_a_cleared_hit_stays_quiet_the_next_time(story: Story) -> None:
    clear_all(story)

    again = propose_again(story)

    assert again.stage is Stage.DUE_DILIGENCE
    assert "cleared on 2026-09-21 by Sara Lindqvist and Mei Chen" in findings(again)[0].reason
    assert "another person; Passport seen; neither side has changed since." in findings(again)[0].reason
    assert again.case.risk == story.case.risk


def test_the_entry_is_known_by_its_former_key(story: Story, tmp_path: Path) -> None:
    clear_all(story)
    put_in_force(story.store, story.people, tmp_path, LISTED.replace("X-2,", "Y-9,").replace("1980,", "1980,X-2"))

    assert propose_again(story).stage is Stage.DUE_DILIGENCE


def test_it_opens_again_when_the_list_says_something_else(story: Story, tmp_path: Path) -> None:
    clear_all(story)
    put_in_force(story.store, story.people, tmp_path, LISTED.replace("1980", "1981"))

    again = propose_again(story)

    assert again.stage is Stage.SCREENING_REVIEW
    assert "Look again: the list now says something else (birth dates, birth years)." in findings(again)[0].reason
    assert [found.verdict for found in findings(again)] == ["review", "clear"]


def test_it_opens_again_when_the_partner_is_another_than_it_was(story: Story) -> None:
    clear_all(story)

    again = propose_again(story, **{"partner.people": [PEOPLE[0], {"name": "Olu Abernatto", "function": "Chair"}]})

    assert again.stage is Stage.SCREENING_REVIEW
    assert "Look again: the partner now says something else (people)." in findings(again)[0].reason


def test_another_partner_is_asked_for_itself(story: Story) -> None:
    clear_all(story)

    other = propose_again(
        story,
        **{"partner.legal_name": "Quorn Meadow Trust", "partner.aliases": [], "partner.registration_number": "7741"},
    )

    assert other.stage is Stage.SCREENING_REVIEW
    assert "Look whether it is the same." in findings(other)[0].reason


def test_a_strong_hit_that_one_person_cleared_as_possible_is_asked_again(
    store: Store, people: People, tmp_path: Path
) -> None:
    put_in_force(store, people, tmp_path, LISTED)
    story = Story(store, people, with_namesakes())
    clear_all(story)
    with store.session() as session:
        kept = session.exec(select(ClearedHit)).first()
        assert kept is not None
        copy = ClearedHit(**kept.model_dump(exclude={"id", "seconded_by"}))
        session.add(copy)
        session.commit()

    assert "only one person has looked" in findings(propose_again(story))[0].reason


def test_a_list_too_old_is_never_clear_however_quiet_its_hits(story: Story) -> None:
    clear_all(story)

    later = with_namesakes(title="Much later")
    again = Story(story.store, story.people, later, key="later", at=START + timedelta(days=60))

    assert again.stage is Stage.SCREENING_REVIEW
    assert [found.verdict for found in findings(again)] == ["clear", "clear"]
