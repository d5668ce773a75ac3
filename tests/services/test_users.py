"""People: who adds them, what a change of roles does, and what is left when an account is closed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from approvals.errors import Faulty, NotAllowed, NotFound
from approvals.rehearsal import People
from approvals.services.agreements import agreement_file
from approvals.services.cases import submit, withdraw
from approvals.services.policies import publish_policy
from approvals.services.tasks import claim, decide
from approvals.services.users import add_user, close_account, the_user
from approvals.services.watchlists import screen_name
from approvals.store.engine import Store
from models.case import Stage
from models.task import TaskState
from models.user import Role, User
from tests.conftest import NOW
from tests.journeys.stories import Story, a_foundation
from tests.services.test_tasks import ASSESSED


def save(store: Store, *, by: User | None, **changes: Any) -> User:
    entry = {"email": "new@example.org", "name": "New Person", "office_code": "HQ", "roles": [Role.OFFICER]}
    return add_user(store, **{**entry, **changes}, by=by, now=NOW)


@pytest.fixture
def administrator(people: People) -> User:
    return people.with_role(Role.ADMINISTRATOR)


@pytest.fixture
def deserted(store: Store) -> Store:
    """An installation that knows nobody yet."""
    with store.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("DELETE FROM event"))
        connection.execute(text("DELETE FROM user_account"))
    return store


def test_the_first_person_must_be_an_administrator(deserted: Store) -> None:
    with pytest.raises(Faulty, match="the first person must be an administrator"):
        save(deserted, by=None)

    assert save(deserted, by=None, roles=[Role.ADMINISTRATOR]).id is not None


def test_the_second_person_needs_somebody_who_adds_them(deserted: Store) -> None:
    save(deserted, by=None, roles=[Role.ADMINISTRATOR])

    with pytest.raises(Faulty, match="say who you are"):
        save(deserted, by=None, email="second@example.org", roles=[Role.ADMINISTRATOR])


@pytest.mark.parametrize("name", ["rosa.quispe", "peter.novak", "david.cohen"])
def test_only_administrators_add_people(store: Store, people: People, name: str) -> None:
    with pytest.raises(NotAllowed, match="may not add people and change their roles; that is for: administrator"):
        save(store, by=people.named(f"{name}@example.org"))


def test_everything_wrong_with_an_entry_is_told_at_once(store: Store, administrator: User) -> None:
    with pytest.raises(Faulty) as refused:
        save(store, by=administrator, email="nobody", name=" ", office_code="XX")

    assert [fault.path for fault in refused.value.faults] == ["email", "name", "office"]
    with pytest.raises(NotFound):
        the_user(store, "nobody")


def test_an_address_is_known_whatever_its_case(store: Store, administrator: User) -> None:
    saved = save(store, by=administrator, email="New.Person@Example.org")

    assert the_user(store, "NEW.person@example.ORG").id == saved.id


def test_saving_again_changes_roles_and_adds_nobody(store: Store, administrator: User) -> None:
    first = save(store, by=administrator)

    again = save(store, by=administrator, roles=[Role.FINANCE, Role.SIGNATORY])

    assert (again.id, again.roles) == (first.id, ["finance", "signatory"])


def test_new_roles_count_from_then_on(store: Store, people: People, administrator: User) -> None:
    rosa = people.named("rosa.quispe@example.org")
    save(store, by=administrator, email=rosa.email, name=rosa.name, office_code="AO-LIMA", roles=[Role.FINANCE])

    with pytest.raises(NotAllowed, match=r"Rosa Quispe \(finance\) may not submit"):
        submit(store, a_foundation(), by=the_user(store, rosa.email), key="k", now=NOW)


# Closing an account


def test_a_closed_account_may_nothing_from_then_on(store: Store, people: People, administrator: User) -> None:
    story = Story(store, people, a_foundation())
    task = story.task("screening_review")
    emails = [story.officer.email, "sara.lindqvist@example.org"]
    for email in emails:
        close_account(store, email, by=administrator, now=NOW)
    officer, screening_officer = (the_user(store, email) for email in emails)

    with pytest.raises(NotAllowed, match="the account is closed"):
        submit(store, a_foundation(), by=officer, key="another", now=NOW)
    with pytest.raises(NotAllowed, match="the account is closed"):
        withdraw(store, story.reference, by=officer, reason="No.", now=NOW)
    with pytest.raises(NotAllowed, match="the account is closed"):
        screen_name(store, "Anybody", by=screening_officer)
    with pytest.raises(NotFound):
        agreement_file(store, story.reference, by=officer)
    with pytest.raises(NotFound):
        claim(store, task.id or 0, by=screening_officer, now=NOW)
    with pytest.raises(NotFound):
        decide(store, task.id or 0, ASSESSED, by=screening_officer, now=NOW)


def test_a_closed_administrator_manages_nothing(store: Store, people: People, administrator: User) -> None:
    second = save(store, by=administrator, roles=[Role.ADMINISTRATOR])
    close_account(store, administrator.email, by=second, now=NOW)

    with pytest.raises(NotAllowed, match="the account is closed"):
        save(store, by=the_user(store, administrator.email), email="third@example.org")


def test_what_they_had_taken_goes_back_to_their_group(store: Store, people: People, administrator: User) -> None:
    story = Story(store, people, a_foundation())
    sara = people.named("sara.lindqvist@example.org")
    claim(store, story.task("screening_review").id or 0, by=sara, now=NOW)

    close_account(store, sara.email, by=administrator, now=NOW)

    task = story.task("screening_review")
    assert (task.state, task.claimed_by) == (TaskState.OPEN, None)
    assert story.happened()[-1] == "TaskReleased"


def test_a_role_taken_away_gives_back_only_the_tasks_of_that_role(
    store: Store, people: People, administrator: User
) -> None:
    story = Story(store, people, a_foundation()).reach(Stage.DUE_DILIGENCE)
    carmen = people.named("carmen.diaz@example.org")
    claim(store, story.task("due_diligence").id or 0, by=carmen, now=NOW)
    both = {"email": carmen.email, "name": carmen.name, "office_code": carmen.office_code}

    save(store, by=administrator, **both, roles=[Role.DUE_DILIGENCE_OFFICER])
    kept = story.task("due_diligence").state
    save(store, by=administrator, **both, roles=[Role.COUNTRY_OFFICE])

    assert (kept, story.task("due_diligence").state) == (TaskState.CLAIMED, TaskState.OPEN)


def test_the_last_administrator_stays(store: Store, people: People, administrator: User) -> None:
    close_account(store, people.named("lena.wolf@example.org").email, by=administrator, now=NOW)

    with pytest.raises(Faulty, match="nobody would be left to manage people"):
        close_account(store, administrator.email, by=administrator, now=NOW)
    with pytest.raises(Faulty, match="nobody would be left to manage people"):
        save(store, by=administrator, email=administrator.email, name="Anna", roles=[Role.AUDITOR])

    assert the_user(store, administrator.email).roles == ["administrator"]


def test_nobody_closes_an_account_that_is_none(store: Store, administrator: User) -> None:
    with pytest.raises(NotFound, match=r"Nobody has the address no@body\.org"):
        close_account(store, "no@body.org", by=administrator, now=NOW)


def test_only_administrators_close_accounts_and_publish(store: Store, people: People) -> None:
    auditor = people.with_role(Role.AUDITOR)

    with pytest.raises(NotAllowed):
        close_account(store, "rosa.quispe@example.org", by=auditor, now=NOW)
    with pytest.raises(NotAllowed):
        publish_policy(store, 1, by=auditor, now=NOW)
