"""`approvals user …`: people and their roles."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from approvals.casework.sign_in_rules import read_sign_in_rules
from approvals.casework.wording import in_words
from approvals.cli.door import As, Json, house, visit
from approvals.cli.output import moment, plain, print_json, rows, say
from approvals.services.passwords import invite
from approvals.services.sessions import end_sessions_of
from approvals.services.users import add_user, choose_digest, close_account, everybody, tasks_left_with, the_user
from approvals.settings import Settings
from models.base import now_utc
from models.user import Role, User

app = typer.Typer(help="Add people, change their roles, let them sign in, close accounts.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The person's address.", show_default=False)]


@app.command("add")
def add_person(
    email: Email,
    name: Annotated[str, typer.Option("--name", help="Name as colleagues read it.", show_default=False)],
    office: Annotated[str, typer.Option("--office", help="Code of the office, such as HQ.", show_default=False)],
    role: Annotated[
        list[Role], typer.Option("--role", help="A role; repeat the option for more.", show_default=False)
    ],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Add a person, or change name, office and roles of one who is known. The first must be an administrator.

    Example: `approvals user add anna@example.org --name "Anna Kowalska" --office HQ --role administrator`
    """
    address = who or Settings().user
    with house() as parts:
        by = the_user(parts.store, address) if address and everybody(parts.store) else None
        user = add_user(parts.store, email=email, name=name, office_code=office, roles=role, by=by, now=now_utc())
    if as_json:
        print_json(user)
    else:
        say(f"{user.name} <{user.email}> of {user.office_code}: {_roles(user)}.")


@app.command("list")
def list_people(as_json: Json = False) -> None:
    """List everybody with office and roles.

    Example: `approvals user list`
    """
    with house() as parts:
        people = everybody(parts.store)
    if as_json:
        print_json(people)
    elif not people:
        say("Nobody is entered yet. Begin with an administrator: see `approvals user add --help`.")
    else:
        rows(
            ("Name", "E-mail", "Office", "Roles"),
            [(user.name, user.email, user.office_code, _roles(user)) for user in people],
        )


@app.command("invite")
def invite_person(email: Email, who: As = None, as_json: Json = False) -> None:
    """Let a person set a password: prints a code to hand over, of use once and for some days.

    Example: `approvals user invite anna@example.org`
    """
    settings = Settings()
    rules = read_sign_in_rules(settings.sign_in_file)
    with visit(who) as at:
        invited = invite(at.store, email, by=at.by, rules=rules, now=at.now)
    if as_json:
        print_json({"user": invited.user.id, "code": invited.code, "expires_at": invited.expires_at})
        return
    desk = settings.desk_address
    until = moment(invited.expires_at)
    say(f"Until {until}, {invited.user.name} sets a password at {desk}/set-password with this code:")
    say(invited.code)
    if not settings.passwords_are_offered:
        say("Mind: people sign in at your provider. Passwords count besides with APPROVALS_LOCAL_PASSWORDS=true.")


@app.command("sign-out")
def sign_out_person(email: Email, who: As = None, as_json: Json = False) -> None:
    """End all sessions of a person at the desk: they must sign in again.

    Example: `approvals user sign-out anna@example.org`
    """
    with visit(who) as at:
        ended = end_sessions_of(at.store, email, by=at.by, now=at.now)
    if as_json:
        print_json({"ended": ended})
    else:
        say(f"{ended} session{'' if ended == 1 else 's'} of {email} ended.")


@app.command("close")
def close_person(email: Email, who: As = None, as_json: Json = False) -> None:
    """Close an account: the person may do nothing any more; what they did stays.

    Example: `approvals user close former.colleague@example.org`
    """
    with visit(who) as at:
        user = close_account(at.store, email, by=at.by, now=at.now)
        left = tasks_left_with(at.store, user, by=at.by)
    if as_json:
        print_json({**plain(user.model_dump()), "tasks_left": [task.id for task, _ in left]})
        return
    say(f"The account of {user.name} is closed.")
    for task, reference in left:
        say(
            f"Task {task.id} ({in_words(task.kind)} of {reference}) is theirs alone: hand it over with "
            f"`approvals task handover {task.id} --to EMAIL --reason …`."
        )


class Choice(StrEnum):
    """How somebody is reminded."""

    ON = "on"
    OFF = "off"
    DEFAULT = "default"


@app.command("digest")
def digest(
    choice: Annotated[Choice, typer.Argument(help="One mail a day, a mail for each reminder, or as set up here.")],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Choose for yourself whether reminders come in one mail a day.

    Example: `approvals user digest on`
    """
    wanted = {Choice.ON: True, Choice.OFF: False, Choice.DEFAULT: None}[choice]
    with visit(who) as at:
        user = choose_digest(at.store, wanted, by=at.by, now=at.now)
    if as_json:
        print_json({"email": user.email, "digest": user.digest})
    else:
        say(f"Noted for {user.name}: {choice}.")


def _roles(user: User) -> Text:
    if not user.is_active:
        return Text("account closed", style="dim")
    return Text(", ".join(in_words(role) for role in user.roles) or "no role")
