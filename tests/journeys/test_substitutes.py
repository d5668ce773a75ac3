"""Somebody is away, and the case goes on: the substitute acts, both names stand, and no rule is got round."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from approvals.casework.outcomes import Answer
from approvals.errors import DutiesConflict, Faulty, NotAllowed, NotFound
from approvals.rehearsal import People, advance
from approvals.services.case_file import case_file, inbox
from approvals.services.handover import hand_over
from approvals.services.substitutes import RuleState, end_substitution, name_substitute, substitutions
from approvals.services.sweep import sweep
from approvals.services.tasks import claim, decide
from approvals.services.users import add_user, close_account, tasks_left_with
from approvals.store.engine import Store
from models.case import Stage
from models.decision import Outcome
from models.office import Office
from models.risk import RiskLevel
from models.substitution import Substitution
from models.task import Task, TaskState
from models.user import Role, User
from tests.journeys.stories import START, Story, a_foundation
from tests.postman import mails_of

TODAY = START.date()
IN_A_WEEK = TODAY + timedelta(days=6)
ASSESSED = Answer(Outcome.ASSESSED, "Documents complete.", risk=RiskLevel.MODERATE)

Absence = Callable[..., Substitution]


@pytest.fixture
def story(store: Store, people: People) -> Story:
    """A foundation's case of Lima that waits for the due diligence of Carmen Díaz in the regional office."""
    return Story(store, people, a_foundation()).reach(Stage.DUE_DILIGENCE)


@pytest.fixture
def carmen(people: People) -> User:
    return people.named("carmen.diaz@example.org")


@pytest.fixture
def samuel(people: People) -> User:
    return people.named("samuel.okafor@example.org")


@pytest.fixture
def away(store: Store, people: People) -> Absence:
    """Let the administrator name a substitute for this week."""

    def enter(absent: User, substitute: User, **changes: Any) -> Substitution:
        rule = {"from_on": TODAY, "until_on": IN_A_WEEK, "by": people.with_role(Role.ADMINISTRATOR), "now": START}
        return name_substitute(store, absent=absent.email, substitute=substitute.email, **{**rule, **changes})

    return enter


def listed(store: Store, user: User, today: date = TODAY) -> list[tuple[str, str | None]]:
    return [(owed.what, owed.substitute_for) for owed, _, _ in inbox(store, by=user, today=today)]


# Acting for somebody


def test_a_substitute_finds_the_task_and_decides_it_under_both_names(
    story: Story, store: Store, carmen: User, samuel: User, away: Absence
) -> None:
    away(carmen, samuel)
    task = story.task("due_diligence")

    shown = listed(store, samuel)
    decision = decide(store, task.id or 0, ASSESSED, by=samuel, now=START)

    assert ("due diligence", "Carmen Díaz") in shown
    assert (decision.decided_by, decision.on_behalf_of) == (samuel.id, carmen.id)
    [event] = [one for one in story.events("DecisionTaken") if one.payload["slot"] == "due_diligence"]
    assert (event.actor_id, event.on_behalf_of) == (samuel.id, carmen.id)
    file = case_file(store, story.reference, by=samuel, today=TODAY)
    assert file.decisions[-1].by == "Samuel Okafor, substitute for Carmen Díaz"
    assert "Samuel Okafor, substitute for Carmen Díaz" in [one.by for one in file.happenings]


def test_the_absent_person_may_still_act_and_the_substitute_is_not_alone(
    story: Story, store: Store, carmen: User, samuel: User, away: Absence
) -> None:
    away(carmen, samuel)

    decision = decide(store, story.task("due_diligence").id or 0, ASSESSED, by=carmen, now=START)

    assert (decision.decided_by, decision.on_behalf_of) == (carmen.id, None)


def test_what_the_absent_person_has_taken_their_substitute_takes_over(
    story: Story, store: Store, carmen: User, samuel: User, away: Absence
) -> None:
    task_id = story.task("due_diligence").id or 0
    claim(store, task_id, by=carmen, now=START)
    away(carmen, samuel)

    task = claim(store, task_id, by=samuel, now=START)

    assert task.claimed_by == samuel.id
    assert story.events("TaskClaimed")[-1].payload["taken_over_from"] == carmen.id


@pytest.mark.parametrize(
    ("days", "may_act"),
    [
        pytest.param(-1, False, id="the day before"),
        pytest.param(0, True, id="the first day"),
        pytest.param(6, True, id="the last day"),
        pytest.param(7, False, id="the day after"),
    ],
)
def test_a_substitute_acts_from_the_first_day_to_the_last(
    story: Story, store: Store, carmen: User, samuel: User, away: Absence, days: int, may_act: bool
) -> None:
    away(carmen, samuel)
    then = START + timedelta(days=days)

    if may_act:
        claim(store, story.task("due_diligence").id or 0, by=samuel, now=then)
    else:
        with pytest.raises(NotAllowed, match="is for the due diligence officer of RO-AMERICAS"):
            claim(store, story.task("due_diligence").id or 0, by=samuel, now=then)
    assert (("due diligence", "Carmen Díaz") in listed(store, samuel, then.date())) is may_act


