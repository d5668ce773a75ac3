"""What each format's reader takes out of a good file. The files are in `list_files`, all of them invented."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from approvals.screening.lists import (
    FORMATS,
    BirthDate,
    Identifier,
    IdentifierKind,
    ImportedList,
    Listed,
    ListedKind,
    ListedName,
    NameKind,
    NameQuality,
    read_list,
)
from tests.screening.list_files import (
    EU_CSV,
    GOOD_FILES,
    OFAC_XML,
    OPEN_SANCTIONS_ENTITIES,
    UK_CSV,
    a_stream,
    an_ofac_zip,
    json_lines,
)

PASSPORT = Identifier(IdentifierKind.PASSPORT, "X0017", "PE")


def read(list_format: str) -> ImportedList:
    return read_list(list_format, GOOD_FILES[list_format]())


def a_person(list_format: str) -> Listed:
    """Return the invented person that every list has."""
    return next(entry for entry in read(list_format).entries if entry.kind is ListedKind.PERSON)


def test_every_format_has_a_sample_here() -> None:
    assert set(GOOD_FILES) == set(FORMATS)


# What all formats have in common


DATED = {
    "un_xml": date(2026, 5, 4), "eu_xml": date(2026, 5, 4), "eu_csv": date(2026, 5, 4), "ofac_xml": date(2026, 5, 4),
    "ofac_csv": None, "uk_xml": date(2026, 5, 4), "uk_csv": date(2026, 5, 4), "world_bank_json": date(2026, 5, 5),
    "open_sanctions_csv": date(2026, 5, 6), "open_sanctions_json": date(2026, 5, 6), "plain_csv": None,
}  # fmt: skip


@pytest.mark.parametrize("list_format", sorted(FORMATS))
def test_the_authoritys_date_is_read_where_there_is_one(list_format: str) -> None:
    assert read(list_format).dated_on == DATED[list_format]


@pytest.mark.parametrize("list_format", sorted(FORMATS))
def test_the_primary_name_comes_first(list_format: str) -> None:
    person = a_person(list_format)

    assert "abernatto" in person.caption.lower()
    assert person.names[0].kind is NameKind.PRIMARY


@pytest.mark.parametrize("list_format", sorted(set(FORMATS) - {"world_bank_json"}))
def test_a_year_of_birth_is_read(list_format: str) -> None:
    assert 1959 in a_person(list_format).birth_years


@pytest.mark.parametrize("list_format", sorted(set(FORMATS) - {"world_bank_json"}))
def test_countries_are_two_letter_codes(list_format: str) -> None:
    assert a_person(list_format).countries == ("PE", "VN")


@pytest.mark.parametrize(
    "list_format",
    ["un_xml", "eu_xml", "ofac_xml", "ofac_csv", "uk_xml", "uk_csv", "open_sanctions_json", "plain_csv"],
)
def test_a_weak_alias_is_kept_as_such(list_format: str) -> None:
    weak = [name.text.lower() for name in a_person(list_format).names if name.quality is NameQuality.LOW]

    assert "quill" in weak


@pytest.mark.parametrize("list_format", ["eu_csv", "open_sanctions_csv"])
def test_a_table_that_does_not_say_which_aliases_are_weak_calls_all_good(list_format: str) -> None:
    assert {name.quality for name in a_person(list_format).names} == {NameQuality.GOOD}


# The same person, as four authorities tell of him


PERSONS = {
    "un_xml": Listed(
        key="900001",
        source="un_sc",
        kind=ListedKind.PERSON,
        names=(
            ListedName("QUILLON ABERNATTO"),
            ListedName("Kwilon Aber", kind=NameKind.ALIAS),
            ListedName("Kwilon Natto", kind=NameKind.ALIAS),
            ListedName("Quill", NameQuality.LOW, NameKind.ALIAS),
            ListedName("كويلون أبرناتو", kind=NameKind.ORIGINAL_SCRIPT),
        ),
        birth_years=(1959, 1961, 1962, 1963, 1970),
        countries=("PE", "VN"),
        programmes=("Invented",),
        reference="XXi.001",
        listed_on=date(2014, 1, 3),
        birth_dates=(BirthDate("1959-09-24"), BirthDate("1961", "1963"), BirthDate("1970", circa=True)),
        identifiers=(Identifier(IdentifierKind.PASSPORT, "X 0017", "PE"),),
        updated_on=date(2020, 2, 29),
    ),
    "eu_xml": Listed(
        key="901",
        source="eu_fsf",
        kind=ListedKind.PERSON,
        names=(
            ListedName("Quillon Abernatto"),
            ListedName("Quill", NameQuality.LOW, NameKind.ALIAS),
            ListedName("Kwilon Aber", kind=NameKind.ALIAS),
        ),
        birth_years=(1959, 1961, 1964, 1970, 1971),
        countries=("PE", "VN"),
        programmes=("INV",),
        reference="EU.9.1",
        listed_on=date(2019, 7, 16),
        birth_dates=(
            BirthDate("1959-09-24"),
            BirthDate("1961", circa=True),
            BirthDate("1964-04"),
            BirthDate("1970", "1971"),
        ),
        identifiers=(PASSPORT,),
        other_keys=("un:XXi.001",),
        updated_on=date(2019, 8, 31),
    ),
    "ofac_xml": Listed(
        key="9",
        source="ofac_sdn",
        kind=ListedKind.PERSON,
        names=(
            ListedName("Quillon ABERNATTO"),
            ListedName("Kwilon ABER", kind=NameKind.FORMER),
            ListedName("QUILL", NameQuality.LOW, NameKind.ALIAS),
        ),
        birth_years=(1959, 1961, 1963, 1964, 1965),
        countries=("PE", "VN"),
        programmes=("INV", "TED"),
        reference="9",
        birth_dates=(BirthDate("1959-09-24"), BirthDate("1961", circa=True), BirthDate("1963", "1965")),
        identifiers=(PASSPORT,),
    ),
    "uk_xml": Listed(
        key="INV0001",
        source="uk_sl",
        kind=ListedKind.PERSON,
        names=(
            ListedName("Quillon T. ABERNATTO"),
            ListedName("Quill", NameQuality.LOW, NameKind.ALIAS),
            ListedName("Kwilon Aber", kind=NameKind.ALIAS),
            ListedName("كويلون", kind=NameKind.ORIGINAL_SCRIPT),
        ),
        birth_years=(1959, 1961, 1963),
        countries=("PE", "VN"),
        programmes=("The Invented Regulations 2020",),
        reference="INV0001",
        listed_on=date(2001, 1, 25),
        birth_dates=(BirthDate("1959-09-24"), BirthDate("1961"), BirthDate("1963")),
        identifiers=(Identifier(IdentifierKind.PASSPORT, "X0017"),),
        other_keys=("ofsi:12703", "un:XXi.001"),
        updated_on=date(2026, 4, 14),
    ),
}


@pytest.mark.parametrize("list_format", PERSONS)
def test_a_person_is_read_with_all_that_is_said(list_format: str) -> None:
    assert a_person(list_format) == PERSONS[list_format]


# United Nations


def test_a_un_entity_is_an_organisation_and_keeps_its_former_name() -> None:
    entity = read("un_xml").entries[1]

    assert entity.kind is ListedKind.ORGANISATION
    assert entity.names[1] == ListedName("Old Zeferreti", kind=NameKind.FORMER)


# European Union


def test_the_eu_table_gives_one_entry_for_all_rows_of_a_key_wherever_they_stand() -> None:
    firm, person = sorted(read("eu_csv").entries, key=lambda entry: -int(entry.key))

    assert [name.text for name in person.names] == ["Quillon Abernatto", "Kwilon Aber"]
    assert person.identifiers == (PASSPORT,)
    assert (person.listed_on, person.updated_on) == (date(2019, 7, 16), date(2019, 8, 31))
    assert (firm.kind, firm.caption) == (ListedKind.ORGANISATION, "Zeferreti Trading House")
    assert firm.identifiers == (Identifier(IdentifierKind.REGISTRATION, "77"),)


def test_the_eu_table_may_have_word_and_letter_of_the_kind_exchanged() -> None:
    exchanged = EU_CSV.replace(";P;person;", ";person;P;").replace(";E;enterprise;", ";enterprise;E;")

    assert {entry.kind for entry in read_list("eu_csv", a_stream(exchanged)).entries} == {
        ListedKind.PERSON,
        ListedKind.ORGANISATION,
    }


# OFAC


@pytest.mark.parametrize(
    "namespace", ["https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML", ""]
)
def test_the_ofac_xml_is_read_under_any_namespace(namespace: str) -> None:
    moved = OFAC_XML.replace("http://tempuri.org/sdnList.xsd", namespace)

    assert read_list("ofac_xml", a_stream(moved)).entries == read("ofac_xml").entries


def test_the_ofac_set_is_joined_by_its_numbers_and_its_remarks_go_on_in_the_comments() -> None:
    person, firm = read("ofac_csv").entries

    assert person == Listed(
        key="9",
        source="ofac_sdn",
        kind=ListedKind.PERSON,
        names=(
            ListedName("Quillon ABERNATTO"),
            ListedName("Kwilon ABER", kind=NameKind.FORMER),
            ListedName("QUILL", NameQuality.LOW, NameKind.ALIAS),
            ListedName("ABU-'QUILL", NameQuality.LOW, NameKind.ALIAS),
        ),
        birth_years=(1959, 1961),
        countries=("PE", "VN"),
        programmes=("INV", "TED"),
        reference="9",
        birth_dates=(BirthDate("1959-09-24"), BirthDate("1961")),
        identifiers=(PASSPORT, Identifier(IdentifierKind.TAX, "4711", "VN")),
    )
    assert person.programme == "INV; TED"
    assert firm.kind is ListedKind.ORGANISATION


def test_the_ofac_set_may_be_a_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(an_ofac_zip()) as archive:
        archive.extractall(tmp_path)

    assert read_list("ofac_csv", tmp_path).entries == read("ofac_csv").entries
    assert read_list("ofac_csv", tmp_path).sha256 == read_list("ofac_csv", tmp_path).sha256


# United Kingdom


@pytest.mark.parametrize("list_format", ["uk_xml", "uk_csv"])
def test_a_ship_is_known_by_its_number(list_format: str) -> None:
    ship = read(list_format).entries[1]

    assert ship.kind is ListedKind.VESSEL
    assert ship.identifiers == (Identifier(IdentifierKind.VESSEL, "IMO 9000001"),)


def test_the_uk_table_says_the_same_as_the_xml_of_the_same_person() -> None:
    in_table, in_xml = a_person("uk_csv"), a_person("uk_xml")

    assert (in_table.other_keys, in_table.programmes) == (in_xml.other_keys, in_xml.programmes)
    assert (in_table.listed_on, in_table.updated_on) == (in_xml.listed_on, in_xml.updated_on)
    assert set(in_table.names) < set(in_xml.names)


def test_the_uk_table_is_read_without_a_report_date_too() -> None:
    imported = read_list("uk_csv", a_stream(UK_CSV.split("\n", 1)[1]))

    assert (imported.dated_on, len(imported.entries)) == (None, 2)


# World Bank, OpenSanctions, and a table of one's own


def test_a_world_bank_name_is_parted_from_its_other_names_and_footnotes() -> None:
    firm, person = read("world_bank_json").entries

    assert firm.names == (
        ListedName("ZEFERRETI WORKS LTD."),
        ListedName("ZEFWORKS", kind=NameKind.ALIAS),
        ListedName("Old Zeferreti Ltd.", kind=NameKind.FORMER),
    )
    assert (firm.listed_on, firm.updated_on, firm.ends_on) == (date(2020, 5, 1), date(2026, 2, 21), None)
    assert person.ends_on == date(2027, 4, 30)


def test_a_row_of_targets_is_read_with_semicolons_between_quotes() -> None:
    person = a_person("open_sanctions_csv")

    assert [name.text for name in person.names] == ["QUILLON ABERNATTO", "Kwilon Aber", "Quill; the Second"]
    assert person.identifiers == (Identifier(IdentifierKind.OTHER, "X0017"),)


def test_an_entity_is_read_with_its_sanctions_and_former_keys() -> None:
    (person,) = read("open_sanctions_json").entries

    assert person == Listed(
        key="NK-1",
        source="open_sanctions",
        kind=ListedKind.PERSON,
        names=(
            ListedName("Quillon Abernatto"),
            ListedName("ABERNATTO, Quillon", kind=NameKind.ALIAS),
            ListedName("Kwilon Aber", kind=NameKind.ALIAS),
            ListedName("Kwilon Natto", kind=NameKind.FORMER),
            ListedName("Quill", NameQuality.LOW, NameKind.ALIAS),
        ),
        birth_years=(1959,),
        countries=("PE", "VN"),
        programmes=("INV-A", "B"),
        reference="NK-1",
        listed_on=date(2019, 5, 1),
        birth_dates=(BirthDate("1959-09"),),
        identifiers=(Identifier(IdentifierKind.PASSPORT, "X0017"),),
        other_keys=("eu-9-1", "un-xx-001"),
        updated_on=date(2026, 1, 2),
    )


def test_an_entity_whose_every_sanction_ends_has_a_last_day() -> None:
    _, person, _, ending = OPEN_SANCTIONS_ENTITIES

    (listed,) = read_list("open_sanctions_json", a_stream(json_lines(person, ending))).entries

    assert listed.ends_on == date(2030, 1, 1)


@pytest.mark.parametrize(
    ("topics", "count"), [(["sanction"], 1), (["debarment", "crime"], 1), (["role.pep"], 0), ([], 0)]
)
def test_a_file_that_marks_no_targets_says_it_with_topics(topics: list[str], count: int) -> None:
    _, person, *_ = OPEN_SANCTIONS_ENTITIES
    unmarked = {name: value for name, value in person.items() if name != "target"}
    unmarked["properties"] = {**unmarked["properties"], "topics": topics}
    another = {"id": "NK-2", "schema": "Company", "properties": {"name": ["Zeferreti"]}, "target": True}

    imported = read_list("open_sanctions_json", a_stream(json_lines(unmarked, another)))

    assert len(imported.entries) == 1 + count


def test_a_plain_table_may_leave_cells_empty() -> None:
    person, firm = read("plain_csv").entries

    assert person.birth_years == (1959, 1961)
    assert [name.quality for name in person.names] == [NameQuality.GOOD] * 3 + [NameQuality.LOW]
    assert firm.caption == "Zeferreti, Sons & Co"
    assert firm.listed_on is None


# The record


@pytest.mark.parametrize("list_format", sorted(FORMATS))
def test_entries_survive_a_journey_through_json(list_format: str) -> None:
    for entry in read(list_format).entries:
        assert Listed.from_dict(json.loads(json.dumps(entry.as_dict()))) == entry


def test_an_entry_kept_by_an_earlier_version_of_the_program_is_still_read() -> None:
    kept = {
        "key": "1",
        "source": "own",
        "kind": "person",
        "names": [{"text": "Quillon Abernatto", "quality": "good", "kind": "primary"}],
        "birth_years": [1959],
        "countries": ["PE"],
        "programme": "INV; TED",
        "reference": "1",
        "listed_on": "2020-02-29",
    }

    entry = Listed.from_dict(kept)

    assert (entry.programmes, entry.birth_years, entry.birth_dates) == (("INV", "TED"), (1959,), ())


@pytest.mark.parametrize(
    ("text", "script"),
    [("Quillon", "latin"), ("كويلون", "arabic"), ("Квилон", "cyrillic"), ("阿伯纳托", "cjk"),
     ("Квилон Q.", "cyrillic"), ("4711 !", ""), ("", "")],
)  # fmt: skip
def test_a_name_knows_the_script_most_of_it_is_in(text: str, script: str) -> None:
    assert ListedName(text).script == script


def test_a_digest_is_the_same_in_another_order_and_on_another_list() -> None:
    entry = a_person("un_xml")
    said = entry.as_dict()
    turned = Listed.from_dict(said | {"source": "x", "names": [said["names"][i] for i in (3, 0, 4, 2, 1)]})

    assert turned.digest == entry.digest
    assert len(entry.digest) == 64


@pytest.mark.parametrize(
    "change", [{"reference": "XXi.002"}, {"countries": ["PE"]}, {"ends_on": "2030-01-01"}, {"kind": "unknown"}]
)
def test_a_digest_differs_when_anything_is_said_differently(change: dict[str, object]) -> None:
    entry = a_person("un_xml")

    assert Listed.from_dict(entry.as_dict() | change).digest != entry.digest
