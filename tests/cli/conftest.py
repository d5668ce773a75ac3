"""The `approvals` command on the test's own database, as a person types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from approvals.cli.app import app
from approvals.rehearsal import advance
from approvals.settings import Settings
from approvals.store.engine import Store
from models.base import now_utc

ADMINISTRATOR = "anna.kowalska@example.org"
AUDITOR = "peter.novak@example.org"
DUE_DILIGENCE_OFFICER = "elena.rojas@example.org"
OFFICER = "rosa.quispe@example.org"
SCREENING_OFFICER = "sara.lindqvist@example.org"

WATCHLIST = Settings().example_folder / "cast" / "watchlist.csv"


@dataclass(frozen=True)
class Terminal:
    """A terminal in which somebody types commands."""

    def __call__(self, *words: str | Path | int, who: str | None = None) -> Result:
        """Type a command and return what it printed and its exit code."""
        acting = ["--as", who] if who else []
        return CliRunner().invoke(app, [*map(str, words), *acting])

    def done(self, *words: str | Path | int, who: str | None = None) -> str:
        """Type a command that must succeed and return what it printed."""
        result = self(*words, who=who)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: str | Path | int, who: str | None = None) -> Any:
        """Type a command with --json and return what it printed, read back."""
        return json.loads(self.done(*words, "--json", who=who))


@pytest.fixture
def terminal(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal on the test's own database, in a folder of its own."""
    monkeypatch.setenv("APPROVALS_DATABASE_URL", database_url)
    monkeypatch.setenv("APPROVALS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("APPROVALS_OUT_FOLDER", str(tmp_path / "out"))
    monkeypatch.delenv("APPROVALS_USER", raising=False)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    return Terminal()


Advance = Callable[[str], None]


@pytest.fixture
def machine(store: Store) -> Advance:
    """Carries a case on as far as the machine can, as a runner would."""

    def carry_on(reference: str) -> None:
        advance(store, reference, now=now_utc())

    return carry_on


@pytest.fixture
def proposal(examples: Path, tmp_path: Path) -> Path:
    """The foundation's proposal as a file, of low risk because it meets no beneficiaries."""
    text = (examples / "foundation.yaml").read_text(encoding="utf-8")
    file = tmp_path / "proposal.yaml"
    file.write_text(text.replace("beneficiary_contact: true", "beneficiary_contact: false"), encoding="utf-8")
    return file


@pytest.fixture
def submitted(terminal: Terminal, proposal: Path, machine: Advance) -> str:
    """Reference of the foundation's case, screened against the invented list and waiting for due diligence."""
    terminal.done("list", "import", WATCHLIST, "--format", "plain_csv", "--source", "un_sc", who=ADMINISTRATOR)
    reference: str = terminal.json("submit", proposal, who=OFFICER)["reference"]
    machine(reference)
    return reference
