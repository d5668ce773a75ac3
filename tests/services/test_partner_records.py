"""A partner's record goes from one agency to another, and becomes evidence there."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sqlmodel import select

from approvals.casework.evidence import check_evidence
from approvals.casework.partner_record import Scope, record_schema
from approvals.casework.partner_record_file import MAX_RECORD_BYTES, sealed
from approvals.errors import Faulty, NotAllowed
from approvals.rehearsal import People
from approvals.services import evidence, flags, partners
from approvals.services.cases import submit
from approvals.services.partner_records import export_record, import_record
from approvals.settings import CHECKOUT
from approvals.store.engine import Store
from approvals.store.trail import digest
from models.case import Stage
from models.event import Event
from models.flag import FlagState
from models.partner import IdentifierKind, PartnerNameKind
from models.risk import RiskLevel
from models.user import User
from tests.journeys.stories import START, Story, a_foundation, example, put_a_list_in_force
from tests.services.test_evidence import UNDP

LEI = "5493001KJTIIGC8Y1R12"
Record = dict[str, Any]


@pytest.fixture
def officer(people: People) -> User:
    return people.named("rosa.quispe@example.org")


@pytest.fixture
def partner(store: Store, people: People, officer: User, tmp_path: Path) -> int:
    """A foundation that is screened, assessed, flagged twice and known by UNDP's evidence."""
    put_a_list_in_force(store, people, tmp_path)
    number = Story(store, people, example("foundation"), key="one").reach(Stage.CONSULTATION).case.partner_id
    former = PartnerNameKind.FORMER
    lei = IdentifierKind.LEI
    partners.add_identifier(store, number, lei, LEI, country=None, by=officer, now=START)
    evidence.record_evidence(store, number, check_evidence(UNDP), by=officer, now=START)
    flags.raise_flag(
        store, number, FlagState.OBSERVATION, subject="Late reports", reason="Rumour.", by=officer, now=START
    )
    other = submit(store, a_foundation(**OTHER), by=officer, key="two", now=START).partner_id
    partners.add_name(store, other, "Cóndor del Sur", former, until=None, by=officer, now=START)
    partners.set_parent(store, other, number, by=officer, now=START)
    return number


OTHER = {
    "partner.legal_name": "Fundación Cóndor",
    "partner.aliases": [],
    "partner.registration_number": "20999111",
}


