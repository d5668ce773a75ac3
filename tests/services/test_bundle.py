"""Somebody who has nothing of ours proves a case: unpack, run `verify.py`, compare an anchor."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from approvals.errors import NotAllowed
from approvals.rehearsal import People, Rehearsal, advance
from approvals.services.anchors import line_of, note_anchor
from approvals.services.bundle import MANIFEST, write_bundle
from approvals.services.cases import submit
from approvals.settings import Settings
from approvals.store.engine import Store
from models.case import Stage
from models.user import Role
from tests.journeys.stories import example

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)
FOLDER = Settings().bundle_folder


@pytest.fixture
def reference(store: Store, people: People) -> str:
    """Reference of a case that went the whole way, beside another one in the same trail."""
    officer = people.named("rosa.quispe@example.org")
    reference = submit(store, example("foundation"), by=officer, key="k", now=NOW).reference
    other = submit(
        store, example("company-cash-in-kind"), by=people.named("aminata.diallo@example.org"), key="o", now=NOW
    ).reference
    cast = Rehearsal(store, people)
    while advance(store, reference, now=NOW) is not Stage.IN_FORCE:
        cast.answer(cast.owed(reference)[0], now=NOW)
        advance(store, other, now=NOW)
    return reference


def bundle(store: Store, people: People, reference: str, file: Path) -> Path:
    write_bundle(store, reference, file, folder=FOLDER, by=people.with_role(Role.AUDITOR), now=NOW)
    return file


@pytest.fixture
def unpacked(store: Store, people: People, reference: str, tmp_path: Path) -> Path:
    """The bundle in an empty folder, as somebody elsewhere has it."""
    anchor = note_anchor(store, by=people.with_role(Role.ADMINISTRATOR), now=NOW)
    (tmp_path / "mail.txt").write_text(f"Dear auditor,\n\n{line_of(anchor)}\n")
    with zipfile.ZipFile(bundle(store, people, reference, tmp_path / "b.zip")) as package:
        package.extractall(tmp_path / "elsewhere")
    return tmp_path / "elsewhere"


def verify(folder: Path, *witnesses: Path) -> subprocess.CompletedProcess[str]:
    """Run the program of the bundle with nothing of ours in reach."""
    words = [sys.executable, "-I", "verify.py", *map(str, witnesses)]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, env={"PYTHONDONTWRITEBYTECODE": "1"})


def test_it_holds_where_nothing_of_ours_is(unpacked: Path, tmp_path: Path) -> None:
    told = verify(unpacked, tmp_path / "mail.txt")

    assert told.returncode == 0, told.stderr + told.stdout
    assert told.stdout.startswith("HOLDS: ")
    assert "Anchors you brought that lie in it: 1." in told.stdout
    assert {path.name for path in unpacked.iterdir()} >= {"HOW-TO-VERIFY.txt", "rows.json", "documents", "policy"}


def test_of_other_cases_it_shows_digests_alone(unpacked: Path) -> None:
    lines = (unpacked / "trail.jsonl").read_text().splitlines()

    foreign = [line for line in lines if '"kind"' not in line]
    assert foreign
    assert all(set(json.loads(line)) == {"seq", "content_digest", "previous_hash", "hash"} for line in foreign)


def test_the_manifest_is_one_that_other_tools_read(unpacked: Path) -> None:
    for line in (unpacked / MANIFEST).read_text().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((unpacked / name).read_bytes()).hexdigest() == digest


def test_the_same_state_gives_the_same_bytes(store: Store, people: People, reference: str, tmp_path: Path) -> None:
    one, other = (
        bundle(store, people, reference, tmp_path / "1.zip"),
        bundle(store, people, reference, tmp_path / "2.zip"),
    )

    assert one.read_bytes() == other.read_bytes()


PLACES = 5  #: bytes flipped in each file, spread over its length


def test_a_flipped_byte_of_any_file_is_found(unpacked: Path) -> None:
    """Of `verify.py` itself too, though whoever could change that could let it lie: so step 2 uses another tool."""
    missed = []
    for file in sorted(path for path in unpacked.rglob("*") if path.is_file() and path.name != "verify.py"):
        content = file.read_bytes()
        for place in sorted({len(content) * part // PLACES for part in range(PLACES)} | {len(content) - 1}):
            if content:
                file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
                missed += [(file.name, place)] if verify(unpacked).returncode != 1 else []
        file.write_bytes(content)

    assert missed == []
    assert verify(unpacked).returncode == 0


def remade(folder: Path) -> None:
    """Write the manifest anew, as a forger would."""
    files = sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST
    )
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in files]
    (folder / MANIFEST).write_text("".join(lines))


FORGERIES = (
    # file, what stands there, what a forger writes, what is said
    ("rows.json", '"approve"', '"decline"', "is not as the trail says"),
    ("trail.jsonl", '"outcome":"approve"', '"outcome":"decline"', "was changed after it was written"),
    ("trail.jsonl", '"hash":"', '"hash":"0', "is not linked"),
)


@pytest.mark.parametrize(("name", "was", "becomes", "said"), FORGERIES)
def test_a_forgery_with_a_fitting_manifest_is_found(
    unpacked: Path, name: str, was: str, becomes: str, said: str
) -> None:
    content = (unpacked / name).read_text()
    assert was in content
    (unpacked / name).write_text(content.replace(was, becomes))
    remade(unpacked)

    told = verify(unpacked)

    assert told.returncode == 1
    assert said in told.stderr


def test_a_document_that_was_replaced_is_found(unpacked: Path) -> None:
    next((unpacked / "documents").iterdir()).write_bytes(b"another text")
    remade(unpacked)

    assert "are not those the rows name" in verify(unpacked).stderr


def test_an_event_that_was_left_out_is_found(unpacked: Path) -> None:
    lines = (unpacked / "trail.jsonl").read_text().splitlines(keepends=True)
    (unpacked / "trail.jsonl").write_text("".join(lines[:3] + lines[4:]))
    remade(unpacked)

    assert "does not follow the one before it" in verify(unpacked).stderr


def test_a_trail_that_was_written_anew_is_found_by_the_anchor_somebody_kept(unpacked: Path, tmp_path: Path) -> None:
    last = (unpacked / "trail.jsonl").read_text().splitlines()[-1]
    kept = tmp_path / "mail.txt"
    kept.write_text(f"anchor {__import__('json').loads(last)['seq']} {'a' * 64}\n")

    told = verify(unpacked, kept)

    assert told.returncode == 1
    assert "is not the one noted in" in told.stderr


def test_an_officer_gets_no_bundle(store: Store, people: People, reference: str, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        write_bundle(
            store, reference, tmp_path / "b.zip", folder=FOLDER, by=people.named("rosa.quispe@example.org"), now=NOW
        )
