"""What goes into the database comes out as it was, and an address that leads nowhere is told in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from approvals.errors import SourceUnavailable
from approvals.store.engine import Store, open_store, ping
from models.base import MAX_AMOUNT
from models.case import Case, Funds, Level, Stage
from models.partner import Partner, PartnerKind
from models.policy import PolicyVersion
from tests.conftest import NOW


def a_case(store: Store, *, amount: Decimal = Decimal(0), at: datetime = NOW) -> int:
    """Enter a case without a proposal, and return its number."""
    with store.session() as session:
        partner = Partner(legal_name="X", name_key="x", kind=PartnerKind.NGO, country="SN", created_at=NOW)
        session.add(partner)
        session.flush()
        policy = session.connection().execute(text("SELECT sha256 FROM policy_version")).scalar_one()
        assert session.get(PolicyVersion, policy)
        case = Case(
            reference="PA-2026-0001",
            submission_key="k",
            title="T",
            partner_id=partner.id or 0,
            office_code="HQ",
            submitted_by=1,
            level=Level.GLOBAL,
            funds=Funds.NONE,
            currency="USD",
            amount=amount,
            amount_usd=amount,
            stage=Stage.SCREENING,
            policy_hash=policy,
            stage_opened_at=at,
            submitted_at=at,
        )
        session.add(case)
        session.commit()
        return case.id or 0


@pytest.mark.parametrize("amount", ["0.00", "0.01", "0.10", "1234567.89", str(MAX_AMOUNT)])
def test_money_comes_back_to_the_cent(store: Store, amount: str) -> None:
    number = a_case(store, amount=Decimal(amount))

    with store.session() as session:
        kept = session.get_one(Case, number).amount

    assert isinstance(kept, Decimal)
    assert str(kept) == amount


def test_more_money_than_a_column_holds_is_refused_not_cut(store: Store) -> None:
    with pytest.raises(DBAPIError, match="numeric field overflow"):
        a_case(store, amount=MAX_AMOUNT + Decimal("0.01"))


@pytest.mark.parametrize("hours", [-11, 0, 5.5, 14])
def test_times_come_back_in_utc_whatever_zone_they_were_told_in(store: Store, hours: float) -> None:
    told = NOW.replace(microsecond=123456).astimezone(timezone(timedelta(hours=hours)))
    number = a_case(store, at=told)

    with store.session() as session:
        kept = session.get_one(Case, number).submitted_at

    assert kept == told
    assert kept.utcoffset() == timedelta(0)
    assert kept.astimezone(UTC).microsecond == 123456


@pytest.mark.parametrize("stage", ["nowhere", "SCREENING", ""])
def test_a_stage_that_is_none_is_refused(store: Store, stage: str) -> None:
    a_case(store)

    with pytest.raises(DBAPIError, match="ck_approval_case_stage"), store.engine.begin() as connection:
        connection.execute(text("UPDATE approval_case SET stage = :stage"), {"stage": stage})


@pytest.mark.parametrize("url", ["", "not an address", "postgresql//host", "://"])
def test_an_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(SourceUnavailable, match="is not a database address"):
        open_store(url)


@pytest.mark.parametrize("kind", ["sqlite", "mysql"])
def test_another_kind_of_database_is_told(kind: str) -> None:
    with pytest.raises(SourceUnavailable, match=f"names a {kind} database; PostgreSQL 15 or later"):
        open_store(f"{kind}://host/name")


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_any_spelling_of_postgresql_opens(scheme: str) -> None:
    store = open_store(f"{scheme}://user:secret@host/name")

    assert store.engine.url.drivername == "postgresql+psycopg"
    store.close()


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    store = open_store("postgresql://user:secret@127.0.0.1:1/name")

    with pytest.raises(SourceUnavailable, match="The database did not answer") as told:
        ping(store)

    assert "approvals doctor" in str(told.value)
    assert "secret" not in str(told.value)
    store.close()


def test_a_server_that_is_there_says_its_version(store: Store) -> None:
    assert int(ping(store).split(".")[0]) >= 15


def test_work_that_is_not_committed_leaves_no_trace(store: Store) -> None:
    with store.session() as session:
        session.add(Partner(legal_name="X", name_key="x", kind=PartnerKind.NGO, country="SN"))
        session.flush()

    with store.session() as session:
        assert session.connection().execute(text("SELECT count(*) FROM partner")).scalar_one() == 0
