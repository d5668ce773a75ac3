"""Reading lists: what every format shares, and bad files into one sentence. Every file here is invented."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.errors import SourceUnavailable
from approvals.screening.countries import country_code
from approvals.screening.lists import FORMATS, BirthDate, NameQuality, check_shrinkage, read_list
from approvals.screening.lists.values import birth, identifier_kind
from approvals.screening.matching import NameIndex
from tests.screening.builders import RULE
from tests.screening.list_files import (
    EU_CSV,
    EU_XML,
    GOOD_FILES,
    OFAC_XML,
    OPEN_SANCTIONS,
    OPEN_SANCTIONS_ENTITIES,
    PLAIN,
    UK_CSV,
    UK_XML,
    UN,
    WORLD_BANK,
    a_stream,
    an_ofac_zip,
    json_lines,
)

ENTITIES = json_lines(*OPEN_SANCTIONS_ENTITIES)


def test_a_plain_table_with_a_byte_order_mark_is_read() -> None:
    assert len(read_list("plain_csv", a_stream(b"\xef\xbb\xbf" + PLAIN.encode())).entries) == 2


@pytest.mark.parametrize("list_format", sorted(GOOD_FILES))
def test_source_title_and_date_can_be_given(list_format: str) -> None:
    imported = read_list(
        list_format, GOOD_FILES[list_format](), source="mine", title="Mine", dated_on=date(2026, 1, 2)
    )

    assert (imported.source, imported.title, imported.dated_on) == ("mine", "Mine", date(2026, 1, 2))
    assert {entry.source for entry in imported.entries} == {"mine"}


def test_a_stream_that_cannot_be_rewound_is_read() -> None:
    class OneWay(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert len(read_list("un_xml", OneWay(UN.encode())).entries) == 2


# Hostile and damaged files --------------------------------------------------------------------------------------

DOCTYPE = '<!DOCTYPE CONSOLIDATED_LIST [{}]>\n<CONSOLIDATED_LIST dateGenerated="2026-05-04">'
LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(10)
)  # 10 to the 9th

LOCAL_FILE = '<!ENTITY x SYSTEM "file:///etc/hostname">'
REMOTE_FILE = '<!ENTITY % x SYSTEM "http://example.invalid/x.dtd"> %x;'


def with_doctype(declaration: str, text: str = "") -> str:
    body = UN.split("?>\n", 1)[1].split("\n", 1)[1].replace("QUILLON", text or "QUILLON")
    return DOCTYPE.format(declaration) + body


@pytest.mark.parametrize(
    ("list_format", "content", "sentence", "remark"),
    [
        ("un_xml", UN[:900], "breaks off or is damaged", "truncated"),
        ("un_xml", "", "breaks off or is damaged", "empty file"),
        ("un_xml", "{}", "breaks off or is damaged", "JSON"),
        ("un_xml", "<html><body/></html>", "begins with <html>", "an error page"),
        ("un_xml", UN.replace("DATAID", "ID"), "no DATAID", "renamed element"),
        ("un_xml", UN.replace("FIRST_NAME", "GIVEN"), "no FIRST_NAME", "renamed name"),
        ("un_xml", '<CONSOLIDATED_LIST dateGenerated="x"/>', "holds no entry", "nobody"),
        ("un_xml", UN.replace("900002", "900001"), "stands in it twice", "double key"),
        ("un_xml", UN.encode("utf-16")[:-20], "damaged", "cut in another encoding"),
        ("un_xml", UN.encode("latin-1", "replace").replace(b"QUILLON", b"QUILL\xd3N"), "damaged", "not UTF-8"),
        ("un_xml", with_doctype(LAUGHS, "&l9;"), "damaged|document type", "a billion laughs"),
        ("un_xml", with_doctype(LOCAL_FILE, "&x;"), "document type", "a local file"),
        ("un_xml", with_doctype(REMOTE_FILE), "damaged|document type",
         "a file of the network"),
        ("un_xml", with_doctype(""), "document type", "a harmless document type"),
        ("plain_csv", "", "columns key, name are missing", "empty file"),
        ("plain_csv", "key,name\n", "holds no entry", "a header alone"),
        ("plain_csv", PLAIN.replace("name", "nom", 1), "columns name are missing", "renamed column"),
        ("plain_csv", PLAIN.replace("person", "vampire"), "line 2 has kind «vampire»", "unknown kind"),
        ("plain_csv", PLAIN.replace("\n2,", "\n1,"), "entry 1 stands in it twice", "double key"),
        ("plain_csv", PLAIN + "3,person\n", "line 4 has not as many cells", "short row"),
        ("plain_csv", PLAIN + ",person,No Key,,,,,,\n", "no key or no name", "no key"),
        ("plain_csv", PLAIN + '3,person,"Open', "line 4 is not readable|unexpected end", "open quote"),
        ("plain_csv", "key,name\n1,Zør\n".encode("latin-1"), "not text in UTF-8", "another encoding"),
        ("plain_csv", PLAIN.encode("utf-16"), "not text in UTF-8", "UTF-16"),
        ("plain_csv", b"\x00\x01\x02", "missing|not readable", "not a text"),
        ("plain_csv", "key,name\n1," + "x" * 200_000, "not readable", "an endless cell"),
        ("open_sanctions_csv", OPEN_SANCTIONS.replace("schema", "type"), "columns schema are missing", "renamed"),
        ("world_bank_json", json.dumps(WORLD_BANK)[:-9], "breaks off or is damaged", "truncated"),
        ("world_bank_json", "[]", "does not have the fields", "another shape"),
        ("world_bank_json", '{"response": {"ZPROCSUPP": []}}', "holds no entry", "nobody"),
        ("world_bank_json", json.dumps(WORLD_BANK).replace("SUPP_NAME", "N"), "does not have the fields", "field"),
        ("world_bank_json", "[" * 100_000, "damaged|does not have", "nested without end"),
        ("world_bank_json", b"\xff\xfe\x00", "UTF-8|damaged", "not a text"),
        ("un_xml", UN.replace("<QUALITY/>", "<QUALITY>" + "x" * 11_000_000), "damaged", "an element without end"),
        ("eu_xml", EU_XML[:900], "breaks off or is damaged", "truncated"),
        ("eu_xml", EU_XML.replace("logicalId", "id"), "no logicalId", "renamed attribute"),
        ("eu_xml", EU_XML.replace("wholeName", "fullName").replace("Name=", "N="), "wholeName", "renamed name"),
        ("eu_xml", EU_XML.replace('"902"', '"901"'), "entry 901 stands in it twice", "double key"),
        ("eu_xml", UN, "begins with <CONSOLIDATED_LIST>, not with <export>", "another list"),
        ("eu_csv", EU_CSV.replace("Entity_LogicalId", "Id"), "columns Entity_LogicalId are missing", "renamed"),
        ("eu_csv", EU_CSV.replace(";902;", ";;"), "line 4 has no Entity_LogicalId", "no key"),
        ("eu_csv", EU_CSV.replace("Zeferreti Trading House", ""), "entry 902 on line 4 has no NameAlias", "no name"),
        ("eu_csv", EU_CSV[:-30], "line 5 has not as many cells", "truncated"),
        ("eu_csv", EU_CSV.encode("utf-16"), "not text in UTF-8", "another encoding"),
        ("ofac_xml", OFAC_XML[:900], "breaks off or is damaged", "truncated"),
        ("ofac_xml", OFAC_XML.replace("uid>", "id>"), "no uid", "renamed element"),
        ("ofac_xml", OFAC_XML.replace("<uid>10<", "<uid>9<"), "entry 9 stands in it twice", "double key"),
        ("uk_xml", UK_XML[:900], "breaks off or is damaged", "truncated"),
        ("uk_xml", UK_XML.replace("UniqueID", "ID"), "no UniqueID", "renamed element"),
        ("uk_xml", UK_XML.replace("INV0002", "INV0001"), "entry INV0001 stands in it twice", "double key"),
        ("uk_csv", UK_CSV.replace("Name 6", "Name six"), "columns Name 6 are missing", "renamed column"),
        ("uk_csv", UK_CSV.replace("Alias strength", "Quality"), "columns Alias strength are missing", "renamed"),
        ("uk_csv", UK_CSV.replace("Zeferreti Star", ""), "entry INV0002 on line 5 has no Name 6", "no name"),
        ("uk_csv", "Report Date: 04-May-2026\n", "columns .* are missing", "nothing but a date"),
        ("open_sanctions_json", ENTITIES[:-9], "line 4 breaks off or is no JSON", "truncated"),
        ("open_sanctions_json", ENTITIES.replace('"schema"', '"kind"'), "no id or no schema", "renamed field"),
        ("open_sanctions_json", '{"id": "1", "schema": "Person", "target": true, "properties": []}\n',
         "does not have the fields of an entity", "another shape"),
        ("open_sanctions_json", ENTITIES.replace("true", "false"), "holds no entry", "nobody is a target"),
        ("open_sanctions_json", ENTITIES + json_lines(OPEN_SANCTIONS_ENTITIES[1]), "stands in it twice", "twice"),
        ("open_sanctions_json", ENTITIES.replace("Kwilon Aber", "Kwilon\\u0000Aber"), "that are no text", "a NUL"),
        ("open_sanctions_json", ENTITIES.replace("Kwilon Aber", "Kwilon\\ud800Aber"), "no text", "half a sign"),
        ("open_sanctions_json", "[" * 100_000, "breaks off or is no JSON", "nested without end"),
        ("plain_csv", PLAIN.replace("weak_aliases", "weak_alias"), "nobody knows the columns", "misspelt"),
        ("plain_csv", PLAIN.replace("1,person", "1" * 201 + ",person"), "longer than 200", "a key without end"),
        ("ofac_csv", "sdn", "neither a folder nor a sound", "not a zip"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_in_one_sentence(
    list_format: str, content: str | bytes, sentence: str, remark: str
) -> None:
    with pytest.raises(SourceUnavailable, match=sentence) as refusal:
        read_list(list_format, a_stream(content))

    assert "\n" not in str(refusal.value), remark
    assert str(refusal.value).startswith("The list «"), remark


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({"sdn": "9,too,short\n"}, "row 1 of sdn.csv has 3 cells instead of 12"),
        ({"alt": "9,1\n"}, "row 1 of alt.csv has 2 cells instead of 5"),
        ({"sdn": ""}, "holds no entry"),
        ({"sdn_comments": "9\n"}, "row 1 of sdn_comments.csv has 1 cells instead of 2"),
    ],
)
def test_a_damaged_ofac_set_is_refused(tables: dict[str, str], sentence: str) -> None:
    with pytest.raises(SourceUnavailable, match=sentence):
        read_list("ofac_csv", an_ofac_zip(**tables))


def test_an_incomplete_ofac_set_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sdn.csv").write_text("")

    with pytest.raises(SourceUnavailable, match=r"alt\.csv is missing from the set"):
        read_list("ofac_csv", tmp_path)


def test_a_missing_file_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="cannot be read: No such file"):
        read_list("un_xml", tmp_path / "none.xml")


def test_an_unknown_format_is_refused_with_those_we_know() -> None:
    with pytest.raises(SourceUnavailable, match="un_xml"):
        read_list("pdf", a_stream(""))


@given(st.binary(max_size=300), st.sampled_from(sorted(FORMATS)))
def test_any_bytes_whatever_are_refused_and_never_crash_the_reader(content: bytes, list_format: str) -> None:
    with pytest.raises(SourceUnavailable):
        read_list(list_format, a_stream(content))


XML = {"un_xml": UN, "eu_xml": EU_XML, "ofac_xml": OFAC_XML, "uk_xml": UK_XML}


@given(st.sampled_from(sorted(XML)), st.data())
def test_an_xml_list_cut_anywhere_is_refused(list_format: str, data: st.DataObject) -> None:
    whole = XML[list_format].rstrip()
    end = data.draw(st.integers(0, len(whole) - 1))

    with pytest.raises(SourceUnavailable):
        read_list(list_format, a_stream(whole[:end]))


# Names and dates as they come


@pytest.mark.parametrize(
    ("name", "quality", "remark"),
    [
        ("Q", NameQuality.LOW, "a Latin name of one letter tells nobody apart"),
        ("王", NameQuality.GOOD, "a Chinese one does"),
        ("Quillon " * 625, NameQuality.GOOD, "5,000 characters"),
        ("Квилон Abernatto كويلون", NameQuality.GOOD, "mixed scripts"),
        ("R2-D2 & 77", NameQuality.GOOD, "numbers and marks"),
        ("---", NameQuality.GOOD, "nothing one could compare"),
    ],
)
def test_an_odd_name_is_kept_and_can_be_searched_for(name: str, quality: NameQuality, remark: str) -> None:
    table = f'key,name,kind\n1,"{name}",person\n2,Somebody Else,person\n'

    entries = read_list("plain_csv", a_stream(table)).entries
    NameIndex(list(entries), RULE).search(name)

    assert entries[0].caption == " ".join(name.split()), remark
    assert entries[0].names[0].quality is quality, remark


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1959-09-24", BirthDate("1959-09-24")),
        ("1959-09", BirthDate("1959-09")),
        ("1959", BirthDate("1959")),
        ("24 Sep 1959", BirthDate("1959-09-24")),
        ("September 1959", BirthDate("1959-09")),
        ("24/09/1959", BirthDate("1959-09-24")),
        ("dd/mm/1959", BirthDate("1959")),
        ("00/09/1959", BirthDate("1959-09")),
        ("31/02/1959", BirthDate("1959-02")),
        ("circa 1959", BirthDate("1959", circa=True)),
        ("circa-1959", BirthDate("1959", circa=True)),
        ("1959 to 1961", BirthDate("1959", "1961")),
        ("between 1959 and 1961", BirthDate("1959", "1961")),
        ("01 Jan 1959 to 31 Dec 1961", BirthDate("1959-01-01", "1961-12-31")),
        ("1961 to 1959", BirthDate("1961")),
        ("in the fifties", None),
        ("", None),
        (None, None),
    ],
)
def test_a_birth_date_is_read_as_exactly_as_it_is_written(text: str | None, expected: BirthDate | None) -> None:
    assert birth(text) == expected


@pytest.mark.parametrize(
    ("born", "precision", "years"),
    [
        (BirthDate("1959-09-24"), "day", [1959]),
        (BirthDate("1959-09"), "month", [1959]),
        (BirthDate("1959", "1961"), "year", [1959, 1960, 1961]),
    ],
)
def test_a_birth_date_knows_its_precision_and_years(born: BirthDate, precision: str, years: list[int]) -> None:
    assert (born.precision, list(born.years)) == (precision, years)


@pytest.mark.parametrize(
    ("described", "kind"),
    [
        ("Passport", "passport"), ("Número de pasaporte", "passport"), ("National Identification Number", "national"),
        ("id None", "national"), ("Tax ID No.", "tax"), ("Business Registration Number", "registration"),
        ("regnumber None", "registration"), ("SWIFT/BIC", "bank"), ("IMO of a vessel", "vessel"), ("", "other"),
        ("secret handshake", "other"),
    ],
)  # fmt: skip
def test_the_kind_of_a_number_is_known_by_the_authoritys_words(described: str, kind: str) -> None:
    assert identifier_kind(described) == kind


@pytest.mark.parametrize(
    ("before", "now", "believed"),
    [(0, 5, True), (100, 100, True), (100, 130, True), (100, 80, True), (100, 79, False), (100, 0, False)],
)
def test_a_list_that_loses_too_much_at_once_is_not_believed(before: int, now: int, believed: bool) -> None:
    if believed:
        check_shrinkage("List", before=before, now=now, largest_share=0.2)
    else:
        with pytest.raises(SourceUnavailable, match=f"from {before} to {now} entries"):
            check_shrinkage("List", before=before, now=now, largest_share=0.2)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Viet Nam", "VN"),
        ("vietnam", "VN"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Korea, North", "KP"),
        ("CÔTE D’IVOIRE", "CI"),
        ("pe", "PE"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_countries_are_known_by_the_names_lists_use_and_never_guessed(name: str, code: str | None) -> None:
    assert country_code(name) == code
