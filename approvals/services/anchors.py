"""Anchors: the head of the trail, noted where nobody here can rewrite it.

A chain shows a change within it, but not that its end was cut off, nor that all of it was written anew. Once a day
the head goes out: into a file (which belongs on another machine), by mail to the auditors, and into each agreement
that is drafted. Any of them, kept by somebody, proves the trail up to there.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from pathlib import Path

from sqlmodel import Session

from approvals.casework.rights import Right, require
from approvals.errors import Fault, Faulty, SourceUnavailable
from approvals.services.transaction import Letter, Transaction, transaction
from approvals.store import audit_queries, queries
from approvals.store.durability import wait_for_disk
from approvals.store.engine import Store
from approvals.store.live_rows import compare_rows
from approvals.store.personal_parts import verify_parts
from approvals.store.trail import Head, Verification, head_of, verify
from models.anchor import Anchor
from models.user import Role, User

LARGEST_WITNESS = 20_000_000  #: bytes of a file that may hold anchors

_LINE = re.compile(r"\banchor (\d{1,18}) ([0-9a-f]{64})\b")


@dataclass(frozen=True)
class TrailSummary:
    """How far the trail goes, and the anchors the database knows of, the newest first."""

    head: Head
    anchors: tuple[Anchor, ...]


def trail_summary(store: Store, *, by: User) -> TrailSummary:
    """Return head and anchors of the trail, which is not walked. Raises `NotAllowed` if `by` may not verify it."""
    require(by, Right.VERIFY_TRAIL)
    with store.session() as session:
        return TrailSummary(head_of(session), tuple(reversed(audit_queries.anchors(session))))


def line_of(anchor: Anchor | Head) -> str:
    """Return the anchor as it is written everywhere: `anchor 1234 1f3a…`, the number of the event and its digest."""
    seq, digest = (anchor.event_seq, anchor.event_hash) if isinstance(anchor, Anchor) else anchor
    return f"anchor {seq} {digest}"


def note_anchor(store: Store, *, by: User, now: datetime) -> Anchor:
    """Note the head of the trail and return the anchor; the last one if nothing has happened since.

    The auditors get it by mail. Raises `NotAllowed` if `by` may not.
    """
    require(by, Right.NOTE_ANCHOR)
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "anchors")
        last = audit_queries.last_anchor(act.session)
        if last is not None and not audit_queries.has_grown_since(act.session, last):
            return last
        return _noted(act, by=by.id)


def note_daily_anchor(store: Store, *, now: datetime, every: timedelta) -> Anchor | None:
    """Note the head if the last anchor is older than `every` and something has happened since; None otherwise."""
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "anchors")
        last = audit_queries.last_anchor(act.session)
        if last is not None and (now < last.noted_at + every or not audit_queries.has_grown_since(act.session, last)):
            return None
        return None if head_of(act.session).seq == 0 else _noted(act, by=None)


def _noted(act: Transaction, *, by: int | None) -> Anchor:
    head = head_of(act.session)
    anchor = Anchor(event_seq=head.seq, event_hash=head.hash, noted_at=act.now)
    act.session.add(anchor)
    facts = {"event": head.seq, "line": line_of(head), "at": f"{act.now:%Y-%m-%d}", "time": f"{act.now:%H:%M}"}
    letters = [
        Letter(auditor.email, "anchor_noted", facts) for auditor in audit_queries.people_in(act.session, Role.AUDITOR)
    ]
    payload = {"event": head.seq, "digest": head.hash}
    act.record(audit_queries.ANCHOR_NOTED, by=by, payload=payload, letters=letters)
    return anchor


# The file


def file_anchors(store: Store, file: Path, *, now: datetime) -> int:
    """Write the anchors that are not yet in the anchor file into it, and return how many that were.

    A line is written at most twice, should the program die just after it. Raises `SourceUnavailable` if the file
    cannot be written; the anchors then wait for the next time.
    """
    with store.session() as session:
        waiting = audit_queries.unfiled_anchors(session)
        if not waiting:
            return 0
        wait_for_disk(store)  # or the file could name a head that a power cut takes back
        lines = "".join(f"{line_of(anchor)} {anchor.noted_at:%Y-%m-%dT%H:%M:%SZ}\n" for anchor in waiting)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="ascii") as out:
                out.write(lines)
                out.flush()
                os.fsync(out.fileno())
        except OSError as exc:
            raise SourceUnavailable(
                f"The anchor file {file} cannot be written ({exc.strerror}). The trail is not anchored outside until "
                "it can; see APPROVALS_ANCHOR_FILE."
            ) from exc
        for anchor in waiting:
            anchor.filed_at = now
        session.commit()
        return len(waiting)


def anchors_in(content: bytes) -> list[Head]:
    """Return every anchor a file holds, in its order: an anchor file, a saved mail, or a drafted agreement."""
    return [Head(int(number), digest) for number, digest in _LINE.findall(_text_of(content))]


def _text_of(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return _of_a_mail(content) or content.decode(errors="replace")
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            return package.read("docProps/custom.xml").decode(errors="replace")
    except (zipfile.BadZipFile, KeyError):
        return ""


def read_witness(file: Path) -> list[Head]:
    """Return the anchors of a file somebody kept. Raises `Faulty` if it cannot be read or holds none."""
    try:
        with file.open("rb") as stream:
            found = anchors_in(stream.read(LARGEST_WITNESS))
    except OSError as exc:
        raise Faulty("Nothing was verified.", [Fault("--anchor", f"{file} cannot be read: {exc.strerror}")]) from exc
    if not found:
        said = f"{file} holds no anchor; one is written as `anchor 1234 1f3a…`, number and digest of an event"
        raise Faulty("Nothing was verified.", [Fault("--anchor", said)])
    return found


# Comparing


def verify_trail(store: Store, *, by: User, anchors: Iterable[Head] = ()) -> Verification:
    """Walk the trail, compare it with `anchors` and with those the database knows of, and return what was found.

    If it holds, what it says apart of persons and of every row of the record is compared as well. Raises
    `NotAllowed` if `by` may not.
    """
    require(by, Right.VERIFY_TRAIL)
    with store.session() as session:
        own = [Head(anchor.event_seq, anchor.event_hash) for anchor in audit_queries.anchors(session)]
        found = verify(session, [*own, *anchors])
        if found.first_break is not None:
            return found
        parts = verify_parts(session)
        found = replace(found, erased=parts.erased, first_break=parts.first_break)
        if found.first_break is not None:
            return found
        compared = compare_rows(session)
        return replace(found, rows=compared.rows, first_break=compared.first_break)


def anchor_of_a_draft(session: Session, drafted_at: datetime) -> str:
    """Return the line an agreement drafted at that moment carries, empty before the first anchor.

    The same for the same moment whenever it is asked, so that a draft can be made again byte for byte.
    """
    anchor = audit_queries.last_anchor(session, until=drafted_at)
    return line_of(anchor) if anchor else ""


def _of_a_mail(content: bytes) -> str:
    """Return what a saved mail says as plain text, however it was packed on the way; empty if it is none."""
    part = message_from_bytes(content, policy=default).get_body(("plain",))
    return part.get_content() if part is not None and part.get("Content-Transfer-Encoding") else ""
