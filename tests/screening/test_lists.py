"""Reading lists: good files into one record, bad files into one sentence. Every file here is invented."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.errors import SourceUnavailable
from approvals.screening.countries import country_code
from approvals.screening.lists import (
    FORMATS,
    ImportedList,
    Listed,
    ListedKind,
    ListedName,
    NameKind,
    NameQuality,
    check_shrinkage,
    read_list,
)

UN = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-05-04T00:00:02.767Z">
<INDIVIDUALS>
<INDIVIDUAL>
  <DATAID>900001</DATAID>
  <FIRST_NAME>QUILLON</FIRST_NAME><SECOND_NAME>ABERNATTO</SECOND_NAME><THIRD_NAME/>
  <UN_LIST_TYPE>Invented</UN_LIST_TYPE><REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER>
  <LISTED_ON>2014-01-03</LISTED_ON>
  <NAME_ORIGINAL_SCRIPT>كويلون أبرناتو</NAME_ORIGINAL_SCRIPT>
  <NATIONALITY><VALUE>Viet Nam</VALUE></NATIONALITY>
  <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Kwilon Aber; Kwilon Natto</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Quill</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ADDRESS><COUNTRY>Peru</COUNTRY></INDIVIDUAL_ADDRESS>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1959-09-24</DATE></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><FROM_YEAR>1961</FROM_YEAR><TO_YEAR>1963</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
</INDIVIDUAL>
</INDIVIDUALS>
<ENTITIES>
<ENTITY>
  <DATAID>900002</DATAID><FIRST_NAME>ZEFERRETI TRADING HOUSE</FIRST_NAME>
  <REFERENCE_NUMBER>XXe.002</REFERENCE_NUMBER>
  <ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Old Zeferreti</ALIAS_NAME></ENTITY_ALIAS>
</ENTITY>
</ENTITIES>
</CONSOLIDATED_LIST>
"""

PLAIN = (
    "key,kind,name,aliases,weak_aliases,birth_years,countries,programme,listed_on\n"
    "1,person,Quillon Abernatto,Kwilon Aber;K. Aber,Quill,1959;1961,VN;Peru,Invented,2020-02-29\n"
    '2,organisation,"Zeferreti, Sons & Co",,,,,,\n'
)

WORLD_BANK = {
    "response": {
        "ZPROCSUPP": [
            {
                "SUPP_ID": 71,
                "SUPP_NAME": "ZEFERRETI WORKS LTD. (A.K.A. ZEFWORKS)*302",
                "SUPP_TYPE_CODE": "F",
                "COUNTRY_NAME": "Viet Nam",
                "DEBAR_FROM_DATE": "2020-05-01",
                "DEBAR_REASON": "Invented reason",
                "LAST_REFRESH_DATE": "2026-05-05T19:00:06.107Z",
            }
        ]
    }
}

OPEN_SANCTIONS = (
    '"id","schema","name","aliases","birth_date","countries","dataset","first_seen","last_seen"\n'
    '"NK-1","Person","QUILLON ABERNATTO","Kwilon Aber","1959-09-24","vn;pe","Invented","2024-03-04","2026-05-06"\n'
)


def a_stream(content: str | bytes) -> IO[bytes]:
    return io.BytesIO(content.encode() if isinstance(content, str) else content)


def an_ofac_zip(**tables: str) -> IO[bytes]:
    tables = {
        "sdn": '9,"ABERNATTO, Quillon","individual","INV] [TED",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
        "\"DOB 24 Sep 1959; alt. DOB 1961; a.k.a. 'QUILL'; nationality Peru.\"\r\n"
        '10,"ZEFERRETI CO.",-0- ,"INV",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\x1a',
        "alt": '9,1,"fka","ABER, Kwilon",-0- \r\n',
        "add": '9,1,"Street 1","Hanoi","Vietnam",-0- \r\n',
    } | tables
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in tables.items():
            archive.writestr(f"{name}.csv", text)
    stream.seek(0)
    return stream


