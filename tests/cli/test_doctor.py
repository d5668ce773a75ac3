"""The doctor finds each fault and names the command that mends it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from approvals.store.engine import Store
from tests.cli.conftest import ADMINISTRATOR, Terminal
from tests.cli.test_templates import a_draft
from tests.documents.libreoffice import a_program


def symptoms(terminal: Terminal) -> dict[str, dict[str, Any]]:
    import json

    result = terminal("doctor", "--json")
    return {one["what"]: one for one in json.loads(result.stdout)["checks"]}


def run(store: Store, statement: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_house_in_order_gets_no_failure(terminal: Terminal, submitted: str) -> None:
    result = terminal("doctor")

    assert result.exit_code == 0, result.output
    assert "ok" in result.stdout


@pytest.mark.parametrize(
    ("fault", "what", "health", "remedy"),
    [
        ("UPDATE user_account SET roles = '{officer}'", "People", "fail", "approvals user add"),
        ("UPDATE user_account SET is_active = false WHERE 'finance' = ANY(roles)", "People", "warn", "user add"),
        ("UPDATE watchlist_version SET in_force = false", "List un_sc", "warn", "approvals list import"),
        (
            "UPDATE watchlist_version SET imported_at = now() - interval '31 days'",
            "List un_sc",
            "warn",
            "list import",
        ),
        (
            "UPDATE outbox SET done_at = NULL, created_at = now() - interval '1 hour'",
            "Machine",
            "fail",
            "approvals up",
        ),
        ("UPDATE approval_case SET problem = 'No template.'", "Case {case}", "fail", "approvals case show {case}"),
        (
            "ALTER TABLE template_version DISABLE TRIGGER USER; DELETE FROM template_version WHERE family LIKE 'eu%'",
            "Templates in force",
            "fail",
            "approvals template add",
        ),
        ("UPDATE alembic_version SET version_num = '0001'", "Tables", "fail", "approvals db upgrade"),
        (
            "ALTER TABLE event DISABLE TRIGGER USER; UPDATE event SET kind = 'x' WHERE seq = 2",
            "Audit trail",
            "fail",
            "approvals audit verify",
        ),
    ],
)
def test_each_fault_in_the_database_is_found(
    terminal: Terminal, submitted: str, store: Store, fault: str, what: str, health: str, remedy: str
) -> None:
    run(store, fault)

    found = symptoms(terminal)[what.format(case=submitted)]

    assert found["health"] == health
    assert remedy.format(case=submitted) in found["remedy"]
    assert terminal("doctor").exit_code == (1 if health == "fail" else 0)


def test_a_policy_that_differs_from_its_files_is_found(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    from approvals.settings import Settings

    folder = tmp_path / "policy"
    shutil.copytree(Settings().policy_folder, folder)
    levels = folder / "service_levels.yaml"
    levels.write_text(levels.read_text().replace("working_days: 2,", "working_days: 3,", 1))
    monkeypatch.setenv("APPROVALS_POLICY_FOLDER", str(folder))

    assert "approvals policy propose" in symptoms(terminal)["Policy in force"]["remedy"]
    terminal.done("policy", "propose", "--reason", "Committee", who=ADMINISTRATOR)
    terminal.done("policy", "publish", 2, who="lena.wolf@example.org")
    assert symptoms(terminal)["Policy in force"]["health"] == "ok"


def test_templates_newer_than_those_in_force_are_found(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_draft(tmp_path / "private_partnership", version="2.1")
    for language in ("fr", "es"):
        shutil.copy(
            tmp_path / "private_partnership" / "en.docx", tmp_path / "private_partnership" / f"{language}.docx"
        )
    monkeypatch.setenv("APPROVALS_TEMPLATE_FOLDER", str(tmp_path))

    found = symptoms(terminal)["Templates in force"]

    assert (found["health"], "private_partnership en 2.1" in found["said"]) == ("warn", True)


@pytest.mark.parametrize(
    ("setting", "value", "what", "remedy"),
    [
        ("APPROVALS_HOME", "/proc/nowhere", "Home folder", "APPROVALS_HOME"),
        ("APPROVALS_TEMPLATE_FOLDER", "/nowhere", "Templates", "APPROVALS_TEMPLATE_FOLDER"),
        ("APPROVALS_LIBREOFFICE", "/nowhere", "PDF", "APPROVALS_LIBREOFFICE"),
        ("APPROVALS_POLICY_FOLDER", "/nowhere", "Policy files", "approvals policy check"),
        ("APPROVALS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "Database", "APPROVALS_DATABASE_URL"),
        ("PREFECT_API_URL", "http://127.0.0.1:1/api", "Prefect server", "PREFECT_API_URL"),
    ],
)
def test_each_fault_around_the_database_is_found(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, what: str, remedy: str
) -> None:
    monkeypatch.setenv(setting, value)

    found = symptoms(terminal)[what]

    assert found["health"] == "fail"
    assert remedy in found["remedy"]


def test_a_clause_library_that_cannot_be_read_is_a_warning(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clauses").mkdir()
    (tmp_path / "clauses" / "liability.yaml").write_text("key: [", encoding="utf-8")
    monkeypatch.setenv("APPROVALS_CLAUSE_FOLDER", str(tmp_path / "clauses"))

    found = symptoms(terminal)["Clause library"]

    assert (found["health"], found["said"][:15]) == ("warn", "liability.yaml:")
    assert "without our positions" in found["remedy"]


def test_it_says_whether_agreements_can_be_had_as_pdf(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    without = symptoms(terminal)["PDF"]
    program = a_program(tmp_path, "exit 0")

    assert (without["health"], "libreoffice-writer" in without["remedy"]) == ("warn", True)
    assert symptoms(terminal)["PDF"]["said"] == f"made by {program}"
