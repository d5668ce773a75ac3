"""Who sees which case, and who decides what: every person of the cast, walked through the services."""

from __future__ import annotations

import pytest

from approvals.casework.outcomes import OUTCOMES, Answer
from approvals.errors import ApprovalError, NotAllowed, NotFound
from approvals.rehearsal import USUAL_ANSWERS, People
from approvals.services.cases import submit
from approvals.services.tasks import claim, decide
from approvals.store import queries
from approvals.store.engine import Store
from models.case import Stage
from models.decision import Outcome
from models.user import Role, User
from tests.journeys.conftest import Tell, tell_in_doubt
from tests.journeys.stories import START, Story, a_foundation, example

__all__ = ["tell_in_doubt"]

OFFICES = ("AO-DAKAR", "AO-HANOI", "AO-LIMA", "RO-AFRICA", "HQ")

# Each office has one new case on which nobody owes anything yet. x: sees it.
SEES = (
    # person            DAKAR HANOI LIMA RO-AF HQ   why
    ("aminata.diallo", "x", "-", "-", "-", "-"),  # officer of Dakar: the cases of the office
    ("linh.tran", "-", "x", "-", "-", "-"),
    ("rosa.quispe", "-", "-", "x", "-", "-"),
    ("jonas.weber", "x", "x", "x", "x", "x"),  # headquarters sees all
    ("sara.lindqvist", "x", "x", "x", "x", "x"),
    ("mei.chen", "x", "x", "x", "x", "x"),
    ("moussa.ndiaye", "x", "-", "-", "-", "-"),  # area director: the cases of the area
    ("quang.le", "-", "x", "-", "-", "-"),
    ("elena.rojas", "-", "-", "x", "-", "-"),
    ("tesfaye.bekele", "x", "-", "-", "x", "-"),  # regional office: its own and those of its area offices
    ("grace.mensah", "x", "-", "-", "x", "-"),
    ("priya.nair", "-", "x", "-", "-", "-"),
    ("kenji.mori", "-", "x", "-", "-", "-"),
    ("carmen.diaz", "-", "-", "x", "-", "-"),
    ("paulo.andrade", "-", "-", "x", "-", "-"),
    ("ingrid.hansen", "x", "x", "x", "x", "x"),
    ("samuel.okafor", "x", "x", "x", "x", "x"),
    ("marc.dubois", "x", "x", "x", "x", "x"),
    ("nadia.benali", "x", "x", "x", "x", "x"),
    ("tom.fletcher", "x", "x", "x", "x", "x"),
    ("yuki.tanaka", "x", "x", "x", "x", "x"),
    ("helen.osei", "x", "x", "x", "x", "x"),
    ("david.cohen", "x", "x", "x", "x", "x"),
    ("claire.martin", "x", "x", "x", "x", "x"),
    ("omar.haddad", "x", "x", "x", "x", "x"),
    ("anna.kowalska", "x", "x", "x", "x", "x"),  # administrators see every case
    ("lena.wolf", "x", "x", "x", "x", "x"),
    ("peter.novak", "x", "x", "x", "x", "x"),  # auditors too
)


def a_case_of_each_office(store: Store, people: People) -> dict[str, str]:
    """Submit a case in each office and return the references by office."""
    references = {}
    for office in OFFICES:
        officer = next((u for u in everybody(people) if u.office_code == office and Role.OFFICER in u.roles), None)
        if officer is None:  # the regional office of the cast has no officer of its own
            officer = people.named("grace.mensah@example.org").model_copy(update={"roles": [Role.OFFICER]})
        proposal = a_foundation(office=office)
        references[office] = submit(store, proposal, by=officer, key="k", now=START).reference
    return references


def everybody(people: People) -> list[User]:
    return [people.named(f"{name}@example.org") for name, *_ in SEES]


def sees(store: Store, user: User, reference: str) -> bool:
    with store.session() as session:
        try:
            queries.case_by_reference(session, reference, seen_by=user)
        except NotFound:
            return False
        return True


def test_each_person_sees_the_cases_of_their_house_and_no_others(store: Store, people: People) -> None:
    references = a_case_of_each_office(store, people)

    seen = []
    for name, *_ in SEES:
        user = people.named(f"{name}@example.org")
        seen.append((name, *("x" if sees(store, user, references[office]) else "-" for office in OFFICES)))

    assert seen == list(SEES)


