"""A proposal as officers write it, and as they should not: every fault is told at once, in words."""

from __future__ import annotations

import copy
import json
import re
import time
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import MAX_PROPOSAL_BYTES, check_proposal, read_proposal
from approvals.errors import Fault, InvalidProposal
from tests.factories import (
    GONE,
    a_proposal,
    a_un_proposal,
    a_world_bank_proposal,
    an_eu_proposal,
    an_in_kind_proposal,
    an_ngo_proposal,
    an_outputs_proposal,
)

JARGON = (
    "Input",
    "Value error",
    "Assertion",
    "pydantic",
    "validat",
    "str_",
    "dict",
    "NoneType",
    "Traceback",
    "YAML:",
)


def faults_of(values: dict[str, Any]) -> list[Fault]:
    with pytest.raises(InvalidProposal) as refused:
        check_proposal(values, name="proposal.yaml")
    return list(refused.value.faults)


def told(**changes: Any) -> list[str]:
    """Return the faults of a proposal with these changes, as the officer reads them."""
    return [str(fault) for fault in faults_of(a_proposal(**changes))]


def refused_file(content: str | bytes) -> str:
    """Return why a file is no proposal; it has one fault, of the file as a whole."""
    with pytest.raises(InvalidProposal) as refused:
        read_proposal(content.encode() if isinstance(content, str) else content, name="proposal.yaml")
    (fault,) = refused.value.faults
    assert fault.path == ""
    return fault.message


def as_yaml(**changes: Any) -> str:
    return yaml.safe_dump(a_proposal(**changes), allow_unicode=True)


# A proposal without faults


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(a_proposal, id="a company pays"),
        pytest.param(an_ngo_proposal, id="an NGO is paid"),
        pytest.param(an_in_kind_proposal, id="no money moves"),
        pytest.param(an_eu_proposal, id="the EU finances"),
        pytest.param(a_world_bank_proposal, id="the World Bank finances"),
        pytest.param(an_outputs_proposal, id="the World Bank finances outputs"),
        pytest.param(a_un_proposal, id="an agency of the United Nations passes money on"),
    ],
)
def test_is_read_alike_from_yaml_from_json_and_from_what_was_kept(build: Callable[[], dict[str, Any]]) -> None:
    values = build()

    from_yaml = read_proposal(yaml.safe_dump(values, allow_unicode=True).encode(), name="proposal.yaml")
    from_json = read_proposal(json.dumps(values).encode(), name="proposal.json")
    from_store = ProposalForm.model_validate(from_yaml.model_dump(mode="json"))

    assert from_yaml == from_json == from_store


def test_reckons_support_costs_on_top_of_the_budget() -> None:
    form = check_proposal(a_proposal(), name="proposal.yaml")

    assert form.money is not None
    assert (form.money.direct_costs, form.money.support_costs) == (Decimal(20000), Decimal("2600.00"))


def test_rounds_support_costs_half_up_to_the_cent() -> None:
    form = check_proposal(
        a_proposal(
            **{
                "money.budget": [{"heading": "Paper", "amount": "0.50"}],
                "money.support_rate": "7",
                "money.contribution": "0.54",
                "money.instalments": [{"due_on": "2026-09-15", "trigger": "Signature", "amount": "0.54"}],
            }
        ),
        name="proposal.yaml",
    )

    assert form.money is not None
    assert form.money.support_costs == Decimal("0.04")


def test_counts_cash_and_kind_together_in_the_currency_of_the_cash() -> None:
    form = check_proposal(an_eu_proposal(), name="proposal.yaml")

    assert (form.amount, form.currency) == (Decimal("25400"), "EUR")


def test_values_kind_in_dollars_when_no_money_moves() -> None:
    form = check_proposal(an_in_kind_proposal(), name="proposal.yaml")

    assert (form.amount, form.currency) == (Decimal("4000"), "USD")