def test_the_days_are_those_of_the_absent_persons_office(
    story: Story, store: Store, carmen: User, samuel: User, away: Absence
) -> None:
    with store.session() as session:
        office = session.get(Office, "RO-AMERICAS")
        assert office is not None
        office.time_zone = "America/Lima"
        session.commit()
    away(carmen, samuel, from_on=date(2026, 9, 22), until_on=date(2026, 9, 22))
    task = story.task("due_diligence").id or 0

    with pytest.raises(NotAllowed):  # half past four in the morning in Geneva, still Monday in Lima
        claim(store, task, by=samuel, now=datetime(2026, 9, 22, 2, 30, tzinfo=UTC))
    taken = claim(store, task, by=samuel, now=datetime(2026, 9, 23, 2, 30, tzinfo=UTC))

    assert taken.claimed_by == samuel.id


def test_a_rule_for_one_role_gives_no_other(
    story: Story, store: Store, carmen: User, samuel: User, away: Absence
) -> None:
    away(carmen, samuel, roles=[Role.COUNTRY_OFFICE])

    with pytest.raises(NotAllowed):
        claim(store, story.task("due_diligence").id or 0, by=samuel, now=START)


def test_a_standing_substitute_waits_until_substitutes_are_let_in(
    story: Story, store: Store, carmen: User, samuel: User, away: Absence
) -> None:
    away(carmen, samuel, when_overdue=True)
    task = story.task("due_diligence")

    with pytest.raises(NotAllowed):
        claim(store, task.id or 0, by=samuel, now=START)
    with store.session() as session:
        kept = session.get(Task, task.id)
        assert kept is not None
        kept.substitutes_at = START
        session.commit()
    claim(store, task.id or 0, by=samuel, now=START)

    assert ("due diligence", "Carmen Díaz") in listed(store, samuel)


def test_a_task_that_opens_is_told_to_the_substitute_as_well(
    store: Store, people: People, carmen: User, samuel: User, away: Absence
) -> None:
    away(carmen, samuel)
    mails_of(store, now=START)
    Story(store, people, a_foundation()).reach(Stage.DUE_DILIGENCE)

    letters = {mail.to: mail.text for mail in mails_of(store, now=START)}

    assert "You are asked as substitute for Carmen Díaz." in letters[samuel.email]
    assert "substitute" not in letters[carmen.email]


# Seeing


def test_a_substitute_in_another_region_sees_the_case_while_it_is_theirs_to_act(
    story: Story, store: Store, people: People, carmen: User, away: Absence
) -> None:
    grace = people.named("tesfaye.bekele@example.org")

    with pytest.raises(NotFound):
        case_file(store, story.reference, by=grace, today=TODAY)
    away(carmen, grace)

    assert case_file(store, story.reference, by=grace, today=TODAY).case.reference == story.reference


def test_a_substitute_does_not_see_what_was_asked_after_the_absence(
    store: Store, people: People, carmen: User, away: Absence
) -> None:
    tesfaye = people.named("tesfaye.bekele@example.org")
    away(carmen, tesfaye)
    later = Story(store, people, a_foundation(), at=START + timedelta(days=14)).reach(Stage.DUE_DILIGENCE)

    with pytest.raises(NotFound):
        case_file(store, later.reference, by=tesfaye, today=later.now.date())


def test_the_route_shows_who_will_be_away(story: Story, store: Store, people: People, away: Absence) -> None:
    paulo, elena = (people.named(f"{name}@example.org") for name in ("paulo.andrade", "elena.rojas"))
    away(paulo, elena)

    file = case_file(store, story.reference, by=story.officer, today=TODAY)

    told = {stage.stage: stage.absences for stage in file.route if stage.absences}
    assert list(told) == [Stage.DECISION]
    [absence] = told[Stage.DECISION]
    assert (absence.absent, absence.until_on, absence.substitute) == ("Paulo Andrade", IN_A_WEEK, "Elena Rojas")


# Separation of duties holds for both


def test_the_officer_who_submitted_does_not_decide_as_a_substitute(
    story: Story, store: Store, people: People, away: Absence
) -> None:
    paulo = people.named("paulo.andrade@example.org")
    story.reach(Stage.DECISION)
    away(paulo, story.officer)

    with pytest.raises(DutiesConflict, match="as substitute for Paulo Andrade: nobody decides a case they submitted"):
        decide(store, story.task("decision").id or 0, Answer(Outcome.APPROVE, "Yes."), by=story.officer, now=START)


