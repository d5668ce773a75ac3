"""What administrators and auditors type."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from approvals.rehearsal import People
from approvals.services.turnaround import count_up, turnaround_report
from approvals.settings import Settings
from approvals.store.engine import Store
from models.base import now_utc
from tests.cli.conftest import ADMINISTRATOR, AUDITOR, OFFICER, Terminal

NEW = ("user", "add", "new@example.org", "--name", "Nora New", "--office", "HQ")


def test_a_person_is_added_changed_and_closed(terminal: Terminal) -> None:
    terminal.done(*NEW, "--role", "officer", who=ADMINISTRATOR)
    terminal.done(*NEW, "--role", "officer", "--role", "finance", who=ADMINISTRATOR)
    terminal.done("user", "close", "new@example.org", who=ADMINISTRATOR)

    (person,) = [one for one in terminal.json("user", "list") if one["email"] == "new@example.org"]
    assert (person["roles"], person["is_active"]) == (["finance", "officer"], False)


def test_an_officer_adds_nobody(terminal: Terminal) -> None:
    assert terminal(*NEW, "--role", "officer", who=OFFICER).exit_code == 3


def test_lists_are_shown_with_age_and_what_is_missing(terminal: Terminal, submitted: str) -> None:
    verdicts = {one["source"]: one for one in terminal.json("list", "show", who=OFFICER)}

    assert verdicts["un_sc"]["age_days"] == 0
    assert verdicts["world_bank"]["entries"] is None
    assert "current" in terminal.done("list", "show", who=OFFICER)


def test_the_trail_is_verified_and_its_head_can_be_checked_later(terminal: Terminal, submitted: str) -> None:
    head = terminal.json("audit", "verify", who=AUDITOR)["head"]
    terminal.done("case", "withdraw", submitted, "--reason", "No more.", who=OFFICER)

    assert "The trail holds" in terminal.done("audit", "verify", "--head", head, who=AUDITOR)
    assert terminal("audit", "verify", "--head", "0" * 64, who=AUDITOR).exit_code == 1


def test_an_auditor_proves_the_trail_with_an_anchor_kept_elsewhere(
    terminal: Terminal, store: Store, tmp_path: Path
) -> None:
    kept = tmp_path / "mail.eml"
    kept.write_text(terminal.done("audit", "anchor", who=ADMINISTRATOR))

    assert "1 anchors were compared" in terminal.done("audit", "verify", "--anchor", kept, who=AUDITOR)
    with store.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("DELETE FROM event WHERE seq > 3"))
        connection.execute(text("DELETE FROM anchor"))
    (tmp_path / "home" / "anchors.txt").unlink()
    assert "The trail holds" in terminal.done("audit", "verify", who=AUDITOR)
    cut = terminal("audit", "verify", "--anchor", kept, who=AUDITOR)
    assert cut.exit_code == 1
    assert "the trail ends at event 3: its end was cut off" in " ".join(cut.stdout.split())


def test_the_first_break_of_the_trail_is_named(terminal: Terminal, submitted: str, store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE event SET kind = 'Nothing' WHERE seq = 3"))

    result = terminal("audit", "verify", who=AUDITOR)

    assert result.exit_code == 1
    assert "Broken at event 3: was changed after it was written." in result.stdout


def test_a_policy_with_faults_is_shown_with_all_of_them(terminal: Terminal, tmp_path: Path) -> None:
    result = terminal("policy", "check", tmp_path / "nowhere")

    assert result.exit_code == 2
    assert "routes.yaml" in result.stderr
    assert "service_levels.yaml" in result.stderr


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A copy of the policy in which finance is no sector of high risk and a consultation takes two days."""
    folder = tmp_path / "policy"
    shutil.copytree(Settings().policy_folder, folder)
    for name, before, after in (
        ("sectors", 'title: "Finance", high_risk: true', 'title: "Finance", high_risk: false'),
        ("service_levels", "task: consultation, working_days: 5", "task: consultation, working_days: 2"),
    ):
        file = folder / f"{name}.yaml"
        text = file.read_text(encoding="utf-8")
        assert before in text
        file.write_text(text.replace(before, after), encoding="utf-8")
    return folder


def test_two_administrators_put_a_policy_in_force(terminal: Terminal, draft: Path) -> None:
    proposed = terminal.done("policy", "propose", draft, "--reason", "Decided on 3 March", who=ADMINISTRATOR)
    alone = terminal("policy", "publish", 2, who=ADMINISTRATOR)
    changes = terminal.json("policy", "diff", 2, who=OFFICER)
    published = terminal.done("policy", "publish", 2, who="lena.wolf@example.org")
    known = terminal.done("policy", "list", who=OFFICER)

    assert "Proposed as number 2" in proposed
    assert alone.exit_code != 0
    assert "ask another administrator" in alone.stderr
    assert [(one["file"], one["place"], one["old"], one["new"]) for one in changes] == [
        ("sectors", "sectors[finance].high_risk", True, False),
        ("service_levels", "tasks[consultation].working_days", 5, 2),
    ]
    assert "In force from now on: policy 2" in published
    assert "Decided on 3 March" in known
    assert "was in force" in known


def test_proposing_what_is_in_force_says_so(terminal: Terminal) -> None:
    refused = terminal("policy", "propose", "--reason", "again", who=ADMINISTRATOR)

    assert refused.exit_code == 2
    assert "is in force already" in refused.stderr


def test_a_policy_has_the_same_digest_in_every_process(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    import os
    import subprocess
    import sys

    from approvals.settings import CHECKOUT

    told = {
        subprocess.run(
            [sys.executable, "-m", "approvals", "policy", "check", "--json"],
            capture_output=True, text=True, check=True, cwd=CHECKOUT, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip

    assert len(told) == 1


def test_upgrading_an_up_to_date_database_says_so(terminal: Terminal) -> None:
    assert terminal.json("db", "upgrade")["published_policy"] is None
    assert "up to date" in terminal.done("db", "status")


def test_turnaround_counts_working_days_and_leaves_out_weekends(
    terminal: Terminal, submitted: str, store: Store
) -> None:
    a_week_later = now_utc() + timedelta(days=7)
    count_up(store, now=now_utc())

    (waiting,) = turnaround_report(store, by=People(store).named(AUDITOR), now=a_week_later).ageing

    assert (waiting.stage, waiting.here.count) == ("due_diligence", 1)
    assert waiting.here.working_days is not None
    assert waiting.here.working_days.median == 5
    assert "due diligence" in terminal.done("turnaround", who=AUDITOR)


def test_every_setting_is_explained_for_administrators() -> None:
    page = (Settings().policy_folder.parent / "docs" / "operating.md").read_text(encoding="utf-8")

    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"APPROVALS_{name.upper()}")
        assert f"| `{variable}` | {field.description} |" in page
