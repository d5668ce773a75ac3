"""An answer to a task, as a form: from what was typed to what the services take, each fault at its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from approvals.casework.outcomes import Answer, Judgement, faults_of, takes
from approvals.casework.wording import choices
from approvals.desk.addresses import one_of
from approvals.desk.forms import Form, SentForm
from approvals.desk.holding import held, hold
from approvals.desk.languages import marked
from approvals.desk.visitor import Visit
from approvals.documents.gate import MAX_BYTES, admit
from approvals.errors import Fault, Faulty, RefusedFile
from approvals.services import tasks
from approvals.services.case_file import TaskSheet
from models.decision import Outcome
from models.risk import RiskLevel

REASON_AT_MOST = 10_000

MISSING: Mapping[str, str] = {
    "outcome": marked("Choose an outcome."),
    "reason": marked("Give the reason; with this outcome it is compulsory."),
    "risk": marked("Choose the risk level."),
    "conditions": marked("Write at least one condition."),
    "file": marked("Choose the Word file."),
    "file_hash": marked("Confirm which version was signed."),
    "hit": marked("Say what you found about this name."),
}
"""What is said at a field that was left empty."""

FIELDS = {"hash": "file_hash", "hit": "outcome"}
"""The field at which a fault of the services is shown, where it has another name."""


@dataclass(frozen=True)
class Sheet:
    """A form that was sent for a task, read."""

    form: SentForm
    answer: Answer | None
    """None if not even an outcome was chosen."""
    file_digest: str
    file_name: str


def may_choose(sheet: TaskSheet) -> list[tuple[Outcome, str]]:
    """Return the outcomes the task allows, each with what it says and does."""
    offered = choices(sheet.task.kind, of_an_amendment=sheet.file.amendment is not None)
    return [(outcome, meaning) for outcome, meaning, _ in offered]


def read_answer(visit: Visit, sheet: TaskSheet, form: SentForm) -> Sheet:
    """Return the answer that was sent. What does not go with the chosen outcome is left out: its field was hidden.

    An outcome the task does not offer is none.
    """
    digest, name, content = _file(visit, form)
    outcome = one_of(Outcome, form.text("outcome"))
    if outcome is None or outcome not in dict(may_choose(sheet)):
        return Sheet(form, None, digest, name)
    taken = takes(sheet.task.kind, outcome)
    answer = Answer(
        outcome=outcome,
        reason=form.text("reason"),
        risk=one_of(RiskLevel, form.text("risk")) if "risk" in taken else None,
        conditions=_lines(form.text("conditions")) if "conditions" in taken else (),
        file_hash=(form.text("file_hash") or None) if "file_hash" in taken else None,
        content=content if "content" in taken else None,
        judgements=_judgements(sheet, form) if "judgements" in taken else (),
    )
    return Sheet(form, answer, digest, name)


def faults_in(visit: Visit, sheet: TaskSheet, sent: Sheet) -> tuple[Fault, ...]:
    """Return everything wrong with the answer, each at its field; empty if it may be recorded.

    Raises `NotAllowed`, `WrongStage` or `AlreadyDecided` if it is not for this person to decide, or not any more.
    """
    forbidden = tasks.why_not(visit.store, sheet.task.id or 0, by=visit.by, now=visit.now)
    if forbidden is not None:
        raise forbidden
    say = visit.language.texts.gettext
    if sent.answer is None:
        return (Fault("outcome", say(MISSING["outcome"])),)
    missing = [Fault(field, say(MISSING[key])) for field, key in _missing(sheet, sent.answer)]
    if missing:
        return tuple(missing)
    try:
        tasks.check(visit.store, sheet.task.id or 0, sent.answer, by=visit.by, now=visit.now)
    except RefusedFile as refused:
        tasks.note_refusal(visit.store, sheet.task.id or 0, sent.answer, refused, by=visit.by, now=visit.now)
        return (Fault("file", refused.sentence),)
    except Faulty as faulty:
        return tuple(Fault(FIELDS.get(fault.path, fault.path), fault.message) for fault in faulty.faults)
    return ()


def shown_again(sent: Sheet, faults: tuple[Fault, ...] = ()) -> Form:
    """Return the form as it was sent, with its faults and the file it brought."""
    values = {**sent.form.values, "held": [sent.file_digest], "held_name": [sent.file_name]}
    return Form({name: kept for name, kept in values.items() if any(kept)}, faults)


def _missing(sheet: TaskSheet, answer: Answer) -> list[tuple[str, str]]:
    """Return the fields left empty, each with the key of what is said about it, in the order of the page."""
    kind, taken = sheet.task.kind, takes(sheet.task.kind, answer.outcome)
    empty = {"reason": answer.reason, "risk": answer.risk, "conditions": answer.conditions, "file": answer.content}
    needed = {fault.path for fault in faults_of(kind, answer)}
    found = [(field, field) for field, value in empty.items() if field in needed and not value]
    if "file_hash" in taken and not answer.file_hash:
        found.append(("file_hash", "file_hash"))
    if answer.outcome is Outcome.CLEARED:
        judged = {one.hit for one in answer.judgements}
        found += [(f"hit-{hit.number}", "hit") for hit in sheet.hits if hit.number not in judged]
    return found


def _judgements(sheet: TaskSheet, form: SentForm) -> tuple[Judgement, ...]:
    return tuple(
        Judgement(hit.number, reason, form.text(f"hit-{hit.number}-remark"))
        for hit in sheet.hits
        if (reason := form.text(f"hit-{hit.number}"))
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _file(visit: Visit, form: SentForm) -> tuple[str, str, bytes | None]:
    """Return digest, name and bytes of the file sent with this page, or with the page before; empty if none was."""
    folder = holding_folder(visit)
    content = form.content("file", at_most=MAX_BYTES)
    if content is not None:
        return (hold(folder, content, now=visit.now) if _is_safe(content) else ""), form.file_name("file"), content
    digest = form.text("held")
    return digest, form.text("held_name"), held(folder, digest)


def _is_safe(content: bytes) -> bool:
    """What is not safe to open is not safe to keep either."""
    try:
        admit(content)
    except RefusedFile:
        return False
    return True


def holding_folder(visit: Visit) -> Path:
    """Return where files wait between two pages."""
    return visit.parts.settings.home / "held"