# Files that cannot be read


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param("title: [a\npartner: b\n", "near line 2", id="a bracket left open"),
        pytest.param("title: a\n\tpartner: b\n", "near line 2", id="a tab for indentation"),
        pytest.param("title: Title: subtitle\n", "near line 1", id="a colon in unquoted text"),
        pytest.param("title: a\ntitle: b\n", "near line 2: field «title» is given twice", id="a field twice"),
        pytest.param("a:\n  b: 1\n  b: 2\n", "near line 3: field «b» is given twice", id="a field twice, further in"),
        pytest.param('{"title": 1, "title": 2}', "field «title» is given twice", id="a JSON field twice"),
        pytest.param('{"a": [{"b": 1,\n"b": 2}]}', "field «b» is given twice", id="a JSON field twice, further in"),
        pytest.param('{"title": "a",\n "partner": }', "JSON, near line 2", id="broken JSON"),
        pytest.param("{title: x}", "JSON, near line 1", id="braces without quotation marks"),
        pytest.param("a: &x 1\nb: *x\n", "near line 2: references", id="a reference"),
        pytest.param("title: !!python/object/apply:os.getcwd []\n", "near line 1: tags", id="a Python tag"),
        pytest.param("title: !secret x\n", "near line 1: tags", id="a tag of one's own"),
        pytest.param("title: !!int 0x10\n", "near line 1: tags", id="a standard tag"),
        pytest.param("? [a, b]\n: c\n", "near line 1: a field name must be text", id="a list for a name"),
        pytest.param("true: c\n", "near line 1: a field name must be text", id="true for a name"),
        pytest.param("~: c\n", "near line 1: a field name must be text", id="nothing for a name"),
        pytest.param("a: 1\n---\nb: 2\n", "near line 2", id="two documents in one file"),
        pytest.param("", "holds no proposal", id="an empty file"),
        pytest.param("\n  \n# only a remark\n", "holds no proposal", id="a remark and nothing else"),
        pytest.param("- title\n- partner\n", "holds no proposal", id="a list"),
        pytest.param("just a sentence", "holds no proposal", id="a sentence"),
        pytest.param("[1, 2]", "holds no proposal", id="a JSON list"),
        pytest.param("null", "holds no proposal", id="null"),
        pytest.param("title: a\nnote: \x07\n", "near line 2: a character that is no text", id="a bell"),
        pytest.param(b"title: \xff\xfe", "not text in UTF-8", id="bytes that are no text"),
        pytest.param(b"PK\x03\x04\x14\x00\x06\x00\x08\x00", "a character that is no text", id="a Word file"),
        pytest.param("title: Café".encode("latin-1"), "not text in UTF-8", id="Latin-1"),
        pytest.param("title: a".encode("utf-16"), "not text in UTF-8", id="UTF-16 with its mark"),
        pytest.param("title: a".encode("utf-16-le"), "a character that is no text", id="UTF-16 without its mark"),
        pytest.param("[" * 600, "too deep", id="deep lists"),
        pytest.param("a: " + "{a: " * 600, "too deep", id="deep groups"),
        pytest.param('{"a":' * 100_000, "too deep", id="deep JSON"),
    ],
)
def test_is_refused_as_a_whole_with_the_reason(content: str | bytes, sentence: str) -> None:
    message = refused_file(content)

    assert sentence in message
    assert not any(word in message for word in JARGON), message


def test_is_not_unfolded_from_references_that_grow_to_gigabytes() -> None:
    laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [*{before}, *{before}, *{before}, *{before}, *{before}, *{before}, *{before}, *{before}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )

    assert "near line 2: references" in refused_file(laughs)


def test_is_refused_unread_when_it_is_too_large() -> None:
    started = time.perf_counter()

    message = refused_file(b"[" * 50_000_000)

    assert message == "The file is 50.0 MB; a proposal has at most 1 MB. Is it the right file?"
    assert time.perf_counter() - started < 0.5


def test_may_fill_the_size_allowed_and_no_byte_more() -> None:
    text = as_yaml().encode()

    assert read_proposal(text + b"#" * (MAX_PROPOSAL_BYTES - len(text)), name="proposal.yaml")
    assert "at most 1 MB" in refused_file(text + b"#" * (MAX_PROPOSAL_BYTES - len(text) + 1))


def test_may_begin_with_a_byte_order_mark() -> None:
    assert read_proposal(b"\xef\xbb\xbf" + as_yaml().encode(), name="proposal.yaml").office == "AO-DAKAR"
    assert read_proposal(b"\xef\xbb\xbf" + json.dumps(a_proposal()).encode(), name="proposal.json")


