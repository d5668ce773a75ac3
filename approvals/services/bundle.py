"""The bundle of a case: a zip that proves itself, on a machine that has nothing of ours.

The same state gives the same bytes. `templates/bundle/` holds the program that verifies it and how that is done.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import Session, SQLModel

from approvals.casework.rights import Right, require
from approvals.casework.wording import happening
from approvals.errors import Fault, Faulty
from approvals.services.anchors import line_of
from approvals.services.files import kept_file
from approvals.services.transaction import transaction
from approvals.store import bundle_queries, queries
from approvals.store.comment_queries import comments_of
from approvals.store.engine import Store
from approvals.store.event_hash import canonical
from approvals.store.personal_parts import said_of_persons
from approvals.store.row_changes import key_of, spelt_row
from models.agreement import Agreement
from models.case import Case
from models.comment import CaseComment
from models.policy import PolicyVersion
from models.template import TemplateVersion
from models.user import User

MANIFEST = "MANIFEST.sha256"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # a zip knows none before; the same bytes on every day
Pieces = Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class Bundled:
    """A bundle that was written: how many files it holds, and the event and hash with which its chain ends."""

    reference: str
    files: int
    sha256: str


def write_bundle(store: Store, reference: str, out: Path, *, folder: Path, by: User, now: datetime) -> Bundled:
    """Write the bundle of the case into the file `out` and return what was written. The trail notes who asked.

    `folder` holds what explains and verifies it. Raises `NotAllowed` if `by` may not, `NotFound` if there is no such
    case, `Faulty` if the file cannot be written.
    """
    require(by, Right.EXPORT_TRAIL)
    with store.session() as session:
        bundle_queries.read_at_one_moment(session)
        case = queries.case_by_reference(session, reference, seen_by=by)
        parts = _parts(session, case, folder)
        try:
            sha256 = _write(parts, out)
        except OSError as exc:
            raise Faulty("No bundle was written.", [Fault("--out", f"{out}: {exc.strerror}")]) from exc
    with transaction(store, now=now) as act:
        act.record("CaseBundled", by=by.id, payload={"reference": reference, "sha256": sha256})
    return Bundled(reference, len(parts) + 1, sha256)


def _write(parts: dict[str, Pieces], out: Path) -> str:
    """Write the parts and the manifest, whole or not at all, and return the digest of the zip."""
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(out.name + ".unfinished")
    lines = []
    with zipfile.ZipFile(unfinished, "w") as package:
        for name in sorted(parts):
            lines.append(f"{_add(package, name, parts[name]())}  {name}\n")
        _add(package, MANIFEST, ["".join(lines).encode()])
    unfinished.replace(out)
    with out.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _add(package: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> str:
    """Add a file piece by piece and return its digest."""
    info, digest = zipfile.ZipInfo(name, FIRST_DAY), hashlib.sha256()
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    with package.open(info, "w", force_zip64=True) as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


# What is in it


def _parts(session: Session, case: Case, folder: Path) -> dict[str, Pieces]:
    rows = bundle_queries.rows_of(session, case)
    segment = bundle_queries.segment_of(session, case)
    anchors = bundle_queries.anchors_in(session, segment)
    whole = {
        "HOW-TO-VERIFY.txt": (folder / "HOW-TO-VERIFY.txt").read_bytes(),
        "verify.py": (folder / "verify.py").read_bytes(),
        "anchors.txt": "".join(f"{line_of(anchor)} {anchor.noted_at:%Y-%m-%d}\n" for anchor in anchors).encode(),
        "case.txt": _in_words(session, case).encode(),
        "people.json": _json(_people(session, case)),
        "rows.json": _json(_by_table(rows)),
        **_comments(session, case),
        **_policy(session, case),
        **dict(_files(session, rows)),
    }
    return {
        **{name: _one(content) for name, content in whole.items()},
        "trail.jsonl": lambda: (canonical(one) + b"\n" for one in bundle_queries.links_of(session, case, segment)),
    }


def _one(content: bytes) -> Pieces:
    return lambda: [content]


def _json(value: Any) -> bytes:
    return (json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()


def _by_table(rows: Sequence[SQLModel]) -> dict[str, dict[str, Any]]:
    tables: dict[str, dict[str, Any]] = {}
    for row in rows:
        key = key_of(row)
        tables.setdefault(key.table, {})[key.key] = spelt_row(row)
    return tables


def _people(session: Session, case: Case) -> dict[str, str]:
    """Return the names of those who appear in the case's events, by number."""
    events = queries.events_of(session, case)
    numbers = {number for event in events for number in (event.actor_id, event.on_behalf_of) if number is not None}
    return {str(number): name for number, name in queries.names_of_people(session).items() if number in numbers}


def _in_words(session: Session, case: Case) -> str:
    names, events = queries.names_of_people(session), queries.events_of(session, case)
    said = said_of_persons(session, events)
    lines = [
        f"{event.seq:>8}  {event.at:%Y-%m-%d %H:%M} UTC  {names.get(event.actor_id or 0, 'the machine')}: "
        f"{happening(event.kind, {**event.payload, **said.get(event.seq, {})})}\n"
        for event in events
    ]
    return f"{case.reference}  {case.title}\n\n   Event  When                  Who and what\n{''.join(lines)}"


def _comments(session: Session, case: Case) -> dict[str, bytes]:
    """Return what people remarked, in words, oldest first; nothing if nobody did."""
    names = queries.names_of_people(session)
    lines = [
        f"{one.id:>8}  {one.written_at:%Y-%m-%d %H:%M} UTC  {names[one.written_by]}{_about(one)}: "
        f"{one.text or 'What it said was erased.'}\n"
        for one in comments_of(session, case)
    ]
    return {"reading/comments.txt": "".join(lines).encode()} if lines else {}


def _about(one: CaseComment) -> str:
    if one.answers is not None:
        return f", in answer to {one.answers}"
    return f", on «{one.clause}» in version {one.agreement_version}" if one.clause else ""


def _policy(session: Session, case: Case) -> dict[str, bytes]:
    """Return the policy the case was judged by: as it is hashed, and as it is easier to read."""
    content = session.get_one(PolicyVersion, case.policy_hash).content
    readable = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
    return {f"policy/{case.policy_hash}.json": canonical(content), "reading/policy.yaml": readable.encode()}


def _files(session: Session, rows: Sequence[SQLModel]) -> Iterator[tuple[str, bytes]]:
    for row in rows:
        if isinstance(row, Agreement):
            name = f"documents/agreement-v{row.version}-{row.language}.docx"
            yield name, kept_file(session, row.file_hash)
        if isinstance(row, TemplateVersion):
            name = f"templates/{row.family}-{row.language}-{row.version}.docx"
            yield name, kept_file(session, row.file_hash)
