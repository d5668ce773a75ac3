"""Lists fetched from their publishers: what is put in force, what is confirmed, and what is said when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from approvals.errors import NotAllowed
from approvals.rehearsal import People
from approvals.services.list_alarm import tell_of_stale_lists
from approvals.services.list_fetching import FetchResult, due_lists, fetch_list
from approvals.services.watchlists import import_list, known_lists
from approvals.settings import ListAddress
from approvals.store.engine import Store
from approvals.store.list_queries import administrators, lists_in_force
from models.event import Event
from models.user import Role
from models.watchlist import FetchOutcome, WatchlistVersion
from tests.conftest import NOW
from tests.postman import mails_of
from tests.screening.list_files import PLAIN, UN, an_ofac_zip
from tests.screening.publisher import Answer, Publisher, a_publisher

DAY = timedelta(days=1)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """A publisher of the invented list of the United Nations."""
    with a_publisher() as publisher:
        publisher.answers["/un.xml"] = Answer(UN.encode(), headers={"ETag": '"1"'})
        yield publisher


@pytest.fixture
def un(publisher: Publisher) -> ListAddress:
    return ListAddress(format="un_xml", addresses=(publisher.address("/un.xml"),))


def events(store: Store) -> list[str]:
    with store.session() as session:
        return list(
            session.exec(select(Event.kind).where(col(Event.kind).startswith("List")).order_by(col(Event.seq)))
        )


def in_force(store: Store) -> WatchlistVersion | None:
    with store.session() as session:
        return next(iter(lists_in_force(session)), None)


def fetched(store: Store, address: ListAddress, now: datetime = NOW) -> FetchResult:
    return fetch_list(store, "un_sc", address, now=now)


def problem(store: Store) -> str | None:
    return next(one.problem for one in known_lists(store, today=NOW.date()) if one.source == "un_sc")


def test_a_list_is_fetched_and_in_force(store: Store, un: ListAddress) -> None:
    result = fetched(store, un)

    assert (result.outcome, result.source) == (FetchOutcome.IMPORTED, "un_sc")
    version = in_force(store)
    assert version is not None
    assert (version.entry_count, version.confirmed_at) == (2, NOW)
    assert events(store) == ["ListImported"]


def test_an_unchanged_list_is_confirmed_without_being_sent_again(
    store: Store, publisher: Publisher, un: ListAddress
) -> None:
    fetched(store, un)

    result = fetched(store, un, NOW + DAY)

    assert result.outcome is FetchOutcome.CONFIRMED
    assert publisher.asked[-1][1]["If-None-Match"] == '"1"'
    assert events(store) == ["ListImported", "ListConfirmed"]


def test_a_list_confirmed_in_a_file_of_another_day_is_not_sent_again_either(
    store: Store, publisher: Publisher, un: ListAddress
) -> None:
    fetched(store, un)
    publisher.answers["/un.xml"] = Answer(UN.replace("05-04", "05-05").encode(), headers={"ETag": '"2"'})

    results = [fetched(store, un, NOW + DAY), fetched(store, un, NOW + 2 * DAY)]

    assert [result.outcome for result in results] == [FetchOutcome.CONFIRMED] * 2
    assert publisher.asked[-1][1]["If-None-Match"] == '"2"'


def test_a_list_imported_by_hand_meanwhile_is_fetched_whole(
    store: Store, publisher: Publisher, un: ListAddress, people: People, tmp_path: Path
) -> None:
    fetched(store, un)
    (tmp_path / "by-hand.xml").write_text(UN.replace("QUILLON", "QUILLAN"), encoding="utf-8")
    administrator = people.with_role(Role.ADMINISTRATOR)
    import_list(store, tmp_path / "by-hand.xml", list_format="un_xml", by=administrator, now=NOW + DAY)

    result = fetched(store, un, NOW + 2 * DAY)

    assert result.outcome is FetchOutcome.IMPORTED
    assert "If-None-Match" not in publisher.asked[-1][1]


FAILURES = (
    # answer, sentence
    (Answer(status=404), "answered 404"),
    (Answer(UN.encode()[:-300]), "breaks off or is damaged"),
    (Answer(UN.encode(), promised=100_000), "cannot be fetched"),
    (Answer(b"<html><body>Under maintenance</body></html>"), "begins with <html>"),
    (Answer(b""), "breaks off or is damaged"),
)


@pytest.mark.parametrize(("answer", "sentence"), FAILURES)
def test_a_failed_fetch_keeps_the_last_good_version_and_says_why(
    store: Store, publisher: Publisher, un: ListAddress, answer: Answer, sentence: str
) -> None:
    fetched(store, un)
    publisher.answers["/un.xml"] = answer

    result = fetched(store, un, NOW + DAY)

    assert result.outcome is FetchOutcome.FAILED
    assert sentence in result.said
    version = in_force(store)
    assert version is not None
    assert version.confirmed_at == NOW
    assert sentence in (problem(store) or "")
    assert events(store) == ["ListImported", "ListFetchFailed"]


def test_the_same_failure_again_is_no_new_event_and_a_success_ends_it(
    store: Store, publisher: Publisher, un: ListAddress
) -> None:
    good = publisher.answers.pop("/un.xml")
    for hour in range(3):
        fetched(store, un, NOW + timedelta(hours=hour))
    publisher.answers["/un.xml"] = good

    fetched(store, un, NOW + DAY)

    assert events(store) == ["ListFetchFailed", "ListImported"]
    assert problem(store) is None


def test_a_list_in_several_files_is_fetched_as_a_set(store: Store, publisher: Publisher, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(an_ofac_zip()) as archive:
        for name in archive.namelist():
            publisher.answers[f"/{name.upper()}"] = Answer(archive.read(name), headers={"ETag": '"1"'})
    paths = ("/SDN.CSV", "/ALT.CSV", "/ADD.CSV", "/SDN_COMMENTS.CSV")
    ofac = ListAddress(format="ofac_csv", addresses=tuple(publisher.address(path) for path in paths))

    results = [fetch_list(store, "ofac_sdn", ofac, now=NOW), fetch_list(store, "ofac_sdn", ofac, now=NOW + DAY)]

    assert [result.outcome for result in results] == [FetchOutcome.IMPORTED, FetchOutcome.CONFIRMED]


def test_a_set_with_one_file_missing_is_not_imported(store: Store, publisher: Publisher) -> None:
    both = (publisher.address("/un.xml"), publisher.address("/gone.xml"))

    result = fetched(store, ListAddress(format="un_xml", addresses=both))

    assert (result.outcome, in_force(store)) == (FetchOutcome.FAILED, None)


def test_an_unknown_format_is_a_problem_like_others(store: Store, publisher: Publisher) -> None:
    result = fetched(store, ListAddress(format="pdf", addresses=(publisher.address("/un.xml"),)))

    assert "There is no list format «pdf»" in result.said


def test_a_list_that_was_never_had_shows_its_problem_too(store: Store, publisher: Publisher) -> None:
    fetch_list(store, "ungm", ListAddress(format="plain_csv", addresses=(publisher.address("/gone"),)), now=NOW)

    (ungm,) = [one for one in known_lists(store, today=NOW.date()) if one.source == "ungm"]
    assert ungm.problem is not None


def test_only_administrators_fetch_by_hand(store: Store, people: People, un: ListAddress) -> None:
    with pytest.raises(NotAllowed, match="may not import a list of names"):
        fetch_list(store, "un_sc", un, now=NOW, by=people.with_role(Role.OFFICER))


# When


def test_a_list_is_due_once_a_day_and_at_once_after_a_failure(
    store: Store, publisher: Publisher, un: ListAddress
) -> None:
    own = ListAddress(format="plain_csv", addresses=(publisher.address("/own.csv"),))
    addresses = {"un_sc": un, "own": own}

    def due(now: datetime) -> list[str]:
        return due_lists(store, addresses, now=now, every=DAY)

    assert due(NOW) == ["un_sc", "own"]
    fetched(store, un)
    fetch_list(store, "own", own, now=NOW)  # fails
    assert due(NOW + timedelta(hours=1)) == ["own"]
    publisher.answers["/own.csv"] = Answer(PLAIN.encode())
    fetch_list(store, "own", own, now=NOW + timedelta(hours=1))
    assert due(NOW + timedelta(hours=23)) == []
    assert due(NOW + DAY) == ["un_sc"]


# The alarm


def mails(store: Store, now: datetime) -> list[tuple[str, str, str]]:
    return [(mail.to, mail.subject, mail.text) for mail in mails_of(store, now=now)]


def test_administrators_are_told_of_a_list_that_is_too_old_once_and_again_after_a_week(
    store: Store, publisher: Publisher, un: ListAddress, people: People
) -> None:
    fetched(store, un)
    publisher.answers.clear()
    fetched(store, un, NOW + 10 * DAY)

    told = [tell_of_stale_lists(store, now=NOW + days * DAY) for days in (30, 31, 32, 37, 38, 39)]

    assert told == [0, 1, 0, 0, 1, 0]
    sent = mails(store, NOW)
    with store.session() as session:
        addresses = [one.email for one in administrators(session)]
    assert people.with_role(Role.ADMINISTRATOR).email in addresses
    assert sorted(to for to, *_ in sent) == sorted(addresses * 2)
    assert {subject for _, subject, _ in sent} == {"The list un_sc is too old"}
    first, last = sent[0][2], sent[-1][2]
    assert "is 31 days old; 30 are allowed" in first
    assert "answered 404" in first
    assert "approvals list fetch un_sc" in first
    assert "38 days old" in last


def test_a_confirmed_list_raises_no_alarm_and_may_raise_one_later(store: Store, un: ListAddress) -> None:
    fetched(store, un)
    assert tell_of_stale_lists(store, now=NOW + 31 * DAY) == 1

    fetched(store, un, NOW + 32 * DAY)

    assert tell_of_stale_lists(store, now=NOW + 33 * DAY) == 0
    assert tell_of_stale_lists(store, now=NOW + 63 * DAY) == 1


def test_a_list_the_policy_does_not_name_raises_no_alarm(store: Store, publisher: Publisher, un: ListAddress) -> None:
    fetched(store, un, NOW + 3650 * DAY)
    fetch_list(store, "somebody_elses", un, now=NOW)

    assert tell_of_stale_lists(store, now=NOW + 3650 * DAY) == 0


def test_administrators_are_told_of_a_required_list_that_was_never_imported(store: Store, un: ListAddress) -> None:
    told = [tell_of_stale_lists(store, now=NOW + days * DAY) for days in (0, 1, 7, 8)]
    fetched(store, un, NOW + 8 * DAY)
    told.append(tell_of_stale_lists(store, now=NOW + 20 * DAY))

    assert told == [1, 0, 1, 0, 0]
    [first, *_] = mails(store, NOW)
    assert first[1] == "The list un_sc is missing"
    assert "was never imported; the policy requires it" in first[2]
    assert "approvals list fetch un_sc" in first[2]
