"""What a legal office types to check and publish its templates, and what it sees."""

from __future__ import annotations

from pathlib import Path

from approvals.settings import Settings
from tests.cli.conftest import ADMINISTRATOR, OFFICER, Terminal
from tests.word import changed

SHIPPED = Settings().template_folder
BODY = "word/document.xml"
LAWYER = "claire.martin@example.org"


def a_draft(folder: Path, *, family: str = "private_partnership", version: str = "2.1", **words: str) -> Path:
    """Return a Word file in `folder`, with its manifest beside it, in which `words` took the place of others."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = (SHIPPED / family / "manifest.yaml").read_text(encoding="utf-8")
    raised = "".join(
        f'version: "{version}"\n' if line.startswith("version:") else line for line in manifest.splitlines(True)
    )
    (folder / "manifest.yaml").write_text(raised, encoding="utf-8")
    content = (SHIPPED / family / "en.docx").read_bytes()
    for old, new in words.items():
        content = changed(content, BODY, lambda xml, old=old, new=new: xml.replace(old, new))
    file = folder / "en.docx"
    file.write_bytes(content)
    return file


def test_the_shipped_templates_have_no_faults(terminal: Terminal) -> None:
    told = terminal.done("template", "check")

    assert "private_partnership/fr.docx: no faults" in " ".join(told.split())


def test_a_family_is_checked_by_its_name(terminal: Terminal) -> None:
    checked = terminal.json("template", "check", "eu_contribution")

    assert [Path(one["template"]).name for one in checked] == ["en.docx", "fr.docx", "es.docx"]
    assert all(one["faults"] == [] for one in checked)


def test_a_draft_is_checked_with_all_its_faults(terminal: Terminal, tmp_path: Path) -> None:
    file = a_draft(tmp_path / "draft", legal_form="legal_from", sixty="TBD")

    result = terminal("template", "check", file)

    assert result.exit_code == 1
    said = " ".join(result.stdout.split())
    assert "uses the field «partner.legal_from», which the manifest does not declare; did you mean" in said
    assert "never uses the field «partner.legal_form»" in said
    assert "«TBD» was left standing" in said


def test_a_faulty_manifest_is_told_too(terminal: Terminal, tmp_path: Path) -> None:
    file = a_draft(tmp_path / "draft", version="new")

    result = terminal("template", "check", tmp_path / "draft", "--json")

    assert result.exit_code == 1
    assert '"path": "version"' in result.stdout
    assert terminal("template", "check", file).exit_code == 1


def test_what_is_neither_family_nor_file_is_told_what_there_is(terminal: Terminal) -> None:
    result = terminal("template", "check", "mou")

    assert result.exit_code == 4
    assert "ngo_implementing" in result.stderr


# Editing and publishing


def test_a_template_is_taken_out_edited_proposed_and_published(terminal: Terminal, tmp_path: Path) -> None:
    draft = tmp_path / "draft"
    taken = terminal.done("template", "show", "private_partnership", "en", "--to", draft, who=LAWYER)
    file = a_draft(draft, sixty="forty-five")

    proposed = terminal.done("template", "add", file, who=LAWYER)
    published = terminal.done("template", "publish", "private_partnership", "en", "2.1", who=ADMINISTRATOR)

    assert f"Wrote {file}." in taken.replace("\n", "")
    assert "approvals template publish private_partnership en 2.1" in proposed
    assert "Published: private_partnership en 2.1, in force from today." in published
    states = {
        one["version"]: one["state"]
        for one in terminal.json("template", "list", who=LAWYER)
        if (one["family"], one["language"]) == ("private_partnership", "en")
    }
    assert states == {"2.0": "replaced", "2.1": "in_force"}


def test_proposing_once_more_says_that_nothing_was_changed(terminal: Terminal, tmp_path: Path) -> None:
    file = a_draft(tmp_path)
    terminal.done("template", "add", file, who=LAWYER)
    terminal.done("template", "publish", "private_partnership", "en", "2.1", who=ADMINISTRATOR)

    assert "It is published already; nothing was changed." in terminal.done("template", "add", file, who=LAWYER)


def test_who_proposed_is_told_that_another_must_publish(terminal: Terminal, tmp_path: Path) -> None:
    terminal.done("template", "add", a_draft(tmp_path), who=LAWYER)

    result = terminal("template", "publish", "private_partnership", "en", "2.1", who=LAWYER)

    assert result.exit_code == 3
    assert "another legal reviewer or administrator must publish it" in result.stderr


def test_a_faulty_file_is_refused_with_its_faults(terminal: Terminal, tmp_path: Path) -> None:
    result = terminal("template", "add", a_draft(tmp_path, sixty="TBD"), who=LAWYER)

    assert result.exit_code == 6
    assert "article «Suspension and termination»: «TBD» was left standing" in result.stderr
    assert len(terminal.json("template", "list", who=LAWYER)) == len(list(SHIPPED.glob("*/*.docx")))


def test_a_file_whose_name_says_no_language_is_asked_for_it(terminal: Terminal, tmp_path: Path) -> None:
    file = a_draft(tmp_path).rename(tmp_path / "our new text.docx")

    asked = terminal("template", "add", file, who=LAWYER)
    told = terminal("template", "add", file, "--language", "en", who=LAWYER)

    assert (asked.exit_code, "--language: say in which language our new text.docx" in asked.stderr) == (2, True)
    assert told.exit_code == 0


def test_an_officer_proposes_no_template(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("template", "add", a_draft(tmp_path), who=OFFICER).exit_code == 3


def test_a_template_is_shown_with_its_rules_and_fields(terminal: Terminal) -> None:
    shown = " ".join(terminal.done("template", "show", "world_bank_ta", "fr", who=OFFICER).split())

    assert "Accord d’assistance technique world_bank_ta fr 1.1, in force" in shown
    assert "completed_by_closing" in shown
    assert "partner.legal_form" in shown


def test_a_version_that_is_not_there_is_told_which_are(terminal: Terminal) -> None:
    result = terminal("template", "show", "private_partnership", "en", "--version", "7", who=OFFICER)

    assert result.exit_code == 4
    assert "there are: 2.0" in result.stderr


def test_agreements_on_older_versions_are_reported(terminal: Terminal) -> None:
    assert "rests on the version in force" in terminal.done("template", "report", who=LAWYER)
    assert terminal.json("template", "report", who=LAWYER) == []
