"""`approvals token …`: secrets with which programs use the API."""

from __future__ import annotations

from typing import Annotated

import typer

from approvals.casework.sign_in_rules import read_sign_in_rules
from approvals.cli.door import As, Json, visit
from approvals.cli.output import day, print_json, rows, say
from approvals.services.tokens import issue_token, my_tokens, revoke_token
from approvals.settings import Settings
from models.token import ApiToken, TokenScope

app = typer.Typer(help="Issue, list and revoke tokens with which programs use the API.", no_args_is_help=True)


@app.command("issue")
def issue(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.", show_default=False)],
    scope: Annotated[
        TokenScope,
        typer.Option("--scope", help="What it may do: `read` looks only, `act` does all you may do."),
    ] = TokenScope.READ,
    days: Annotated[
        int | None, typer.Option("--days", help="How long it is of use.", show_default="as in policy/sign_in.yaml")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Issue a token and print it. It is shown this once; keep it as you keep a password.

    Example: `approvals token issue "Monthly figures" --scope read --days 30`
    """
    rules = read_sign_in_rules(Settings().sign_in_file).tokens
    with visit(who) as at:
        issued = issue_token(at.store, name, scope, days=days or rules.usual_days, by=at.by, rules=rules, now=at.now)
    if as_json:
        print_json({**_facts(issued.token), "secret": issued.secret})
    else:
        say(f"Token {issued.token.id}, of use until {day(issued.token.expires_at.date())}. It is shown only now:")
        say(issued.secret)


@app.command("list")
def list_tokens(who: As = None, as_json: Json = False) -> None:
    """List your tokens, with when each was last used.

    Example: `approvals token list`
    """
    with visit(who) as at:
        tokens = my_tokens(at.store, by=at.by)
    if as_json:
        print_json([_facts(token) for token in tokens])
    elif not tokens:
        say("You have no tokens. `approvals token issue --help` says how to get one.")
    else:
        rows(
            ("Number", "Name", "Begins", "Scope", "Until", "Last used"),
            [(one.id, one.name, one.beginning, one.scope, one.expires_at.date(), one.last_used_at) for one in tokens],
        )


@app.command("revoke")
def revoke(
    number: Annotated[int, typer.Argument(metavar="TOKEN", min=1, help="Number, from `approvals token list`.")],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Make a token of no use from now on. Administrators may revoke those of others.

    Example: `approvals token revoke 3`
    """
    with visit(who) as at:
        token = revoke_token(at.store, number, by=at.by, now=at.now)
    if as_json:
        print_json(_facts(token))
    else:
        say(f"Token {token.id} ({token.name}) is revoked.")


def _facts(token: ApiToken) -> dict[str, object]:
    """Return what may be printed of a token: all but its digest."""
    return token.model_dump(exclude={"secret_sha256"})