def test_the_table_names_the_whole_cast(store: Store, people: People) -> None:
    with store.session() as session:
        emails = {user.email for user in session.exec(queries.select(User))}

    assert {f"{name}@example.org" for name, *_ in SEES} == emails


def test_whoever_owes_a_task_sees_its_case_though_it_is_another_offices(store: Store, people: People) -> None:
    story = Story(store, people, a_foundation())
    outsider = people.named("kenji.mori@example.org")
    before = sees(store, outsider, story.reference)
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO task (case_id, leg, slot, kind, stage, role, office_code, prompt, state, opened_at) "
            "VALUES (1, 1, 'consultation:regional_director', 'consultation', 'consultation', 'regional_director', "
            "'RO-ASIA', 'Your view?', 'open', now())"
        )

    assert (before, sees(store, outsider, story.reference)) == (False, True)


@pytest.mark.parametrize("change", [{"is_active": False}, {"roles": []}], ids=["closed account", "no role"])
def test_people_without_a_place_see_nothing(store: Store, people: People, change: dict[str, object]) -> None:
    story = Story(store, people, a_foundation())
    nobody = story.officer.model_copy(update=change)

    assert not sees(store, nobody, story.reference)


# Who decides what. The case is Dakar's, of substantial risk; nobody else of the cast may decide.

DECIDES = (
    # stage, slot, everybody who may
    (Stage.SCREENING_REVIEW, "screening_review", {"mei.chen", "sara.lindqvist"}),
    (Stage.DUE_DILIGENCE, "due_diligence", {"ingrid.hansen", "samuel.okafor"}),  # substantial risk: headquarters
    (Stage.CONSULTATION, "consultation:employers_bureau", {"marc.dubois"}),
    (Stage.CONSULTATION, "consultation:workers_bureau", {"nadia.benali"}),
    (Stage.CONSULTATION, "consultation:technical_unit", {"tom.fletcher"}),
    (Stage.CONSULTATION, "consultation:country_office", {"tesfaye.bekele"}),  # Dakar's region, no other
    (Stage.CONSULTATION, "consultation:finance", {"yuki.tanaka"}),
    (Stage.DECISION, "decision", {"helen.osei"}),  # substantial risk: the committee
    (Stage.LEGAL_REVIEW, "legal_review", {"claire.martin"}),
    (Stage.NEGOTIATION, "negotiation", {"aminata.diallo"}),  # who submitted, no other officer
    (Stage.CLEARANCE, "clearance:finance", {"yuki.tanaka"}),
    (Stage.CLEARANCE, "clearance:signatory", {"omar.haddad"}),
    (Stage.SIGNATURE, "signature:organisation", {"omar.haddad"}),
    (Stage.SIGNATURE, "signature:partner", {"aminata.diallo"}),
)


def test_each_task_is_decided_by_those_who_owe_it_and_refused_to_all_others(
    tell_in_doubt: Tell, people: People
) -> None:
    story = tell_in_doubt(example("company-cash-in-kind"))

    allowed = []
    for stage, slot, _ in DECIDES:
        task = story.reach(stage).task(slot)
        may = set()
        for user in everybody(people):
            try:
                # An answer with a fault is looked at only when the person may decide; so nothing is recorded.
                decide(story.store, task.id or 0, Answer(Outcome.CONFIRMED_HIT), by=user, now=START)
            except (NotAllowed, NotFound):
                continue
            except ApprovalError:
                may.add(user.email.removesuffix("@example.org"))
        allowed.append((stage, slot, may))

    assert allowed == list(DECIDES)


def test_the_walk_meets_every_kind_of_task_that_an_undisturbed_case_has() -> None:
    walked = {slot.split(":")[0] for _, slot, _ in DECIDES} | {"partner_signature"}

    assert {str(kind) for kind in OUTCOMES} - walked == {"answer", "mend_document"}
    assert set(USUAL_ANSWERS) == set(OUTCOMES)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_those_who_see_everything_take_no_task(tell_in_doubt: Tell, people: People, role: Role) -> None:
    story = tell_in_doubt(a_foundation())
    onlooker = people.with_role(role)

    with pytest.raises(NotAllowed):
        claim(story.store, story.task("screening_review").id or 0, by=onlooker, now=START)
