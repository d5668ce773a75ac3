"""`approvals task …`: what you are asked, and your answers."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from approvals.casework.outcomes import Answer, Judgement
from approvals.casework.proposal_file import MAX_PROPOSAL_BYTES, read_mapping
from approvals.casework.wording import choices, in_words
from approvals.cli import afterwards
from approvals.cli.amendments import print_amendment
from approvals.cli.deviations import print_deviations, the_clause_library
from approvals.cli.door import As, Json, TaskId, Visit, content_of, visit
from approvals.cli.evidence import print_evidence
from approvals.cli.output import day, due, facts, heading, moment, money, print_json, rows, say
from approvals.errors import Fault, Faulty
from approvals.services import tasks
from approvals.services.case_file import Awaited, CaseFile, TaskSheet, inbox, task_sheet
from approvals.services.clocks import recount_due_date
from approvals.services.deviations import Deviations, deviations
from approvals.services.handover import hand_over
from models.decision import Decision, Outcome
from models.risk import RiskLevel
from models.screening import Verdict
from models.task import TaskKind

app = typer.Typer(help="See what you are asked, and answer.", no_args_is_help=True)

MAX_WORD_BYTES = 20_000_000  # what lies above is refused at the gate anyhow


@app.command("list")
def list_tasks(who: As = None, as_json: Json = False) -> None:
    """List what you are asked to do, the most urgent first.

    Example: `approvals task list --as sara.lindqvist@example.org`
    """
    with visit(who) as at:
        owed = inbox(at.store, by=at.by, today=at.today)
    if as_json:
        print_json([{"case": case.reference, "partner": partner, **_row(one)} for one, case, partner in owed])
    elif not owed:
        say("You owe nothing at present.")
    else:
        rows(
            ("Task", "Case", "Partner", "What", "Due"),
            [
                (one.task, case.reference, partner, _what(one), due(one.due_on, one.days_left))
                for one, case, partner in owed
            ],
            right=("Task",),
        )
        say("See one with `approvals task show TASK`.")


def _what(one: Awaited) -> str:
    return f"{one.what}\nfor {one.substitute_for}, absent" if one.substitute_for else one.what


def _row(one: object) -> dict[str, object]:
    return dict(vars(one))


@app.command("show")
def show_task(task_id: TaskId, who: As = None, as_json: Json = False) -> None:
    """Show what a task asks, the facts it rests on, and the answers you may give.

    Example: `approvals task show 12`
    """
    with visit(who) as at:
        sheet = task_sheet(at.store, task_id, by=at.by, today=at.today)
        changed = _changed_clauses(at, sheet)
    if as_json:
        answers = [{"outcome": o, "meaning": meaning, "needs": needed} for o, meaning, needed in _choices(sheet)]
        print_json(
            {"task": sheet.task, "awaited": sheet.awaited, "decision": sheet.decision, "outcomes": answers,
             "hits": sheet.hits, "hit_reasons": sheet.hit_reasons,
             "case": sheet.file.case, "evidence": sheet.file.evidence, "amendment": sheet.file.amendment,
             "changed_clauses": changed.clauses if changed else ()}
        )  # fmt: skip
    else:
        _print_sheet(sheet, changed, today=at.today)


def _changed_clauses(at: Visit, sheet: TaskSheet) -> Deviations | None:
    """Return what legal review has to look at; None for other tasks, and for a text that changes no earlier one."""
    stands, case = sheet.file.agreement, sheet.file.case
    if sheet.task.kind is not TaskKind.LEGAL_REVIEW or stands is None or not stands.comparison:
        return None
    library = the_clause_library()
    return deviations(at.store, case.reference, by=at.by, library=library, returned=stands.version)


@app.command("claim")
def claim_task(task_id: TaskId, who: As = None, as_json: Json = False) -> None:
    """Take a task, so that your colleagues see that you are working on it.

    Example: `approvals task claim 12`
    """
    with visit(who) as at:
        task = tasks.claim(at.store, task_id, by=at.by, now=at.now)
    if as_json:
        print_json({"task": task.id, "state": task.state, "claimed_by": at.by.email})
    else:
        say(f"Task {task.id} is yours. Look at it with `approvals task show {task.id}`.")


@app.command("release")
def release_task(task_id: TaskId, who: As = None, as_json: Json = False) -> None:
    """Give back a task you took, so that a colleague can take it.

    Example: `approvals task release 12`
    """
    with visit(who) as at:
        task = tasks.release(at.store, task_id, by=at.by, now=at.now)
    if as_json:
        print_json({"task": task.id, "state": task.state, "claimed_by": None})
    else:
        say(f"Task {task.id} is open to your colleagues again.")


@app.command("handover")
def hand_over_task(
    task_id: TaskId,
    to: Annotated[str, typer.Option("--to", metavar="EMAIL", help="The colleague's address.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="Why; the colleague reads it.", show_default=False)],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Give a task to a named colleague. Administrators may do it for somebody who has left.

    Example: `approvals task handover 12 --to linh.tran@example.org --reason "Leaves on Friday."`
    """
    with visit(who) as at:
        task = hand_over(at.store, task_id, to=to, reason=reason, by=at.by, now=at.now)
    if as_json:
        print_json({"task": task.id, "state": task.state, "assigned_to": to})
    else:
        say(f"Task {task.id} is now for {to}, who was written to.")


