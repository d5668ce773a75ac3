"""What another agency found is recorded, shown, lapses and is withdrawn; it is never an assessment of ours."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from approvals.casework.evidence import check_evidence
from approvals.errors import Faulty, NotAllowed, NotFound, RefusedFile, WrongStage
from approvals.rehearsal import People
from approvals.services import evidence, partners
from approvals.services.case_file import case_file, task_sheet
from approvals.services.cases import submit
from approvals.settings import Settings
from approvals.store.engine import Store
from models.case import Stage
from models.event import Event
from models.evidence import PartnerEvidence
from models.user import User
from tests.conftest import NOW
from tests.journeys.stories import START, Story, a_foundation, example, put_a_list_in_force

UNDP = {
    "agency": "UNDP",
    "kind": "due_diligence",
    "made_on": "2026-01-15",
    "outcome": "Cleared for partnership",
    "level": "low",
    "conditions": ["Annual report"],
    "reference": "UNDP/DD/2026/17",
    "why_believed": "Sent by its country office",
}


@pytest.fixture
def officer(people: People) -> User:
    return people.named("rosa.quispe@example.org")


@pytest.fixture
def partner(store: Store, officer: User) -> int:
    return submit(store, a_foundation(), by=officer, key="one", now=NOW).partner_id


def recorded(
    store: Store, partner: int, by: User, *, content: bytes | None = None, **changes: Any
) -> PartnerEvidence:
    form = check_evidence(UNDP | changes)
    return evidence.record_evidence(store, partner, form, content=content, by=by, now=NOW)


def payloads(store: Store, kind: str) -> list[dict[str, Any]]:
    with store.session() as session:
        return [event.payload for event in session.exec(select(Event).where(Event.kind == kind))]


# Recording


def test_it_is_kept_with_who_recorded_it_and_why_it_is_believed(store: Store, officer: User, partner: int) -> None:
    row = recorded(store, partner, officer)

    [note] = partners.partner_file(store, partner, by=officer).evidence
    assert (note.evidence.id, note.recorded_by, note.standing(NOW.date())) == (row.id, officer.name, "valid")
    assert note.evidence.why_believed == "Sent by its country office"
    [said] = payloads(store, "EvidenceRecorded")
    assert (said["partner"], said["agency"], said["reference"]) == (f"P-{partner}", "UNDP", "UNDP/DD/2026/17")


@pytest.mark.parametrize(
    ("named", "counts_until"),
    [(None, date(2028, 1, 15)), ("2026-12-31", date(2026, 12, 31)), ("2031-01-01", date(2028, 1, 15))],
    ids=["no day named", "an earlier day", "a later day than policy allows"],
)
def test_it_lapses_when_the_agency_says_and_at_the_latest_when_policy_says(
    store: Store, officer: User, partner: int, named: str | None, counts_until: date
) -> None:
    row = recorded(store, partner, officer, valid_until=named)

    assert row.valid_until == counts_until
    [note] = evidence.evidence_list(store, partner, by=officer)
    assert note.standing(counts_until) == "valid"
    assert note.standing(counts_until + timedelta(days=1)) == "lapsed"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"made_on": "2026-03-03"}, "made_on: 2026-03-03 is still to come"),
        ({"valid_until": "2026-03-01"}, "lapsed on 2026-03-01; ask UNDP for a newer one"),
        ({"made_on": "2023-01-15"}, "lapsed on 2025-01-15"),
    ],
)
def test_what_does_not_count_today_is_refused(
    store: Store, officer: User, partner: int, changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(Faulty, match=why):
        recorded(store, partner, officer, **changes)


def test_all_that_is_wrong_with_it_is_said_at_once() -> None:
    with pytest.raises(Faulty) as refused:
        check_evidence(UNDP | {"agency": " ", "kind": "rumour", "made_on": "2026-02-30", "why_believed": ""})

    assert [fault.path for fault in refused.value.faults] == ["agency", "kind", "made_on", "why_believed"]


def test_a_day_before_the_assessment_is_no_end_of_it() -> None:
    with pytest.raises(Faulty, match="valid_until: 2026-01-14 is before the assessment was made"):
        check_evidence(UNDP | {"valid_until": "2026-01-14"})


def test_the_same_assessment_is_not_recorded_twice(store: Store, officer: User, partner: int) -> None:
    first = recorded(store, partner, officer)

    with pytest.raises(Faulty, match=f"is recorded already, as evidence {first.id}"):
        recorded(store, partner, officer)


def test_its_file_comes_through_the_gate_and_can_be_had_again(store: Store, officer: User, partner: int) -> None:
    content = (Settings().template_folder / "un_transfer" / "en.docx").read_bytes()
    row = recorded(store, partner, officer, content=content)

    assert evidence.evidence_file(store, row.id or 0, by=officer) == content
    with pytest.raises(RefusedFile, match="not a Word document"):
        recorded(store, partner, officer, reference="other", content=b"MZ")
    other = recorded(store, partner, officer, reference="other")
    with pytest.raises(NotFound, match="has no file; it refers to other"):
        evidence.evidence_file(store, other.id or 0, by=officer)


@pytest.mark.parametrize("name", ["anna.kowalska", "peter.novak", "claire.martin"])
def test_others_than_those_who_look_at_partners_record_nothing(
    store: Store, people: People, partner: int, name: str
) -> None:
    with pytest.raises(NotAllowed, match="may not record or withdraw the evidence"):
        recorded(store, partner, people.named(f"{name}@example.org"))


# Withdrawing


def test_it_is_withdrawn_once_with_a_reason_and_stays_in_the_list(store: Store, officer: User, partner: int) -> None:
    number = recorded(store, partner, officer).id or 0

    with pytest.raises(Faulty, match="reason: is empty"):
        evidence.withdraw_evidence(store, number, reason=" ", by=officer, now=NOW)
    evidence.withdraw_evidence(store, number, reason="Taken back", by=officer, now=NOW)
    with pytest.raises(WrongStage, match="was withdrawn on 2026-03-02 already"):
        evidence.withdraw_evidence(store, number, reason="Again", by=officer, now=NOW)

    [note] = evidence.evidence_list(store, partner, by=officer)
    assert (note.standing(NOW.date()), note.withdrawn_by) == ("withdrawn", officer.name)
    assert [one["reason"] for one in payloads(store, "EvidenceWithdrawn")] == ["Taken back"]


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("UPDATE partner_evidence SET level = 'low', outcome = 'Excellent'", "Evidence never changes"),
        ("DELETE FROM partner_evidence", "never changed or removed"),
        ("TRUNCATE partner_evidence CASCADE", "never changed or removed"),
    ],
)
def test_the_database_lets_nobody_change_it(
    store: Store, officer: User, partner: int, sql: str, sentence: str
) -> None:
    recorded(store, partner, officer, level="high")

    with pytest.raises(DBAPIError, match=sentence), store.engine.begin() as connection:
        connection.execute(text(sql))


# What it does not do


def test_who_assesses_sees_it_and_the_level_stays(
    store: Store, people: People, officer: User, tmp_path: Path
) -> None:
    put_a_list_in_force(store, people, tmp_path)
    story = Story(store, people, example("foundation"), key="first")
    before = story.case.risk
    form = check_evidence(UNDP)
    evidence.record_evidence(store, story.case.partner_id, form, by=officer, now=START)

    second = Story(store, people, example("foundation"), key="second")

    assert before not in (None, "low")
    assert (second.stage, second.case.risk) == (Stage.DUE_DILIGENCE, before)
    [task] = second.owed()
    examiner = people.named("carmen.diaz@example.org")
    sheet = task_sheet(store, task.id or 0, by=examiner, today=START.date())
    assert [one.evidence.agency for one in sheet.file.evidence] == ["UNDP"]
    later = case_file(store, second.case.reference, by=officer, today=START.date() + timedelta(days=800))
    assert later.evidence == ()