def exported(store: Store, partner: int, by: User, *, scope: Scope = Scope.SHARED, people: bool = False) -> Record:
    record = export_record(
        store, partner, scope=scope, with_people=people, software="partnership-approvals 1", by=by, now=START
    )
    jsonschema.Draft202012Validator(
        record_schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(record)
    return record


def of_unicef(record: Record, **changes: Any) -> bytes:
    """Return the file as UNICEF would have exported it, with other parts if given."""
    theirs = copy.deepcopy(record) | changes
    theirs["provenance"]["organisation"] = "UNICEF"
    return json.dumps(sealed(theirs, digest=digest), ensure_ascii=False).encode()


def taken_in(store: Store, content: bytes, by: User, *, partner: int | None = None) -> Any:
    why = "Sent by its headquarters"
    return import_record(store, content, partner=partner, why_believed=why, by=by, now=START)


def refusal(store: Store, content: bytes, by: User, *, partner: int | None = None) -> str:
    with pytest.raises(Faulty) as refused:
        taken_in(store, content, by, partner=partner)
    return str(refused.value)


# Telling others


def test_the_published_schema_is_the_one_records_are_checked_by() -> None:
    published = (CHECKOUT / "docs" / "schemas" / "partner-record-1.json").read_text(encoding="utf-8")

    jsonschema.Draft202012Validator.check_schema(record_schema())
    assert json.loads(published) == record_schema(), "write it again with `approvals partner schema`"


def test_a_record_tells_who_the_partner_is_and_what_we_found(store: Store, officer: User, partner: int) -> None:
    record = exported(store, partner, officer)

    identity, [assessment], screening = record["identity"], record["assessments"], record["screening"]
    assert identity["legal_name"] == "Fundación Semilla Andina"
    assert {"kind": "lei", "value": LEI, "country": None} in identity["numbers"]
    assert [one["legal_name"] for one in identity["branches"]] == ["Fundación Cóndor"]
    assert (assessment["level"], assessment["valid_until"]) == ("moderate", "2028-09-21")
    assert len(assessment["policy_sha256"]) == 64
    assert (screening["names_alike"], [one["source"] for one in screening["lists"]]) == (0, ["un_sc"])
    assert [one["agency"] for one in record["evidence"]] == ["UNDP"]
    assert record["provenance"]["organisation"] == "International Labour Organization"


def test_what_is_not_settled_and_who_works_there_stays_in_the_house(
    store: Store, officer: User, partner: int
) -> None:
    record = exported(store, partner, officer)

    text = json.dumps(record, ensure_ascii=False)
    assert (record["flags"], record["people"]) == ([], [])
    for remark in ("Rumour.", "Late reports", UNDP["why_believed"], "Rosa Quispe"):
        assert str(remark) not in text


def test_a_flag_that_two_have_settled_is_told_without_its_reasons(
    store: Store, people: People, officer: User, partner: int
) -> None:
    number = flags.raise_flag(
        store, partner, FlagState.RISK, subject="Unpaid wages", reason="Seen.", by=officer, now=START
    ).flag_id
    flags.move_flag(store, number, FlagState.ESCALATED, reason="Three offices.", by=officer, now=START)
    settled_by = people.named("sara.lindqvist@example.org")
    flags.move_flag(store, number, FlagState.RED, reason="Court order.", by=settled_by, now=START)

    [flag] = exported(store, partner, officer)["flags"]

    assert (flag["state"], flag["subject"], flag["reason"]) == ("red", "Unpaid wages", None)


def test_internal_remarks_leave_only_through_headquarters(
    store: Store, people: People, officer: User, partner: int
) -> None:
    with pytest.raises(NotAllowed, match="without --internal you may"):
        exported(store, partner, officer, scope=Scope.INTERNAL)

    record = exported(store, partner, people.named("peter.novak@example.org"), scope=Scope.INTERNAL)

    assert [flag["reason"] for flag in record["flags"]] == ["Rumour."]
    assert record["evidence"][0]["why_believed"] == UNDP["why_believed"]


def test_each_export_is_an_event_that_counts_the_people_in_it(store: Store, officer: User, partner: int) -> None:
    with_people = exported(store, partner, officer, people=True)
    exported(store, partner, officer)

    with store.session() as session:
        said = [one.payload for one in session.exec(select(Event).where(Event.kind == "PartnerExported"))]
    assert [one["people"] for one in said] == [len(with_people["people"]), 0]
    assert said[0]["digest"] == with_people["provenance"]["digest"]
    assert len(with_people["people"]) > 0


def test_who_does_not_look_at_partners_exports_none(store: Store, people: People, partner: int) -> None:
    with pytest.raises(NotAllowed, match="may not export a partner's record"):
        exported(store, partner, people.named("claire.martin@example.org"))


# Hearing from others


def test_the_record_of_another_agency_becomes_evidence(store: Store, officer: User, partner: int) -> None:
    content = of_unicef(exported(store, partner, officer))

    taken = taken_in(store, content, officer)

    [row] = taken.recorded
    assert (taken.partner, row.agency, row.level) == (f"P-{partner}", "UNICEF", RiskLevel.MODERATE)
    assert row.outcome == "Standard due diligence, risk moderate"
    assert row.why_believed == "Sent by its headquarters"
    assert evidence.evidence_file(store, row.id or 0, by=officer) == content
    assert taken.left_out == ("UNDP's due diligence of 2026-01-15; ask UNDP for it",)
    assert "is recorded already" in refusal(store, content, officer)


def test_a_changed_record_is_refused(store: Store, officer: User, partner: int) -> None:
    content = of_unicef(exported(store, partner, officer))

    assert "the record was changed after it was exported" in refusal(
        store, content.replace(b'"moderate"', b'"low"'), officer
    )


def test_all_that_is_wrong_with_a_record_is_said_at_once(store: Store, officer: User, partner: int) -> None:
    record = exported(store, partner, officer)
    record["identity"]["country"] = "Peru"
    record["assessments"][0]["level"] = "tiny"
    record["remarks"] = "?"

    told = refusal(store, json.dumps(record).encode(), officer)

    for path in ("identity.country:", "assessments[1].level:", "remarks:", "provenance.digest:"):
        assert path in told


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b" " * (MAX_RECORD_BYTES + 1), "larger than 1 MB"),
        (b"\xff\xfe{}", "not text in UTF-8"),
        (b"{", "not readable JSON, near line 1"),
        (b'{"form": 1, "form": 2}', "field «form» is given twice"),
        (b'{"form": NaN}', "«NaN» is no number"),
        (b"[" * 100_000, "too deep"),
        (b'{"form": ' + b"9" * 5000 + b"}", "a number that is too long"),
        (b"[]", "should be a group of fields"),
        (b'{"provenance": {"digest": "x", "reference": "\\ud800"}}', "half a character"),
    ],
    ids=["large", "encoding", "cut off", "twice", "NaN", "deep", "long number", "a list", "half a character"],
)
def test_what_is_no_record_is_refused_in_words(store: Store, officer: User, content: bytes, why: str) -> None:
    assert why in refusal(store, content, officer)


def test_our_own_record_is_no_evidence(store: Store, officer: User, partner: int) -> None:
    own = json.dumps(exported(store, partner, officer)).encode()

    assert "is our own; evidence is what other agencies found" in refusal(store, own, officer)


def test_a_record_about_a_stranger_finds_nobody(store: Store, officer: User, partner: int) -> None:
    record = exported(store, partner, officer)
    stranger = record["identity"] | {"legal_name": "Ayllu Norte", "other_names": [], "numbers": []}
    content = of_unicef(record, identity=stranger)

    assert "«Ayllu Norte» (PE) looks like nobody in our register" in refusal(store, content, officer)
    assert "it may be the wrong record" in refusal(store, content, officer, partner=partner)


def test_a_namesake_is_taken_only_when_a_person_says_so(store: Store, officer: User, partner: int) -> None:
    record = exported(store, partner, officer)
    content = of_unicef(record, identity=record["identity"] | {"country": "BO", "numbers": []})

    assert "name the partner with --partner" in refusal(store, content, officer)
    assert taken_in(store, content, officer, partner=partner).partner == f"P-{partner}"


def test_an_assessment_that_lapsed_is_left_out_and_said(store: Store, officer: User, partner: int) -> None:
    record = exported(store, partner, officer)
    [valid] = record["assessments"]
    yesterday = (START.date() - timedelta(days=1)).isoformat()
    lapsed = valid | {"made_on": "2025-01-01", "valid_until": yesterday}

    taken = taken_in(store, of_unicef(record, assessments=[lapsed, valid]), officer)

    assert [str(one.made_on) for one in taken.recorded] == [valid["made_on"]]
    assert taken.left_out[0] == f"assessments[1]: it lapsed on {yesterday}; ask UNICEF for a newer one"
    assert "assessments[1]: it lapsed" in refusal(store, of_unicef(record, assessments=[lapsed]), officer)
    assert "the record holds none" in refusal(store, of_unicef(record, assessments=[]), officer)