# YAML's surprises


def test_keeps_norway() -> None:
    text = as_yaml(**{"partner.country": "SN"}).replace("country: SN", "country: NO").replace("- SN", "- NO")

    form = read_proposal(text.encode(), name="proposal.yaml")

    assert (form.partner.country, form.project.countries) == ("NO", ("NO",))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("true", True, id="true"),
        pytest.param("yes", True, id="yes is what people write"),
        pytest.param("on", True, id="on"),
        pytest.param("false", False, id="false"),
        pytest.param("no", False, id="no"),
        pytest.param("off", False, id="off"),
        pytest.param('"no"', False, id="no, in quotation marks"),
    ],
)
def test_takes_yes_and_no_where_a_question_is_answered(written: str, meant: bool) -> None:
    form = read_proposal(f"{as_yaml()}\npersonal_data: {written}\n".encode(), name="proposal.yaml")

    assert form.personal_data is meant


def test_keeps_no_and_on_as_words_where_text_is_asked() -> None:
    text = as_yaml(**{"partner.short_name": "ON"}).replace("short_name: 'ON'", "short_name: ON")

    assert read_proposal(text.encode(), name="proposal.yaml").partner.short_name == "ON"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param("0.1", "0.1", id="not a binary fraction"),
        pytest.param("22600", "22600", id="whole"),
        pytest.param("22600.50", "22600.50", id="cents"),
        pytest.param("9007199254740.99", "9007199254740.99", id="more digits than a float holds"),
    ],
)
@pytest.mark.parametrize("form_of_file", ["yaml", "json"])
def test_keeps_the_digits_of_an_amount(form_of_file: str, written: str, kept: str) -> None:
    text = as_yaml(in_kind=GONE) if form_of_file == "yaml" else json.dumps(a_proposal(in_kind=GONE))
    item = '{"item": x, "quantity": x, "provided_by": both, "value": %s, "valuation_basis": x, "deliver_on": %s}'
    if form_of_file == "yaml":
        text += f"in_kind: [{item % (written, '2026-09-30')}]\n"
    else:
        quoted = item.replace(" x", ' "x"').replace(" both", ' "both"') % (written, '"2026-09-30"')
        text = text.removesuffix("}") + f', "in_kind": [{quoted}]}}'

    form = read_proposal(text.encode(), name=f"proposal.{form_of_file}")

    assert form.in_kind[0].value == Decimal(kept)


def test_reads_no_octal_number_into_leading_zeros() -> None:
    text = as_yaml().replace("value: '4000'", "value: 010")

    assert read_proposal(text.encode(), name="proposal.yaml").in_kind[0].value == Decimal(10)


@pytest.mark.parametrize(
    "written",
    ["1e3", "1_000", "0x10", "0o17", ".5", "5.", "+5", "1,000.50", "1.000,50", "22 600", "12:30", "٣", "１２", "½"],
)
@pytest.mark.parametrize("quoted", [False, True])
def test_takes_no_amount_that_could_be_read_two_ways(written: str, quoted: bool) -> None:
    text = as_yaml().replace("value: '4000'", f"value: '{written}'" if quoted else f"value: {written}")

    with pytest.raises(InvalidProposal) as refused:
        read_proposal(text.encode(), name="proposal.yaml")

    assert [str(fault) for fault in refused.value.faults] == [
        f"in_kind[1].value: «{written}» is not an amount; write digits, such as 125000.50"
    ]


