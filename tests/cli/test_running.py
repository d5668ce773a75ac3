"""`demo` and `up` as a stranger runs them: real database, real Prefect server, real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from approvals import wiring
from approvals.rehearsal import enter_people
from approvals.settings import CHECKOUT, Settings
from models.base import now_utc
from tests.cli.conftest import ADMINISTRATOR, OFFICER

APPROVALS = (sys.executable, "-m", "approvals")


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """The environment of a stranger with a home folder of their own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("APPROVALS_", "PREFECT_"))}
    return {**own, "APPROVALS_HOME": str(tmp_path / "home"), "APPROVALS_PREFECT_PORT": "0"}


def test_the_demonstration_carries_eight_proposals(surroundings: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"

    ended = subprocess.run(
        [*APPROVALS, "demo", "--out", out],
        capture_output=True,
        text=True,
        check=False,
        env=surroundings,
        cwd=CHECKOUT,
    )

    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert "7 agreements in force, 1 stopped by screening, the audit trail holds" in ended.stdout
    for expected in ("screening review: cleared", "due diligence: return", "objection", "approve with conditions",
                     "negotiation: changed", "legal review passed over"):  # fmt: skip
        assert expected in ended.stdout
    documents = sorted(out.iterdir())
    assert len(documents) == 7
    assert all("word/document.xml" in zipfile.ZipFile(one).namelist() for one in documents)


def test_nothing_is_lost_when_the_machine_is_killed(surroundings: dict[str, str], tmp_path: Path) -> None:
    def typed(*words: str | Path) -> str:
        done = subprocess.run(
            [*APPROVALS, *words], capture_output=True, text=True, check=True, env=surroundings, cwd=CHECKOUT
        )
        return done.stdout

    first = _started(surroundings, tmp_path / "first.log")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("APPROVALS_HOME", surroundings["APPROVALS_HOME"])
        with wiring.parts(Settings()) as parts:
            enter_people(parts.store, CHECKOUT / "examples" / "cast" / "people.yaml", now=now_utc())
    proposal = CHECKOUT / "examples" / "foundation.yaml"
    waiting = [
        subprocess.Popen(
            [*APPROVALS, "submit", proposal, "--key", str(number), "--as", OFFICER, "--json"],
            env=surroundings, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True,
        )
        for number in range(4)
    ]  # fmt: skip
    time.sleep(3)
    first.send_signal(signal.SIGKILL)
    first.wait()
    acknowledged = {json.loads(one.communicate()[0])["reference"] for one in waiting}
    second = _started(surroundings, tmp_path / "second.log")

    _until(lambda: '"screening"' not in typed("case", "list", "--json", "--as", OFFICER))
    second.send_signal(signal.SIGTERM)
    began = time.monotonic()

    assert second.wait(timeout=20) == 0, (tmp_path / "second.log").read_text()
    assert time.monotonic() - began < 12
    assert {one["reference"] for one in json.loads(typed("case", "list", "--json", "--as", OFFICER))} == acknowledged
    assert len(acknowledged) == 4
    assert "The trail holds" in typed("audit", "verify", "--as", ADMINISTRATOR)
    assert "Traceback" not in (tmp_path / "second.log").read_text()


def _started(surroundings: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*APPROVALS, "up"], env=surroundings, cwd=CHECKOUT, stdout=output, stderr=subprocess.STDOUT
        )
    _until(lambda: b"Stop with Ctrl-C" in log.read_bytes() or process.poll() is not None)
    assert process.poll() is None, log.read_text()
    return process


def _until(holds: object, *, seconds: float = 60) -> None:
    assert callable(holds)
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.2)