def test_nobody_decides_for_the_officer_who_submitted_either(
    story: Story, store: Store, people: People, away: Absence
) -> None:
    administrator = people.with_role(Role.ADMINISTRATOR)
    both = add_user(
        store,
        email=story.officer.email,
        name=story.officer.name,
        office_code="RO-AMERICAS",
        roles=[Role.OFFICER, Role.REGIONAL_DIRECTOR],
        by=administrator,
        now=START,
    )
    story.reach(Stage.DECISION)
    elena = people.named("elena.rojas@example.org")
    away(both, elena)

    with pytest.raises(DutiesConflict, match="as substitute for Rosa Quispe: nobody decides a case they submitted"):
        decide(store, story.task("decision").id or 0, Answer(Outcome.APPROVE, "Yes."), by=elena, now=START)


def test_the_substitute_of_the_screening_officer_is_not_the_legal_reviewer(
    store: Store, people: People, away: Absence
) -> None:
    sara, claire = people.named("sara.lindqvist@example.org"), people.named("claire.martin@example.org")
    away(sara, claire, roles=[Role.SCREENING_OFFICER])
    story = Story(store, people, a_foundation())
    decide(
        store,
        story.task("screening_review").id or 0,
        Answer(Outcome.CLEARED, "Another organisation."),
        by=claire,
        now=START,
    )
    advance(store, story.reference, now=START)
    story.reach(Stage.LEGAL_REVIEW)

    with pytest.raises(DutiesConflict, match="the screening officer of a case is not its legal reviewer"):
        claim(store, story.task("legal_review").id or 0, by=claire, now=START)


# One step and no further


def test_nobody_acts_for_a_substitute(
    story: Story, store: Store, people: People, carmen: User, samuel: User, away: Absence
) -> None:
    ingrid = people.named("ingrid.hansen@example.org")
    away(carmen, samuel)
    away(samuel, ingrid, from_on=TODAY, until_on=TODAY)

    with pytest.raises(NotAllowed):
        claim(store, story.task("due_diligence").id or 0, by=ingrid, now=START)


def test_somebody_who_is_away_is_not_named(people: People, carmen: User, samuel: User, away: Absence) -> None:
    away(samuel, people.named("ingrid.hansen@example.org"))

    with pytest.raises(Faulty) as refused:
        away(carmen, samuel)

    assert [fault.message for fault in refused.value.faults] == [
        f"Samuel Okafor is absent from {TODAY} to {IN_A_WEEK}, and nobody acts for a substitute; name somebody else, "
        "or other days"
    ]


# Naming and ending