# Values of fields


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        pytest.param("-1", "«-1» must be 0 or more", id="negative"),
        pytest.param(-1, "«-1» must be 0 or more", id="a negative number"),
        pytest.param("10000000000000", "«10000000000000» must be 9999999999999.99 or less", id="one cent too much"),
        pytest.param("9" * 5000, "must be 9999999999999.99 or less", id="five thousand digits"),
        pytest.param(10**5000, "«a very large number» must be 9999999999999.99 or less", id="too long to write out"),
        pytest.param("0.001", "«0.001» has more than 2 decimals", id="a tenth of a cent"),
        pytest.param("NaN", "«NaN» is not an amount", id="not a number"),
        pytest.param("sNaN", "«sNaN» is not an amount", id="signalling"),
        pytest.param("Infinity", "«Infinity» is not an amount", id="endless"),
        pytest.param(float("nan"), "«NaN» is not an amount", id="a float that is no number"),
        pytest.param(float("-inf"), "«-Infinity» is not an amount", id="an endless float"),
        pytest.param(1e-7, "has more than 2 decimals", id="a tiny float"),
        pytest.param("lots", "«lots» is not an amount", id="a word"),
        pytest.param("", "«» is not an amount", id="nothing"),
        pytest.param(True, "«true» is not an amount", id="true"),
        pytest.param(None, "is empty", id="null"),
        pytest.param(["5"], "«a list» is not an amount", id="a list"),
        pytest.param({"usd": 5}, "«a group of fields» is not an amount", id="a group"),
    ],
)
def test_refuses_an_amount_that_is_none(value: Any, sentence: str) -> None:
    (line,) = told(**{"in_kind.0.value": value})

    assert line.startswith("in_kind[1].value: ")
    assert sentence in line


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "1e400", "1" * 5000])
def test_refuses_the_numbers_only_computers_write_in_json(written: str) -> None:
    text = json.dumps(a_proposal()).replace('"value": "4000"', f'"value": {written}')

    with pytest.raises(InvalidProposal) as refused:
        read_proposal(text.encode(), name="proposal.json")

    assert [fault.path for fault in refused.value.faults] == ["in_kind[1].value"]


_NO_DATE = "is not a date of the calendar; write it as 2026-09-30"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        pytest.param("2026-02-30", f"«2026-02-30» {_NO_DATE}", id="February has no 30th"),
        pytest.param("2027-02-29", f"«2027-02-29» {_NO_DATE}", id="not a leap year"),
        pytest.param("2026-13-01", f"«2026-13-01» {_NO_DATE}", id="a thirteenth month"),
        pytest.param("0000-00-00", f"«0000-00-00» {_NO_DATE}", id="zeros"),
        pytest.param("9999-12-31", "9999-12-31 is not between 1990 and 2100", id="a date that means never"),
        pytest.param("1989-12-31", "1989-12-31 is not between 1990 and 2100", id="a day too early"),
        pytest.param("2101-01-01", "2101-01-01 is not between 1990 and 2100", id="a day too late"),
        pytest.param("next spring", f"«next spring» {_NO_DATE}", id="words"),
        pytest.param("30/09/2026", f"«30/09/2026» {_NO_DATE}", id="day first"),
        pytest.param("2026-9-1", f"«2026-9-1» {_NO_DATE}", id="digits left out"),
        pytest.param("1790726400", f"«1790726400» {_NO_DATE}", id="seconds since 1970"),
        pytest.param(1790726400, f"«1790726400» {_NO_DATE}", id="a number"),
        pytest.param("2026-09-30T00:00:00", f"«2026-09-30T00:00:00» {_NO_DATE}", id="with a time"),
        pytest.param(True, f"«true» {_NO_DATE}", id="true"),
        pytest.param("", f"«» {_NO_DATE}", id="nothing"),
    ],
)
def test_refuses_a_date_that_is_none(value: Any, sentence: str) -> None:
    assert told(**{"in_kind.0.deliver_on": value}) == [f"in_kind[1].deliver_on: {sentence}"]


def test_names_the_field_of_an_impossible_date_in_a_yaml_file() -> None:
    text = as_yaml().replace("deliver_on: '2026-09-30'", "deliver_on: 2026-02-30")

    with pytest.raises(InvalidProposal) as refused:
        read_proposal(text.encode(), name="proposal.yaml")

    assert [fault.path for fault in refused.value.faults] == ["in_kind[1].deliver_on"]


