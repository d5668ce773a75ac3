"""Acts on the files that come with a case: add one, list them, get one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from approvals.casework.plain_text import is_visible, plain
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.documents.evidence import ENDINGS, media_type_of
from approvals.documents.gate import MAX_BYTES
from approvals.errors import Fault, Faulty, NotAllowed, NotFound, RefusedFile, WrongStage
from approvals.services.files import keep_file
from approvals.services.restrictions import note_reading
from approvals.services.transaction import transaction
from approvals.store import attachment_queries, queries
from approvals.store.engine import Store
from models.attachment import Attachment
from models.case import ENDS, Case
from models.user import User

LONGEST_NAME = 300


@dataclass(frozen=True)
class AttachmentLine:
    """A file of a case in a list: its entry, who added it, and its length in bytes."""

    attachment: Attachment
    added_by: str
    size_bytes: int


def attach(
    store: Store,
    reference: str,
    content: bytes,
    *,
    title: str,
    kind: str | None,
    file_name: str,
    by: User,
    now: datetime,
) -> Attachment:
    """Keep the file as a document of the case and return its entry; the same file under the same title is kept once.

    Raises `NotFound` if `by` may not see the case, `NotAllowed` if they did not submit it, `WrongStage` if it is
    closed, `Faulty` if the title is empty, `RefusedFile` if the gate stops the file; the trail then keeps that.
    """
    require(by, Right.SUBMIT_PROPOSAL)
    title = _one_line(title)
    if not is_visible(title):
        raise Faulty(told("Nothing was added."), [Fault("title", told("is empty; say what the document is"))])
    try:
        media_type = media_type_of(content)
    except RefusedFile as refusal:
        _note_refusal(store, reference, content, refusal, by=by, now=now)
        raise
    with transaction(store, now=now) as act:
        case = queries.locked_case(act.session, reference, seen_by=by)
        _refuse_unless_own(case, by)
        sha256 = keep_file(act, content, media_type=media_type)
        known = attachment_queries.the_same(act.session, case, title=title, sha256=sha256)
        if known is not None:
            return known
        assert case.id is not None
        assert by.id is not None
        attachment = Attachment(
            case_id=case.id,
            kind=kind,
            title=title,
            file_name=_name(file_name, media_type),
            file_hash=sha256,
            added_by=by.id,
            added_at=now,
        )
        act.session.add(attachment)
        act.session.flush()
        payload = {"attachment": attachment.id, "document_kind": kind, "sha256": sha256}
        personal = {"title": title, "file_name": attachment.file_name}
        act.record("DocumentAttached", case, by=by.id, payload=payload, personal=personal)
    return attachment


def attachments_of(store: Store, reference: str, *, by: User) -> list[AttachmentLine]:
    """Return the files of the case in the order they came. Raises `NotFound` if `by` may not see the case."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        case = queries.case_by_reference(session, reference, seen_by=by)
        lines = [AttachmentLine(*row) for row in attachment_queries.attachments_of(session, case)]
    note_reading(store, case, by=by)
    return lines


def attached_file(store: Store, reference: str, number: int, *, by: User) -> tuple[Attachment, str, bytes]:
    """Return the attachment with its media type and bytes. Raises `NotFound` if there is none `by` may see."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        case = queries.case_by_reference(session, reference, seen_by=by)
        found = attachment_queries.attachment_of(session, case, number)
        if found is None:
            raise NotFound(told("{reference} has no file {number}.", reference=reference, number=number))
    note_reading(store, case, by=by)
    attachment, file = found
    return attachment, file.media_type, file.content


def may_attach(case: Case, user: User) -> bool:
    """`user` may add files to the case: they submitted it, and it is not closed."""
    return case.submitted_by == user.id and case.stage not in ENDS


def _refuse_unless_own(case: Case, by: User) -> None:
    if case.submitted_by != by.id:
        raise NotAllowed(
            told(
                "{reference} was submitted by somebody else; only that officer adds files to it.",
                reference=case.reference,
            )
        )
    if case.stage in ENDS:
        raise WrongStage(
            told(
                "{reference} is closed ({stage:code}); nothing is added to it any more.",
                reference=case.reference,
                stage=case.stage,
            )
        )


def _note_refusal(
    store: Store, reference: str, content: bytes, refusal: RefusedFile, *, by: User, now: datetime
) -> None:
    """Record that the gate refused the file. Only digest and size are kept, as of refused agreements."""
    with transaction(store, now=now) as act:
        case = queries.locked_case(act.session, reference, seen_by=by)
        _refuse_unless_own(case, by)
        payload = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "size_bytes": len(content),
            "whole": len(content) <= MAX_BYTES,
            "reason": str(refusal),
        }
        act.record("FileRefused", case, by=by.id, payload=payload)


def _name(given: str, media_type: str) -> str:
    """Return the name without folders and without what plays tricks, ended as its kind ends."""
    bare = given.replace("\\", "/").rpartition("/")[2]
    stem = "".join(c for c in bare if c.isprintable() and c not in '<>:"|?*')[:LONGEST_NAME].rpartition(".")[0]
    return f"{stem.strip(' .') or 'document'}{ENDINGS[media_type]}"


def _one_line(title: str) -> str:
    try:
        return " ".join(plain(title).split())[:LONGEST_NAME]
    except ValueError as exc:
        raise Faulty(told("Nothing was added."), [Fault("title", exc.args[0])]) from exc
