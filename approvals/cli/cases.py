"""`approvals submit` and `approvals case …`."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from approvals.casework.clock import Reading
from approvals.casework.proposal_file import MAX_PROPOSAL_BYTES, read_proposal
from approvals.casework.wording import in_words, slot_in_words
from approvals.cli import afterwards
from approvals.cli.amendments import print_amendment, print_amendments
from approvals.cli.door import As, Json, Reference, content_of, date_of, visit
from approvals.cli.evidence import print_evidence
from approvals.cli.output import day, due, facts, heading, moment, money, print_json, rows, say
from approvals.services import cases, clocks
from approvals.services.case_file import Awaited, CaseFile, CaseLine, Passage, RouteStage, case_file, case_lines
from approvals.services.forecasts import expectation
from approvals.services.restrictions import restrict_case
from approvals.store.notifications import somebody_listens
from models.screening import Verdict

app = typer.Typer(help="See your cases, put one on hold, take one back or end it.", no_args_is_help=True)

Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence; it stays on record.", show_default=False)]


def submit(
    file: Annotated[Path, typer.Argument(help="Your proposal, a YAML or JSON file.", show_default=False)],
    key: Annotated[
        str | None,
        typer.Option("--key", help="Your own name for this sending; by default one made from file and sender."),
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Submit a proposal. Sending the same file twice makes one case, not two.

    All faults of the file are shown at once, each with the path of its field; nothing is half-saved.

    Example: `approvals submit examples/foundation.yaml --as rosa.quispe@example.org`
    """
    content = content_of(file, at_most=MAX_PROPOSAL_BYTES, called="file")
    proposal = read_proposal(content, name=file.name)
    with visit(who) as at:
        given = key or hashlib.sha256(content + at.by.email.encode()).hexdigest()
        case = cases.submit(at.store, proposal, by=at.by, key=given, now=at.now)
        is_new = case.submitted_at == at.now
        after = (
            afterwards.settled(at, case.reference)
            if is_new
            else case_file(at.store, case.reference, by=at.by, today=at.today)
        )
        if as_json:
            print_json({"reference": case.reference, "is_new": is_new, "stage": after.case.stage})
            return
        if is_new:
            say(Text.assemble(("Submitted as ", ""), (case.reference, "bold"), f": {case.title}."))
        else:
            say(f"You sent this before, on {moment(case.submitted_at)}: it is {case.reference}. Nothing was added.")
        afterwards.tell(at, after)


@app.command("list")
def list_cases(
    open_only: Annotated[bool, typer.Option("--open", help="Only cases that are still on their way.")] = False,
    who: As = None,
    as_json: Json = False,
) -> None:
    """List the cases you may see, newest first, with what each waits for.

    Example: `approvals case list --open`
    """
    with visit(who) as at:
        lines = case_lines(at.store, by=at.by, today=at.today, open_only=open_only)
    if as_json:
        print_json([_as_row(line) for line in lines])
    elif not lines:
        say("There is no case you may see. An officer enters one with `approvals submit FILE`.")
    else:
        rows(
            ("Case", "Partner", "Stage", "Waiting for", "Due"),
            [(_named(line), line.partner, _stage(line), _waiting(line), _earliest(line.awaited)) for line in lines],
        )


def _as_row(line: CaseLine) -> dict[str, object]:
    case = line.case
    return {
        "reference": case.reference,
        "title": case.title,
        "amends": line.amends,
        "partner": line.partner,
        "office": case.office_code,
        "stage": case.stage,
        "risk": case.risk,
        "submitted_at": case.submitted_at,
        "stage_opened_at": case.stage_opened_at,
        "problem": case.problem,
        "awaited": line.awaited,
    }


def _named(line: CaseLine) -> str:
    return f"{line.case.reference}\namends {line.amends}" if line.amends else line.case.reference


def _stage(line: CaseLine) -> Text:
    return Text(in_words(line.case.stage), style="bold red" if line.case.problem else "")


def _waiting(line: CaseLine) -> str | None:
    if line.case.problem:
        return "a problem: see `case show`"
    if not line.case.is_open:
        return None
    return "\n".join(awaited.of for awaited in line.awaited) or "the machine"


def _earliest(awaited: tuple[Awaited, ...]) -> Text | None:
    dated = [one for one in awaited if one.due_on]
    first = min(dated, key=lambda one: one.due_on or one.since.date(), default=None)
    return due(first.due_on, first.days_left) if first else None


@app.command("show")
def show_case(reference: Reference, who: As = None, as_json: Json = False) -> None:
    """Show everything about a case: where it stands, on whom it waits, what was found and decided.

    Example: `approvals case show PA-2026-0001`
    """
    with visit(who) as at:
        file = case_file(at.store, reference, by=at.by, today=at.today)
        machine_runs = somebody_listens(at.store)
    if as_json:
        print_json(file)
    else:
        print_file(file, today=at.today, machine_runs=machine_runs)