def test_takes_a_date_as_the_computer_has_it() -> None:
    form = check_proposal(a_proposal(**{"in_kind.0.deliver_on": date(2026, 9, 30)}), name="proposal.yaml")

    assert form.in_kind[0].deliver_on == date(2026, 9, 30)


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        pytest.param("title", None, "title: is empty", id="null"),
        pytest.param("title", GONE, "title: is missing", id="left out"),
        pytest.param("title", "", "title: is empty", id="no letter"),
        pytest.param("title", " \t\n\u00a0\u3000", "title: is empty", id="only blanks"),
        pytest.param("title", "\u200d\u200e", "title: is empty", id="only joiners"),
        pytest.param("title", ["x"], "title: should be text; put it in quotation marks", id="a list for text"),
        pytest.param("title", 7, "title: should be text; put it in quotation marks", id="a number for text"),
        pytest.param("title", "x" * 301, "title: is too long: at most 300 characters", id="a title too long"),
        pytest.param("title", "a\nb", "title: holds a line break or a tab; write it on one line", id="two lines"),
        pytest.param("title", "a\u2028b", "title: holds a line break or a tab; write it on one line", id="U+2028"),
        pytest.param(
            "project.objective", "x" * 10_001, "project.objective: is too long: at most 10000 characters", id="prose"
        ),
        pytest.param("language", "de", "language: «de» is not one of: 'en', 'fr' or 'es'", id="a language we lack"),
        pytest.param(
            "level", "local", "level: «local» is not one of: 'country', 'regional' or 'global'", id="a level we lack"
        ),
        pytest.param("personal_data", "maybe", "personal_data: should be true or false, not «maybe»", id="maybe"),
        pytest.param("personal_data", [], "personal_data: should be true or false, not «a list»", id="no answer"),
        pytest.param("partner", "Baobab", "partner: should be a group of fields, not «Baobab»", id="a name alone"),
        pytest.param("criteria", ["x"], "criteria: should be a group of fields, not «a list»", id="a list of keys"),
        pytest.param("activities", "Train", "activities: should be a list, not «Train»", id="one activity, no list"),
        pytest.param("activities", [], "activities: has too few entries: at least 1", id="no activity"),
        pytest.param("project.countries", ["SN"] * 61, "project.countries: has too many entries: at most 60",
                     id="sixty-one countries"),
        pytest.param("sector", "textiles",
                     "sector: is not a field that belongs here; check its spelling or remove it",
                     id="a field in the wrong place"),
        pytest.param(
            "partner.country",
            "Senegal",
            "partner.country: «Senegal» is not written as it should be: two capital letters, such as SN",
            id="a country by name",
        ),
        pytest.param(
            "partner.country",
            "sn\n",
            "partner.country: «snU+000A» is not written as it should be: two capital letters, such as SN",
            id="small letters and a line break",
        ),
        pytest.param(
            "money.currency",
            "$",
            "money.currency: «$» is not written as it should be: three capital letters, such as EUR",
            id="a currency by sign",
        ),
        pytest.param(
            "focal_point.email",
            "gomis",
            "focal_point.email: «gomis» is not written as it should be: an address such as a.diallo@example.org",
            id="half an address",
        ),
        pytest.param(
            "office",
            "Dakar",
            "office: «Dakar» is not written as it should be: capital letters, digits and -, such as AO-DAKAR",
            id="an office by name",
        ),
        pytest.param(
            "criteria",
            {"Child Labour": True},
            "criteria.Child Labour: «Child Labour» is not written as it should be: "
            "small letters, digits and _, such as textiles",
            id="a criterion by title",
        ),
        pytest.param(
            "risk_factors",
            {"image": "tiny"},
            "risk_factors.image: «tiny» is not one of: 'low', 'moderate', 'substantial' or 'high'",
            id="a risk we lack",
        ),
        pytest.param("partner.people.0.birth_year", "1_970",
                     "partner.people[1].birth_year: «1_970» is not a whole number", id="a year with an underscore"),
        pytest.param("partner.people.0.birth_year", "1e3",
                     "partner.people[1].birth_year: «1e3» is not a whole number", id="a year as a power"),
        pytest.param("partner.people.0.birth_year", 1970.5,
                     "partner.people[1].birth_year: «1970.5» is not a whole number", id="half a year"),
        pytest.param("partner.people.0.birth_year", True,
                     "partner.people[1].birth_year: «true» is not a whole number", id="true for a year"),
        pytest.param("partner.people.0.birth_year", "1899",
                     "partner.people[1].birth_year: «1899» must be 1900 or more", id="too old to sit on a board"),
        pytest.param("partner.people.0.birth_year", [],
                     "partner.people[1].birth_year: «a list» is not a whole number", id="a list for a year"),
        pytest.param("money.support_rate", "100.01",
                     "money.support_rate: «100.01» must be 100 or less", id="over all"),
        pytest.param("documents.0.kind", "Statutes of 2011", "documents[1].kind: «Statutes of 2011» is not written "
                     "as it should be: small letters, digits and _, such as textiles", id="a kind by title"),
    ],
)  # fmt: skip
def test_tells_a_single_fault_by_field_and_in_words(path: str, value: Any, line: str) -> None:
    assert told(**{path: value}) == [line]