GOOD_FILES = {
    "un_xml": lambda: a_stream(UN),
    "plain_csv": lambda: a_stream(PLAIN),
    "world_bank_json": lambda: a_stream(json.dumps(WORLD_BANK)),
    "open_sanctions_csv": lambda: a_stream(OPEN_SANCTIONS),
    "ofac_csv": an_ofac_zip,
}


def read(list_format: str) -> ImportedList:
    return read_list(list_format, GOOD_FILES[list_format]())


def test_every_format_has_a_sample_here() -> None:
    assert set(GOOD_FILES) == set(FORMATS)


def test_a_un_person_is_read_with_all_names_years_and_countries() -> None:
    imported = read("un_xml")
    person = imported.entries[0]

    assert (imported.source, imported.dated_on) == ("un_sc", date(2026, 5, 4))
    assert person == Listed(
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
        birth_years=(1959, 1961, 1963),
        countries=("PE", "VN"),
        programme="Invented",
        reference="XXi.001",
        listed_on=date(2014, 1, 3),
    )


def test_a_un_entity_is_an_organisation_and_keeps_its_former_name() -> None:
    entity = read("un_xml").entries[1]

    assert entity.kind is ListedKind.ORGANISATION
    assert entity.names[1] == ListedName("Old Zeferreti", kind=NameKind.FORMER)


def test_a_plain_table_may_leave_cells_empty() -> None:
    person, firm = read("plain_csv").entries

    assert person.birth_years == (1959, 1961)
    assert person.countries == ("PE", "VN")
    assert [name.quality for name in person.names] == [NameQuality.GOOD] * 3 + [NameQuality.LOW]
    assert firm.caption == "Zeferreti, Sons & Co"
    assert firm.listed_on is None


def test_a_plain_table_with_a_byte_order_mark_is_read() -> None:
    assert len(read_list("plain_csv", a_stream(b"\xef\xbb\xbf" + PLAIN.encode())).entries) == 2


def test_the_ofac_set_is_joined_by_its_numbers() -> None:
    person, firm = read("ofac_csv").entries

    assert person.caption == "Quillon ABERNATTO"
    assert person.names[1:] == (
        ListedName("Kwilon ABER", kind=NameKind.FORMER),
        ListedName("QUILL", NameQuality.LOW, NameKind.ALIAS),
    )
    assert person.birth_years == (1959, 1961)
    assert person.countries == ("PE", "VN")
    assert person.programme == "INV; TED"
    assert firm.kind is ListedKind.ORGANISATION


def test_the_ofac_set_may_be_a_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(an_ofac_zip()) as archive:
        archive.extractall(tmp_path)

    assert read_list("ofac_csv", tmp_path).entries == read("ofac_csv").entries
    assert read_list("ofac_csv", tmp_path).sha256 == read_list("ofac_csv", tmp_path).sha256


def test_a_world_bank_name_is_parted_from_its_other_names_and_footnotes() -> None:
    imported = read("world_bank_json")

    assert [name.text for name in imported.entries[0].names] == ["ZEFERRETI WORKS LTD.", "ZEFWORKS"]
    assert imported.dated_on == date(2026, 5, 5)


def test_an_open_sanctions_row_is_read() -> None:
    entry = read("open_sanctions_csv").entries[0]

    assert (entry.kind, entry.birth_years, entry.countries) == (ListedKind.PERSON, (1959,), ("PE", "VN"))


@pytest.mark.parametrize("list_format", sorted(GOOD_FILES))
def test_entries_survive_a_journey_through_json(list_format: str) -> None:
    for entry in read(list_format).entries:
        assert Listed.from_dict(json.loads(json.dumps(entry.as_dict()))) == entry


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
    ],
)
def test_a_damaged_ofac_set_is_refused(tables: dict[str, str], sentence: str) -> None:
    with pytest.raises(SourceUnavailable, match=sentence):
        read_list("ofac_csv", an_ofac_zip(**tables))


def test_an_incomplete_ofac_set_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sdn.csv").write_text("")

    with pytest.raises(SourceUnavailable, match=r"alt\.csv is missing"):
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


@given(st.integers(0, len(UN) - 40))
def test_a_list_cut_anywhere_is_refused(end: int) -> None:
    with pytest.raises(SourceUnavailable):
        read_list("un_xml", a_stream(UN[:end]))


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
