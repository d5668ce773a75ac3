"""`approvals substitute …`: who acts for whom while somebody is away."""

from __future__ import annotations

from typing import Annotated

import typer

from approvals.casework.wording import in_words
from approvals.cli.door import As, Json, date_of, visit
from approvals.cli.output import day, print_json, rows, say
from approvals.services.substitutes import KnownRule, end_substitution, name_substitute, substitutions
from models.user import Role

app = typer.Typer(help="Name who acts for you while you are away.", no_args_is_help=True)


@app.command("add")
def add_substitute(
    substitute: Annotated[str, typer.Argument(metavar="EMAIL", help="Who is to act.", show_default=False)],
    from_on: Annotated[str, typer.Option("--from", metavar="DATE", help="First day, as 2026-12-21.")],
    until_on: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")],
    absent: Annotated[
        str | None,
        typer.Option("--for", metavar="EMAIL", help="Who is away; without it, you. For others: administrators."),
    ] = None,
    role: Annotated[
        list[Role] | None, typer.Option("--role", help="Only for this role; repeat the option for more.")
    ] = None,
    when_overdue: Annotated[
        bool, typer.Option("--when-overdue", help="A standing substitute, only for tasks that are overdue.")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why you are away, if colleagues may read it.")] = "",
    who: As = None,
    as_json: Json = False,
) -> None:
    """Name a colleague who may take your tasks from one day to another. You may still take them yourself.

    Example: `approvals substitute add mei.chen@example.org --from 2026-12-21 --to 2027-01-03`
    """
    first, last = date_of("--from", from_on), date_of("--to", until_on)
    with visit(who) as at:
        rule = name_substitute(
            at.store,
            absent=absent or at.by.email,
            substitute=substitute,
            from_on=first,
            until_on=last,
            roles=role or (),
            when_overdue=when_overdue,
            reason=reason,
            by=at.by,
            now=at.now,
        )
    if as_json:
        print_json(rule)
    else:
        duties = ", ".join(in_words(role) for role in rule.roles)
        say(f"Rule {rule.id}: {substitute} substitutes from {day(first)} to {day(last)} ({duties}). Both were told.")


@app.command("list")
def list_substitutes(
    all_of_them: Annotated[bool, typer.Option("--all", help="Also rules that are over or were ended.")] = False,
    who: As = None,
    as_json: Json = False,
) -> None:
    """List who acts for whom, now and in days to come.

    Example: `approvals substitute list`
    """
    with visit(who) as at:
        known = substitutions(at.store, by=at.by, now=at.now, all_of_them=all_of_them)
    if as_json:
        print_json(known)
    elif not known:
        say("Nobody substitutes for anybody. Name one with `approvals substitute add EMAIL --from DATE --to DATE`.")
    else:
        rows(("Rule", "Absent", "Substitute", "For", "Days", ""), [_row(one) for one in known], right=("Rule",))


def _row(one: KnownRule) -> tuple[object, ...]:
    duties = ", ".join(in_words(role) for role in one.roles)
    days = f"{day(one.from_on)} to {day(one.until_on)}"
    overdue = ", when overdue" if one.when_overdue else ""
    return (one.number, one.absent, one.substitute, duties, days, f"{in_words(one.state)}{overdue}")


@app.command("end")
def end_substitute(
    number: Annotated[int, typer.Argument(metavar="RULE", min=1, help="Number of the rule, from `substitute list`.")],
    who: As = None,
    as_json: Json = False,
) -> None:
    """End a substitution before its last day. What the substitute had taken goes back.

    Example: `approvals substitute end 3`
    """
    with visit(who) as at:
        rule = end_substitution(at.store, number, by=at.by, now=at.now)
    if as_json:
        print_json(rule)
    else:
        say(f"Rule {rule.id} has ended.")
