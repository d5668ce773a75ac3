"""The checks, one by one. Every name here is invented."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from approvals.screening import checks
from approvals.screening.checks import CHECKS, Result, Subject, explanation
from approvals.screening.lists import Identifier, IdentifierKind, ListedKind
from approvals.screening.register import KnownPartner, OpenApproach
from models.screening import Verdict
from tests.screening.builders import (
    COMPANY_DOCUMENTS,
    POLICY,
    a_known_partner,
    a_list_in_force,
    a_listed,
    a_proposal,
    a_subject,
    an_index,
)

CLEAR, REVIEW, STOP = Verdict.CLEAR, Verdict.REVIEW, Verdict.STOP
ELSEWHERE = OpenApproach("2026-0007", "AO-LIMA", "Better looms")
HERE = OpenApproach("2026-0008", "AO-HANOI", "Quieter looms")
CRITERIA = [criterion.key for criterion in POLICY.criteria.criteria]
NO_ANSWERS: dict[str, bool] = dict.fromkeys(CRITERIA, False)


def verdicts(check: checks.Check, subject: Subject) -> list[Verdict]:
    return [result.verdict for result in check(subject)]


def only(check: checks.Check, subject: Subject) -> Result:
    (result,) = check(subject)
    return result


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_explains_itself_to_officers_in_sentences(check: checks.Check) -> None:
    text = explanation(check)

    assert len(text) > 60
    assert text[0].isupper()
    assert text.endswith(".")
    assert not re.search(r"`|yield|Result|Verdict|None|subject", text), "written for programmers"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_speaks_also_when_all_is_well(check: checks.Check) -> None:
    results = list(check(a_subject()))

    assert [result.verdict for result in results] == [CLEAR]
    assert {result.name for result in results} == {check.__name__}
    assert all(result.reason.endswith(".") and result.source for result in results)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_one_exclusion_criterion_answered_with_yes_stops(criterion: str) -> None:
    subject = a_subject(a_proposal(criteria=NO_ANSWERS | {criterion: True}))

    result = only(checks.exclusion_criteria, subject)

    assert result.verdict is STOP
    assert result.detail == {"criterion": criterion}


def test_each_criterion_met_is_a_finding_of_its_own() -> None:
    subject = a_subject(a_proposal(criteria=NO_ANSWERS | {"weapons": True, "tobacco": True}))

    assert verdicts(checks.exclusion_criteria, subject) == [STOP, STOP]


@pytest.mark.parametrize(
    ("kind", "answers", "expected", "remark"),
    [
        ("company", NO_ANSWERS, CLEAR, "all answered"),
        ("company", {}, REVIEW, "nothing answered"),
        ("company", {k: v for k, v in NO_ANSWERS.items() if k != "tobacco"}, REVIEW, "one left open"),
        ("company", NO_ANSWERS | {"tobbaco": False}, REVIEW, "a key the policy does not know"),
        ("government", {}, CLEAR, "not asked"),
        ("un_agency", {}, CLEAR, "not asked"),
        ("development_bank", {}, CLEAR, "not asked"),
        ("workers_organisation", {}, REVIEW, "asked like others"),
    ],
)
def test_a_question_left_open_is_not_a_no(
    kind: str, answers: dict[str, bool], expected: Verdict, remark: str
) -> None:
    subject = a_subject(a_proposal(partner={"kind": kind}, criteria=answers))

    assert only(checks.criteria_answered, subject).verdict is expected, remark


def test_a_public_institution_that_says_yes_is_stopped_all_the_same() -> None:
    subject = a_subject(a_proposal(partner={"kind": "government"}, criteria={"forced_labour": True}))

    assert verdicts(checks.exclusion_criteria, subject) == [STOP]


@pytest.mark.parametrize(
    ("key", "expected", "words"),
    [
        ("technology", CLEAR, "is not a high-risk sector"),
        ("mining", CLEAR, "the partnership is not excluded"),
        ("sorcery", REVIEW, "knows no sector called sorcery"),
    ],
)
def test_a_sector_never_excludes_but_must_be_known(key: str, expected: Verdict, words: str) -> None:
    result = only(checks.sector, a_subject(a_proposal(partner={"sector": key})))

    assert result.verdict is expected
    assert words in result.reason


def test_paying_a_company_is_questioned_as_procurement() -> None:
    assert verdicts(checks.is_a_partnership, a_subject(a_proposal(funds="giving"))) == [REVIEW]


def company_documents(**dates: date) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "title": kind, "dated_on": dates.get(kind, date(2026, 3, 1))} for kind in COMPANY_DOCUMENTS
    ]


@pytest.mark.parametrize(
    ("dated_on", "expected", "remark"),
    [
        (date(2026, 6, 15), CLEAR, "of today"),
        (date(2025, 6, 15), CLEAR, "twelve months old to the day"),
        (date(2025, 6, 14), REVIEW, "a day older than allowed"),
        (date(2026, 6, 16), REVIEW, "of tomorrow"),
    ],
)
def test_a_document_counts_while_it_is_in_date(dated_on: date, expected: Verdict, remark: str) -> None:
    documents = company_documents(source_of_funds=dated_on)

    result = only(checks.documents_complete, a_subject(a_proposal(documents=documents)))

    assert result.verdict is expected, remark


def test_all_missing_documents_are_named_at_once() -> None:
    result = only(checks.documents_complete, a_subject(a_proposal(documents=company_documents()[2:])))

    assert result.detail == {"lacking": {"registration": "missing", "ownership_chart": "missing"}}
    assert "Certificate of registration" in result.reason
    assert "Ownership chart" in result.reason


def test_the_newest_of_several_documents_counts() -> None:
    old = {"kind": "source_of_funds", "title": "Old", "dated_on": date(2019, 1, 1)}

    subject = a_subject(a_proposal(documents=[old, *company_documents()]))

    assert verdicts(checks.documents_complete, subject) == [CLEAR]


def test_a_company_that_gives_no_money_need_not_say_where_it_is_from() -> None:
    documents = [d for d in company_documents() if d["kind"] != "source_of_funds"]

    subject = a_subject(a_proposal(funds="none", money=None, documents=documents))

    assert verdicts(checks.documents_complete, subject) == [CLEAR]


@pytest.mark.parametrize(
    ("kind", "answers", "expected", "remark"),
    [
        ("company", {"identity": "low"}, REVIEW, "most left open"),
        ("government", {"conflict_of_interest": "low", "political_sensitivity": "low"}, CLEAR, "little is asked"),
        ("government", {}, REVIEW, "but that little is"),
    ],
)
def test_factors_asked_of_a_person_need_an_answer(
    kind: str, answers: dict[str, str], expected: Verdict, remark: str
) -> None:
    subject = a_subject(a_proposal(partner={"kind": kind}, risk_factors=answers))

    assert only(checks.risk_factors_assessed, subject).verdict is expected, remark


def test_an_unknown_risk_factor_is_named() -> None:
    factors = {factor.key: "low" for factor in POLICY.risk.factors} | {"karma": "high"}

    assert "karma" in only(checks.risk_factors_assessed, a_subject(a_proposal(risk_factors=factors))).reason


@pytest.mark.parametrize(
    ("known", "registration", "expected", "remark"),
    [
        (a_known_partner("Lumivaara Looms Oy"), None, "Already in the register", "another form, the same country"),
        (a_known_partner("Lumivaara Looms", country="SE"), None, "Perhaps the same", "another country"),
        (a_known_partner("Lumivaara Loom"), None, "Perhaps the same", "one letter less"),
        (a_known_partner("Quillon", aliases=("Lumivaara Looms",)), None, "Perhaps the same", "a former name"),
        (a_known_partner("Quillon", registration_numbers=("FI-12 34",)), "fi1234", "Already in", "one number"),
        (
            a_known_partner("Quillon", country="SE", registration_numbers=("1234",)),
            "1234",
            "No similar",
            "two registers",
        ),
        (a_known_partner("Lumivaara Looms", registration_numbers=("99",)), "1234", "Perhaps the same", "two numbers"),
        (a_known_partner("Lumivaara Foods"), None, "No similar name", "another word"),
        (a_known_partner("…"), None, "No similar name", "no letters"),
    ],
)
def test_the_register_knows_partners_by_name_and_number(
    known: KnownPartner, registration: str | None, expected: str, remark: str
) -> None:
    proposal = a_proposal(partner={"registration_number": registration})

    result = only(checks.known_partner, a_subject(proposal, register=(known,)))

    assert result.reason.startswith(expected), remark
    assert result.verdict is (REVIEW if expected.startswith("Perhaps") else CLEAR), remark


@pytest.mark.parametrize(
    ("name", "cases", "expected", "remark"),
    [
        ("Lumivaara Looms", (ELSEWHERE,), [REVIEW], "another office"),
        ("Lumivaara Looms", (HERE,), [CLEAR], "one's own office"),
        ("Lumivaara Looms", (ELSEWHERE, HERE, ELSEWHERE), [REVIEW, REVIEW], "each case of others"),
        ("Quillon Foods", (ELSEWHERE,), [CLEAR], "another partner"),
        ("Lumivaara Looms", (), [CLEAR], "nothing open"),
    ],
)
def test_another_office_with_the_same_partner_is_named(
    name: str, cases: tuple[OpenApproach, ...], expected: list[Verdict], remark: str
) -> None:
    subject = a_subject(register=(a_known_partner(name, open_cases=cases),))

    assert verdicts(checks.approached_elsewhere, subject) == expected, remark


def someone(name: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "function": "Owner"} | changes


@pytest.mark.parametrize(
    ("partner", "role"),
    [
        ({"legal_name": "Zeferreti Quarries Ltd"}, "the partner"),
        ({"aliases": ["Zeferreti Quarries"]}, "another name of the partner"),
        ({"parent": "Zeferreti Quarries Holding"}, "the parent"),
        ({"representative": someone("Tariq Belkadimov")}, "the representative"),
        ({"people": [someone("Anu Quill"), someone("Tariq Belkadimov")]}, "Owner"),
    ],
)
def test_every_name_of_the_proposal_is_compared(partner: dict[str, Any], role: str) -> None:
    firm = a_listed("Zeferreti Quarries", key="firm", kind=ListedKind.ORGANISATION)
    index = an_index(firm, a_listed("Tariq Belkadimov", key="person"))

    result = only(checks.listed_names, a_subject(a_proposal(partner=partner), index=index))

    assert result.verdict is REVIEW
    assert result.detail["role"] == role
    assert result.reason.startswith("A strong hit (1.00): «")


def test_even_a_certain_hit_is_for_a_person_to_confirm() -> None:
    listed = a_listed("Tariq Belkadimov", birth_years=(1959,), countries=("PE",))
    person = someone("Tariq Belkadimov", birth_year=1959, nationality="PE")

    result = only(checks.listed_names, a_subject(a_proposal(partner={"people": [person]}), index=an_index(listed)))

    assert result.verdict is REVIEW


def test_a_listed_registration_number_is_found_under_any_name() -> None:
    number = Identifier(IdentifierKind.REGISTRATION, "FI-2041-7733", "FI")
    listed = a_listed("Zeferreti Trading", kind=ListedKind.ORGANISATION, identifiers=(number,))
    proposal = a_proposal(partner={"registration_number": "FI 20417733"})

    result = only(checks.listed_names, a_subject(proposal, index=an_index(listed)))

    assert result.verdict is REVIEW
    assert "Zeferreti Trading" in result.reason


def test_a_hit_names_list_and_number_and_keeps_the_entry() -> None:
    listed = a_listed("Tariq Belkadimov", reference="XXi.007")
    proposal = a_proposal(partner={"people": [someone("Tarik Belkadimov")]})

    result = only(checks.listed_names, a_subject(proposal, index=an_index(listed)))

    assert "on the list «List un_sc», number XXi.007" in result.reason
    assert result.detail["entry"] == listed.as_dict()
    assert result.detail["list"]["dated_on"] == "2026-06-01"


def test_a_person_given_twice_is_compared_once() -> None:
    again = {"name": "Tuomasina Verrakoski", "function": "Owner"}

    result = only(checks.listed_names, a_subject(a_proposal(partner={"people": [again]})))

    assert result.detail == {"asked": ["Lumivaara Looms Ltd", "Tuomasina Verrakoski"]}


def test_no_match_is_a_finding_that_counts_what_was_compared() -> None:
    result = only(checks.listed_names, a_subject())

    assert result.reason == "No match: 2 names compared with 1 name on 1 list."


@pytest.mark.parametrize(
    ("lists", "expected", "remark"),
    [
        ((a_list_in_force(),), [CLEAR], "fresh"),
        ((), [REVIEW], "the required list is missing"),
        ((a_list_in_force("own", dated_on=None),), [REVIEW, REVIEW], "missing, and another not in the index"),
        ((a_list_in_force(dated_on=date(2026, 5, 16)),), [CLEAR], "thirty days"),
        ((a_list_in_force(dated_on=date(2026, 5, 15)),), [REVIEW], "thirty-one days"),
        ((a_list_in_force(dated_on=None, imported_on=date(2026, 5, 1)),), [REVIEW], "imported long ago, undated"),
        ((a_list_in_force(dated_on=date(2029, 1, 1)),), [CLEAR], "dated in the future, imported lately"),
        ((a_list_in_force(dated_on=date(2029, 1, 1), imported_on=date(2026, 1, 1)),), [REVIEW], "and long ago"),
        ((a_list_in_force(), a_list_in_force("house")), [REVIEW], "in force, but not compared with"),
    ],
)
def test_a_stale_or_missing_list_is_never_clear(
    lists: tuple[checks.ListInForce, ...], expected: list[Verdict], remark: str
) -> None:
    assert verdicts(checks.lists_current, a_subject(lists=lists)) == expected, remark


def test_months_are_counted_from_the_end_of_long_months() -> None:
    months_before: Callable[[date, int], date] = checks._months_before

    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 1) == date(2025, 12, 15)
    assert months_before(date(2026, 1, 15), 24) == date(2024, 1, 15)
