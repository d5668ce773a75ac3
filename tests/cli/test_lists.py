"""What administrators type about the lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import ADMINISTRATOR, OFFICER, WATCHLIST, Terminal
from tests.screening.list_files import UN
from tests.screening.publisher import Answer, a_publisher


@pytest.fixture
def un_file(tmp_path: Path) -> Path:
    file = tmp_path / "un.xml"
    file.write_text(UN, encoding="utf-8")
    return file


def test_the_formats_are_shown_with_the_files_their_publishers_offer(terminal: Terminal) -> None:
    known = {one["format"]: one for one in terminal.json("list", "formats")}

    assert known["un_xml"]["source"] == "un_sc"
    assert len(known) == 11
    assert "xmlFullSanctionsList_1_1.xml" in terminal.done("list", "formats")


def test_importing_again_says_that_nothing_has_changed(terminal: Terminal, un_file: Path) -> None:
    first = terminal.done("list", "import", un_file, "--format", "un_xml", who=ADMINISTRATOR)
    again = terminal.done("list", "import", un_file, "--format", "un_xml", who=ADMINISTRATOR)

    assert first.startswith("In force: United Nations")
    assert again.startswith("Confirmed, as nothing has changed: United Nations")
    (un,) = [one for one in terminal.json("list", "show", who=OFFICER) if one["source"] == "un_sc"]
    assert (un["dated_on"], un["age_days"]) == ("2026-05-04", 0)
    assert un["confirmed_on"] is not None


def test_a_smaller_list_is_let_in_by_somebody_who_looked(terminal: Terminal, tmp_path: Path) -> None:
    small = tmp_path / "small.csv"
    small.write_text("key,name\nINV-001,Nordvick Tekstil\n", encoding="utf-8")
    terminal.done("list", "import", WATCHLIST, "--format", "plain_csv", who=ADMINISTRATOR)

    refused = terminal("list", "import", small, "--format", "plain_csv", who=ADMINISTRATOR)
    told = terminal.done("list", "import", small, "--format", "plain_csv", "--smaller-is-right", who=ADMINISTRATOR)

    assert refused.exit_code == 69
    assert "--smaller-is-right" in refused.stderr
    assert "1 entries" in told


def test_the_file_of_a_list_is_had_back(terminal: Terminal, un_file: Path, tmp_path: Path) -> None:
    terminal.done("list", "import", un_file, "--format", "un_xml", who=ADMINISTRATOR)

    terminal.done("list", "export", "un_sc", tmp_path / "back.xml", who=ADMINISTRATOR)

    assert (tmp_path / "back.xml").read_bytes() == un_file.read_bytes()


def test_lists_are_fetched_now_and_what_fails_is_shown_everywhere(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_publisher() as publisher:
        publisher.answers["/un.xml"] = Answer(UN.encode())
        addresses = {"un_sc": {"format": "un_xml", "addresses": [publisher.address("/un.xml")]}}
        monkeypatch.setenv("APPROVALS_LIST_ADDRESSES", json.dumps(addresses))

        assert "a new version is in force" in terminal.done("list", "fetch", who=ADMINISTRATOR)
        publisher.answers.clear()
        failed = terminal("list", "fetch", "un_sc", who=ADMINISTRATOR)

    assert failed.exit_code == 1
    assert "answered 404" in " ".join(failed.stdout.split())
    assert "un_sc was not fetched" in terminal.done("list", "show", who=OFFICER)
    symptom = next(one for one in terminal.json("doctor")["checks"] if one["what"] == "List un_sc")
    assert (symptom["health"], "approvals list fetch un_sc" in symptom["remedy"]) == ("warn", True)


@pytest.mark.parametrize(
    ("setting", "words", "sentence"),
    [
        ("", ["list", "fetch"], "names no address of a publisher"),
        ('{"own": {"format": "plain_csv", "addresses": ["https://example.org/x"]}}', ["list", "fetch", "un_sc"],
         "has no address for «un_sc»; it has own"),
        ("{un_sc}", ["list", "fetch"], "it is no JSON near character 2"),
        ('{"un_sc": {"format": "un_xml", "addresses": ["http://example.org/x?token=1"]}}', ["list", "show"],
         "http://example.org/x is not an address over https"),
        ('{"un_sc": {"format": "un_xml"}}', ["list", "show"], "APPROVALS_LIST_ADDRESSES"),
    ],
)  # fmt: skip
def test_a_slip_in_the_addresses_is_told(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, setting: str, words: list[str], sentence: str
) -> None:
    monkeypatch.setenv("APPROVALS_LIST_ADDRESSES", setting)

    result = terminal(*words, who=ADMINISTRATOR)

    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())


def test_a_format_nobody_reads_is_found_by_the_doctor(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "APPROVALS_LIST_ADDRESSES", '{"own": {"format": "pdf", "addresses": ["https://example.org/x"]}}'
    )

    result = terminal("doctor", "--json")

    symptom = next(one for one in json.loads(result.stdout)["checks"] if one["what"] == "List own")
    assert (result.exit_code, symptom["health"]) == (1, "fail")
    assert "approvals list formats" in symptom["remedy"]


def test_live_partners_are_compared_with_a_list_once(terminal: Terminal, un_file: Path) -> None:
    terminal.done("list", "import", un_file, "--format", "un_xml", who=ADMINISTRATOR)

    first = terminal.done("list", "rescreen", who=ADMINISTRATOR)
    again = terminal.done("list", "rescreen", who=ADMINISTRATOR)

    assert "new entries 2, live cases 0, names compared 0; no hit." in " ".join(first.split())
    assert "No list has changed since live partners were last compared." in again


def test_a_hit_on_a_changed_list_is_told_with_what_followed(
    terminal: Terminal, proposal: Path, submitted: str, tmp_path: Path
) -> None:
    name = terminal.json("case", "show", submitted, who=OFFICER)["proposal"]["partner"]["legal_name"]
    file = tmp_path / "own.csv"
    file.write_text(f"key,name,kind\nO-1,{name},organisation\n", encoding="utf-8")
    terminal.done("list", "import", file, "--format", "plain_csv", "--source", "own", who=ADMINISTRATOR)

    told = " ".join(terminal.done("list", "rescreen", who=ADMINISTRATOR).split())

    assert "live cases 1," in told
    assert submitted in told
    assert "starts again" in told


@pytest.mark.parametrize("written", ["1", "one=other_person", "=other_person", "1:other_person"])
def test_a_hit_that_is_not_written_as_number_and_reason_is_refused(
    terminal: Terminal, submitted: str, written: str
) -> None:
    refused = terminal("task", "decide", "1", "cleared", "--hit", written, who=OFFICER)

    assert refused.exit_code != 0
    assert "is not NUMBER=REASON" in " ".join(refused.output.split())
