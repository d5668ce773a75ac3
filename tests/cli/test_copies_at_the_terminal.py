"""Copies of an agreement for reading, asked for at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from approvals.rehearsal import People
from approvals.store.engine import Store
from models.case import Stage
from tests.cli.conftest import OFFICER, Terminal
from tests.documents.libreoffice import a_program
from tests.journeys.stories import Story, a_foundation, put_a_list_in_force
from tests.word import text_of

A_PDF = 'printf "%%PDF-1.6\\n/Type /Page /Parent 1 0 R\\n/Type/Page>>\\n%%%%EOF\\n" > "$out/agreement.pdf"'


@pytest.fixture
def reference(store: Store, people: People, tmp_path: Path) -> str:
    """Reference of the foundation's case, whose agreement the partner holds."""
    put_a_list_in_force(store, people, tmp_path)
    return Story(store, people, a_foundation()).reach(Stage.NEGOTIATION).reference


@pytest.fixture
def made_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for LibreOffice that writes two pages."""
    program = a_program(tmp_path, A_PDF)
    monkeypatch.setenv("APPROVALS_LIBREOFFICE", str(program))
    return program


def test_an_agreement_is_written_as_a_pdf(terminal: Terminal, reference: str, made_by: Path, tmp_path: Path) -> None:
    told = terminal.done("agreement", "pdf", reference, who=OFFICER)
    named = terminal.json(
        "agreement", "pdf", reference, "--version", 1, "-o", tmp_path / "new" / "a.pdf", who=OFFICER
    )

    file = tmp_path / "out" / f"{reference}-v1-en.pdf"
    assert file.read_bytes().startswith(b"%PDF-")
    assert "2pages,fromversion1" in "".join(told.split())  # wherever the terminal breaks the line
    assert (named["file"], named["pages"]) == (str(tmp_path / "new" / "a.pdf"), 2)
    assert (tmp_path / "new" / "a.pdf").exists()


def test_without_libreoffice_one_learns_what_to_do_and_nothing_is_written(
    terminal: Terminal, reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    refused = terminal("agreement", "pdf", reference, who=OFFICER)

    assert refused.exit_code == 69
    assert "LibreOffice is not installed here" in refused.stderr
    assert "The Word file can be had as before" in refused.stderr
    assert not (tmp_path / "out").exists()


def test_an_agreement_is_written_beside_its_translation(terminal: Terminal, reference: str, tmp_path: Path) -> None:
    told = terminal.done("agreement", "bilingual", reference, "--with", "fr", who=OFFICER)

    assert "the text in «en» is the authentic one" in told.replace("\n", " ")
    assert "Accord de partenariat" in text_of((tmp_path / "out" / f"{reference}-v1-en-fr.docx").read_bytes())


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["bilingual", "--with", "de"], 2, "choose fr or es"),
        (["bilingual"], 2, "--with"),
        (["pdf", "--version", "7"], 4, "no version 7"),
        (["pdf", "--output", "."], 2, "Is a directory"),
    ],
)
def test_a_copy_that_cannot_be_made_is_refused_with_the_reason(
    terminal: Terminal, reference: str, made_by: Path, words: list[str], code: int, told: str
) -> None:
    refused = terminal("agreement", words[0], reference, *words[1:], who=OFFICER)

    assert refused.exit_code == code
    assert told in refused.stderr
