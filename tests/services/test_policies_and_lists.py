"""Policy and lists change under running cases: each keeps or takes what it should."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import func, select

from approvals.casework.policy import Policy, read_policy
from approvals.errors import DutiesConflict, Faulty, NotAllowed, NotFound, SourceUnavailable, WrongStage
from approvals.rehearsal import People
from approvals.services.policies import (
    install_policy,
    policies_known,
    policy_in_force,
    propose_policy,
    publish_policy,
)
from approvals.services.watchlists import import_list, screen_name
from approvals.settings import Settings
from approvals.store.engine import Store
from approvals.store.list_queries import lists_in_force
from models.case import Stage
from models.user import Role, User
from models.watchlist import ListedEntry, WatchlistVersion
from tests.conftest import NOW
from tests.journeys.stories import START, Story, a_foundation

LATER = NOW + timedelta(days=30)


@pytest.fixture
def administrator(people: People) -> User:
    return people.with_role(Role.ADMINISTRATOR)


@pytest.fixture
def colleague(people: People) -> User:
    """A second administrator."""
    return people.named("lena.wolf@example.org")


def a_stricter_policy(days: int = 2) -> Policy:
    """Return the policy with a consultation that takes so many working days instead of five."""
    policy = read_policy(Settings().policy_folder)
    tasks = tuple(
        level.model_copy(update={"working_days": days}) if level.task == "consultation" else level
        for level in policy.service_levels.tasks
    )
    return policy.model_copy(update={"service_levels": policy.service_levels.model_copy(update={"tasks": tasks})})


def proposed(store: Store, policy: Policy, *, by: User, now: datetime = LATER) -> int:
    """Return the number under which the policy waits for a second person."""
    number = propose_policy(store, policy, reason="Slowness, survey 2010", by=by, now=now).id
    assert number is not None
    return number


def in_force_now(store: Store) -> str:
    with store.session() as session:
        return policy_in_force(session)[0]


def test_a_running_case_keeps_the_policy_it_started_with_and_a_new_one_takes_the_new(
    store: Store, people: People, administrator: User, colleague: User
) -> None:
    running = Story(store, people, a_foundation(), key="1")
    number = proposed(store, a_stricter_policy(), by=administrator, now=START)
    published = publish_policy(store, number, by=colleague, now=START).policy_hash
    new = Story(store, people, a_foundation(), key="2")

    days = []
    for story in (running, new):
        due_on = story.reach(Stage.CONSULTATION).task("consultation:workers_bureau").due_on
        assert due_on is not None
        days.append((due_on - START.date()).days)

    assert (running.case.policy_hash != published, new.case.policy_hash) == (True, published)
    assert days == [7, 2]


def test_a_proposed_policy_changes_nothing_until_another_person_publishes_it(
    store: Store, administrator: User, colleague: User
) -> None:
    before = in_force_now(store)
    number = proposed(store, a_stricter_policy(), by=administrator)

    with pytest.raises(
        DutiesConflict, match="proposed policy 2 and cannot also publish it; ask another administrator"
    ):
        publish_policy(store, number, by=administrator, now=LATER)
    unchanged = in_force_now(store)
    publish_policy(store, number, by=colleague, now=LATER)

    assert unchanged == before
    assert in_force_now(store) != before
    newest = policies_known(store, by=administrator)[0]
    assert (newest.in_force, newest.proposed_by, newest.published_by) == (True, administrator.name, "Lena Wolf")


def test_proposing_the_same_twice_makes_one_proposal(store: Store, administrator: User, colleague: User) -> None:
    first = proposed(store, a_stricter_policy(), by=administrator)

    assert proposed(store, a_stricter_policy(), by=colleague) == first


def test_publishing_twice_changes_nothing(store: Store, administrator: User, colleague: User) -> None:
    number = proposed(store, a_stricter_policy(), by=administrator)
    first = publish_policy(store, number, by=colleague, now=LATER)

    again = publish_policy(store, number, by=colleague, now=LATER + timedelta(days=1))

    assert again.published_at == first.published_at


def test_what_is_in_force_is_not_proposed_and_every_proposal_has_its_reason(
    store: Store, administrator: User
) -> None:
    with store.session() as session:
        policy = policy_in_force(session)[1]

    with pytest.raises(Faulty) as refused:
        propose_policy(store, policy, reason=" ", by=administrator, now=LATER)

    assert [fault.path for fault in refused.value.faults] == ["reason", "policy"]
    assert len(policies_known(store, by=administrator)) == 1


def test_a_proposal_older_than_what_is_in_force_would_undo_it_and_is_refused(
    store: Store, administrator: User, colleague: User
) -> None:
    outdated = proposed(store, a_stricter_policy(2), by=administrator, now=LATER)
    other = proposed(store, a_stricter_policy(3), by=administrator, now=LATER)
    publish_policy(store, other, by=colleague, now=LATER + timedelta(hours=1))

    with pytest.raises(WrongStage, match=f"Policy {other} was published after {outdated} was proposed"):
        publish_policy(store, outdated, by=colleague, now=LATER + timedelta(hours=2))


def test_an_earlier_policy_may_be_put_in_force_again_but_only_by_proposing_it(
    store: Store, administrator: User, colleague: User
) -> None:
    with store.session() as session:
        first, policy = policy_in_force(session)
    number = proposed(store, a_stricter_policy(), by=administrator)
    publish_policy(store, number, by=colleague, now=LATER)

    with pytest.raises(WrongStage, match="Policy 1 was in force before; propose it again"):
        publish_policy(store, 1, by=colleague, now=LATER)
    again = proposed(store, policy, by=colleague, now=LATER + timedelta(days=1))
    publish_policy(store, again, by=administrator, now=LATER + timedelta(days=1))

    assert in_force_now(store) == first


def test_a_policy_nobody_proposed_is_not_found(store: Store, administrator: User) -> None:
    with pytest.raises(NotFound, match="No policy was proposed under number 99"):
        publish_policy(store, 99, by=administrator, now=LATER)


def test_installing_again_leaves_what_is_in_force(store: Store) -> None:
    before = in_force_now(store)

    assert install_policy(store, a_stricter_policy(), now=LATER) is None
    assert in_force_now(store) == before


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR, Role.EXECUTIVE])
def test_only_administrators_publish_and_import(store: Store, people: People, role: Role, tmp_path: Path) -> None:
    somebody = people.with_role(role)

    with pytest.raises(NotAllowed, match="may not propose or publish a policy; that is for: administrator"):
        propose_policy(store, a_stricter_policy(), reason="mine", by=somebody, now=LATER)
    with pytest.raises(NotAllowed, match="may not propose or publish a policy; that is for: administrator"):
        publish_policy(store, 1, by=somebody, now=LATER)
    with pytest.raises(NotAllowed, match="may not import a list of names; that is for: administrator"):
        import_list(store, tmp_path / "x", list_format="plain_csv", by=somebody, now=LATER)


# Lists


def a_list(folder: Path, *names: str, file: str = "list.csv") -> Path:
    path = folder / file
    rows = "".join(f"X-{number},{name},organisation\n" for number, name in enumerate(names, 1))
    path.write_text(f"key,name,kind\n{rows}", encoding="utf-8")
    return path


def imported(store: Store, file: Path, by: User, *, although_older: str = "") -> WatchlistVersion:
    return import_list(
        store, file, list_format="plain_csv", source="un_sc", by=by, now=LATER, although_older=although_older
    )


def in_force(store: Store) -> list[tuple[str, int]]:
    with store.session() as session:
        return [(version.source, version.entry_count) for version in lists_in_force(session)]


def test_an_imported_list_is_in_force_and_searched(store: Store, people: People, tmp_path: Path) -> None:
    imported(
        store, a_list(tmp_path, "Zafir Maritime Holdings", "Kravets Export"), people.with_role(Role.ADMINISTRATOR)
    )

    matches, searched = screen_name(store, "ZAFIR Maritime Holding", by=people.with_role(Role.SCREENING_OFFICER))

    assert [match.entry.key for match in matches] == ["X-1"]
    assert [(one.source, one.entry_count) for one in searched] == [("un_sc", 2)]


def test_a_name_nobody_bears_is_not_found(store: Store, people: People, tmp_path: Path) -> None:
    imported(store, a_list(tmp_path, "Zafir Maritime Holdings"), people.with_role(Role.ADMINISTRATOR))

    matches, _ = screen_name(store, "Fundación Semilla Andina", by=people.with_role(Role.OFFICER))

    assert matches == []


def test_without_a_list_nothing_is_screened(store: Store, people: People) -> None:
    with pytest.raises(SourceUnavailable, match="No list is in force, so nothing can be screened"):
        screen_name(store, "Anybody", by=people.with_role(Role.OFFICER))


def test_a_finance_officer_screens_no_names(store: Store, people: People) -> None:
    with pytest.raises(NotAllowed, match="may not screen a name"):
        screen_name(store, "Anybody", by=people.with_role(Role.FINANCE))


def test_importing_the_same_file_again_brings_no_second_version(
    store: Store, administrator: User, tmp_path: Path
) -> None:
    first = imported(store, a_list(tmp_path, "One", "Two"), administrator)

    again = imported(store, a_list(tmp_path, "One", "Two", file="copy.csv"), administrator)

    assert again.id == first.id
    with store.session() as session:
        assert session.exec(select(func.count()).select_from(ListedEntry)).one() == 2


def test_a_new_version_takes_the_place_of_the_one_before(store: Store, administrator: User, tmp_path: Path) -> None:
    imported(store, a_list(tmp_path, "One", "Two"), administrator)

    imported(store, a_list(tmp_path, "One", "Two", "Three"), administrator)

    assert in_force(store) == [("un_sc", 3)]


def test_a_version_may_come_back_for_a_reason(store: Store, administrator: User, tmp_path: Path) -> None:
    first = imported(store, a_list(tmp_path, *"ABCDEFGHIJ"), administrator)
    imported(store, a_list(tmp_path, *"ABCDEFGHIJK"), administrator)

    again = imported(
        store, a_list(tmp_path, *"ABCDEFGHIJ"), administrator, although_older="The authority took its last list back."
    )

    assert (again.id, in_force(store)) == (first.id, [("un_sc", 10)])


def test_a_list_that_shrank_too_much_is_refused_and_the_one_before_stays(
    store: Store, administrator: User, tmp_path: Path
) -> None:
    imported(store, a_list(tmp_path, *"ABCDEFGHIJ"), administrator)

    with pytest.raises(SourceUnavailable, match="fell from 10 to 7 entries, more than 20% at once"):
        imported(store, a_list(tmp_path, *"ABCDEFG"), administrator)

    assert in_force(store) == [("un_sc", 10)]


def test_a_damaged_file_is_refused_and_the_one_before_stays(
    store: Store, administrator: User, tmp_path: Path
) -> None:
    imported(store, a_list(tmp_path, "One"), administrator)
    (tmp_path / "damaged.csv").write_bytes(b"key,name,kind\nX-1,\xff\xfe,organisation\n")

    with pytest.raises(SourceUnavailable, match="was not imported"):
        imported(store, tmp_path / "damaged.csv", administrator)

    assert in_force(store) == [("un_sc", 1)]


def test_a_new_list_is_used_by_the_next_screening(store: Store, people: People, tmp_path: Path) -> None:
    imported(store, a_list(tmp_path, "Fundación Semilla Andina"), people.with_role(Role.ADMINISTRATOR))

    story = Story(store, people, a_foundation())

    assert story.stage is Stage.SCREENING_REVIEW