def test_tells_every_fault_at_once_in_the_order_of_the_form() -> None:
    lines = told(
        **{
            "surprise": 1,
            "world_bank": {"form": "outputs"},
            "money.instalments.1.amount": "1,5",
            "activities.1.due_on": "2028-01-01",
            "project.countries": [],
            "partner.kind": "european_union",
            "partner.address": GONE,
            "funds": "none",
            "title": "",
        }
    )

    assert [line.partition(":")[0] for line in lines] == [
        "title",
        "partner.address",
        "project.countries",
        "activities[2].due_on",
        "money.instalments[2].amount",
        "money",
        "eu",
        "world_bank.borrower_country",
        "world_bank.implementing_agency",
        "world_bank.financing_kind",
        "world_bank.financing_number",
        "world_bank.financing_signed_on",
        "world_bank.closing_on",
        "world_bank.bank_project_id",
        "world_bank.bank_project_name",
        "world_bank",
        "surprise",
    ]


def test_says_how_many_faults_there_are() -> None:
    with pytest.raises(
        InvalidProposal, match=r"^dakar.yaml was not submitted: one fault to mend\.\n  title: is empty$"
    ):
        check_proposal(a_proposal(title=""), name="dakar.yaml")

    with pytest.raises(InvalidProposal, match=r"^dakar.yaml was not submitted: 2 faults to mend\."):
        check_proposal(a_proposal(title="", level=""), name="dakar.yaml")


# Parts that do not fit together


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        pytest.param(
            {"money.contribution": "22600.01"},
            [
                "money.budget: budget lines 20000 and support costs 2600.00 make 22600.00, "
                "but the contribution is 22600.01",
                "money.instalments: instalments sum to 22600, but the contribution is 22600.01",
            ],
            id="a cent too much",
        ),
        pytest.param(
            {"money.instalments.0.amount": "12600.01"},
            ["money.instalments: instalments sum to 22600.01, but the contribution is 22600.00"],
            id="instalments a cent too high",
        ),
        pytest.param(
            {"money.total_cost": "22599.99"},
            ["money.total_cost: 22599.99 is below the contribution 22600.00"],
            id="the whole cheaper than its part",
        ),
        pytest.param(
            {
                "money.contribution": "0",
                "money.budget": [{"heading": "Nothing", "amount": "0"}],
                "money.instalments": [{"due_on": "2026-09-15", "trigger": "Never", "amount": "0"}],
            },
            ["money.contribution: must be above zero; leave `money` out when none moves"],
            id="a contribution of nothing",
        ),
        pytest.param({"money": GONE}, ["money: is missing, but funds is «receiving»"], id="funds without money"),
        pytest.param({"money": None}, ["money: is missing, but funds is «receiving»"], id="money left empty"),
        pytest.param({"funds": "none"}, ["money: is given, but funds is «none»"], id="money without funds"),
        pytest.param(
            {"project.end_on": "2026-09-01"},
            ["project.end_on: 2026-09-01 must be after start_on 2026-09-01"],
            id="a project of no days",
        ),
        pytest.param(
            {"activities.0.due_on": "2026-08-31", "activities.1.due_on": "2027-09-01"},
            [
                "activities[1].due_on: 2026-08-31 is outside the project's dates, 2026-09-01 to 2027-08-31",
                "activities[2].due_on: 2027-09-01 is outside the project's dates, 2026-09-01 to 2027-08-31",
            ],
            id="activities a day before and a day after",
        ),
        pytest.param(
            {"partner.kind": "european_union"},
            ["eu: is missing; it must be given when partner.kind is «european_union»"],
            id="the EU without its part",
        ),
        pytest.param(
            {"partner.kind": "world_bank", "eu": an_eu_proposal()["eu"]},
            [
                "eu: is only for partner.kind «european_union»; remove it",
                "world_bank: is missing; it must be given when partner.kind is «world_bank»",
            ],
            id="the wrong financier's part",
        ),
        pytest.param(
            {"partner.kind": "un_agency"},
            ["un: is missing; it must be given when partner.kind is «un_agency»"],
            id="an agency of the United Nations without its part",
        ),
        pytest.param(
            {"un": {}},
            ["un: is only for partner.kind «un_agency»; remove it"],
            id="terms of a transfer for a company",
        ),
        pytest.param(
            {"in_kind.0.value": "9999999999999.99"},
            ["in_kind: cash and in-kind contributions together are more than 9999999999999.99"],
            id="more than a column holds",
        ),
    ],
)
def test_tells_what_does_not_fit_together(changes: dict[str, Any], lines: list[str]) -> None:
    assert told(**changes) == lines