@app.command("withdraw")
def withdraw_case(reference: Reference, reason: Reason, who: As = None, as_json: Json = False) -> None:
    """Take back a case you submitted, at any time before the agreement is in force.

    Example: `approvals case withdraw PA-2026-0001 --reason "The partner found other funds."`
    """
    with visit(who) as at:
        case = cases.withdraw(at.store, reference, by=at.by, reason=reason, now=at.now)
    if as_json:
        print_json({"reference": case.reference, "stage": case.stage})
    else:
        say(f"{case.reference} is withdrawn. Whoever still owed something on it need not answer any more.")


@app.command("end")
def end_case(reference: Reference, reason: Reason, who: As = None, as_json: Json = False) -> None:
    """Record that a partnership in force, submitted by you, has come to its end.

    Example: `approvals case end PA-2026-0001 --reason "All activities were carried out."`
    """
    with visit(who) as at:
        case = cases.end_partnership(at.store, reference, by=at.by, reason=reason, now=at.now)
    if as_json:
        print_json({"reference": case.reference, "stage": case.stage})
    else:
        say(f"{case.reference}: the partnership has ended.")


@app.command("restrict")
def restrict(
    reference: Reference,
    reason: Reason,
    lift: Annotated[bool, typer.Option("--lift", help="Lift the restriction instead.")] = False,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Restrict a case: whoever reads it from then on leaves a note in the trail, once a day.

    A case on which a hit on a list was confirmed is restricted by itself.

    Example: `approvals case restrict PA-2026-0001 --reason "Named in a complaint."`
    """
    with visit(who) as at:
        restrict_case(at.store, reference, restricted=not lift, reason=reason, by=at.by, now=at.now)
    if as_json:
        print_json({"reference": reference, "restricted": not lift})
    else:
        say(f"{reference} is {'no longer restricted' if lift else 'restricted: who reads it is noted'}.")


Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Last day; without it, as long as the policy allows.")
]


@app.command("hold")
def hold(
    reference: Reference,
    reason: Reason,
    partner: Annotated[
        bool, typer.Option("--partner", help="The partner was asked for something and owes an answer.")
    ] = False,
    until: Until = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Stop the clock of a case you submitted. Nobody is reminded until it runs again.

    Example: `approvals case hold PA-2026-0001 --partner --reason "Asked for the audited accounts."`
    """
    until_on = date_of("--until", until) if until else None
    with visit(who) as at:
        stop = clocks.hold_case(
            at.store, reference, reason=reason, partner_asked=partner, until_on=until_on, by=at.by, now=at.now
        )
    if as_json:
        print_json({"reference": reference, "kind": stop.kind, "until_on": stop.until_on})
    else:
        assert stop.until_on is not None
        say(f"The clock of {reference} stands still, until {day(stop.until_on)} at the latest.")


@app.command("resume")
def resume(reference: Reference, reason: Reason, who: As = None, as_json: Json = False) -> None:
    """Let the clock of a case run again. Last days move by the working days it stood still.

    Example: `approvals case resume PA-2026-0001 --reason "The accounts have come."`
    """
    with visit(who) as at:
        clocks.resume_case(at.store, reference, reason=reason, by=at.by, now=at.now)
        file = case_file(at.store, reference, by=at.by, today=at.today)
    if as_json:
        print_json({"reference": reference, "awaited": file.awaited})
    else:
        say(f"The clock of {reference} runs again.")
        afterwards.print_standing(file, machine_runs=True)


@app.command("clock")
def show_clock(reference: Reference, who: As = None, as_json: Json = False) -> None:
    """Show how long a case has taken, by stage and task, with and without the stops of its clock.

    Example: `approvals case clock PA-2026-0001`
    """
    with visit(who) as at:
        clock = clocks.case_clock(at.store, reference, by=at.by, now=at.now)
    if as_json:
        print_json(clock)
        return
    heading(f"The clock of {reference}", beside="working days; in brackets with the stops taken out")
    rows(
        ("Stage", "Entered", "Left", "Days"),
        [(in_words(one.stage), one.entered_at, one.left_at, _both(one.reading)) for one in clock.stages]
        + [("altogether", None, None, _both(clock.whole))],
        right=("Days",),
    )
    if clock.tasks:
        heading("Tasks")
        rows(
            ("Task", "What", "Waited", "Worked on", "Due", "Due at first"),
            [
                (one.task, slot_in_words(one.slot), _both(one.times.waiting), _both(one.times.touch), one.due_on,
                 one.first_due_on)
                for one in clock.tasks
            ],
            right=("Task", "Waited", "Worked on"),
        )  # fmt: skip
    if clock.stops:
        heading("Stops")
        rows(
            ("Why", "Reason", "Stopped", "By", "Ran again"),
            [
                (in_words(one.kind), one.reason, one.stopped_at, one.stopped_by or "the machine", one.resumed_at)
                for one in clock.stops
            ],
        )


def _both(reading: Reading) -> str:
    return f"{reading.working_days:g} ({reading.working_days_running:g})"


# The file of a case, as people read it ------------------------------------------------------------------------


def print_file(file: CaseFile, *, today: date, machine_runs: bool) -> None:
    """Print the file of a case, what matters now first."""
    case = file.case
    say(Text.assemble((case.reference, "bold"), "  ", case.title))
    afterwards.print_standing(file, machine_runs=machine_runs)
    print_amendment(file)
    _print_proposal(file)
    _print_findings(file)
    print_evidence(file.evidence, today=today)
    _print_conditions(file)
    _print_decisions(file)
    _print_agreements(file)
    _print_obligations(file)
    print_amendments(file)
    _print_route(file)
    _print_happenings(file)


def _print_proposal(file: CaseFile) -> None:
    case, form = file.case, file.proposal
    asked_by = f" (asked for by {file.requested_by})" if file.requested_by else ""
    version = f", version {case.proposal_version}" if case.proposal_version > 1 else ""
    heading("Proposal", beside=f"submitted {moment(case.submitted_at)} by {file.submitted_by}{asked_by}{version}")
    funds = {"receiving": "received from the partner", "giving": "given to the partner", "none": "no money moves"}
    facts(
        [
            ("Partner", f"{form.partner.legal_name} ({in_words(form.partner.kind)}, {form.partner.country})"),
            ("Office", f"{file.office} ({case.office_code}), {case.level} level"),
            ("Funds", f"{money(case.amount, case.currency)}, {funds[case.funds]}"),
            ("Time", f"{form.project.start_on} to {form.project.end_on}"),
            ("Serves", form.project.strategy_link),
            ("Objective", " ".join(form.project.objective.split())),
            ("Risk", case.risk or "not known yet"),
            ("Expected", expectation(file.forecast) if file.forecast else None),
        ]
    )


_COLOURS = {Verdict.CLEAR: "green", Verdict.REVIEW: "yellow", Verdict.STOP: "bold red"}


def _print_findings(file: CaseFile) -> None:
    if file.screening is None:
        return
    lists = ", ".join(
        f"{used['title']} of {used['dated_on'] or used['imported_on']}" for used in file.screening.lists
    )
    heading("Screening", beside=f"{moment(file.screening.screened_at)}, lists: {lists or 'none in force'}")
    rows(
        ("Check", "Verdict", "Why"),
        [
            (in_words(finding.name), Text(finding.verdict, style=_COLOURS[finding.verdict]), finding.reason)
            for finding in sorted(file.findings, key=lambda finding: -finding.verdict.rank)
        ],
    )


def _print_conditions(file: CaseFile) -> None:
    if not file.case.conditions:
        return
    heading("Conditions")
    rows(("Condition", "Set by"), [(one["text"], one["set_by"]) for one in file.case.conditions])


def _print_decisions(file: CaseFile) -> None:
    if not file.decisions:
        return
    heading("Decisions")
    rows(
        ("When", "Who", "What", "Decided", "Why"),
        [(taken.at, taken.by, taken.what, taken.outcome, taken.reason or None) for taken in file.decisions],
    )


def _print_agreements(file: CaseFile) -> None:
    if not file.agreements:
        return
    heading("Agreement", beside=f"get the Word file with `approvals agreement export {file.case.reference}`")
    rows(
        ("Version", "When", "From", "Changes", "Digest"),
        [
            (
                f"{version.version}, stands" if version is file.agreement else version.version,
                version.created_at,
                in_words(version.origin),
                len(version.comparison["changes"]) if version.comparison else None,
                version.file_hash[:12],
            )
            for version in file.agreements
        ],
    )


def _print_obligations(file: CaseFile) -> None:
    if not file.obligations:
        return
    heading("Obligations")
    rows(("By", "Owed by", "What"), [(one.due_on, one.owed_by, one.title) for one in file.obligations])


_MARKS = {
    Passage.DONE: Text("✓ done", style="green"),
    Passage.NOW: Text("▶ now", style="bold"),
    Passage.NEXT: Text("  next"),
    Passage.PASSED_OVER: Text("– passed over", style="dim"),
    Passage.NOT_REACHED: Text("  not reached", style="dim"),
}


def _print_route(file: CaseFile) -> None:
    heading("Route", beside="every stage, who is asked, or why nobody is")
    rows(("Stage", "", ""), [(in_words(one.stage), _MARKS[one.passage], _note(one)) for one in file.route])


def _note(stage: RouteStage) -> str:
    away = [
        f"{one.absent} is absent {day(one.from_on)} to {day(one.until_on)}, substitute {one.substitute}"
        for one in stage.absences
    ]
    return "\n".join([stage.note, *away])


def _print_happenings(file: CaseFile) -> None:
    heading("What happened")
    rows(("When", "Who", "What"), [(one.at, one.by, one.what) for one in file.happenings])