@pytest.mark.parametrize(
    ("changes", "path", "said"),
    [
        pytest.param({"substitute": "carmen.diaz"}, "substitute", "nobody substitutes for themselves", id="oneself"),
        pytest.param({"substitute": "anna.kowalska"}, "substitute", "decides no tasks", id="an administrator"),
        pytest.param({"substitute": "nobody"}, "substitute", "nobody has the address", id="a stranger"),
        pytest.param({"roles": [Role.FINANCE]}, "role", "name only what they hold", id="a role"),
        pytest.param({"until_on": TODAY - timedelta(days=1)}, "to", "is before", id="backwards"),
        pytest.param({"from_on": date(2026, 1, 1), "until_on": date(2026, 1, 2)}, "to", "is over", id="in the past"),
        pytest.param({"until_on": date(2028, 1, 1)}, "to", "more than 366 days", id="for ever"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_reason(
    store: Store, people: People, changes: dict[str, Any], path: str, said: str
) -> None:
    rule: dict[str, Any] = {"substitute": "samuel.okafor", "from_on": TODAY, "until_on": IN_A_WEEK, **changes}
    rule["substitute"] += "@example.org"

    with pytest.raises(Faulty) as refused:
        name_substitute(
            store,
            absent="carmen.diaz@example.org",
            by=people.with_role(Role.ADMINISTRATOR),
            now=START,
            **rule,
        )

    [fault] = [fault for fault in refused.value.faults if fault.path == path]
    assert said in fault.message


def test_only_oneself_or_an_administrator_names_a_substitute(carmen: User, samuel: User, away: Absence) -> None:
    with pytest.raises(NotAllowed, match="may not name substitutes for others"):
        away(carmen, samuel, by=samuel)

    assert away(carmen, samuel, by=carmen).entered_by == carmen.id


def test_an_ended_rule_gives_back_what_was_taken(
    story: Story, store: Store, carmen: User, samuel: User, away: Absence
) -> None:
    rule = away(carmen, samuel)
    claim(store, story.task("due_diligence").id or 0, by=samuel, now=START)

    end_substitution(store, rule.id or 0, by=carmen, now=START + timedelta(hours=1))

    assert story.task("due_diligence").state is TaskState.OPEN
    [known] = substitutions(store, by=carmen, now=START + timedelta(hours=2), all_of_them=True)
    assert known.state is RuleState.ENDED
    assert substitutions(store, by=carmen, now=START + timedelta(hours=2)) == []


def test_the_sweep_gives_back_what_a_substitute_holds_when_the_days_are_over(
    story: Story, store: Store, carmen: User, samuel: User, away: Absence
) -> None:
    away(carmen, samuel, until_on=TODAY)
    claim(store, story.task("due_diligence").id or 0, by=samuel, now=START)

    sweep(store, now=START + timedelta(hours=5))
    still_held = story.task("due_diligence").state
    sweep(store, now=START + timedelta(days=1))

    assert still_held is TaskState.CLAIMED
    assert story.task("due_diligence").state is TaskState.OPEN


def test_the_database_refuses_a_substitute_nobody_named(
    story: Story, store: Store, carmen: User, samuel: User, away: Absence
) -> None:
    from sqlalchemy.exc import DBAPIError

    from models.decision import Decision

    def enter(session: Session) -> None:
        session.add(
            Decision(
                task_id=story.task("due_diligence").id,
                outcome=Outcome.ASSESSED,
                reason="So.",
                decided_by=samuel.id,
                on_behalf_of=carmen.id,
                decided_at=START,
            )
        )
        session.flush()

    with store.session() as session, pytest.raises(DBAPIError, match="Only a substitute entered for that day"):
        enter(session)
    away(carmen, samuel)
    with store.session() as session:
        enter(session)


# Handing over


def test_a_task_is_handed_over_to_one_colleague(
    story: Story, store: Store, people: People, carmen: User, samuel: User
) -> None:
    story.reach(Stage.LEGAL_REVIEW)
    claire, administrator = people.named("claire.martin@example.org"), people.with_role(Role.ADMINISTRATOR)
    new = add_user(
        store,
        email="nils.berg@example.org",
        name="Nils Berg",
        office_code="HQ",
        roles=[Role.LEGAL_REVIEWER],
        by=administrator,
        now=START,
    )
    task_id = story.task("legal_review").id or 0
    claim(store, task_id, by=claire, now=START)

    task = hand_over(store, task_id, to=new.email, reason="Knows the partner.", by=claire, now=START)

    assert (task.assigned_to, task.state) == (new.id, TaskState.OPEN)
    with pytest.raises(NotAllowed):
        claim(store, task_id, by=claire, now=START)
    file = case_file(store, story.reference, by=claire, today=TODAY)
    assert "handed legal review over to Nils Berg: Knows the partner." in [one.what for one in file.happenings]


def test_an_administrator_hands_over_what_an_officer_left_behind(story: Story, store: Store, people: People) -> None:
    story.reach(Stage.NEGOTIATION)
    administrator = people.with_role(Role.ADMINISTRATOR)
    heir = people.named("jonas.weber@example.org")
    gone = close_account(store, story.officer.email, by=administrator, now=START)
    [(task, reference)] = tasks_left_with(store, gone, by=administrator)

    hand_over(store, task.id or 0, to=heir.email, reason="Rosa has left.", by=administrator, now=START)
    decide(store, task.id or 0, Answer(Outcome.AGREED, "As sent."), by=heir, now=START)

    assert reference == story.reference
    story.advance()
    assert story.stage is Stage.CLEARANCE


def test_later_tasks_of_an_officer_who_left_go_to_the_officers_of_the_office(
    story: Story, store: Store, people: People
) -> None:
    story.reach(Stage.LEGAL_REVIEW)
    close_account(store, story.officer.email, by=people.with_role(Role.ADMINISTRATOR), now=START)

    story.answer_as_usual()

    task = story.task("negotiation")
    assert (task.assigned_to, task.role, task.office_code) == (None, Role.OFFICER, "AO-LIMA")


@pytest.mark.parametrize(
    ("to", "said"),
    [
        pytest.param("tom.fletcher", "Tom Fletcher is no due diligence officer", id="without the role"),
        pytest.param("samuel.okafor", "is not of RO-AMERICAS", id="of another office"),
        pytest.param("nobody", "nobody has the address", id="a stranger"),
    ],
)
def test_a_task_goes_only_to_somebody_who_can_owe_it(
    story: Story, store: Store, carmen: User, to: str, said: str
) -> None:
    with pytest.raises(Faulty) as refused:
        hand_over(
            store,
            story.task("due_diligence").id or 0,
            to=f"{to}@example.org",
            reason="Please.",
            by=carmen,
            now=START,
        )

    assert said in str(refused.value.faults)


def test_nobody_hands_over_what_is_not_theirs(story: Story, store: Store, samuel: User) -> None:
    with pytest.raises(NotAllowed, match="is not yours to hand over"):
        hand_over(store, story.task("due_diligence").id or 0, to=samuel.email, reason="Mine.", by=samuel, now=START)