@pytest.mark.parametrize("day", ["2026-08-31", "2027-09-01"])
def test_tells_of_outputs_a_day_before_and_a_day_after_the_project(day: str) -> None:
    with pytest.raises(InvalidProposal) as refused:
        check_proposal(an_outputs_proposal(**{"world_bank.outputs.0.due_on": day}), name="proposal.yaml")

    assert [str(fault) for fault in refused.value.faults] == [
        f"world_bank.outputs[1].due_on: {day} is outside the project's dates, 2026-09-01 to 2027-08-31"
    ]


def test_takes_activities_on_the_first_and_last_day() -> None:
    assert check_proposal(
        a_proposal(**{"activities.0.due_on": "2026-09-01", "activities.1.due_on": "2027-08-31"}), name="proposal.yaml"
    )


# Characters


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("شركة النسيج السنغالية", id="Arabic"),
        pytest.param("کارخانه\u200cهای نساجی", id="Persian with its non-joiner"),
        pytest.param("क्\u200dष वस्त्र", id="Hindi with its joiner"),
        pytest.param("\u200fשלום\u200e (SN)", id="Hebrew with direction marks"),
        pytest.param("塞内加尔纺织公司", id="Chinese"),
        pytest.param("Сенегальский текстиль", id="Cyrillic"),
        pytest.param("Ўзбек тўқимачилик", id="Uzbek"),
        pytest.param("Công ty Dệt may Hà Nội", id="Vietnamese"),
        pytest.param("O’Brien & Söhne «Nähmaschinen» <GmbH>", id="marks that XML and shells care about"),
        pytest.param("Care 👩\u200d🔧\ufe0f", id="an emoji of three"),
        pytest.param("{{ partner }} {% raw %}", id="what a template would take for its own"),
    ],
)
def test_keeps_names_of_every_script(name: str) -> None:
    text = as_yaml(**{"partner.legal_name": name})

    form = read_proposal(text.encode(), name="proposal.yaml")

    assert form.partner.legal_name == unicodedata.normalize("NFC", name)


def test_folds_two_spellings_of_an_accent_into_one_and_trims_blanks() -> None:
    form = check_proposal(a_proposal(**{"partner.legal_name": "  Socie\u0301te\u0301\u00a0"}), name="proposal.yaml")

    assert form.partner.legal_name == "Soci\u00e9t\u00e9"


def test_leaves_out_marks_that_come_along_when_text_is_copied() -> None:
    form = check_proposal(
        a_proposal(**{"partner.legal_name": "\ufeffBao\u00adbab\u200b Tex\u2060tiles"}), name="p.yaml"
    )

    assert form.partner.legal_name == "Baobab Textiles"


@pytest.mark.parametrize(
    "character",
    [
        pytest.param("\x00", id="NUL, which PostgreSQL refuses"),
        pytest.param("\x1b", id="escape, which commands a terminal"),
        pytest.param("\x85", id="an old line break"),
        pytest.param("\u202e", id="right-to-left override"),
        pytest.param("\u202a", id="embedding"),
        pytest.param("\u2066", id="isolate"),
        pytest.param("\u2069", id="end of an isolate"),
        pytest.param("\u2062", id="invisible times"),
        pytest.param("\ufff9", id="annotation"),
        pytest.param("\ue000", id="private use"),
        pytest.param("\ufffe", id="no character, which Word refuses"),
        pytest.param("\U0001fffe", id="no character either"),
        pytest.param("\ufdd0", id="reserved for ever"),
        pytest.param("\U000e0041", id="a tag that hides a letter"),
    ],
)
@pytest.mark.parametrize("path", ["partner.legal_name", "project.objective"])
def test_refuses_characters_nobody_can_see(path: str, character: str) -> None:
    (line,) = told(**{path: f"Baobab {character}Textiles"})

    assert line.startswith(f"{path}: holds a character nobody can see (U+{ord(character):04X})")


