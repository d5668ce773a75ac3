"""`approvals db …`: the database's tables, and the policy and templates a new one starts with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from approvals.casework.policy import read_policy
from approvals.cli.door import Json, house
from approvals.cli.output import facts, print_json, say
from approvals.services.policies import in_force, install_policy
from approvals.services.templates import install_templates
from approvals.store import schema
from approvals.store.database_roles import role_statements
from approvals.store.engine import address_without_password, ping
from approvals.wiring import Parts
from models.base import now_utc

app = typer.Typer(help="Bring the database up to date.", no_args_is_help=True)


@app.command("upgrade")
def upgrade_database(as_json: Json = False) -> None:
    """Bring the tables to what this program needs; publish policy and templates if there are none. Safe to repeat.

    Example: `approvals db upgrade`
    """
    with house() as parts:
        done = upgrade(parts)
    if as_json:
        print_json(done)
        return
    upgraded = "" if done.before == done.after else f", up from {done.before or 'nothing'}"
    say(f"The tables are at {done.after}{upgraded}.")
    if done.published_policy:
        say(f"The policy was published ({done.published_policy[:12]}).")
    if done.published_templates:
        say(f"The templates were published: {', '.join(done.published_templates)}.")


@dataclass(frozen=True)
class Upgraded:
    """What bringing the database up to date did: the schema before and after, and what was published now."""

    before: str | None
    after: str
    published_policy: str | None  #: its digest
    published_templates: tuple[str, ...]  #: family and language of each


def upgrade(parts: Parts) -> Upgraded:
    """Bring the tables up to date; publish a first policy, and each shipped template that has no version yet."""
    settings, store = parts.settings, parts.store
    before, after = schema.current(store), schema.upgrade(store)
    policy = None
    if in_force(store) is None:
        policy = install_policy(store, read_policy(settings.policy_folder), now=now_utc())
    templates = install_templates(store, settings.template_folder, now=now_utc())
    return Upgraded(before, after, policy, tuple(f"{one.family} {one.language}" for one in templates))


@app.command("status")
def show_status(as_json: Json = False) -> None:
    """Say where the database is, whether its tables are up to date, and which policy is in force.

    Example: `approvals db status`
    """
    with house() as parts:
        current, newest = schema.current(parts.store), schema.newest()
        status = {
            "address": address_without_password(parts.store),
            "server": f"PostgreSQL {ping(parts.store)}",
            "schema": current,
            "needed": newest,
            "policy": in_force(parts.store) if current else None,
        }
    if as_json:
        print_json(status)
        return
    up_to_date = "up to date" if current == newest else f"{newest} is needed: `approvals db upgrade`"
    facts(
        [
            ("Address", status["address"]),
            ("Server", status["server"]),
            ("Tables", f"{current or 'none'}, {up_to_date}"),
            ("Policy", (status["policy"] or "none in force: `approvals db upgrade`")[:60]),
        ]
    )


@app.command("roles")
def print_roles(
    role: Annotated[str, typer.Option("--role", help="Name of the role the program is to run as.")] = "approvals_app",
) -> None:
    """Print SQL for a role that may work and read but not rewrite what must stay as it is.

    For a PostgreSQL of your own. The owner of the tables runs it, and `db upgrade`; the program runs as the role.
    Print and run it again after each upgrade.

    Example: `approvals db roles | psql postgresql://owner@db.example.org/approvals`
    """
    with house() as parts, parts.store.session() as session:
        statements = role_statements(session, role)
    print(f"-- First, once: CREATE ROLE {role} LOGIN PASSWORD '...';")
    print("".join(f"{statement};\n" for statement in statements), end="")
