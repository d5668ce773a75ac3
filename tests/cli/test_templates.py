"""What a legal office types to check and publish its templates, and what it sees."""

from __future__ import annotations

from pathlib import Path

from approvals.settings import Settings
from tests.cli.conftest import Terminal
from tests.word import changed

SHIPPED = Settings().template_folder
BODY = "word/document.xml"


def a_draft(folder: Path, *, family: str = "private_partnership", version: str = "1.1", **words: str) -> Path:
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