def test_refuses_half_a_character() -> None:
    text = json.dumps(a_proposal()).replace('"Baobab Textiles SA"', '"Baobab \\ud83d Textiles"')

    with pytest.raises(InvalidProposal) as refused:
        read_proposal(text.encode(), name="proposal.json")

    assert [str(fault) for fault in refused.value.faults] == [
        "partner.legal_name: holds half a character; type the text again"
    ]


def test_shows_what_was_written_without_letting_it_command_the_terminal() -> None:
    lines = told(**{"level": "\x1b[2J\u202e", "\x1b[31m": 1, "language": "x" * 500})

    assert lines == [
        f"language: «{'x' * 57}…» is not one of: 'en', 'fr' or 'es'",
        "level: «U+001B[2JU+202E» is not one of: 'country', 'regional' or 'global'",
        "U+001B[31m: is not a field that belongs here; check its spelling or remove it",
    ]


def test_tells_of_half_a_character_in_the_name_of_a_field() -> None:
    assert told(**{"tit\ud83dle": 1}) == ["holds half a character; type the text again"]


# Anything at all

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals() | st.dates()
_JUNK = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=6,
)


def _paths(values: Any, prefix: str = "") -> list[str]:
    """Return the dotted path of everything in `values`."""
    if not isinstance(values, dict | list):
        return []
    parts = values.items() if isinstance(values, dict) else enumerate(values)
    return [path for name, inner in parts for path in (f"{prefix}{name}", *_paths(inner, f"{prefix}{name}."))]


_OF_KINDS = {
    "eu": an_eu_proposal()["eu"],
    "world_bank": an_outputs_proposal()["world_bank"],
    "un": a_un_proposal()["un"],
}
_PARTS = {**a_proposal(), **_OF_KINDS}


def _is_taken_or_refused_in_words(values: dict[str, Any]) -> None:
    try:
        assert isinstance(check_proposal(values, name="proposal.yaml"), ProposalForm)
        return
    except InvalidProposal as exc:
        faults = exc.faults
    assert faults
    for fault in faults:
        assert str(fault).encode()
        assert fault.message
        ours = re.sub("«.*?»", "", fault.message, flags=re.DOTALL)  # without what the officer wrote
        assert not any(word in ours for word in JARGON), fault


@settings(max_examples=50)
@given(st.dictionaries(st.text() | st.sampled_from(list(ProposalForm.model_fields)), _JUNK, max_size=8))
def test_answers_any_junk_with_words(values: dict[str, Any]) -> None:
    _is_taken_or_refused_in_words(values)


@settings(max_examples=120)
@given(st.dictionaries(st.sampled_from(_paths(_PARTS)), _JUNK, min_size=1, max_size=3))
def test_answers_a_proposal_with_junk_anywhere_with_words(junk: dict[str, Any]) -> None:
    # Deep places first, as a part replaced no longer has the places within it.
    deep_first = dict(sorted(junk.items(), key=lambda change: -change[0].count(".")))
    parts = copy.deepcopy({name: _PARTS[name] for name in _OF_KINDS if name not in junk})
    there = {path: value for path, value in deep_first.items() if _is_there(path, parts)}

    _is_taken_or_refused_in_words(a_proposal(**parts, **there))


def _is_there(path: str, parts: dict[str, Any]) -> bool:
    """The place exists to be changed: a part replaced as a whole has no places of its own."""
    root, _, inside = path.partition(".")
    return not inside or root not in _OF_KINDS or root in parts


@settings(max_examples=150)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_answers_any_file_with_words(content: bytes) -> None:
    with pytest.raises(InvalidProposal):
        read_proposal(content, name="proposal.yaml")
