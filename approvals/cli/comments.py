"""`approvals case comment …`: what people remark on a case and on the clauses of its agreement."""

from __future__ import annotations

from typing import Annotated

import typer

from approvals.cli.door import As, Json, Reference, visit
from approvals.cli.output import day, heading, moment, print_json, say
from approvals.services import comments
from approvals.services.comments import Remark, Thread

app = typer.Typer(help="Comment on a case or on a clause of its agreement.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(min=1, help="Number of the comment, from `comment list`.", show_default=False)]
Text = Annotated[str, typer.Argument(help="What you say, in quotation marks.", show_default=False)]


@app.command("list")
def list_comments(
    reference: Reference,
    open_only: Annotated[bool, typer.Option("--open", help="Only comments that are not resolved.")] = False,
    who: As = None,
    as_json: Json = False,
) -> None:
    """List the comments on a case with their answers, oldest first.

    Example: `approvals case comment list PA-2026-0001 --open`
    """
    with visit(who) as at:
        found = comments.comments_on(at.store, reference, by=at.by)
    shown = [one for one in found.threads if one.is_open or not open_only]
    if as_json:
        print_json({"open": found.open, "new": found.new, "newest": found.newest, "threads": shown})
        return
    heading(f"Comments on {reference}", beside=f"{found.open} open, {found.new} new to you")
    for thread in shown:
        _print_thread(thread)


@app.command("add")
def add(
    reference: Reference,
    text: Text,
    clause: Annotated[
        str | None, typer.Option("--clause", help="Heading of a clause of the agreement, as it stands there.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Comment on a case, or on a clause of its agreement as it stands. Those who take part in the case are told.

    Example: `approvals case comment add PA-2026-0001 "Is the budget final?"`
    """
    with visit(who) as at:
        version, _ = comments.clauses_to_comment(at.store, reference, by=at.by)
        kept = comments.comment(
            at.store,
            reference,
            text,
            clause=clause,
            version=version if clause else None,
            digest=at.parts.settings.digest,
            by=at.by,
            now=at.now,
        )
    print_json({"comment": kept.id}) if as_json else say(f"Comment {kept.id} is kept with {reference}.")


@app.command("answer")
def answer(number: Number, text: Text, who: As = None, as_json: Json = False) -> None:
    """Answer a comment that is open.

    Example: `approvals case comment answer 12 "It is; the partner confirmed it."`
    """
    with visit(who) as at:
        digest = at.parts.settings.digest
        kept = comments.answer_comment(at.store, number, text, digest=digest, by=at.by, now=at.now)
    print_json({"comment": kept.id}) if as_json else say(f"Your answer to comment {kept.answers} is kept.")


@app.command("resolve")
def resolve(number: Number, who: As = None, as_json: Json = False) -> None:
    """Resolve a comment with its answers, if you wrote it or review agreements.

    Example: `approvals case comment resolve 12`
    """
    with visit(who) as at:
        first = comments.resolve_comment(at.store, number, by=at.by, now=at.now)
    print_json({"comment": first.id, "open": False}) if as_json else say(f"Comment {first.id} is resolved.")


@app.command("reopen")
def reopen(number: Number, who: As = None, as_json: Json = False) -> None:
    """Reopen a comment that was resolved, if you wrote it or review agreements.

    Example: `approvals case comment reopen 12`
    """
    with visit(who) as at:
        first = comments.reopen_comment(at.store, number, by=at.by, now=at.now)
    print_json({"comment": first.id, "open": True}) if as_json else say(f"Comment {first.id} is open again.")


@app.command("noted")
def noted(reference: Reference, who: As = None, as_json: Json = False) -> None:
    """Say that you have read the comments on a case; what comes later is then new to you.

    Example: `approvals case comment noted PA-2026-0001`
    """
    with visit(who) as at:
        newest = comments.comments_on(at.store, reference, by=at.by).newest
        comments.note_comments(at.store, reference, up_to=newest, by=at.by, now=at.now)
    print_json({"noted": newest}) if as_json else say(f"You have taken note of the comments on {reference}.")


def _print_thread(thread: Thread) -> None:
    place = f"{thread.clause} (version {thread.version})" if thread.clause else "the case"
    resolved = f", resolved by {thread.resolved_by} on {day(thread.resolved_at)}" if thread.resolved_at else ""
    say(f"{thread.first.number}  On {place}{resolved}")
    for remark in (thread.first, *thread.answers):
        _print_remark(remark)


def _print_remark(remark: Remark) -> None:
    new = " [new]" if remark.is_new else ""
    say(f"    {remark.by}, {moment(remark.at)}{new}: {remark.text or 'What it said was erased.'}")
