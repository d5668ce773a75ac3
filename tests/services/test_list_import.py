"""What an import keeps, and how old a list is: counted from the last time somebody looked."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from approvals.errors import NotAllowed, SourceUnavailable
from approvals.rehearsal import People
from approvals.screening.lists import Listed, open_list
from approvals.services.list_import import take_in
from approvals.services.watchlists import export_list, import_list, known_lists
from approvals.store.engine import Store
from approvals.store.list_queries import lists_in_force
from models.event import Event
from models.user import Role, User
from models.watchlist import ListedEntry, WatchlistVersion
from tests.conftest import NOW
from tests.screening.list_files import UN

LATER = NOW + timedelta(days=30)


@pytest.fixture
def administrator(people: People) -> User:
    return people.with_role(Role.ADMINISTRATOR)


def a_list(folder: Path, *names: str, aliases: str = "") -> Path:
    """Write a list with these names, each with the same `aliases`, and return its file."""
    file = folder / "list.csv"
    rows = "".join(f"X-{number},{name},organisation,{aliases}\n" for number, name in enumerate(names, 1))
    file.write_text(f"key,name,kind,aliases\n{rows}", encoding="utf-8")
    return file


def the_un_list(folder: Path, text: str = UN) -> Path:
    file = folder / "un.xml"
    file.write_text(text, encoding="utf-8")
    return file


def the_last_event(store: Store) -> Event:
    with store.session() as session:
        return session.exec(select(Event).order_by(col(Event.seq).desc())).first()


def in_force(store: Store) -> WatchlistVersion:
    with store.session() as session:
        (version,) = lists_in_force(session)
        return version


def age(store: Store, *, today: date) -> int | None:
    return next(one for one in known_lists(store, today=today) if one.source == "un_sc").age_days


# What is kept


def test_every_entry_is_kept_with_its_digest(store: Store, administrator: User, tmp_path: Path) -> None:
    import_list(store, the_un_list(tmp_path), list_format="un_xml", by=administrator, now=NOW)

    with store.session() as session:
        entries = session.exec(select(ListedEntry)).all()
    assert [entry.digest for entry in entries] == [Listed.from_dict(entry.content).digest for entry in entries]


def test_the_version_says_what_it_was_read_from(store: Store, administrator: User, tmp_path: Path) -> None:
    file = the_un_list(tmp_path)

    version = import_list(store, file, list_format="un_xml", by=administrator, now=NOW)

    assert (version.list_format, version.dated_on) == ("un_xml", date(2026, 5, 4))
    assert (version.entry_count, version.name_count) == (2, 7)
    assert version.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_the_file_as_received_can_be_had_back(store: Store, administrator: User, tmp_path: Path) -> None:
    file = a_list(tmp_path, *(f"Zeferreti {hashlib.sha256(bytes([n % 256])).hexdigest()} {n}" for n in range(20_000)))
    import_list(store, file, list_format="plain_csv", by=administrator, now=NOW)

    export_list(store, "own", tmp_path / "back.csv", by=administrator)

    assert file.stat().st_size > 1_500_000  # so that it is kept in more than one piece
    assert (tmp_path / "back.csv").read_bytes() == file.read_bytes()


def test_a_list_that_is_not_in_force_has_no_file(store: Store, administrator: User, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="No list «own» is in force"):
        export_list(store, "own", tmp_path / "back.csv", by=administrator)


def test_only_administrators_have_the_file_back(store: Store, people: People, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        export_list(store, "own", tmp_path / "back.csv", by=people.with_role(Role.OFFICER))


def test_the_event_says_what_changed(store: Store, administrator: User, tmp_path: Path) -> None:
    import_list(store, a_list(tmp_path, *"ABCDEF"), list_format="plain_csv", by=administrator, now=NOW)

    import_list(store, a_list(tmp_path, *"ABCDx"), list_format="plain_csv", by=administrator, now=LATER)

    event = the_last_event(store)
    assert event.kind == "ListImported"
    assert {name: event.payload[name] for name in ("added", "removed", "changed", "entries")} == {
        "added": 0,
        "removed": 1,
        "changed": 1,
        "entries": 5,
    }


@pytest.mark.parametrize(
    ("source", "title"),
    [
        (None, "The organisation's own list"),
        ("world_bank", "World Bank ineligible firms and individuals"),
        ("ungm", "ungm"),
    ],
)
def test_a_table_of_any_list_bears_the_name_the_policy_gives_it(
    store: Store, administrator: User, tmp_path: Path, source: str | None, title: str
) -> None:
    file = a_list(tmp_path, "A")

    version = import_list(store, file, list_format="plain_csv", source=source, by=administrator, now=NOW)

    assert version.title == title


# How old a list is


def test_a_list_imported_again_unchanged_is_as_young_as_its_confirmation(
    store: Store, administrator: User, tmp_path: Path
) -> None:
    file = the_un_list(tmp_path, UN.replace("2026-05-04", "2026-02-20"))
    first = import_list(store, file, list_format="un_xml", by=administrator, now=NOW)
    assert age(store, today=LATER.date()) == 40

    again = import_list(store, file, list_format="un_xml", by=administrator, now=LATER)

    assert (again.id, again.confirmed_at) == (first.id, LATER)
    assert age(store, today=LATER.date()) == 0
    assert the_last_event(store).kind == "ListConfirmed"


def test_a_file_of_another_day_that_says_the_same_confirms_the_version_in_force(
    store: Store, administrator: User, tmp_path: Path
) -> None:
    first = import_list(store, the_un_list(tmp_path), list_format="un_xml", by=administrator, now=NOW)
    of_another_day = UN.replace("2026-05-04", "2026-05-05")

    again = import_list(
        store, the_un_list(tmp_path, of_another_day), list_format="un_xml", by=administrator, now=LATER
    )

    assert again.id == first.id
    assert the_last_event(store).payload["file"] == hashlib.sha256(of_another_day.encode()).hexdigest()
    with store.session() as session:
        assert session.exec(select(func.count()).select_from(WatchlistVersion)).one() == 1
        assert session.exec(select(func.count()).select_from(ListedEntry)).one() == 2


def test_a_version_that_comes_back_counts_from_its_own_date_again(
    store: Store, administrator: User, tmp_path: Path
) -> None:
    old = UN.replace("2026-05-04", "2026-02-20")
    for text, now in ((old, NOW), (old, NOW), (UN.replace("QUILLON", "QUILLAN"), NOW), (old, LATER)):
        import_list(
            store,
            the_un_list(tmp_path, text),
            list_format="un_xml",
            by=administrator,
            now=now,
            although_older="The committee took its last list back",
        )

    assert age(store, today=LATER.date()) == 40


def test_a_list_straight_from_its_publisher_is_current_whatever_its_date(store: Store) -> None:
    with open_list("un_xml", io.BytesIO(UN.replace("2026-05-04", "2025-01-01").encode())) as received:
        take_in(store, received, by=None, now=NOW, from_publisher=True)

    assert age(store, today=NOW.date()) == 0


def test_an_entry_kept_before_digests_were_counts_as_changed(
    store: Store, administrator: User, tmp_path: Path
) -> None:
    first = import_list(store, the_un_list(tmp_path), list_format="un_xml", by=administrator, now=NOW)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE listed_entry DISABLE TRIGGER USER")
        connection.exec_driver_sql("UPDATE listed_entry SET digest = NULL")
    of_another_day = the_un_list(tmp_path, UN.replace("2026-05-04", "2026-05-05"))

    again = import_list(store, of_another_day, list_format="un_xml", by=administrator, now=LATER)

    assert again.id != first.id
    assert the_last_event(store).payload["changed"] == 2


# What is not believed


def test_a_list_that_lost_its_other_names_is_refused(store: Store, administrator: User, tmp_path: Path) -> None:
    with_aliases = a_list(tmp_path, *"ABCDEF", aliases="One;Two;Three")
    import_list(store, with_aliases, list_format="plain_csv", by=administrator, now=NOW)

    with pytest.raises(SourceUnavailable, match="fell from 24 to 6 names"):
        import_list(store, a_list(tmp_path, *"ABCDEF"), list_format="plain_csv", by=administrator, now=LATER)

    assert in_force(store).name_count == 24


def test_a_person_who_has_looked_may_let_a_smaller_list_in(store: Store, administrator: User, tmp_path: Path) -> None:
    import_list(store, a_list(tmp_path, *"ABCDEF"), list_format="plain_csv", by=administrator, now=NOW)

    import_list(
        store,
        a_list(tmp_path, "A"),
        list_format="plain_csv",
        by=administrator,
        now=LATER,
        although_smaller=True,
    )

    assert in_force(store).entry_count == 1
    assert the_last_event(store).payload["although_smaller"] is True


def test_an_older_file_replaces_no_newer_one(store: Store, administrator: User, tmp_path: Path) -> None:
    import_list(store, the_un_list(tmp_path), list_format="un_xml", by=administrator, now=NOW)
    older = the_un_list(tmp_path, UN.replace("2026-05-04", "2026-02-20").replace("QUILLON", "QUILLAN"))

    with pytest.raises(SourceUnavailable, match="is dated 2026-02-20, the list in force 2026-05-04"):
        import_list(store, older, list_format="un_xml", by=administrator, now=LATER)

    assert in_force(store).dated_on == date(2026, 5, 4)


def test_an_older_file_that_says_the_same_confirms_nothing(store: Store, administrator: User, tmp_path: Path) -> None:
    import_list(store, the_un_list(tmp_path), list_format="un_xml", by=administrator, now=NOW)
    older = the_un_list(tmp_path, UN.replace("2026-05-04", "2026-02-20"))

    with pytest.raises(SourceUnavailable, match="Get the newest file"):
        import_list(store, older, list_format="un_xml", by=administrator, now=LATER)

    assert in_force(store).confirmed_at is None


def test_a_file_without_a_date_does_not_come_back_unasked(store: Store, administrator: User, tmp_path: Path) -> None:
    for names in ("ABCDEF", "ABCDEx"):
        import_list(store, a_list(tmp_path, *names), list_format="plain_csv", by=administrator, now=NOW)

    with pytest.raises(SourceUnavailable, match="was in force from 2026-03-02 and was replaced"):
        import_list(store, a_list(tmp_path, *"ABCDEF"), list_format="plain_csv", by=administrator, now=LATER)


def test_a_person_who_knows_why_may_let_an_older_list_in(store: Store, administrator: User, tmp_path: Path) -> None:
    for names in ("ABCDEF", "ABCDEx", "ABCDEF"):
        import_list(
            store,
            a_list(tmp_path, *names),
            list_format="plain_csv",
            by=administrator,
            now=NOW,
            although_older="x was a slip of the pen",
        )

    assert the_last_event(store).payload["although_older"] == "x was a slip of the pen"


def test_a_file_that_breaks_off_at_its_last_line_leaves_nothing_behind(
    store: Store, administrator: User, tmp_path: Path
) -> None:
    import_list(store, a_list(tmp_path, "A", "B"), list_format="plain_csv", by=administrator, now=NOW)
    file = a_list(tmp_path, *(f"Zeferreti {number}" for number in range(1_200)))
    file.write_text(file.read_text() + 'X-1201,"Zef', encoding="utf-8")

    with pytest.raises(SourceUnavailable, match="line 1202 is not readable"):
        import_list(store, file, list_format="plain_csv", by=administrator, now=LATER)

    with store.session() as session:
        assert session.exec(select(func.count()).select_from(ListedEntry)).one() == 2
        assert session.exec(select(func.count()).select_from(WatchlistVersion)).one() == 1


# Memory

MEMORY = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from approvals.screening.lists import open_list
from approvals.services.list_import import take_in
from approvals.store.engine import open_store

def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

store, now = open_store(sys.argv[1]), datetime(2026, 3, 2, tzinfo=UTC)
for file in sys.argv[2:]:
    with open_list("un_xml", Path(file), source=Path(file).stem) as received:
        take_in(store, received, by=None, now=now)
    print(peak_mb())
"""


def test_memory_stays_flat_when_a_list_of_50_000_entries_is_imported(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    entity = UN[UN.index("<ENTITY>") : UN.index("</ENTITIES>")]
    for name, count in (("small", 1_000), ("large", 50_000)):
        with (tmp_path / f"{name}.xml").open("w", encoding="utf-8") as file:
            file.write('<CONSOLIDATED_LIST dateGenerated="2026-05-04"><ENTITIES>')
            for number in range(count):
                file.write(entity.replace("900002", str(number)))
            file.write("</ENTITIES></CONSOLIDATED_LIST>")

    told = subprocess.run(
        [sys.executable, "-c", MEMORY, database_url, tmp_path / "small.xml", tmp_path / "large.xml"],
        capture_output=True,
        text=True,
        check=True,
    )

    small, large = map(float, told.stdout.split())
    assert (tmp_path / "large.xml").stat().st_size > 10_000_000
    assert large - small < 10, f"{small:.0f} MB after 1,000 entries, {large:.0f} MB after 50,000"