@app.command("due")
def count_anew(
    task_id: TaskId,
    because: Annotated[str, typer.Option("--because", help="Why; it stays on record.", show_default=False)],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Count the last day of a task anew by today's calendar. For administrators.

    Example: `approvals task due 12 --because "The office was closed for the flood."`
    """
    with visit(who) as at:
        task = recount_due_date(at.store, task_id, because=because, by=at.by, now=at.now)
    if as_json:
        print_json({"task": task.id, "due_on": task.due_on, "first_due_on": task.first_due_on})
    else:
        assert task.due_on is not None
        say(f"Task {task.id} is due on {day(task.due_on)}.")


@app.command("decide")
def decide_task(
    task_id: TaskId,
    outcome: Annotated[
        Outcome, typer.Argument(metavar="OUTCOME", help="Your answer; `task show` lists those that fit.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why, in a sentence or two.")] = "",
    risk: Annotated[RiskLevel | None, typer.Option("--risk", help="The partner's risk level.")] = None,
    condition: Annotated[
        list[str] | None, typer.Option("--condition", help="A condition; repeat the option for more.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="The Word file that belongs to your answer.")] = None,
    file_hash: Annotated[
        str | None, typer.Option("--hash", help="Digest of the version you signed, from `agreement list`.")
    ] = None,
    hit: Annotated[
        list[str] | None,
        typer.Option("--hit", metavar="NUMBER=REASON[:REMARK]", help="What you say of one hit; repeat it for each."),
    ] = None,
    proposal: Annotated[
        Path | None,
        typer.Option("--proposal", help="The whole proposal or amendment as revised, when you answer a question."),
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Answer a task. All that is missing is said at once; what you decide stays on record under your name.

    Example: `approvals task decide 12 approve_with_conditions --condition "Annual report" --reason "Outcome 8"`
    """
    answer = Answer(
        outcome,
        reason,
        risk=risk,
        conditions=tuple(condition or ()),
        file_hash=file_hash,
        content=content_of(file, at_most=MAX_WORD_BYTES, called="--file") if file else None,
        proposal=_revised(proposal) if proposal else None,
        judgements=tuple(_judgement(one) for one in hit or ()),
    )
    with visit(who) as at:
        decision = tasks.decide(at.store, task_id, answer, by=at.by, now=at.now)
        reference = task_sheet(at.store, task_id, by=at.by, today=at.today).file.case.reference
        after = afterwards.settled(at, reference)
        if as_json:
            _print_recorded(decision, after)
        else:
            say(Text.assemble("Recorded: ", (in_words(decision.outcome), "bold"), f" for {reference}."))
            afterwards.tell(at, after)


def _print_recorded(decision: Decision, after: CaseFile) -> None:
    print_json(
        {"task": decision.task_id, "decision": decision.id, "outcome": decision.outcome,
         "case": after.case.reference, "stage": after.case.stage, "awaited": after.awaited}
    )  # fmt: skip


def _judgement(written: str) -> Judgement:
    """Return what `3=other_birth_date: born in 1971` says. Raises `Faulty` if it does not say it like that."""
    found = re.fullmatch(r"\s*(\d{1,6})\s*=\s*(\w+)\s*(?::(.*))?", written, re.DOTALL)
    if found is None:
        fault = Fault("--hit", f"«{written}» is not NUMBER=REASON, such as 3=other_birth_date")
        raise Faulty("The decision was not recorded.", [fault])
    number, reason, remark = found.groups()
    return Judgement(int(number), reason, (remark or "").strip())


def _revised(file: Path) -> dict[str, object]:
    content = content_of(file, at_most=MAX_PROPOSAL_BYTES, called="--proposal")
    return dict(read_mapping(content, name=file.name))


# The sheet of a task, as people read it -----------------------------------------------------------------------


def _print_sheet(sheet: TaskSheet, changed: Deviations | None, *, today: date) -> None:
    task, file = sheet.task, sheet.file
    say(
        Text.assemble(
            (f"Task {task.id}", "bold"), f"  {in_words(task.kind)} of {file.case.reference}: {file.case.title}"
        )
    )
    if sheet.awaited is not None:
        owed = sheet.awaited
        say(Text.assemble("For ", (owed.of, "bold"), ", due ", due(owed.due_on, owed.days_left)))
    elif sheet.decision is not None:
        taken = sheet.decision
        say(f"Decided by {taken.by} on {moment(taken.at)}: {taken.outcome}. {taken.reason}")
    else:
        say("Not needed any more: the case went another way.")
    heading("What is asked")
    say(task.prompt)
    print_amendment(file)
    _print_facts(sheet, today)
    if changed is not None:
        reference = sheet.file.case.reference
        heading(
            f"What version {changed.returned.version} changes in version {changed.sent.version}",
            beside=f"in Word: `approvals agreement redline {reference}`",
        )
        print_deviations(changed)
    if sheet.awaited is not None:
        _print_hits(sheet)
        _print_choices(sheet)


def _print_facts(sheet: TaskSheet, today: date) -> None:
    file, case, form = sheet.file, sheet.file.case, sheet.file.proposal
    heading("The facts", beside=f"all of them: `approvals case show {case.reference}`")
    facts(
        [
            ("Partner", f"{form.partner.legal_name} ({in_words(form.partner.kind)}, {form.partner.country})"),
            ("Submitted by", f"{file.submitted_by}, {file.office}"),
            ("Amount", f"{money(case.amount, case.currency)}, funds {case.funds}"),
            ("Risk", case.risk),
            ("Conditions", "; ".join(one["text"] for one in case.conditions)),
            ("Agreement", _agreement(sheet)),
        ]
    )
    worrying = [finding for finding in file.findings if finding.verdict is not Verdict.CLEAR]
    if worrying:
        heading("Findings that need a look")
        rows(("Check", "Verdict", "Why"), [(in_words(one.name), one.verdict, one.reason) for one in worrying])
    print_evidence(file.evidence, today=today)
    if file.decisions:
        heading("What others said")
        rows(
            ("Who", "What", "Said", "Why"),
            [(taken.by, taken.what, taken.outcome, taken.reason or None) for taken in file.decisions],
        )


def _agreement(sheet: TaskSheet) -> str | None:
    stands = sheet.file.agreement
    return f"version {stands.version} ({in_words(stands.origin)}), digest {stands.file_hash}" if stands else None


def _print_hits(sheet: TaskSheet) -> None:
    if not sheet.hits:
        return
    heading("Judge each hit", beside="`--hit NUMBER=REASON`, and a remark behind a colon")
    rows(
        ("Hit", "Strength", "Why"),
        [(str(hit.number), "strong" if hit.strong else "possible", hit.reason) for hit in sheet.hits],
        right=("Hit",),
    )
    rows(("Reason", "Meaning"), list(sheet.hit_reasons.items()))


def _print_choices(sheet: TaskSheet) -> None:
    heading("Your answer", beside=f"`approvals task decide {sheet.task.id} OUTCOME …`")
    rows(
        ("Outcome", "What it says and does", "Needs"),
        [(outcome, meaning, ", ".join(needed) or None) for outcome, meaning, needed in _choices(sheet)],
    )


def _choices(sheet: TaskSheet) -> list[tuple[Outcome, str, list[str]]]:
    return choices(sheet.task.kind, of_an_amendment=sheet.file.amendment is not None)
